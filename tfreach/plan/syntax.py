"""Terraform's configuration language as a tree: what a file holds once it is parsed.

Nothing here has been evaluated. Numbers that are not whole stay text, so that no digit is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from typing import Any

from tfreach.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Any expression."""


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    """A constant: text without interpolation, a whole number, true, false or null."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Number(Node):
    """A number that is not whole, as written: `0.5`, `1e3`."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Template(Node):
    """Parts that are joined to one text. One single interpolation keeps its own type instead."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TemplateIf(Node):
    """`%{ if condition }then%{ else }otherwise%{ endif }` within a template."""

    condition: Node
    then: Template
    otherwise: Template


@dataclass(frozen=True, slots=True, eq=False)
class TemplateFor(Node):
    """`%{ for key, value in collection }body%{ endfor }`; key is "" when it is not named."""

    key: str
    value: str
    collection: Node
    body: Template


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """The first word of a traversal: `var`, `local`, `aws_vpc`, `each`, or what a `for` names."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Attr(Node):
    """`of.name`; `of.0` is an Index."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Index(Node):
    """`of[key]`."""

    of: Node
    key: Node


@dataclass(frozen=True, slots=True, eq=False)
class Item(Node):
    """Within a Splat: the element that it is at."""


@dataclass(frozen=True, slots=True, eq=False)
class Splat(Node):
    """`of[*].a.b`: `each` is `Item.a.b`. `of.*.a` is the same, with indexes left outside of it."""

    of: Node
    each: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """`name(arguments)`; `expand` when the last is followed by `...`. `core::` is cut off."""

    name: str
    arguments: tuple[Node, ...]
    expand: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Node):
    """`-of` or `!of`."""

    operator: str
    of: Node


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Node):
    """`condition ? then : otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class TupleOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pair(Node):
    """One `key = value` of an object; a bare word as key is a Literal."""

    key: Node
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class ObjectOf(Node):
    """`{ key = value }`."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ForTuple(Node):
    """`[for key, value in collection : body if condition]`; key is "" when it is not named."""

    key: str
    value: str
    collection: Node
    body: Node
    condition: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class ForObject(Node):
    """`{for key, value in collection : name => body if condition}`; `grouping` for `body...`."""

    key: str
    value: str
    collection: Node
    name: Node
    body: Node
    grouping: bool
    condition: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """`name = expression`, and the line of the name, from 1."""

    name: str
    expression: Node
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`type "label" { ... }`, the file it stands in as the user would name it, and its line."""

    type: str
    labels: tuple[str, ...]
    body: Body
    file: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What stands between braces, or in a whole file."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def of_type(self, kind: str) -> Iterator[Block]:
        """The nested blocks of one type, in order, `dynamic` ones left out."""
        return (block for block in self.blocks if block.type == kind)


def children(node: Node) -> Iterator[Node]:
    """The expressions directly within one."""
    for one in fields(node):
        inner: Any = getattr(node, one.name)
        if isinstance(inner, Node):
            yield inner
        elif isinstance(inner, tuple):
            yield from inner
