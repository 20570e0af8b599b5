"""A resource and its block in the source, in; what that sets and whether the plan agrees, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tfreach.plan.agreement import agrees, both
from tfreach.plan.evaluate import Scope
from tfreach.plan.lazy import NOT_KNOWN, value_of
from tfreach.plan.raw import RawResource
from tfreach.plan.syntax import Attr, Attribute, Block, Body, Index, Name, Node, TupleOf
from tfreach.plan.traversal import iteration
from tfreach.plan.values import Derived, Invalid, Null, Object, Value
from tfreach.records import dataclass

META: Final = frozenset({"count", "for_each", "depends_on", "provider"})
META_BLOCKS: Final = frozenset({"lifecycle", "provisioner", "connection", "timeouts"})


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """What a block sets.

    fields     by attribute; what cannot be evaluated is Derived
    blocks     nested blocks by type, `dynamic` ones expanded; None where it is not known how many
    """

    fields: Mapping[str, Value]
    blocks: Mapping[str, list[Evaluated] | None]


def evaluated(body: Body, scope: Scope) -> Evaluated:
    """Everything that `body` sets, but for what Terraform keeps to itself."""
    fields = {
        name: _value(attribute, scope)
        for name, attribute in body.attributes.items()
        if name not in META
    }
    blocks: dict[str, list[Evaluated] | None] = {}
    for block in body.blocks:
        if block.type in META_BLOCKS:
            continue
        kind, made = expanded(block, scope)
        before = blocks.get(kind, [])
        blocks[kind] = None if made is None or before is None else [*before, *made]
    return Evaluated(fields, blocks)


def _value(attribute: Attribute, scope: Scope) -> Value:
    try:
        return value_of(attribute.expression, scope)
    except Invalid:
        return NOT_KNOWN


def expanded(block: Block, scope: Scope) -> tuple[str, list[Evaluated] | None]:
    """The type of a block and what it stands for: itself, or all that a `dynamic` one makes."""
    if block.type != "dynamic" or not block.labels:
        return block.type, [evaluated(block.body, scope)]
    kind = block.labels[0]
    content = next(block.body.of_type("content"), None)
    collection = block.body.attributes.get("for_each")
    if content is None or collection is None:
        return kind, None
    iterator = block.body.attributes.get("iterator")
    name = kind if iterator is None else _word(iterator.expression)
    try:
        pairs = iteration(value_of(collection.expression, scope))
    except Invalid:
        return kind, None
    if isinstance(pairs, Derived):
        return kind, None
    return kind, [
        evaluated(content.body, scope.bound({name: Object({"key": key, "value": value})}))
        for key, value in pairs
    ]


def _word(node: Node) -> str:
    return node.name if isinstance(node, Name) else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the plan knows and the source sets.

    agrees   None: what the source says could not be evaluated
    """

    attribute: str
    line: int
    agrees: bool | None


def findings(raw: RawResource, block: Block, made: Evaluated) -> Iterator[Finding]:
    """Every attribute and kind of nested block of which the plan knows something."""
    ignored = _ignored(block)
    if "" in ignored:
        return
    unknown = raw.unknown if isinstance(raw.unknown, dict) else {}
    for name, value in made.fields.items():
        tree = unknown.get(name)
        if name in ignored or tree is True or isinstance(value, Null) or name not in raw.values:
            continue
        line = block.body.attributes[name].line
        yield Finding(name, line, agrees(value, raw.values[name], tree))
    for kind, blocks in made.blocks.items():
        tree = unknown.get(kind)
        if kind in ignored or tree is True or kind not in raw.values or blocks == []:
            continue
        found = next((one for one in block.body.blocks if kind in (one.type, *one.labels)), block)
        yield Finding(kind, found.line, _blocks_agree(blocks, raw.values[kind], tree))


def _ignored(block: Block) -> frozenset[str]:
    """What `ignore_changes` names; "" for `all`."""
    found: set[str] = set()
    for lifecycle in block.body.of_type("lifecycle"):
        attribute = lifecycle.body.attributes.get("ignore_changes")
        if attribute is None:
            continue
        if not isinstance(attribute.expression, TupleOf):
            found.add("")
        else:
            found |= {_root(item) for item in attribute.expression.items}
    return frozenset(found)


def _root(node: Node) -> str:
    while isinstance(node, Attr | Index):
        node = node.of
    return _word(node) or getattr(node, "value", "")


def _blocks_agree(blocks: list[Evaluated] | None, planned: Any, unknown: Any) -> bool | None:
    if blocks is None:
        return None
    listed = pairs_of(planned, unknown)
    if len(listed) != len(blocks):
        return False if not any(tree is True for _, tree in listed) else None
    return matched(blocks, listed) is not None or None


def pairs_of(planned: Any, unknown: Any) -> list[tuple[Any, Any]]:
    """The planned blocks, each with its tree of unknowns; a single one may stand without a list."""
    if isinstance(planned, Mapping):
        return [(planned, unknown)]
    listed = planned if isinstance(planned, list) else []
    partly = unknown if isinstance(unknown, list) else []
    size = max(len(listed), len(partly))
    return [
        (listed[at] if at < len(listed) else None, partly[at] if at < len(partly) else False)
        for at in range(size)
    ]


def fits(made: Evaluated, planned: Any, unknown: Any) -> bool | None:
    """Whether a planned block can be the one that the source makes: as `agrees`."""
    if not isinstance(planned, Mapping) and not isinstance(unknown, Mapping):
        return None if unknown is True else False
    known = planned if isinstance(planned, Mapping) else {}
    tree = unknown if isinstance(unknown, Mapping) else {}
    answers = [agrees(v, known.get(name), tree.get(name)) for name, v in made.fields.items()]
    for name, value in known.items():
        if isinstance(value, list | dict) and value and name not in made.fields:
            answers.append(None if made.blocks.get(name, []) != [] else False)
    return both(answers)


def matched(made: list[Evaluated], planned: list[tuple[Any, Any]]) -> list[int] | None:
    """For each planned block, which of the source's it is; None where that is not certain.

    Planned blocks that look alike may be exchanged: together they say the same.
    """
    if len(made) != len(planned):
        return None
    options = [
        {at for at, one in enumerate(made) if fits(one, *block) is not False} for block in planned
    ]
    found: list[int | None] = [None] * len(planned)
    while None in found:
        open_ones = [at for at, one in enumerate(found) if one is None]
        at = min(open_ones, key=lambda one: len(options[one]))
        alike = [one for one in open_ones if planned[one] == planned[at]]
        if not options[at] or (len(options[at]) > len(alike)):
            return None
        for one, choice in zip(alike, sorted(options[at]), strict=False):
            found[one] = choice
        for other in open_ones:
            options[other] -= {choice for choice in found if choice is not None}
    return [one for one in found if one is not None]
