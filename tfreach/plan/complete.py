"""The planned resources and their source in; the same with what evaluation found filled in, out.

An identifier that AWS will give is named by the address of the resource that it is of, so that all
who read a plan read one that is not applied as if it were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from tfreach.plan.configuration import Configuration
from tfreach.plan.evaluated import EvaluatedText, placeholder
from tfreach.plan.examine import (
    META,
    META_BLOCKS,
    Evaluated,
    Finding,
    evaluated,
    findings,
    matched,
    pairs_of,
)
from tfreach.plan.links import BLOCKS, INLINE, LINKED
from tfreach.plan.mentions import same_names
from tfreach.plan.raw import RawResource
from tfreach.plan.roles import ALSO_ID, ALSO_NAMED, IMPLICIT
from tfreach.plan.syntax import Block
from tfreach.plan.values import (
    MAPPINGS,
    SEQUENCES,
    Derived,
    Null,
    Symbol,
    Value,
)
from tfreach.plan.world import World
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the plan says of an attribute is not what the source says."""

    address: str
    attribute: str
    file: str
    line: int


@dataclass(slots=True)
class Completed:
    """resources      as given, with what evaluation found filled in
    written        address -> what the source sets there; only of resources where it is believed
    agreed, unevaluated    attributes that the plan knows and the source says too, or cannot say
    disagreements  those where the source says something else
    absent         resources that the source should have and does not
    filled         address -> block, of the resources into which something was filled
    """

    resources: Mapping[str, RawResource]
    written: dict[str, frozenset[str]] = field(default_factory=dict)
    agreed: int = 0
    unevaluated: list[tuple[str, str]] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    filled: dict[str, Block] = field(default_factory=dict)

    def refuse(self, where: str, resources: Mapping[str, RawResource]) -> bool:
        """Take back what was filled into the resource that a message names; whether there was."""
        address = next((one for one in self.filled if f"{where}.".startswith(f"{one}.")), None)
        if address is None:
            return False
        block = self.filled.pop(address)
        self.resources = {**self.resources, address: resources[address]}
        self.written.pop(address, None)
        attribute = where.removeprefix(address).lstrip(".") or "what it sets"
        self.disagreements.append(Disagreement(address, attribute, block.file, block.line))
        return True


@dataclass(frozen=True, slots=True, eq=False)
class _Examined:
    raw: RawResource
    block: Block
    made: Evaluated


def complete(
    world: World,
    resources: Mapping[str, RawResource],
    configuration: Configuration | None,
    *,
    check_all: bool = False,
) -> Completed:
    """Fill in what the source settles, of each network resource that has something unknown.

    check_all   compare what the plan knows with the source for every resource, not only for those
    """
    completed = Completed(dict(resources))
    looked_at = [
        raw
        for raw in resources.values()
        if not raw.deposed and (check_all or raw.type in INLINE or _is_open(raw))
    ]
    examined: list[_Examined] = []
    for raw in looked_at:
        if (one := _examined(world, raw)) is not None:
            examined.append(one)
        elif _is_open(raw):
            completed.absent.append(raw.address)
    refused: set[Block] = set()
    for one in examined:
        for finding in (*_other_names(one, configuration), *findings(one.raw, one.block, one.made)):
            _count(completed, one, finding)
            if finding.agrees is False:
                refused.add(one.block)
    filled = {
        one.raw.address: _filled(one, resources)
        for one in examined
        if one.block not in refused and _is_open(one.raw)
    }
    completed.resources = {**resources, **filled}
    completed.filled = {one.raw.address: one.block for one in examined if one.raw.address in filled}
    completed.disagreements += [
        Disagreement(".".join(block.labels), attribute.name, block.file, attribute.line)
        for block, attribute in world.other
    ]
    completed.written = {
        one.raw.address: _written(one.made) for one in examined if one.block not in refused
    }
    return completed


def _is_open(raw: RawResource) -> bool:
    """Whether the resource may have a link that is not known."""
    return raw.type in LINKED and isinstance(raw.unknown, dict) and bool(raw.unknown)


def _examined(world: World, raw: RawResource) -> _Examined | None:
    place = world.place(raw)
    if place is None:
        return None
    block, scope = place
    return _Examined(raw, block, evaluated(block.body, scope))


def _other_names(one: _Examined, configuration: Configuration | None) -> Iterable[Finding]:
    """Attributes of which the plan's configuration mentions other names than the source."""
    path = tuple(step.name for step in one.raw.module)
    module = configuration.module(path) if configuration else None
    config = module.resources.get((one.raw.mode, one.raw.type, one.raw.name)) if module else None
    if config is None:
        return
    for name, attribute in one.block.body.attributes.items():
        if name not in one.made.fields:
            continue
        expression = config.expression((name,))
        if expression is not None and not same_names(attribute.expression, expression):
            yield Finding(name, attribute.line, False)
    for name in config.expressions:
        written = name in {*one.made.fields, *one.made.blocks, *META, *META_BLOCKS}
        if not written and config.expression((name,)) is not None:
            yield Finding(name, one.block.line, False)


def _count(completed: Completed, one: _Examined, finding: Finding) -> None:
    address = one.raw.address
    if finding.agrees:
        completed.agreed += 1
    elif finding.agrees is None:
        completed.unevaluated.append((address, finding.attribute))
    else:
        completed.disagreements.append(
            Disagreement(address, finding.attribute, one.block.file, finding.line)
        )


def _written(made: Evaluated) -> frozenset[str]:
    fields = {name for name, value in made.fields.items() if not isinstance(value, Null)}
    return frozenset(fields | {kind for kind, blocks in made.blocks.items() if blocks != []})


def _filled(one: _Examined, resources: Mapping[str, RawResource]) -> RawResource:
    values, unknown = _fill(one.made, one.raw.values, one.raw.unknown, resources)
    return replace(one.raw, values=values, unknown=unknown)


def _fill(
    made: Evaluated, values: Any, unknown: Any, resources: Mapping[str, RawResource]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of a block and its tree of unknowns, with all that `made` knows."""
    known = dict(values or {})
    tree = dict(unknown) if isinstance(unknown, Mapping) else {}
    for name, value in made.fields.items():
        if _holds_unknown(tree.get(name)) and not isinstance(value, Null):
            known[name], tree[name] = _planned(value, resources)
    for kind, blocks in made.blocks.items():
        if blocks is not None and _holds_unknown(tree.get(kind)):
            found = _fill_blocks(blocks, known.get(kind), tree.get(kind), resources)
            if found is not None:
                known[kind], tree[kind] = found
    return known, tree


def _fill_blocks(
    blocks: list[Evaluated], planned: Any, unknown: Any, resources: Mapping[str, RawResource]
) -> tuple[list[Any], list[Any]] | None:
    listed = [({}, {}) for _ in blocks] if unknown is True else pairs_of(planned, unknown)
    order = list(range(len(blocks))) if unknown is True else matched(blocks, listed)
    if order is None:
        return None
    filled = [_fill_block(blocks[at], *listed[place], resources) for place, at in enumerate(order)]
    return [known for known, _ in filled], [tree for _, tree in filled]


def _fill_block(
    made: Evaluated, values: Any, unknown: Any, resources: Mapping[str, RawResource]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """As `_fill`; what the source does not set in a nested block is not there."""
    if unknown is True:
        unknown = dict.fromkeys((*made.fields, *made.blocks), True)
    if isinstance(values, Mapping) and not values and not unknown:
        unknown = dict.fromkeys((*made.fields, *made.blocks), True)
    known, tree = _fill(made, values, unknown, resources)
    for name, open_part in list(tree.items()):
        value = made.fields.get(name, Null())
        if open_part is True and isinstance(value, Null) and name not in made.blocks:
            known[name], tree[name] = None, False
    return known, tree


def _holds_unknown(tree: Any) -> bool:
    if isinstance(tree, Mapping):
        return any(_holds_unknown(one) for one in tree.values())
    if isinstance(tree, list):
        return any(_holds_unknown(one) for one in tree)
    return tree is True


def _planned(value: Value, resources: Mapping[str, RawResource]) -> tuple[Any, Any]:
    """A value as a plan holds it, and its tree of unknowns."""
    if isinstance(value, Symbol):
        named = _identifier(value, resources)
        return (named, False) if named else (None, True)
    if isinstance(value, Derived) and not value.members:
        return None, True
    if isinstance(value, Null):
        return None, False
    if isinstance(value, (*SEQUENCES, Derived)):
        items = value.members if isinstance(value, Derived) else value.items
        pairs = [_planned(item, resources) for item in items]
        return [known for known, _ in pairs], [tree for _, tree in pairs]
    if isinstance(value, MAPPINGS):
        fields = {name: _planned(item, resources) for name, item in value.fields.items()}
        return (
            {name: known for name, (known, _) in fields.items()},
            {name: tree for name, (_, tree) in fields.items()},
        )
    if isinstance(value, str):
        return EvaluatedText(value), False
    return float(value) if isinstance(value, Fraction) else value, False


def _identifier(symbol: Symbol, resources: Mapping[str, RawResource]) -> EvaluatedText | None:
    """What stands for a symbol that names an object; None: it is some other attribute."""
    raw = resources.get(symbol.address)
    if raw is None:
        return None
    attribute = ".".join(str(step) for step in symbol.path)
    if attribute in ALSO_ID.get(raw.type, ()):
        return placeholder(symbol.address, "id")
    implicit = {name for names in IMPLICIT.get(raw.type, {}).values() for name in names}
    named = implicit | ALSO_NAMED.get(raw.type, frozenset()) | BLOCKS.get(raw.type, frozenset())
    if symbol.identifies or attribute in named:
        return placeholder(symbol.address, attribute)
    return None
