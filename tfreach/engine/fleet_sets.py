"""An endpoint of a Gateway Load Balancer in; whether what it hands on gets to an appliance, out.

The fast counterpart of engine/fleets.py and engine/tunnels.py; they share the model and nothing
else. One answer for all packets: none of them has a part in how it is carried (F86).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from functools import reduce
from operator import and_

from tfreach.engine.balancing import Sender, near
from tfreach.engine.junctions import (
    EVERYTHING,
    Junction,
    Junctions,
    Place,
    all_of,
    edges,
    gate,
)
from tfreach.engine.pieces import cut
from tfreach.engine.routes import Way
from tfreach.records import dataclass
from tfreach.space.bounds import Bounds
from tfreach.space.headers import ALL_IPV4
from tfreach.space.intervals import IntervalSet
from tfreach.topology.balance import Target
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.fleet import GENEVE, Fleet, Inspector
from tfreach.topology.network import Interface, Local, Network, Site, Tri

Stands = Place | str
"""Where an appliance is, or why that is not known."""


@dataclass(slots=True)
class Fleets:
    """All endpoints of Gateway Load Balancers of one network; whatever is found is kept."""

    network: Network
    junctions: Junctions
    place: Callable[[Interface, Site], Place]
    _known: dict[str, Bounds] = field(default_factory=dict)

    def reached(self, endpoint: FirewallEndpoint, *, ipv6: bool) -> Bounds:
        """Everything, nothing, or not known which."""
        fleet = endpoint.fleet
        if fleet is None:
            return EVERYTHING
        if endpoint.id not in self._known:
            answers = list(self._answers(endpoint, fleet))
            found = answers[0] if len(set(answers)) == 1 else Tri.MAYBE
            accepted = gate(fleet.accepted, fleet.why)
            why = f"whether every appliance behind {endpoint.id} gets it is not known"
            self._known[endpoint.id] = accepted & gate(found, fleet.unknown or why)
        six = gate(fleet.ipv6 if ipv6 else Tri.YES, f"whether {endpoint.id} takes IPv6")
        return self._known[endpoint.id] & six

    def _answers(self, endpoint: FirewallEndpoint, fleet: Fleet) -> Iterator[Tri]:
        """One for each node that may get the packet and each target that may get it there."""
        home = self.junctions.at(endpoint.subnet)
        if fleet.unknown or any(one.unknown for one in fleet.inspectors):
            yield Tri.MAYBE
        served = False
        for inspector in fleet.inspectors:
            for node in inspector.nodes:
                same = near(self.junctions.at(node.subnet), home)
                served = served or same is not Tri.NO
                if same is not Tri.NO:
                    yield from (_least(same, one) for one in self._by(inspector, node))
        if not served:
            yield Tri.MAYBE

    def _by(self, inspector: Inspector, node: Site) -> Iterator[Tri]:
        """From one node to each of its targets."""
        sender = Sender(self.network, inspector.balancer)
        nodes = [self.junctions.at(one.subnet) for one in inspector.nodes]
        here = self.junctions.at(node.subnet)
        found = [Tri.MAYBE] if sender.open else []
        for aim in sender.aims:
            target = aim.target
            if target.services and GENEVE not in target.services:
                found.append(Tri.NO)
            elif target.services:
                for at, sure in self._places(target, here):
                    if isinstance(at, str):
                        found.append(Tri.MAYBE)
                        continue
                    zone = _answer(sender.zone(aim.group, here, nodes, at.junction))
                    limits = Tri.MAYBE if aim.why or not sure else Tri.YES, zone
                    if zone is not Tri.NO and not self._down(at):
                        found += [_least(one, *limits) for one in self._carried(here, node, at)]
        yield from found or [Tri.NO]

    def _down(self, at: Place) -> bool:
        faces = (one for end in self.network.endpoints.values() for one in end.interfaces)
        return any(one.down for one in faces if one.id == at.interface)

    def _places(self, target: Target, here: Junction) -> Iterator[tuple[Stands, bool]]:
        """Where a target may be, and whether it surely is there."""
        if target.addresses is not None:
            yield from self._holders(target.addresses, here)
            return
        end = self.network.endpoints.get(target.endpoint)
        if end is None:
            yield f"{target.endpoint} is not known", False
            return
        for face in end.interfaces:
            if target.interface in ("", face.id):
                yield from ((self.place(face, site), not face.unknown) for site in face.sites)
                if not face.sites:
                    yield f"where {face.id} is, is not known", False

    def _holders(self, address: IntervalSet, here: Junction) -> Iterator[tuple[Stands, bool]]:
        held = [
            (self.place(face, Site(site.subnet, address)), face, site)
            for end in self.network.endpoints.values()
            for face in end.interfaces
            for site in face.sites
            if address & site.addresses
        ]
        near_ = [one for one in held if one[0].junction.vpc == here.vpc]
        alone = [
            place
            for place, face, site in near_
            if not face.unknown and site.addresses & ALL_IPV4 == address
        ]
        if alone:
            yield alone[0], True
        elif near_:
            yield from ((place, False) for place, _, _ in near_)
        else:
            yield "no interface has the address", False

    def _carried(self, here: Junction, node: Site, at: Place) -> Iterator[Tri]:
        """There and back between all addresses that a node and an appliance may have."""
        cuts = [*edges(here), *edges(at.junction), at.ingress.segments, at.egress.segments]
        ends = [cut(one & ALL_IPV4, cuts) for one in (node.addresses, at.addresses)]
        if here.vpc != at.junction.vpc or not all(ends):
            yield Tri.MAYBE
            return
        for source in ends[0]:
            for target in ends[1]:
                yield _answer(_both_ways(here, at, source.first, target.first))


def _both_ways(here: Junction, at: Place, s: int, t: int) -> Bounds:
    groups = at.ingress.permits(s) & at.egress.permits(s)
    there = at.junction
    if here.id == there.id:
        return groups
    acls = [here.leaving.permits(t), there.entering.permits(s)]
    acls += [there.leaving.permits(s), here.entering.permits(t)]
    routes = [all_of(here.table.at(t), _locally), all_of(there.table.at(s), _locally)]
    return reduce(and_, (*acls, *routes), groups)


def _locally(way: Way) -> Tri:
    return Tri.YES if isinstance(way, Local) else Tri.MAYBE


def _answer(found: Bounds) -> Tri:
    if GENEVE in found.must:
        return Tri.YES
    return Tri.MAYBE if GENEVE in found.may else Tri.NO


def _least(*answers: Tri) -> Tri:
    """The least sure of them."""
    for one in (Tri.NO, Tri.MAYBE):
        if one in answers:
            return one
    return Tri.YES
