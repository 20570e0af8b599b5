"""YAML: values in, text out, byte for byte as Terraform writes it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from tfreach.plan.library.common import MOST_ITEMS, MOST_TEXT, TooLarge, bounded
from tfreach.plan.library.documents import DEEPEST, normal
from tfreach.plan.numbers import number_text, parse_number
from tfreach.plan.values import (
    MAPPINGS,
    SEQUENCES,
    STRING,
    Invalid,
    Null,
    Object,
    Tuple,
    Value,
    derived,
    wholly_known,
)

WIDTH: Final = 80
LONGEST_KEY: Final = 128
MOST_SOURCE: Final = 500_000

_ESCAPES: Final = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r",
    "\x1b": "e", '"': '"', "\\": "\\", "\x85": "N", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def yamlencode(value: Value) -> Value:
    if not wholly_known(value):
        return derived(STRING, value)
    pieces: list[str] = []
    size = 0
    for piece in _document(value):
        pieces.append(piece)
        size = bounded(size + len(piece), MOST_TEXT)
    return "".join(pieces)


def _document(value: Value) -> Iterator[str]:
    if _block(value):
        yield from _nested(value, 0, "", 0)
        return
    text = _scalar(value, 2, 0)
    yield text
    yield "\n" if not text.endswith("\n") else ""
    if text[:1] not in ('"', "|", "[", "{"):
        yield "...\n"


def _block(value: Value) -> bool:
    """Whether it takes lines of its own: a list or map that is not empty."""
    if isinstance(value, SEQUENCES):
        return bool(value.items)
    return isinstance(value, MAPPINGS) and bool(value.fields)


def _nested(value: Value, indent: int, lead: str, depth: int) -> Iterator[str]:
    """The lines of a list or map; `lead` stands before the first of them."""
    bounded(depth, DEEPEST)
    if isinstance(value, SEQUENCES):
        for item in value.items:
            yield from _entry(item, indent, lead + "- ", indent + 2, depth)
            lead = " " * indent
    elif isinstance(value, MAPPINGS):
        for name in sorted(value.fields):
            yield from _pair(name, value.fields[name], indent, lead, depth)
            lead = " " * indent


def _entry(item: Value, indent: int, lead: str, inner: int, depth: int) -> Iterator[str]:
    if _block(item):
        yield from _nested(item, inner, lead, depth + 1)
    else:
        yield _ended(lead + _scalar(item, indent + 2, len(lead)))


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n"


def _pair(name: str, item: Value, indent: int, lead: str, depth: int) -> Iterator[str]:
    if "\n" in name or len(name.encode()) > LONGEST_KEY:
        yield _ended(f"{lead}? " + _scalar(name, indent + 2, indent + 2))
        yield from _entry(item, indent, " " * indent + ": ", indent + 2, depth)
        return
    label = f"{lead}{_quoted(name, 0, None)}:"
    if not _block(item):
        yield _ended(f"{label} " + _scalar(item, indent + 2, len(label) + 1))
        return
    inner = indent if isinstance(item, SEQUENCES) else indent + 2
    yield label + "\n"
    yield from _nested(item, inner, " " * inner, depth + 1)


def _scalar(value: Value, indent: int, column: int) -> str:
    match value:
        case Null():
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Fraction():
            return number_text(value)
        case str():
            if "\n" in value and _fit_for_block(value):
                return _literal(value, indent)
            return _quoted(value, indent, column)
        case _:
            return "[]" if isinstance(value, SEQUENCES) else "{}"


def _printable(one: str) -> bool:
    return one == "\n" or " " <= one <= "~" or ("\xa0" <= one <= "\uffff" and one != "\ufeff")


def _fit_for_block(text: str) -> bool:
    return (
        not text.endswith(" ")
        and " \n" not in text
        and all(_printable(one) and one not in "\u2028\u2029" for one in text)
    )


def _literal(text: str, indent: int) -> str:
    hint = "2" if text[0] in " \n" else ""
    chomp = "-" if not text.endswith("\n") else "+" if text == "\n" or text.endswith("\n\n") else ""
    pad = " " * indent
    lines = text.removesuffix("\n").split("\n")
    return f"|{hint}{chomp}\n" + "\n".join(pad + line if line else "" for line in lines) + "\n"


def _quoted(text: str, indent: int, column: int | None) -> str:
    """In double quotes, broken at spaces behind WIDTH; not at all where `column` is None."""
    pieces = ['"']
    at = None if column is None else column + 1
    spaced = False
    for place, one in enumerate(text):
        piece = _character(one)
        breaks = at is not None and at > WIDTH and not spaced and 0 < place < len(text) - 1
        if one == " " and breaks:
            following = "\\" if text[place + 1] == " " else ""
            piece = "\n" + " " * indent + following
            at = indent + len(following)
        elif at is not None:
            at += len(piece)
        spaced = one == " "
        pieces.append(piece)
    return "".join([*pieces, '"'])


def _character(one: str) -> str:
    if one in _ESCAPES:
        return "\\" + _ESCAPES[one]
    if _printable(one):
        return one
    code = ord(one)
    return (
        f"\\x{code:02X}"
        if code < 0x100
        else f"\\u{code:04X}"
        if code < 0x10000
        else f"\\U{code:08X}"
    )


_TRUE: Final = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}
_FALSE: Final = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
_NULL: Final = {"", "~", "null", "Null", "NULL"}
_ENDLESS: Final = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NAN: Final = {".nan", ".NaN", ".NAN"}
_DECIMAL: Final = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_OTHER_BASE: Final = re.compile(r"0(x[0-9A-Fa-f]+|o[0-7]+)", re.ASCII)
_DATE: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[-+]\d\d:\d\d)"
    r"| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?",
    re.ASCII,
)
_TAG: Final = "tag:yaml.org,2002:"


def yamldecode(text: str) -> Value:
    import yaml

    bounded(len(text), MOST_SOURCE)
    try:
        return _Reading(yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except (yaml.YAMLError, StopIteration, ValueError):
        if "\t" in text:
            raise TooLarge from None
        raise Invalid("the text is not YAML") from None
    except RecursionError:
        raise TooLarge from None


class _Reading:
    """The events of PyYAML's parser in, one value out; no object of Python's is ever made."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.anchors: dict[str, Value] = {}
        self.sizes: dict[str, int] = {}
        self.count = 0

    def document(self) -> Value:
        next(self.events)
        if type(next(self.events)).__name__ != "DocumentStartEvent":
            raise Invalid("missing start of document")
        value = self.node(next(self.events), 0)
        next(self.events)
        if type(next(self.events)).__name__ != "StreamEndEvent":
            raise Invalid("unexpected extra content after value")
        return value

    def node(self, event: Any, depth: int) -> Value:
        bounded(depth, DEEPEST)
        if type(event).__name__ == "AliasEvent":
            return self.alias(event.anchor)
        before = self.count
        self.count = bounded(self.count + 1, MOST_ITEMS)
        if type(event).__name__ == "ScalarEvent":
            value = _resolved(event)
        elif (event.tag or "").removeprefix(_TAG) not in ("", "seq", "map"):
            raise Invalid("unsupported tag")
        elif type(event).__name__ == "SequenceStartEvent":
            value = Tuple(tuple(self.sequence(depth + 1)))
        else:
            value = self.mapping(depth + 1)
        if event.anchor:
            self.anchors[event.anchor] = value
            self.sizes[event.anchor] = self.count - before
        return value

    def alias(self, anchor: str) -> Value:
        if anchor not in self.anchors:
            raise Invalid("reference to undefined anchor")
        self.count = bounded(self.count + self.sizes[anchor], MOST_ITEMS)
        return self.anchors[anchor]

    def sequence(self, depth: int) -> Iterator[Value]:
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            yield self.node(event, depth)

    def mapping(self, depth: int) -> Value:
        fields: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            merging = getattr(event, "value", "") == "<<" and event.implicit[0]
            key = None if merging else _key(self.node(event, depth))
            value = self.node(next(self.events), depth)
            if key is None:
                merged |= _merged(value)
            else:
                fields[key] = value
        fields = merged | fields
        return Object({name: fields[name] for name in sorted(fields)})


def _merged(value: Value) -> dict[str, Value]:
    if isinstance(value, Object):
        return dict(value.fields)
    raise Invalid("map merge requires map as the value")


def _key(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Fraction):
        return number_text(value)
    if isinstance(value, str):
        return value
    raise Invalid("only strings are allowed as mapping keys")


def _resolved(event: Any) -> Value:
    tag = (event.tag or "").removeprefix(_TAG)
    text = normal(event.value)
    if tag not in ("", "str", "binary", "null", "bool", "int", "float", "timestamp"):
        raise Invalid("unsupported tag")
    if tag in ("str", "binary") or event.style:
        return text
    if tag == "null":
        return Null()
    value = _plain(text)
    if tag == "bool" and not isinstance(value, bool):
        raise Invalid("cannot parse the value as its tag says")
    if tag in ("int", "float") and not isinstance(value, int | Fraction):
        raise Invalid("cannot parse the value as its tag says")
    return value


def _plain(text: str) -> Value:
    if text in _NULL:
        return Null()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in _NAN:
        raise Invalid("floating point NaN is not supported")
    if _ENDLESS.fullmatch(text):
        raise TooLarge
    if _DECIMAL.fullmatch(text):
        return parse_number(text)
    other = _OTHER_BASE.fullmatch(text)
    if other:
        return int(other[1][1:], 16 if other[1][0] == "x" else 8)
    date = _DATE.fullmatch(text)
    return _timestamp(date, text) if date else text


def _timestamp(found: re.Match[str], text: str) -> str:
    """A date as RFC 3339 writes it."""
    hour, minute, second = (int(found[at] or found[at + 4] or 0) for at in (4, 5, 6))
    try:
        moment = datetime(int(found[1]), int(found[2]), int(found[3]), hour, minute, second)
    except ValueError:
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + (found[7] or "Z")
