"""Prefix lists of an inventory in; the blocks that each holds, and how sure that is, out (F17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfreach.resources.echoes import is_stale, stands
from tfreach.resources.prefix_list import ListEntry, PrefixList
from tfreach.resources.vpc_endpoint import GatewayEndpoint, InterfaceEndpoint
from tfreach.space.headers import PUBLIC_IPV6
from tfreach.space.intervals import EMPTY
from tfreach.topology.apart import SERVICE
from tfreach.topology.filters import STALE
from tfreach.topology.ground import Ground
from tfreach.topology.held import OF_AWS, Held, unknown_list

NO_ENTRIES = (
    "a prefix list of which the configuration shows no inline entries has none "
    "(a dynamic block over an unknown collection would look the same)"
)


def service_ids(ground: Ground) -> dict[str, str]:
    """Name of a service of AWS -> id: the short one, unless two Regions have it."""
    names = {one.name for one in ground.now.of(PrefixList) if one.by_aws and one.name}
    names |= {one.service for one in ground.now.of(GatewayEndpoint) if one.service}
    names |= {one.service for one in ground.now.of(InterfaceEndpoint) if one.service}
    short = {name: _short(name) for name in names}
    return {
        name: f"{SERVICE}:{name if list(short.values()).count(last) > 1 else last}"
        for name, last in short.items()
    }


def _short(name: str) -> str:
    """`s3` of `com.amazonaws.us-east-1.s3`; other names stay whole."""
    parts = name.removeprefix("cn.").split(".")
    by_aws = parts[0] == "com" and parts[2:3] != ["vpce"]
    return parts[-1] if by_aws and len(parts) == 4 and parts[2] != "global" else name


def build_lists(ground: Ground) -> dict[str, tuple[Held, ...]]:
    """What every prefix list of this side holds, by key."""
    lists = ground.now.of(PrefixList)
    found = {one.key: tuple(_held(ground, one)) for one in lists}
    by_name = _known_before(ground) | {
        one.name: found[one.key] for one in lists if one.by_aws and one.name and not one.dynamic
    }
    for one in lists:
        if one.by_aws and one.name in by_name:
            found[one.key] = by_name[one.name]
        elif one.by_aws and one.name:
            found[one.key] = tuple(_of_service(ground, one.name, held) for held in found[one.key])
    return found


def _known_before(ground: Ground) -> dict[str, tuple[Held, ...]]:
    """By name, what the side before knows of the lists that AWS keeps: no plan changes those."""
    lists = ground.before.of(PrefixList) if ground.before else ()
    return {
        one.name: tuple(Held(entry.block, entry.origin, entry.unknown) for entry in one.inline)
        for one in lists
        if one.by_aws and one.name and one.inline and not one.dynamic
    }


def _of_service(ground: Ground, name: str, held: Held) -> Held:
    """An unknown list of a service: where that is an endpoint of its own, just its addresses."""
    held = replace(held, aws_service=service_ids(ground)[name])
    if name not in {one.service for one in ground.now.of(GatewayEndpoint)}:
        return held
    return replace(held, block=EMPTY, unknown="")


def _held(ground: Ground, one: PrefixList) -> Iterator[Held]:
    if one.unset and "create" in one.actions:
        ground.assume(NO_ENTRIES)
    for entry in _entries(ground, one):
        yield Held(entry.block & one.bound, entry.origin, entry.unknown)
    if one.dynamic:
        shown = f"{one.dynamic} ({one.name}, which AWS keeps)" if one.by_aws else one.dynamic
        of_aws = OF_AWS | PUBLIC_IPV6
        yield unknown_list(one.key, shown, one.bound & of_aws if one.by_aws else one.bound)


def _entries(ground: Ground, one: PrefixList) -> list[ListEntry]:
    """Those that really stand: a list echoes its standalone entries (plan-json.md, trap 1)."""
    before = ground.earlier(one)
    earlier = ground.owned_before(ListEntry, "owner", one.key) if before else []
    mine = ground.owned(ListEntry, "owner").of(one.key)
    listed = before.inline if one.unset and before is not None else one.inline
    copy = before.inline if before is not None else one.inline
    known = earlier if before is not None else mine
    doubt = ""
    if known and (ground.is_state or is_stale(copy, known)):
        doubt = STALE.format(owner=one.key)
    return stands(listed, mine, earlier, written=one.configured, doubt=doubt)
