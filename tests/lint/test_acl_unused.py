"""acl-unused, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.acl_unused import LINT

TIE = """
resource "aws_network_acl_association" "a" {
  subnet_id      = %s
  network_acl_id = %s
}
"""
MINE = "aws_network_acl.data.id"
LISTED = LINT.wrong.replace("aws_vpc.main.id", "aws_vpc.main.id\n  subnet_ids = %s")


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(LINT.wrong, True, id="nothing"),
        pytest.param(LISTED % "[]", True, id="an-empty-list"),
        pytest.param(LISTED % "[aws_subnet.private.id]", False, id="it-lists-a-subnet"),
        pytest.param(LISTED % '["subnet-1"]', False, id="a-subnet-of-elsewhere"),
        pytest.param(LISTED % "var.subnets", False, id="nobody-knows-which"),
        pytest.param(LINT.wrong + TIE % ("aws_subnet.private.id", MINE), False, id="associated"),
        pytest.param(LINT.wrong + TIE % ('"subnet-1"', MINE), False, id="with-one-of-elsewhere"),
        pytest.param(LINT.wrong + TIE % ("var.subnet", "var.acl"), False, id="perhaps-associated"),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    found = at(LINT.id, planned(source).after)
    assert found == (["aws_network_acl.data"] if fires else [])


def test_an_adopted_default_one_is_there_anyway() -> None:
    source = """
resource "aws_default_network_acl" "main" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id
}
"""
    assert at(LINT.id, planned(source).after) == []


def test_a_vpc_that_is_managed_elsewhere() -> None:
    assert at(LINT.id, planned(LINT.wrong.replace("aws_vpc.main.id", '"vpc-1"')).after) == []
