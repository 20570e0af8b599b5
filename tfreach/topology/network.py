"""The model the engines run on: one frozen Network, and what is unknown of it.

How unknowns are written. A link that the plan leaves open is a `OneOf`. A rule or route that may or
may not match carries a sentence in `unknown`; its match is then an upper bound. An engine never
guesses: what depends on an unknown is in `may` and not in `must` (docs/decisions/0002).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from tfreach.plan.origin import NO_ORIGIN as NO_ORIGIN
from tfreach.plan.origin import Call as Call
from tfreach.plan.origin import Location as Location
from tfreach.plan.origin import Origin as Origin
from tfreach.plan.origin import Written as Written
from tfreach.records import dataclass
from tfreach.space.headers import ALL_ADDRESSES, ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import PRIVATE_LINK as PRIVATE_LINK
from tfreach.topology.balance import Balancer as Balancer
from tfreach.topology.balance import Forward as Forward
from tfreach.topology.balance import Heard as Heard
from tfreach.topology.balance import Listener as Listener
from tfreach.topology.balance import Listens as Listens
from tfreach.topology.balance import TargetGroup as TargetGroup
from tfreach.topology.belongings import NO_HOMES
from tfreach.topology.belongings import Homes as Homes
from tfreach.topology.between import NOTHING
from tfreach.topology.between import Attachment as Attachment
from tfreach.topology.between import Peering as Peering
from tfreach.topology.between import TransitGateway as TransitGateway
from tfreach.topology.between import TransitTable as TransitTable
from tfreach.topology.between import VpnGateway as VpnGateway
from tfreach.topology.clients import ClientVpn as ClientVpn
from tfreach.topology.doors import Barrier as Barrier
from tfreach.topology.doors import FirewallEndpoint as FirewallEndpoint
from tfreach.topology.faces import NO_PUBLIC as NO_PUBLIC
from tfreach.topology.faces import Interface as Interface
from tfreach.topology.faces import Public as Public
from tfreach.topology.faces import Site as Site
from tfreach.topology.terms import Blackhole as Blackhole
from tfreach.topology.terms import Elsewhere as Elsewhere
from tfreach.topology.terms import OneOf as OneOf
from tfreach.topology.terms import Prefix as Prefix
from tfreach.topology.terms import Tri as Tri


class Action(Enum):
    PERMIT = "permit"
    DENY = "deny"

    __hash__ = object.__hash__  # as Tri has it


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a filter. It matches a packet by service, and by the address or group of the
    other side: the source on ingress, the destination on egress.

    services   integers of space.headers.service; an ACL looks at the packet's own port
    peers      addresses; not looked at when `group` is set
    group      id of a SecurityGroup: matches the *private* address of an interface that carries it,
               where the path keeps that address (F5, F6)
    number     order in a network ACL, ascending, first match decides (F23); 0 in a security group
    unknown    "" when the rule matches exactly what it says; else why it may match less, or nothing
    also       what else makes it: the entry of a prefix list that gives its peers
    aws_service  id of an AwsService: it matches the addresses of that one too, whichever they are
    """

    action: Action
    services: IntervalSet
    peers: IntervalSet
    group: str | None = None
    number: int = 0
    unknown: str = ""
    origin: Origin = NO_ORIGIN
    also: tuple[Origin, ...] = ()
    aws_service: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A security group or a network ACL: rules of both directions.

    A security group only permits, order is moot, no match denies (F1). A network ACL is read by
    number and the first match decides, no match denies (F23). `kind` says which of the two.
    """

    id: str
    kind: str  # "security_group" | "network_acl"
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Local:
    """The VPC's own router: the interface of this VPC that holds the address (F35)."""


@dataclass(frozen=True, slots=True)
class ToInternet:
    """An internet gateway, by id in Network.internet_gateways."""

    gateway: str


@dataclass(frozen=True, slots=True)
class ToEgressOnly:
    """An egress-only internet gateway (F58), by id in Network.egress_only_gateways."""

    gateway: str


@dataclass(frozen=True, slots=True)
class ToNat:
    """A NAT gateway, by id in Network.nat_gateways."""

    gateway: str


@dataclass(frozen=True, slots=True)
class ToPeering:
    """A peering connection, by id in Network.peerings."""

    peering: str


@dataclass(frozen=True, slots=True)
class ToService:
    """A gateway endpoint (F72): the VPC endpoint, and the id in Network.services of what it leads
    to."""

    endpoint: str
    service: str


@dataclass(frozen=True, slots=True)
class ToTransit:
    """A transit gateway; where it leads depends on the attachment of the VPC (F64)."""

    gateway: str


@dataclass(frozen=True, slots=True)
class ToVpn:
    """A virtual private gateway, by id in Network.vpn_gateways (F104)."""

    gateway: str


@dataclass(frozen=True, slots=True)
class ToInterface:
    """An interface whose host forwards what is routed to it (F103), by id of an Interface; or a
    firewall endpoint (F86), by id in Network.firewalls."""

    interface: str


Target = (
    Local
    | ToInternet
    | ToEgressOnly
    | ToNat
    | ToPeering
    | ToService
    | ToTransit
    | ToVpn
    | ToInterface
    | Blackhole
    | Elsewhere
)


@dataclass(frozen=True, slots=True)
class Route:
    """`prefix` leads to one of `targets` (several: unknown to which).

    unknown   "" when the route surely stands; else why it may not, or may stand for only a part of
              `prefix`. Such a route may then win over any other route within its prefix
    also      what else makes it: the entry of a prefix list that gives its prefix
    aws_service  id of an AwsService whose addresses are not known: it is for just those, whichever
              they are, and `prefix` is not looked at. None of their blocks is as wide as 0.0.0.0/0
    """

    prefix: Prefix
    targets: tuple[Target, ...]
    unknown: str = ""
    origin: Origin = NO_ORIGIN
    also: tuple[Origin, ...] = ()
    aws_service: str = ""


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Routes of one table, the local ones included; the longest matching prefix wins (F36)."""

    id: str
    routes: tuple[Route, ...]
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Vpc:
    """cidrs   every address of the VPC, of both families, secondary blocks included
    unknown   "" or why of its IPv4 addresses `cidrs` is only an upper bound
    unknown_ipv6  "" or why it may have IPv6 addresses that `cidrs` has not
    """

    id: str
    cidrs: IntervalSet
    unknown: str = ""
    origin: Origin = NO_ORIGIN
    unknown_ipv6: str = ""

    def doubt(self, family: Family) -> str:
        """ "" or why its addresses of one family are not known."""
        return self.unknown if family is Family.IPV4 else self.unknown_ipv6


@dataclass(frozen=True, slots=True)
class Subnet:
    """vpc      id of a Vpc
    cidr       addresses of the subnet, of both families; an upper bound of the IPv4 ones when
               `unknown` says why
    table      its route table: the associated one or the main one (F34); origin: the association
    acl        its network ACL (F22); origin: the association
    """

    id: str
    vpc: str
    cidr: IntervalSet
    zone: str
    table: OneOf
    acl: OneOf
    table_origin: Origin = NO_ORIGIN
    acl_origin: Origin = NO_ORIGIN
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """Also an egress-only one.

    vpc   the VPC it is attached to; OneOf() (no ids, not open) when it is attached to none
    edge  the route table for what arrives from the Internet (F44); OneOf(): none, all goes local;
          origin: the association
    """

    id: str
    vpc: OneOf
    vpc_origin: Origin = NO_ORIGIN
    edge: OneOf = NOTHING
    edge_origin: Origin = NO_ORIGIN
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class NatGateway:
    """subnet     where it stands
    public     YES: it is for the Internet; NO: a private NAT gateway
    allocated  whether it has an Elastic IP, as AWS asks of a public one
    addresses  its private address, or every address of its subnet while that is unknown
    shown_as   its public address, or the address of the resource that will give it; "" if private
    """

    id: str
    subnet: OneOf
    public: Tri
    addresses: IntervalSet
    shown_as: str = ""
    origin: Origin = NO_ORIGIN
    public_origin: Origin = NO_ORIGIN
    allocated: Tri = Tri.YES


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a flow can start or end.

    id          Terraform address wherever there is one
    kind        `internet`, `on-premises`, `service`, or the Terraform type without `aws_`:
                `instance`, `lb`
    interfaces  () for a function outside any VPC, for `internet`, for `on-premises` and for a
                service of AWS
    inbound     "" or why nothing can be sent to it (F92: a function's interface takes no calls)
    outbound    "" or why it never opens a connection (F73, F98: it answers only)
    outside     it lives outside every modelled VPC and reaches the Internet by itself (F91)
    """

    id: str
    kind: str
    interfaces: tuple[Interface, ...] = ()
    address: str = ""
    cloud_id: str = ""
    inbound: str = ""
    outbound: str = ""
    outside: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    previous_id: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """Resources of one type that were seen and are not part of the model, and what that means."""

    type: str
    addresses: tuple[str, ...]
    effect: str


INTERNET = "internet"
ON_PREMISES = "on-premises"


@dataclass(frozen=True, slots=True)
class AwsService:
    """A service of AWS and its public addresses, which a prefix list names.

    name       `com.amazonaws.us-east-1.s3`
    addresses  what its prefix list holds; an upper bound when `unknown` says why
    apart      it is an endpoint of its own, since a gateway endpoint leads to it; else it is a part
               of `internet`
    private    interface endpoints that lead to it, and whether its own name does (F74); where it
               does not, clients have to call the endpoint by the endpoint's name
    """

    id: str
    name: str
    addresses: IntervalSet
    unknown: str = ""
    apart: bool = True
    private: tuple[tuple[str, Tri], ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """Everything one snapshot says, by id. Immutable; endpoints include `internet`.

    internet         the addresses that the endpoint `internet` stands for
    on_premises      those that `on-premises` stands for: EMPTY where nothing leads there
    other_ways_in    "" or why on-premises may get into a VPC by what is not modelled (F90)
    services         the services of AWS of which something is known
    troubles         what AWS would refuse, so that it cannot come to be as it is here
    firewalls        endpoints of firewalls and of Gateway Load Balancers, to which a route leads as
                     to an interface (F86)
    barriers         subnet -> what Block Public Access stops there (F59); missing: nothing
    egress_only_gateways  those for IPv6 that let nothing in (F58)
    homes            to which VPC filters and tables belong, and which of them something uses
    known_as         cloud identifier -> its name here, of VPCs, subnets, groups and interfaces
    """

    vpcs: Mapping[str, Vpc]
    subnets: Mapping[str, Subnet]
    tables: Mapping[str, RouteTable]
    acls: Mapping[str, Filter]
    groups: Mapping[str, Filter]
    internet_gateways: Mapping[str, InternetGateway]
    nat_gateways: Mapping[str, NatGateway]
    endpoints: Mapping[str, Endpoint]
    internet: IntervalSet
    services: Mapping[str, AwsService] = field(default_factory=dict)
    barriers: Mapping[str, Barrier] = field(default_factory=dict)
    peerings: Mapping[str, Peering] = field(default_factory=dict)
    transit_gateways: Mapping[str, TransitGateway] = field(default_factory=dict)
    attachments: Mapping[str, Attachment] = field(default_factory=dict)
    transit_tables: Mapping[str, TransitTable] = field(default_factory=dict)
    egress_only_gateways: Mapping[str, InternetGateway] = field(default_factory=dict)
    balancers: Mapping[str, Balancer] = field(default_factory=dict)
    target_groups: Mapping[str, TargetGroup] = field(default_factory=dict)
    vpn_gateways: Mapping[str, VpnGateway] = field(default_factory=dict)
    on_premises: IntervalSet = EMPTY
    other_ways_in: str = ""
    client_vpns: Mapping[str, ClientVpn] = field(default_factory=dict)
    firewalls: Mapping[str, FirewallEndpoint] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    unmodelled: tuple[Unmodelled, ...] = ()
    troubles: tuple[str, ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict)
    homes: Homes = NO_HOMES


def beyond(network: Network, id: str) -> IntervalSet | None:
    """The addresses of an endpoint that is no interface of this network: the Internet, what lies
    on premises, a service of AWS; None for any other."""
    if id == INTERNET:
        return network.internet
    if id == ON_PREMISES:
        return network.on_premises
    found = network.services.get(id)
    return found.addresses if found is not None and found.apart else None


def uncertain_permit(why: str) -> Rule:
    """The rule of a filter of which nothing is known: it may permit anything, surely nothing."""
    return Rule(Action.PERMIT, ALL_SERVICES, ALL_ADDRESSES, unknown=why)
