"""What an owner lists of its rules, and the standalone rules, in; the rules that really stand, out.

A group's `ingress`, a table's `route`, an ACL's and a prefix list's entries echo the standalone
resources that made them, and a plan that deletes one leaves the echo standing (plan-json.md, traps
1, 5, 6, 14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from tfreach.plan.references import Link
from tfreach.resources.network_acl import AclEntry
from tfreach.resources.prefix_list import ListEntry
from tfreach.resources.route_table import Propagation, Route
from tfreach.resources.security_group import GroupRule
from tfreach.resources.vpc_endpoint import EndpointRoute

Item = TypeVar("Item", GroupRule, AclEntry, Route, ListEntry, EndpointRoute, Propagation)


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
    if not listed:
        return list(standalone)
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


class Standalone(Generic[Item]):
    """The standalone items of one side, by the owners that they stand in, or may."""

    def __init__(self, items: Iterable[Item], owner: Callable[[Item], Link | None]) -> None:
        """owner: the link to it; None for an item that stands in no owner, but is listed by one"""
        self._named: dict[str, dict[int, tuple[Item, Link]]] = {}
        self._anywhere: dict[int, tuple[Item, Link]] = {}
        for at, item in enumerate(items):
            link = owner(item)
            if link is None or link.unset:
                continue
            if link.open:
                self._anywhere[at] = (item, link)
            for key in link.targets:
                self._named.setdefault(key, {})[at] = (item, link)

    @property
    def owners(self) -> list[str]:
        """Every owner that is named, sorted."""
        return sorted(self._named)

    def of(self, key: str) -> list[Item]:
        """Those that stand, or may stand, in the owner `key`."""
        found = self._named.get(key, {})
        if self._anywhere:
            found = dict(sorted((self._anywhere | found).items(), key=lambda entry: entry[0]))
        return [
            item if link.sure else replace(item, unknown=item.unknown or link.reason)
            for item, link in found.values()
        ]

    def naming(self, key: str) -> list[Item]:
        """Those that name `key`, as they are."""
        return [item for item, _ in self._named.get(key, {}).values()]
