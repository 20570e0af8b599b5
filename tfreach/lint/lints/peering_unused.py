"""A peering to which neither side routes anything."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Elsewhere, ToPeering


def look(view: View) -> Iterator[Found]:
    network = view.network
    routes = [route for table in network.tables.values() for route in table.routes]
    targets = {target for route in routes for target in route.targets}
    lost = any(isinstance(target, Elsewhere) for target in targets)
    if lost or any(not route.targets for route in routes):
        return  # a route of which it is not known where it leads may lead there
    for _, peering in sorted(network.peerings.items()):
        ends = [end.ids[0] for end in peering.ends if end.sure]
        own = len(ends) == 2 and network.homes.managed.issuperset(ends)
        if own and ToPeering(peering.id) not in targets:
            what = f"no route of {ends[0]} or {ends[1]} leads to {peering.id}"
            yield Found(peering.id, what, also=tuple(ends))


LINT = Lint(
    id="peering-unused",
    severity=INFO,
    summary="No route leads to a peering, on neither side",
    why="""\
A peering carries only what is routed to it. Without routes the two VPCs are as far apart as
before.""",
    fix="route the block of each VPC to the peering in the tables of the other one, or remove it",
    facts=("F62",),
    wrong="""\
resource "aws_vpc_peering_connection" "main" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
}
""",
    right="""\
resource "aws_vpc_peering_connection" "main" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block                = "10.1.0.0/16"
    vpc_peering_connection_id = aws_vpc_peering_connection.main.id
  }
}

resource "aws_route_table_association" "main" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.main.id
}

resource "aws_route_table" "other" {
  vpc_id = aws_vpc.other.id

  route {
    cidr_block                = "10.0.0.0/16"
    vpc_peering_connection_id = aws_vpc_peering_connection.main.id
  }
}

resource "aws_route_table_association" "other" {
  subnet_id      = aws_subnet.other.id
  route_table_id = aws_route_table.other.id
}
""",
    look=look,
)
