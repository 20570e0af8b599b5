"""What a command found, as plain values: what goes into every renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from tfreach.diff.changes import Comparison
from tfreach.engine.reached import ReachOfMany
from tfreach.engine.verdicts import FlowSet, Pair, Through
from tfreach.plan.references import Tally as Tally
from tfreach.records import dataclass
from tfreach.topology.network import Location, Network, Unmodelled

if TYPE_CHECKING:
    from tfreach.lint.model import Linted
    from tfreach.policy.questions import Answer, Question
    from tfreach.policy.results import Result


@dataclass(frozen=True, slots=True)
class Files:
    """Where things lie, from the root of the repository, with `/` between names.

    source   the folder of the root module, where the locations of the source begin
    here     the working folder, where the paths begin that a user gave
    plan     the plan, as the user gave it
    """

    source: str = ""
    here: str = ""
    plan: str = "plan.json"


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on, whatever the command.

    name         of the stack, for headlines
    state        `current` or `planned`; "" where both are looked at
    changing     resources that the plan changes
    references   how links of the plan were resolved
    files        where the source, the policies and the plan lie
    """

    name: str
    state: str
    changing: int
    references: Tally
    assumptions: tuple[str, ...] = ()
    unmodelled: tuple[Unmodelled, ...] = ()
    warnings: tuple[str, ...] = ()
    files: Files = Files()


@dataclass(frozen=True, slots=True)
class DiffFound:
    basis: Basis
    before: Network
    after: Network
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class CheckFound:
    """results    in the order of the policy
    compared   whether there was a network before to compare with
    """

    basis: Basis
    before: Network
    after: Network
    results: tuple[Result, ...]
    compared: bool = True


@dataclass(frozen=True, slots=True)
class LintFound:
    """network   the one that is judged: the planned one, or that of a state"""

    basis: Basis
    network: Network
    linted: Linted


@dataclass(frozen=True, slots=True)
class ReachFound:
    """pairs    flow sets that are not unreachable; only pairs that have some
    through  the same through load balancers
    many     instead of pairs, where there are too many to list one by one
    blocks   those that members name, and who is in each
    """

    basis: Basis
    network: Network
    pairs: Mapping[Pair, tuple[FlowSet, ...]]
    through: Mapping[Through, tuple[FlowSet, ...]] = field(default_factory=dict)
    many: tuple[ReachOfMany, ...] = ()
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def listed(self) -> int:
        """How many pairs have a flow."""
        return len(self.pairs) + sum(one.pairs for one in self.many)

    @property
    def ways(self) -> list[tuple[Through, tuple[FlowSet, ...]]]:
        """All of them, in order: source, destination, and what is between."""
        found: dict[Through, tuple[FlowSet, ...]] = dict(self.through)
        found |= {(*pair, ()): flows for pair, flows in self.pairs.items()}
        return sorted(found.items(), key=lambda item: item[0])


@dataclass(frozen=True, slots=True)
class TraceFound:
    """other   the answer of the other snapshot; None when there is no other"""

    basis: Basis
    network: Network
    question: Question
    answer: Answer
    other: Answer | None = None


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One resource type. modelled: `modelled`, `skipped` (it is on no path) or `not modelled`.

    count   how many the plan has; None when there is no plan
    """

    type: str
    modelled: str
    effect: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link that the plan leaves unknown. how: `one of`, `unknown` ..."""

    address: str
    attribute: str
    how: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """How the source compares with what the plan knows.

    compared      attributes that both say
    unevaluated   attributes that the plan knows and the source sets, but nobody evaluated
    others        attributes of which the source says something else, and where
    """

    compared: int
    unevaluated: tuple[str, ...]
    others: tuple[tuple[str, Location], ...]


@dataclass(frozen=True, slots=True)
class CoverageFound:
    """basis is None when there is no plan: then `types` is all that tfreach knows.

    source    None when none was given
    provider  the version of the AWS provider whose types are listed; "" with a plan
    """

    types: tuple[TypeRow, ...]
    links: tuple[LinkRow, ...] = ()
    basis: Basis | None = None
    source: SourceRow | None = None
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks. color: with ANSI colours; verbose: also what is usually summed up; most: the
    bytes that a document of sections keeps to, 0 for any number."""

    color: bool = False
    verbose: bool = False
    most: int = 0
