"""A route that wins its block and drops what it wins."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import (
    Blackhole,
    InternetGateway,
    Network,
    Route,
    Target,
    ToEgressOnly,
    ToInternet,
    ToPeering,
    Tri,
)


def look(view: View) -> Iterator[Found]:
    for _, table in sorted(view.network.tables.items()):
        for route in table.routes:
            why = _dead(view.network, route)
            if why:
                what = f"{route.prefix} in {table.id} leads nowhere: {why}"
                own = route.origin
                address = own.address or table.id
                yield Found(address, what, str(route.prefix), (table.id,), own.part)


def _dead(network: Network, route: Route) -> str:
    """Why every target that a route may have drops what it gets; "" where that is not sure."""
    if route.unknown or not route.targets:
        return ""
    reasons = [_lost(network, target) for target in route.targets]
    return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""


def _lost(network: Network, target: Target) -> str:
    match target:
        case Blackhole(why):
            return why
        case ToInternet(id):
            return _unattached(network.internet_gateways.get(id))
        case ToEgressOnly(id):
            return _unattached(network.egress_only_gateways.get(id))
        case ToPeering(id) if id in network.peerings:
            peering = network.peerings[id]
            return f"{id} is not active, {peering.why}" if peering.active is Tri.NO else ""
        case _:
            return ""


def _unattached(gateway: InternetGateway | None) -> str:
    if gateway is None or gateway.vpc.ids or gateway.vpc.open:
        return ""
    return f"{gateway.id} is attached to no VPC"


LINT = Lint(
    id="route-blackhole",
    severity=ERROR,
    summary="A route leads to what is gone, or is attached to nothing",
    why="""\
A route whose target is gone, an internet gateway that is attached to no VPC, a peering that
nobody has accepted: it still wins its block, and what it wins is dropped. No shorter route takes
over.""",
    fix="lead the route to what is there, or remove it",
    facts=("F42", "F43"),
    wrong="""\
resource "aws_internet_gateway" "spare" {
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.spare.id # it has no VPC
  }
}
""",
    right="""\
resource "aws_internet_gateway" "spare" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.spare.id
  }
}
""",
    look=look,
)
