"""The text of a selector in; its parts, joined by `&`, `|`, `!` and parentheses, out."""

from __future__ import annotations

import re
from collections.abc import Callable

from tfreach.errors import UsageError
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One form of the contract's table, as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    of: Selector


@dataclass(frozen=True, slots=True)
class Both:
    """Everything that all of `of` select."""

    of: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Everything that one of `of` selects."""

    of: tuple[Selector, ...]


Selector = Term | Not | Both | Either

_TERM = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^"&|()])+')
MAX_DEPTH = 50


def parse(text: str) -> Selector:
    """Read a selector. Raises UsageError."""
    reader = _Reader(text)
    found = reader.either(0)
    if reader.rest():
        raise reader.wrong(f"unexpected {reader.rest()[0]!r}")
    return found


class _Reader:
    """Reads one text from left to right; `!` binds tightest, then `&`, then `|`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def rest(self) -> str:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at :]

    def wrong(self, what: str) -> UsageError:
        return UsageError(
            f"selector {self.text!r}: {what} at character {self.at + 1}",
            hint="join them with &, |, ! and parentheses, as in `aws_instance.* & !tag:env=dev`",
        )

    def either(self, depth: int) -> Selector:
        parts = self._chain("|", self.both, depth)
        return parts[0] if len(parts) == 1 else Either(parts)

    def both(self, depth: int) -> Selector:
        parts = self._chain("&", self.one, depth)
        return parts[0] if len(parts) == 1 else Both(parts)

    def _chain(
        self, sign: str, operand: Callable[[int], Selector], depth: int
    ) -> tuple[Selector, ...]:
        parts = [operand(depth)]
        while self.rest().startswith(sign):
            self.at += 1
            parts.append(operand(depth))
        return tuple(parts)

    def one(self, depth: int) -> Selector:
        rest = self.rest()
        if depth > MAX_DEPTH:
            raise self.wrong("nested too deeply")
        if rest.startswith("!"):
            self.at += 1
            return Not(self.one(depth + 1))
        if rest.startswith("("):
            return self._group(depth)
        found = _TERM.match(rest)
        if not found:
            raise self.wrong("a selector is missing")
        self.at += found.end()
        return Term(found.group().strip())

    def _group(self, depth: int) -> Selector:
        self.at += 1
        found = self.either(depth + 1)
        if not self.rest().startswith(")"):
            raise self.wrong("a closing parenthesis is missing")
        self.at += 1
        return found
