"""A change between two networks and what seems to bring it about, in; its causes, proven, out.

A planned change is a cause where, had it alone not been made, less would be different. Where
several would each do alone, undoing one of them does nothing: they are undone together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from tfreach.diff.causes import Ledger, bare_cause, find_causes
from tfreach.diff.changes import Cause, Kind, Undone
from tfreach.diff.parts import FlowSets, are_alike, is_nearer, kind_of, parts_of, within
from tfreach.diff.through import find_witness_through
from tfreach.diff.witness import End, Part, Sides, find_witness
from tfreach.engine.reach import Survey
from tfreach.engine.verdicts import FlowSet, Options, Through, Verdict
from tfreach.records import dataclass
from tfreach.topology.apart import aligned
from tfreach.topology.network import Network

MOST_BUILT = 20_000
"""Resources that are built again for one plan, all networks together: 20 times a plan of 1,000."""
MOST_JUDGED = 500
"""How often a change is judged again."""
MOST_ROUNDS = 8
MOST_TOGETHER = 4
"""Changes of which each would do by itself."""

Names = frozenset[str]
"""Addresses of planned changes."""


class Undo(Protocol):
    """A plan that can be built again. size: resources that are built each time."""

    @property
    def size(self) -> int: ...

    def without(self, addresses: Names) -> Network:
        """The planned network, had these resources stayed as they were."""

    def only(self, addresses: Names) -> Network:
        """The planned network, had all but these resources stayed as they were."""


class SpentError(Exception):
    """More would have to be built or judged than there is time for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: the plan without some of its changes, or with only these."""

    names: Names
    only: bool = False


class Replays:
    """What the plan would build, had it other changes; each network is built once."""

    def __init__(self, undo: Undo, options: Options) -> None:
        self.options = options
        self._undo = undo
        self._networks: dict[Trial, Network] = {}
        self._judged = 0

    def network(self, trial: Trial) -> Network:
        """Raises SpentError."""
        if trial not in self._networks:
            if (len(self._networks) + 1) * self._undo.size > MOST_BUILT:
                raise SpentError
            build = self._undo.only if trial.only else self._undo.without
            self._networks[trial] = build(trial.names)
        return self._networks[trial]

    def count(self) -> None:
        """One more is judged. Raises SpentError."""
        self._judged += 1
        if self._judged > MOST_JUDGED:
            raise SpentError


@dataclass(frozen=True, slots=True)
class Differing:
    """What is different between two ends: the parts that are of one kind."""

    kind: Kind
    parts: Sequence[Part]
    pair: tuple[End, End]
    via: tuple[End, ...] = ()


class Trials:
    """Tries the causes of all changes of one comparison.

    limited   both of its networks are limited so; the identity where they are not
    """

    def __init__(
        self,
        replays: Replays,
        sides: Sides,
        ledger: Ledger,
        limited: Callable[[Network], Network],
    ) -> None:
        self._sides = sides
        self.ledger = ledger
        self._replays = replays
        self._limited = limited
        self._surveys: dict[Trial, tuple[Network, Survey]] = {}

    def proven(self, differing: Differing, likely: tuple[Cause, ...]) -> tuple[Cause, ...]:
        """The causes, each with what undoing it does; as given where that is too much to try."""
        try:
            return _Search(self, differing).causes(likely)
        except SpentError:
            return likely

    def sides(self, trial: Trial) -> Sides:
        """What is tried beside the network before. Raises SpentError."""
        return replace(self._sides, after=self._network(trial)[0]) if trial.names else self._sides

    def flows(self, trial: Trial, differing: Differing) -> FlowSets:
        """What passes between the ends where something else is planned. Raises SpentError."""
        self._replays.count()
        network, survey = self._network(trial)
        source, destination, *via = (self._name(e) for e in (*differing.pair, *differing.via))
        if not {source, destination, *via} <= network.endpoints.keys():
            return ()
        if not via:
            return survey.flows(source, destination)
        way: Through = source, destination, tuple(via)
        return survey.through(frozenset({way[:2]})).get(way, ())

    def _name(self, end: End) -> str:
        return end.after or self._sides.renames.text(end.before or "")

    def _network(self, trial: Trial) -> tuple[Network, Survey]:
        if trial not in self._surveys:
            found = self._limited(aligned(self._replays.network(trial), self._sides.after)[0])
            self._surveys[trial] = found, Survey(found, self._replays.options)
        return self._surveys[trial]


class _Search:
    """Tries the causes of one change."""

    def __init__(self, trials: Trials, differing: Differing) -> None:
        self._trials = trials
        self._ledger = trials.ledger
        self._differing = differing
        self._flows: dict[Trial, FlowSets] = {}
        self._order: dict[str, int] = {}
        self._found: dict[str, Cause] = {}

    def causes(self, likely: Sequence[Cause]) -> tuple[Cause, ...]:
        """The likely ones without which it is another, and what else brings it about."""
        self._meet(likely)
        self._create_ends(likely)
        new = bool(self._found)
        rest = [one for one in likely if not (self._is_found(one) or self._stands_alone(one))]
        if new:
            return self._ordered()
        if not any(self._ledger.came_or_went(end) for end in self._differing.pair):
            for one in rest:
                if self._is_enough(one):
                    self._add_together([one])
                else:
                    self._stand_together(one)
        self._complete()
        if not self._found:
            self._search()
        return self._ordered()

    def _ordered(self) -> tuple[Cause, ...]:
        return tuple(sorted(self._found.values(), key=lambda one: self._order[one.address]))

    def _is_found(self, cause: Cause) -> bool:
        return cause.address in self._found

    def _create_ends(self, causes: Iterable[Cause]) -> None:
        """Without one of its ends there is nothing of it: that needs no trial."""
        new = [end for end in self._differing.pair if end.before is None]
        ends = filter(None, map(self._ledger.came_or_went, new))
        names = {end.address or end.id for end in ends}
        for one in causes:
            if one.address in names and one.actions == ("create",):
                self._found[one.address] = replace(one, undone=Undone.VANISHES)

    def _meet(self, causes: Iterable[Cause]) -> None:
        for one in causes:
            self._order.setdefault(one.address, len(self._order))

    def _stands_alone(self, cause: Cause) -> bool:
        """Whether undoing it alone makes a difference."""
        alone = frozenset((cause.address,))
        nearer = self._nearer(alone)
        if nearer:
            done = Undone.CHANGES if self._left(Trial(alone)) else Undone.VANISHES
            self._found[cause.address] = replace(cause, undone=done)
        return nearer

    def _is_enough(self, cause: Cause) -> bool:
        """Whether it alone, of all that is planned, surely brings about some of it."""
        only = Trial(frozenset((cause.address,)), only=True)
        return any(kind_of(one) for one in self._left(only))

    def _stand_together(self, cause: Cause) -> None:
        """Looks for others that would do in its place, so that it is no cause alone."""
        known = {cause.address: cause}
        while not self._nearer(frozenset(known)):
            seen = self._seen(frozenset(known))
            more = {one.address: one for one in seen if one.address not in self._found}
            if not more or len(known) >= MOST_TOGETHER:
                return
            known |= more
        for address in list(known):
            if len(known) > 1 and self._nearer(frozenset(known) - {address}):
                del known[address]
        if len(known) > 1:
            self._add_together(known.values())

    def _complete(self) -> None:
        """Until all of it is undone where all causes are."""
        for _ in range(MOST_ROUNDS):
            done = frozenset(self._found)
            if not done or not (left := self._left(Trial(done))):
                return
            new = [one for one in self._seen(done) if one.address not in done]
            more = [one for one in new if self._nearer(done | {one.address}, left)]
            if not more and self._nearer(done | {one.address for one in new}, left):
                more = new
            if not more:
                return
            self._meet(more)
            self._add_together(one for one in more if not self._stands_alone(one))

    def _search(self) -> None:
        """Where none of the likely ones is a cause: any planned change, or the fewest together."""
        planned = {key: one for key, one in self._ledger.planned.items() if one.changes}
        causes = {key: bare_cause(planned[key]) for key in sorted(planned)}
        self._meet(causes.values())
        for one in causes.values():
            self._stands_alone(one)
        if self._found:
            return
        known = frozenset(causes)
        if known and self._nearer(known):
            for key in causes:
                known -= {key} if self._nearer(known - {key}) else frozenset()
            self._add_together(causes[key] for key in sorted(known))

    def _add_together(self, causes: Iterable[Cause]) -> None:
        for one in causes:
            self._meet([one])
            self._found[one.address] = replace(one, undone=Undone.NOTHING)

    def _seen(self, undone: Names) -> list[Cause]:
        """What seems to bring about what is left of it."""
        left = self._left(Trial(undone))
        kind = next((kind for one in left if (kind := kind_of(one))), None)
        if kind is None:
            return []
        parts = [one for one in left if kind_of(one) is kind]
        of, sides = self._differing, self._trials.sides(Trial(undone))
        if of.via:
            witness = find_witness_through(kind, parts, of.pair, of.via, sides)
        else:
            witness = find_witness(kind, parts, *of.pair, sides)
        causes = find_causes(witness, of.pair, self._ledger)
        return [one for one in causes if one.address not in undone]

    def _left(self, trial: Trial) -> list[Part]:
        """What is still different."""
        parts, flows = self._differing.parts, self._tried(trial)
        now = (one for part in parts for one in within(flows, part))
        before = (part.before for part in parts)
        found = parts_of(_passing(before), _passing(now))
        return [one for one in found if not are_alike(one.before, one.after)]

    def _nearer(self, undone: Names, parts: Sequence[Part] = ()) -> bool:
        """Whether it is more as it was before, without some changes; some parts of it, or any."""
        flows = self._without(undone)
        parts = parts or self._differing.parts
        return any(is_nearer(one, part) for part in parts for one in within(flows, part))

    def _without(self, undone: Names) -> FlowSets:
        return self._tried(Trial(undone))

    def _tried(self, trial: Trial) -> FlowSets:
        if trial not in self._flows:
            self._flows[trial] = self._trials.flows(trial, self._differing)
        return self._flows[trial]


def _passing(flows: Iterable[FlowSet]) -> FlowSets:
    return tuple(one for one in flows if one.verdict is not Verdict.UNREACHABLE)
