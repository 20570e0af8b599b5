"""Two interfaces of the model in; the ways a request may take from one to the other, out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tfreach.engine.crossing import disconnected, to_other_vpc
from tfreach.engine.endpoints import wrong_address
from tfreach.engine.explain import dead_end, delivered, private_at_gateway
from tfreach.engine.gateways import nat_subnets, no_ipv6
from tfreach.engine.replies import out_of_vpc, reply_from_neighbour, reply_in_subnet
from tfreach.engine.steps import Branch
from tfreach.engine.verdicts import Disposition
from tfreach.engine.walk import Question, Standing, Way, routed, start, through_acl, through_groups
from tfreach.space.headers import Family, address_text
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Local,
    Subnet,
    ToEgressOnly,
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
    way = start(question, (here, "egress"), (there, "ingress"))
    way = through_groups(question, way, here, "egress", there.interface.groups)
    way = through_acl(question, way, here.subnet, "egress")
    return [
        onward
        for branch, one in routed(question, way, here.subnet, "to local")
        for onward in _towards_neighbour(question, one, branch, here, there)
    ]


def _towards_neighbour(
    question: Question, way: Way, branch: Branch, here: Standing, there: Standing
) -> list[Way]:
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
        case Blackhole() | None:
            pass
    return [_entered(question, way, here, there)]


def _entered(question: Question, way: Way, here: Standing, there: Standing) -> Way:
    """Into the subnet and the interface; a local route keeps the sender's groups (F5)."""
    way = through_acl(question, way, there.subnet, "ingress")
    way = through_groups(question, way, there, "ingress", here.interface.groups)
    reply = partial(reply_from_neighbour, question, here, there)
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
        case Elsewhere() | ToPeering() | ToTransit() | ToVpn():
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
    return _entered(question, way, here, there)
