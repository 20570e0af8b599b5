"""A view in; how subnets of different VPCs get to each other and back, by routes alone, out.

One subnet stands for all of its VPC that share its zone, its route table and its network ACL, with
the addresses of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tfreach.engine.connections import Connections
from tfreach.engine.junctions import Junction, edges, leads_to
from tfreach.engine.pieces import cut
from tfreach.engine.routes import Way
from tfreach.lint.view import NOWHERE, View
from tfreach.records import dataclass
from tfreach.space.headers import ALL_OF, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Network, Subnet, ToPeering, ToTransit, Tri

Join = ToPeering | ToTransit

Spot = tuple[Subnet, IntervalSet]
"""A subnet that stands for others, and the addresses of all of them."""


@dataclass(frozen=True, slots=True)
class Trip:
    """From one subnet to another, where it surely gets there.

    way      the only way there
    back     where the table of the other subnet sends what is for this one
    returns  whether that gets back
    """

    source: Subnet
    target: Subnet
    way: Join
    back: tuple[Way, ...]
    returns: Tri
    family: Family

    @property
    def by(self) -> str:
        return join_id(self.way)


def join_id(way: Join) -> str:
    """The peering or the transit gateway."""
    return way.peering if isinstance(way, ToPeering) else way.gateway


def trips(view: View) -> tuple[Trip, ...]:
    """Of every two VPCs that something joins."""
    return tuple(trip for family in Family for trip in _trips(view, family))


def _trips(view: View, family: Family) -> Iterator[Trip]:
    by_vpc: dict[str, dict[object, Spot]] = {}
    for subnet in view.subnets:
        held = subnet.cidr & ALL_OF[family]
        if held and not subnet.unknown:
            mine = by_vpc.setdefault(subnet.vpc, {})
            key = subnet.table, subnet.zone, subnet.acl
            first, others = mine.get(key, (subnet, EMPTY))
            mine[key] = first, others | held
    for one, other in product(sorted(by_vpc), sorted(by_vpc)):
        if one != other and _joined(view.network, one, other):
            for x, y in product(by_vpc[one].values(), by_vpc[other].values()):
                yield from _trip(view, x, y, family)


def _joined(network: Network, one: str, other: str) -> bool:
    """Whether a peering or a transit gateway may have both."""
    for peering in network.peerings.values():
        for first, second in (peering.ends, peering.ends[::-1]):
            if Tri.NO not in (leads_to(first, one), leads_to(second, other)):
                return True
    near, far = (
        any(leads_to(item.vpc, vpc) is not Tri.NO for item in network.attachments.values())
        for vpc in (one, other)
    )
    return near and far


def _trip(view: View, x: Spot, y: Spot, family: Family) -> Iterator[Trip]:
    """Of the addresses that get there: it returns if one of them does, and surely does not if none
    may."""
    a, b = view.junction(x[0]), view.junction(y[0])
    if not any(isinstance(target, ToPeering | ToTransit) for target in a.table.targets()):
        return
    connections = view.paths.connections
    cuts = [*edges(a), *edges(b)]
    cuts += connections.transit.segments() if a.transits or b.transits else []
    found: dict[Tri, Trip] = {}
    for s, d in product(cut(x[1], cuts), cut(y[1], cuts)):
        ways = a.table.at(d.first).ways
        way = ways[0]
        if len(ways) == 1 and isinstance(way, ToPeering | ToTransit):
            there = connections.across(way, a, b, s.first, d.first)
            if there and all(one.passed.must and not one.lost for one in there):
                back = b.table.at(s.first).ways
                returns = _returns(connections, back, b, a, d.first, s.first)
                found.setdefault(returns, Trip(x[0], y[0], way, back, returns, family))
    for answer in (Tri.YES, Tri.MAYBE, Tri.NO):
        if answer in found:
            yield found[answer]
            return


def _returns(
    connections: Connections, back: tuple[Way, ...], b: Junction, a: Junction, s: int, d: int
) -> Tri:
    """Whether what is sent back gets there, as far as routes say."""
    found: set[Tri] = set()
    for way in back:
        crossings = connections.across(way, b, a, s, d)
        if isinstance(way, NOWHERE) or (isinstance(way, ToPeering | ToTransit) and not crossings):
            found.add(Tri.NO)
        elif all(one.passed.must and not one.lost for one in crossings) and crossings:
            found.add(Tri.YES)
        else:
            dead = isinstance(way, ToTransit) and _dead(connections, way, b, s, d)
            found.add(Tri.NO if dead else Tri.MAYBE)
    return found.pop() if len(found) == 1 else Tri.MAYBE


def _dead(connections: Connections, way: ToTransit, b: Junction, s: int, d: int) -> bool:
    """Whether a transit gateway surely has no route on."""
    ends = connections.transit.ends(way.gateway, b, s, d)
    return all(end.entry is None and not end.lost and not end.passed.may for end in ends)
