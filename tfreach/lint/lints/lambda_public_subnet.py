"""A function in a public subnet, which gives it no Internet."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint, Unsure
from tfreach.lint.view import Face, View
from tfreach.lint.words import names
from tfreach.space.headers import Family


def look(view: View) -> Iterator[Found | Unsure]:
    for face in view.faces:
        if face.endpoint.kind != "lambda_function":
            continue
        if face.interface.unknown:
            yield Unsure(face.endpoint.address or face.endpoint.id, face.interface.unknown)
        yield from _looked(view, face)


def _looked(view: View, face: Face) -> Iterator[Found]:
    subnets = view.known_subnets(face) or ()
    public = [(one, out) for one in subnets if (out := view.leads_out(one, Family.IPV4))]
    if public and view.may_send_out(face.interface.groups, Family.IPV4):
        where = names(one.id for one, _ in public)
        gateway = public[0][1].gateway
        what = (
            f"{face.endpoint.id} runs in {where}, which is routed to {gateway}: a function has no "
            f"public address, so it does not get to the Internet by it"
        )
        also = (*(one.id for one, _ in public), gateway)
        yield Found(face.endpoint.address or face.endpoint.id, what, also=also)


LINT = Lint(
    id="lambda-public-subnet",
    severity=ERROR,
    summary="A Lambda function in a public subnet does not get to the Internet",
    why="""\
The interface of a function never has a public IPv4 address, and an internet gateway takes only
what comes from one. Calls to the Internet, and to AWS services without an endpoint in the VPC,
end in a timeout; where only some of its subnets are public, now and then.""",
    fix="put the function into private subnets that are routed to a NAT gateway",
    facts=("F91",),
    wrong="""\
resource "aws_lambda_function" "thumbnail" {
  function_name = "thumbnail"
  role          = "arn:aws:iam::123456789012:role/thumbnail"

  vpc_config {
    subnet_ids         = [aws_subnet.public.id]
    security_group_ids = [aws_security_group.function.id]
  }
}

resource "aws_security_group" "function" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
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
    right="""\
resource "aws_lambda_function" "thumbnail" {
  function_name = "thumbnail"
  role          = "arn:aws:iam::123456789012:role/thumbnail"

  vpc_config {
    subnet_ids         = [aws_subnet.private.id]
    security_group_ids = [aws_security_group.function.id]
  }
}

resource "aws_security_group" "function" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}
""",
    look=look,
)
