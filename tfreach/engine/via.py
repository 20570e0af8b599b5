"""A client and a line through load balancers in; what reaches the target behind them, out.

The fast engine's opinion. A line is a chain of connections (F77): each is judged as a pair of its
own, piece by piece, and only what passes all of them is delivered. Where a network load balancer
keeps the client's address (F81, F83), the last connection is one of that address.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product

from tfreach.engine.alike import Likeness
from tfreach.engine.balancing import Sender, clipped, heard
from tfreach.engine.client_sets import Client as VpnClients
from tfreach.engine.flowsets import FlowSets, Part, agreed, best, judge, ordered
from tfreach.engine.junctions import EVERYTHING, Fork, Junction, Path, Place, elsewhere
from tfreach.engine.outcomes import NOT_DELIVERED, outcome
from tfreach.engine.paths import Paths
from tfreach.engine.pieces import Segments, cut
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.engine.via_paths import acl_edges, admitted, in_turn, may_be, onward
from tfreach.records import dataclass
from tfreach.space.bounds import Bounds
from tfreach.space.headers import Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.families import faces
from tfreach.topology.lines import Line, Step
from tfreach.topology.network import ON_PREMISES, Interface, Network, Site, Tri

SECOND = "how a second network load balancer sees the client is not evaluated"
BEYOND = "client addresses that are kept on the way to another VPC are not evaluated"
CHAINED = "what a load balancer sends to an interface endpoint is not evaluated beyond that"
UNSURE = "whether {} keeps client addresses is not known"


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, by one family: its interface, and the ports it sends from.

    face      None: the Internet, or on premises
    internet  the addresses of those
    """

    id: str
    face: Interface | None
    internet: IntervalSet
    ports: IntervalSet
    family: Family


@dataclass(frozen=True, slots=True)
class Stop:
    """An interface on the line, or at its end, and the addresses that a connection arrives at.

    comes, goes   its sites by the family of what arrives, and of what it sends on
    """

    face: Interface
    comes: Interface
    goes: Interface


@dataclass(frozen=True, slots=True)
class _Spot:
    """One site of a stop, compiled: as what arrives sees it, and as what it sends on does."""

    site: Site
    comes: Place
    goes: Place


class Through:
    """Judges lines of one network."""

    def __init__(
        self, network: Network, paths: Paths, sender: Callable[[str], Sender | None]
    ) -> None:
        self._network = network
        self._paths = paths
        self._sender = sender
        self._likeness = Likeness(network)
        self._known: dict[Hashable, FlowSets] = {}

    def flows(self, client: Client, line: Line) -> FlowSets:
        """Of one interface of the client, by one family; several targets' interfaces: the best.
        What is found of one client and target holds for those that are alike."""
        if not line.takes(client.family):
            return ()
        end, last = self._network.endpoints[line.destination], line.steps[-1]
        key = (
            client.family,
            client.id if client.face is None or client.id in self._network.client_vpns else "",
            client.ports,
            self._likeness.of(client.face),
            tuple(_said(step) for step in line.steps),
            tuple((self._likeness.of(one), _is_meant(last, one)) for one in end.interfaces),
        )
        if key not in self._known:
            answers = [self._between(client, line, stops) for stops in self._stops(client, line)]
            self._known[key] = ordered(best(answers)) if answers else ()
        return self._known[key]

    def _stops(self, client: Client, line: Line) -> list[tuple[Stop, ...]]:
        """The nodes of each load balancer, then the target: by every combination of interfaces."""
        families = [client.family, *(step.group.family for step in line.steps)]
        ids = [*line.via, line.destination]
        choices: list[list[Stop]] = []
        for at, id_ in enumerate(ids):
            last = at == len(line.steps)
            comes, goes = families[at], families[at if last else at + 1]
            end = self._network.endpoints[id_]
            there = faces(self._network, end, comes), faces(self._network, end, goes)
            ways = {face.id for face in there[0] if face} & {face.id for face in there[1] if face}
            choices.append(
                [
                    Stop(face, face.of(comes), face.of(goes))
                    for face in end.interfaces
                    if face.id in ways and (not last or _is_meant(line.steps[-1], face))
                ]
            )
        return list(product(*choices))

    def _between(self, client: Client, line: Line, stops: tuple[Stop, ...]) -> FlowSets:
        ends = [face for face in (client.face, *(stop.comes for stop in stops)) if face]
        if any(end.down for end in ends):
            return ()
        why = frozenset(end.unknown for end in ends if end.unknown)
        if any(end.unknown and not end.sites for end in ends):
            return (FlowSet(line.services, Verdict.UNDETERMINED, reasons=why),)
        answers = []
        choices = [_choices(client.face), *(_choices(stop.comes) for stop in stops)]
        for froms, *rest in product(*choices):
            sites = (*(froms or ()), *(site for chosen in rest for site in chosen or ()))
            doubt = frozenset(site.unknown for site in sites if site.unknown)
            answers.append(judge(list(self._parts(client, line, stops, froms, rest)), doubt))
        return agreed(answers, why)

    def _parts(
        self,
        client: Client,
        line: Line,
        stops: tuple[Stop, ...],
        froms: tuple[Site, ...] | None,
        rest: Sequence[tuple[Site, ...] | None],
    ) -> Iterator[Part]:
        nodes = [
            [self._paths.junctions.at(site.subnet) for site in chosen or ()] for chosen in rest
        ]
        sources: list[Place | None] = [None]
        if client.face is not None:
            sources = [self._paths.place(client.face, site) for site in froms or ()]
        spots = [
            [self._spot(stop, site) for site in chosen or ()]
            for stop, chosen in zip(stops, rest, strict=True)
        ]
        for source, way in product(sources, product(*spots)):
            if not self._is_skipped(line, stops, nodes, way):
                ends = client, line, stops, source, way
                chain = _Chain(self._paths, self._sender, *ends, self._vpn(client.id))
                yield from chain.parts()

    def _vpn(self, id_: str) -> VpnClients | None:
        found = self._network.client_vpns.get(id_)
        return VpnClients(self._network, found) if found else None

    def _spot(self, stop: Stop, site: Site) -> _Spot:
        there = next((one for one in stop.goes.sites if one.subnet == site.subnet), site)
        return _Spot(site, self._paths.place(stop.comes, site), self._paths.place(stop.goes, there))

    def _is_skipped(
        self,
        line: Line,
        stops: tuple[Stop, ...],
        nodes: Sequence[Sequence[Junction]],
        way: Sequence[_Spot],
    ) -> bool:
        """Whether another node stands in for one of these (F79)."""
        for at, step in enumerate(line.steps):
            sender, there = self._sender(step.balancer.id), way[at + 1]
            to = ((*line.via, line.destination)[at + 1], stops[at + 1].face.id)
            held, node = there.comes.addresses, way[at].comes.junction
            if not held or sender is None:
                continue
            if sender.skips(node, nodes[at], to, held, there.comes.junction):
                return True
        return False


def _said(step: Step) -> Hashable:
    """All that a step says, but for who is at its end."""
    target = step.target
    named = target.addresses, target.services, target.unknown
    forward = step.forward.group, step.forward.unknown
    return step.balancer.id, step.listener.id, step.takes, *forward, *named


def _is_meant(step: Step, face: Interface) -> bool:
    target = step.target
    if target.addresses is None:
        return target.interface in ("", face.id)
    held = target.addresses
    return not face.sites or any(not held.isdisjoint(site.addresses) for site in face.sites)


def _choices(face: Interface | None) -> list[tuple[Site, ...] | None]:
    if face is None:
        return [None]
    return [face.sites] if not face.unknown else [(site,) for site in face.sites]


@dataclass(frozen=True, slots=True)
class _Chain:
    """One place of the client, one of each node and one of the target."""

    paths: Paths
    sender: Callable[[str], Sender | None]
    client: Client
    line: Line
    stops: tuple[Stop, ...]
    source: Place | None
    way: tuple[_Spot, ...]
    vpn: VpnClients | None

    def parts(self) -> Iterator[Part]:
        """One for every combination of pieces that nothing on the line divides."""
        subnets = (
            self.source.junction.id if self.source else "",
            *(spot.comes.junction.id for spot in reversed(self.way)),
        )
        held = self.source.addresses if self.source else self.client.internet
        empty = not all(spot.comes.addresses and spot.goes.addresses for spot in self.way)
        if not held or empty:
            yield Part(subnets, EMPTY, NOT_DELIVERED)
            return
        for c in cut(held, self._source_cuts()):
            for addresses in product(*map(self._pieces, range(len(self.way)))):
                fork = self._fork(c.first, addresses)
                made = outcome(fork, self.client.ports, self.client.family)
                yield Part(subnets, EMPTY if self.source else c, made)

    def _source_cuts(self) -> list[Segments]:
        near = self.way[0].comes
        far = self.client.id == ON_PREMISES
        cuts = self.paths.cuts_far(near) if far else self.paths.cuts_in(near)[0]
        cuts = [near.ingress.segments, *cuts]
        if self.source is not None:
            cuts = self.paths.cuts_inside(self.source, near)[0]
        target = self.way[1].comes
        kept = [target.ingress.segments, *acl_edges(target.junction)]
        sees = self.line.steps[0].is_link or self._keeps(0) is not Tri.NO
        return [*cuts, *(kept if sees else ())]

    def _pieces(self, at: int) -> list[tuple[int, int]]:
        """Representative addresses of a stop: the one arrived at, and the one it sends from."""
        spot = self.way[at]
        arriving = self._arriving_cuts(at)
        if at == len(self.line.steps):
            return [(one.first, one.first) for one in cut(spot.comes.addresses, arriving)]
        linked = self.line.steps[at].is_link
        leaving = [] if linked else self.paths.cuts_inside(spot.goes, self.way[at + 1].comes)[0]
        if self._family(at) is self._family(at + 1):
            pieces = cut(spot.comes.addresses, [*arriving, *leaving])
            return [(one.first, one.first) for one in pieces]
        ways = cut(spot.comes.addresses, arriving), cut(spot.goes.addresses, leaving)
        return [(one.first, other.first) for one, other in product(*ways)]

    def _arriving_cuts(self, at: int) -> list[Segments]:
        there = self.way[at].comes
        if at > 0 and self.line.steps[at - 1].is_link:
            return []
        if at > 0:
            cuts = self.paths.cuts_inside(self.way[at - 1].goes, there)[1]
            held = self.line.steps[at - 1].target.addresses
            return [*cuts, *([Segments([held])] if held is not None else [])]
        if self.client.id == ON_PREMISES:
            return self.paths.cuts_far(there)
        vpn = [Segments(self.vpn.cuts)] if self.vpn else []
        if self.source is None:
            return self.paths.cuts_in(there)[1]
        return [*self.paths.cuts_inside(self.source, there)[1], *vpn]

    def _family(self, at: int) -> Family:
        """That of what arrives at a stop."""
        return self.line.steps[at - 1].group.family if at else self.client.family

    def _keeps(self, at: int) -> Tri:
        """Whether a step keeps the client's address: never that of the other family, nor one that
        came by PrivateLink (F83)."""
        linked = any(step.is_link for step in self.line.steps[:at])
        same = self._family(at) is self._family(at + 1)
        return self.line.steps[at].group.keeps if same and not linked else Tri.NO

    def _fork(self, c: int, addresses: Sequence[tuple[int, int]]) -> Fork:
        """All connections of the line, one after the other."""
        first, step = self.way[0].comes, self.line.steps[0]
        if self.client.id == ON_PREMISES:
            fork = self.paths.from_on_premises(c, first, addresses[0][0])
        elif self.source is None:
            fork = self.paths.from_internet(c, first, addresses[0][0])
        else:
            fork = self.paths.inside(self.source, c, first, addresses[0][0])
            fork = clipped(fork, self._admitted(self.source, addresses[0][0]))
        fork = clipped(fork, may_be(step.takes, step.listener.unknown))
        for at in range(len(self.line.steps)):
            fork = self._joined(fork, at, c, addresses)
        return fork

    def _admitted(self, source: Place, d: int) -> Bounds:
        """What a Client VPN endpoint lets its clients send there; of others, everything."""
        return self.vpn.passes(source.junction.id, d) if self.vpn else EVERYTHING

    def _joined(self, fork: Fork, at: int, c: int, addresses: Sequence[tuple[int, int]]) -> Fork:
        """What has come in at a node, and goes on to the next stop."""
        step, taken = self.line.steps[at], self.line.services
        node, there = self.way[at].goes, self.way[at + 1].comes
        n, d = addresses[at][1], addresses[at + 1][0]
        limit = self._limit(at, d)
        if step.is_link:
            linked = clipped(self._linked(at, c), limit)
            return in_turn(fork, linked, taken, step.sends, kept=True)
        keeps = self._keeps(at)
        own = clipped(self.paths.inside(node, n, there, d), limit & self._inside_classic(at, d))
        if keeps is Tri.NO:
            return in_turn(fork, own, taken, step.sends, kept=False)
        if at > 0:
            lost = Fork((elsewhere(limit, SECOND),))
            return in_turn(fork, lost, taken, step.sends, kept=False)
        kept = clipped(self._kept(node, there, c, n, d), limit)
        kept = in_turn(fork, kept, taken, step.sends, kept=True)
        if keeps is Tri.YES:
            return kept
        other = in_turn(fork, own, taken, step.sends, kept=False)
        why = frozenset((UNSURE.format(step.group.id),))
        return Fork((*kept.paths, *other.paths), kept.why | other.why | why)

    def _linked(self, at: int, c: int) -> Fork:
        """By PrivateLink into a load balancer: only its own groups are on that way (F82)."""
        if at > 0:
            return Fork((elsewhere(EVERYTHING, CHAINED),))
        node = self.way[1].comes
        front = self.sender(self.line.steps[0].target.endpoint)
        judged = front.balancer.links_judged if front else Tri.MAYBE
        return Fork((Path(admitted(node, c, self.source.groups if self.source else (), judged)),))

    def _limit(self, at: int, d: int) -> Bounds:
        """What a node sends to a target at all: on its port, in its zone (F79)."""
        step = self.line.steps[at]
        held = step.target.addresses
        if held is not None and d not in held:
            return Bounds()
        nodes = [self.paths.junctions.at(site.subnet) for site in self.stops[at].comes.sites]
        sender = self.sender(step.balancer.id)
        ends = self.way[at].comes.junction, nodes, self.way[at + 1].comes.junction
        zone = sender.zone(step.group, *ends) if sender else EVERYTHING
        sends = may_be(step.sends, step.forward.unknown or step.target.unknown)
        sends = sends & heard(self.stops[at + 1].face.listens)
        if at + 1 < len(self.line.steps):
            onward = self.line.steps[at + 1]
            sends = sends & may_be(onward.takes, onward.listener.unknown)
        return zone & sends

    def _inside_classic(self, at: int, d: int) -> Bounds:
        node, there = self.way[at].goes.junction, self.way[at + 1].comes.junction
        classic = self.line.steps[at].balancer.kind == "classic"
        return node.leaving.permits(d) if classic and node.id == there.id else EVERYTHING

    def _kept(self, x: Place, y: Place, c: int, n: int, d: int) -> Fork:
        """From a node to a target, with the client's address c. What judges by source sees that,
        and a rule that names the load balancer's group matches (F81); one that names the client's
        does not. Replies go back by the node, whatever the target's own table says."""
        a, b = x.junction, y.junction
        if a.vpc != b.vpc:
            return Fork((elsewhere(EVERYTHING, BEYOND),))
        passed = x.egress.permits(d, y.groups) & y.ingress.permits(c, x.groups)
        if a.id == b.id:
            return Fork((Path(passed),))
        passed = passed & a.leaving.permits(d)
        ways = a.table.at(d)
        back = b.leaving.permits(c) & a.entering.permits(d)
        entered = passed & b.entering.permits(c)
        return Fork(tuple(onward(way, passed, entered, back) for way in ways.ways), ways.why)
