"""Replies that a network ACL keeps in; the findings of the two lints that speak of them, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.lint.model import Found
from tfreach.lint.replies import Kept, kept_replies
from tfreach.lint.view import View
from tfreach.lint.words import names, services_words
from tfreach.space.headers import addresses_text, ports_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET


def told(view: View, *, partly: bool) -> Iterator[Found]:
    """One finding for each ACL, direction, family and kind of other side, of replies that are all
    kept, or of those that are kept from some ports."""
    groups: dict[tuple[str, ...], list[Kept]] = {}
    for one in view.kept(kept_replies):
        if bool(one.reached) == partly:
            far = INTERNET if one.peer == INTERNET else "inside"
            key = one.acl, "out" if one.outward else "in", far, one.family.value
            groups.setdefault(key, []).append(one)
    for (acl, *rest), group in sorted(groups.items()):
        near = [one.subnet for one in group]
        also = [*near, *(one.peer for one in group if one.peer != INTERNET)]
        yield Found(acl, _what(view, group), " ".join(rest), tuple(dict.fromkeys(also)))


def _what(view: View, group: Sequence[Kept]) -> str:
    one = group[0]
    asked = services_words(_union([kept.services for kept in group]))
    ports, reached = ports_text(one.ports), ports_text(_union([kept.reached for kept in group]))
    near, whom = names(kept.subnet for kept in group), names(kept.who for kept in group)
    replies = f"replies to {reached} only" if one.reached else "no reply"
    replies = f"{replies}, of the client ports {ports},"
    if one.outward:
        came = f"{asked} gets from {_peer(view, group)} to {whom} in {near}"
        return f"{came}, and {one.acl} lets {replies} out"
    return f"{whom} may send {asked} to {_peer(view, group)}, and {one.acl} lets {replies} in"


def _peer(view: View, group: Sequence[Kept]) -> str:
    """The other side: subnets, the Internet, or a part of it."""
    one = group[0]
    if one.peer != INTERNET:
        return names(kept.peer for kept in group)
    held = _union([kept.addresses for kept in group])
    return "the Internet" if held == view.world(one.family) else names(addresses_text(held))


def _union(sets: Sequence[IntervalSet]) -> IntervalSet:
    return IntervalSet.of(span for one in sets for span in one.spans)
