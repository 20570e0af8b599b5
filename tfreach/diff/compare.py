"""Two networks and what the plan does in; what can talk to what that could not before, out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from tfreach.diff.causes import Ledger, find_causes
from tfreach.diff.changes import (
    Cause,
    Change,
    Comparison,
    Kind,
    Many,
    Planned,
    Undecided,
    Witness,
)
from tfreach.diff.differences import Cell, Differences
from tfreach.diff.gather import Gathered, Group, gather
from tfreach.diff.parts import FlowSets, is_unsure, kind_of, merged, parts_of, renamed
from tfreach.diff.through import find_witness_through
from tfreach.diff.undone import Differing, Replays, Trials
from tfreach.diff.witness import End, Part, Renames, Sides, find_witness
from tfreach.engine.verdicts import Options, Reachability
from tfreach.space.atoms import bits_of
from tfreach.space.bounds import NO_REASONS
from tfreach.topology.apart import aligned
from tfreach.topology.network import Endpoint, Network

Ends = tuple[End, End]
Way = tuple[Ends, tuple[End, ...]]
"""Two ends, and the load balancers between them."""
KINDS = tuple(Kind)


def compare(
    before: Network,
    after: Network,
    planned: Mapping[str, Planned],
    options: Options,
    reach: tuple[Reachability, Reachability] | None = None,
    *,
    most: int | None = None,
    replays: Replays | None = None,
    limited: Callable[[Network], Network] = lambda network: network,
) -> Comparison:
    """Every difference between the two sides, each with a witness and its causes.

    planned   by address
    reach     the surveys of both sides where they are at hand; of some pairs and services only,
              where no others are asked about
    most      pairs to list one by one: of more, those that say the same are put together
    replays   the plan without some of its changes, to prove causes
    limited   what was done to both networks, to be done to those too
    """
    renames = Renames.of(planned)
    ends = sorted(match_endpoints(before.endpoints, after.endpoints, renames), key=_id)
    if before is after:
        return Comparison((), (), _count_pairs(ends), (), ())
    if any(one.apart for side in (before, after) for one in side.services.values()):
        given = before, after
        before, after = aligned(before, after)
        reach = reach if given == (before, after) else None
        ends = sorted(match_endpoints(before.endpoints, after.endpoints, renames), key=_id)
    gathered = Gathered()
    if reach is not None:
        ways = list(_pairs(reach, ends, renames))
    else:
        ways, gathered = _judged(Differences(before, after, ends, renames, options), most)
    sides = Sides(before, after, options, renames)
    ledger = Ledger.of(before, after, planned, renames)
    trials = Trials(replays, sides, ledger, limited) if replays else None
    changes: list[Change] = []
    undecided: list[Undecided] = []
    differing: set[Ends] = set()
    for (pair, via), parts in ways:
        said = [
            _change(Differing(*one, pair, via), sides, ledger, trials) for one in _by_kind(parts)
        ]
        changes += said
        if unsure := [part for part in parts if is_unsure(part)]:
            undecided.append(_undecided(pair, via, unsure))
        if not via and (said or undecided[-1].differs):
            differing.add(pair)
    return Comparison(
        tuple(sorted(changes, key=lambda c: (KINDS.index(c.kind), c.source, c.destination, c.via))),
        tuple(sorted(undecided, key=lambda u: (u.source, u.destination, u.via))),
        _count_pairs(ends) - len(differing) - gathered.pairs,
        tuple(sorted(end.id for end in ends if end.before is None)),
        tuple(sorted(end.id for end in ends if end.after is None)),
        tuple(_all_many(sorted(gathered.groups, key=_weight), sides, ledger)),
        gathered.blocks,
    )


def _by_kind(parts: list[Part]) -> Iterator[tuple[Kind, list[Part]]]:
    for kind in KINDS:
        if chosen := [part for part in parts if kind_of(part) is kind]:
            yield kind, chosen


def _judged(found: Differences, most: int | None) -> tuple[list[tuple[Way, list[Part]]], Gathered]:
    """Every way that differs or is undecided; where there are too many pairs to say so one by one,
    those in groups."""
    ways = list(_pairs(found.through(), found.ends, found.renames))
    few: list[Cell] = []
    count = 0
    cells = found.cells()
    for cell in cells:
        few.append(cell)
        count += cell.sources.bit_count()
        if most is not None and count > most:
            return ways, gather(found, chain(few, cells))
    for cell in few:
        if parts := parts_of(cell.before, cell.after):
            pairs = ((found.ends[bit], cell.destination) for bit in bits_of(cell.sources))
            ways += [((pair, ()), parts) for pair in pairs]
    return sorted(ways, key=lambda item: _ids(item[0])), Gathered()


def _id(end: End) -> str:
    return end.id


def match_endpoints(
    before: Mapping[str, Endpoint], after: Mapping[str, Endpoint], renames: Renames
) -> list[End]:
    """Which endpoint of one side is which of the other: by what moved, then by id, then by cloud
    id within a kind. Every endpoint of both sides is in exactly one End."""
    old, new = dict(before), dict(after)
    ends: list[End] = []

    def pair_up(candidates: Iterable[tuple[str, str]]) -> None:
        for mine, theirs in candidates:
            if mine in old and theirs in new:
                ends.append(End(mine, theirs))
                del old[mine], new[theirs]

    moved = [(end.previous_id, end.id) for end in after.values() if end.previous_id]
    pair_up(moved + [(id_, renames.text(id_)) for id_ in before if renames.text(id_) != id_])
    pair_up([(id_, id_) for id_ in before])
    by_cloud_id = {(end.kind, end.cloud_id): end.id for end in new.values() if end.cloud_id}
    pair_up([(e.id, by_cloud_id.get((e.kind, e.cloud_id), "")) for e in list(old.values())])
    return [*ends, *(End(id_, None) for id_ in old), *(End(None, id_) for id_ in new)]


def _count_pairs(ends: list[End]) -> int:
    """Ordered pairs of two endpoints that are both there on one side at least."""
    old = sum(end.before is not None for end in ends)
    new = sum(end.after is not None for end in ends)
    both = sum(end.before is not None and end.after is not None for end in ends)
    return old * (old - 1) + new * (new - 1) - both * (both - 1)


def _pairs(
    found: tuple[Reachability, Reachability], ends: Sequence[End], renames: Renames
) -> Iterator[tuple[Way, list[Part]]]:
    """Every pair with a flow on either side, and its parts that differ or cannot be decided."""
    old = _by_end(found[0], {end.before: end for end in ends if end.before is not None})
    new = _by_end(found[1], {end.after: end for end in ends if end.after is not None})
    for way in sorted({**old, **new}, key=_ids):
        parts = parts_of(renamed(old.get(way, ()), renames), new.get(way, ()))
        if parts:
            yield way, parts


def _by_end(found: Reachability, of: Mapping[str, End]) -> dict[Way, FlowSets]:
    direct: dict[Way, FlowSets] = {
        ((of[a], of[b]), ()): sets for (a, b), sets in found.pairs.items()
    }
    through: dict[Way, FlowSets] = {
        ((of[a], of[b]), tuple(of[id_] for id_ in via)): sets
        for (a, b, via), sets in found.through.items()
    }
    return direct | through


def _ids(way: Way) -> tuple[str, str, tuple[str, ...]]:
    (source, destination), via = way
    return source.id, destination.id, tuple(end.id for end in via)


def _change(of: Differing, sides: Sides, ledger: Ledger, trials: Trials | None) -> Change:
    source, destination = of.pair
    if of.via:
        witness = find_witness_through(of.kind, of.parts, of.pair, of.via, sides)
    else:
        witness = find_witness(of.kind, of.parts, source, destination, sides)
    causes = find_causes(witness, of.pair, ledger)
    return Change(
        of.kind,
        source.id,
        destination.id,
        merged(part.before for part in of.parts),
        merged(part.after for part in of.parts),
        endpoint_change(source, destination),
        witness,
        trials.proven(of, causes) if trials else causes,
        tuple(end.id for end in of.via),
    )


def _weight(group: Group) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    """The order of rows: by kind, those of the most pairs first."""
    kind = KINDS.index(group.kind) if group.kind else len(KINDS)
    return kind, -group.pairs, group.sources.names, group.destinations.names


def _all_many(groups: Iterable[Group], sides: Sides, ledger: Ledger) -> Iterator[Many]:
    """Of groups that say the same the first has a flow that shows it, for all of them."""
    known: dict[Hashable, tuple[Cause, ...]] = {}
    for group in groups:
        witness = None
        if group.saying not in known:
            witness = _witness_of_many(group, sides)
            known[group.saying] = find_causes(witness, group.first, ledger) if group.kind else ()
        yield _many(group, witness, known[group.saying])


def _witness_of_many(group: Group, sides: Sides) -> Witness | None:
    if group.kind is None or endpoint_change(*group.first) is not None:
        return None
    return find_witness(group.kind, group.parts, *group.first, sides, any_will_do=True)


def _many(group: Group, witness: Witness | None, causes: tuple[Cause, ...]) -> Many:
    """What is said of the first of its pairs, for all of them."""
    before = merged(part.before for part in group.parts)
    after = merged(part.after for part in group.parts)
    return Many(
        group.kind,
        group.sources,
        group.destinations,
        group.pairs,
        before,
        after,
        endpoint_change(*group.first),
        _all_reasons(before, after) if group.kind is None else (),
        witness,
        causes,
    )


def _undecided(pair: Ends, via: tuple[End, ...], parts: list[Part]) -> Undecided:
    source, destination = pair
    before = merged(part.before for part in parts)
    after = merged(part.after for part in parts)
    return Undecided(
        source.id,
        destination.id,
        before,
        after,
        before != after,
        endpoint_change(source, destination),
        _all_reasons(before, after),
        tuple(end.id for end in via),
    )


def _all_reasons(before: FlowSets, after: FlowSets) -> tuple[str, ...]:
    reasons = _reasons(after)
    return (*reasons, *(why for why in _reasons(before) if why not in reasons))


def _reasons(sets: FlowSets) -> list[str]:
    return sorted(NO_REASONS.union(*(item.reasons for item in sets)))


def endpoint_change(source: End, destination: End) -> str | None:
    """`source added`, `destination removed`, `both added` ...; None when both ends stay."""
    words = {
        role: "added" if end.before is None else "removed"
        for role, end in (("source", source), ("destination", destination))
        if end.before is None or end.after is None
    }
    if len(words) == 2:
        return f"both {words['source']}"
    return next((f"{role} {word}" for role, word in words.items()), None)
