"""Gateway VPC endpoints and the route tables they serve, in; typed and linked, out (F72)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tfreach.plan.origin import Origin
from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import How, Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.inspection import is_inspection, read_inspection
from tfreach.resources.placements import read_placement
from tfreach.resources.prefix_list import ListEntry, PrefixList, entry_of
from tfreach.resources.private_link import offered_by
from tfreach.resources.vpc import known
from tfreach.space.headers import ALL_IPV4

GATEWAY: Final = "Gateway"


@dataclass(frozen=True, slots=True)
class EndpointRoute:
    """AWS adds the routes of a gateway endpoint to a table that it serves.

    table     the route table
    endpoint  the VPC endpoint: a link for an association resource, None for the endpoint's own list
    unknown   "" or why it may not be so
    """

    table: Link
    origin: Origin
    endpoint: Link | None = None
    unknown: str = ""

    @property
    def identity(self) -> object:
        return self.table.targets


@dataclass(frozen=True, slots=True)
class GatewayEndpoint:
    """service   `com.amazonaws.us-east-1.s3`; "" when not known
    inline    the tables that it lists itself, echoes of association resources included
    unset     those are unknown because nothing was written
    unknown   "" or why it may be no gateway endpoint at all
    """

    key: str
    service: str
    inline: tuple[EndpointRoute, ...]
    unset: bool
    configured: bool
    unknown: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InterfaceEndpoint:
    """One of another type: what its service is called, or the key of an endpoint service here.

    private_dns   whether clients of the VPC find it by the service's own name (F74)
    """

    key: str
    service: str
    vpc: Link
    private_dns: bool | Unknown


def is_gateway(raw: RawResource) -> bool | Unknown:
    """The type that is meant where none is said."""
    kind = raw.text("vpc_endpoint_type")
    return kind if isinstance(kind, Unknown) else (kind or GATEWAY) == GATEWAY


def read_any_endpoint(raw: RawResource, resolver: Resolver) -> list[object]:
    """aws_vpc_endpoint: what its type makes it, and both while that is not known."""
    if is_inspection(raw):
        return [read_inspection(raw, resolver)]
    found: list[object] = [*read_vpc_endpoint(raw, resolver)]
    return found if is_gateway(raw) is True else [*found, read_placement(raw, resolver)]


def read_vpc_endpoint(
    raw: RawResource, resolver: Resolver
) -> list[GatewayEndpoint | InterfaceEndpoint | PrefixList]:
    """aws_vpc_endpoint of type Gateway, and the prefix list of its service as far as it knows it.
    Of the other types only that they are there."""
    gateway = is_gateway(raw)
    if gateway is False:
        vpc = resolver.link(raw, "vpc_id", "vpc")
        return [
            InterfaceEndpoint(raw.address, offered_by(raw, resolver), vpc, _named(raw, resolver))
        ]
    expression = resolver.expression(raw, ("route_table_ids",))
    links = resolver.links(raw, "route_table_ids", "route_table")
    unset = expression is None and isinstance(raw.texts("route_table_ids"), Unknown)
    why = f"whether {raw.address} is a gateway endpoint is not known before apply"
    endpoint = GatewayEndpoint(
        raw.address,
        known(raw, "service_name"),
        _served(raw.address, links),
        unset,
        expression is not None,
        why if isinstance(gateway, Unknown) else "",
        raw.actions,
    )
    return [endpoint, _list_of(raw)]


def _named(raw: RawResource, resolver: Resolver) -> bool | Unknown:
    value = raw.flag("private_dns_enabled")
    if isinstance(value, Unknown):
        unwritten = resolver.configured and not resolver.expression(raw, ("private_dns_enabled",))
        return False if unwritten else value
    return value is True


def _served(address: str, links: Links) -> tuple[EndpointRoute, ...]:
    found = [EndpointRoute(link, Origin(address, _text(link))) for link in links.items]
    if links.maybe or links.open:
        link = Link(How.ONE_OF, links.maybe, links.open, links.reason)
        found += [replace(EndpointRoute(link, Origin(address, _text(link))), unknown=links.reason)]
    return tuple(found)


def _list_of(raw: RawResource) -> PrefixList:
    """The prefix list of its service, whose blocks the provider reads back."""
    key = f"{raw.address} (prefix list)"
    values = raw.texts("cidr_blocks")
    dynamic = f"the addresses of {known(raw, 'service_name') or 'its service'} are not in this plan"
    entries: list[ListEntry] = []
    for value in () if isinstance(values, Unknown) else values or ():
        entries += entry_of(value, key, key)
    return PrefixList(
        key,
        known(raw, "service_name"),
        True,
        ALL_IPV4,
        tuple(entries),
        "" if entries else dynamic,
        False,
        False,
        False,
        raw.actions,
    )


def read_table_association(raw: RawResource, resolver: Resolver) -> EndpointRoute:
    """aws_vpc_endpoint_route_table_association."""
    table = resolver.link(raw, "route_table_id", "route_table")
    endpoint = resolver.link(raw, "vpc_endpoint_id", "vpc_endpoint")
    return EndpointRoute(table, Origin(raw.address, _text(table)), endpoint)


def _text(table: Link) -> str:
    return f"serves {' or '.join(table.targets) or 'an unknown route table'}"
