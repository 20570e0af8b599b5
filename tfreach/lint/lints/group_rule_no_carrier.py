"""A rule that names a security group which nothing carries."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.references import References, references
from tfreach.lint.view import View


def look(view: View) -> Iterator[Found]:
    if view.carried_unseen:
        return
    for one in references(view):
        if view.idle(one.named) and one.named in view.network.groups:
            own, also = one.rule.origin, (one.group, one.named)
            yield Found(own.address, _what(one), one.key, also, own.part)


def _what(one: References) -> str:
    return (
        f"{one.rule.origin.text} in {one.group} matches nothing: nothing here carries {one.named}"
    )


LINT = Lint(
    id="group-rule-no-carrier",
    severity=WARNING,
    summary="A rule names a security group that nothing carries",
    why="""\
A rule that names a group means the interfaces that carry it. Where none does, the rule matches
nobody: what it was written for is closed, or was moved to another group, and it is left behind.""",
    fix="name the group that the other side carries, or remove the rule",
    facts=("F5",),
    wrong="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.app.id # nothing carries it
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
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
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    look=look,
)
