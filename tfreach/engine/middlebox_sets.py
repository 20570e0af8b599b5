"""A subnet and one of its routes in; the ways on past hosts that forward, as sets of services, out.

The fast counterpart of engine/middlebox.py; the two share the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace

from tfreach.engine.connections import seen
from tfreach.engine.filters import Slots
from tfreach.engine.firewall_sets import cuts, past, replies, requests
from tfreach.engine.fleet_sets import Fleets
from tfreach.engine.junctions import (
    EVERYTHING,
    Junction,
    Junctions,
    Place,
    all_of,
    edges,
    gate,
    is_local,
    unknown,
)
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Way, Ways
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import IPV6_BASE
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.hosts import led_to
from tfreach.topology.network import Interface, Local, Network, Site, ToEgressOnly, ToInterface, Tri
from tfreach.topology.stand_ins import stand_in

NO_HOSTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Host:
    """An interface in one of its subnets. `alone`: its endpoint has no other interface."""

    interface: Interface
    place: Place
    alone: bool
    firewall: FirewallEndpoint | None = None


@dataclass(frozen=True, slots=True)
class Packet:
    """src, dst   addresses
    sender     groups of the interface it comes from; () for none
    goal       where in this VPC it is to arrive, and the id of that interface; None: beyond it
    seen       ids of interfaces that it must not be handed to again
    crossed    hosts that the request passed, if this is its reply
    to_aws     the service of AWS at the far side; answers: this is a reply
    """

    src: int
    dst: int
    sender: Slots = ()
    goal: Place | None = None
    seen: frozenset[str] = NO_HOSTS
    crossed: frozenset[str] = NO_HOSTS
    to_aws: str = ""
    answers: bool = False

    def is_goal(self, way: Way) -> bool:
        return (
            self.goal is not None
            and isinstance(way, ToInterface)
            and way.interface == self.goal.interface
        )


@dataclass(frozen=True, slots=True)
class End:
    """One way on.

    passed   the services that get so far
    way      what the table of `at` says where no host comes next; None: `direct`, lost or dropped
    hosts    those it passed, in order
    direct   the last of them is in the goal's own subnet (F28, F47)
    lost     "" or why nothing is known of it; why: why it is not known which of several ends it is
    """

    passed: Bounds
    at: Junction
    way: Way | None = None
    hosts: tuple[Host, ...] = ()
    direct: bool = False
    lost: str = ""
    why: frozenset[str] = NO_REASONS

    @property
    def crossed(self) -> frozenset[str]:
        return frozenset(host.interface.id for host in self.hosts)


@dataclass(slots=True)
class Hosts:
    """All interfaces of one network that routes lead to."""

    network: Network
    junctions: Junctions
    place: Callable[[Interface, Site], Place]
    fleets: Fleets
    _known: dict[str, list[Host | str]] = field(default_factory=dict)
    _segments: list[Segments] | None = None

    def at(self, id_: str) -> list[Host | str]:
        """Where an interface is, one of these; a text: nobody knows, and why."""
        if id_ not in self._known:
            self._known[id_] = list(self._found(id_)) or [f"{id_} is not known"]
        return self._known[id_]

    def _found(self, id_: str) -> Iterator[Host | str]:
        firewall = self.network.firewalls.get(id_)
        if firewall is not None:
            (one,) = stand_in(firewall).interfaces
            yield Host(one, self.place(one, one.sites[0]), True, firewall)
            return
        for endpoint in self.network.endpoints.values():
            for one in endpoint.interfaces:
                if one.id == id_:
                    alone = len(endpoint.interfaces) == 1
                    for site in one.sites:
                        yield Host(one, self.place(one, site), alone)
                    if not one.sites:
                        yield one.unknown or f"where {id_} is, is not known"
                    return

    def segments(self, *near: Junction) -> list[Segments]:
        """What cannot tell two addresses apart on a way by hosts, if there is one from there."""
        beyond = [self.junctions.at(id_) for one in near for id_ in one.nat_subnets]
        return self._all() if any(one.hosted for one in (*near, *beyond)) else []

    def _all(self) -> list[Segments]:
        if self._segments is None:
            self._segments = []
            for id_ in sorted(led_to(self.network)):
                for host in self.at(id_):
                    if isinstance(host, Host):
                        self._segments += self._of(host.place)
                        self._segments += cuts(host.firewall) if host.firewall else []
        return self._segments

    def _of(self, place: Place) -> list[Segments]:
        near = [place.junction, *(self.junctions.at(id_) for id_ in place.junction.nat_subnets)]
        filters = [place.ingress.segments, place.egress.segments]
        return [*filters, *(cut for one in near for cut in edges(one))]

    def ends(
        self, way: Way, at: Junction, packet: Packet, passed: Bounds = EVERYTHING, *hosts: Host
    ) -> list[End]:
        """On from subnet `at`, whose filters and table `passed` the packet, by one of its ways."""
        if packet.is_goal(way):
            return [self._end(End(passed, at, Local(), hosts), packet)]
        if not isinstance(way, ToInterface):
            return [self._end(End(passed, at, way, hosts), packet)]
        options = self.at(way.interface)
        found: list[End] = []
        for host in options:
            if isinstance(host, str):
                found.append(End(passed, at, hosts=hosts, lost=host))
            else:
                found += self._by(host, at, packet, passed, hosts)
        if len(options) < 2:
            return found
        which = _unsure(options)
        return [replace(end, why=end.why | {which}) for end in found]

    def _by(
        self, host: Host, at: Junction, packet: Packet, passed: Bounds, hosts: tuple[Host, ...]
    ) -> list[End]:
        one, place = host.interface, host.place
        m = place.junction
        if m.vpc != at.vpc:
            why = f"{one.id} is in another VPC than {at.id}: AWS takes no such route"
            return [End(passed, at, hosts=hosts, lost=why)]
        if one.down or one.id in packet.seen or any(one.id == old.interface.id for old in hosts):
            return [End(NOTHING, at, hosts=hosts)]
        if m.id != at.id:
            passed = passed & m.entering.permits(packet.src)
        if host.firewall:
            return self._by_firewall(host, host.firewall, at, packet, (passed, hosts))
        passed = passed & gate(one.forwards, f"whether {one.id} checks is not known")
        if one.id not in packet.crossed:
            known = () if hosts else packet.sender
            aws = packet.to_aws if packet.answers else ""
            passed = passed & place.ingress.permits(packet.src, known, aws)
        if not host.alone:
            why = f"{one.id} is one of several interfaces: by which it forwards is not known"
            return [End(passed, m, hosts=(*hosts, host), lost=why)]
        return self._out_of(host, packet, passed, (*hosts, host))

    def _by_firewall(
        self,
        host: Host,
        firewall: FirewallEndpoint,
        at: Junction,
        packet: Packet,
        so_far: tuple[Bounds, tuple[Host, ...]],
    ) -> list[End]:
        """Its rules judge (F86); what begins or ends in its own subnet it does not inspect."""
        passed, hosts = so_far[0], (*so_far[1], host)
        crossed = firewall.id in packet.crossed
        if not (packet.answers and crossed):
            passed = passed & self.fleets.reached(firewall, ipv6=packet.dst >= IPV6_BASE)
        if packet.answers:
            passed = passed & replies(firewall, packet.src, packet.dst, crossed=crossed)
        else:
            passed = passed & requests(firewall.policy, packet.src, packet.dst)
        m = host.place.junction
        if m.id in (at.id, packet.goal.junction.id if packet.goal else ""):
            why = f"{firewall.id} does not inspect what is of its own subnet"
            return [End(passed, m, hosts=hosts, lost=why)]
        return self._out_of(host, packet, passed, hosts)

    def _end(self, end: End, packet: Packet) -> End:
        return replace(end, passed=end.passed & self.answered(packet, end.crossed))

    def answered(self, packet: Packet, passed: frozenset[str] = NO_HOSTS) -> Bounds:
        """What of a reply is let be that goes by those it passed, and past other firewalls."""
        if not packet.answers:
            return EVERYTHING
        firewalls = self.network.firewalls
        return past(firewalls[id_] for id_ in sorted(packet.crossed - passed) if id_ in firewalls)

    def _out_of(
        self, host: Host, packet: Packet, passed: Bounds, hosts: tuple[Host, ...]
    ) -> list[End]:
        m = host.place.junction
        if packet.goal and packet.goal.junction.id == m.id:
            passed = passed & self.egress(host.place, packet, Local())
            return [self._end(End(passed, m, hosts=hosts, direct=True), packet)]
        ways = m.table.at(packet.dst, "" if packet.answers else packet.to_aws)
        passed = passed & m.leaving.permits(packet.dst)
        found: list[End] = []
        for way in ways.ways:
            on = passed & self.egress(host.place, packet, way)
            if host.firewall and host.firewall.fleet and isinstance(way, ToEgressOnly):  # F58
                why = f"{host.firewall.id} leads to an egress-only internet gateway"
                found.append(End(on, m, hosts=hosts, lost=why, why=ways.why))
                continue
            ends = self.ends(way, m, packet, on, *hosts)
            found += [replace(end, why=end.why | ways.why) for end in ends]
        return found

    def egress(self, place: Place, packet: Packet, way: Way) -> Bounds:
        """The groups of an interface that sends a packet by this way; whether a rule may name the
        groups of who gets it by a host is not documented (F11)."""
        if place.interface in packet.crossed or place.interface in self.network.firewalls:
            return EVERYTHING
        groups = packet.goal.groups if packet.goal else ()
        if isinstance(way, ToInterface) and not packet.is_goal(way):
            groups = seen(groups, Tri.MAYBE)
        aws = "" if packet.answers else packet.to_aws
        return place.egress.permits(packet.dst, groups, aws)

    def home(self, b: Junction, a: Place, packet: Packet) -> Bounds:
        """What of a reply in subnet b, which has left its ACL, gets to place a of the same VPC."""
        ways = b.table.at(packet.dst)
        entering = a.junction.entering.permits(packet.src)
        if not any(isinstance(way, ToInterface) for way in ways.ways):
            arrives = all_of(ways, is_local) & self.answered(packet)
            return arrives if b.id == a.junction.id else arrives & entering
        found: list[Bounds] = []
        why = ways.why
        for way in ways.ways:
            for end in self.ends(way, b, packet):
                why = why | end.why
                found.append(self.arrives(end, a, entering))
        joined = Bounds.either(found, "where replies are sent is not known")
        return Bounds.of(joined.must, joined.may, joined.why | why)

    def arrives(self, end: End, a: Place, entering: Bounds) -> Bounds:
        """What of a reply gets from one end into place a; entering: what its ACL lets in."""
        if end.lost:
            return unknown(end.passed.may, end.lost)
        if end.direct:
            return end.passed
        if end.way is None:
            return NOTHING
        local = end.passed & all_of(Ways((end.way,)), is_local)
        return local if end.at.id == a.junction.id else local & entering


def _unsure(options: list[Host | str]) -> str:
    known = [host.interface for host in options if isinstance(host, Host)]
    why = known[0].unknown if known else ""
    return why or "in which of its subnets an interface is taken is not known"
