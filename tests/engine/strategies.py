"""Hypothesis strategies: whole networks of a small universe, with every kind of unknown in them.

Two VPCs, five subnets of four addresses, three addresses that are the Internet. Everything works in
the network that each starts from, and all of it is known; then a handful of edits are made. Where
everything is random nothing gets far, and what nothing reaches tests nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from tfreach.engine.verdicts import NAT_PORTS, Options
from tfreach.space.headers import (
    ALL_SERVICES,
    ICMP,
    PORTS,
    TCP,
    UDP,
    ports_of,
    prefix,
    services,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    INTERNET,
    Action,
    Blackhole,
    Elsewhere,
    Endpoint,
    Filter,
    Interface,
    InternetGateway,
    Local,
    NatGateway,
    Network,
    OneOf,
    Prefix,
    Public,
    Route,
    RouteTable,
    Rule,
    Site,
    Subnet,
    Target,
    ToInternet,
    ToNat,
    Tri,
    Vpc,
)

VPCS = {"vpc-1": prefix("10.1.0.0/16"), "vpc-2": prefix("10.2.0.0/16")}
SUBNETS = {
    "subnet-a": ("vpc-1", prefix("10.1.0.0/30"), "rtb-1"),
    "subnet-b": ("vpc-1", prefix("10.1.0.4/30"), "rtb-2"),
    "subnet-c": ("vpc-1", prefix("10.1.0.8/30"), "rtb-2"),
    "subnet-d": ("vpc-2", prefix("10.2.0.0/30"), "rtb-3"),
    "subnet-e": ("vpc-2", prefix("10.2.0.4/30"), "rtb-3"),
}
INTERNETS = (
    prefix("203.0.113.0/31") | prefix("198.51.100.1/32"),
    prefix("203.0.113.1/32") | prefix("198.51.100.0/31"),
    prefix("203.0.113.1/32") | prefix("203.0.113.2/32"),
)
GROUPS = ("sg-1", "sg-2", "sg-3")
ACLS = ("acl-1", "acl-2", "acl-3")
TABLES = ("rtb-1", "rtb-2", "rtb-3")
NATS = ("nat-1", "nat-2")
GATEWAYS = {"igw-1": "vpc-1", "igw-2": "vpc-2"}
HOSTS = ("host-1", "host-2")
NOT_THERE = "not-there"

CLIENT_PORTS = IntervalSet.span(1024, 1026)
SERVICES = (
    ALL_SERVICES,
    services(TCP),
    services(TCP, IntervalSet.span(22, 22)),
    services(TCP, IntervalSet.span(22, 443)),
    services(TCP, NAT_PORTS),
    services(TCP, IntervalSet.span(1024, 1024)),
    services(TCP, IntervalSet.span(1025, 1026)),
    services(TCP, IntervalSet.span(1025, PORTS - 1)),
    services(TCP, IntervalSet.span(1024, 1026)),
    services(TCP, IntervalSet.span(40000, PORTS - 1)),
    services(UDP),
    services(UDP, NAT_PORTS),
    services(UDP, IntervalSet.span(1026, 40000)),
    services(ICMP),
    services(ICMP, IntervalSet.span(8 * 256, 8 * 256)),
    services(ICMP, IntervalSet.span(0, 255)),
    services(50),
    services(TCP) | services(UDP) | services(ICMP),
)
REPLY_PORTS = (
    NAT_PORTS,
    CLIENT_PORTS,
    IntervalSet.span(1024, 1024),
    IntervalSet.span(1025, PORTS - 1),
    IntervalSet.span(1025, 1026),
    IntervalSet.span(40000, PORTS - 1),
)
ICMP_TYPES = (8, 13)
"""Those that are answered: by a type that SERVICES divides, and by one that it does not."""
PEERS = (
    *(["0.0.0.0/0"] * 4),
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.0.0/30",
    "10.1.0.4/30",
    "10.1.0.0/31",
    "10.1.0.2/31",
    "10.1.0.4/31",
    "10.1.0.5/32",
    "10.1.0.8/31",
    "10.2.0.0/31",
    "10.2.0.5/32",
    "203.0.113.0/24",
    "203.0.113.1/32",
    "203.0.113.0/31",
    "198.51.100.0/24",
    "198.51.100.1/32",
)
DESTINATIONS = (*(["0.0.0.0/0"] * 5), *PEERS[4:], "10.2.0.0/16", "10.1.0.6/31", "203.0.113.2/31")
TARGETS: tuple[Target, ...] = (
    *(ToInternet(id_) for id_ in GATEWAYS),
    *(ToNat(id_) for id_ in NATS),
    Local(),
    Blackhole("the instance is gone"),
    Elsewhere("a transit gateway"),
    ToInternet(NOT_THERE),
    ToNat(NOT_THERE),
)
PERMIT_ALL = Rule(Action.PERMIT, ALL_SERVICES, prefix("0.0.0.0/0"), number=10)


def one_in(draw: st.DrawFn, chances: int) -> bool:
    """True in one of `chances` draws; shrinks to False."""
    return draw(st.integers(0, chances - 1)) == chances - 1


def text(draw: st.DrawFn, chances: int, why: str) -> str:
    """`why` in one of `chances` draws, else ""."""
    return why if one_in(draw, chances) else ""


@st.composite
def links(draw: st.DrawFn, ids: Sequence[str]) -> OneOf:
    """To one of `ids`, to several, to any filter or table there is, or to one that is not there."""
    found = tuple(sorted(draw(st.sets(st.sampled_from(ids), min_size=1, max_size=2))))
    if not one_in(draw, 3):
        return OneOf(found, reason="one of several" if len(found) > 1 else "")
    open_ = OneOf(found if draw(st.booleans()) else (), open=True, reason="known after apply")
    return draw(st.sampled_from((open_, open_, OneOf((NOT_THERE,)))))


@st.composite
def rules(draw: st.DrawFn, *, acl: bool) -> Rule:
    """One rule. A network ACL denies too; a security group also names groups."""
    return Rule(
        draw(st.sampled_from((Action.DENY, Action.PERMIT))) if acl else Action.PERMIT,
        draw(st.sampled_from(SERVICES)),
        prefix(draw(st.sampled_from(PEERS))),
        group=None if acl else draw(st.sampled_from((None, None, *GROUPS))),
        number=draw(st.integers(1, 11)) if acl else 0,
        unknown=text(draw, 4, "a part is known after apply"),
    )


def place(draw: st.DrawFn, subnet: str) -> Site:
    """One or two addresses of a subnet."""
    some = st.sets(st.sampled_from(list(SUBNETS[subnet][1].members())), min_size=1, max_size=2)
    return Site(subnet, IntervalSet.of((address, address) for address in draw(some)))


@st.composite
def plain_networks(draw: st.DrawFn) -> Network:
    """Everything is known and all filters are open. A NAT gateway in subnet-a serves b and c."""
    subnets = [draw(st.sampled_from(sorted(SUBNETS))) for _ in HOSTS]
    hosts = [
        Interface(id_, (place(draw, subnet),), (OneOf((group,)),), Public(Tri.YES))
        for id_, subnet, group in zip(HOSTS, subnets, GROUPS[:2], strict=True)
    ]
    local = {id_: Route(Prefix(cidrs.first, 16), (Local(),)) for id_, cidrs in VPCS.items()}
    acl_ids = [draw(st.sampled_from(ACLS)) for _ in SUBNETS]
    everything = Prefix(0, 0)
    return Network(
        vpcs={id_: Vpc(id_, cidrs) for id_, cidrs in VPCS.items()},
        subnets={
            id_: Subnet(id_, vpc, cidr, "zone-a", OneOf((table,)), OneOf((acl,)))
            for (id_, (vpc, cidr, table)), acl in zip(SUBNETS.items(), acl_ids, strict=True)
        },
        tables={
            "rtb-1": RouteTable(
                "rtb-1", (local["vpc-1"], Route(everything, (ToInternet("igw-1"),)))
            ),
            "rtb-2": RouteTable("rtb-2", (local["vpc-1"], Route(everything, (ToNat("nat-1"),)))),
            "rtb-3": RouteTable(
                "rtb-3", (local["vpc-2"], Route(everything, (ToInternet("igw-2"),)))
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
        },
        internet=draw(st.sampled_from(INTERNETS)),
    )


def directed(old: Filter, direction: str, found: tuple[Rule, ...]) -> Filter:
    """A filter with other rules in one direction."""
    if direction == "ingress":
        return replace(old, ingress=found)
    return replace(old, egress=found)


def with_acl(network: Network, new: Filter) -> Network:
    return replace(network, acls={**network.acls, new.id: new})


def with_group(network: Network, new: Filter) -> Network:
    return replace(network, groups={**network.groups, new.id: new})


def with_table(network: Network, new: RouteTable) -> Network:
    return replace(network, tables={**network.tables, new.id: new})


def with_host(network: Network, new: Endpoint) -> Network:
    return replace(network, endpoints={**network.endpoints, new.id: new})


# Edits: each takes the network so far and gives the next one. First the rare ones, of which there
# is one at most.


def rare_fork(draw: st.DrawFn, network: Network) -> Network:
    """The NAT gateway's own subnet may route to the NAT gateway, or to the internet gateway."""
    out = Route(Prefix(0, 0), (ToInternet("igw-1"), ToNat("nat-1")))
    host = network.endpoints["host-1"]
    sites = (place(draw, "subnet-a"),)
    inside = replace(host.interfaces[0], sites=sites, public=Public(Tri.NO))
    old = network.tables["rtb-1"]
    network = with_table(network, replace(old, routes=(old.routes[0], out)))
    return with_host(network, replace(host, interfaces=(inside,)))


def rare_ports(draw: st.DrawFn, network: Network) -> Network:
    """Network ACLs that let replies to some ports pass only; at times it is not known which ACL."""
    for id_ in ACLS[:2]:
        some = draw(st.lists(st.sampled_from(REPLY_PORTS), min_size=1, max_size=2))
        found = tuple(
            Rule(Action.PERMIT, services(TCP, ports), prefix("0.0.0.0/0"), number=number)
            for number, ports in enumerate((IntervalSet.span(22, 22), *some), 7)
        )
        direction = draw(st.sampled_from(("ingress", "egress")))
        network = with_acl(network, directed(network.acls[id_], direction, found))
    either = OneOf(ACLS[:2], reason="one of two")
    subnets = {
        id_: replace(old, acl=either) if one_in(draw, 3) else old
        for id_, old in network.subnets.items()
    }
    return replace(network, subnets=subnets)


def rare_carriers(draw: st.DrawFn, network: Network) -> Network:
    """Groups that name groups, and hosts of which it is not known which of those they carry."""
    for id_ in GROUPS[:2]:
        name = draw(st.sampled_from(GROUPS))
        rule = replace(draw(rules(acl=False)), group=name)
        network = with_group(network, directed(network.groups[id_], "ingress", (rule,)))
    for id_ in HOSTS:
        host = network.endpoints[id_]
        slots = tuple(draw(st.lists(links(GROUPS), min_size=1, max_size=2)))
        network = with_host(
            network, replace(host, interfaces=(replace(host.interfaces[0], groups=slots),))
        )
    return network


def edit_acl(draw: st.DrawFn, network: Network) -> Network:
    """One more rule in one direction, or at times no rule for all the rest any more."""
    old = network.acls[draw(st.sampled_from(ACLS))]
    direction = draw(st.sampled_from(("ingress", "egress")))
    found: tuple[Rule, ...] = getattr(old, direction)
    if one_in(draw, 4):
        found = tuple(rule for rule in found if rule is not PERMIT_ALL)
    found = (*found, draw(rules(acl=True)))
    return with_acl(network, directed(old, direction, found))


def edit_group(draw: st.DrawFn, network: Network) -> Network:
    """Up to two rules in place of the one for everything, or in addition to others."""
    old = network.groups[draw(st.sampled_from(GROUPS))]
    direction = draw(st.sampled_from(("ingress", "egress")))
    found: tuple[Rule, ...] = getattr(old, direction)
    found = tuple(rule for rule in found if rule is not PERMIT_ALL)
    found += tuple(draw(st.lists(rules(acl=False), min_size=1, max_size=2)))
    return with_group(network, directed(old, direction, found))


def edit_table(draw: st.DrawFn, network: Network) -> Network:
    """One more route, before or after the others, or one less."""
    old = network.tables[draw(st.sampled_from(TABLES))]
    if old.routes and one_in(draw, 5):
        gone = draw(st.sampled_from(old.routes))
        routes = tuple(route for route in old.routes if route is not gone)
    else:
        first, length = draw(st.sampled_from(DESTINATIONS)).split("/")
        targets = [draw(st.sampled_from(TARGETS))]
        targets += [draw(st.sampled_from(TARGETS))] if one_in(draw, 4) else []
        unknown = text(draw, 3, "whether it stands is not known")
        new = Route(
            Prefix(prefix(first).first, int(length)), tuple(dict.fromkeys(targets)), unknown
        )
        routes = (new, *old.routes) if draw(st.booleans()) else (*old.routes, new)
    return with_table(network, replace(old, routes=routes))


def edit_subnet(draw: st.DrawFn, network: Network) -> Network:
    """Another table, or another network ACL."""
    old = network.subnets[draw(st.sampled_from(sorted(SUBNETS)))]
    if draw(st.booleans()):
        new = replace(old, table=draw(links(TABLES)))
    else:
        new = replace(old, acl=draw(links(ACLS)))
    return replace(network, subnets={**network.subnets, old.id: new})


def edit_nat(draw: st.DrawFn, network: Network) -> Network:
    """Elsewhere, or not public."""
    old = network.nat_gateways[draw(st.sampled_from(NATS))]
    if draw(st.booleans()):
        new = replace(old, subnet=draw(links(sorted(SUBNETS))))
    else:
        new = replace(old, public=draw(st.sampled_from((Tri.NO, Tri.MAYBE))))
    return replace(network, nat_gateways={**network.nat_gateways, old.id: new})


def edit_gateway(draw: st.DrawFn, network: Network) -> Network:
    """Attached to nothing, or unknown to what; never two to one VPC for sure: AWS refuses that."""
    old = network.internet_gateways[draw(st.sampled_from(sorted(GATEWAYS)))]
    several = OneOf(tuple(VPCS), reason="one of two")
    open_ = OneOf(open=True, reason="known after apply")
    new = replace(old, vpc=draw(st.sampled_from((OneOf(), several, open_))))
    if draw(st.booleans()):
        new = replace(old, inbound="an edge route table")
    return replace(network, internet_gateways={**network.internet_gateways, old.id: new})


def edit_host(draw: st.DrawFn, network: Network) -> Network:
    """Other groups, more sites or unknown ones, no public address, a second interface, or down."""
    host = network.endpoints[draw(st.sampled_from(HOSTS))]
    *others, old = host.interfaces
    what = draw(
        st.sampled_from(("groups", "sites", "sites", "unknown", "public", "second", "down"))
    )
    if what in ("sites", "unknown", "second"):
        more = draw(st.lists(st.sampled_from(sorted(SUBNETS)), min_size=1, max_size=2, unique=True))
        fresh = tuple(
            place(draw, id_) for id_ in more if id_ not in {at.subnet for at in old.sites}
        )
    match what:
        case "groups":
            slots = draw(st.lists(links(GROUPS), max_size=2))
            new = [replace(old, groups=tuple(slots))]
        case "sites":
            new = [replace(old, sites=old.sites + fresh)]
        case "unknown":
            sites = () if one_in(draw, 5) else old.sites + fresh
            new = [replace(old, sites=sites, unknown="its subnet is known after apply")]
        case "public":
            new = [replace(old, public=Public(draw(st.sampled_from((Tri.NO, Tri.MAYBE)))))]
        case "second":
            new = [old, replace(old, id=f"{old.id}-2", sites=fresh or old.sites)]
        case _:
            new = [replace(old, down="it is stopped")]
    return with_host(network, replace(host, interfaces=(*others, *new)))


def edit_rest(draw: st.DrawFn, network: Network) -> Network:
    """A function outside, a host that takes no calls, or Block Public Access."""
    what = draw(st.sampled_from(("outside", "inbound", "blocked")))
    if what == "blocked":
        return replace(network, public_blocked="Block Public Access is on")
    if what == "outside":
        new = Endpoint("function", "lambda_function", outside=True)
    else:
        host = network.endpoints[draw(st.sampled_from(HOSTS))]
        new = replace(host, inbound="a function takes no calls")
    return with_host(network, new)


Edit = Callable[[st.DrawFn, Network], Network]
EDITS: tuple[Edit, ...] = (
    *([edit_acl] * 6),
    *([edit_group] * 4),
    *([edit_table] * 4),
    *([edit_subnet] * 2),
    *([edit_host] * 5),
    edit_nat,
    edit_nat,
    edit_gateway,
    edit_rest,
)
RARE: tuple[Edit, ...] = (rare_fork, rare_ports, rare_carriers)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network in which all works, after up to eight edits."""
    network = draw(plain_networks())
    if draw(st.booleans()):
        network = draw(st.sampled_from(RARE))(draw, network)
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=8)):
        network = edit(draw, network)
    return network


def all_rules(network: Network) -> list[Rule]:
    filters = [*network.acls.values(), *network.groups.values()]
    return [rule for one in filters for rule in (*one.ingress, *one.egress)]


def different_services(network: Network) -> list[int]:
    """One service of each piece that no rule of the network and no rule of replies divides."""
    kinds = [services(TCP), services(UDP), services(ICMP)]
    kinds += [services(ICMP, IntervalSet.span(n << 8, n << 8 | 255)) for n in ICMP_TYPES]
    written = dict.fromkeys(rule.services for rule in all_rules(network))
    return [piece.first for piece in ALL_SERVICES.cut([*kinds, *written])]


def different_ports(network: Network, within: IntervalSet) -> list[int]:
    """One port of each piece of `within` that no rule of the network divides."""
    written = dict.fromkeys(
        ports_of(rule.services, protocol)
        for rule, protocol in product(all_rules(network), (TCP, UDP))
    )
    return [piece.first for piece in within.cut(written)]


OPTIONS = Options(CLIENT_PORTS)
