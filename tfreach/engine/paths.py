"""Two places in; every way a request may take between them, and what passes there and back, out.

A place is one site of an interface. Addresses are representatives: `cuts` says which addresses the
filters and tables on the way cannot tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tfreach.engine.connections import Connections, seen
from tfreach.engine.filters import Groups, Slots
from tfreach.engine.junctions import (
    DROPPED,
    ENDPOINT_SERVICES,
    EVERYTHING,
    NAT_SERVICES,
    NOWHERE,
    Fork,
    Junction,
    Junctions,
    Path,
    Place,
    all_of,
    edges,
    elsewhere,
    gate,
    is_local,
    leads_to,
    unknown,
)
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Way
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import ALL_SERVICES
from tfreach.space.intervals import EMPTY
from tfreach.topology.network import (
    Elsewhere,
    Interface,
    InternetGateway,
    Local,
    NatGateway,
    Network,
    Public,
    Site,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    Tri,
)

BEHIND_NAT = "a gateway endpoint behind a NAT gateway is not modelled"


@dataclass(slots=True)
class Paths:
    """All ways of one network; whatever is compiled for a subnet or a set of groups is kept."""

    network: Network
    junctions: Junctions = field(init=False)
    connections: Connections = field(init=False)
    _groups: dict[tuple[Slots, bool], Groups] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.junctions = Junctions(self.network)
        self.connections = Connections(self.network, self.junctions)

    def place(self, interface: Interface, site: Site) -> Place:
        """One site of an interface, compiled."""
        slots = interface.groups
        ingress, egress = self._compiled(slots, True), self._compiled(slots, False)
        junction = self.junctions.at(site.subnet)
        return Place(junction, site.addresses, slots, ingress, egress, interface.public)

    def _compiled(self, slots: Slots, ingress: bool) -> Groups:
        key = (slots, ingress)
        if key not in self._groups:
            self._groups[key] = Groups(self.network, slots, ingress=ingress)
        return self._groups[key]

    # What cannot tell two addresses apart: of the source, and of the destination.

    def cuts_inside(self, x: Place, y: Place) -> tuple[list[Segments], list[Segments]]:
        a, b = x.junction, y.junction
        beyond = [self.junctions.at(id_).table.segments for id_ in a.nat_subnets]
        source = [y.ingress.segments, *edges(b)]
        return source, [x.egress.segments, *edges(a), *beyond]

    def cuts_out(self, x: Place) -> tuple[list[Segments], list[Segments]]:
        beyond = [cut for id_ in x.junction.nat_subnets for cut in edges(self.junctions.at(id_))]
        return beyond, [x.egress.segments, *edges(x.junction), *beyond]

    def cuts_in(self, y: Place) -> list[Segments]:
        return [y.ingress.segments, *edges(y.junction)]

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
        passed = passed & a.leaving.permits(d)
        ways = a.table.at(d)
        return Fork(tuple(self._inside(way, passed, x, s, y, d) for way in ways.ways), ways.why)

    def _inside(self, way: Way, passed: Bounds, x: Place, s: int, y: Place, d: int) -> Path:
        a, b = x.junction, y.junction
        match way:
            case Local():
                arrived = y.ingress.permits(s, x.groups)
                if not arrived.may:
                    return DROPPED
                arrived = passed & b.entering.permits(s) & arrived
                back = b.leaving.permits(s) & a.entering.permits(d)
                return Path(arrived, back & all_of(b.table.at(s), is_local))
            case ToNat():
                return self._nat_between(way, passed, b.vpc, d)
            case Elsewhere():
                return elsewhere(passed, way.what)
            case ToPeering():
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
        for way in ways.ways:
            groups = seen(y.groups, self.connections.keeps_receiver(way))
            passed = leaving & x.egress.permits(d, groups)
            if isinstance(way, ToNat):
                paths.append(self._nat_between(way, passed, b.vpc, d))
                continue
            crossings = self.connections.across(way, a, b, s, d)
            paths += [] if crossings else [DROPPED]
            for one in crossings:
                if one.lost:
                    paths.append(elsewhere(passed & one.passed, one.lost))
                    continue
                arrived = y.ingress.permits(s, seen(x.groups, one.groups))
                paths.append(Path(passed & one.passed & arrived, back))
        return Fork(tuple(paths), ways.why)

    def _nat_between(self, way: ToNat, passed: Bounds, vpc: str, d: int) -> Path:
        why = "a NAT gateway between two subnets is not modelled"
        return elsewhere(passed, why) if self._nat_may_reach(way, vpc, d) else DROPPED

    def _nat_may_reach(self, way: ToNat, vpc: str, d: int) -> bool:
        nat = self.network.nat_gateways.get(way.gateway)
        if nat is None or nat.subnet.open or not nat.subnet.ids:
            return True
        for id_ in nat.subnet.ids:
            if id_ not in self.network.subnets:
                return True
            m = self.junctions.at(id_)
            for onward in m.table.at(d).ways:
                if isinstance(onward, Elsewhere | ToPeering) or (
                    isinstance(onward, Local) and m.vpc == vpc
                ):
                    return True
        return False

    def to_internet(self, x: Place, s: int, d: int, to_aws: str = "") -> Fork:
        """From address s of x to the public address d, which the service `to_aws` may have."""
        passed = x.egress.permits(d, to_aws=to_aws) & x.junction.leaving.permits(d)
        if not passed.may:
            return NOWHERE
        ways = x.junction.table.at(d, to_aws)
        paths: list[Path] = []
        why = ways.why
        for way in ways.ways:
            fork = self._to_internet(way, passed, x, s, (d, to_aws))
            paths += fork.paths
            why = why | fork.why
        return Fork(tuple(paths), why)

    def _to_internet(
        self, way: Way, passed: Bounds, x: Place, s: int, there: tuple[int, str]
    ) -> Fork:
        """there: the public address, and the service of AWS that has it, or ""."""
        d, to_aws = there
        match way:
            case ToInternet():
                gates = self._attached(way.gateway, x.junction.vpc) & _has_address(x.public)
                sent = passed & gates & self._public_traffic()
                return Fork((Path(sent, x.junction.entering.permits(d)),))
            case ToService() if way.service == to_aws:  # F72
                taken = passed.limited(ENDPOINT_SERVICES)
                return Fork((Path(taken, x.junction.entering.permits(d)),))
            case ToNat():
                return self._through_nat(way, passed, x.junction, s, there)
            case Elsewhere():
                return Fork((elsewhere(passed, way.what),))
            case ToPeering():
                return Fork((self.connections.peered_internet(way, passed) or DROPPED,))
            case _:
                return NOWHERE

    def _through_nat(
        self, way: ToNat, passed: Bounds, a: Junction, s: int, there: tuple[int, str]
    ) -> Fork:
        nat = self.network.nat_gateways.get(way.gateway)
        if nat is None:
            return Fork((elsewhere(passed, f"{way.gateway} is not known"),))
        passed = passed.limited(NAT_SERVICES)  # F55
        link, why = nat.subnet, nat.subnet.reason or f"the subnet of {nat.id} is not known"
        paths: list[Path] = []
        reasons = NO_REASONS if link.sure else frozenset((why,))
        for id_ in link.ids:
            if id_ not in self.network.subnets:
                paths.append(elsewhere(passed, f"{id_} is not known"))
                continue
            m = self.junctions.at(id_)
            reasons |= m.table.at(*there).why
            paths += self._from_nat(nat, passed, (a, m), s, there)
        if link.open or not link.ids:
            paths.append(elsewhere(passed, why))
        return Fork(tuple(paths), reasons)

    def _from_nat(
        self,
        nat: NatGateway,
        passed: Bounds,
        between: tuple[Junction, Junction],
        s: int,
        there: tuple[int, str],
    ) -> Iterator[Path]:
        """The ways from subnet a through a NAT gateway that stands in subnet m."""
        a, m = between
        d, to_aws = there
        if m.vpc != a.vpc:  # NGW_REQUIRES_SOURCE_IN_VPC
            yield DROPPED
            return
        client = all_of(m.table.at(s), is_local)
        if m.id != a.id:
            passed = passed & m.entering.permits(s)
            client = client & m.leaving.permits(s) & a.entering.permits(d)
        passed = passed & m.leaving.permits(d)
        for way in m.table.at(d, to_aws).ways:
            match way:
                case ToInternet():
                    address = gate(nat.public, f"whether {nat.id} has an Elastic IP is not known")
                    sent = passed & self._attached(way.gateway, m.vpc) & address
                    yield Path(sent & self._public_traffic(), client, m.entering.permits(d))
                case _:
                    why = _not_modelled_behind(nat, way, to_aws)
                    yield elsewhere(passed, why) if why else DROPPED

    def from_internet(self, c: int, y: Place) -> Fork:
        """From the public address c to y. Delivered whatever the subnet's own table says."""
        b = y.junction
        passed = y.ingress.permits(c) & b.entering.permits(c)
        passed = passed & self._inbound(b.vpc) & _has_address(y.public) & self._public_traffic()
        if not passed.may:
            return NOWHERE
        sent_back = all_of(b.table.at(c), lambda way: self._returns(way, b.vpc))
        return Fork((Path(passed, b.leaving.permits(c) & sent_back),))

    def _returns(self, way: Way, vpc: str) -> Tri:
        match way:
            case ToInternet():
                return self._stands_at(self.network.internet_gateways.get(way.gateway), vpc)
            case Elsewhere():
                return Tri.MAYBE
            case _:
                return Tri.NO

    def _attached(self, gateway: str, vpc: str) -> Bounds:
        found = self.network.internet_gateways.get(gateway)
        reason = found.vpc.reason if found else ""
        why = reason or f"the VPC that {gateway} is attached to is not known"
        return gate(self._stands_at(found, vpc), why)

    def _stands_at(self, gateway: InternetGateway | None, vpc: str) -> Tri:
        return Tri.MAYBE if gateway is None else leads_to(gateway.vpc, vpc)

    def _inbound(self, vpc: str) -> Bounds:
        """Whether some internet gateway brings packets into a VPC."""
        found = [
            (leads_to(gateway.vpc, vpc), gateway)
            for gateway in self.network.internet_gateways.values()
        ]
        near = [(stands, gateway) for stands, gateway in found if stands is not Tri.NO]
        if any(stands is Tri.YES and not gateway.inbound for stands, gateway in near):
            return EVERYTHING
        if not near:
            return NOTHING
        default = "whether an internet gateway is attached to the VPC is not known"
        why = {gateway.inbound or gateway.vpc.reason or default for _, gateway in near}
        return Bounds.of(EMPTY, ALL_SERVICES, why)

    def _public_traffic(self) -> Bounds:
        """Everything, unless traffic with the Internet cannot be judged at all (F59)."""
        why = self.network.public_blocked
        return unknown(ALL_SERVICES, why) if why else EVERYTHING


def _has_address(public: Public) -> Bounds:
    return gate(public.has, public.reason or "whether it has a public address is not known")


def _not_modelled_behind(nat: NatGateway, way: Way, to_aws: str) -> str:
    """Why it is not known what becomes of what a NAT gateway sends this way; "" when it is."""
    match way:
        case ToService() if way.service == to_aws:
            return BEHIND_NAT
        case ToNat() if way.gateway != nat.id:
            return "a NAT gateway behind another is not modelled"
        case Elsewhere():
            return way.what
        case ToPeering():
            return "a peering behind a NAT gateway is not modelled"
        case _:
            return ""
