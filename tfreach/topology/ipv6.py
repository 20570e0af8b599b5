"""VPCs and subnets of an inventory in; their IPv6 blocks, and what stands for those not known, out.

AWS chooses the IPv6 block of a VPC when it is made, and the blocks of its subnets are cut out of
that one. Until then each has a stand-in: a block of 4000::/16, which nobody has (IANA gives out
2000::/3 only), so that it is in no other block and what is said of it is said of the real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from tfreach.plan.raw import Unknown
from tfreach.records import dataclass
from tfreach.resources.inventory import Inventory
from tfreach.resources.vpc import CidrBlock, Subnet, Vpc
from tfreach.space.headers import PUBLIC_IPV6, addresses_text, prefix
from tfreach.space.intervals import EMPTY, IntervalSet

STAND_INS = prefix("4000::/16")
NEVER_GIVEN = prefix("2001:db8::/32") | prefix("3fff::/20") | prefix("2002::/16")
"""Global addresses that AWS gives to no VPC: documentation (RFC 3849, RFC 9637) and 6to4."""
ATTRIBUTE = ".ipv6_cidr_block"


@dataclass(frozen=True, slots=True)
class Blocks:
    """of        key of a VPC, of one more block of a VPC, or of a subnet -> its IPv6 addresses
    unknown   key -> its stand-in, of those that have one
    given     every IPv6 block that is known: AWS gives it to nobody else
    """

    of: Mapping[str, IntervalSet] = field(default_factory=dict)
    unknown: Mapping[str, IntervalSet] = field(default_factory=dict)
    given: IntervalSet = EMPTY

    def named(self, text: str) -> IntervalSet | None:
        """The block that a text names: itself, or one that is chosen at apply."""
        try:
            return prefix(text)
        except ValueError:
            return self.of.get(text.removesuffix(ATTRIBUTE))

    def hedged(self, found: IntervalSet) -> tuple[IntervalSet, IntervalSet]:
        """A written block with the stand-ins that it surely holds, and those that it may hold."""
        stand_ins = EMPTY
        for one in self.unknown.values():
            stand_ins |= one
        if not stand_ins or found.isdisjoint(PUBLIC_IPV6) or stand_ins <= found:
            return found, EMPTY
        if found >= PUBLIC_IPV6:
            return found | stand_ins, EMPTY
        free = (found & PUBLIC_IPV6) - NEVER_GIVEN - self.given
        return found, stand_ins - found if free else EMPTY


def not_yet(stand_ins: IntervalSet, blocks: Blocks) -> str:
    """Why it is not known whether a block holds the addresses of others."""
    keys = [key for key, held in blocks.unknown.items() if held <= stand_ins]
    return f"the IPv6 block of {keys[0] if keys else 'a VPC'} is not known before apply"


def stand_in(number: int) -> IntervalSet:
    """The stand-in of VPC block `number`, 0..: a /56."""
    first = STAND_INS.first + (number << 72)
    return IntervalSet.span(first, first + (1 << 72) - 1)


def find_blocks(now: Inventory) -> Blocks:
    """Those of one side."""
    of: dict[str, IntervalSet] = {}
    unknown: dict[str, IntervalSet] = {}
    given = EMPTY
    for key, texts in _of_vpcs(now):
        held = EMPTY
        for text in texts:
            known = _known(text)
            if known is None:
                unknown[key] = known = stand_in(len(unknown))
            else:
                given |= known
            held |= known
        of[key] = held
    for subnet in sorted(now.of(Subnet), key=lambda one: one.key):
        known = _known(subnet.ipv6) if subnet.ipv6 else EMPTY
        if known is None:
            known = _part(subnet, now, of, unknown)
        else:
            given |= known
        of[subnet.key] = known
    return Blocks(of, {key: one for key, one in unknown.items() if one}, given)


def _of_vpcs(now: Inventory) -> Iterator[tuple[str, tuple[str | Unknown, ...]]]:
    for vpc in sorted(now.of(Vpc), key=lambda one: one.key):
        yield vpc.key, vpc.ipv6
    for block in sorted(now.of(CidrBlock), key=lambda one: one.key):
        if block.ipv6:
            yield block.key, (block.cidr or Unknown.UNKNOWN,)


def _known(text: str | Unknown | None) -> IntervalSet | None:
    if not isinstance(text, str):
        return None
    try:
        return prefix(text)
    except ValueError:
        return None


def _part(
    subnet: Subnet, now: Inventory, of: Mapping[str, IntervalSet], unknown: dict[str, IntervalSet]
) -> IntervalSet:
    """A /64 of its own in the stand-in of its VPC; in one of its own where that has a known one."""
    owner = subnet.vpc.targets[0] if subnet.vpc.sure else ""
    blocks = [one.key for one in now.of(CidrBlock) if one.ipv6 and owner in one.vpc.targets]
    whole = next((unknown[key] for key in (owner, *blocks) if key in unknown), None)
    if whole is None:
        unknown[subnet.key] = whole = stand_in(len(unknown))
        return IntervalSet.span(whole.first, whole.first + (1 << 64) - 1)
    taken = sum(1 for held in of.values() if held and held <= whole and held != whole)
    first = whole.first + ((taken + 1) << 64)
    return IntervalSet.span(first, first + (1 << 64) - 1)


def said(blocks: Blocks) -> Iterator[str]:
    """What stands for what, for the assumptions."""
    for key, held in sorted(blocks.unknown.items()):
        (text,) = addresses_text(held)
        yield f"{text} stands for the IPv6 block of {key}, which AWS chooses at apply"
