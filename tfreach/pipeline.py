"""Bytes of a plan or state in; both networks, what the plan does, and how sure it is, out.

This is also the public Python API: `analyse`, then `tfreach.engine` and `tfreach.diff` on its
networks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tfreach.diff.changes import Planned
from tfreach.plan import document
from tfreach.plan.configuration import read_configuration
from tfreach.plan.references import Record, Resolver, Tally
from tfreach.plan.snapshot import Snapshot, Snapshots, snapshots
from tfreach.resources import inventory
from tfreach.resources.coverage import standing
from tfreach.topology.build import build
from tfreach.topology.network import Network


@dataclass(frozen=True, slots=True)
class Seen:
    """How many resources of one type were seen, and what became of them.

    modelled   "modelled", "skipped" (it is on no path) or "not modelled"
    effect     what that means for a verdict; "" for modelled types
    """

    type: str
    count: int
    modelled: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One plan or state, read and built.

    kind         `plan` or `state`; a state has one snapshot, so before is after
    notes        repairs made while reading, for standard error
    warnings     what the kind of plan means for the answer (errored, targeted ...)
    planned      by address, every resource change the plan lists
    references   how links were resolved, of the planned side
    seen         coverage: every resource type of the planned side
    links        coverage: every link of the planned side
    """

    name: str
    kind: str
    before: Network
    after: Network
    planned: Mapping[str, Planned]
    references: Tally
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    links: tuple[Record, ...] = ()


def analyse(data: bytes, name: str) -> Analysis:
    """Read `data` and build the networks before and after. Raises InputError."""
    read = document.read(data, name)
    sides = snapshots(read)
    before = inventory.read(sides.before, Resolver(sides.before.resources, None))
    if read.kind == "state":
        after, resolver = before, before.resolver
        networks = (build(before, is_state=True),) * 2
    else:
        resolver = Resolver(sides.after.resources, read_configuration(read))
        after = inventory.read(sides.after, resolver)
        networks = build(before), build(after, before)
    return Analysis(
        name,
        read.kind,
        *networks,
        planned=_planned(sides),
        references=resolver.tally(),
        notes=tuple(read.notes),
        warnings=tuple(read.warnings),
        seen=_seen(sides.after),
        links=tuple(resolver.records()),
    )


def _planned(sides: Snapshots) -> dict[str, Planned]:
    return {
        address: Planned(address, change.actions, change.previous_address or "")
        for address, change in sides.changes.items()
    }


def _seen(side: Snapshot) -> tuple[Seen, ...]:
    counts = Counter(
        ((raw.type if raw.mode == "managed" else f"data.{raw.type}"), *standing(raw))
        for raw in side.resources.values()
    )
    return tuple(
        Seen(kind, count, word, effect) for (kind, word, effect), count in sorted(counts.items())
    )
