"""What lives in subnets, by the tables of spots and manners, in; Placements, typed and linked, out.

One reader for all types of plan/spots.py. What launches instances names a template
(resources/templates.py); what is a member of a cluster shares the cluster's subnets and groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from tfreach.plan.raw import UNKNOWN, RawResource
from tfreach.plan.references import UNSET, UNSET_LINKS, How, Link, Links, Resolver
from tfreach.plan.roles import SUBNET_GROUPS
from tfreach.plan.spots import SPOTS, Path, Spot
from tfreach.records import dataclass
from tfreach.resources.compute import read_tags
from tfreach.resources.exposure import Exposure
from tfreach.resources.ipv6 import OF_SERVICE, Ipv6, read_placed_ipv6
from tfreach.resources.manners import MANNERS, NOTHING, OUTSIDE, Bare, Manner
from tfreach.resources.templates import Template, template_of
from tfreach.resources.vpc import known
from tfreach.resources.where import blocks_at, joined, link_at, links_at, links_in


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of interfaces of a placement.

    name       what tells it from the others; ""
    subnets    every one counts: it has an interface in each, or moves between them
    listed_by  the subnet group that lists them, where it is placed by one
    fixed      addresses that it is given
    """

    name: str
    subnets: Links
    listed_by: Link
    fixed: tuple[str, ...]
    groups: Links

    @property
    def is_set(self) -> bool:
        return not self.listed_by.unset or not self.subnets.empty


@dataclass(frozen=True, slots=True)
class Placement:
    """A resource that lives in subnets, with all that decides on its interfaces.

    places     () when it names no subnet; `unplaced` says what that means
    bare       the groups it carries when it names none
    also       "" or why it may carry groups that are not named
    member     of which cluster; its subnets and groups are its own where it names none
    template   what its instances are launched from
    inbound    "" or why nothing can be sent to it; outbound: or why it opens no connection
    beside     "" or which way into it or out of it there is besides these interfaces
    doubt      "" or why nothing can be said of its interfaces
    """

    key: str
    type: str
    cloud_id: str
    places: tuple[Place, ...]
    unplaced: str
    bare: Bare
    also: str
    public: Exposure
    member: Link
    template: Template | None
    inbound: str
    outbound: str
    beside: str
    doubt: str
    tags: Mapping[str, str]
    previous: str = ""
    ipv6: Ipv6 = OF_SERVICE


@dataclass(frozen=True, slots=True)
class Apart:
    """A resource of a type that lives in subnets, which is no endpoint, and what that means."""

    key: str
    type: str
    effect: str


CLUSTER_GROUP: Final = "cluster security group"
NO_SUBNET: Final = "it names no subnet, so it is no endpoint: no verdict speaks of it"


def read_placement(raw: RawResource, resolver: Resolver) -> Placement | Apart | tuple[()]:
    """Any type of plan/spots.py; () for what has no interface anywhere."""
    manner = MANNERS[raw.type]
    spots = SPOTS[raw.type]
    member = next((spot.member for spot in spots if spot.member), None)
    owner = link_at(raw, resolver, member) if member else UNSET
    places = tuple(
        replace(place, groups=joined([place.groups, _cluster_group(raw, owner)]))
        for spot in spots
        for place in _places(raw, resolver, spot)
    )
    template = template_of(raw, resolver)
    if manner.unset in (OUTSIDE, NOTHING) and not any(place.is_set for place in places):
        return () if manner.unset == NOTHING else Apart(raw.address, raw.type, NO_SUBNET)
    set_ = tuple(place for place in places if place.is_set)
    return Placement(
        raw.address,
        raw.type,
        _cloud_id(raw),
        set_ or places[:1],
        manner.unset.format(key=raw.address),
        _bare(raw, manner),
        manner.also(raw, resolver),
        manner.public(raw, resolver),
        owner,
        template,
        manner.inbound,
        manner.outbound,
        manner.beside(raw, resolver),
        manner.doubt(raw, resolver) or _kind_doubt(raw),
        read_tags(raw),
        raw.previous_address or "",
        read_placed_ipv6(raw, resolver),
    )


def _cluster_group(raw: RawResource, owner: Link) -> Links:
    """F97: the control plane, managed nodes and Fargate pods carry the group EKS makes for them."""
    if raw.type == "aws_eks_cluster":
        owner = Link(How.KNOWN, (raw.address,))
    elif raw.type not in ("aws_eks_node_group", "aws_eks_fargate_profile"):
        return UNSET_LINKS
    targets = tuple(f"{target} ({CLUSTER_GROUP})" for target in owner.targets)
    return Links(owner.how, (replace(owner, targets=targets),))


def _kind_doubt(raw: RawResource) -> str:
    name = {"aws_vpc_endpoint": "vpc_endpoint_type"}.get(raw.type, "load_balancer_type")
    unknown = raw.value(name) is UNKNOWN
    return f"{name} of {raw.address} is not known before apply" if unknown else ""


def _bare(raw: RawResource, manner: Manner) -> Bare:
    """F80: a network load balancer that was made without a group never has one."""
    network = raw.type in ("aws_lb", "aws_alb") and raw.text("load_balancer_type") == "network"
    return Bare.UNFILTERED if network else manner.bare


def _cloud_id(raw: RawResource) -> str:
    """`vpce-0abc` where it has such an identifier; else its ARN, or whatever it is called by."""
    identifier = known(raw, "id")
    is_short = raw.type in ("aws_vpc_endpoint", "aws_efs_mount_target")
    return identifier if is_short else known(raw, "arn") or identifier


def _places(raw: RawResource, resolver: Resolver, spot: Spot) -> Iterator[Place]:
    """One for each block that holds both its subnets and its groups; else one for all."""
    shared = _shared(spot)
    blocks, _ = blocks_at(raw, resolver, shared)
    if not shared or len(blocks) < 2:
        yield _place(
            spot,
            [(path, *links_at(raw, resolver, path)) for path in spot.subnets],
            [links_at(raw, resolver, path)[0] for path in spot.groups],
        )
        return
    for block in blocks:
        yield _place(
            spot,
            [(path, *links_in(raw, resolver, path, *block)) for path in spot.subnets],
            [links_in(raw, resolver, path, *block)[0] for path in spot.groups],
        )


def _shared(spot: Spot) -> tuple[str, ...]:
    """The blocks that all subnets and groups stand in directly; () when they differ."""
    found = {path.blocks for path in (*spot.subnets, *spot.groups)}
    return found.pop() if len(found) == 1 and spot.groups else ()


def _place(
    spot: Spot, subnets: list[tuple[Path, Links, tuple[str, ...]]], groups: Iterable[Links]
) -> Place:
    direct = [links for path, links, _ in subnets if path.role not in SUBNET_GROUPS]
    by_group = [links for path, links, _ in subnets if path.role in SUBNET_GROUPS]
    listed = joined(by_group)
    fixed = tuple(sorted({address for _, _, found in subnets for address in found}))
    listed_by = listed.items[0] if listed.items else UNSET
    if listed.open:
        listed_by = Link(listed.how, (), True, listed.reason)
    return Place(
        spot.name, joined(direct) if direct else UNSET_LINKS, listed_by, fixed, joined(groups)
    )
