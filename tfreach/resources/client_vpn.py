"""Client VPN endpoints, what they are associated with and who may go where, in; typed, out."""

from __future__ import annotations

from collections.abc import Mapping

from tfreach.plan.origin import Origin
from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.compute import read_tags
from tfreach.resources.transit import Flag
from tfreach.resources.vpc import known

ENDPOINT = "client_vpn_endpoint"


@dataclass(frozen=True, slots=True)
class ClientVpnEndpoint:
    key: str
    cloud_id: str
    vpc: Link
    groups: Links
    tags: Mapping[str, str]
    previous: str


@dataclass(frozen=True, slots=True)
class ClientVpnAssociation:
    """A subnet in which the endpoint has an interface."""

    key: str
    endpoint: Link
    subnet: Link


@dataclass(frozen=True, slots=True)
class ClientVpnRule:
    """everyone   whether all clients may go there; else those of one access group"""

    endpoint: Link
    destination: str | Unknown | None
    everyone: Flag
    origin: Origin


@dataclass(frozen=True, slots=True)
class ClientVpnRoute:
    """subnet   by whose interface it is reached"""

    endpoint: Link
    destination: str | Unknown | None
    subnet: Link
    origin: Origin


def read_endpoint(raw: RawResource, resolver: Resolver) -> ClientVpnEndpoint:
    """aws_ec2_client_vpn_endpoint."""
    return ClientVpnEndpoint(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "vpc_id", "vpc"),
        resolver.links(raw, "security_group_ids", "security_group"),
        read_tags(raw),
        raw.previous_address,
    )


def read_association(raw: RawResource, resolver: Resolver) -> ClientVpnAssociation:
    """aws_ec2_client_vpn_network_association."""
    endpoint = resolver.link(raw, "client_vpn_endpoint_id", ENDPOINT)
    return ClientVpnAssociation(raw.address, endpoint, resolver.link(raw, "subnet_id", "subnet"))


def read_rule(raw: RawResource, resolver: Resolver) -> ClientVpnRule:
    """aws_ec2_client_vpn_authorization_rule."""
    destination = raw.text("target_network_cidr")
    everyone = raw.flag("authorize_all_groups")
    group = known(raw, "access_group_id")
    who = f"the access group {group}" if group else "all clients"
    shown = destination if isinstance(destination, str) else "an unknown block"
    return ClientVpnRule(
        resolver.link(raw, "client_vpn_endpoint_id", ENDPOINT),
        destination,
        everyone if isinstance(everyone, Unknown) else bool(everyone),
        Origin(raw.address, f"permits {who} to {shown}"),
    )


def read_route(raw: RawResource, resolver: Resolver) -> ClientVpnRoute:
    """aws_ec2_client_vpn_route."""
    destination = raw.text("destination_cidr_block")
    subnet = resolver.link(raw, "target_vpc_subnet_id", "subnet")
    shown = destination if isinstance(destination, str) else "an unknown block"
    text = f"{shown} → {' or '.join(subnet.targets) or 'an unknown subnet'}"
    endpoint = resolver.link(raw, "client_vpn_endpoint_id", ENDPOINT)
    return ClientVpnRoute(endpoint, destination, subnet, Origin(raw.address, text))
