"""Two subnets that get to each other by one connection and back by another one."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.trips import Trip, join_id, trips
from tfreach.lint.view import View
from tfreach.topology.network import ToPeering, ToTransit, Tri


def look(view: View) -> Iterator[Found]:
    seen: set[str] = set()
    for trip in view.kept(trips):
        other = _other(trip)
        one, two = sorted((trip.source.vpc, trip.target.vpc))
        key = f"{one} {two} {trip.family.value}"
        if other and key not in seen:
            seen.add(key)
            what = (
                f"{trip.source.id} gets to {trip.target.id} by {trip.by}, and {trip.target.id} "
                f"sends back by {other}"
            )
            also = (trip.by, other, *trip.source.table.ids)
            yield Found(trip.target.table.ids[0], what, key, also)


def _other(trip: Trip) -> str:
    """The other connection by which it surely comes back; "" where it is the same."""
    if len(trip.back) != 1 or trip.returns is not Tri.YES:
        return ""
    way = trip.back[0]
    other = join_id(way) if isinstance(way, ToPeering | ToTransit) else ""
    return other if other != trip.by else ""


LINT = Lint(
    id="asymmetric-routing",
    severity=WARNING,
    summary="Two VPCs get to each other by one connection and back by another one",
    why="""\
A route of one side was moved to another connection, that of the other side was not. It works as
long as nothing on the way remembers connections: a firewall sees one half of each and drops it.
Who removes one of the two connections cuts both directions.""",
    fix="lead the routes of both sides by the same connection",
    facts=("F62", "F64"),
    wrong="""\
resource "aws_ec2_transit_gateway" "hub" {
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.private.id]
}

resource "aws_ec2_transit_gateway_vpc_attachment" "other" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.other.id
  subnet_ids         = [aws_subnet.other.id]
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block         = "10.1.0.0/16"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
}

resource "aws_route_table_association" "main" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.main.id
}

resource "aws_vpc_peering_connection" "main" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
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
    right="""\
resource "aws_ec2_transit_gateway" "hub" {
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.private.id]
}

resource "aws_ec2_transit_gateway_vpc_attachment" "other" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.other.id
  subnet_ids         = [aws_subnet.other.id]
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block         = "10.1.0.0/16"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
}

resource "aws_route_table_association" "main" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.main.id
}

resource "aws_route_table" "other" {
  vpc_id = aws_vpc.other.id

  route {
    cidr_block         = "10.0.0.0/16"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
}

resource "aws_route_table_association" "other" {
  subnet_id      = aws_subnet.other.id
  route_table_id = aws_route_table.other.id
}
""",
    look=look,
)
