"""aws_network_acl, the default one, its rules and associations, in; ACLs and entries out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tfreach.errors import InputError
from tfreach.plan.origin import Origin
from tfreach.plan.raw import RawBlock, RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.protocols import Services, read_services
from tfreach.resources.vpc import written
from tfreach.space.headers import ALL_IPV4, ALL_IPV6, prefix
from tfreach.space.intervals import EMPTY, IntervalSet

ICMP_WORDS: Final = ("icmp", "1", "icmpv6", "58")


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One entry of a network ACL (F23).

    owner     the ACL it stands in: a link for a standalone rule, None for an inline one
    number    1..32766; None when not known
    peers     an upper bound when `unknown` says why
    block     "" or what names its peers: a block that is chosen at apply (plan/links.py, BLOCKS)
    """

    egress: bool
    number: int | None
    permit: bool
    services: IntervalSet
    peers: IntervalSet
    unknown: str
    origin: Origin
    owner: Link | None = None
    block: str = ""

    @property
    def identity(self) -> tuple[bool, int | None]:
        """Direction and number: what AWS tells entries of one ACL apart by."""
        return (self.egress, self.number)


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """vpc       where it belongs; UNSET for a default ACL, which `adopts` its VPC's
    inline      the entries in its own attributes, echoes of others included
    dynamic     directions whose entries are not known, and why
    subnets     the subnets it says are its own
    """

    key: str
    vpc: Link
    adopts: Link
    inline: tuple[AclEntry, ...]
    dynamic: tuple[tuple[bool, str], ...]
    unset: tuple[str, ...]
    subnets: Links
    subnets_configured: bool
    managed: bool
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AclAssociation:
    key: str
    acl: Link
    subnet: Link


def read_network_acl(raw: RawResource, resolver: Resolver) -> NetworkAcl:
    """aws_network_acl and aws_default_network_acl (F22-F26)."""
    inline: list[AclEntry] = []
    dynamic: list[tuple[bool, str]] = []
    unset: list[str] = []
    for direction in ("ingress", "egress"):
        blocks = raw.blocks(direction)
        if isinstance(blocks, Unknown):
            if resolver.expression(raw, (direction,)) is None:
                unset.append(direction)
            else:
                why = f"the {direction} entries of {raw.address} are not known"
                dynamic.append((direction == "egress", why))
            continue
        for block in blocks or ():
            inline += _inline(raw, block, resolver, egress=direction == "egress")
    return NetworkAcl(
        raw.address,
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.link(raw, "default_network_acl_id", "network_acl"),
        tuple(inline),
        tuple(dynamic),
        tuple(unset),
        resolver.links(raw, "subnet_ids", "subnet"),
        resolver.expression(raw, ("subnet_ids",)) is not None,
        raw.mode == "managed",
        raw.actions,
    )


def _inline(
    raw: RawResource, block: RawBlock, resolver: Resolver, *, egress: bool
) -> Iterator[AclEntry]:
    cidr = _block(raw, block, resolver)
    if cidr is None:
        return
    number = block.number("rule_no")
    services = _services(raw, block, "icmp_type", "icmp_code")
    part = block.part_of(raw)
    for one in _entries(raw.address, egress, number, block.text("action"), services, cidr, None):
        yield replace(one, origin=replace(one.origin, part=part))


def read_acl_rule(raw: RawResource, resolver: Resolver) -> list[AclEntry]:
    """aws_network_acl_rule: one entry, or both that it may be."""
    owner = resolver.link(raw, "network_acl_id", "network_acl")
    cidr = _block(raw, raw, resolver)
    if cidr is None:
        return []
    services = _services(raw, raw, "icmp_type", "icmp_code")
    action = raw.text("rule_action")
    number, egress = raw.number("rule_number"), raw.flag("egress")
    if not isinstance(egress, Unknown):
        rest = (number, action, services, cidr, owner)
        return list(_entries(raw.address, egress is True, *rest))
    why = f"the direction of {raw.address} is not known before apply"
    return [
        replace(entry, unknown=entry.unknown or why)
        for way in (False, True)
        for entry in _entries(raw.address, way, number, action, services, cidr, owner)
    ]


def read_acl_association(raw: RawResource, resolver: Resolver) -> AclAssociation:
    """aws_network_acl_association."""
    return AclAssociation(
        raw.address,
        resolver.link(raw, "network_acl_id", "network_acl"),
        resolver.link(raw, "subnet_id", "subnet"),
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """The peers of an entry: a text, or UNKNOWN, and then the addresses that it may have."""

    text: str | Unknown
    bound: IntervalSet


def _block(raw: RawResource, holder: RawResource | RawBlock, resolver: Resolver) -> _Block | None:
    """Of either family (F23); None where the entry names none."""
    bounds = {"cidr_block": ALL_IPV4, "ipv6_cidr_block": ALL_IPV6}
    unknown = EMPTY
    for name, bound in bounds.items():
        value = holder.text(name)
        if isinstance(value, str) and value:
            return _Block(value, bound)
        if isinstance(value, Unknown) and (holder is not raw or written(raw, resolver, name)):
            unknown |= bound
    return _Block(Unknown.UNKNOWN, unknown) if unknown else None


def _services(raw: RawResource, block: RawResource | RawBlock, kind: str, code: str) -> Services:
    """`icmp_type: 0` stands on TCP entries too: the protocol says which pair is meant."""
    protocol = block.text("protocol")
    icmp = not isinstance(protocol, Unknown) and (protocol or "").lower() in ICMP_WORDS
    lo, hi = (kind, code) if icmp else ("from_port", "to_port")
    try:
        return read_services(protocol, block.number(lo), block.number(hi))
    except ValueError as error:
        raise InputError(str(error), where=raw.address) from error


def _entries(
    address: str,
    egress: bool,
    number: int | Unknown | None,
    action: str | Unknown | None,
    services: Services,
    cidr: _Block,
    owner: Link | None,
) -> Iterator[AclEntry]:
    """One entry; a permit and a deny, neither of them sure, where the action is not known."""
    if not isinstance(action, Unknown):
        permit = (action or "").lower() == "allow"
        yield _entry(address, egress, number, permit, services, cidr, owner)
        return
    why = f"the action of {address} is not known before apply"
    for permit in (True, False):
        entry = _entry(address, egress, number, permit, services, cidr, owner)
        yield replace(entry, unknown=entry.unknown or why)


def _entry(
    address: str,
    egress: bool,
    number: int | Unknown | None,
    permit: bool,
    services: Services,
    cidr: _Block,
    owner: Link | None,
) -> AclEntry:
    unknown = f"{address}: {services.unknown}" if services.unknown else ""
    peers, shown, block = cidr.bound, "an unknown block", ""
    if isinstance(cidr.text, Unknown):
        unknown = f"the block of {address} is not known before apply"
    else:
        shown = cidr.text
        try:
            peers = prefix(cidr.text)
        except ValueError:
            block = cidr.text
    if isinstance(number, Unknown) or number is None:
        number, unknown = None, f"the number of {address} is not known before apply"
    verb = "permits" if permit else "denies"
    text = f"{verb} {services.text} {'to' if egress else 'from'} {shown}"
    label = "" if number is None else f"entry {number} "
    origin = Origin(address, label + text)
    return AclEntry(egress, number, permit, services.found, peers, unknown, origin, owner, block)
