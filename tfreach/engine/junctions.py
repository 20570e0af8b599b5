"""A subnet in; its filters and its table, compiled, out; and what a way between two of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tfreach.engine.filters import Acl, Groups, Slots
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Lookup, Way, Ways
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import ALL_SERVICES, ICMP, TCP, UDP, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    Elsewhere,
    Local,
    Network,
    OneOf,
    Public,
    ToInterface,
    ToNat,
    ToPeering,
    ToTransit,
    ToVpn,
    Tri,
)

EVERYTHING = Bounds.exactly(ALL_SERVICES)
NAT_SERVICES = services(TCP) | services(UDP) | services(ICMP)
ENDPOINT_SERVICES = services(TCP) | services(ICMP, IntervalSet.span(8 << 8, 8 << 8))
"""What a gateway endpoint takes: TCP and ICMP echo (F72)."""


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
    subnets that the table may lead to. `transits`, `hosted`: it may lead to a transit gateway, to
    an interface whose host forwards."""

    id: str
    vpc: str
    entering: Acl
    leaving: Acl
    table: Lookup
    nat_subnets: tuple[str, ...]
    zone: str = ""
    transits: bool = False
    hosted: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One site of an interface, by its id: `groups` as links, and compiled in both directions."""

    junction: Junction
    addresses: IntervalSet
    groups: Slots
    ingress: Groups
    egress: Groups
    public: Public
    interface: str = ""


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


def all_of(ways: Ways, judge: Callable[[Way], Tri]) -> Bounds:
    """Whether a reply is sent the right way: sure when all alternatives are."""
    found = {judge(way) for way in ways.ways}
    if len(found) == 1 and Tri.MAYBE not in found:
        return gate(found.pop(), "")
    why = ways.why | {way.what for way in ways.ways if isinstance(way, Elsewhere)}
    return Bounds.of(EMPTY, ALL_SERVICES, why or {"where replies are sent is not known"})


def is_local(way: Way) -> Tri:
    """Whether a reply inside one VPC goes there. Out of it: AWS takes no such route (F38)."""
    if isinstance(way, Elsewhere | ToPeering | ToTransit | ToVpn):
        return Tri.MAYBE
    return Tri.YES if isinstance(way, Local) else Tri.NO


def edges(junction: Junction) -> Iterable[Segments]:
    return (junction.entering.segments, junction.leaving.segments, junction.table.segments)


def by_vpn(network: Network, id_: str, vpc: str, address: int) -> Bounds:
    """What gets out of a VPC by a virtual private gateway to an address behind it (F104)."""
    gateway = network.vpn_gateways.get(id_)
    if gateway is None:
        return unknown(ALL_SERVICES, f"{id_} is not known")
    if address not in gateway.serves:
        return NOTHING
    why = gateway.vpc.reason or f"the VPC of {id_} is not known"
    connected = gate(Tri.MAYBE if gateway.unknown else Tri.YES, gateway.unknown)
    return gate(leads_to(gateway.vpc, vpc), why) & connected


def leads_to(link: OneOf, id_: str) -> Tri:
    if id_ not in link.ids:
        return Tri.MAYBE if link.open else Tri.NO
    return Tri.YES if link.sure else Tri.MAYBE


class Junctions:
    """All subnets of one network; whatever is compiled is kept."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._known: dict[str, Junction] = {}
        self._tables: dict[OneOf, Lookup] = {}
        self._acls: dict[tuple[OneOf, bool], Acl] = {}

    def at(self, id_: str) -> Junction:
        """A subnet, compiled."""
        if id_ not in self._known:
            subnet = self.network.subnets[id_]
            table = self._table(subnet.table)
            entering, leaving = self._acl(subnet.acl, True), self._acl(subnet.acl, False)
            transits = any(isinstance(target, ToTransit) for target in table.targets())
            hosted = any(isinstance(target, ToInterface) for target in table.targets())
            beyond = tuple(sorted(self._nat_subnets(table)))
            self._known[id_] = Junction(
                id_, subnet.vpc, entering, leaving, table, beyond, subnet.zone, transits, hosted
            )
        return self._known[id_]

    def _table(self, link: OneOf) -> Lookup:
        if link not in self._tables:
            self._tables[link] = Lookup(self.network, link)
        return self._tables[link]

    def _acl(self, link: OneOf, ingress: bool) -> Acl:
        if (link, ingress) not in self._acls:
            self._acls[link, ingress] = Acl(self.network, link, ingress=ingress)
        return self._acls[link, ingress]

    def _nat_subnets(self, table: Lookup) -> set[str]:
        gateways = {target.gateway for target in table.targets() if isinstance(target, ToNat)}
        known = [self.network.nat_gateways.get(id_) for id_ in gateways]
        found = {id_ for nat in known if nat for id_ in nat.subnet.ids}
        return found & self.network.subnets.keys()
