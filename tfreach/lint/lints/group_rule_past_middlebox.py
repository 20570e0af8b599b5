"""A rule that names a group whose packets arrive by way of a middlebox only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tfreach.engine.pieces import cut
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.references import references
from tfreach.lint.view import Face, View
from tfreach.lint.words import names
from tfreach.topology.network import Subnet, ToInterface


def look(view: View) -> Iterator[Found]:
    if view.carried_unseen:
        return
    for one in references(view):
        own = _subnets(view, view.carriers[one.group])
        other = _subnets(view, view.carriers.get(one.named, ()))
        if not own or not other:
            continue
        boxes = _between(view, other, own) if one.ingress else _between(view, own, other)
        if boxes:
            side = "from" if one.ingress else "to"
            what = (
                f"{one.rule.origin.text} in {one.group} matches nothing: all {side} {one.named} is "
                f"routed by way of {names(sorted(boxes))}"
            )
            also = (one.group, one.named, *sorted(boxes))
            yield Found(one.rule.origin.address, what, one.key, also, one.rule.origin.part)


def _subnets(view: View, faces: Iterable[Face]) -> list[Subnet] | None:
    """Where these interfaces are; None where that is not known of one of them."""
    found: dict[str, Subnet] = {}
    for face in faces:
        known = view.known_subnets(face)
        if known is None:
            return None
        found |= {one.id: one for one in known}
    return list(found.values())


def _between(view: View, senders: list[Subnet], receivers: list[Subnet]) -> set[str] | None:
    """The middleboxes to which each sender sends all that is for each receiver; None where there
    is another way, or may be."""
    found: set[str] = set()
    for sender in senders:
        for receiver in receivers:
            there = sender.id != receiver.id and sender.vpc == receiver.vpc
            boxes = _boxes(view, sender, receiver) if there else None
            if boxes is None:
                return None
            found |= boxes
    return found


def _boxes(view: View, sender: Subnet, receiver: Subnet) -> set[str] | None:
    """The interfaces to which the table of one subnet surely sends all that is for another."""
    table = view.junction(sender).table
    found: set[str] = set()
    for piece in cut(receiver.cidr, [table.segments]):
        ways = table.at(piece.first).ways
        if len(ways) != 1 or not isinstance(ways[0], ToInterface):
            return None
        found.add(ways[0].interface)
    return found


LINT = Lint(
    id="group-rule-past-middlebox",
    severity=WARNING,
    summary="A rule names a security group whose packets arrive only by way of a middlebox",
    why="""\
A route between two subnets that leads by an appliance or a firewall endpoint breaks references
to groups: AWS no longer knows whose packet it is. Only rules with address blocks match it.""",
    fix="permit the address block of the other subnet instead of the group",
    facts=("F11",),
    wrong="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block           = "10.0.1.0/24" # the subnet of the database
    network_interface_id = aws_network_interface.appliance.id
  }
}

resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.app.id
}

resource "aws_subnet" "inspection" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.9.0/24"
}

resource "aws_network_interface" "appliance" {
  subnet_id         = aws_subnet.inspection.id
  source_dest_check = false
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.public.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    right="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id = aws_security_group.db.id
  cidr_ipv4         = "10.0.0.0/24" # the subnet of the clients
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block           = "10.0.1.0/24"
    network_interface_id = aws_network_interface.appliance.id
  }
}

resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.app.id
}

resource "aws_subnet" "inspection" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.9.0/24"
}

resource "aws_network_interface" "appliance" {
  subnet_id         = aws_subnet.inspection.id
  source_dest_check = false
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.public.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    look=look,
)
