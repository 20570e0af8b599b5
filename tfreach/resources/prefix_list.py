"""Prefix lists, customers' and AWS's, and their standalone entries, in; typed and linked, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tfreach.plan.origin import Origin
from tfreach.plan.raw import RawBlock, RawResource, Unknown
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass
from tfreach.resources.vpc import known
from tfreach.space.headers import ALL_ADDRESSES, ALL_IPV4, ALL_IPV6, prefix
from tfreach.space.intervals import IntervalSet

AWS_NAMES: Final = ("com.amazonaws.", "cn.com.amazonaws.")
"""How the names of the lists that AWS keeps begin: no customer may give such a name."""

BOUNDS: Final = {"IPv4": ALL_IPV4, "IPv6": ALL_IPV6}


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One block of a prefix list.

    block     its addresses; all there are while the block is not known
    text      as it is written
    owner     the list it stands in: a link for a standalone entry, None for an inline one
    unknown   "" or why it may hold less, or not stand at all
    """

    block: IntervalSet
    text: str
    origin: Origin
    owner: Link | None = None
    unknown: str = ""

    @property
    def identity(self) -> object:
        """What AWS tells entries of one list apart by."""
        return self.block


@dataclass(frozen=True, slots=True)
class PrefixList:
    """name       `com.amazonaws.us-east-1.s3` for one that AWS keeps; "" when not known
    by_aws     AWS keeps it: its entries are no customer's to change
    bound      the addresses that it may hold: those of its family (F16)
    inline     the entries in its own attribute, echoes of others included
    dynamic    "" or why its entries are not known
    unset      its entries are unknown because nothing was written
    managed    False for a data source
    """

    key: str
    name: str
    by_aws: bool
    bound: IntervalSet
    inline: tuple[ListEntry, ...]
    dynamic: str
    unset: bool
    configured: bool
    managed: bool
    actions: tuple[str, ...]


def named_by_aws(name: str) -> bool:
    return name.startswith(AWS_NAMES)


def read_prefix_list(raw: RawResource, resolver: Resolver) -> PrefixList:
    """aws_ec2_managed_prefix_list and the data source (F17)."""
    managed = raw.mode == "managed"
    attribute = "entry" if managed else "entries"
    expression = resolver.expression(raw, (attribute,))
    blocks = raw.blocks(attribute)
    inline: list[ListEntry] = []
    dynamic, unset = "", False
    if isinstance(blocks, Unknown):
        unset = managed and expression is None
        dynamic = "" if unset else f"the entries of {raw.address} are not known"
    else:
        inline = [one for block in blocks or () for one in _entry(raw, block, raw.address)]
        if not managed and blocks is None:
            dynamic = f"the entries of {raw.address} are not known"
    name = known(raw, "name")
    return PrefixList(
        raw.address,
        name,
        named_by_aws(name) or known(raw, "owner_id") == "AWS",
        BOUNDS.get(known(raw, "address_family"), ALL_ADDRESSES),
        tuple(inline),
        dynamic,
        unset,
        expression is not None,
        managed,
        raw.actions,
    )


def read_aws_prefix_list(raw: RawResource, resolver: Resolver) -> PrefixList:
    """The data source aws_prefix_list, which knows the lists of AWS only."""
    values = raw.texts("cidr_blocks")
    inline: list[ListEntry] = []
    dynamic = ""
    if values is None or isinstance(values, Unknown):
        dynamic = f"the blocks of {raw.address} are not known"
    else:
        inline = [one for value in values for one in entry_of(value, raw.address, raw.address)]
    name = known(raw, "name")
    return PrefixList(
        raw.address, name, True, ALL_IPV4, tuple(inline), dynamic, False, False, False, raw.actions
    )


def read_list_entry(raw: RawResource, resolver: Resolver) -> list[ListEntry]:
    """aws_ec2_managed_prefix_list_entry."""
    owner = resolver.link(raw, "prefix_list_id", "prefix_list")
    shown = " or ".join(owner.targets) or "an unknown prefix list"
    return list(_entry(raw, raw, shown, owner))


def _entry(
    raw: RawResource, block: RawResource | RawBlock, listed: str, owner: Link | None = None
) -> Iterator[ListEntry]:
    part = block.part_of(raw) if isinstance(block, RawBlock) else ""
    for one in entry_of(block.text("cidr"), raw.address, listed, owner):
        yield replace(one, origin=replace(one.origin, part=part))


def entry_of(
    text: str | Unknown | None, address: str, listed: str, owner: Link | None = None
) -> Iterator[ListEntry]:
    """One block, or anything while it is not known."""
    where = "" if listed == address else f" in {listed}"
    if isinstance(text, str) and text:
        try:
            block = prefix(text)
        except ValueError:
            pass
        else:
            yield ListEntry(block, text, Origin(address, f"lists {text}{where}"), owner)
            return
    why = f"a block of {address} is not known before apply"
    if not isinstance(text, Unknown):
        why = f"a block of {address} is not an address block"
    origin = Origin(address, f"lists an unknown block{where}")
    yield ListEntry(ALL_ADDRESSES, "an unknown block", origin, owner, why)
