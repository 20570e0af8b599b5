"""A way that clients of a VPN take in; the same with what their endpoint says of it, out.

The oracle's opinion: an authorization rule has to let them there, by the longest prefix, and the
endpoint has to route it by the subnet they come in by. engine/client_sets.py is the other opinion.
"""

from __future__ import annotations

from dataclasses import replace

from tfreach.engine.explain import Step, dead_end
from tfreach.engine.steps import every
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Way
from tfreach.space.headers import address_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.clients import Allowed, ClientVpn
from tfreach.topology.network import Network, Subnet, Tri, Vpc

KIND = "client_vpn"


def from_client(question: Question, way: Way, id: str, at: Subnet) -> Way:
    """The way, beginning with whether the endpoint lets such a packet in at all."""
    vpn, dst = question.network.client_vpns[id], question.flow.dst
    first = Way(way.leg, question.flow).take(authorized(vpn, dst))
    first = first.take(routed(vpn, at, question.network.vpcs[at.vpc], dst))
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


def clients_cuts(network: Network) -> list[IntervalSet]:
    """The addresses that Client VPN endpoints treat apart."""
    vpns = network.client_vpns.values()
    told = [one for vpn in vpns for one in vpn.rules]
    told += [one for vpn in vpns for found in vpn.routes.values() for one in found]
    blocks = [vpc.cidrs for vpc in network.vpcs.values()] if told else []
    return [*(one.addresses for one in told), *blocks]


def authorized(vpn: ClientVpn, address: int) -> Step:
    """The longest rule that has the address decides."""
    fitting = [rule for rule in vpn.rules if address in rule.addresses]
    peer = address_text(address)
    if not fitting:
        text = f"no authorization rule of {vpn.id} lets anybody to {peer}"
        fix = f"add an authorization rule for {peer} to {vpn.id}"
        code, end = "CLIENT_VPN_UNAUTHORIZED", Disposition.DENIED_OUT
        return dead_end(vpn.id, KIND, code, text, fix, end=end)
    doubts = [rule for rule in fitting if rule.unknown]
    sure = [rule for rule in fitting if not rule.unknown]
    longest = max((rule.length for rule in sure), default=0)
    decides = [rule for rule in sure if rule.length == longest]
    best = next((rule for rule in decides if rule.everyone is Tri.YES), (decides or doubts)[0])
    why = doubts[0].unknown if doubts else ""
    if not why and best.everyone is not Tri.YES:
        why = f"only clients of an access group pass: {best.origin.text or vpn.id}"
    return _pass(vpn.id, best, "permit", why)


def routed(vpn: ClientVpn, at: Subnet, vpc: Vpc, address: int) -> Step:
    """Its own table: the VPC, and what is routed by the subnet that the client comes in by."""
    if address in vpc.cidrs and not vpc.unknown:
        return Step(Hop(vpn.id, KIND, "route", f"leads to {vpc.id}"))
    fitting = [route for route in vpn.routes.get(at.id, ()) if address in route.addresses]
    fitting.sort(key=lambda route: bool(route.unknown))
    if fitting:
        return _pass(vpn.id, fitting[0], "route", fitting[0].unknown)
    if address in vpc.cidrs:
        hop = Hop(vpn.id, KIND, "route", f"may lead to {vpc.id}", unknown=vpc.unknown)
        return Step(hop, Tri.MAYBE)
    peer = address_text(address)
    text = f"{vpn.id} has no route to {peer} by {at.id}"
    fix = f"add a route for {peer} by {at.id} to {vpn.id}"
    return dead_end(vpn.id, KIND, "NO_ROUTE_TO_DESTINATION", text, fix)


def _pass(id: str, by: Allowed, action: str, unknown: str) -> Step:
    hop = Hop(id, KIND, action, by.origin.text, by.origin, unknown=unknown)
    return Step(hop, Tri.MAYBE if unknown else Tri.YES)
