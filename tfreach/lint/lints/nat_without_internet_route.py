"""A public NAT gateway in a subnet that no internet gateway serves."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.engine.routes import NoRoute, Way
from tfreach.lint.model import ERROR, Found, Lint, Unsure
from tfreach.lint.view import View
from tfreach.space.headers import Family
from tfreach.topology.network import (
    Blackhole,
    NatGateway,
    Network,
    Subnet,
    ToEgressOnly,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    Tri,
)

ASTRAY = (NoRoute, Blackhole, ToNat, ToEgressOnly, ToPeering, ToService)


def look(view: View) -> Iterator[Found | Unsure]:
    for _, nat in sorted(view.network.nat_gateways.items()):
        subnet = view.network.subnets.get(nat.subnet.ids[0]) if nat.subnet.sure else None
        why = subnet.table.reason if subnet else nat.subnet.reason
        if why and nat.public is Tri.YES:
            yield Unsure(nat.id, why)
        if subnet is None or nat.public is not Tri.YES:
            continue
        ways = [way for _, some in view.roads(subnet, Family.IPV4) for way in some]
        if ways and all(_lost(view.network, subnet, way) for way in ways) and not _own(nat, ways):
            tables = " or ".join(subnet.table.ids)
            what = (
                f"nothing in {tables} leads from {subnet.id}, in which {nat.id} stands, to an "
                f"internet gateway of {subnet.vpc}"
            )
            yield Found(nat.id, what, also=(subnet.id, *subnet.table.ids))


def _lost(network: Network, subnet: Subnet, way: Way) -> bool:
    """Whether what a NAT gateway sends this way surely does not get to the Internet."""
    if not isinstance(way, ToInternet):
        return isinstance(way, ASTRAY)
    gateway = network.internet_gateways.get(way.gateway)
    return gateway is not None and not gateway.vpc.open and subnet.vpc not in gateway.vpc.ids


def _own(nat: NatGateway, ways: list[Way]) -> bool:
    """nat-serves-own-subnet says it."""
    return ToNat(nat.id) in ways


LINT = Lint(
    id="nat-without-internet-route",
    severity=ERROR,
    summary="A public NAT gateway stands where nothing leads to an internet gateway",
    why="""\
What a NAT gateway sends out is routed by the table of the subnet in which it stands. Without a
route to an internet gateway there, all that is routed to the NAT gateway is lost.""",
    fix="route 0.0.0.0/0 of that subnet to the internet gateway, or put the NAT gateway elsewhere",
    facts=("F54",),
    wrong="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id # the route to the internet gateway is missing
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
""",
    right="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
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
