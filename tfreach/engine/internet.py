"""An interface and the Internet in; the ways a request may take between them, out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tfreach.engine.endpoints import behind_nat, into_endpoint
from tfreach.engine.explain import Step, dead_end, delivered
from tfreach.engine.gateways import (
    attachment,
    into_nat,
    into_vpc,
    nat_protocol,
    nat_subnets,
    no_front_door,
    no_public_address,
    out_of_interface,
    out_of_nat,
)
from tfreach.engine.neighbours import arrived
from tfreach.engine.peerings import may_lie_behind, no_transit, state
from tfreach.engine.replies import reply_from_internet, reply_through_nat, reply_to_internet
from tfreach.engine.steps import Branch, front_door
from tfreach.engine.verdicts import Disposition
from tfreach.engine.walk import Question, Standing, Way, routed, start, through_acl, through_groups
from tfreach.space.headers import address_text
from tfreach.topology.network import (
    INTERNET,
    Blackhole,
    Elsewhere,
    Local,
    NatGateway,
    Subnet,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    Tri,
)


def to_internet(question: Question, here: Standing) -> list[Way]:
    """Out to the Internet: SG, ACL, route, then the gateway the route leads to. No peer out there
    carries a group (F6)."""
    way = replace(start(question, (here, "egress")), arrival=Disposition.EXITS_NETWORK)
    way = through_groups(question, way, here, "egress")
    way = through_acl(question, way, here.subnet, "egress")
    by_nat = here.interface.public.has is Tri.NO
    fix = "to a NAT gateway in a public subnet" if by_nat else "to an internet gateway"
    fix = "to a gateway endpoint of it" if question.to_aws else fix
    return [
        onward
        for branch, one in routed(question, way, here.subnet, fix)
        for onward in _towards_internet(question, one, branch, here)
    ]


def _towards_internet(question: Question, way: Way, branch: Branch, here: Standing) -> list[Way]:
    match branch.target:
        case ToInternet(gateway):
            return [_through_gateway(question, way, gateway, here)]
        case ToNat(gateway):
            return _through_nat(question, way, gateway, here)
        case ToService() as target:
            way = _left(question, into_endpoint(question, way, target, here))
        case Elsewhere(what):
            return [way.unknown(what)]
        case ToPeering(id):
            return [_over_peering(question, way, id, here)]
        case Local():
            way = way.take(_inside(branch.table, way, here.subnet))
        case Blackhole() | None:
            way = _also_missing(question, way, here)
    return [replace(way, reply=partial(reply_from_internet, question, here, ""))]


def _over_peering(question: Question, way: Way, id: str, here: Standing) -> Way:
    """A peering connection leads to no gateway of the other VPC (F62); but that VPC may have the
    address itself, where its blocks are not known (F102)."""
    peering = question.network.peerings.get(id)
    if peering is None:
        return way.unknown(f"{id} is not in this plan")
    refused = state(peering)
    if peering.active is Tri.NO and refused:
        return way.take(refused)
    if unknown := may_lie_behind(question.network, peering, way.header.dst):
        return way.unknown(unknown)
    return way.take(no_transit(question.network, peering, way.header.dst, here.subnet.vpc))


def _through_gateway(question: Question, way: Way, gateway: str, here: Standing) -> Way:
    """An internet gateway of this VPC, and a public address of its own (F51)."""
    refused = attachment(question.network, gateway, here.subnet.vpc, "egress")
    way = way.take(refused) if refused else way
    way = way.take(out_of_interface(question.network, gateway, here))
    reply = partial(reply_from_internet, question, here, gateway)
    return replace(_left(question, way), reply=reply)


def _through_nat(question: Question, way: Way, gateway: str, here: Standing) -> list[Way]:
    """A NAT gateway has no security group, but the network ACL of its subnet applies (F55)."""
    nat = question.network.nat_gateways.get(gateway)
    if nat is None:
        return [way.unknown(f"{gateway} is not in this plan")]
    refused = nat_protocol(question, nat, here)
    way = way.take(refused) if refused else way
    ways = []
    for stands, unknown in nat_subnets(question.network, nat):
        if stands is None:
            ways.append(way.unknown(unknown))
            continue
        one = way
        if stands.id != here.subnet.id:
            one = through_acl(question, one, stands, "ingress")
        one = into_nat(question, one, nat, stands, here, unknown)
        one = through_acl(question, one, stands, "egress")
        fix = "to an internet gateway"
        for branch, out in routed(question, one, stands, fix):
            gone, door = _behind_nat(question, out, branch, nat, stands)
            if not _leads_elsewhere(branch, nat):  # else no more is known of the reply
                reply = partial(reply_through_nat, question, here, nat, stands, door)
                gone = replace(gone, reply=reply)
            ways.append(gone)
    return ways


def _leads_elsewhere(branch: Branch, nat: NatGateway) -> bool:
    """Whether what lies behind the NAT gateway is not modelled: how the reply comes back to it, and
    past which filters (F60), is then not known either."""
    match branch.target:
        case Elsewhere() | ToPeering() | ToService():
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
            out = way.take(out_of_nat(question.network, gateway, nat))
            return _left(question, out), gateway
        case ToNat(gateway):
            other = way.unknown(f"{nat.id} leads to another NAT gateway, {gateway}")
            way = way.take(_loop(nat, stands)) if gateway == nat.id else other
        case ToService() as target:
            way = behind_nat(question, way, target)
        case Elsewhere(what):
            way = way.unknown(what)
        case ToPeering(id):
            way = way.unknown(f"{nat.id} leads to {id}, behind which nothing is modelled")
        case Local():
            way = way.take(_inside(branch.table, way, stands))
        case Blackhole() | None:
            pass
    return way, ""


def _loop(nat: NatGateway, stands: Subnet) -> Step:
    text = f"{nat.id} stands in {stands.id}, which routes to {nat.id}"
    fix = f"give {stands.id} a route table of its own that leads to an internet gateway"
    return dead_end(nat.id, "nat_gateway", "NAT_LOOP", text, fix, end=Disposition.LOOP)


def _inside(table: str, way: Way, subnet: Subnet) -> Step:
    """A local route takes an address of the Internet: the VPC drops what no subnet holds."""
    peer = address_text(way.header.dst)
    text = f"{peer} is looked for in {subnet.vpc}, where nothing holds it"
    fix = f"take {peer} out of the address blocks of {subnet.vpc}"
    code, end = "NO_POSSIBLE_DESTINATION", Disposition.NO_SUCH_HOST
    return dead_end(table, "route_table", code, text, fix, end=end)


def _also_missing(question: Question, way: Way, here: Standing) -> Way:
    """Without a route: the other two things that the Internet needs (F51)."""
    answer, gateway = front_door(question.network, here.subnet.vpc)
    if question.to_aws:  # a gateway endpoint needs neither
        return way
    if answer is Tri.NO:
        way = way.take(no_front_door(here.subnet.vpc, "egress"))
    if here.interface.public.has is Tri.NO:
        door = gateway.id if gateway else f"internet gateway of {here.subnet.vpc}"
        way = way.take(no_public_address(door, here))
    return way


def _left(question: Question, way: Way) -> Way:
    known = question.network.services.get(question.to_aws)
    to = address_text(way.header.dst)
    if known is not None and known.unknown:
        to = f"an address of {known.name}"
    return way.arrives(delivered(question.to_aws or INTERNET, f"leaves for {to}"))


def from_internet(question: Question, there: Standing) -> Way:
    """In through the gateway, which translates first: ACL and SG see the public client and the
    private address (F32). The subnet's own route table has no say, except for the reply."""
    way = start(question, (there, "ingress"))
    for step in into_vpc(question.network, there):
        way = way.take(step)
    way = through_acl(question, way, there.subnet, "ingress")
    way = through_groups(question, way, there, "ingress")
    return replace(arrived(way, there), reply=partial(reply_to_internet, question, there))
