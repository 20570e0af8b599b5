"""Text of a .tf.json file in; the body that it stands for, out.

Which key of a block is an attribute and which a nested block cannot be seen in JSON: a key whose
value is an object, or a list of objects, is kept as both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from tfreach.plan.syntax import (
    Attribute,
    Block,
    Body,
    Literal,
    Node,
    Number,
    ObjectOf,
    Pair,
    TupleOf,
)
from tfreach.plan.templates import MAX_DEPTH, SourceError
from tfreach.records import dataclass

Templates = Callable[[Sequence[tuple[str, int]]], Sequence[Node]]
"""Reads texts, each with its line, as templates."""

_LABELS: Final = {
    **dict.fromkeys(("resource", "data", "ephemeral"), 2),
    **dict.fromkeys(("module", "variable", "output", "provider", "check"), 1),
    **dict.fromkeys(("locals", "terraform", "moved", "import", "removed"), 0),
}
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_WORD: Final = re.compile(r"true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    text: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class _Members:
    """An object: key, value and line of each member."""

    members: list[tuple[_Text, Any]]


def read(text: str, file: str, templates: Templates, expression: Callable[[str], Node]) -> Body:
    """The body. Raises SourceError."""
    value = _Reader(text.removeprefix("\N{BYTE ORDER MARK}"), file).whole()
    inner = [
        member
        for one in _objects(value)
        for key, member in one.members
        if key.text != "variable"  # what is in it is taken as it is
    ]
    texts = {one.text: one.line for one in _texts(inner) if _is_template(one.text)}
    nodes = dict(zip(texts, templates(list(texts.items())), strict=True))
    return _Bodies(file, nodes, expression).top(value)


class _Reader:
    """JSON with the line of each text, which the json module does not tell."""

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file, self._at, self._depth = text, file, 0, 0
        self._line, self._counted = 1, 0

    def whole(self) -> Any:
        value = self._value()
        if self._peek():
            raise self._error("unexpected text after the end of the JSON")
        return value

    def _error(self, message: str) -> SourceError:
        line = self._text.count("\n", 0, self._at) + 1
        return SourceError(message, file=self._file, line=line)

    def _peek(self) -> str:
        self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]
        return self._text[self._at : self._at + 1]

    def _took(self, token: str) -> bool:
        found = self._peek() == token
        self._at += found
        return found

    def _value(self) -> Any:
        first = self._peek()
        if first == '"':
            return self._string()
        if first and first in "{[":
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise self._error("nested too deeply")
            value = self._object() if self._took("{") else self._list()
            self._depth -= 1
            return value
        if (found := _WORD.match(self._text, self._at)) is None:
            raise self._error("not JSON: a value is missing")
        self._at = found.end()
        return _constant(found[0])

    def _string(self) -> _Text:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        try:
            text, self._at = json.decoder.scanstring(self._text, self._at + 1)  # type: ignore[attr-defined]
        except ValueError:
            raise self._error("not JSON: a text does not end, or has a wrong escape") from None
        return _Text(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), self._line)

    def _list(self) -> list[Any]:
        self._took("[")
        items: list[Any] = []
        while not self._took("]"):
            if items and not self._took(","):
                raise self._error("not JSON: a comma or ] is missing")
            items.append(self._value())
        return items

    def _object(self) -> _Members:
        members: list[tuple[_Text, Any]] = []
        while not self._took("}"):
            if members and not self._took(","):
                raise self._error("not JSON: a comma or } is missing")
            if self._peek() != '"':
                raise self._error("not JSON: a key is missing")
            key = self._string()
            if not self._took(":"):
                raise self._error("not JSON: a colon is missing")
            members.append((key, self._value()))
        return _Members(members)


def _constant(text: str) -> Node:
    if text in _CONSTANTS:
        return Literal(_CONSTANTS[text])
    whole = text.lstrip("-").isdigit() and len(text) < 1000
    return Literal(int(text)) if whole else Number(text)


def _is_template(text: str) -> bool:
    return "${" in text or "%{" in text


def _texts(value: Any) -> Iterator[_Text]:
    if isinstance(value, _Text):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, _Members):
        for key, inner in value.members:
            yield key
            yield from _texts(inner)


class _Bodies:
    """JSON values as blocks and expressions."""

    def __init__(
        self, file: str, templates: dict[str, Node], expression: Callable[[str], Node]
    ) -> None:
        self._file = file
        self._templates = templates
        self._expression = expression

    def top(self, value: Any) -> Body:
        blocks: list[Block] = []
        for one in _objects(value):
            for key, inner in one.members:
                if key.text in _LABELS:
                    found = self._blocks(key.text, (), _LABELS[key.text], inner, key.line)
                    blocks.extend(found)
        return Body({}, tuple(blocks))

    def _blocks(
        self, kind: str, labels: tuple[str, ...], missing: int, value: Any, line: int
    ) -> Iterator[Block]:
        for one in _objects(value):
            if missing == 0:
                yield Block(kind, labels, self._body(one, kind), self._file, line)
                continue
            for key, inner in one.members:
                if key.text != "//":
                    yield from self._blocks(kind, (*labels, key.text), missing - 1, inner, key.line)

    def _body(self, one: _Members, kind: str) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for key, value in one.members:
            name = key.text
            if name == "//":
                continue
            if name != "dynamic":
                node = self._variable(name, value) if kind == "variable" else self._node(value)
                attributes[name] = Attribute(name, node, key.line)
            if kind not in ("locals", "variable", "output"):
                blocks.extend(self._blocks(name, (), int(name == "dynamic"), value, key.line))
        return Body(attributes, tuple(blocks))

    def _variable(self, name: str, value: Any) -> Node:
        """An argument of a variable: nothing in it is a template, and its type an expression."""
        if name == "type" and isinstance(value, _Text):
            return self._expression(value.text)
        return _Bodies(self._file, {}, self._expression)._node(value)

    def _node(self, value: Any) -> Node:
        if isinstance(value, _Text):
            return self._templates.get(value.text) or Literal(value.text)
        if isinstance(value, list):
            return TupleOf(tuple(map(self._node, value)))
        if isinstance(value, _Members):
            pairs = (Pair(self._node(key), self._node(inner)) for key, inner in value.members)
            return ObjectOf(tuple(pairs))
        node: Node = value
        return node


def _objects(value: Any) -> list[_Members]:
    """The objects that a value stands for, as a body or as blocks; none for anything else."""
    items = value if isinstance(value, list) else [value]
    return items if all(isinstance(item, _Members) for item in items) else []
