"""What an expression evaluates to and what the plan says, in; whether both are the same, out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from tfreach.plan.numbers import number_text
from tfreach.plan.values import (
    MAPPINGS,
    SEQUENCES,
    Map,
    Null,
    Value,
    is_unknown,
)

_SPELLINGS: Final = {
    **{"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"},
    "0": "-1",  # a port of a rule for all protocols
}
"""Texts that the AWS provider writes for one another."""


def agrees(value: Value, planned: Any, unknown: Any = False) -> bool | None:
    """Whether the plan's `planned`, with its tree of unknowns, is what `value` says.

    None where there is nothing to compare: one of them is unknown, or null was written, which
    leaves the choice to the provider. A provider may spell a value in its own way: `"80"` for 80,
    a set in another order, JSON with other spaces, the hash of a text.
    """
    if unknown is True or is_unknown(value) or isinstance(value, Null):
        return None
    if isinstance(value, SEQUENCES):
        if planned is None and not unknown:
            return not value.items or None
        return _lists(value.items, planned, unknown)
    if isinstance(value, MAPPINGS):
        return _objects(value, planned, unknown)
    return _texts(value, planned)


def _texts(value: Value, planned: Any) -> bool | None:
    text = _text(value)
    if planned is None:
        return True if text in ("", "false", "0") else None
    if isinstance(planned, list | dict):
        return False
    other = _text(planned)
    return text == other or _spelled(text, other)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(Fraction(repr(value)))
    return number_text(value) if isinstance(value, int | Fraction) else str(value)


def _spelled(text: str, planned: str) -> bool:
    """Whether a provider writes `text` as `planned`."""
    if _SPELLINGS.get(text.lower(), text) == _SPELLINGS.get(planned, planned):
        return True
    if (
        len(planned) == 40
        and hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() == planned
    ):
        return True
    if text.strip()[:1] in ("{", "["):
        try:
            return bool(json.loads(text) == json.loads(planned))
        except ValueError:
            return False
    return text.strip() == planned.strip()


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(errors="replace"), usedforsecurity=False).hexdigest()


def _lists(items: Sequence[Value], planned: Any, unknown: Any) -> bool | None:
    if not isinstance(planned, list) and not isinstance(unknown, list):
        return False
    listed = list(planned or [])
    partly = unknown if isinstance(unknown, list) else []
    rest = [(one, partly[at] if at < len(partly) else False) for at, one in enumerate(listed)]
    rest += [(None, one) for one in partly[len(listed) :]]
    if any(is_unknown(item) for item in items):
        return None if len(rest) <= len(items) else False
    if len(rest) != len(items):
        return _without_doubles(items, rest)
    in_order = [agrees(item, *other) for item, other in zip(items, rest, strict=True)]
    if False not in in_order:
        return None if None in in_order else True
    return _in_any_order(items, rest)


def _without_doubles(items: Sequence[Value], rest: list[tuple[Any, Any]]) -> bool:
    """A set that a list was written for has each element once."""
    if len(rest) > len(items) or any(other is True for _, other in rest):
        return False
    return all(any(agrees(item, *other) for other in rest) for item in items)


def _in_any_order(items: Sequence[Value], rest: list[tuple[Any, Any]]) -> bool | None:
    left, sure = list(rest), True
    for item in items:
        fits = [(agrees(item, *other), at) for at, other in enumerate(left)]
        best = next((at for fit, at in fits if fit), None)
        if best is None:
            best = next((at for fit, at in fits if fit is None), None)
            sure = False
        if best is None:
            return False
        del left[best]
    return True if sure else None


def _objects(value: Value, planned: Any, unknown: Any) -> bool | None:
    fields = getattr(value, "fields", {})
    if planned is None and not unknown:
        return not fields or None
    if isinstance(planned, list) and len(planned) == 1:
        planned, unknown = (
            planned[0],
            unknown[0] if isinstance(unknown, list) and unknown else False,
        )
    if not isinstance(planned, dict):
        return False
    inner = unknown if isinstance(unknown, dict) else {}
    given = {name for name, item in fields.items() if not isinstance(item, Null)}
    listed = planned.keys() | inner.keys()
    if isinstance(value, Map) and not given <= listed <= fields.keys():
        return False
    return both(agrees(item, planned.get(name), inner.get(name)) for name, item in fields.items())


def both(answers: Any) -> bool | None:
    """False if any is, True if any is and none is False, else None."""
    known = list(answers)
    if False in known:
        return False
    return True if True in known else None
