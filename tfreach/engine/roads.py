"""Two subnets and an address in each in; what lies between them, whoever asks, out.

A road is all of a way but the security groups at its ends: network ACLs, tables and what joins
VPCs, there and back. Thousands of pairs of subnets have one road in common, so it is found once for
every combination of answers of filters and tables that it can depend on.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field

from tfreach.engine.filters import Groups, Slots
from tfreach.engine.flowsets import FlowSets, Part, judge
from tfreach.engine.junctions import EVERYTHING, NOWHERE, Fork, Junction, Place
from tfreach.engine.outcomes import outcome
from tfreach.engine.paths import Paths
from tfreach.engine.pieces import Segments, cut
from tfreach.engine.routes import NoRoute, Way, Ways
from tfreach.engine.transit_sets import End
from tfreach.records import dataclass
from tfreach.space.bounds import Bounds
from tfreach.space.headers import IPV6_BASE, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    NO_PUBLIC,
    Blackhole,
    Local,
    Network,
    OneOf,
    Public,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToTransit,
    Tri,
)

PROBE: Slots = (OneOf(("the groups of the other side",)),)
PLAIN = Local | NoRoute | Blackhole | ToInternet | ToEgressOnly
"""Ways of which all is said by which kind they are, as far as two places of one VPC go."""


@dataclass(frozen=True, slots=True, eq=False)
class At:
    """Addresses of one subnet that no filter and no table tells apart, and one of them.

    filtered, routed, carried  the same for addresses that no network ACL, no table of a subnet, no
                               table of a transit gateway tells apart
    entering, leaving, sent    of its network ACL the numbers of what passes, by the other place's
                               `filtered`; of its table where it is sent, by `routed`
    """

    junction: Junction
    address: int
    number: int
    filtered: int
    routed: int
    carried: int
    entering: dict[int, int]
    leaving: dict[int, int]
    sent: dict[int, Ways]


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """What lies between two places.

    hears, calls   whether the groups of the source, and of the destination, are known at the other
                   end; several answers: on different ways
    plain   what passes its one way, if there is only one and all of it is known: that limits what
            the groups at its ends permit, and nothing else counts
    forks   as if the groups at both ends permitted everything
    certain all is known of it, so that only what the groups at its ends permit may be in doubt
    dead    nothing is ever delivered
    blind   hosts that forward are on the way: it is no road, since they look at groups
    """

    hears: frozenset[Tri] = frozenset()
    calls: frozenset[Tri] = frozenset()
    plain: IntervalSet | None = None
    forks: Fork = NOWHERE
    certain: bool = False
    dead: bool = False
    blind: bool = False
    _verdicts: dict[tuple[IntervalSet, Family], FlowSets] = field(default_factory=dict)

    def verdicts(self, client_ports: IntervalSet, family: Family) -> FlowSets:
        """Of a plain road: what comes of everything that is let in and out at its ends."""
        key = client_ports, family
        if key not in self._verdicts:
            made = outcome(self.forks, client_ports, family)
            self._verdicts[key] = judge([Part(("", ""), EMPTY, made)])
        return self._verdicts[key]


BLIND = Road(blind=True)
DEAD = Road(dead=True)


class _Open(Groups):
    """Groups that permit everything, and notice as whom they see the other side."""

    def __init__(self) -> None:
        self.saw: set[Tri] = set()
        self.segments = Segments(())

    def permits(self, address: int, carriers: Slots = (), to_aws: str = "") -> Bounds:
        self.saw.add(Tri.YES if carriers == PROBE else Tri.MAYBE if carriers else Tri.NO)
        return EVERYTHING


class Roads:
    """All roads of one network."""

    def __init__(self, network: Network, paths: Paths) -> None:
        self._network = network
        self._paths = paths
        self._transit = paths.connections.transit
        self._known: dict[Hashable, Road] = {}
        self._alike: dict[Hashable, Road] = {}
        self._numbers: dict[Hashable, int] = {}
        self._filters: dict[int, dict[int, int]] = {}
        self._ways: dict[int, dict[int, Ways]] = {}
        self._landed: dict[Hashable, int] = {}
        self._shared: dict[Hashable, _Ends] = {}
        self._own: dict[Hashable, _Ends] = {}
        self._standing: dict[tuple[str, int], tuple[int, int]] = {}
        self._by_nat: dict[tuple[str, int], bool] = {}
        self._certain: dict[tuple[int, Tri], bool] = {}
        self._ats: dict[tuple[str, int], At] = {}
        near = [paths.junctions.at(id_) for id_ in network.subnets]
        acls = [acl.segments for one in near for acl in (one.entering, one.leaving)]
        self._acl_segments = Segments.joined(acls)
        self._table_segments = Segments.joined([one.table.segments for one in near])
        self._tells_who = bool(network.peerings or network.vpn_gateways)

    def at(self, subnet: str, atom: int, address: int) -> At:
        """A place. atom: the same for all addresses that nothing tells apart."""
        key = subnet, atom
        if key not in self._ats:
            found = self._paths.junctions.at(subnet)
            self._ats[key] = At(
                found,
                address,
                len(self._ats),
                self._acl_segments.at(address),
                self._table_segments.at(address),
                self._number(("carried", self._transit.told_apart(address))),
                self._filters.setdefault(id(found.entering), {}),
                self._filters.setdefault(id(found.leaving), {}),
                self._ways.setdefault(id(found.table), {}),
            )
        return self._ats[key]

    def between(self, x: At, y: At) -> tuple[Road, Hashable]:
        """From x to y, two different places; and all that it depends on. Roads that are the same
        for all groups at their ends are one, whatever they depend on."""
        key = self._key(x, y)
        if key is None:
            return BLIND, None
        if key not in self._known:
            self._known[key] = self._found(x, y)
        return self._known[key], key

    def certain(self, at: At, internet: IntervalSet, public: Tri) -> bool:
        """Whether all is known of the ways to and from the Internet, groups apart, of one who has
        a public address, or has none."""
        key = at.number, public
        if key not in self._certain:
            held = IntervalSet.span(at.address, at.address)
            shown = Public(public, own=at.address >= IPV6_BASE)
            near = Place(at.junction, held, PROBE, _Open(), _Open(), shown)
            s, paths = at.address, self._paths
            there = cut(internet, paths.cuts_out(near)[1])
            here = cut(internet, paths.cuts_in(near)[0])
            self._certain[key] = all(
                _is_exact(paths.to_internet(near, s, one.first)) for one in there
            ) and all(_is_exact(paths.from_internet(one.first, near, s)) for one in here)
        return self._certain[key]

    def _found(self, x: At, y: At) -> Road:
        ingress, egress = _Open(), _Open()
        source = self._place(x, _Open(), egress)
        destination = self._place(y, ingress, _Open())
        fork = self._paths.inside(source, x.address, destination, y.address)
        hears, calls = frozenset(ingress.saw), frozenset(egress.saw)
        exact = _is_exact(fork)
        plain = fork.paths[0].forward.must if exact and len(hears) == len(calls) == 1 else None
        certain = exact and Tri.MAYBE not in hears | calls
        dead = not any(one.forward.may for one in fork.paths)
        made = Road(hears, calls, plain, fork, certain, dead)
        return self._alike.setdefault((hears, calls, fork), made)

    @staticmethod
    def _place(at: At, ingress: Groups, egress: Groups) -> Place:
        held = IntervalSet.span(at.address, at.address)
        return Place(at.junction, held, PROBE, ingress, egress, NO_PUBLIC)

    def _key(self, x: At, y: At) -> Hashable:
        """All that a road depends on; None: hosts may be on the way."""
        a, b = x.junction, y.junction
        if a.id == b.id:
            return "one subnet"
        there = x.sent.get(y.routed) or self._sent(x, y)
        if a.vpc != b.vpc:
            return self._key_between(x, y, there)
        back = y.sent.get(x.routed) or self._sent(y, x)
        if any(isinstance(way, ToInterface) for way in (*there.ways, *back.ways)):
            return None
        if not all(isinstance(way, PLAIN) for way in (*there.ways, *back.ways)):
            return x.number, y.number
        passed = self._out(x, y), self._into(y, x), self._out(y, x), self._into(x, y)
        return id(there), id(back), *passed

    def _key_between(self, x: At, y: At, there: Ways) -> Hashable:
        if len(there.ways) > 1:
            return x.number, y.number
        out = self._led(there.ways[0], x, y)
        if out == 0:
            return "nowhere"
        back = y.sent.get(x.routed) or self._sent(y, x)
        if out is None or len(back.ways) > 1:
            return x.number, y.number
        home = self._led(back.ways[0], y, x, reply=True)
        if home is None:
            return x.number, y.number
        pair = (x.junction.vpc, y.junction.vpc) if self._network.peerings else None
        return out, home, self._out(x, y), self._out(y, x), pair

    def _led(self, way: Way, x: At, y: At, *, reply: bool = False) -> Hashable:
        """All that decides what comes of a way out of its VPC; 0: it is dropped. None: these two
        places are not compared with others."""
        match way:
            case ToTransit():
                return self._land(self._through(way.gateway, x, y), x, y)
            case Local() | NoRoute() | Blackhole():
                return 0
            case ToInternet() | ToEgressOnly() if y.address < IPV6_BASE:
                return 0
            case ToNat():
                return "nat" if not reply and self._nat_may_reach(way, y) else 0
            case ToPeering():
                return way.peering, self._into(y, x)
            case _:
                return None

    def _sent(self, x: At, y: At) -> Ways:
        found = x.sent[y.routed] = x.junction.table.at(y.address)
        return found

    def _out(self, x: At, y: At) -> int:
        """A number of what the network ACL of x lets out to y."""
        found = x.leaving.get(y.filtered)
        if found is None:
            found = x.leaving[y.filtered] = self._number(x.junction.leaving.permits(y.address))
        return found

    def _into(self, y: At, x: At) -> int:
        """A number of what the network ACL of y lets in from x."""
        found = y.entering.get(x.filtered)
        if found is None:
            found = y.entering[x.filtered] = self._number(y.junction.entering.permits(x.address))
        return found

    def _nat_may_reach(self, way: ToNat, y: At) -> bool:
        key = way.gateway, y.number
        if key not in self._by_nat:
            found = self._paths.nat_may_reach(way, y.junction.vpc, y.address)
            self._by_nat[key] = y.address < IPV6_BASE and found
        return self._by_nat[key]

    def _number(self, what: Hashable) -> int:
        """The same for what is equal; from 1."""
        return self._numbers.setdefault(what, len(self._numbers) + 1)

    def _through(self, gateway: str, x: At, y: At) -> _Ends:
        """Where transit gateways lead. What has no trouble on the way is shared by all VPCs that
        are attached alike, but for those that it leads into."""
        at = gateway, x.number
        if at not in self._standing:
            standing = self._transit.standing(gateway, x.junction, x.address)
            self._standing[at] = self._number(standing.own), self._number(standing.alike)
        own, alike = self._standing[at]
        shared = self._shared.get((alike, y.carried))
        if shared is not None and x.junction.vpc not in shared.vpcs:
            return shared
        key = own, y.carried
        if key not in self._own:
            ends = self._transit.ends(gateway, x.junction, x.address, y.address)
            number = self._number(("ends", tuple(map(_of_end, ends))))
            vpcs = frozenset(end.entry.vpc for end in ends if end.entry)
            self._own[key] = _Ends(number, tuple(ends), vpcs)
            if not any(end.lost for end in ends):
                self._shared.setdefault((alike, y.carried), self._own[key])
        return self._own[key]

    def _land(self, found: _Ends, x: At, y: At) -> int:
        """From where a transit gateway enters a VPC to y: a number of what comes of it."""
        who = self._who(found, x) if self._tells_who else ()
        key = found.number, y.number, self._into(y, x), who
        number = self._landed.get(key)
        if number is None:
            landed = [
                one
                for end in found.ends
                for one in self._paths.connections.landed(end, y.junction, x.address, y.address)
            ]
            number = self._landed[key] = self._number(("landed", tuple(landed)))
        return number

    def _who(self, found: _Ends, x: At) -> tuple[bool, ...]:
        """Whether x seems to live where it is led: what a peering or a VPN asks."""
        return tuple(x.address in self._network.vpcs[vpc].cidrs for vpc in sorted(found.vpcs))


@dataclass(frozen=True, slots=True)
class _Ends:
    number: int
    ends: tuple[End, ...]
    vpcs: frozenset[str]


def _of_end(end: End) -> Hashable:
    entry = end.entry.id if end.entry else ""
    return end.passed, entry, end.groups, end.lost, end.outside, end.why


def _is_exact(fork: Fork) -> bool:
    """Whether it is known what comes of each of its ways, and which is taken if they differ."""
    return len(set(fork.paths)) == 1 and all(
        bounds is None or bounds.must == bounds.may
        for path in fork.paths
        for bounds in (path.forward, path.client, path.nat)
    )
