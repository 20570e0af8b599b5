"""JSON: values in, text out, byte for byte as Terraform writes it, and back."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from tfreach.plan.library.common import MOST_ITEMS, MOST_TEXT, bounded
from tfreach.plan.numbers import number_text, parse_number
from tfreach.plan.values import (
    MAPPINGS,
    SEQUENCES,
    STRING,
    Derived,
    Invalid,
    Null,
    Object,
    Symbol,
    Tuple,
    Value,
    derived,
    wholly_known,
)

MOST_PIECES: Final = 300_000
"""Values, names and brackets that are written."""

DEEPEST: Final = 200
"""Levels of nesting that a document may have."""

_ESCAPED: Final = re.compile("[<>&\u2028\u2029\x7f]")


def quoted(text: str) -> str:
    """A JSON string, with what Go escapes in it."""
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    return "\x7f" if found[0] == "\x7f" else f"\\u{ord(found[0]):04x}"


def jsonencode(value: Value) -> Value:
    if not wholly_known(value):
        return derived(STRING, value)
    return json_text(value)


def json_text(value: Value) -> str:
    pieces: list[str] = []
    size = 0
    for piece in _pieces(value, 0):
        pieces.append(piece)
        size += len(piece)
        bounded(size, MOST_TEXT)
        bounded(len(pieces), MOST_PIECES)
    return "".join(pieces)


def _pieces(value: Value, depth: int) -> Iterator[str]:
    bounded(depth, DEEPEST)
    match value:
        case Null():
            yield "null"
        case bool():
            yield "true" if value else "false"
        case int() | Fraction():
            yield number_text(value)
        case str():
            yield quoted(value)
        case Symbol() | Derived():
            raise AssertionError("the value is known")
        case _:
            yield from _nested(value, depth + 1)


def _nested(value: Value, depth: int) -> Iterator[str]:
    between = ""
    if isinstance(value, SEQUENCES):
        yield "["
        for item in value.items:
            yield between
            yield from _pieces(item, depth)
            between = ","
        yield "]"
    elif isinstance(value, MAPPINGS):
        yield "{"
        for name in sorted(value.fields):
            yield between + quoted(name) + ":"
            yield from _pieces(value.fields[name], depth)
            between = ","
        yield "}"


class _Literal(str):
    """A number as it is written."""

    __slots__ = ()


def jsondecode(text: str) -> Value:
    try:
        found = json.loads(
            text, parse_float=_Literal, parse_int=_Literal, parse_constant=_refused, strict=True
        )
    except (ValueError, RecursionError):
        raise Invalid("the text is not JSON") from None
    return _value(found, [0], 0)


def _refused(_: str) -> None:
    raise ValueError


def _value(found: Any, count: list[int], depth: int) -> Value:
    bounded(depth, DEEPEST)
    count[0] = bounded(count[0] + 1, MOST_ITEMS)
    match found:
        case None:
            return Null()
        case bool():
            return found
        case _Literal():
            return parse_number(found)
        case str():
            return normal(found)
        case list():
            return Tuple(tuple(_value(item, count, depth + 1) for item in found))
        case _:
            fields = {normal(name): _value(item, count, depth + 1) for name, item in found.items()}
            return Object({name: fields[name] for name in sorted(fields)})


def normal(text: str) -> str:
    """Text as Terraform keeps it: composed (NFC), and with nothing that UTF-8 cannot hold."""
    if text.isascii():
        return text
    return unicodedata.normalize(
        "NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
