"""A value and a step into it, in; what stands there, out: `.name`, `[key]`, and going over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tfreach.plan.conversion import convert
from tfreach.plan.sameness import uncertain_length
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
    Null,
    Set,
    Symbol,
    Tuple,
    Value,
    derived,
    inside,
    is_unknown,
    parents,
)


def attribute(value: Value, name: str) -> Value:
    """`value.name`. Raises Invalid."""
    _not_primitive(value)
    if isinstance(value, Symbol):
        return value.within(name)
    if isinstance(value, Derived):
        return _chosen(value, lambda one: attribute(one, name))
    if isinstance(value, MAPPINGS):
        try:
            return value.fields[name]
        except KeyError:
            raise Invalid(f"there is no attribute {name!r}") from None
    raise Invalid(f"only an object has an attribute {name!r}")


def _not_primitive(value: Value) -> None:
    """There is nothing within an unknown text, number or boolean either."""
    if isinstance(value, Symbol | Derived) and value.type in (STRING, NUMBER, BOOL):
        raise Invalid("this value has nothing within")


def _chosen(value: Derived, step: Callable[[Value], Value]) -> Value:
    """The same step into every one of the values it may be."""
    try:
        choices = tuple(step(choice) for choice in value.choices)
    except Invalid:
        choices = ()
    return Derived(value.parents, DYNAMIC, choices)


def index(value: Value, key: Value) -> Value:
    """`value[key]`. Raises Invalid."""
    if isinstance(key, Null) or isinstance(value, Null):
        raise Invalid("a null value has no index")
    _not_primitive(value)
    if is_unknown(key):
        return _any_of(value, key)
    if isinstance(value, Derived):
        return _chosen(value, lambda one: index(one, key))
    return _known_index(value, key)


def _known_index(value: Value, key: Value) -> Value:
    if isinstance(value, Symbol):
        if isinstance(key, str | int) and not isinstance(key, bool):
            return value.within(key)
        return derived(DYNAMIC, value)
    if isinstance(value, Tuple | List):
        at = _whole(convert(key, NUMBER))
        if not 0 <= at < len(value.items):
            raise Invalid("the index is out of range")
        return value.items[at]
    if isinstance(value, MAPPINGS):
        name = convert(key, STRING)
        if not isinstance(name, str) or name not in value.fields:
            raise Invalid("there is no element with that key")
        return value.fields[name]
    raise Invalid("this value has no elements to index")


def _whole(number: Value) -> int:
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    raise Invalid("a whole number is required")


def _any_of(value: Value, key: Value) -> Derived:
    """What an unknown key gives: one of the elements."""
    choices = () if isinstance(value, Set) or is_unknown(value) else tuple(inside(value))
    return one_of(choices, key, value)


def one_of(choices: Iterable[Value], *made_from: Value) -> Derived:
    """One of these values; nested choices are flattened, and unknown ones leave it open."""
    flat: list[Value] = []
    for choice in choices:
        if isinstance(choice, Derived):
            if not choice.choices:
                return derived(DYNAMIC, *made_from, *choices)
            flat += choice.choices
        else:
            flat.append(choice)
    return Derived(parents(*made_from, *flat), DYNAMIC, tuple(flat))


def iteration(collection: Value) -> list[tuple[Value, Value]] | Derived:
    """Key and value of every element, as `for` goes over them. Raises Invalid."""
    if is_unknown(collection) or uncertain_length(collection):
        _not_primitive(collection)
        return derived(DYNAMIC, collection)
    if isinstance(collection, Set):
        return [(item, item) for item in collection.items]
    if isinstance(collection, SEQUENCES):
        return list(enumerate(collection.items))
    if isinstance(collection, MAPPINGS):
        return [(name, collection.fields[name]) for name in sorted(collection.fields)]
    raise Invalid("a collection is required")
