"""A place in; the roads to it from all places of a bank, as masks of its spots, out.

Where the network has another beside it that differs little, the roads of that one are taken over,
wherever nothing differs that a road may depend on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from tfreach.engine.crowd import Bank, Crowd, Spot
from tfreach.engine.roads import BLIND, DEAD, At, Road, Roads
from tfreach.engine.unchanged import Unchanged
from tfreach.records import dataclass
from tfreach.space.atoms import mask_of, union_of

Lane = tuple[Road, int, list[tuple[Hashable, int]]]
"""A road, the spots it leads from, and those apart by all that it depends on."""

_Part = tuple[Road, Hashable, int]
"""A road, all that it depends on, and spots that it leads from."""


@dataclass(frozen=True, slots=True)
class Leading:
    """dead   the spots from which nothing is delivered
    blind  those where hosts may be on the way
    """

    roads: list[Lane]
    dead: int
    blind: int

    def but(self, mask: int) -> Iterator[_Part]:
        """For another network: without some spots."""
        for road, _, apart in self.roads:
            for depends, spots in apart:
                yield road, ("beside", depends), spots & ~mask
        yield DEAD, None, self.dead & ~mask
        yield BLIND, None, self.blind & ~mask


class Leads:
    """All roads of one network, by where they lead.

    beside   those of another network, and what of the two is unchanged
    """

    def __init__(
        self, crowd: Crowd, roads: Roads, beside: tuple[Leads, Unchanged] | None = None
    ) -> None:
        self._crowd = crowd
        self._roads = roads
        shared = beside is not None and not beside[1].all_differ
        self._beside = beside if shared else None
        self._strange: dict[Bank, int] = {}
        self._origins: dict[Bank, list[tuple[At, int]]] = {}
        self._known: dict[tuple[Bank, int], Leading] = {}

    def at(self, spot: Spot) -> At:
        """The place of a spot."""
        return self._roads.at(spot.site.subnet, spot.atom, spot.address)

    def to(self, bank: Bank, goal: Spot) -> Leading:
        """The roads from a bank to a spot."""
        at = self.at(goal)
        key = bank, at.number
        if key not in self._known:
            theirs = self._taken_over(bank, goal)
            own = self._own(bank, at, self._strange[bank] if theirs else bank.everywhere)
            self._known[key] = _put_together([*theirs, *own])
        return self._known[key]

    def forget(self) -> None:
        """What was found for places."""
        self._known.clear()

    def _taken_over(self, bank: Bank, goal: Spot) -> list[_Part]:
        """What the other network says of a place where nothing differs; [] where it says
        nothing."""
        if self._beside is None:
            return []
        other, unchanged = self._beside
        twin = other._crowd.banks.get(bank.family)
        if twin is None or goal.site.subnet in unchanged.subnets:
            return []
        if bank not in self._strange:
            alike = bank.alike(
                twin,
                lambda _, mine, __, its: (
                    mine.address == its.address
                    and mine.site.subnet == its.site.subnet
                    and its.site.subnet not in unchanged.subnets
                ),
            )
            self._strange[bank] = bank.everywhere & ~alike
        atom = other._crowd.likeness.segments.at(goal.address)
        there = Spot(goal.site, goal.address, atom)
        return list(other.to(twin, there).but(self._strange[bank]))

    def _own(self, bank: Bank, goal: At, chosen: int) -> Iterator[_Part]:
        whole = chosen == bank.everywhere
        for origin, spots in self._from(bank) if chosen else ():
            if mask := spots if whole else spots & chosen:
                yield (*self._roads.between(origin, goal), mask)

    def _from(self, bank: Bank) -> list[tuple[At, int]]:
        if bank not in self._origins:
            found: dict[At, list[int]] = {}
            for bit, _, spot in bank.spots():
                found.setdefault(self.at(spot), []).append(bit)
            width = bank.planes * bank.width
            self._origins[bank] = [(at, mask_of(bits, width)) for at, bits in found.items()]
        return self._origins[bank]


def _put_together(parts: Iterable[_Part]) -> Leading:
    live: dict[Road, dict[Hashable, int]] = {}
    dead = blind = 0
    for road, depends, mask in parts:
        if road.dead:
            dead |= mask
        elif road.blind:
            blind |= mask
        elif mask:
            apart = live.setdefault(road, {})
            apart[depends] = apart.get(depends, 0) | mask
    return Leading(
        [(road, union_of(apart.values()), list(apart.items())) for road, apart in live.items()],
        dead,
        blind,
    )
