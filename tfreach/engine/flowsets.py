"""The outcomes of all pieces of a pair in; its services by verdict, with their limits, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

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
    """

    subnets: tuple[str, ...]
    internet: IntervalSet
    outcome: Outcome


def judge(parts: Sequence[Part], doubt: frozenset[str] = NO_REASONS) -> FlowSets:
    """One pair of interfaces, quantified over all parts.

    doubt   why the addresses of an end are only an upper bound: how they differ decides nothing
    """
    verdicts = _by_verdict([part.outcome for part in parts])
    if doubt and verdicts:
        from_all = _in_all(part.outcome.forward.must for part in parts)
        unsure = verdicts.pop(Verdict.PARTIAL) | (verdicts[Verdict.ONE_WAY] - from_all)
        verdicts[Verdict.ONE_WAY] &= from_all
        verdicts[Verdict.UNDETERMINED] |= unsure
    return tuple(
        replace(one, reasons=one.reasons | doubt) if verdict is Verdict.UNDETERMINED else one
        for verdict, services in verdicts.items()
        if services
        for one in _detailed(verdict, services, parts)
    )


def _by_verdict(outcomes: Sequence[Outcome]) -> dict[Verdict, IntervalSet]:
    if not outcomes:
        return {}
    may_arrive = _union(one.forward.may for one in outcomes)
    if not may_arrive:
        return {}
    some_may = _union(one.some.may for one in outcomes)
    reachable = _in_all(one.full.must for one in outcomes)
    one_way = _union(one.forward.must for one in outcomes) - some_may
    partial = _union(one.some.must for one in outcomes) - _in_all(o.full.may for o in outcomes)
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


def _detailed(verdict: Verdict, services: IntervalSet, parts: Sequence[Part]) -> Iterable[FlowSet]:
    """`services`, cut so that every piece takes part in the same parts, and joined where alike."""
    partial = verdict is Verdict.PARTIAL
    taking = [part.outcome.some.may if partial else part.outcome.forward.may for part in parts]
    masks = [Segments(taking)]
    if partial and any(part.outcome.limits for part in parts):
        masks.append(Segments(list(WITH_PORTS.values())))
    undetermined = verdict is Verdict.UNDETERMINED
    unsure = Segments([_unsure(part.outcome) for part in parts] if undetermined else [])
    masks.append(unsure)
    alike: dict[FlowSet, list[IntervalSet]] = {}
    for piece in cut(services, masks):
        chosen = [parts[at] for at in bits(masks[0].at(piece.first))]
        details = FlowSet(
            EMPTY,
            verdict,
            addresses=_addresses(chosen, parts),
            client_ports=_client_ports(piece, chosen) if partial else None,
            subnets=_subnets(chosen, parts) if partial else None,
            reasons=_reasons(piece, unsure, parts),
        )
        alike.setdefault(details, []).append(piece)
    return [_with_services(details, _union(pieces)) for details, pieces in alike.items()]


def _unsure(outcome: Outcome) -> IntervalSet:
    return _union(
        bounds.may - bounds.must for bounds in (outcome.forward, outcome.full, outcome.some)
    )


def _reasons(piece: IntervalSet, unsure: Segments, parts: Sequence[Part]) -> frozenset[str]:
    found = [parts[at].outcome for at in bits(unsure.at(piece.first))]
    return NO_REASONS.union(*(one.forward.why | one.full.why | one.some.why for one in found))


def _addresses(chosen: Sequence[Part], parts: Sequence[Part]) -> IntervalSet | None:
    found = _union(part.internet for part in chosen)
    return None if found == _union(part.internet for part in parts) else found


def _client_ports(piece: IntervalSet, chosen: Sequence[Part]) -> IntervalSet | None:
    protocol = protocol_of(piece.first)
    limits = [part.outcome.limits.get(protocol) for part in chosen]
    known = [one for one in limits if one]
    limit = PortLimit.of_all(known) if len(known) == len(limits) else None
    return limit.reached if limit else None


def _subnets(chosen: Sequence[Part], parts: Sequence[Part]) -> tuple[str, ...] | None:
    found: set[str] = set()
    for side in range(len(parts[0].subnets)):
        working = {part.subnets[side] for part in chosen}
        if working != {part.subnets[side] for part in parts}:
            found |= working
    return tuple(sorted(found)) if found else None


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
    partial = verdict is Verdict.PARTIAL
    return FlowSet(
        EMPTY,
        verdict,
        addresses=first.addresses if same_addresses else None,
        client_ports=first.client_ports if partial and same_ports else None,
        subnets=first.subnets if partial and same_subnets else None,
        reasons=why.union(*(one.reasons for one in found)),
    )


def _merged(answers: Sequence[FlowSets], rule: Rule) -> FlowSets:
    if len(answers) == 1:
        return answers[0]
    masks = [Segments([one.services for one in answer]) for answer in answers]
    alike: dict[FlowSet, list[IntervalSet]] = {}
    for piece in cut(ALL_SERVICES, masks):
        found = [
            next((answer[at] for at in bits(mask.at(piece.first))), None)
            for answer, mask in zip(answers, masks, strict=True)
        ]
        if joined := rule(found):
            alike.setdefault(joined, []).append(piece)
    return tuple(_with_services(details, _union(pieces)) for details, pieces in alike.items())


def ordered(flow_sets: FlowSets) -> FlowSets:
    """Sorted by the first service of each."""
    return tuple(sorted(flow_sets, key=lambda one: one.services.first))
