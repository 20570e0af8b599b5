"""The `configuration` of a plan in; modules, and what their resources and outputs say, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Final

from tfreach.errors import InputError
from tfreach.plan.document import OBJECT, SHOW, TEXT, Document, Object, member, members
from tfreach.plan.raw import DAMAGED, Key, kind_of
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands behind an attribute's `=`, or in all of its nested blocks.

    constant       of a literal; may be a secret, never printed. Look at has_constant first
    references     names it mentions, as in the file; the prefixes of each may follow it
    blocks         it is nested blocks, and `references` are those of all of them
    """

    constant: Any = field(default=None, repr=False)
    has_constant: bool = False
    references: tuple[str, ...] = ()
    blocks: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ResourceConfig:
    """One resource or data block.

    expressions    as in the file; read them with `expression`
    where          its JSON pointer
    provider       provider_config_key: `aws`, `aws.west`, `module.database:random`
    """

    expressions: Object = field(repr=False)
    where: str
    count_expression: Expression | None = None
    for_each_expression: Expression | None = None
    provider: str = ""

    def expression(self, path: tuple[Key, ...]) -> Expression | None:
        """What is written at `path`, such as `("vpc_config", 0, "subnet_ids")`; None: nothing.

        An explicit null is nothing. A name that follows a list of blocks looks into all of them.
        A path that leads into an attribute ends there: all blocks of an attribute such as
        `ingress` share one list of references. `dynamic` blocks are not in a plan's JSON.
        """
        value: Any = self.expressions
        in_block = True
        for step in path:
            value, in_block = _step(value, in_block, step)
            if value is None:
                return None
        pointer = "/".join([self.where, "expressions", *map(str, path)])
        return _expression(value, pointer)


@dataclass(frozen=True, slots=True, eq=False)
class ModuleCall:
    """A module block; `expressions` are its arguments."""

    module: ModuleConfig
    expressions: Mapping[str, Expression]
    count_expression: Expression | None = None
    for_each_expression: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ModuleConfig:
    """One module as written, however many instances it has.

    resources   by (mode, type, name)
    variables   by name, their defaults; None when there is none
    """

    resources: Mapping[tuple[str, str, str], ResourceConfig]
    module_calls: Mapping[str, ModuleCall]
    outputs: Mapping[str, Expression]
    variables: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Configuration:
    """The module tree of a plan."""

    root: ModuleConfig

    def module(self, path: tuple[str, ...]) -> ModuleConfig | None:
        """The module that this path of call names leads to; () is the root."""
        module = self.root
        for name in path:
            call = module.module_calls.get(name)
            if call is None:
                return None
            module = call.module
        return module


def read_configuration(document: Document) -> Configuration | None:
    """The configuration of a plan; None when the file has none. Raises InputError."""
    content = member(document.content, "configuration", OBJECT, document.where)
    if not content:
        return None
    where = f"{document.where}/configuration"
    root = member(content, "root_module", OBJECT, where) or {}
    try:
        return Configuration(_module(root, f"{where}/root_module"))
    except RecursionError as error:
        raise InputError("nested too deeply for a plan", where=document.name, hint=SHOW) from error


def _module(module: Object, where: str) -> ModuleConfig:
    resources: dict[tuple[str, str, str], ResourceConfig] = {}
    for item, at in members(module, "resources", where):
        mode, kind, name = (
            member(item, key, TEXT, at, required=True) for key in ("mode", "type", "name")
        )
        resources[mode, kind, name] = ResourceConfig(
            member(item, "expressions", OBJECT, at) or {},
            at,
            _attribute(item, "count_expression", at),
            _attribute(item, "for_each_expression", at),
            member(item, "provider_config_key", TEXT, at) or "",
        )
    outputs = {
        name: _attribute(item, "expression", at) or Expression()
        for name, item, at in _named(module, "outputs", where)
    }
    return ModuleConfig(
        resources,
        {name: _call(item, at) for name, item, at in _named(module, "module_calls", where)},
        outputs,
        {name: item.get("default") for name, item, _ in _named(module, "variables", where)},
    )


def _call(call: Object, where: str) -> ModuleCall:
    given = member(call, "expressions", OBJECT, where) or {}
    expressions = {name: _attribute(given, name, f"{where}/expressions") for name in given}
    return ModuleCall(
        _module(member(call, "module", OBJECT, where) or {}, f"{where}/module"),
        {name: found for name, found in expressions.items() if found is not None},
        _attribute(call, "count_expression", where),
        _attribute(call, "for_each_expression", where),
    )


def _named(obj: Object, key: str, where: str) -> list[tuple[str, Object, str]]:
    """The objects of the object `obj[key]`, each with its name and JSON pointer."""
    inner = member(obj, key, OBJECT, where) or {}
    at = f"{where}/{key}"
    return [(name, member(inner, name, OBJECT, at) or {}, f"{at}/{name}") for name in inner]


_NULL: Final = {"constant_value": None}


def _attribute(obj: Object, key: str, where: str) -> Expression | None:
    value = obj.get(key)
    return None if value is None else _expression(value, f"{where}/{key}")


def _is_attribute(value: object) -> bool:
    """Whether this is an attribute's expression. It is `{}` when nothing is known about it."""
    return isinstance(value, dict) and (
        not value or "constant_value" in value or isinstance(value.get("references"), list)
    )


def _is_constant(value: object) -> bool:
    """Whether the expression is a literal. Of a JSON file, a template's text stands there too."""
    return isinstance(value, dict) and "constant_value" in value and not value.get("references")


def _step(value: Any, in_block: bool, step: Key) -> tuple[Any, bool]:
    """One step down, and whether that is inside of one block; None where nothing is written."""
    if isinstance(value, list):
        blocks = [item for item in value if isinstance(item, dict)]
        if isinstance(step, int):
            return (blocks[step], True) if 0 <= step < len(blocks) else (None, False)
        written = [item[step] for item in blocks if item.get(step) not in (None, _NULL)]
        if len(written) < 2:
            return written[0] if written else None, False
        lists = [item if isinstance(item, list) else [item] for item in written]
        return [item for items in lists for item in items], False
    if isinstance(value, dict) and (in_block or not _is_attribute(value)):
        return (value, True) if isinstance(step, int) else (value.get(step), False)
    if _is_constant(value):
        return _within(value["constant_value"], step), False
    return value, False


def _within(constant: Any, step: Key) -> Object | None:
    """The part of a literal, as an expression."""
    found: Any = None
    if isinstance(constant, list) and isinstance(step, int):
        found = constant[step] if 0 <= step < len(constant) else None
    elif isinstance(constant, list):
        found = [item[step] for item in constant if isinstance(item, dict) and step in item] or None
    elif isinstance(constant, dict):
        found = constant.get(str(step))
    return None if found is None else {"constant_value": found}


def _expression(value: Any, where: str) -> Expression | None:
    """None for an explicit null."""
    if _is_attribute(value):
        if _is_constant(value):
            constant = value["constant_value"]
            return None if constant is None else Expression(constant, has_constant=True)
        return Expression(references=_references(value, where))
    if not isinstance(value, dict | list):
        message = f"expected an expression, found {kind_of(value)}"
        raise InputError(message, where=where, hint=DAMAGED)
    return Expression(references=tuple(_inside(value, where)), blocks=True)


def _inside(value: Object | list[Any], where: str) -> Iterator[str]:
    """The references of all attributes of all blocks."""
    rest: list[Any] = [value]
    while rest:
        inner = rest.pop()
        if _is_attribute(inner):
            yield from _references(inner, where)
        elif isinstance(inner, dict | list):
            rest += reversed(inner if isinstance(inner, list) else list(inner.values()))


def _references(value: Object, where: str) -> tuple[str, ...]:
    references = member(value, "references", (list,), where) or []
    if not all(isinstance(name, str) for name in references):
        raise InputError("expected text", where=f"{where}/references", hint=DAMAGED)
    return tuple(references)
