"""Hypothesis strategies: whole networks of a small universe, with every kind of unknown in them.

Two VPCs, five subnets of four addresses, three addresses that are the Internet. Everything works in
the network that each starts from, and all of it is known; then a handful of edits are made. Where
everything is random nothing gets far, and what nothing reaches tests nothing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from tests.engine.balancers import balanced, balanced_services
from tests.engine.dual import dual_stack
from tests.engine.edits import EDITS, RARE
from tests.engine.guards import guarded_services, rare_guard
from tests.engine.universe import (
    ACLS,
    CLIENT_PORTS,
    GATEWAYS,
    GROUPS,
    HOSTS,
    ICMP6_TYPES,
    ICMP_TYPES,
    INTERNETS,
    NATS,
    ON_PREMISES_ADDRESSES,
    OTHER_SERVICE,
    PERMIT_ALL,
    SERVICE,
    SERVICE_ADDRESSES,
    SUBNETS,
    TRANSIT_TABLES,
    VPCS,
    VPN_GATEWAYS,
    one_in,
    place,
)
from tfreach.engine.verdicts import Options
from tfreach.space.headers import (
    ALL_ADDRESSES,
    ALL_SERVICES,
    ICMP_OF,
    TCP,
    UDP,
    Family,
    ports_of,
    prefix,
    services,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.between import ToAttachment, TransitRoute
from tfreach.topology.families import has_ipv6
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    Attachment,
    AwsService,
    Endpoint,
    Filter,
    Interface,
    InternetGateway,
    Local,
    NatGateway,
    Network,
    OneOf,
    Peering,
    Prefix,
    Public,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Target,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
    TransitGateway,
    TransitTable,
    Tri,
    Vpc,
    VpnGateway,
)

__all__ = ["OPTIONS", "all_rules", "different_ports", "different_services", "networks"]


OPTIONS = Options(CLIENT_PORTS)


@st.composite
def plain_networks(draw: st.DrawFn) -> Network:
    """Everything is known and all filters are open. A NAT gateway in subnet-a serves b and c; at
    times their table has a gateway endpoint's routes, by known blocks or unknown ones."""
    endpoint = ToService("vpce", SERVICE)
    to_service = draw(
        st.sampled_from(
            (
                (),
                (Route(Prefix(prefix("192.0.2.0/31").first, 31), (endpoint,)),),
                (Route(Prefix(0, 0), (endpoint,), aws_service=SERVICE),),
            )
        )
    )
    subnets = [draw(st.sampled_from(sorted(SUBNETS))) for _ in HOSTS]
    hosts = [
        Interface(id_, (place(draw, subnet),), (OneOf((group,)),), Public(Tri.YES))
        for id_, subnet, group in zip(HOSTS, subnets, GROUPS[:2], strict=True)
    ]
    gateways = {
        id_: VpnGateway(id_, OneOf((vpc,)), ALL_ADDRESSES) for id_, vpc in VPN_GATEWAYS.items()
    }
    zones = dict(zip(SUBNETS, ("zone-a", "zone-b", "zone-a", "zone-a", "zone-b"), strict=True))
    local = {id_: Route(Prefix(cidrs.first, 16), (Local(),)) for id_, cidrs in VPCS.items()}
    acl_ids = [draw(st.sampled_from(ACLS)) for _ in SUBNETS]
    everything = Prefix(0, 0)
    ways: tuple[Target, ...] = (ToPeering("pcx-1"), ToTransit("tgw-1"))
    joined = draw(st.sampled_from(ways))
    homes: list[list[Target]] = [[ToVpn(id_), ToTransit("tgw-1")] for id_ in VPN_GATEWAYS]
    far = [
        tuple(Route(Prefix(lo, 32 - (hi - lo).bit_length()), (draw(st.sampled_from(way)),))
              for lo, hi in ON_PREMISES_ADDRESSES.spans)
        for way in homes
    ]  # fmt: skip
    over = {id_: Route(Prefix(cidrs.first, 16), (joined,)) for id_, cidrs in VPCS.items()}
    return Network(
        vpcs={id_: Vpc(id_, cidrs) for id_, cidrs in VPCS.items()},
        subnets={
            id_: Subnet(id_, vpc, cidr, zones[id_], OneOf((table,)), OneOf((acl,)))
            for (id_, (vpc, cidr, table)), acl in zip(SUBNETS.items(), acl_ids, strict=True)
        },
        tables={
            "rtb-1": RouteTable(
                "rtb-1",
                (
                    local["vpc-1"],
                    Route(everything, (ToInternet("igw-1"),)),
                    over["vpc-2"],
                    *far[0],
                ),
            ),
            "rtb-2": RouteTable(
                "rtb-2",
                (
                    local["vpc-1"],
                    Route(everything, (ToNat("nat-1"),)),
                    over["vpc-2"],
                    *to_service,
                    *far[0],
                ),
            ),
            "rtb-3": RouteTable(
                "rtb-3",
                (
                    local["vpc-2"],
                    Route(everything, (ToInternet("igw-2"),)),
                    over["vpc-1"],
                    *far[1],
                ),
            ),
        },
        acls={id_: Filter(id_, "network_acl", (PERMIT_ALL,), (PERMIT_ALL,)) for id_ in ACLS},
        groups={id_: Filter(id_, "security_group", (PERMIT_ALL,), (PERMIT_ALL,)) for id_ in GROUPS},
        internet_gateways={
            id_: InternetGateway(id_, OneOf((vpc,))) for id_, vpc in GATEWAYS.items()
        },
        nat_gateways={
            id_: NatGateway(id_, OneOf((subnet,)), Tri.YES, EMPTY)
            for id_, subnet in zip(NATS, ("subnet-a", "subnet-b"), strict=True)
        },
        endpoints={
            **{host.id: Endpoint(host.id, "instance", (host,)) for host in hosts},
            INTERNET: Endpoint(INTERNET, INTERNET),
            ON_PREMISES: Endpoint(ON_PREMISES, ON_PREMISES),
            SERVICE: Endpoint(SERVICE, "service"),
        },
        internet=draw(st.sampled_from(INTERNETS)),
        peerings={"pcx-1": Peering("pcx-1", (OneOf(("vpc-1",)), OneOf(("vpc-2",))))},
        services={
            SERVICE: AwsService(SERVICE, "s3", SERVICE_ADDRESSES),
            OTHER_SERVICE: AwsService(OTHER_SERVICE, "other", prefix("203.0.113.1/32"), "", False),
        },
        vpn_gateways=gateways if draw(st.booleans()) else {},
        on_premises=ON_PREMISES_ADDRESSES,
        **transit(outside=draw(st.booleans())),  # type: ignore[arg-type]
    )


def transit(*, outside: bool) -> dict[str, object]:
    """tgw-1 joins both VPCs, each with a table of its own; tgw-2 joins vpc-2 as well, and tgw-1.
    outside: a VPN of tgw-1 leads to on-premises."""
    ways = {"att-1": VPCS["vpc-1"], "att-2": VPCS["vpc-2"]}
    direct = [
        TransitRoute(Prefix(cidrs.first, 16), (ToAttachment(id_),), static=False)
        for id_, cidrs in ways.items()
    ]
    out = TransitRoute(Prefix(0, 0), (ToAttachment("att-2"),))
    far = [
        TransitRoute(Prefix(lo, 32 - (hi - lo).bit_length()), (ToAttachment("vpn-1"),))
        for lo, hi in ON_PREMISES_ADDRESSES.spans
    ]
    one, two = OneOf(("tgw-1",)), OneOf(("tgw-2",))
    first = tuple(OneOf((id_,)) for id_ in ("subnet-a", "subnet-b"))
    second = tuple(OneOf((id_,)) for id_ in ("subnet-d", "subnet-e"))
    tables = [OneOf((id_,)) for id_ in TRANSIT_TABLES]
    yes = Tri.YES
    ends = (
        Attachment("att-1", one, OneOf(("vpc-1",)), first, tables[0], groups=yes),
        Attachment("att-2", one, OneOf(("vpc-2",)), second, tables[1], groups=yes),
        Attachment("att-3", two, OneOf(("vpc-2",)), second, tables[2], groups=yes),
        Attachment("peer-1", one, table=tables[1], far="peer-2"),
        Attachment("peer-2", two, table=tables[2], far="peer-1"),
        *([Attachment("vpn-1", one, table=tables[0], outside=True)] * outside),
    )
    routes = (
        (direct[1], out, *far),
        (direct[0], out, *far),
        (
            replace(direct[1], targets=(ToAttachment("att-3"),)),
            replace(direct[0], targets=(ToAttachment("peer-2"),)),
        ),
    )
    return {
        "transit_gateways": {id_: TransitGateway(id_) for id_ in ("tgw-1", "tgw-2")},
        "attachments": {end.id: end for end in ends},
        "transit_tables": {
            id_: TransitTable(id_, found) for id_, found in zip(TRANSIT_TABLES, routes, strict=True)
        },
    }


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network in which all works, at times with load balancers, after up to eight edits; half of
    them with IPv6 too."""
    network = draw(plain_networks())
    if one_in(draw, 3):
        network = draw(balanced(network))
    if one_in(draw, 5):
        network = rare_guard(draw, network)
    elif draw(st.booleans()):
        network = draw(st.sampled_from(RARE))(draw, network)
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=8)):
        network = edit(draw, network)
    return dual_stack(draw, network) if draw(st.booleans()) else network


def families_of(network: Network) -> list[Family]:
    return [Family.IPV4, Family.IPV6] if has_ipv6(network) else [Family.IPV4]


def all_rules(network: Network) -> list[Rule]:
    filters = [*network.acls.values(), *network.groups.values()]
    return [rule for one in filters for rule in (*one.ingress, *one.egress)]


def different_services(network: Network, family: Family = Family.IPV4) -> list[int]:
    """One service of each piece that no rule of the network and no rule of replies divides."""
    icmp, types = ICMP_OF[family], ICMP_TYPES if family is Family.IPV4 else ICMP6_TYPES
    kinds = [services(TCP), services(UDP), services(icmp)]
    kinds += [services(icmp, IntervalSet.span(n << 8, n << 8 | 255)) for n in types]
    written = dict.fromkeys(rule.services for rule in all_rules(network))
    written |= dict.fromkeys(balanced_services(network))
    written |= dict.fromkeys(guarded_services(network))
    return [piece.first for piece in ALL_SERVICES.cut([*kinds, *written])]


def different_ports(network: Network, within: IntervalSet) -> list[int]:
    """One port of each piece of `within` that no rule of the network divides."""
    written = dict.fromkeys(
        ports_of(rule.services, protocol)
        for rule, protocol in product(all_rules(network), (TCP, UDP))
    )
    return [piece.first for piece in within.cut(written)]
