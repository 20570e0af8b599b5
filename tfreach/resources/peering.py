"""VPC peering connections, and what accepts them, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass
from tfreach.resources.vpc import known

ROLE = "vpc_peering_connection"


@dataclass(frozen=True, slots=True)
class PeeringConnection:
    """vpc, peer     the VPC of the requester, and that of the accepter
    accepts      auto_accept (F62); None: not said
    status       accept_status; a raw state's may be older than its acceptance
    region       of the requester; "" when not said
    peer_region  of the accepter; None when not said, which means the same one
    """

    key: str
    cloud_id: str
    vpc: Link
    peer: Link
    accepts: bool | Unknown | None
    status: str | Unknown | None
    region: str
    peer_region: str | Unknown | None
    managed: bool


@dataclass(frozen=True, slots=True)
class PeeringAccepter:
    """aws_vpc_peering_connection_accepter: the side of the accepter, whose `vpc` that is."""

    key: str
    peering: Link
    vpc: Link
    peer: Link
    accepts: bool | Unknown | None
    status: str | Unknown | None


@dataclass(frozen=True, slots=True)
class PeeringOptions:
    """aws_vpc_peering_connection_options: name resolution only (F63), but routes may name it."""

    key: str
    peering: Link


def read_peering(raw: RawResource, resolver: Resolver) -> PeeringConnection:
    """aws_vpc_peering_connection and the data source."""
    managed = raw.mode == "managed"
    peer_region = raw.text("peer_region")
    if managed and resolver.configured and resolver.expression(raw, ("peer_region",)) is None:
        peer_region = None
    return PeeringConnection(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.link(raw, "peer_vpc_id", "vpc"),
        raw.flag("auto_accept"),
        raw.text("accept_status" if managed else "status"),
        known(raw, "region"),
        peer_region or None,
        managed,
    )


def read_peering_accepter(raw: RawResource, resolver: Resolver) -> PeeringAccepter:
    """aws_vpc_peering_connection_accepter; it calls the requester its peer."""
    return PeeringAccepter(
        raw.address,
        resolver.link(raw, "vpc_peering_connection_id", ROLE),
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.link(raw, "peer_vpc_id", "vpc"),
        raw.flag("auto_accept"),
        raw.text("accept_status"),
    )


def read_peering_options(raw: RawResource, resolver: Resolver) -> PeeringOptions:
    """aws_vpc_peering_connection_options."""
    return PeeringOptions(raw.address, resolver.link(raw, "vpc_peering_connection_id", ROLE))
