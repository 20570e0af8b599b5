"""Expressions as text, every grouping written out: what tests compare."""

from __future__ import annotations

import json

from tfreach.plan.syntax import (
    Attr,
    Binary,
    Body,
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
    Pair,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleOf,
    Unary,
)


def shown(node: Node) -> str:
    match node:
        case Literal(value):
            return json.dumps(value, ensure_ascii=False)
        case Number(text) | Name(text):
            return text
        case Item():
            return "@"
        case Template(parts):
            return f"<{' '.join(map(shown, parts))}>"
        case TemplateIf(condition, then, otherwise):
            return f"if({shown(condition)}, {shown(then)}, {shown(otherwise)})"
        case TemplateFor(key, value, collection, body):
            return f"for({key}, {value}, {shown(collection)}, {shown(body)})"
        case _:
            return _shown(node)


def _shown(node: Node) -> str:
    match node:
        case Attr(of, name):
            return f"{shown(of)}.{name}"
        case Index(of, key):
            return f"{shown(of)}[{shown(key)}]"
        case Splat(of, each):
            return f"{shown(of)}[*]({shown(each)})"
        case Call(name, arguments, expand):
            return f"{name}({', '.join(map(shown, arguments))}{'...' * expand})"
        case Unary(operator, of):
            return f"({operator}{shown(of)})"
        case Binary(operator, left, right):
            return f"({shown(left)} {operator} {shown(right)})"
        case Conditional(condition, then, otherwise):
            return f"({shown(condition)} ? {shown(then)} : {shown(otherwise)})"
        case _:
            return _collection(node)


def _collection(node: Node) -> str:
    match node:
        case TupleOf(items):
            return f"[{', '.join(map(shown, items))}]"
        case ObjectOf(pairs):
            return f"{{{', '.join(map(shown, pairs))}}}"
        case Pair(key, value):
            name = f"({shown(key)})" if isinstance(key, Name) else shown(key)
            return f"{name} = {shown(value)}"
        case ForTuple(key, name, collection, body, condition):
            return f"[for {key}, {name} in {shown(collection)} : {shown(body)}{_if(condition)}]"
        case ForObject(key, name, collection, named, body, grouping, condition):
            result = f"{shown(named)} => {shown(body)}{'...' * grouping}{_if(condition)}"
            return f"{{for {key}, {name} in {shown(collection)} : {result}}}"
        case _:
            raise TypeError(type(node))


def _if(condition: Node | None) -> str:
    return "" if condition is None else f" if {shown(condition)}"


def lines(body: Body, indent: str = "") -> list[str]:
    """A body: one line for each attribute and block, with its line in the file."""
    found = [
        f"{indent}{one.line}: {name} = {shown(one.expression)}"
        for name, one in body.attributes.items()
    ]
    for block in body.blocks:
        labels = "".join(f' "{label}"' for label in block.labels)
        found.append(f"{indent}{block.line}: {block.type}{labels}")
        found.extend(lines(block.body, indent + "  "))
    return found
