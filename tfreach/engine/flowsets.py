"""The outcomes of all pieces of a pair in; its services by verdict, with their limits, out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from tfreach.engine.by_service import EVERYTHING, Passing, Within
from tfreach.engine.outcomes import WITH_PORTS, Outcome, PortLimit
from tfreach.engine.pieces import Segments, bits, cut
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS
from tfreach.space.headers import ALL_SERVICES, protocol_of
from tfreach.space.intervals import EMPTY, IntervalSet

FlowSets = tuple[FlowSet, ...]
"""Disjoint by service; what is in none of them is unreachable."""

Rule = Callable[[Sequence[FlowSet | None]], FlowSet | None]
"""What several answers for one service come to together; None stands for unreachable."""

BEST_FIRST = (Verdict.REACHABLE, Verdict.UNDETERMINED, Verdict.PARTIAL, Verdict.ONE_WAY)
"""Which of several interfaces counts; unreachable comes last."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the source and a piece of the destination.

    subnets   of the source, of the destination, and of nodes on the way; "" for the Internet
    internet  the addresses of the piece on the side of the Internet, or of a service of AWS where
              they are known; EMPTY when there is none
    passing   what the groups at the near end permit; `outcome` is then as if they permitted all,
              and of each address of `internet` only what they permit. None: nothing is left out
    doubts    of those groups: the reasons why it is not known what they permit
    """

    subnets: tuple[str, ...]
    internet: IntervalSet
    outcome: Outcome
    passing: Passing | None = None
    doubts: frozenset[str] = NO_REASONS

    @property
    def within(self) -> Within:
        """The services by how many addresses of the piece they pass from."""
        return self.passing.within(self.internet) if self.passing else EVERYTHING

    def taking(self, service: int) -> IntervalSet:
        """The addresses of the piece that a service possibly passes from."""
        if self.passing is None:
            return self.internet
        return self.within.taking[self.passing.segments.at(service)]


class Judged:
    """Judges parts; those that are alike, once."""

    def __init__(self) -> None:
        self._known: dict[Hashable, FlowSets] = {}

    def of(self, parts: Sequence[Part], doubt: frozenset[str] = NO_REASONS) -> FlowSets:
        """As `judge` has it."""
        key = doubt, _named(parts), tuple(map(_said, parts))
        if key not in self._known:
            self._known[key] = judge(parts, doubt)
        return self._known[key]


def _named(parts: Sequence[Part]) -> Hashable:
    """The subnets, where it matters which they are: where they are not the same for all parts."""
    if len({part.subnets for part in parts}) < 2:
        return None
    return tuple(part.subnets for part in parts)


def _said(part: Part) -> Hashable:
    one = part.outcome
    limits = tuple(one.limits.items())
    return part.internet, one.forward, one.full, one.some, limits, part.passing, part.doubts


def judge(parts: Sequence[Part], doubt: frozenset[str] = NO_REASONS) -> FlowSets:
    """One pair of interfaces, quantified over all parts.

    doubt   why the addresses of an end are only an upper bound: how they differ decides nothing
    """
    verdicts = _by_verdict(parts)
    if doubt and verdicts:
        from_all = _in_all(one.outcome.forward.must & one.within.all_must for one in parts)
        unsure = verdicts.pop(Verdict.PARTIAL) | (verdicts[Verdict.ONE_WAY] - from_all)
        verdicts[Verdict.ONE_WAY] &= from_all
        verdicts[Verdict.UNDETERMINED] |= unsure
    return tuple(
        replace(one, reasons=one.reasons | doubt) if verdict is Verdict.UNDETERMINED else one
        for verdict, services in verdicts.items()
        if services
        for one in _Details(verdict, parts).of(services)
    )


def _by_verdict(parts: Sequence[Part]) -> dict[Verdict, IntervalSet]:
    if not parts:
        return {}
    found = [(part.outcome, part.within) for part in parts]
    may_arrive = _union(one.forward.may & within.some_may for one, within in found)
    if not may_arrive:
        return {}
    some_may = _union(one.some.may & within.some_may for one, within in found)
    some_must = _union(one.some.must & within.some_must for one, within in found)
    surely = _union(one.forward.must & within.some_must for one, within in found)
    reachable = _in_all(one.full.must & within.all_must for one, within in found)
    one_way = surely - some_may
    partial = some_must - _in_all(one.full.may & within.all_may for one, within in found)
    return {
        Verdict.REACHABLE: reachable,
        Verdict.PARTIAL: partial,
        Verdict.ONE_WAY: one_way,
        Verdict.UNDETERMINED: may_arrive - reachable - partial - one_way,
    }


def _union(sets: Iterable[IntervalSet]) -> IntervalSet:
    different = {found.spans for found in sets}
    if len(different) == 1:
        return IntervalSet(different.pop())
    return IntervalSet.of(span for spans in different for span in spans)


def _in_all(sets: Iterable[IntervalSet]) -> IntervalSet:
    common = ALL_SERVICES
    for found in sets:
        common = common & found
    return common


class _Details:
    """What is said of services of one verdict."""

    def __init__(self, verdict: Verdict, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._verdict = verdict
        self._partial = partial = verdict is Verdict.PARTIAL
        outcomes = [part.outcome for part in parts]
        taking = [one.some.may if partial else one.forward.may for one in outcomes]
        self._taking = Segments(
            [found & part.within.some_may for found, part in zip(taking, parts, strict=True)]
        )
        arriving = [one.outcome.forward.may & one.within.some_may for one in parts]
        self._arriving = Segments(arriving if partial else [])
        undetermined = verdict is Verdict.UNDETERMINED
        self._unsure = Segments([_unsure(part) for part in parts] if undetermined else [])
        self._passing = {id(one.passing): one.passing for one in parts if one.passing}
        self._everywhere = _union(part.internet for part in parts)
        self._subnets = [{part.subnets[side] for part in parts} for side in _sides(parts)]

    def of(self, services: IntervalSet) -> list[FlowSet]:
        """Cut so that every piece takes part in the same parts, and joined where alike."""
        masks = [self._taking, self._arriving, self._unsure]
        masks += [passing.segments for passing in self._passing.values()]
        if self._partial and any(part.outcome.limits for part in self._parts):
            masks.append(Segments(list(WITH_PORTS.values())))
        alike: dict[FlowSet, list[IntervalSet]] = {}
        for piece in cut(services, masks):
            alike.setdefault(self._of_piece(piece.first), []).append(piece)
        return [_with_services(details, _union(pieces)) for details, pieces in alike.items()]

    def _of_piece(self, service: int) -> FlowSet:
        chosen = [self._parts[at] for at in bits(self._taking.at(service))]
        addresses = self._addresses(chosen, service)
        return FlowSet(
            EMPTY,
            self._verdict,
            addresses=addresses,
            client_ports=_client_ports(service, chosen) if self._partial else None,
            subnets=self._working(chosen) if self._partial else None,
            reasons=self._reasons(service),
            one_way=self._one_way(addresses, service),
        )

    def _one_way(self, working: IntervalSet | None, service: int) -> IntervalSet | None:
        """The addresses that only get requests through, beside those that have a connection."""
        if working is None:
            return None
        arriving = [self._parts[at] for at in bits(self._arriving.at(service))]
        return _union(part.taking(service) for part in arriving) - working or None

    def _reasons(self, service: int) -> frozenset[str]:
        found = [self._parts[at] for at in bits(self._unsure.at(service))]
        return NO_REASONS.union(*map(_why, found))

    def _addresses(self, chosen: Sequence[Part], service: int) -> IntervalSet | None:
        found = _union(part.taking(service) for part in chosen)
        return None if found == self._everywhere else found

    def _working(self, chosen: Sequence[Part]) -> tuple[str, ...] | None:
        """The subnets for which it works, where not all are."""
        found: set[str] = set()
        for side, every in enumerate(self._subnets):
            working = {part.subnets[side] for part in chosen}
            if working != every:
                found |= working
        return tuple(sorted(found)) if found else None


def _sides(parts: Sequence[Part]) -> range:
    return range(len(parts[0].subnets))


def _unsure(part: Part) -> IntervalSet:
    one = part.outcome
    found = _union(bounds.may - bounds.must for bounds in (one.forward, one.full, one.some))
    return (found & part.within.some_may) | (one.forward.may & part.within.unsure)


def _why(part: Part) -> frozenset[str]:
    one = part.outcome
    return one.forward.why | one.full.why | one.some.why | part.doubts


def _client_ports(service: int, chosen: Sequence[Part]) -> IntervalSet | None:
    protocol = protocol_of(service)
    limits = [part.outcome.limits.get(protocol) for part in chosen]
    known = [one for one in limits if one]
    limit = PortLimit.of_all(known) if len(known) == len(limits) else None
    return limit.reached if limit else None


def _with_services(details: FlowSet, services: IntervalSet) -> FlowSet:
    return replace(details, services=services)


def best(answers: Sequence[FlowSets]) -> FlowSets:
    """The best verdict for each service, of the answers for several pairs of interfaces."""
    return _merged(answers, _best)


def _best(found: Sequence[FlowSet | None]) -> FlowSet | None:
    for verdict in BEST_FIRST:
        if winners := [one for one in found if one and one.verdict is verdict]:
            return _common(verdict, winners)
    return None


def agreed(answers: Sequence[FlowSets], why: frozenset[str]) -> FlowSets:
    """One of the answers is true: the verdict they agree on, or undetermined because of `why`."""

    def one_of(found: Sequence[FlowSet | None]) -> FlowSet | None:
        known = [one for one in found if one]
        verdicts = {one.verdict if one else Verdict.UNREACHABLE for one in found}
        if len(verdicts) == 1:
            return _common(verdicts.pop(), known) if known else None
        return _common(Verdict.UNDETERMINED, known, why)

    return _merged(answers, one_of)


def _common(
    verdict: Verdict, found: Sequence[FlowSet], why: frozenset[str] = NO_REASONS
) -> FlowSet:
    """The details in which all agree, and every reason."""
    first = found[0]
    same_addresses = all(one.addresses == first.addresses for one in found)
    same_ports = all(one.client_ports == first.client_ports for one in found)
    same_subnets = all(one.subnets == first.subnets for one in found)
    same_one_way = all(one.one_way == first.one_way for one in found)
    partial = verdict is Verdict.PARTIAL
    return FlowSet(
        EMPTY,
        verdict,
        addresses=first.addresses if same_addresses else None,
        client_ports=first.client_ports if partial and same_ports else None,
        subnets=first.subnets if partial and same_subnets else None,
        reasons=why.union(*(one.reasons for one in found)),
        one_way=first.one_way if partial and same_addresses and same_one_way else None,
    )


def _merged(answers: Sequence[FlowSets], rule: Rule) -> FlowSets:
    if len(answers) == 1:
        return answers[0]
    numbered = [Segments.apart([one.services for one in answer]) for answer in answers]
    alike: dict[FlowSet, list[IntervalSet]] = {}
    for piece in cut(ALL_SERVICES, numbered):
        found = [
            answer[at - 1] if (at := segments.at(piece.first)) else None
            for answer, segments in zip(answers, numbered, strict=True)
        ]
        if joined := rule(found):
            alike.setdefault(joined, []).append(piece)
    return tuple(_with_services(details, _union(pieces)) for details, pieces in alike.items())


def ordered(flow_sets: FlowSets) -> FlowSets:
    """Sorted by the first service of each."""
    return tuple(sorted(flow_sets, key=lambda one: one.services.first))
