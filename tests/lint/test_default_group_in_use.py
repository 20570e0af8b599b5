"""default-group-in-use, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.default_group_in_use import LINT

ADOPTED = 'resource "aws_default_security_group" "main" {\n  vpc_id = aws_vpc.main.id\n}\n'


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(LINT.wrong, True, id="it-names-none"),
        pytest.param(LINT.right, False, id="it-names-one"),
        pytest.param(LINT.wrong + ADOPTED, False, id="the-default-one-is-managed"),
        pytest.param(
            LINT.wrong + ADOPTED.replace("aws_vpc.main.id", "var.vpc"), False, id="perhaps-managed"
        ),
        pytest.param(
            LINT.wrong.replace("aws_subnet.private.id", '"subnet-1"'), False, id="of-elsewhere"
        ),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    assert at(LINT.id, planned(source).after) == (["aws_instance.app"] if fires else [])
