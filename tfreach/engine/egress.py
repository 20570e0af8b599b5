"""A packet for the Internet at a NAT or transit gateway in; the ways out, and back, out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tfreach.engine.barriers import BY_NAT, past_barrier
from tfreach.engine.crossing import handed_on, lost_way, no_edge, replies_across
from tfreach.engine.endpoints import behind_nat, no_guests
from tfreach.engine.explain import Step, dead_end, delivered, route_step
from tfreach.engine.gateways import (
    attachment,
    into_nat,
    ipv6_only,
    nat_protocol,
    nat_subnets,
    no_ipv6,
    out_of_nat,
)
from tfreach.engine.middlebox import NO_HOSTS
from tfreach.engine.replies import back_to_client, reply_from_internet, reply_through_nat
from tfreach.engine.steps import Branch, lookup
from tfreach.engine.transit import through_transit
from tfreach.engine.verdicts import Disposition
from tfreach.engine.vpn_steps import not_of_vpc, strangers
from tfreach.engine.walk import Question, Standing, Way, routed, through_acl
from tfreach.space.headers import Family, address_text
from tfreach.topology.network import (
    INTERNET,
    Elsewhere,
    Local,
    NatGateway,
    Subnet,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
)


def through_nat(
    question: Question,
    way: Way,
    gateway: str,
    here: Standing,
    at: Subnet,
    sent: Step | None = None,
    crossed: frozenset[str] = NO_HOSTS,
) -> list[Way]:
    """A NAT gateway has no security group, but the network ACL of its subnet applies (F55).

    at     the subnet whose table leads to it: the sender's own, or the one by which a transit
           gateway enters the VPC of the NAT gateway
    sent   the step of that table, in the latter case: before it the ACL of that subnet judges, but
           not what stays in the subnet (F60)
    crossed   the hosts that forwarded it
    """
    nat = question.network.nat_gateways.get(gateway)
    if nat is not None and question.family is Family.IPV4:
        return _by_nat(question, way, nat, here, at, sent, crossed)
    way = way.take(sent) if sent else way
    if question.family is Family.IPV6:
        return [way.take(no_ipv6(gateway, address_text(way.header.dst), at.id))]
    return [way.unknown(f"{gateway} is not in this plan")]


def _by_nat(
    question: Question,
    way: Way,
    nat: NatGateway,
    here: Standing,
    at: Subnet,
    sent: Step | None,
    crossed: frozenset[str],
) -> list[Way]:
    refused = nat_protocol(question, nat, here)
    way = way.take(refused) if refused else way
    ways = []
    for stands, unknown in nat_subnets(question.network, nat):
        if stands is None:
            ways.append(way.unknown(unknown))
            continue
        one = way
        if sent:
            one = through_acl(question, one, at, "egress") if stands.id != at.id else one
            one = one.take(sent)
        if stands.id != at.id:
            one = through_acl(question, one, stands, "ingress")
        near = Standing(here.endpoint, here.interface, at)
        one = into_nat(question, one, nat, stands, near, unknown)
        one = through_acl(question, one, stands, "egress")
        replies = reply_through_hub if sent else partial(reply_through_nat, crossed=crossed)
        for branch, out in routed(question, one, stands, "to an internet gateway"):
            gone, door = _behind_nat(question, out, branch, nat, stands)
            if not _leads_elsewhere(branch, nat):  # else no more is known of the reply
                reply = partial(replies, question, here, nat, stands, door)
                gone = replace(gone, reply=reply)
            ways.append(gone)
    return ways


def _leads_elsewhere(branch: Branch, nat: NatGateway) -> bool:
    """Whether what lies behind the NAT gateway is not modelled: how the reply comes back to it, and
    past which filters (F60), is then not known either."""
    match branch.target:
        case Elsewhere() | ToPeering() | ToService() | ToTransit() | ToVpn() | ToInterface():
            return True
        case ToNat(gateway):
            return gateway != nat.id
        case _:
            return False


def _behind_nat(
    question: Question, way: Way, branch: Branch, nat: NatGateway, stands: Subnet
) -> tuple[Way, str]:
    """On from the NAT gateway's subnet; with the internet gateway it leaves by, or ""."""
    match branch.target:
        case ToInternet(gateway):
            refused = attachment(question.network, gateway, stands.vpc, "egress")
            way = way.take(refused) if refused else way
            way = past_barrier(question.network, way, stands.id, BY_NAT)
            return left(question, way.take(out_of_nat(question.network, gateway, nat))), gateway
        case ToNat(gateway) if gateway != nat.id:
            way = way.unknown(f"{nat.id} leads to another NAT gateway, {gateway}")
        case ToService() as target:
            way = behind_nat(question, way, target)
        case Elsewhere(what):
            way = way.unknown(what)
        case ToPeering(id) | ToTransit(id) | ToVpn(id) | ToInterface(id):
            way = way.unknown(f"{nat.id} leads to {id}, behind which nothing is modelled")
        case _:
            stuck = _stuck(way, branch, nat, stands)
            way = way.take(stuck) if stuck else way
    return way, ""


def _stuck(way: Way, branch: Branch, nat: NatGateway, stands: Subnet) -> Step | None:
    """What leads a NAT gateway nowhere; None where no route does, or a dead one."""
    match branch.target:
        case ToNat():
            text = f"{nat.id} stands in {stands.id}, which routes to {nat.id}"
            fix = f"give {stands.id} a route table of its own that leads to an internet gateway"
            return dead_end(nat.id, "nat_gateway", "NAT_LOOP", text, fix, end=Disposition.LOOP)
        case ToEgressOnly(gateway):
            return ipv6_only(gateway, address_text(way.header.dst), stands.id)
        case Local():
            return inside(branch.table, way, stands)
        case _:
            return None


def inside(table: str, way: Way, subnet: Subnet) -> Step:
    """A local route takes an address of the Internet: the VPC drops what no subnet holds."""
    peer = address_text(way.header.dst)
    text = f"{peer} is looked for in {subnet.vpc}, where nothing holds it"
    fix = f"take {peer} out of the address blocks of {subnet.vpc}"
    code, end = "NO_POSSIBLE_DESTINATION", Disposition.NO_SUCH_HOST
    return dead_end(table, "route_table", code, text, fix, end=end)


def left(question: Question, way: Way) -> Way:
    known = question.network.services.get(question.to_aws)
    to = address_text(way.header.dst)
    if known is not None and known.unknown:
        to = f"an address of {known.name}"
    return way.arrives(delivered(question.to_aws or INTERNET, f"leaves for {to}"))


def over_transit(question: Question, way: Way, gateway: str, here: Standing) -> list[Way]:
    """To the Internet by another VPC: the table of the subnet by which the transit gateway enters
    it (F70) leads to a NAT gateway there (F55)."""
    ways: list[Way] = []
    for landing in through_transit(question, way, gateway, here.subnet):
        if landing.lost:
            ways.append(lost_way(landing.way, landing.lost, landing.code))
        elif landing.entry is None:
            reply = partial(reply_from_internet, question, here, None)
            ways.append(replace(landing.way, reply=reply))
        else:
            for branch in lookup(question.network, landing.entry, way.header.dst, question.to_aws):
                ways += _from_entry(question, landing.way, branch, landing.entry, here)
    return ways


def _from_entry(
    question: Question, way: Way, branch: Branch, entry: Subnet, here: Standing
) -> list[Way]:
    to = question.to_aws or address_text(way.header.dst)
    step = route_step(branch, entry, to, "to a NAT gateway")
    if isinstance(branch.target, ToNat):
        return through_nat(question, way, branch.target.gateway, here, entry, step)
    way = through_acl(question, way, entry, "egress").take(step)
    match branch.target:
        case ToInternet(gateway) | ToEgressOnly(gateway):
            way = way.take(_not_here(gateway, entry, here))
        case ToTransit() | ToInterface():
            way = way.unknown(handed_on(entry.vpc))
        case ToService() as target:
            way = way.take(no_guests(target, entry.vpc))
        case ToPeering(id) | ToVpn(id):
            refuse = no_edge if isinstance(branch.target, ToPeering) else not_of_vpc
            refused = way.take(refuse(id, entry.vpc, way.header.src))
            inside_ = way.header.src in question.network.vpcs[entry.vpc].cidrs
            way = way.unknown(strangers(id, entry.vpc)) if inside_ else refused
        case Elsewhere(what):
            way = way.unknown(what)
        case Local():
            way = way.take(inside(branch.table, way, entry))
        case _:
            pass
    return [way]


def _not_here(gateway: str, entry: Subnet, here: Standing) -> Step:
    """An internet gateway translates only for the interfaces of its own VPC (F52)."""
    text = f"{here.interface.id} is in {here.subnet.vpc}, not in {entry.vpc}"
    fix = f"route {entry.id} to a NAT gateway of {entry.vpc}"
    code, end = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", Disposition.DENIED_OUT
    return dead_end(gateway, "internet_gateway", code, text, fix, end=end)


def reply_through_hub(
    question: Question, here: Standing, nat: NatGateway, stands: Subnet, gateway: str
) -> list[Way]:
    """As by a NAT gateway near by, and then by what joins its VPC and the client's."""
    way = back_to_client(question, here, nat, stands, gateway)
    return replies_across(question, through_acl(question, way, stands, "egress"), stands, here)
