"""Virtual private gateways, VPN connections and Direct Connect, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.origin import Origin
from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Resolver
from tfreach.records import dataclass
from tfreach.resources.transit import GATEWAY as TRANSIT_GATEWAY
from tfreach.resources.transit import Flag, flag
from tfreach.resources.vpc import known

GATEWAY = "vpn_gateway"
CONNECTION = "vpn_connection"


@dataclass(frozen=True, slots=True)
class VpnGateway:
    """vpc_configured   whether the resource itself says to which VPC it is attached"""

    key: str
    cloud_id: str
    vpc: Link
    vpc_configured: bool
    managed: bool


@dataclass(frozen=True, slots=True)
class VpnAttachment:
    """aws_vpn_gateway_attachment."""

    key: str
    gateway: Link
    vpc: Link


@dataclass(frozen=True, slots=True)
class Connection:
    """What connects a virtual private gateway to `on-premises`: a VPN, Direct Connect.

    static   only the prefixes that are written are known behind it; False: what BGP tells
    ipv6     whether it may carry IPv6: a VPN to such a gateway does not (F104)
    """

    key: str
    gateway: Link
    static: Flag
    ipv6: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionRoute:
    """destination   a block behind a VPN connection; UNKNOWN when not known"""

    connection: Link
    destination: str | Unknown | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class OutsideAttachment:
    """A VPN, Direct Connect gateway or Connect on a transit gateway.

    associates, propagates   as of VpcAttachment
    told     it tells the gateway its routes by BGP; False: routes to it are static ones (F65)
    ipv6     whether it carries IPv6, which a VPN does by tunnels of its own only
    """

    key: str
    gateway: Link
    associates: Flag
    propagates: Flag
    told: Flag
    ipv6: Flag = True


def read_gateway(raw: RawResource, resolver: Resolver) -> VpnGateway:
    """aws_vpn_gateway and the data source."""
    attribute = "vpc_id" if raw.mode == "managed" else "attached_vpc_id"
    return VpnGateway(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, attribute, "vpc"),
        resolver.expression(raw, ("vpc_id",)) is not None,
        raw.mode == "managed",
    )


def read_attachment(raw: RawResource, resolver: Resolver) -> VpnAttachment:
    """aws_vpn_gateway_attachment."""
    gateway = resolver.link(raw, "vpn_gateway_id", GATEWAY)
    return VpnAttachment(raw.address, gateway, resolver.link(raw, "vpc_id", "vpc"))


def read_connection(raw: RawResource, resolver: Resolver) -> list[Connection | OutsideAttachment]:
    """aws_vpn_connection: to a virtual private gateway, or an attachment of a transit gateway.
    Of a static one to a transit gateway the routes are written in that gateway's tables."""
    static = _is_static(raw, resolver)
    gateway = resolver.link(raw, "vpn_gateway_id", GATEWAY)
    transit = resolver.link(raw, "transit_gateway_id", TRANSIT_GATEWAY)
    found: list[Connection | OutsideAttachment] = []
    if not gateway.unset:
        found.append(Connection(raw.address, gateway, static))
    if not transit.unset:
        told = static if isinstance(static, Unknown) else not static
        key = f"{raw.address} (transit attachment)"
        inside = raw.text("tunnel_inside_ip_version")
        ipv6 = inside if isinstance(inside, Unknown) else inside == "ipv6"
        if isinstance(ipv6, Unknown) and _unwritten(raw, "tunnel_inside_ip_version", resolver):
            ipv6 = False
        found.append(OutsideAttachment(key, transit, True, True, told, ipv6))
    return found


def _unwritten(raw: RawResource, attribute: str, resolver: Resolver) -> bool:
    return resolver.configured and resolver.expression(raw, (attribute,)) is None


def _is_static(raw: RawResource, resolver: Resolver) -> Flag:
    """BGP unless it says otherwise."""
    value = raw.flag("static_routes_only")
    if isinstance(value, Unknown):
        return False if _unwritten(raw, "static_routes_only", resolver) else value
    return value is True


def read_connection_route(raw: RawResource, resolver: Resolver) -> ConnectionRoute:
    """aws_vpn_connection_route."""
    connection = resolver.link(raw, "vpn_connection_id", CONNECTION)
    destination = raw.text("destination_cidr_block")
    shown = destination if isinstance(destination, str) else "an unknown block"
    text = f"{shown} lies behind {' or '.join(connection.targets) or 'an unknown connection'}"
    return ConnectionRoute(connection, destination, Origin(raw.address, text))


def read_association(raw: RawResource, resolver: Resolver) -> list[Connection | OutsideAttachment]:
    """aws_dx_gateway_association: a Direct Connect gateway with a gateway of either kind."""
    found: list[Connection | OutsideAttachment] = []
    either = resolver.link(raw, "associated_gateway_id", "associated_gateway")
    if either.unset:
        return found
    if either.open or any(_is_transit(target) for target in either.targets):
        transit = resolver.link(raw, "associated_gateway_id", TRANSIT_GATEWAY)
        key = f"{raw.address} (transit attachment)"
        found.append(OutsideAttachment(key, transit, True, True, True))
    if either.open or not all(_is_transit(target) for target in either.targets):
        gateway = resolver.link(raw, "associated_gateway_id", GATEWAY)
        found.append(Connection(raw.address, gateway, False, True))
    return found


def _is_transit(key: str) -> bool:
    return key.startswith("tgw-") or "aws_ec2_transit_gateway." in key


def read_interface(raw: RawResource, resolver: Resolver) -> list[Connection]:
    """A private virtual interface of Direct Connect, which a virtual private gateway may end."""
    gateway = resolver.link(raw, "vpn_gateway_id", GATEWAY)
    return [] if gateway.unset else [Connection(raw.address, gateway, False, True)]


def read_connect(raw: RawResource, resolver: Resolver) -> OutsideAttachment:
    """aws_ec2_transit_gateway_connect: tunnels to an appliance that speaks BGP."""
    return OutsideAttachment(
        raw.address,
        resolver.link(raw, "transit_gateway_id", TRANSIT_GATEWAY),
        flag(raw, "transit_gateway_default_route_table_association", resolver),
        flag(raw, "transit_gateway_default_route_table_propagation", resolver),
        True,
    )
