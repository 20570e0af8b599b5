"""What a plan was read as, and names of its changes, in; the planned network without them, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from tfreach.plan.configuration import Configuration
from tfreach.plan.raw import RawResource
from tfreach.plan.references import Resolver
from tfreach.plan.snapshot import Snapshot, Snapshots
from tfreach.plan.undone import without
from tfreach.resources import inventory
from tfreach.resources.inventory import Inventory, Reading
from tfreach.topology.build import build
from tfreach.topology.network import Network

Names = frozenset[str]
"""Addresses."""


class Drift:
    """What stood before a plan, as Terraform had left it.

    resources   all of them
    addresses   of those that were changed since, outside of Terraform
    """

    def __init__(self, resources: Mapping[str, RawResource], addresses: Iterable[str]) -> None:
        self.addresses = frozenset(addresses)
        self._resources = resources
        self._network: Network | None = None

    def network(self) -> Network:
        if self._network is None:
            found = inventory.read(Snapshot(self._resources), Resolver(self._resources, None))
            self._network = build(found)
        return self._network


class Replay:
    """One plan, to be built again and again.

    sides          with what the source filled in
    before, after  the inventories of both
    written        address -> what the source sets there, of the resources where it is believed
    filled         the resources into which it filled something
    """

    def __init__(
        self,
        sides: Snapshots,
        configuration: Configuration | None,
        inventories: tuple[Inventory, Inventory],
        written: Mapping[str, frozenset[str]] | None = None,
        filled: Iterable[str] = (),
    ) -> None:
        self._sides = sides
        self._configuration = configuration
        self._before, self._after = inventories
        self._written = written or {}
        self._filled = frozenset(filled)

    @property
    def size(self) -> int:
        """Resources that are built each time."""
        return len(self._sides.after.resources)

    def without(self, addresses: Names) -> Network:
        """The planned network, had these resources stayed as they were, and with them what cannot
        be without them."""
        return self._built(self.whole(addresses))

    def only(self, addresses: Names) -> Network:
        """The planned network, had all but these resources stayed as they were."""
        changes = self._sides.changes
        return self._built(frozenset(a for a in changes.keys() - addresses if self._changes(a)))

    def whole(self, addresses: Names) -> Names:
        """Of something that is not created, what names it; of what stays as it was, all that it
        named."""
        known, queue = set(addresses), list(addresses)
        while queue:
            address = queue.pop()
            for other in self._bound(address):
                if other not in known:
                    known.add(other)
                    queue.append(other)
        return frozenset(known)

    def _built(self, undone: Names) -> Network:
        resources = without(self._sides, undone, self._filled)
        written = {key: told for key, told in self._written.items() if key not in undone}
        resolver = Resolver(resources, self._configuration, written)
        known = self._alike(resources, undone)
        found = inventory.read(Snapshot(resources), resolver, self._before, known)
        return build(found, self._before)

    def _alike(self, resources: Mapping[str, RawResource], undone: Names) -> dict[str, Reading]:
        """What reads as it does in the plan, where all that is undone is created: nothing that is
        left names it."""
        if any(self._sides.changes[one].actions != ("create",) for one in undone):
            return {}
        readings = self._after.readings.items()
        return {key: one for key, one in readings if one.raw is resources.get(key)}

    def _bound(self, address: str) -> Iterator[str]:
        change = self._sides.changes.get(address)
        actions = change.actions if change else ()
        if actions == ("create",):
            yield from (one for one in self._naming.get(address, ()) if self._changes(one))
        else:
            old = change.previous_address if change else ""
            for one in (*self._named.get(address, ()), *self._named.get(old, ())):
                if self._is_deleted(one):
                    yield one

    def _changes(self, address: str) -> bool:
        change = self._sides.changes.get(address)
        return change is not None and change.actions not in (("no-op",), ("read",))

    def _is_deleted(self, address: str) -> bool:
        change = self._sides.changes.get(address)
        return change is not None and change.actions == ("delete",)

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        """What names something after the plan, by its address."""
        found: dict[str, list[str]] = {}
        for one in self._after.resolver.records():
            for target in one.targets:
                found.setdefault(_owner(target), []).append(one.address)
        return found

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """What something named before the plan, by its address."""
        found: dict[str, list[str]] = {}
        for one in self._before.resolver.records():
            found.setdefault(one.address, []).extend(map(_owner, one.targets))
        return found


def _owner(key: str) -> str:
    """The address of `aws_vpc.main (default security group)`."""
    return key.partition(" (")[0]
