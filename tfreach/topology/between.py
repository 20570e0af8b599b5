"""What joins networks, in the words of the model: peerings, transit and VPN gateways."""

from __future__ import annotations

import re
from typing import Final

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.records import dataclass
from tfreach.space.intervals import IntervalSet
from tfreach.topology.terms import Blackhole, Elsewhere, OneOf, Prefix, Tri

NOTHING: Final = OneOf()
ZONE_ID: Final = re.compile(r"-az\d+")


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering connection of two VPCs (F62).

    ends         the VPCs: that of the requester, that of the accepter
    active       whether it is accepted and stands; why: "" or why it does not, or is not known
    same_region  whether both VPCs are in one Region: only then do group references hold (F8)
    accepted     origin of what accepts it, where that is a resource of its own
    """

    id: str
    ends: tuple[OneOf, OneOf]
    active: Tri = Tri.YES
    why: str = ""
    same_region: Tri = Tri.YES
    accepted: Origin = NO_ORIGIN
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """unknown   "" or why its attachments and tables are not all known"""

    id: str
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Attachment:
    """A VPC on a transit gateway; one of the two ends of a peering of transit gateways; or a VPN,
    a Direct Connect gateway or a Connect attachment, behind which `on-premises` lies.

    vpc         OneOf() where it is no VPC
    subnets     where it has interfaces, a link each, one a zone; () when not known
    table       the table for what comes from it (F64): OneOf() for none; origin: the association
    active      whether it is accepted and stands; why: "" or why it does not, or is not known
    appliance   appliance mode: it keeps a flow in one zone, whichever that is (F68)
    groups      whether group references may pass it: its own option and that of the gateway (F9)
    ipv6        whether IPv6 passes it: of a VPC only where it is switched on
    far         of a peering: the id of its other end; else ""
    outside     it leads to `on-premises`
    """

    id: str
    gateway: OneOf
    vpc: OneOf = NOTHING
    subnets: tuple[OneOf, ...] = ()
    table: OneOf = NOTHING
    active: Tri = Tri.YES
    why: str = ""
    appliance: Tri = Tri.NO
    groups: Tri = Tri.NO
    far: str = ""
    ipv6: Tri = Tri.YES
    outside: bool = False
    table_origin: Origin = NO_ORIGIN
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class ToAttachment:
    """An attachment of the same transit gateway, by id in Network.attachments."""

    attachment: str


TransitTarget = ToAttachment | Blackhole | Elsewhere


@dataclass(frozen=True, slots=True)
class TransitRoute:
    """As Route. Of two for one block the static one wins (F65).

    static   False: an attachment propagated it
    """

    prefix: Prefix
    targets: tuple[TransitTarget, ...]
    static: bool = True
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class TransitTable:
    """A route table of a transit gateway."""

    id: str
    routes: tuple[TransitRoute, ...] = ()
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class VpnGateway:
    """A virtual private gateway: a VPC's own way to `on-premises` (F104).

    vpc      the VPC it is attached to; OneOf() (no ids, not open) when it is attached to none
    serves   the addresses behind it that it knows of: it drops what is for any other
    unknown  "" or why it may know of fewer, or be connected to nothing at all
    inbound  "" or why what arrives from there cannot be judged (an edge route table)
    tied     origins of what connects it
    """

    id: str
    vpc: OneOf
    serves: IntervalSet
    unknown: str = ""
    inbound: str = ""
    vpc_origin: Origin = NO_ORIGIN
    tied: tuple[Origin, ...] = ()
    origin: Origin = NO_ORIGIN


def same_zone(one: str, other: str) -> Tri:
    """Whether two Availability Zones are one: "" is not known, and a name says nothing of an id."""
    if not one or not other or bool(ZONE_ID.search(one)) != bool(ZONE_ID.search(other)):
        return Tri.MAYBE
    return Tri.YES if one == other else Tri.NO
