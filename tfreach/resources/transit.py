"""Transit gateways, their attachments, tables and routes, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.origin import Origin
from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.vpc import known

GATEWAY, TABLE, ATTACHMENT = (
    "transit_gateway",
    "transit_gateway_route_table",
    "transit_gateway_attachment",
)
Flag = bool | Unknown


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """associates, propagates   whether new attachments join its default tables by themselves (F67)
    groups                   security group referencing (F9)
    association, propagation ids of its default tables; "" when not known
    """

    key: str
    cloud_id: str
    associates: Flag
    propagates: Flag
    groups: Flag
    association: str
    propagation: str
    managed: bool


@dataclass(frozen=True, slots=True)
class VpcAttachment:
    """associates, propagates   whether it joins the default tables, where the gateway has them"""

    key: str
    cloud_id: str
    gateway: Link
    vpc: Link
    subnets: Links
    appliance: Flag
    groups: Flag
    associates: Flag
    propagates: Flag
    ipv6: Flag


@dataclass(frozen=True, slots=True)
class AttachmentAccepter:
    """Accepts the attachment of another account, and says the same of it as its owner would."""

    key: str
    attachment: Link
    associates: Flag
    propagates: Flag


@dataclass(frozen=True, slots=True)
class PeeringAttachment:
    """state   as AWS says; "" when not known"""

    key: str
    cloud_id: str
    gateway: Link
    peer: Link
    state: str
    managed: bool


@dataclass(frozen=True, slots=True)
class PeeringAttachmentAccepter:
    key: str
    attachment: Link


@dataclass(frozen=True, slots=True)
class TransitRouteTable:
    """managed   False for a data source, which does not know the routes"""

    key: str
    cloud_id: str
    gateway: Link
    managed: bool


@dataclass(frozen=True, slots=True)
class TransitAssociation:
    key: str
    attachment: Link
    table: Link


@dataclass(frozen=True, slots=True)
class TransitPropagation:
    key: str
    attachment: Link
    table: Link


@dataclass(frozen=True, slots=True)
class DefaultTable:
    """What makes a table the default one of a gateway, after the gateway was made."""

    key: str
    gateway: Link
    table: Link


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """destination   an IPv4 block; UNKNOWN when not known; None for an IPv6 one
    prefix_list   whether it is for a prefix list instead
    """

    table: Link
    attachment: Link
    destination: str | Unknown | None
    prefix_list: bool
    blackhole: Flag
    origin: Origin


def _enabled(raw: RawResource, attribute: str, resolver: Resolver, *, otherwise: bool) -> Flag:
    """`enable` or `disable`; what is not known and not written is as AWS has it."""
    value = raw.text(attribute)
    if isinstance(value, Unknown):
        written = not resolver.configured or resolver.expression(raw, (attribute,)) is not None
        return value if written else otherwise
    return value == "enable" if value else otherwise


def flag(raw: RawResource, attribute: str, resolver: Resolver) -> Flag:
    value = raw.flag(attribute)
    if isinstance(value, Unknown):
        written = not resolver.configured or resolver.expression(raw, (attribute,)) is not None
        return value if written else True
    return value is not False


def read_gateway(raw: RawResource, resolver: Resolver) -> TransitGateway:
    """aws_ec2_transit_gateway and the data source (F10, F67)."""
    name = "security_group_referencing_support"
    return TransitGateway(
        raw.address,
        known(raw, "id"),
        _enabled(raw, "default_route_table_association", resolver, otherwise=True),
        _enabled(raw, "default_route_table_propagation", resolver, otherwise=True),
        _enabled(raw, name, resolver, otherwise=False),
        known(raw, "association_default_route_table_id"),
        known(raw, "propagation_default_route_table_id"),
        raw.mode == "managed",
    )


def read_attachment(raw: RawResource, resolver: Resolver) -> VpcAttachment:
    """aws_ec2_transit_gateway_vpc_attachment and the data source."""
    name = "security_group_referencing_support"
    return VpcAttachment(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "transit_gateway_id", GATEWAY),
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.links(raw, "subnet_ids", "subnet"),
        _enabled(raw, "appliance_mode_support", resolver, otherwise=False),
        _enabled(raw, name, resolver, otherwise=True),
        flag(raw, "transit_gateway_default_route_table_association", resolver),
        flag(raw, "transit_gateway_default_route_table_propagation", resolver),
        _enabled(raw, "ipv6_support", resolver, otherwise=False),
    )


def read_attachment_accepter(raw: RawResource, resolver: Resolver) -> AttachmentAccepter:
    """aws_ec2_transit_gateway_vpc_attachment_accepter."""
    return AttachmentAccepter(
        raw.address,
        resolver.link(raw, "transit_gateway_attachment_id", ATTACHMENT),
        flag(raw, "transit_gateway_default_route_table_association", resolver),
        flag(raw, "transit_gateway_default_route_table_propagation", resolver),
    )


def read_peering_attachment(raw: RawResource, resolver: Resolver) -> PeeringAttachment:
    """aws_ec2_transit_gateway_peering_attachment and the data source."""
    return PeeringAttachment(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "transit_gateway_id", GATEWAY),
        resolver.link(raw, "peer_transit_gateway_id", GATEWAY),
        known(raw, "state"),
        raw.mode == "managed",
    )


def read_peering_accepter(raw: RawResource, resolver: Resolver) -> PeeringAttachmentAccepter:
    """aws_ec2_transit_gateway_peering_attachment_accepter."""
    return PeeringAttachmentAccepter(
        raw.address, resolver.link(raw, "transit_gateway_attachment_id", ATTACHMENT)
    )


def read_table(raw: RawResource, resolver: Resolver) -> TransitRouteTable:
    """aws_ec2_transit_gateway_route_table and the data source."""
    return TransitRouteTable(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "transit_gateway_id", GATEWAY),
        raw.mode == "managed",
    )


def _tie(raw: RawResource, resolver: Resolver) -> tuple[str, Link, Link]:
    return (
        raw.address,
        resolver.link(raw, "transit_gateway_attachment_id", ATTACHMENT),
        resolver.link(raw, "transit_gateway_route_table_id", TABLE),
    )


def read_association(raw: RawResource, resolver: Resolver) -> TransitAssociation:
    """aws_ec2_transit_gateway_route_table_association (F64)."""
    return TransitAssociation(*_tie(raw, resolver))


def read_propagation(raw: RawResource, resolver: Resolver) -> TransitPropagation:
    """aws_ec2_transit_gateway_route_table_propagation."""
    return TransitPropagation(*_tie(raw, resolver))


def read_default_table(raw: RawResource, resolver: Resolver) -> DefaultTable:
    """aws_ec2_transit_gateway_default_route_table_association and _propagation."""
    return DefaultTable(
        raw.address,
        resolver.link(raw, "transit_gateway_id", GATEWAY),
        resolver.link(raw, "transit_gateway_route_table_id", TABLE),
    )


def read_route(raw: RawResource, resolver: Resolver) -> StaticRoute:
    """aws_ec2_transit_gateway_route, and a reference to a prefix list, whose blocks are not
    looked up."""
    address, attachment, table = _tie(raw, resolver)
    listed = raw.type == "aws_ec2_transit_gateway_prefix_list_reference"
    destination = None if listed else raw.text("destination_cidr_block")
    shown = destination if isinstance(destination, str) else "an unknown block"
    dead = raw.flag("blackhole")
    target = " or ".join(attachment.targets) or ("a blackhole" if dead else "an unknown attachment")
    text = f"{'a prefix list' if listed else shown} → {target}"
    return StaticRoute(table, attachment, destination, listed, dead or False, Origin(address, text))
