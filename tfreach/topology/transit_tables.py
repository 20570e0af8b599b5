"""Routes and propagations of an inventory in; the route tables of transit gateways, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.records import dataclass
from tfreach.resources import transit as typed
from tfreach.resources.vpn import OutsideAttachment
from tfreach.space.headers import ALL_ADDRESSES, ALL_IPV4, ALL_IPV6
from tfreach.space.intervals import IntervalSet
from tfreach.topology.between import (
    Attachment,
    ToAttachment,
    TransitRoute,
    TransitTable,
    TransitTarget,
)
from tfreach.topology.ground import Ground
from tfreach.topology.network import Blackhole, Elsewhere, OneOf, Origin, Prefix, Tri, Vpc
from tfreach.topology.routes import ANYWHERE, prefixes
from tfreach.topology.transit import (
    DEFAULT_TABLE,
    Joining,
    accepter_side,
    by_default,
    default_table,
    real,
    unlisted,
)

BY_CORE = "aws_networkmanager_transit_gateway_route_table_attachment"
"""Joins a table to a core network, which tells it its routes (F90); which table is not read."""
PROPAGATED = "what VPN, Direct Connect and Connect attachments propagate lies outside attached VPCs"


def build_tables(
    ground: Ground, attachments: Mapping[str, Attachment], vpcs: Mapping[str, Vpc]
) -> dict[str, TransitTable]:
    """Every table that is managed here, and the default ones; a data source knows no routes."""
    keys = {item.key for item in ground.now.of(typed.TransitRouteTable) if item.managed}
    for gateway in ground.now.of(typed.TransitGateway):
        if gateway.managed:
            for propagation in (False, True):
                found = default_table(ground, gateway, propagation=propagation)
                keys |= {key for key in found.ids if key.endswith(f"({DEFAULT_TABLE})")}
    propagated = list(_propagations(ground, attachments, vpcs, keys))
    static = ground.now.of(typed.StaticRoute)
    return {
        key: TransitTable(
            key,
            (
                *_static(ground, key, static, attachments),
                *_told(key, propagated),
            ),
            Origin(key),
        )
        for key in sorted(keys)
    }


def _static(
    ground: Ground,
    key: str,
    static: Iterable[typed.StaticRoute],
    attachments: Mapping[str, Attachment],
) -> Iterator[TransitRoute]:
    for route in static:
        if not (key in route.table.targets or ground.may_lead(route.table, key)):
            continue
        why = "" if route.table.sure else route.table.reason
        blocks = list(ANYWHERE[""])
        if isinstance(route.destination, str):
            known = ground.ipv6.named(route.destination)
            blocks = prefixes(known) if known is not None else blocks
            doubt = f"{route.destination} is not known before apply"
            why = why or (doubt if known is None else "")
        elif route.prefix_list:
            why = why or f"the blocks of the prefix list of {route.origin.address} are not modelled"
        elif isinstance(route.destination, Unknown):
            why = why or f"the destination of {route.origin.address} is not known before apply"
        else:
            continue
        targets = tuple(_targets(ground, route, key, attachments))
        yield from (TransitRoute(block, targets, True, why, route.origin) for block in blocks)


def _targets(
    ground: Ground, route: typed.StaticRoute, table: str, attachments: Mapping[str, Attachment]
) -> Iterator[TransitTarget]:
    if route.blackhole is True:
        yield Blackhole(f"{route.origin.address} drops it")
        return
    if isinstance(route.blackhole, Unknown):
        yield Blackhole(f"{route.origin.address} drops it")
    link = real(ground, route.attachment)
    for key in link.targets:
        yield _target(ground, key, table, attachments)
    if link.open or not link.targets:
        yield Elsewhere(link.reason or f"where {route.origin.address} leads is not known")


def _target(
    ground: Ground, key: str, table: str, attachments: Mapping[str, Attachment]
) -> TransitTarget:
    """An attachment by its id; of a peering, the end that is on the gateway of this table."""
    if key not in attachments:
        gone = ground.gone(typed.ATTACHMENT, key)
        return Blackhole(f"{key} is gone") if gone else unlisted(key)
    if not attachments[key].far:
        return ToAttachment(key)
    owner = _gateway_of(ground, table)
    ends = [id for id in (key, accepter_side(key)) if attachments[id].gateway == OneOf((owner,))]
    if len(ends) != 1:
        return Elsewhere(f"which end of {key} is on the gateway of {table} is not known")
    return ToAttachment(ends[0])


def _gateway_of(ground: Ground, table: str) -> str:
    for item in ground.now.of(typed.TransitRouteTable):
        if item.key == table:
            return item.gateway.targets[0] if item.gateway.sure else ""
    return table.removesuffix(f" ({DEFAULT_TABLE})")


_Told = tuple[Collection[str], TransitRoute]
"""A route, and the tables it is told to: where these are several, it is one of them."""


def _told(key: str, propagated: Iterable[_Told]) -> Iterator[TransitRoute]:
    """Each once, though an attachment may be told to propagate twice."""
    seen: set[tuple[Prefix, tuple[TransitTarget, ...]]] = set()
    for tables, route in sorted(propagated, key=lambda one: bool(one[1].unknown)):
        if key in tables and (route.prefix, route.targets) not in seen:
            seen.add((route.prefix, route.targets))
            yield route


@dataclass(frozen=True, slots=True)
class _Tie:
    """An attachment that tells its routes to one of `tables`; why: "" or why that is not sure."""

    attachment: Link
    tables: Collection[str]
    why: str
    origin: Origin


def _ties(ground: Ground, keys: Collection[str]) -> Iterator[_Tie]:
    """The propagations that are written."""
    for tie in ground.now.of(typed.TransitPropagation):
        named = {ground.canonical(key) for key in tie.table.targets}
        tables = sorted(named | {key for key in keys if ground.may_lead(tie.table, key)})
        why = "" if tie.table.sure else tie.table.reason
        yield _Tie(real(ground, tie.attachment), tables, why, Origin(tie.key, "propagates"))


def _propagations(
    ground: Ground,
    attachments: Mapping[str, Attachment],
    vpcs: Mapping[str, Vpc],
    keys: Collection[str],
) -> Iterator[_Told]:
    """What each attachment tells to which table: a VPC its blocks (F65)."""
    ties = list(_ties(ground, keys))
    for item in ground.now.of(typed.VpcAttachment):
        blocks = list(told_blocks(attachments[item.key], attachments, vpcs))
        for tables, doubt, origin in _tells(ground, item, ties, keys):
            for block, why in blocks:
                target = (ToAttachment(item.key),)
                told = Origin(origin.address, f"{block} → {item.key}, propagated")
                yield tables, TransitRoute(block, target, False, doubt or why, told)
    inside = attached_blocks(attachments, vpcs)
    for one in ground.now.of(OutsideAttachment):
        for tables, _, origin in _tells(ground, one, ties, keys) if one.told is not False else ():
            yield from by_bgp(ground, one.key, ToAttachment(one.key), inside, tables, origin)
    yield from _by_core(ground, inside, keys)
    for key, tables, origin in _unlisted(ties, attachments):
        yield from by_bgp(ground, key, unlisted(key), inside, tables, origin)


def _tells(
    ground: Ground, item: Joining, ties: list[_Tie], keys: Collection[str]
) -> Iterator[tuple[Collection[str], str, Origin]]:
    """The tables that an attachment propagates to: by default, and as it is written."""
    table, joins = by_default(ground, item, propagation=True)
    if joins.has is not Tri.NO:
        doubt = joins.why or ("" if table.sure else table.reason)
        yield keys if table.open else table.ids, doubt, Origin(item.key, "propagates")
    for tie in ties:
        if item.key in tie.attachment.targets or ground.may_lead(tie.attachment, item.key):
            doubt = tie.why or ("" if tie.attachment.sure else tie.attachment.reason)
            yield tie.tables, doubt, tie.origin


def told_blocks(
    one: Attachment, attachments: Mapping[str, Attachment], vpcs: Mapping[str, Vpc]
) -> Iterator[tuple[Prefix, str]]:
    """The blocks of an attached VPC. Of VPCs that overlap only the first that was attached is
    told (F66)."""
    vpc = vpcs.get(one.vpc.ids[0]) if one.vpc.sure else None
    if vpc is None:
        reason = one.vpc.reason or f"the blocks of the VPC of {one.id} are not known"
        yield from ((block, reason) for block in ANYWHERE[""])
        return
    why = vpc.unknown
    for other in attachments.values():
        rival = vpcs.get(other.vpc.ids[0]) if other.vpc.sure else None
        if other.id == one.id or rival is None or rival.id == vpc.id or rival.unknown:
            continue
        meet = set(other.gateway.ids) & set(one.gateway.ids)
        if meet and not rival.cidrs.isdisjoint(vpc.cidrs):
            why = why or f"{vpc.id} and {rival.id} overlap: AWS takes the routes of one of them"
    yield from ((block, why) for block in prefixes(vpc.cidrs & ALL_IPV4))
    six = "" if why == vpc.unknown else why
    yield from ((block, six) for block in prefixes(vpc.cidrs & ALL_IPV6))


def attached_blocks(attachments: Mapping[str, Attachment], vpcs: Mapping[str, Vpc]) -> IntervalSet:
    """The blocks of all VPCs that are attached, as far as these are known."""
    inside = IntervalSet()
    for one in attachments.values():
        for id in one.vpc.ids:
            if id in vpcs and not vpcs[id].unknown:
                inside |= vpcs[id].cidrs
    return inside


def by_bgp(
    ground: Ground,
    key: str,
    target: TransitTarget,
    inside: IntervalSet,
    tables: Collection[str],
    origin: Origin,
) -> Iterator[_Told]:
    """What VPN and Direct Connect tell is not known, but that it is none of the VPCs."""
    ground.assume(PROPAGATED)
    why = f"which routes {key} propagates is not in the plan"
    for block in prefixes(ALL_ADDRESSES - inside):
        yield tables, TransitRoute(block, (target,), False, why, origin)


def _by_core(ground: Ground, inside: IntervalSet, keys: Collection[str]) -> Iterator[_Told]:
    """What core networks tell the tables that are joined to one."""
    for raw in ground.now.raws.values():
        if raw.type == BY_CORE:
            beyond = Elsewhere(f"{raw.address}, which is not evaluated")
            origin = Origin(raw.address, "propagates")
            yield from by_bgp(ground, raw.address, beyond, inside, keys, origin)


def _unlisted(
    ties: list[_Tie], attachments: Mapping[str, Attachment]
) -> Iterator[tuple[str, Collection[str], Origin]]:
    """The attachments of another plan that are told to propagate."""
    for tie in ties:
        others = [key for key in tie.attachment.targets if key not in attachments]
        if tie.attachment.open and not tie.attachment.targets:
            others = ["an attachment that is not known"]
        yield from ((key, tie.tables, tie.origin) for key in others)
