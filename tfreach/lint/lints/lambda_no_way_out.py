"""A function that may call everybody, and can call nobody outside its VPC."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import NOWHERE, Face, View
from tfreach.lint.words import names
from tfreach.space.headers import ALL_IPV6, TCP, Family, service
from tfreach.topology.network import Subnet, ToService

HTTPS = service(TCP, 443)


def look(view: View) -> Iterator[Found]:
    for face in view.faces:
        if face.endpoint.kind != "lambda_function":
            continue
        subnets = view.known_subnets(face)
        if subnets and _lets_out(view, face) and all(_shut(view, face, one) for one in subnets):
            also = tuple(one.id for one in subnets)
            what = (
                f"{face.endpoint.id} may call tcp/443 anywhere, and {names(also)} leads neither "
                f"to the Internet nor to an endpoint of an AWS service"
            )
            yield Found(face.endpoint.address or face.endpoint.id, what, also=also)


def _lets_out(view: View, face: Face) -> bool:
    """Whether its groups surely let it call anybody: it is meant to."""
    slots = face.interface.groups
    return HTTPS in view.open_to_anyone(slots, ingress=False, family=Family.IPV4).must


def _shut(view: View, face: Face, subnet: Subnet) -> bool:
    """Whether nothing leads out of a subnet, by either family, and no endpoint is in its VPC."""
    six = not subnet.cidr.isdisjoint(ALL_IPV6)
    families = (Family.IPV4, Family.IPV6) if six else (Family.IPV4,)
    if not all(view.never(subnet, family, *NOWHERE) for family in families):
        return False
    if any(isinstance(target, ToService) for target in view.junction(subnet).table.targets()):
        return False
    return not any(one.endpoint.kind == "vpc_endpoint" for one in view.in_vpc(subnet.vpc))


LINT = Lint(
    id="lambda-no-way-out",
    severity=INFO,
    summary="A Lambda function may call the Internet and AWS services, and nothing leads there",
    why="""\
A function in a VPC has only the ways of its subnets. Without a NAT gateway, and without VPC
endpoints, each call of an AWS service (S3, DynamoDB, STS, Secrets Manager) and of the Internet
ends in a timeout. A function that only talks to its own VPC needs no such way; then its group
need not let it out.""",
    fix="route its subnets to a NAT gateway, or add endpoints for the services that it calls",
    facts=("F91",),
    wrong="""\
resource "aws_lambda_function" "sync" {
  function_name = "sync"
  role          = "arn:aws:iam::123456789012:role/sync"

  vpc_config {
    subnet_ids         = [aws_subnet.private.id]
    security_group_ids = [aws_security_group.function.id]
  }
}

resource "aws_security_group" "function" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
    right="""\
resource "aws_lambda_function" "sync" {
  function_name = "sync"
  role          = "arn:aws:iam::123456789012:role/sync"

  vpc_config {
    subnet_ids         = [aws_subnet.private.id]
    security_group_ids = [aws_security_group.function.id]
  }
}

resource "aws_security_group" "function" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc_endpoint" "secrets" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.secretsmanager"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.private.id]
}
""",
    look=look,
)
