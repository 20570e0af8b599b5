"""A packet at an internet gateway, inwards, in; the ways on by the gateway's own table, out.

An edge route table steers what arrives (F44): to a host that forwards, or by the local route. Whom
it steers past a host has to answer the same way (F45).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfreach.engine.explain import Step, dead_end, route_step
from tfreach.engine.middlebox import NO_HOSTS, End, Trip, hosts_of, past_hosts
from tfreach.engine.steps import Branch, leads, lookup
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Standing, Way
from tfreach.space.headers import Family, address_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    InternetGateway,
    Local,
    Network,
    OneOf,
    Origin,
    Subnet,
    ToInterface,
    Tri,
)

IGW = "internet_gateway"
UNSURE = "by which internet gateway it comes in, and what that makes of it, is not known"


def steered(
    question: Question,
    way: Way,
    gateway: InternetGateway | None,
    goal: Standing,
    crossed: frozenset[str] = NO_HOSTS,
) -> list[End]:
    """From the gateway to an interface of its VPC: to its subnet, or as far as it gets.

    gateway   None: one of several, or none; which is not known
    crossed   of a reply: the hosts that the request passed
    """
    at = _gate(gateway, goal.subnet)
    if gateway is None or not (gateway.edge.ids or gateway.edge.open):
        lost = "" if gateway or not _any_edge(question.network, goal.subnet.vpc) else UNSURE
        return [End(way, Branch("", None, Local()), at, lost=lost)]
    trip = Trip(goal=goal, crossed=crossed)
    found: list[End] = []
    for branch in lookup(question.network, at, way.header.dst):
        step = route_step(branch, at, address_text(way.header.dst), "to local")
        one = way.take(step)
        if isinstance(branch.target, ToInterface) and not trip.is_goal(branch):
            one = _needs_public(question, one, branch.target.interface)
        found += past_hosts(question, one, branch, at, trip, "to local")
    return found


def _any_edge(network: Network, vpc: str) -> bool:
    """Whether a gateway that may be that of the VPC has a table of its own."""
    return any(
        leads(one.vpc, vpc) is not Tri.NO and (one.edge.ids or one.edge.open)
        for one in network.internet_gateways.values()
    )


def _gate(gateway: InternetGateway | None, inside: Subnet) -> Subnet:
    """The gateway in place of a subnet: what has a route table, and no network ACL."""
    edge = gateway.edge if gateway else OneOf()
    origin = gateway.edge_origin if gateway else inside.table_origin
    name = gateway.id if gateway else f"internet gateway of {inside.vpc}"
    return replace(inside, id=name, table=edge, table_origin=origin)


def _needs_public(question: Question, way: Way, id: str) -> Way:
    """What an internet gateway steers to needs a public address of its own (F44), but for a
    firewall endpoint (F86)."""
    if question.family is Family.IPV6 or id in question.network.firewalls:
        return way
    answers = {host.interface.public.has for host, _ in hosts_of(question.network, id) if host}
    if answers == {Tri.NO}:
        text = f"{id} has no public address: traffic of the Internet cannot be steered to it"
        fix = f"give {id} a public address"
        end, code = Disposition.DENIED_IN, "INGRESS_RTB_NO_PUBLIC_IP"
        step = dead_end(id, "interface", code, text, fix, end=end, direction="ingress")
        return way.take(step)
    if answers <= {Tri.YES}:
        return way
    why = f"whether {id} has a public address is not known"
    hop = Hop(id, "interface", "route", "needs a public address", unknown=why)
    return way.take(Step(hop, Tri.MAYBE, "ingress"))


def redirected(network: Network, gateway: str, at: Standing, address: int) -> Tri:
    """Whether the gateway steers what is for this interface to a host."""
    found = network.internet_gateways.get(gateway)
    if found is None or not (found.edge.ids or found.edge.open):
        return Tri.NO
    trip = Trip(goal=at)
    branches = lookup(network, _gate(found, at.subnet), address)
    answers = {_redirects(network, branch, trip) for branch in branches}
    return answers.pop() if len(answers) == 1 else Tri.MAYBE


def _redirects(network: Network, branch: Branch, trip: Trip) -> Tri:
    """Of a firewall it is not documented (F86)."""
    if branch.target is None or isinstance(branch.target, Local) or trip.is_goal(branch):
        return Tri.NO
    if not isinstance(branch.target, ToInterface):
        return Tri.MAYBE
    return Tri.MAYBE if branch.target.interface in network.firewalls else Tri.YES


def past_redirection(network: Network, way: Way, gateway: str, at: Standing, address: int) -> Way:
    """An interface whose inbound traffic is steered to a host cannot go out past that (F45)."""
    answer = redirected(network, gateway, at, address)
    if answer is Tri.NO:
        return way
    text = f"{gateway} steers what is for {at.subnet.id} to a host; it cannot be left out"
    if answer is Tri.MAYBE:
        why = f"where {gateway} steers what is for {at.subnet.id} is not known"
        return way.take(Step(Hop(gateway, IGW, "route", text, unknown=why), Tri.MAYBE))
    fix = f"route {at.subnet.id} to the host that {gateway} steers to"
    end, code = Disposition.DENIED_OUT, "INGRESS_RTB_TRAFFIC_REDIRECTION"
    origins = _steering(network, gateway, at, address)
    return way.take(dead_end(gateway, IGW, code, text, fix, end=end, origins=origins))


def _steering(network: Network, gateway: str, at: Standing, address: int) -> Iterator[Origin]:
    """The route of the gateway's own table, and what makes it that."""
    gate = network.internet_gateways[gateway]
    for branch in lookup(network, _gate(gate, at.subnet), address):
        yield from (branch.route.origin, *branch.route.also) if branch.route else ()
    yield gate.edge_origin


def may_steer(network: Network, gateway: str, to: IntervalSet) -> bool:
    """Whether the gateway's own table, if it has one, may lead any of these addresses elsewhere."""
    found = network.internet_gateways.get(gateway)
    if found is None or not (found.edge.ids or found.edge.open):
        return False
    known = [network.tables[id] for id in found.edge.ids if id in network.tables]
    if found.edge.open or len(known) < len(found.edge.ids):
        return True
    return any(
        route.prefix.addresses & to and set(route.targets) != {Local()}
        for table in known
        for route in table.routes
    )
