"""What switches a whole account or one instance off, and what a verdict makes of it."""

from __future__ import annotations

import pytest

from tests.topology.plans import ident, new, plan, ref, stands, verdict
from tests.topology.scenes import NET, OPEN, WEB

LATER = ref("aws_ssm_parameter.p.value")
HOST = stands("aws_instance.w", **WEB)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("running", "reachable"), ("stopped", "unreachable"), (LATER, "undetermined")],
    ids=["running", "stopped", "unknown"],
)
def test_an_instance_that_is_stopped_answers_to_nobody(state: object, expected: str) -> None:
    """Further edge cases: only live things count."""
    wanted = new("aws_ec2_instance_state.s", instance_id=ident(HOST.address), state=state)
    found = plan(*NET, OPEN, HOST, wanted).after
    assert verdict(found, "internet", "aws_instance.w") == expected
