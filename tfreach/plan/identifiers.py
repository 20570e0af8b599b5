"""Resources in; the identifiers by which others name them, each with what it stands for, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tfreach.plan.evaluated import placeholder
from tfreach.plan.raw import RawBlock, RawResource, Unknown, format_address
from tfreach.plan.roles import ALSO_ID, ALSO_NAMED, IMPLICIT, PROVIDERS


def implicit(raws: Iterable[RawResource], role: str) -> Iterator[tuple[str, str]]:
    """What AWS adds unasked: identifier, and `aws_vpc.main (default network ACL)`."""
    for raw in raws:
        for attribute, name in IMPLICIT.get(raw.type, {}).get(role, {}).items():
            if value := _identifier(raw, attribute):
                yield value, f"{raw.address} ({name})"


def explicit(raws: Iterable[RawResource], role: str) -> Iterator[tuple[str, str]]:
    """Resources that are named in one role: identifier, address."""
    for raw in raws:
        if raw.type in PROVIDERS[role]:
            yield from ((value, raw.address) for value in _names(raw))


def _names(raw: RawResource) -> Iterator[str]:
    also = {*ALSO_ID.get(raw.type, ()), *ALSO_NAMED.get(raw.type, ())}
    for attribute in ("id", "arn", *sorted(also)):
        if value := _identifier(raw, attribute):
            yield value


def _identifier(raw: RawResource, attribute: str) -> str:
    """An identifier that the resource has, or the placeholder of one that it will have."""
    *path, name = attribute.split(".")
    holder: RawResource | RawBlock = raw
    for step in path[::2]:
        blocks = holder.blocks(step)
        if isinstance(blocks, Unknown) or not blocks:
            return placeholder(raw.address, attribute)
        holder = blocks[0]
    value = holder.text(name)
    if isinstance(value, Unknown) or (path and value is None):
        # Of a block that the source sets, what only AWS sets is left out (plan/complete.py).
        return placeholder(raw.address, attribute)
    return value or ""


def block_address(raw: RawResource) -> str:
    """Of the block that makes it, for all its instances: why a link of theirs is not known is one
    reason."""
    return format_address(raw.module, raw.mode, raw.type, raw.name)
