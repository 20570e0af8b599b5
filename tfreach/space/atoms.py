"""Addresses of many places in; which of the places lie in a set of addresses, as a bit mask, out.

A Python integer is the fastest set there is of a few thousand small numbers: all places of a
network are joined, cut and compared in one instruction a word.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tfreach.space.intervals import IntervalSet


def mask_of(bits: Iterable[int], width: int) -> int:
    """The integer with these bits set, each below `width`."""
    held = bytearray(width // 8 + 1)
    for bit in bits:
        held[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(held, "little")


def union_of(masks: Iterable[int]) -> int:
    """What is in any of them."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def bits_of(mask: int) -> Iterator[int]:
    """The bits that are set, ascending. Linear in the width, however many there are."""
    held = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    for start in range(0, len(held), 8):
        word = int.from_bytes(held[start : start + 8], "little")
        while word:
            lowest = word & -word
            yield start * 8 + lowest.bit_length() - 1
            word ^= lowest


def lowest_of(mask: int) -> int:
    """The first bit that is set, of at least one."""
    return (mask & -mask).bit_length() - 1


def refined(pieces: Iterable[int], by: Iterable[int]) -> list[int]:
    """Disjoint masks, cut so that each lies wholly inside or outside of every mask of `by`."""
    found = list(pieces)
    for mask in by:
        finer: list[int] = []
        for piece in found:
            inside = piece & mask
            if inside and inside != piece:
                finer += (inside, piece ^ inside)
            else:
                finer.append(piece)
        found = finer
    return found


class Atoms:
    """Places, one bit and one address each."""

    def __init__(self, addresses: Mapping[int, int]) -> None:
        """addresses   bit -> address"""
        self._bits: Sequence[int] = sorted(addresses, key=lambda bit: (addresses[bit], bit))
        self._line = [addresses[bit] for bit in self._bits]
        self._width = max(addresses, default=0) + 1
        self._known: dict[IntervalSet, int] = {}

    def within(self, found: IntervalSet) -> int:
        """The places whose address lies in a set."""
        if found not in self._known:
            self._known[found] = mask_of(self._inside(found), self._width)
        return self._known[found]

    def _inside(self, found: IntervalSet) -> Iterator[int]:
        for lo, hi in found.spans:
            yield from self._bits[bisect_left(self._line, lo) : bisect_right(self._line, hi)]
