"""One flow between two places in; its way there and back, every decision and every blocker, out.

Slow and obvious, one function for every kind of way: the oracle that the fast engine is checked
against. Security groups are judged where a packet leaves or reaches an interface, network ACLs where
it leaves or enters a subnet, route tables where it leaves one: out SG, ACL, route; in ACL, SG (F33).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from tfreach.engine.explain import dead_end, delivered, private_at_gateway, unknown_step
from tfreach.engine.gateways import (
    attachment,
    back_in,
    into_nat,
    into_vpc,
    no_public_address,
    out_of_interface,
    out_of_nat,
    out_of_nat_again,
)
from tfreach.engine.replies import (
    reply_from_internet,
    reply_from_neighbour,
    reply_in_subnet,
    reply_through_nat,
    reply_to_internet,
)
from tfreach.engine.steps import SURENESS, Branch, one_of
from tfreach.engine.verdicts import Disposition, Options, Trace
from tfreach.engine.walk import (
    Place,
    Question,
    Standing,
    Way,
    routed,
    start,
    through_acl,
    through_groups,
)
from tfreach.space.headers import address_text, has_client_port, replies_to
from tfreach.topology.network import (
    INTERNET,
    Blackhole,
    Elsewhere,
    Local,
    NatGateway,
    Network,
    Subnet,
    ToInternet,
    ToNat,
    Tri,
)

def trace(
    network: Network,
    flow: Flow,
    source: Place,
    destination: Place,
    options: Options | None = None,
    *,
    nat_port: int = 1024,
) -> tuple[Trace, ...]:
    """Walk `flow`, and its reply: one Trace for every way that the unknowns leave open.

    flow       of an interface the private address, also where the Internet uses its public one; a
               flow that should have a source port and has 0 gets the first of the client ports
    nat_port   1024..65535, what a NAT gateway on the way uses
    """
    options = options or Options()
    if has_client_port(flow.service) and not flow.src_port and options.client_ports:
        flow = replace(flow, src_port=options.client_ports.first)
    question = Question(network, flow, options, nat_port)
    ways = _forward(question, source, destination)
    return tuple(
        found for way in ways for found in _there_and_back(question, way, source, destination)
    )


def overall(traces: Sequence[Trace]) -> tuple[Tri, Tri]:
    """Whether it is delivered, and whether its reply comes back too: one of `traces` is true."""
    delivered_ = one_of(found.delivered for found in traces)
    return delivered_, one_of(found.round_trip for found in traces)


def best(traces: Iterable[Trace]) -> Trace:
    """The candidate to show: the best outcome, then the fewest blockers, then the first."""

    def merit(found: Trace) -> tuple[int, int, int]:
        round_trip = SURENESS.index(found.round_trip)
        return round_trip, SURENESS.index(found.delivered), -len(found.blockers)

    return max(traces, key=merit)


def _there_and_back(
    question: Question, way: Way, source: Place, destination: Place
) -> list[Trace]:
    forward = way.done()
    due = replies_to(question.flow.service, question.flow.src_port) is not None
    replies = way.reply() if way.reply and due else []
    if forward.outcome is Tri.NO:
        replies = sorted(replies, key=lambda reply: len(reply.blockers))[:1]
    one = Trace(
        question.flow,
        source.endpoint,
        destination.endpoint,
        (source.subnet, destination.subnet),
        forward,
        None,
        way.blockers,
    )
    if not replies:
        return [one]
    return [
        replace(
            one,
            back=None if forward.outcome is Tri.NO else reply.done(),
            blockers=way.blockers + reply.blockers,
        )
        for reply in replies
    ]


def _forward(question: Question, source: Place, destination: Place) -> list[Way]:
    """The ways of the request, by what its two ends are."""
    network = question.network
    here, there = _standing(network, source), _standing(network, destination)
    if not destination.endpoint:
        return _to_nobody(question, here)
    if (refused := _refused(network, source, destination)) is not None:
        return [Way("forward", question.flow).take(refused)]
    if (lost := _lost(question, source, destination)) is not None:
        return [lost]
    if here is None:
        return [_from_outside(question) if there is None else _from_internet(question, there)]
    if there is None:
        return _to_internet(question, here)
    if here.subnet.id == there.subnet.id:
        return [_in_subnet(question, here, there)]
    return _to_neighbour(question, here, there)


def _standing(network: Network, place: Place) -> Standing | None:
    if place.interface is None or not place.subnet:
        return None
    endpoint = network.endpoints[place.endpoint]
    return Standing(endpoint, place.interface, network.subnets[place.subnet])


def _refused(network: Network, source: Place, destination: Place) -> Step | None:
    """What is never delivered, whatever filters and routes say; else None."""
    to, id = network.endpoints[destination.endpoint], destination.endpoint
    function = to.kind == FUNCTION
    code = "LAMBDA_NO_INBOUND" if function else "NO_POSSIBLE_DESTINATION"
    fix = "invoke it through the Lambda API" if function else f"send to another endpoint than {id}"
    end = Disposition.DENIED_IN
    if to.inbound:
        return dead_end(id, "endpoint", code, to.inbound, fix, end=end, direction="ingress")
    if to.outside:
        text = f"{id} is outside every VPC and takes no calls from a network"
        return dead_end(id, "endpoint", code, text, fix, end=end, direction="ingress")
    if network.endpoints[source.endpoint].outside and destination.endpoint != INTERNET:
        text = f"{source.endpoint} is outside every VPC and reaches no private address"
        fix = f"put {source.endpoint} into the VPC of {id}"
        return dead_end(source.endpoint, "endpoint", "NO_POSSIBLE_DESTINATION", text, fix)
    return None


def _lost(question: Question, source: Place, destination: Place) -> Way | None:
    """An interface of which nobody knows where it is: anything may happen."""
    way = Way("forward", question.flow)
    reasons = []
    for place, direction in ((source, "egress"), (destination, "ingress")):
        if place.interface is None:
            continue
        if place.interface.down:
            endpoint = question.network.endpoints[place.endpoint]
            way = way.take(down_step(endpoint, place.interface, direction))
        if not place.subnet:
            reasons.append(place.interface.unknown or f"where {place.endpoint} is, is not known")
    return way.unknown("; ".join(reasons)) if reasons else None


def _from_outside(question: Question) -> Way:
    """A function outside every VPC has the Internet by itself (F91)."""
    way = Way("forward", question.flow, arrival=Disposition.EXITS_NETWORK)
    blocked = question.network.public_blocked
    way = way.take(unknown_step(blocked, BLOCKED)) if blocked else way
    text = f"leaves for {address_text(question.flow.dst)} from outside every VPC"
    reply = partial(_reply_outside, question)
    return replace(way.take(delivered(INTERNET, text)), reply=reply)


def _reply_outside(question: Question) -> list[Way]:
    flow = question.flow
    service = replies_to(flow.service, flow.src_port)
    way = Way("return", reply_header(flow, service or 0))
    return [way.take(delivered(INTERNET, "the reply comes back from the Internet"))]


# From one interface to another: by private addresses.


def _in_subnet(question: Question, here: Standing, there: Standing) -> Way:
    """Inside one subnet only the security groups judge: no ACL (F28), no route table (F47)."""
    way = start(question, (here, "egress"), (there, "ingress"))
    way = through_groups(question, way, here, "egress", there.interface.groups)
    way = through_groups(question, way, there, "ingress", here.interface.groups)
    return replace(_arrived(way, there), reply=partial(reply_in_subnet, question, here))


def _to_neighbour(question: Question, here: Standing, there: Standing) -> list[Way]:
    """To another subnet: SG, ACL and route out, then ACL and SG in (F33)."""
    way = start(question, (here, "egress"), (there, "ingress"))
    way = through_groups(question, way, here, "egress", there.interface.groups)
    way = through_acl(question, way, here.subnet, "egress")
    same = here.subnet.vpc == there.subnet.vpc
    join = f"over a connection of {here.subnet.vpc} and {there.subnet.vpc} (peering, transit gateway)"
    found = routed(question, way, here.subnet, "to local" if same else join)
    return [
        onward
        for branch, one in found
        for onward in _towards_neighbour(question, one, branch, here, there)
    ]


def _towards_neighbour(
    question: Question, way: Way, branch: Branch, here: Standing, there: Standing
) -> list[Way]:
    dst = way.header.dst
    match branch.target:
        case Local() if here.subnet.vpc == there.subnet.vpc:
            pass
        case Local():
            way = way.take(_disconnected(branch.table, here.subnet.vpc, there.subnet.vpc))
        case ToInternet(gateway):
            fix = f"route {address_text(dst)} to {there.subnet.vpc} in {branch.table}"
            way = way.take(private_at_gateway(gateway, dst, fix))
        case ToNat(gateway):
            return _nat_between(question, way, gateway, here, there)
        case Elsewhere(what):
            return [way.unknown(what)]
        case Blackhole() | None:
            pass
    return [_entered(question, way, here, there)]


def _disconnected(component: str, from_: str, to: str) -> Step:
    """The destination is in another VPC, but the address is this VPC's own too."""
    text = f"the address is looked for in {from_}; the destination is in {to}"
    fix = f"give {to} address blocks that {from_} does not have, and connect the two"
    return dead_end(component, "route_table", "DISCONNECTED_VPCS", text, fix)


def _entered(question: Question, way: Way, here: Standing, there: Standing) -> Way:
    """Into the subnet and the interface; a local route keeps the sender's groups (F5)."""
    way = through_acl(question, way, there.subnet, "ingress")
    way = through_groups(question, way, there, "ingress", here.interface.groups)
    reply = partial(reply_from_neighbour, question, here, there)
    return replace(_arrived(way, there), reply=reply)


def _arrived(way: Way, there: Standing) -> Way:
    ties = [there.interface.attached] if there.interface.attached else []
    text = f"reaches {address_text(way.header.dst)} in {there.subnet.id}"
    return way.take(delivered(there.endpoint.id, text, ties))


def _nat_between(
    question: Question, way: Way, gateway: str, here: Standing, there: Standing
) -> list[Way]:
    """A NAT gateway between two subnets is not modelled: where it may lead on is not known."""
    nat = question.network.nat_gateways.get(gateway)
    if nat is None:
        return [way.unknown(f"{gateway} is not in this plan")]
    ways = []
    for stands, _ in nat_subnets(question.network, nat):
        if stands is None:
            ways.append(way.unknown(f"the subnet of {gateway} is not known"))
            continue
        for branch, one in routed(question, way, stands, "to local"):
            ways.append(_behind_nat_between(question, one, branch, gateway, stands, here, there))
    return ways
