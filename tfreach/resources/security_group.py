"""aws_security_group and the three kinds of standalone rules, in; groups and rules out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tfreach.errors import InputError
from tfreach.plan.origin import Origin
from tfreach.plan.raw import UNKNOWN, RawBlock, RawResource, Unknown
from tfreach.plan.references import How, Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.protocols import Services, read_services
from tfreach.resources.vpc import written
from tfreach.space.headers import ALL_ADDRESSES, ALL_IPV4, ALL_IPV6, prefix
from tfreach.space.intervals import IntervalSet

BLOCK_LISTS: Final = {"cidr_blocks": ALL_IPV4, "ipv6_cidr_blocks": ALL_IPV6}
"""Attribute -> the addresses that a block of it may have."""

SELF = "whether {} means its own group is not known before apply"


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One permit of a security group for one peer.

    owner      the group it stands in: a link for a standalone rule, None for an inline one
    peers      addresses of a CIDR peer, or an upper bound; not looked at when `group` is set
    group      the group whose members are meant
    unknown    "" or why it may match less than it says
    prefix_list  the prefix list that is meant (F17): its entries are the peers then
    block      "" or what names its peers: a block that is chosen at apply (plan/links.py, BLOCKS)
    """

    egress: bool
    services: IntervalSet
    peers: IntervalSet
    group: Link | None
    unknown: str
    origin: Origin
    owner: Link | None = None
    prefix_list: Link | None = None
    block: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """What AWS tells rules of one group apart by; equal for a rule and its echo."""
        link = self.group or self.prefix_list
        return (self.egress, self.services, link.targets if link else self.peers, self.block)


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """inline     the rules that stand in the group's own attributes, echoes of others included
    dynamic    directions ("ingress", "egress") whose rules are not known, and why
    unset      directions whose attribute is unknown because nothing was written
    default    adopts the default group of its VPC
    managed    False for a data source, of which the rules are not known
    """

    key: str
    vpc: Link
    inline: tuple[GroupRule, ...]
    dynamic: tuple[tuple[str, str], ...]
    unset: tuple[str, ...]
    default: bool
    managed: bool
    configured: tuple[str, ...]
    actions: tuple[str, ...]


def read_security_group(raw: RawResource, resolver: Resolver) -> SecurityGroup:
    """aws_security_group, aws_default_security_group, and the data source (F1, F3, F4)."""
    inline: list[GroupRule] = []
    dynamic: list[tuple[str, str]] = []
    unset: list[str] = []
    configured: list[str] = []
    managed = raw.mode == "managed"
    for direction in ("ingress", "egress") if managed else ():
        expression = resolver.expression(raw, (direction,))
        if expression is not None:
            configured.append(direction)
        blocks = raw.blocks(direction)
        if isinstance(blocks, Unknown):
            if expression is None:
                unset.append(direction)
            else:
                dynamic.append((direction, f"the {direction} rules of {raw.address} are not known"))
            continue
        for block in blocks or ():
            inline += _inline(raw, block, direction, resolver)
    return SecurityGroup(
        raw.address,
        resolver.link(raw, "vpc_id", "vpc"),
        tuple(inline),
        tuple(dynamic),
        tuple(unset),
        raw.type == "aws_default_security_group",
        managed,
        tuple(configured),
        raw.actions,
    )


def _inline(
    raw: RawResource, block: RawBlock, direction: str, resolver: Resolver
) -> Iterator[GroupRule]:
    found = _services(raw, block, "protocol")
    make = _Maker(raw.address, direction == "egress", found, part=block.part_of(raw))
    for name, bound in BLOCK_LISTS.items():
        yield from _cidrs(make, block, name, bound)
    if itself := block.flag("self"):
        why = SELF.format(raw.address) if isinstance(itself, Unknown) else ""
        yield make.group(Link(How.FOLLOWED, (raw.address,)), why)
    members = resolver.links(
        raw, "security_groups", "security_group", block=block, path=(direction,)
    )
    for item in members.items:
        yield from make.link(item)
    for key in members.maybe:
        yield make.group(Link(How.FOLLOWED, (key,)), unknown=members.reason)
    if members.open:
        yield make.anything(members.reason)
    listed = resolver.links(raw, "prefix_list_ids", "prefix_list", block=block, path=(direction,))
    yield from _prefix_lists(make, listed)


def read_group_rule(raw: RawResource, resolver: Resolver) -> list[GroupRule]:
    """aws_security_group_rule: one rule a peer."""
    owner = resolver.link(raw, "security_group_id", "security_group")
    services = _services(raw, raw, "protocol")
    make = _Maker(raw.address, raw.text("type") == "egress", services, owner)
    rules = [
        rule
        for name, bound in BLOCK_LISTS.items()
        for rule in _cidrs(make, raw, name, bound, configured=written(raw, resolver, name))
    ]
    itself = raw.flag("self")
    if itself is True:
        rules += make.link(owner)
    elif itself is UNKNOWN and written(raw, resolver, "self"):
        rules.append(make.anything(SELF.format(raw.address)))
    source = resolver.link(raw, "source_security_group_id", "security_group")
    rules += make.link(source)
    rules += _prefix_lists(make, resolver.links(raw, "prefix_list_ids", "prefix_list"))
    if isinstance(raw.text("type"), Unknown):
        why = f"the type of {raw.address} is not known before apply"
        rules = [
            replace(rule, egress=egress, unknown=why) for rule in rules for egress in (False, True)
        ]
    return rules


def read_vpc_group_rule(raw: RawResource, resolver: Resolver) -> list[GroupRule]:
    """aws_vpc_security_group_ingress_rule and aws_vpc_security_group_egress_rule."""
    owner = resolver.link(raw, "security_group_id", "security_group")
    egress = raw.type == "aws_vpc_security_group_egress_rule"
    make = _Maker(raw.address, egress, _services(raw, raw, "ip_protocol"), owner)
    rules: list[GroupRule] = []
    for name, bound in (("cidr_ipv4", ALL_IPV4), ("cidr_ipv6", ALL_IPV6)):
        cidr = raw.text(name)
        if isinstance(cidr, Unknown):
            if written(raw, resolver, name):
                why = f"{name} of {raw.address} is not known before apply"
                rules.append(make.anything(why, bound))
        elif cidr:
            rules.append(make.cidr(cidr))
    rules += make.link(resolver.link(raw, "referenced_security_group_id", "security_group"))
    rules += make.listed(resolver.link(raw, "prefix_list_id", "prefix_list"))
    return rules


def _services(raw: RawResource, block: RawResource | RawBlock, protocol: str) -> Services:
    try:
        return read_services(
            block.text(protocol), block.number("from_port"), block.number("to_port")
        )
    except ValueError as error:
        raise InputError(str(error), where=raw.address) from error


def _cidrs(
    make: _Maker,
    block: RawResource | RawBlock,
    attribute: str,
    bound: IntervalSet,
    *,
    configured: bool = True,
) -> Iterator[GroupRule]:
    values = block.texts(attribute)
    if isinstance(values, Unknown):
        if configured:
            yield make.anything(f"{attribute} of {make.address} is not known before apply", bound)
        return
    for value in values or ():
        if isinstance(value, Unknown):
            yield make.anything(f"a block of {make.address} is not known before apply", bound)
        else:
            yield make.cidr(value)


def _prefix_lists(make: _Maker, lists: Links) -> Iterator[GroupRule]:
    for item in lists.items:
        yield from make.listed(item)
    if lists.maybe or lists.open:
        yield from make.listed(
            Link(How.ONE_OF, lists.maybe, lists.open, lists.reason), lists.reason
        )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the rules of one resource or block, which share everything but the peer."""

    address: str
    egress: bool
    services: Services
    owner: Link | None = None
    part: str = ""

    def cidr(self, text: str) -> GroupRule:
        """What is not an address block names one that is chosen at apply."""
        try:
            return self._rule(prefix(text), None, text, "")
        except ValueError:
            return replace(self._rule(ALL_ADDRESSES, None, text, ""), block=text)

    def group(self, link: Link, unknown: str = "") -> GroupRule:
        return self._rule(ALL_ADDRESSES, link, link.targets[0], unknown)

    def anything(self, why: str, bound: IntervalSet = ALL_ADDRESSES) -> GroupRule:
        """A peer of which nothing is known, but perhaps its family."""
        return self._rule(bound, None, "an unknown peer", why)

    def listed(self, link: Link, unknown: str = "") -> Iterator[GroupRule]:
        """A prefix list (F17), which topology/lists.py reads the blocks of: surely this one, or one
        of several, or one of which nothing is known."""
        if link.unset:
            return
        for key in link.targets:
            why = unknown or ("" if link.sure else link.reason)
            rule = self._rule(ALL_ADDRESSES, None, key, why)
            yield replace(rule, prefix_list=replace(link, targets=(key,), open=False))
        if link.open:
            rule = self._rule(ALL_ADDRESSES, None, "a prefix list", link.reason)
            yield replace(rule, prefix_list=replace(link, targets=(), open=True))

    def link(self, link: Link) -> Iterator[GroupRule]:
        """A peer that is a group: surely, or one of several, or something unknown."""
        if link.unset:
            return
        for key in link.targets:
            one = link if len(link.targets) == 1 else replace(link, targets=(key,))
            yield self.group(one, "" if link.sure else link.reason)
        if link.open:
            yield self.anything(link.reason)

    def _rule(self, peers: IntervalSet, group: Link | None, peer: str, unknown: str) -> GroupRule:
        side = "to" if self.egress else "from"
        text = f"permits {self.services.text} {side} {peer}"
        why = unknown or (
            f"{self.address}: {self.services.unknown}" if self.services.unknown else ""
        )
        return GroupRule(
            self.egress,
            self.services.found,
            peers,
            group,
            why,
            Origin(self.address, text, part=self.part),
            self.owner,
        )
