"""group-rule-no-carrier, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.group_rule_no_carrier import LINT

RULE = "aws_vpc_security_group_ingress_rule.db"
DB = 'resource "aws_instance" "db" {'
NAMED = "referenced_security_group_id = aws_security_group.app.id"


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(LINT.wrong, True, id="nobody"),
        pytest.param(LINT.right, False, id="somebody"),
        pytest.param(
            LINT.wrong.replace(NAMED, 'referenced_security_group_id = "sg-1"'),
            False,
            id="a-group-of-elsewhere",
        ),
        pytest.param(
            LINT.wrong.replace(NAMED, "referenced_security_group_id = aws_security_group.db.id"),
            False,
            id="itself",
        ),
        pytest.param(
            LINT.wrong[: LINT.wrong.index(DB)], False, id="nobody-carries-the-group-of-the-rule"
        ),
        pytest.param(
            LINT.wrong
            + 'resource "aws_instance" "x" {\n  vpc_security_group_ids = [var.group]\n'
            + "  subnet_id = aws_subnet.private.id\n}\n",
            False,
            id="perhaps-somebody",
        ),
        pytest.param(
            LINT.wrong
            + 'resource "aws_launch_template" "x" {\n'
            + "  vpc_security_group_ids = [aws_security_group.app.id]\n}\n",
            False,
            id="whatever-is-launched",
        ),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    assert at(LINT.id, planned(source).after) == ([RULE] if fires else [])


def test_an_egress_rule() -> None:
    source = LINT.wrong.replace("ingress_rule", "egress_rule")
    assert at(LINT.id, planned(source).after) == ["aws_vpc_security_group_egress_rule.db"]
