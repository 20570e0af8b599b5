"""A variable's type constraint in; its Type, and the defaults of optional attributes, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final

from tfreach.plan.conversion import convert
from tfreach.plan.syntax import Call, Literal, Name, Node, ObjectOf, Template, TupleOf
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    MAPPINGS,
    NUMBER,
    SEQUENCES,
    STRING,
    Invalid,
    ListType,
    MapType,
    Null,
    Object,
    ObjectType,
    SetType,
    Tuple,
    TupleType,
    Type,
    Value,
)
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """What a variable takes.

    defaults   attribute -> the default of `optional(T, default)`
    within     attribute -> the constraint of what it holds; under "" that of all elements
    """

    type: Type = DYNAMIC
    defaults: Mapping[str, Node] = field(default_factory=dict)
    within: Mapping[str, Constraint] = field(default_factory=dict)


ANY: Final = Constraint()
_WORDS: Final[Mapping[str, Type]] = {
    **{"string": STRING, "number": NUMBER, "bool": BOOL, "any": DYNAMIC},
    **{"list": ListType(DYNAMIC), "map": MapType(DYNAMIC), "set": SetType(DYNAMIC)},
}
_COLLECTIONS: Final[Mapping[str, Callable[[Type], Type]]] = {
    "list": ListType,
    "set": SetType,
    "map": MapType,
}


def constraint(node: Node) -> Constraint:
    """Raises Invalid for what is no type."""
    if isinstance(node, Template) and len(node.parts) == 1:
        node = node.parts[0]
    if isinstance(node, Name | Literal):
        word = node.name if isinstance(node, Name) else str(node.value)
        if word in _WORDS:
            return Constraint(_WORDS[word])
    if isinstance(node, Call) and len(node.arguments) == 1:
        return _call(node.name, node.arguments[0])
    raise Invalid("not a type")


def _call(name: str, argument: Node) -> Constraint:
    if name in _COLLECTIONS:
        element = constraint(argument)
        return Constraint(_COLLECTIONS[name](element.type), within={"": element})
    if name == "tuple" and isinstance(argument, TupleOf):
        inner = [constraint(item) for item in argument.items]
        kinds = TupleType(tuple(one.type for one in inner))
        return Constraint(kinds, within={str(at): one for at, one in enumerate(inner)})
    if name == "object" and isinstance(argument, ObjectOf):
        return _object(argument)
    raise Invalid("not a type")


def _object(node: ObjectOf) -> Constraint:
    kinds: dict[str, Type] = {}
    defaults: dict[str, Node] = {}
    within: dict[str, Constraint] = {}
    optional: set[str] = set()
    for pair in node.pairs:
        name, written = _word(pair.key), pair.value
        if isinstance(written, Call) and written.name == "optional":
            optional.add(name)
            if len(written.arguments) > 1:
                defaults[name] = written.arguments[1]
            written = written.arguments[0]
        within[name] = constraint(written)
        kinds[name] = within[name].type
    return Constraint(ObjectType.of(kinds, optional), defaults, within)


def _word(node: Node) -> str:
    if isinstance(node, Literal) and isinstance(node.value, str):
        return node.value
    raise Invalid("not a type")


def conform(value: Value, wanted: Constraint, default: Mapping[Node, Value]) -> Value:
    """`value` with defaults filled in, converted. `default`: what each default evaluates to.

    Raises Invalid.
    """
    return convert(_filled(value, wanted, default), wanted.type)


def _filled(value: Value, wanted: Constraint, default: Mapping[Node, Value]) -> Value:
    if not wanted.within:
        return value
    if isinstance(value, SEQUENCES):
        each = wanted.within.get("")
        return Tuple(
            tuple(
                _filled(item, each or wanted.within.get(str(at), ANY), default)
                for at, item in enumerate(value.items)
            )
        )
    if not isinstance(value, MAPPINGS):
        return value
    each = wanted.within.get("")
    fields = {
        name: _filled(item, each or wanted.within.get(name, ANY), default)
        for name, item in value.fields.items()
    }
    for name, node in wanted.defaults.items():
        if isinstance(fields.get(name, Null()), Null):
            fields[name] = _filled(default[node], wanted.within[name], default)
    return Object(fields)


def default_nodes(wanted: Constraint) -> list[Node]:
    """Every default in it, however deep."""
    inner = [node for one in wanted.within.values() for node in default_nodes(one)]
    return [*wanted.defaults.values(), *inner]
