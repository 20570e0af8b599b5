"""A Terraform address or a glob over addresses in; whether a name matches, out."""

from __future__ import annotations

import re
from functools import lru_cache

_KEY = r'"(?:[^"\\]|\\.)*"'
_INDEX = rf"(?:\[(?:{_KEY}|\d+)\])"
_PART = rf"(?:[^.\[\]]|{_INDEX})*"
_MODULES_ONLY = re.compile(rf"module\.[^.\[\]*?]+{_INDEX}?(?:\.module\.[^.\[\]*?]+{_INDEX}?)*")
_QUOTED = re.compile(_KEY)


@lru_cache(maxsize=256)
def pattern(text: str) -> re.Pattern[str]:
    """The names `text` stands for: `*` stays inside one dotted part, `**` crosses them.

    A part without an index stands for every instance of it, `module.app` for all that is in it.
    Brackets and quotes are literal; a `*` between them stays between them.
    """
    if _MODULES_ONLY.fullmatch(text):
        text += ".**"
    pieces: list[str] = []
    at = 0
    while at < len(text):
        piece, at = _next(text, at)
        if piece == r"\.":
            pieces.append(_any_index(pieces))
        pieces.append(piece)
    pieces.append(_any_index(pieces))
    return re.compile("".join(pieces), re.DOTALL)


def matches(text: str, name: str) -> bool:
    """Whether `name` is one of the names that `text` stands for."""
    return name == text or (bool(name) and pattern(text).fullmatch(name) is not None)


def _any_index(pieces: list[str]) -> str:
    """The index that a part may leave out."""
    return "" if not pieces or pieces[-1].endswith(r"\]") else f"{_INDEX}?"


def _next(text: str, at: int) -> tuple[str, int]:
    """One piece of the regular expression, and where the rest of `text` starts."""
    if text[at] == "[":
        return _bracket(text, at)
    if text.startswith("**", at):
        return ".*", at + 2
    if text[at] == "*":
        return _PART, at + 1
    if text[at] == "?":
        return r'[^.\[\]"]', at + 1
    return re.escape(text[at]), at + 1


def _bracket(text: str, at: int) -> tuple[str, int]:
    """An index: `[0]`, `["a.b"]`, `[*]`, `["a*"]`; without its end it is plain characters."""
    quoted = _QUOTED.match(text, at + 1)
    end = text.find("]", quoted.end() if quoted else at)
    if end < 0:
        return re.escape(text[at:]), len(text)
    inside = text[at + 1 : end]
    if inside == "*":
        return rf"\[(?:{_KEY}|\d+)\]", end + 1
    parts = inside.split("*") if quoted else [inside]
    return r"\[" + r'[^"]*'.join(map(re.escape, parts)) + r"\]", end + 1
