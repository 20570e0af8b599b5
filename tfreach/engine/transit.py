"""A packet at a transit gateway in; the subnets it may come out by, and all that judged it, out.

Slow and obvious, in the order of the documentation (F60-F70): the attachment of the VPC it comes
from, in its own zone; the table that is associated with that; the attachment the route leads to,
and the subnet by which that enters its VPC.
"""

from __future__ import annotations

from dataclasses import replace

from tfreach.engine.explain import LOST, Step, dead_end, unknown_step
from tfreach.engine.peerings import KEPT, Kept
from tfreach.engine.steps import every, leads
from tfreach.engine.transit_steps import (
    TransitBranch,
    attached_step,
    az_step,
    enters_step,
    ipv6_step,
    missing_association,
    no_attachment,
    routed_step,
    state_step,
    transit_lookup,
)
from tfreach.engine.verdicts import Disposition
from tfreach.engine.vpn_steps import leads_on
from tfreach.engine.walk import Question, Way, through_acl
from tfreach.records import dataclass
from tfreach.topology.between import Attachment, ToAttachment, same_zone
from tfreach.topology.network import Blackhole, Elsewhere, Network, Subnet, Tri

TABLE_UNKNOWN = "TGW_RTB_ROUTES_ARE_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Landing:
    """One end of the way through transit gateways.

    entry   the subnet by which it enters a VPC; None: it does not get that far
    lost    "" or why nothing is known of it from here on; code: its explanation code
    outside id of the attachment by which it leaves for on-premises; what that does with it is lost
    kept    whether the groups of the sender are still known
    """

    way: Way
    entry: Subnet | None = None
    lost: str = ""
    code: str = LOST
    outside: str = ""
    kept: Kept = KEPT


@dataclass(frozen=True, slots=True)
class _Walk:
    """What does not change on the way.

    came   the VPC the packet comes from, "" for on-premises; goal: the VPC of its destination,
           `on-premises`, or "" for the Internet
    start  the attachment by which it came
    """

    question: Question
    came: str
    goal: str
    start: Attachment


def through_transit(
    question: Question, way: Way, gateway: str, at: Subnet, goal: str = ""
) -> list[Landing]:
    """From subnet `at`, whose table leads to the gateway, to where it enters another VPC."""
    found: list[Landing] = []
    for attachment, unknown in attachments_of(question.network, gateway, at.vpc):
        if attachment is None:
            found.append(_unattached(question.network, way, gateway, at.vpc))
            continue
        walk = _Walk(question, at.vpc, goal, attachment)
        one = _pass(way, attached_step(gateway, attachment, at.vpc, unknown))
        one = _pass(one, state_step(attachment))
        one = _pass(one, ipv6_step(attachment, question.family))
        for leaving, zone in _out_of_vpc(question, one, attachment, at):
            found += _by_table(walk, leaving, attachment, zone, (attachment.id,))
    return found


def from_outside(question: Question, way: Way, attachment: Attachment, goal: str) -> list[Landing]:
    """From on-premises, by one attachment that leads there, to where it enters a VPC."""
    walk = _Walk(question, "", goal, attachment)
    way = _pass(_pass(way, state_step(attachment)), ipv6_step(attachment, question.family))
    return _by_table(walk, way, attachment, "", (attachment.id,))


def _pass(way: Way, step: Step | None) -> Way:
    return way.take(step) if step else way


def attachments_of(network: Network, gateway: str, vpc: str) -> list[tuple[Attachment | None, str]]:
    """The attachment of a VPC to a gateway, of which AWS takes one; None: there may be none."""
    sure: list[Attachment] = []
    maybe: list[Attachment] = []
    near = (one for one in network.attachments.values() if leads(one.vpc, vpc) is not Tri.NO)
    for attachment in sorted(near, key=lambda one: one.id):
        answer = every(leads(attachment.gateway, gateway), leads(attachment.vpc, vpc))
        if attachment.far or attachment.outside or answer is Tri.NO:
            continue
        (sure if answer is Tri.YES else maybe).append(attachment)
    why = f"which attachment joins {vpc} and {gateway} is not known"
    if sure:
        return [(one, why if len(sure) > 1 else "") for one in sure]
    return [*((one, why) for one in maybe), (None, why if maybe else "")]


def _unattached(network: Network, way: Way, gateway: str, vpc: str) -> Landing:
    known = network.transit_gateways.get(gateway)
    if known is None or known.unknown:
        why = known.unknown if known else f"{gateway} is not in this plan"
        return Landing(way, lost=why)
    return Landing(way.take(no_attachment(gateway, vpc)))


def _subnets(network: Network, attachment: Attachment) -> list[tuple[Subnet | None, bool]]:
    """Where an attachment has, or may have, an interface, and whether it surely has one there;
    None: in a subnet that is not in the model."""
    found: list[tuple[Subnet | None, bool]] = []
    for link in attachment.subnets:
        found += [(network.subnets.get(id), link.sure) for id in link.ids if id]
        if link.open:
            found.append((None, False))
    return found or [(None, False)]


def _out_of_vpc(
    question: Question, way: Way, attachment: Attachment, at: Subnet
) -> list[tuple[Way, str]]:
    """By the attachment's interface in the zone it starts in (F69): the inbound rules of that
    subnet's ACL judge it by its source, also where it is the sender's own subnet (F60, F61). With
    the zone it left by; "" when that is not known."""
    near = [
        (subnet, surely, _near(at, subnet))
        for subnet, surely in _subnets(question.network, attachment)
    ]
    sure = [subnet for subnet, surely, same in near if surely and same is Tri.YES and subnet]
    if sure:
        return [_leaving(question, way, subnet) for subnet in sure]
    found = [
        _leaving(question, way, subnet) if subnet else _leaving_unseen(way, attachment)
        for subnet, _, same in near
        if same is not Tri.NO
    ]
    return [*found, (way.take(az_step(attachment, at)), at.zone)]


def _near(at: Subnet, subnet: Subnet | None) -> Tri:
    if subnet is None:
        return Tri.MAYBE
    return Tri.YES if subnet.id == at.id else same_zone(at.zone, subnet.zone)


def _leaving(question: Question, way: Way, subnet: Subnet) -> tuple[Way, str]:
    return through_acl(question, way, subnet, "ingress"), subnet.zone


def _leaving_unseen(way: Way, attachment: Attachment) -> tuple[Way, str]:
    return way.take(unknown_step(f"the subnets of {attachment.id} are not known")), ""


def _by_table(
    walk: _Walk, way: Way, attachment: Attachment, zone: str, seen: tuple[str, ...]
) -> list[Landing]:
    """The table associated with the attachment it came by sends it on (F64)."""
    network, link = walk.question.network, attachment.table
    if not link.ids and not link.open:
        return [Landing(way.take(missing_association(attachment)))]
    found: list[Landing] = []
    for id in link.ids:
        if id not in network.transit_tables:
            found.append(Landing(way, lost=f"the routes of {id} are not known", code=TABLE_UNKNOWN))
            continue
        table = network.transit_tables[id]
        for branch in transit_lookup(network, table, way.header.dst, walk.goal):
            unknown = branch.unknown or ("" if link.sure else link.reason)
            step = routed_step(replace(branch, unknown=unknown), attachment, way.header.dst)
            found += _by_route(walk, way.take(step), branch, zone, seen)
    if link.open:
        why = link.reason or f"the table of {attachment.id} is not known"
        found.append(Landing(way, lost=why, code=TABLE_UNKNOWN))
    return found


def _by_route(
    walk: _Walk, way: Way, branch: TransitBranch, zone: str, seen: tuple[str, ...]
) -> list[Landing]:
    match branch.target:
        case ToAttachment(id):
            attachment = walk.question.network.attachments.get(id)
            if attachment is None:
                return [Landing(way, lost=f"{id} is not in this plan")]
            way = _pass(way, state_step(attachment))
            way = _pass(way, ipv6_step(attachment, walk.question.family))
            if attachment.outside:
                return [Landing(way, lost=leads_on(id), outside=id)]
            if attachment.far:
                return _to_peer(walk, way, attachment, seen)
            return _into_vpc(walk, way, attachment, zone, peered=len(seen) > 1)
        case Elsewhere(what):
            return [Landing(way, lost=what)]
        case Blackhole() | None:
            return [Landing(way)]


def _to_peer(walk: _Walk, way: Way, attachment: Attachment, seen: tuple[str, ...]) -> list[Landing]:
    """To the transit gateway at the other end, by the table of that end (F66)."""
    far = walk.question.network.attachments.get(attachment.far)
    if far is None:
        return [
            Landing(way, lost=f"the transit gateway behind {attachment.id} is not in this plan")
        ]
    if far.id in seen:
        text = f"{attachment.id} was passed before: the routes lead round in a circle"
        fix = f"route to the attachment of the VPC in one of the tables that {attachment.id} joins"
        code, end = "TGW_LOOP", Disposition.LOOP
        step = dead_end(attachment.id, "transit_gateway_attachment", code, text, fix, end=end)
        return [Landing(way.take(step))]
    return _by_table(walk, way, far, "", (*seen, far.id))


def _into_vpc(
    walk: _Walk, way: Way, attachment: Attachment, zone: str, *, peered: bool
) -> list[Landing]:
    """It stays in the zone it left by where the attachment has an interface there; else, and in
    appliance mode, it may enter by any (F68)."""
    options = _subnets(walk.question.network, attachment)
    kept = _kept(walk.question.network, walk.start, attachment, peered=peered)
    same = [
        subnet
        for subnet, surely in options
        if subnet and surely and same_zone(zone, subnet.zone) is Tri.YES
    ]
    chosen: list[Subnet | None] = [*same]
    if not same or attachment.appliance is not Tri.NO:
        chosen = [subnet for subnet, _ in options]
    found: list[Landing] = []
    for subnet in chosen:
        if subnet is None:
            found.append(Landing(way, lost=f"the subnets of {attachment.id} are not known"))
        elif subnet.vpc == walk.came:
            found.append(Landing(way, lost=f"{attachment.id} leads back into {walk.came}"))
        else:
            by = enters_step(attachment, subnet, narrowed=len(chosen) < len(options))
            found.append(Landing(way.take(by), subnet, kept=kept))
    return found


def _kept(network: Network, start: Attachment, end: Attachment, *, peered: bool) -> Kept:
    """Group references pass one transit gateway, where it and both attachments say so (F9)."""
    if peered:
        return Kept(Tri.NO, "SG_REFERENCES_NOT_PRESERVED")
    answer = every(start.groups, end.groups)
    why = f"whether {start.id} and {end.id} support group references is not known"
    gateways = [network.transit_gateways.get(id) for id in start.gateway.ids]
    ties = (start.origin, end.origin, *(one.origin for one in gateways if one))
    if answer is Tri.YES:
        return Kept(origins=ties)
    return Kept(answer, "SG_REFERENCING_SUPPORT", why, ties)
