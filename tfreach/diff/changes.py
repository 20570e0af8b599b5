"""What a comparison says: changes, pairs that cannot be decided, endpoints that came and went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum

from tfreach.engine.blocks import Members
from tfreach.engine.verdicts import FlowSet, Trace
from tfreach.records import dataclass
from tfreach.space.headers import Flow
from tfreach.topology.network import Call, Location, Written


class Kind(Enum):
    """opened: nothing was delivered before; closed: nothing is after; changed: all else."""

    OPENED = "opened"
    CLOSED = "closed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan does to one resource.

    address            Terraform address after the plan (before it, for what is deleted)
    actions            Terraform's words: create, update, delete, read, no-op, forget; a replacement
                       has two
    previous_address   where a `moved` block took it from; "" when it was not moved
    location           of its block in the source; None when that is not given
    written            where the change is written, or that of one part of it (Origin.part); None
                       where it is not known how to tell
    """

    address: str
    actions: tuple[str, ...]
    previous_address: str = ""
    location: Location | None = None
    written: Callable[[str], Written | None] | None = field(default=None, compare=False)

    @property
    def changes(self) -> bool:
        """Whether something happens to the resource itself."""
        return self.actions not in ((), ("no-op",), ("read",))


class Undone(Enum):
    """What becomes of a finding when one planned change alone is undone.

    VANISHES   it is all as before the plan
    CHANGES    less of it is left, or it is not sure any more
    NOTHING    it stays: other changes that are marked so would each bring it about as well
    """

    VANISHES = "vanishes"
    CHANGES = "changes"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Cause:
    """A planned resource change that brings a change about.

    what     what it does to the way, in a person's words: `permits tcp/5432 from 0.0.0.0/0`
    location the smallest attribute or block that is changed, as far as the source tells
    calls    the module blocks that lead there, from the root
    undone   None: it decides the witness, before or after, and nobody undid it (diff/undone.py)
    """

    address: str
    actions: tuple[str, ...]
    what: str
    location: Location | None = None
    calls: tuple[Call, ...] = ()
    undone: Undone | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """One flow whose traces differ; None on a side where one of its ends does not exist, or has no
    address of the flow's family, or where no listener leads to it through load balancers."""

    flow: Flow
    before: Trace | None
    after: Trace | None


@dataclass(frozen=True, slots=True)
class Change:
    """What became different between two endpoints, of one kind.

    source, destination   endpoint ids of the after side where the endpoint still exists
    before, after         only the flow sets that differ, unreachable ones left out
    endpoint_change       None, or `source added`, `destination removed`, `both added` ...
    via                   the load balancers between the two, from the source's side; () for none
    """

    kind: Kind
    source: str
    destination: str
    before: tuple[FlowSet, ...]
    after: tuple[FlowSet, ...]
    endpoint_change: str | None
    witness: Witness
    causes: tuple[Cause, ...]
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A pair with flows of which one side, or both, cannot be decided.

    before, after   the flow sets concerned
    differs         whether the two sides say different things; False: nothing seen changes here
    """

    source: str
    destination: str
    before: tuple[FlowSet, ...]
    after: tuple[FlowSet, ...]
    differs: bool
    endpoint_change: str | None
    reasons: tuple[str, ...]
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Many:
    """Many pairs of which one thing is to be said: as Change, or as Undecided.

    kind      None: it cannot be decided
    sources, destinations  each source with each destination, but none with itself
    pairs     how many these are
    witness   of one of the pairs; None where an end came or went, which says enough, where nothing
              is decided, and where one before it says the same, of other pairs
    """

    kind: Kind | None
    sources: Members
    destinations: Members
    pairs: int
    before: tuple[FlowSet, ...]
    after: tuple[FlowSet, ...]
    endpoint_change: str | None
    reasons: tuple[str, ...] = ()
    witness: Witness | None = None
    causes: tuple[Cause, ...] = ()

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything `diff` reports. Sorted by kind, source, destination, and what is between them.

    unchanged_pairs   ordered pairs of endpoints, of both sides together, that are in neither list
                      with a difference; what goes through load balancers is no pair of its own here
    added, removed    endpoint ids
    many              instead of changes and undecided, but for load balancers, where there are too
                      many to list one by one and the caller wants groups
    blocks            those that members name, and who is in each
    """

    changes: tuple[Change, ...]
    undecided: tuple[Undecided, ...]
    unchanged_pairs: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    many: tuple[Many, ...] = ()
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether anything is reported but what stays undecided."""
        unsure = any(one.differs for one in self.undecided)
        return bool(self.changes) or unsure or any(one.differs for one in self.many)
