"""Two networks and which endpoints match in; all pairs that differ, as bit masks, out.

A destination that has in both networks the same ways from everybody is judged only for those
sources that have not, and for what may be undetermined: thousands of endpoints of which a plan
changes a few cost as much as those few (engine/unchanged.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tfreach.diff.parts import FlowSets, renamed
from tfreach.diff.witness import End, Renames
from tfreach.engine.blocks import by_home
from tfreach.engine.known import Row
from tfreach.engine.reach import survey_through
from tfreach.engine.rows import Rows
from tfreach.engine.unchanged import EVERYTHING, Touched, Unchanged
from tfreach.engine.verdicts import Options, Reachability, Verdict
from tfreach.records import dataclass
from tfreach.space.atoms import mask_of, union_of
from tfreach.topology.network import Network


@dataclass(frozen=True, slots=True)
class Cell:
    """One destination, and sources with the same flows on each side, which differ or are not all
    decided.

    sources  a mask: bit n is the n-th of the ends
    """

    destination: End
    sources: int
    before: FlowSets
    after: FlowSets


class Differences:
    """Compares two networks, destination by destination.

    ends      who may be at an end of a pair, in the order of the bits of masks
    networks  before and after
    renames   what moved has another name after
    touching  what differs at some sources, and which these are
    """

    def __init__(
        self,
        before: Network,
        after: Network,
        ends: Sequence[End],
        renames: Renames,
        options: Options,
    ) -> None:
        self.ends = ends
        self.renames = renames
        self.networks = before, after
        self._options = options
        old = [end.before or f"\0{at}" for at, end in enumerate(ends)]
        new = [end.after or f"\0{at}" for at, end in enumerate(ends)]
        self._unchanged = Unchanged(before, after)
        self._before = Rows(before, options, old)
        self._after = Rows(after, options, new, beside=(self._before, self._unchanged))
        found: dict[Touched, list[int]] = {}
        for at, end in enumerate(ends):
            touched = EVERYTHING
            if end.before and end.after:
                touched = self._unchanged.as_source(end.before, end.after)
            found.setdefault(touched, []).append(at)
        self.touching = {touched: mask_of(bits, len(ends)) for touched, bits in found.items()}
        self._among = union_of(mask for touched, mask in self.touching.items() if touched)
        self._said: dict[FlowSets, FlowSets] = {}

    def touched(self, end: End) -> Touched:
        """What differs at a destination."""
        if end.before and end.after:
            return self._unchanged.as_destination(end.before, end.after)
        return EVERYTHING

    def cells(self) -> Iterator[Cell]:
        """Every pair of two ends that differs or is undetermined, in just one cell; those of one
        destination together."""
        for bits in by_home([end.id for end in self.ends], self.networks):
            for end in (self.ends[bit] for bit in bits):
                if self.touched(end):
                    yield from self._crossed(end)
                else:
                    yield from self._crossed(end, self._among)
            self._after.forget()
            self._before.forget()

    def _crossed(self, end: End, among: int | None = None) -> Iterator[Cell]:
        """among   the only sources of which it may differ"""
        mine = self._before.row(end.before, among) if end.before else []
        theirs = self._after.row(end.after, among, doubted=True) if end.after else []
        mine = self._in_new_names(mine)
        if among is not None:
            for mask, flows in theirs:
                if mask & ~among and _is_unsure(flows):
                    yield Cell(end, mask & ~among, flows, flows)
            mine, theirs = ([(mask & among, f) for mask, f in row] for row in (mine, theirs))
        for sources, was, now in _crossed(mine, theirs):
            yield Cell(end, sources, was, now)

    def through(self) -> tuple[Reachability, Reachability]:
        """Of both networks, what goes through load balancers, whether it differs or not."""
        before, after = (survey_through(one, self._options) for one in self.networks)
        return Reachability(through=before), Reachability(through=after)

    def _in_new_names(self, row: Row) -> Row:
        if not self.renames.moved:
            return row
        for _, flows in row:
            if flows not in self._said:
                self._said[flows] = self._before.known.one(renamed(flows, self.renames))
        return [(mask, self._said[flows]) for mask, flows in row]


def _crossed(before: Row, after: Row) -> Iterator[tuple[int, FlowSets, FlowSets]]:
    """Where two rows differ, and where they agree on what cannot be decided."""
    flows = {id(one): one for _, one in (*before, *after)}
    old, new = _by_flows(before), _by_flows(after)
    for number in [number for number in old if number in new]:
        both = old[number] & new[number]
        old[number] ^= both
        new[number] ^= both
        if both and _is_unsure(flows[number]):
            yield both, flows[number], flows[number]
    still, already = union_of(new.values()), union_of(old.values())
    for (was, mask), (now, other) in product(old.items(), new.items()):
        if common := mask & other:
            yield common, flows[was], flows[now]
    yield from ((gone, flows[was], ()) for was, mask in old.items() if (gone := mask & ~still))
    yield from ((come, (), flows[now]) for now, mask in new.items() if (come := mask & ~already))


def _by_flows(row: Row) -> dict[int, int]:
    """The ids of flows that are equal are one."""
    found: dict[int, int] = {}
    for mask, flows in row:
        found[id(flows)] = found.get(id(flows), 0) | mask
    return found


def _is_unsure(flows: FlowSets) -> bool:
    return any(one.verdict is Verdict.UNDETERMINED for one in flows)
