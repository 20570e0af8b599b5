"""A network ACL that lets everybody in by IPv6, where it does not by IPv4."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import View, everywhere
from tfreach.lint.words import services_words
from tfreach.space.headers import ALL_IPV4, ALL_IPV6, TCP, UDP, Family, services
from tfreach.topology.network import Subnet

WITH_PORTS = services(TCP) | services(UDP)


def look(view: View) -> Iterator[Found]:
    said: set[str] = set()
    for subnet in view.subnets:
        if not _dual(subnet) or subnet.acl.ids[0] in said or subnet.id not in view.in_subnet:
            continue
        said.add(subnet.acl.ids[0])
        entering = view.junction(subnet).entering
        six = everywhere(entering, view.world(Family.IPV6)).must
        four = everywhere(entering, view.world(Family.IPV4)).may
        if more := (six & WITH_PORTS) - four:
            what = (
                f"{subnet.acl.ids[0]} lets {services_words(more)} from everybody into {subnet.id} "
                f"by IPv6, and not by IPv4"
            )
            yield Found(subnet.acl.ids[0], what, also=(subnet.id,))


def _dual(subnet: Subnet) -> bool:
    both = not subnet.cidr.isdisjoint(ALL_IPV4) and not subnet.cidr.isdisjoint(ALL_IPV6)
    return both and subnet.acl.sure and not subnet.unknown


LINT = Lint(
    id="acl-ipv6-open-ipv4-closed",
    severity=WARNING,
    summary="A network ACL lets everybody in by IPv6, where it does not by IPv4",
    why="""\
The entries of a network ACL are for one family each. What denies 0.0.0.0/0 says nothing of ::/0,
and public IPv6 addresses need no NAT.""",
    fix="write the entries of both families alike",
    facts=("F23", "F58"),
    wrong="""\
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.dual.id
  subnet_ids = [aws_subnet.dual.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "0.0.0.0/0"
  }

  ingress {
    rule_no         = 110 # all ports
    action          = "allow"
    protocol        = "-1"
    from_port       = 0
    to_port         = 0
    ipv6_cidr_block = "::/0"
  }
}

resource "aws_instance" "app" {
  subnet_id = aws_subnet.dual.id
}
""",
    right="""\
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.dual.id
  subnet_ids = [aws_subnet.dual.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "0.0.0.0/0"
  }

  ingress {
    rule_no         = 110
    action          = "allow"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    ipv6_cidr_block = "::/0"
  }
}

resource "aws_instance" "app" {
  subnet_id = aws_subnet.dual.id
}
""",
    look=look,
)
