"""Services of a pair that differ through load balancers, in; one flow that shows it, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tfreach.diff.changes import Kind, Witness
from tfreach.diff.witness import Answer, End, Part, Sides, best_part, rank_of, typical
from tfreach.engine.trace import best, overall
from tfreach.engine.verdicts import Trace
from tfreach.engine.via_members import Key, walk
from tfreach.space.headers import Flow
from tfreach.topology.lines import Via, lines
from tfreach.topology.network import Network, Tri

NOTHING: Answer = (Tri.NO, Tri.NO)
MANY = 2000
"""No more members of a side are walked than that."""

Seen = tuple[Key, Answer, Trace]


def find_witness_through(
    kind: Kind, parts: Sequence[Part], ends: tuple[End, End], via: tuple[End, ...], sides: Sides
) -> Witness:
    """A flow at the same places on both sides where there is one; a side where no line leads there
    has none."""
    part = best_part(kind, parts)
    number = typical(part.services, part.family)
    before, after = (
        _seen(network, side, ends, via, number, part, sides)
        for side, network in enumerate((sides.before, sides.after))
    )
    chosen: tuple[tuple[int, bool], Seen | None, Seen | None] | None = None
    nobody: list[Seen | None] = [None]
    for one, other in product([*before] or nobody, [*after] or nobody):
        answers = one[1] if one else NOTHING, other[1] if other else NOTHING
        same = one is not None and other is not None and one[0] == other[0]
        merit = rank_of(kind, part, *answers), not same
        if chosen is None or merit < chosen[0]:
            chosen = merit, one, other
    if chosen is None:
        raise AssertionError(f"no witness: {ends[0].id} -> {ends[1].id} via {via}")
    traces = [found[2] if found else None for found in chosen[1:]]
    shown = traces[1] or traces[0]
    return Witness(shown.flow if shown else Flow(0, 0, number), traces[0], traces[1])


def _seen(
    network: Network,
    side: int,
    ends: tuple[End, End],
    via: tuple[End, ...],
    number: int,
    part: Part,
    sides: Sides,
) -> list[Seen]:
    """One trace for every place and answer of a side."""
    ids = [end[side] for end in (*ends, *via)]
    known = [id_ for id_ in ids if id_ is not None]
    if len(known) < len(ids):
        return []
    source, destination, *balancers = known
    found: dict[tuple[Key, Answer], Trace] = {}
    walked = _walked(network, source, destination, tuple(balancers), number, part, sides)
    for at, (key, traces) in enumerate(walked):
        found.setdefault((key, overall(traces)), best(traces))
        if at >= MANY:
            break
    text = sides.renames.text
    return [
        (tuple(map(text, key)) if side == 0 else key, answer, trace)
        for (key, answer), trace in found.items()
    ]


def _walked(
    network: Network,
    source: str,
    destination: str,
    via: Via,
    number: int,
    part: Part,
    sides: Sides,
) -> Iterator[tuple[Key, tuple[Trace, ...]]]:
    for line in lines(network).get((destination, via), ()):
        if number in line.services:
            for one in walk(network, source, line, number, sides.options, part.family):
                yield one.key, one.traces
