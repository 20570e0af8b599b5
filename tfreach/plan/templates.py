"""Configuration text in; the same text with its templates written as calls, and their parts, out.

python-hcl2's grammar reads expressions well, but not every template, comment and line break. So
each text with `${` and each heredoc becomes a call: `"a-${var.x}"` is `q__0(var.x)`, and part 0 is
`["a-", interpolation]`. One parse then reads the expressions within templates too.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import field
from typing import Final

from tfreach.records import dataclass

MAX_DEPTH: Final = 60


class SourceError(Exception):
    """What is wrong with a configuration file, without the text of it."""

    def __init__(self, message: str, *, file: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """`${...}` or `%{...}` of a template, without the expression in it.

    kind         `$`, `if`, `else`, `endif`, `for` or `endfor`
    left, right  whether `~` eats the blanks before and after it
    """

    kind: str
    left: bool = False
    right: bool = False
    key: str = ""
    value: str = ""

    @property
    def takes(self) -> bool:
        """Whether an expression stands in it."""
        return self.kind in ("$", "if", "for")


Piece = str | Sequence

_COMMENT: Final = r"#[^\n]*|//[^\n]*|/\*"
_PLAIN: Final = r'"(?:[^"\\\n$%]|[$%](?!\{))*"'
_BRACKETS: Final = r"\[\s*\*\s*\]|\(|\)|\[|\]|\{|\}|~\}"
_SIGNS: Final = r"-(?=\d|\s*[!-])|!(?=\s*[!-])"
_MARKS: Final = rf'{_PLAIN}|"|{_COMMENT}|<<|\n|{_BRACKETS}|{_SIGNS}'
_CODE: Final = re.compile(_MARKS)
_WORD: Final = r"[^\W\d][\w\u0300-\u036f-]*"
_ODD_CODE: Final = re.compile(rf"{_MARKS}|{_WORD}(?:::{_WORD})*")
_FOR: Final = re.compile(r"\{(?:\s|#[^\n]*\n|//[^\n]*\n|/\*.*?\*/)*for\s+(?![\s=:])", re.DOTALL)
_NUMBER_BEFORE: Final = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?\Z")
_WORD_BEFORE: Final = re.compile(r"[\w-]\Z")
_UNARY: Final = re.compile(r"[!-](?:\s*[!-](?!=))*")
_OPERAND_BEFORE: Final = re.compile(r"[\w)\]}\"-]\s*\Z")
_HEREDOC: Final = re.compile(rf"<<(-?)({_WORD})\r?\n")
_QUOTED: Final = re.compile(r'(?:[^"\\$%\n]|\\[^\n]|\$\$\{|%%\{|[$%](?!\{))+')
_LINE: Final = re.compile(r"(?:[^$%\n]|\$\$\{|%%\{|[$%](?!\{))*(?:\n|\Z)?")
_BARE: Final = re.compile(r"(?:[^$%]|\$\$\{|%%\{|[$%](?!\{))+")
_KEYWORD: Final = re.compile(r"\s*(if|else|endif|for|endfor)(?![\w-])")
_NAMES: Final = re.compile(rf"\s+({_WORD})\s*(?:,\s*({_WORD})\s*)?\sin(?![\w-])")
_ESCAPE: Final = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|(?:\$(?=\$\{)|%(?=%\{))", re.DOTALL
)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(slots=True, eq=False)
class Plain:
    """Configuration text without templates and comments.

    prefix      begins every name that stands for a template, and no other name
    templates   the pieces of a template, under the name of the call that stands for it
    texts       the text without sequences that a name stands for
    names       what a name stands for that the grammar would refuse
    operators   several unary operators that stand in `text` as one, by its position
    """

    source: str
    file: str
    prefix: str = "q__"
    templates: dict[str, list[Piece]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    operators: dict[int, str] = field(default_factory=dict)
    _out: list[str] = field(default_factory=list)
    _size: int = 0
    _breaks: list[int] = field(default_factory=list)
    _depth: int = 0
    _first: int = 1
    _pattern: re.Pattern[str] = _CODE

    def __post_init__(self) -> None:
        while self.prefix in self.source:
            self.prefix += "_"
        if "::" in self.source or not self.source.isascii():
            self._pattern = _ODD_CODE

    @property
    def text(self) -> str:
        """The text for the parser."""
        return "".join(self._out)

    def line(self, position: int) -> int:
        """The line of the source, from 1, that stands at a position of `text`."""
        return bisect_right(self._breaks, position) + 1

    def add_code(self, before: str = "", after: str = "") -> None:
        """Add the whole source as code."""
        self._emit(before)
        self._code(0, closing="")
        self._emit(after)

    def add_template(self, text: str, line: int) -> None:
        """Add another source, which stands at `line`, as one template without quotes."""
        self.source, self._first = text, line
        self._breaks.extend([self._size] * (line - 1 - len(self._breaks)))
        self._emit("x = ")
        self._template(0, _BARE, end="")
        self._emit("\n")

    def error(self, message: str, at: int) -> SourceError:
        """Something wrong at a position of the source."""
        return SourceError(
            message, file=self.file, line=self.source.count("\n", 0, at) + self._first
        )

    def _emit(self, text: str) -> None:
        self._out.append(text)
        self._size += len(text)

    def _broken(self, text: str) -> None:
        """Remember the line breaks of what is left out."""
        self._breaks.extend([self._size + 1] * text.count("\n"))

    def _code(self, at: int, closing: str) -> tuple[int, bool]:
        """Add code up to its end, or after the `}` that closes a sequence; and was it `~}`."""
        source, search, emit = self.source, self._pattern.search, self._emit
        stack: list[str] = []
        while (found := search(source, at)) is not None:
            start, token = found.start(), found[0]
            emit(source[at:start])
            at, first = found.end(), token[0]
            if first == "\n":
                self._breaks.append(self._size + 1)
                ends = stack[-1] == "{" if stack else not closing
                emit("\n" if ends else " ")
            elif first in "([{":
                self._bracket(token, stack, start)
            elif first in "}])~":
                if closing and not stack and token not in (")", "]"):
                    return at, first == "~"
                self._close(token, stack, start)
            else:
                at = self._rare(token, start)
        if closing or stack:
            raise self.error("the end is missing of a bracket or a template", len(source))
        emit(source[at:])
        return len(source), False

    def _bracket(self, token: str, stack: list[str], start: int) -> None:
        if len(token) > 1:
            self._broken(token)
            self._emit("[*]")
            return
        stack.append("f" if token == "{" and _FOR.match(self.source, start) else token)
        if len(stack) > MAX_DEPTH:
            raise self.error("nested too deeply", start)
        self._emit(token)

    def _close(self, token: str, stack: list[str], start: int) -> None:
        opening = stack.pop() if stack else ""
        if _PAIRS.get(token) != opening.replace("f", "{"):
            raise self.error(f"unexpected {token}", start)
        self._emit(token)

    def _rare(self, token: str, start: int) -> int:
        """Add a text, a comment, a heredoc, or what the grammar could refuse."""
        at, first = start + len(token), token[0]
        if token == '"':
            return self._template(at, _QUOTED, end='"')
        if first == '"':
            name = f"{self.prefix}t{len(self.texts)}"
            self.texts[name] = _normal(token[1:-1])
            self._emit(name)
        elif first in "#/":
            at = self._comment(token, start)
        elif token == "<<":
            return self._heredoc(start)
        elif first in "-!":
            return self._operators(token, start)
        else:
            self._emit(self._name(token))
        return at

    def _comment(self, token: str, start: int) -> int:
        at = start + len(token)
        if token == "/*":
            at = self.source.find("*/", at) + 2
            if at < 2:
                raise self.error("the end is missing of a comment", start)
            self._broken(self.source[start:at])
        self._emit(" ")
        return at

    def _operators(self, token: str, start: int) -> int:
        """Add a minus that is no part of a name or number, or several operators before a term."""
        before = self.source[max(0, start - 80) : start]
        if _WORD_BEFORE.search(before) and not _NUMBER_BEFORE.search(before):
            self._emit(token)
            return start + 1
        found = _UNARY.match(self.source, start)
        operators = "".join(found[0].split()) if found else token
        if operators[0] == "-" and _OPERAND_BEFORE.search(before):
            self._emit("- ")
            operators = operators[1:]
        if len(operators) > 1:
            self.operators[self._size] = operators
        self._emit(f"{operators[:1]} ")
        return found.end() if found else start + 1

    def _name(self, name: str) -> str:
        name = name.removeprefix("core::")
        if name.isascii() and "::" not in name:
            return name
        alias = f"{self.prefix}n{len(self.names)}"
        self.names[alias] = _normal(name)
        return alias

    def _open(self, at: int) -> list[Piece]:
        """Begin the call that stands for a template."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error("nested too deeply", at)
        name, pieces = f"{self.prefix}{len(self.templates)}", list[Piece]()
        self.templates[name] = pieces
        self._emit(f"{name}(")
        return pieces

    def _shut(self, pieces: list[Piece], *, indented: bool = False) -> None:
        self._depth -= 1
        self._emit(")")
        pieces[:] = joined(pieces, indented)

    def _template(self, at: int, literal: re.Pattern[str], end: str) -> int:
        start, source = at, self.source
        pieces = self._open(at)
        while True:
            if found := literal.match(source, at):
                pieces.append(self._decoded(found[0], at, quoted=bool(end)))
                if not end:
                    self._broken(found[0])
                at = found.end()
            if source.startswith(("${", "%{"), at):
                at = self._sequence(at, pieces)
            elif source.startswith(end, at) if end else at == len(source):
                break
            else:
                raise self.error("the end is missing of a text", start)
        self._shut(pieces)
        return at + len(end)

    def _heredoc(self, start: int) -> int:
        found = _HEREDOC.match(self.source, start)
        if found is None:
            raise self.error("unexpected <<", start)
        source, marker, at, begins = self.source, found[2], found.end(), True
        pieces = self._open(start)
        self._broken("\n")
        while at < len(source):
            if source.startswith(("${", "%{"), at):
                at, begins = self._sequence(at, pieces), False
                continue
            found = _LINE.match(source, at)
            line = found[0] if found else ""
            begins = begins and (line.endswith("\n") or at + len(line) == len(source))
            if begins and line.strip() == marker:
                self._shut(pieces, indented=source.startswith("<<-", start))
                return at + len(line.rstrip("\r\n"))
            pieces.append(self._decoded(line, at, quoted=False))
            begins, at = line.endswith("\n"), at + len(line)
            self._broken(line)
        raise self.error("the end is missing of a heredoc", start)

    def _sequence(self, at: int, pieces: list[Piece]) -> int:
        """Add what stands in one `${...}` or `%{...}` as an argument of the call."""
        start, source = at, self.source
        left = source.startswith("~", at + 2)
        kind, key, value, at = "$", "", "", at + 2 + left
        if source[start] == "%":
            word = _KEYWORD.match(source, at)
            if word is None:
                raise self.error("unexpected word in %{", start)
            kind, at = word[1], word.end()
        if kind == "for":
            names = _NAMES.match(source, at)
            if names is None:
                raise self.error("unexpected word in %{ for", start)
            key, value = (names[1], names[2]) if names[2] else ("", names[1])
            self._broken(names[0])
            at = names.end()
        sparse = kind in ("else", "endif", "endfor")
        if not sparse and any(isinstance(piece, Sequence) and piece.takes for piece in pieces):
            self._emit(", ")
        at, right = self._code(at, closing="}")
        pieces.append(Sequence(kind, left, right, key, value))
        return at

    def _decoded(self, raw: str, at: int, *, quoted: bool) -> str:
        """The text that a literal part stands for."""

        def replace(found: re.Match[str]) -> str:
            short, long, other = found.groups()
            if code := short or long:
                point = int(code, 16)
                known = point < 0x110000 and not 0xD800 <= point < 0xE000
                return chr(point) if known else "\N{REPLACEMENT CHARACTER}"
            if other is None:
                return ""
            if not quoted:
                return found[0]
            if other not in _ESCAPED:
                raise self.error(f"unexpected escape \\{other}", at)
            return _ESCAPED[other]

        if (quoted and "\\" in raw) or "$${" in raw or "%%{" in raw:
            raw = (_ESCAPE if quoted else _DOUBLED).sub(replace if quoted else "", raw)
        return _normal(raw)


_DOUBLED: Final = re.compile(r"\$(?=\$\{)|%(?=%\{)")


def _normal(text: str) -> str:
    """As Terraform keeps texts: letters with an accent are one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def joined(pieces: list[Piece], indented: bool) -> list[Piece]:
    """The pieces with `~` and the indent of `<<-` done, and neighbouring texts made one."""
    for at, piece in enumerate(pieces):
        if isinstance(piece, Sequence):
            if piece.left and at and isinstance(before := pieces[at - 1], str):
                pieces[at - 1] = before.rstrip()
            if piece.right and at + 1 < len(pieces) and isinstance(after := pieces[at + 1], str):
                pieces[at + 1] = after.lstrip()
    if indented:
        _outdent(pieces)
    done: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and done and isinstance(last := done[-1], str):
            done[-1] = last + piece
        else:
            done.append(piece)
    return done


def _outdent(pieces: list[Piece]) -> None:
    """Take off the blanks that all lines begin with; empty lines do not count."""
    begins, indents = True, dict[int, int]()
    for at, piece in enumerate(pieces):
        if begins:
            text = piece if isinstance(piece, str) else ""
            if text.strip() or not text.endswith("\n"):
                indents[at] = len(text) - len(text.lstrip())
        begins = isinstance(piece, str) and piece.endswith("\n")
    least = min(indents.values(), default=0)
    for at in indents:
        piece = pieces[at]
        if isinstance(piece, str):
            pieces[at] = piece[least:]
