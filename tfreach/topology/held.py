"""What prefix lists hold, and a link to some of them, in; the blocks that are meant, out (F17)."""

from __future__ import annotations

from collections.abc import Mapping

from tfreach.plan.references import Link
from tfreach.records import dataclass
from tfreach.space.headers import ALL_ADDRESSES, ALL_IPV4, RFC1918, RFC6598
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Origin

OF_AWS = ALL_IPV4 - RFC1918 - RFC6598
"""What a list that AWS keeps may hold: addresses of its services, none that is a VPC's alone."""


@dataclass(frozen=True, slots=True)
class Held:
    """One block of a prefix list.

    unknown      "" or why it holds less, or does not stand at all
    aws_service  id of the AwsService whose addresses the list holds, while they are not known; when
                 that one is treated apart they are no others, and `block` is empty
    """

    block: IntervalSet
    origin: Origin
    unknown: str = ""
    aws_service: str = ""


Lists = Mapping[str, tuple[Held, ...]]
"""Key of a prefix list -> what it holds."""


def unknown_list(key: str, why: str, bound: IntervalSet = ALL_ADDRESSES) -> Held:
    """A list of which it is not known what of `bound` it holds."""
    return Held(bound, Origin(key, "prefix list"), why)


def blocks_of(lists: Lists, link: Link, whose: str) -> list[Held]:
    """What the list holds that `whose` names; perhaps anything where it is not known which."""
    found: list[Held] = []
    for key in link.targets:
        why = f"{whose} names {key}, whose blocks are not in this plan"
        found += lists.get(key) or (() if key in lists else (unknown_list(key, why),))
    if link.open or not link.targets:
        found.append(unknown_list("", link.reason or f"which list {whose} names is not known"))
    return found
