"""Both networks and what the plan does in; what the selectors of a policy mean there, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from typing import Protocol

from tfreach.diff.changes import Planned
from tfreach.diff.compare import match_endpoints
from tfreach.diff.undone import Replays
from tfreach.diff.witness import Renames
from tfreach.engine.verdicts import Options, Through
from tfreach.errors import UsageError
from tfreach.policy.addresses import within
from tfreach.policy.boxes import Cut, Limit, Limits
from tfreach.policy.grammar import Both, Either, Not, Selector, Term
from tfreach.policy.mistakes import Mistake
from tfreach.policy.rules import End, Flows, Waiver
from tfreach.policy.selectors import Selection, everything, select, with_services
from tfreach.records import dataclass
from tfreach.topology.apart import aligned
from tfreach.topology.network import Network, beyond


class Drift(Protocol):
    """What was changed outside of Terraform, and the network as Terraform had left it."""

    @property
    def addresses(self) -> frozenset[str]: ...

    def network(self) -> Network: ...


@dataclass(frozen=True, slots=True)
class Scene:
    """before, after   the two networks; of a state one and the same

    planned   what the plan does, by address
    today     the day on which waivers are judged
    totals    rules that are for what is new judge all the same
    lenient   a selector that selects nothing is no mistake
    drift     None: nothing is known to have changed outside of Terraform
    replays   the plan without some of its changes; None: what brings something about is not proven
    """

    before: Network
    after: Network
    planned: Mapping[str, Planned]
    options: Options
    today: date
    totals: bool = False
    lenient: bool = False
    replays: Replays | None = field(default=None, compare=False)
    drift: Drift | None = field(default=None, compare=False)
    _ids: dict[str, str] = field(default_factory=dict, compare=False)
    _meant: dict[tuple[Selector, str], Selection] = field(default_factory=dict, compare=False)

    @property
    def alone(self) -> bool:
        """Whether there is nothing to compare."""
        return self.before is self.after

    @property
    def state(self) -> str:
        """The snapshot that rules are about, unless they say another."""
        return "current" if self.alone else "planned"

    def treating(self, ends: Iterable[End | None]) -> Scene:
        """The scene in which the services that selectors name are endpoints of their own."""
        selectors = [end.selector for end in ends if end]
        after = with_services(self.after, *selectors)
        if self.alone:
            return replace(self, before=after, after=after, _ids={}, _meant={})
        before = with_services(self.before, *selectors)
        if any(one.apart for side in (before, after) for one in side.services.values()):
            before, after = aligned(before, after)
        return replace(self, before=before, after=after, _ids={}, _meant={})

    def network(self, state: str) -> Network:
        return self.before if state == "current" else self.after

    def meant(self, end: End | None, state: str = "planned") -> Selection:
        """What a selector means; of none, everything."""
        network = self.network(state)
        if end is None:
            return everything(network)
        key = end.selector, state
        if key not in self._meant:
            self._meant[key] = select(end.selector, network, allow_empty=True)
        return self._meant[key]

    def cut(self, flows: Flows, waiver: Waiver | None = None, state: str = "planned") -> Cut:
        ends = (self.meant(end, state) for end in flows.ends)
        source, destination = (end.chosen for end in ends)
        return Cut(source, destination, flows.services, waiver)

    def earlier(self, way: Through, limits: Limits) -> tuple[Through, Limits] | None:
        """The same way before the plan; None when a part of it was not there."""
        if not self._ids:
            ends = match_endpoints(self.before.endpoints, self.after.endpoints, self.renames)
            self._ids.update({e.after: e.before for e in ends if e.before and e.after})
        names = [self._ids.get(name) for name in (way[0], way[1], *way[2])]
        known = [name for name in names if name is not None]
        if len(known) < len(names):
            return None
        source, destination, *between = known
        limited = self._limit(source, limits[0]), self._limit(destination, limits[1])
        return (source, destination, tuple(between)), limited

    def was(self, name: str) -> str:
        """What an endpoint was called before the plan; as it is called where it was not there."""
        found = self.earlier((name, name, ()), (None, None))
        return found[0][0] if found else name

    @property
    def renames(self) -> Renames:
        return Renames.of(self.planned)

    def _limit(self, name: str, limit: Limit) -> Limit:
        """The same addresses before the plan; all, where the endpoint had none of them."""
        held = within(self.before.endpoints[name], self.before)
        far = beyond(self.before, name) is not None
        gone = limit is not None and held is not None and held.isdisjoint(limit)
        return None if gone and not far else limit


def mistakes(sets: Sequence[End], ends: Iterable[End], scene: Scene) -> Iterator[Mistake]:
    """Selectors of which a part, or the whole, selects nothing in either network. What is wrong in
    a set is said of the set, and not where it is used."""
    said: set[Selector] = set()
    fine: set[Selector] = set()
    for at, end in enumerate((*sets, *ends)):
        terms = list(_terms(end.selector))
        if end.selector in fine or said.intersection(terms):
            continue
        networks = [with_services(side, end.selector) for side in (scene.after, scene.before)]
        for part in (*terms, end.selector):
            if error := _nothing(part, networks):
                yield Mistake(end.location, error.message, error.hint)
                said |= {part} if at < len(sets) else set()
                break
        else:
            fine.add(end.selector)


def _nothing(selector: Selector, networks: Iterable[Network]) -> UsageError | None:
    """What the first network says of it where it selects nothing in any."""
    first: UsageError | None = None
    for network in networks:
        try:
            select(selector, network)
        except UsageError as error:
            first = first or error
        else:
            return None
    return first


def _terms(selector: Selector) -> Iterator[Term]:
    match selector:
        case Term():
            yield selector
        case Not(of):
            yield from _terms(of)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _terms(part)
