"""Security groups and network ACLs of an inventory in; Filters of the model out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfreach.plan.references import Link
from tfreach.resources.echoes import Item, is_stale, stands
from tfreach.resources.manners import Bare
from tfreach.resources.network_acl import AclEntry, NetworkAcl
from tfreach.resources.placements import CLUSTER_GROUP, Placement
from tfreach.resources.security_group import GroupRule, SecurityGroup
from tfreach.space.headers import ALL_ADDRESSES, ALL_SERVICES
from tfreach.space.intervals import IntervalSet
from tfreach.topology.ground import DEFAULT_ACL, DEFAULT_GROUP, Ground
from tfreach.topology.held import blocks_of
from tfreach.topology.ipv6 import not_yet
from tfreach.topology.network import Action, Filter, Origin, Rule, uncertain_permit

NO_GROUP = ""
"""Id of the group that stands for "no group" where it is unknown whether one is carried."""

UNFILTERED = "no security group"
OWNER = "owner"

STALE = "only the copy in {owner} lists it, which may be older than its deletion"


def build_groups(ground: Ground) -> dict[str, Filter]:
    """Every group by key: managed, adopted, default (F1-F4), and those known by identifier only."""
    groups = {NO_GROUP: Filter(NO_GROUP, "security_group")}
    for group in ground.now.of(SecurityGroup):
        groups[group.key] = _group(ground, group)
    for vpc in ground.vpcs.values():
        key = ground.default_group(vpc.key)
        if key not in groups and vpc.managed:
            groups[key] = _default_group(ground, key, vpc.key)
    groups |= _of_placements(ground)
    for key in ground.owned(GroupRule, OWNER).owners:
        if key not in groups:
            groups[key] = _foreign_group(ground, key)
    return groups


def _group(ground: Ground, group: SecurityGroup) -> Filter:
    if not group.managed:
        return _foreign_group(ground, group.key)
    rules = _rules(ground, group)
    if group.unset and "create" in group.actions:
        ground.assume_no_inline()
    for direction, why in group.dynamic:
        rules[direction == "egress"].append(uncertain_permit(why))
    origin = Origin(group.key, "security group")
    return Filter(group.key, "security_group", tuple(rules[False]), tuple(rules[True]), origin)


def _rules(ground: Ground, group: SecurityGroup) -> dict[bool, list[Rule]]:
    """By whether they are egress rules."""
    before = ground.earlier(group)
    there = ground.owned_before(GroupRule, OWNER, group.key) if before else []
    mine = _owned(ground, group.key)
    found: dict[bool, list[Rule]] = {}
    for egress, direction in ((False, "ingress"), (True, "egress")):
        echoed = before if direction in group.unset and before is not None else group
        listed, own, earlier = (
            [rule for rule in rules if rule.egress == egress]
            for rules in (echoed.inline, mine, there)
        )
        copy = before.inline if before is not None else group.inline
        doubt = _doubt(ground, group.key, copy, earlier if before is not None else own)
        written = direction in group.configured
        standing = stands(listed, own, earlier, written=written, doubt=doubt)
        found[egress] = [made for rule in standing for made in _rule(ground, rule)]
    return found


def _owned(ground: Ground, key: str) -> list[GroupRule]:
    return ground.owned(GroupRule, OWNER).of(key)


def _doubt(ground: Ground, owner: str, copy: Sequence[Item], standalone: Sequence[Item]) -> str:
    """Why what only the owner lists may be gone: its copy is older than a standalone rule, or
    there is no telling how old it is (a state with standalone rules)."""
    if standalone and (ground.is_state or is_stale(copy, standalone)):
        return STALE.format(owner=owner)
    return ""


def _rule(ground: Ground, rule: GroupRule) -> Iterator[Rule]:
    if rule.group is not None:
        yield from _for_groups(ground, rule, rule.group)
        return
    made = Rule(Action.PERMIT, rule.services, rule.peers, unknown=rule.unknown, origin=rule.origin)
    if rule.prefix_list is not None:
        found = blocks_of(ground.lists, rule.prefix_list, rule.origin.address)
        for held in found:
            why = made.unknown or held.unknown
            one = replace(made, peers=held.block, unknown=why, also=(held.origin,))
            yield replace(one, aws_service=held.aws_service)
        if not found:  # it stands, and matches nothing
            yield replace(made, peers=IntervalSet())
        return
    yield from _for_peers(ground, made, rule.block)


def _for_groups(ground: Ground, rule: GroupRule, groups: Link) -> Iterator[Rule]:
    for target in groups.targets:
        if ground.gone("security_group", target):
            continue  # F13: a rule that names a deleted group matches nothing
        yield Rule(
            Action.PERMIT,
            rule.services,
            rule.peers,
            ground.canonical(target),
            unknown=rule.unknown,
            origin=rule.origin,
        )


def _for_peers(ground: Ground, rule: Rule, name: str) -> Iterator[Rule]:
    """A rule with the IPv6 blocks that are chosen at apply: those that it names or surely holds,
    and perhaps others (topology/ipv6.py)."""
    if name:
        known = ground.ipv6.named(name)
        doubt = f"{name} is not known before apply"
        yield (
            replace(rule, unknown=rule.unknown or doubt)
            if known is None
            else replace(rule, peers=known)
        )
        return
    whole, maybe = ground.ipv6.hedged(rule.peers)
    yield rule if whole is rule.peers else replace(rule, peers=whole)
    if maybe:
        yield replace(rule, peers=maybe, unknown=rule.unknown or not_yet(maybe, ground.ipv6))


def _default_group(ground: Ground, key: str, vpc: str) -> Filter:
    """F4: all inbound from itself, all outbound; what else stands there was put there unseen."""
    ground.assume(
        f"the default security group of {vpc}, not managed here, has the rules AWS gives it"
    )
    return _made_by_aws(ground, key, DEFAULT_GROUP)


def _of_placements(ground: Ground) -> dict[str, Filter]:
    """F97: EKS makes a group for a cluster. F80: what has no group at all lets everything pass."""
    groups: dict[str, Filter] = {}
    for item in ground.now.of(Placement):
        if item.type == "aws_eks_cluster":
            key = f"{item.key} ({CLUSTER_GROUP})"
            ground.assume(f"the {CLUSTER_GROUP} of {item.key} has the rules EKS gives it")
            groups[key] = _made_by_aws(ground, key, CLUSTER_GROUP)
        elif item.bare is Bare.UNFILTERED:
            key = f"{item.key} ({UNFILTERED})"
            groups[key] = _permitting(key)
    return groups


def _permitting(key: str) -> Filter:
    """What stands for no group where that means no filter (F80)."""
    all_ = Rule(
        Action.PERMIT, ALL_SERVICES, ALL_ADDRESSES, origin=Origin(key, "has no group, so all pass")
    )
    return Filter(key, "security_group", (all_,), (all_,), Origin(key, UNFILTERED))


def _made_by_aws(ground: Ground, key: str, name: str) -> Filter:
    origin = Origin(key, "permits all from itself")
    inbound = Rule(Action.PERMIT, ALL_SERVICES, ALL_ADDRESSES, group=key, origin=origin)
    out = Origin(key, "permits all to 0.0.0.0/0")
    outbound = Rule(Action.PERMIT, ALL_SERVICES, ALL_ADDRESSES, origin=out)
    rules: dict[bool, list[Rule]] = {False: [inbound], True: [outbound]}
    for rule in _owned(ground, key):
        rules[rule.egress] += _rule(ground, rule)
    return Filter(key, "security_group", tuple(rules[False]), tuple(rules[True]), Origin(key, name))


def _foreign_group(ground: Ground, key: str) -> Filter:
    """A group that is not managed here: the rules given here stand, others are not known."""
    why = uncertain_permit(f"the rules of {key} are not in this plan")
    rules: dict[bool, list[Rule]] = {False: [], True: []}
    for rule in _owned(ground, key):
        rules[rule.egress] += _rule(ground, rule)
    return Filter(key, "security_group", (*rules[False], why), (*rules[True], why), Origin(key))


def build_acls(ground: Ground) -> dict[str, Filter]:
    """Every network ACL by key; an adopted default one was emptied by its adoption (F22-F26)."""
    acls: dict[str, Filter] = {}
    for acl in ground.now.of(NetworkAcl):
        acls[acl.key] = _acl(ground, acl)
    for vpc in ground.vpcs.values():
        key = ground.default_acl(vpc.key)
        if key not in acls and vpc.managed:
            acls[key] = _default_acl(ground, key, vpc.key)
    return acls


def _acl(ground: Ground, acl: NetworkAcl) -> Filter:
    if acl.unset and "create" in acl.actions:
        ground.assume_no_inline()
    rules: dict[bool, list[Rule]] = {}
    for egress in (False, True):
        rules[egress] = _entries(ground, acl, egress=egress)
    for egress, why in acl.dynamic:
        unsure = uncertain_permit(why)
        rules[egress] = [unsure, replace(unsure, action=Action.DENY), *rules[egress]]
    return Filter(acl.key, "network_acl", tuple(rules[False]), tuple(rules[True]), Origin(acl.key))


def _entries(ground: Ground, acl: NetworkAcl, *, egress: bool) -> list[Rule]:
    before = ground.earlier(acl)
    there = ground.owned_before(AclEntry, OWNER, acl.key) if before else []
    earlier = [item for item in there if item.egress == egress]
    mine = [item for item in ground.owned(AclEntry, OWNER).of(acl.key) if item.egress == egress]
    direction = "egress" if egress else "ingress"
    source = before if before is not None and direction in acl.unset else acl
    listed = [item for item in source.inline if item.egress == egress]
    copy = before.inline if before is not None else acl.inline
    doubt = _doubt(ground, acl.key, copy, earlier if before is not None else mine)
    expression = ground.now.raws[acl.key]
    written = ground.now.resolver.expression(expression, (direction,)) is not None
    found = stands(listed, mine, earlier, written=written, doubt=doubt)
    return _ordered(ground, found)


def _ordered(ground: Ground, entries: list[AclEntry]) -> list[Rule]:
    """By number. One whose number is unknown may stand anywhere, so it comes first, unsure."""
    numbered = sorted(entries, key=lambda item: (item.number is not None, item.number or 0))
    return [
        rule
        for item in numbered
        for rule in _for_peers(
            ground,
            Rule(
                Action.PERMIT if item.permit else Action.DENY,
                item.services,
                item.peers,
                number=item.number or 0,
                unknown=item.unknown,
                origin=item.origin,
            ),
            item.block,
        )
    ]


def _default_acl(ground: Ground, key: str, vpc: str) -> Filter:
    """F25: allows all until edited."""
    ground.assume(f"the default network ACL of {vpc}, not managed here, permits all")
    permit = Rule(
        Action.PERMIT,
        ALL_SERVICES,
        ALL_ADDRESSES,
        number=100,
        origin=Origin(key, "entry 100 permits all"),
    )
    entries = ground.owned(AclEntry, OWNER).of(key)
    found = {
        egress: [item for item in entries if item.egress == egress] for egress in (False, True)
    }
    sides = [
        tuple(sorted((*_ordered(ground, found[egress]), permit), key=lambda rule: rule.number))
        for egress in (False, True)
    ]
    return Filter(key, "network_acl", sides[0], sides[1], Origin(key, DEFAULT_ACL))
