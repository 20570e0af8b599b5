"""The ways between two pieces in; what is delivered, and answered on all or some ports, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import reduce

from tfreach.engine.junctions import Fork, Path
from tfreach.engine.pieces import Segments, bits, cut
from tfreach.engine.verdicts import NAT_PORTS
from tfreach.records import dataclass
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.headers import (
    ALL_SERVICES,
    ICMP_OF,
    ICMP_REPLIES,
    PORTS,
    TCP,
    UDP,
    Family,
    ports_of,
    service,
    services,
)
from tfreach.space.intervals import EMPTY, IntervalSet

WITH_PORTS = {TCP: services(TCP), UDP: services(UDP)}
WITHOUT_PORTS = ALL_SERVICES - services(TCP) - services(UDP)
OTHERS = {family: WITHOUT_PORTS - services(icmp) for family, icmp in ICMP_OF.items()}
UNANSWERED = {
    family: services(icmp)
    - IntervalSet.of(
        (service(icmp, kind << 8), service(icmp, kind << 8 | 255)) for kind in ICMP_REPLIES[family]
    )
    for family, icmp in ICMP_OF.items()
}


@dataclass(frozen=True, slots=True)
class PortLimit:
    """Ports that replies may reach, on one way or another, and those that they reach on none."""

    reached: IntervalSet
    missed: IntervalSet

    @staticmethod
    def of_all(limits: Sequence[PortLimit]) -> PortLimit | None:
        """Of several ways together; None when every port is reached on one of them."""
        reached = IntervalSet.of(span for one in limits for span in one.reached.spans)
        missed = IntervalSet.of(span for one in limits for span in one.missed.spans) - reached
        return PortLimit(reached, missed) if missed else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of the requests from one piece to another. some.must >= full.must, so for may.

    forward  delivered
    full     delivered, and the reply to every client port (and every port of a NAT) gets back
    some     delivered, and the reply to some port does
    limits   protocol -> the ports that replies may reach; a protocol that is missing: all of them
    """

    forward: Bounds = NOTHING
    full: Bounds = NOTHING
    some: Bounds = NOTHING
    limits: Mapping[int, PortLimit] = field(default_factory=dict)


NOT_DELIVERED = Outcome()


def outcome(fork: Fork, client_ports: IntervalSet, family: Family = Family.IPV4) -> Outcome:
    """All of `fork` taken together: what is sure is sure on every path."""
    paths = [path for path in fork.paths if path.forward.may]
    if not paths:
        return NOT_DELIVERED
    forward = _one_of((path.forward for path in fork.paths), fork.why)
    plain = _one_of((_answered(path, family) for path in fork.paths), fork.why)
    full, some = plain, plain
    limits: dict[int, PortLimit] = {}
    for protocol, all_of_it in WITH_PORTS.items():
        if forward.may.isdisjoint(all_of_it):
            continue
        replies = [_replies(path, protocol, client_ports) for path in fork.paths]
        every, any_ = _with_ports(replies, fork.why)
        full, some = full | every, some | any_
        reached = [reply.limit for reply in replies if reply.forward.may]
        if limit := PortLimit.of_all(reached):
            limits[protocol] = limit
    return Outcome(forward, full, some, limits)


def _one_of(outcomes: Iterable[Bounds], why: frozenset[str]) -> Bounds:
    first, *others = outcomes
    if not others:
        return first
    joined = Bounds.either((first, *others), "")
    return Bounds.of(joined.must, joined.may, (joined.why - {""}) | why)


def _answered(path: Path, family: Family) -> Bounds:
    """The services without ports that are delivered, and whose reply gets back if one is due."""
    forward = path.forward.limited(WITHOUT_PORTS)
    if not forward.may:
        return NOTHING
    back = path.client if path.nat is None else path.client & path.nat
    must, may = (_asked_by(replies, family) for replies in (back.must, back.may))
    return forward & Bounds.of(must, may, back.why)


def _asked_by(replies: IntervalSet, family: Family) -> IntervalSet:
    """The requests without ports whose reply is in `replies`, or that get none."""
    if replies == ALL_SERVICES:
        return WITHOUT_PORTS
    answering = IntervalSet.of(
        (-(-lo // PORTS) * PORTS, hi // PORTS * PORTS + PORTS - 1) for lo, hi in replies.spans
    )
    icmp = ICMP_OF[family]
    echoed = IntervalSet.of(
        (service(icmp, asked << 8), service(icmp, asked << 8 | 255))
        for asked, answer in ICMP_REPLIES[family].items()
        if service(icmp, answer << 8) in replies
    )
    return (answering & OTHERS[family]) | UNANSWERED[family] | echoed


@dataclass(frozen=True, slots=True)
class _Replies:
    """Of one path and one protocol with ports: services delivered, and the ports replies reach.

    client, nat  must and may, within the ports that count: `client_ports`, and NAT_PORTS
    """

    forward: Bounds
    client: Bounds
    nat: Bounds
    client_ports: IntervalSet
    behind_nat: bool

    @property
    def reach_all(self) -> bool:
        """Whether replies may reach every port."""
        return self.client.may == self.client_ports and self.nat.may == NAT_PORTS

    @property
    def limit(self) -> PortLimit:
        """The ports that no stateless filter on the way keeps replies from."""
        if not self.behind_nat:
            return PortLimit(self.client.may, self.client_ports - self.client.may)
        reached = self.nat.may - (self.client_ports - self.client.may)
        return PortLimit(reached, NAT_PORTS - reached)


def _replies(path: Path, protocol: int, client_ports: IntervalSet) -> _Replies:
    client = _ports(path.client, protocol, client_ports)
    nat = Bounds.exactly(NAT_PORTS) if path.nat is None else _ports(path.nat, protocol, NAT_PORTS)
    forward = path.forward.limited(WITH_PORTS[protocol])
    return _Replies(forward, client, nat, client_ports, path.nat is not None)


def _ports(passing: Bounds, protocol: int, within: IntervalSet) -> Bounds:
    if passing.must == ALL_SERVICES:
        return Bounds.exactly(within)
    must, may = ports_of(passing.must, protocol), ports_of(passing.may, protocol)
    return Bounds.of(must & within, may & within, passing.why)


def _with_ports(replies: Sequence[_Replies], why: frozenset[str]) -> tuple[Bounds, Bounds]:
    """(for every port, for some port). A port works surely if it does on every path."""
    reasons = why.union(*(r.forward.why | r.client.why | r.nat.why for r in replies))
    client_ports = replies[0].client_ports
    forward = reduce(IntervalSet.__and__, (reply.forward.must for reply in replies))
    client = reduce(IntervalSet.__and__, (reply.client.must for reply in replies))
    nat = reduce(IntervalSet.__and__, (reply.nat.must for reply in replies))
    full_must = forward if (client, nat) == (client_ports, NAT_PORTS) else EMPTY
    some_must = forward if client and nat else EMPTY
    some_may = EMPTY
    for reply in replies:
        if reply.client.may and reply.nat.may:
            some_may = some_may | reply.forward.may
    full_may = _covered(replies, some_may, client_ports)
    return Bounds.of(full_must, full_may, reasons), Bounds.of(some_must, some_may, reasons)


def _covered(
    replies: Sequence[_Replies], candidates: IntervalSet, client_ports: IntervalSet
) -> IntervalSet:
    """The services for which every pair of a client's and a NAT's port works on some path."""
    if len(replies) == 1:
        (reply,) = replies
        return candidates if reply.reach_all else EMPTY
    segments = Segments([reply.forward.may for reply in replies])
    found: list[IntervalSet] = []
    for piece in cut(candidates, [segments]):
        taking = [replies[at] for at in bits(segments.at(piece.first))]
        by_client = Segments([reply.client.may for reply in taking])
        if all(
            _all_nat_ports([taking[at] for at in bits(by_client.at(ports.first))])
            for ports in cut(client_ports, [by_client])
        ):
            found.append(piece)
    return IntervalSet.of(span for piece in found for span in piece.spans)


def _all_nat_ports(replies: Sequence[_Replies]) -> bool:
    return IntervalSet.of(span for r in replies for span in r.nat.may.spans) == NAT_PORTS
