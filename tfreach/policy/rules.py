"""What a policy says, as values: rules, what they speak of, and what is waived for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum

from tfreach.diff.changes import Kind
from tfreach.engine.verdicts import Verdict
from tfreach.policy.grammar import Selector
from tfreach.policy.services import EVERYTHING, Services
from tfreach.records import dataclass
from tfreach.topology.network import Location

CHANGE = "change"
"""The name of the change block, as a rule."""


class Undetermined(Enum):
    """What becomes of a rule that cannot be decided."""

    FAIL = "fail"
    WARN = "warn"
    PASS = "pass"

    def severity(self, otherwise: str = "error") -> str:
        """How bad that is: `error`, `warning` or `info`."""
        return {Undetermined.WARN: "warning", Undetermined.PASS: "info"}.get(self, otherwise)


@dataclass(frozen=True, slots=True)
class End:
    """A selector as it was written; of a named set, with what the set means in its place."""

    text: str
    selector: Selector
    location: Location


@dataclass(frozen=True, slots=True)
class Flows:
    """Which flows something speaks of. None: whatever the rule it belongs to speaks of.

    via   the load balancers between the two ends
    """

    source: End | None
    destination: End | None
    services: Services = EVERYTHING
    via: End | None = None

    @property
    def ends(self) -> tuple[End | None, End | None]:
        return self.source, self.destination


@dataclass(frozen=True, slots=True)
class Assert:
    """Every pair of the two ends has just this verdict.

    state     `planned`, `current` or `both`
    lenient   a selector that selects nothing is no mistake
    """

    name: str
    location: Location
    flows: Flows
    expect: Verdict
    state: str = "planned"
    undetermined: Undetermined = Undetermined.FAIL
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Deny:
    """Nothing of `flows` but what `excepts` allow is delivered.

    severity   `error` or `warning`
    through    what goes through load balancers counts too
    new        only what the plan opens is judged
    """

    name: str
    location: Location
    flows: Flows
    excepts: tuple[Flows, ...] = ()
    severity: str = "error"
    through: bool = True
    new: bool = False
    undetermined: Undetermined = Undetermined.FAIL
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Allow:
    """A change that is meant. kind: only that one; None: any."""

    flows: Flows
    location: Location
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The plan changes nothing in who can reach whom but what is allowed."""

    location: Location
    allow: tuple[Allow, ...]
    undetermined: Undetermined = Undetermined.FAIL
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is accepted of a rule's findings, and until when.

    rule      the name of the rule
    expires   the last day on which it waives
    """

    rule: str
    flows: Flows
    reason: str
    expires: date
    location: Location
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One or several files. Names of rules are unique; waivers are of rules that are there.

    sets   what each set stands for, of those that have to select something
    """

    asserts: tuple[Assert, ...] = ()
    denies: tuple[Deny, ...] = ()
    change: Change | None = None
    waivers: tuple[Waiver, ...] = ()
    sets: tuple[End, ...] = ()

    def rules(self) -> Iterator[tuple[str, Location]]:
        """The name of every rule, and where it stands."""
        yield from ((one.name, one.location) for one in self.asserts)
        yield from ((one.name, one.location) for one in self.denies)
        if self.change:
            yield CHANGE, self.change.location
