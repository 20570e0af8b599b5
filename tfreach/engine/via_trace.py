"""One flow, and one line through load balancers, in; its whole way there and back, out.

The oracle's opinion of what engine/via.py does with sets: every connection of the line is walked by
itself (trace.py), and the ways are put one behind the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import product

from tfreach.engine.balanced import aims, classic_acl, in_zone, with_listener
from tfreach.engine.explain import Step as Said
from tfreach.engine.explain import dead_end, services_words
from tfreach.engine.neighbours import arrived
from tfreach.engine.nodes import Spot
from tfreach.engine.private_link import by_private_link
from tfreach.engine.replies import home, started
from tfreach.engine.steps import every
from tfreach.engine.trace import across, lost_between, spot, standing, there_and_back, trace
from tfreach.engine.verdicts import Disposition, Hop, Leg, Options, Trace
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
from tfreach.records import dataclass
from tfreach.space.headers import Flow, address_text, family_of
from tfreach.space.intervals import IntervalSet
from tfreach.topology.lines import Line, Step
from tfreach.topology.network import Elsewhere, Local, Network, Tri

OWN_PORT = 1024
CHAINED = "what a load balancer sends to an interface endpoint is not evaluated beyond that"
SECOND = "how a second network load balancer sees the client is not evaluated"
BEYOND = "client addresses that are kept on the way to another VPC are not evaluated"


@dataclass(frozen=True, slots=True)
class Members:
    """What is asked about a line, one member of each set.

    places     of the client, of a node of each load balancer, and of the target
    arrives    for each stop after the client, the address that is connected to
    leaves     the address that each node connects from, by the family of what it connects to
    sent       the service that each load balancer asks for
    own_port   the port that load balancers send from
    """

    places: Sequence[Place]
    arrives: Sequence[int]
    leaves: Sequence[int]
    sent: Sequence[int]
    own_port: int = OWN_PORT


def trace_line(
    network: Network, flow: Flow, line: Line, members: Members, options: Options | None = None
) -> tuple[Trace, ...]:
    """Walk a flow to the first listener of a line, and what the load balancers make of it: one
    Trace for every way that the unknowns leave open. flow: it is sent to the first node."""
    options = options or Options()
    first = trace(network, flow, members.places[0], members.places[1], options)
    doubt = line.steps[0].listener.unknown
    connections = [tuple(_doubted(one, doubt, line.steps[0]) for one in first)]
    connections += [
        _connection(network, flow, line, members, at, options) for at in range(len(line.steps))
    ]
    return tuple(reduce(_joined, ways) for ways in product(*connections))


def _doubted(found: Trace, doubt: str, step: Step) -> Trace:
    """As sure as the listener is."""
    if not doubt or found.forward.outcome is Tri.NO:
        return found
    hop = Hop(step.listener.id, "listener", "permit", "may take it", unknown=doubt)
    leg = found.forward
    unsure = replace(leg, hops=(*leg.hops, hop), outcome=every(leg.outcome, Tri.MAYBE))
    return replace(found, forward=unsure)


def _connection(
    network: Network, flow: Flow, line: Line, members: Members, at: int, options: Options
) -> tuple[Trace, ...]:
    """From one load balancer of the line to the next stop."""
    step = line.steps[at]
    if step.is_link:
        passed = _linked(network, flow, line, members, at, options)
        return tuple(_with_onward(passed, line, at))
    here, there = members.places[at + 1], members.places[at + 2]
    src, dst = members.leaves[at], members.arrives[at + 1]
    came = family_of(flow.dst) if at == 0 else line.steps[at - 1].group.family
    linked = any(one.is_link for one in line.steps[:at])
    keeps = step.group.keeps if came is step.group.family and not linked else Tri.NO
    own = Question(network, Flow(src, dst, members.sent[at], members.own_port), options, OWN_PORT)
    found: list[Trace] = []
    if keeps is not Tri.YES:
        found += _walked(own, step, here, there, _ways(own, here, there), options)
    if keeps is not Tri.NO:
        kept = replace(own, flow=replace(own.flow, src=flow.src, src_port=flow.src_port))
        ways = [Way("forward", kept.flow).unknown(SECOND)] if at else _kept_ways(kept, here, there)
        found += _walked(kept, step, here, there, ways, options, kept=True)
    return tuple(_with_onward(found, line, at))


def _with_onward(found: Sequence[Trace], line: Line, at: int) -> list[Trace]:
    """As sure as the listener of the next load balancer is."""
    if at + 1 == len(line.steps):
        return list(found)
    onward = line.steps[at + 1]
    return [_doubted(one, onward.listener.unknown, onward) for one in found]


def _linked(
    network: Network, flow: Flow, line: Line, members: Members, at: int, options: Options
) -> list[Trace]:
    """From an interface endpoint by PrivateLink into a load balancer (F82)."""
    sent = Flow(flow.src, members.arrives[at + 1], members.sent[at], flow.src_port)
    question = Question(network, sent, options, OWN_PORT)
    if at > 0:
        way = Way("forward", sent).unknown(CHAINED)
    else:
        way = by_private_link(question, line.steps[at], members.places)
    return there_and_back(question, way, members.places[at + 1], members.places[at + 2])


def _ways(question: Question, here: Place, there: Place) -> list[Way]:
    lost = lost_between(question, here, there)
    if lost is not None:
        return [lost]
    x, y = standing(question, here), standing(question, there)
    return [] if x is None or y is None else across(question, x, y)


def _walked(
    question: Question,
    step: Step,
    here: Place,
    there: Place,
    ways: Sequence[Way],
    options: Options,
    *,
    kept: bool = False,
) -> list[Trace]:
    """The ways, each beginning with what the load balancer makes of the packet, there and back."""
    from_, to = spot(question.network, here), spot(question.network, there)
    if from_ is None or to is None:
        return []
    first = Way("forward", question.flow).take(_sent(question, step, from_, to, kept=kept))
    inside = from_.subnet is not None and to.subnet is not None and from_.subnet.id == to.subnet.id
    if step.balancer.kind == "classic" and inside and from_.subnet is not None:
        first = classic_acl(question, first, from_.subnet)
    found: list[Trace] = []
    for way in ways:
        whole = with_listener(_behind(first, way), to)
        found += there_and_back(question, whole, here, there)
    return found


def _behind(first: Way, way: Way) -> Way:
    outcome = every(first.outcome, way.outcome)
    hops = way.hops
    if outcome is Tri.NO and hops and hops[-1].action == "deliver":
        hops = hops[:-1]
    return replace(
        way,
        hops=(*first.hops, *hops),
        blockers=(*first.blockers, *way.blockers),
        outcome=outcome,
        ended=first.ended or way.ended,
    )


def _sent(question: Question, step: Step, here: Spot, there: Spot, *, kept: bool) -> Said:
    """What the target group makes of it: another port, another source, or nothing at all."""
    number, group = question.flow.service, step.group
    what = services_words(IntervalSet.span(number, number))
    zone, doubt = in_zone(question.network, step.balancer, group, here, there)
    if not aims(step.target, there, question.flow.dst) or zone is Tri.NO:
        code = "TARGET_ADDRESS_RESTRICTION" if zone is not Tri.NO else "ELB_NOT_CROSSZONE"
        text = f"{group.id} does not send to {address_text(question.flow.dst)} from here"
        fix = "turn cross-zone load balancing on" if zone is Tri.NO else "register it"
        end = Disposition.DENIED_OUT
        ties = (step.target.origin, group.origin, step.balancer.origin)
        return dead_end(group.id, "target_group", code, text, fix, end=end, origins=ties)
    why = step.unknown or (doubt if zone is Tri.MAYBE else "")
    keeps = "ELBV2_SOURCE_ADDRESS_PRESERVATION" if kept else "REMAP_EPHEMERAL_PORT"
    source = "the client's address" if kept else "its own address"
    hop = Hop(
        group.id,
        "target_group",
        "translate",
        f"sends {what} to {there.endpoint.id} from {source}",
        step.target.origin,
        (step.listener.origin, step.forward.origin, group.origin, step.balancer.origin),
        (keeps,),
        unknown=why,
        header=question.flow,
    )
    return Said(hop, Tri.MAYBE if why else Tri.YES)


def _kept_ways(question: Question, here: Place, there: Place) -> list[Way]:
    """With the client's address (F81): what judges by source sees that, and a rule that names the
    load balancer's group matches; one that names the client's does not."""
    lost = lost_between(question, here, there)
    if lost is not None:
        return [lost]
    x, y = standing(question, here), standing(question, there)
    if x is None or y is None:
        return []
    if x.subnet.vpc != y.subnet.vpc:
        return [Way("forward", question.flow).unknown(BEYOND)]
    way = through_groups(question, start(question, (x, "egress"), (y, "ingress")), x, "egress",
                         y.interface.groups)  # fmt: skip
    if x.subnet.id == y.subnet.id:
        way = through_groups(question, way, y, "ingress", x.interface.groups)
        return [replace(arrived(way, y), reply=lambda: [home(question, started(question), x)])]
    way = through_acl(question, way, x.subnet, "egress")
    ways = []
    for branch, one in routed(question, way, x.subnet, "to local"):
        if isinstance(branch.target, Elsewhere):
            ways.append(one.unknown(branch.target.what))
            continue
        stopped = one
        if not isinstance(branch.target, Local) and one.outcome is not Tri.NO:
            text = f"{branch.table} does not lead to {y.subnet.id} directly (F83)"
            step = dead_end(branch.table, "route_table", "NO_ROUTE_TO_DESTINATION", text, "")
            stopped = one.take(step)
        entered = through_acl(question, stopped, y.subnet, "ingress")
        entered = through_groups(question, entered, y, "ingress", x.interface.groups)
        reply = partial(_reply_kept, question, x, y)
        ways.append(replace(arrived(entered, y), reply=reply))
    return ways


def _reply_kept(question: Question, here: Standing, there: Standing) -> list[Way]:
    """Back by the node, whatever the target's own route table says: the load balancer remembers the
    connection. The target's network ACL sees the client, that of the node the target."""
    way = through_acl(question, started(question), there.subnet, "egress")
    return [home(question, through_acl(question, way, here.subnet, "ingress"), here)]


def _joined(one: Trace, other: Trace) -> Trace:
    """Two connections, one behind the other; replies come the other way round."""
    forward = _in_turn(one.forward, other.forward)
    back: Leg | None = None
    if forward.outcome is not Tri.NO and one.back is not None and other.back is not None:
        back = _in_turn(other.back, one.back)
    ends = (one.places[0], other.places[1])
    return Trace(
        one.flow,
        one.source,
        other.destination,
        ends,
        forward,
        back,
        (*one.blockers, *other.blockers),
    )


def _in_turn(one: Leg, other: Leg) -> Leg:
    outcome = every(one.outcome, other.outcome)
    ended = one if one.outcome is outcome and outcome is not Tri.YES else other
    return Leg((*one.hops, *other.hops), outcome, ended.disposition)
