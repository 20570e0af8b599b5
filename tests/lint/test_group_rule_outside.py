"""group-rule-outside, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.group_rule_outside import LINT

TABLE = """
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "10.10.0.0/16"
    %s
  }
}
resource "aws_route_table_association" "t" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.t.id
}
"""
BLOCK = '["10.10.0.0/16"]'


def wrong(block: str) -> str:
    return LINT.wrong.replace(BLOCK, block)


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(LINT.wrong, True, id="another-block"),
        pytest.param(wrong('["100.64.0.0/16"]'), True, id="of-RFC-6598"),
        pytest.param(wrong('["10.0.0.0/8"]'), False, id="one-that-holds-the-vpc"),
        pytest.param(wrong('["203.0.113.0/24"]'), False, id="a-public-one"),
        pytest.param(wrong('["10.10.0.0/16", "203.0.113.0/24"]'), True, id="each-of-two-is-judged"),
        pytest.param(wrong("[var.office]"), False, id="not-known"),
        pytest.param(
            wrong("[]").replace("cidr", "ipv6_cidr").replace("[]", '["fd00::/8"]'),
            True,
            id="of-ipv6",
        ),
        pytest.param(
            LINT.wrong + TABLE % "gateway_id = aws_internet_gateway.main.id",
            True,
            id="an-internet-gateway-drops-it-F52",
        ),
        pytest.param(
            LINT.wrong + TABLE % 'transit_gateway_id = "tgw-1"', False, id="a-transit-gateway"
        ),
        pytest.param(
            LINT.wrong
            + """
resource "aws_vpc_peering_connection" "p" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = "vpc-1"
}
""",
            False,
            id="a-peering",
        ),
        pytest.param(
            LINT.wrong + 'resource "aws_vpn_gateway" "v" {\n  vpc_id = aws_vpc.main.id\n}\n',
            False,
            id="a-vpn",
        ),
        pytest.param(
            LINT.wrong
            + """
resource "aws_network_interface" "nat" {
  subnet_id         = aws_subnet.private.id
  source_dest_check = false
}
""",
            False,
            id="a-host-that-forwards",
        ),
        pytest.param(
            LINT.wrong.replace("aws_vpc.main.id", '"vpc-1"').replace(
                "aws_subnet.private.id", '"subnet-1"'
            ),
            False,
            id="a-vpc-of-elsewhere",
        ),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    assert bool(at(LINT.id, planned(source).after)) == fires


def test_an_egress_rule() -> None:
    source = LINT.wrong.replace("ingress {", "egress {")
    assert at(LINT.id, planned(source).after) == ["aws_security_group.db"]
