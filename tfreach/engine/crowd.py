"""A network and the order of its endpoints in; who of them is plain, and where each may be, out.

A plain endpoint has one interface, of which everything is known that decides whose packets it gets:
its groups, its subnets, its addresses up to what no filter and no table divides. All plain ones are
judged together, as bits of masks (rows.py); every other is judged pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal

from tfreach.engine.alike import Likeness
from tfreach.engine.pieces import cut
from tfreach.records import dataclass
from tfreach.space.atoms import Atoms, mask_of
from tfreach.space.headers import IPV6_BASE, Family
from tfreach.topology.families import faces, has_ipv6
from tfreach.topology.network import Endpoint, Interface, Network, OneOf, Site, beyond

MOST_SPOTS = 4
"""An endpoint that may be in more different places than this is judged pair by pair."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that an interface has: addresses of one of its sites that nothing tells apart.

    address  one of them
    atom     the same for all addresses that no filter, table or VPC tells apart
    """

    site: Site
    address: int
    atom: int


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain endpoint, by packets of one family. `at`: its bit."""

    endpoint: Endpoint
    face: Interface
    spots: tuple[Spot, ...]
    at: int


class Bank:
    """The plain endpoints of one family, as sources.

    Spot number n of the endpoint with bit b is bit n * width + b of the masks of spots.
    """

    def __init__(self, members: Sequence[Plain], width: int, family: Family) -> None:
        self.family = family
        self.planes = max((len(one.spots) for one in members), default=1)
        self.width = width
        self.plain = {one.at: one for one in members}
        self.everybody = mask_of(self.plain, width)
        addresses = {bit: spot.address for bit, _, spot in self.spots()}
        self.atoms = Atoms(addresses)
        self.everywhere = mask_of(addresses, self.planes * width)
        self._line = (1 << width) - 1
        self._absent = [
            self.everybody & ~(self.everywhere >> plane * width) for plane in range(self.planes)
        ]
        self._carriers: dict[str, list[tuple[int, OneOf]]] = {}
        self._open: list[tuple[int, OneOf]] = []
        for one in members:
            for slot in one.face.groups:
                for id_ in slot.ids:
                    self._carriers.setdefault(id_, []).append((one.at, slot))
                if slot.open:
                    self._open.append((one.at, slot))

    def spots(self) -> Iterator[tuple[int, Plain, Spot]]:
        """Each with its bit."""
        for at, one in self.plain.items():
            for plane, spot in enumerate(one.spots):
                yield plane * self.width + at, one, spot

    def alike(self, other: Bank, same: Callable[[Plain, Spot, Plain, Spot], bool]) -> int:
        """The spots that another bank has as well, and that are the same there."""
        found: list[int] = []
        for bit, one, spot in self.spots():
            plane, at = divmod(bit, self.width)
            its = other.plain.get(at)
            if its and plane < len(its.spots) and same(one, spot, its, its.spots[plane]):
                found.append(bit)
        return mask_of(found, self.planes * self.width)

    def spot(self, bit: int) -> tuple[Plain, Spot]:
        plane, at = divmod(bit, self.width)
        one = self.plain[at]
        return one, one.spots[plane]

    def carriers(self, group: str) -> tuple[int, int]:
        """The spots of those that surely, and that possibly, carry a security group."""
        found = self._carriers.get(group, ())
        sure = mask_of((at for at, slot in found if slot.sure), self.width)
        possible = [at for at, _ in found] + [at for at, _ in self._open]
        return self.on_all_planes(sure), self.on_all_planes(mask_of(possible, self.width))

    def on_all_planes(self, endpoints: int) -> int:
        """The spots of endpoints."""
        return self.planes_of(endpoints) & self.everywhere

    def planes_of(self, endpoints: int) -> int:
        """All spots that endpoints may have, whether they have them or not."""
        found = endpoints
        for plane in range(1, self.planes):
            found |= endpoints << plane * self.width
        return found

    def partly(self, spots: int) -> int:
        """The endpoints of which some spot is among these."""
        found = spots & self._line
        for plane in range(1, self.planes):
            found |= spots >> plane * self.width & self._line
        return found

    def wholly(self, spots: int) -> int:
        """The endpoints of which every spot is among these."""
        found = spots & self._line
        for plane in range(1, self.planes):
            found &= spots >> plane * self.width | self._absent[plane]
        return found


class Crowd:
    """Everybody in one network.

    ids      every endpoint that a mask may speak of, in the order of bits; some may not be here
    asked    the sources that are asked about; None: all
    plain    by family; an endpoint that is not here has no part in that family, or is not plain
    banks    the plain sources, by family
    senders  the other sources: what is not plain, and what sends not all that its groups permit
    """

    def __init__(
        self, network: Network, ids: Sequence[str], asked: Collection[str] | None = None
    ) -> None:
        self.network = network
        self.ids = ids
        self.likeness = Likeness(network)
        self.families = tuple(Family) if _uses_ipv6(network) else (Family.IPV4,)
        self.plain: dict[Family, dict[str, Plain]] = {family: {} for family in self.families}
        self._hosts = self.likeness.hosts | network.firewalls.keys()
        self._others: set[str] = set()
        for at, id_ in enumerate(ids):
            if id_ in network.endpoints:
                self._place(network.endpoints[id_], at)
        own = self._others | network.balancers.keys() | network.client_vpns.keys()
        chosen = None if asked is None else frozenset(asked)
        self.everybody = [
            id_ for id_ in ids if id_ in network.endpoints and (chosen is None or id_ in chosen)
        ]
        self.senders = [id_ for id_ in self.everybody if id_ in own]
        self.banks: dict[Family, Bank] = {}
        for family, found in self.plain.items():
            plain = (found[id_] for id_ in self.everybody if id_ in found and id_ not in own)
            sending = [one for one in plain if not one.endpoint.outbound]
            self.banks[family] = Bank(sending, len(ids), family)

    @property
    def forwarded(self) -> bool:
        """Whether there are hosts that forward: their groups may name those of others."""
        return bool(self._hosts)

    @property
    def everyone(self) -> int:
        """The mask of every id."""
        return (1 << len(self.ids)) - 1

    def _place(self, endpoint: Endpoint, at: int) -> None:
        found = {family: self._plain(endpoint, family, at) for family in self.families}
        if any(one is False for one in found.values()):
            self._others.add(endpoint.id)
            return
        for family, one in found.items():
            if one:
                self.plain[family][endpoint.id] = one

    def _plain(self, endpoint: Endpoint, family: Family, at: int) -> Plain | Literal[False] | None:
        """As packets of one family see it: None if it has no part in them, False if not plain."""
        if endpoint.outside or beyond(self.network, endpoint.id) is not None:
            return False
        found = faces(self.network, endpoint, family)
        if not found:
            return None
        face = found[0]
        if len(found) > 1 or face is None or face.id in self._hosts or face.unknown:
            return False
        if face.down:
            return None
        spots: list[Spot] = []
        for site in face.sites:
            if site.unknown or not site.addresses or site.subnet not in self.network.subnets:
                return False
            spots += self._spots(site)
        return Plain(endpoint, face, tuple(spots), at) if 0 < len(spots) <= MOST_SPOTS else False

    def _spots(self, site: Site) -> list[Spot]:
        segments, (first, last) = self.likeness.segments, site.addresses.spans[0]
        if first == last and len(site.addresses.spans) == 1:
            return [Spot(site, first, segments.at(first))]
        pieces = cut(site.addresses, [segments])
        return [Spot(site, one.first, segments.at(one.first)) for one in pieces]


def _uses_ipv6(network: Network) -> bool:
    sites = (
        site for end in network.endpoints.values() for one in end.interfaces for site in one.sites
    )
    held = (site.addresses for site in sites if site.addresses)
    return has_ipv6(network) or any(one.spans[-1][1] >= IPV6_BASE for one in held)
