"""A subnet that falls back to a main route table which nobody manages."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Subnet

MAIN = "main route table"


def look(view: View) -> Iterator[Found]:
    for subnet in view.subnets:
        if subnet.table.sure and subnet.table.ids[0] == _main(subnet):
            what = (
                f"{subnet.id} has no route table of its own and falls back to the main one of "
                f"{subnet.vpc}, which is not managed here"
            )
            yield Found(subnet.id, what, also=(subnet.vpc,))


def _main(subnet: Subnet) -> str:
    return f"{subnet.vpc} ({MAIN})"


LINT = Lint(
    id="subnet-main-route-table",
    severity=INFO,
    summary="A subnet falls back to the main route table, which nobody manages here",
    why="""\
A subnet without an association uses the main route table of its VPC. A route that somebody adds
there, or another table that becomes the main one, moves every such subnet at once and silently.""",
    fix="associate the subnet with a route table, or manage the main one (aws_default_route_table)",
    facts=("F34",),
    wrong="""\
resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.3.0/24"
}
""",
    right="""\
resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.3.0/24"
}

resource "aws_route_table" "data" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "data" {
  subnet_id      = aws_subnet.data.id
  route_table_id = aws_route_table.data.id
}
""",
    look=look,
)
