"""A Network in; the reachability of every ordered pair of endpoints, as exact sets, out.

Addresses are cut into pieces that no filter or table on the way divides (pieces.py). Between two
pieces all ways are tried (paths.py), replies are counted (outcomes.py), and the outcomes of all
pieces together are the verdicts of a pair (flowsets.py). engine/trace.py is the other opinion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import replace
from functools import lru_cache
from itertools import product

from tfreach.engine.balancing import Sender, clipped, heard
from tfreach.engine.client_sets import Client
from tfreach.engine.ends import Aim, Ends
from tfreach.engine.far import Far
from tfreach.engine.flowsets import FlowSets, Judged, Part, agreed, best, judge, ordered
from tfreach.engine.junctions import EVERYTHING, Junction, Place
from tfreach.engine.outcomes import NOT_DELIVERED, Outcome
from tfreach.engine.paths import Paths
from tfreach.engine.pieces import Segments, cut
from tfreach.engine.verdicts import (
    FlowSet,
    Options,
    Pair,
    Reachability,
    Through,
    Verdict,
    client_ports,
)
from tfreach.engine.via import Client as Asking
from tfreach.engine.via import Through as Lines
from tfreach.records import dataclass
from tfreach.space.bounds import Bounds
from tfreach.space.headers import ALL_OF, ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.families import faces
from tfreach.topology.lines import Line, lines
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    AwsService,
    Endpoint,
    Interface,
    Network,
    Site,
    beyond,
)

Sites = tuple[Site, ...]


def survey(
    network: Network, options: Options | None = None, pairs: Collection[Pair] | None = None
) -> Reachability:
    """Every ordered pair of endpoints, or those of `pairs`, in order of the two ids."""
    judging = _surveying(_Asked(network, options or Options()))
    ids = sorted(network.endpoints)
    wanted = list(product(ids, ids)) if pairs is None else sorted(set(pairs))
    if pairs is None:  # neither end is in the network: not its affair
        wanted = [pair for pair in wanted if any(beyond(network, end) is None for end in pair)]
    found = {pair: judging.flows(*pair) for pair in wanted}
    through = judging.through(set(wanted))
    return Reachability({pair: flows for pair, flows in found.items() if flows}, through)


def survey_through(
    network: Network, options: Options | None = None, pairs: Collection[Pair] | None = None
) -> Mapping[Through, FlowSets]:
    """What Reachability.through has, by itself; of every pair, or of `pairs`."""
    wanted = None if pairs is None else frozenset(pairs)
    return _surveying(_Asked(network, options or Options())).through(wanted)


def pair_flows(
    network: Network, source_id: str, destination_id: str, options: Options | None = None
) -> FlowSets:
    """One ordered pair of endpoints; () when nothing is ever delivered. Raises KeyError."""
    return survey_pair(network, source_id, destination_id, options)


def survey_pair(
    network: Network,
    source_id: str,
    destination_id: str,
    options: Options | None = None,
    source_addresses: IntervalSet | None = None,
    destination_addresses: IntervalSet | None = None,
) -> FlowSets:
    """One ordered pair, where the Internet is only as much of it as lies in the given addresses.

    The limit of a side that is not the Internet is not looked at, of a service of AWS neither.
    FlowSet.addresses is then None when all addresses within the limit take part.
    """
    limit = source_addresses if source_id == INTERNET else destination_addresses
    options = options or Options()
    if limit is None or network.internet <= limit:
        return _surveying(_Asked(network, options)).flows(source_id, destination_id)
    internet = network.internet & limit
    return Survey(network, options, internet).flows(source_id, destination_id)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A network, the same only as itself: to compare two would cost more than it saves."""

    network: Network
    options: Options

    def __hash__(self) -> int:
        return hash((id(self.network), self.options))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Asked):
            return NotImplemented
        return self.network is other.network and self.options == other.options


@lru_cache(maxsize=2)
def _surveying(asked: _Asked) -> Survey:
    """Before and after, while one question after the other is put to them: a policy has many."""
    return Survey(asked.network, asked.options)


class Survey:
    """Judges pairs of one network; what is compiled for one pair serves the next.

    paths   all ways of it
    """

    def __init__(
        self, network: Network, options: Options, internet: IntervalSet | None = None
    ) -> None:
        self._network = network
        self._options = options
        whole = network.internet if internet is None else internet
        self._internet = {family: whole & ALL_OF[family] for family in Family}
        self.paths = Paths(network)
        self._faces: dict[tuple[str, Family], tuple[Interface | None, ...]] = {}
        self._senders: dict[str, Sender] = {}
        self._judged = Judged()
        self._far = Far(network, self.paths, self._internet)

    def flows(self, source_id: str, destination_id: str) -> FlowSets:
        """Of both families, each judged by itself (F16, F23, F36)."""
        ipv6 = self._flows(source_id, destination_id, Family.IPV6)
        found = (replace(one, family=Family.IPV6) for one in ipv6)
        return (*self._flows(source_id, destination_id, Family.IPV4), *found)

    def through(self, pairs: Set[Pair] | None = None) -> dict[Through, FlowSets]:
        """What reaches a target behind load balancers, of those pairs or of all; none without load
        balancers. These open no connections of their own through each other."""
        found: dict[Through, FlowSets] = {}
        judging = Lines(self._network, self.paths, self._sender)
        known = self._network.endpoints if pairs is None else {id_ for id_, _ in pairs}
        asking = {id_ for id_ in known if self._asks(id_)}
        for (to, via), made in sorted(lines(self._network).items()):
            for source in sorted(asking - {to}):
                if pairs is not None and (source, to) not in pairs:
                    continue
                if flows := self._through(judging, source, made):
                    found[source, to, via] = flows
        return found

    def _asks(self, id_: str) -> bool:
        one = self._network.endpoints[id_]
        silent = one.outside or one.outbound or self._service(id_)
        return not silent and id_ not in self._network.balancers

    def _through(self, judging: Lines, source: str, made: tuple[Line, ...]) -> FlowSets:
        """Of several lines to one target the best: a client may ask so that it is taken."""
        endpoint, flows = self._network.endpoints[source], []
        ports = client_ports(self._network, source, self._options)
        for family in Family:
            far = self._internet[family]
            if source == ON_PREMISES:
                far = self._network.on_premises & ALL_OF[family]
            answers = [
                judging.flows(Asking(source, face, far, ports, family), line)
                for face in self._faces_of(endpoint, family)
                for line in made
            ]
            found = ordered(best(answers)) if answers else ()
            flows += [replace(one, family=family) for one in found]
        return tuple(flows)

    def _faces_of(self, endpoint: Endpoint, family: Family) -> tuple[Interface | None, ...]:
        key = endpoint.id, family
        if key not in self._faces:
            self._faces[key] = faces(self._network, endpoint, family)
        return self._faces[key]

    def _flows(self, source_id: str, destination_id: str, family: Family) -> FlowSets:
        source = self._network.endpoints[source_id]
        destination = self._network.endpoints[destination_id]
        if source_id == destination_id or source.outbound:
            return ()
        if destination.outside or destination.inbound:
            return ()
        sides = self._faces_of(source, family), self._faces_of(destination, family)
        if not all(sides):
            return ()
        to_aws = self._service(destination_id)
        if self._service(source_id):
            return ()  # F72: it starts no connections
        from_far = beyond(self._network, source_id) is not None
        to_far = beyond(self._network, destination_id) is not None
        if from_far and to_far:
            why = f"this network is not on the way from {source_id} to {destination_id}"
            return (FlowSet(ALL_SERVICES, Verdict.UNDETERMINED, reasons=frozenset((why,))),)
        if source.outside:
            return self._outside(to_aws) if to_aws or destination_id == INTERNET else ()
        ends = Ends(
            (source_id, destination_id),
            client_ports(self._network, source_id, self._options),
            family,
            to_aws,
            self._sender(source_id),
            self._client(source_id),
        )
        answers = [self._between(x, y, ends) for x, y in product(*sides)]
        return ordered(best(answers)) if answers else ()

    def may_send(self, source_id: str, destination_id: str) -> bool:
        """False where a load balancer has nothing to send there, so that there are no flows."""
        sender = self._sender(source_id)
        if sender is None or beyond(self._network, destination_id) is not None:
            return True
        return sender.may_send(self._network.endpoints[destination_id])

    def _sender(self, id_: str) -> Sender | None:
        """The load balancer that an endpoint is, if it is one."""
        if id_ in self._network.balancers and id_ not in self._senders:
            self._senders[id_] = Sender(self._network, self._network.balancers[id_])
        return self._senders.get(id_)

    def _client(self, id_: str) -> Client | None:
        """The Client VPN endpoint that an endpoint is, if it is one."""
        found = self._network.client_vpns.get(id_)
        return Client(self._network, found) if found else None

    def _service(self, id_: str) -> AwsService | None:
        """The service of AWS that an endpoint is, if it is one."""
        found = self._network.services.get(id_)
        return found if found is not None and found.apart else None

    def _outside(self, to_aws: AwsService | None) -> FlowSets:
        """From outside every VPC to the Internet: nothing stands in the way (F91)."""
        passed = Outcome(EVERYTHING, EVERYTHING, EVERYTHING)
        held = to_aws.addresses if to_aws else self._internet[Family.IPV4]
        return judge([Part(("", ""), held, passed)])

    def _between(self, x: Interface | None, y: Interface | None, ends: Ends) -> FlowSets:
        """Two interfaces; None is the Internet, on-premises, or the service of AWS."""
        both = [end for end in (x, y) if end]
        if any(end.down for end in both):
            return ()
        why = frozenset(end.unknown for end in both if end.unknown)
        if any(end.unknown and not end.sites for end in both):
            left = heard(y.listens if y else None) & self._anywhere(y, ends)
            return (FlowSet(left.may, Verdict.UNDETERMINED, reasons=why),) if left.may else ()
        to_aws = ends.to_aws
        bound = [to_aws.unknown] if to_aws and to_aws.unknown else []
        answers = [
            self._judged.of(
                list(self._parts((x, x_sites), (y, y_sites), ends)),
                frozenset([*bound, *(s.unknown for s in (*x_sites, *y_sites) if s.unknown)]),
            )
            for x_sites, y_sites in product(_choices(x), _choices(y))
        ]
        return agreed(answers, why)

    def _anywhere(self, y: Interface | None, ends: Ends) -> Bounds:
        """What the source sends, where nothing is known of a place."""
        sender, family = ends.sender, ends.family
        if sender is None:
            return EVERYTHING
        if y:
            return sender.anywhere(ends.ids[1], y, family)
        found = sender.outwards()
        if ON_PREMISES in ends.ids:
            held = self._network.on_premises & ALL_OF[family]
            for far in cut(held, [Segments(sender.cuts)]):
                found = found | sender.far(far.first, family)
        return found

    def _parts(
        self,
        source: tuple[Interface | None, Sites],
        destination: tuple[Interface | None, Sites],
        ends: Ends,
    ) -> Iterator[Part]:
        (x, x_sites), (y, y_sites) = source, destination
        if x and y:
            nodes = [self.paths.junctions.at(site.subnet) for site in x_sites]
            aim = Aim(ends, (ends.ids[1], y.id), heard(y.listens), nodes, self._nodes(x))
            for x_site, y_site in product(x_sites, y_sites):
                a, b = self.paths.place(x, x_site), self.paths.place(y, y_site)
                if not (a.addresses and b.addresses and aim.skips(a, b, y_site)):
                    yield from self._inside(a, b, aim)
        elif x:
            for site in x_sites:
                yield from self._far.outwards(self.paths.place(x, site), ends)
        elif y:
            for site in y_sites:
                yield from self._far.inwards(self.paths.place(y, site), y, ends)

    def _nodes(self, x: Interface) -> list[Junction]:
        return [self.paths.junctions.at(site.subnet) for site in x.sites]

    def _inside(self, x: Place, y: Place, aim: Aim) -> Iterator[Part]:
        if not (x.addresses and y.addresses):
            yield Part((x.junction.id, y.junction.id), EMPTY, NOT_DELIVERED)
            return
        source_cuts, destination_cuts = self.paths.cuts_inside(x, y)
        sources = cut(x.addresses, source_cuts)
        subnets = (x.junction.id, y.junction.id)
        for d in cut(y.addresses, [*destination_cuts, *aim.cuts]):
            limit = aim.limit(x, y, d.first) & aim.ends.passes(x, d.first)
            for s in sources:
                fork = clipped(self.paths.inside(x, s.first, y, d.first), limit)
                yield Part(subnets, EMPTY, aim.ends.made(fork))


def _choices(interface: Interface | None) -> list[Sites]:
    """The sites that count together; several choices when it is in one and unknown in which."""
    if interface is None or not interface.unknown:
        return [interface.sites if interface else ()]
    return [(site,) for site in interface.sites]
