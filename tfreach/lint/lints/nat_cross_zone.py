"""A subnet that is routed to the NAT gateway of another zone, while its own zone has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import View
from tfreach.space.headers import Family
from tfreach.topology.between import same_zone
from tfreach.topology.network import NatGateway, Network, Subnet, ToNat, Tri


def look(view: View) -> Iterator[Found]:
    network = view.network
    stands = _stands(network)
    for subnet in view.subnets:
        way = view.mainly(subnet, Family.IPV4)
        used = stands.get(way.gateway) if isinstance(way, ToNat) else None
        if used is None or same_zone(subnet.zone, used.zone) is not Tri.NO:
            continue
        near = [
            id_
            for id_, place in stands.items()
            if place.vpc == subnet.vpc and same_zone(place.zone, subnet.zone) is Tri.YES
        ]
        if near and isinstance(way, ToNat):
            what = (
                f"{subnet.id} in {subnet.zone} is routed to {way.gateway} in {used.zone}, while "
                f"{near[0]} stands in its own zone"
            )
            yield Found(subnet.id, what, also=(*subnet.table.ids, way.gateway, near[0]))


def _stands(network: Network) -> Mapping[str, Subnet]:
    """The subnets of public NAT gateways, where they are known."""
    found: dict[str, Subnet] = {}
    for id_, nat in sorted(network.nat_gateways.items()):
        place = _place(network, nat)
        if place is not None and nat.public is Tri.YES:
            found[id_] = place
    return found


def _place(network: Network, nat: NatGateway) -> Subnet | None:
    return network.subnets.get(nat.subnet.ids[0]) if nat.subnet.sure else None


LINT = Lint(
    id="nat-cross-zone",
    severity=WARNING,
    summary="A subnet uses the NAT gateway of another zone, though its own zone has one",
    why="""\
When the other zone fails, this subnet loses the Internet with it, and every byte between zones
costs money. With one NAT gateway in each zone a private subnet is meant to use its own.""",
    fix="give each zone a route table of its own, which leads to the NAT gateway of that zone",
    facts=("F54",),
    wrong="""\
resource "aws_subnet" "public_b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_nat_gateway" "a" {
  subnet_id     = aws_subnet.public.id # in us-east-1a, as the private one
  allocation_id = aws_eip.nat.id
}

resource "aws_nat_gateway" "b" {
  subnet_id     = aws_subnet.public_b.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.b.id
  }
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}
""",
    right="""\
resource "aws_subnet" "public_b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_nat_gateway" "a" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_nat_gateway" "b" {
  subnet_id     = aws_subnet.public_b.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.a.id
  }
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}
""",
    look=look,
)
