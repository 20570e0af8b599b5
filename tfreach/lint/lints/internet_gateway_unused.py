"""An internet gateway that is attached to a VPC, and to which none of its routes leads."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Elsewhere, ToInternet


def look(view: View) -> Iterator[Found]:
    network = view.network
    routes = [route for table in network.tables.values() for route in table.routes]
    targets = {target for route in routes for target in route.targets}
    lost = any(isinstance(target, Elsewhere) for target in targets)
    if lost or any(not route.targets for route in routes):
        return  # a route of which it is not known where it leads may lead there
    for _, gateway in sorted(network.internet_gateways.items()):
        known = gateway.vpc.sure and gateway.vpc.ids[0] in network.homes.managed
        if known and ToInternet(gateway.id) not in targets:
            what = f"no route of {gateway.vpc.ids[0]} leads to {gateway.id}"
            yield Found(gateway.id, what, also=gateway.vpc.ids)


LINT = Lint(
    id="internet-gateway-unused",
    severity=INFO,
    summary="No route leads to an internet gateway that is attached to a VPC",
    why="""\
Nothing in the VPC gets to the Internet by it. Either the routes are missing, or the gateway is:
the next route to it opens more than whoever writes it may think.""",
    fix="route the public subnets to it, or remove it",
    facts=("F51",),
    wrong="""\
resource "aws_internet_gateway" "edge" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
}
""",
    right="""\
resource "aws_internet_gateway" "edge" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.edge.id
  }
}
""",
    look=look,
)
