"""Lines of text in; hand-made networks for tests, out.

    network(
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw"),
        gateway("igw"),
        group("web", "in tcp/443 from 0.0.0.0/0", "out any to group:db"),
        host("web", "10.0.0.5", "a", public="198.51.100.7"),
    )

Rules: `in|out [NUMBER permit|deny] PROTOCOL[/PORTS] from|to BLOCK|group:ID|service:ID`, and `?` at
the end of what is not known. Routes: `BLOCK|service:ID TARGET [TARGET ...]`, by the name of a
gateway (one that is egress-only begins with `eigw`), `eni-HOST`, `fwNAME`, `local`, `gone`,
`elsewhere`, or `vpce>service:ID` for a gateway endpoint. Every subnet has the local route of its
VPC, and the open network ACL `open` unless it names another. A host carries the group of its own
name unless it names others. Blocks and addresses are of either family; of one that has both there
are spaces between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from tfreach.engine.walk import Place
from tfreach.space.headers import (
    ALL_PORTS,
    ALL_SERVICES,
    ICMP_OF,
    ICMPV6,
    NUMBERS,
    TCP,
    Family,
    Flow,
    prefix,
    service,
    services,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.between import ToAttachment, TransitRoute, TransitTarget
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    Action,
    Attachment,
    AwsService,
    Balancer,
    Barrier,
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
    Origin,
    Peering,
    Prefix,
    Public,
    Route,
    RouteTable,
    Rule,
    Site,
    Subnet,
    Target,
    TargetGroup,
    ToEgressOnly,
    ToInterface,
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
from tfreach.topology.routes import prefixes

FAR = prefix("192.168.0.0/16")
WORLD = prefix("203.0.113.0/24") | prefix("198.51.100.0/24")
WORLD_6 = prefix("2001:db8:ffff::/48")
SERVICE = "service:"
BLOCKS = {"vpc": "10.0.0.0/16", "vpc-2": "10.1.0.0/16"}


@dataclass(frozen=True)
class Guard:
    """Block Public Access at one subnet."""

    subnet: str
    barrier: Barrier


Part = (
    Guard
    | Vpc
    | Subnet
    | RouteTable
    | Filter
    | InternetGateway
    | NatGateway
    | Endpoint
    | Peering
    | AwsService
    | TransitGateway
    | Attachment
    | TransitTable
    | Balancer
    | TargetGroup
    | VpnGateway
    | FirewallEndpoint
)


def guard(
    subnet: str, inward: Tri = Tri.YES, outward: Tri = Tri.YES, by_nat: Tri = Tri.YES
) -> Guard:
    """Block Public Access stops all of a subnet's connections, unless it is said else."""
    why = "its mode is not known"
    return Guard(subnet, Barrier("bpa", inward, outward, by_nat, why, (Origin("bpa"),)))


def link(*ids: str) -> OneOf:
    """To one of `ids`; `?` among them: or to anything."""
    known = tuple(sorted(id for id in ids if id != "?"))
    open_ = "?" in ids
    sure = len(known) < 2 and not open_
    return OneOf(known, open_, "" if sure else f"one of {', '.join(ids)}")


def ip(text: str) -> int:
    return prefix(text).first


def block_of(text: str) -> IntervalSet:
    """One block or several, of either family, with spaces between them."""
    return IntervalSet.of(span for part in text.split() for span in prefix(part).spans)


def tcp(port: int) -> int:
    return service(TCP, port)


def ports(text: str) -> IntervalSet:
    spans = [part.split("-") for part in text.split(",")]
    return IntervalSet.of((int(span[0]), int(span[-1])) for span in spans)


def services_in(text: str) -> IntervalSet:
    protocol, _, written = text.partition("/")
    if protocol == "any":
        return ALL_SERVICES
    number = NUMBERS[protocol] if protocol in NUMBERS else int(protocol)
    return services(number, ports(written) if written else ALL_PORTS)


def _rule(text: str) -> tuple[str, Rule]:
    words = text.removesuffix(" ?").split()
    direction, peer = words[0], words[-1]
    number, action = (int(words[1]), Action(words[2])) if len(words) == 6 else (0, Action.PERMIT)
    named = peer.startswith("group:")
    aws = peer if peer.startswith("service:") else ""
    rule = Rule(
        action,
        services_in(words[-3]),
        EMPTY if named or aws else prefix(peer),
        peer.removeprefix("group:") if named else None,
        number,
        f"not known: {text}" if text.endswith(" ?") else "",
        Origin(f"rule {text}", text),
        aws_service=aws,
    )
    return direction, rule


def _filter(id: str, kind: str, rules: Iterable[str]) -> Filter:
    read = [_rule(text) for text in rules]
    into = tuple(rule for direction, rule in read if direction == "in")
    out = tuple(rule for direction, rule in read if direction == "out")
    return Filter(id, kind, into, out, Origin(id))


def group(id: str, *rules: str) -> Filter:
    return _filter(id, "security_group", rules)


def acl(id: str, *rules: str) -> Filter:
    return _filter(id, "network_acl", rules)


OPEN = ("in any from 0.0.0.0/0", "out any to 0.0.0.0/0")
OPEN_ACL = acl("open", "in 100 permit any from 0.0.0.0/0", "out 100 permit any to 0.0.0.0/0")


def vpc(id: str, *blocks: str) -> Vpc:
    held = EMPTY
    for block in blocks:
        held |= prefix(block)
    return Vpc(id, held, origin=Origin(id))


BY_NAME: dict[str, Callable[[str], Target]] = {
    "eigw": ToEgressOnly,
    "igw": ToInternet,
    "nat": ToNat,
    "pcx": ToPeering,
    "vpce": lambda word: ToService(*word.split(">")),
    "vgw": ToVpn,
    "eni": ToInterface,
    "fw": ToInterface,
    "tgw": ToTransit,
}


def _target(word: str) -> Target:
    for name, made in BY_NAME.items():
        if word.startswith(name):
            return made(word)
    special: dict[str, Target] = {"local": Local(), "gone": Blackhole("its target is gone")}
    return special.get(word) or Elsewhere(word)


def _route(text: str) -> Route:
    block, *words = text.removesuffix(" ?").split()
    aws = block if block.startswith("service:") else ""
    first, _, length = ("0.0.0.0/0" if aws else block).partition("/")
    targets = tuple(_target(word) for word in words)
    unknown = f"not known: {text}" if text.endswith(" ?") else ""
    origin = Origin(f"route {text}", text)
    return Route(Prefix(ip(first), int(length)), targets, unknown, origin, aws_service=aws)


def table(id: str, *routes: str) -> RouteTable:
    """A route table, just with these routes."""
    return RouteTable(id, tuple(_route(text) for text in routes), Origin(id))


def subnet(
    id: str,
    block: str,
    *routes: str,
    vpc: str = "vpc",
    acl: str | OneOf = "open",
    table: OneOf | None = None,
    zone: str = "zone",
) -> tuple[Subnet, RouteTable]:
    """A subnet and its own route table `rtb-ID`: the local route of its VPC, and `routes`."""
    own = RouteTable(f"rtb-{id}", tuple(_route(text) for text in routes), Origin(f"rtb-{id}"))
    made = Subnet(
        id,
        vpc,
        block_of(block),
        zone,
        table or link(own.id),
        acl if isinstance(acl, OneOf) else link(acl),
        Origin(f"association of {own.id}"),
        Origin(f"association of {acl}"),
    )
    return made, own


def gateway(id: str = "igw", vpc: str | OneOf = "vpc", edge: str | OneOf = "") -> InternetGateway:
    """edge: the table for what arrives from the Internet."""
    attached = vpc if isinstance(vpc, OneOf) else link(vpc) if vpc else OneOf()
    steers = edge if isinstance(edge, OneOf) else link(edge) if edge else OneOf()
    tied = Origin(f"edge association of {id}")
    return InternetGateway(id, attached, Origin(f"attachment of {id}"), steers, tied, Origin(id))


def nat(
    id: str, address: str, *subnets: str, shown: str = "198.51.100.99", public: Tri = Tri.YES
) -> NatGateway:
    origin, held = Origin(id), prefix(address)
    return NatGateway(id, link(*subnets), public, held, shown, origin, Origin(f"eip of {id}"))


def peering(
    id: str = "pcx",
    ends: tuple[str | OneOf, str | OneOf] = ("vpc", "vpc-2"),
    active: Tri = Tri.YES,
    same_region: Tri = Tri.YES,
) -> Peering:
    first, second = (link(end) if isinstance(end, str) else end for end in ends)
    why = "" if active is Tri.YES else "nobody has accepted it"
    return Peering(id, (first, second), active, why, same_region, origin=Origin(id))


def aws_service(id: str, *blocks: str) -> tuple[AwsService, Endpoint]:
    """A service that is an endpoint; without blocks its addresses are not known."""
    held = EMPTY
    for block in blocks or ("198.51.100.128/25", "192.0.2.0/24"):
        held |= prefix(block)
    why = "" if blocks else f"the blocks of {id} are not known"
    return AwsService(id, f"com.amazonaws.{id}", held, why), Endpoint(id, "service")


def attachment(
    id: str,
    vpc: str | OneOf,
    subnets: str | tuple[OneOf, ...],
    table: str | OneOf = "",
    **more: Any,
) -> Attachment:
    """On `tgw`, in the subnets that are named, with group references, unless `more` says else."""
    places = tuple(link(x) for x in subnets.split()) if isinstance(subnets, str) else subnets
    held = table if isinstance(table, OneOf) else link(table) if table else OneOf()
    given = {"gateway": link("tgw"), "groups": Tri.YES, "origin": Origin(id), **more}
    return Attachment(id, vpc=vpc if isinstance(vpc, OneOf) else link(vpc), subnets=places,
                      table=held, table_origin=Origin(f"association of {id}"), **given)  # fmt: skip


def transit_table(id: str, *routes: str) -> TransitTable:
    """`BLOCK TARGET ...`: an attachment, `gone` or `elsewhere`; `~` in front: it is propagated."""
    return TransitTable(id, tuple(_transit_route(text) for text in routes), Origin(id))


def _transit_route(text: str) -> TransitRoute:
    block, *words = text.removeprefix("~ ").removesuffix(" ?").split()
    first, _, length = block.partition("/")
    special: dict[str, TransitTarget] = {
        "gone": Blackhole("dropped"),
        "elsewhere": Elsewhere("a VPN"),
    }
    targets = tuple(special.get(word) or ToAttachment(word) for word in words)
    unknown = f"not known: {text}" if text.endswith(" ?") else ""
    static = not text.startswith("~ ")
    origin = Origin(f"route {text}", text)
    return TransitRoute(Prefix(ip(first), int(length)), targets, static, unknown, origin)


def vpn_gateway(
    id: str = "vgw",
    vpc: str | OneOf = "vpc",
    serves: str = "0.0.0.0/0",
    unknown: str = "",
    inbound: str = "",
) -> VpnGateway:
    attached = vpc if isinstance(vpc, OneOf) else link(vpc) if vpc else OneOf()
    tied = (Origin(f"vpn of {id}"),)
    return VpnGateway(id, attached, prefix(serves), unknown, inbound,
                      Origin(f"attachment of {id}"), tied, Origin(id))  # fmt: skip


def outside(id: str, table: str | OneOf = "", **more: Any) -> Attachment:
    """A VPN on `tgw`."""
    return attachment(id, OneOf(), (), table, outside=True, **more)


def interface(
    id: str,
    sites: dict[str, str],
    groups: tuple[OneOf, ...],
    public: str = "",
    has: Tri | None = None,
) -> Interface:
    """In each subnet of `sites`, with these addresses."""
    there = has or (Tri.YES if public else Tri.NO)
    return Interface(
        id,
        tuple(Site(place, block_of(held)) for place, held in sites.items()),
        groups,
        Public(there, public, "" if has is not Tri.MAYBE else "not known", Origin(f"eip of {id}")),
        groups_origin=Origin(f"groups of {id}"),
        attached=Origin(f"attachment of {id}"),
        origin=Origin(id),
    )


def host(
    id: str,
    address: str,
    subnet: str,
    *,
    groups: tuple[OneOf, ...] | None = None,
    public: str = "",
    has: Tri | None = None,
    kind: str = "instance",
    closed: str = "",
    forwards: Tri = Tri.NO,
) -> Endpoint:
    """One interface at one address, or one of each family, `eni-ID`; `closed`, `forwards`: as in
    Interface."""
    carried = (link(id),) if groups is None else groups
    made = interface(f"eni-{id}", {subnet: address}, carried, public, has)
    made = replace(made, forwards=forwards)
    if closed:
        made = replace(made, own=Public(Tri.NO, reason=closed, own=True))
    return Endpoint(id, kind, (made,), id, origin=Origin(id))


def network(*parts: Part | tuple[Part, ...]) -> Network:
    """Parts of any order. VPCs and local routes that are not named are added, and `open`."""
    flat: list[Part] = [OPEN_ACL, Endpoint(INTERNET, INTERNET)]
    for part in parts:
        flat += part if isinstance(part, tuple) else (part,)
    if any(_leads_there(part) for part in flat):
        flat.append(Endpoint(ON_PREMISES, ON_PREMISES))
    vpcs = {id: vpc(id, block) for id, block in BLOCKS.items()}
    vpcs |= {part.id: part for part in flat if isinstance(part, Vpc)}
    tables = {part.id: part for part in flat if isinstance(part, RouteTable)}
    subnets = {part.id: part for part in flat if isinstance(part, Subnet)}
    for found in subnets.values():
        own = f"rtb-{found.id}"
        tables[own] = _with_local(tables[own], vpcs[found.vpc])
    filters = [part for part in flat if isinstance(part, Filter)]
    gateways = {part.id: part for part in flat if isinstance(part, InternetGateway)}
    return Network(
        vpcs,
        subnets,
        tables,
        acls={one.id: one for one in filters if one.kind == "network_acl"},
        groups={one.id: one for one in filters if one.kind == "security_group"},
        internet_gateways={id: one for id, one in gateways.items() if not id.startswith("eigw")},
        egress_only_gateways={id: one for id, one in gateways.items() if id.startswith("eigw")},
        nat_gateways={one.id: one for one in flat if isinstance(one, NatGateway)},
        endpoints={one.id: one for one in flat if isinstance(one, Endpoint)},
        internet=WORLD | WORLD_6,
        services={one.id: one for one in flat if isinstance(one, AwsService)},
        barriers={one.subnet: one.barrier for one in flat if isinstance(one, Guard)},
        peerings={one.id: one for one in flat if isinstance(one, Peering)},
        transit_gateways={one.id: one for one in flat if isinstance(one, TransitGateway)},
        attachments={one.id: one for one in flat if isinstance(one, Attachment)},
        transit_tables={one.id: one for one in flat if isinstance(one, TransitTable)},
        balancers={one.id: one for one in flat if isinstance(one, Balancer)},
        target_groups={one.id: one for one in flat if isinstance(one, TargetGroup)},
        vpn_gateways={one.id: one for one in flat if isinstance(one, VpnGateway)},
        firewalls={one.id: one for one in flat if isinstance(one, FirewallEndpoint)},
        on_premises=FAR if any(_leads_there(one) for one in flat) else EMPTY,
    )


def _leads_there(part: Part) -> bool:
    return isinstance(part, VpnGateway) or (isinstance(part, Attachment) and part.outside)


def _with_local(own: RouteTable, of: Vpc) -> RouteTable:
    local = [Route(block, (Local(),), origin=Origin("local")) for block in prefixes(of.cidrs)]
    return replace(own, routes=(*local, *own.routes))


def place(network: Network, end: str) -> Place:
    """The first place of an endpoint; of an address the Internet, or nobody inside a VPC."""
    if end in network.endpoints:
        interfaces = network.endpoints[end].interfaces
        if not interfaces:
            return Place(end)
        sites = interfaces[0].sites
        return Place(end, interfaces[0], sites[0].subnet if sites else "")
    far = {INTERNET: network.internet, ON_PREMISES: network.on_premises}
    return Place(next((id for id, held in far.items() if ip(end) in held), ""))


def flow(network: Network, text: str) -> tuple[Flow, Place, Place]:
    """`web -> db tcp/5432 from 40000`: endpoints by id, the Internet by an address;
    ICMP by its type: `icmp/8`. By IPv6 where an address is one, or of ICMP, or as the last word
    says: `ipv6`."""
    source, _, destination, what, *more = text.split()
    protocol, _, written = what.partition("/")
    number = NUMBERS[protocol] if protocol in NUMBERS else int(protocol)
    asked = service(number, int(written or 0) << (8 if number in ICMP_OF.values() else 0))
    port = int(more[1]) if more[:1] == ["from"] else 0
    ends = place(network, source), place(network, destination)
    six = more[-1:] == ["ipv6"] or ":" in source + destination or number == ICMPV6
    family = Family.IPV6 if six and SERVICE not in destination else Family.IPV4
    sent = Flow(
        _address(network, source, family), _address(network, destination, family), asked, port
    )
    return sent, *ends


def _address(network: Network, end: str, family: Family) -> int:
    if end not in network.endpoints:
        return ip(end)
    if end in network.services:
        return network.services[end].addresses.first
    interfaces = network.endpoints[end].interfaces
    sites = interfaces[0].of(family).sites if interfaces else ()
    held = sites[0].addresses if sites else EMPTY
    return held.first if held else 0
