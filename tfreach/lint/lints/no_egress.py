"""A host whose groups let nothing out."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import RUNS, Face, View
from tfreach.lint.words import names
from tfreach.topology.network import Rule


def look(view: View) -> Iterator[Found]:
    for face in view.faces:
        if face.endpoint.kind in RUNS and not face.endpoint.outbound and _shut(view, face):
            also = tuple(slot.ids[0] for slot in face.interface.groups)
            what = f"{face.endpoint.id} opens no connection: {names(also)} has no egress rule"
            yield Found(face.endpoint.address or face.endpoint.id, what, face.interface.id, also)


def _shut(view: View, face: Face) -> bool:
    """Whether all its groups are known, and none has an egress rule that may match anything."""
    slots, groups = face.interface.groups, view.network.groups
    known = [groups[slot.ids[0]] for slot in slots if slot.sure and slot.ids[0] in groups]
    rules: list[Rule] = [rule for group in known for rule in group.egress]
    return bool(slots) and len(known) == len(slots) and not rules


LINT = Lint(
    id="no-egress",
    severity=INFO,
    summary="A host cannot open any connection: its security groups have no egress rule",
    why="""\
AWS gives a new security group a rule that lets everything out, and Terraform's
aws_security_group removes it: without an egress rule in the source the host reaches nothing, not
even package mirrors, AWS services or the database. It answers only what others ask.""",
    fix="write the egress rules that the host needs",
    facts=("F3",),
    wrong="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    right="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    look=look,
)
