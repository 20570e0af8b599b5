"""listener-closed, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint.lints.listener_closed import LINT

WRONG = LINT.wrong
RULE = WRONG[WRONG.index("  ingress {") : WRONG.rindex("}\n")]


CHANGES = {
    "a-range": ("to_port     = 80", "to_port = 1024"),
    "which-ports-are-let-in": ("from_port   = 80", "from_port = var.port"),
    "which-port-it-listens-to": ("port              = 443", "port = var.port"),
    "which-groups": ("[aws_security_group.lb.id]", "var.groups"),
    "a-group-of-elsewhere": ("[aws_security_group.lb.id]", '["sg-1"]'),
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
    assert at(LINT.id, planned(source).after) == (["aws_lb_listener.https"] if fires else [])
