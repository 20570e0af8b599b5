"""Something that runs in several subnets, of which only some lead to the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import NOWHERE, RUNS, Face, View
from tfreach.lint.words import names
from tfreach.space.headers import Family
from tfreach.topology.network import Subnet, ToNat, Tri


def look(view: View) -> Iterator[Found]:
    for face in view.faces:
        subnets = view.known_subnets(face)
        if face.endpoint.kind not in RUNS or not subnets or len(subnets) < 2:
            continue
        shut = [one.id for one in subnets if _leads_out(view, face, one) is Tri.NO]
        open_ = [one.id for one in subnets if _leads_out(view, face, one) is Tri.YES]
        if shut and open_ and view.may_send_out(face.interface.groups, Family.IPV4):
            what = (
                f"{face.endpoint.id} gets to the Internet in {names(open_)} and not in "
                f"{names(shut)}: which of them it runs in is not its choice"
            )
            address = face.endpoint.address or face.endpoint.id
            yield Found(address, what, face.interface.id, (*shut, *open_))


def _leads_out(view: View, face: Face, subnet: Subnet) -> Tri:
    """Whether it gets to the Internet from there. Of a function in a public subnet
    lambda-public-subnet says that it does not."""
    if view.never(subnet, Family.IPV4, *NOWHERE):
        return Tri.NO
    if isinstance(view.mainly(subnet, Family.IPV4), ToNat):
        return Tri.YES
    if view.leads_out(subnet, Family.IPV4) and face.endpoint.kind != "lambda_function":
        return face.interface.public.has
    return Tri.MAYBE


LINT = Lint(
    id="uneven-subnets",
    severity=WARNING,
    summary="Of the subnets that something runs in only some lead to the Internet",
    why="""\
A service, a function or a group of instances may be placed in any of the subnets it is given.
Where one of them lacks the way out that the others have, it works until it is placed there.""",
    fix="give every subnet of it the same way out, or take out those that have none",
    facts=("F51", "F92"),
    wrong="""\
resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = "arn:aws:iam::123456789012:role/report"

  vpc_config {
    subnet_ids         = [aws_subnet.private.id, aws_subnet.data.id]
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

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id # no route table: the main one leads nowhere
  cidr_block = "10.0.3.0/24"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
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
""",
    right="""\
resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = "arn:aws:iam::123456789012:role/report"

  vpc_config {
    subnet_ids         = [aws_subnet.private.id, aws_subnet.data.id]
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

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.3.0/24"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
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

resource "aws_route_table_association" "data" {
  subnet_id      = aws_subnet.data.id
  route_table_id = aws_route_table.private.id
}
""",
    look=look,
)
