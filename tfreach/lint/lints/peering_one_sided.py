"""A peering by which one VPC gets to the other, and nothing back."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.one_sided import one_sided
from tfreach.lint.view import View
from tfreach.topology.network import ToPeering


def look(view: View) -> Iterator[Found]:
    yield from one_sided(view, ToPeering)


LINT = Lint(
    id="peering-one-sided",
    severity=ERROR,
    summary="A peering has routes on one side only",
    why="""\
A peering joins two VPCs only where the route tables of both lead to it. With routes on one side
the request arrives, and its reply has no way back: no connection comes about.""",
    fix="route the block of the first VPC to the peering, in the tables of the second one",
    facts=("F62",),
    wrong="""\
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

resource "aws_route_table_association" "other" {
  subnet_id      = aws_subnet.other.id
  route_table_id = aws_route_table.other.id
}

resource "aws_route_table" "other" {
  vpc_id = aws_vpc.other.id
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
