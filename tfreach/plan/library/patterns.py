"""Regular expressions of Go's kind (RE2): `regex`, `regexall` and `replace` with slashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from tfreach.plan.library.common import MOST_TEXT, TooLarge, bounded, bounded_text
from tfreach.plan.library.re2 import translated
from tfreach.plan.values import (
    STRING,
    Invalid,
    List,
    Null,
    Object,
    ObjectType,
    Tuple,
    TupleType,
    Type,
    Value,
)

SECONDS: Final = 2.0
"""How long one pattern may be searched for before the answer is an unknown."""

MOST_MATCHES: Final = 100_000

_REFERENCE: Final = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))", re.ASCII)


def _compiled(pattern: str) -> Any:
    import regex

    source = translated(pattern)
    try:
        return regex.compile(source, regex.VERSION0)
    except (regex.error, OverflowError, RecursionError):
        raise Invalid("cannot parse the regular expression") from None


def _matches(compiled: Any, text: str) -> Iterator[Any]:
    """All matches, without an empty one that touches the match before it."""
    end = -1
    try:
        for count, match in enumerate(compiled.finditer(text, timeout=SECONDS)):
            bounded(count, MOST_MATCHES)
            if match.end() > match.start() or match.start() != end:
                yield match
            end = match.end()
    except TimeoutError:
        raise TooLarge from None


def _kind(compiled: Any) -> Type:
    """The type of one match: text, a tuple of the groups, or an object of the named ones."""
    if not compiled.groups:
        return STRING
    names = compiled.groupindex
    if not names:
        return TupleType((STRING,) * compiled.groups)
    if len(names) != compiled.groups:
        raise Invalid("cannot mix both named and unnamed capture groups in the same pattern")
    return ObjectType.of(dict.fromkeys(names, STRING))


def _captured(match: Any) -> Value:
    if not match.re.groups:
        return str(match.group())
    groups = [Null(STRING) if found is None else str(found) for found in match.groups()]
    if not match.re.groupindex:
        return Tuple(tuple(groups))
    return Object({name: groups[at - 1] for name, at in sorted(match.re.groupindex.items())})


def search(pattern: str, text: str) -> Value:
    compiled = _compiled(pattern)
    _kind(compiled)
    for match in _matches(compiled, text):
        return _captured(match)
    raise Invalid("pattern did not match any part of the given string")


def search_all(pattern: str, text: str) -> Value:
    compiled = _compiled(pattern)
    kind = _kind(compiled)
    found: list[Value] = []
    for match in _matches(compiled, text):
        found.append(_captured(match))
        bounded(len(found))
    return List(tuple(found), kind)


def replace_all(text: str, pattern: str, replacement: str) -> str:
    compiled = _compiled(pattern)
    parts: list[str] = []
    at = size = 0
    for match in _matches(compiled, text):
        found = _expanded(replacement, match)
        size += len(found)
        bounded(size, MOST_TEXT)
        parts += text[at : match.start()], found
        at = match.end()
    return bounded_text("".join(parts) + text[at:])


def _expanded(template: str, match: Any) -> str:
    def reference(found: re.Match[str]) -> str:
        dollar, braced, bare = found.groups()
        return "$" if dollar else _group(match, braced or bare)

    return _REFERENCE.sub(reference, template)


def _group(match: Any, name: str) -> str:
    if name.isdecimal():
        number = int(name) if len(name) < 9 else match.re.groups + 1
        return (match.group(number) or "") if number <= match.re.groups else ""
    return (match.group(name) or "") if name in match.re.groupindex else ""
