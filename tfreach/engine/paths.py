"""Two places in; every way a request may take between them, and what passes there and back, out.

A place is one site of an interface. Addresses are representatives: `cuts` says which addresses the
filters and tables on the way cannot tell apart.
"""

from __future__ import annotations

from dataclasses import field

from tfreach.engine.connections import DROPPED as DROPPED_THERE
from tfreach.engine.connections import Connections, seen
from tfreach.engine.edge_sets import Edges
from tfreach.engine.egress_sets import Egress
from tfreach.engine.filters import Groups, Slots
from tfreach.engine.fleet_sets import Fleets
from tfreach.engine.inward_sets import Inward
from tfreach.engine.junctions import (
    DROPPED,
    NOWHERE,
    Fork,
    Junction,
    Junctions,
    Path,
    Place,
    edges,
    elsewhere,
)
from tfreach.engine.middlebox_sets import End, Hosts, Packet
from tfreach.engine.onprem_sets import OnPremises
from tfreach.engine.pieces import Segments
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import IPV6_BASE
from tfreach.topology.network import (
    Elsewhere,
    Interface,
    Local,
    Network,
    Site,
    ToInterface,
    ToNat,
    ToPeering,
    ToTransit,
    ToVpn,
)

BEHIND_NAT = "a gateway endpoint behind a NAT gateway is not modelled"


@dataclass(slots=True)
class Paths:
    """All ways of one network; whatever is compiled for a subnet or a set of groups is kept."""

    network: Network
    junctions: Junctions = field(init=False)
    connections: Connections = field(init=False)
    hosts: Hosts = field(init=False)
    egress: Egress = field(init=False)
    on_premises: OnPremises = field(init=False)
    inward: Inward = field(init=False)
    _groups: dict[tuple[Slots, bool], Groups] = field(default_factory=dict)
    _slots: dict[int, tuple[Slots, Groups, Groups]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.junctions = Junctions(self.network)
        self.connections = Connections(self.network, self.junctions)
        fleets = Fleets(self.network, self.junctions, self.place)
        self.hosts = Hosts(self.network, self.junctions, self.place, fleets)
        edges_ = Edges(self.hosts)
        self.egress = Egress(self.network, self.connections, edges_)
        self.inward = Inward(self.network, self.connections, edges_)
        self.on_premises = OnPremises(self.network, self.junctions, self.connections)

    def place(self, interface: Interface, site: Site) -> Place:
        """One site of an interface, compiled."""
        slots = interface.groups
        if id(slots) not in self._slots:  # an interface keeps them, and so does this
            both = self.groups(slots, ingress=True), self.groups(slots, ingress=False)
            self._slots[id(slots)] = slots, *both
        _, ingress, egress = self._slots[id(slots)]
        junction = self.junctions.at(site.subnet)
        public, id_ = interface.public, interface.id
        return Place(junction, site.addresses, slots, ingress, egress, public, id_)

    def groups(self, slots: Slots, *, ingress: bool) -> Groups:
        key = (slots, ingress)
        if key not in self._groups:
            self._groups[key] = Groups(self.network, slots, ingress=ingress)
        return self._groups[key]

    # What cannot tell two addresses apart: of the source, and of the destination.

    def cuts_inside(self, x: Place, y: Place) -> tuple[list[Segments], list[Segments]]:
        a, b = x.junction, y.junction
        beyond = [self.junctions.at(id_).table.segments for id_ in a.nat_subnets]
        source = [y.ingress.segments, *edges(b)]
        far = self._transit_cuts(a, b) if a.vpc != b.vpc else []
        far = [*far, *self.hosts.segments(a, b)]
        return [*source, *far], [x.egress.segments, *edges(a), *beyond, *far]

    # Those of an interface and addresses far away leave its own groups out.

    def cuts_out(self, x: Place) -> tuple[list[Segments], list[Segments]]:
        beyond = [cut for id_ in x.junction.nat_subnets for cut in edges(self.junctions.at(id_))]
        beyond += [*self._transit_cuts(x.junction), *self.hosts.segments(x.junction)]
        beyond += self.inward.edges.segments(x.junction.vpc)
        return beyond, [*edges(x.junction), *beyond]

    def cuts_in(self, y: Place) -> tuple[list[Segments], list[Segments]]:
        hosts = [*self.hosts.segments(y.junction), *self.inward.edges.segments(y.junction.vpc)]
        far = [*self._transit_cuts(y.junction), *hosts]
        return [*edges(y.junction), *far], hosts

    def cuts_far(self, x: Place) -> list[Segments]:
        """On the way from or to on-premises, of an address on either side."""
        nats = [cut for id_ in x.junction.nat_subnets for cut in edges(self.junctions.at(id_))]
        return [*edges(x.junction), *nats, *self.on_premises.segments()]

    def _transit_cuts(self, *near: Junction) -> list[Segments]:
        transits = any(junction.transits for junction in near)
        return self.connections.transit.segments() if transits else []

    # The ways themselves.

    def inside(self, x: Place, s: int, y: Place, d: int) -> Fork:
        """From address s of x to address d of y, two different interfaces."""
        a, b = x.junction, y.junction
        if a.vpc != b.vpc:
            return self._between(x, s, y, d)
        passed = x.egress.permits(d, y.groups)
        if a.id == b.id:  # neither network ACL nor table: F28, F47
            if passed.may:
                passed = passed & y.ingress.permits(s, x.groups)
            return Fork((Path(passed),))
        if not passed.may:
            return NOWHERE
        leaving, ways = a.leaving.permits(d), a.table.at(d)
        packet = Packet(s, d, x.groups, y, frozenset((x.interface,)))
        paths: list[Path] = []
        why = ways.why
        for way in ways.ways:
            passed = leaving & self.hosts.egress(x, packet, way)
            for end in self.hosts.ends(way, a, packet, passed):
                paths.append(self._inside(end, x, s, y, d))
                why = why | end.why
        return Fork(tuple(paths), why)

    def _inside(self, end: End, x: Place, s: int, y: Place, d: int) -> Path:
        b, passed = y.junction, end.passed
        if end.lost:
            return elsewhere(passed, end.lost)
        match Local() if end.direct else end.way:
            case Local():
                arrived = y.ingress.permits(s, () if end.hosts else x.groups)
                if not arrived.may:
                    return DROPPED
                if not end.direct:
                    arrived = b.entering.permits(s) & arrived
                seen = frozenset((y.interface,))
                reply = Packet(d, s, y.groups, x, seen, end.crossed, answers=True)
                return Path(passed & arrived, b.leaving.permits(s) & self.hosts.home(b, x, reply))
            case ToNat() as way:
                return self._nat_between(way, passed, b.vpc, d)
            case Elsewhere() as way:
                return elsewhere(passed, way.what)
            case ToPeering() | ToTransit() | ToVpn():
                return elsewhere(passed, "a route inside the VPC that leads out of it")
            case _:
                return DROPPED

    def _between(self, x: Place, s: int, y: Place, d: int) -> Fork:
        """From one VPC to another. The reply takes the ways of the other side, whatever way the
        request came by (F62: nothing asks where a packet comes from)."""
        a, b = x.junction, y.junction
        leaving = a.leaving.permits(d)
        ways = a.table.at(d)
        back = b.leaving.permits(s) & self.connections.back(b, a, s, d) if leaving.may else NOTHING
        paths: list[Path] = []
        why = ways.why
        for way in ways.ways:
            groups = seen(y.groups, self.connections.keeps_receiver(way, a.vpc, b.vpc))
            passed = leaving & x.egress.permits(d, groups)
            if isinstance(way, ToNat):
                paths.append(self._nat_between(way, passed, b.vpc, d))
                continue
            crossings = self.connections.across(way, a, b, s, d)
            paths += [] if crossings else [DROPPED]
            for one in crossings:
                why = why | one.why
                if one.lost:
                    paths.append(elsewhere(passed & one.passed, one.lost))
                    continue
                arrived = y.ingress.permits(s, seen(x.groups, one.groups))
                paths.append(Path(passed & one.passed & arrived, back))
        return Fork(tuple(paths), why)

    def _nat_between(self, way: ToNat, passed: Bounds, vpc: str, d: int) -> Path:
        if d >= IPV6_BASE:  # F58
            return DROPPED
        why = "a NAT gateway between two subnets is not modelled"
        return elsewhere(passed, why) if self.nat_may_reach(way, vpc, d) else DROPPED

    def nat_may_reach(self, way: ToNat, vpc: str, d: int) -> bool:
        nat = self.network.nat_gateways.get(way.gateway)
        if nat is None or nat.subnet.open or not nat.subnet.ids:
            return True
        for id_ in nat.subnet.ids:
            if id_ not in self.network.subnets:
                return True
            m = self.junctions.at(id_)
            for onward in m.table.at(d).ways:
                out = Elsewhere | ToPeering | ToTransit | ToVpn | ToInterface
                if isinstance(onward, out) or (isinstance(onward, Local) and m.vpc == vpc):
                    return True
        return False

    def to_internet(self, x: Place, s: int, d: int, to_aws: str = "") -> Fork:
        """From address s of x to the public address d, which the service `to_aws` may have."""
        passed = x.egress.permits(d, to_aws=to_aws) & x.junction.leaving.permits(d)
        return self.egress.ways(passed, x, s, (d, to_aws)) if passed.may else NOWHERE

    def to_on_premises(self, x: Place, s: int, d: int) -> Fork:
        """From address s of x to address d on premises. No group is known there."""
        a = x.junction
        passed = x.egress.permits(d) & a.leaving.permits(d)
        if not passed.may:
            return NOWHERE
        ways = a.table.at(d)
        back, why = self.on_premises.enter(a, d, s), ways.why
        answered = self.on_premises.any_of(back)
        paths: list[Path] = []
        for way in ways.ways:
            if isinstance(way, ToNat):
                paths.append(self._nat_between(way, passed, "", d))
                continue
            for one in self.on_premises.leave(way, a, s, d):
                why = why | one.why
                sent = passed & one.passed
                paths.append(elsewhere(sent, one.lost) if one.lost else Path(sent, answered))
        return Fork(tuple(paths), why)

    def from_on_premises(self, c: int, y: Place, d: int) -> Fork:
        """From address c on premises to address d of y."""
        b = y.junction
        permitted = y.ingress.permits(c)
        sent_back = self._sent_back(b, c, d)
        paths, why = [], NO_REASONS
        for one in self.on_premises.enter(b, c, d):
            why = why | one.why
            if one.lost:
                paths.append(elsewhere(one.passed, one.lost))
            else:
                paths.append(Path(one.passed & permitted, b.leaving.permits(c) & sent_back))
        return Fork(tuple(paths), why)

    def _sent_back(self, b: Junction, c: int, d: int) -> Bounds:
        """The replies that the table of subnet b sends to on-premises."""
        ways = b.table.at(c)
        found = [
            one
            for way in ways.ways
            for one in ([DROPPED_THERE] if isinstance(way, ToNat) else
                        self.on_premises.leave(way, b, d, c))
        ]  # fmt: skip
        joined = self.on_premises.any_of(found)
        return Bounds.of(joined.must, joined.may, joined.why | ways.why)

    def from_internet(self, c: int, y: Place, d: int) -> Fork:
        """From the public address c to address d of y."""
        return self.inward.ways(c, y, d)
