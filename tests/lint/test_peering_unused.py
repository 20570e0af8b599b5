"""peering-unused, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.peering_unused import LINT

TABLE = """
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "10.1.0.0/16"
    %s
  }
}
"""
MINE = "vpc_peering_connection_id = aws_vpc_peering_connection.main.id"


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(LINT.wrong, True, id="no-route"),
        pytest.param(LINT.wrong + TABLE % MINE, False, id="one-side-has-one"),
        pytest.param(
            LINT.wrong + TABLE % 'carrier_gateway_id = "cagw-1"', False, id="not-modelled"
        ),
        pytest.param(
            LINT.wrong + TABLE % "gateway_id = aws_internet_gateway.main.id", True, id="elsewhere"
        ),
        pytest.param(
            LINT.wrong + TABLE % "vpc_peering_connection_id = var.p", False, id="perhaps-to-it"
        ),
        pytest.param(
            LINT.wrong.replace("aws_vpc.other.id", '"vpc-1"'), False, id="whose-other-side-is-apart"
        ),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    found = at(LINT.id, planned(source).after)
    assert found == (["aws_vpc_peering_connection.main"] if fires else [])
