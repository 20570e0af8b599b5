"""The group links and attachments of an interface in; the groups that it carries, out."""

from __future__ import annotations

from collections.abc import Mapping

from tfreach.plan.references import Links
from tfreach.resources import compute as typed
from tfreach.resources.inventory import Inventory
from tfreach.topology.filters import NO_GROUP
from tfreach.topology.ground import Ground
from tfreach.topology.network import OneOf


def carried(ground: Ground, links: Links) -> tuple[OneOf, ...]:
    """The groups a resource names, one slot each; () when it names none."""
    slots = [ground.one_of(link) for link in links.items]
    for key in links.maybe:
        ids = tuple(sorted((NO_GROUP, ground.canonical(key))))
        slots.append(OneOf(ids, False, links.reason))
    if links.open:
        slots.append(OneOf((), True, links.reason))
    return tuple(slots)


def with_attached(
    ground: Ground, key: str, attribute: str, listed: tuple[OneOf, ...]
) -> tuple[OneOf, ...]:
    """The groups that are listed with those that aws_network_interface_sg_attachment adds, and
    without the echoes of attachments that are gone (plan-json.md, trap 1)."""
    now, before = ground.now, ground.before
    slots: list[OneOf] = []
    for item in _tied_groups(ground, now, key):
        group = ground.one_of(item.group)
        if not item.interface.sure:
            ids = tuple(sorted({NO_GROUP, *group.ids}))
            group = OneOf(ids, group.open, item.interface.reason)
        slots.append(group)
    left: set[str] = set()
    if before and now.resolver.expression(now.raws[key], (attribute,)) is None:
        there = _tied_groups(ground, before, key)
        left = {target for item in there for target in item.group.targets}
    return (*(slot for slot in listed if not left & set(slot.ids)), *slots)


def _tied_groups(ground: Ground, side: Inventory, key: str) -> list[typed.GroupAttachment]:
    """The attachments of a side that add, or may add, a group to an interface or a primary one."""
    ties = side.of(typed.GroupAttachment)
    if not ties:
        return []
    primary = {item.primary: item.key for item in side.of(typed.Instance) if item.primary}
    return [
        item
        for item in ties
        if key in {_host(primary, target) for target in item.interface.targets}
        or ground.may_lead(item.interface, key)
    ]


def _host(primary: Mapping[str, str], target: str) -> str:
    return primary.get(target, target).removesuffix(" (primary interface)")
