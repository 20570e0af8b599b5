"""internet-gateway-unused, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.internet_gateway_unused import LINT

ROUTE = """
resource "aws_route" "r" {
  route_table_id = aws_route_table.public.id
  %s
}
"""


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        pytest.param("", True, id="no-route"),
        pytest.param(
            ROUTE
            % 'destination_cidr_block = "0.0.0.0/0"\n  gateway_id = aws_internet_gateway.edge.id',
            False,
            id="a-route",
        ),
        pytest.param(
            ROUTE
            % 'destination_ipv6_cidr_block = "::/0"\n  gateway_id = aws_internet_gateway.edge.id',
            False,
            id="of-ipv6",
        ),
        pytest.param(
            ROUTE % 'destination_cidr_block = "0.0.0.0/0"\n  gateway_id = var.gateway',
            False,
            id="nobody-knows-where-a-route-leads",
        ),
    ],
)
def test_cases(more: str, fires: bool) -> None:
    found = at(LINT.id, planned(LINT.wrong + more).after)
    assert found == (["aws_internet_gateway.edge"] if fires else [])


def test_one_that_is_attached_to_nothing_is_no_affair_of_this_lint() -> None:
    assert at(LINT.id, planned('resource "aws_internet_gateway" "edge" {}\n').after) == []
