"""Sets of integers in; which of them hold a number, and the pieces that none divides, out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tfreach.space.intervals import IntervalSet, Span


class Segments:
    """Several sets laid over each other: one bit mask, bit n for set n, between any two borders."""

    def __init__(self, sets: Sequence[IntervalSet]) -> None:
        borders: dict[int, int] = {}
        for bit, found in enumerate(sets):
            for lo, hi in found.spans:
                borders[lo] = borders.get(lo, 0) ^ 1 << bit
                borders[hi + 1] = borders.get(hi + 1, 0) ^ 1 << bit
        self._starts = sorted(start for start, flipped in borders.items() if flipped)
        self._masks = [0]
        for start in self._starts:
            self._masks.append(self._masks[-1] ^ borders[start])

    @classmethod
    def numbered(cls, starts: Sequence[int], numbers: Sequence[int]) -> Segments:
        """Where each number begins to hold, ascending. What `at` gives is that number, 0 before."""
        found = cls(())
        for start, number in zip(starts, numbers, strict=True):
            if number != found._masks[-1]:
                found._starts.append(start)
                found._masks.append(number)
        return found

    @classmethod
    def apart(cls, sets: Sequence[IntervalSet]) -> Segments:
        """Of disjoint sets: what `at` gives is n + 1 for set n, 0 where there is none."""
        spans = sorted((lo, hi, at) for at, found in enumerate(sets) for lo, hi in found.spans)
        starts: list[int] = []
        numbers: list[int] = []
        for lo, hi, at in spans:
            if starts and starts[-1] == lo:
                numbers[-1] = at + 1
            else:
                starts.append(lo)
                numbers.append(at + 1)
            starts.append(hi + 1)
            numbers.append(0)
        return cls.numbered(starts, numbers)

    @classmethod
    def joined(cls, many: Iterable[Segments]) -> Segments:
        """One for many: it tells two numbers apart if one of them does. What `at` gives is then a
        number of the combination, and no mask of sets."""
        different = {(tuple(one._starts), tuple(one._masks)): one for one in many}
        parts, found = list(different.values()), cls(())
        numbers: dict[tuple[int, ...], int] = {}
        for start in sorted({start for one in parts for start in one._starts}):
            key = tuple(one.at(start) for one in parts)
            found._starts.append(start)
            found._masks.append(numbers.setdefault(key, len(numbers) + 1))
        return found

    @property
    def starts(self) -> Sequence[int]:
        """Every border: each number at which the mask changes."""
        return self._starts

    def at(self, number: int) -> int:
        """The sets that hold `number`, as a bit mask."""
        return self._masks[bisect_right(self._starts, number)]

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """First and last number of each piece, and its mask; but for before the first border and
        behind the last one, where no set holds anything."""
        for at, (start, after) in enumerate(pairwise(self._starts)):
            yield start, after - 1, self._masks[at + 1]

    def starts_within(self, lo: int, hi: int) -> list[int]:
        """The borders inside a span: every number of lo+1..hi at which the mask changes."""
        return self._starts[bisect_right(self._starts, lo) : bisect_right(self._starts, hi)]


def bits(mask: int) -> Iterator[int]:
    """The numbers of the sets of a mask, ascending. The mask is written out once: to take its bits
    off one by one would copy it for each."""
    written = f"{mask:b}"[::-1]
    at = written.find("1")
    while at >= 0:
        yield at
        at = written.find("1", at + 1)


def cut(whole: IntervalSet, by: Sequence[Segments]) -> list[IntervalSet]:
    """Partition `whole` into pieces whose members are alike to all of `by`, by first member."""
    alike: dict[tuple[int, ...], list[Span]] = {}
    for lo, hi in whole.spans:
        starts = {lo}.union(*(segments.starts_within(lo, hi) for segments in by))
        ordered = sorted(starts)
        for first, after in zip(ordered, [*ordered[1:], hi + 1], strict=True):
            key = tuple(segments.at(first) for segments in by)
            alike.setdefault(key, []).append((first, after - 1))
    return [IntervalSet.of(spans) for spans in alike.values()]
