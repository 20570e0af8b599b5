"""The flows of one pair in both networks in; what differs or cannot be decided, in parts, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tfreach.diff.changes import Kind
from tfreach.diff.witness import Part, Renames
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.space.headers import ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet, Span, crossed

FlowSets = tuple[FlowSet, ...]
FAMILIES = tuple(Family)
ORDER = (Verdict.UNREACHABLE, Verdict.ONE_WAY, Verdict.PARTIAL, Verdict.REACHABLE)
"""From the worst for a connection to the best."""


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
        mine, theirs = _with_rest(before, family), _with_rest(after, family)
        common = crossed([item.services for item in mine], [item.services for item in theirs])
        for (was, now), services in common.items():
            old, new = mine[was], theirs[now]
            if _details(old) != _details(new) or _unsure(old):
                found.append(Part(services, _cut(old, services), _cut(new, services)))
    return sorted(found, key=lambda part: (FAMILIES.index(part.family), part.services.first))


def within(sets: FlowSets, part: Part) -> Iterator[FlowSet]:
    """What other flow sets say of the services of a part, those that are unreachable included."""
    for item in _with_rest(sets, part.family):
        if services := item.services & part.services:
            yield _cut(item, services)


def is_nearer(item: FlowSet, part: Part) -> bool:
    """Whether flows of a part are no longer as after the plan, but more as before it; what is not
    sure any more counts as that."""
    before, after = _details(part.before), _details(part.after)
    now = _details(item)
    if now == after:
        return False
    if Verdict.UNDETERMINED in (before[0], now[0], after[0]) or now == before:
        return True
    if _is_less(before, after) == _is_less(after, before):
        return True
    return _is_less(now, after) if _is_less(before, after) else _is_less(after, now)


def _is_less(one: Details, other: Details) -> bool:
    """Whether less of the same services passes."""
    if one[0] is not other[0]:
        return ORDER.index(one[0]) < ORDER.index(other[0])
    return not _holds(one, other)


def _holds(one: Details, other: Details) -> bool:
    """Whether the first has all addresses, ports and places of the second; None stands for all."""
    for mine, theirs in zip(one[1:4], other[1:4], strict=True):
        if mine is not None and (theirs is None or not theirs <= mine):
            return False
    return one[4] is None or (other[4] is not None and set(other[4]) <= set(one[4]))


def are_alike(one: FlowSet, other: FlowSet) -> bool:
    """Whether the same is said of the services, reasons apart."""
    return _details(one) == _details(other)


def _with_rest(sets: FlowSets, family: Family) -> FlowSets:
    """Those of one family, with one more flow set for the services that are unreachable."""
    mine = tuple(item for item in sets if item.family is family)
    rest = ALL_SERVICES - IntervalSet.of(span for item in mine for span in item.services.spans)
    return (*mine, FlowSet(rest, Verdict.UNREACHABLE, family=family)) if rest else mine


def _cut(item: FlowSet, services: IntervalSet) -> FlowSet:
    return replace(item, services=services)


Limit = IntervalSet | None
Details = tuple[Verdict, Limit, Limit, Limit, tuple[str, ...] | None]


def _details(item: FlowSet) -> Details:
    """What is said of the services, reasons apart."""
    return item.verdict, item.addresses, item.delivered, item.client_ports, item.subnets


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
    groups: dict[FlowSet, list[Span]] = {}
    for item in items:
        if item.verdict is not Verdict.UNREACHABLE:
            groups.setdefault(_cut(item, EMPTY), []).extend(item.services.spans)
    sets = [_cut(said, IntervalSet.of(spans)) for said, spans in groups.items()]
    return tuple(sorted(sets, key=lambda item: (FAMILIES.index(item.family), item.services.first)))
