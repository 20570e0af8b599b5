"""A place and an address of the Internet in; every way in, and what passes there and back, out.

The fast counterpart of engine/internet.py and engine/replies.py; they share the model and nothing
else.
"""

from __future__ import annotations

from tfreach.engine.connections import Connections
from tfreach.engine.edge_sets import Edges
from tfreach.engine.egress_sets import has_address, public_traffic, stands_at
from tfreach.engine.junctions import (
    DROPPED,
    EVERYTHING,
    NOWHERE,
    Fork,
    Junction,
    Path,
    Place,
    all_of,
    elsewhere,
    gate,
    leads_to,
    unknown,
)
from tfreach.engine.middlebox_sets import End, Packet
from tfreach.engine.routes import NoRoute, Way, Ways
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import IPV6_BASE
from tfreach.space.intervals import EMPTY
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Local,
    Network,
    ToEgressOnly,
    ToInternet,
    ToTransit,
    Tri,
)


@dataclass(slots=True)
class Inward:
    """All ways of one network from the Internet."""

    network: Network
    connections: Connections
    edges: Edges

    def ways(self, c: int, y: Place, d: int) -> Fork:
        """From the public address c to address d of y. Delivered whatever the subnet's own table
        says, but by IPv6 not to what it routes to an egress-only gateway (F58)."""
        passed = public_traffic(self.network, y.junction.id, "inward")
        passed = passed & self._inbound(y.junction.vpc) & has_address(y.public)
        if c >= IPV6_BASE:
            passed = passed & all_of(y.junction.table.at(c), _lets_in)
        if not passed.may:
            return NOWHERE
        door = self.edges.sure(y.junction.vpc)
        if door is None and self.edges.unsure(y.junction.vpc):
            return Fork((elsewhere(passed, "by which gateway it comes in is not known"),))
        packet = Packet(c, d, goal=y)
        paths: list[Path] = []
        why = NO_REASONS
        for end in self.edges.steered(door.id if door else "", y, packet):
            why = why | end.why
            paths.append(self._in(end, passed & end.passed, c, y, d))
        return Fork(tuple(paths), why)

    def _in(self, end: End, passed: Bounds, c: int, y: Place, d: int) -> Path:
        b = y.junction
        lost = end.lost or _led_astray(end)
        if lost:
            return elsewhere(passed, lost)
        if not end.direct and not isinstance(end.way, Local):
            return DROPPED
        arrived = y.ingress.permits(c)
        if not end.direct:
            arrived = arrived & b.entering.permits(c)
        if not (passed & arrived).may:
            return DROPPED
        back = b.leaving.permits(c) & self._sent_back(y, d, c, end.crossed)
        return Path(passed & arrived, back)

    def _sent_back(self, y: Place, d: int, c: int, crossed: frozenset[str]) -> Bounds:
        """What of a reply in y's subnet, which has left its ACL, gets to the Internet as y's."""
        b = y.junction
        ways = b.table.at(c)
        seen = frozenset((y.interface,))
        reply = Packet(d, c, y.groups, seen=seen, crossed=crossed, answers=True)
        found: list[Bounds] = []
        why = ways.why
        for way in ways.ways:
            for end in self.edges.hosts.ends(way, b, reply):
                why = why | end.why
                found.append(self._left(end, y, d, c, crossed))
        if len(found) == 1:
            return found[0]
        joined = Bounds.either(found, "where replies are sent is not known")
        return Bounds.of(joined.must, joined.may, (joined.why - {""}) | why)

    def _left(self, end: End, y: Place, d: int, c: int, crossed: frozenset[str]) -> Bounds:
        if isinstance(end.way, NoRoute | Blackhole):
            return NOTHING
        if lost := end.lost or _may_translate(end, c, crossed):
            return unknown(end.passed.may if end.way or end.lost else EMPTY, lost)
        if end.way is None:
            return NOTHING
        b = y.junction
        sent = end.passed & all_of(Ways((end.way,)), lambda way: self._returns(way, b, c))
        if isinstance(end.way, ToInternet) and not end.hosts:
            return sent & self.edges.past(end.way.gateway, y, d)
        return sent

    def _returns(self, way: Way, b: Junction, c: int) -> Tri:
        """Whether a reply goes back by a gateway that knows the public address: no other VPC has
        one (F52)."""
        match way:
            case ToInternet():
                return stands_at(self.network.internet_gateways.get(way.gateway), b.vpc)
            case Elsewhere():
                return Tri.MAYBE
            case ToTransit():
                ends = self.connections.transit.ends(way.gateway, b, 0, c)
                return Tri.MAYBE if any(end.lost for end in ends) else Tri.NO
            case _:
                return Tri.NO

    def _inbound(self, vpc: str) -> Bounds:
        """Whether some internet gateway brings packets into a VPC."""
        near = self.edges.near(vpc)
        if any(leads_to(gateway.vpc, vpc) is Tri.YES for gateway in near):
            return EVERYTHING
        if not near:
            return NOTHING
        default = "whether an internet gateway is attached to the VPC is not known"
        reasons = {gateway.vpc.reason or default for gateway in near}
        return gate(Tri.MAYBE, "; ".join(sorted(reasons)))


def _led_astray(end: End) -> str:
    """Why it is not known what becomes of what is steered, or handed on, out of the VPC."""
    match end.way:
        case Local() | Blackhole() | NoRoute() | None:
            return ""
        case Elsewhere(what):
            return what
        case _:
            return "a route on the way in leads out of the VPC, which is not modelled"


def _lets_in(way: Way) -> Tri:
    """Whether what is sent that way may be sent to by the Internet (F58)."""
    if isinstance(way, Elsewhere):
        return Tri.MAYBE
    return Tri.NO if isinstance(way, ToEgressOnly) else Tri.YES


def _may_translate(end: End, c: int, crossed: frozenset[str]) -> str:
    """Why a host may do something else with a reply than hand it on; "" if it cannot."""
    if c >= IPV6_BASE:
        return ""
    hosts = [host.interface for host in end.hosts if host.interface.id not in crossed]
    doubtful = [host.id for host in hosts if host.public.has is not Tri.NO]
    return f"whether {doubtful[0]} translates the reply is not known" if doubtful else ""
