"""Spans of integers in; IntervalSet, a canonical set of integers with set operations, out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from tfreach.records import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A set of integers as sorted, disjoint, non-adjacent inclusive spans: `==` is set equality.

    spans   ((lo, hi), ...), every lo <= hi, and the next lo > hi + 1; build with `of`
    """

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> IntervalSet:
        """The union of `spans`; a span whose lo > hi is empty and left out."""
        merged: list[Span] = []
        for lo, hi in sorted((lo, hi) for lo, hi in spans if lo <= hi):
            if merged and lo <= merged[-1][1] + 1:
                if hi > merged[-1][1]:
                    merged[-1] = (merged[-1][0], hi)
            else:
                merged.append((lo, hi))
        return cls(tuple(merged))

    @classmethod
    def span(cls, lo: int, hi: int) -> IntervalSet:
        """All integers from lo to hi, both included; empty when lo > hi."""
        return cls(((lo, hi),)) if lo <= hi else cls()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, number: int) -> bool:
        if len(self.spans) == 1:  # a block, a port: most sets that are asked
            ((lo, hi),) = self.spans
            return lo <= number <= hi
        at = bisect_right(self.spans, number, key=lambda span: span[0])
        return at > 0 and number <= self.spans[at - 1][1]

    def __or__(self, other: IntervalSet) -> IntervalSet:
        if not self.spans or self.spans == other.spans:
            return other
        if not other.spans:
            return self
        return IntervalSet.of((*self.spans, *other.spans))

    def __and__(self, other: IntervalSet) -> IntervalSet:
        if self.spans == other.spans:
            return self
        common: list[Span] = []
        mine, theirs = 0, 0
        while mine < len(self.spans) and theirs < len(other.spans):
            a, b = self.spans[mine], other.spans[theirs]
            lo, hi = max(a[0], b[0]), min(a[1], b[1])
            if lo <= hi:
                common.append((lo, hi))
            if a[1] < b[1]:
                mine += 1
            else:
                theirs += 1
        return IntervalSet(tuple(common))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        left: list[Span] = []
        at = 0
        for first, hi in self.spans:
            lo = first
            while at < len(other.spans) and other.spans[at][1] < lo:
                at += 1
            cut = at
            while cut < len(other.spans) and other.spans[cut][0] <= hi:
                if lo < other.spans[cut][0]:
                    left.append((lo, other.spans[cut][0] - 1))
                lo = other.spans[cut][1] + 1
                cut += 1
            if lo <= hi:
                left.append((lo, hi))
        return IntervalSet(tuple(left))

    def __le__(self, other: IntervalSet) -> bool:
        """Subset."""
        return not self - other

    def isdisjoint(self, other: IntervalSet) -> bool:
        return not self & other

    @property
    def count(self) -> int:
        """How many integers are in the set."""
        return sum(hi - lo + 1 for lo, hi in self.spans)

    @property
    def first(self) -> int:
        """The smallest member. Raises IndexError when empty."""
        return self.spans[0][0]

    def members(self) -> Iterator[int]:
        """Every integer of the set, ascending; for small sets."""
        for lo, hi in self.spans:
            yield from range(lo, hi + 1)

    def cut(self, others: Iterable[IntervalSet]) -> list[IntervalSet]:
        """Partition into pieces that no set of `others` divides, in order of first member."""
        borders: dict[int, int] = {}
        for bit, other in enumerate(others):
            for lo, hi in other.spans:
                borders[lo] = borders.get(lo, 0) ^ 1 << bit
                borders[hi + 1] = borders.get(hi + 1, 0) ^ 1 << bit
        starts = sorted(borders)
        alike: dict[int, list[Span]] = {}
        at, inside = 0, 0
        for lo, hi in self.spans:
            first = lo
            while at < len(starts) and starts[at] <= hi:
                if starts[at] > first:
                    alike.setdefault(inside, []).append((first, starts[at] - 1))
                    first = starts[at]
                inside ^= borders[starts[at]]
                at += 1
            alike.setdefault(inside, []).append((first, hi))
        return [IntervalSet.of(spans) for spans in alike.values()]


def crossed(
    some: Sequence[IntervalSet], others: Sequence[IntervalSet]
) -> dict[tuple[int, int], IntervalSet]:
    """Where disjoint sets and other disjoint sets meet, by the numbers of the two."""
    mine, theirs = _in_order(some), _in_order(others)
    found: dict[tuple[int, int], list[Span]] = {}
    one, other = 0, 0
    while one < len(mine) and other < len(theirs):
        a, b = mine[one], theirs[other]
        lo, hi = max(a[0], b[0]), min(a[1], b[1])
        if lo <= hi:
            found.setdefault((a[2], b[2]), []).append((lo, hi))
        if a[1] < b[1]:
            one += 1
        else:
            other += 1
    return {key: IntervalSet(tuple(spans)) for key, spans in found.items()}


def _in_order(sets: Sequence[IntervalSet]) -> list[tuple[int, int, int]]:
    return sorted((lo, hi, at) for at, found in enumerate(sets) for lo, hi in found.spans)


EMPTY = IntervalSet()
