"""Virtual private gateways of an inventory in; those of the model, the routes they add to tables,
and the addresses that lie on premises, out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.records import dataclass
from tfreach.resources import vpn as typed
from tfreach.resources.echoes import is_stale, stands
from tfreach.resources.route_table import Propagation, RouteTable
from tfreach.space.headers import ALL_ADDRESSES, ALL_IPV4, NEVER_ROUTED, UNIQUE_LOCAL, prefix
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology import network as model
from tfreach.topology.addresses import attached_to, edge_table, elsewhere_attached
from tfreach.topology.between import Attachment, ToAttachment, TransitTable, VpnGateway
from tfreach.topology.filters import STALE
from tfreach.topology.ground import Ground
from tfreach.topology.network import Elsewhere, Origin, Target, ToVpn, Tri, Vpc
from tfreach.topology.routes import PRIVATE, is_vpn, prefixes, table_homes
from tfreach.topology.transit import UP

TOLD = "on-premises tells by BGP of whatever a route here leads there for"
PRIVATE_ONLY = "a virtual private gateway propagates private address blocks only"


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is written to lie behind a connection; unknown: "" or why it may not."""

    addresses: IntervalSet
    unknown: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Behind:
    """What a virtual private gateway knows of `on-premises`.

    blocks   the written ones
    bgp      origins of connections that may tell it of others
    unknown  "" or why it may be connected to nothing, or to less
    ipv6     whether a connection may carry IPv6 (F104)
    """

    blocks: tuple[_Block, ...] = ()
    bgp: tuple[Origin, ...] = ()
    tied: tuple[Origin, ...] = ()
    unknown: str = ""
    ipv6: bool = False

    @property
    def world(self) -> IntervalSet:
        """Every address that it may know of."""
        return ALL_ADDRESSES if self.ipv6 else ALL_IPV4

    @property
    def private(self) -> IntervalSet:
        return PRIVATE | UNIQUE_LOCAL if self.ipv6 else PRIVATE


def build_vpn_gateways(
    ground: Ground, foreign: Mapping[str, str], attachments: Mapping[str, Attachment]
) -> dict[str, VpnGateway]:
    """Every virtual private gateway by key: those here, and those that routes or connections name.

    foreign   gateways known only as a route's target -> the VPC of that table
    """
    found: dict[str, VpnGateway] = {}
    for item in ground.now.of(typed.VpnGateway):
        vpc, origin = attached_to(ground, item, typed.VpnAttachment)
        found[item.key] = _gateway(ground, item.key, vpc, origin, elsewhere=not item.managed)
    others = {key: vpc for key, vpc in foreign.items() if is_vpn(ground, key)}
    for one in ground.now.of(typed.Connection):
        others |= {key: others.get(key, "") for key in one.gateway.targets if key not in found}
    for key, home in others.items():
        if not ground.gone(typed.GATEWAY, key):
            vpc = elsewhere_attached(key, home)
            found[key] = _gateway(ground, key, vpc, Origin(key), elsewhere=True)
    if any(one.tied for one in found.values()):
        ground.assume(UP)
    if found or any(one.outside for one in attachments.values()):
        found |= _perhaps(ground, found)
    return found


def _perhaps(ground: Ground, found: Mapping[str, VpnGateway]) -> dict[str, VpnGateway]:
    """Where something leads to on-premises, a VPC of another plan may have a gateway too."""
    attached = {key for one in found.values() if one.vpc.sure for key in one.vpc.ids}
    others = [key for key, vpc in ground.vpcs.items() if not vpc.managed and key not in attached]
    made: dict[str, VpnGateway] = {}
    for key in others:
        name, why = f"{key} (VPN gateway)", f"whether {key} has a VPN gateway is not in this plan"
        vpc = model.OneOf((key,), True, why)
        made[name] = VpnGateway(name, vpc, ALL_ADDRESSES, why, origin=Origin(name))
    return made


def _gateway(
    ground: Ground, key: str, vpc: model.OneOf, origin: Origin, *, elsewhere: bool
) -> VpnGateway:
    behind = _behind(ground, key)
    serves = IntervalSet.of(span for one in behind.blocks for span in one.addresses.spans)
    doubts = [behind.unknown, *(one.unknown for one in behind.blocks)]
    if behind.bgp or behind.unknown or elsewhere:
        serves = ALL_ADDRESSES if elsewhere else behind.world
        doubts = [behind.unknown]
    if behind.bgp:
        ground.assume(TOLD)
    elif elsewhere:
        doubts.append(f"what else connects {key} to on-premises is not in this plan")
    unknown = next(filter(None, doubts), "")
    edge = edge_table(ground, key)
    return VpnGateway(key, vpc, serves, unknown, edge, origin, behind.tied, Origin(key))


def _behind(ground: Ground, key: str) -> _Behind:
    """What is said here of the connections of a gateway. A gateway without any is connected by
    another plan, or not at all."""
    ties = [
        one
        for one in ground.now.of(typed.Connection)
        if key in one.gateway.targets or ground.may_lead(one.gateway, key)
    ]
    if not ties:
        why = f"what connects {key} to on-premises is not in this plan"
        return _Behind(unknown=why, ipv6=True)
    sure = [one for one in ties if one.gateway.sure]
    blocks = [block for one in ties for block in _blocks(ground, one)]
    bgp = [one for one in sure if one.static is False]
    doubtful = [one for one in ties if not one.gateway.sure or isinstance(one.static, Unknown)]
    unknown = ""
    if not bgp and doubtful:
        one = doubtful[0]
        why = f"whether {one.key} has static routes only is not known"
        unknown = why if one.gateway.sure else one.gateway.reason
    said = tuple(Origin(one.key, f"connects {key} to on-premises") for one in sure)
    said += tuple(block.origin for block in blocks)
    told = tuple(Origin(one.key, "is told routes by BGP") for one in ties if one.static is not True)
    return _Behind(tuple(blocks), told, said, unknown, any(one.ipv6 for one in ties))


def _blocks(ground: Ground, connection: typed.Connection) -> Iterator[_Block]:
    """The static routes of a VPN connection."""
    for route in ground.now.of(typed.ConnectionRoute):
        link = route.connection
        if not (connection.key in link.targets or ground.may_lead(link, connection.key)):
            continue
        why = "" if link.sure else link.reason
        if isinstance(route.destination, str):
            yield _Block(prefix(route.destination), why, route.origin)
        else:
            why = why or f"the block of {route.origin.address} is not known before apply"
            yield _Block(PRIVATE, why, route.origin)


def with_propagated(
    ground: Ground, tables: Mapping[str, model.RouteTable], vpcs: Mapping[str, Vpc]
) -> dict[str, model.RouteTable]:
    """The tables with the routes that virtual private gateways add: after all others, which win
    where the blocks are the same (F36)."""
    homes = table_homes(ground)
    listing = {table.key: table for table in ground.now.of(RouteTable)}
    found: dict[str, model.RouteTable] = {}
    for key, table in tables.items():
        vpc = vpcs.get(homes.get(key, ""))
        added = [
            route
            for one in _propagations(ground, key, listing.get(key))
            for route in _told(ground, one, key, vpc)
        ]
        found[key] = replace(table, routes=(*table.routes, *added)) if added else table
    return found


def _propagations(ground: Ground, key: str, table: RouteTable | None) -> list[Propagation]:
    """The gateways that add routes to a table, without echoes of what is gone."""
    mine = [
        one
        for one in ground.owned(Propagation, "table").of(key)
        if one.table is not None
        and (key in map(ground.canonical, one.table.targets) or ground.may_lead(one.table, key))
    ]
    if table is None:
        return mine
    before = None
    if ground.before is not None and "create" not in table.actions:
        same = [one for one in ground.before.of(RouteTable) if one.key == table.key]
        before = same[0] if same else None
    earlier = ground.owned_before(Propagation, "table", key) if before else []
    copy = before.propagates if before is not None else table.propagates
    doubt = ""
    if mine and (ground.is_state or is_stale(copy, mine)):
        doubt = STALE.format(owner=key)
    return stands(table.propagates, mine, earlier, written=table.listed, doubt=doubt)


def _told(ground: Ground, one: Propagation, table: str, vpc: Vpc | None) -> Iterator[model.Route]:
    """The routes of one gateway: the static ones of its VPN connections; of BGP any private block.
    None that lies inside the VPC: the local route is preferred, also to a longer one (F37)."""
    inside = vpc.cidrs if vpc is not None and not vpc.unknown else EMPTY
    key = one.gateway.targets[0] if one.gateway.sure else ""
    behind = _behind(ground, key) if key else _Behind(unknown=_which(one.gateway))
    targets: tuple[Target, ...] = (ToVpn(key),) if key else (Elsewhere(_which(one.gateway)),)
    for block in behind.blocks:
        if not block.addresses <= inside:
            why = one.unknown or block.unknown or behind.unknown
            for part in prefixes(block.addresses):
                text = f"{part} → {key}, propagated"
                told = Origin(one.origin.address, text), Origin(block.origin.address, text)
                yield model.Route(part, targets, why, told[0], told[1:])
    if not behind.bgp and not behind.unknown:
        return
    ground.assume(PRIVATE_ONLY)
    shown = key or "a virtual private gateway"
    why = f"which routes {shown} adds to {table} is not in the plan"
    for part in prefixes(behind.private - inside):
        yield model.Route(part, targets, why, one.origin)


def _which(link: Link) -> str:
    return link.reason or "which virtual private gateway that is, is not known"


def on_premises(
    gateways: Iterable[VpnGateway],
    attachments: Mapping[str, Attachment],
    tables: Mapping[str, TransitTable],
    vpcs: Mapping[str, Vpc],
) -> IntervalSet:
    """The addresses that lie there: those that static routes name where only these lead there, and
    else every private one that is in no VPC, too. EMPTY where nothing leads there."""
    near = list(gateways)
    outside = {id for id, one in attachments.items() if one.outside}
    if not near and not outside:
        return EMPTY
    inside = EMPTY
    for vpc in vpcs.values():
        inside |= EMPTY if vpc.unknown else vpc.cidrs
    given = EMPTY
    for one in near:
        given |= one.serves if not one.serves >= ALL_IPV4 else EMPTY
    for prefix_ in _static_transit(tables, outside):
        given |= prefix_.addresses if prefix_.length else EMPTY
    every_one = all(not one.serves >= ALL_IPV4 and not one.unknown for one in near)
    ipv6 = any(one.serves >= ALL_ADDRESSES for one in near)
    ipv6 |= any(one.outside and one.ipv6 is not Tri.NO for one in attachments.values())
    told = any(_may_be_told(table, outside) for table in tables.values())
    found = given - inside - NEVER_ROUTED
    if not found or not every_one or told or _defaults(tables, outside):
        found |= (PRIVATE | UNIQUE_LOCAL if ipv6 else PRIVATE) - inside
    return found or PRIVATE


def _static_transit(
    tables: Mapping[str, TransitTable], outside: set[str]
) -> Iterator[model.Prefix]:
    for table in tables.values():
        for route in table.routes:
            if route.static and _leads(route.targets, outside):
                yield route.prefix


def _defaults(tables: Mapping[str, TransitTable], outside: set[str]) -> bool:
    return any(prefix_.length == 0 for prefix_ in _static_transit(tables, outside))


def _may_be_told(table: TransitTable, outside: set[str]) -> bool:
    return any(not route.static and _leads(route.targets, outside) for route in table.routes)


def _leads(targets: Iterable[object], outside: set[str]) -> bool:
    return any(isinstance(one, ToAttachment) and one.attachment in outside for one in targets)
