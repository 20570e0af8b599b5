"""Thousands of pairs that differ, as masks, in; the few groups of them that say the same, out.

A group holds for every one of its sources with every one of its destinations, but for none with
itself. Its pairs have the same flows on both sides, the same ends that came or went, and at both
ends the same that the plan changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import groupby

from tfreach.diff.changes import Kind
from tfreach.diff.differences import Cell, Differences
from tfreach.diff.parts import FlowSets, is_unsure, kind_of, merged, parts_of
from tfreach.diff.witness import End, Part
from tfreach.engine.blocks import Blocks, Members, same_sources
from tfreach.engine.unchanged import Touched
from tfreach.records import dataclass
from tfreach.space.atoms import lowest_of, mask_of


@dataclass(frozen=True, slots=True)
class Group:
    """kind   None: it cannot be decided
    saying    the same for groups that differ only in who is in them
    first     one of its pairs
    """

    kind: Kind | None
    saying: Hashable
    first: tuple[End, End]
    parts: list[Part]
    sources: Members
    destinations: Members
    pairs: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """pairs   how many of them differ
    blocks  the blocks that members name, and who is in each
    """

    groups: tuple[Group, ...] = ()
    pairs: int = 0
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """What differs of one kind. Of equal ones there is only one."""

    kind: Kind | None
    parts: list[Part]
    differs: bool


_Saying = tuple[_Said, tuple[bool, bool, bool, bool], Touched, Touched]
"""What all pairs of a group have in common: what is said, which ends came or went on which side,
and what the plan changed at both ends."""


def gather(found: Differences, cells: Iterable[Cell]) -> Gathered:
    """All cells, in groups; those of one destination come together."""
    rows: dict[_Saying, dict[int, list[int]]] = {}
    pairs = 0
    at = {end: bit for bit, end in enumerate(found.ends)}
    sorted_out = _Sorted(found)
    for destination, own in groupby(cells, lambda cell: cell.destination):
        bit, differing = at[destination], 0
        said: dict[_Saying, int] = {}
        for saying, sources in (one for cell in own for one in sorted_out.sayings(cell)):
            said[saying] = said.get(saying, 0) | sources
        for saying, sources in said.items():
            rows.setdefault(saying, {}).setdefault(sources, []).append(bit)
            differing |= sources if saying[0].differs else 0
        pairs += differing.bit_count()
    blocks = Blocks([end.id for end in found.ends], found.networks, sorted_out.apart)
    groups = [
        group for saying, row in rows.items() for group in _groups(found.ends, blocks, saying, row)
    ]
    return Gathered(tuple(groups), pairs, blocks.used)


class _Sorted:
    """Cuts cells into pairs that have the same to say.

    apart   the ends that stay, and those that come or go
    """

    def __init__(self, found: Differences) -> None:
        self._found = found
        self._cells: dict[tuple[int, int], tuple[Cell, list[_Said]]] = {}
        self._said: dict[tuple[Kind | None, FlowSets, FlowSets], _Said] = {}
        ends = enumerate(found.ends)
        absent: dict[tuple[bool, bool], list[int]] = {}
        for bit, end in ends:
            absent.setdefault((end.before is None, end.after is None), []).append(bit)
        self._absent = {key: mask_of(bits, len(found.ends)) for key, bits in absent.items()}
        self.apart = [mask for _, mask in sorted(self._absent.items())]

    def sayings(self, cell: Cell) -> Iterator[tuple[_Saying, int]]:
        """The sources of a cell by what is to be said of them."""
        end = cell.destination
        gone = end.before is None, end.after is None
        there = self._found.touched(end)
        said = self._by_kind(cell)
        for touched, touching in self._found.touching.items():
            for absent, mask in self._absent.items():
                if sources := cell.sources & touching & mask:
                    yield from (((one, (*absent, *gone), touched, there), sources) for one in said)

    def _by_kind(self, cell: Cell) -> list[_Said]:
        key = id(cell.before), id(cell.after)
        if key not in self._cells:
            parts = parts_of(cell.before, cell.after)
            found: list[tuple[Kind | None, list[Part]]] = [
                (kind, [one for one in parts if kind_of(one) is kind]) for kind in Kind
            ]
            found.append((None, [one for one in parts if is_unsure(one)]))
            self._cells[key] = cell, [self._of(kind, some) for kind, some in found if some]
        return self._cells[key][1]

    def _of(self, kind: Kind | None, parts: list[Part]) -> _Said:
        before = merged(part.before for part in parts)
        after = merged(part.after for part in parts)
        made = _Said(kind, parts, kind is not None or before != after)
        return self._said.setdefault((kind, before, after), made)


def _groups(
    ends: Sequence[End],
    blocks: Blocks,
    saying: _Saying,
    row: Mapping[int, Sequence[int]],
) -> Iterator[Group]:
    """Destinations with the same sources, itself apart."""
    for mask, bits in same_sources(row):
        first = ends[lowest_of(mask & ~(1 << bits[0]))], ends[bits[0]]
        own = 1 << bits[0] if len(bits) == 1 else 0
        destinations = blocks.members(mask_of(bits, len(ends)))
        pairs = sum((mask & ~(1 << bit)).bit_count() for bit in bits)
        sources, said = blocks.members(mask, own), saying[0]
        yield Group(said.kind, saying, first, said.parts, sources, destinations, pairs)
