"""An internet gateway with a route table of its own in; what it brings into its VPC, as sets, out.

The fast counterpart of engine/edge.py; the two share the model and nothing else.
"""

from __future__ import annotations

from dataclasses import field, replace

from tfreach.engine.filters import Acl
from tfreach.engine.junctions import EVERYTHING, Junction, Place, gate, leads_to, unknown
from tfreach.engine.middlebox_sets import End, Host, Hosts, Packet
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Lookup, NoRoute, Way
from tfreach.records import dataclass
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.headers import IPV6_BASE
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    InternetGateway,
    Local,
    OneOf,
    ToInterface,
    Tri,
)

OUTSIDE = OneOf()


@dataclass(slots=True)
class Edges:
    """The gateways of one network, as far as they have tables of their own (F44)."""

    hosts: Hosts
    _doors: dict[tuple[str, str], Junction | None] = field(default_factory=dict)
    _gateways: dict[str, list[InternetGateway]] = field(default_factory=dict)

    def gateway(self, id_: str) -> InternetGateway | None:
        return self.hosts.network.internet_gateways.get(id_)

    def door(self, id_: str, vpc: str) -> Junction | None:
        """A gateway as a place with a table; None: it has none, all goes by the local route."""
        key = id_, vpc
        if key not in self._doors:
            self._doors[key] = self._compiled(*key)
        return self._doors[key]

    def _compiled(self, id_: str, vpc: str) -> Junction | None:
        found, network = self.gateway(id_), self.hosts.network
        if found is None or not _steers(found):
            return None
        table = Lookup(network, found.edge)
        hosted = any(isinstance(target, ToInterface) for target in table.targets())
        none = Acl(network, OUTSIDE, ingress=True)
        return Junction(id_, vpc, none, none, table, (), hosted=hosted)

    def near(self, vpc: str) -> list[InternetGateway]:
        """Those that are, or may be, attached to a VPC."""
        if vpc not in self._gateways:
            found = sorted(self.hosts.network.internet_gateways.items())
            near = [one for _, one in found if leads_to(one.vpc, vpc) is not Tri.NO]
            self._gateways[vpc] = near
        return self._gateways[vpc]

    def sure(self, vpc: str) -> InternetGateway | None:
        """The gateway that surely is attached to a VPC."""
        return next((one for one in self.near(vpc) if leads_to(one.vpc, vpc) is Tri.YES), None)

    def unsure(self, vpc: str) -> bool:
        """Whether one that may be attached to it has a table of its own."""
        return any(_steers(one) for one in self.near(vpc))

    def segments(self, *vpcs: str) -> list[Segments]:
        """What cannot tell two addresses apart where a gateway steers what arrives."""
        doors = [self.door(one.id, vpc) for vpc in vpcs for one in self.near(vpc)]
        known = [door for door in doors if door]
        return [*(door.table.segments for door in known), *self.hosts.segments(*known)]

    def steered(self, id_: str, goal: Place, packet: Packet) -> list[End]:
        """From a gateway to a place in its VPC, or as far as it gets."""
        door = self.door(id_, goal.junction.vpc)
        if door is None:
            return [End(EVERYTHING, replace(goal.junction, id=id_), Local())]
        ways = door.table.at(packet.dst)
        return [
            replace(end, why=end.why | ways.why)
            for way in ways.ways
            for end in self.hosts.ends(way, door, packet, self._public(way, packet))
        ]

    def _public(self, way: Way, packet: Packet) -> Bounds:
        """What an internet gateway steers to needs a public address of its own (F44), but for a
        firewall endpoint (F86)."""
        if not isinstance(way, ToInterface) or packet.is_goal(way) or packet.dst >= IPV6_BASE:
            return EVERYTHING
        found = [host for host in self.hosts.at(way.interface) if isinstance(host, Host)]
        if found and found[0].firewall:
            return EVERYTHING
        has = found[0].interface.public.has if found else Tri.YES
        return gate(has, f"whether {way.interface} has a public address is not known")

    def past(self, id_: str, at: Place, address: int) -> Bounds:
        """What goes out directly, though the gateway may steer what comes in to a host (F45)."""
        door = self.door(id_, at.junction.vpc)
        if door is None:
            return EVERYTHING
        packet = Packet(0, address, goal=at)
        found = {self._leaves(way, packet) for way in door.table.at(address).ways}
        why = f"where {id_} steers what comes in is not known"
        return gate(found.pop() if len(found) == 1 else Tri.MAYBE, why)

    def _leaves(self, way: Way, packet: Packet) -> Tri:
        if isinstance(way, ToInterface) and not packet.is_goal(way):
            return Tri.MAYBE if way.interface in self.hosts.network.firewalls else Tri.NO
        inside = isinstance(way, Local | NoRoute) or packet.is_goal(way)
        return Tri.YES if inside else Tri.MAYBE

    def back_in(self, id_: str, x: Place, packet: Packet) -> Bounds:
        """What of a reply from the Internet gets from the gateway into place x."""
        entering = x.junction.entering.permits(packet.src)
        if self.door(id_, x.junction.vpc) is None:
            return entering & self.hosts.answered(packet)
        found: list[Bounds] = []
        why = frozenset[str]()
        for end in self.steered(id_, x, packet):
            why = why | end.why
            found.append(self.hosts.arrives(end, x, entering))
        joined = Bounds.either(found or [NOTHING], "where replies are sent is not known")
        return Bounds.of(joined.must, joined.may, joined.why | why)

    def unsteered(self, id_: str, to: IntervalSet) -> Bounds:
        """What comes back to something that translates: a host in front of it is not modelled."""
        found = self.gateway(id_)
        if found is None or not _steers(found):
            return EVERYTHING
        tables = self.hosts.network.tables
        known = not found.edge.open and all(one in tables for one in found.edge.ids)
        routes = [route for one in found.edge.ids if known for route in tables[one].routes]
        away = [route for route in routes if set(route.targets) != {Local()}]
        if known and not any(route.prefix.addresses & to for route in away):
            return EVERYTHING
        return unknown(EVERYTHING.may, f"{id_} may steer replies to a host on the way")


def _steers(gateway: InternetGateway) -> bool:
    return bool(gateway.edge.ids or gateway.edge.open)
