"""An interface and the Internet in; the ways a request may take between them, out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tfreach.engine.barriers import BY_EIGW, INWARD, OUTWARD, past_barrier
from tfreach.engine.edge import past_redirection, steered
from tfreach.engine.egress import inside, left, over_transit, through_nat
from tfreach.engine.endpoints import into_endpoint
from tfreach.engine.explain import target_words, unknown_step
from tfreach.engine.gateways import (
    EIGW,
    IGW,
    attachment,
    into_instance,
    into_vpc,
    ipv6_only,
    lets_nothing_in,
    no_front_door,
    no_public_address,
    out_of_interface,
)
from tfreach.engine.middlebox import End, Trip, past_hosts
from tfreach.engine.neighbours import arrived
from tfreach.engine.peerings import may_lie_behind, no_transit, state
from tfreach.engine.replies import (
    reply_from_internet,
    reply_through_instance,
    reply_to_internet,
)
from tfreach.engine.steps import Branch, front_door, lookup
from tfreach.engine.verdicts import Disposition
from tfreach.engine.vpn_steps import into_vpn, leads_on
from tfreach.engine.walk import Question, Standing, Way, routed, start, through_acl, through_groups
from tfreach.space.headers import Family, address_text
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Local,
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


def to_internet(question: Question, here: Standing) -> list[Way]:
    """Out to the Internet: SG, ACL, route, then the gateway the route leads to. No peer out there
    carries a group (F6)."""
    way = replace(start(question, (here, "egress")), arrival=Disposition.EXITS_NETWORK)
    way = through_groups(question, way, here, "egress")
    way = through_acl(question, way, here.subnet, "egress")
    by_nat = here.interface.public.has is Tri.NO and not here.interface.public.own
    fix = "to a NAT gateway in a public subnet" if by_nat else "to an internet gateway"
    fix = "to a gateway endpoint of it" if question.to_aws else fix
    trip = Trip(here.interface.groups, seen=frozenset((here.interface.id,)))
    return [
        onward
        for branch, one in routed(question, way, here.subnet, fix)
        for end in past_hosts(question, one, branch, here.subnet, trip, fix)
        for onward in _past_hosts_out(question, end, here)
    ]


def _past_hosts_out(question: Question, end: End, here: Standing) -> list[Way]:
    """On from the last host, if any forwarded it."""
    if end.dead:
        return [end.way]
    if not end.hosts and not end.lost:
        return _towards_internet(question, end.way, end.branch, here)
    match end.branch.target:
        case (ToInternet() | ToEgressOnly()) as target if not end.lost:
            return _behind_host(question, end, target, here)
        case ToNat(gateway) if not end.lost:
            return through_nat(question, end.way, gateway, here, end.at, crossed=end.crossed)
        case ToPeering() | ToTransit() | ToService() | ToVpn() if not end.lost:
            lost = f"{end.hosts[-1].interface.id} hands it on to what is not modelled there"
        case _:
            lost = end.lost
    if lost:
        return [end.way.unknown(lost)]
    return _towards_internet(question, end.way, end.branch, here)


def _behind_host(
    question: Question, end: End, target: ToInternet | ToEgressOnly, here: Standing
) -> list[Way]:
    """Out by an internet gateway, which translates for whoever's address the packet has (F52): a
    host with a public address may have put its own in place of the sender's. No IPv6 address needs
    that (F58)."""
    ways: list[Way] = []
    if question.family is Family.IPV4:
        if len(end.hosts) > 1:
            return [end.way.unknown("which of several forwarding hosts translates is not known")]
        host = end.hosts[0]
        if host.interface.public.has is not Tri.NO:
            way = left(
                question, _out_by(question, into_instance(question, end.way, host), target, host)
            )
            reply = partial(reply_through_instance, question, here, host, target.gateway)
            ways.append(replace(way, reply=reply))
    if here.interface.public.has is not Tri.NO or not ways:
        way = left(question, _out_by(question, end.way, target, here))
        back = partial(reply_from_internet, question, here, target, end.crossed)
        ways.append(replace(way, reply=back))
    return ways


def _towards_internet(question: Question, way: Way, branch: Branch, here: Standing) -> list[Way]:
    match branch.target:
        case ToInternet() | ToEgressOnly() as target:
            return [_through_gateway(question, way, target, here)]
        case ToNat(gateway):
            return through_nat(question, way, gateway, here, here.subnet)
        case ToService() as target:
            way = left(question, into_endpoint(question, way, target, here))
        case Elsewhere(what):
            return [way.unknown(what)]
        case ToPeering() | ToVpn() as target:
            return [_out_of_sight(question, way, target, here)]
        case ToTransit(id):
            return over_transit(question, way, id, here)
        case Local() | ToInterface() | Blackhole() | None:  # past_hosts leaves no interface
            local = isinstance(branch.target, Local)
            looked_for = way.take(inside(branch.table, way, here.subnet))
            way = looked_for if local else _also_missing(question, way, here)
    return [replace(way, reply=partial(reply_from_internet, question, here, None))]


def _out_of_sight(question: Question, way: Way, by: ToPeering | ToVpn, here: Standing) -> Way:
    """To a peer, or to on-premises, which may lead on to the Internet by itself."""
    if isinstance(by, ToPeering):
        return _over_peering(question, way, by.peering, here)
    gone = into_vpn(question.network, way, by.gateway, here.subnet.vpc)
    return gone.unknown(leads_on(by.gateway))


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


def _through_gateway(
    question: Question, way: Way, target: ToInternet | ToEgressOnly, here: Standing
) -> Way:
    """An internet gateway of this VPC, and a public address of its own (F51); for IPv6 it may be an
    egress-only one (F58)."""
    way = _out_by(question, way, target, here)
    if isinstance(target, ToInternet):
        way = past_redirection(question.network, way, target.gateway, here, question.flow.src)
    reply = partial(reply_from_internet, question, here, target)
    return replace(left(question, way), reply=reply)


def _out_by(question: Question, way: Way, target: ToInternet | ToEgressOnly, at: Standing) -> Way:
    """Through a gateway with the public address of one interface."""
    gateway, kind = target.gateway, IGW if isinstance(target, ToInternet) else EIGW
    if kind == EIGW and question.family is Family.IPV4:
        way = way.take(ipv6_only(gateway, address_text(way.header.dst), at.subnet.id))
    refused = attachment(question.network, gateway, at.subnet.vpc, "egress", kind)
    way = way.take(refused) if refused else way
    barrier = OUTWARD if kind == IGW else BY_EIGW
    way = past_barrier(question.network, way, at.subnet.id, barrier)
    return way.take(out_of_interface(question.network, gateway, at, kind))


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


def from_internet(question: Question, there: Standing) -> list[Way]:
    """In through the gateway, which translates first: ACL and SG see the public client and the
    private address (F32). The subnet's own route table has no say, except for the reply, and what
    it routes to an egress-only gateway gets no connection from there (F58); the gateway's own has,
    if it has one (F44)."""
    way = start(question, (there, "ingress"))
    way = past_barrier(question.network, way, there.subnet.id, INWARD)
    for step in into_vpc(question.network, there):
        way = way.take(step)
    if question.family is Family.IPV4:
        return _through_door(question, way, there)
    return [
        onward
        for branch in lookup(question.network, there.subnet, way.header.src)
        for onward in _through_door(question, _past_routes(way, branch, there), there)
    ]


def _past_routes(way: Way, branch: Branch, there: Standing) -> Way:
    match branch.target:
        case ToEgressOnly(gateway):
            return way.take(lets_nothing_in(gateway, address_text(way.header.src), there.subnet.id))
        case Elsewhere(what):
            return way.take(unknown_step(what))
        case _:
            return way


def _through_door(question: Question, way: Way, there: Standing) -> list[Way]:
    answer, gateway = front_door(question.network, there.subnet.vpc)
    door = gateway if answer is Tri.YES else None
    return [_steered_in(question, end, there) for end in steered(question, way, door, there)]


def _steered_in(question: Question, end: End, there: Standing) -> Way:
    """Into the subnet and the interface, past the hosts that the gateway steers it to."""
    way = end.way
    if end.dead:
        return way
    lost = end.lost or _led_astray(end)
    if lost:
        return way.unknown(lost)
    if not end.direct:
        way = through_acl(question, way, there.subnet, "ingress")
    way = through_groups(question, way, there, "ingress")
    reply = partial(reply_to_internet, question, there, end.crossed)
    return replace(arrived(way, there), reply=reply)


def _led_astray(end: End) -> str:
    """Why it is not known what becomes of what is steered, or handed on, out of the VPC."""
    match None if end.direct else end.branch.target:
        case Local() | Blackhole() | None:
            return ""
        case Elsewhere(what):
            return what
        case target:
            return f"{end.at.id} leads to {target_words(target)}, away from what it is for"
