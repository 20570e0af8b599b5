"""The source and the planned resources in; what every name means in every module, out.

Nothing is evaluated before something asks for it, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from tfreach.plan.configuration import (
    Configuration,
    Expression,
    ModuleCall,
    ModuleConfig,
    ResourceConfig,
)
from tfreach.plan.constraints import ANY, conform, constraint, default_nodes
from tfreach.plan.decode import decode, symbol
from tfreach.plan.evaluate import Scope
from tfreach.plan.lazy import NOT_KNOWN, Lazy, value_of
from tfreach.plan.mentions import same_names
from tfreach.plan.origin import Location
from tfreach.plan.raw import UNKNOWN, Key, ModuleStep, RawResource
from tfreach.plan.syntax import Attribute, Block, Literal, Node
from tfreach.plan.templates import SourceError
from tfreach.plan.values import (
    MAPPINGS,
    SEQUENCES,
    Derived,
    Invalid,
    Null,
    Object,
    Tuple,
    Value,
    is_unknown,
)
from tfreach.records import dataclass

if TYPE_CHECKING:
    from tfreach.plan.modules import Module, Source

Steps = tuple[ModuleStep, ...]


@dataclass(eq=False)
class Instance:
    """One instance of a module: what names mean in it.

    call, parent   the module block it comes from and where that stands; None for the root
    config         the same module in the plan's configuration, which holds the names it mentions
    """

    world: World
    steps: Steps
    source: Module
    parent: Instance | None = None
    call: Block | None = None
    config: ModuleConfig | None = field(init=False)
    scope: Scope = field(init=False)
    _collections: dict[Block, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.config = self.world.config(self.steps)
        roots: dict[str, Value] = {
            "var": Object(Lazy(lambda: self.source.names().variables, self._variable)),
            "local": Object(Lazy(lambda: self.source.names().locals, self._local)),
            "module": Object(Lazy(lambda: self.source.names().calls, self._module)),
            "data": Object(Lazy(lambda: (), lambda kind: self._type("data", kind))),
            "path": Object({"module": self.source.folder, "root": ".", "cwd": NOT_KNOWN}),
            "terraform": Object({"workspace": self.world.workspace or NOT_KNOWN}),
        }
        names = Lazy(lambda: roots, lambda name: roots.get(name) or self._type("managed", name))
        self.scope = Scope(names, self.source_files())

    def source_files(self) -> Files:
        return Files(self.source, self)

    def scope_of(self, block: Block, key: Key | None) -> Scope:
        """Where the expressions of one instance of a resource or module block stand."""
        if key is None:
            return self.scope
        if "count" in block.body.attributes:
            return self.scope.having(count=Object({"index": key}))
        return self.scope.having(each=Object({"key": key, "value": self._each(block, key)}))

    def _each(self, block: Block, key: Key) -> Value:
        collection = self.collection(block)
        if isinstance(collection, MAPPINGS):
            return collection.fields.get(str(key), NOT_KNOWN)
        return key if isinstance(collection, SEQUENCES) else NOT_KNOWN

    def collection(self, block: Block) -> Value:
        """What the block's `for_each` or `count` evaluates to; null where it has neither."""
        if block not in self._collections:
            self._collections[block] = self._repetition(block)
        return self._collections[block]

    def _repetition(self, block: Block) -> Value:
        kind = next((kind for kind in ("for_each", "count") if kind in block.body.attributes), "")
        if not kind:
            return Null()
        attribute = block.body.attributes[kind]
        if not self._same(attribute, block, self._repeated(block, kind)):
            return NOT_KNOWN
        try:
            return value_of(attribute.expression, self.scope)
        except Invalid:
            return NOT_KNOWN

    def _repeated(self, block: Block, kind: str) -> Expression | None:
        """What the plan's configuration says of it."""
        if self.config is None:
            return None
        mode = {"resource": "managed"}.get(block.type, block.type)
        written: ModuleCall | ResourceConfig | None
        if mode == "module":
            written = self.config.module_calls.get(block.labels[0])
        else:
            written = self.config.resources.get((mode, block.labels[0], block.labels[1]))
        return getattr(written, f"{kind}_expression", None)

    def _same(self, attribute: Attribute, block: Block, planned: Expression | None) -> bool:
        """Whether the plan can have been made from this; if not, the source is another version."""
        same = planned is None or same_names(attribute.expression, planned)
        if not same:
            self.world.other.append((block, attribute))
        return same

    def _absent(self, name: str) -> Value:
        """What a name means that no file declares: nothing, or a file could not be read."""
        if self.source.complete:
            raise KeyError(name)
        return NOT_KNOWN

    def _local(self, name: str) -> Value:
        found = self.source.local(name)
        return self._absent(name) if found is None else value_of(found.expression, self.scope)

    def _variable(self, name: str) -> Value:
        block = self.source.variable(name)
        if block is None:
            return self._absent(name)
        attributes = block.body.attributes
        wanted = constraint(attributes["type"].expression) if "type" in attributes else ANY
        default = attributes.get("default")
        value = self._given(name)
        nullable = attributes.get("nullable")
        refused = nullable is not None and _is_false(nullable.expression)
        if value is None or (isinstance(value, Null) and refused):
            value = value_of(default.expression, self.scope) if default else NOT_KNOWN
        defaults = {node: value_of(node, self.scope) for node in default_nodes(wanted)}
        return conform(value, wanted, defaults)

    def _given(self, name: str) -> Value | None:
        """What is passed in for a variable; None where nothing is."""
        if self.parent is None or self.call is None:
            given = self.world.variables
            return decode(given[name]) if name in given else None
        found = self.call.body.attributes.get(name)
        if found is None:
            return None
        planned = (
            self.parent.config.module_calls.get(self.steps[-1].name) if self.parent.config else None
        )
        if planned and not self._same(found, self.call, planned.expressions.get(name)):
            return NOT_KNOWN
        return value_of(found.expression, self.parent.scope_of(self.call, self.steps[-1].index))

    def _type(self, mode: str, kind: str) -> Value:
        return Object(Lazy(lambda: (), lambda name: self._resource(mode, kind, name)))

    def _resource(self, mode: str, kind: str, name: str) -> Value:
        block = self.source.resource(mode, kind, name)
        instances = self.world.instances(self.steps, mode, kind, name)
        if block is None:
            return self._absent(name)
        return self._by_key(
            block,
            {key: Object(self.world.fields(raw)) for key, raw in instances.items()},
        )

    def _by_key(self, block: Block, instances: Mapping[Key | None, Value]) -> Value:
        """The value of a name that stands for as many instances as `count` or `for_each` says.

        The plan knows the instances; what the source has beyond them (-target) is unknown.
        """
        collection = self.collection(block)
        if isinstance(collection, Null):
            return instances.get(None, NOT_KNOWN)
        if "count" in block.body.attributes:
            known = collection if isinstance(collection, int) else 0
            if is_unknown(collection) and not instances:
                return NOT_KNOWN
            return Tuple(
                tuple(instances.get(at, NOT_KNOWN) for at in range(max(known, len(instances))))
            )
        if is_unknown(collection) and not instances:
            return NOT_KNOWN
        return Object(
            {
                **dict.fromkeys(_keys(collection), NOT_KNOWN),
                **{str(key): value for key, value in instances.items() if key is not None},
            }
        )

    def _module(self, name: str) -> Value:
        block, child = self.source.call(name), self.source.child(name)
        if block is None:
            return self._absent(name)
        if child is None:
            return NOT_KNOWN
        keys: Sequence[Key | None] = [None]
        collection = self.collection(block)
        if isinstance(collection, int):
            keys = range(collection)
        elif not isinstance(collection, Null):
            keys = list(_keys(collection))
        known = self.world.children(self.steps, name)
        instances = {key: self._outputs(name, key) for key in dict.fromkeys([*keys, *known])}
        return self._by_key(block, instances)

    def _outputs(self, name: str, key: Key | None) -> Value:
        instance = self.world.instance((*self.steps, ModuleStep(name, key)))
        if instance is None:
            return NOT_KNOWN
        return Object(Lazy(lambda: instance.source.names().outputs, instance.output))

    def output(self, name: str) -> Value:
        block = self.source.output(name)
        if block is None:
            return self._absent(name)
        value = block.body.attributes.get("value")
        planned = self.config.outputs.get(name) if self.config else None
        if value is None or not self._same(value, block, planned):
            return NOT_KNOWN
        return value_of(value.expression, self.scope)


def _is_false(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is False


def _keys(collection: Value) -> list[str]:
    if isinstance(collection, MAPPINGS):
        return list(collection.fields)
    return [item for item in getattr(collection, "items", ()) if isinstance(item, str)]


@dataclass(frozen=True, slots=True, eq=False)
class Files:
    """What functions may see of the module's own folder."""

    source: Module
    instance: Instance

    def read(self, path: str) -> bytes | None:
        return self.source.read(path)

    def files(self, folder: str) -> Sequence[str] | None:
        return self.source.files(folder)

    def render(self, text: str, variables: Mapping[str, Value]) -> Value:
        from tfreach.plan.source import template

        try:
            node = template(text)
        except SourceError:
            raise Invalid("the template cannot be read") from None
        return value_of(node, Scope({}, self, variables))


class World:
    """All instances of all modules.

    workspace   the name of the workspace, "" when it is not known
    other       attributes, with their block, that the plan was not made from
    """

    def __init__(
        self,
        source: Source,
        resources: Mapping[str, RawResource],
        variables: Mapping[str, Any],
        configuration: Configuration | None = None,
        workspace: str = "",
    ) -> None:
        self.variables = variables
        self.workspace = workspace
        self.other: list[tuple[Block, Attribute]] = []
        self._configuration = configuration
        self._instances: dict[tuple[Steps, str, str, str], dict[Key | None, RawResource]] = {}
        self._children: dict[tuple[Steps, str], dict[Key | None, None]] = {}
        self._fields: dict[str, Lazy] = {}
        for raw in resources.values():
            if not raw.deposed:
                place = (raw.module, raw.mode, raw.type, raw.name)
                self._instances.setdefault(place, {})[raw.index] = raw
            for depth, step in enumerate(raw.module):
                self._children.setdefault((raw.module[:depth], step.name), {})[step.index] = None
        self._modules: dict[Steps, Instance | None] = {(): Instance(self, (), source.root)}

    def instance(self, steps: Steps) -> Instance | None:
        """The module instance at `steps`; None when the source does not have it."""
        if steps not in self._modules:
            self._modules[steps] = self._made(steps)
        return self._modules[steps]

    def _made(self, steps: Steps) -> Instance | None:
        parent, name = self.instance(steps[:-1]), steps[-1].name
        call = parent.source.call(name) if parent else None
        child = parent.source.child(name) if parent else None
        if parent is None or call is None or child is None:
            return None
        return Instance(self, steps, child, parent, call)

    def config(self, steps: Steps) -> ModuleConfig | None:
        if self._configuration is None:
            return None
        return self._configuration.module(tuple(step.name for step in steps))

    def instances(
        self, steps: Steps, mode: str, kind: str, name: str
    ) -> Mapping[Key | None, RawResource]:
        return self._instances.get((steps, mode, kind, name), {})

    def children(self, steps: Steps, name: str) -> Iterable[Key | None]:
        """The keys of the module instances that the plan has resources of."""
        return self._children.get((steps, name), {})

    def place(self, raw: RawResource) -> tuple[Block, Scope] | None:
        """The block of a resource, and the scope of its expressions; None: it is not there."""
        instance = self.instance(raw.module)
        block = instance.source.resource(raw.mode, raw.type, raw.name) if instance else None
        if instance is None or block is None:
            return None
        return block, instance.scope_of(block, raw.index)

    def locations(self, raws: Iterable[RawResource]) -> dict[str, Location]:
        """Where the blocks of these stand."""
        blocks = {raw.address: self.place(raw) for raw in raws}
        return {
            address: Location(found[0].file, found[0].line)
            for address, found in blocks.items()
            if found is not None
        }

    def fields(self, raw: RawResource) -> Mapping[str, Value]:
        """The attributes of a resource, as an expression sees them."""
        if raw.address not in self._fields:
            names = {**raw.values, **(raw.unknown if isinstance(raw.unknown, dict) else {})}
            self._fields[raw.address] = Lazy(lambda: names, lambda name: self._field(raw, name))
        return self._fields[raw.address]

    def _field(self, raw: RawResource, name: str) -> Value:
        unknown = raw.unknown.get(name) if isinstance(raw.unknown, dict) else raw.unknown
        if raw.value(name) is UNKNOWN:
            written = self._written(raw, name)
            return symbol(raw, name) if written is None else written
        if name not in raw.values and not unknown:
            raise KeyError(name)
        return decode(raw.values.get(name), unknown, symbol(raw, name))

    def _written(self, raw: RawResource, name: str) -> Value | None:
        """What the resource's own block sets an attribute to, which it will be."""
        found = self.place(raw)
        attribute = found[0].body.attributes.get(name) if found else None
        if found is None or attribute is None:
            return None
        try:
            value = value_of(attribute.expression, found[1])
        except Invalid:
            return None
        return None if isinstance(value, Null | Derived) else value
