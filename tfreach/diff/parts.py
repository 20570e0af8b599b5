"""The flows of one pair in both networks in; what differs or cannot be decided, in parts, out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tfreach.diff.changes import Kind
from tfreach.diff.witness import Part, Renames
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.space.headers import ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet

FlowSets = tuple[FlowSet, ...]
FAMILIES = tuple(Family)


def renamed(sets: FlowSets, renames: Renames) -> FlowSets:
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


def is_unsure(part: Part) -> bool:
    return _unsure(part.before) or _unsure(part.after)


def kind_of(part: Part) -> Kind | None:
    """What kind of change a part that differs is; None when it cannot be decided."""
    if is_unsure(part):
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
