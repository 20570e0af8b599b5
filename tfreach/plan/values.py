"""Terraform's types and values, as an expression makes them; unknown ones know where they are from.

Text, numbers and booleans are Python's own: `str`, `int` or `Fraction`, `bool`. All else is a class
of this module. What Terraform would refuse raises Invalid; what cannot be known is an Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from fractions import Fraction
from typing import Final

from tfreach.records import dataclass


class Invalid(Exception):  # noqa: N818 - Terraform's word for an expression it refuses
    """Terraform would answer with an error here; `try` and `can` catch it. Holds no value."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """string, number, bool; or `dynamic`: not known which type, and what a plain null has."""

    name: str


STRING, NUMBER, BOOL, DYNAMIC = map(Primitive, ("string", "number", "bool", "dynamic"))


@dataclass(frozen=True, slots=True)
class ListType:
    element: Type


@dataclass(frozen=True, slots=True)
class SetType:
    element: Type


@dataclass(frozen=True, slots=True)
class MapType:
    element: Type


@dataclass(frozen=True, slots=True)
class TupleType:
    elements: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class ObjectType:
    """Attributes sorted by name. `optional`: those that a conversion fills in with null."""

    attributes: tuple[tuple[str, Type], ...]
    optional: frozenset[str] = frozenset()

    @staticmethod
    def of(attributes: Mapping[str, Type], optional: Iterable[str] = ()) -> ObjectType:
        return ObjectType(tuple(sorted(attributes.items())), frozenset(optional))


Type = Primitive | ListType | SetType | MapType | TupleType | ObjectType


@dataclass(frozen=True, slots=True)
class Null:
    type: Type = DYNAMIC


@dataclass(frozen=True, slots=True)
class Symbol:
    """What one attribute of one resource will be: ⟨aws_subnet.a[0].id⟩.

    path     the attribute, and the steps into it
    unique   AWS makes it up when it makes the object: no other text is the same
    """

    address: str
    path: tuple[str | int, ...]
    type: Type = DYNAMIC
    unique: bool = False

    @property
    def identifies(self) -> bool:
        """Whether it is what AWS names the object by: never null and never empty."""
        return self.path in (("id",), ("arn",))

    def within(self, step: str | int) -> Symbol:
        """What stands at one step into it."""
        return Symbol(self.address, (*self.path, step))

    def as_type(self, type: Type) -> Symbol:
        return Symbol(self.address, self.path, type, self.unique)

    def differs(self, other: Value) -> bool:
        """Whether it surely will not be the same as `other`."""
        if isinstance(other, Symbol):
            same_object = self.address == other.address
            return self.unique and other.unique and self.path == other.path and not same_object
        return isinstance(other, str) and (self.unique or (self.identifies and not other))


@dataclass(frozen=True, slots=True)
class Derived:
    """What was computed from something that is not known.

    parents   the symbols that went in; empty where what is not known is none of a resource
    choices   the only values it can be, where a condition that is not known chooses among them
    members   of a collection: exactly these, in an order that is not known
    """

    parents: frozenset[Symbol] = frozenset()
    type: Type = DYNAMIC
    choices: tuple[Value, ...] = field(default=(), compare=False)
    members: tuple[Value, ...] = field(default=(), compare=False)


Unknown = Symbol | Derived


@dataclass(frozen=True, slots=True, eq=False)
class Tuple:
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class List:
    items: tuple[Value, ...]
    element: Type


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """In Terraform's order, without doubles; make one with conversion.set_of.

    Two symbols count as two members, though they may turn out equal: `length` must not trust them.
    """

    items: tuple[Value, ...]
    element: Type


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    fields: Mapping[str, Value]
    element: Type


Value = str | int | Fraction | Null | Symbol | Derived | Tuple | List | Set | Object | Map
"""`bool` is among them: Python has it as a kind of int. Ask `is_bool` before `is_number`."""

SEQUENCES = (Tuple, List, Set)
MAPPINGS = (Object, Map)


def is_bool(value: Value) -> bool:
    return isinstance(value, bool)


def is_number(value: Value) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def is_unknown(value: Value) -> bool:
    """Whether the value as a whole is unknown; a list that holds an unknown element is not."""
    return isinstance(value, Symbol | Derived)


def type_of(value: Value) -> Type:
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, str | int | Fraction):
        return STRING if isinstance(value, str) else NUMBER
    if isinstance(value, Null | Symbol | Derived):
        return value.type
    if isinstance(value, Tuple):
        return TupleType(tuple(type_of(item) for item in value.items))
    if isinstance(value, Object):
        return ObjectType.of({name: type_of(item) for name, item in value.fields.items()})
    return _COLLECTIONS[type(value)](value.element)


_COLLECTIONS: Final[Mapping[type, Callable[[Type], Type]]] = {
    List: ListType,
    Set: SetType,
    Map: MapType,
}


def inside(value: Value) -> Iterator[Value]:
    """The values directly within one."""
    if isinstance(value, SEQUENCES):
        yield from value.items
    elif isinstance(value, MAPPINGS):
        yield from value.fields.values()


def wholly_known(value: Value) -> bool:
    """Whether nothing in it is unknown, however deep."""
    return not any(is_unknown(one) for one in throughout(value))


def throughout(*values: Value) -> Iterator[Value]:
    """These and all that is in them, however deep; what is shared between them comes once."""
    rest, seen = list(values), set[int]()
    while rest:
        one = rest.pop()
        if isinstance(one, SEQUENCES + MAPPINGS):
            if id(one) in seen:
                continue
            seen.add(id(one))
            rest += inside(one)
        yield one


def parents(*values: Value) -> frozenset[Symbol]:
    """Every symbol that these values hold or were computed from."""
    found: set[Symbol] = set()
    for one in throughout(*values):
        if isinstance(one, Symbol):
            found.add(one)
        elif isinstance(one, Derived):
            found |= one.parents
    return frozenset(found)


def derived(type: Type, *values: Value) -> Derived:
    """An unknown of this type that was computed from `values`."""
    return Derived(parents(*values), type)
