"""A packet that has come in at an interface endpoint; its way by PrivateLink into the load balancer
of the service, out (F82).

The oracle's opinion. No route, no network ACL and no connection of the two VPCs has a part in it;
the groups of the load balancer see the client's own address, unless it is said that they do not
judge. engine/via_paths.py has the other opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tfreach.engine.balanced import in_zone, with_listener
from tfreach.engine.explain import Step as Said
from tfreach.engine.explain import dead_end, services_words
from tfreach.engine.neighbours import arrived
from tfreach.engine.nodes import Spot
from tfreach.engine.replies import home, started
from tfreach.engine.steps import every
from tfreach.engine.trace import lost_between, spot, standing
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Place, Question, Standing, Way, start, through_groups
from tfreach.space.intervals import IntervalSet
from tfreach.topology.lines import Step
from tfreach.topology.network import OneOf, Tri

SERVICE_KIND = "endpoint_service"
REFERENCED = "whether rules that name a client's group match what comes by PrivateLink is not known"
JUDGED = "whether the groups of the load balancer judge what comes by PrivateLink is not known"


def by_private_link(question: Question, step: Step, places: Sequence[Place]) -> Way:
    """places: of the client, of a node of the endpoint, and of one of the load balancer."""
    client, here, there = places[:3]
    to_ = there.endpoint
    from_, to = spot(question.network, here), spot(question.network, there)
    lost = lost_between(question, here, there)
    x, y = standing(question, here), standing(question, there)
    if lost is not None or from_ is None or to is None or x is None or y is None:
        return lost or Way("forward", question.flow).unknown(f"where {to_} is is not known")
    way = start(question, (y, "ingress")).take(_carried(question, step, from_, to))
    front = question.network.balancers.get(there.endpoint)
    judged = front.links_judged if front else Tri.MAYBE
    if judged is not Tri.NO:
        carriers = client.interface.groups if client.interface else ()
        way = _admitted(question, way, y, carriers, judged)
    return replace(
        with_listener(arrived(way, y), to), reply=lambda: [home(question, started(question), x)]
    )


def _carried(question: Question, step: Step, here: Spot, there: Spot) -> Said:
    """By the service, to the load balancer's node in the endpoint's own zone."""
    number = question.flow.service
    what = services_words(IntervalSet.span(number, number), question.family)
    offered, to = step.forward.origin, there.endpoint.id
    service = offered.address or step.balancer.id
    zone, doubt = in_zone(question.network, step.balancer, step.group, here, there)
    ties = (step.listener.origin, step.balancer.origin)
    if zone is Tri.NO:
        code, at = "VPCE_SERVICE_NOT_INSTALLED_IN_AZ", here.subnet.zone if here.subnet else ""
        text = f"{service} has no node of {to} in {at}, the zone of {step.balancer.id}"
        fix = f"give {to} a subnet in {at}"
        end = Disposition.DENIED_OUT
        return dead_end(service, SERVICE_KIND, code, text, fix, end=end, origins=(offered, *ties))
    why = step.unknown or (doubt if zone is Tri.MAYBE else "")
    text = f"takes {what} by PrivateLink to {to}"
    hop = Hop(service, SERVICE_KIND, "route", text, offered, ties, unknown=why)
    return Said(hop, Tri.MAYBE if why else Tri.YES)


def _admitted(
    question: Question, way: Way, at: Standing, carriers: tuple[OneOf, ...], judged: Tri
) -> Way:
    """By the groups of the load balancer, which see the client's private address."""
    surely = through_groups(question, way, at, "ingress")
    if not _is_stopped(way, surely):
        return surely
    if judged is Tri.MAYBE:
        return _doubted(way, surely, JUDGED)
    perhaps = through_groups(question, way, at, "ingress", carriers)
    return surely if _is_stopped(way, perhaps) else _doubted(way, perhaps, REFERENCED)


def _is_stopped(before: Way, after: Way) -> bool:
    return len(after.blockers) > len(before.blockers)


def _doubted(before: Way, after: Way, why: str) -> Way:
    """What the last hop says, which may not be so."""
    last = after.hops[-1]
    hop = replace(last, action="permit", unknown=why, codes=())
    outcome = every(before.outcome, Tri.MAYBE)
    return replace(before, hops=(*before.hops, hop), outcome=outcome)
