"""A subnet on the default network ACL of a VPC in which others have one of their own."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.topology.network import Subnet

DEFAULT = "default network ACL"


def look(view: View) -> Iterator[Found]:
    known = [subnet for subnet in view.subnets if subnet.acl.sure]
    own: dict[str, str] = {}
    for subnet in known:
        if not _falls_back(subnet):
            own.setdefault(subnet.vpc, f"{subnet.acl.ids[0]} serves {subnet.id}")
    for subnet in known:
        if _falls_back(subnet) and subnet.vpc in own:
            what = (
                f"{subnet.id} falls back to the default network ACL of {subnet.vpc}, which "
                f"permits all and is not managed here, while {own[subnet.vpc]}"
            )
            yield Found(subnet.id, what, also=(subnet.vpc,))


def _falls_back(subnet: Subnet) -> bool:
    return subnet.acl.ids[0] == f"{subnet.vpc} ({DEFAULT})"


LINT = Lint(
    id="subnet-default-acl",
    severity=INFO,
    summary="A subnet falls back to the default network ACL, while others have their own",
    why="""\
A subnet that no network ACL lists uses the default one of its VPC, which permits all until
somebody edits it. Where other subnets are guarded, one that is not is often one that was
forgotten.""",
    fix="list the subnet in a network ACL, or manage the default one (aws_default_network_acl)",
    facts=("F22", "F25"),
    wrong="""\
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.public.id]
}

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.3.0/24"
}
""",
    right="""\
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.public.id, aws_subnet.data.id]
}

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.3.0/24"
}
""",
    look=look,
)
