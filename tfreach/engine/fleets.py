"""A packet at an endpoint of a Gateway Load Balancer in; whether an appliance gets it, out (F86).

The oracle's opinion; engine/fleet_sets.py is the other. The packet goes privately to the load
balancer's node in the endpoint's zone (F71), and by GENEVE to one of the targets that this node
sends to (F79). Which one no plan says: it is sure only where all of them do the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfreach.engine.balanced import in_zone, open_end, registrations
from tfreach.engine.explain import Step, dead_end
from tfreach.engine.nodes import Spot, near
from tfreach.engine.steps import every, one_of
from tfreach.engine.tunnels import tunnels
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Standing, Way
from tfreach.records import dataclass
from tfreach.space.headers import ALL_IPV4, UDP, Family, address_text, protocol_of, services_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.balance import Target, TargetGroup
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.fleet import GENEVE, GENEVE_PORT, Fleet, Inspector
from tfreach.topology.network import Endpoint, Interface, Network, Origin, Public, Site, Tri

KIND = "vpc_endpoint"
GROUP, HOST = "target_group", "interface"


def through_fleet(question: Question, way: Way, endpoint: FirewallEndpoint, fleet: Fleet) -> Way:
    """The way, with what becomes of it behind the endpoint."""
    way = _taken(question, way, endpoint, fleet)
    if way.outcome is Tri.NO and way.hops[-1].codes:
        return way
    start = Way(way.leg, way.header)
    tries = list(_tries(question, start, endpoint, fleet))
    answer = one_of(one.outcome for one in tries)
    told = next((one for one in tries if one.outcome is answer), None)
    if told is None:  # some get it, some do not: a flow goes to one of them
        told = next(one for one in tries if one.outcome is Tri.YES)
        why = f"an appliance behind {endpoint.id} gets it, and another one does not"
        told = told.take(_maybe(endpoint, why))
    return replace(
        way,
        hops=(*way.hops, *told.hops),
        blockers=(*way.blockers, *told.blockers),
        outcome=every(way.outcome, told.outcome),
        ended=way.ended or told.ended,
    )


def again(way: Way, endpoint: FirewallEndpoint) -> Way:
    """A reply that comes by the endpoint that handed on its request."""
    return way.take(Step(_hop(endpoint, "hands it to the appliances that saw the request")))


def _taken(question: Question, way: Way, endpoint: FirewallEndpoint, fleet: Fleet) -> Way:
    """Whether the service takes what the endpoint hands it."""
    if fleet.accepted is Tri.NO:
        fix = f"have {endpoint.id} accepted"
        end, ties = Disposition.BLACKHOLE, (endpoint.origin, fleet.origin)
        return way.take(
            dead_end(endpoint.id, KIND, "BAD_STATE_ROUTE", fleet.why, fix, end=end, origins=ties)
        )
    way = way.take(Step(_hop(endpoint, f"hands it to {fleet.service}")))
    if fleet.accepted is Tri.MAYBE:
        way = way.take(_maybe(endpoint, fleet.why))
    if question.family is Family.IPV6 and fleet.ipv6 is not Tri.YES:
        way = way.take(_maybe(endpoint, f"whether {endpoint.id} takes IPv6 is not known"))
    return way


def _tries(
    question: Question, start: Way, endpoint: FirewallEndpoint, fleet: Fleet
) -> Iterator[Way]:
    """What may become of it, one of these; at least one."""
    network = question.network
    home = network.subnets[endpoint.subnet]
    doubts = [fleet.unknown, *(one.unknown for one in fleet.inspectors)]
    doubts = [why for why in doubts if why]
    yield from (start.take(_maybe(endpoint, why)) for why in doubts)
    served = False
    for inspector in fleet.inspectors:
        for node in inspector.nodes:
            answer = near(network.subnets[node.subnet], home)
            if answer is Tri.NO:
                continue
            served = True
            way = start
            if answer is Tri.MAYBE:
                why = f"whether {node.subnet} and {home.id} are in one zone is not known"
                way = start.take(_maybe(endpoint, why))
            yield from _OfNode(network, inspector, node).tries(way)
    if not served and not doubts:
        why = f"{fleet.service} has no node in the zone of {home.id}: AWS makes no such endpoint"
        yield start.take(_maybe(endpoint, why))


@dataclass(slots=True)
class _OfNode:
    """What one node of a Gateway Load Balancer sends to.

    asleep   targets that are stopped; afar: groups with targets, none of them in reach of the node
    """

    network: Network
    inspector: Inspector
    node: Site
    asleep: str = ""
    afar: str = ""

    def tries(self, start: Way) -> Iterator[Way]:
        balancer = self.inspector.balancer
        open_ = open_end(self.network, balancer)
        if open_:
            hop = Hop(balancer.id, GROUP, "route", "may send it anywhere", unknown=open_)
            yield start.take(Step(hop, Tri.MAYBE))
        found = False
        for listener, forward, group, target in registrations(self.network, balancer):
            origins = (listener.origin, forward.origin, group.origin, balancer.origin)
            doubt = listener.unknown or forward.unknown or target.unknown
            for one in self._to(start, group, target, doubt, origins) if target.services else ():
                found = True
                yield one
        if not found and not open_:
            yield start.take(self._nobody())

    def _to(
        self,
        start: Way,
        group: TargetGroup,
        target: Target,
        doubt: str,
        origins: tuple[Origin, ...],
    ) -> Iterator[Way]:
        """To one target, wherever it may be."""
        ties = tuple(one for one in (target.origin, *origins) if one.address)
        if GENEVE not in target.services:
            yield start.take(_restricted(group, target, ties))
            return
        for at, held, why in self._places(target):
            unsure, name = doubt or why, target.endpoint or "a target"
            if at is not None:
                answer, zone = self._in_zone(group, at)
                unsure, name = unsure or zone, at.interface.id
                if answer is Tri.NO:
                    self.afar = group.id
                    continue
                if at.interface.down:
                    self.asleep = at.interface.down
                    continue
            words = f"sends it by GENEVE (udp/{GENEVE_PORT}) to {name}"
            hop = Hop(group.id, GROUP, "route", words, target.origin, ties, unknown=unsure)
            way = start.take(Step(hop, Tri.MAYBE if unsure else Tri.YES))
            yield from tunnels(self.network, way, self.node, at, held) if at else (way,)

    def _in_zone(self, group: TargetGroup, at: Standing) -> tuple[Tri, str]:
        balancer = self.inspector.balancer
        face = Interface(balancer.id, self.inspector.nodes, (), Public(Tri.NO))
        subnet = self.network.subnets[self.node.subnet]
        here = Spot(Endpoint(balancer.id, "lb", (face,)), face, subnet)
        there = Spot(at.endpoint, at.interface, at.subnet)
        return in_zone(self.network, balancer, group, here, there)

    def _places(self, target: Target) -> Iterator[tuple[Standing | None, IntervalSet, str]]:
        """Where a target may be, with its addresses there; None: nobody knows. And why it is not
        sure that it is there, or ""."""
        if target.addresses is not None:
            yield from self._holders(target.addresses)
            return
        end = self.network.endpoints.get(target.endpoint)
        if end is None:
            yield None, IntervalSet(), f"{target.endpoint} is not in this plan"
            return
        for face in end.interfaces:
            if target.interface not in ("", face.id):
                continue
            yield from self._sites(end, face)
            if not face.sites:
                yield None, IntervalSet(), face.unknown or f"where {face.id} is, is not known"

    def _sites(self, end: Endpoint, face: Interface) -> Iterator[tuple[Standing, IntervalSet, str]]:
        for site in face.sites:
            at = Standing(end, face, self.network.subnets[site.subnet])
            yield at, site.addresses, face.unknown

    def _holders(self, address: IntervalSet) -> Iterator[tuple[Standing | None, IntervalSet, str]]:
        """The interfaces of the load balancer's VPC that have an address, or may have it."""
        vpc = self.network.subnets[self.node.subnet].vpc
        perhaps: list[tuple[Standing | None, IntervalSet, str]] = []
        for end in self.network.endpoints.values():
            for face in end.interfaces:
                for at, held, why in self._sites(end, face):
                    if at.subnet.vpc != vpc or held.isdisjoint(address):
                        continue
                    if held & ALL_IPV4 == address and not why:
                        yield at, address, ""
                        return
                    shown = address_text(address.first)
                    perhaps.append((at, address, why or f"{face.id} may have {shown}, or not"))
        yield from perhaps
        if not perhaps:
            shown = address_text(address.first)
            yield None, address, f"no interface here has the address {shown}"

    def _nobody(self) -> Step:
        """No target takes it: it is dropped."""
        balancer = self.inspector.balancer
        zone = self.network.subnets[self.node.subnet].zone or self.node.subnet
        code, component = "ELBV2_LISTENER_HAS_NO_TG", balancer.id
        text = f"no target group of {component} has a target"
        fix = f"register an appliance with a target group of {component}"
        if not balancer.listeners:
            code, text = "ELBV2_LISTENERS_MISMATCH", f"{component} has no listener"
            fix = f"give {component} a listener"
        elif self.asleep:
            code, text = "BAD_STATE", f"every target of {component} in reach is down: {self.asleep}"
            fix = "start it"
        elif self.afar:
            code, component = "ELBV2_NO_TARGETS_IN_AZ", self.afar
            text = f"{self.afar} has no target in {zone}, and {balancer.id} does not cross zones"
            fix = f"turn cross-zone load balancing on, or register a target in {zone}"
        ties = (balancer.origin, *(one.origin for one in balancer.listeners))
        return _dropped(component, code, text, fix, ties)


def _restricted(group: TargetGroup, target: Target, ties: tuple[Origin, ...]) -> Step:
    """A node speaks GENEVE, by udp/6081, and nothing else."""
    rows = services_text(target.services)
    words = " and ".join(f"{protocol}/{ports}" for protocol, ports in rows)
    spoken = protocol_of(target.services.first)
    code = "GWLB_PROTOCOL_RESTRICTION" if spoken != UDP else "GWLB_DESTINATION_PORT_RESTRICTION"
    text = f"{group.id} sends {words}: a Gateway Load Balancer sends udp/{GENEVE_PORT} alone"
    return _dropped(group.id, code, text, f"let it send GENEVE to port {GENEVE_PORT}", ties)


def _dropped(component: str, code: str, text: str, fix: str, ties: tuple[Origin, ...]) -> Step:
    end = Disposition.DENIED_OUT
    return dead_end(component, GROUP, code, text, fix, end=end, origins=ties)


def _hop(endpoint: FirewallEndpoint, text: str) -> Hop:
    said = endpoint.origin, endpoint.fleet.origin if endpoint.fleet else endpoint.origin
    ties = dict.fromkeys(one for one in said if one.address)
    return Hop(endpoint.id, KIND, "route", text, origins=tuple(ties))


def _maybe(endpoint: FirewallEndpoint, why: str) -> Step:
    return Step(replace(_hop(endpoint, "may hand it to an appliance"), unknown=why), Tri.MAYBE)
