"""A source and a line through load balancers in; what becomes of each of its members, out.

As engine/judge.py has it for pairs: every set is cut by what may tell two of its members apart, and
one of each piece is walked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tfreach.engine.nodes import Spot, is_no_member
from tfreach.engine.representatives import representatives
from tfreach.engine.verdicts import NAT_PORTS, Options, Trace, client_ports
from tfreach.engine.via_trace import Members, trace_line
from tfreach.engine.walk import Place
from tfreach.records import dataclass
from tfreach.space.headers import ALL_OF, Family, Flow, ports_of, protocol_of, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.families import faces
from tfreach.topology.lines import Line
from tfreach.topology.network import Interface, Network, Rule, beyond

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """key   where the client, each node and the target are: by their subnets"""

    key: Key
    traces: tuple[Trace, ...]


def walk(
    network: Network,
    source: str,
    line: Line,
    number: int,
    options: Options,
    family: Family = Family.IPV4,
) -> Iterator[Walked]:
    """Every place and piece of addresses and ports; none where nothing is known of a place."""
    if not line.takes(family):
        return
    client = faces(network, network.endpoints[source], family)
    spoken = [family, *(step.group.family for step in line.steps)]
    ids = (*line.via, line.destination)
    ends = [faces(network, network.endpoints[id_], by) for id_, by in zip(ids, spoken, strict=True)]
    for face, *stops in product(client, *ends):
        known = [stop for stop in stops if stop is not None and stop.sites]
        meant = line.steps[-1].target.interface
        if len(known) == len(ids) and (not meant or known[-1].id == meant):
            yield from _Walk(network, source, line, number, options, family).at(face, known)


@dataclass(frozen=True, slots=True)
class _Walk:
    network: Network
    source: str
    line: Line
    number: int
    options: Options
    family: Family

    def at(self, face: Interface | None, stops: Sequence[Interface]) -> Iterator[Walked]:
        ids = (*self.line.via, self.line.destination)
        client = [Place(self.source)]
        if face is not None:
            client = [Place(self.source, face, site.subnet) for site in face.sites]
        rest = [
            [Place(id_, stop, site.subnet) for site in stop.sites]
            for id_, stop in zip(ids, stops, strict=True)
        ]
        for places in product(client, *rest):
            if not self._is_skipped(places, rest):
                key = tuple(place.subnet for place in places)
                for traces in self._members(places):
                    yield Walked(key, traces)

    def _is_skipped(self, places: Sequence[Place], rest: Sequence[Sequence[Place]]) -> bool:
        """Whether others stand in for a node (F79)."""
        subnets = self.network.subnets
        for at, id_ in enumerate(self.line.via):
            here, there = places[at + 1], places[at + 2]
            nodes = [subnets[one.subnet] for one in rest[at]]
            if there.interface is None:
                continue
            end = self.network.endpoints[there.endpoint]
            to = Spot(end, there.interface, subnets[there.subnet])
            if is_no_member(self.network, id_, nodes, subnets[here.subnet], to):
                return True
        return False

    def _members(self, places: Sequence[Place]) -> Iterator[tuple[Trace, ...]]:
        sent = [self._sent(step.sends) for step in self.line.steps]
        arriving = [
            self._held(place, by) for place, by in zip(places[1:], self._spoken, strict=True)
        ]
        leaving = [
            self._held(place, step.group.family)
            for place, step in zip(places[1:], self.line.steps, strict=False)
        ]
        rules, addresses = _near(self.network, places)
        far = beyond(self.network, self.source)
        own = self._held(places[0], self.family) if far is None else far & ALL_OF[self.family]
        sources = representatives(own, addresses)
        pieces = [representatives(one, addresses) for one in arriving]
        ports = [ports_of(rule.services, protocol_of(self.number)) for rule in rules]
        mine = client_ports(self.network, self.source, self.options)
        asked = representatives(mine, ports), representatives(NAT_PORTS, ports)
        if not all(leaving) or not all(sent):
            return
        for src, arrives, port, other in product(sources, product(*pieces), *asked):
            leaves = [
                arrives[at] if self._spoken[at] is self._spoken[at + 1] else one.first
                for at, one in enumerate(leaving)
            ]
            flow = Flow(src, arrives[0], self.number, port)
            made = Members(places, arrives, leaves, [one.first for one in sent], other)
            yield trace_line(self.network, flow, self.line, made, self.options)

    @property
    def _spoken(self) -> list[Family]:
        return [self.family, *(step.group.family for step in self.line.steps)]

    def _sent(self, sends: IntervalSet) -> IntervalSet:
        return sends & services(protocol_of(self.number))

    def _held(self, place: Place, family: Family) -> IntervalSet:
        """Of all its addresses: it may be asked by one family and ask by the other."""
        end, face = self.network.endpoints[place.endpoint], place.interface
        whole = [one.of(family) for one in end.interfaces if face and one.id == face.id]
        sites = [site for one in whole for site in one.sites]
        found = [site.addresses for site in sites if site.subnet == place.subnet]
        return found[0] if found else IntervalSet()


def _near(network: Network, places: Sequence[Place]) -> tuple[list[Rule], list[IntervalSet]]:
    """The rules of network ACLs, and all that names addresses, of these places."""
    subnets = [network.subnets[place.subnet] for place in places if place.subnet]
    acls = [network.acls[id_] for one in subnets for id_ in one.acl.ids if id_ in network.acls]
    slots = [slot for place in places if place.interface for slot in place.interface.groups]
    groups = [network.groups[id_] for slot in slots for id_ in slot.ids if id_ in network.groups]
    tables = [
        network.tables[id_] for one in subnets for id_ in one.table.ids if id_ in network.tables
    ]
    acl_rules = [rule for one in dict.fromkeys(acls) for rule in (*one.ingress, *one.egress)]
    rules = [rule for one in dict.fromkeys(groups) for rule in (*one.ingress, *one.egress)]
    found = [rule.peers for rule in (*acl_rules, *rules) if rule.group is None]
    found += [route.prefix.addresses for one in dict.fromkeys(tables) for route in one.routes]
    for group in network.target_groups.values():
        found += [one.addresses for one in group.targets if one.addresses is not None]
    return acl_rules, found
