"""Gateway Load Balancers and their endpoints in; typed and linked, out (F71, F86)."""

from __future__ import annotations

from typing import Final

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.plan.spots import SPOTS
from tfreach.records import dataclass
from tfreach.resources.private_link import subscription
from tfreach.resources.where import joined, links_at

ENDPOINT: Final = "GatewayLoadBalancer"
BALANCER: Final = "gateway"


@dataclass(frozen=True, slots=True)
class Inspector:
    """Where a Gateway Load Balancer has nodes, one in each subnet, and the addresses fixed there.
    What it listens to is what its LoadBalancer says."""

    key: str
    subnets: Links
    fixed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectionEndpoint:
    """aws_vpc_endpoint of type GatewayLoadBalancer: routes lead to it, and no flow ends there.

    subnets     where it is: it has one (F71)
    service     the endpoint service, where it is one of this plan
    dual_stack  whether it surely takes IPv6
    """

    key: str
    subnets: Links
    service: Link
    dual_stack: bool


def is_inspection(raw: RawResource) -> bool:
    """Whether an aws_vpc_endpoint surely is of this type."""
    kind = raw.text("vpc_endpoint_type")
    return not isinstance(kind, Unknown) and kind == ENDPOINT


def read_inspector(raw: RawResource, resolver: Resolver) -> Inspector:
    """aws_lb and aws_alb of type `gateway`."""
    return Inspector(raw.address, *_where(raw, resolver))


def read_inspection(raw: RawResource, resolver: Resolver) -> InspectionEndpoint:
    """aws_vpc_endpoint of type GatewayLoadBalancer."""
    subnets, _ = _where(raw, resolver)
    dual = raw.text("ip_address_type") == "dualstack"
    return InspectionEndpoint(raw.address, subnets, subscription(raw, resolver).service, dual)


def _where(raw: RawResource, resolver: Resolver) -> tuple[Links, tuple[str, ...]]:
    """The subnets that it names anywhere, and the addresses fixed beside them."""
    paths = [path for spot in SPOTS[raw.type] for path in spot.subnets]
    found = [links_at(raw, resolver, path) for path in paths]
    fixed = tuple(sorted({address for _, addresses in found for address in addresses}))
    return joined(links for links, _ in found), fixed
