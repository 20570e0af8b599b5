"""A body in, JSON-able lists out; and back again, each expression when it is first asked for.

A block is `[type, labels, line, body]`, a body `[[name, line, expression, ...], [block, ...]]`, an
expression a constant, or a list with the letter of its class and its fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from tfreach.plan import syntax
from tfreach.plan.syntax import Attribute, Block, Body, Literal, Node

Packed = Any  # JSON

_CLASSES: Final[tuple[type[Node], ...]] = (
    syntax.Number,
    syntax.Template,
    syntax.TemplateIf,
    syntax.TemplateFor,
    syntax.Name,
    syntax.Attr,
    syntax.Index,
    syntax.Item,
    syntax.Splat,
    syntax.Call,
    syntax.Unary,
    syntax.Binary,
    syntax.Conditional,
    syntax.TupleOf,
    syntax.Pair,
    syntax.ObjectOf,
    syntax.ForTuple,
    syntax.ForObject,
)
_TAGS: Final = {cls: tag for tag, cls in enumerate(_CLASSES)}
_MISSING: Final[list[Packed]] = []  # null is the constant


def pack(body: Body) -> Packed:
    """The body as lists, without the name of its file."""
    attributes = [
        part
        for one in body.attributes.values()
        for part in (one.name, one.line, _pack(one.expression))
    ]
    blocks = [
        [block.type, list(block.labels), block.line, pack(block.body)] for block in body.blocks
    ]
    return [attributes, blocks]


def unpack(packed: Packed, file: str) -> Body:
    """The body again, of the file that it stands in."""
    attributes, blocks = packed
    names, lines, expressions = attributes[::3], attributes[1::3], attributes[2::3]
    return Body(
        {
            name: _Attribute.of(name, expression, line)
            for name, line, expression in zip(names, lines, expressions, strict=True)
        },
        tuple(_Block.of(block, file) for block in blocks),
    )


def _pack(node: Node) -> Packed:
    if isinstance(node, Literal):
        return node.value
    kind = type(node)
    return [_TAGS[kind], *(packer(getattr(node, name)) for name, packer, _ in _FIELDS[kind])]


def _unpack(packed: Packed) -> Node:
    if not isinstance(packed, list):
        return Literal(packed)
    kind = _CLASSES[packed[0]]
    return kind(
        *[
            unpacker(value)
            for (_, _, unpacker), value in zip(_FIELDS[kind], packed[1:], strict=True)
        ]
    )


def _pack_many(nodes: tuple[Node, ...]) -> Packed:
    return [_pack(node) for node in nodes]


def _unpack_many(packed: Packed) -> tuple[Node, ...]:
    return tuple(_unpack(item) for item in packed)


def _pack_optional(node: Node | None) -> Packed:
    return _MISSING if node is None else _pack(node)


def _unpack_optional(packed: Packed) -> Node | None:
    return None if packed == _MISSING else _unpack(packed)


def _same(value: Packed) -> Packed:
    return value


_Field = tuple[str, Callable[[Any], Packed], Callable[[Packed], Any]]


def _field(name: str, annotation: str) -> _Field:
    """How a field is packed and unpacked, by its type."""
    if annotation in ("str", "bool"):
        return name, _same, _same
    if annotation.startswith("tuple["):
        return name, _pack_many, _unpack_many
    if annotation.endswith("| None"):
        return name, _pack_optional, _unpack_optional
    return name, _pack, _unpack


_FIELDS: Final = {
    kind: [_field(one.name, str(one.type)) for one in fields(kind)] for kind in _CLASSES
}


class _Attribute(Attribute):
    """An attribute whose expression is packed until it is asked for."""

    __slots__ = ("_made", "_packed")
    _made: Node | None
    _packed: Packed

    @classmethod
    def of(cls, name: str, packed: Packed, line: int) -> _Attribute:
        made = cls.__new__(cls)
        for key, value in (("name", name), ("line", line), ("_packed", packed), ("_made", None)):
            object.__setattr__(made, key, value)
        return made

    @property
    def expression(self) -> Node:
        made = self._made
        if made is None:
            made = _unpack(self._packed)
            object.__setattr__(self, "_made", made)
        return made


class _Block(Block):
    """A block whose body is packed until it is asked for."""

    __slots__ = ("_made", "_packed")
    _made: Body | None
    _packed: Packed

    @classmethod
    def of(cls, packed: Packed, file: str) -> _Block:
        type_, labels, line, body = packed
        made = cls.__new__(cls)
        for key, value in (
            ("type", type_),
            ("labels", tuple(labels)),
            ("line", line),
            ("file", file),
            ("_packed", body),
            ("_made", None),
        ):
            object.__setattr__(made, key, value)
        return made

    @property
    def body(self) -> Body:
        made = self._made
        if made is None:
            made = unpack(self._packed, self.file)
            object.__setattr__(self, "_made", made)
        return made
