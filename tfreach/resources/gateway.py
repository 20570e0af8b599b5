"""Internet and NAT gateways, Elastic IPs and what attaches them, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass
from tfreach.resources.vpc import known


@dataclass(frozen=True, slots=True)
class InternetGateway:
    key: str
    cloud_id: str
    vpc: Link
    vpc_configured: bool


@dataclass(frozen=True, slots=True)
class EgressOnlyGateway:
    """aws_egress_only_internet_gateway (F58)."""

    key: str
    cloud_id: str
    vpc: Link


@dataclass(frozen=True, slots=True)
class GatewayAttachment:
    """aws_internet_gateway_attachment."""

    key: str
    gateway: Link
    vpc: Link


@dataclass(frozen=True, slots=True)
class NatGateway:
    """public       connectivity (F54); UNKNOWN when not known
    allocation   its Elastic IP
    allots       AWS chooses the Elastic IP where none is given (F57), or it is not written here
    """

    key: str
    cloud_id: str
    subnet: Link
    allocation: Link
    public: bool | Unknown
    private_ip: str
    public_ip: str
    allots: bool


@dataclass(frozen=True, slots=True)
class Eip:
    """instance, interface   what the Elastic IP itself names; an echo unless `configured`"""

    key: str
    public_ip: str
    instance: Link
    interface: Link
    configured: bool


@dataclass(frozen=True, slots=True)
class EipAssociation:
    key: str
    eip: Link
    public_ip: str
    instance: Link
    interface: Link


def read_egress_only_gateway(raw: RawResource, resolver: Resolver) -> EgressOnlyGateway:
    """aws_egress_only_internet_gateway."""
    vpc = resolver.link(raw, "vpc_id", "vpc")
    return EgressOnlyGateway(raw.address, known(raw, "id"), vpc)


def read_internet_gateway(raw: RawResource, resolver: Resolver) -> InternetGateway:
    """aws_internet_gateway and the data source (F51)."""
    vpc = resolver.link(raw, "vpc_id", "vpc")
    blocks = raw.blocks("attachments")
    if vpc.unset and not isinstance(blocks, Unknown):
        for at, block in enumerate(blocks or ()):
            vpc = resolver.link(raw, "vpc_id", "vpc", block=block, path=("attachments", at))
    configured = resolver.expression(raw, ("vpc_id",)) is not None
    return InternetGateway(raw.address, known(raw, "id"), vpc, configured)


def read_gateway_attachment(raw: RawResource, resolver: Resolver) -> GatewayAttachment:
    """aws_internet_gateway_attachment."""
    return GatewayAttachment(
        raw.address,
        resolver.link(raw, "internet_gateway_id", "internet_gateway"),
        resolver.link(raw, "vpc_id", "vpc"),
    )


def read_nat_gateway(raw: RawResource, resolver: Resolver) -> NatGateway:
    """aws_nat_gateway and the data source; public unless it says private (F54)."""
    kind = raw.text("connectivity_type")
    return NatGateway(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "subnet_id", "subnet"),
        resolver.link(raw, "allocation_id", "eip"),
        kind if isinstance(kind, Unknown) else kind != "private",
        known(raw, "private_ip"),
        known(raw, "public_ip"),
        raw.mode != "managed" or raw.text("availability_mode") not in (None, "", "zonal"),
    )


def read_eip(raw: RawResource, resolver: Resolver) -> Eip:
    """aws_eip and the data source."""
    configured = any(
        resolver.expression(raw, (attribute,)) is not None
        for attribute in ("instance", "network_interface")
    )
    return Eip(
        raw.address,
        known(raw, "public_ip"),
        resolver.link(raw, "instance", "instance"),
        resolver.link(raw, "network_interface", "network_interface"),
        configured,
    )


def read_eip_association(raw: RawResource, resolver: Resolver) -> EipAssociation:
    """aws_eip_association."""
    return EipAssociation(
        raw.address,
        resolver.link(raw, "allocation_id", "eip"),
        known(raw, "public_ip"),
        resolver.link(raw, "instance_id", "instance"),
        resolver.link(raw, "network_interface_id", "network_interface"),
    )
