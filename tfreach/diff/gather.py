"""Thousands of pairs that differ, as masks, in; the few groups of them that say the same, out.

A group holds for every one of its sources with every one of its destinations, but for none with
itself. Its pairs have the same flows on both sides, the same ends that came or went, and at both
ends the same that the plan changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

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
    first     one of its pairs
    """

    kind: Kind | None
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


@dataclass(frozen=True, slots=True)
class _Saying:
    """What all pairs of a group have in common."""

    kind: Kind | None
    before: FlowSets
    after: FlowSets
    came_or_went: tuple[bool, bool, bool, bool]
    touched: tuple[Touched, Touched]


def gather(found: Differences, cells: Iterable[Cell]) -> Gathered:
    """All cells, in groups."""
    parts: dict[_Saying, list[Part]] = {}
    rows: dict[_Saying, dict[int, int]] = {}
    differing: dict[int, int] = {}
    at = {end: bit for bit, end in enumerate(found.ends)}
    sorted_out = _Sorted(found)
    for cell in cells:
        bit = at[cell.destination]
        for saying, sources, own in sorted_out.sayings(cell):
            parts.setdefault(saying, own)
            row = rows.setdefault(saying, {})
            row[bit] = row.get(bit, 0) | sources
            if saying.kind is not None or saying.before != saying.after:
                differing[bit] = differing.get(bit, 0) | sources
    blocks = Blocks([end.id for end in found.ends], found.networks, sorted_out.apart)
    groups = [
        group
        for saying, row in rows.items()
        for group in _groups(found.ends, blocks, saying.kind, parts[saying], row)
    ]
    pairs = sum(mask.bit_count() for mask in differing.values())
    return Gathered(tuple(groups), pairs, blocks.used)


class _Sorted:
    """Cuts cells into pairs that have the same to say.

    apart   the ends that stay, and those that come or go
    """

    def __init__(self, found: Differences) -> None:
        self._found = found
        self._parts: dict[tuple[FlowSets, FlowSets], list[tuple[Kind | None, list[Part]]]] = {}
        ends = enumerate(found.ends)
        absent: dict[tuple[bool, bool], list[int]] = {}
        for bit, end in ends:
            absent.setdefault((end.before is None, end.after is None), []).append(bit)
        self._absent = {key: mask_of(bits, len(found.ends)) for key, bits in absent.items()}
        self.apart = [mask for _, mask in sorted(self._absent.items())]

    def sayings(self, cell: Cell) -> Iterator[tuple[_Saying, int, list[Part]]]:
        end = cell.destination
        gone = end.before is None, end.after is None
        there = self._found.touched(end)
        for touched, touching in self._found.touching.items():
            for absent, mask in self._absent.items():
                if sources := cell.sources & touching & mask:
                    for kind, parts in self._by_kind(cell.before, cell.after):
                        before = merged(part.before for part in parts)
                        after = merged(part.after for part in parts)
                        saying = _Saying(kind, before, after, (*absent, *gone), (touched, there))
                        yield saying, sources, parts

    def _by_kind(self, before: FlowSets, after: FlowSets) -> list[tuple[Kind | None, list[Part]]]:
        key = before, after
        if key not in self._parts:
            parts = parts_of(before, after)
            found = [(kind, [one for one in parts if kind_of(one) is kind]) for kind in Kind]
            sure: list[tuple[Kind | None, list[Part]]] = [(k, some) for k, some in found if some]
            if unsure := [one for one in parts if is_unsure(one)]:
                sure.append((None, unsure))
            self._parts[key] = sure
        return self._parts[key]


def _groups(
    ends: Sequence[End],
    blocks: Blocks,
    kind: Kind | None,
    parts: list[Part],
    row: Mapping[int, int],
) -> Iterator[Group]:
    """Destinations with the same sources, itself apart."""
    for mask, bits in same_sources(row):
        first = ends[lowest_of(mask & ~(1 << bits[0]))], ends[bits[0]]
        own = 1 << bits[0] if len(bits) == 1 else 0
        destinations = blocks.members(mask_of(bits, len(ends)))
        pairs = sum((mask & ~(1 << bit)).bit_count() for bit in bits)
        yield Group(kind, first, parts, blocks.members(mask, own), destinations, pairs)
