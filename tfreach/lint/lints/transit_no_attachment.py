"""A subnet that is routed to a transit gateway with no attachment in its zone."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.engine.junctions import leads_to
from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.between import Attachment, same_zone
from tfreach.topology.network import Network, Subnet, ToTransit, Tri


def look(view: View) -> Iterator[Found]:
    for subnet in view.subnets:
        for gateway, origin in _gateways(view.network, subnet).items():
            why = _lacks(view.network, gateway, subnet)
            if why:
                what = f"{subnet.id} is routed to {gateway}, and {why}"
                yield Found(subnet.id, what, gateway, (gateway, origin))


def _gateways(network: Network, subnet: Subnet) -> dict[str, str]:
    """The transit gateways to which its table surely leads, each with the route that says so."""
    found: dict[str, str] = {}
    table = network.tables.get(subnet.table.ids[0]) if subnet.table.sure else None
    for route in table.routes if table else ():
        if len(route.targets) == 1 and not route.unknown:
            target = route.targets[0]
            if isinstance(target, ToTransit):
                found.setdefault(target.gateway, route.origin.address)
    return found


def _lacks(network: Network, gateway: str, subnet: Subnet) -> str:
    """What is missing of the attachment; "" when it is there, or may be."""
    known = network.transit_gateways.get(gateway)
    if known is None or known.unknown or subnet.vpc not in network.homes.managed:
        return ""
    mine = [
        one
        for one in network.attachments.values()
        if Tri.NO not in (leads_to(one.gateway, gateway), leads_to(one.vpc, subnet.vpc))
    ]
    if not mine:
        return f"{subnet.vpc} is not attached to it"
    if not all(one.gateway.sure and one.vpc.sure for one in mine):
        return ""
    zones = [zone for one in mine for zone in _zones(network, one)]
    if not zones or any(same_zone(zone, subnet.zone) is not Tri.NO for zone in zones):
        return ""
    return f"its attachment has no subnet in {subnet.zone}, the zone of this one"


def _zones(network: Network, attachment: Attachment) -> list[str]:
    """The zones of an attachment, "" for each that is not known; at least one."""
    links = attachment.subnets
    known = [
        network.subnets[link.ids[0]].zone if link.sure and link.ids[0] in network.subnets else ""
        for link in links
    ]
    return known or [""]


LINT = Lint(
    id="transit-no-attachment",
    severity=ERROR,
    summary="A subnet is routed to a transit gateway that has no attachment in its zone",
    why="""\
A transit gateway takes packets only from zones in which the attachment of the VPC has a subnet.
What a subnet of another zone sends to it is dropped, though its route looks like that of its
neighbours.""",
    fix="give the attachment a subnet in each zone from which something is sent",
    facts=("F64", "F69"),
    wrong="""\
resource "aws_ec2_transit_gateway" "hub" {
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.private.id] # in us-east-1a
}

resource "aws_subnet" "app" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.3.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block         = "10.0.0.0/8"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
}

resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
""",
    right="""\
resource "aws_ec2_transit_gateway" "hub" {
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.private.id, aws_subnet.app.id]
}

resource "aws_subnet" "app" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.3.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block         = "10.0.0.0/8"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
}

resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
""",
    look=look,
)
