"""Services of a pair that differ in; one flow whose traces before and after differ, out.

A verdict speaks of many members: places, addresses and ports. When two verdicts differ, some member
does. It is sought first among the members that both sides share, one for every piece that no filter
or table on the way divides; then among those of each side by itself (a host with another address).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import product
from typing import NamedTuple

from tfreach.diff.changes import Kind, Planned, Witness
from tfreach.diff.spots import Near, Spot, spots_of
from tfreach.engine.judge import NOWHERE
from tfreach.engine.pieces import Segments, cut
from tfreach.engine.trace import best, overall, trace
from tfreach.engine.verdicts import NAT_PORTS, FlowSet, Options, Trace, Verdict
from tfreach.records import dataclass
from tfreach.space.headers import (
    ALL_ADDRESSES,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Family,
    Flow,
    example,
    has_client_port,
    ports_of,
    service,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    Network,
    Tri,
)

GRE, ESP = 47, 50
NO_PORT = IntervalSet.span(0, 0)
TYPICAL = {
    Family.IPV4: {TCP: 443, UDP: 53, ICMP: 8 << 8},
    Family.IPV6: {TCP: 443, UDP: 53, ICMPV6: 128 << 8},
}
"""The port to show where a whole range differs; ICMP: echo request."""


class End(NamedTuple):
    """One endpoint: its id on either side, None on a side where it does not exist."""

    before: str | None
    after: str | None

    @property
    def id(self) -> str:
        """The id to show: the one after, or of what is removed the one before."""
        return self.after or self.before or ""


@dataclass(frozen=True, slots=True)
class Renames:
    """What `moved` blocks rename.

    moved     previous address -> address
    pattern   finds a previous address in a text
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    pattern: re.Pattern[str] = re.compile("(?!)")

    @classmethod
    def of(cls, planned: Mapping[str, Planned]) -> Renames:
        moved = {p.previous_address: p.address for p in planned.values() if p.previous_address}
        if not moved:
            return cls()
        names = "|".join(re.escape(name) for name in sorted(moved, key=len, reverse=True))
        return cls(moved, re.compile(rf"(?<![\w.\-])(?:{names})(?![\w\-\[])"))

    def text(self, text: str) -> str:
        """An id or sentence of the before side in the names of the after side."""
        return self.pattern.sub(lambda found: self.moved[found[0]], text) if self.moved else text


@dataclass(frozen=True, slots=True)
class Part:
    """Services of which each side says one thing, and what: flow sets of just these services."""

    services: IntervalSet
    before: FlowSet
    after: FlowSet

    @property
    def family(self) -> Family:
        return self.after.family


@dataclass(frozen=True, slots=True)
class Sides:
    """Both networks, and how the names of the first become those of the second."""

    before: Network
    after: Network
    options: Options
    renames: Renames


Answer = tuple[Tri, Tri]
"""(delivered, round trip): what all traces of one flow come to together."""


ABSENT: Mapping[Answer, Trace | None] = {(Tri.NO, Tri.NO): None}
"""The answers of a side where an end does not exist."""


@dataclass(frozen=True, slots=True)
class Found:
    """A flow on both sides, and how good a witness it is: 0 shows just what is reported, 1 surely
    differs, 2 may differ, 3 does not."""

    rank: int
    witness: Witness


def find_witness(
    kind: Kind,
    parts: Sequence[Part],
    source: End,
    destination: End,
    sides: Sides,
    *,
    any_will_do: bool = False,
) -> Witness:
    """One flow of `parts` whose traces differ; there is one, but where the sides differ only in
    where an end may be. AssertionError if not.

    any_will_do  the first that is tried, if it shows the change, and not what says most
    """
    part = best_part(kind, parts)
    seeker = _Seeker(kind, part, (source, destination), sides)
    if any_will_do and (first := next(seeker.first(), None)) and first.rank == 0:
        return first.witness
    found = _pick(seeker.shared())
    if found is None or found.rank > 1:
        apart = _pick(seeker.apart())
        found = min((one for one in (found, apart) if one), key=lambda one: one.rank, default=None)
    if found is None or (found.rank > 2 and not _is_of_places(part)):
        raise AssertionError(f"no witness: {kind.value} {source.id} -> {destination.id}: {part}")
    return found.witness


def _is_of_places(part: Part) -> bool:
    """Whether the sides may differ only in where an end may be: an end that is in two subnets, but
    has an address of the family in one, is reached in part; in that one alone, as a whole."""
    verdicts = {part.before.verdict, part.after.verdict}
    return Verdict.PARTIAL in verdicts and all(one.delivers for one in verdicts)


def _pick(candidates: Iterable[Found]) -> Found | None:
    chosen: Found | None = None
    for found in candidates:
        if chosen is None or found.rank < chosen.rank:
            chosen = found
        if found.rank == 0:
            break
    return chosen


def best_part(kind: Kind, parts: Sequence[Part]) -> Part:
    """The one to show."""
    return min(parts, key=lambda one: _merit(kind, one))


def _merit(kind: Kind, part: Part) -> tuple[int, int, int]:
    """Show what works best, and tcp before udp before icmp before the rest."""
    shown = part.before if kind is Kind.CLOSED else part.after
    order = [Verdict.REACHABLE, Verdict.PARTIAL, Verdict.ONE_WAY]
    protocols = [bool(ports_of(part.services, protocol)) for protocol in TYPICAL[part.family]]
    first = protocols.index(True) if True in protocols else len(protocols)
    return order.index(shown.verdict), first, part.services.first


def typical(found: IntervalSet, family: Family) -> int:
    """The service of a set that says most to a person."""
    for protocol, port in TYPICAL[family].items():
        if ports := ports_of(found, protocol):
            shown = port if port in ports else (ports - IntervalSet.span(0, 0) or ports).first
            return service(protocol, shown)
    usual = (service(protocol) for protocol in (GRE, ESP))
    return next((number for number in usual if number in found), found.first)


class _Seeker:
    """Tries flows of one part of one pair of endpoints, on both sides."""

    def __init__(self, kind: Kind, part: Part, ends: tuple[End, End], sides: Sides) -> None:
        self._kind = kind
        self._part = part
        self._sides = sides
        self._networks = (sides.before, sides.after)
        self._service = typical(part.services, part.family)
        ids = ([end.before for end in ends], [end.after for end in ends])
        self._spots = [
            [spots_of(network, id_, part.family) for id_ in pair if id_ is not None]
            for network, pair in zip(self._networks, ids, strict=True)
        ]
        self._there = [all(end[side] is not None for end in ends) for side in (0, 1)]

    @cached_property
    def _near(self) -> list[Near]:
        return [
            Near(network, [spot for spots in both for spot in spots])
            for network, both in zip(self._networks, self._spots, strict=True)
        ]

    @cached_property
    def _addresses(self) -> Segments:
        return Segments(list(dict.fromkeys(found for one in self._near for found in one.addresses)))

    @cached_property
    def _ports(self) -> Segments:
        ports = dict.fromkeys(found for one in self._near for found in one.ports(self._service))
        return Segments(list(ports))

    @property
    def _behind_nat(self) -> bool:
        return any(one.nat for one in self._near)

    def first(self) -> Iterator[Found]:
        """A flow between the same places on both sides, whatever may tell others apart."""
        if not all(self._there):
            return
        ports = self._sides.options.client_ports if has_client_port(self._service) else NO_PORT
        hint = _apart(self._part.before, self._part.after)
        for (xb, xa), (yb, ya) in product(self._matching(0), self._matching(1)):
            from_, to = xb.addresses & xa.addresses, yb.addresses & ya.addresses
            from_, to = from_ & hint or from_, to & hint or to
            flow = Flow(*_two(from_, to), self._service, ports.first)
            before = self._traced(0, flow, (xb, yb), NAT_PORTS.first)
            after = self._traced(1, flow, (xa, ya), NAT_PORTS.first)
            yield self._judged(before, after)

    def shared(self) -> Iterator[Found]:
        """The same flow between the same places on both sides."""
        if not all(self._there):
            return
        for (xb, xa), (yb, ya) in product(self._matching(0), self._matching(1)):
            flows = self._flows(xb.addresses & xa.addresses, yb.addresses & ya.addresses)
            for flow, nat_port in flows:
                before = self._traced(0, flow, (xb, yb), nat_port)
                after = self._traced(1, flow, (xa, ya), nat_port)
                yield self._judged(before, after)

    def apart(self) -> Iterator[Found]:
        """Every answer of one side beside every answer of the other."""
        for before, after in product(self._answers(0).items(), self._answers(1).items()):
            yield self._judged(before, after)

    def _matching(self, which: int) -> list[tuple[Spot, Spot]]:
        """The places of an end that both sides have, with addresses that both have."""
        text = self._sides.renames.text
        after = {spot.key: spot for spot in self._spots[1][which]}
        found = []
        for spot in self._spots[0][which]:
            other = after.get((text(spot.key[0]), text(spot.key[1])))
            if other and not spot.addresses.isdisjoint(other.addresses):
                found.append((spot, other))
        return found

    def _answers(self, side: int) -> Mapping[Answer, Trace | None]:
        """One trace for every answer that the members of one side give."""
        if not self._there[side]:
            return ABSENT
        found: dict[Answer, Trace | None] = {}
        for x, y in product(*self._spots[side]):
            for flow, nat_port in self._flows(self._held(x, 0), self._held(y, 1)):
                answer, shown = self._traced(side, flow, (x, y), nat_port)
                found.setdefault(answer, shown)
                if not self._there[1 - side] and self._is_best(side, answer):
                    return {answer: shown}
        return found or ABSENT

    def _is_best(self, side: int, answer: Answer) -> bool:
        nothing = next(iter(ABSENT))
        return self._rank(*((answer, nothing) if side == 0 else (nothing, answer))) == 0

    def _held(self, spot: Spot, which: int) -> IntervalSet:
        """Its addresses; where nothing is known of them, those of the other side, or just any."""
        if spot.addresses or spot.place.subnet:
            return spot.addresses
        known = [one.addresses for side in self._spots if len(side) == 2 for one in side[which]]
        return next((found for found in known if found), NOWHERE[self._part.family])

    def _flows(self, sources: IntervalSet, destinations: IntervalSet) -> Iterator[tuple[Flow, int]]:
        """One flow, and port of a NAT, for every combination that a filter or table may tell from
        another; what the flow sets say differs comes first."""
        before, after = self._part.before, self._part.after
        public = _apart(before, after)
        ports = _differing(before.client_ports, after.client_ports)
        with_port = has_client_port(self._service)
        client = _pieces(self._sides.options.client_ports, self._ports, ports)
        nat = _pieces(NAT_PORTS, self._ports, ports)
        for nat_port, port, to, from_ in product(
            nat if with_port and self._behind_nat else [NAT_PORTS],
            client if with_port else [NO_PORT],
            _pieces(destinations, self._addresses, public),
            _pieces(sources, self._addresses, public),
        ):
            yield Flow(*_two(from_, to), self._service, port.first), nat_port.first

    def _traced(
        self, side: int, flow: Flow, ends: tuple[Spot, Spot], nat_port: int
    ) -> tuple[Answer, Trace]:
        x, y = ends
        network, options = self._networks[side], self._sides.options
        traces = trace(network, flow, x.place, y.place, options, nat_port=nat_port)
        return overall(traces), best(traces)

    def _judged(
        self, before: tuple[Answer, Trace | None], after: tuple[Answer, Trace | None]
    ) -> Found:
        shown = after[1] or before[1]
        rank = self._rank(before[0], after[0])
        if shown is None or _shown(before[1]) == _shown(after[1]):
            rank = 3
        anywhere = NOWHERE[self._part.family].first
        flow = shown.flow if shown else Flow(anywhere, anywhere, self._service)
        return Found(rank, Witness(flow, before[1], after[1]))

    def _rank(self, before: Answer, after: Answer) -> int:
        return rank_of(self._kind, self._part, before, after)


def rank_of(kind: Kind, part: Part, before: Answer, after: Answer) -> int:
    """As Found has it."""
    if before == after:
        return 3
    if kind is Kind.CHANGED:
        return 2 if Tri.MAYBE in (*before, *after) else 0
    opened = kind is Kind.OPENED
    without, with_ = (before, after) if opened else (after, before)
    if without[0] is not Tri.NO or with_[0] is not Tri.YES:
        return 2
    verdict = part.after.verdict if opened else part.before.verdict
    return 0 if with_[1] is Tri.YES or verdict is Verdict.ONE_WAY else 1


def _pieces(whole: IntervalSet, by: Segments, hint: IntervalSet) -> list[IntervalSet]:
    """`whole` in pieces that nothing divides, those within `hint` first."""
    pieces = cut(whole, [by, Segments([hint])])
    return sorted(pieces, key=lambda piece: piece.first not in hint)


def _two(sources: IntervalSet, destinations: IntervalSet) -> tuple[int, int]:
    """An address of each, and not the same one if that can be."""
    source, destination = example(sources), example(destinations)
    if source == destination:
        same = IntervalSet.span(source, source)
        source = (sources - same or sources).first
        destination = destination if source != destination else (destinations - same or same).first
    return source, destination


def _shown(found: Trace | None) -> Answer:
    return (found.delivered, found.round_trip) if found else (Tri.NO, Tri.NO)


def _apart(before: FlowSet, after: FlowSet) -> IntervalSet:
    """The addresses of the Internet of which they do not say the same."""
    sides = [
        (EMPTY, EMPTY) if one.verdict is Verdict.UNREACHABLE else (one.addresses, one.delivered)
        for one in (before, after)
    ]
    return _differing(sides[0][0], sides[1][0]) | _differing(sides[0][1], sides[1][1])


def _differing(before: IntervalSet | None, after: IntervalSet | None) -> IntervalSet:
    """What is in one and not the other; None stands for everything."""
    if before is None or after is None:
        limit = before if after is None else after
        return EMPTY if limit is None else ALL_ADDRESSES - limit
    return (before - after) | (after - before)
