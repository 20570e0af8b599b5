"""A NAT gateway to which no route leads."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Elsewhere, ToNat


def look(view: View) -> Iterator[Found]:
    network = view.network
    routes = [route for table in network.tables.values() for route in table.routes]
    targets = {target for route in routes for target in route.targets}
    lost = any(isinstance(target, Elsewhere) for target in targets)
    if lost or any(not route.targets for route in routes):
        return  # a route of which it is not known where it leads may lead there
    for _, nat in sorted(network.nat_gateways.items()):
        homes = {network.subnets[id_].vpc for id_ in nat.subnet.ids if id_ in network.subnets}
        if ToNat(nat.id) not in targets and homes and homes <= network.homes.managed:
            yield Found(nat.id, f"no route leads to {nat.id}")


LINT = Lint(
    id="nat-unused",
    severity=INFO,
    summary="No route leads to a NAT gateway",
    why="""\
It costs money by the hour and serves nobody; or the subnets that were meant to use it have no
way out, or another one.""",
    fix="route the private subnets of its zone to it, or remove it and its Elastic IP",
    facts=("F54",),
    wrong="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}
""",
    right="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}
""",
    look=look,
)
