"""Bytes of a plan or state in; both networks, what the plan does, and how sure it is, out.

This is also the public Python API: `analyse`, then `tfreach.engine` and `tfreach.diff` on its
networks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tfreach.diff.changes import Planned
from tfreach.diff.undone import Undo
from tfreach.errors import InputError
from tfreach.plan import document
from tfreach.plan.configuration import Configuration, read_configuration
from tfreach.plan.document import Document
from tfreach.plan.origin import Location, Written
from tfreach.plan.references import How, Record, Resolver, Tally
from tfreach.plan.search import shown
from tfreach.plan.snapshot import Change, Snapshot, Snapshots, snapshots
from tfreach.records import dataclass
from tfreach.replay import Drift, Replay
from tfreach.resources import inventory
from tfreach.resources.coverage import NOT_MODELLED, standing
from tfreach.topology.build import build
from tfreach.topology.network import Network

if TYPE_CHECKING:
    from tfreach.plan.complete import Completed
    from tfreach.plan.modules import Source
    from tfreach.plan.world import World

MOST_REPLAYED = 1000
"""A plan of more resources is not kept, and not built again without some of its changes."""


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
class Disagreement:
    """An attribute of which the plan says something else than the source."""

    address: str
    attribute: str
    location: Location


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """How the source compares with what the plan knows.

    compared      attributes that both say
    unevaluated   `address.attribute` of what the plan knows, the source sets and nobody evaluated
    """

    compared: int = 0
    unevaluated: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


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
    source       how the source compares with the plan; None when none was given
    given        that source itself
    undo         builds the planned network without some changes of the plan, named by address; None
                 where there is nothing to undo, or too much to build again
    drift        what was changed outside of Terraform; None: nothing that is known
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
    source: SourceCheck | None = None
    given: Source | None = None
    undo: Undo | None = None
    drift: Drift | None = None


def analyse(
    data: bytes,
    name: str,
    source: Source | None = None,
    *,
    check_all: bool = False,
    everywhere: bool = False,
    now: Callable[[str], None] = lambda doing: None,
) -> Analysis:
    """Read `data` and build the networks before and after. Raises InputError.

    source      the configuration that the plan was made from, to resolve what it leaves unknown
    check_all   compare the whole source with what the plan knows, not only where links are open
    everywhere  locate also what the plan does not change
    now         is told what is being done, for a line of progress
    """
    given = [data]
    del data
    read = document.read(given.pop(), name)  # which lets go of the bytes when it has their text
    now("resolving links")
    sides = snapshots(read)
    before = inventory.read(sides.before, Resolver(sides.before.resources, None))
    if read.kind == "state":
        networks = (build(before, is_state=True),) * 2
        return _analysis(read, sides, networks, before.resolver)
    configuration = read_configuration(read)
    drift = _drift(read, sides)
    read = replace(read, content={})  # what counts of it stands in the snapshots
    sourced: _Sourced | None = None
    resources = sides.after.resources
    if source is not None:
        sourced = _with_source(read, sides, configuration, source, check_all, everywhere)
    while True:
        completed = sourced.completed if sourced else None
        sides = replace(sides, after=Snapshot(completed.resources if completed else resources))
        resolver = Resolver(
            sides.after.resources, configuration, completed.written if completed else None
        )
        try:
            after = inventory.read(sides.after, resolver, before)
            break
        except InputError as error:  # a source that sets what such a resource does not take
            if completed is None or not completed.refuse(error.where, resources):
                raise
    now("building the networks")
    networks = build(before), build(after, before)
    undo = _undo(sides, configuration, (before, after), sourced)
    analysis = _analysis(read, sides, networks, resolver, sourced)
    return replace(analysis, undo=undo, drift=drift)


def _drift(read: Document, sides: Snapshots) -> Drift | None:
    if not read.drifted or len(sides.before.resources) > MOST_REPLAYED:
        return None
    from tfreach.plan.drift import as_left

    left = as_left(read, sides.before)
    return Drift(left, read.drifted) if left is not None else None


def _undo(
    sides: Snapshots,
    configuration: Configuration | None,
    inventories: tuple[inventory.Inventory, inventory.Inventory],
    sourced: _Sourced | None,
) -> Undo | None:
    if len(sides.after.resources) > MOST_REPLAYED:
        return None  # so that all this is let go
    if sourced is None:
        return Replay(sides, configuration, inventories)
    completed = sourced.completed
    return Replay(sides, configuration, inventories, completed.written, completed.filled)


@dataclass(frozen=True, slots=True, eq=False)
class _Sourced:
    """What the source gives to an analysis.

    locations   of the blocks of what the plan changes
    world       what it means; None of a large plan, which is let go
    """

    source: Source
    completed: Completed
    locations: Mapping[str, Location]
    world: World | None


def _with_source(
    read: Document,
    sides: Snapshots,
    configuration: Configuration | None,
    source: Source,
    check_all: bool,
    everywhere: bool,
) -> _Sourced:
    from tfreach.plan.complete import complete
    from tfreach.plan.world import World

    resources = sides.after.resources
    world = World(source, resources, read.variables, configuration)
    completed = complete(world, resources, configuration, check_all=check_all)
    located = (
        resources[address]
        for address, change in sides.changes.items()
        if (everywhere or change.actions != ("no-op",)) and address in resources
    )
    large = len(resources) > MOST_REPLAYED
    locations = world.locations(located)
    return _Sourced(source, completed, locations, None if large else world)


def _analysis(
    read: Document,
    sides: Snapshots,
    networks: tuple[Network, Network],
    resolver: Resolver,
    sourced: _Sourced | None = None,
) -> Analysis:
    return Analysis(
        read.name,
        read.kind,
        *networks,
        planned=_planned(sides, sourced),
        references=resolver.tally(),
        notes=tuple(read.notes),
        warnings=(
            *read.warnings,
            *(_doubts(sourced, resolver) if sourced else ()),
            *networks[1].troubles,
        ),
        seen=_seen(sides.after, networks[1]),
        links=tuple(resolver.records()),
        source=_check(sourced.completed) if sourced else None,
        given=sourced.source if sourced else None,
    )


def _check(completed: Completed) -> SourceCheck:
    return SourceCheck(
        completed.agreed,
        tuple(f"{address}.{attribute}" for address, attribute in completed.unevaluated),
        tuple(
            Disagreement(one.address, one.attribute, Location(one.file, one.line))
            for one in completed.disagreements
        ),
    )


def _doubts(sourced: _Sourced, resolver: Resolver) -> Iterator[str]:
    """What is wrong with the source, and which links are less sure for it."""
    without = [
        f"{record.address}.{record.attribute}"
        for record in resolver.records()
        if record.how not in (How.KNOWN, How.EVALUATED)
    ]
    links = f" (links resolved without it: {shown(without)})" if without else ""
    for problem in sourced.source.problems:
        yield f"the source cannot be used as a whole: {problem}{links}"
    if absent := sourced.completed.absent:
        yield f"the source does not have {shown(absent)}{links}"
    disagreements = sourced.completed.disagreements
    if disagreements:
        first = disagreements[0]
        yield (
            f"the source is not the one that the plan was made from: "
            f"{first.address}.{first.attribute} is another at {first.file}:{first.line}"
            f" (in all {len(disagreements)}){links}"
        )


def _planned(sides: Snapshots, sourced: _Sourced | None) -> dict[str, Planned]:
    return {
        address: Planned(
            address,
            change.actions,
            change.previous_address or "",
            sourced.locations.get(address) if sourced else None,
            _written(address, change, sides, sourced.world) if sourced and sourced.world else None,
        )
        for address, change in sides.changes.items()
    }


def _written(
    address: str, change: Change, sides: Snapshots, world: World
) -> Callable[[str], Written | None]:
    from tfreach.plan.writing import Writing

    before, after = sides.before.resources, sides.after.resources
    old = before.get(address) or before.get(change.previous_address)
    return Writing(world, old, after.get(address)).at


def _seen(side: Snapshot, network: Network) -> tuple[Seen, ...]:
    """By type and standing. What the network leaves out stands as that says."""
    apart = {
        (item.type, address): (NOT_MODELLED, item.effect)
        for item in network.unmodelled
        for address in item.addresses
    }
    counts = Counter(
        (
            (raw.type if raw.mode == "managed" else f"data.{raw.type}"),
            *apart.get((raw.type, raw.address), standing(raw)),
        )
        for raw in side.resources.values()
    )
    return tuple(
        Seen(kind, count, word, effect) for (kind, word, effect), count in sorted(counts.items())
    )
