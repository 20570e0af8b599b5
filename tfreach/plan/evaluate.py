"""An expression and the scope it stands in, in; its value, where unknowns keep their names, out.

Everything pure of the language of Terraform 1.11 (developer.hashicorp.com/terraform/language). An
attribute that is known after apply only is a Symbol that passes through collections and functions;
what is computed from one is Derived. Where Terraform is sure, so is this; where it knows only that
an identifier will not be empty, so does this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import Any, Final

from tfreach.plan.conversion import alike, convert, unify
from tfreach.plan.functions import Surroundings, call
from tfreach.plan.library.documents import normal
from tfreach.plan.numbers import parse_number
from tfreach.plan.operators import binary, condition, unary
from tfreach.plan.sameness import identity, uncertain_length
from tfreach.plan.syntax import (
    Attr,
    Binary,
    Call,
    Conditional,
    ForObject,
    ForTuple,
    Index,
    Item,
    Literal,
    Name,
    Node,
    Number,
    ObjectOf,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleOf,
    Unary,
)
from tfreach.plan.traversal import attribute, index, iteration, one_of
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    SEQUENCES,
    STRING,
    Derived,
    Invalid,
    Null,
    Object,
    Symbol,
    Tuple,
    Type,
    Value,
    derived,
    inside,
    is_unknown,
    parents,
    type_of,
)
from tfreach.records import dataclass

STEPS: Final = 1_000_000
"""Nodes that one attribute may take to evaluate; beyond it is unknown, not a machine at a halt."""

ITEM: Final = "*"
"""The name in a scope under which a splat keeps the element that it is at."""


class Exhausted(Exception):  # noqa: N818 - it tells of no mistake
    """An expression takes more steps than there are."""


@dataclass(slots=True)
class Budget:
    """What is left of the steps; shared by all scopes of one evaluation."""

    left: int = STEPS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What names mean where an expression stands.

    names    `var`, `local`, `aws_vpc` ... -> what `.x` is looked up in
    own      what `for`, `dynamic` and splats name, before all others
    """

    names: Mapping[str, Value]
    surroundings: Surroundings
    own: Mapping[str, Value] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def having(self, **own: Value) -> Scope:
        """The same with more names of its own; the empty name names nothing."""
        return replace(self, own={**self.own, **{k: v for k, v in own.items() if k}})

    def bound(self, names: Mapping[str, Value]) -> Scope:
        return replace(self, own={**self.own, **{k: v for k, v in names.items() if k}})


def evaluate(node: Node, scope: Scope) -> Value:
    """Raises Invalid where Terraform would refuse, Exhausted, and RecursionError when too deep."""
    scope.budget.spend()
    return _EVALUATORS[type(node)](node, scope)


def _literal(node: Literal, _: Scope) -> Value:
    return Null() if node.value is None else node.value


def _number(node: Number, _: Scope) -> Value:
    return parse_number(node.text)


def _name(node: Name, scope: Scope) -> Value:
    if node.name in scope.own:
        return scope.own[node.name]
    try:
        return scope.names[node.name]
    except KeyError:
        raise Invalid(f"nothing is called {node.name}") from None


def _item(_: Item, scope: Scope) -> Value:
    return scope.own[ITEM]


def _attr(node: Attr, scope: Scope) -> Value:
    return attribute(evaluate(node.of, scope), node.name)


def _index(node: Index, scope: Scope) -> Value:
    return index(evaluate(node.of, scope), evaluate(node.key, scope))


def _splat(node: Splat, scope: Scope) -> Value:
    value = evaluate(node.of, scope)
    if isinstance(value, Null):
        return Tuple(())
    if is_unknown(value):
        return derived(DYNAMIC, value)
    if not isinstance(value, SEQUENCES):
        return Tuple((evaluate(node.each, scope.bound({ITEM: value})),))
    if uncertain_length(value):
        return derived(DYNAMIC, value)
    found = tuple(evaluate(node.each, scope.bound({ITEM: item})) for item in value.items)
    return Tuple(found) if isinstance(value, Tuple) else alike(found)


def _template(node: Template, scope: Scope) -> Value:
    if len(node.parts) == 1 and not isinstance(node.parts[0], TemplateIf | TemplateFor):
        return evaluate(node.parts[0], scope)
    return join(evaluate(part, scope) for part in node.parts)


def join(values: Iterable[Value]) -> Value:
    """One text of all parts. Raises Invalid where a part cannot be text."""
    parts = [convert(value, STRING) for value in values]
    if any(isinstance(part, Null) for part in parts):
        raise Invalid("a null value cannot be part of a text")
    if any(is_unknown(part) for part in parts):
        return derived(STRING, *parts)
    return normal("".join(str(part) for part in parts))


def _template_if(node: TemplateIf, scope: Scope) -> Value:
    known = condition(evaluate(node.condition, scope))
    if isinstance(known, Derived):
        return derived(STRING, known)
    return _joined(node.then if known else node.otherwise, scope)


def _joined(node: Template, scope: Scope) -> Value:
    return join(evaluate(part, scope) for part in node.parts)


def _template_for(node: TemplateFor, scope: Scope) -> Value:
    pairs = iteration(evaluate(node.collection, scope))
    if isinstance(pairs, Derived):
        return derived(STRING, pairs)
    return join(
        _joined(node.body, scope.bound({node.key: key, node.value: value})) for key, value in pairs
    )


def _call(node: Call, scope: Scope) -> Value:
    if node.name == "try":
        return _try(node, scope)
    if node.name == "can":
        return _can(node, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if node.expand:
        last = arguments.pop()
        if is_unknown(last) or uncertain_length(last):
            return derived(DYNAMIC, last, *arguments)
        if not isinstance(last, SEQUENCES):
            raise Invalid("only a list can be expanded into arguments")
        arguments += last.items
    return call(node.name, arguments, scope.surroundings)


def _try(node: Call, scope: Scope) -> Value:
    for argument in node.arguments:
        try:
            value = evaluate(argument, scope)
        except Invalid:
            continue
        return value if _settled(value) else derived(DYNAMIC, value)
    raise Invalid("no expression of `try` succeeded")


def _can(node: Call, scope: Scope) -> Value:
    if len(node.arguments) != 1:
        raise Invalid("`can` takes one expression")
    try:
        value = evaluate(node.arguments[0], scope)
    except Invalid:
        return False
    return True if _settled(value) else derived(BOOL, value)


def _settled(value: Value) -> bool:
    """Whether the expression will surely still succeed when all is known.

    Every attribute of a resource is there; what lies within an unknown one need not be.
    """
    if isinstance(value, Symbol):
        return len(value.path) == 1
    return not isinstance(value, Derived) and all(map(_settled, inside(value)))


def _conditional(node: Conditional, scope: Scope) -> Value:
    known = condition(evaluate(node.condition, scope))
    then, otherwise = (_attempt(side, scope) for side in (node.then, node.otherwise))
    if isinstance(known, Derived):
        return _either(known, then, otherwise)
    chosen, other = (then, otherwise) if known else (otherwise, then)
    if isinstance(chosen, Invalid):
        raise chosen
    return chosen if isinstance(other, Invalid) else _unified(chosen, other)


def _attempt(node: Node, scope: Scope) -> Value | Invalid:
    try:
        return evaluate(node, scope)
    except Invalid as error:
        return error


def _either(unknown: Derived, then: Value | Invalid, otherwise: Value | Invalid) -> Value:
    sides = [side for side in (then, otherwise) if not isinstance(side, Invalid)]
    if len(sides) == 2:
        first, second = _unified(sides[0], sides[1]), _unified(sides[1], sides[0])
        if identity(first) == identity(second):
            return first
        return one_of((first, second), unknown)
    return derived(DYNAMIC, unknown, *sides)


def _unified(value: Value, other: Value) -> Value:
    """`value` as the type that both sides of a condition convert to."""
    kinds: list[Type] = [type_of(value), type_of(other)]
    untyped = any(is_unknown(one) and type_of(one) == DYNAMIC for one in (value, other))
    if kinds[0] == kinds[1] or untyped:
        return value
    kind = unify(kinds)
    if kind is None:
        raise Invalid("both sides of a condition must have the same type")
    return convert(value, kind)


def _tuple(node: TupleOf, scope: Scope) -> Value:
    return Tuple(tuple(evaluate(item, scope) for item in node.items))


def _object(node: ObjectOf, scope: Scope) -> Value:
    pairs = [(evaluate(pair.key, scope), evaluate(pair.value, scope)) for pair in node.pairs]
    return _keyed(pairs, lambda fields: Object({name: last[-1] for name, last in fields.items()}))


def _keyed(
    pairs: Iterable[tuple[Value, Value]], make: Callable[[dict[str, list[Value]]], Value]
) -> Value:
    """What `make` makes of all values by key; a key that is unknown makes it unknown."""
    found: dict[str, list[Value]] = {}
    whole = list(pairs)
    for key, value in whole:
        name = convert(key, STRING)
        if isinstance(name, Null):
            raise Invalid("a key must not be null")
        if is_unknown(name):
            return derived(DYNAMIC, *(part for pair in whole for part in pair))
        found.setdefault(str(name), []).append(value)
    return make(dict(sorted(found.items())))


def _for_tuple(node: ForTuple, scope: Scope) -> Value:
    collection = evaluate(node.collection, scope)
    unordered = uncertain_length(collection)
    pairs = [(one, one) for one in inside(collection)] if unordered else iteration(collection)
    scopes = _scopes(node, pairs, scope)
    if isinstance(scopes, Derived):
        return scopes
    found = tuple(evaluate(node.body, inner) for inner in scopes)
    return Derived(parents(*found), members=found) if unordered else Tuple(found)


def _scopes(
    node: ForTuple | ForObject, pairs: list[tuple[Value, Value]] | Derived, scope: Scope
) -> list[Scope] | Derived:
    """A scope for every element that the condition lets in."""
    if isinstance(pairs, Derived):
        return pairs
    found: list[Scope] = []
    for key, value in pairs:
        inner = scope.bound({node.key: key, node.value: value})
        wanted = True if node.condition is None else condition(evaluate(node.condition, inner))
        if isinstance(wanted, Derived):
            return derived(DYNAMIC, wanted, *(part for _, part in pairs))
        if wanted:
            found.append(inner)
    return found


def _for_object(node: ForObject, scope: Scope) -> Value:
    scopes = _scopes(node, iteration(evaluate(node.collection, scope)), scope)
    if isinstance(scopes, Derived):
        return scopes
    pairs = [(evaluate(node.name, inner), evaluate(node.body, inner)) for inner in scopes]
    if node.grouping:
        return _keyed(pairs, lambda fields: Object({k: Tuple(tuple(v)) for k, v in fields.items()}))
    return _keyed(pairs, _without_doubles)


def _without_doubles(fields: dict[str, list[Value]]) -> Value:
    if any(len(values) > 1 for values in fields.values()):
        raise Invalid("two elements have the same key")
    return Object({name: values[0] for name, values in fields.items()})


def _unary(node: Unary, scope: Scope) -> Value:
    return unary(node.operator, evaluate(node.of, scope))


def _binary(node: Binary, scope: Scope) -> Value:
    return binary(node.operator, evaluate(node.left, scope), evaluate(node.right, scope))


_EVALUATORS: Final[Mapping[type[Node], Callable[[Any, Scope], Value]]] = {
    Literal: _literal,
    Number: _number,
    Template: _template,
    TemplateIf: _template_if,
    TemplateFor: _template_for,
    Name: _name,
    Attr: _attr,
    Index: _index,
    Item: _item,
    Splat: _splat,
    Call: _call,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    TupleOf: _tuple,
    ObjectOf: _object,
    ForTuple: _for_tuple,
    ForObject: _for_object,
}
