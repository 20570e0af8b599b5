"""A subnet with a route to an internet gateway that nobody in it can use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import RUNS, Face, View
from tfreach.lint.words import names
from tfreach.space.headers import ALL_IPV6, Family
from tfreach.topology.network import Subnet, Tri


def look(view: View) -> Iterator[Found]:
    network = view.network
    nats = {id_ for nat in network.nat_gateways.values() for id_ in nat.subnet.ids}
    nat_anywhere = any(nat.subnet.open for nat in network.nat_gateways.values())
    doors = {one.subnet for one in network.firewalls.values()}
    if nat_anywhere:
        return
    for subnet in view.subnets:
        out = view.leads_out(subnet, Family.IPV4)
        faces = view.in_subnet.get(subnet.id, ())
        if out is None or subnet.id in nats | doors or not _needy(view, subnet, faces):
            continue
        what = (
            f"{subnet.id} is routed to {out.gateway}, and nothing in it has a public address "
            f"({names(face.endpoint.id for face in faces)}): it does not get to the Internet"
        )
        yield Found(subnet.id, what, also=(*subnet.table.ids, out.gateway))


def _needy(view: View, subnet: Subnet, faces: Sequence[Face]) -> bool:
    """Whether somebody there may want out, and surely nobody gets out."""
    if any(face.interface.public.has is not Tri.NO or face.interface.unknown for face in faces):
        return False
    if view.mainly(subnet, Family.IPV6) is not None and not subnet.cidr.isdisjoint(ALL_IPV6):
        return False
    asking = [face for face in faces if face.endpoint.kind in RUNS and not face.endpoint.outbound]
    return any(view.may_send_out(face.interface.groups, Family.IPV4) for face in asking)


LINT = Lint(
    id="public-subnet-without-addresses",
    severity=INFO,
    summary="A subnet is routed to an internet gateway, and nothing in it has a public address",
    why="""\
An internet gateway takes only what comes from a public address. What has none gets no answer
from the Internet, though the route table looks as if it did.""",
    fix="route the subnet to a NAT gateway, or give its hosts public addresses",
    facts=("F51",),
    wrong="""\
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_instance" "worker" {
  subnet_id                   = aws_subnet.public.id
  associate_public_ip_address = false
}
""",
    right="""\
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_instance" "worker" {
  subnet_id                   = aws_subnet.public.id
  associate_public_ip_address = true
}
""",
    look=look,
)
