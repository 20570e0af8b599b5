"""The group links and attachments of an interface in; the groups that it carries, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tfreach.plan.references import Link, Links
from tfreach.resources import compute as typed
from tfreach.resources.inventory import Inventory
from tfreach.topology.filters import NO_GROUP
from tfreach.topology.ground import Ground
from tfreach.topology.network import OneOf
from tfreach.topology.ties import Ties


def carried(ground: Ground, links: Links) -> tuple[OneOf, ...]:
    """The groups a resource names, one slot each; () when it names none."""
    slots = [ground.one_of(link) for link in links.items]
    for key in links.maybe:
        ids = tuple(sorted((NO_GROUP, ground.canonical(key))))
        slots.append(OneOf(ids, False, links.reason))
    if links.open:
        slots.append(OneOf((), True, links.reason))
    return tuple(slots)


class AttachedGroups:
    """The groups that resources of their own add to interfaces, on one side and the one before."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._now = _by_host(ground.now)
        self._before = _by_host(ground.before) if ground.before else None

    def beside(self, key: str, attribute: str, listed: tuple[OneOf, ...]) -> tuple[OneOf, ...]:
        """The groups that are listed with those that aws_network_interface_sg_attachment adds, and
        without the echoes of attachments that are gone (plan-json.md, trap 1)."""
        now = self._ground.now
        slots: list[OneOf] = []
        for item in self._tied(self._now, key):
            group = self._ground.one_of(item.group)
            if not item.interface.sure:
                ids = tuple(sorted({NO_GROUP, *group.ids}))
                group = OneOf(ids, group.open, item.interface.reason)
            slots.append(group)
        there = self._tied(self._before, key) if self._before else []
        left: set[str] = set()
        if there and now.resolver.expression(now.raws[key], (attribute,)) is None:
            left = {target for item in there for target in item.group.targets}
        return (*(slot for slot in listed if not left & set(slot.ids)), *slots)

    def _tied(
        self, ties: Ties[tuple[typed.GroupAttachment, Link]], key: str
    ) -> list[typed.GroupAttachment]:
        """The attachments that add, or may add, a group to an interface or a primary one."""
        return [
            item
            for item, link in ties.near(key)
            if key in link.targets or self._ground.may_lead(item.interface, key)
        ]


def _by_host(side: Inventory) -> Ties[tuple[typed.GroupAttachment, Link]]:
    """The attachments of a side, each with its link, in which an instance stands for its primary
    interface beside it."""
    primary = {item.primary: item.key for item in side.of(typed.Instance) if item.primary}
    ties = [
        (item, replace(item.interface, targets=_hosts(primary, item.interface.targets)))
        for item in side.of(typed.GroupAttachment)
    ]
    return Ties(ties, lambda tie: (tie[1], tie[0].interface))


def _hosts(primary: Mapping[str, str], targets: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(primary.get(key, key).removesuffix(" (primary interface)") for key in targets)
