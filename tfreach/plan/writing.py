"""A resource before and after a plan and its block in, the line of the source that changes, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tfreach.plan.evaluate import Scope
from tfreach.plan.examine import META, META_BLOCKS, Evaluated, expanded, matched, pairs_of
from tfreach.plan.mentions import mentions
from tfreach.plan.modules import Module
from tfreach.plan.origin import Call, Location, Written
from tfreach.plan.raw import ModuleStep, RawResource, module_address
from tfreach.plan.syntax import Attribute, Block, Body, Node
from tfreach.plan.world import World

UNTOLD: Final = frozenset({"tags", "tags_all", "description"})
"""Attributes that no packet feels."""
NUMBERED: Final = ("count", "path", "terraform")
"""What an expression may mention that no call passes to it."""
REPEATING: Final = ("for_each", "count")
_PART: Final = re.compile(r"(\w+)(?:\[(\d+)\])?")

Spot = tuple[Location, Node | None]
"""A place, and the expression that stands there; None for a block."""


class Writing:
    """Where in the source the change of one resource is written. before, after: None where the
    resource is not there."""

    def __init__(self, world: World, before: RawResource | None, after: RawResource | None) -> None:
        self._world = world
        self._before = before
        self._after = after
        self._found: dict[str, Written | None] = {}

    def at(self, part: str = "") -> Written | None:
        """The smallest attribute or block that holds all of the change; of a part of the resource
        (`ingress[2]`), that holds its. None where the source does not have it."""
        if part not in self._found:
            self._found[part] = self._at(part)
        return self._found[part]

    def _at(self, part: str) -> Written | None:
        raw = self._after or self._before
        place = self._world.place(raw) if raw else None
        if raw is None or place is None:
            return None
        block, scope = place
        if self._after is None:
            return self._gone(block, raw.module)
        instance = self._world.instance(raw.module)
        if instance is None or instance.source.overridden:
            return self._written(_at(block), raw.module)
        spot = self._part(part, block, scope) or self._whole(block)
        return self._written(spot, raw.module)

    def _gone(self, block: Block, steps: tuple[ModuleStep, ...]) -> Written | None:
        """What says how many there are, of the resource or of the outermost module that is gone."""
        for depth, step in enumerate(steps):
            if step.index not in self._world.children(steps[:depth], step.name):
                call = self._call(steps[: depth + 1])
                return self._repeated(call, steps[:depth]) if call else None
        return self._repeated(block, steps)

    def _repeated(self, block: Block, steps: tuple[ModuleStep, ...]) -> Written | None:
        for name in REPEATING:
            if (attribute := block.body.attributes.get(name)) is not None:
                spot = Location(block.file, attribute.line), attribute.expression
                return self._written(spot, steps)
        return None

    def _call(self, steps: Sequence[ModuleStep]) -> Block | None:
        """The block that calls the module at `steps`."""
        parent = self._world.instance(tuple(steps[:-1]))
        return parent.source.call(steps[-1].name) if parent else None

    def _whole(self, block: Block) -> Spot:
        if self._before is None or self._after is None:
            return _at(block)
        before, after = self._before.values, self._after.values
        return _narrowed(block, block.body, before, after, self._after.unknown)

    def _part(self, part: str, block: Block, scope: Scope) -> Spot | None:
        """The nested block that a part of the values comes from."""
        found = _PART.fullmatch(part)
        if found is None or self._after is None:
            return None
        kind, at = found[1], int(found[2] or 0)
        if (attribute := block.body.attributes.get(kind)) is not None:
            return Location(block.file, attribute.line), attribute.expression
        unknown = self._after.unknown
        tree = unknown.get(kind) if isinstance(unknown, Mapping) else unknown
        planned = pairs_of(self._after.values.get(kind), tree)
        source = _source_of(block.body, kind, scope, planned, at)
        if source is None:
            return None
        before = self._before.values.get(kind) if self._before else None
        earlier = [one for one, _ in pairs_of(before, False)]
        if at >= len(planned) or planned[at][0] in earlier:
            return _at(source)
        kept = [one for one, _ in planned]
        changed = [one for one in earlier if one not in kept and isinstance(one, Mapping)]
        spots = [_narrowed(source, _body(source), one, *planned[at]) for one in changed]
        near = {spot[0]: spot for spot in spots if spot[1] is not None}
        return next(iter(near.values())) if len(near) == 1 else _at(source)

    def _written(self, spot: Spot, steps: Sequence[ModuleStep]) -> Written:
        location, expression = spot
        calls: list[Call] = []
        for depth in range(len(steps), 0, -1):
            call = self._call(steps[:depth])
            if call is None:
                break
            within = self._world.instance(tuple(steps[:depth]))
            passed = _passed(call, expression, within.source) if within else None
            if above := self._world.instance(tuple(steps[: depth - 1])):
                passed = None if above.source.overridden else passed
            line = passed.line if passed else call.line
            calls.append(Call(module_address(steps[:depth]), Location(call.file, line)))
            expression = passed.expression if passed else None
        return Written(location, tuple(reversed(calls)))


def _at(block: Block) -> Spot:
    return Location(block.file, block.line), None


def _body(block: Block) -> Body:
    """Of a `dynamic` block what it makes."""
    content = next(block.body.of_type("content"), None) if block.type == "dynamic" else None
    return content.body if content else block.body


def _kind(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _narrowed(block: Block, body: Body, before: Any, after: Any, unknown: Any) -> Spot:
    """The one attribute or nested block that says something else, else the block."""
    names = [name for name in _names(body) if _differs(name, before, after, unknown)]
    if len(names) != 1:
        return _at(block)
    (name,) = names
    if (attribute := body.attributes.get(name)) is not None:
        return Location(block.file, attribute.line), attribute.expression
    nested = [one for one in body.blocks if _kind(one) == name]
    pairs = pairs_of(_under(before, name), False), pairs_of(_under(after, name), None)
    if len(nested) != 1:
        return _at(block)
    if nested[0].type == "dynamic" or [len(one) for one in pairs] != [1, 1]:
        return _at(nested[0])
    tree = pairs_of(_under(after, name), _under(unknown, name))[0][1]
    return _narrowed(nested[0], nested[0].body, pairs[0][0][0], pairs[1][0][0], tree)


def _names(body: Body) -> Iterator[str]:
    """What a body sets."""
    names = dict.fromkeys((*body.attributes, *map(_kind, body.blocks)))
    yield from (one for one in names if one not in META | META_BLOCKS | UNTOLD)


def _differs(name: str, before: Any, after: Any, unknown: Any) -> bool:
    tree = _under(unknown, name)
    return _holds(tree) or _under(before, name) != _under(after, name)


def _under(values: Any, name: str) -> Any:
    return values.get(name) if isinstance(values, Mapping) else values is True


def _holds(tree: Any) -> bool:
    """Whether anything below is not known."""
    inner = tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list) else ()
    return tree is True or any(map(_holds, inner))


def _source_of(
    body: Body, kind: str, scope: Scope, planned: list[tuple[Any, Any]], at: int
) -> Block | None:
    """The block that makes the planned one at a place; None where that is not certain."""
    blocks = [one for one in body.blocks if _kind(one) == kind]
    made: list[tuple[Block, Evaluated]] = []
    for block in blocks:
        found = expanded(block, scope)[1]
        if found is None:
            break
        made += ((block, one) for one in found)
    else:
        order = matched([one for _, one in made], planned)
        if order is not None:
            return made[order[at]][0] if at < len(order) else None
    return blocks[0] if len(blocks) == 1 else None


def _passed(call: Block, expression: Node | None, module: Module) -> Attribute | None:
    """The argument of a call that all of an expression in its module rests on."""
    names = _variables(expression, module, set()) if expression else None
    return call.body.attributes.get(names.pop()) if names and len(names) == 1 else None


def _variables(expression: Node, module: Module, seen: set[str]) -> set[str] | None:
    """The variables that an expression rests on; None where it rests on anything else, too."""
    found: set[str] = set()
    for root, _, name in mentions(expression):
        if root == "var":
            found.add(name)
        elif root == "local" and name not in seen and (local := module.local(name)):
            inner = _variables(local.expression, module, seen | {name})
            if inner is None:
                return None
            found |= inner
        elif root not in NUMBERED:
            return None
    return found
