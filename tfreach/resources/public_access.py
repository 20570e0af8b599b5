"""What switches Block Public Access on, and what is excluded from it, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class PublicAccessOptions:
    """The switch of one account and Region (F59).

    mode     `off`, `block-bidirectional`, `block-ingress`
    region   "" when it is not known
    """

    key: str
    mode: str | Unknown | None
    region: str


@dataclass(frozen=True, slots=True)
class PublicAccessExclusion:
    """A VPC or a subnet that is excluded from it. mode: `allow-bidirectional`, `allow-egress`."""

    key: str
    mode: str | Unknown | None
    vpc: Link
    subnet: Link


def read_options(raw: RawResource, resolver: Resolver) -> PublicAccessOptions:
    """aws_vpc_block_public_access_options."""
    said = (raw.text("region"), raw.text("aws_region"))
    return PublicAccessOptions(
        raw.address,
        raw.text("internet_gateway_block_mode"),
        next((region for region in said if isinstance(region, str)), ""),
    )


def read_exclusion(raw: RawResource, resolver: Resolver) -> PublicAccessExclusion:
    """aws_vpc_block_public_access_exclusion."""
    return PublicAccessExclusion(
        raw.address,
        raw.text("internet_gateway_exclusion_mode"),
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.link(raw, "subnet_id", "subnet"),
    )
