"""Functions that pick from lists and maps, and put them together; what is in them stays whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tfreach.plan.conversion import convert, list_of, map_of, unify
from tfreach.plan.library.common import (
    Members,
    all_differ,
    bounded,
    characters,
    gathered,
    member,
    members,
    whole,
)
from tfreach.plan.sameness import equal, uncertain_length
from tfreach.plan.traversal import one_of
from tfreach.plan.values import (
    BOOL,
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
    Set,
    SetType,
    Symbol,
    Tuple,
    TupleType,
    Type,
    Value,
    derived,
    inside,
    is_unknown,
    type_of,
)


def length(value: Value) -> Value:
    if isinstance(value, str):
        return len(characters(value))
    if isinstance(value, Set):
        return len(value.items) if all_differ(value.items) else derived(NUMBER, value)
    if isinstance(value, SEQUENCES):
        return len(value.items)
    if isinstance(value, MAPPINGS):
        return len(value.fields)
    raise Invalid("argument must be a string, a collection type, or a structural type")


def ordered(value: Value, what: str) -> Sequence[Value]:
    """The elements of a list or tuple. Raises Invalid."""
    if isinstance(value, List | Tuple):
        return value.items
    raise Invalid(what)


def concat(*sequences: Value) -> Value:
    if not sequences:
        raise Invalid("at least one argument is required")
    items: list[Value] = []
    for one in sequences:
        if not is_unknown(one):
            ordered(one, "arguments must be lists or tuples")
        found = members(one)
        if found is None:
            return derived(DYNAMIC, *sequences)
        items += found
        bounded(len(items))
    kind = unify([type_of(one) for one in sequences])
    if any(is_unknown(one) for one in sequences):
        return gathered(kind if isinstance(kind, ListType) else DYNAMIC, items)
    if isinstance(kind, ListType) and all(isinstance(one, List) for one in sequences):
        return list_of(items, kind.element)
    return Tuple(tuple(items))


def merge(*mappings: Value) -> Value:
    present = [one for one in mappings if not isinstance(one, Null)]
    for one in mappings:
        if isinstance(one, Null) and isinstance(one.type, ListType | SetType | TupleType):
            raise Invalid("arguments must be maps or objects")
    if mappings and not present:
        return _merged_nulls(mappings)
    fields: dict[str, Value] = {}
    for one in present:
        if not isinstance(one, MAPPINGS):
            raise Invalid("arguments must be maps or objects")
        fields.update(one.fields)
    element = _one_element(mappings)
    if element is not None:
        return map_of(fields, element)
    return Object({name: fields[name] for name in sorted(fields)})


def _merged_nulls(mappings: Sequence[Value]) -> Value:
    kind = type_of(mappings[0])
    if isinstance(kind, MapType):
        return Map({}, kind.element)
    if kind == DYNAMIC:
        return Object({})
    raise Invalid("arguments must not all be null")


def _one_element(mappings: Sequence[Value]) -> Type | None:
    """The element type of maps that all have the same one, as far as it is known."""
    kinds: set[Type] = set()
    for one in mappings:
        kind = type_of(one)
        if not isinstance(kind, MapType):
            return None
        if kind.element != DYNAMIC or not any(map(is_unknown, inside(one))):
            kinds.add(kind.element)
    return kinds.pop() if len(kinds) == 1 else DYNAMIC if not kinds and mappings else None


def flatten(value: Value) -> Value:
    found = members(value)
    items: list[Value] = []
    order = [True]
    if found is None or not _flatten(value, items, order):
        return derived(DYNAMIC, value)
    return Tuple(tuple(items)) if order[0] else gathered(DYNAMIC, items)


def _flatten(value: Value, into: list[Value], order: list[bool]) -> bool:
    """Whether all elements are known, which are put at the end of `into`, and in which order."""
    order[0] = order[0] and not (is_unknown(value) or uncertain_length(value))
    for item in members(value) or ():
        if isinstance(item, SEQUENCES) or (isinstance(item, Derived) and item.members):
            if not _flatten(item, into, order):
                return False
        elif is_unknown(item) and not _is_single(item):
            return False
        else:
            into.append(item)
            bounded(len(into))
    return True


def _is_single(item: Value) -> bool:
    """Whether an unknown is no list."""
    kind = type_of(item)
    if kind == DYNAMIC:
        return isinstance(item, Symbol) and item.identifies
    return not isinstance(kind, ListType | SetType | TupleType)


def keys(mapping: Value) -> Value:
    if isinstance(mapping, Map):
        return List(tuple(sorted(mapping.fields)), STRING)
    if isinstance(mapping, Object):
        return Tuple(tuple(sorted(mapping.fields)))
    raise Invalid("must have map or object type")


def values(mapping: Value) -> Value:
    if isinstance(mapping, Map):
        return List(_in_order(mapping.fields), mapping.element)
    if isinstance(mapping, Object):
        return Tuple(_in_order(mapping.fields))
    raise Invalid("values() requires a map as the first argument")


def _in_order(fields: Mapping[str, Value]) -> tuple[Value, ...]:
    return tuple(fields[name] for name in sorted(fields))


def element(sequence: Value, index: Value) -> Value:
    if not is_unknown(index):
        whole(index, "index")
    if isinstance(sequence, Symbol | Derived):
        return _element_of_unknown(sequence, index)
    items = ordered(sequence, "cannot read elements from this type")
    if not items:
        raise Invalid("cannot use element function with an empty list")
    if is_unknown(index):
        return one_of(items, sequence, index)
    place = whole(index, "index")
    if place < 0 and place % len(items) and isinstance(sequence, Tuple):
        raise Invalid("cannot use element function with a negative index")
    return items[place % len(items)]


def _element_of_unknown(sequence: Symbol | Derived, index: Value) -> Value:
    kind = sequence.type.element if isinstance(sequence.type, ListType) else DYNAMIC
    if isinstance(sequence, Symbol) and index == 0:
        return sequence.within(0).as_type(kind)
    if isinstance(sequence, Derived) and sequence.members:
        return convert(one_of(sequence.members, sequence, index), kind)
    return derived(kind, sequence, index)


def lookup(mapping: Value, key: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise Invalid("lookup() takes two or three arguments")
    if isinstance(mapping, Symbol | Derived):
        return _lookup_in_unknown(mapping, key, *default)
    if not isinstance(mapping, MAPPINGS):
        raise Invalid("lookup() requires a map as the first argument")
    if isinstance(mapping, Map):
        default = tuple(convert(one, mapping.element) for one in default)
    if is_unknown(key):
        return one_of([*_in_order(mapping.fields), *default], mapping, key)
    if str(key) in mapping.fields:
        return mapping.fields[str(key)]
    if default:
        return default[0]
    raise Invalid("lookup failed to find the key")


def _lookup_in_unknown(mapping: Symbol | Derived, key: Value, *default: Value) -> Value:
    kind = mapping.type.element if isinstance(mapping.type, MapType) else DYNAMIC
    if isinstance(mapping, Symbol) and isinstance(key, str) and not default:
        return mapping.within(key).as_type(kind)
    return derived(kind, mapping, key, *default)


def coalesce(*candidates: Value) -> Value:
    kind = unify([type_of(one) for one in candidates])
    if kind is None:
        raise Invalid("all arguments must have the same type")
    possible: list[Value] = []
    for candidate in candidates:
        one = convert(candidate, kind)
        if isinstance(one, Null) or (kind == STRING and one == ""):
            continue
        possible.append(one)
        if not is_unknown(one) or (isinstance(one, Symbol) and one.identifies):
            break
    if not possible:
        raise Invalid("no non-null, non-empty-string arguments")
    return _first_or_one_of(possible, kind)


def _first_or_one_of(possible: list[Value], kind: Type) -> Value:
    if len(possible) == 1:
        return possible[0]
    return convert(one_of(possible), kind)


def coalescelist(*candidates: Value) -> Value:
    if not candidates:
        raise Invalid("at least one argument is required")
    possible: list[Value] = []
    for one in candidates:
        if isinstance(one, Null) and isinstance(one.type, ListType | TupleType):
            continue
        if is_unknown(one):
            possible.append(one)
        elif ordered(one, "coalescelist arguments must be lists or tuples"):
            possible.append(one)
            break
    if not possible:
        raise Invalid("no non-null arguments")
    return _first_or_one_of(possible, unify([type_of(one) for one in possible]) or DYNAMIC)


def compact(texts: Value) -> Value:
    kept: list[Value] = []
    found = members(texts)
    if found is None:
        return derived(ListType(STRING), texts)
    for item in found:
        if isinstance(item, Symbol) and item.identifies:
            kept.append(item)
        elif is_unknown(item):
            return derived(ListType(STRING), texts)
        elif not isinstance(item, Null) and item != "":
            kept.append(item)
    if is_unknown(texts):
        return gathered(ListType(STRING), kept)
    return List(tuple(kept), STRING)


def distinct(sequence: Value) -> Value:
    kept: list[Value] = []
    found = members(sequence)
    if found is None:
        return derived(type_of(sequence), sequence)
    sure, earlier = not is_unknown(sequence), Members()
    for item in found:
        seen = earlier.has(item)
        sure = sure and seen is not None
        if not seen:
            kept.append(item)
            earlier.add(item)
    return like(sequence, kept) if sure else gathered(type_of(sequence), kept)


def contains(collection: Value, item: Value) -> Value:
    items = members(collection)
    found = None if items is None else member(item, items)
    return derived(BOOL, collection, item) if found is None else found


def index(sequence: Value, item: Value) -> Value:
    if is_unknown(sequence):
        return derived(NUMBER, sequence, item)
    items = ordered(sequence, "argument must be a list or tuple")
    if not items:
        raise Invalid("cannot search an empty list")
    for place, other in enumerate(items):
        same = equal(other, item)
        if same is None:
            return derived(NUMBER, sequence, item)
        if same:
            return place
    raise Invalid("item not found")


def one(collection: Value) -> Value:
    if not isinstance(collection, SEQUENCES) or (
        len(collection.items) > 1 and not uncertain_length(collection)
    ):
        raise Invalid("must be a list, set, or tuple value with either zero or one elements")
    if not collection.items:
        return Null(DYNAMIC if isinstance(collection, Tuple) else collection.element)
    if len(collection.items) > 1:
        if all_differ(collection.items):
            raise Invalid("must be a list, set, or tuple value with either zero or one elements")
        return one_of(collection.items)
    return collection.items[0]


def like(sequence: Value, items: Iterable[Value]) -> Value:
    """A tuple of the items, or a list where `sequence` is no tuple."""
    if isinstance(sequence, List | Set):
        return List(tuple(items), sequence.element)
    return Tuple(tuple(items))


def reverse(sequence: Value) -> Value:
    if isinstance(sequence, Derived) and sequence.members:
        return sequence
    if is_unknown(sequence):
        return derived(DYNAMIC, sequence)
    if not isinstance(sequence, SEQUENCES):
        raise Invalid("can only reverse list or tuple values")
    if isinstance(sequence, Set) and uncertain_length(sequence):
        return gathered(ListType(sequence.element), sequence.items)
    return like(sequence, reversed(sequence.items))


def slice(sequence: Value, start: Value, end: Value) -> Value:
    items = ordered(sequence, "must be a list or tuple value")
    first, last = whole(start, "start index"), whole(end, "end index")
    if not 0 <= first <= len(items) or not 0 <= last <= len(items):
        raise Invalid("index must lie within the list")
    if first > last:
        raise Invalid("start index must not be greater than end index")
    return like(sequence, items[first:last])
