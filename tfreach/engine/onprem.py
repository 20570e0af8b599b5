"""An interface and `on-premises` in; the ways a request may take between them, and back, out.

What lies on premises is reached by a virtual private gateway of the VPC (F104), or by a VPN, Direct
Connect or Connect attachment of a transit gateway (F65); by nothing of another VPC (F62).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from tfreach.engine.crossing import Crossed, beyond_host, handed_on, landed, lost_way, no_edge
from tfreach.engine.egress import inside
from tfreach.engine.endpoints import wrong_address
from tfreach.engine.explain import Step, dead_end, delivered, private_at_gateway
from tfreach.engine.gateways import nat_subnets, no_ipv6
from tfreach.engine.neighbours import arrived
from tfreach.engine.peerings import PCX, no_transit, state
from tfreach.engine.replies import home, started
from tfreach.engine.steps import Branch, leads
from tfreach.engine.transit import Landing, from_outside, through_transit
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.vpn_steps import (
    VGW,
    attached_step,
    carries,
    connected_step,
    edge_step,
    into_vpn,
    not_of_vpc,
    strangers,
)
from tfreach.engine.walk import Question, Standing, Way, routed, start, through_acl, through_groups
from tfreach.space.headers import RFC1918, RFC6598, Family, address_text
from tfreach.topology.network import (
    ON_PREMISES,
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

FIX = "to a virtual private gateway, or to a transit gateway with a VPN"
BEHIND_NAT = "a NAT gateway on the way to on-premises is not modelled"
SEVERAL = "which way on-premises takes to {} is not known"


def to_on_premises(question: Question, here: Standing) -> list[Way]:
    """Out of an interface: SG, ACL, route (F33), and the gateway that this leads to."""
    way = replace(start(question, (here, "egress")), arrival=Disposition.EXITS_NETWORK)
    way = through_groups(question, way, here, "egress")
    way = through_acl(question, way, here.subnet, "egress")
    back = partial(_reply_from, question, here)
    return [
        one if one.reply else replace(one, reply=back)
        for branch, sent in _routed(question, way, here.subnet)
        for one in _leave(question, sent, branch, here.subnet)
    ]


def from_on_premises(question: Question, there: Standing) -> list[Way]:
    """In by whichever gateway leads into the VPC; then ACL and SG, which see the address that sends
    and know no groups of it."""
    back = partial(_reply_to, question, there)
    ways = []
    for one in _enter(question, start(question, (there, "ingress")), there.subnet):
        if one.lost:
            ways.append(one.way)
            continue
        way = through_groups(question, one.way, there, "ingress")
        ways.append(replace(arrived(way, there), reply=back))
    return ways


def _reply_from(question: Question, here: Standing) -> list[Way]:
    return [
        one.way if one.lost else home(question, one.way, here)
        for one in _enter(question, started(question), here.subnet)
    ]


def _reply_to(question: Question, there: Standing) -> list[Way]:
    """By the table of the subnet, whichever way the request came: no gateway keeps it in mind."""
    way = through_acl(question, started(question), there.subnet, "egress")
    return [
        one
        for branch, sent in _routed(question, way, there.subnet)
        for one in _leave(question, sent, branch, there.subnet)
    ]


def _routed(question: Question, way: Way, at: Subnet) -> Iterator[tuple[Branch, Way]]:
    """By the table of a subnet; with a code where another route would have led there."""
    for branch, sent in routed(question, way, at, FIX):
        code = _passed_over(question, branch, way.header.dst)
        last = sent.hops[-1]
        hops = (*sent.hops[:-1], replace(last, codes=(*last.codes, code))) if code else sent.hops
        yield branch, replace(sent, hops=hops)


def _passed_over(question: Question, branch: Branch, dst: int) -> str:
    """Why a route to a virtual private gateway is not taken: a longer one is, or one that comes
    first, as a static one does before what is propagated (F36)."""
    table, won = question.network.tables.get(branch.table), branch.route
    if table is None or won is None or isinstance(branch.target, ToVpn):
        return ""
    lengths = [
        route.prefix.length
        for route in table.routes
        if route is not won and dst in route.prefix
        and not (route.unknown or route.aws_service)
        and any(isinstance(target, ToVpn) for target in route.targets)
    ]  # fmt: skip
    if won.prefix.length in lengths:
        return "HIGHER_PRIORITY_ROUTE"
    return "MORE_SPECIFIC_ROUTE" if lengths else ""


def _leave(question: Question, way: Way, branch: Branch, at: Subnet) -> list[Way]:
    """On from subnet `at`, whose ACL let it out, by one branch of its table."""
    match branch.target:
        case ToVpn(id):
            return [_gone(into_vpn(question.network, way, id, at.vpc))]
        case ToTransit(id):
            landings = through_transit(question, way, id, at, ON_PREMISES)
            return [one for landing in landings for one in _on_from(question, landing)]
        case ToNat(id):
            return _by_nat(question, way, id, at)
        case ToPeering(id):
            return [_over_peering(question, way, id, at.vpc)]
        case Elsewhere(what):
            return [lost_way(way, what)]
        case ToInterface(id):
            return [lost_way(way, beyond_host(id))]
        case _:
            return [_dead(way, branch, at)]


def _dead(way: Way, branch: Branch, at: Subnet) -> Way:
    dst = way.header.dst
    match branch.target:
        case ToInternet(id) | ToEgressOnly(id) if dst in RFC1918 or dst in RFC6598:
            fix = f"route {address_text(dst)} {FIX} in {branch.table}"
            return way.take(private_at_gateway(id, dst, fix))
        case ToInternet(id) | ToEgressOnly(id):
            text = f"{id} leads to the Internet and not to on-premises"
            fix = f"route {address_text(dst)} {FIX} in {branch.table}"
            code = "NO_POSSIBLE_DESTINATION"
            return way.take(dead_end(id, "internet_gateway", code, text, fix))
        case ToService() as target:
            return way.take(wrong_address(way, target))
        case Local():
            return way.take(inside(branch.table, way, at))
        case _:
            return way


def _gone(way: Way) -> Way:
    text = f"leaves for {address_text(way.header.dst)}"
    if way.leg == "return":
        text = f"the reply {text}"
    return way.arrives(delivered(ON_PREMISES, text))


def _by_nat(question: Question, way: Way, id: str, at: Subnet) -> list[Way]:
    """A NAT gateway leads to on-premises too (F54), which is not modelled; where its own subnet
    leads to no such gateway it does not."""
    if way.leg == "return":
        text = f"{id} starts connections, it carries no replies"
        code, end = "NO_POSSIBLE_DESTINATION", Disposition.DENIED_OUT
        return [way.take(dead_end(id, "nat_gateway", code, text, f"route it {FIX}", end=end))]
    if question.family is Family.IPV6:
        return [way.take(no_ipv6(id, address_text(way.header.dst), at.id))]
    nat = question.network.nat_gateways.get(id)
    if nat is None:
        return [way.unknown(f"{id} is not in this plan")]
    ways = []
    for stands, unknown in nat_subnets(question.network, nat):
        if stands is None:
            ways.append(way.unknown(unknown))
            continue
        found = routed(question, way, stands, FIX)
        ways += [_behind_nat(one, branch, stands) for branch, one in found]
    return ways


def _behind_nat(way: Way, branch: Branch, stands: Subnet) -> Way:
    match branch.target:
        case Elsewhere() | ToPeering() | ToTransit() | ToVpn() | ToInterface():
            return way.unknown(BEHIND_NAT)
        case ToNat(other):
            text = f"{other} does not lead to {address_text(way.header.dst)}"
            return way.take(dead_end(other, "nat_gateway", "NO_POSSIBLE_DESTINATION", text, FIX))
        case _:
            return _dead(way, branch, stands)


def _over_peering(question: Question, way: Way, id: str, vpc: str) -> Way:
    """A peering leads to no VPN or Direct Connect of the other VPC, whichever that is (F62)."""
    peering = question.network.peerings.get(id)
    if peering is None:
        text, fix = f"{id} leads to no VPN of another VPC", f"route it {FIX}"
        code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
        return way.take(dead_end(id, PCX, code, text, fix))
    refused = state(peering)
    if peering.active is Tri.NO and refused:
        return way.take(refused)
    return way.take(no_transit(question.network, peering, way.header.dst, vpc))


def _on_from(question: Question, landing: Landing) -> list[Way]:
    """From where the transit gateway leads to: on-premises, or a VPC, which hands nothing on."""
    way, entry = landing.way, landing.entry
    if landing.outside:
        return [_gone(way)]
    if landing.lost:
        return [lost_way(way, landing.lost, landing.code)]
    if entry is None:
        return [way]
    way = through_acl(question, way, entry, "egress")
    found = routed(question, way, entry, FIX)
    return [_from_entry(question, one, branch, entry) for branch, one in found]


def _from_entry(question: Question, way: Way, branch: Branch, entry: Subnet) -> Way:
    """A VPC lends nobody its peering, VPN or Direct Connect (F62, F104)."""
    source = way.header.src
    match branch.target:
        case ToTransit() | ToNat() | ToInterface():
            return lost_way(way, handed_on(entry.vpc))
        case ToPeering(id):
            return way.take(no_edge(id, entry.vpc, source))
        case ToVpn(id) if source in question.network.vpcs[entry.vpc].cidrs:
            return lost_way(way, strangers(id, entry.vpc))
        case ToVpn(id):
            return way.take(not_of_vpc(id, entry.vpc, source))
        case Elsewhere(what):
            return lost_way(way, what)
        case _:
            return _dead(way, branch, entry)


def _enter(question: Question, way: Way, goal: Subnet) -> list[Crossed]:
    """From on-premises to the door of `goal`: by every gateway that leads into its VPC, of which
    on-premises takes one. Those that surely do not lead there count only where none does."""
    found = [*_by_gateways(question, way, goal), *_by_attachments(question, way, goal)]
    found += [(True, [Crossed(lost_way(way, why), lost=True)])
              for why in _unseen(question.network, goal.vpc)]  # fmt: skip
    leading = [ways for leads_there, ways in found if leads_there]
    ways = [one for ways in leading or [ways for _, ways in found] for one in ways]
    if len(leading) > 1:
        why = SEVERAL.format(goal.vpc)
        ways = [replace(one, way=_doubted(one.way, why)) for one in ways]
    return ways or [Crossed(way.take(_no_way(goal.vpc)))]


def _unseen(network: Network, vpc: str) -> Iterator[str]:
    """Why on-premises may get into a VPC by what is in another plan, or not modelled."""
    if network.other_ways_in:
        yield network.other_ways_in
    for id, one in sorted(network.attachments.items()):
        if one.far or one.outside or leads(one.vpc, vpc) is Tri.NO or one.active is Tri.NO:
            continue
        known = [network.transit_gateways.get(gateway) for gateway in one.gateway.ids]
        if one.gateway.open or any(gateway is None or gateway.unknown for gateway in known):
            yield f"what else {id} connects {vpc} to is not in this plan"


def _doubted(way: Way, why: str) -> Way:
    first, *rest = way.hops
    return replace(way, hops=(replace(first, unknown=first.unknown or why), *rest))


def _no_way(vpc: str) -> Step:
    text = f"no gateway leads from on-premises to {vpc}"
    fix = f"attach a virtual private gateway to {vpc}, or connect it to a transit gateway"
    code = "NO_POSSIBLE_DESTINATION"
    return dead_end(ON_PREMISES, "endpoint", code, text, fix, direction="ingress")


def _by_gateways(
    question: Question, way: Way, goal: Subnet
) -> Iterator[tuple[bool, list[Crossed]]]:
    """A virtual private gateway leads to every subnet of its VPC."""
    for _, gateway in sorted(question.network.vpn_gateways.items()):
        if leads(gateway.vpc, goal.vpc) is Tri.NO or not carries(gateway, question.family):
            continue
        one = way.take(connected_step(gateway, "ingress"))
        one = one.take(attached_step(gateway, goal.vpc, "ingress"))
        edge = edge_step(gateway)
        one = one.take(edge) if edge else one
        yield True, [Crossed(through_acl(question, one, goal, "ingress"))]


def _by_attachments(
    question: Question, way: Way, goal: Subnet
) -> Iterator[tuple[bool, list[Crossed]]]:
    """By the table that is associated with the attachment, and what that knows of the VPC (F64)."""
    for id, attachment in sorted(question.network.attachments.items()):
        if not attachment.outside:
            continue
        hop = Hop(id, "transit_gateway_attachment", "route", "comes from on-premises",
                  origins=(attachment.origin,))  # fmt: skip
        sent = way.take(Step(hop, direction="ingress"))
        landings = from_outside(question, sent, attachment, goal.vpc)
        leading = any(_goes_on(landing) for landing in landings)
        yield leading, [one for landing in landings for one in _into(question, landing, goal)]


def _goes_on(landing: Landing) -> bool:
    return not landing.outside and bool(landing.lost or landing.entry)


def _into(question: Question, landing: Landing, goal: Subnet) -> list[Crossed]:
    if not landing.outside:
        return landed(question, landing, goal)
    text, fix = "leads back to on-premises", f"route to the attachment of {goal.vpc}"
    code = "NO_POSSIBLE_DESTINATION"
    return [Crossed(landing.way.take(dead_end(landing.outside, VGW, code, text, fix)))]
