"""Text in, text or lists of text out."""

from __future__ import annotations

import unicodedata
from typing import Final

from tfreach.plan.conversion import convert
from tfreach.plan.library.common import (
    MOST_TEXT,
    bounded,
    bounded_text,
    characters,
    gathered,
    members,
    whole,
)
from tfreach.plan.values import (
    STRING,
    Derived,
    Invalid,
    List,
    ListType,
    Null,
    Symbol,
    Value,
    derived,
    is_unknown,
    parents,
)
from tfreach.records import dataclass

SPACES: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What Go takes for white space."""


@dataclass(frozen=True, slots=True)
class Joined(Derived):
    """The text of a `join` of unknowns, kept in pieces for the `split` that undoes it."""

    separator: str = ""
    pieces: tuple[Value, ...] = ()


def chomp(text: str) -> Value:
    return text.rstrip("\r\n")


def trimspace(text: str) -> Value:
    return text.strip(SPACES)


def trim(text: str, cutset: str) -> Value:
    return text.strip(cutset)


def trimprefix(text: str, prefix: str) -> Value:
    return text.removeprefix(prefix)


def trimsuffix(text: str, suffix: str) -> Value:
    return text.removesuffix(suffix)


def startswith(text: str, prefix: str) -> Value:
    return text.startswith(prefix)


def endswith(text: str, suffix: str) -> Value:
    return text.endswith(suffix)


def strcontains(text: str, part: str) -> Value:
    return part in text


def upper(text: str) -> Value:
    return "".join(_single(one, one.upper()) for one in text)


def lower(text: str) -> Value:
    return "".join(one.lower()[0] for one in text)


def _single(character: str, changed: str) -> str:
    """Go changes the case of one code point into one code point."""
    return changed if len(changed) == 1 else character


def title(text: str) -> Value:
    before = " "
    result: list[str] = []
    for one in text:
        result.append(_single(one, one.title()) if _separates(before) else one)
        before = one
    return "".join(result)


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    if unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd"):
        return False
    return character in SPACES


def strrev(text: str) -> Value:
    return "".join(reversed(characters(text)))


def substr(text: str, offset: Value, length: Value) -> Value:
    start, count = whole(offset, "offset"), whole(length, "length")
    found = characters(text)
    if start < 0:
        start, count = max(start + len(found), 0), count or -1
    return "".join(found[start:] if count < 0 else found[start : start + count])


def indent(spaces: Value, text: str) -> Value:
    count = whole(spaces, "spaces")
    if count < 0:
        raise Invalid("the number of spaces must not be negative")
    bounded(len(text) + count * text.count("\n"), MOST_TEXT)
    return text.replace("\n", "\n" + " " * count)


def join(separator: str, *lists: List) -> Value:
    if not lists:
        raise Invalid("at least one list is required")
    items = [item for one in lists for item in one.items]
    if any(isinstance(item, Null) for item in items):
        raise Invalid("cannot concatenate null values")
    if len(items) == 1:
        return convert(items[0], STRING)
    if any(is_unknown(item) for item in items):
        return Joined(parents(*items), STRING, separator=separator, pieces=tuple(items))
    texts = [str(item) for item in items]
    bounded(sum(map(len, texts)) + len(texts) * len(separator), MOST_TEXT)
    return separator.join(texts)


def split(separator: Value, text: Value) -> Value:
    """Undoes a `join` of ids and arns by a comma too: they hold none."""
    if isinstance(text, Joined) and text.separator == separator == "," and _unbroken(text.pieces):
        parts = [part for piece in text.pieces for part in _parts(piece)]
        return List(tuple(parts), STRING)
    if not isinstance(text, str) or not isinstance(separator, str):
        return derived(ListType(STRING), text, separator)
    bounded(text.count(separator))
    return List(tuple(text.split(separator) if separator else text), STRING)


def _parts(piece: Value) -> list[Value]:
    return list(piece.split(",")) if isinstance(piece, str) else [piece]


def _unbroken(pieces: tuple[Value, ...]) -> bool:
    return all(
        isinstance(piece, str) or (isinstance(piece, Symbol) and piece.identifies)
        for piece in pieces
    )


def sort(texts: Value) -> Value:
    items = members(texts)
    if items is None:
        return derived(ListType(STRING), texts)
    if any(isinstance(item, Null) for item in items):
        raise Invalid("given list element is null; a null string cannot be sorted")
    if len(items) > 1 and any(is_unknown(item) for item in items):
        return gathered(ListType(STRING), items)
    return List(items if len(items) < 2 else tuple(sorted(map(str, items))), STRING)


def replace(text: str, part: str, replacement: str) -> Value:
    if len(part) > 1 and part[0] == part[-1] == "/":
        from tfreach.plan.library.patterns import replace_all

        return replace_all(text, part[1:-1], replacement)
    bounded(len(text) + text.count(part) * len(replacement), MOST_TEXT)
    return bounded_text(text.replace(part, replacement))
