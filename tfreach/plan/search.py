"""An expression of the configuration in; every object that its unknown value may be, out.

`references` in a plan's JSON is a bag of names: order, operators, functions and locals are lost.
What is found here is therefore the set of all candidates; a name with one instance is exact, and
so is `resource[each.key]` where both sides have the same keys. `count.index` is not followed to the
same index, because `(count.index + 1) % 3` looks the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace

from tfreach.plan.configuration import Configuration, Expression, ModuleConfig
from tfreach.plan.expressions import Reference, references
from tfreach.plan.links import EXPORTERS, LINKS
from tfreach.plan.raw import UNKNOWN, ModuleStep, RawResource
from tfreach.plan.roles import IMPLICIT, NARROWER, PROVIDERS
from tfreach.records import dataclass

KINDS = frozenset[str]().union(*PROVIDERS.values())
Steps = tuple[ModuleStep, ...]
Follow = Callable[[RawResource, str, str], tuple[tuple[str, ...], Expression | None]]
"""Resource, link attribute, role -> the keys that are known, and what is written for the rest."""


@dataclass(slots=True)
class Found:
    """Candidates under construction.

    keys      insertion-ordered set of keys
    known     the same of what has an identifier already: it cannot be an unknown value itself, but
              may stand in a list beside one
    origins   what else the value may come from, none of which can be followed
    pure      nothing but plain names of resources was mentioned on the way
    several   one of the names stands for several instances
    """

    keys: dict[str, None] = field(default_factory=dict)
    known: dict[str, None] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)
    pure: bool = True
    several: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: a module instance, and the own key of count or for_each there."""

    steps: Steps
    key: int | str | None = None
    for_each: Expression | None = None


class Tree:
    """The resources of a snapshot by where they stand, beside the configuration they came from."""

    def __init__(
        self, resources: Mapping[str, RawResource], configuration: Configuration | None
    ) -> None:
        self._configuration = configuration
        self._instances: dict[tuple[Steps, str, str, str], list[RawResource]] = {}
        self._children: dict[tuple[Steps, str], dict[Steps, None]] = {}
        self._members: dict[Steps, list[RawResource]] = {}
        for raw in resources.values():
            self._instances.setdefault((raw.module, raw.mode, raw.type, raw.name), []).append(raw)
            self._members.setdefault(raw.module, []).append(raw)
            for depth, step in enumerate(raw.module):
                above = self._children.setdefault((raw.module[:depth], step.name), {})
                above[raw.module[: depth + 1]] = None

    def module(self, steps: Steps) -> ModuleConfig | None:
        if self._configuration is None:
            return None
        return self._configuration.module(tuple(step.name for step in steps))

    def scope(self, raw: RawResource) -> Scope:
        """Where the expressions of a resource stand."""
        module = self.module(raw.module)
        config = module.resources.get((raw.mode, raw.type, raw.name)) if module else None
        return Scope(raw.module, raw.index, config.for_each_expression if config else None)

    def instances(self, steps: Steps, reference: Reference) -> list[RawResource]:
        mode = "data" if reference.root == "data" else "managed"
        found = self._instances.get((steps, mode, reference.type, reference.name), [])
        if reference.index is not None:
            return [raw for raw in found if raw.index == reference.index]
        return found

    def children(self, steps: Steps, name: str) -> list[Steps]:
        return list(self._children.get((steps, name), {}))

    def members(self, steps: Steps) -> list[RawResource]:
        return self._members.get(steps, [])


class Search:
    """Follows references for one link of one role, collecting into `found`."""

    def __init__(self, tree: Tree, follow: Follow, role: str, found: Found) -> None:
        self._tree = tree
        self._follow = follow
        self._role = role
        self._found = found
        self._visited: set[tuple[object, ...]] = set()

    def expression(self, expression: Expression, scope: Scope) -> None:
        """Collect from every reference of `expression`."""
        named = references(expression.references)
        key = _key_of(named, scope)
        for reference in named:
            self._reference(reference, scope, key)

    def _reference(self, reference: Reference, scope: Scope, key: int | str | None) -> None:
        """`key`: the instance key that the expression surely indexes with, or None."""
        if reference.root in ("resource", "data"):
            self._resources(reference, scope, key)
            return
        if reference.root == "module":
            self._output(reference, scope, key)
            return
        if reference.root == "var":
            self._variable(reference.name, scope.steps)
            return
        self._found.pure = False
        if reference.root == "local":
            self._local(scope.steps)
        elif reference.root == "each" and reference.name == "value":
            self._each_value(scope, reference.rest)

    def _resources(self, reference: Reference, scope: Scope, key: int | str | None) -> None:
        raws = self._tree.instances(scope.steps, reference)
        if key is not None and len(raws) > 1:
            same = [raw for raw in raws if raw.index == key]
            raws = same if len(same) == 1 else raws
        self._found.several |= len(raws) > 1
        attribute = next((step for step in reference.rest if isinstance(step, str)), "")
        path = ".".join(str(step) for step in reference.rest)
        for raw in raws:
            self._candidate(raw, attribute, path)

    def _candidate(self, raw: RawResource, attribute: str, path: str = "") -> None:
        """What `raw.attribute` may be; an attribute that is known cannot be the unknown value."""
        if self._implicit(raw, attribute, path):
            return
        if raw.type in PROVIDERS[self._role]:
            unknown = raw.value("id") is UNKNOWN
            (self._found.keys if unknown else self._found.known)[raw.address] = None
            return
        onward = LINKS.get(raw.type, {})
        fitting = {self._role, *NARROWER.get(self._role, ())}
        chosen = [name for name, role in onward.items() if role in fitting]
        if attribute:
            chosen = [name for name in chosen if name == attribute]
        for name in chosen:
            if self._first_visit("link", raw.address, name):
                keys, written = self._follow(raw, name, self._role)
                self._found.known.update(dict.fromkeys(keys))
                if written is not None:
                    self.expression(written, self._tree.scope(raw))
        if not chosen:
            self._no_candidate(raw, attribute)

    def _no_candidate(self, raw: RawResource, attribute: str) -> None:
        """What gives no such object may still say which of the others, or hold one in a value of
        its own; the identifier of another kind of object is neither."""
        if attribute == "id" and raw.type in KINDS:
            return
        self._found.pure = False
        if not attribute or raw.value(attribute) is UNKNOWN:
            self._found.origins.append(f"{raw.address}.{attribute}" if attribute else raw.address)

    def _implicit(
        self, raw: RawResource, attribute: str, path: str = "", *, all_of_them: bool = False
    ) -> bool:
        """What AWS makes with a VPC, instance or cluster; an old plan cut attributes off."""
        names = IMPLICIT.get(raw.type, {}).get(self._role, {})
        wanted = [name for name in names if name in (attribute, path)]
        wanted = wanted or ([] if attribute else list(names))
        wanted = wanted if all_of_them else wanted[:1]
        for name in wanted:
            self._found.keys[f"{raw.address} ({names[name]})"] = None
        return bool(wanted)

    def _output(self, reference: Reference, scope: Scope, key: int | str | None) -> None:
        children = self._tree.children(scope.steps, reference.name)
        if reference.index is not None:
            children = [steps for steps in children if steps[-1].index == reference.index]
        elif key is not None and len(children) > 1:
            same = [steps for steps in children if steps[-1].index == key]
            children = same if len(same) == 1 else children
        self._found.several |= len(children) > 1
        name = str(reference.rest[0]) if reference.rest else ""
        for steps in children:
            self._output_of(steps, name)

    def _output_of(self, steps: Steps, name: str) -> None:
        """One output; any of them where the name was lost, as in `values(module.a)[*].id`."""
        module = self._tree.module(steps)
        outputs = module.outputs if module else {}
        if name in outputs:
            if self._first_visit("output", steps, name):
                self.expression(outputs[name], Scope(steps))
            return
        before = len(self._found.keys)
        self._found.pure = False
        for output in outputs.values():
            self._aside(output, Scope(steps))
        if name or before == len(self._found.keys):
            self._found.origins.append(f"module.{steps[-1].name}")

    def _variable(self, name: str, steps: Steps) -> None:
        """A root variable is known, so it is never the unknown value; any other is passed in."""
        given = self._argument(name, steps)
        if given is None:
            self._found.pure = False
        elif self._first_visit("variable", steps, name):
            self.expression(*given)

    def _argument(self, name: str, steps: Steps) -> tuple[Expression, Scope] | None:
        if not steps:
            return None
        above = self._tree.module(steps[:-1])
        call = above.module_calls.get(steps[-1].name) if above else None
        expression = call.expressions.get(name) if call else None
        if call is None or expression is None:
            return None
        return expression, Scope(steps[:-1], steps[-1].index, call.for_each_expression)

    def _each_value(self, scope: Scope, rest: tuple[int | str, ...]) -> None:
        """`each.value.id` of `for_each = aws_subnet.a` is `aws_subnet.a[each.key].id`."""
        if scope.for_each is None or not self._first_visit("each", scope.steps, scope.key, rest):
            return
        names = references(scope.for_each.references)
        plain = len(names) == 1 and names[0].root in ("resource", "data", "module")
        for reference in names:
            if plain and not reference.rest:
                self._reference(replace(reference, rest=rest), scope, scope.key)
            else:
                self._reference(reference, scope, None)

    def _local(self, steps: Steps) -> None:
        """A local can only hold what its module can see: its resources, arguments and outputs."""
        if not self._first_visit("local", steps):
            return
        before = (len(self._found.keys), len(self._found.origins))
        for raw in self._tree.members(steps):
            if raw.type in PROVIDERS[self._role]:
                self._candidate(raw, "")
            elif raw.type in IMPLICIT:
                self._implicit(raw, "", all_of_them=True)
            elif raw.type in EXPORTERS.get(self._role, ()):
                self._found.origins.append(raw.address)
        for expression, scope in self._visible(steps):
            self._aside(expression, scope)
        if before == (len(self._found.keys), len(self._found.origins)):
            self._found.origins.append("a local value, which a plan's JSON does not hold")

    def _visible(self, steps: Steps) -> Iterator[tuple[Expression, Scope]]:
        module = self._tree.module(steps)
        if module is None:
            return
        for name in module.variables:
            if (given := self._argument(name, steps)) is not None:
                yield given
        for name, call in module.module_calls.items():
            for child in self._tree.children(steps, name):
                for output in call.module.outputs.values():
                    yield output, Scope(child)

    def _aside(self, expression: Expression, scope: Scope) -> None:
        """Collect candidates of the role; what leads to none of them is about something else."""
        aside = Found()
        search = Search(self._tree, self._follow, self._role, aside)
        search._visited = self._visited
        search.expression(expression, scope)
        self._found.keys.update(aside.keys)
        self._found.known.update(aside.known)

    def _first_visit(self, *what: object) -> bool:
        if what in self._visited:
            return False
        self._visited.add(what)
        return True


def _key_of(named: list[Reference], scope: Scope) -> int | str | None:
    """The key that `resource[each.key]` or `resource[each.value.name]` names; None: not known."""
    if any(reference.root in ("local", "var", "count") for reference in named):
        return None
    each = [reference for reference in named if reference.root == "each"]
    if each and all(reference.name == "key" for reference in each):
        return scope.key
    if len(each) != 1 or scope.for_each is None or not scope.for_each.has_constant:
        return None
    value = scope.for_each.constant
    for step in (scope.key, *each[0].rest):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def shown(names: Iterable[str]) -> str:
    """The first few of `names`, for a sentence."""
    listed = list(names)
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return ", ".join(listed[:3]) + more
