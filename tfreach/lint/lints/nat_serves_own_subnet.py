"""A NAT gateway to which the table of its own subnet leads."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.space.headers import ALL_IPV4
from tfreach.topology.network import ToNat


def look(view: View) -> Iterator[Found]:
    network = view.network
    for _, nat in sorted(network.nat_gateways.items()):
        subnet = network.subnets.get(nat.subnet.ids[0]) if nat.subnet.sure else None
        if subnet is None or not subnet.table.sure:
            continue
        table = network.tables.get(subnet.table.ids[0])
        for route in table.routes if table else ():
            own = route.targets == (ToNat(nat.id),) and not route.unknown
            if own and not route.prefix.addresses.isdisjoint(ALL_IPV4):
                what = (
                    f"{subnet.id}, in which {nat.id} stands, routes {route.prefix} to it: what it "
                    f"sends there comes back to it"
                )
                also = (subnet.id, route.origin.address)
                yield Found(nat.id, what, str(route.prefix), also)


LINT = Lint(
    id="nat-serves-own-subnet",
    severity=ERROR,
    summary="A NAT gateway stands in a subnet that is routed to it",
    why="""\
What a NAT gateway sends out is routed by the table of the subnet in which it stands. Where that
table leads back to the NAT gateway nothing gets out, for none of its clients.""",
    fix="put the NAT gateway into a public subnet, whose table leads to the internet gateway",
    facts=("F54",),
    wrong="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.private.id # the subnet that it serves
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
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

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}
""",
    look=look,
)
