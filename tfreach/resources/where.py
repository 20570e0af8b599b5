"""A resource and a path of blocks and an attribute in; what stands there, with its links, out."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address

from tfreach.plan.raw import UNKNOWN, RawBlock, RawResource, Unknown
from tfreach.plan.references import UNSET, How, Link, Links, Resolver
from tfreach.plan.spots import Path

Step = tuple[str | int, ...]


def blocks_at(
    raw: RawResource, resolver: Resolver, blocks: tuple[str, ...]
) -> tuple[list[tuple[RawBlock | None, Step]], bool]:
    """The blocks that a path leads to, each with its place; and whether there may be others.

    None is the resource itself. A block that is unknown and not written is not there.
    """
    found: list[tuple[RawBlock | None, Step]] = [(None, ())]
    unsure = False
    for name in blocks:
        inner: list[tuple[RawBlock | None, Step]] = []
        for block, path in found:
            there = (block or raw).blocks(name)
            if isinstance(there, Unknown):
                unsure |= resolver.expression(raw, (*path, name)) is not None
                continue
            inner += [(one, (*path, name, at)) for at, one in enumerate(there or ())]
        found = inner
    return found, unsure


def links_at(raw: RawResource, resolver: Resolver, path: Path) -> tuple[Links, tuple[str, ...]]:
    """What an attribute in all the blocks of a path leads to, and the addresses fixed beside it."""
    found, unsure = blocks_at(raw, resolver, path.blocks)
    read = [links_in(raw, resolver, path, *one) for one in found]
    addresses = {address for _, fixed in read for address in fixed}
    links = [links for links, _ in read]
    if unsure:
        why = f"{path.blocks[0]} of {raw.address} is not known before apply"
        links.append(Links(How.UNKNOWN, open=True, reason=why))
    return joined(links), tuple(sorted(addresses))


def links_in(
    raw: RawResource, resolver: Resolver, path: Path, block: RawBlock | None, place: Step
) -> tuple[Links, tuple[str, ...]]:
    """The same in one block."""
    holder = block or raw
    address = holder.text(path.address) if path.address else None
    fixed = (address,) if isinstance(address, str) and _is_ipv4(address) else ()
    if path.many:
        return resolver.links(raw, path.name, path.role, block=block, path=place), fixed
    link = resolver.link(raw, path.name, path.role, block=block, path=place)
    return (Links(link.how) if link.unset else Links(link.how, (link,))), fixed


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def link_at(raw: RawResource, resolver: Resolver, path: Path) -> Link:
    """The one link of a path; unset where it stands nowhere."""
    found, _ = links_at(raw, resolver, path)
    if found.open:
        return Link(How.UNKNOWN, (), True, found.reason)
    return found.items[0] if found.items else UNSET


def joined(several: Iterable[Links]) -> Links:
    """All that several lists lead to. What two of them name is named once."""
    said = [one for one in several if not one.unset]
    items = {(item.targets, item.open): item for one in said for item in one.items}
    maybe = dict.fromkeys(key for one in said for key in one.maybe)
    reason = next((one.reason for one in said if one.reason), "")
    how = said[0].how if said else How.UNSET
    return Links(how, tuple(items.values()), tuple(maybe), any(one.open for one in said), reason)


def flag_at(raw: RawResource, resolver: Resolver, dotted: str) -> bool | Unknown | None:
    """A flag; None where nobody sets it, UNKNOWN where what is set is not known."""
    *blocks, name = dotted.split(".")
    found, unsure = blocks_at(raw, resolver, tuple(blocks))
    if unsure:
        return UNKNOWN
    for block, path in found:
        value = (block or raw).flag(name)
        if isinstance(value, Unknown) and resolver.expression(raw, (*path, name)) is None:
            continue
        if value is not None:
            return value
    return None


def text_at(raw: RawResource, resolver: Resolver, dotted: str) -> str | Unknown | None:
    """A text, likewise; of a flag `true` or `false`."""
    *blocks, name = dotted.split(".")
    found, unsure = blocks_at(raw, resolver, tuple(blocks))
    if unsure:
        return UNKNOWN
    for block, path in found:
        holder = block or raw
        flag = holder.value(name)
        value = str(flag).lower() if isinstance(flag, bool) else holder.text(name)
        if isinstance(value, Unknown) and resolver.expression(raw, (*path, name)) is None:
            continue
        if value:
            return value
    return None


def number_at(raw: RawResource, resolver: Resolver, dotted: str) -> int | Unknown | None:
    """A number, likewise."""
    *blocks, name = dotted.split(".")
    found, unsure = blocks_at(raw, resolver, tuple(blocks))
    if unsure:
        return UNKNOWN
    for block, path in found:
        value = (block or raw).number(name)
        if isinstance(value, Unknown) and resolver.expression(raw, (*path, name)) is None:
            continue
        if value is not None:
            return value
    return None
