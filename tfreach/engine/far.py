"""Addresses far away in; what comes of flows between them and an interface, in parts, out.

What many rules of security groups cut into many pieces is one part, where they are all that tells
its addresses apart: the way is found once, as if the groups permitted everything, and they limit
that. So it is where there is one way, and all of it is known. Otherwise every piece is a part.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from tfreach.engine.balancing import clipped, heard
from tfreach.engine.by_service import MOST_DOUBTS, Passing, parted
from tfreach.engine.ends import Ends
from tfreach.engine.filters import Groups, Slots
from tfreach.engine.flowsets import Part
from tfreach.engine.junctions import EVERYTHING, Fork, Path, Place
from tfreach.engine.outcomes import NOT_DELIVERED, Outcome
from tfreach.engine.paths import Paths
from tfreach.engine.pieces import Segments, cut
from tfreach.records import dataclass
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.headers import ALL_OF, Family
from tfreach.space.intervals import EMPTY, IntervalSet, Span
from tfreach.topology.network import ON_PREMISES, AwsService, Interface, Network, Tri

Way = Callable[[int, Groups], Fork]
"""The ways from or to one address, if these were the groups at the near end."""


class _Probe(Groups):
    """Groups that permit everything, or nothing, and notice of whom they are asked."""

    def __init__(self, answer: Bounds) -> None:
        self.asked: list[tuple[int, Slots, str]] = []
        self.segments = Segments(())
        self._answer = answer

    def permits(self, address: int, carriers: Slots = (), to_aws: str = "") -> Bounds:
        self.asked.append((address, carriers, to_aws))
        return self._answer


class Far:
    """All parts of one network of which one end is no interface.

    internet   its addresses, by family
    """

    def __init__(
        self, network: Network, paths: Paths, internet: Mapping[Family, IntervalSet]
    ) -> None:
        self._paths = paths
        self._network = network
        self._internet = internet

    def outwards(self, near: Place, ends: Ends) -> Iterator[Part]:
        """From a place to on-premises, the Internet or a service of AWS."""
        if ON_PREMISES not in ends.ids:
            yield from self._to_internet(near, ends)
            return

        def way(mine: int, far: int, groups: Groups) -> Fork:
            fork = self._paths.to_on_premises(replace(near, egress=groups), mine, far)
            limit = ends.sender.far(far, ends.family) if ends.sender else EVERYTHING
            return clipped(fork, limit & ends.passes(near, far))

        subnets = (near.junction.id, "")
        for mine, pieces in self._pieces(near, ends):
            yield from _Near(subnets, near.egress, partial(way, mine), ends.made).parts(pieces)
        if not near.addresses:
            yield Part(subnets, EMPTY, NOT_DELIVERED)

    def inwards(self, near: Place, interface: Interface, ends: Ends) -> Iterator[Part]:
        """From on-premises or the Internet to a place of an interface."""
        if ON_PREMISES not in ends.ids:
            yield from self._from_internet(near, interface, ends)
            return
        limit = heard(interface.listens)

        def way(mine: int, far: int, groups: Groups) -> Fork:
            return clipped(
                self._paths.from_on_premises(far, replace(near, ingress=groups), mine), limit
            )

        subnets = ("", near.junction.id)
        for mine, pieces in self._pieces(near, ends):
            yield from _Near(subnets, near.ingress, partial(way, mine), ends.made).parts(pieces)
        if not near.addresses:
            yield Part(subnets, EMPTY, NOT_DELIVERED)

    def _to_internet(self, x: Place, ends: Ends) -> Iterator[Part]:
        if not x.addresses:
            yield Part((x.junction.id, ""), EMPTY, NOT_DELIVERED)
            return
        source_cuts, destination_cuts = self._paths.cuts_out(x)
        to_aws = ends.to_aws
        id_, held = (to_aws.id, to_aws.addresses) if to_aws else ("", self._internet[ends.family])
        limit = ends.sender.outwards() if ends.sender else EVERYTHING
        pieces = cut(held, [*destination_cuts, *ends.cuts])

        def way(s: int, d: int, groups: Groups) -> Fork:
            fork = self._paths.to_internet(replace(x, egress=groups), s, d, id_)
            return clipped(clipped(fork, limit), ends.passes(x, d))

        for s in cut(x.addresses, source_cuts):
            subnets, out = (x.junction.id, ""), partial(way, s.first)
            yield from _Near(subnets, x.egress, out, ends.made, to_aws).parts(pieces)

    def _pieces(self, near: Place, ends: Ends) -> Iterator[tuple[int, list[IntervalSet]]]:
        """One address of every piece of a place, each with the pieces of on-premises."""
        cuts = [*self._paths.cuts_far(near), *ends.cuts]
        far = cut(self._network.on_premises & ALL_OF[ends.family], cuts)
        for mine in cut(near.addresses, cuts):
            yield mine.first, far

    def _from_internet(self, y: Place, interface: Interface, ends: Ends) -> Iterator[Part]:
        if not y.addresses or y.public.has is Tri.NO:
            yield Part(("", y.junction.id), EMPTY, NOT_DELIVERED)
            return
        limit = heard(interface.listens)
        source_cuts, destination_cuts = self._paths.cuts_in(y)
        pieces = cut(self._internet[ends.family], source_cuts)

        def way(d: int, c: int, groups: Groups) -> Fork:
            return clipped(self._paths.from_internet(c, replace(y, ingress=groups), d), limit)

        for d in cut(y.addresses, destination_cuts):
            subnets, in_ = ("", y.junction.id), partial(way, d.first)
            yield from _Near(subnets, y.ingress, in_, ends.made).parts(pieces)


@dataclass(frozen=True, slots=True)
class _Near:
    """One address of an interface, and its groups.

    subnets   as Part has them
    way       the ways from or to one address far away, if these were the groups
    made      what comes of them
    to_aws    the service of AWS whose addresses are far away; None for any other
    """

    subnets: tuple[str, ...]
    groups: Groups
    way: Way
    made: Callable[[Fork], Outcome]
    to_aws: AwsService | None = None

    def parts(self, pieces: Iterable[IntervalSet]) -> Iterator[Part]:
        """The parts of pieces that nothing but the groups divides."""
        passing = self._passing()
        together: dict[Hashable, tuple[Outcome, Passing | None, list[Span]]] = {}
        for piece in pieces:
            found, limit, left = self._together(piece, passing)
            if rest := piece - left:
                limits = tuple(found.limits.items())
                key = found.forward, found.full, found.some, limits, limit
                together.setdefault(key, (found, limit, []))[2].extend(rest.spans)
            for one in cut(left, [self.groups.segments]):
                yield self._part(one, self.made(self.way(one.first, self.groups)))
        for found, limit, spans in together.values():
            held = IntervalSet.of(spans)
            if limit is None:
                yield self._part(held, found)
                continue
            for one, why in parted(held, limit):
                yield Part(self.subnets, one, found, limit, why)

    @property
    def _id(self) -> str:
        return self.to_aws.id if self.to_aws else ""

    @property
    def _shown(self) -> bool:
        return not (self.to_aws and self.to_aws.unknown)

    def _passing(self) -> Passing | None:
        passing = self.groups.passing(self._id) if self._shown else None
        return passing if passing and len(passing.doubts) <= MOST_DOUBTS else None

    def _part(self, held: IntervalSet, found: Outcome) -> Part:
        return Part(self.subnets, held if self._shown else EMPTY, found)

    def _together(
        self, piece: IntervalSet, passing: Passing | None
    ) -> tuple[Outcome, Passing | None, IntervalSet]:
        """What comes of groups that permit everything; what limits it, None: nothing; and of which
        of these addresses that is not true."""
        probe = _Probe(EVERYTHING)
        fork = self.way(piece.first, probe)
        found = self.made(fork)
        if not probe.asked:  # it ends before it gets there
            return found, None, EMPTY
        if passing is None or probe.asked != [(piece.first, (), self._id)]:
            return found, None, piece
        if not _is_limited(fork, self.way(piece.first, _Probe(NOTHING))):
            return found, None, piece
        return found, passing, EMPTY if _is_exact(fork) else piece & passing.doubted


def _is_exact(fork: Fork) -> bool:
    return not _unsure(fork.paths[0])


def _is_limited(fork: Fork, closed: Fork) -> bool:
    """Whether other groups limit what gets through, and nothing else: there is one way, and where
    not all of it is known, it is for the same reasons, whatever is limited.

    closed   the ways where the groups permit nothing
    """
    if len(fork.paths) != 1 or fork.why or any(path.forward.may for path in closed.paths):
        return False
    return len({bounds.why for bounds in _unsure(fork.paths[0])}) < 2


def _unsure(path: Path) -> list[Bounds]:
    return [
        one
        for one in (path.forward, path.client, path.nat)
        if one is not None and one.must != one.may
    ]
