"""An interface with a public address in a subnet that no internet gateway serves."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.engine.routes import NoRoute
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import Face, View
from tfreach.lint.words import names
from tfreach.space.headers import Family
from tfreach.topology.network import (
    Blackhole,
    Subnet,
    ToEgressOnly,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
    Tri,
)

ASTRAY = (NoRoute, Blackhole, ToNat, ToEgressOnly, ToPeering, ToService, ToTransit, ToVpn)


def look(view: View) -> Iterator[Found]:
    for face in view.faces:
        if face.interface.public.has is not Tri.YES:
            continue
        subnets = view.known_subnets(face) or ()
        lost = [one for one in subnets if view.never(one, Family.IPV4, *ASTRAY)]
        if lost:
            yield _found(face, lost, len(subnets))


def _found(face: Face, lost: list[Subnet], of: int) -> Found:
    shown = face.interface.public.shown_as
    known = shown and not shown.startswith("an ")
    public = f"the public address {shown}" if known else "a public address"
    listed = names(one.id for one in lost)
    places = f"{listed}, where" if len(lost) == of else f"{listed} too, where"
    what = f"{face.endpoint.id} has {public} in {places} no route leads to an internet gateway"
    tables = tuple(id_ for one in lost for id_ in one.table.ids)
    return Found(face.endpoint.address or face.endpoint.id, what, face.interface.id, tables)


LINT = Lint(
    id="public-address-without-route",
    severity=WARNING,
    summary="A public address in a subnet from which no route leads to an internet gateway",
    why="""\
The Internet takes an internet gateway, a route to it and a public address. Without the route the
address gives nothing: no reply to the Internet gets out, and an internet-facing load balancer
does not answer from that zone.""",
    fix="move it into a public subnet, or route that subnet to the internet gateway",
    facts=("F51",),
    wrong="""\
resource "aws_lb" "web" {
  internal = false
  subnets  = [aws_subnet.private.id]
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}
""",
    right="""\
resource "aws_lb" "web" {
  internal = false
  subnets  = [aws_subnet.public.id]
}

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
""",
    look=look,
)
