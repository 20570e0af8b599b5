"""What an owner lists of its rules, and the standalone rules, in; the rules that really stand, out.

A group's `ingress`, a table's `route`, an ACL's and a prefix list's entries echo the standalone
resources that made them, and a plan that deletes one leaves the echo standing (plan-json.md, traps
1, 5, 6, 14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from tfreach.plan.references import Link
from tfreach.resources.network_acl import AclEntry
from tfreach.resources.prefix_list import ListEntry
from tfreach.resources.route_table import Route
from tfreach.resources.security_group import GroupRule
from tfreach.resources.vpc_endpoint import EndpointRoute

Item = TypeVar("Item", GroupRule, AclEntry, Route, ListEntry, EndpointRoute)


def stands(
    listed: Sequence[Item],
    standalone: Sequence[Item],
    before: Sequence[Item],
    *,
    written: bool,
    doubt: str,
) -> list[Item]:
    """The rules of one owner in one direction.

    listed       what the owner's own attribute says
    standalone   rules of resources of their own, on this side
    before       those of the side before; their echoes may have outlived them
                 (one that only may stand here takes no other's place)
    written      the configuration sets the attribute: it is no echo
    doubt        "" or why what only the owner lists may be gone already
    """
    owned = {item.identity for item in standalone if not item.unknown}
    if not written:
        owned |= {item.identity for item in before}
    extra = [item for item in listed if item.identity not in owned]
    if doubt and not written:
        extra = [replace(item, unknown=item.unknown or doubt) for item in extra]
    return list(standalone) + extra


def is_stale(listed: Iterable[Item], standalone: Iterable[Item]) -> bool:
    """Whether the owner's copy lacks a standalone rule: then it is older than it (trap 5)."""
    seen = {item.identity for item in listed}
    return any(item.identity not in seen for item in standalone)


def owned_by(key: str, items: Iterable[Item], owner: Callable[[Item], Link | None]) -> list[Item]:
    """The standalone items that stand, or may stand, in the owner `key`."""
    mine: list[Item] = []
    for item in items:
        link = owner(item)
        if link is None or link.unset or (key not in link.targets and not link.open):
            continue
        sure = link.sure
        mine.append(item if sure else replace(item, unknown=item.unknown or link.reason))
    return mine
