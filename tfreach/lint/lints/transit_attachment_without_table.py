"""An attachment of a transit gateway that is associated with no route table."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Tri


def look(view: View) -> Iterator[Found]:
    network = view.network
    for _, one in sorted(network.attachments.items()):
        known = network.transit_gateways.get(one.gateway.ids[0]) if one.gateway.sure else None
        if known is None or known.unknown or one.active is not Tri.YES:
            continue
        if not one.table.ids and not one.table.open:
            what = (
                f"{one.id} is associated with no route table of {known.id}: all it brings is lost"
            )
            yield Found(one.id, what, also=(known.id,))


LINT = Lint(
    id="transit-attachment-without-table",
    severity=ERROR,
    summary="An attachment of a transit gateway is associated with no route table",
    why="""\
What comes from an attachment is routed by the table that is associated with it. Without one it
is dropped, while the routes of the VPC look as if it got through.""",
    fix="associate the attachment with a route table of the transit gateway",
    facts=("F64",),
    wrong="""\
resource "aws_ec2_transit_gateway" "hub" {
  default_route_table_association = "disable"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.private.id]
}
""",
    right="""\
resource "aws_ec2_transit_gateway" "hub" {
  default_route_table_association = "disable"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.private.id]
}

resource "aws_ec2_transit_gateway_route_table" "spokes" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
}

resource "aws_ec2_transit_gateway_route_table_association" "main" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.main.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
}
""",
    look=look,
)
