"""Functions that arrange elements anew: in pairs, chunks, products and maps turned around."""

from __future__ import annotations

from itertools import product

from tfreach.plan.conversion import convert, list_of, map_of, set_of, unify
from tfreach.plan.library.collections import ordered
from tfreach.plan.library.common import Members, bounded, whole
from tfreach.plan.values import (
    DYNAMIC,
    SEQUENCES,
    STRING,
    Invalid,
    List,
    ListType,
    Map,
    MapType,
    Null,
    Object,
    Set,
    Tuple,
    TupleType,
    Type,
    Value,
    derived,
    is_unknown,
    type_of,
    wholly_known,
)


def zipmap(names: Value, items: Value) -> Value:
    found = ordered(items, "values argument must be a list or tuple value")
    labels = ordered(names, "keys must be a list")
    if any(isinstance(name, Null) for name in labels):
        raise Invalid("keys list has null value")
    if len(labels) != len(found):
        raise Invalid("number of keys does not match number of values")
    if any(is_unknown(name) for name in labels):
        kind = type_of(items)
        gives = MapType(kind.element) if isinstance(kind, ListType) else DYNAMIC
        return derived(gives, names, items)
    fields = dict(zip(map(str, labels), found, strict=True))
    if isinstance(items, List):
        return map_of(fields, items.element)
    return Object({name: fields[name] for name in sorted(fields)})


def chunklist(sequence: List, size: Value) -> Value:
    inner, count = ListType(sequence.element), whole(size, "size")
    if count < 0:
        raise Invalid("the size argument must be positive")
    items = sequence.items
    step = count or max(len(items), 1)
    chunks = [items[at : at + step] for at in range(0, len(items), step)]
    return List(tuple(List(chunk, sequence.element) for chunk in chunks), inner)


def setproduct(*factors: Value) -> Value:
    if len(factors) < 2:
        raise Invalid("at least two arguments are required")
    columns: list[tuple[Value, ...]] = []
    size = 1
    for factor in factors:
        if not isinstance(factor, SEQUENCES):
            raise Invalid("a set or a list is required")
        columns.append(list_of(factor.items, getattr(factor, "element", DYNAMIC)).items)
        size *= len(factor.items)
    kind = TupleType(tuple(_element_type(factor) for factor in factors))
    bounded(size * len(factors))
    rows = (Tuple(row) for row in product(*columns))
    if any(isinstance(factor, Set) for factor in factors):
        return set_of(rows, kind)
    return List(tuple(rows), kind)


def _element_type(sequence: Value) -> Type:
    if isinstance(sequence, List | Set):
        return sequence.element
    assert isinstance(sequence, Tuple)
    return unify([type_of(item) for item in sequence.items]) or DYNAMIC


def matchkeys(items: List, labels: List, wanted: List) -> Value:
    kind = unify([type_of(labels), type_of(wanted)])
    if not isinstance(kind, ListType):
        raise Invalid("keys and searchset must be of the same type")
    if len(items.items) != len(labels.items):
        raise Invalid("length of keys and values should be equal")
    searched = Members(list_of(wanted.items, kind.element).items)
    kept: list[Value] = []
    for item, label in zip(items.items, labels.items, strict=True):
        found = searched.has(convert(label, kind.element))
        if found is None:
            return derived(ListType(items.element), items, labels, wanted)
        if found:
            kept.append(item)
    return List(tuple(kept), items.element)


def transpose(mapping: Map) -> Value:
    gives = ListType(STRING)
    if not wholly_known(mapping):
        return derived(MapType(gives), mapping)
    turned: dict[str, list[Value]] = {}
    for name in sorted(mapping.fields):
        row = mapping.fields[name]
        if not isinstance(row, List) or any(isinstance(item, Null) for item in row.items):
            raise Invalid("input must not contain null")
        for item in row.items:
            turned.setdefault(str(item), []).append(name)
    return Map({n: List(tuple(turned[n]), STRING) for n in sorted(turned)}, gives)
