"""Sets that come and go in; what they hold together, as a number, the same for the same, out.

A tree over the borders of all sets. A node knows how many sets lie all over it, and has a number
for what is held of it: nothing, everything, or a pair of such numbers below it, each pair numbered
once. So a set comes or goes in as many steps as the tree is deep for each of its spans, whatever
else is there, and two moments at which the same is held have the same number at the root.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from tfreach.space.intervals import IntervalSet, Span

NOTHING, EVERYTHING = 0, 1


class Cover:
    """The union of what has come and not gone, of sets of which all were named at first."""

    def __init__(self, sets: Iterable[IntervalSet]) -> None:
        borders = {border for one in sets for lo, hi in one.spans for border in (lo, hi + 1)}
        self._borders = sorted(borders)
        self._leaves = 1 << len(self._borders).bit_length()
        self._counts = [0] * (2 * self._leaves)
        self._held = [NOTHING] * (2 * self._leaves)
        self._numbers: dict[Span, int] = {}
        self._pairs: list[Span] = []

    @property
    def number(self) -> int:
        """Of what is held now."""
        return self._held[1]

    def come(self, found: IntervalSet) -> None:
        """Once more."""
        for lo, hi in found.spans:
            self._change(lo, hi, 1)

    def go(self, found: IntervalSet) -> None:
        """Once less. Has come as often at least."""
        for lo, hi in found.spans:
            self._change(lo, hi, -1)

    def _change(self, lo: int, hi: int, by: int) -> None:
        first = low = bisect_left(self._borders, lo) + self._leaves
        last = high = bisect_left(self._borders, hi + 1) + self._leaves - 1
        while low <= high:
            if low & 1:
                self._count(low, by)
                low += 1
            if not high & 1:
                self._count(high, by)
                high -= 1
            low, high = low >> 1, high >> 1
        self._renew(first >> 1)
        if first >> 1 != last >> 1:
            self._renew(last >> 1)

    def _count(self, node: int, by: int) -> None:
        self._counts[node] += by
        if self._counts[node]:
            self._held[node] = EVERYTHING
        else:
            self._held[node] = NOTHING if node >= self._leaves else self._below(node)

    def _renew(self, node: int) -> None:
        """What is held of a node and of all above it."""
        counts, held = self._counts, self._held
        while node:
            if not counts[node]:
                held[node] = self._below(node)
            node >>= 1

    def _below(self, node: int) -> int:
        left, right = self._held[2 * node], self._held[2 * node + 1]
        if left == right and left <= EVERYTHING:
            return left
        number = self._numbers.get((left, right))
        if number is None:
            number = self._numbers[left, right] = len(self._pairs) + 2
            self._pairs.append((left, right))
        return number

    def at(self, number: int) -> IntervalSet:
        """What was held when it had this number."""
        spans: list[Span] = []
        waiting = [(number, 0, self._leaves)]
        while waiting:
            held, leaf, width = waiting.pop()
            if held == NOTHING:
                continue
            if held == EVERYTHING:
                lo, hi = self._borders[leaf], self._borders[leaf + width] - 1
                if spans and spans[-1][1] + 1 == lo:
                    lo = spans.pop()[0]
                spans.append((lo, hi))
                continue
            left, right = self._pairs[held - 2]
            half = width // 2
            waiting.append((right, leaf + half, half))
            waiting.append((left, leaf, half))
        return IntervalSet(tuple(spans))
