"""Rules that permit in; for each service the addresses that it passes from, or to, out.

Many rules cut the addresses into many pieces, each with services of its own. To hold the services
of every piece takes the square of the rules where each of many services is for many blocks. So the
services are gone through in order, while rules come and go: what they cover together is found anew
only where it changes (space/cover.py), and written out once for all services for which it is the
same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tfreach.engine.pieces import Segments, bits
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS
from tfreach.space.cover import Cover
from tfreach.space.headers import ALL_SERVICES
from tfreach.space.intervals import EMPTY, IntervalSet, Span

Permit = tuple[IntervalSet, IntervalSet, str]
"""Addresses, services, and "" or why they may be fewer."""

MOST_DOUBTS = 100
"""Of more reasons, one by one for every piece of the addresses: see `Passing.doubts`."""


@dataclass(frozen=True, slots=True)
class Within:
    """Services by how many of some addresses they pass from.

    some_must, some_may   surely, and possibly, from one of them
    all_must, all_may     from all of them
    unsure                from one of which it is not known if they pass
    taking                the addresses that a service possibly passes from, by the number that
                          `Passing.segments` gives it
    """

    some_must: IntervalSet = ALL_SERVICES
    some_may: IntervalSet = ALL_SERVICES
    all_must: IntervalSet = ALL_SERVICES
    all_may: IntervalSet = ALL_SERVICES
    unsure: IntervalSet = EMPTY
    taking: Sequence[IntervalSet] = ()


EVERYTHING = Within()


class Passing:
    """What is permitted, by service.

    segments   tells two services apart that do not pass from the same addresses
    doubts     disjoint addresses, each with the reasons of the rules that may hold for them; the
               addresses of which nothing is in doubt are in none
    doubted    the addresses of all doubts
    """

    def __init__(self, permits: Iterable[Permit]) -> None:
        found = list(permits)
        self.doubts = _doubts([(peers, why) for peers, _, why in found if why])
        self.doubted = IntervalSet.of(span for held, _ in self.doubts for span in held.spans)
        possible = sure = _by_service(found)
        if self.doubts:
            sure = _by_service([one for one in found if not one[2]])
        starts = sorted({*sure[0].starts, *possible[0].starts})
        pairs = [(sure[0].at(start), possible[0].at(start)) for start in starts]
        numbers = {pair: at for at, pair in enumerate(dict.fromkeys([(0, 0), *pairs]))}
        self._sets = [(sure[1][must], possible[1][may]) for must, may in numbers]
        self.segments = Segments.numbered(starts, [numbers[pair] for pair in pairs])
        self._within: dict[IntervalSet, Within] = {}

    def within(self, held: IntervalSet) -> Within:
        """How the services pass from some addresses, of at least one."""
        if held not in self._within:
            self._within[held] = self._found_within(held)
        return self._within[held]

    def _found_within(self, held: IntervalSet) -> Within:
        common = [(held & must, held & may) for must, may in self._sets]
        answers = [
            (bool(must), bool(may), must == held, may == held, must != may) for must, may in common
        ]
        spans: tuple[list[Span], ...] = ([], [], [], [], [])
        for lo, hi, number in self.segments.spans():
            for holds, found in zip(answers[number], spans, strict=True):
                if holds:
                    found.append((lo, hi))
        some_must, some_may, all_must, all_may, unsure = map(IntervalSet.of, spans)
        taking = [may for _, may in common]
        return Within(some_must, some_may, all_must, all_may, unsure, taking)


def _by_service(permits: Sequence[Permit]) -> tuple[Segments, list[IntervalSet]]:
    """A number for each service; by that number the addresses that it passes from."""
    borders: dict[int, list[tuple[IntervalSet, bool]]] = {}
    for peers, services, _ in permits:
        for lo, hi in services.spans:
            borders.setdefault(lo, []).append((peers, True))
            borders.setdefault(hi + 1, []).append((peers, False))
    cover = Cover(peers for peers, _, _ in permits)
    numbers = {cover.number: 0}
    found: list[int] = []
    starts = sorted(borders)
    for start in starts:
        for peers, comes in borders[start]:
            (cover.come if comes else cover.go)(peers)
        found.append(numbers.setdefault(cover.number, len(numbers)))
    return Segments.numbered(starts, found), [cover.at(number) for number in numbers]


def _doubts(unsure: list[tuple[IntervalSet, str]]) -> list[tuple[IntervalSet, frozenset[str]]]:
    peers = dict.fromkeys(one for one, _ in unsure)
    reasons: dict[IntervalSet, set[str]] = {one: set() for one in peers}
    for one, why in unsure:
        reasons[one].add(why)
    listed = list(peers)
    segments = Segments(listed)
    found: dict[frozenset[str], list[Span]] = {}
    for lo, hi, mask in segments.spans():
        if mask:
            together = NO_REASONS.union(*(reasons[listed[at]] for at in bits(mask)))
            found.setdefault(together, []).append((lo, hi))
    return [(IntervalSet.of(spans), together) for together, spans in found.items()]


def parted(held: IntervalSet, passing: Passing) -> Iterator[tuple[IntervalSet, frozenset[str]]]:
    """Addresses by the reasons why it may not be known what passes from them."""
    rest = held
    for addresses, why in passing.doubts:
        if common := held & addresses:
            rest -= common
            yield common, why
    if rest:
        yield rest, NO_REASONS
