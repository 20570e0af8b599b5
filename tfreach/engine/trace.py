"""One flow between two places in; its way there and back, every decision and every blocker, out.

Slow and obvious, one function for every kind of way: the oracle that the fast engine is checked
against. Security groups judge where a packet leaves or reaches an interface, network ACLs where it
leaves or enters a subnet, route tables where it leaves one: out SG, ACL, route; in ACL, SG (F33).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from tfreach.engine.balanced import from_balancer, with_listener
from tfreach.engine.clients import from_client
from tfreach.engine.endpoints import answers_only, neither_inside, starts_nothing
from tfreach.engine.explain import FUNCTION, Step, dead_end, delivered, down_step, with_code
from tfreach.engine.firewalls import answered
from tfreach.engine.internet import from_internet, to_internet
from tfreach.engine.neighbours import in_subnet, to_neighbour
from tfreach.engine.nodes import Spot
from tfreach.engine.onprem import from_on_premises, to_on_premises
from tfreach.engine.peerings import may_lie_behind
from tfreach.engine.replies import reply_outside
from tfreach.engine.steps import SURENESS, Branch, one_of
from tfreach.engine.transit import through_transit
from tfreach.engine.verdicts import Disposition, Options, Trace, client_ports
from tfreach.engine.vpn_steps import no_interface
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
from tfreach.space.headers import Flow, address_text, has_client_port, replies_to
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    Elsewhere,
    Network,
    Subnet,
    ToInterface,
    ToPeering,
    ToTransit,
    Tri,
    beyond,
)

LOOSE = "UNASSOCIATED_COMPONENT"
"""The code of what is in no VPC."""


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
    if source.endpoint in network.endpoints:
        options = Options(client_ports(network, source.endpoint, options))
    if has_client_port(flow.service) and not flow.src_port and options.client_ports:
        flow = replace(flow, src_port=options.client_ports.first)
    asked = network.services.get(destination.endpoint)
    to_aws = asked.id if asked is not None and asked.apart else ""
    question = Question(network, flow, options, nat_port, to_aws)
    ways = _forward(question, source, destination)
    return tuple(
        found for way in ways for found in there_and_back(question, way, source, destination)
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


def there_and_back(question: Question, way: Way, source: Place, destination: Place) -> list[Trace]:
    forward = way.done()
    flow = question.flow
    due = replies_to(flow.service, flow.src_port, flow.family) is not None
    replies = way.reply() if way.reply and due else []
    replies = [answered(question.network, way, reply) for reply in replies]
    if forward.outcome is Tri.NO:
        replies = sorted(replies, key=lambda reply: len(reply.blockers))[:1]
    one = Trace(
        flow,
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
    here, there = standing(question, source), standing(question, destination)
    to = destination.endpoint
    if not to:
        return _to_nobody(question, here, source.endpoint)
    if (between := neither_inside(network, source.endpoint, to)) is not None:
        return [Way("forward", question.flow).unknown(between)]
    if (refused := _refused(network, source, destination)) is not None:
        return [Way("forward", question.flow).take(refused)]
    if (lost := lost_between(question, source, destination)) is not None:
        return _balanced(question, [lost], source, destination)
    if here is None or there is None:
        on_premises = ON_PREMISES in (source.endpoint, to)
        ways = _with_far(question, here, there, on_premises=on_premises)
    else:
        ways = across(question, here, there)
    return _balanced(question, ways, source, destination)


def across(question: Question, here: Standing, there: Standing) -> list[Way]:
    """The ways between two interfaces, whatever they are."""
    if here.subnet.id == there.subnet.id:
        return [in_subnet(question, here, there)]
    return to_neighbour(question, here, there)


def _with_far(
    question: Question, here: Standing | None, there: Standing | None, *, on_premises: bool
) -> list[Way]:
    """One end is on premises, or else on the Internet (or is a service of AWS there)."""
    if here is not None:
        return to_on_premises(question, here) if on_premises else to_internet(question, here)
    if there is not None:
        if on_premises:
            return from_on_premises(question, there)
        return from_internet(question, there)
    return [_from_outside(question)]


def _balanced(question: Question, ways: list[Way], source: Place, destination: Place) -> list[Way]:
    """The same with what load balancers at the ends have to say."""
    here, there = spot(question.network, source), spot(question.network, destination)
    if there is not None:
        ways = [with_listener(way, there) for way in ways]
    vpn = source.endpoint in question.network.client_vpns
    if vpn and here and here.subnet and not (there and there.subnet is None):
        ways = [from_client(question, way, source.endpoint, here.subnet) for way in ways]
    if here is not None:
        far = destination.endpoint if there is None else ""
        ways = [from_balancer(question, way, here, there, far) for way in ways]
    return ways


def spot(network: Network, place: Place) -> Spot | None:
    if place.interface is None:
        return None
    return Spot(
        network.endpoints[place.endpoint], place.interface, network.subnets.get(place.subnet)
    )


def standing(question: Question, place: Place) -> Standing | None:
    if place.interface is None or not place.subnet:
        return None
    network, face = question.network, place.interface.of(question.family)
    return Standing(network.endpoints[place.endpoint], face, network.subnets[place.subnet])


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
        step = dead_end(id, "endpoint", code, text, fix, end=end, direction="ingress")
        return with_code(step, LOOSE)
    if source.endpoint in network.services:
        return starts_nothing(source.endpoint)
    if network.endpoints[source.endpoint].outbound:
        return answers_only(network.endpoints[source.endpoint])
    private = beyond(network, id) is None or id == ON_PREMISES
    if network.endpoints[source.endpoint].outside and private:
        text = f"{source.endpoint} is outside every VPC and reaches no private address"
        fix = f"put {source.endpoint} into a VPC that reaches {id}"
        return dead_end(source.endpoint, "endpoint", LOOSE, text, fix)
    return None


def lost_between(question: Question, source: Place, destination: Place) -> Way | None:
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
    return way.unknown("; ".join(reasons), "UNKNOWN_RESOURCE") if reasons else None


def _from_outside(question: Question) -> Way:
    """A function outside every VPC has the Internet by itself (F91), through no gateway that Block
    Public Access could stop (F59)."""
    way = Way("forward", question.flow, arrival=Disposition.EXITS_NETWORK)
    text = f"leaves for {address_text(question.flow.dst)} from outside every VPC"
    reply = partial(reply_outside, question)
    end = question.to_aws or INTERNET
    return replace(way.take(delivered(end, text)), reply=reply)


def _to_nobody(question: Question, here: Standing | None, source: str) -> list[Way]:
    """To an address that no interface holds: as far as the sender's own VPC, and no further."""
    network = question.network
    if here is None:
        way = Way("forward", question.flow)
        refused = no_interface(network, question.flow.dst) if source == ON_PREMISES else None
        return [_nobody(question, way.take(refused) if refused else way, "")]
    way = through_groups(question, start(question, (here, "egress")), here, "egress")
    if question.flow.dst in here.subnet.cidr:
        return [_nobody(question, way, here.subnet.vpc)]
    way = through_acl(question, way, here.subnet, "egress")
    found = routed(question, way, here.subnet, "to its VPC")
    return [_beyond(question, one, branch, here.subnet) for branch, one in found]


def _beyond(question: Question, way: Way, branch: Branch, at: Subnet) -> Way:
    """Out of the VPC there may be somebody, where not all that is there is known."""
    network, dst = question.network, question.flow.dst
    inside = any(dst in one.cidrs for one in network.vpcs.values())
    unknown = ""
    match branch.target:
        case Elsewhere(what):
            unknown = what
        case ToInterface(id):
            unknown = f"{id} would forward it, and where that leads is not modelled"
        case ToPeering(id) if id in network.peerings:
            peering = network.peerings[id]
            if peering.active is not Tri.NO:
                unknown = may_lie_behind(network, peering, dst)
        case ToTransit(id):
            lost = [one.lost for one in through_transit(question, way, id, at) if one.lost]
            unknown = lost[0] if lost else ""
        case _:
            pass
    return way.unknown(unknown) if unknown and not inside else _nobody(question, way, at.vpc)


def _nobody(question: Question, way: Way, vpc: str) -> Way:
    """No such host; `vpc` is where to look first, since address blocks may be used twice."""
    dst, network = question.flow.dst, question.network
    subnets = [one for _, one in sorted(network.subnets.items()) if dst in one.cidr]
    subnets.sort(key=lambda one: one.vpc != vpc)
    vpcs = [id for id, one in sorted(network.vpcs.items()) if dst in one.cidrs]
    vpcs.sort(key=lambda id: id != vpc)
    if subnets:
        component, text = subnets[0].id, f"no interface holds {address_text(dst)}"
    else:
        component = vpcs[0] if vpcs else address_text(dst)
        text = f"no subnet of {component} holds {address_text(dst)}"
    fix = f"place something at {address_text(dst)}, or send to an address in use"
    end = Disposition.NO_SUCH_HOST
    step = dead_end(component, "endpoint", "NO_SUCH_HOST", text, fix, end=end, direction="ingress")
    return way.take(with_code(step, "ENI_ADDRESS_RESTRICTION") if subnets else step)
