"""The text of a plan in; the JSON object in it out, with one copy of what it says several times.

A plan holds the values of a resource up to four times: planned_values, `before` and `after` of its
change, prior_state. Read as a whole it takes four times the memory that is needed. So the members
of the object are read one after the other, and equal values become one object before the next
member is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Object = dict[str, Any]

_KEY: Final = re.compile(r'[ \t\n\r]*"(\w+)"[ \t\n\r]*:[ \t\n\r]*')
_END: Final = re.compile(r"[ \t\n\r]*([,}])")


def raw_decode(text: str, start: int) -> tuple[Any, int]:
    """As that of json.JSONDecoder: the value that begins at `start`, and where it ends."""
    decode = json.JSONDecoder().raw_decode
    if not text.startswith("{", start):
        return decode(text, start)
    try:
        return _object(text, start + 1, decode)
    except ValueError:  # not a plan; or broken, and the usual reader says where
        return decode(text, start)


def _object(
    text: str, at: int, decode: Callable[[str, int], tuple[Any, int]]
) -> tuple[Object, int]:
    """An object with members. Raises ValueError for any other."""
    found: Object = {}
    copies = _Copies()
    while True:
        if (key := _KEY.match(text, at)) is None:
            raise ValueError("no plain key")
        value, at = decode(text, key.end())
        if share := _SHARED.get(key[1]):
            share(copies, value)
        found[key[1]] = value
        if (end := _END.match(text, at)) is None:
            raise ValueError("no end")
        at = end.end()
        if end[1] == "}":
            return found, at


class _Copies:
    """The values of each resource, by address: several where they differ."""

    def __init__(self) -> None:
        self._of: dict[str, list[Object]] = {}

    def one(self, address: object, holder: Object, name: str) -> None:
        """Let `holder` hold under `name` what was read before, where that is the same.

        (Python takes 1 and true for equal; Terraform writes an attribute in one type always.)
        """
        values = holder.get(name)
        if type(address) is not str or type(values) is not dict:
            return
        for known in (copies := self._of.setdefault(address, [])):
            if known == values:
                holder[name] = known
                return
        copies.append(values)


def _in_values(copies: _Copies, value: Any) -> None:
    """planned_values, or the `values` of a state."""
    modules = [_within(value, "root_module")]
    while modules:
        module = modules.pop()
        for item in _objects(module, "resources"):
            copies.one(item.get("address"), item, "values")
        modules += _objects(module, "child_modules")


def _in_prior_state(copies: _Copies, value: Any) -> None:
    _in_values(copies, _within(value, "values"))


def _in_changes(copies: _Copies, value: Any) -> None:
    for item in _objects({"": value}, ""):
        change = _within(item, "change")
        for name in ("before", "after"):
            copies.one(item.get("address"), change, name)


def _within(value: Any, key: str) -> Object:
    """The object there; an empty one where it is none, which plan/document.py objects to."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _objects(holder: Object, key: str) -> Iterator[Object]:
    inner = holder.get(key)
    return (one for one in (inner if isinstance(inner, list) else ()) if isinstance(one, dict))


_SHARED: Final[Mapping[str, Callable[[_Copies, Any], None]]] = {
    "planned_values": _in_values,
    "prior_state": _in_prior_state,
    "resource_changes": _in_changes,
}
"""Member of a plan -> what shares the values in it."""
