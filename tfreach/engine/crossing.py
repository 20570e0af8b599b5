"""Two interfaces of different VPCs in; the ways a request may take between them, and back, out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tfreach.engine.endpoints import wrong_address
from tfreach.engine.explain import (
    LOST,
    Step,
    dead_end,
    delivered,
    private_at_gateway,
    route_step,
    unknown_step,
)
from tfreach.engine.gateways import no_front_door
from tfreach.engine.peerings import (
    KEPT,
    PCX,
    Kept,
    into_peer,
    joined_in_region,
    kept_by,
    state,
    through_groups_of,
)
from tfreach.engine.replies import home, started
from tfreach.engine.steps import Branch, front_door, lookup
from tfreach.engine.transit import Landing, through_transit
from tfreach.engine.verdicts import Disposition
from tfreach.engine.vpn_steps import into_vpn, leads_on, not_of_vpc, strangers
from tfreach.engine.walk import Question, Standing, Way, routed, start, through_acl
from tfreach.records import dataclass
from tfreach.space.headers import Family, address_text
from tfreach.topology.network import (
    Elsewhere,
    Local,
    Network,
    Subnet,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
    Tri,
)

OVER_INTERNET = "IPv6 from one VPC to another by way of the Internet is not modelled"
"""An address of IPv6 is the same inside and outside: what no connection leads to is on the Internet
(F58)."""

ThroughNat = Callable[[Question, Way, str, Standing, Standing], list[Way]]


@dataclass(frozen=True, slots=True)
class Crossed:
    """One way into another VPC.

    way    as it stands before the groups of the interface there, the subnet's ACL behind it
    kept   whether the sender's groups are still known there
    lost   it led to where nothing is known: no more can be said of it
    """

    way: Way
    kept: Kept = KEPT
    lost: bool = False


def to_other_vpc(
    question: Question, here: Standing, there: Standing, through_nat: ThroughNat
) -> list[Way]:
    """SG, ACL and route out, over what joins the two VPCs, then ACL and SG in (F33). Which groups
    a rule may name depends on the way that the route takes (F8, F9)."""
    first = start(question, (here, "egress"), (there, "ingress"))
    join = (
        f"over a connection of {here.subnet.vpc} and {there.subnet.vpc} (peering, transit gateway)"
    )
    ways: list[Way] = []
    for branch in lookup(question.network, here.subnet, question.flow.dst):
        kept = _seen_by_sender(question, branch, here.subnet, there.subnet)
        groups = there.interface.groups
        way = through_groups_of(question, first, here, "egress", groups, kept)
        way = through_acl(question, way, here.subnet, "egress")
        way = way.take(route_step(branch, here.subnet, address_text(way.header.dst), join))
        if isinstance(branch.target, ToNat):
            ways += through_nat(question, way, branch.target.gateway, here, there)
            continue
        found = across(question, way, branch, here.subnet, there.subnet)
        ways += [_arrived(question, one, here, there) for one in found]
    return ways


INBOUND_ONLY = Kept(Tri.NO, "SG_REFERENCES_NOT_PRESERVED")
"""Over a transit gateway only inbound rules may name groups of another VPC (F9)."""


NOBODYS = INBOUND_ONLY
"""What comes from the Internet carries no group (F6)."""


def unless_peered(network: Network, kept: Kept, one: Subnet, other: Subnet) -> Kept:
    """Whether AWS honours a reference for the peering of two VPCs while the packet takes another
    way is not documented."""
    if kept.answer is Tri.YES or joined_in_region(network, one.vpc, other.vpc) is Tri.NO:
        return kept
    why = f"{one.vpc} and {other.vpc} are peered too: whether group references hold is not known"
    return Kept(Tri.MAYBE, kept.code, why)


def _seen_by_sender(question: Question, branch: Branch, here: Subnet, there: Subnet) -> Kept:
    """Whether a rule of the sender may name the groups of the receiver."""
    network = question.network
    match branch.target:
        case ToInternet() | ToEgressOnly() if question.family is Family.IPV6:
            return NOBODYS
        case ToPeering(id) if id in network.peerings:
            return kept_by(network.peerings[id])
        case ToTransit():
            return unless_peered(network, INBOUND_ONLY, here, there)
        case _:
            return KEPT


def _arrived(question: Question, one: Crossed, here: Standing, there: Standing) -> Way:
    if one.lost:
        return one.way
    groups = here.interface.groups
    way = through_groups_of(question, one.way, there, "ingress", groups, one.kept)
    ties = [there.interface.attached] if there.interface.attached else []
    text = f"reaches {address_text(way.header.dst)} in {there.subnet.id}"
    way = way.arrives(delivered(there.endpoint.id, text, ties))
    return replace(way, reply=partial(reply_from_other_vpc, question, here, there))


def reply_from_other_vpc(question: Question, here: Standing, there: Standing) -> list[Way]:
    """Back by the routes of that side, which may be another way than the request came: only the
    ends keep the connection in mind (F2), and nothing between asks where a packet comes from (F62).
    """
    way = through_acl(question, started(question), there.subnet, "egress")
    return replies_across(question, way, there.subnet, here)


def replies_across(question: Question, way: Way, at: Subnet, here: Standing) -> list[Way]:
    """A reply in subnet `at`, whose ACL let it out, on to an interface of another VPC."""
    fix = f"over a connection of {at.vpc} and {here.subnet.vpc} (peering, transit gateway)"
    return [
        one.way if one.lost else home(question, one.way, here)
        for branch, sent in routed(question, way, at, fix)
        for one in across(question, sent, branch, at, here.subnet)
    ]


def across(question: Question, way: Way, branch: Branch, at: Subnet, goal: Subnet) -> list[Crossed]:
    """On from subnet `at` by one branch of its table, to the addresses of `goal` in another VPC."""
    match branch.target:
        case ToPeering(id):
            return [_over_peering(question, way, id, at, goal)]
        case ToTransit(id):
            landings = through_transit(question, way, id, at, goal.vpc)
            return [
                one
                for landing in landings
                for one in landed(question, _unless_peered(question, landing, at, goal), goal)
            ]
        case ToVpn(id):
            gone = into_vpn(question.network, way, id, at.vpc)
            return [_lost(gone, leads_on(id))]
        case Elsewhere(what):
            return [_lost(way, what)]
        case ToInternet() | ToEgressOnly() if question.family is Family.IPV6:
            return [_over_internet(question, way, goal)]
        case ToInterface(id):
            return [_lost(way, beyond_host(id))]
        case _:
            refused = _leads_nowhere(way, branch, at, goal)
    return [_entered(question, way.take(refused) if refused else way, goal)]


def _over_internet(question: Question, way: Way, goal: Subnet) -> Crossed:
    """Out by a gateway of one VPC and in by that of the other: whether both let it pass is not
    modelled. No internet gateway there takes it in at all (F51), and no group is known (F6)."""
    answer, _ = front_door(question.network, goal.vpc)
    if answer is Tri.NO and way.leg == "forward":
        way = way.take(no_front_door(goal.vpc, "ingress"))
    return _entered(question, way.take(unknown_step(OVER_INTERNET)), goal, NOBODYS)


def _leads_nowhere(way: Way, branch: Branch, at: Subnet, goal: Subnet) -> Step | None:
    """What is no way to another VPC; None for a route that is dead, or that is not there."""
    dst = way.header.dst
    fix = f"route {address_text(dst)} to {goal.vpc} in {branch.table}"
    match branch.target:
        case Local():
            return disconnected(branch.table, at.vpc, goal.vpc)
        case ToInternet(gateway) | ToEgressOnly(gateway):
            return private_at_gateway(gateway, dst, fix)
        case ToNat(gateway):
            text = f"{gateway} starts connections, it carries no replies"
            code, end = "NO_POSSIBLE_DESTINATION", Disposition.DENIED_OUT
            return dead_end(gateway, "nat_gateway", code, text, fix, end=end)
        case ToService() as target:
            return wrong_address(way, target)
        case _:
            return None


def _lost(way: Way, what: str, code: str = LOST) -> Crossed:
    return Crossed(lost_way(way, what, code), lost=True)


def lost_way(way: Way, what: str, code: str = LOST) -> Way:
    """It goes where nothing is known; of a request the reply is not known either."""
    sent = way.take(unknown_step(what, code))
    return sent if way.leg == "return" else replace(sent, reply=way.unknown(what).reply)


def _unless_peered(question: Question, landing: Landing, at: Subnet, goal: Subnet) -> Landing:
    return replace(landing, kept=unless_peered(question.network, landing.kept, at, goal))


def landed(question: Question, landing: Landing, goal: Subnet) -> list[Crossed]:
    """On from the subnet by which a transit gateway enters a VPC: its own table steers it (F70),
    the outbound rules of its ACL judge it by its destination (F61). To an interface in that same
    subnet neither has a say (F60)."""
    if landing.lost:
        return [_lost(landing.way, landing.lost, landing.code)]
    if landing.entry is None:
        return [_entered(question, landing.way, goal)]
    kept = landing.kept
    if landing.entry.id == goal.id:
        return [Crossed(landing.way, kept)]
    way = through_acl(question, landing.way, landing.entry, "egress")
    return [
        _from_entry(question, one, branch, landing.entry, goal, kept)
        for branch, one in routed(question, way, landing.entry, "to local")
    ]


def _from_entry(
    question: Question, way: Way, branch: Branch, entry: Subnet, goal: Subnet, kept: Kept
) -> Crossed:
    match branch.target:
        case Local() if entry.vpc == goal.vpc:
            return _entered(question, way, goal, kept)
        case ToTransit() | ToNat() | ToInterface():
            return _lost(way, handed_on(entry.vpc))
        case ToPeering(id) if way.header.src in question.network.vpcs[entry.vpc].cidrs:
            return _lost(way, f"whether {id} takes what is not from {entry.vpc} is not known")
        case ToPeering(id):
            return _entered(question, way.take(no_edge(id, entry.vpc, way.header.src)), goal)
        case ToInternet() | ToEgressOnly():
            refused = _leads_nowhere(way, branch, entry, goal)
            return _entered(question, way.take(refused) if refused else way, goal)
        case ToVpn(id) if way.header.src in question.network.vpcs[entry.vpc].cidrs:
            return _lost(way, strangers(id, entry.vpc))
        case ToVpn(id):
            return _entered(question, way.take(not_of_vpc(id, entry.vpc, way.header.src)), goal)
        case _:
            return across(question, way, branch, entry, goal)[0]


def beyond_host(id: str) -> str:
    return f"{id} would forward it to another VPC, which is not modelled"


def handed_on(vpc: str) -> str:
    return f"a transit gateway leads into {vpc}, which hands it on: not modelled"


def no_edge(id: str, vpc: str, source: int) -> Step:
    """What comes from a transit gateway does not go on over a peering (F62)."""
    text = f"{id} takes only what comes from {vpc}, not {address_text(source)}"
    fix = f"attach the VPC behind {id} to the transit gateway"
    return dead_end(id, PCX, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", text, fix)


def _entered(question: Question, way: Way, goal: Subnet, kept: Kept = KEPT) -> Crossed:
    return Crossed(through_acl(question, way, goal, "ingress"), kept)


def _over_peering(question: Question, way: Way, id: str, at: Subnet, goal: Subnet) -> Crossed:
    """It leads into the other VPC, to whatever subnet has the address: no route table there has a
    say, only the network ACL of that subnet."""
    peering = question.network.peerings.get(id)
    if peering is None:
        return _lost(way, f"{id} is not in this plan")
    dst = way.header.dst
    passing = (state(peering), into_peer(question.network, peering, dst, at.vpc, goal.vpc))
    for step in passing:
        way = way.take(step) if step else way
    return _entered(question, way, goal, kept_by(peering))


def disconnected(component: str, from_: str, to: str) -> Step:
    """The destination is in another VPC, but the address is this VPC's own too."""
    text = f"the address is looked for in {from_}; the destination is in {to}"
    fix = f"give {to} address blocks that {from_} does not have, and connect the two"
    return dead_end(component, "route_table", "DISCONNECTED_VPCS", text, fix)
