"""The source in; the remarks to tfreach in its comments, each with what it stands at, out.

    # tfreach:ignore no Internet to the data tier until=2027-03-31 moves in Q1
    resource "aws_security_group_rule" "db" {

The parser drops comments, so they are looked for in the text: above a block, within it, or behind
its end. What looks like a comment in a text or a heredoc is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tfreach.plan.origin import Location
from tfreach.plan.syntax import Block, Body
from tfreach.records import dataclass

if TYPE_CHECKING:
    from tfreach.plan.modules import Module, Source

IGNORE: Final = "tfreach:ignore"
MOST_MODULES: Final = 2000
"""A module that calls itself has no end."""
_CODE: Final = re.compile(
    r'"|<<-?(?P<end>[^\W\d][\w-]*)\r?\n'
    r"|(?P<comment>#[^\n]*|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
    r"|[{}]"
)
_TEXT: Final = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|"', re.DOTALL)
_HEREDOC: Final = r"\$\$\{{|%%\{{|[$%]\{{|^[ \t]*{}[ \t]*\r?$"
_BRACE: Final = "{"
_SAID: Final = re.compile(rf"[\s#/*]*{IGNORE}(?![\w-])(?P<rest>.*?)[\s*/]*$")
_PARTS: Final = re.compile(
    r"(?P<rule>.*?)\s*\buntil=(?P<until>\S*)\s*(?:reason\s*[=:]?\s*)?(?P<reason>.*)"
)
_CALL: Final = re.compile(r'^[ \t]*module[ \t]+"([^"\n]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """A remark as it stands in the source.

    resource      the address, without indexes, of the resource or module call that it stands at;
                  "" when it stands at none
    rule, until   as they are written; "" where they are not said
    """

    resource: str
    rule: str
    until: str
    reason: str
    location: Location


def remarks(source: Source) -> Iterator[Written]:
    """Those of the root module and of the modules beside it, in order of modules and lines. What is
    downloaded may say nothing here: whoever wrote it must not waive what its users forbid."""
    todo, seen = [source.root], 0
    while todo and seen < MOST_MODULES:
        module, seen = todo.pop(0), seen + 1
        calls: dict[str, None] = {}
        for file, text in module.texts():
            calls.update(dict.fromkeys(_CALL.findall(text)))
            if IGNORE in text:
                yield from _of_file(module, file, text)
        own = (name for name in calls if module.owns(name))
        todo += [child for name in own if (child := module.child(name))]


def _of_file(module: Module, file: str, text: str) -> Iterator[Written]:
    body = module.parsed(file)
    breaks = [found.end() for found in re.finditer("\n", text)]
    lines = text.split("\n")
    scan = _Scan(text)
    for at, said, inside in scan.said:
        line = bisect_right(breaks, at) + 1
        block = _block(body, line, inside, lines) if body and not scan.open else None
        parts = _PARTS.fullmatch(said.strip())
        rule = parts["rule"] if parts else said
        yield Written(
            _address(module, block),
            rule.strip().strip("\"'"),
            parts["until"] if parts else "",
            parts["reason"].strip() if parts else "",
            Location(module.where(file), line),
        )


class _Scan:
    """Reads a file from its start: code, and texts and heredocs, which may have code in them.

    said   the place of each remark, what follows its word, and whether it stands within a block or
           behind the end of one
    open   what is not closed yet, the innermost last: `{`, or the pattern of a text's marks
    """

    def __init__(self, text: str) -> None:
        self.said: list[tuple[int, str, bool]] = []
        self.open: list[str | re.Pattern[str]] = []
        self._text = text
        self._closed = -1
        at = 0
        while found := self._marks().search(text, at):
            at = found.end()
            self._take(found)

    def _marks(self) -> re.Pattern[str]:
        inner = self.open[-1] if self.open else _BRACE
        return _CODE if isinstance(inner, str) else inner

    def _take(self, found: re.Match[str]) -> None:
        mark, in_code = found.group(), self._marks() is _CODE
        if in_code and found["comment"]:
            self._comment(found)
        elif in_code and found["end"]:
            end = re.escape(found["end"])
            self.open.append(re.compile(_HEREDOC.format(end), re.MULTILINE))
        elif in_code and mark == '"':
            self.open.append(_TEXT)
        elif mark in ("{", "${", "%{"):
            self.open.append(_BRACE)
        elif mark == "}" or (not in_code and mark[0] not in "\\$%"):
            self.open = self.open[:-1]
            self._closed = found.end() if not self.open else self._closed

    def _comment(self, found: re.Match[str]) -> None:
        at = found.start()
        behind = self._closed >= 0 and not self._text[self._closed : at].strip(" \t")
        for line in found.group().split("\n"):
            if remark := _SAID.match(line):
                self.said.append((at, remark["rest"], bool(self.open) or behind))
            at += len(line) + 1


def _block(body: Body, line: int, inside: bool, lines: list[str]) -> Block | None:
    """The block that holds the line, or that follows it with nothing but comments between."""
    blocks = sorted(body.blocks, key=lambda one: one.line)
    if inside:
        return next((one for one in reversed(blocks) if one.line <= line), None)
    following = next((one for one in blocks if one.line > line), None)
    between = lines[line : following.line - 1] if following else []
    return following if all(re.match(r"\s*(?:#|//|\*|/\*)", one) for one in between) else None


def _address(module: Module, block: Block | None) -> str:
    """Of a resource or a module call; "" for other blocks, which nothing comes from."""
    prefix = "".join(f"module.{name}." for name in module.path)
    match block:
        case Block("resource", (kind, name)):
            return f"{prefix}{kind}.{name}"
        case Block("data", (kind, name)):
            return f"{prefix}data.{kind}.{name}"
        case Block("module", (name,)):
            return f"{prefix}module.{name}"
        case _:
            return ""
