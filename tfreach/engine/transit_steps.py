"""One decision of a transit gateway in; the Step that says it in words, with its code, out."""

from __future__ import annotations

from tfreach.engine.explain import Step, dead_end
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.records import dataclass
from tfreach.space.headers import Family, address_text
from tfreach.topology.between import (
    Attachment,
    ToAttachment,
    TransitRoute,
    TransitTable,
    TransitTarget,
)
from tfreach.topology.network import (
    ON_PREMISES,
    Blackhole,
    Elsewhere,
    Network,
    Origin,
    Subnet,
    Tri,
)

TGW, ATTACHMENT = "transit_gateway", "transit_gateway_attachment"
TABLE = "transit_gateway_route_table"


@dataclass(frozen=True, slots=True)
class TransitBranch:
    """One of the ways a table may send a packet on; `codes`: why not to its destination."""

    table: TransitTable
    route: TransitRoute | None
    target: TransitTarget | None
    unknown: str = ""
    codes: tuple[str, ...] = ()


def transit_lookup(
    network: Network, table: TransitTable, address: int, goal: str
) -> list[TransitBranch]:
    """The longest prefix wins, of one block the static route (F65), also when it is dead; a route
    that may stand may win over it. `goal`: the VPC of the destination, for the codes."""
    fitting = [route for route in table.routes if address in route.prefix]
    doubtful = [route for route in fitting if route.unknown]
    sure = [route for route in fitting if not route.unknown]
    why = "; ".join(dict.fromkeys(route.unknown for route in doubtful))
    if not sure:
        code = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
        if any(_leads_to(network, route, goal) for route in table.routes):
            code = "TGW_RTB_CANNOT_ROUTE"
        found = [TransitBranch(table, None, None, why, (code,))]
    else:
        won = max(sure, key=lambda route: (route.prefix.length, route.static))
        found = _targets(table, won, why, _passed_over(network, won, sure, goal))
    return found + [branch for route in doubtful for branch in _targets(table, route, why)]


def _targets(
    table: TransitTable, route: TransitRoute, why: str, codes: tuple[str, ...] = ()
) -> list[TransitBranch]:
    if len(route.targets) > 1:
        why = why or f"the target of route {route.prefix} of {table.id} is not known"
    targets = route.targets or (Elsewhere(f"route {route.prefix}: no target"),)
    return [TransitBranch(table, route, target, why, codes) for target in targets]


def _passed_over(
    network: Network, won: TransitRoute, sure: list[TransitRoute], goal: str
) -> tuple[str, ...]:
    """Why a route that leads to the destination is not the one that is taken."""
    if _leads_to(network, won, goal):
        return ()
    others = [route for route in sure if route is not won and _leads_to(network, route, goal)]
    longer = any(route.prefix.length < won.prefix.length for route in others)
    equal = any(route.prefix.length == won.prefix.length for route in others)
    codes = ["TGW_RTB_MORE_SPECIFIC_ROUTE"] * longer + ["TGW_RTB_HIGHER_PRIORITY_ROUTE"] * equal
    return tuple(codes)


def _leads_to(network: Network, route: TransitRoute, vpc: str) -> bool:
    ids = [target.attachment for target in route.targets if isinstance(target, ToAttachment)]
    known = [network.attachments[id] for id in ids if id in network.attachments]
    if vpc == ON_PREMISES:
        return any(one.outside for one in known)
    return any(vpc in one.vpc.ids for one in known)


def routed_step(branch: TransitBranch, came_by: Attachment, address: int) -> Step:
    """Where the table of the attachment it came by sends the packet."""
    id, route = branch.table.id, branch.route
    ties = _named(*([route.origin] if route else []), came_by.table_origin, branch.table.origin)
    if route is None or branch.target is None:
        text = f"no route to {address_text(address)}"
        hop = Hop(id, TABLE, "drop", text, Origin(""), ties, branch.codes, branch.unknown)
        fix = f"route {address_text(address)} to an attachment in {id}, or propagate one to it"
        return Step(hop, Tri.NO, fix=fix)
    text = f"{route.prefix} → {_words(branch.target)}"
    if isinstance(branch.target, Blackhole):
        codes = ("TGW_RTB_BAD_STATE_ROUTE", *branch.codes)
        hop = Hop(id, TABLE, "drop", text, route.origin, ties, codes, branch.unknown)
        fix = f"delete route {route.prefix} of {id}, or give it an attachment"
        return Step(hop, Tri.NO, end=Disposition.BLACKHOLE, fix=fix)
    hop = Hop(id, TABLE, "route", text, route.origin, ties, branch.codes, branch.unknown)
    return Step(hop)


def _words(target: TransitTarget) -> str:
    match target:
        case ToAttachment(id):
            return id
        case Blackhole(why):
            return f"blackhole: {why}"
        case Elsewhere(what):
            return what


def _named(*origins: Origin) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origin for origin in origins if origin.address))


def attached_step(gateway: str, attachment: Attachment, vpc: str, unknown: str) -> Step:
    ties = _named(attachment.origin)
    text = f"{vpc} is attached by {attachment.id}"
    return Step(Hop(gateway, TGW, "route", text, origins=ties, unknown=unknown))


def no_attachment(gateway: str, vpc: str) -> Step:
    """A route to a gateway that the VPC is not attached to is dead."""
    text, fix = f"{vpc} is not attached to {gateway}", f"attach {vpc} to {gateway}"
    return dead_end(gateway, TGW, "BAD_STATE_ROUTE", text, fix, end=Disposition.BLACKHOLE)


def state_step(attachment: Attachment) -> Step | None:
    """Nothing passes an attachment that was not accepted; None when it surely was."""
    if attachment.active is Tri.YES:
        return None
    id, why = attachment.id, attachment.why
    if attachment.active is Tri.MAYBE:
        hop = Hop(id, ATTACHMENT, "route", f"may be available: {why}", unknown=why)
        return Step(hop, Tri.MAYBE)
    fix, end = f"have {id} accepted", Disposition.BLACKHOLE
    ties = _named(attachment.origin)
    return dead_end(id, ATTACHMENT, "BAD_STATE_ATTACHMENT", why, fix, end=end, origins=ties)


def ipv6_step(attachment: Attachment, family: Family) -> Step | None:
    """A VPC attachment carries IPv6 only where its `ipv6_support` is on; None when it passes."""
    if family is Family.IPV4 or attachment.ipv6 is Tri.YES:
        return None
    ties = _named(attachment.origin)
    if attachment.ipv6 is Tri.MAYBE:
        why = f"whether {attachment.id} carries IPv6 is not known"
        return Step(
            Hop(attachment.id, ATTACHMENT, "route", why, origins=ties, unknown=why), Tri.MAYBE
        )
    text, fix = f"{attachment.id} carries no IPv6", f"enable ipv6_support of {attachment.id}"
    code, end = "NO_POSSIBLE_DESTINATION", Disposition.DENIED_OUT
    return dead_end(attachment.id, ATTACHMENT, code, text, fix, end=end, origins=ties)


def az_step(attachment: Attachment, at: Subnet) -> Step:
    """What starts in a zone where the attachment has no subnet does not reach the gateway (F69)."""
    where = at.zone or f"the zone of {at.id}"
    text = f"{attachment.id} has no subnet in {where}"
    fix = f"add a subnet of {where} to {attachment.id}"
    ties = _named(attachment.origin, at.origin)
    return dead_end(attachment.id, ATTACHMENT, "TGW_ROUTE_AZ_RESTRICTION", text, fix, origins=ties)


def enters_step(attachment: Attachment, subnet: Subnet, *, narrowed: bool) -> Step:
    """`narrowed`: it could not enter by another subnet, which is not in the source's zone (F68)."""
    text = f"enters {subnet.vpc} by {subnet.id}"
    codes = ("TGW_ATTACH_VPC_AZ_RESTRICTION",) if narrowed else ()
    ties = _named(attachment.origin, subnet.origin)
    return Step(Hop(attachment.id, ATTACHMENT, "route", text, origins=ties, codes=codes))


def missing_association(attachment: Attachment) -> Step:
    """No table says where to send what comes from it (F64)."""
    text = f"{attachment.id} is associated with no route table"
    fix = f"associate {attachment.id} with a route table of its transit gateway"
    code, ties = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", _named(attachment.origin)
    return dead_end(attachment.id, ATTACHMENT, code, text, fix, origins=ties)
