"""A plan and what stood before it in; the same as Terraform had left it, before others, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tfreach.plan.document import OBJECT, TEXT, Document, member, members
from tfreach.plan.raw import RawResource, parse_module
from tfreach.plan.snapshot import Snapshot


def as_left(document: Document, before: Snapshot) -> dict[str, RawResource] | None:
    """The resources before the plan, those that were changed or deleted outside of Terraform as
    they were in its last state; None where it met no such change. Raises InputError."""
    if not document.drifted:
        return None
    return {**before.resources, **dict(_entries(document, before))}


def _entries(document: Document, before: Snapshot) -> Iterator[tuple[str, RawResource]]:
    for item, at in members(document.content, "resource_drift", document.where):
        change = member(item, "change", OBJECT, at, required=True)
        values = member(change, "before", OBJECT, f"{at}/change")
        address = member(item, "address", TEXT, at)
        if values is None or address is None:
            continue
        known = before.resources.get(address)
        yield address, replace(known, values=values) if known else _made(item, at, address, values)


def _made(item: dict[str, Any], at: str, address: str, values: dict[str, Any]) -> RawResource:
    """Of what is there no more."""
    module = member(item, "module_address", TEXT, at) or ""
    mode, kind, name = (member(item, key, TEXT, at, required=True) for key in _NAMES)
    index = member(item, "index", (int, str), at)
    steps = parse_module(module, f"{at}/module_address")
    return RawResource(address, mode, kind, name, index, steps, values=values)


_NAMES = ("mode", "type", "name")
