"""A request that arrived in; the ways its reply may take, out. Security groups let it pass (F2)."""

from __future__ import annotations

from dataclasses import replace

from tfreach.engine.edge import may_steer, past_redirection, steered
from tfreach.engine.endpoints import wrong_address
from tfreach.engine.explain import Step, address_of, dead_end, delivered, unknown_step
from tfreach.engine.gateways import (
    EIGW,
    IGW,
    NAT_INSTANCE,
    UNTRANSLATED,
    attachment,
    back_in,
    let_back,
    out_of_nat_again,
)
from tfreach.engine.middlebox import NO_HOSTS, NO_TRIP, End, Trip, past_hosts
from tfreach.engine.steps import Branch
from tfreach.engine.transit import through_transit
from tfreach.engine.verdicts import NAT_PORTS, Disposition, Hop
from tfreach.engine.vpn_steps import VGW
from tfreach.engine.walk import (
    Question,
    Standing,
    Way,
    address_at,
    held_at,
    reply_header,
    routed,
    through_acl,
)
from tfreach.space.headers import ALL_IPV4, Family, Flow, address_text, replies_to
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    INTERNET,
    Blackhole,
    Elsewhere,
    Local,
    NatGateway,
    Public,
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


def out_of_vpc(connection: str) -> str:
    """AWS takes no such route: one inside the VPC's blocks leads to an interface (F38)."""
    return f"a route inside the VPC that leads out of it by {connection} is not modelled"


def started(question: Question) -> Way:
    flow = question.flow
    service = replies_to(flow.service, flow.src_port, flow.family)
    return Way("return", reply_header(flow, service or 0))


def home(question: Question, way: Way, here: Standing) -> Way:
    tied = [here.interface.attached] if here.interface.attached else []
    text = f"the reply reaches {address_text(question.flow.src)}"
    return way.arrives(delivered(here.endpoint.id, text, tied))


def reply_in_subnet(question: Question, here: Standing) -> list[Way]:
    """Inside one subnet nothing judges a reply: no network ACL (F28), no route table (F47)."""
    return [home(question, started(question), here)]


def reply_from_neighbour(
    question: Question, here: Standing, there: Standing, crossed: frozenset[str] = NO_HOSTS
) -> list[Way]:
    """From another subnet: its network ACL, its route table, the client's network ACL (F27).

    crossed   the hosts that forwarded the request
    """
    way = through_acl(question, started(question), there.subnet, "egress")
    groups, seen = there.interface.groups, frozenset((there.interface.id,))
    trip = Trip(groups, seen=seen, crossed=crossed)
    return homewards(question, way, there.subnet, here, trip)


def _entering(question: Question, way: Way, here: Standing) -> Way:
    return home(question, through_acl(question, way, here.subnet, "ingress"), here)


def homewards(
    question: Question,
    way: Way,
    at: Subnet,
    here: Standing,
    trip: Trip = NO_TRIP,
) -> list[Way]:
    """On from subnet `at`, whose ACL let it out, to an interface of the same VPC: by a local route
    (F35), or by hosts that forward it.

    trip   whose groups are known, and which hosts forwarded the request
    """
    trip = replace(trip, goal=here)
    return [
        _home_from(question, end, here)
        for branch, one in routed(question, way, at, "to local")
        for end in past_hosts(question, one, branch, at, trip, "to local")
    ]


def _home_from(question: Question, end: End, here: Standing) -> Way:
    if end.dead:
        return end.way
    if end.lost:
        return end.way.take(unknown_step(end.lost))
    if end.direct:
        return home(question, end.way, here)
    way = _must_be_local(end.way, end.branch)
    return (
        home(question, way, here) if end.at.id == here.subnet.id else _entering(question, way, here)
    )


def _must_be_local(way: Way, branch: Branch) -> Way:
    match branch.target:
        case Elsewhere(what):
            return way.take(unknown_step(what))
        case ToPeering(id) | ToTransit(id) | ToVpn(id):
            return way.take(unknown_step(out_of_vpc(id)))
        case ToInternet(gateway) | ToEgressOnly(gateway) | ToNat(gateway) | ToService(gateway):
            text = f"{gateway} does not lead to {address_text(way.header.dst)}"
            fix = f"route {address_text(way.header.dst)} to local in {branch.table}"
            code = "NO_POSSIBLE_DESTINATION"
            return way.take(dead_end(branch.table, "route_table", code, text, fix))
        case Local() | ToInterface() | Blackhole() | None:  # past_hosts leaves no interface
            return way


def reply_from_internet(
    question: Question,
    here: Standing,
    target: ToInternet | ToEgressOnly | None,
    crossed: frozenset[str] = NO_HOSTS,
) -> list[Way]:
    """Back in through the internet gateway, which rewrites the destination (F52) and may steer it
    by a table of its own (F44).

    target   None: it did not leave by a gateway
    crossed  the hosts that forwarded the request
    """
    flow, public = question.flow, here.interface.public
    way = started(question)
    if target is None:
        return [_entering(question, way, here)]
    gateway, kind = target.gateway, IGW if isinstance(target, ToInternet) else EIGW
    back = let_back(gateway, kind)
    if not public.own:
        back = back_in(gateway, address_text(flow.src), public.origin)
    way = way.take(back)
    door = question.network.internet_gateways.get(gateway) if kind == IGW else None
    if door is None:
        return [_entering(question, way, here)]
    ends = steered(question, way, door, here, crossed)
    return [_home_from(question, end, here) for end in ends]


def reply_through_nat(
    question: Question,
    here: Standing,
    nat: NatGateway,
    stands: Subnet,
    gateway: str,
    crossed: frozenset[str] = NO_HOSTS,
) -> list[Way]:
    """Back to the NAT gateway's own port, whatever the client's is (F54), and on to the client.

    The client's network ACL sees the address of the Internet, which the NAT gateway gives back.
    """
    way = back_to_client(question, here, nat, stands, gateway)
    if stands.id != here.subnet.id:
        way = through_acl(question, way, stands, "egress")
    return homewards(question, way, stands, here, Trip(crossed=crossed))


def reply_through_instance(
    question: Question, here: Standing, host: Standing, gateway: str
) -> list[Way]:
    """Back to the port of a NAT instance, which gives the client's address and port back."""
    flow, address = question.flow, address_at(host)
    service = replies_to(flow.service, question.nat_port)
    way = Way("return", reply_header(Flow(address, flow.dst, flow.service), service or 0))
    way = way.take(back_in(gateway, address_text(address), host.interface.public.origin))
    way = _not_steered(question, way, gateway, held_at(host) & ALL_IPV4)
    way = through_acl(question, way, host.subnet, "ingress", NAT_PORTS)
    header = replace(way.header, dst=flow.src, service=replies_to(flow.service, flow.src_port) or 0)
    text = f"destination becomes {address_text(flow.src)}"
    way = way.take(Step(Hop(host.interface.id, NAT_INSTANCE, "translate", text), header=header))
    if host.subnet.id == here.subnet.id:
        return [home(question, way, here)]
    way = through_acl(question, way, host.subnet, "egress")
    passed = frozenset((host.interface.id,))
    return homewards(question, way, host.subnet, here, Trip(seen=passed, crossed=passed))


def back_to_client(
    question: Question, here: Standing, nat: NatGateway, stands: Subnet, gateway: str
) -> Way:
    """In by the internet gateway, into the NAT gateway's subnet, and out of it to the client."""
    flow = question.flow
    sent = Flow(address_of(nat, stands), flow.dst, flow.service)
    service = replies_to(flow.service, question.nat_port)
    way = Way("return", reply_header(sent, service or 0))
    if gateway:
        way = way.take(back_in(gateway, address_text(sent.src), nat.public_origin))
        way = _not_steered(
            question, way, gateway, (nat.addresses & stands.cidr or stands.cidr) & ALL_IPV4
        )
    way = through_acl(question, way, stands, "ingress", NAT_PORTS)
    return out_of_nat_again(question, way, nat)


def _not_steered(question: Question, way: Way, gateway: str, to: IntervalSet) -> Way:
    """What a gateway steers to a host in front of what translates is not modelled."""
    if not may_steer(question.network, gateway, to):
        return way
    return way.take(unknown_step(f"{gateway} may steer replies to a host on the way"))


def reply_to_internet(
    question: Question, there: Standing, crossed: frozenset[str] = NO_HOSTS
) -> list[Way]:
    """Out to the client: the subnet's own table must lead to an internet gateway, whatever way the
    request came in."""
    way = through_acl(question, started(question), there.subnet, "egress")
    fix = "to an internet gateway"
    seen = frozenset((there.interface.id,))
    trip = Trip(there.interface.groups, seen=seen, crossed=crossed)
    return [
        out
        for branch, one in routed(question, way, there.subnet, fix)
        for end in past_hosts(question, one, branch, there.subnet, trip, fix)
        for out in _past_hosts_outward(question, end, there, crossed)
    ]


def _past_hosts_outward(
    question: Question, end: End, there: Standing, crossed: frozenset[str]
) -> list[Way]:
    """What a host does with a reply of which it did not see the request: if it has no public
    address it cannot but forward it."""
    if end.dead:
        return [end.way]
    doubtful = [
        host
        for host in end.hosts
        if host.interface.public.has is not Tri.NO
        and host.interface.id not in crossed
        and question.family is Family.IPV4
    ]
    lost = end.lost
    if doubtful and not lost:
        lost = f"whether {doubtful[0].interface.id} translates the reply is not known"
    if lost:
        return [end.way.take(unknown_step(lost))]
    way = end.way
    if not end.hosts and isinstance(end.branch.target, ToInternet):
        way = past_redirection(
            question.network, way, end.branch.target.gateway, there, way.header.src
        )
    return _outward(question, way, end.branch, there)


def _outward(question: Question, way: Way, branch: Branch, there: Standing) -> list[Way]:
    """A transit or VPN gateway leads to none that knows the interface's public address (F52)."""
    if isinstance(branch.target, ToVpn):
        id, peer = branch.target.gateway, address_text(way.header.dst)
        text = f"the reply to {peer} is sent to {id}, not to the gateway it came in by"
        fix = f"route {peer} to an internet gateway in {branch.table}"
        return [way.take(dead_end(id, VGW, "NO_POSSIBLE_DESTINATION", text, fix))]
    if not isinstance(branch.target, ToTransit):
        return [_out(question, way, branch, there)]
    peer = address_text(way.header.dst)
    ways = []
    for landing in through_transit(question, way, branch.target.gateway, there.subnet):
        if landing.lost:
            ways.append(way.take(unknown_step(landing.lost, landing.code)))
            continue
        text = f"the reply to {peer} is sent to another VPC, not to the gateway it came in by"
        fix = f"route {peer} to an internet gateway in {branch.table}"
        step = dead_end(
            branch.target.gateway, "transit_gateway", "NO_POSSIBLE_DESTINATION", text, fix
        )
        ways.append(landing.way.take(step))
    return ways


def _out(question: Question, way: Way, branch: Branch, there: Standing) -> Way:
    peer = address_text(way.header.dst)
    match branch.target:
        case ToInternet(gateway):
            refused = attachment(question.network, gateway, there.subnet.vpc, "egress")
            way = way.take(refused) if refused else way
            way = way.take(_out_again(gateway, there.interface.public))
            return way.arrives(delivered(INTERNET, f"the reply leaves for {peer}"))
        case Elsewhere(what):
            return way.take(unknown_step(what))
        case ToPeering(id):
            text = f"the reply to {peer} has a private source, and {id} leads to no gateway (F62)"
            fix = f"route {peer} to an internet gateway in {branch.table}"
            code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
            return way.take(dead_end(id, "vpc_peering", code, text, fix))
        case ToNat(gateway) | ToEgressOnly(gateway):
            kind = "nat_gateway" if isinstance(branch.target, ToNat) else EIGW
            text = f"{gateway} starts connections, it does not carry replies of {there.endpoint.id}"
            fix = f"route {peer} to the internet gateway in {branch.table}"
            code = "NO_POSSIBLE_DESTINATION"
            step = dead_end(gateway, kind, code, text, fix, end=Disposition.DENIED_OUT)
            return way.take(step)
        case ToService() as target:
            return way.take(wrong_address(way, target))
        case Local():
            text = f"{peer} is looked for in {there.subnet.vpc}"
            fix = f"route {peer} to an internet gateway in {branch.table}"
            code = "NO_POSSIBLE_DESTINATION"
            step = dead_end(branch.table, "route_table", code, text, fix)
            return way.take(step)
        case ToTransit() | ToVpn() | ToInterface() | Blackhole() | None:  # not as far as here
            return way


def _out_again(gateway: str, public: Public) -> Step:
    if public.own:
        return Step(Hop(gateway, IGW, "route", UNTRANSLATED))
    shown = public.shown_as or "its public address"
    return Step(Hop(gateway, IGW, "translate", f"source becomes {shown}"))


def reply_outside(question: Question) -> list[Way]:
    """To a function outside every VPC (F91)."""
    return [started(question).take(delivered(INTERNET, "the reply comes back from the Internet"))]
