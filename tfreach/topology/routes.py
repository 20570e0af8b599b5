"""Route tables and routes of an inventory in; RouteTables of the model out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network

from tfreach.plan.raw import Unknown
from tfreach.resources.echoes import is_stale, stands
from tfreach.resources.gateway import EgressOnlyGateway, InternetGateway, NatGateway
from tfreach.resources.route_table import TARGETS, Route, RouteTable
from tfreach.resources.vpn import VpnGateway
from tfreach.space.headers import ALL_IPV6, IPV6_BASE, RFC1918, RFC6598, blocks
from tfreach.space.intervals import IntervalSet
from tfreach.topology import network as model
from tfreach.topology.filters import STALE
from tfreach.topology.firewalls import firewall_targets
from tfreach.topology.ground import Ground
from tfreach.topology.held import blocks_of
from tfreach.topology.ipv6 import not_yet
from tfreach.topology.middleboxes import HOSTS, host_targets
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Local,
    Origin,
    Prefix,
    Target,
    ToEgressOnly,
    ToInternet,
    ToNat,
    ToVpn,
    Vpc,
)
from tfreach.topology.peerings import peering_targets
from tfreach.topology.transit import transit_target

EVERYWHERE = Prefix(0, 0)
EVERYWHERE_6 = Prefix(IPV6_BASE, 0)
ANYWHERE = {
    "": (EVERYWHERE, EVERYWHERE_6),
    "ipv4": (EVERYWHERE,),
    "ipv6": (EVERYWHERE_6,),
}
"""Family of a block that is not known -> where it may be."""
PRIVATE = RFC1918 | RFC6598


def prefixes(addresses: IntervalSet) -> list[Prefix]:
    """The fewest blocks that together are `addresses`."""
    return [_prefix(block) for block in blocks(addresses)]


def _prefix(block: IPv4Network | IPv6Network) -> Prefix:
    base = 0 if isinstance(block, IPv4Network) else IPV6_BASE
    return Prefix(base + int(block.network_address), block.prefixlen)


def build_tables(ground: Ground, vpcs: Mapping[str, Vpc]) -> dict[str, model.RouteTable]:
    """Every route table by key with its local routes (F35); default ones nobody adopted too."""
    tables: dict[str, model.RouteTable] = {}
    for table in ground.now.of(RouteTable):
        vpc = _vpc_of(ground, table)
        routes = by_priority(_routes(ground, table, vpc))
        routes = _with_local(routes, _local(vpcs.get(vpc), table.key))
        if table.managed and table.unset and "create" in table.actions:
            ground.assume_no_inline()
        if not table.managed and table.unset:
            routes += _anything(f"the routes of {table.key} are not in this plan", table.key)
        tables[table.key] = model.RouteTable(table.key, tuple(routes), Origin(table.key))
    for vpc_key, typed in ground.vpcs.items():
        key = ground.default_table(vpc_key)
        if key not in tables and typed.managed:
            tables[key] = _default_table(ground, key, vpc_key, vpcs[vpc_key])
    return tables


def _vpc_of(ground: Ground, table: RouteTable) -> str:
    """The VPC a table belongs to; "" when that is not sure."""
    if table.vpc.sure:
        return ground.canonical(table.vpc.targets[0])
    owner = table.adopts.targets[0].partition(" (")[0] if table.adopts.sure else ""
    return owner if owner in ground.vpcs else ""


def _local(vpc: Vpc | None, key: str) -> list[model.Route]:
    """F35: one local route for each block of the VPC; where those of IPv4 are not known, perhaps
    for any private address."""
    if vpc is None:
        return _perhaps_local(f"the VPC of {key} is not known", key)
    text = f"local route of {vpc.id}"
    sure = [
        model.Route(block, (Local(),), origin=Origin(key, text))
        for block in prefixes(vpc.cidrs & ALL_IPV6 if vpc.unknown else vpc.cidrs)
    ]
    return [*sure, *(_perhaps_local(vpc.unknown, key) if vpc.unknown else ())]


def _perhaps_local(why: str, key: str) -> list[model.Route]:
    return [
        model.Route(block, (Local(),), unknown=why, origin=Origin(key, "local route"))
        for block in prefixes(PRIVATE)
    ]


def by_priority(routes: Iterable[model.Route]) -> list[model.Route]:
    """Of equal destinations a block wins over an entry of a prefix list (F36): it comes first.
    Where entries of two lists overlap, AWS picks one at random (F41)."""
    found = list(routes)
    listed = [route for route in found if route.also]
    return [route for route in found if not route.also] + [
        _at_random(one, listed) for one in listed
    ]


def _at_random(route: model.Route, listed: Iterable[model.Route]) -> model.Route:
    """An entry, with the targets of every entry of another list's route that holds its block."""
    targets = route.targets
    for other in listed:
        if other.origin != route.origin and route.prefix.addresses <= other.prefix.addresses:
            targets += tuple(target for target in other.targets if target not in targets)
    return replace(route, targets=targets)


def _with_local(given: list[model.Route], local: Iterable[model.Route]) -> list[model.Route]:
    """The local routes come before what prefix lists give."""
    blocks = [route for route in given if not route.also]
    return [*blocks, *local, *(route for route in given if route.also)]


def _anything(why: str, key: str) -> list[model.Route]:
    return [
        model.Route(block, (Elsewhere(why),), unknown=why, origin=Origin(key))
        for block in ANYWHERE[""]
    ]


def _routes(ground: Ground, table: RouteTable, vpc: str) -> Iterator[model.Route]:
    """The routes that stand in the table (plan-json.md, traps 1 and 14)."""
    before = ground.earlier(table)
    mine = ground.owned(Route, "table").of(table.key)
    earlier = ground.owned_before(Route, "table", table.key) if before else []
    listed = before.inline if table.unset and before is not None else table.inline
    copy = before.inline if before is not None else table.inline
    known = earlier if before is not None else mine
    doubt = ""
    if known and (ground.is_state or is_stale(copy, known)):
        doubt = STALE.format(owner=table.key)
    raw = ground.now.raws[table.key]
    written = ground.now.resolver.expression(raw, ("route",)) is not None
    for route in stands(list(listed), mine, earlier, written=written, doubt=doubt):
        yield from _route(ground, route, vpc)
    if table.dynamic:
        yield from _anything(table.dynamic, table.key)


def _route(ground: Ground, route: Route, vpc: str) -> Iterator[model.Route]:
    """One route of the model, one for each entry of a prefix list."""
    targets = tuple(_targets(ground, route, vpc))
    if isinstance(route.destination, str | Unknown):
        text = route.destination if isinstance(route.destination, str) else ""
        block = ground.ipv6.named(text)
        if block is None:
            why = f"the destination of {route.origin.address} is not known before apply"
            for anywhere in ANYWHERE[route.family]:
                yield model.Route(anywhere, targets, unknown=why, origin=route.origin)
            return
        made = model.Route(prefixes(block)[0], targets, route.unknown, route.origin)
        yield made
        yield from _perhaps(ground, made, block, vpc)
    elif route.prefix_list is not None:
        doubt = "" if route.prefix_list.sure else route.prefix_list.reason
        for held in blocks_of(ground.lists, route.prefix_list, route.origin.address):
            why = route.unknown or doubt or held.unknown
            for part in prefixes(held.block):
                yield model.Route(part, targets, why, route.origin, (held.origin,))


def _perhaps(
    ground: Ground, route: model.Route, block: IntervalSet, vpc: str
) -> Iterator[model.Route]:
    """The same for the IPv6 blocks of other VPCs that are not known yet, where it surely is for
    them, or may be."""
    whole, maybe = ground.ipv6.hedged(block)
    own = ground.ipv6.of.get(vpc, IntervalSet())
    for part in prefixes(whole - block - own):
        yield replace(route, prefix=part)
    for part in prefixes(maybe - own):
        yield replace(route, prefix=part, unknown=route.unknown or not_yet(maybe, ground.ipv6))


def _targets(ground: Ground, route: Route, vpc: str) -> Iterator[Target]:
    target = route.target
    if target.kind in JOINS:
        yield from _join_targets(ground, route)
        return
    if route.blackhole:
        yield Blackhole(f"{target.text} is gone")
        return
    if target.kind == "local":
        yield Local()
        return
    if target.kind in HOSTS:
        yield from host_targets(ground, target)
        return
    if target.kind == "vpc_endpoint_id":
        yield from firewall_targets(ground, target)
        return
    for key in target.link.targets:
        yield _gateway(ground, target.kind, key)
    if target.link.open or not target.link.targets:
        yield Elsewhere(target.link.reason or target.text)


def _join_targets(ground: Ground, route: Route) -> Iterator[Target]:
    """What the route itself says of a connection is older than what the connection says."""
    link = route.target.link
    for key in link.targets:
        for target in _joined(ground, route.target.kind, key):
            dead = route.blackhole and isinstance(target, Elsewhere)
            yield Blackhole(f"{key} is gone, or not accepted") if dead else target
    if link.open or not link.targets:
        yield Elsewhere(link.reason or route.target.text)


def _joined(ground: Ground, kind: str, key: str) -> Iterable[Target]:
    if kind == "vpc_peering_connection_id":
        return peering_targets(ground, key)
    if kind == "core_network_arn" and key.startswith("arn:"):
        key = ground.now.resolver.identify(JOINS[kind], key.rpartition("/")[2])
    return (transit_target(ground, key, JOINS[kind]),)


JOINS = {
    name: TARGETS[name]
    for name in ("core_network_arn", "transit_gateway_id", "vpc_peering_connection_id")
}
"""Attribute that names what joins networks -> its role."""
ROLES = {
    "nat_gateway_id": "nat_gateway",
    "egress_only_gateway_id": "egress_only_gateway",
}


def _gateway(ground: Ground, kind: str, key: str) -> Target:
    if ground.gone(ROLES.get(kind, "gateway"), key):
        return Blackhole(f"{key} is gone")
    if kind == "egress_only_gateway_id":
        return ToEgressOnly(key)
    if kind == "nat_gateway_id":
        if key in {nat.key for nat in ground.now.of(NatGateway)}:
            return ToNat(key)
        return Elsewhere(f"{key}, a NAT gateway that is not in this plan")
    return ToVpn(key) if is_vpn(ground, key) else ToInternet(key)


def is_vpn(ground: Ground, key: str) -> bool:
    """Whether a gateway is a virtual private gateway, here or elsewhere."""
    return key.startswith("vgw-") or key in {one.key for one in ground.now.of(VpnGateway)}


def table_homes(ground: Ground) -> dict[str, str]:
    """The VPC of each table; "" where that is not sure."""
    homes = {table.key: _vpc_of(ground, table) for table in ground.now.of(RouteTable)}
    return homes | {ground.default_table(vpc): vpc for vpc in ground.vpcs}


def foreign_gateways(ground: Ground, tables: Mapping[str, model.RouteTable]) -> dict[str, str]:
    """Gateways of a VPC known only as a route's target -> the VPC of that table: AWS takes such a
    route only while the gateway is attached there."""
    mine: set[str] = {gateway.key for gateway in ground.now.of(InternetGateway)}
    mine |= {gateway.key for gateway in ground.now.of(VpnGateway)}
    mine |= {gateway.key for gateway in ground.now.of(EgressOnlyGateway)}
    homes = table_homes(ground)
    found: dict[str, str] = {}
    for table in tables.values():
        for route in table.routes:
            for target in route.targets:
                if (
                    isinstance(target, ToInternet | ToEgressOnly | ToVpn)
                    and target.gateway not in mine
                ):
                    found[target.gateway] = homes.get(table.id, "")
    return found


def _default_table(ground: Ground, key: str, vpc_key: str, vpc: Vpc) -> model.RouteTable:
    """A new VPC's table: local routes only (F35), and the routes given to it here."""
    ground.assume(
        f"the main route table of {vpc_key}, not managed here, has no routes but local ones"
    )
    mine = ground.owned(Route, "table").of(key)
    given = (made for route in mine for made in _route(ground, route, vpc_key))
    routes = _with_local(by_priority(given), _local(vpc, key))
    return model.RouteTable(key, tuple(routes), Origin(key, "main route table"))
