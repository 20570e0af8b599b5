"""route-table-unused, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.route_table_unused import LINT

TIE = """
resource "aws_route_table_association" "a" {
  %s
  route_table_id = %s
}
"""
MINE = "aws_route_table.private.id"


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param(TIE % ("subnet_id = aws_subnet.private.id", MINE), False, id="a-subnet"),
        pytest.param(TIE % ('subnet_id = "subnet-1"', MINE), False, id="a-subnet-of-elsewhere"),
        pytest.param(TIE % ("subnet_id = var.subnet", MINE), False, id="nobody-knows-which-subnet"),
        pytest.param(TIE % ("subnet_id = var.subnet", "var.table"), False, id="nor-which-table"),
        pytest.param(
            TIE % ("gateway_id = aws_internet_gateway.main.id", MINE), False, id="a-gateway"
        ),
        pytest.param(
            TIE % ("subnet_id = aws_subnet.private.id", "aws_route_table.t.id")
            + 'resource "aws_route_table" "t" {\n  vpc_id = aws_vpc.main.id\n}\n',
            True,
            id="a-subnet-has-another",
        ),
        pytest.param(
            f"""
resource "aws_main_route_table_association" "m" {{
  vpc_id         = aws_vpc.main.id
  route_table_id = {MINE}
}}
""",
            False,
            id="it-is-the-main-one",
        ),
    ],
)
def test_cases(more: str, fires: bool) -> None:
    found = at(LINT.id, planned(LINT.wrong + more).after)
    assert found == (["aws_route_table.private"] if fires else [])


def test_an_adopted_default_table_is_there_anyway() -> None:
    source = """
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
}
"""
    assert at(LINT.id, planned(source).after) == []


def test_a_vpc_that_is_managed_elsewhere() -> None:
    assert at(LINT.id, planned(LINT.wrong.replace("aws_vpc.main.id", '"vpc-1"')).after) == []
