"""Two inventories in; what every builder needs to know of both sides, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Protocol, TypeVar, cast

from tfreach.plan.references import Link
from tfreach.resources.echoes import Item, Standalone
from tfreach.resources.inventory import Inventory
from tfreach.resources.network_acl import NetworkAcl
from tfreach.resources.route_table import MainAssociation, RouteTable
from tfreach.resources.security_group import SecurityGroup
from tfreach.resources.vpc import Vpc
from tfreach.topology.held import Lists
from tfreach.topology.ipv6 import find_blocks
from tfreach.topology.network import OneOf, Origin


class _Owner(Protocol):
    """What has standalone items, and may be planned anew."""

    @property
    def key(self) -> str: ...
    @property
    def actions(self) -> tuple[str, ...]: ...


Owner = TypeVar("Owner", bound=_Owner)

MAIN_TABLE = "main route table"
DEFAULT_TABLE = "default route table"
DEFAULT_ACL = "default network ACL"
DEFAULT_GROUP = "default security group"


class Ground:
    """One side under construction, with the side before it.

    now        the side that is built
    before     the side before; None for the first side and for a state
    is_state   no configuration stands behind this side
    ipv6       the IPv6 blocks of VPCs and subnets, and what stands for those not known
    lists      what each prefix list holds, by key: what topology/lists.py found first of all
    """

    def __init__(self, now: Inventory, before: Inventory | None, *, is_state: bool) -> None:
        self.now = now
        self.before = before
        self.is_state = is_state
        self.assumptions: dict[str, None] = {}
        self.lists: Lists = {}
        self.vpcs = {vpc.key: vpc for vpc in now.of(Vpc)}
        self.ipv6 = find_blocks(now)
        self._sure_ones: dict[str, OneOf] = {}
        self._owned: dict[type, object] = {}
        self._owned_before: dict[type, object] = {}
        self._unsure: dict[str, list[tuple[str, Link]]] = {}
        self._adopted = self._adoptions()
        self._mains = _by_vpc(now)
        self._unsure_mains = [item for item in now.of(MainAssociation) if not item.vpc.sure]
        self._left = (set(_by_vpc(before)) if before else set()) - set(self._mains)

    def assume(self, sentence: str) -> None:
        """Note something that is taken for granted and shown with every answer."""
        self.assumptions[sentence] = None

    def assume_no_inline(self) -> None:
        """For a new owner whose rules are unknown and which the configuration gives none."""
        self.assume(
            "a group, ACL or table of which the configuration shows no inline rules has none "
            "(a dynamic block over an unknown collection would look the same)"
        )

    def earlier(self, item: Owner) -> Owner | None:
        """An owner as it stood before, where it is the same object and not a new one instead."""
        if self.before is None or "create" in item.actions:
            return None
        return self.before.named(type(item), item.key)

    def owned(self, kind: type[Item], owner: str) -> Standalone[Item]:
        """The standalone items of one class, by what the link with that name leads to."""

        def at_home(item: Item) -> Link | None:
            link: Link | None = getattr(item, owner)
            if link is None:
                return None
            targets = tuple(self.canonical(key) for key in link.targets)
            return link if targets == link.targets else replace(link, targets=targets)

        if kind not in self._owned:
            self._owned[kind] = Standalone(self.now.of(kind), at_home)
        return cast(Standalone[Item], self._owned[kind])

    def owned_before(self, kind: type[Item], owner: str, key: str) -> list[Item]:
        """Those that named an owner before."""
        if self.before is None:
            return []
        if kind not in self._owned_before:
            items = Standalone(self.before.of(kind), attrgetter(owner))
            self._owned_before[kind] = items
        return cast(Standalone[Item], self._owned_before[kind]).naming(key)

    def gone(self, role: str, identifier: str) -> bool:
        """Whether an object with this identifier stood before and does not stand now."""
        return (
            self.before is not None
            and self.before.resolver.holds(role, identifier)
            and not self.now.resolver.holds(role, identifier)
        )

    def may_lead(self, link: Link, key: str) -> bool:
        """Whether a link that is not sure may lead to `key`. One that may lead to anything does not
        lead to what has an identifier: that could not be an unknown value."""
        raw = self.now.raws.get(key.partition(" (")[0])
        named = raw is not None and isinstance(raw.text("id"), str)
        return key in link.targets or (link.open and not named)

    def canonical(self, key: str) -> str:
        """The one key of an object that AWS adds unasked and a resource may adopt."""
        owner, bracket, role = key.partition(" (")
        if not bracket:
            return self._adopted.get(key, key)
        role = role.removesuffix(")")
        if role == MAIN_TABLE and owner in self.vpcs:
            return self._listed_main(self.vpcs[owner])
        if role == DEFAULT_TABLE and owner in self.vpcs:
            return self.default_table(owner)
        return self._adopted.get(key, key)

    def one_of(self, link: Link) -> OneOf:
        """A link of the inventory as one of the model."""
        if link.sure and not link.reason:
            return self._sure(self.canonical(link.targets[0]))
        ids = tuple(sorted({self.canonical(target) for target in link.targets}))
        return OneOf(ids, link.open, link.reason)

    def _sure(self, key: str) -> OneOf:
        """One object for all who lead to the same."""
        if key not in self._sure_ones:
            self._sure_ones[key] = OneOf((key,))
        return self._sure_ones[key]

    def default_table(self, vpc: str) -> str:
        """The table a VPC is made with, called its main one: it is, unless another took over."""
        return self._adopted.get(f"{vpc} ({DEFAULT_TABLE})", f"{vpc} ({MAIN_TABLE})")

    def main_table(self, vpc: str) -> OneOf:
        """The table of subnets without an association (F34), after every main association."""
        if links := self._mains.get(vpc):
            return self.one_of(links[-1].table)
        known = self.vpcs[vpc].main_table
        main = self._either(vpc, DEFAULT_TABLE, self.default_table(vpc))
        key = self.now.resolver.identify("route_table", known)
        if vpc not in self._left and known:
            key = self.canonical(key)
            main = main if key == self.default_table(vpc) else OneOf((key,))
        perhaps = [
            self.one_of(item.table) for item in self._unsure_mains if self.may_lead(item.vpc, vpc)
        ]
        if not perhaps:
            return main
        return merge([main, *perhaps], f"the main route table of {vpc} is not known before apply")

    def _listed_main(self, vpc: Vpc) -> str:
        """What `main_route_table_id` of a VPC names: its default table unless that is another."""
        if vpc.main_table and vpc.default_table and vpc.main_table != vpc.default_table:
            return vpc.main_table
        return self.default_table(vpc.key)

    def main_origin(self, subnet: str, vpc: str) -> Origin:
        """What makes a subnet without an association use the main table."""
        if links := self._mains.get(vpc):
            table = " or ".join(links[-1].table.targets)
            return Origin(links[-1].key, f"makes {table} the main route table")
        return Origin(f"{vpc} ({MAIN_TABLE})", f"serves {subnet}")

    def default_acl(self, vpc: str) -> str:
        key = f"{vpc} ({DEFAULT_ACL})"
        return self._adopted.get(key, key)

    def default_group(self, vpc: str) -> str:
        key = f"{vpc} ({DEFAULT_GROUP})"
        return self._adopted.get(key, key)

    def either_acl(self, vpc: str) -> OneOf:
        """The default ACL, or what may have adopted it."""
        return self._either(vpc, DEFAULT_ACL, self.default_acl(vpc))

    def either_group(self, vpc: str) -> OneOf:
        """The default group, or what may have adopted it."""
        return self._either(vpc, DEFAULT_GROUP, self.default_group(vpc))

    def _either(self, vpc: str, name: str, key: str) -> OneOf:
        implicit = f"{vpc} ({name})"
        if implicit in self._adopted:
            return OneOf((key,))
        target = vpc if name == DEFAULT_GROUP else implicit
        perhaps = [item for item, link in self._perhaps(name) if self.may_lead(link, target)]
        why = f"whether {perhaps[0]} adopts the {name} of {vpc} is not known" if perhaps else ""
        return OneOf(tuple(sorted({key, *perhaps})), False, why)

    def _perhaps(self, name: str) -> list[tuple[str, Link]]:
        """What may adopt default objects, and the link that says which, where that is not sure."""
        if name not in self._unsure:
            every = self._adopters(name)
            self._unsure[name] = [one for one in every if not (one[1].sure or one[1].unset)]
        return self._unsure[name]

    def _adopters(self, name: str) -> Iterator[tuple[str, Link]]:
        if name == DEFAULT_TABLE:
            yield from ((table.key, table.adopts) for table in self.now.of(RouteTable))
        elif name == DEFAULT_ACL:
            yield from ((acl.key, acl.adopts) for acl in self.now.of(NetworkAcl))
        else:
            yield from ((one.key, one.vpc) for one in self.now.of(SecurityGroup) if one.default)

    def _adoptions(self) -> dict[str, str]:
        """Implicit key -> the resource that adopts it (F4, F25, F46)."""
        found: dict[str, str] = {}
        for table in self.now.of(RouteTable):
            self._adopt(found, table.adopts, table.key, DEFAULT_TABLE)
        for acl in self.now.of(NetworkAcl):
            self._adopt(found, acl.adopts, acl.key, DEFAULT_ACL)
        for group in self.now.of(SecurityGroup):
            for vpc in group.vpc.targets if group.default and group.vpc.sure else ():
                found[f"{vpc} ({DEFAULT_GROUP})"] = group.key
        for vpc_key, typed in self.vpcs.items():
            for role, identifier, name in (
                ("route_table", typed.default_table, DEFAULT_TABLE),
                ("network_acl", typed.default_acl, DEFAULT_ACL),
                ("security_group", typed.default_group, DEFAULT_GROUP),
            ):
                key = self.now.resolver.identify(role, identifier) if identifier else ""
                if key and key != identifier and " (" not in key:
                    found.setdefault(f"{vpc_key} ({name})", key)
        return found

    def _adopt(self, found: dict[str, str], adopts: Link, key: str, name: str) -> None:
        for target in adopts.targets if adopts.sure else ():
            owner = target.partition(" (")[0]
            if owner in self.vpcs:
                found[f"{owner} ({name})"] = key


def _by_vpc(inventory: Inventory) -> dict[str, list[MainAssociation]]:
    """The associations of which it is known which VPC's main table they set."""
    found: dict[str, list[MainAssociation]] = {}
    for item in inventory.of(MainAssociation):
        if item.vpc.sure:
            found.setdefault(item.vpc.targets[0], []).append(item)
    return found


def merge(links: Iterable[OneOf], reason: str) -> OneOf:
    """One link that is any of `links`."""
    ids: set[str] = set()
    is_open = False
    for link in links:
        ids |= set(link.ids)
        is_open |= link.open
    return OneOf(tuple(sorted(ids)), is_open, "" if len(ids) == 1 and not is_open else reason)
