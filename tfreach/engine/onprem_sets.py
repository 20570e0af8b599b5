"""A subnet and on-premises in; every way between the two, and what passes there, out.

The fast counterpart of engine/onprem.py; the two share the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfreach.engine.connections import DROPPED, Connections, Crossing
from tfreach.engine.junctions import (
    EVERYTHING,
    Junction,
    Junctions,
    by_vpn,
    gate,
    leads_to,
    unknown,
)
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Way
from tfreach.engine.transit_sets import End
from tfreach.space.bounds import Bounds
from tfreach.space.headers import ALL_IPV6, IPV6_BASE
from tfreach.topology.network import (
    Elsewhere,
    Network,
    ToInterface,
    ToNat,
    ToTransit,
    ToVpn,
    Tri,
)


class OnPremises:
    """All ways of one network from and to on-premises."""

    def __init__(self, network: Network, junctions: Junctions, connections: Connections) -> None:
        self._network = network
        self._junctions = junctions
        self._connections = connections
        self._segments: list[Segments] | None = None

    def segments(self) -> list[Segments]:
        """What cannot tell two addresses apart on any such way."""
        if self._segments is None:
            served = [one.serves for one in self._network.vpn_gateways.values()]
            self._segments = [Segments(served), *self._connections.transit.segments()]
        return self._segments

    def leave(self, way: Way, a: Junction, s: int, d: int) -> list[Crossing]:
        """From address s in subnet a by one of its routes to address d on premises: one of these is
        what happens. By no NAT gateway."""
        match way:
            case ToVpn():
                return [Crossing(by_vpn(self._network, way.gateway, a.vpc, d))]
            case ToTransit():
                ends = self._connections.transit.ends(way.gateway, a, s, d)
                return [one for end in ends for one in self._on_from(end, s, d)]
            case Elsewhere():
                return [Crossing(EVERYTHING, lost=way.what)]
            case ToInterface():
                return [Crossing(EVERYTHING, lost="what a host hands it on to is not modelled")]
            case _:
                return [DROPPED]

    def _on_from(self, end: End, s: int, d: int) -> Iterator[Crossing]:
        """From where a transit gateway leads to; a VPC hands nothing on to on-premises (F62)."""
        e = end.entry
        if end.outside:
            yield Crossing(end.passed, why=end.why)
        elif end.lost:
            yield Crossing(end.passed, lost=end.lost, why=end.why)
        elif e is None:
            yield replace(DROPPED, why=end.why)
        else:
            passed, ways = end.passed & e.leaving.permits(d), e.table.at(d)
            own = s in self._network.vpcs[e.vpc].cidrs
            for way in ways.ways:
                lost = _lost(way, own)
                one = Crossing(passed, lost=lost) if lost else DROPPED
                yield replace(one, why=end.why | ways.why)

    def enter(self, b: Junction, c: int, d: int) -> list[Crossing]:
        """From address c on premises to the doorstep of d in subnet b: one of these is what
        happens. What surely does not lead into the VPC is no way where another does."""
        found = [*self._by_gateways(b, c), *self._by_attachments(b, c, d)]
        found += [(True, [Crossing(EVERYTHING, lost=why)]) for why in self._unseen(b.vpc)]
        leading = [ways for leads, ways in found if leads] or [ways for _, ways in found]
        ways = [one for crossings in leading for one in crossings]
        if len(leading) > 1:
            why = f"which way on-premises takes to {b.vpc} is not known"
            ways = [replace(one, why=one.why | {why}) for one in ways]
        return ways or [DROPPED]

    def _by_gateways(self, b: Junction, c: int) -> Iterator[tuple[bool, list[Crossing]]]:
        for gateway in self._network.vpn_gateways.values():
            near = leads_to(gateway.vpc, b.vpc)
            if near is Tri.NO or (c >= IPV6_BASE and gateway.serves.isdisjoint(ALL_IPV6)):
                continue
            passed = gate(near, gateway.vpc.reason or f"the VPC of {gateway.id} is not known")
            for doubt in filter(None, (gateway.unknown, gateway.inbound)):
                passed = passed & gate(Tri.MAYBE, doubt)
            yield True, [Crossing(passed & b.entering.permits(c))]

    def _by_attachments(self, b: Junction, c: int, d: int) -> Iterator[tuple[bool, list[Crossing]]]:
        for attachment in self._network.attachments.values():
            if not attachment.outside:
                continue
            ends = self._connections.transit.from_outside(attachment, d)
            crossings = [
                one
                for end in ends
                for one in (
                    [replace(DROPPED, why=end.why)]
                    if end.outside
                    else self._connections.landed(end, b, c, d)
                )
            ]
            yield any(not end.outside and (end.lost or end.entry) for end in ends), crossings

    def _unseen(self, vpc: str) -> Iterator[str]:
        """Why on-premises may get into a VPC by what is in another plan, or not modelled."""
        network = self._network
        if network.other_ways_in:
            yield network.other_ways_in
        for one in network.attachments.values():
            if one.far or one.outside or one.active is Tri.NO:
                continue
            gateways = [network.transit_gateways.get(id_) for id_ in one.gateway.ids]
            unknown = one.gateway.open or any(gw is None or gw.unknown for gw in gateways)
            if unknown and leads_to(one.vpc, vpc) is not Tri.NO:
                yield f"what else {one.id} leads to is not in this plan"

    def any_of(self, found: Sequence[Crossing]) -> Bounds:
        """What gets through whichever of them is true: of a reply."""
        passed = [unknown(one.passed.may, one.lost) if one.lost else one.passed for one in found]
        joined = Bounds.either(passed, "which way on-premises takes is not known")
        return Bounds.of(joined.must, joined.may, joined.why.union(*(one.why for one in found)))


def _lost(way: Way, own: bool) -> str:
    """Why nothing is known of what a VPC does with what a transit gateway brings it."""
    match way:
        case Elsewhere():
            return way.what
        case ToTransit() | ToNat() | ToInterface():
            return "a transit gateway leads into a VPC, which hands it on: not modelled"
        case ToVpn() if own:
            return f"whether {way.gateway} takes what is not from its VPC is not known"
        case _:
            return ""
