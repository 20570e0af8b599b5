"""JSON of a plan and its tree of unknowns, in; the value that an expression sees, out."""

from __future__ import annotations

from typing import Any

from tfreach.plan.conversion import alike
from tfreach.plan.numbers import parse_number
from tfreach.plan.raw import RawResource
from tfreach.plan.roles import ASSIGNED
from tfreach.plan.values import DYNAMIC, STRING, Null, Object, Symbol, Value


def symbol(raw: RawResource, attribute: str) -> Symbol:
    """What stands for an attribute of a resource that is not known yet."""
    identifies = attribute in ("id", "arn")
    unique = identifies and raw.mode == "managed" and raw.type in ASSIGNED
    return Symbol(raw.address, (attribute,), STRING if identifies else DYNAMIC, unique)


def decode(value: Any, unknown: Any = False, whole: Symbol | None = None) -> Value:
    """JSON as a Value. JSON does not tell lists from sets, nor maps from objects.

    unknown   the tree beside it: what it says is not known is `whole`, or a part of that
    """
    if unknown is True and whole is not None:
        return whole
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict)):
        return _object(value or {}, unknown, whole)
    if isinstance(value, list) or (value is None and isinstance(unknown, list)):
        return _list(value or [], unknown, whole)
    if value is None:
        return Null()
    return parse_number(repr(value)) if isinstance(value, float) else value


def _object(fields: dict[str, Any], unknown: Any, whole: Symbol | None) -> Value:
    trees = unknown if isinstance(unknown, dict) else {}
    names = sorted({*fields, *(name for name, tree in trees.items() if tree)})
    return Object(
        {
            name: decode(fields.get(name), trees.get(name), whole and whole.within(name))
            for name in names
        }
    )


def _list(items: list[Any], unknown: Any, whole: Symbol | None) -> Value:
    trees = unknown if isinstance(unknown, list) else []
    pairs = [
        (
            items[at] if at < len(items) else None,
            trees[at] if at < len(trees) else False,
            whole and whole.within(at),
        )
        for at in range(max(len(items), len(trees)))
    ]
    return alike(tuple(decode(*pair) for pair in pairs))
