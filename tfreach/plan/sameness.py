"""When two values are the same, and the order in which Terraform keeps the members of a set."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tfreach.plan.values import (
    DYNAMIC,
    MAPPINGS,
    SEQUENCES,
    Derived,
    List,
    Map,
    Null,
    Object,
    Set,
    Symbol,
    Tuple,
    TupleType,
    Value,
    is_number,
    is_unknown,
    type_of,
    wholly_known,
)


def uncertain_length(value: Value) -> bool:
    """Whether the order of a set is not known, or how many members are left when two become equal.

    Identifiers of different resources differ, but how they sort is not known before apply.
    """
    return (
        isinstance(value, Set)
        and len(value.items) > 1
        and not all(wholly_known(item) for item in value.items)
    )


def identity(value: Value) -> object:
    """A hashable that two values share when they surely are the same, in type and content."""
    match value:
        case bool() | str():
            return (type(value).__name__, value)
        case Symbol():
            return ("symbol", value.address, value.path)
        case Tuple() | List() | Set():
            return (type(value).__name__, tuple(identity(item) for item in value.items))
        case Object() | Map():
            pairs = ((key, identity(item)) for key, item in sorted(value.fields.items()))
            return (type(value).__name__, tuple(pairs))
        case Null():
            return ("null",)
        case Derived():
            return ("derived", id(value))
        case _:
            return ("number", Fraction(value))


def equal(left: Value, right: Value) -> bool | None:
    """Terraform's `==`: values of different types differ; None where that is not known yet."""
    if isinstance(left, Null) or isinstance(right, Null):
        return _null_equal(left, right)
    if is_unknown(left) or is_unknown(right):
        return _unknown_equal(left, right)
    if isinstance(left, SEQUENCES) and isinstance(right, SEQUENCES):
        return _sequence_equal(left, right)
    if isinstance(left, MAPPINGS) and isinstance(right, MAPPINGS):
        if type(left) is not type(right) or left.fields.keys() != right.fields.keys():
            return False
        return _all(equal(item, right.fields[name]) for name, item in left.fields.items())
    return type_of(left) == type_of(right) and left == right


def _sequence_equal(left: Tuple | List | Set, right: Tuple | List | Set) -> bool | None:
    if type(left) is not type(right) or not _same_element(left, right):
        return False
    if uncertain_length(left) or uncertain_length(right):
        return True if identity(left) == identity(right) else None
    if len(left.items) != len(right.items):
        return False
    return _all(map(equal, left.items, right.items))


def _same_element(left: Value, right: Value) -> bool:
    ours, theirs = type_of(left), type_of(right)
    if isinstance(ours, TupleType) or DYNAMIC in (
        getattr(ours, "element", None),
        getattr(theirs, "element", None),
    ):
        return True
    return ours == theirs


def _null_equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Null) and isinstance(right, Null):
        return True
    other = right if isinstance(left, Null) else left
    if isinstance(other, Symbol) and other.identifies:
        return False
    return None if is_unknown(other) else False


def _unknown_equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Symbol) and identity(left) == identity(right):
        return True
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Symbol) and one.differs(other):
            return False
    return None


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = True
    for answer in answers:
        if answer is False:
            return False
        known = known and answer is True
    return True if known else None


def order(left: Value, right: Value) -> int:
    """Terraform's order in a set: cty's setRules.Less."""
    for late in (lambda one: isinstance(one, Null), is_unknown):
        if late(left) != late(right):
            return 1 if late(left) else -1
    if isinstance(left, str) and isinstance(right, str):
        one, other = left.encode(errors="replace"), right.encode(errors="replace")
        return (one > other) - (one < other)
    if is_number(left) and is_number(right):
        return (left > right) - (left < right)  # type: ignore[operator]
    first, second = _set_hash(left), _set_hash(right)
    return (first > second) - (first < second)


def _set_hash(value: Value) -> bytes:
    """What cty sorts members by that have no order of their own (makeSetHashBytes)."""
    return _hashed(value).encode(errors="replace")


def _hashed(value: Value) -> str:
    if isinstance(value, Map):
        return "{" + "".join(f"{_hashed(k)}:{_hashed(v)};" for k, v in _sorted(value)) + "}"
    if isinstance(value, Object):
        return "<" + "".join(f"{_hashed(v)};" for _, v in _sorted(value)) + ">"
    if isinstance(value, SEQUENCES):
        inner = "".join(f"{_hashed(item)};" for item in value.items)
        return f"<{inner}>" if isinstance(value, Tuple) else f"[{inner}]"
    return _hashed_primitive(value)


def _hashed_primitive(value: Value) -> str:
    match value:
        case Null():
            return "~"
        case Symbol():
            return "?" + repr((value.address, value.path))
        case bool():
            return "T" if value else "F"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case int() | Fraction():
            return f"{float(value):.10g}"
        case _:
            return "?"


def _sorted(value: Map | Object) -> list[tuple[str, Value]]:
    return sorted(value.fields.items())
