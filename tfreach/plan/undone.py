"""A planned side and the names of changes in; the same side without these changes, out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from tfreach.plan.evaluated import EvaluatedText, placeholder
from tfreach.plan.raw import UNKNOWN, RawResource
from tfreach.plan.snapshot import Snapshots

IDENTIFIERS = ("id", "arn")


def without(
    sides: Snapshots, addresses: Collection[str], filled: Collection[str]
) -> dict[str, RawResource]:
    """The planned resources, but those at `addresses` as they were before: what is created is not
    there, what is deleted is, what is updated or replaced has its old values.

    filled   resources into which the source filled what the plan does not know
    """
    found = dict(sides.after.resources)
    given: dict[str, str] = {}
    for address in addresses:
        old = _before(sides, address)
        if old is None:
            found.pop(address, None)
        else:
            found[address] = old
            given |= _given(old)
    anew = {} if not given else _anew(sides, addresses)
    for address in addresses if anew else ():
        if address in found:
            found[address] = _renamed(found[address], anew)
    for address in filled if given else ():
        if address in found and address not in addresses:
            found[address] = _renamed(found[address], given)
    return found


def _before(sides: Snapshots, address: str) -> RawResource | None:
    """A resource as it was, at the address that it has now."""
    change, planned = sides.changes.get(address), sides.after.resources.get(address)
    old = sides.before.resources.get(address)
    if old is None and change is not None:
        old = sides.before.resources.get(change.previous_address)
    if old is None or old.address == address or planned is None:
        return old
    return replace(
        old,
        address=address,
        type=planned.type,
        name=planned.name,
        index=planned.index,
        module=planned.module,
    )


def _given(old: RawResource) -> dict[str, str]:
    """What the source calls something until AWS names it -> what AWS named it before."""
    texts = ((name, value) for name, value in old.values.items() if isinstance(value, str))
    return {placeholder(old.address, name): value for name, value in texts if value}


def _anew(sides: Snapshots, addresses: Collection[str]) -> dict[str, str]:
    """The identifiers of what is replaced all the same -> what it is called until it has others."""
    found: dict[str, str] = {}
    for address in sides.changes.keys() - set(addresses):
        old, planned = _before(sides, address), sides.after.resources.get(address)
        if old is None or planned is None:
            continue
        for name in IDENTIFIERS:
            before = old.values.get(name)
            if isinstance(before, str) and planned.value(name) is UNKNOWN:
                found[before] = placeholder(address, name)
    return found


def _renamed(raw: RawResource, names: Mapping[str, str]) -> RawResource:
    values = _with(raw.values, names)
    return raw if values == raw.values else replace(raw, values=values)


def _with(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        new = names.get(value)
        return value if new is None else EvaluatedText(new)
    if isinstance(value, Mapping):
        return {name: _with(one, names) for name, one in value.items()}
    return [_with(one, names) for one in value] if isinstance(value, list) else value
