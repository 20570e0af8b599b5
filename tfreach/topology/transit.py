"""Transit gateways and attachments of an inventory in; those of the model, and what a route to one
means, out. Their tables are in topology/transit_tables.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link, Links
from tfreach.records import dataclass
from tfreach.resources import transit as typed
from tfreach.resources.vpn import OutsideAttachment
from tfreach.topology.between import Attachment, TransitGateway
from tfreach.topology.ground import Ground, merge
from tfreach.topology.network import NO_ORIGIN, Blackhole, Elsewhere, OneOf, Origin, Target, Tri
from tfreach.topology.network import ToTransit as ToTransit
from tfreach.topology.subnets import Claim, settle

DEFAULT_TABLE = "default transit table"
UP = "VPN tunnels and Direct Connect lines are up, and carry what is for a VPC to its gateway"
NO_TABLE = ""
"""Stands for no association, where it is not known whether there is one."""

ALL_LISTED = (
    "a transit gateway managed here has no attachment, association or route that is not listed here"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """yes, no or not known, and why."""

    has: Tri
    why: str = ""


def tri(value: bool | Unknown) -> Tri:
    if isinstance(value, Unknown):
        return Tri.MAYBE
    return Tri.YES if value else Tri.NO


def build_gateways(ground: Ground) -> dict[str, TransitGateway]:
    """Every transit gateway by key; of one that is managed elsewhere the rest is not known."""
    found: dict[str, TransitGateway] = {}
    for item in ground.now.of(typed.TransitGateway):
        why = f"the attachments and route tables of {item.key} are not in this plan"
        if item.managed:
            ground.assume(ALL_LISTED)
        said = (
            "supports group references" if item.groups is True else "supports no group references"
        )
        unknown = "" if item.managed else why
        found[item.key] = TransitGateway(item.key, unknown, Origin(item.key, said))
    return found


def transit_target(ground: Ground, key: str, role: str = typed.GATEWAY) -> Target:
    """Where a route to a transit gateway leads, or to what is one to the model."""
    return Blackhole(f"{key} is gone") if ground.gone(role, key) else ToTransit(key)


def real(ground: Ground, link: Link) -> Link:
    """A link to an attachment, where it names what accepts that: the attachment itself."""
    sides: list[typed.AttachmentAccepter | typed.PeeringAttachmentAccepter] = []
    sides += ground.now.of(typed.AttachmentAccepter)
    sides += ground.now.of(typed.PeeringAttachmentAccepter)
    behind = {side.key: side.attachment for side in sides}
    targets: set[str] = set()
    is_open, reason = link.open, link.reason
    for target in link.targets:
        one = behind.get(target)
        targets |= set(one.targets) if one else {target}
        if one and not one.sure:
            is_open, reason = is_open or one.open, reason or one.reason
    return replace(link, targets=tuple(sorted(targets)), open=is_open, reason=reason)


def default_table(ground: Ground, gateway: typed.TransitGateway, *, propagation: bool) -> OneOf:
    """The table that attachments join by themselves: one, unless a resource makes another it."""
    known = gateway.propagation if propagation else gateway.association
    implicit = f"{gateway.key} ({DEFAULT_TABLE})"
    key = ground.now.resolver.identify(typed.TABLE, known) if known else implicit
    role = "propagation" if propagation else "association"
    others = [
        ground.one_of(item.table)
        for item in ground.now.of(typed.DefaultTable)
        if item.key.find(f"_default_route_table_{role}.") >= 0
        and ground.may_lead(item.gateway, gateway.key)
    ]
    why = f"which table is the default one of {gateway.key} is not known before apply"
    return merge([OneOf((key,)), *others], why) if others else OneOf((key,))


Joining = typed.VpcAttachment | OutsideAttachment
"""An attachment that joins default tables by itself."""


def by_default(ground: Ground, item: Joining, *, propagation: bool) -> tuple[OneOf, Answer]:
    """The default table, and whether an attachment joins it (F67). It is open where the gateway is
    not known, and none of those here where that is managed elsewhere."""
    gateways = {one.key: one for one in ground.now.of(typed.TransitGateway)}
    key = item.gateway.targets[0] if item.gateway.sure else ""
    if key not in gateways:
        shown = " or ".join(item.gateway.targets) or "its transit gateway"
        why = f"the route tables of {shown} are not in this plan"
        return OneOf((), not key, why), Answer(Tri.MAYBE, why)
    gateway = gateways[key]
    own = [item.propagates if propagation else item.associates]
    for side in ground.now.of(typed.AttachmentAccepter):
        if side.attachment.sure and side.attachment.targets[0] == item.key:
            own = [side.propagates if propagation else side.associates]
    flags = [gateway.propagates if propagation else gateway.associates, *own]
    table = default_table(ground, gateway, propagation=propagation)
    if not gateway.managed:
        why = f"the route tables of {key} are not in this plan"
        return OneOf(), Answer(Tri.MAYBE, why)
    if False in flags:
        return table, Answer(Tri.NO)
    if any(isinstance(flag, Unknown) for flag in flags):
        return table, Answer(
            Tri.MAYBE, f"whether {item.key} joins the default table of {key} is not known"
        )
    return table, Answer(Tri.YES)


def build_attachments(ground: Ground) -> dict[str, Attachment]:
    """Every attachment by key, each with the table that is associated with it (F64)."""
    items: tuple[Joining, ...] = (
        *ground.now.of(typed.VpcAttachment),
        *ground.now.of(OutsideAttachment),
    )
    otherwise: dict[str, OneOf] = {}
    for item in items:
        table, joins = by_default(ground, item, propagation=False)
        none = OneOf((NO_TABLE,))
        if joins.has is Tri.MAYBE:
            none = OneOf(table.ids, True, joins.why)
        otherwise[item.key] = table if joins.has is Tri.YES else none
    claims = [
        Claim(
            real(ground, tie.attachment),
            ground.one_of(tie.table),
            Origin(tie.key, f"associates {' or '.join(tie.table.targets) or 'an unknown table'}"),
        )
        for tie in ground.now.of(typed.TransitAssociation)
    ]
    held = settle(claims, otherwise, "transit table", ground.may_lead)
    found: dict[str, Attachment] = {}
    for item in items:
        tie = held.get(item.key)
        table = _or_none(tie.to if tie else otherwise[item.key])
        origin = tie.origin if tie else NO_ORIGIN
        gateway = _link(ground, item.gateway, f"the transit gateway of {item.key} is not known")
        if isinstance(item, OutsideAttachment):
            found[item.key] = _outside(ground, item, gateway, table, origin)
        else:
            found[item.key] = _of_vpc(ground, item, gateway, table, origin)
    return found | dict(_peers(ground))


def _of_vpc(
    ground: Ground, item: typed.VpcAttachment, gateway: OneOf, table: OneOf, tie: Origin
) -> Attachment:
    return Attachment(
        item.key,
        gateway,
        _link(ground, item.vpc, f"the VPC of {item.key} is not known"),
        attached_subnets(ground, item.subnets, item.key),
        table,
        appliance=tri(item.appliance),
        ipv6=tri(item.ipv6),
        groups=_groups(ground, item),
        table_origin=tie,
        origin=Origin(item.key, f"attaches {' or '.join(item.vpc.targets) or 'a VPC'}"),
    )


def _outside(
    ground: Ground, item: OutsideAttachment, gateway: OneOf, table: OneOf, tie: Origin
) -> Attachment:
    ground.assume(UP)
    base = item.key.partition(" (")[0]
    origin = Origin(base, f"connects {' or '.join(gateway.ids) or 'a gateway'} to on-premises")
    return Attachment(
        item.key,
        gateway,
        table=table,
        outside=True,
        ipv6=tri(item.ipv6),
        table_origin=tie,
        origin=origin,
    )


def _or_none(table: OneOf) -> OneOf:
    """As Attachment has it: no table at all, or one of some and perhaps none."""
    if NO_TABLE not in table.ids:
        return table
    ids = tuple(id for id in table.ids if id != NO_TABLE)
    return OneOf(ids, bool(ids) or table.open, table.reason)


def _link(ground: Ground, link: Link, why: str) -> OneOf:
    return OneOf((), True, why) if link.unset else ground.one_of(link)


def attached_subnets(ground: Ground, links: Links, key: str) -> tuple[OneOf, ...]:
    """Where an attachment has interfaces, as Attachment has it."""
    found = [ground.one_of(link) for link in links.items]
    found += [OneOf(("", name), False, links.reason) for name in links.maybe]
    if links.open or links.unset:
        found.append(OneOf((), True, links.reason or f"the subnets of {key} are not known"))
    return tuple(found)


def _groups(ground: Ground, item: typed.VpcAttachment) -> Tri:
    """Group references need the option of the gateway and of the attachment (F9, F10)."""
    gateways = {one.key: one.groups for one in ground.now.of(typed.TransitGateway)}
    if item.groups is False:
        return Tri.NO
    if not item.gateway.sure or item.gateway.targets[0] not in gateways:
        return Tri.MAYBE
    answers = (tri(gateways[item.gateway.targets[0]]), tri(item.groups))
    return Tri.NO if Tri.NO in answers else Tri.MAYBE if Tri.MAYBE in answers else Tri.YES


def accepter_side(key: str) -> str:
    """The id of the other end of a peering of transit gateways."""
    return f"{key} (accepter side)"


def _peers(ground: Ground) -> Iterator[tuple[str, Attachment]]:
    """Both ends of each peering of transit gateways (F66)."""
    for item in ground.now.of(typed.PeeringAttachment):
        state = _accepted(ground, item)
        for link, id, far in (
            (item.gateway, item.key, accepter_side(item.key)),
            (item.peer, accepter_side(item.key), item.key),
        ):
            gateway = _link(ground, link, f"which transit gateways {item.key} joins is not known")
            table, origin = _peer_table(ground, item.key, gateway)
            yield (
                id,
                Attachment(
                    id,
                    gateway,
                    table=table,
                    active=state.has,
                    why=state.why,
                    far=far,
                    table_origin=origin,
                    origin=Origin(item.key, "joins two transit gateways"),
                ),
            )


def _accepted(ground: Ground, item: typed.PeeringAttachment) -> Answer:
    sides = [
        side
        for side in ground.now.of(typed.PeeringAttachmentAccepter)
        if ground.may_lead(side.attachment, item.key)
    ]
    if item.state == "available" or any(side.attachment.sure for side in sides):
        return Answer(Tri.YES)
    if item.state in ("rejected", "failed", "deleting", "deleted", "rejecting"):
        return Answer(Tri.NO, f"{item.key} is {item.state}")
    if sides:
        return Answer(Tri.MAYBE, f"whether {sides[0].key} accepts {item.key} is not known")
    here = {one.key for one in ground.now.of(typed.TransitGateway) if one.managed}
    if item.peer.sure and item.peer.targets[0] in here and item.managed:
        return Answer(Tri.NO, f"nothing here accepts {item.key}")
    return Answer(Tri.MAYBE, f"whether the other side accepts {item.key} is not in this plan")


def _peer_table(ground: Ground, key: str, gateway: OneOf) -> tuple[OneOf, Origin]:
    """The association of one end is that with a table of its own gateway. Whether AWS makes one by
    itself is not documented for peerings."""
    tables = {item.key: item.gateway for item in ground.now.of(typed.TransitRouteTable)}
    gateways = {one.key: one for one in ground.now.of(typed.TransitGateway)}
    doubts: list[str] = []
    for tie in ground.now.of(typed.TransitAssociation):
        attachment = real(ground, tie.attachment)
        if not ground.may_lead(attachment, key):
            continue
        owner = _owner(tables, tie.table)
        if attachment.sure and gateway.sure and owner == gateway.ids[0]:
            return ground.one_of(tie.table), Origin(tie.key, f"associates {tie.table.targets[0]}")
        if not (attachment.sure and owner in gateways and gateway.sure):
            doubts.append(f"which table {tie.key} associates with {key} is not known")
    known = gateways.get(gateway.ids[0]) if gateway.sure else None
    if known is None or not known.managed:
        return OneOf((), True, f"the table for {key} is not in this plan"), NO_ORIGIN
    if doubts:
        return OneOf((), True, doubts[0]), NO_ORIGIN
    if known.associates is False:
        return OneOf(), NO_ORIGIN
    why = f"whether AWS associates {key} with the default table of {known.key} is not documented"
    return OneOf(default_table(ground, known, propagation=False).ids, True, why), NO_ORIGIN


def _owner(tables: Mapping[str, Link], table: Link) -> str:
    """The gateway that a table belongs to; "" when that is not known."""
    if not table.sure:
        return ""
    implicit = table.targets[0].removesuffix(f" ({DEFAULT_TABLE})")
    if implicit != table.targets[0]:
        return implicit
    gateway = tables.get(table.targets[0])
    return gateway.targets[0] if gateway and gateway.sure else ""


def unlisted(key: str) -> Elsewhere:
    return Elsewhere(f"an attachment of a transit gateway, {key}")
