"""VPCs, subnets and their associations of an inventory in; Vpcs and Subnets of the model out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tfreach.plan.raw import Unknown
from tfreach.plan.references import How, Link
from tfreach.records import dataclass
from tfreach.resources.inventory import Inventory
from tfreach.resources.network_acl import AclAssociation, NetworkAcl
from tfreach.resources.route_table import Association
from tfreach.resources.vpc import CidrBlock
from tfreach.resources.vpc import Subnet as TypedSubnet
from tfreach.space.headers import ALL_IPV4, RFC1918, RFC6598, prefix
from tfreach.space.intervals import IntervalSet
from tfreach.topology.ground import DEFAULT_ACL, Ground, merge
from tfreach.topology.network import OneOf, Origin, Subnet, Vpc

PRIVATE = RFC1918 | RFC6598
CONTRADICT = "contradict each other on the"
ONE = "AWS takes one of them and refuses the other"


def build_vpcs(ground: Ground) -> dict[str, Vpc]:
    """Every VPC by key, with its secondary blocks (F101), and those that subnets only name."""
    vpcs: dict[str, Vpc] = {}
    for typed in ground.vpcs.values():
        texts: list[str | Unknown | None] = list(typed.cidrs)
        texts += [
            block.cidr if block.vpc.sure else None
            for block in ground.now.of(CidrBlock)
            if not block.ipv6 and ground.may_lead(block.vpc, typed.key)
        ]
        vpcs[typed.key] = _vpc(typed.key, texts)
    for subnet in ground.now.of(TypedSubnet):
        for key in subnet.vpc.targets:
            why = f"the address blocks of {key} are not in this plan"
            more = f"whether {key} has other IPv6 blocks is not in this plan"
            vpcs.setdefault(key, Vpc(key, PRIVATE, why, Origin(key), more))
    return {key: _with_ipv6(ground, vpc) for key, vpc in vpcs.items()}


def _with_ipv6(ground: Ground, vpc: Vpc) -> Vpc:
    """With its own IPv6 block, those that are associated with it, and those of its subnets."""
    blocks = [block for block in ground.now.of(CidrBlock) if block.ipv6]
    unsure = [b for b in blocks if not b.vpc.sure and ground.may_lead(b.vpc, vpc.id)]
    subnets = [one for one in ground.now.of(TypedSubnet) if one.vpc.sure]
    keys = [vpc.id, *(b.key for b in blocks if b.vpc.sure and vpc.id in b.vpc.targets)]
    keys += [one.key for one in subnets if ground.canonical(one.vpc.targets[0]) == vpc.id]
    held = IntervalSet.of(
        span for key in keys for span in ground.ipv6.of.get(key, IntervalSet()).spans
    )
    why = f"whether {unsure[0].key} is a block of {vpc.id} is not known" if unsure else ""
    return replace(vpc, cidrs=vpc.cidrs | held, unknown_ipv6=vpc.unknown_ipv6 or why)


def _vpc(key: str, texts: list[str | Unknown | None]) -> Vpc:
    known = [text for text in texts if isinstance(text, str) and text]
    cidrs = IntervalSet()
    for text in known:
        try:
            cidrs |= prefix(text)
        except ValueError:
            known.remove(text)
            break
    if not known or len(known) < len(texts):
        return Vpc(key, cidrs | PRIVATE, f"the address blocks of {key} are not known", Origin(key))
    return Vpc(key, cidrs, origin=Origin(key))


@dataclass(frozen=True, slots=True)
class Claim:
    """A resource that ties a subnet to something: surely, or one of several subnets.

    rank   of two claims to one subnet the higher one has it
    alone  AWS takes one such claim and refuses a second one
    """

    subnet: Link
    to: OneOf
    origin: Origin
    rank: int = 0
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    to: OneOf
    origin: Origin
    rank: int


def settle(
    claims: Iterable[Claim],
    otherwise: Mapping[str, OneOf],
    what: str,
    may_lead: Callable[[Link, str], bool],
) -> dict[str, Held]:
    """Subnet -> what it is tied to, for every subnet that a claim names or may name.

    AWS takes one association a subnet. So n claims that each name one of the same n subnets take
    one each, and every one of these subnets is tied to one of the n targets.
    """
    held: dict[str, Held] = {}
    loose: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: claim.rank):
        if claim.subnet.sure:
            target = claim.subnet.targets[0]
            held[target] = _taken(claim, held.get(target), what, target)
        elif not claim.subnet.unset:
            loose.append(claim)
    while filled := _filled(loose, held):
        group, free = filled
        loose = [claim for claim in loose if claim not in group]
        for target in free:
            to = merge([claim.to for claim in group], _unsettled(what, target))
            held[target] = Held(to, group[0].origin, group[0].rank)
    return held | {
        target: contested
        for target in otherwise
        if (contested := _contested(target, loose, held.get(target), otherwise, what, may_lead))
    }


def _taken(claim: Claim, held: Held | None, what: str, target: str) -> Held:
    """What a subnet is tied to by a claim that names it; by one of two that contradict."""
    own = Held(claim.to, claim.origin, claim.rank)
    if held is None or held.rank < claim.rank or held.to == claim.to or not claim.alone:
        return own
    both = f"{held.origin.address} and {claim.origin.address}"
    return Held(merge([held.to, claim.to], f"{both} {CONTRADICT} {what} of {target}: {ONE}"),
                claim.origin, claim.rank)  # fmt: skip


def _filled(loose: list[Claim], held: Mapping[str, Held]) -> tuple[list[Claim], list[str]] | None:
    """Claims to the same subnets of which as many are free, and these."""
    for one in loose:
        group = [c for c in loose if (c.rank, c.subnet.targets) == (one.rank, one.subnet.targets)]
        free = [
            target
            for target in one.subnet.targets
            if target not in held or held[target].rank < one.rank
        ]
        if len(group) == len(free) and not any(claim.subnet.open for claim in group):
            return group, free
    return None


def _contested(
    target: str,
    loose: list[Claim],
    held: Held | None,
    otherwise: Mapping[str, OneOf],
    what: str,
    may_lead: Callable[[Link, str], bool],
) -> Held | None:
    """A subnet to which one of the claims that are left may be, or else it is as it was."""
    rivals = [
        claim
        for claim in loose
        if may_lead(claim.subnet, target) and (held is None or claim.rank > held.rank)
    ]
    if not rivals:
        return None
    options = [held.to if held else otherwise[target], *(claim.to for claim in rivals)]
    return Held(merge(options, _unsettled(what, target)), rivals[0].origin, rivals[0].rank)


def _unsettled(what: str, target: str) -> str:
    return f"which {what} {target} has is not known before apply"


def build_subnets(ground: Ground, vpcs: Mapping[str, Vpc]) -> dict[str, Subnet]:
    """Every subnet by key, with its table (F34) and its ACL (F22)."""
    typed = ground.now.of(TypedSubnet)
    tables, acls = _defaults(ground, typed)
    table_of = settle(_table_claims(ground), tables, "route table", ground.may_lead)
    acl_of = settle(_acl_claims(ground), acls, "network ACL", ground.may_lead)
    found: dict[str, Subnet] = {}
    for subnet in typed:
        if not subnet.vpc.sure:
            continue
        vpc = vpcs[ground.canonical(subnet.vpc.targets[0])]
        cidr, unknown = _cidr(ground, subnet, vpc)
        table = table_of.get(subnet.key)
        acl = acl_of.get(subnet.key)
        found[subnet.key] = Subnet(
            subnet.key,
            vpc.id,
            cidr,
            subnet.zone,
            table.to if table else tables[subnet.key],
            acl.to if acl else acls[subnet.key],
            table.origin if table else ground.main_origin(subnet.key, vpc.id),
            acl.origin if acl else Origin(f"{vpc.id} ({DEFAULT_ACL})", f"serves {subnet.key}"),
            unknown,
            Origin(subnet.key),
        )
    return found


def _cidr(ground: Ground, subnet: TypedSubnet, vpc: Vpc) -> tuple[IntervalSet, str]:
    six = ground.ipv6.of[subnet.key]
    if not subnet.cidr and six:  # of IPv6 alone
        return six, ""
    if isinstance(subnet.cidr, str):
        try:
            return prefix(subnet.cidr) | six, ""
        except ValueError:
            pass
    why = f"the address block of {subnet.key} is not known before apply"
    return vpc.cidrs & ALL_IPV4 | six, why


def _defaults(
    ground: Ground, typed: tuple[TypedSubnet, ...]
) -> tuple[dict[str, OneOf], dict[str, OneOf]]:
    """What a subnet uses when nothing is associated; not known in a VPC not managed here."""
    tables: dict[str, OneOf] = {}
    acls: dict[str, OneOf] = {}
    for subnet in typed:
        key = ground.canonical(subnet.vpc.targets[0]) if subnet.vpc.sure else ""
        vpc = ground.vpcs.get(key)
        if vpc is not None and vpc.managed and subnet.managed:
            tables[subnet.key] = ground.main_table(key)
            acls[subnet.key] = ground.either_acl(key)
            continue
        tables[subnet.key] = OneOf((), True, f"the route table of {subnet.key} is not in this plan")
        acls[subnet.key] = OneOf((), True, f"the network ACL of {subnet.key} is not in this plan")
    return tables, acls


def _table_claims(ground: Ground) -> list[Claim]:
    return [
        Claim(
            item.subnet, ground.one_of(item.table), Origin(item.key, f"uses {_shown(item.table)}")
        )
        for item in ground.now.of(Association)
    ]


def _shown(link: Link) -> str:
    return " or ".join(link.targets) or "an unknown one"


def _acl_claims(ground: Ground) -> list[Claim]:
    """Weakest first: the default ACL's own list, ACLs that do not change, those that do, and
    associations (plan-json.md, trap 15)."""
    claims: list[Claim] = []
    left = _left(ground)
    for acl in ground.now.of(NetworkAcl):
        adopts = not acl.adopts.unset
        rank = 0 if adopts else 2 if {"create", "update"} & set(acl.actions) else 1
        to = OneOf((acl.key,))
        origin = Origin(acl.key, "lists the subnet")
        links = _own_subnets(acl, left.get(acl.key, set()))
        claims += [Claim(link, to, origin, rank, alone=False) for link in links]
    for item in ground.now.of(AclAssociation):
        origin = Origin(item.key, f"uses {_shown(item.acl)}")
        claims.append(Claim(item.subnet, ground.one_of(item.acl), origin, 3))
    return claims


def _own_subnets(acl: NetworkAcl, left: set[str]) -> list[Link]:
    """The subnets an ACL lists, without the echoes of associations that are gone.

    left   the subnets that such associations gave to it
    """
    links = list(acl.subnets.items)
    maybe = acl.subnets.maybe
    links += [Link(How.ONE_OF, (key, f"not {key}"), False, acl.subnets.reason) for key in maybe]
    links += [Link(How.UNKNOWN, (), True, acl.subnets.reason)] * acl.subnets.open
    if acl.subnets_configured:
        return links
    return [link for link in links if not left & set(link.targets)]


def _left(ground: Ground) -> dict[str, set[str]]:
    """By ACL, the subnets that were associated with it before and are no longer."""
    if ground.before is None:
        return {}
    now = _associated(ground.now)
    before = _associated(ground.before)
    return {acl: subnets - now.get(acl, set()) for acl, subnets in before.items()}


def _associated(inventory: Inventory) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for item in inventory.of(AclAssociation):
        for acl in item.acl.targets:
            found.setdefault(acl, set()).update(item.subnet.targets)
    return found
