"""A network in; the same with one thing edited at random, out. What is edited shrinks to little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from tests.engine.universe import (
    ACLS,
    ATTACHMENTS,
    BOX,
    DESTINATIONS,
    EDGE,
    GATEWAYS,
    GROUPS,
    HOSTS,
    NATS,
    NOT_THERE,
    OTHER_SERVICE,
    PERMIT_ALL,
    REPLY_PORTS,
    SERVICE,
    SERVICES,
    SUBNETS,
    TABLES,
    TARGETS,
    TRANSIT_TABLES,
    TRANSIT_TARGETS,
    VPC_1_SUBNETS,
    VPCS,
    links,
    one_in,
    place,
    rules,
    text,
)
from tfreach.space.headers import TCP, prefix, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.between import Attachment, TransitRoute
from tfreach.topology.clients import Allowed, ClientVpn
from tfreach.topology.network import (
    Action,
    Barrier,
    Endpoint,
    Filter,
    Interface,
    Local,
    Network,
    OneOf,
    Prefix,
    Public,
    Route,
    RouteTable,
    Rule,
    Site,
    Target,
    ToInterface,
    ToInternet,
    ToNat,
    ToService,
    ToTransit,
    Tri,
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


def rare_split(draw: st.DrawFn, network: Network) -> Network:
    """Two addresses each in two subnets, and network ACLs that tell the two apart."""
    for id_, subnet in zip(HOSTS, draw(st.permutations(VPC_1_SUBNETS)), strict=False):
        lo, hi = SUBNETS[subnet][1].spans[0]
        site = Site(subnet, IntervalSet.of(((lo, lo), (hi, hi))))
        host = network.endpoints[id_]
        inside = replace(host.interfaces[0], sites=(site,))
        network = with_host(network, replace(host, interfaces=(inside,)))
    for id_ in ACLS:
        peers = prefix(draw(st.sampled_from(("10.1.0.0/31", "10.1.0.4/31", "10.1.0.8/31"))))
        rule = Rule(Action.DENY, draw(st.sampled_from(SERVICES)), peers, number=5)
        direction = draw(st.sampled_from(("ingress", "egress")))
        network = with_acl(network, directed(network.acls[id_], direction, (rule, PERMIT_ALL)))
    return network


def rare_naming(draw: st.DrawFn, network: Network) -> Network:
    """Two hosts in different VPCs whose groups name each other, on either side."""
    ids = draw(st.permutations(HOSTS))
    for id_, subnet in zip(ids, ("subnet-a", "subnet-d"), strict=True):
        host = network.endpoints[id_]
        inside = replace(host.interfaces[0], sites=(place(draw, subnet),))
        network = with_host(network, replace(host, interfaces=(inside,)))
    for id_, other in ((GROUPS[0], GROUPS[1]), (GROUPS[1], GROUPS[0])):
        rule = Rule(Action.PERMIT, draw(st.sampled_from(SERVICES)), prefix("10.0.0.0/8"), other)
        for direction in draw(st.sampled_from((("ingress",), ("egress",), ("ingress", "egress")))):
            network = with_group(network, directed(network.groups[id_], direction, (rule,)))
    return network


def rare_service(draw: st.DrawFn, network: Network) -> Network:
    """A gateway endpoint of which the blocks are not known, and a route for some of them, in the
    table of every host."""
    block = draw(st.sampled_from(("192.0.2.0/24", "192.0.2.1/32", "192.0.0.0/8", "0.0.0.0/0")))
    first, length = block.split("/")
    rival = Route(Prefix(prefix(first).first, int(length)), (draw(st.sampled_from(TARGETS)),))
    endpoint = Route(Prefix(0, 0), (ToService("vpce", SERVICE),), aws_service=SERVICE)
    for id_ in TABLES:
        old = network.tables[id_]
        routes = draw(st.permutations((*old.routes, rival, endpoint)))
        network = with_table(network, replace(old, routes=tuple(routes)))
    vague = replace(network.services[SERVICE], unknown="its blocks are known after apply")
    return replace(network, services={**network.services, SERVICE: vague})


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
        new = replace(old, edge=draw(links([EDGE, TABLES[0]])))
        network = with_table(network, edge_table(draw, ToInterface(draw(st.sampled_from(HOSTS)))))
    return replace(network, internet_gateways={**network.internet_gateways, old.id: new})


def edit_vpn(draw: st.DrawFn, network: Network) -> Network:
    """Attached to nothing, or unknown to what; with fewer addresses behind it; or one less."""
    kept = dict(network.vpn_gateways)
    if not kept:
        return network
    old = kept.pop(draw(st.sampled_from(sorted(kept))))
    match draw(st.sampled_from(("vpc", "serves", "serves", "unknown", "inbound", "gone"))):
        case "vpc":
            several = OneOf(tuple(VPCS), reason="one of two")
            open_ = OneOf(open=True, reason="known after apply")
            kept[old.id] = replace(old, vpc=draw(st.sampled_from((OneOf(), several, open_))))
        case "serves":
            kept[old.id] = replace(old, serves=prefix("192.168.0.0/31"))
        case "unknown":
            kept[old.id] = replace(old, unknown="what connects it is elsewhere")
        case "inbound":
            kept[old.id] = replace(old, inbound="an edge route table")
        case _:
            pass
    return replace(network, vpn_gateways=kept)


def edit_client(draw: st.DrawFn, network: Network) -> Network:
    """A host is the clients of a VPN: rules by which they may go, and routes of one subnet."""

    def some() -> tuple[Allowed, ...]:
        found = []
        for _ in range(draw(st.integers(0, 2))):
            block = draw(st.sampled_from(DESTINATIONS))
            answer = draw(st.sampled_from((Tri.YES, Tri.YES, Tri.MAYBE)))
            why = text(draw, 5, "its block is known after apply")
            found.append(Allowed(prefix(block), int(block.split("/")[1]), answer, why))
        return tuple(found)

    id_ = draw(st.sampled_from(HOSTS))
    everywhere = Allowed(prefix("0.0.0.0/0"), 0)
    rules = (everywhere, *some()) if draw(st.booleans()) else some()
    routes = {subnet: (*some(), *[everywhere] * one_in(draw, 2)) for subnet in sorted(SUBNETS)[:3]}
    new = ClientVpn(id_, rules, routes)
    return replace(network, client_vpns={**network.client_vpns, id_: new})


def edit_peering(draw: st.DrawFn, network: Network) -> Network:
    """Not accepted, between Regions, of other VPCs, or any of it unknown."""
    old = network.peerings["pcx-1"]
    unsure = Tri.NO, Tri.MAYBE
    match draw(st.sampled_from(("active", "region", "region", "end"))):
        case "active":
            new = replace(old, active=draw(st.sampled_from(unsure)), why="accepted by nobody")
        case "region":
            new = replace(old, same_region=draw(st.sampled_from(unsure)))
        case _:
            end = draw(links([*VPCS, NOT_THERE]))
            ends = (end, old.ends[1]) if draw(st.booleans()) else (old.ends[0], end)
            new = replace(old, ends=ends)
    return replace(network, peerings={old.id: new})


def with_attachment(network: Network, new: Attachment) -> Network:
    return replace(network, attachments={**network.attachments, new.id: new})


OUTSIDE_KINDS = ("table", "table", "active", "gateway")
KINDS = ((*OUTSIDE_KINDS, "subnets", "subnets", "groups", "appliance", "vpc"), OUTSIDE_KINDS)
"""What may be another of an attachment: of a VPC or peering, and of a VPN."""


def edit_attachment(draw: st.DrawFn, network: Network) -> Network:
    """Another table or none, other subnets, another gateway or VPC, not there; or any unknown."""
    there = sorted(network.attachments)
    old = network.attachments[draw(st.sampled_from((*ATTACHMENTS[:2] * 2, *there)))]
    answer = draw(st.sampled_from((Tri.NO, Tri.MAYBE)))
    match draw(st.sampled_from(KINDS[old.outside])):
        case "table":
            none = OneOf()
            new = replace(old, table=draw(st.one_of(links(TRANSIT_TABLES), st.just(none))))
        case "subnets":
            ids = draw(st.lists(links([*SUBNETS, NOT_THERE]), max_size=2))
            new = replace(old, subnets=tuple(ids))
        case "active":
            new = replace(old, active=answer, why="nobody accepts")
        case "groups":
            new = replace(old, groups=answer)
        case "appliance":
            new = replace(old, appliance=draw(st.sampled_from((Tri.YES, Tri.MAYBE))))
        case "gateway":
            new = replace(old, gateway=draw(links(("tgw-1", "tgw-2"))))
        case _ if old.far:
            new = replace(old, far=NOT_THERE)
        case _:
            new = replace(old, vpc=draw(links(sorted(VPCS))))
    return with_attachment(network, new)


def edit_transit_table(draw: st.DrawFn, network: Network) -> Network:
    """One more route, static or propagated, or one less; at times the table is not known."""
    old = network.transit_tables[draw(st.sampled_from(sorted(network.transit_tables)))]
    if one_in(draw, 10):
        kept = {id_: one for id_, one in network.transit_tables.items() if id_ != old.id}
        return replace(network, transit_tables=kept) if len(kept) == 2 else network
    if old.routes and one_in(draw, 5):
        gone = draw(st.sampled_from(old.routes))
        routes = tuple(route for route in old.routes if route is not gone)
    else:
        first, length = draw(st.sampled_from(DESTINATIONS)).split("/")
        targets = [draw(st.sampled_from(TRANSIT_TARGETS))]
        targets += [draw(st.sampled_from(TRANSIT_TARGETS))] if one_in(draw, 4) else []
        new = TransitRoute(
            Prefix(prefix(first).first, int(length)),
            tuple(dict.fromkeys(targets)),
            draw(st.booleans()),
            text(draw, 4, "whether it stands is not known"),
        )
        routes = (new, *old.routes) if draw(st.booleans()) else (*old.routes, new)
    tables = {**network.transit_tables, old.id: replace(old, routes=routes)}
    return replace(network, transit_tables=tables)


def edit_transit(draw: st.DrawFn, network: Network) -> Network:
    """A gateway of which not all is known, or that is not there; or a zone."""
    gateways = dict(network.transit_gateways)
    old = draw(st.sampled_from(sorted(gateways))) if gateways else ""
    what = draw(st.sampled_from(("zone", "zone", "unknown", "gone")))
    if what == "zone" or not old:
        subnet = network.subnets[draw(st.sampled_from(sorted(SUBNETS)))]
        zone = draw(st.sampled_from(("", "zone-a", "zone-b", "zone-c", "use1-az1")))
        return replace(network, subnets={**network.subnets, subnet.id: replace(subnet, zone=zone)})
    one = gateways.pop(old)
    if what == "unknown":
        gateways[old] = replace(one, unknown="its tables are elsewhere")
    return replace(network, transit_gateways=gateways)


def rare_hub(draw: st.DrawFn, network: Network) -> Network:
    """vpc-1 reaches the Internet by a NAT gateway of vpc-2, behind the transit gateway: in the
    subnet of the attachment, or in the other one."""
    stands, enters = draw(st.sampled_from((("subnet-d", "subnet-e"), ("subnet-d", "subnet-d"))))
    nat = replace(network.nat_gateways["nat-2"], subnet=OneOf((stands,)))
    network = replace(network, nat_gateways={**network.nat_gateways, "nat-2": nat})
    hub = replace(network.attachments["att-2"], subnets=(OneOf((enters,)),))
    network = with_attachment(network, hub)
    cidrs = {id_: Prefix(found.first, 16) for id_, found in VPCS.items()}
    everything = Prefix(0, 0)
    home = Route(cidrs["vpc-2"], (Local(),)), Route(cidrs["vpc-1"], (ToTransit("tgw-1"),))
    out = Route(everything, (ToInternet("igw-2"),))
    to_nat = Route(
        everything, (ToNat("nat-2"), ToInternet("igw-2")) if stands == enters else (ToNat("nat-2"),)
    )
    tables = {
        "rtb-3": (*home, out if stands != enters else to_nat),
        "rtb-1": (Route(cidrs["vpc-1"], (Local(),)), Route(everything, (ToTransit("tgw-1"),))),
    }
    if stands != enters:
        subnet = replace(network.subnets[enters], table=OneOf(("rtb-4",)))
        network = replace(network, subnets={**network.subnets, enters: subnet})
        tables["rtb-4"] = (*home, to_nat)
    for id_, routes in tables.items():
        network = with_table(network, RouteTable(id_, routes))
    for id_, subnet_id in zip(
        HOSTS, ("subnet-a", draw(st.sampled_from(sorted(SUBNETS)))), strict=True
    ):
        host = network.endpoints[id_]
        inside = replace(host.interfaces[0], sites=(place(draw, subnet_id),))
        network = with_host(network, replace(host, interfaces=(inside,)))
    return network


def edge_table(draw: st.DrawFn, target: Target) -> RouteTable:
    """What arrives for some blocks of vpc-1 goes to one target, the rest by the local route."""
    local = Route(Prefix(VPCS["vpc-1"].first, 16), (Local(),))
    blocks = st.sampled_from(("10.1.0.0/30", "10.1.0.4/30", "10.1.0.8/30", "10.1.0.0/16"))
    found: list[Route] = []
    for block in draw(st.lists(blocks, min_size=1, max_size=2, unique=True)):
        first, length = block.split("/")
        unknown = text(draw, 6, "whether it stands is not known")
        found.append(Route(Prefix(prefix(first).first, int(length)), (target,), unknown))
    return RouteTable(EDGE, (*found, local))


def rare_edge(draw: st.DrawFn, network: Network) -> Network:
    """What comes in for subnet-b is steered to a host in subnet-a, which answers take too."""
    network = with_host(network, box_at(draw, "subnet-a"))
    steers = replace(network.internet_gateways["igw-1"], edge=OneOf((EDGE,)))
    gateways = {**network.internet_gateways, "igw-1": steers}
    network = replace(network, internet_gateways=gateways)
    network = with_table(network, edge_table(draw, ToInterface(BOX)))
    if not one_in(draw, 4):
        network = by_host(network, "rtb-2", BOX, ["0.0.0.0/0"])
    else:
        out = Route(Prefix(0, 0), (ToInternet("igw-1"),))
        old = network.tables["rtb-2"]
        network = with_table(network, replace(old, routes=(out, *old.routes)))
    for id_, subnet in zip(HOSTS, ("subnet-b", draw(st.sampled_from(VPC_1_SUBNETS))), strict=True):
        host = network.endpoints[id_]
        inside = replace(host.interfaces[0], sites=(place(draw, subnet),))
        network = with_host(network, replace(host, interfaces=(inside,)))
    return narrowed(draw, network, "subnet-a")


def box_at(draw: st.DrawFn, subnet: str) -> Endpoint:
    """A host that forwards what is routed to it, mostly."""
    forwards = draw(st.sampled_from((Tri.YES, Tri.YES, Tri.YES, Tri.YES, Tri.MAYBE, Tri.NO)))
    public = Public(draw(st.sampled_from((Tri.YES, Tri.YES, Tri.NO, Tri.MAYBE))))
    groups = (OneOf((GROUPS[2],)),)
    one = Interface(BOX, (place(draw, subnet),), groups, public, forwards=forwards)
    return Endpoint(BOX, "instance", (one,))


def rare_box(draw: st.DrawFn, network: Network) -> Network:
    """A host that forwards: instead of a NAT gateway, before one, between two subnets, or in a
    chain with another one; with filters of its own, which at times let through a part only."""
    kind = draw(st.sampled_from(("instance", "instance", "before", "between", "between", "chain")))
    at, first, second = "subnet-a", "subnet-b", draw(st.sampled_from(("subnet-b", "subnet-c")))
    table, blocks = "rtb-2", ["10.1.0.4/30", "10.1.0.8/30"]
    if kind == "instance":
        blocks = ["0.0.0.0/0", *blocks[: draw(st.integers(0, 1))]]
    elif kind == "before":
        at, first, second, table, blocks = (
            "subnet-b",
            "subnet-a",
            "subnet-c",
            "rtb-1",
            ["0.0.0.0/0"],
        )
    network = with_host(network, box_at(draw, at))
    if kind in ("between", "chain"):
        second = "subnet-c"
    if kind == "chain":
        inside = replace(network.endpoints[HOSTS[1]].interfaces[0], forwards=Tri.YES)
        network = with_host(network, replace(network.endpoints[HOSTS[1]], interfaces=(inside,)))
        network = by_host(network, "rtb-1", HOSTS[1], ["10.1.0.8/30"])
        second = "subnet-b"
    network = by_host(network, table, BOX, blocks)
    for id_, subnet in zip(HOSTS, (first if kind != "chain" else "subnet-c", second), strict=True):
        host = network.endpoints[id_]
        public = Public(draw(st.sampled_from((Tri.NO, Tri.NO, Tri.YES, Tri.MAYBE))))
        inside = replace(host.interfaces[0], sites=(place(draw, subnet),), public=public)
        network = with_host(network, replace(host, interfaces=(inside,)))
    return narrowed(draw, network, at)


def by_host(network: Network, table: str, host: str, blocks: list[str]) -> Network:
    """Routes for blocks lead to a host, before all others."""
    found = [block.split("/") for block in blocks]
    more = (
        Route(Prefix(prefix(first).first, int(length)), (ToInterface(host),))
        for first, length in found
    )
    old = network.tables[table]
    return with_table(network, replace(old, routes=(*more, *old.routes)))


def narrowed(draw: st.DrawFn, network: Network, at: str) -> Network:
    """The host's subnet has an ACL of its own; its rules and those of its groups, at times."""
    subnet = replace(network.subnets[at], acl=OneOf((ACLS[2],)))
    network = replace(network, subnets={**network.subnets, at: subnet})
    acl, group = network.acls[ACLS[2]], network.groups[GROUPS[2]]
    for direction in ("ingress", "egress"):
        if draw(st.booleans()):
            acl = directed(acl, direction, (draw(rules(acl=True)), PERMIT_ALL))
        if draw(st.booleans()):
            found = tuple(draw(st.lists(rules(acl=False), min_size=1, max_size=2)))
            group = directed(group, direction, found)
    return with_group(with_acl(network, acl), group)


def edit_box(draw: st.DrawFn, network: Network) -> Network:
    """Another host forwards; or the box stands elsewhere, or has other groups, or is down."""
    if BOX not in network.endpoints:
        return with_host(network, box_at(draw, draw(st.sampled_from(sorted(SUBNETS)))))
    box = network.endpoints[BOX]
    old = box.interfaces[0]
    new: tuple[Interface, ...]
    match draw(st.sampled_from(("host", "sites", "groups", "groups", "down", "second"))):
        case "host":
            host = network.endpoints[draw(st.sampled_from(HOSTS))]
            forwards = draw(st.sampled_from((Tri.YES, Tri.YES, Tri.MAYBE)))
            inside = tuple(replace(one, forwards=forwards) for one in host.interfaces)
            return with_host(network, replace(host, interfaces=inside))
        case "sites":
            more = place(draw, draw(st.sampled_from(("subnet-c", "subnet-d"))))
            unknown = text(draw, 2, "its subnet is known after apply")
            new = (replace(old, sites=(*old.sites, more), unknown=unknown),)
        case "groups":
            new = (replace(old, groups=(draw(links(GROUPS)),)),)
        case "down":
            new = (replace(old, down="it is stopped"),)
        case _:
            new = (old, replace(old, id="box-2"))
    return with_host(network, replace(box, interfaces=new))


def edit_vpc(draw: st.DrawFn, network: Network) -> Network:
    """More address blocks, which are not known."""
    old = network.vpcs[draw(st.sampled_from(sorted(VPCS)))]
    new = replace(old, unknown="a block is known after apply")
    return replace(network, vpcs={**network.vpcs, old.id: new})


def edit_host(draw: st.DrawFn, network: Network) -> Network:
    """Other groups, more sites or unknown ones, no public address, a second interface, or down."""
    host = network.endpoints[draw(st.sampled_from(HOSTS))]
    *others, old = host.interfaces
    what = draw(
        st.sampled_from(
            ("groups", "sites", "sites", "unknown", "public", "second", "down", "bound")
        )
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
        case "bound":
            at, *rest = old.sites or (place(draw, "subnet-a"),)
            at = replace(at, unknown="its address is known after apply")
            new = [replace(old, sites=(at, *rest))]
        case "second":
            new = [old, replace(old, id=f"{old.id}-2", sites=fresh or old.sites)]
        case _:
            new = [replace(old, down="it is stopped")]
    return with_host(network, replace(host, interfaces=(*others, *new)))


def edit_service(draw: st.DrawFn, network: Network) -> Network:
    """Its addresses are not known, or a route for them stands, or may stand, in some table."""
    old = network.services[SERVICE]
    if draw(st.booleans()):
        unsure = replace(old, unknown="its blocks are known after apply")
        return replace(network, services={**network.services, SERVICE: unsure})
    table = network.tables[draw(st.sampled_from(TABLES))]
    unknown = text(draw, 3, "whether the endpoint serves the table is not known")
    name = draw(st.sampled_from((SERVICE, SERVICE, OTHER_SERVICE)))
    new = Route(Prefix(0, 0), (ToService("vpce", name),), unknown, aws_service=name)
    routes = (new, *table.routes) if draw(st.booleans()) else (*table.routes, new)
    return with_table(network, replace(table, routes=routes))


def edit_rest(draw: st.DrawFn, network: Network) -> Network:
    """A function outside, a host that takes or makes no calls, or Block Public Access."""
    what = draw(st.sampled_from(("outside", "inbound", "outbound", "blocked", "core")))
    if what == "core":
        return replace(network, other_ways_in="a core network is not modelled")
    if what == "blocked":
        answers = st.sampled_from(tuple(Tri))
        inward, outward, by_nat = draw(answers), draw(answers), draw(answers)
        new_barrier = Barrier("bpa", inward, outward, by_nat, "the mode is not known")
        at = draw(st.sampled_from(sorted(SUBNETS)))
        return replace(network, barriers={**network.barriers, at: new_barrier})
    if what == "outside":
        new = Endpoint("function", "lambda_function", outside=True)
    else:
        host = network.endpoints[draw(st.sampled_from(HOSTS))]
        why = "that never happens"
        inwards = what == "inbound"
        new = replace(host, inbound=why) if inwards else replace(host, outbound=why)
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
    *([edit_vpn] * 2),
    edit_client,
    *([edit_peering] * 2),
    edit_vpc,
    *([edit_attachment] * 4),
    *([edit_transit_table] * 3),
    edit_transit,
    edit_box,
    *([edit_rest] * 2),
    *([edit_service] * 3),
)
RARE: tuple[Edit, ...] = (
    rare_fork,
    rare_ports,
    rare_carriers,
    rare_split,
    rare_naming,
    rare_naming,
    rare_service,
    rare_hub,
    rare_hub,
    *([rare_box] * 4),
    *([rare_edge] * 3),
)
"""What random edits seldom come to; one at most is made, before the others."""
