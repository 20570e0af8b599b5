"""An inventory in; where filters and tables belong, and which of them something uses, out."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.plan.references import How, Link
from tfreach.resources.network_acl import AclAssociation, NetworkAcl
from tfreach.resources.route_table import Association, MainAssociation, RouteTable
from tfreach.resources.security_group import SecurityGroup
from tfreach.topology.belongings import Homes
from tfreach.topology.ground import Ground

NAMED_ONLY = ("aws_security_group", "aws_vpc_security_group_", "aws_default_security_group")
"""How the types begin whose links to a group are those of rules: they name it, none carries it."""


def build_homes(ground: Ground) -> Homes:
    owners: list[SecurityGroup | NetworkAcl | RouteTable] = [*ground.now.of(SecurityGroup)]
    owners += [*ground.now.of(NetworkAcl), *ground.now.of(RouteTable)]
    vpcs = {one.key: ground.canonical(one.vpc.targets[0]) for one in owners if one.vpc.sure}
    for vpc in ground.vpcs:
        for key in (ground.default_group(vpc), ground.default_acl(vpc), ground.default_table(vpc)):
            vpcs[key] = vpc
    managed = frozenset(key for key, vpc in ground.vpcs.items() if vpc.managed)
    mains = frozenset(id_ for key in managed for id_ in ground.main_table(key).ids)
    every = frozenset(one.key for one in owners)
    links = [*_ties(ground), *_groups(ground)]
    if any(link.open for link in links):
        return Homes(vpcs, managed, mains, every)
    named = (ground.canonical(key) for link in links for key in link.targets)
    return Homes(vpcs, managed, mains, every.intersection(named))


def _ties(ground: Ground) -> Iterator[Link]:
    """What associations lead to, and an ACL that lists subnets, whichever they are."""
    for tie in ground.now.of(Association):
        yield tie.table
    for main in ground.now.of(MainAssociation):
        yield main.table
    for joined in ground.now.of(AclAssociation):
        yield joined.acl
    for acl in ground.now.of(NetworkAcl):
        if not acl.subnets.empty:
            yield Link(acl.subnets.how, (acl.key,))


def _groups(ground: Ground) -> Iterator[Link]:
    """Every link to a group that is none of a rule's."""
    groups = {one.key for one in ground.now.of(SecurityGroup)}
    for record in ground.now.resolver.records():
        raw = ground.now.raws.get(record.address)
        if raw is None or raw.type.startswith(NAMED_ONLY):
            continue
        if not groups.isdisjoint(record.targets):
            yield Link(record.how, record.targets)
        elif record.how is How.UNKNOWN and "security_group" in record.attribute:
            yield Link(record.how, open=True)
