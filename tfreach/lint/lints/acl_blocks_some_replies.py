"""A network ACL that lets replies pass to some client ports only."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.kept_words import told
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import View


def look(view: View) -> Iterator[Found]:
    yield from told(view, partly=True)


LINT = Lint(
    id="acl-blocks-some-replies",
    severity=WARNING,
    summary="A network ACL lets replies pass to some client ports only",
    why="""\
Which port a client sends from depends on its system: Linux takes 32768-60999, Windows
49152-65535, a NAT gateway, a load balancer and a Lambda function 1024-65535. Where the entries
leave some out, some connections hang, now and then, and from some clients only. `--client-ports`
says what clients use.""",
    fix="permit the client ports, 1024-65535, in the direction of the replies",
    facts=("F27", "F31"),
    wrong="""\
resource "aws_network_acl" "db" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.private.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 5432
    to_port    = 5432
    cidr_block = "10.0.0.0/16"
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 32768 # what Linux uses
    to_port    = 60999
    cidr_block = "10.0.0.0/16"
  }
}

resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
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
resource "aws_network_acl" "db" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.private.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 5432
    to_port    = 5432
    cidr_block = "10.0.0.0/16"
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 1024
    to_port    = 65535
    cidr_block = "10.0.0.0/16"
  }
}

resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
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
