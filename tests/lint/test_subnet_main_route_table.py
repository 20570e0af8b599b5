"""subnet-main-route-table, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.subnet_main_route_table import LINT


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        pytest.param("", True, id="no-association"),
        pytest.param(
            """
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
}
""",
            False,
            id="the-main-one-is-managed",
        ),
        pytest.param(
            """
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
}
resource "aws_main_route_table_association" "m" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.t.id
}
""",
            False,
            id="another-one-is-the-main-one",
        ),
        pytest.param(
            """
resource "aws_route_table_association" "t" {
  subnet_id      = var.subnet
  route_table_id = var.table
}
""",
            False,
            id="nobody-knows-whom-an-association-means",
        ),
    ],
)
def test_cases(more: str, fires: bool) -> None:
    found = at(LINT.id, planned(LINT.wrong + more).after)
    assert found == (["aws_subnet.data"] if fires else [])


def test_a_vpc_that_is_managed_elsewhere() -> None:
    assert at(LINT.id, planned(LINT.wrong.replace("aws_vpc.main.id", '"vpc-1"')).after) == []
