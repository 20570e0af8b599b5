"""A subnet and one of its routes in; what gets into another VPC by it, as sets of services, out.

The fast counterpart of engine/crossing.py; the two share the model and nothing else.
"""

from __future__ import annotations

from dataclasses import replace

from tfreach.engine.filters import Slots
from tfreach.engine.junctions import (
    EVERYTHING,
    Junction,
    Junctions,
    Path,
    by_vpn,
    elsewhere,
    gate,
    leads_to,
    unknown,
)
from tfreach.engine.routes import Way
from tfreach.engine.transit_sets import End, Transit
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import IPV6_BASE, Family, family_of
from tfreach.topology.network import (
    Elsewhere,
    Local,
    Network,
    OneOf,
    Peering,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToTransit,
    ToVpn,
    Tri,
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One way to the doorstep of an interface in another VPC.

    passed   the services that the filters on the way let through
    groups   whether the groups of the sender are known there (F8)
    lost     why nothing is known of it from somewhere on; "" when it gets there
    why      why it is not known which of several ways it is
    """

    passed: Bounds
    groups: Tri = Tri.YES
    lost: str = ""
    why: frozenset[str] = NO_REASONS


DROPPED = Crossing(NOTHING)


def seen(groups: Slots, kept: Tri) -> Slots:
    """The groups of the other side as a filter sees them."""
    if kept is Tri.YES:
        return groups
    if kept is Tri.NO:
        return ()
    why = "whether group references hold on the way is not known"
    return tuple(OneOf((*slot.ids, ""), slot.open, slot.reason or why) for slot in groups)


class Connections:
    """What joins the VPCs of one network, compiled."""

    def __init__(self, network: Network, junctions: Junctions) -> None:
        self._network = network
        self.transit = Transit(network, junctions)

    def keeps_receiver(self, way: Way, one: str, other: str) -> Tri:
        """Whether an egress rule of the sender may name groups of the receiver (F8, F9)."""
        if isinstance(way, ToTransit):
            return self._peered_too(Tri.NO, one, other)
        if isinstance(way, ToPeering) and way.peering in self._network.peerings:
            return self._network.peerings[way.peering].same_region
        return Tri.NO if isinstance(way, ToInternet | ToEgressOnly) else Tri.YES

    def across(
        self, way: Way, a: Junction, b: Junction, s: int, d: int, *, reply: bool = False
    ) -> list[Crossing]:
        """From subnet a by one of its routes to address d, which lies in subnet b of another VPC.
        One of these is what happens; none: it is dropped."""
        match way:
            case ToPeering():
                return [self._over_peering(way.peering, a, b, s)]
            case ToTransit():
                ends = self.transit.ends(way.gateway, a, s, d)
                kept = [
                    replace(end, groups=self._peered_too(end.groups, a.vpc, b.vpc)) for end in ends
                ]
                return [one for end in kept for one in self.landed(end, b, s, d)]
            case Elsewhere():
                return [Crossing(EVERYTHING, lost=way.what)]
            case ToInternet() | ToEgressOnly() if d >= IPV6_BASE:
                return self._over_internet(b, s, reply=reply)
            case ToVpn():
                gone = by_vpn(self._network, way.gateway, a.vpc, d)
                return [Crossing(gone, lost="what lies behind a VPN is not known")]
            case ToInterface():
                why = f"{way.interface} would forward it to another VPC, which is not modelled"
                return [Crossing(EVERYTHING, lost=why)]
            case _:
                return []

    def _over_internet(self, b: Junction, s: int, *, reply: bool) -> list[Crossing]:
        """By IPv6, whose addresses are the same outside: it needs an internet gateway to get in."""
        gateways = self._network.internet_gateways.values()
        if not reply and all(leads_to(one.vpc, b.vpc) is Tri.NO for one in gateways):
            return []
        why = "IPv6 between two VPCs over the Internet is not modelled"
        return [Crossing(unknown(b.entering.permits(s).may, why), Tri.NO)]

    def _over_peering(self, id_: str, a: Junction, b: Junction, s: int) -> Crossing:
        peering = self._network.peerings.get(id_)
        if peering is None:
            return Crossing(EVERYTHING, lost=f"{id_} is not known")
        passed = gate(peering.active, peering.why) & _joined(peering, a.vpc, b.vpc)
        return Crossing(passed & b.entering.permits(s), peering.same_region)

    def _peered_too(self, kept: Tri, one: str, other: str) -> Tri:
        """Not documented: references for a peering, where the packet takes another way."""
        for peering in self._network.peerings.values():
            doubtful = peering.active is not Tri.NO and peering.same_region is not Tri.NO
            if kept is Tri.NO and doubtful and _joined(peering, one, other).may:
                return Tri.MAYBE
        return kept

    def landed(self, end: End, b: Junction, s: int, d: int) -> list[Crossing]:
        """From where a transit gateway enters a VPC, by that subnet's own table (F70)."""
        e = end.entry
        if end.lost or e is None:
            return [Crossing(end.passed, lost=end.lost, why=end.why) if end.lost else DROPPED]
        groups = end.groups
        if e.id == b.id:  # F60
            return [Crossing(end.passed, groups, why=end.why)]
        found: list[Crossing] = []
        passed, ways = end.passed & e.leaving.permits(d), e.table.at(d)  # F61
        why = end.why | ways.why
        for way in ways.ways:
            if isinstance(way, Local) and e.vpc == b.vpc:
                found.append(Crossing(passed & b.entering.permits(s), groups, why=why))
            elif lost := self.lost_behind(way, e, s):
                found.append(Crossing(passed, lost=lost, why=why))
            else:
                found.append(replace(DROPPED, why=why))
        return found

    def lost_behind(self, way: Way, e: Junction, s: int) -> str:
        """Why nothing is known of what goes on so from a subnet that a transit gateway enters by;
        "" when it is dropped, or is known."""
        match way:
            case Elsewhere():
                return way.what
            case ToTransit() | ToNat() | ToInterface():
                return f"a transit gateway leads into {e.vpc}, which hands it on: not modelled"
            case ToPeering() | ToVpn() if s in self._network.vpcs[e.vpc].cidrs:
                return f"whether a peering or VPN takes what is not from {e.vpc} is not known"
            case _:
                return ""

    def back(self, b: Junction, a: Junction, s: int, d: int) -> Bounds:
        """The replies that get from address d in subnet b to s in subnet a of another VPC."""
        ways = b.table.at(s)
        found: list[Bounds] = []
        reasons = ways.why
        for way in ways.ways:
            crossings = self.across(way, b, a, d, s, reply=True) or [DROPPED]
            found += [_as_reply(one) for one in crossings]
            reasons = reasons.union(*(one.why for one in crossings))
        joined = Bounds.either(found, "where replies are sent is not known")
        return Bounds.of(joined.must, joined.may, joined.why | reasons)

    def peered_internet(self, way: ToPeering, passed: Bounds, d: int) -> Path | None:
        """A peering leads to no gateway of the other side (F62); None: it is dropped."""
        peering = self._network.peerings.get(way.peering)
        if peering is None:
            return elsewhere(passed, f"{way.peering} is not known")
        if peering.active is Tri.NO or self._knows_all(peering, family_of(d)):
            return None
        return elsewhere(passed, f"which addresses lie behind {peering.id} is not known")

    def _knows_all(self, peering: Peering, family: Family) -> bool:
        """Whether every VPC that it may lead to is known with all its blocks of one family."""
        vpcs = self._network.vpcs
        return all(
            end.ids
            and not end.open
            and all(i in vpcs and not vpcs[i].doubt(family) for i in end.ids)
            for end in peering.ends
        )


def _as_reply(one: Crossing) -> Bounds:
    return unknown(one.passed.may, one.lost) if one.lost else one.passed


def _joined(peering: Peering, one: str, other: str) -> Bounds:
    """Whether the two VPCs are the ends of a peering."""
    answer = Tri.NO
    for first, second in (peering.ends, peering.ends[::-1]):
        near, far = leads_to(first, one), leads_to(second, other)
        if Tri.NO in (near, far):
            continue
        answer = Tri.YES if near is far is Tri.YES or answer is Tri.YES else Tri.MAYBE
    why = next((end.reason for end in peering.ends if end.reason), "")
    return gate(answer, why or f"which VPCs {peering.id} joins is not known")
