"""Two networks and what the plan does in; what can talk to what that could not before, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tfreach.diff.causes import Ledger, find_causes
from tfreach.diff.changes import Change, Comparison, Kind, Planned, Undecided
from tfreach.diff.through import find_witness_through
from tfreach.diff.witness import End, Part, Renames, Sides, find_witness
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import FlowSet, Options, Reachability, Verdict
from tfreach.space.bounds import NO_REASONS
from tfreach.space.headers import ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.apart import aligned
from tfreach.topology.network import Endpoint, Network

Ends = tuple[End, End]
Way = tuple[Ends, tuple[End, ...]]
"""Two ends, and the load balancers between them."""
FlowSets = tuple[FlowSet, ...]
KINDS = tuple(Kind)
FAMILIES = tuple(Family)


def compare(
    before: Network,
    after: Network,
    planned: Mapping[str, Planned],
    options: Options,
    reach: tuple[Reachability, Reachability] | None = None,
) -> Comparison:
    """Every difference between the two sides, each with a witness and its causes.

    planned   by address
    reach     the surveys of both sides where they are at hand; of some pairs and services only,
              where no others are asked about
    """
    renames = Renames.of(planned)
    ends = match_endpoints(before.endpoints, after.endpoints, renames)
    if before is after:
        return Comparison((), (), _count_pairs(ends), (), ())
    if any(one.apart for side in (before, after) for one in side.services.values()):
        given = before, after
        before, after = aligned(before, after)
        reach = reach if given == (before, after) else None
        ends = match_endpoints(before.endpoints, after.endpoints, renames)
    found = reach or (survey(before, options), survey(after, options))
    sides = Sides(before, after, options, renames)
    ledger = Ledger.of(before, after, planned, renames)
    changes: list[Change] = []
    undecided: list[Undecided] = []
    differing: set[Ends] = set()
    for (pair, via), parts in _pairs(found, ends, renames):
        for kind in KINDS:
            if chosen := [part for part in parts if kind_of(part) is kind]:
                changes.append(_change(kind, pair, via, chosen, sides, ledger))
                differing |= {pair} if not via else set()
        if unsure := [part for part in parts if _is_unsure(part)]:
            undecided.append(_undecided(pair, via, unsure))
            if undecided[-1].differs and not via:
                differing.add(pair)
    return Comparison(
        tuple(sorted(changes, key=lambda c: (KINDS.index(c.kind), c.source, c.destination, c.via))),
        tuple(sorted(undecided, key=lambda u: (u.source, u.destination, u.via))),
        _count_pairs(ends) - len(differing),
        tuple(sorted(end.id for end in ends if end.before is None)),
        tuple(sorted(end.id for end in ends if end.after is None)),
    )


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
    found: tuple[Reachability, Reachability], ends: list[End], renames: Renames
) -> Iterator[tuple[Way, list[Part]]]:
    """Every pair with a flow on either side, and its parts that differ or cannot be decided."""
    old = _by_end(found[0], {end.before: end for end in ends if end.before is not None})
    new = _by_end(found[1], {end.after: end for end in ends if end.after is not None})
    for way in sorted({**old, **new}, key=_ids):
        parts = parts_of(_renamed(old.get(way, ()), renames), new.get(way, ()))
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


def _renamed(sets: FlowSets, renames: Renames) -> FlowSets:
    """Flow sets of the before side in the names of the after side."""
    if not renames.moved:
        return sets
    return tuple(
        replace(
            item,
            subnets=item.subnets and tuple(sorted(map(renames.text, item.subnets))),
            reasons=frozenset(map(renames.text, item.reasons)),
        )
        for item in sets
    )


def parts_of(before: FlowSets, after: FlowSets) -> list[Part]:
    """The services that differ or are undecided, in parts with one answer a side."""
    if before == after and not any(_unsure(item) for item in before):
        return []
    found: list[Part] = []
    for family in FAMILIES:
        for mine in _with_rest(before, family):
            for theirs in _with_rest(after, family):
                services = mine.services & theirs.services
                if services and (_details(mine) != _details(theirs) or _unsure(mine)):
                    found.append(Part(services, _cut(mine, services), _cut(theirs, services)))
    return sorted(found, key=lambda part: (FAMILIES.index(part.family), part.services.first))


def _with_rest(sets: FlowSets, family: Family) -> FlowSets:
    """Those of one family, with one more flow set for the services that are unreachable."""
    rest = ALL_SERVICES
    mine = tuple(item for item in sets if item.family is family)
    for item in mine:
        rest -= item.services
    return (*mine, FlowSet(rest, Verdict.UNREACHABLE, family=family)) if rest else mine


def _cut(item: FlowSet, services: IntervalSet) -> FlowSet:
    return replace(item, services=services)


Details = tuple[Verdict, IntervalSet | None, IntervalSet | None, tuple[str, ...] | None]


def _details(item: FlowSet) -> Details:
    """What is said of the services, reasons apart."""
    return item.verdict, item.addresses, item.client_ports, item.subnets


def _unsure(item: FlowSet) -> bool:
    return item.verdict is Verdict.UNDETERMINED


def _is_unsure(part: Part) -> bool:
    return _unsure(part.before) or _unsure(part.after)


def kind_of(part: Part) -> Kind | None:
    """What kind of change a part that differs is; None when it cannot be decided."""
    if _is_unsure(part):
        return None
    if not part.before.verdict.delivers:
        return Kind.OPENED
    return Kind.CHANGED if part.after.verdict.delivers else Kind.CLOSED


def merged(items: Iterable[FlowSet]) -> FlowSets:
    """Flow sets that say the same become one again; unreachable ones are left out."""
    groups: dict[FlowSet, IntervalSet] = {}
    for item in items:
        if item.verdict is not Verdict.UNREACHABLE:
            key = _cut(item, EMPTY)
            groups[key] = groups.get(key, EMPTY) | item.services
    sets = [_cut(said, services) for said, services in groups.items()]
    return tuple(sorted(sets, key=lambda item: (FAMILIES.index(item.family), item.services.first)))


def _change(
    kind: Kind,
    pair: Ends,
    via: tuple[End, ...],
    parts: list[Part],
    sides: Sides,
    ledger: Ledger,
) -> Change:
    source, destination = pair
    if via:
        witness = find_witness_through(kind, parts, pair, via, sides)
    else:
        witness = find_witness(kind, parts, source, destination, sides)
    return Change(
        kind,
        source.id,
        destination.id,
        merged(part.before for part in parts),
        merged(part.after for part in parts),
        endpoint_change(source, destination),
        witness,
        find_causes(witness, (source, destination), ledger),
        tuple(end.id for end in via),
    )


def _undecided(pair: Ends, via: tuple[End, ...], parts: list[Part]) -> Undecided:
    source, destination = pair
    before = merged(part.before for part in parts)
    after = merged(part.after for part in parts)
    reasons = _reasons(after)
    return Undecided(
        source.id,
        destination.id,
        before,
        after,
        before != after,
        endpoint_change(source, destination),
        (*reasons, *(why for why in _reasons(before) if why not in reasons)),
        tuple(end.id for end in via),
    )


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
