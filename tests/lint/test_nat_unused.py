"""nat-unused, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.nat_unused import LINT

TABLE = """
resource "aws_route_table" "other" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    %s
  }
}
"""


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        pytest.param("", True, id="no-route"),
        pytest.param(TABLE % "gateway_id = aws_internet_gateway.main.id", True, id="to-another"),
        pytest.param(TABLE % "nat_gateway_id = aws_nat_gateway.main.id", False, id="to-it"),
        pytest.param(TABLE % "nat_gateway_id = var.nat", False, id="nobody-knows-where"),
        pytest.param(TABLE % 'carrier_gateway_id = "cagw-1"', False, id="to-what-is-not-modelled"),
    ],
)
def test_cases(more: str, fires: bool) -> None:
    found = at(LINT.id, planned(LINT.wrong + more).after)
    assert found == (["aws_nat_gateway.main"] if fires else [])


def test_a_vpc_that_is_managed_elsewhere() -> None:
    source = LINT.wrong.replace("aws_subnet.public.id", '"subnet-1"')
    assert at(LINT.id, planned(source).after) == []
