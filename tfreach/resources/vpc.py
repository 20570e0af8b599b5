"""aws_vpc, secondary blocks and subnets, managed or data, in; Vpc, CidrBlock and Subnet out."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.plan.raw import UNKNOWN, RawResource, Unknown
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Vpc:
    """cidrs      IPv4 blocks as texts; UNKNOWN for one that is not known
    ipv6       IPv6 blocks likewise
    dns         whether both DNS attributes are on, as private names need (F74)
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
    ipv6: tuple[str | Unknown, ...] = ()
    dns: bool | Unknown = True


@dataclass(frozen=True, slots=True)
class CidrBlock:
    """One more block of a VPC, of either family."""

    key: str
    vpc: Link
    cidr: str | Unknown | None
    ipv6: bool = False


@dataclass(frozen=True, slots=True)
class Subnet:
    """public_addresses   whether a new interface gets a public address (F53); None: not said
    ipv6       its IPv6 block; None or "" for none
    assigns    whether a new interface gets an IPv6 address unasked; None: not said, so it does not
    """

    key: str
    cloud_id: str
    vpc: Link
    cidr: str | Unknown | None
    zone: str
    public_addresses: bool | Unknown | None
    managed: bool
    ipv6: str | Unknown | None = None
    assigns: bool | Unknown | None = None


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
        tuple(_ipv6(raw, resolver)),
        _dns(raw),
    )


def _dns(raw: RawResource) -> bool | Unknown:
    flags = raw.flag("enable_dns_support"), raw.flag("enable_dns_hostnames")
    if False in flags:
        return False
    return UNKNOWN if any(isinstance(flag, Unknown) or flag is None for flag in flags) else True


IPV6_SOURCES = (
    "ipv6_cidr_block",
    "assign_generated_ipv6_cidr_block",
    "ipv6_ipam_pool_id",
    "ipv6_netmask_length",
)
"""Whatever of these is set gives a VPC an IPv6 block."""


def _ipv6(raw: RawResource, resolver: Resolver) -> Iterator[str | Unknown]:
    """The block that AWS chooses is not known before apply; one that nobody asked for is none."""
    block = raw.text("ipv6_cidr_block")
    if not isinstance(block, Unknown):
        if block:
            yield block
        return
    if raw.flag("assign_generated_ipv6_cidr_block") is False and not raw.text("ipv6_ipam_pool_id"):
        return
    if any(written(raw, resolver, name) for name in IPV6_SOURCES):
        yield block


def written(raw: RawResource, resolver: Resolver, attribute: str) -> bool:
    """Whether the configuration sets the attribute; an unknown one it does not set is unset."""
    return not resolver.configured or resolver.expression(raw, (attribute,)) is not None


def read_cidr_block(raw: RawResource, resolver: Resolver) -> CidrBlock:
    """aws_vpc_ipv4_cidr_block_association (F101)."""
    return CidrBlock(raw.address, resolver.link(raw, "vpc_id", "vpc"), raw.text("cidr_block"))


def read_ipv6_block(raw: RawResource, resolver: Resolver) -> CidrBlock:
    """aws_vpc_ipv6_cidr_block_association."""
    vpc = resolver.link(raw, "vpc_id", "vpc")
    return CidrBlock(raw.address, vpc, raw.text("ipv6_cidr_block"), ipv6=True)


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
        _block_of_subnet(raw, resolver),
        _assigns(raw, resolver),
    )


def _block_of_subnet(raw: RawResource, resolver: Resolver) -> str | Unknown | None:
    block = raw.text("ipv6_cidr_block")
    if isinstance(block, Unknown) and not written(raw, resolver, "ipv6_cidr_block"):
        return UNKNOWN if raw.flag("ipv6_native") is True else None
    return block


def _assigns(raw: RawResource, resolver: Resolver) -> bool | Unknown | None:
    """A subnet of IPv6 alone has to."""
    if raw.flag("ipv6_native") is True:
        return True
    found = raw.flag("assign_ipv6_address_on_creation")
    if isinstance(found, Unknown) and not written(raw, resolver, "assign_ipv6_address_on_creation"):
        return None
    return found
