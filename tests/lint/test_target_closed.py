"""target-closed, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.target_closed import LINT

WRONG = LINT.wrong
RULE = WRONG[WRONG.index("  ingress {") : WRONG.rindex("}\n")]


ID = "target_id        = aws_instance.app.id"
CHANGES = {
    "a-range": ("to_port     = 80", "to_port = 9000"),
    "which-port": ("  port     = 8080", "  port = var.port"),
    "which-groups": ("[aws_security_group.app.id]", "var.groups"),
    "which-target": (ID, "target_id = var.target"),
    "a-port-of-its-own": (ID, f"port = 80\n  {ID}"),
}


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(WRONG, True, id="another-port"),
        pytest.param(WRONG.replace(RULE, ""), True, id="no-rule"),
        pytest.param(LINT.right, False, id="the-port"),
        *(pytest.param(WRONG.replace(*one), False, id=id_) for id_, one in CHANGES.items()),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    assert at(LINT.id, planned(source).after) == (["aws_lb_target_group.app"] if fires else [])
