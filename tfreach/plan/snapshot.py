"""A Document in; what stands before and after it, as RawResources, and its changes, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any, Final

from tfreach.plan.document import OBJECT, TEXT, Document, Object, member, members, resources
from tfreach.plan.links import ONLY_FORGOTTEN
from tfreach.plan.raw import ModuleStep, RawResource, format_address, parse_module
from tfreach.records import dataclass

KEY: Final = (int, str)
NO_OP: Final = ["no-op"]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All that is there at one time, managed and data, by address."""

    resources: Mapping[str, RawResource]


@dataclass(frozen=True, slots=True)
class Change:
    """What the plan does to one resource.

    address            as in the snapshots: a deposed object's has ` (deposed KEY)` behind it
    actions            Terraform's words: create, update, delete, read, no-op, forget; a replacement
                       has two, in their order
    action_reason      Terraform's word, else ""
    previous_address   where a `moved` block took it from, else ""
    """

    address: str
    actions: tuple[str, ...]
    action_reason: str = ""
    previous_address: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshots:
    """Both sides; of a state, which has one, `before is after`.

    changes   by address, no-op ones included
    renames   address before -> address after, of moved resources that are still at the old address
              in `before`; Terraform itself mostly writes prior_state with the move already done
    """

    before: Snapshot
    after: Snapshot
    changes: Mapping[str, Change] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """One entry of resource_changes.

    raw      the resource after the change, with what planned_values say of it
    before   its values before; None when there was none
    after    False when the entry says nothing of the time after
    """

    change: Change
    raw: RawResource
    before: Object | None
    after: bool


def snapshots(document: Document) -> Snapshots:
    """The resources before and after a plan, or those of a state. Raises InputError."""
    if document.kind == "state":
        raw_state = "values" not in document.content
        found = _raw_state(document) if raw_state else _listed(document, "values")
        state = Snapshot({raw.address: raw for raw in found})
        return Snapshots(state, state)
    before = {raw.address: raw for raw in _listed(document, "prior_state", "values")}
    planned = {raw.address: raw for raw in _listed(document, "planned_values")}
    entries = list(_entries(document, before, planned))
    _complete(before, entries)
    return Snapshots(
        Snapshot(before),
        Snapshot(_after(before, planned, entries)),
        {entry.change.address: entry.change for entry in entries},
        {
            entry.change.previous_address: entry.change.address
            for entry in entries
            if entry.change.previous_address in before and entry.change.address not in before
        },
    )


def _complete(before: dict[str, RawResource], entries: list[_Entry]) -> None:
    """Add what a prior_state that is missing, or holds data sources only, does not list."""
    for entry in entries:
        raw, old = entry.raw, entry.change.previous_address or entry.raw.address
        if entry.before is None or raw.mode != "managed" or before.keys() & {old, raw.address}:
            continue
        before[old] = replace(
            raw, address=old, values=entry.before, unknown={}, actions=(), previous_address=""
        )


def _after(
    before: Mapping[str, RawResource], planned: Mapping[str, RawResource], entries: list[_Entry]
) -> dict[str, RawResource]:
    """What the plan does not speak of stays: with -target it lists only a part."""
    after = dict(before)
    for entry in entries:
        after.pop(entry.change.previous_address, None)
    for entry in entries:
        raw = entry.raw
        told = raw.address in planned or entry.after
        if raw.actions == ("delete",) and not _only_forgotten(entry):
            after.pop(raw.address, None)
        elif told or (raw.actions != ("delete",) and raw.address not in after):
            after[raw.address] = raw
        elif raw.address in after:  # `forget`: no longer managed, and still there
            after[raw.address] = replace(after[raw.address], actions=raw.actions)
    mentioned = {entry.raw.address for entry in entries}
    return after | {key: raw for key, raw in planned.items() if key not in mentioned}


def _only_forgotten(entry: _Entry) -> bool:
    """Whether destroying the resource leaves the object in the cloud as it is."""
    forced = entry.before is not None and entry.before.get("force_destroy") is True
    return entry.raw.type in ONLY_FORGOTTEN and not forced


def _listed(document: Document, *path: str) -> Iterator[RawResource]:
    """The resources of the `values` at `path`."""
    for item, at, module in resources(document.content, path, document.where):
        values = member(item, "values", OBJECT, at) or {}
        yield _resource(item, at, module, "deposed_key", values=values)


def _entries(
    document: Document, before: Mapping[str, RawResource], planned: Mapping[str, RawResource]
) -> Iterator[_Entry]:
    """resource_changes, with all types checked."""
    for item, at in members(document.content, "resource_changes", document.where):
        module = parse_module(
            member(item, "module_address", TEXT, at) or "", f"{at}/module_address"
        )
        inner, place = member(item, "change", OBJECT, at, required=True), f"{at}/change"
        after = member(inner, "after", OBJECT, place)
        key = _key(item, at, "deposed")
        values = planned[key].values if key in planned else after or {}
        if key in before and before[key].values == values:
            values = before[key].values  # so the inventory reads it once
        raw = _resource(
            item,
            at,
            module,
            "deposed",
            values=values,
            unknown=member(inner, "after_unknown", (dict, bool), place),
            actions=_actions(inner, place),
            previous_address=member(item, "previous_address", TEXT, at) or "",
        )
        reason = member(item, "action_reason", TEXT, at) or ""
        change = Change(raw.address, raw.actions, reason, raw.previous_address)
        yield _Entry(change, raw, member(inner, "before", OBJECT, place), after is not None)


def _actions(inner: Object, place: str) -> tuple[str, ...]:
    actions = member(inner, "actions", (list,), place, required=True)
    if actions == NO_OP:
        return ("no-op",)
    by_place = {str(at): action for at, action in enumerate(actions)}
    return tuple(member(by_place, at, TEXT, f"{place}/actions", required=True) for at in by_place)


def _resource(
    item: Object, at: str, module: tuple[ModuleStep, ...], deposed: str, **more: Any
) -> RawResource:
    """What entries of all kinds have in common; `deposed` names the member with that key."""
    return RawResource(
        _key(item, at, deposed),
        *_names(item, at),
        member(item, "index", KEY, at),
        module,
        deposed=member(item, deposed, TEXT, at) or "",
        provider=member(item, "provider_name", TEXT, at) or "",
        **more,
    )


def _key(item: Object, at: str, deposed: str) -> str:
    """What it is called in a snapshot; `deposed` names the member with that key."""
    address: str = member(item, "address", TEXT, at, required=True)
    key = member(item, deposed, TEXT, at)
    return f"{address} (deposed {key})" if key else address


def _names(item: Object, at: str) -> tuple[str, str, str]:
    """Mode, type and name."""
    mode, kind, name = item.get("mode"), item.get("type"), item.get("name")
    if not type(mode) is type(kind) is type(name) is str:
        keys = ("mode", "type", "name")
        mode, kind, name = (member(item, key, TEXT, at, required=True) for key in keys)
    return mode, kind, name


_PROVIDER: Final = re.compile(r'provider(?:\["([^"]+)"\]|\.([^."]+))')


def _raw_state(document: Document) -> Iterator[RawResource]:
    """The instances of a terraform.tfstate, version 4."""
    for item, at in members(document.content, "resources", document.where):
        mode, kind, name = (
            member(item, key, TEXT, at, required=True) for key in ("mode", "type", "name")
        )
        module = parse_module(member(item, "module", TEXT, at) or "", f"{at}/module")
        provider = _PROVIDER.search(member(item, "provider", TEXT, at) or "")
        for instance, place in members(item, "instances", at):
            index = member(instance, "index_key", KEY, place)
            listed = {
                **{"address": format_address(module, mode, kind, name, index), "index": index},
                **{"mode": mode, "type": kind, "name": name},
                "deposed": member(instance, "deposed", TEXT, place),
                "provider_name": (provider[1] or provider[2]) if provider else None,
            }
            values = member(instance, "attributes", OBJECT, place) or {}
            yield _resource(listed, place, module, "deposed", values=values)
