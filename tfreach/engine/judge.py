"""Two endpoints and a service in; the verdict, by its definition: every member is traced, out.

Nobody can trace every address, so members are represented: each set is cut by all that may tell two
of its members apart, and one of each piece is traced. `Probes(every=True)` traces them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from tfreach.engine.clients import clients_cuts
from tfreach.engine.gateways import NAT, NAT_INSTANCE
from tfreach.engine.nodes import Spot, is_no_member
from tfreach.engine.representatives import is_plain, representatives
from tfreach.engine.surroundings import touched
from tfreach.engine.trace import best, overall, trace
from tfreach.engine.verdicts import NAT_PORTS, Options, Trace, Verdict, client_ports
from tfreach.engine.walk import Place
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS
from tfreach.space.headers import (
    ALL_OF,
    IPV6_BASE,
    Family,
    Flow,
    has_client_port,
    ports_of,
    protocol_of,
    replies_to,
    services,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.doors import firewall_cuts
from tfreach.topology.families import faces
from tfreach.topology.network import (
    Endpoint,
    Interface,
    Network,
    Rule,
    Tri,
    beyond,
)

PREFERENCE = (
    Verdict.REACHABLE,
    Verdict.UNDETERMINED,
    Verdict.PARTIAL,
    Verdict.ONE_WAY,
    Verdict.UNREACHABLE,
)
"""Of several pairs of interfaces the best counts, in this order."""

NOWHERE = {
    Family.IPV4: IntervalSet.span(0, 0),
    Family.IPV6: IntervalSet.span(IPV6_BASE, IPV6_BASE),
}
"""The address of an interface of which nothing is known, and of an endpoint outside every VPC."""


@dataclass(frozen=True, slots=True)
class Probes:
    """Which members to judge by; None: all there are.

    sources, destinations   addresses
    nat_ports               ports of a NAT gateway
    every                   trace every member, not one of each piece: for a small universe
    """

    sources: IntervalSet | None = None
    destinations: IntervalSet | None = None
    nat_ports: IntervalSet | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The verdict between two places, and the traces of the member that tells most about it."""

    source: Place
    destination: Place
    verdict: Verdict
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """reasons   why it is undetermined; empty for every other verdict
    places    between which places it was judged, those of the interfaces that decide"""

    verdict: Verdict
    reasons: frozenset[str] = NO_REASONS
    places: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a set of flows: is it delivered, and does its reply come back too."""

    delivered: Tri
    round_trip: Tri
    traces: tuple[Trace, ...]


def judge(
    network: Network,
    source: str,
    destination: str,
    service: int,
    options: Options | None = None,
    probes: Probes | None = None,
    family: Family = Family.IPV4,
) -> Verdict:
    """The verdict for one service from one endpoint to another one, by packets of one family."""
    return judgement(network, source, destination, service, options, probes, family).verdict


def judgement(
    network: Network,
    source: str,
    destination: str,
    service: int,
    options: Options | None = None,
    probes: Probes | None = None,
    family: Family = Family.IPV4,
) -> Judgement:
    """The verdict, with reasons and traces. An endpoint and itself are not a pair: ValueError."""
    if source == destination:
        raise ValueError(f"{source} and itself are not a pair")
    ends = network.endpoints[source], network.endpoints[destination]
    case = _Case(network, ends, service, options or Options(), probes or Probes(), family)
    sides = [faces(network, end, family) for end in ends]
    found = [_between(case, x, y) for x, y in product(*sides)]
    none = Judgement(Verdict.UNREACHABLE)
    return min(found, key=lambda one: PREFERENCE.index(one.verdict), default=none)


@dataclass(frozen=True, slots=True)
class _Case:
    network: Network
    ends: tuple[Endpoint, Endpoint]
    service: int
    options: Options
    probes: Probes
    family: Family


def verdict_of(members: Iterable[tuple[Tri, Tri]]) -> Verdict:
    """The verdict of a set of flows, each with: is it delivered, does its reply come back too."""
    pairs = set(members)
    delivered = {one for one, _ in pairs}
    round_trips = {one for _, one in pairs}
    if delivered <= {Tri.NO}:
        return Verdict.UNREACHABLE
    if round_trips == {Tri.YES}:
        return Verdict.REACHABLE
    if round_trips == {Tri.NO} and Tri.YES in delivered:
        return Verdict.ONE_WAY
    if {Tri.YES, Tri.NO} <= round_trips:
        return Verdict.PARTIAL
    return Verdict.UNDETERMINED


def _between(case: _Case, x: Interface | None, y: Interface | None) -> Judgement:
    """Two interfaces. A site that counts is a member; a site that may be is an alternative."""
    nowhere = NOWHERE[case.family]
    choices = product(
        _alternatives(case.ends[0], x, nowhere), _alternatives(case.ends[1], y, nowhere)
    )
    found = [_quantified(case, sources, destinations) for sources, destinations in choices]
    verdicts = {one.verdict for one in found}
    reasons = frozenset(reason for one in found for reason in one.reasons)
    places = tuple(place for one in found for place in one.places)
    if not verdicts:
        return Judgement(Verdict.UNREACHABLE)
    if len(verdicts) == 1:
        return Judgement(verdicts.pop(), reasons, places)
    unknown = {one.unknown for one in (x, y) if one is not None and one.unknown}
    return Judgement(Verdict.UNDETERMINED, reasons | unknown, places)


_Site = tuple[Place, IntervalSet]


def _alternatives(
    endpoint: Endpoint, interface: Interface | None, nowhere: IntervalSet
) -> list[list[_Site]]:
    """Sets of sites of which one is true, each with the addresses held there."""
    if interface is None:
        return [[(Place(endpoint.id), nowhere)]]
    sites = [(Place(endpoint.id, interface, at.subnet), at.addresses) for at in interface.sites]
    if not interface.unknown:
        return [sites] if sites else []
    return [[site] for site in sites] or [[(Place(endpoint.id, interface), nowhere)]]


def _quantified(case: _Case, sources: list[_Site], destinations: list[_Site]) -> Judgement:
    """Every site and address of both ends, every client port and NAT port."""
    cuts = _Cuts.of(case, sources, destinations)
    judged: list[tuple[_Site, _Site, list[_Member]]] = []
    for source, destination in _members_of(case, sources, destinations):
        members = [
            _Member(*overall(traces), traces) for traces in _traces(case, cuts, source, destination)
        ]
        judged.append((source, destination, members))
    told = [(one.delivered, one.round_trip) for _, _, members in judged for one in members]
    if any(not held for _, held in (*sources, *destinations)):
        told.append((Tri.NO, Tri.NO))  # placed there it has no address of this family
    verdict = verdict_of(told)
    bounds = frozenset(_upper_bounds(case.network, [*sources, *destinations]))
    reasons = NO_REASONS
    everywhere = all(delivered is Tri.YES for delivered, _ in told)
    if bounds and (verdict is Verdict.PARTIAL or (verdict is Verdict.ONE_WAY and not everywhere)):
        verdict = Verdict.UNDETERMINED
    if verdict is Verdict.UNDETERMINED:
        reasons = bounds | frozenset(
            reason for _, _, members in judged for one in members for reason in _reasons(one)
        )
    places = tuple(
        Placed(source[0], destination[0], _verdict(members), _telling(_verdict(members), members))
        for source, destination, members in judged
        if members
    )
    return Judgement(verdict, reasons, places)


def _members_of(
    case: _Case, sources: list[_Site], destinations: list[_Site]
) -> Iterator[tuple[_Site, _Site]]:
    """All pairs of sites, but for nodes of a load balancer that others stand in for."""
    network = case.network
    nodes = [network.subnets[place.subnet] for place, _ in sources if place.subnet]
    for source, destination in product(sources, destinations):
        (at, _), (to, _) = source, destination
        if at.subnet and to.subnet and to.interface is not None:
            spot = Spot(case.ends[1], to.interface, network.subnets[to.subnet])
            here = network.subnets[at.subnet]
            if is_no_member(network, case.ends[0].id, nodes, here, spot):
                continue
        yield source, destination


def _upper_bounds(network: Network, sites: list[_Site]) -> Iterator[str]:
    """Why the addresses of a site, or of a service of AWS, may be fewer than it says."""
    for place, _ in sites:
        service = network.services.get(place.endpoint)
        if service is not None and service.unknown:
            yield service.unknown
        for site in place.interface.sites if place.interface else ():
            if site.subnet == place.subnet and site.unknown:
                yield site.unknown


def _verdict(members: Iterable[_Member]) -> Verdict:
    return verdict_of((one.delivered, one.round_trip) for one in members)


def _reasons(member: _Member) -> Iterator[str]:
    if Tri.MAYBE not in (member.delivered, member.round_trip):
        return
    for found in member.traces:
        for hop in (*found.forward.hops, *(found.back.hops if found.back else ())):
            if hop.unknown:
                yield hop.unknown


_TELLING: dict[Verdict, Callable[[_Member], bool]] = {
    Verdict.PARTIAL: lambda one: one.round_trip is Tri.NO,
    Verdict.ONE_WAY: lambda one: one.delivered is Tri.YES,
    Verdict.UNDETERMINED: lambda one: one.round_trip is Tri.MAYBE,
}


def _telling(verdict: Verdict, members: list[_Member]) -> tuple[Trace, ...]:
    """The traces of the member to show: one that fails in part, arrives one way, is not known."""
    fitting = [one for one in members if _TELLING.get(verdict, bool)(one)] or members
    return min(fitting, key=lambda one: len(best(one.traces).blockers)).traces


def _traces(
    case: _Case, cuts: _Cuts, source: _Site, destination: _Site
) -> Iterator[tuple[Trace, ...]]:
    network, probes = case.network, case.probes
    start, end = source[0], destination[0]
    froms, tos = (
        held if far is None else far & ALL_OF[case.family]
        for far, (_, held) in (
            (beyond(network, start.endpoint), source),
            (beyond(network, end.endpoint), destination),
        )
    )
    sources = cuts.addresses_of(_limited(froms, probes.sources))
    destinations = cuts.addresses_of(_limited(tos, probes.destinations))
    for src, dst in product(sources, destinations):
        client, nat = cuts.ports_of(case, src, dst)
        for port in client:
            flow = Flow(src, dst, case.service, port)
            first = trace(network, flow, start, end, case.options, nat_port=nat[0])
            yield first
            for nat_port in nat[1:] if _translated(first) else ():
                yield trace(network, flow, start, end, case.options, nat_port=nat_port)


def _translated(traces: tuple[Trace, ...]) -> bool:
    """Whether a NAT gateway or instance is on some way, so that its port may matter."""
    return any(hop.kind in (NAT, NAT_INSTANCE) for found in traces for hop in found.forward.hops)


def _limited(found: IntervalSet, limit: IntervalSet | None) -> IntervalSet:
    return found if limit is None or found in NOWHERE.values() else found & limit


@dataclass(frozen=True, slots=True)
class _Cuts:
    """What may tell members apart.

    addresses   peers of rules, prefixes of routes
    permitted   peers of the rules of a group that surely hold
    acl_rules   rules of the network ACLs that see a request or a reply, and of the groups of hosts
                that forward: they alone judge replies
    """

    addresses: tuple[IntervalSet, ...]
    permitted: tuple[tuple[IntervalSet, ...], ...]
    acl_rules: tuple[Rule, ...]
    every: bool

    @staticmethod
    def of(case: _Case, sources: list[_Site], destinations: list[_Site]) -> _Cuts:
        found = touched(case.network, [place for place, _ in sources + destinations])
        seen = IntervalSet.span(case.service, case.service) | _replies(case)
        acl_rules = [rule for rule in found.acl_rules if rule.services & seen]
        mine = [
            [one for one in rules if one.group is None and case.service in one.services]
            for rules in found.group_lists
        ]
        unsure = [rule for rules in mine for rule in rules if not is_plain(rule)]
        peers = [rule.peers for rule in (*acl_rules, *unsure) if rule.group is None]
        peers += _registered(case)
        prefixes = [route.prefix.addresses for route in found.routes]
        served = [gateway.serves for gateway in case.network.vpn_gateways.values()]
        served += clients_cuts(case.network)
        served += firewall_cuts(case.network.firewalls.values())
        cuts = tuple(dict.fromkeys(peers + prefixes + served))
        sure = tuple(tuple(rule.peers for rule in rules if is_plain(rule)) for rules in mine)
        return _Cuts(cuts, sure, tuple(acl_rules), case.probes.every)

    def addresses_of(self, found: IntervalSet) -> list[int]:
        return representatives(found, self.addresses, self.every, self.permitted)

    def ports_of(self, case: _Case, src: int, dst: int) -> tuple[list[int], list[int]]:
        """Client ports and NAT ports to try between two addresses. No network ACL sees another."""
        if not has_client_port(case.service):
            return [0], [0]
        rules = [
            rule
            for rule in self.acl_rules
            if rule.group or rule.aws_service or src in rule.peers or dst in rule.peers
        ]
        cuts = [ports_of(rule.services, protocol_of(case.service)) for rule in rules]
        own = client_ports(case.network, case.ends[0].id, case.options)
        if own is not case.options.client_ports:
            own = _limited(own, case.probes.nat_ports)
        client = representatives(own, cuts, self.every)
        return client, representatives(_nat_ports(case), cuts, self.every)


def _registered(case: _Case) -> Iterator[IntervalSet]:
    """The addresses that a load balancer sends to."""
    if case.ends[0].id in case.network.balancers:
        for group in case.network.target_groups.values():
            yield from (one.addresses for one in group.targets if one.addresses is not None)


def _nat_ports(case: _Case) -> IntervalSet:
    return _limited(NAT_PORTS, case.probes.nat_ports)


def _replies(case: _Case) -> IntervalSet:
    """Every service that a reply may have."""
    if has_client_port(case.service):
        return services(protocol_of(case.service), case.options.client_ports | _nat_ports(case))
    answer = replies_to(case.service, 0, case.family)
    return EMPTY if answer is None else IntervalSet.span(answer, answer)
