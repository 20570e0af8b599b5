"""A place and an address of the Internet in; every way out, and what passes there and back, out.

The fast counterpart of engine/egress.py; the two share the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tfreach.engine.connections import Connections
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
    by_vpn,
    elsewhere,
    gate,
    is_local,
    leads_to,
)
from tfreach.engine.routes import Way
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import IPV6_BASE
from tfreach.topology.network import (
    Elsewhere,
    InternetGateway,
    NatGateway,
    Network,
    Public,
    ToEgressOnly,
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

    def __init__(self, network: Network, junctions: Junctions, connections: Connections) -> None:
        self._network = network
        self._junctions = junctions
        self._connections = connections

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
                gates = self._attached(way, x.junction.vpc, d) & has_address(x.public)
                kind = "outward" if isinstance(way, ToInternet) else "by_nat"
                sent = passed & gates & public_traffic(self._network, x.junction.id, kind)
                return Fork((Path(sent, x.junction.entering.permits(d)),))
            case ToService() if way.service == to_aws:  # F72
                taken = passed.limited(ENDPOINT_SERVICES)
                return Fork((Path(taken, x.junction.entering.permits(d)),))
            case ToNat():
                return self._through_nat(way, passed, x.junction, s, there)
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

    def _through_nat(self, way: ToNat, passed: Bounds, a: Junction, s: int, there: There) -> Fork:
        d = there[0]

        def near(m: Junction) -> tuple[Bounds, Bounds]:
            if m.id == a.id:
                return EVERYTHING, all_of(m.table.at(s), is_local)
            back = m.leaving.permits(s) & a.entering.permits(d)
            return m.entering.permits(s), back & all_of(m.table.at(s), is_local)

        return self._at_nat(way, passed, a, there, near)

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
                    yield Path(sent, client, m.entering.permits(d))
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
        case ToPeering() | ToTransit() | ToVpn():
            return "a connection behind a NAT gateway is not modelled"
        case _:
            return ""
