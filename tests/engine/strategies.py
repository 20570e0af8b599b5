"""Hypothesis strategies: whole networks of a small universe, with every kind of unknown in them.

Two VPCs, up to five subnets of four addresses, three addresses that are the Internet. What nothing
reaches tests nothing, so in each network only a few things vary: the others are plain, so that all
passes, and known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    "subnet-a": ("vpc-1", prefix("10.1.0.0/30")),
    "subnet-b": ("vpc-1", prefix("10.1.0.4/30")),
    "subnet-c": ("vpc-1", prefix("10.1.0.8/30")),
    "subnet-d": ("vpc-2", prefix("10.2.0.0/30")),
    "subnet-e": ("vpc-2", prefix("10.2.0.4/30")),
}
INTERNETS = (
    prefix("203.0.113.0/31") | prefix("198.51.100.1/32"),
    prefix("203.0.113.1/32") | prefix("198.51.100.0/31"),
    prefix("203.0.113.1/32") | prefix("203.0.113.2/32"),
)
GROUPS = ("sg-1", "sg-2", "sg-3")
ACLS = ("acl-1", "acl-2")
TABLES = ("rtb-1", "rtb-2")
NATS = ("nat-1", "nat-2")
GATEWAYS = ("igw-1", "igw-2")
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
ICMP_TYPES = (8, 13)
"""Those that are answered: by a type that SERVICES divides, and by one that it does not."""
PEERS = (
    *(["0.0.0.0/0"] * 4),
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.0.0/30",
    "10.1.0.4/30",
    "10.1.0.2/31",
    "10.1.0.5/32",
    "10.1.0.8/31",
    "10.2.0.0/30",
    "203.0.113.0/24",
    "203.0.113.1/32",
    "203.0.113.0/31",
    "198.51.100.0/24",
    "198.51.100.1/32",
)
DESTINATIONS = (*(["0.0.0.0/0"] * 5), *PEERS[4:], "10.2.0.0/16", "10.1.0.6/31", "203.0.113.2/31")


PLAIN = ("groups", "acls", "tables", "hosts")
MURK = (
    "rule",
    "route",
    "group",
    "acl",
    "table",
    "nat",
    "gateway",
    "public",
    "site",
    "target",
    "blocked",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What varies in one network.

    plain      kinds of things that let everything pass; see PLAIN
    dark       kinds of things that may be unknown; see MURK
    services   what rules are made of
    """

    plain: frozenset[str]
    dark: frozenset[str]
    services: tuple[IntervalSet, ...]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Up to two kinds of unknowns, at times all; at least one kind of thing that is not plain."""
    plain = frozenset(draw(st.sets(st.sampled_from(PLAIN), max_size=3)))
    few = st.sets(st.sampled_from(MURK), max_size=2)
    dark = frozenset(MURK) if one_in(draw, 8) else frozenset(draw(few))
    if dark & {"route", "target"}:
        plain -= {"tables"}
    if "rule" in dark:
        plain -= {draw(st.sampled_from(("groups", "acls")))}
    palette = draw(st.lists(st.sampled_from(SERVICES), min_size=2, max_size=4, unique=True))
    return Scene(plain, dark, tuple(palette))


EVERYTHING = Rule(Action.PERMIT, ALL_SERVICES, prefix("0.0.0.0/0"), number=10)


def one_in(draw: st.DrawFn, chances: int) -> bool:
    """True in one of `chances` draws; shrinks to False."""
    return draw(st.integers(0, chances - 1)) == chances - 1


def text(draw: st.DrawFn, chances: int, why: str) -> str:
    """`why` in one of `chances` draws, else ""."""
    return why if one_in(draw, chances) else ""


def link(draw: st.DrawFn, ids: Sequence[str], murky: bool) -> OneOf:
    """To one of `ids`; murky: also to several of them, to anything, or to something not there."""
    sure = OneOf((draw(st.sampled_from(ids)),))
    if not murky or draw(st.booleans()):
        return sure
    found = tuple(sorted(draw(st.sets(st.sampled_from(ids), max_size=3))))
    several = OneOf(found, reason="one of several" if len(found) > 1 else "")
    open_ = OneOf(found[:1], open=True, reason="known after apply")
    usual = several if found else open_
    return draw(st.sampled_from((usual, usual, usual, open_, OneOf((NOT_THERE,)))))


@st.composite
def rules(draw: st.DrawFn, *, acl: bool, scene: Scene, number: int = 0) -> Rule:
    """One rule. A network ACL denies too; a security group also names groups."""
    action = draw(st.sampled_from((Action.PERMIT, Action.PERMIT, Action.DENY)))
    group = draw(st.sampled_from((None, None, *GROUPS)))
    return Rule(
        action if acl else Action.PERMIT,
        draw(st.sampled_from(scene.services)),
        prefix(draw(st.sampled_from(PEERS))),
        group=None if acl else group,
        number=number,
        unknown=text(draw, 3, "a part is known after apply") if "rule" in scene.dark else "",
    )


@st.composite
def group_filters(draw: st.DrawFn, id_: str, scene: Scene) -> Filter:
    """A security group of up to three rules each way."""
    if "groups" in scene.plain:
        return Filter(id_, "security_group", (EVERYTHING,), (EVERYTHING,))
    some = st.lists(rules(acl=False, scene=scene), min_size=1, max_size=3).map(tuple)
    return Filter(id_, "security_group", ingress=draw(some), egress=draw(some))


@st.composite
def acl_rules(draw: st.DrawFn, scene: Scene) -> tuple[Rule, ...]:
    """Up to three rules that overlap, not in the order of their numbers; often everything last."""
    if "acls" in scene.plain:
        return (EVERYTHING,)
    numbers = draw(st.lists(st.integers(1, 9), max_size=3, unique=True))
    found = [draw(rules(acl=True, scene=scene, number=number)) for number in numbers]
    if not one_in(draw, 5):
        found.append(EVERYTHING)
    return tuple(found)


@st.composite
def acl_filters(draw: st.DrawFn, id_: str, scene: Scene) -> Filter:
    """A network ACL."""
    ingress, egress = draw(acl_rules(scene)), draw(acl_rules(scene))
    return Filter(id_, "network_acl", ingress=ingress, egress=egress)


OUT: tuple[Target, ...] = (
    ToInternet("igw-1"),
    ToInternet("igw-1"),
    ToInternet("igw-2"),
    ToNat("nat-1"),
    ToNat("nat-1"),
    ToNat("nat-2"),
)
UNUSUAL: tuple[Target, ...] = (Local(), Blackhole("the instance is gone"))
UNKNOWN: tuple[Target, ...] = (
    Elsewhere("a transit gateway"),
    ToInternet(NOT_THERE),
    ToNat(NOT_THERE),
)


@st.composite
def routes(draw: st.DrawFn, block: str, scene: Scene) -> Route:
    """To a gateway as a rule."""
    first, length = block.split("/")
    usual = draw(st.sampled_from(UNUSUAL if one_in(draw, 6) else OUT))
    targets = [usual]
    if "target" in scene.dark and draw(st.booleans()):
        targets = draw(
            st.lists(st.sampled_from((*OUT, *UNUSUAL, *UNKNOWN)), min_size=1, max_size=2)
        )
    unknown = text(draw, 3, "whether it stands is not known") if "route" in scene.dark else ""
    return Route(Prefix(prefix(first).first, int(length)), tuple(targets), unknown)


@st.composite
def tables(draw: st.DrawFn, id_: str, scene: Scene) -> RouteTable:
    """Usually the local route, a way out, and up to two more."""
    found = [
        Route(Prefix(cidrs.first, 16), (Local(),)) for cidrs in VPCS.values() if not one_in(draw, 6)
    ]
    if not one_in(draw, 6):
        found.append(draw(routes("0.0.0.0/0", scene)))
    blocks = draw(st.lists(st.sampled_from(DESTINATIONS), max_size=2))
    found += [draw(routes(block, scene)) for block in blocks]
    return RouteTable(id_, tuple(draw(st.permutations(found))))


def subnet(draw: st.DrawFn, id_: str, scene: Scene) -> Subnet:
    """One of SUBNETS, with a table and a network ACL."""
    vpc, cidr = SUBNETS[id_]
    table = link(draw, TABLES, "table" in scene.dark)
    return Subnet(id_, vpc, cidr, "zone-a", table, link(draw, ACLS, "acl" in scene.dark))


def subset(draw: st.DrawFn, whole: IntervalSet, most: int) -> IntervalSet:
    """Up to `most` members of a small set."""
    members = draw(st.sets(st.sampled_from(list(whole.members())), min_size=1, max_size=most))
    return IntervalSet.of((member, member) for member in members)


@st.composite
def interfaces(draw: st.DrawFn, id_: str, among: Sequence[str], scene: Scene) -> Interface:
    """In one subnet or in several, counting in all of them or being in one of them; or nowhere."""
    plain = "hosts" in scene.plain
    count = 1 if plain and "site" not in scene.dark else draw(st.sampled_from((1, 1, 2, 2, 3)))
    places = draw(st.lists(st.sampled_from(among), min_size=1, max_size=count, unique=True))
    sites = tuple(
        Site(place, subset(draw, SUBNETS[place][1], 1 if plain else 2)) for place in places
    )
    unknown = ""
    if "site" in scene.dark:
        unknown = text(draw, 2, "its subnet is known after apply")
        sites = () if unknown and one_in(draw, 6) else sites
    carried = 1 if plain else draw(st.sampled_from((1, 1, 2, 0)))
    slots = [link(draw, GROUPS, "group" in scene.dark) for _ in range(carried)]
    has = [Tri.YES, Tri.YES, Tri.YES, Tri.NO] + [Tri.MAYBE] * 2 * ("public" in scene.dark)
    public = Public(draw(st.sampled_from(has)))
    down = text(draw, 20, "it is stopped")
    return Interface(id_, sites, tuple(slots), public, unknown=unknown, down=down)


@st.composite
def endpoints(draw: st.DrawFn, id_: str, among: Sequence[str], scene: Scene) -> Endpoint:
    """Usually one interface, at times two."""
    count = draw(st.sampled_from((1, 1, 1, 1, 2)))
    found = tuple(draw(interfaces(f"{id_}-{n}", among, scene)) for n in range(count))
    inbound = text(draw, 20, "a function takes no calls")
    return Endpoint(id_, "instance", found, inbound=inbound)


def internet_gateway(draw: st.DrawFn, id_: str, vpc: str, scene: Scene) -> InternetGateway:
    """At most one gateway is surely attached to a VPC: AWS does not allow two."""
    attached = OneOf() if one_in(draw, 8) else OneOf((vpc,))
    inbound = ""
    if "gateway" in scene.dark:
        several = OneOf(tuple(VPCS), reason="one of two")
        open_ = OneOf(open=True, reason="known after apply")
        attached = draw(st.sampled_from((attached, several, open_)))
        inbound = text(draw, 3, "an edge route table")
    return InternetGateway(id_, attached, inbound=inbound)


def nat_gateway(draw: st.DrawFn, id_: str, among: Sequence[str], scene: Scene) -> NatGateway:
    """Public as a rule."""
    has = [Tri.YES] * 5 + [Tri.NO] + [Tri.MAYBE] * 3 * ("public" in scene.dark)
    return NatGateway(
        id_, link(draw, among, "nat" in scene.dark), draw(st.sampled_from(has)), EMPTY
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A whole network: three to five subnets, one to three hosts, at times a function outside."""
    scene = draw(scenes())
    among = sorted(SUBNETS)[: draw(st.sampled_from((3, 4, 5)))]
    hosts = [f"host-{n}" for n in range(draw(st.sampled_from((2, 2, 2, 1))))]
    found = [draw(endpoints(id_, among, scene)) for id_ in hosts]
    found.append(Endpoint(INTERNET, INTERNET))
    if one_in(draw, 5):
        found.append(Endpoint("function", "lambda_function", outside=True))
    return Network(
        vpcs={id_: Vpc(id_, cidrs) for id_, cidrs in VPCS.items()},
        subnets={id_: subnet(draw, id_, scene) for id_ in among},
        tables={id_: draw(tables(id_, scene)) for id_ in TABLES},
        acls={id_: draw(acl_filters(id_, scene)) for id_ in ACLS},
        groups={id_: draw(group_filters(id_, scene)) for id_ in GROUPS},
        internet_gateways={
            id_: internet_gateway(draw, id_, vpc, scene)
            for id_, vpc in zip(GATEWAYS, VPCS, strict=True)
        },
        nat_gateways={id_: nat_gateway(draw, id_, among, scene) for id_ in NATS},
        endpoints={endpoint.id: endpoint for endpoint in found},
        internet=draw(st.sampled_from(INTERNETS)),
        public_blocked=text(draw, 3, "Block Public Access is on")
        if "blocked" in scene.dark
        else "",
    )


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
