"""What gives an interface VPC endpoint further subnets and groups, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.raw import RawResource
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class EndpointSubnet:
    """aws_vpc_endpoint_subnet_association."""

    key: str
    endpoint: Link
    subnet: Link


@dataclass(frozen=True, slots=True)
class EndpointGroup:
    """aws_vpc_endpoint_security_group_association. replaces: it takes the default group's place."""

    key: str
    endpoint: Link
    group: Link
    replaces: bool


def read_endpoint_subnet(raw: RawResource, resolver: Resolver) -> EndpointSubnet:
    """aws_vpc_endpoint_subnet_association."""
    return EndpointSubnet(
        raw.address,
        resolver.link(raw, "vpc_endpoint_id", "vpc_endpoint"),
        resolver.link(raw, "subnet_id", "subnet"),
    )


def read_endpoint_group(raw: RawResource, resolver: Resolver) -> EndpointGroup:
    """aws_vpc_endpoint_security_group_association."""
    return EndpointGroup(
        raw.address,
        resolver.link(raw, "vpc_endpoint_id", "vpc_endpoint"),
        resolver.link(raw, "security_group_id", "security_group"),
        raw.flag("replace_default_association") is not False,
    )
