"""Route tables, routes and their associations, in; typed and linked, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from tfreach.plan.origin import Origin
from tfreach.plan.raw import UNKNOWN, RawBlock, RawResource, Unknown
from tfreach.plan.references import How, Link, Resolver
from tfreach.records import dataclass

TARGETS: Final[Mapping[str, str]] = {
    "gateway_id": "gateway",
    "nat_gateway_id": "nat_gateway",
    "carrier_gateway_id": "a carrier gateway",
    "core_network_arn": "core_network",
    "egress_only_gateway_id": "egress_only_gateway",
    "local_gateway_id": "an Outposts local gateway",
    "network_interface_id": "network_interface",
    "instance_id": "instance",
    "transit_gateway_id": "transit_gateway",
    "vpc_endpoint_id": "route_endpoint",
    "vpc_peering_connection_id": "vpc_peering_connection",
}
"""Attribute that names a route's target -> role of the link, or the name of a kind not modelled."""

MODELLED: Final = (
    "core_network_arn",
    "egress_only_gateway_id",
    "gateway_id",
    "instance_id",
    "nat_gateway_id",
    "network_interface_id",
    "transit_gateway_id",
    "vpc_endpoint_id",
    "vpc_peering_connection_id",
)


@dataclass(frozen=True, slots=True)
class RouteTarget:
    """kind   the attribute of TARGETS that is set; "" when it is not known which is
    link   where it leads, for the modelled kinds
    text   for a person: the key, or identifier, or what is known of it
    """

    kind: str
    link: Link
    text: str


@dataclass(frozen=True, slots=True)
class Route:
    """destination   a block, or the name of one that is chosen at apply (plan/links.py, BLOCKS);
                  UNKNOWN when not known; None where a prefix list is named
    family        of an unknown block, where that is known: "ipv4", "ipv6" or ""
    prefix_list   the prefix list it is for instead (F36); else None
    table         the table it stands in: a link for a standalone route, None for an inline one
    unknown       "" or why it may not stand at all
    blackhole     AWS itself says that the target is gone (F42)
    """

    destination: str | Unknown | None
    prefix_list: Link | None
    target: RouteTarget
    origin: Origin
    table: Link | None = None
    unknown: str = ""
    blackhole: bool = False
    family: str = ""

    @property
    def identity(self) -> object:
        """The destination: what AWS tells routes of one table apart by. Two that are not known are
        not one and the same for it."""
        listed = self.prefix_list.targets if self.prefix_list else ()
        if isinstance(self.destination, Unknown):
            return (self.origin, self.target, self.family)
        return (self.destination, self.family, listed)


@dataclass(frozen=True, slots=True)
class Propagation:
    """A virtual private gateway that adds routes to a table (F49).

    table     a link for a resource of its own, None for what the table itself lists
    unknown   "" or why it may not do so
    """

    gateway: Link
    origin: Origin
    table: Link | None = None
    unknown: str = ""

    @property
    def identity(self) -> object:
        return self.gateway.targets


@dataclass(frozen=True, slots=True)
class RouteTable:
    """adopts    the default table it takes over (F46), or UNSET
    inline     the routes in its own attribute, echoes of others included
    dynamic    "" or why its routes are not known
    propagates the virtual private gateways that it lists (F49), echoes of others included
    listed     whether the configuration lists them
    """

    key: str
    cloud_id: str
    vpc: Link
    adopts: Link
    inline: tuple[Route, ...]
    dynamic: str
    unset: bool
    propagates: tuple[Propagation, ...]
    listed: bool
    managed: bool
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Association:
    """What uses a table: a subnet, or a gateway (an edge table, F44)."""

    key: str
    subnet: Link
    gateway: Link
    table: Link


@dataclass(frozen=True, slots=True)
class MainAssociation:
    key: str
    vpc: Link
    table: Link


def read_route_table(raw: RawResource, resolver: Resolver) -> RouteTable:
    """aws_route_table, aws_default_route_table and the data source (F35, F46)."""
    managed = raw.mode == "managed"
    attribute = "route" if managed else "routes"
    blocks = raw.blocks(attribute)
    inline: list[Route] = []
    dynamic, unset = "", False
    if isinstance(blocks, Unknown):
        unset = resolver.expression(raw, (attribute,)) is None
        dynamic = "" if unset else f"the routes of {raw.address} are not known"
    else:
        inline += [_route(raw, block, resolver, (attribute,)) for block in blocks or ()]
    return RouteTable(
        raw.address,
        _text(raw, "id") or _text(raw, "route_table_id"),
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.link(raw, "default_route_table_id", "route_table"),
        tuple(inline),
        dynamic,
        unset,
        tuple(_propagations(raw, resolver)),
        resolver.expression(raw, ("propagating_vgws",)) is not None,
        managed,
        raw.actions,
    )


def read_route(raw: RawResource, resolver: Resolver) -> Route:
    """aws_route."""
    route = _route(raw, None, resolver, ())
    table = resolver.link(raw, "route_table_id", "route_table")
    gone = _text(raw, "state") == "blackhole" and not {"create", "update"} & set(raw.actions)
    return replace(route, table=table, blackhole=gone)


def read_propagation(raw: RawResource, resolver: Resolver) -> Propagation:
    """aws_vpn_gateway_route_propagation."""
    gateway = resolver.link(raw, "vpn_gateway_id", "vpn_gateway")
    table = resolver.link(raw, "route_table_id", "route_table")
    return Propagation(gateway, _told_by(raw, gateway), table)


def _propagations(raw: RawResource, resolver: Resolver) -> Iterator[Propagation]:
    links = resolver.links(raw, "propagating_vgws", "vpn_gateway")
    yield from (Propagation(link, _told_by(raw, link)) for link in links.items)
    if links.maybe or links.open:
        link = Link(How.ONE_OF, links.maybe, links.open, links.reason)
        yield Propagation(link, _told_by(raw, link), unknown=links.reason)


def _told_by(raw: RawResource, gateway: Link) -> Origin:
    shown = " or ".join(gateway.targets) or "an unknown virtual private gateway"
    return Origin(raw.address, f"has the routes of {shown}")


def read_association(raw: RawResource, resolver: Resolver) -> Association:
    """aws_route_table_association, with a subnet or with a gateway (F34, F44)."""
    return Association(
        raw.address,
        resolver.link(raw, "subnet_id", "subnet"),
        resolver.link(raw, "gateway_id", "gateway"),
        resolver.link(raw, "route_table_id", "route_table"),
    )


def read_main_association(raw: RawResource, resolver: Resolver) -> MainAssociation:
    """aws_main_route_table_association (F34)."""
    return MainAssociation(
        raw.address,
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.link(raw, "route_table_id", "route_table"),
    )


def _text(raw: RawResource | RawBlock, attribute: str) -> str:
    value = raw.text(attribute)
    return value if isinstance(value, str) else ""


def _route(
    raw: RawResource, block: RawBlock | None, resolver: Resolver, path: tuple[str | int, ...]
) -> Route:
    target = _target(raw, block, resolver, path)
    destination, family, listed = _destination(raw, block, resolver, path)
    text = " or ".join(listed.targets) or "a prefix list" if listed else "an unknown block"
    shown = destination if isinstance(destination, str) else text
    part = block.part_of(raw) if block else ""
    origin = Origin(raw.address, f"{shown} → {target.text}", part=part)
    return Route(destination, listed, target, origin, family=family)


def _destination(
    raw: RawResource, block: RawBlock | None, resolver: Resolver, path: tuple[str | int, ...]
) -> tuple[str | Unknown | None, str, Link | None]:
    """The block and its family, or the prefix list."""
    here = block or raw
    stem = "" if block is not None else "destination_"
    names = {"ipv4": f"{stem}cidr_block", "ipv6": f"{stem}ipv6_cidr_block"}
    for family, name in names.items():
        if value := _text(here, name):
            return value, family, None
    attribute = "destination_prefix_list_id"
    found = resolver.link(raw, attribute, "prefix_list", block=block, path=path)
    listed = None if found.unset else found
    unknown = [family for family, name in names.items() if isinstance(here.text(name), Unknown)]
    if listed is not None and not isinstance(here.text(attribute), Unknown):
        unknown = []
    if block is None and resolver.configured:
        unknown = [one for one in unknown if resolver.expression(raw, (names[one],)) is not None]
    if not unknown:
        return None, "", listed
    return UNKNOWN, unknown[0] if len(unknown) == 1 else "", None


def _target(
    raw: RawResource, block: RawBlock | None, resolver: Resolver, path: tuple[str | int, ...]
) -> RouteTarget:
    """The one attribute of TARGETS that is set."""
    here = block or raw
    for kind in TARGETS:
        if value := _text(here, kind):
            return _known_target(raw, block, kind, value, resolver, path)
    unknown = [kind for kind in TARGETS if isinstance(here.text(kind), Unknown)]
    written = [kind for kind in unknown if resolver.expression(raw, (*path, kind)) is not None]
    chosen = written or (unknown if block is not None else [])
    if len(chosen) != 1:
        why = f"the target of a route of {raw.address} is not known before apply"
        return RouteTarget("", Link(How.UNKNOWN, (), True, why), "an unknown target")
    kind = chosen[0]
    if kind not in MODELLED:
        return RouteTarget(kind, Link(How.UNKNOWN, (), True, TARGETS[kind]), TARGETS[kind])
    link = resolver.link(raw, kind, TARGETS[kind], block=block, path=path)
    return RouteTarget(kind, link, " or ".join(link.targets) or "an unknown target")


def _known_target(
    raw: RawResource,
    block: RawBlock | None,
    kind: str,
    value: str,
    resolver: Resolver,
    path: tuple[str | int, ...],
) -> RouteTarget:
    if kind not in MODELLED:
        text = f"{TARGETS[kind]}, {value}"
        return RouteTarget(kind, Link(How.UNKNOWN, (), True, text), value)
    ours = value.startswith(("igw-", "vgw-")) or resolver.holds("gateway", value)
    if kind == "gateway_id" and not ours:
        what = {"vpce": "a VPC endpoint"}
        name = "local" if value == "local" else what.get(value.partition("-")[0], "a gateway")
        link = Link(How.KNOWN, (), True, f"{name}, {value}")
        return RouteTarget("local" if value == "local" else "other", link, value)
    link = resolver.link(raw, kind, TARGETS[kind], block=block, path=path)
    return RouteTarget(kind, link, link.targets[0] if link.targets else value)
