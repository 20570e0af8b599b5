"""Unions, intersections and differences of sets, and the questions asked of lists of bools."""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.plan.conversion import convert, set_of, unify
from tfreach.plan.library.common import Members
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    Derived,
    Invalid,
    List,
    Null,
    Set,
    SetType,
    Type,
    Value,
    derived,
    is_unknown,
)


def _alike(sets: Sequence[Set]) -> tuple[list[Set], Type]:
    """The sets with one element type. Raises Invalid."""
    kinds = [one.element for one in sets if one.items or one.element != DYNAMIC]
    kind = unify(kinds)
    if kind is None:
        raise Invalid("given sets must all have compatible element types")
    converted = [convert(one, SetType(kind)) for one in sets]
    return [one for one in converted if isinstance(one, Set)], kind


def setunion(*sets: Set) -> Value:
    alike, kind = _alike(sets)
    return set_of((item for one in alike for item in one.items), kind)


def setintersection(*sets: Set) -> Value:
    (first, *others), kind = _alike(sets)
    kept: list[Value] = []
    sought = [Members(other.items) for other in others]
    for item in first.items:
        found = [other.has(item) for other in sought]
        if False in found:
            continue
        if None in found:
            return derived(SetType(kind), *sets)
        kept.append(item)
    return set_of(kept, kind)


def setsubtract(left: Set, right: Set) -> Value:
    (first, second), kind = _alike((left, right))
    kept: list[Value] = []
    unwanted = Members(second.items)
    for item in first.items:
        found = unwanted.has(item)
        if found is None:
            return derived(SetType(kind), left, right)
        if not found:
            kept.append(item)
    return set_of(kept, kind)


def alltrue(flags: List) -> Value:
    if any(item is False or isinstance(item, Null) for item in flags.items):
        return False
    return _undecided(flags) or True


def anytrue(flags: List) -> Value:
    if any(item is True for item in flags.items):
        return True
    return _undecided(flags) or False


def _undecided(flags: List) -> Derived | None:
    return derived(BOOL, flags) if any(map(is_unknown, flags.items)) else None
