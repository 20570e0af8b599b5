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
MANY = 1000
"""No more members of a side are walked than that."""

Seen = tuple[Key, Answer, Trace]


def find_witness_through(
    kind: Kind, parts: Sequence[Part], ends: tuple[End, End], via: tuple[End, ...], sides: Sides
) -> Witness:
    """A flow at the same places on both sides where there is one; a side where no line leads there
    has none."""
    part = best_part(kind, parts)
    number = typical(part.services, part.family)
    before = _seen(0, (ends, via), number, part, sides, None)
    after = _seen(1, (ends, via), number, part, sides, None if before else _enough(kind, part))
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


def _enough(kind: Kind, part: Part) -> Answer | None:
    """The answer of the after side that needs none of a before side beside it."""
    answers = [(Tri.YES, Tri.YES), (Tri.YES, Tri.NO)]
    return next((one for one in answers if rank_of(kind, part, NOTHING, one) == 0), None)


def _seen(
    side: int,
    between: tuple[tuple[End, End], tuple[End, ...]],
    number: int,
    part: Part,
    sides: Sides,
    enough: Answer | None,
) -> list[Seen]:
    """One trace for every place and answer of a side; no more once one is `enough`."""
    network = (sides.before, sides.after)[side]
    ids = [end[side] for end in (*between[0], *between[1])]
    known = [id_ for id_ in ids if id_ is not None]
    if len(known) < len(ids):
        return []
    source, destination, *balancers = known
    text = sides.renames.text
    found: dict[tuple[Key, Answer], Trace] = {}
    walked = _walked(network, source, destination, tuple(balancers), number, part, sides)
    for at, (key, traces) in enumerate(walked):
        place = tuple(map(text, key)) if side == 0 else key
        found.setdefault((place, overall(traces)), best(traces))
        if at >= MANY or overall(traces) == enough:
            break
    return [(key, answer, trace) for (key, answer), trace in found.items()]


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
