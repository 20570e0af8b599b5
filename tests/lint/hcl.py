"""Terraform source in; the analysed plan that would create all of it, out.

What a resource refers to is unknown and followed, as in a plan. What the source refers to and does
not have comes from WORLD, with what that refers to in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from tests.topology.plans import Item, echo, ident, new, plan, ref, stands
from tfreach.pipeline import Analysis
from tfreach.plan.source import parse
from tfreach.plan.syntax import (
    Attr,
    Block,
    Body,
    Call,
    Index,
    Literal,
    Name,
    Node,
    ObjectOf,
    Template,
    TupleOf,
)

WORLD: Final = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "other" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.0.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "other" {
  vpc_id            = aws_vpc.other.id
  cidr_block        = "10.1.0.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_vpc" "dual" {
  cidr_block      = "10.2.0.0/16"
  ipv6_cidr_block = "2600:1f18:1234:5600::/56"
}

resource "aws_subnet" "dual" {
  vpc_id          = aws_vpc.dual.id
  cidr_block      = "10.2.0.0/24"
  ipv6_cidr_block = "2600:1f18:1234:5600::/64"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_eip" "nat" {
  domain = "vpc"
}
"""


def planned(source: str, *, applied: bool = False) -> Analysis:
    """applied: it stands already, and the plan changes nothing."""
    return plan(*items(source, applied=applied))


def items(source: str, *, applied: bool = False) -> list[Item]:
    own = _blocks(source)
    found = dict(own)
    todo = list(own.values())
    while todo:
        for name in _names(todo.pop()):
            if name not in found and name in (world := _world()):
                found[name] = world[name]
                todo.append(world[name])
    if applied:
        return [
            stands(name, **_known(values), **_given(name, found))
            for name, values in sorted(found.items())
        ]
    return [new(name, **values) for name, values in sorted(found.items())]


def _known(values: Mapping[str, object]) -> dict[str, object]:
    """With identifiers in place of references."""
    return {name: _resolved(value) for name, value in values.items()}


def _given(name: str, found: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """The attributes of a resource that others refer to, but its identifier."""
    texts = {text for values in found.values() for one in _refs(values) for text in one.names}
    owned = (text.rpartition(".") for text in texts)
    return {last: echo(f"{last} of {name}") for of, _, last in owned if of == name and last != "id"}


def _resolved(value: object) -> object:
    match value:
        case ref(names):
            owner, _, attribute = (names or ("",))[0].rpartition(".")
            return ident(owner) if attribute == "id" else f"{attribute} of {owner}"
        case Mapping():
            return _known(value)
        case list():
            return [_resolved(inner) for inner in value]
        case _:
            return value


@cache
def _world() -> Mapping[str, Mapping[str, object]]:
    return _blocks(WORLD)


def _blocks(source: str) -> dict[str, Mapping[str, object]]:
    body = parse(source, "main.tf")
    return {".".join(block.labels): _values(block.body) for block in body.blocks}


def _values(body: Body) -> dict[str, object]:
    found = {name: _value(one.expression) for name, one in body.attributes.items()}
    for block in body.blocks:
        held = found.setdefault(block.type, [])
        assert isinstance(held, list)
        held.append(_values(_static(block).body))
    return found


def _static(block: Block) -> Block:
    assert block.type != "dynamic", "these examples are plain"
    return block


def _value(node: Node) -> object:
    match node:
        case Literal(value):
            return value
        case TupleOf(inner):
            return [_value(one) for one in inner]
        case ObjectOf(pairs):
            return {str(_value(pair.key)): _value(pair.value) for pair in pairs}
        case Attr() | Index():
            return ref(_path(node))
        case Template() | Call():
            return ref()
        case _:
            raise AssertionError(f"these examples are plain: {node}")


def _path(node: Node) -> str:
    match node:
        case Name(name):
            return name
        case Attr(of, name):
            return f"{_path(of)}.{name}"
        case Index(of, Literal(key)):
            return f"{_path(of)}[{key!r}]".replace("'", '"')
        case _:
            raise AssertionError(f"these examples are plain: {node}")


def _names(values: object) -> Iterator[str]:
    """The addresses that are referred to."""
    for one in _refs(values):
        for name in one.names:
            yield ".".join(name.split(".")[:2]).partition("[")[0]


def _refs(values: object) -> Iterator[ref]:
    match values:
        case ref():
            yield values
        case Mapping():
            for inner in values.values():
                yield from _refs(inner)
        case list():
            for inner in values:
                yield from _refs(inner)
        case _:
            pass
