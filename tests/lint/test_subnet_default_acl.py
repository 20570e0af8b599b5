"""subnet-default-acl, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.subnet_default_acl import LINT

DATA = LINT.wrong[LINT.wrong.index('resource "aws_subnet" "data"') :]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param(LINT.wrong, ["aws_subnet.data"], id="others-have-their-own"),
        pytest.param(DATA, [], id="nobody-has-one"),
        pytest.param(
            LINT.wrong.replace("[aws_subnet.public.id]", "[aws_subnet.other.id]").replace(
                "aws_vpc.main.id\n  subnet_ids", "aws_vpc.other.id\n  subnet_ids"
            ),
            [],
            id="somebody-has-one-in-another-vpc",
        ),
        pytest.param(
            LINT.wrong
            + """
resource "aws_default_network_acl" "main" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id
}
""",
            [],
            id="the-default-one-is-managed",
        ),
        pytest.param(
            LINT.wrong.replace("[aws_subnet.public.id]", "var.subnets"), [], id="not-known"
        ),
    ],
)
def test_cases(source: str, found: list[str]) -> None:
    assert at(LINT.id, planned(source).after) == found
