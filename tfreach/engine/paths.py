"""Two places in; every way a request may take between them, and what passes there and back, out.

A place is one site of an interface. Addresses are representatives: `cuts` says which addresses the
filters and tables on the way cannot tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tfreach.engine.filters import Acl, Groups, Slots
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Lookup, Way, Ways
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import ALL_SERVICES, ICMP, TCP, UDP, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    Elsewhere,
    Interface,
    InternetGateway,
    Local,
    NatGateway,
    Network,
    OneOf,
    Public,
    Site,
    ToInternet,
    ToNat,
    ToService,
    Tri,
)

EVERYTHING = Bounds.exactly(ALL_SERVICES)
NAT_SERVICES = services(TCP) | services(UDP) | services(ICMP)
ENDPOINT_SERVICES = services(TCP) | services(ICMP, IntervalSet.span(8 << 8, 8 << 8))
"""What a gateway endpoint takes: TCP and ICMP echo (F72)."""
BEHIND_NAT = "a gateway endpoint behind a NAT gateway is not modelled"


@dataclass(frozen=True, slots=True)
class Path:
    """One way there and back.

    forward  the services whose request is delivered
    client   the services that pass where a reply carries the client's port
    nat      the services that pass where it carries the port of a NAT; None: no NAT on the way
    """

    forward: Bounds
    client: Bounds = EVERYTHING
    nat: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """One of `paths` (at least one) is the true one; `why` says why it is not known which."""

    paths: tuple[Path, ...]
    why: frozenset[str] = NO_REASONS


DROPPED = Path(NOTHING)
NOWHERE = Fork((DROPPED,))


@dataclass(frozen=True, slots=True)
class Junction:
    """A subnet, compiled: its network ACL in both directions, its table, and the NAT gateways'
    subnets that the table may lead to."""

    id: str
    vpc: str
    entering: Acl
    leaving: Acl
    table: Lookup
    nat_subnets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One site of an interface: `groups` as links, and compiled in both directions."""

    junction: Junction
    addresses: IntervalSet
    groups: Slots
    ingress: Groups
    egress: Groups
    public: Public


def unknown(services_: IntervalSet, why: str) -> Bounds:
    """Possibly all of `services_`, surely none."""
    return Bounds.of(EMPTY, services_, (why,))


def gate(has: Tri, why: str) -> Bounds:
    """Everything, nothing, or not known which."""
    if has is Tri.MAYBE:
        return unknown(ALL_SERVICES, why)
    return EVERYTHING if has is Tri.YES else NOTHING


def elsewhere(passed: Bounds, why: str) -> Path:
    """What got as far as the edge of the model: whether it arrives or is answered is not known."""
    return Path(unknown(passed.may, why), unknown(ALL_SERVICES, why), unknown(ALL_SERVICES, why))


def _all_of(ways: Ways, judge: Callable[[Way], Tri]) -> Bounds:
    """Whether a reply is sent the right way: sure when all alternatives are."""
    found = {judge(way) for way in ways.ways}
    if len(found) == 1 and Tri.MAYBE not in found:
        return gate(found.pop(), "")
    why = ways.why | {way.what for way in ways.ways if isinstance(way, Elsewhere)}
    return Bounds.of(EMPTY, ALL_SERVICES, why or {"where replies are sent is not known"})


def _local(way: Way) -> Tri:
    if isinstance(way, Elsewhere):
        return Tri.MAYBE
    return Tri.YES if isinstance(way, Local) else Tri.NO


@dataclass(slots=True)
class Paths:
    """All ways of one network; whatever is compiled for a subnet or a set of groups is kept."""

    network: Network
    _junctions: dict[str, Junction] = field(default_factory=dict)
    _groups: dict[tuple[Slots, bool], Groups] = field(default_factory=dict)

    def place(self, interface: Interface, site: Site) -> Place:
        """One site of an interface, compiled."""
        slots = interface.groups
        ingress, egress = self._compiled(slots, True), self._compiled(slots, False)
        junction = self.junction(site.subnet)
        return Place(junction, site.addresses, slots, ingress, egress, interface.public)

    def _compiled(self, slots: Slots, ingress: bool) -> Groups:
        key = (slots, ingress)
        if key not in self._groups:
            self._groups[key] = Groups(self.network, slots, ingress=ingress)
        return self._groups[key]

    def junction(self, id_: str) -> Junction:
        """A subnet, compiled."""
        if id_ not in self._junctions:
            subnet = self.network.subnets[id_]
            table = Lookup(self.network, subnet.table)
            entering = Acl(self.network, subnet.acl, ingress=True)
            leaving = Acl(self.network, subnet.acl, ingress=False)
            beyond = tuple(sorted(self._nat_subnets(table)))
            self._junctions[id_] = Junction(id_, subnet.vpc, entering, leaving, table, beyond)
        return self._junctions[id_]

    def _nat_subnets(self, table: Lookup) -> set[str]:
        gateways = {target.gateway for target in table.targets() if isinstance(target, ToNat)}
        known = [self.network.nat_gateways.get(id_) for id_ in gateways]
        found = {id_ for nat in known if nat for id_ in nat.subnet.ids}
        return found & self.network.subnets.keys()

    # What cannot tell two addresses apart: of the source, and of the destination.

    def cuts_inside(self, x: Place, y: Place) -> tuple[list[Segments], list[Segments]]:
        a, b = x.junction, y.junction
        beyond = [self.junction(id_).table.segments for id_ in a.nat_subnets]
        source = [y.ingress.segments, *_edges(b)]
        return source, [x.egress.segments, *_edges(a), *beyond]

    def cuts_out(self, x: Place) -> tuple[list[Segments], list[Segments]]:
        beyond = [cut for id_ in x.junction.nat_subnets for cut in _edges(self.junction(id_))]
        return beyond, [x.egress.segments, *_edges(x.junction), *beyond]

    def cuts_in(self, y: Place) -> list[Segments]:
        return [y.ingress.segments, *_edges(y.junction)]

    # The ways themselves.

    def inside(self, x: Place, s: int, y: Place, d: int) -> Fork:
        """From address s of x to address d of y, two different interfaces."""
        a, b = x.junction, y.junction
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
            case Local() if a.vpc == b.vpc:
                arrived = y.ingress.permits(s, x.groups)
                if not arrived.may:
                    return DROPPED
                arrived = passed & b.entering.permits(s) & arrived
                back = b.leaving.permits(s) & a.entering.permits(d)
                return Path(arrived, back & _all_of(b.table.at(s), _local))
            case ToNat():
                may_pass = self._nat_may_reach(way, b.vpc, d)
                why = "a NAT gateway between two subnets is not modelled"
                return elsewhere(passed, why) if may_pass else DROPPED
            case Elsewhere():
                return elsewhere(passed, way.what)
            case _:
                return DROPPED

    def _nat_may_reach(self, way: ToNat, vpc: str, d: int) -> bool:
        nat = self.network.nat_gateways.get(way.gateway)
        if nat is None or nat.subnet.open or not nat.subnet.ids:
            return True
        for id_ in nat.subnet.ids:
            if id_ not in self.network.subnets:
                return True
            m = self.junction(id_)
            for onward in m.table.at(d).ways:
                if isinstance(onward, Elsewhere) or (isinstance(onward, Local) and m.vpc == vpc):
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
            m = self.junction(id_)
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
        client = _all_of(m.table.at(s), _local)
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
                case ToService() if way.service == to_aws:
                    yield elsewhere(passed, BEHIND_NAT)
                case ToNat() if way.gateway != nat.id:
                    yield elsewhere(passed, "a NAT gateway behind another is not modelled")
                case Elsewhere():
                    yield elsewhere(passed, way.what)
                case _:
                    yield DROPPED

    def from_internet(self, c: int, y: Place) -> Fork:
        """From the public address c to y. Delivered whatever the subnet's own table says."""
        b = y.junction
        passed = y.ingress.permits(c) & b.entering.permits(c)
        passed = passed & self._inbound(b.vpc) & _has_address(y.public) & self._public_traffic()
        if not passed.may:
            return NOWHERE
        sent_back = _all_of(b.table.at(c), lambda way: self._returns(way, b.vpc))
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
        return Tri.MAYBE if gateway is None else _leads_to(gateway.vpc, vpc)

    def _inbound(self, vpc: str) -> Bounds:
        """Whether some internet gateway brings packets into a VPC."""
        found = [
            (_leads_to(gateway.vpc, vpc), gateway)
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


def _edges(junction: Junction) -> Iterable[Segments]:
    return (junction.entering.segments, junction.leaving.segments, junction.table.segments)


def _has_address(public: Public) -> Bounds:
    return gate(public.has, public.reason or "whether it has a public address is not known")


def _leads_to(link: OneOf, id_: str) -> Tri:
    if id_ not in link.ids:
        return Tri.MAYBE if link.open else Tri.NO
    return Tri.YES if link.sure else Tri.MAYBE
