"""A regular expression in RE2's syntax in, the same in the syntax of the module `regex` out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tfreach.plan.library.common import TooLarge
from tfreach.plan.values import Invalid

LONGEST: Final = 10_000
MOST_REPEATS: Final = 1000
"""How often a counted repetition, with all that it stands in, may repeat: RE2's own bound."""

MOST_PIECES: Final = 20_000
"""Pieces that a pattern may have once its counted repetitions are written out."""

DEEPEST: Final = 100

_REPEAT: Final = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_GROUP: Final = re.compile(r"\(\?P?<(\w+)>", re.ASCII)
_FLAGS: Final = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_PROPERTY: Final = re.compile(r"\\([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})", re.ASCII)
_POSIX: Final = re.compile(r"\[:(\^?)([a-z]+):\]")
_ESCAPES: Final = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_POSIX_RANGES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t\x20",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\t\n\v\f\r\x20",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_PERL: Final = {"d": "0-9", "s": r"\t\n\f\r\x20", "w": "0-9A-Za-z_"}
_WORD: Final = "[0-9A-Za-z_]"
_BOUNDARY: Final = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_NO_BOUNDARY: Final = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"
_ASSERTIONS: Final = {"A": r"\A", "z": r"\Z", "b": _BOUNDARY, "B": _NO_BOUNDARY}


def translated(pattern: str) -> str:
    """Raises Invalid where RE2 refuses the pattern, TooLarge where it is not translated."""
    if len(pattern) > LONGEST:
        raise TooLarge
    return _Translation(pattern).result()


@dataclass
class _Group:
    """What has been read of one group: pieces written out, and how often they repeat at most."""

    flags: frozenset[str]
    pieces: int = 0
    repeats: int = 1


@dataclass
class _Translation:
    text: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    flags: frozenset[str] = frozenset()
    groups: list[_Group] = field(default_factory=lambda: [_Group(frozenset())])
    last: _Group = field(default_factory=lambda: _Group(frozenset()))
    repeatable: bool = False

    def result(self) -> str:
        while self.at < len(self.text):
            self._step(self.text[self.at])
        if len(self.groups) > 1:
            raise Invalid("missing closing ) in the regular expression")
        return "".join(self.out)

    def _step(self, one: str) -> None:
        if one == "(":
            self._open()
        elif one == ")":
            self._close()
        elif one == "[":
            self._class()
        elif one == "\\":
            self._escape()
        elif one in "*+?" or (one == "{" and _REPEAT.match(self.text, self.at)):
            self._repeat()
        else:
            self._plain(one)

    def _emit(self, piece: str, width: int, repeatable: bool = True) -> None:
        self.out.append(piece)
        self.at += width
        self.repeatable = repeatable
        self.last = _Group(self.flags, pieces=1)
        self._count(1)

    def _count(self, pieces: int) -> None:
        self.groups[-1].pieces += pieces
        if self.groups[-1].pieces > MOST_PIECES:
            raise TooLarge

    def _plain(self, one: str) -> None:
        if one == "|":
            self._emit("|", 1, repeatable=False)
        elif one == ".":
            self._emit(r"(?s:.)" if "s" in self.flags else r"[^\n]", 1)
        elif one == "^":
            self._emit("(?m:^)" if "m" in self.flags else r"(?:\A)", 1)
        elif one == "$":
            self._emit("(?m:$)" if "m" in self.flags else r"(?:\Z)", 1)
        else:
            self._emit(self._folded(_literal(one)), 1)

    def _folded(self, piece: str) -> str:
        return f"(?i:{piece})" if "i" in self.flags else piece

    def _open(self) -> None:
        named = _GROUP.match(self.text, self.at)
        if named and named[1][0].isdecimal():
            raise TooLarge
        flags = _FLAGS.match(self.text, self.at)
        if named:
            self._enter(f"(?P<{named[1]}>", len(named[0]))
        elif flags:
            self._flagged(flags)
        elif self.text.startswith("(?", self.at):
            raise Invalid("invalid or unsupported Perl syntax in the regular expression")
        else:
            self._enter("(", 1)

    def _enter(self, piece: str, width: int) -> None:
        self._emit(piece, width, repeatable=False)
        self.groups.append(_Group(self.flags))
        if len(self.groups) > DEEPEST:
            raise TooLarge

    def _flagged(self, found: re.Match[str]) -> None:
        on, off, end = found[1], found[2] or "", found[3]
        if end == ":":
            self._enter("(?:", len(found[0]))
        elif not on and not off:
            raise Invalid("missing argument to repetition operator")
        else:
            self._emit("", len(found[0]), repeatable=False)
        self.flags = (self.flags | set(on)) - set(off)

    def _close(self) -> None:
        if len(self.groups) < 2:
            raise Invalid("unexpected ) in the regular expression")
        group = self.groups.pop()
        self.flags = group.flags
        self._emit(")", 1)
        self._count(group.pieces)
        self.last.pieces += group.pieces
        self._repeated(group.repeats)

    def _repeated(self, times: int) -> None:
        """Keep how often the last piece repeats, or what is in it."""
        self.last.repeats = times
        self.groups[-1].repeats = max(self.groups[-1].repeats, times)

    def _repeat(self) -> None:
        counted = _REPEAT.match(self.text, self.at)
        piece = counted[0] if counted else self.text[self.at]
        if not self.repeatable:
            raise Invalid("invalid or missing argument to repetition operator")
        if counted:
            low, high = int(counted[1][:9]), int((counted[3] or counted[1])[:9])
            self._counted(low, high)
        lazy = self.text[self.at + len(piece) :].startswith("?")
        mark = "?" * (lazy != ("U" in self.flags))
        self._emit(piece + mark, len(piece) + lazy, repeatable=False)

    def _counted(self, low: int, high: int) -> None:
        times = max(low, high, 1)
        repeats = times * self.last.repeats
        if repeats > MOST_REPEATS or low > high:
            raise Invalid("invalid repeat count in the regular expression")
        self._count(self.last.pieces * (times - 1))
        self._repeated(repeats)

    def _escape(self) -> None:
        if self.text.startswith(r"\Q", self.at):
            end = self.text.find(r"\E", self.at)
            quoted = self.text[self.at + 2 : end if end >= 0 else None]
            if quoted:
                self.out.append(self._folded("".join(map(_literal, quoted[:-1]))))
                self.out.append(self._folded(_literal(quoted[-1])))
            self._emit("", len(quoted) + (4 if end >= 0 else 2), repeatable=bool(quoted))
            return
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in _ASSERTIONS:
            self._emit(_ASSERTIONS[letter], 2)
        elif letter.lower() in _PERL and letter:
            self._emit(f"[{'^' * letter.isupper()}{_PERL[letter.lower()]}]", 2)
        elif letter and letter in "pP":
            piece, width = self._property()
            self._emit(self._folded(f"[{piece}]"), width)
        else:
            code, width = _escaped(self.text, self.at)
            self._emit(self._folded(_literal(chr(code))), width)

    def _property(self) -> tuple[str, int]:
        found = _PROPERTY.match(self.text, self.at)
        if not found:
            raise Invalid("invalid character class range in the regular expression")
        negated = (found[1] == "P") != bool(found[3])
        name = found[2] or found[4]
        if name == "Any":
            return (r"\S\s", len(found[0]))
        return (f"\\{'P' if negated else 'p'}{{{name}}}", len(found[0]))

    def _class(self) -> None:
        pieces: list[str] = []
        at = self.at + 1
        negated = self.text.startswith("^", at)
        at += negated
        first = True
        while first or not self.text.startswith("]", at):
            if at >= len(self.text):
                raise Invalid("missing closing ] in the regular expression")
            piece, width = self._member(at)
            pieces.append(piece)
            at, first = at + width, False
        self._emit(self._folded(f"[{'^' * negated}{''.join(pieces)}]"), at + 1 - self.at)

    def _member(self, at: int) -> tuple[str, int]:
        """One class, character or range within brackets, and how long it is."""
        posix = _POSIX.match(self.text, at)
        if posix:
            if posix[2] not in _POSIX_RANGES:
                raise Invalid("invalid character class range in the regular expression")
            ranges = _POSIX_RANGES[posix[2]]
            return (_complement(ranges) if posix[1] else ranges, len(posix[0]))
        letter = self.text[at + 1 : at + 2] if self.text[at] == "\\" else ""
        if letter and letter.lower() in _PERL:
            ranges = _PERL[letter.lower()]
            return (_complement(ranges) if letter.isupper() else ranges, 2)
        if letter and letter in "pP":
            self.at, before = at, self.at
            found = self._property()
            self.at = before
            return found
        return self._range(at)

    def _range(self, at: int) -> tuple[str, int]:
        low, width = _character(self.text, at)
        after = at + width
        if self.text.startswith("-", after) and not self.text.startswith("-]", after):
            if after + 1 >= len(self.text):
                raise Invalid("missing closing ] in the regular expression")
            high, more = _character(self.text, after + 1)
            if high < low:
                raise Invalid("invalid character class range in the regular expression")
            return (f"{_literal(chr(low))}-{_literal(chr(high))}", width + 1 + more)
        return (_literal(chr(low)), width)


def _literal(character: str) -> str:
    """As a pattern, inside and outside of brackets."""
    if character.isalnum() or character == "_" or not character.isascii():
        return character
    return f"\\x{ord(character):02x}"


def _character(text: str, at: int) -> tuple[int, int]:
    return _escaped(text, at) if text[at] == "\\" else (ord(text[at]), 1)


def _escaped(text: str, at: int) -> tuple[int, int]:
    """The code of the character that a backslash begins, and how long it is written."""
    rest = text[at + 1 : at + 14]
    number = re.match(
        r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,8})\}|(0[0-7]{0,2}|[1-7][0-7]{1,2})", rest
    )
    if number:
        code = int(number[1] or number[2], 16) if not number[3] else int(number[3], 8)
        if code <= 0x10FFFF:
            return (code, 1 + len(number[0]))
    elif rest[:1] in _ESCAPES and rest:
        return (_ESCAPES[rest[0]], 2)
    elif rest and rest[0].isascii() and not rest[0].isalnum():
        return (ord(rest[0]), 2)
    raise Invalid("invalid escape sequence in the regular expression")


def _complement(ranges: str) -> str:
    """The characters that are not in these ranges of ASCII, as ranges."""
    inside: set[int] = set()
    for low, high in re.findall(r"(\\x..|\\.|[^\\-])(?:-(\\x..|[^\\]))?", ranges):
        first = _code(low)
        inside.update(range(first, (_code(high) if high else first) + 1))
    edges = [code for code in range(0x81) if (code in inside) != (code - 1 in inside)]
    starts = ([] if 0 in inside else [0]) + [code for code in edges if code and code not in inside]
    parts: list[str] = []
    for start in starts:
        end = min((code for code in inside if code > start), default=0x110000) - 1
        parts.append(f"\\x{start:02x}-" + (f"\\x{end:02x}" if end < 0x100 else "\U0010ffff"))
    return "".join(parts)


def _code(piece: str) -> int:
    if piece.startswith("\\x"):
        return int(piece[2:], 16)
    return _ESCAPES[piece[1]] if piece.startswith("\\") else ord(piece)
