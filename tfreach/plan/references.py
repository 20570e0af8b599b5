"""A link attribute of one resource in; what it leads to, and how sure that is, out.

A known value is matched by identifier. An unknown one is followed through `configuration`, which
keeps the names an expression mentions and has lost its operators and functions: so several names
are several candidates, never a choice among them (docs/decisions/0006). What was evaluated from the
source before (plan/complete.py) is a known value here, of its own kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum

from tfreach.plan.configuration import Configuration, Expression
from tfreach.plan.evaluated import EvaluatedText
from tfreach.plan.identifiers import block_address, explicit, implicit
from tfreach.plan.links import LIST_LINKS
from tfreach.plan.raw import RawBlock, RawResource, Unknown
from tfreach.plan.roles import IMPLICIT, PROVIDERS
from tfreach.plan.search import Found, Search, Tree, shown
from tfreach.records import dataclass


class How(Enum):
    """How a link was resolved.

    EVALUATED   from the source, whose expression was evaluated
    FOLLOWED    from the names that the plan's `configuration` mentions, which leave one candidate
    """

    UNSET = "unset"
    KNOWN = "known"
    EVALUATED = "evaluated"
    FOLLOWED = "followed"
    ONE_OF = "one of"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Link:
    """What one attribute leads to.

    targets   keys: Terraform addresses; identifiers of what is not in the plan; for what AWS adds
              unasked `aws_vpc.main (default security group)`. Sorted where there are several
    open      it may also be something that is not among `targets`
    reason    why it is not sure; "" when it is
    """

    how: How
    targets: tuple[str, ...] = ()
    open: bool = False
    reason: str = ""

    @property
    def sure(self) -> bool:
        return len(self.targets) == 1 and not self.open

    @property
    def unset(self) -> bool:
        return self.how is How.UNSET


UNSET = Link(How.UNSET)


@dataclass(frozen=True, slots=True)
class Links:
    """What a list attribute leads to.

    items    members, each a link of its own
    maybe    keys of which it is unknown how many are members; when `items` is empty at least one is
    open     there may be members that are in neither
    """

    how: How
    items: tuple[Link, ...] = ()
    maybe: tuple[str, ...] = ()
    open: bool = False
    reason: str = ""

    @property
    def unset(self) -> bool:
        return self.how is How.UNSET

    @property
    def empty(self) -> bool:
        """Whether it surely leads to nothing: not set, or set to nothing."""
        return not (self.items or self.maybe or self.open)


UNSET_LINKS = Links(How.UNSET)

_DATA_KNOWS = ("route_table", "prefix_list")
"""Roles where a data source knows what the object holds; of a group it knows no rules."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many links were resolved how; a list attribute counts once, an unset one not at all."""

    known: int = 0
    evaluated: int = 0
    followed: int = 0
    one_of: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One resolved link, for `coverage`."""

    address: str
    attribute: str
    how: How
    targets: tuple[str, ...]


@dataclass(slots=True)
class Trail:
    """What was asked while one resource was read: where all answers are the same, it reads alike.

    identifiers     looked up, each with its role
    records         the links resolved
    configuration   whether the configuration was asked for anything
    """

    identifiers: list[tuple[str, str]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    configuration: bool = False


class Resolver:
    """Resolves the links of one snapshot; remembers each answer and counts them.

    written   address -> what the source sets there, of the resources where it is believed
    """

    def __init__(
        self,
        resources: Mapping[str, RawResource],
        configuration: Configuration | None,
        written: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._written = written or {}
        self._resources = resources
        self._by_type: dict[str, list[RawResource]] = {}
        for raw in resources.values():
            self._by_type.setdefault(raw.type, []).append(raw)
        self._tree = Tree(resources, configuration)
        self._records: dict[tuple[str, str], Record] = {}
        self._identifiers: dict[str, dict[str, str]] = {}
        self._links: dict[tuple[str, type], dict[str, Link]] = {}
        self._configured = configuration is not None
        self._trail = Trail()

    @property
    def configured(self) -> bool:
        """Whether there is a configuration to ask."""
        self._trail.configuration = True
        return self._configured

    def begin(self) -> Trail:
        """A new resource is read: what is asked from here on, as it is asked."""
        self._trail = Trail()
        return self._trail

    def follow(self, trail: Trail) -> None:
        """A resource reads as it did elsewhere: its links count here too."""
        for record in trail.records:
            self._records[record.address, record.attribute] = record

    def unlike(self, other: Resolver) -> frozenset[tuple[str, str]]:
        """Of what `other` was asked: the identifiers that mean something else here, with roles."""
        return frozenset(
            (role, identifier)
            for role, index in other._identifiers.items()
            for identifier, _ in index.items() ^ self._index(role).items()
        )

    def records(self) -> list[Record]:
        """Every link resolved so far that is set, by address and attribute."""
        return [self._records[key] for key in sorted(self._records)]

    def tally(self) -> Tally:
        hows = [record.how for record in self._records.values()]
        return Tally(
            known=hows.count(How.KNOWN),
            evaluated=hows.count(How.EVALUATED),
            followed=hows.count(How.FOLLOWED),
            one_of=hows.count(How.ONE_OF),
            unknown=hows.count(How.UNKNOWN),
        )

    def identify(self, role: str, identifier: str) -> str:
        """The key of the object that has this identifier: its address, else the identifier."""
        self._trail.identifiers.append((role, identifier))
        return self._index(role).get(identifier, identifier)

    def _known(self, role: str, value: str) -> Link:
        """What a known value leads to: one object for all who name the same."""
        self._trail.identifiers.append((role, value))
        links = self._links.setdefault((role, type(value)), {})
        if value not in links:
            links[value] = Link(_how(value), (self._index(role).get(value, value),))
        return links[value]

    def holds(self, role: str, identifier: str) -> bool:
        """Whether an object of that role with this identifier is in the snapshot."""
        self._trail.identifiers.append((role, identifier))
        return identifier in self._index(role)

    def expression(self, raw: RawResource, path: tuple[str | int, ...]) -> Expression | None:
        """What the configuration says at `path`; None when it says nothing there."""
        self._trail.configuration = True
        written = self._written.get(raw.address)
        if written is not None and path[0] not in written:
            return None
        module = self._tree.module(raw.module)
        config = module.resources.get((raw.mode, raw.type, raw.name)) if module else None
        found = config.expression(path) if config else None
        # The source shows what a `dynamic` block makes, which `configuration` does not hold.
        return Expression() if found is None and written is not None else found

    def link(
        self,
        raw: RawResource,
        attribute: str,
        role: str,
        *,
        block: RawBlock | None = None,
        path: tuple[str | int, ...] = (),
    ) -> Link:
        """What the single-valued `attribute` of `raw`, or of a nested block at `path`, leads to."""
        value = (block or raw).text(attribute)
        if value is None or value == "":
            return UNSET
        if not isinstance(value, Unknown):
            return self._record(raw, (*path, attribute), self._known(role, value))
        return self._unknown(raw, attribute, role, block, path)

    def _unknown(
        self,
        raw: RawResource,
        attribute: str,
        role: str,
        block: RawBlock | None,
        path: tuple[str | int, ...],
    ) -> Link:
        what = f"{attribute} of {block_address(raw)}"
        expression = self.expression(raw, (*path, attribute))
        if expression is None:
            if block is None or self.expression(raw, path) is not None:
                return UNSET
            link = Link(How.UNKNOWN, (), True, f"{what} is not known before apply")
        else:
            link = _link_of(self._find(expression, raw, role), what)
        return self._record(raw, (*path, attribute), link)

    def links(
        self,
        raw: RawResource,
        attribute: str,
        role: str,
        *,
        block: RawBlock | None = None,
        path: tuple[str | int, ...] = (),
    ) -> Links:
        """What the list or set `attribute` of `raw`, or of a nested block at `path`, leads to."""
        values = (block or raw).texts(attribute)
        if values is None:
            return UNSET_LINKS
        known: tuple[str, ...] = ()
        if not isinstance(values, Unknown):
            known = tuple(value for value in values if not isinstance(value, Unknown))
            if len(known) == len(values):
                return self._known_list(raw, (*path, attribute), role, known)
        expression = self.expression(raw, (*path, attribute))
        what = f"{attribute} of {block_address(raw)}"
        if expression is None:
            if block is None or self.expression(raw, path) is not None:
                return UNSET_LINKS
            found = Links(How.UNKNOWN, (), (), True, f"{what} is not known before apply")
        else:
            items = tuple(self._known(role, value) for value in known)
            candidates = self._find(expression, raw, role)
            if isinstance(values, Unknown):
                candidates.keys.update(candidates.known)
            candidates.pure &= not self._shared(raw, path, expression)
            found = _list_of(candidates, what, items)
        self._record(raw, (*path, attribute), Link(found.how, _targets(found)))
        return found

    def _shared(
        self, raw: RawResource, path: tuple[str | int, ...], expression: Expression
    ) -> bool:
        """Whether several blocks share the one list of references of their attribute."""
        if not path or self.expression(raw, path) != expression:
            return False
        blocks = raw.blocks(str(path[0]))
        return isinstance(blocks, tuple) and len(blocks) > 1

    def _known_list(
        self, raw: RawResource, path: tuple[str | int, ...], role: str, known: tuple[str, ...]
    ) -> Links:
        if not known:
            return Links(How.KNOWN)
        items = tuple(self._known(role, value) for value in known)
        hows = {item.how for item in items}
        found = Links(How.EVALUATED if How.EVALUATED in hows else How.KNOWN, items)
        self._record(raw, path, Link(How.KNOWN, _targets(found)))
        return found

    def _record(self, raw: RawResource, path: tuple[str | int, ...], link: Link) -> Link:
        attribute = str(path[0]) if len(path) == 1 else ".".join(map(str, path))
        record = Record(raw.address, attribute, link.how, link.targets)
        self._records[raw.address, attribute] = record
        self._trail.records.append(record)
        return link

    def _index(self, role: str) -> dict[str, str]:
        """Identifier -> key for one role. Kinds are apart: a data source's id may be a region."""
        if role not in self._identifiers:
            self._identifiers[role] = dict(self._identifiers_of(role))
        return self._identifiers[role]

    def _identifiers_of(self, role: str) -> Iterator[tuple[str, str]]:
        """Weakest first, so that a managed resource's address wins over a data source's."""
        kinds = (*PROVIDERS[role], *(kind for kind, roles in IMPLICIT.items() if role in roles))
        found = {raw.address: raw for kind in kinds for raw in self._by_type.get(kind, ())}
        raws = [found[address] for address in sorted(found, reverse=True)]
        data, managed = ([raw for raw in raws if raw.mode == mode] for mode in ("data", "managed"))
        yield from implicit(data, role)
        if role not in _DATA_KNOWS:
            yield from explicit(data, role)
        yield from implicit(managed, role)
        if role in _DATA_KNOWS:
            yield from explicit(data, role)
        yield from explicit(managed, role)

    def _find(self, expression: Expression, raw: RawResource, role: str) -> Found:
        found = Found()
        Search(self._tree, self._onward, role, found).expression(expression, self._tree.scope(raw))
        return found

    def _onward(
        self, raw: RawResource, attribute: str, role: str
    ) -> tuple[tuple[str, ...], Expression | None]:
        values: tuple[str | Unknown, ...] | Unknown | None
        if attribute in LIST_LINKS.get(raw.type, ()):
            values = raw.texts(attribute)
        else:
            value = raw.text(attribute)
            values = value if value is None or isinstance(value, Unknown) else (value,)
        expression = self.expression(raw, (attribute,))
        if values is None or isinstance(values, Unknown):
            return (), None if values is None else expression
        known = tuple(self.identify(role, value) for value in values if isinstance(value, str))
        return known, expression if len(known) < len(values) else None


def _how(value: str) -> How:
    return How.EVALUATED if isinstance(value, EvaluatedText) else How.KNOWN


def _targets(found: Links) -> tuple[str, ...]:
    return tuple(
        sorted({target for item in found.items for target in item.targets} | set(found.maybe))
    )


def _link_of(found: Found, what: str) -> Link:
    keys, is_open = tuple(sorted(found.keys)), bool(found.origins)
    if len(keys) == 1 and not is_open:
        return Link(How.FOLLOWED, keys)
    if not keys:
        source = f": it comes from {found.origins[0]}" if is_open else ""
        return Link(How.UNKNOWN, (), True, f"{what} is not known before apply{source}")
    also = f", or comes from {found.origins[0]}" if is_open else ""
    return Link(How.ONE_OF, keys, is_open, f"{what} is one of {shown(keys)}{also}")


def _list_of(found: Found, what: str, known: tuple[Link, ...]) -> Links:
    """A literal list of resources is all of them; after anything else it is unknown which."""
    listed = {item.targets[0] for item in known}
    keys = tuple(sorted(key for key in found.keys if key not in listed))
    whole = found.pure and not found.several
    if keys and not found.origins and (whole or (len(keys) == 1 and not known)):
        return Links(How.FOLLOWED, (*known, *(Link(How.FOLLOWED, (key,)) for key in keys)))
    if not keys:
        source = f": it comes from {found.origins[0]}" if found.origins else ""
        reason = f"{what} is not known before apply{source}"
        return Links(How.UNKNOWN, known, (), True, reason)
    also = f", or comes from {found.origins[0]}" if found.origins else ""
    reason = f"{what} is some of {shown(keys)}{also}"
    return Links(How.ONE_OF, known, keys, bool(found.origins), reason)
