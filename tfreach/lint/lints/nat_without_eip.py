"""A public NAT gateway without an Elastic IP."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Tri


def look(view: View) -> Iterator[Found]:
    for _, nat in sorted(view.network.nat_gateways.items()):
        if nat.public is Tri.YES and nat.allocated is Tri.NO:
            what = f"{nat.id} is a public NAT gateway and has no Elastic IP: AWS refuses it"
            yield Found(nat.id, what)


LINT = Lint(
    id="nat-without-eip",
    severity=ERROR,
    summary="A public NAT gateway has no Elastic IP",
    why="""\
A NAT gateway is public unless it says `connectivity_type = "private"`, and AWS makes a public
one with an Elastic IP only: the apply ends in an error, half done.""",
    fix="give it the allocation_id of an aws_eip, or make it private",
    facts=("F54",),
    wrong="""\
resource "aws_nat_gateway" "main" {
  subnet_id = aws_subnet.public.id
}
""",
    right="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}
""",
    look=look,
)
