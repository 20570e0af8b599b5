"""A network ACL that lets a request pass and no reply."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.kept_words import told
from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View


def look(view: View) -> Iterator[Found]:
    yield from told(view, partly=False)


LINT = Lint(
    id="acl-blocks-replies",
    severity=ERROR,
    summary="A network ACL lets requests pass and keeps every reply",
    why="""\
A network ACL does not remember connections: a reply is judged by the entries of its own
direction, by the port of the client to which it goes. Without an entry for those ports the
request arrives, and no connection comes about.""",
    fix="permit the client ports, 1024-65535, in the direction of the replies",
    facts=("F27", "F31"),
    wrong="""\
resource "aws_network_acl" "web" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.private.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "10.0.0.0/16"
  }

  egress {
    rule_no    = 100 # the port of the server, not that of the client
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "10.0.0.0/16"
  }
}

resource "aws_security_group" "all" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/16"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "web" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.all.id]
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.public.id
  vpc_security_group_ids = [aws_security_group.all.id]
}
""",
    right="""\
resource "aws_network_acl" "web" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.private.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
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

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "web" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.public.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    look=look,
)
