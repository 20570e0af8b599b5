"""Two interfaces of the model in; the ways a request may take from one to the other, out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tfreach.engine.crossing import disconnected, to_other_vpc
from tfreach.engine.endpoints import wrong_address
from tfreach.engine.explain import dead_end, delivered, private_at_gateway
from tfreach.engine.gateways import nat_subnets, no_ipv6
from tfreach.engine.middlebox import End, Trip, leaving, past_hosts
from tfreach.engine.peerings import through_groups_of
from tfreach.engine.replies import out_of_vpc, reply_from_neighbour, reply_in_subnet
from tfreach.engine.steps import Branch, lookup
from tfreach.engine.verdicts import Disposition
from tfreach.engine.walk import Question, Standing, Way, routed, start, through_acl, through_groups
from tfreach.space.headers import Family, address_text
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Local,
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

BETWEEN = "a NAT gateway between two subnets is not modelled"


def in_subnet(question: Question, here: Standing, there: Standing) -> Way:
    """Inside one subnet only the security groups judge: no ACL (F28), no route table (F47)."""
    way = start(question, (here, "egress"), (there, "ingress"))
    way = through_groups(question, way, here, "egress", there.interface.groups)
    way = through_groups(question, way, there, "ingress", here.interface.groups)
    return replace(arrived(way, there), reply=partial(reply_in_subnet, question, here))


def to_neighbour(question: Question, here: Standing, there: Standing) -> list[Way]:
    """To another subnet: SG, ACL and route out, then ACL and SG in (F33)."""
    if here.subnet.vpc != there.subnet.vpc:
        return to_other_vpc(question, here, there, _nat_between)
    first = start(question, (here, "egress"), (there, "ingress"))
    trip = Trip(here.interface.groups, there, frozenset((here.interface.id,)))
    return [
        onward
        for branch in lookup(question.network, here.subnet, question.flow.dst)
        for end in past_hosts(
            question,
            leaving(question, first, here, branch, trip, "to local"),
            branch,
            here.subnet,
            trip,
            "to local",
        )
        for onward in _past_hosts_on(question, end, here, there)
    ]


def _past_hosts_on(question: Question, end: End, here: Standing, there: Standing) -> list[Way]:
    if end.lost:
        return [end.way.unknown(end.lost)]
    if end.dead:
        return [end.way]
    if end.direct:
        return [_reached(question, end, here, there)]
    return _towards_neighbour(question, end, here, there)


def _towards_neighbour(question: Question, end: End, here: Standing, there: Standing) -> list[Way]:
    way, branch = end.way, end.branch
    dst = way.header.dst
    match branch.target:
        case Local():
            pass
        case ToInternet(gateway) | ToEgressOnly(gateway):
            fix = f"route {address_text(dst)} to {there.subnet.vpc} in {branch.table}"
            way = way.take(private_at_gateway(gateway, dst, fix))
        case ToService() as target:
            way = way.take(wrong_address(way, target))
        case ToNat(gateway):
            return _nat_between(question, way, gateway, here, there)
        case Elsewhere(what):
            return [way.unknown(what)]
        case ToPeering(id) | ToTransit(id) | ToVpn(id):
            return [way.unknown(out_of_vpc(id))]
        case Blackhole() | ToInterface() | None:  # past_hosts leaves no interface
            pass
    return [_entered(question, replace(end, way=way), here, there)]


def _entered(question: Question, end: End, here: Standing, there: Standing) -> Way:
    """Into the subnet and the interface."""
    way = through_acl(question, end.way, there.subnet, "ingress")
    return _reached(question, replace(end, way=way), here, there)


def _reached(question: Question, end: End, here: Standing, there: Standing) -> Way:
    """Into the interface; a local route keeps the sender's groups (F5), a host does not (F11)."""
    groups = here.interface.groups
    way = through_groups_of(question, end.way, there, "ingress", groups, end.kept)
    reply = partial(reply_from_neighbour, question, here, there, end.crossed)
    return replace(arrived(way, there), reply=reply)


def arrived(way: Way, there: Standing) -> Way:
    ties = [there.interface.attached] if there.interface.attached else []
    text = f"reaches {address_text(way.header.dst)} in {there.subnet.id}"
    return way.arrives(delivered(there.endpoint.id, text, ties))


def _nat_between(
    question: Question, way: Way, gateway: str, here: Standing, there: Standing
) -> list[Way]:
    """A NAT gateway between two subnets is not modelled: where it may lead on is not known."""
    if question.family is Family.IPV6:
        return [way.take(no_ipv6(gateway, address_text(way.header.dst), here.subnet.id))]
    nat = question.network.nat_gateways.get(gateway)
    if nat is None:
        return [way.unknown(f"{gateway} is not in this plan")]
    ways = []
    for stands, unknown in nat_subnets(question.network, nat):
        if stands is None:
            ways.append(way.unknown(unknown))
            continue
        for branch, one in routed(question, way, stands, "to local"):
            ways.append(_behind_nat_between(question, one, branch, stands, here, there))
    return ways


def _behind_nat_between(
    question: Question,
    way: Way,
    branch: Branch,
    stands: Subnet,
    here: Standing,
    there: Standing,
) -> Way:
    dst = way.header.dst
    match branch.target:
        case Local() if stands.vpc == there.subnet.vpc:
            return way.unknown(BETWEEN)
        case Elsewhere() | ToPeering() | ToTransit() | ToVpn() | ToInterface():
            return way.unknown(BETWEEN)
        case Local():
            way = way.take(disconnected(branch.table, stands.vpc, there.subnet.vpc))
        case ToInternet(gateway) | ToEgressOnly(gateway):
            fix = f"route {address_text(dst)} to local in the route table of {here.subnet.id}"
            way = way.take(private_at_gateway(gateway, dst, fix))
        case ToService() as target:
            way = way.take(wrong_address(way, target))
        case ToNat(gateway):
            text = f"{gateway} does not lead to {address_text(dst)}"
            fix = f"route {address_text(dst)} to local in the route table of {here.subnet.id}"
            code, end = "NO_POSSIBLE_DESTINATION", Disposition.DENIED_OUT
            way = way.take(dead_end(gateway, "nat_gateway", code, text, fix, end=end))
        case Blackhole() | None:
            pass
    return _entered(question, End(way, branch, stands), here, there)
