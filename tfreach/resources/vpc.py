"""aws_vpc, secondary blocks and subnets, managed or data, in; Vpc, CidrBlock and Subnet out."""

from __future__ import annotations

from dataclasses import dataclass

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Resolver


@dataclass(frozen=True, slots=True)
class Vpc:
    """cidrs      IPv4 blocks as texts; UNKNOWN for one that is not known
    main_table  id of the main route table as the provider last saw it; "" when not known
    managed     False for a data source, and for the default VPC, which AWS makes with a gateway and
                a route to it: what stands there unasked is then not known
    """

    key: str
    cloud_id: str
    cidrs: tuple[str | Unknown, ...]
    default_table: str
    main_table: str
    default_acl: str
    default_group: str
    managed: bool


@dataclass(frozen=True, slots=True)
class CidrBlock:
    key: str
    vpc: Link
    cidr: str | Unknown | None


@dataclass(frozen=True, slots=True)
class Subnet:
    """public_addresses   whether a new interface gets a public address (F53); None: not said"""

    key: str
    cloud_id: str
    vpc: Link
    cidr: str | Unknown | None
    zone: str
    public_addresses: bool | Unknown | None
    managed: bool


def known(raw: RawResource, attribute: str) -> str:
    """A text that is known, or ""."""
    value = raw.text(attribute)
    return value if isinstance(value, str) else ""


def read_vpc(raw: RawResource, resolver: Resolver) -> Vpc:
    """aws_vpc, aws_default_vpc and the data source (F34, F101)."""
    cidrs: list[str | Unknown] = []
    main = raw.text("cidr_block")
    if main:
        cidrs.append(main)
    blocks = raw.blocks("cidr_block_associations")
    for block in () if isinstance(blocks, Unknown) else blocks or ():
        if (text := block.text("cidr_block")) and text not in cidrs:
            cidrs.append(text)
    return Vpc(
        raw.address,
        known(raw, "id"),
        tuple(cidrs),
        known(raw, "default_route_table_id"),
        known(raw, "main_route_table_id"),
        known(raw, "default_network_acl_id"),
        known(raw, "default_security_group_id"),
        raw.mode == "managed" and raw.type != "aws_default_vpc",
    )


def read_cidr_block(raw: RawResource, resolver: Resolver) -> CidrBlock:
    """aws_vpc_ipv4_cidr_block_association (F101)."""
    return CidrBlock(raw.address, resolver.link(raw, "vpc_id", "vpc"), raw.text("cidr_block"))


def read_subnet(raw: RawResource, resolver: Resolver) -> Subnet:
    """aws_subnet, aws_default_subnet and the data source."""
    public = raw.flag("map_public_ip_on_launch")
    if raw.type == "aws_default_subnet" and public is None:
        public = True
    return Subnet(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "vpc_id", "vpc"),
        raw.text("cidr_block"),
        known(raw, "availability_zone") or known(raw, "availability_zone_id"),
        public,
        raw.mode == "managed",
    )
