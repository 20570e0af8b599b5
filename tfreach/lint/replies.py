"""A view in; the requests that arrive and whose replies a network ACL keeps, all or some, out.

One interface stands for all of its subnet that carry the same groups and are reached alike. What
counts is what the engine is sure of: the request is delivered, no reply (or none to some client
ports) gets back, and by its own entries the ACL does not let those replies pass.

The entry for replies, say to 1024-65535, lets requests to those ports pass too, which nobody means.
So what lies in a wide span of ports counts only below 1024, and of UDP not at all. Wide is what is
delivered; of requests that leave the subnet, where anything else is permitted as a rule, what its
own ACL permits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product

from tfreach.engine.balancing import clipped, heard
from tfreach.engine.filters import Acl
from tfreach.engine.junctions import Junction, Place
from tfreach.engine.outcomes import WITH_PORTS, Outcome, outcome
from tfreach.engine.pieces import cut
from tfreach.engine.verdicts import NAT_PORTS, client_ports
from tfreach.lint.view import RUNS, Face, View, everywhere
from tfreach.records import dataclass
from tfreach.space.headers import ALL_OF, TCP, Family, ports_of, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import INTERNET, Tri

WIDE = 1000
"""A span of more ports than this may be there for replies."""
RESERVED = services(TCP, IntervalSet.span(0, 1023))
MOST_SHOWN, MOST_ASKED = 16, 400
"""Of one network ACL so many pairs of interfaces are shown, and so many are looked at."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One direction of the ACL of a subnet, as replies meet it.

    outward  they leave the subnet
    peer     the address on the other side
    ports    the ports to which replies may be sent
    who      the endpoint on this side; other: the subnet on the other, or `internet`
    """

    junction: Junction
    outward: bool
    peer: int
    ports: IntervalSet
    who: str
    other: str

    def reached(self, protocol: int) -> IntervalSet:
        """The ports of replies that may pass."""
        acl = self.junction.leaving if self.outward else self.junction.entering
        return ports_of(acl.permits(self.peer).may, protocol) & self.ports

    def meant(self, delivered: IntervalSet) -> IntervalSet:
        """The requests that are let pass on purpose, and not for being in the span of replies."""
        return delivered & _narrow(delivered if self.outward else self._requests)

    @property
    def _requests(self) -> IntervalSet:
        """What the ACL may let pass the other way."""
        acl = self.junction.entering if self.outward else self.junction.leaving
        return acl.permits(self.peer).may

    @property
    def shuts(self) -> bool:
        """Whether it surely keeps replies of TCP or UDP."""
        asked = self._requests if self.outward else _narrow(self._requests)
        return any(
            not asked.isdisjoint(whole) and _lacks(self.reached(protocol), self.ports)
            for protocol, whole in WITH_PORTS.items()
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Requests of one pair whose replies an ACL keeps.

    subnet     the one whose ACL it is; outward: the replies leave it
    who        the endpoint that sends them, or that they are for
    peer       the other side: a subnet, or `internet`; of that these addresses
    reached    the ports that replies may reach; EMPTY: none
    """

    acl: str
    subnet: str
    outward: bool
    who: str
    peer: str
    addresses: IntervalSet
    services: IntervalSet
    ports: IntervalSet
    reached: IntervalSet
    family: Family


def _lacks(reached: IntervalSet, ports: IntervalSet) -> bool:
    """Whether more than one port of fifty is missed: one that is denied for itself is no
    mistake."""
    return (ports - reached).count * 50 > ports.count


def _narrow(found: IntervalSet) -> IntervalSet:
    """The services that stand in no wide span of ports, and those below 1024 of TCP."""
    return IntervalSet(tuple(span for span in found.spans if span[1] - span[0] < WIDE)) | RESERVED


def kept_replies(view: View) -> tuple[Kept, ...]:
    """Everything that is found, in both families."""
    found: list[Kept] = []
    for family in Family:
        found += _Search(view, family).all()
    return tuple(found)


class _Search:
    """Looks for replies of one family that are kept."""

    def __init__(self, view: View, family: Family) -> None:
        self._view = view
        self._family = family
        self._shut: dict[tuple[int, str], bool] = {}
        self._shown: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._places = self._compiled()

    def _compiled(self) -> dict[str, list[tuple[Face, Place]]]:
        """Subnet -> one interface of each kind that is there."""
        view, found = self._view, dict[str, dict[object, tuple[Face, Place]]]()
        for face in view.faces:
            one, end = face.interface.of(self._family), face.endpoint
            for site in one.sites if not (one.unknown or one.down) else ():
                if site.addresses and site.subnet in view.network.subnets:
                    alike = one.groups, one.public.has, end.kind, bool(end.inbound), one.listens
                    held = found.setdefault(site.subnet, {})
                    if alike not in held:
                        held[alike] = face, view.paths.place(one, site)
        return {id_: list(held.values()) for id_, held in found.items()}

    def all(self) -> Iterator[Kept]:
        for id_, some in sorted(self._places.items()):
            for face, place in some:
                yield from self._counted(id_, id_, self._from_internet(face, place))
                yield from self._counted(id_, id_, self._to_internet(face, place))
        by_vpc: dict[str, list[str]] = {}
        for id_ in sorted(self._places):
            by_vpc.setdefault(self._view.network.subnets[id_].vpc, []).append(id_)
        self._shown.clear()
        self._asked.clear()
        for ids in by_vpc.values():
            for a, b in product(ids, ids):
                if a != b and self._may_keep(a, b):
                    yield from self._between_subnets(a, b)

    def _between_subnets(self, a: str, b: str) -> Iterator[Kept]:
        for x, y in product(self._places[a], self._places[b]):
            if self._done(a) and self._done(b):
                return
            yield from self._counted(a, b, self._between(x, y))

    def _acl(self, subnet: str) -> str:
        link = self._view.network.subnets[subnet].acl
        return link.ids[0] if link.sure else ""

    def _done(self, subnet: str) -> bool:
        """Whether enough is known of the ACL of a subnet."""
        acl = self._acl(subnet)
        return self._shown[acl] >= MOST_SHOWN or self._asked[acl] >= MOST_ASKED

    def _counted(self, a: str, b: str, found: Iterable[Kept]) -> list[Kept]:
        kept = list(found)
        self._asked.update({self._acl(a), self._acl(b)})
        self._shown.update({one.acl for one in kept})
        return kept

    def _may_keep(self, a: str, b: str) -> bool:
        """Whether the ACL of one of two subnets may keep a reply from b to a."""
        view, all_ = self._view, ALL_OF[self._family]
        far, near = (view.network.subnets[id_].cidr & all_ for id_ in (a, b))
        x, y = view.paths.junctions.at(a), view.paths.junctions.at(b)
        return self._keeps(y.leaving, far, a) or self._keeps(x.entering, near, b)

    def _keeps(self, acl: Acl, addresses: IntervalSet, whose: str) -> bool:
        """Whether an ACL may keep some reply from or to some of these addresses."""
        key = id(acl), whose
        if key not in self._shut:
            passing = everywhere(acl, addresses).may
            ports = self._view.options.client_ports | NAT_PORTS
            self._shut[key] = any(not ports <= ports_of(passing, one) for one in WITH_PORTS)
        return self._shut[key]

    def _between(self, x: tuple[Face, Place], y: tuple[Face, Place]) -> Iterator[Kept]:
        view, (source, a), (target, b) = self._view, x, y
        if source.endpoint.outbound or target.endpoint.inbound:
            return
        s, d = a.addresses.first, b.addresses.first
        ports = client_ports(view.network, source.endpoint.id, view.options)
        gates = [
            Gate(b.junction, True, s, ports, target.endpoint.id, a.junction.id),
            Gate(a.junction, False, d, ports, source.endpoint.id, b.junction.id),
        ]
        if any(gate.shuts for gate in gates):
            fork = clipped(view.paths.inside(a, s, b, d), heard(target.interface.listens))
            yield from _kept(view, outcome(fork, ports, self._family), gates, EMPTY, self._family)

    def _from_internet(self, face: Face, y: Place) -> Iterator[Kept]:
        view, id_ = self._view, face.endpoint.id
        world = view.world(self._family)
        private = y.public.has is not Tri.YES or face.endpoint.inbound
        if private or not self._keeps(y.junction.leaving, world, INTERNET):
            return
        d, ports = y.addresses.first, view.options.client_ports
        for piece in cut(world, view.paths.cuts_in(y)[0]):
            gates = [Gate(y.junction, True, piece.first, ports, id_, INTERNET)]
            if gates[0].shuts:
                fork = view.paths.from_internet(piece.first, y, d)
                made = outcome(clipped(fork, heard(face.interface.listens)), ports, self._family)
                yield from _kept(view, made, gates, piece, self._family)

    def _to_internet(self, face: Face, x: Place) -> Iterator[Kept]:
        view, id_ = self._view, face.endpoint.id
        world = view.world(self._family)
        nats = [view.paths.junctions.at(one) for one in x.junction.nat_subnets]
        near = [x.junction, *(nats if self._family is Family.IPV4 else ())]
        silent = face.endpoint.outbound or face.endpoint.kind not in RUNS
        if silent or not any(self._keeps(one.entering, world, INTERNET) for one in near):
            return
        s, ports = x.addresses.first, client_ports(view.network, id_, view.options)
        for piece in cut(world, view.paths.cuts_out(x)[1]):
            far = piece.first
            gates = [Gate(x.junction, False, far, ports, id_, INTERNET)]
            gates += [Gate(nat, False, far, NAT_PORTS, id_, INTERNET) for nat in near[1:]]
            if any(gate.shuts for gate in gates):
                made = outcome(view.paths.to_internet(x, s, far), ports, self._family)
                yield from _kept(view, made, gates, piece, self._family)


def _kept(
    view: View, made: Outcome, gates: Iterable[Gate], addresses: IntervalSet, family: Family
) -> Iterator[Kept]:
    """What surely arrives and is surely not answered, or not on every port, by each gate."""
    for protocol, whole in WITH_PORTS.items():
        lost = (made.forward.must - made.some.may) & whole
        partly = (made.some.must - made.full.may) & whole
        for gate in gates:
            reached = gate.reached(protocol)
            taken = gate.meant(partly if reached else lost)
            link = view.network.subnets[gate.junction.id].acl
            if taken and _lacks(reached, gate.ports) and link.sure:
                yield Kept(link.ids[0], gate.junction.id, gate.outward, gate.who, gate.other,
                           addresses, taken, gate.ports, reached, family)  # fmt: skip
