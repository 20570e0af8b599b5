"""Core networks of Cloud WAN in; what is to the model a transit gateway, with a table a segment,
out (F90).

Each segment is a routing domain with one table: of its own attachments unless these are isolated,
of those of the segments it shares with, and of its static routes. Where the policy is not known, or
says what topology/core_policy.py does not evaluate, the tables of the attachments are open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.records import dataclass
from tfreach.resources import cloud_wan as typed
from tfreach.topology.between import (
    Attachment,
    ToAttachment,
    TransitGateway,
    TransitRoute,
    TransitTable,
    TransitTarget,
)
from tfreach.topology.core_policy import NotEvaluatedError, Place, Policy, place, read_policy
from tfreach.topology.ground import Ground
from tfreach.topology.network import Blackhole, Elsewhere, OneOf, Origin, Tri
from tfreach.topology.network import Vpc as ModelVpc
from tfreach.topology.routes import ANYWHERE, prefixes
from tfreach.topology.transit import attached_subnets, tri
from tfreach.topology.transit_tables import attached_blocks, by_bgp, told_blocks

ALL_HERE = (
    "a core network managed here has no attachment, and no later policy, that is not listed here"
)
OTHERS = (
    "aws_networkmanager_connect_attachment",
    "aws_networkmanager_dx_gateway_attachment",
    "aws_networkmanager_site_to_site_vpn_attachment",
    "aws_networkmanager_transit_gateway_route_table_attachment",
)
"""Attachments by which a core network learns routes that no plan shows."""


@dataclass(frozen=True, slots=True)
class _Core:
    """policy   None: why says why not; origin: what sets it"""

    key: str
    policy: Policy | None
    why: str
    origin: str


@dataclass(frozen=True, slots=True)
class _Member:
    """A VPC attachment, and its segment in the policy; doubt: "" or why it may not be in it."""

    item: typed.CoreVpcAttachment
    core: _Core | None
    place: Place
    active: Tri = Tri.YES
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class CloudWan:
    """way_in   "" or what may bring on-premises into a VPC by a core network"""

    gateways: Mapping[str, TransitGateway]
    attachments: Mapping[str, Attachment]
    tables: Mapping[str, TransitTable]
    way_in: str


def build_cloud_wan(ground: Ground, vpcs: Mapping[str, ModelVpc]) -> CloudWan:
    cores = {item.key: _core(ground, item) for item in ground.now.of(typed.CoreNetwork)}
    if cores:
        ground.assume(ALL_HERE)
    members = [_member(ground, item, cores) for item in ground.now.of(typed.CoreVpcAttachment)]
    attachments = {one.item.key: _attachment(ground, one) for one in members}
    gateways = {
        core.key: TransitGateway(core.key, core.why, Origin(core.key, "is a core network"))
        for core in cores.values()
    }
    tables: dict[str, TransitTable] = {}
    for core in cores.values():
        tables |= _tables(ground, core, members, attachments, vpcs)
    return CloudWan(gateways, attachments, tables, _way_in(ground, attachments))


def _core(ground: Ground, item: typed.CoreNetwork) -> _Core:
    """What attaches a policy comes after what the core network was made with, and leaves its policy
    behind when it goes."""
    here = _policies(ground, item.key, before=False)
    document, origin, why = item.base, item.key, ""
    if len(here) > 1 or any(not one.core.sure for one in here):
        why = f"which policy {item.key} has is not known"
    elif here:
        document, origin = here[0].document, here[0].key
    elif _policies(ground, item.key, before=True):
        why = f"which policy {item.key} is left with is not known"
    if isinstance(document, Unknown):
        why = why or f"the policy of {item.key} is not known before apply"
    elif document is None:
        why = why or f"the policy of {item.key} is not in this plan"
    elif not why:
        try:
            return _Core(item.key, read_policy(document), "", origin)
        except NotEvaluatedError as error:
            why = f"the policy of {item.key} {error}, which is not evaluated"
    return _Core(item.key, None, why, origin)


def _policies(ground: Ground, key: str, *, before: bool) -> list[typed.CorePolicy]:
    side = ground.before if before else ground.now
    found = side.of(typed.CorePolicy) if side else ()
    return [one for one in found if ground.may_lead(one.core, key)]


def _member(ground: Ground, item: typed.CoreVpcAttachment, cores: Mapping[str, _Core]) -> _Member:
    core = cores.get(item.core.targets[0]) if item.core.sure else None
    if core is None:
        shown = " or ".join(item.core.targets) or f"the core network of {item.key}"
        return _Member(item, None, Place(), Tri.MAYBE, f"the policy of {shown} is not in this plan")
    if core.policy is None:
        return _Member(item, core, Place(), Tri.MAYBE, core.why)
    found = place(core.policy, item.tags)
    if not found.segment:
        why = f"the segment of {item.key} is not known: in the policy of {core.key} {found.why}"
        return _Member(item, core, found, Tri.MAYBE, why)
    if item.state in ("REJECTED", "FAILED"):
        return _Member(item, core, found, Tri.MAYBE, f"{item.key} is {item.state.lower()}")
    accepted = item.state == "AVAILABLE" and item.segment == found.segment
    sides = ground.now.of(typed.CoreAccepter)
    accepted |= any(one.attachment.sure and item.key in one.attachment.targets for one in sides)
    if found.accepted and not accepted:
        why = f"whether {item.key} is accepted in segment {found.segment} is not in this plan"
        return _Member(item, core, found, Tri.MAYBE, why)
    if core.policy.segments[found.segment].edges:
        why = f"whether segment {found.segment} is at the edge location of {item.key} is not known"
        return _Member(item, core, found, Tri.MAYBE, why)
    return _Member(item, core, found)


def _attachment(ground: Ground, one: _Member) -> Attachment:
    item, core = one.item, one.core
    table = OneOf((), True, one.doubt)
    origin = Origin(core.origin if core else item.key, "associates by its policies")
    if core and one.active is Tri.YES:
        table = OneOf((_table(core, one.place.segment),))
        origin = Origin(core.origin, f"puts {item.key} in segment {one.place.segment}")
    return Attachment(
        item.key,
        _open(ground, item.core, f"the core network of {item.key} is not known"),
        _open(ground, item.vpc, f"the VPC of {item.key} is not known"),
        attached_subnets(ground, item.subnets, item.key),
        table,
        active=one.active,
        why=one.doubt,
        appliance=tri(item.appliance),
        ipv6=tri(item.ipv6),
        groups=_groups(one),
        table_origin=origin,
        origin=Origin(item.key, f"attaches {' or '.join(item.vpc.targets) or 'a VPC'}"),
    )


def _groups(one: _Member) -> Tri:
    """Group references are off unless the policy turns them on (F10)."""
    if one.item.groups is False:
        return Tri.NO
    return Tri.NO if one.core and one.core.policy and not one.core.policy.groups else Tri.MAYBE


def _open(ground: Ground, link: Link, why: str) -> OneOf:
    return OneOf((), True, why) if link.unset else ground.one_of(link)


def _table(core: _Core, segment: str) -> str:
    return f"{core.key} (segment {segment})"


def _tables(
    ground: Ground,
    core: _Core,
    members: list[_Member],
    attachments: Mapping[str, Attachment],
    vpcs: Mapping[str, ModelVpc],
) -> Iterator[tuple[str, TransitTable]]:
    if core.policy is None:
        return
    near = [one for one in members if core.key in attachments[one.item.key].gateway.ids]
    near += [one for one in members if one not in near and attachments[one.item.key].gateway.open]
    beyond = list(_learnt(ground, core, attachments, vpcs))
    for segment in core.policy.segments:
        routes = [*_static(ground, core, segment, members)]
        for one in near:
            why = _told(core.policy, segment, one)
            if why is not None:
                routes += _propagated(core, one, why, attachments, vpcs)
        key = _table(core, segment)
        yield key, TransitTable(key, (*routes, *beyond), Origin(core.origin))


def _told(policy: Policy, segment: str, one: _Member) -> str | None:
    """Whether the blocks of an attachment are in the table of a segment: "" or why that is not
    sure; None: they are not."""
    if one.active is not Tri.YES:
        return one.doubt
    if one.place.segment == segment:
        return None if policy.segments[segment].isolated else ""
    return policy.shares.get((segment, one.place.segment))


def _propagated(
    core: _Core,
    one: _Member,
    why: str,
    attachments: Mapping[str, Attachment],
    vpcs: Mapping[str, ModelVpc],
) -> Iterator[TransitRoute]:
    key = one.item.key
    for block, doubt in told_blocks(attachments[key], attachments, vpcs):
        origin = Origin(core.origin, f"{block} → {key}, propagated")
        yield TransitRoute(block, (ToAttachment(key),), False, why or doubt, origin)


def _static(
    ground: Ground, core: _Core, segment: str, members: list[_Member]
) -> Iterator[TransitRoute]:
    """Static routes stay in their own segment. Of several attachments each edge location takes its
    own, which is not evaluated."""
    ids = {one.item.cloud_id: one.item.key for one in members if one.item.cloud_id}
    for route in core.policy.routes if core.policy else ():
        if route.segment != segment:
            continue
        targets: tuple[TransitTarget, ...] = tuple(
            _destination(ids, name) for name in route.destinations
        )
        for text in route.blocks:
            named = ground.ipv6.named(text)
            why = f"{text} is not known before apply" if named is None else ""
            for block in ANYWHERE[""] if named is None else prefixes(named):
                origin = Origin(core.origin, f"{block} → {' or '.join(route.destinations)}")
                yield TransitRoute(block, targets, True, why, origin)


def _destination(ids: Mapping[str, str], name: str) -> TransitTarget:
    if name == "blackhole":
        return Blackhole("the policy drops it")
    if name in ids:
        return ToAttachment(ids[name])
    return Elsewhere(f"an attachment of a core network, {name}")


def _learnt(
    ground: Ground,
    core: _Core,
    attachments: Mapping[str, Attachment],
    vpcs: Mapping[str, ModelVpc],
) -> Iterator[TransitRoute]:
    """What other attachments may tell any segment."""
    inside = attached_blocks(attachments, vpcs)
    for key in _others(ground):
        target, origin = Elsewhere(f"{key}, which is not evaluated"), Origin(key, "propagates")
        for _, route in by_bgp(ground, key, target, inside, (core.key,), origin):
            yield route


def _others(ground: Ground) -> list[str]:
    return sorted(raw.address for raw in ground.now.raws.values() if raw.type in OTHERS)


def _way_in(ground: Ground, attachments: Mapping[str, Attachment]) -> str:
    """Other attachments are not evaluated, nor those of a core network of which not all is known:
    they may bring on-premises into a VPC."""
    keys = _others(ground)
    keys += [key for key, one in attachments.items() if one.table.open]
    return f"{min(keys)} may lead there by a core network" if keys else ""
