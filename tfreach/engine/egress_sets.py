"""A place and an address of the Internet in; every way out, and what passes there and back, out.

The fast counterpart of engine/egress.py; the two share the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tfreach.engine.connections import Connections
from tfreach.engine.edge_sets import Edges
from tfreach.engine.junctions import (
    DROPPED,
    ENDPOINT_SERVICES,
    EVERYTHING,
    NAT_SERVICES,
    NOWHERE,
    Fork,
    Junction,
    Path,
    Place,
    by_vpn,
    elsewhere,
    gate,
    leads_to,
)
from tfreach.engine.middlebox_sets import NO_HOSTS, End, Host, Packet
from tfreach.engine.routes import Way
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import ALL_IPV4, IPV6_BASE
from tfreach.topology.network import (
    Elsewhere,
    InternetGateway,
    NatGateway,
    Network,
    Public,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
    Tri,
)

There = tuple[int, str]
"""A public address, and the service of AWS that has it, or ""."""

Near = Callable[[Junction], tuple[Bounds, Bounds]]
"""What gets into the subnet of a NAT gateway, and what replies get from there to the client."""


class Egress:
    """All ways of one network to the Internet."""

    def __init__(self, network: Network, connections: Connections, edges: Edges) -> None:
        self._network = network
        self._junctions = edges.hosts.junctions
        self._connections = connections
        self._edges = edges
        self._hosts = edges.hosts

    def ways(self, passed: Bounds, x: Place, s: int, there: There) -> Fork:
        """What leaves subnet and groups of x, from its address s to a public address."""
        ways = x.junction.table.at(*there)
        paths: list[Path] = []
        why = ways.why
        for way in ways.ways:
            fork = self._to_internet(way, passed, x, s, there)
            paths += fork.paths
            why = why | fork.why
        return Fork(tuple(paths), why)

    def _to_internet(self, way: Way, passed: Bounds, x: Place, s: int, there: There) -> Fork:
        d, to_aws = there
        match way:
            case ToInternet() | ToEgressOnly():
                return self._straight(way, passed, x, s, d)
            case ToService() if way.service == to_aws:  # F72
                taken = passed.limited(ENDPOINT_SERVICES)
                return Fork((Path(taken, x.junction.entering.permits(d)),))
            case ToNat():
                return self._through_nat(way, passed, x, s, there)
            case ToInterface():
                return self._by_hosts(way, passed, x, s, there)
            case _:
                return self._led_away(way, passed, x, s, there)

    def _led_away(self, way: Way, passed: Bounds, x: Place, s: int, there: There) -> Fork:
        """By a way that leads to no gateway of x's own VPC, nor to a host."""
        d = there[0]
        match way:
            case Elsewhere():
                return Fork((elsewhere(passed, way.what),))
            case ToVpn():
                gone = passed & by_vpn(self._network, way.gateway, x.junction.vpc, d)
                return Fork((elsewhere(gone, "what lies behind a VPN is not known"),))
            case ToTransit():
                return self._over_transit(way.gateway, passed, x, s, there)
            case ToPeering():
                return Fork((self._connections.peered_internet(way, passed, d) or DROPPED,))
            case _:
                return NOWHERE

    def _straight(
        self, way: ToInternet | ToEgressOnly, passed: Bounds, x: Place, s: int, d: int
    ) -> Fork:
        """Out by a gateway of x's own VPC, and back by it."""
        sent = passed & self._out_by(way, x, d)
        reply = Packet(d, s, goal=x, answers=True)
        if isinstance(way, ToEgressOnly):
            return Fork((Path(sent, x.junction.entering.permits(d)),))
        sent = sent & self._edges.past(way.gateway, x, s)
        return Fork((Path(sent, self._edges.back_in(way.gateway, x, reply)),))

    def _through_nat(
        self, way: ToNat, passed: Bounds, x: Place, s: int, there: There, last: End | None = None
    ) -> Fork:
        """last: where it left the last host that forwarded it, if any did."""
        a = last.at if last else x.junction
        reply = Packet(
            there[0], s, goal=x, crossed=last.crossed if last else NO_HOSTS, answers=True
        )

        def near(m: Junction) -> tuple[Bounds, Bounds]:
            inwards = EVERYTHING if m.id == a.id else m.entering.permits(s)
            out = EVERYTHING if m.id == x.junction.id else m.leaving.permits(s)
            return inwards, out & self._hosts.home(m, x, reply)

        return self._at_nat(way, passed, a, there, near)

    def _by_hosts(self, way: ToInterface, passed: Bounds, x: Place, s: int, there: There) -> Fork:
        d, to_aws = there
        packet = Packet(s, d, x.groups, seen=frozenset((x.interface,)), to_aws=to_aws)
        paths: list[Path] = []
        why = NO_REASONS
        for end in self._hosts.ends(way, x.junction, packet, passed):
            fork = self._behind_hosts(end, x, s, there)
            paths += fork.paths
            why = why | end.why | fork.why
        return Fork(tuple(paths), why)

    def _behind_hosts(self, end: End, x: Place, s: int, there: There) -> Fork:
        """On from the last host."""
        if end.lost:
            return Fork((elsewhere(end.passed, end.lost),))
        match end.way:
            case (ToInternet() | ToEgressOnly()) as way:
                return self._translated(end, way, x, s, there[0])
            case ToNat() as way:
                return self._through_nat(way, end.passed, x, s, there, end)
            case ToPeering() | ToTransit() | ToService() | ToVpn():
                return Fork((elsewhere(end.passed, "what a host hands it on to is not modelled"),))
            case Elsewhere(what):
                return Fork((elsewhere(end.passed, what),))
            case _:
                return NOWHERE

    def _translated(
        self, end: End, way: ToInternet | ToEgressOnly, x: Place, s: int, d: int
    ) -> Fork:
        """Out by an internet gateway with the host's own address, or with that of x (F52)."""
        paths: list[Path] = []
        why = NO_REASONS
        if d < IPV6_BASE:
            if len(end.hosts) > 1:
                lost = "which of several forwarding hosts translates is not known"
                return Fork((elsewhere(end.passed, lost),))
            (host,) = end.hosts
            why = frozenset((f"whether {host.interface.id} translates is not known",))
            if host.interface.public.has is not Tri.NO:
                paths.append(self._as_instance(end, way, host, x, (s, d)))
        if x.public.has is not Tri.NO or not paths:
            reply = Packet(d, s, goal=x, crossed=end.crossed, answers=True)
            sent = end.passed & self._out_by(way, x, d)
            back = x.junction.entering.permits(d) & self._hosts.answered(reply)
            if isinstance(way, ToInternet):
                back = self._edges.back_in(way.gateway, x, reply)
            paths.append(Path(sent, back))
        return Fork(tuple(paths), why if len(paths) > 1 else NO_REASONS)

    def _as_instance(
        self,
        end: End,
        way: ToInternet | ToEgressOnly,
        host: Host,
        x: Place,
        between: tuple[int, int],
    ) -> Path:
        """With the address of the host, to which replies come back, and from there to x."""
        s, d = between
        m, known = host.place.junction, frozenset((host.interface.id,))
        client = EVERYTHING
        if m.id != x.junction.id:
            reply = Packet(d, s, goal=x, seen=known, crossed=known, answers=True)
            client = m.leaving.permits(s) & self._hosts.home(m, x, reply)
        sent = end.passed & self._out_by(way, host.place, d)
        held = host.place.addresses or self._network.subnets[m.id].cidr
        back = self._edges.unsteered(way.gateway, held & ALL_IPV4)
        return Path(sent, client, m.entering.permits(d) & back)

    def _out_by(self, way: ToInternet | ToEgressOnly, at: Place, d: int) -> Bounds:
        """What gets out by an internet gateway with the public address of an interface."""
        gates = self._attached(way, at.junction.vpc, d) & has_address(at.public)
        kind = "outward" if isinstance(way, ToInternet) else "by_nat"
        return gates & public_traffic(self._network, at.junction.id, kind)

    def _over_transit(self, gateway: str, passed: Bounds, x: Place, s: int, there: There) -> Fork:
        """By a NAT gateway of another VPC, into which a transit gateway leads (F55, F70)."""
        paths: list[Path] = []
        why = NO_REASONS
        for end in self._connections.transit.ends(gateway, x.junction, s, there[0]):
            so_far, why = passed & end.passed, why | end.why
            if end.lost or end.entry is None:
                paths.append(elsewhere(so_far, end.lost) if end.lost else DROPPED)
                continue
            fork = self._from_entry(end.entry, so_far, x.junction, s, there)
            paths += fork.paths
            why = why | fork.why
        return Fork(tuple(paths), why)

    def _from_entry(
        self, e: Junction, passed: Bounds, home: Junction, s: int, there: There
    ) -> Fork:
        d = there[0]

        def hub(m: Junction) -> tuple[Bounds, Bounds]:
            inwards = EVERYTHING
            if m.id != e.id:  # F61; what stays in the subnet no ACL judges (F60)
                inwards = e.leaving.permits(d) & m.entering.permits(s)
            return inwards, m.leaving.permits(s) & self._connections.back(m, home, s, d)

        ways = e.table.at(*there)
        why = ways.why
        paths: list[Path] = []
        for way in ways.ways:
            if isinstance(way, ToNat):
                fork = self._at_nat(way, passed, e, there, hub)
                paths += fork.paths
                why = why | fork.why
            elif lost := self._connections.lost_behind(way, e, s):
                paths.append(elsewhere(passed & e.leaving.permits(d), lost))
            else:
                paths.append(DROPPED)
        return Fork(tuple(paths), why)

    def _at_nat(self, way: ToNat, passed: Bounds, a: Junction, there: There, near: Near) -> Fork:
        """From subnet a to a NAT gateway, and on; it carries no IPv6 (F58)."""
        if there[0] >= IPV6_BASE:
            return NOWHERE
        nat = self._network.nat_gateways.get(way.gateway)
        if nat is None:
            return Fork((elsewhere(passed, f"{way.gateway} is not known"),))
        passed = passed.limited(NAT_SERVICES)  # F55
        link, why = nat.subnet, nat.subnet.reason or f"the subnet of {nat.id} is not known"
        paths: list[Path] = []
        reasons = NO_REASONS if link.sure else frozenset((why,))
        for id_ in link.ids:
            if id_ not in self._network.subnets:
                paths.append(elsewhere(passed, f"{id_} is not known"))
                continue
            m = self._junctions.at(id_)
            if m.vpc != a.vpc:  # NGW_REQUIRES_SOURCE_IN_VPC
                paths.append(DROPPED)
                continue
            reasons |= m.table.at(*there).why
            inwards, client = near(m)
            paths += self._from_nat(nat, passed & inwards, m, client, there)
        if link.open or not link.ids:
            paths.append(elsewhere(passed, why))
        return Fork(tuple(paths), reasons)

    def _from_nat(
        self, nat: NatGateway, passed: Bounds, m: Junction, client: Bounds, there: There
    ) -> Iterator[Path]:
        """The ways on from a NAT gateway in subnet m; `client`: replies that get to the client."""
        d, to_aws = there
        passed = passed & m.leaving.permits(d)
        for way in m.table.at(d, to_aws).ways:
            match way:
                case ToInternet():
                    address = gate(nat.public, f"whether {nat.id} has an Elastic IP is not known")
                    sent = passed & self._attached(way, m.vpc, d) & address
                    sent = sent & public_traffic(self._network, m.id, "by_nat")
                    cidr = self._network.subnets[m.id].cidr
                    at = (nat.addresses & cidr or cidr) & ALL_IPV4
                    back = m.entering.permits(d) & self._edges.unsteered(way.gateway, at)
                    yield Path(sent, client, back)
                case _:
                    why = _not_modelled_behind(nat, way, to_aws)
                    yield elsewhere(passed, why) if why else DROPPED

    def _attached(self, way: ToInternet | ToEgressOnly, vpc: str, d: int) -> Bounds:
        found = self._network.internet_gateways.get(way.gateway)
        if isinstance(way, ToEgressOnly):  # F58: for IPv6 only
            if d < IPV6_BASE:
                return NOTHING
            found = self._network.egress_only_gateways.get(way.gateway)
        reason = found.vpc.reason if found else ""
        why = reason or f"the VPC that {way.gateway} is attached to is not known"
        return gate(stands_at(found, vpc), why)


def stands_at(gateway: InternetGateway | None, vpc: str) -> Tri:
    return Tri.MAYBE if gateway is None else leads_to(gateway.vpc, vpc)


def public_traffic(network: Network, subnet: str, kind: str) -> Bounds:
    """What Block Public Access leaves of the connections of a subnet (F59). It treats an
    egress-only gateway as it does a NAT gateway: neither lets connections in."""
    barrier = network.barriers.get(subnet)
    if barrier is None:
        return EVERYTHING
    stops = {"inward": barrier.inward, "outward": barrier.outward, "by_nat": barrier.by_nat}[kind]
    passes = {Tri.YES: Tri.NO, Tri.NO: Tri.YES, Tri.MAYBE: Tri.MAYBE}[stops]
    return gate(passes, barrier.why)


def has_address(public: Public) -> Bounds:
    return gate(public.has, public.reason or "whether it has a public address is not known")


def _not_modelled_behind(nat: NatGateway, way: Way, to_aws: str) -> str:
    """Why it is not known what becomes of what a NAT gateway sends this way; "" when it is."""
    match way:
        case ToService() if way.service == to_aws:
            return "a gateway endpoint behind a NAT gateway is not modelled"
        case ToNat() if way.gateway != nat.id:
            return "a NAT gateway behind another is not modelled"
        case Elsewhere():
            return way.what
        case ToPeering() | ToTransit() | ToVpn() | ToInterface():
            return "a connection behind a NAT gateway is not modelled"
        case _:
            return ""
