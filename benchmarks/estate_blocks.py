"""Terraform blocks, each expression with what it comes to, in; their text in HCL, out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = str | int | None
Values = Mapping[str, Any]
Text = Mapping[str, str]
"""Attribute -> its expression in HCL. One that is JSON too is a constant."""


@dataclass(frozen=True)
class Nested:
    """`type { ... }`, or a `dynamic` one where there is something to go over.

    as_attribute   the provider keeps it as an attribute: Terraform lists its references as one
    """

    type: str
    text: Text
    over: str = ""
    as_attribute: bool = True


@dataclass(frozen=True)
class Resource:
    """A resource block and its instances: what each of its expressions comes to, by key."""

    type: str
    name: str
    text: Text
    instances: Mapping[Key, Values] = field(default_factory=lambda: {None: {}})
    nested: Sequence[Nested] = ()
    comment: str = ""


@dataclass(frozen=True)
class Variable:
    """`default` is HCL, "" for none."""

    name: str
    type: str
    description: str
    default: str = ""


@dataclass(frozen=True)
class Output:
    """An output and what it comes to; `value` is not looked at in a module that is called."""

    name: str
    text: str
    description: str = ""


@dataclass(frozen=True)
class Module:
    """A folder of source, and of one of its instances what its resources come to.

    files    by name: the blocks in it; `locals` is a mapping
    """

    files: Mapping[str, Sequence["Part"]]


@dataclass(frozen=True)
class Call:
    """A module block, and the module of each of its instances: the same source, other values.

    constants   what those of its expressions come to that are constant and not JSON
    """

    name: str
    source: str
    text: Text
    instances: Mapping[Key, Module]
    comment: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Locals:
    text: Text


@dataclass(frozen=True)
class Raw:
    """Source that a plan says nothing of."""

    text: str


Part = Resource | Variable | Output | Call | Locals | Raw


# HCL


def aligned(text: Text) -> list[str]:
    """`name = expression` as `terraform fmt` aligns it: lines that follow each other together."""
    lines: list[str] = []
    group: list[tuple[str, str]] = []
    for name, expression in text.items():
        if "\n" in expression or name in ("source", "count", "for_each"):
            lines += _group(group)
            lines += [*([""] if lines and "\n" in expression else []), f"{name} = {expression}"]
            lines += [] if "\n" in expression else [""]
            group = []
        else:
            group.append((name, expression))
    return [line for part in [*lines, *_group(group)] for line in part.split("\n")]


def _group(pairs: Sequence[tuple[str, str]]) -> list[str]:
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"{name:<{width}} = {expression}" for name, expression in pairs]


def block(head: str, lines: Sequence[str]) -> list[str]:
    inner = [f"  {line}" if line else "" for line in lines]
    while inner and not inner[-1]:
        inner.pop()
    return [f"{head} {{", *inner, "}"]


def hcl(part: Part) -> list[str]:
    """The lines of one block."""
    match part:
        case Raw():
            return part.text.strip("\n").split("\n")
        case Locals():
            return block("locals", aligned(part.text))
        case Variable():
            text = {"description": json.dumps(part.description), "type": part.type}
            text |= {"default": part.default} if part.default else {}
            return block(f'variable "{part.name}"', aligned(text))
        case Output():
            text = {"description": json.dumps(part.description)} if part.description else {}
            return block(f'output "{part.name}"', aligned({**text, "value": part.text}))
        case Call():
            lines = aligned({"source": json.dumps(part.source), **part.text})
            return [*_comment(part.comment), *block(f'module "{part.name}"', lines)]
        case Resource():
            lines = aligned(part.text)
            for nested in part.nested:
                lines += ["", *_nested(nested)]
            head = f'resource "{part.type}" "{part.name}"'
            return [*_comment(part.comment), *block(head, lines)]


def _comment(text: str) -> list[str]:
    return [f"# {text}"] if text else []


def _nested(nested: Nested) -> list[str]:
    if not nested.over:
        return block(nested.type, aligned(nested.text))
    content = block("content", aligned(nested.text))
    return block(f'dynamic "{nested.type}"', [f"for_each = {nested.over}", *content])


def written(parts: Sequence[Part]) -> str:
    """The text of a file."""
    return "\n\n".join("\n".join(hcl(part)) for part in parts) + "\n"
