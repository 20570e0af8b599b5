"""A value and a type in; the value of that type, by Terraform's rules of conversion, out.

The rules are those of the library cty (`cty/convert`), which Terraform uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cmp_to_key
from typing import Any, Final

from tfreach.plan.numbers import number_text, parse_number
from tfreach.plan.sameness import identity, order, uncertain_length
from tfreach.plan.values import (
    DYNAMIC,
    MAPPINGS,
    NUMBER,
    SEQUENCES,
    STRING,
    Derived,
    Invalid,
    List,
    ListType,
    Map,
    MapType,
    Null,
    Object,
    ObjectType,
    Primitive,
    Set,
    SetType,
    Symbol,
    Tuple,
    TupleType,
    Type,
    Value,
    parents,
    type_of,
)


def convert(value: Value, wanted: Type) -> Value:
    """Raises Invalid where Terraform has no such conversion."""
    wanted = _filled(wanted, value)
    if wanted == DYNAMIC or (isinstance(value, Derived) and value.type == wanted):
        return value
    if isinstance(value, Null):
        return Null(wanted)
    if isinstance(value, Symbol):
        return value.as_type(wanted)
    if isinstance(value, Derived):
        return _unknown(value, wanted)
    return _TO[type(wanted)](value, wanted)


def _filled(wanted: Type, value: Value) -> Type:
    """A collection of anything keeps the element type that the value has."""
    if isinstance(wanted, ListType | SetType | MapType) and wanted.element == DYNAMIC:
        kind = None if isinstance(value, Tuple | Object) else type_of(value)
        if isinstance(kind, ListType | SetType | MapType):
            return type(wanted)(kind.element)
    return wanted


def _unknown(value: Derived, wanted: Type) -> Value:
    if value.members and isinstance(wanted, SetType):
        return set_of(value.members, wanted.element)
    try:
        choices = tuple(convert(choice, wanted) for choice in value.choices)
    except Invalid:
        choices = ()
    return Derived(value.parents, wanted, choices, value.members)


def _primitive(value: Value, wanted: Primitive) -> Value:
    if wanted == type_of(value):
        return value
    if isinstance(value, str):
        return parse_number(value) if wanted == NUMBER else _boolean(value)
    if wanted == STRING and isinstance(value, int | Fraction):
        return number_text(value) if not isinstance(value, bool) else str(value).lower()
    raise Invalid(f"{wanted.name} required")


def _boolean(text: str) -> bool:
    if text not in ("true", "1", "false", "0"):
        raise Invalid("bool required")
    return text in ("true", "1")


def _items(value: Value) -> Sequence[Value]:
    if not isinstance(value, SEQUENCES):
        raise Invalid("list or set required")
    return value.items


def _to_list(value: Value, wanted: ListType) -> Value:
    items = list_of(_items(value), wanted.element).items
    if uncertain_length(value):
        return Derived(parents(*items), wanted, members=items)
    return list_of(items, wanted.element)


def list_of(items: Iterable[Value], element: Type = DYNAMIC) -> List:
    """A list of that element type; with DYNAMIC, of the one type that all elements convert to."""
    converted, element = _alike(tuple(items), element)
    return List(converted, element)


def _to_set(value: Value, wanted: SetType) -> Value:
    return set_of(_items(value), wanted.element)


def set_of(items: Iterable[Value], element: Type = DYNAMIC) -> Set:
    """A set: without doubles, in Terraform's order; element type as for `list_of`."""
    converted, element = _alike(tuple(items), element)
    kept: list[Value] = []
    seen: set[object] = set()
    for item in converted:
        mark = identity(item)
        if mark not in seen:
            seen.add(mark)
            kept.append(item)
    return Set(tuple(sorted(kept, key=cmp_to_key(order))), element)


def alike(items: tuple[Value, ...]) -> Value:
    """A list where all elements have one type already, else a tuple."""
    kinds = {type_of(item) for item in items}
    return List(items, kinds.pop()) if len(kinds) == 1 else Tuple(items)


def map_of(fields: Mapping[str, Value], element: Type = DYNAMIC) -> Map:
    """A map, by key; element type as for `list_of`."""
    names = sorted(fields)
    converted, element = _alike(tuple(fields[name] for name in names), element)
    return Map(dict(zip(names, converted, strict=True)), element)


def _alike(items: tuple[Value, ...], element: Type) -> tuple[tuple[Value, ...], Type]:
    if element == DYNAMIC:
        unified = unify([type_of(item) for item in items])
        if unified is None:
            raise Invalid("all elements must have the same type")
        element = unified
    return tuple(convert(item, element) for item in items), element


def _to_map(value: Value, wanted: MapType) -> Value:
    if not isinstance(value, MAPPINGS):
        raise Invalid("map required")
    return map_of(value.fields, wanted.element)


def _to_tuple(value: Value, wanted: TupleType) -> Value:
    if not isinstance(value, Tuple) or len(value.items) != len(wanted.elements):
        raise Invalid("tuple required")
    return Tuple(
        tuple(convert(item, kind) for item, kind in zip(value.items, wanted.elements, strict=True))
    )


def _to_object(value: Value, wanted: ObjectType) -> Value:
    if not isinstance(value, MAPPINGS):
        raise Invalid("object required")
    fields: dict[str, Value] = {}
    for name, kind in wanted.attributes:
        if name in value.fields:
            fields[name] = convert(value.fields[name], kind)
        elif name in wanted.optional:
            fields[name] = Null(kind)
        else:
            raise Invalid(f"attribute {name!r} is required")
    return Object(fields)


_TO: Final[Mapping[type, Callable[[Value, Any], Value]]] = {
    Primitive: _primitive,
    ListType: _to_list,
    SetType: _to_set,
    MapType: _to_map,
    TupleType: _to_tuple,
    ObjectType: _to_object,
}


def unify(types: Sequence[Type]) -> Type | None:
    """The one type that all of these convert to; DYNAMIC of none, None where there is none."""
    kinds = list(dict.fromkeys(types))
    if len(kinds) < 2:
        return kinds[0] if kinds else DYNAMIC
    present = [kind for kind in kinds if kind != DYNAMIC]
    if len(present) < len(kinds):
        return _with_dynamic(present)
    found = _structural(present)
    if found is not None:
        return found[0]
    return next((kind for kind in _preferred(kinds) if all(_fits(k, kind) for k in kinds)), None)


def _with_dynamic(present: list[Type]) -> Type | None:
    """A plain null takes the type of the others."""
    return present[0] if len(present) == 1 else unify(present)


def _structural(kinds: list[Type]) -> tuple[Type | None] | None:
    """The unified type of kinds that are all built alike, in a tuple; None: they are not."""
    families: tuple[tuple[type, type | None, Callable[..., Type]], ...] = (
        (MapType, ObjectType, MapType),
        (ListType, TupleType, ListType),
        (SetType, TupleType, SetType),
    )
    for collection, structure, make in families:
        if any(isinstance(k, collection) for k in kinds) and all(
            isinstance(k, collection) or (structure and isinstance(k, structure)) for k in kinds
        ):
            element = unify([inner for kind in kinds for inner in elements(kind)])
            return (None if element is None else make(element),)
    if all(isinstance(kind, ObjectType) for kind in kinds):
        return (_objects([kind for kind in kinds if isinstance(kind, ObjectType)]),)
    if all(isinstance(kind, TupleType) for kind in kinds):
        return (_tuples([kind for kind in kinds if isinstance(kind, TupleType)]),)
    return None


def elements(kind: Type) -> tuple[Type, ...]:
    """The types of what a value of this type holds."""
    match kind:
        case ListType() | SetType() | MapType():
            return (kind.element,)
        case TupleType():
            return kind.elements
        case ObjectType():
            return tuple(inner for _, inner in kind.attributes)
        case _:
            return ()


def _objects(kinds: list[ObjectType]) -> Type | None:
    names = [tuple(name for name, _ in kind.attributes) for kind in kinds]
    if len(set(names)) > 1:
        element = unify([inner for kind in kinds for inner in elements(kind)])
        return None if element is None else MapType(element)
    columns = [unify(column) for column in zip(*map(elements, kinds), strict=True)]
    found = {n: kind for n, kind in zip(names[0], columns, strict=True) if kind is not None}
    return ObjectType.of(found) if len(found) == len(columns) else None


def _tuples(kinds: list[TupleType]) -> Type | None:
    if len({len(kind.elements) for kind in kinds}) > 1:
        element = unify([inner for kind in kinds for inner in kind.elements])
        return None if element is None else ListType(element)
    columns = [unify(column) for column in zip(*map(elements, kinds), strict=True)]
    found = tuple(column for column in columns if column is not None)
    return TupleType(found) if len(found) == len(columns) else None


def _preferred(kinds: list[Type]) -> list[Type]:
    """The more general ones first: string before number and bool, list before set before tuple."""
    order: dict[object, int] = {STRING: 0, ListType: 1, SetType: 2, MapType: 3}
    return sorted(kinds, key=lambda kind: order.get(kind, order.get(type(kind), 9)))


def _fits(kind: Type, wanted: Type) -> bool:
    """Whether a value of `kind` may be converted to `wanted`; of text it depends on the text."""
    if kind == wanted or DYNAMIC in (kind, wanted):
        return True
    match wanted:
        case Primitive():
            return wanted == STRING and isinstance(kind, Primitive)
        case ListType() | SetType():
            return isinstance(kind, ListType | SetType | TupleType) and all(
                _fits(inner, wanted.element) for inner in elements(kind)
            )
        case MapType():
            return isinstance(kind, MapType | ObjectType) and all(
                _fits(inner, wanted.element) for inner in elements(kind)
            )
        case _:
            return False
