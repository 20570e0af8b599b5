"""Lints on real plans: what they find in a plan is what they find in the state after its apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tfreach import pipeline
from tfreach.engine.verdicts import Options
from tfreach.lint.run import lint
from tfreach.plan.modules import Source

APPLIED = sorted(path.parent for path in FIXTURES.glob("*/*/state.json"))


def findings(path: Path) -> set[tuple[str, str, str]]:
    given = Source.of_folder(path.parent) if path.name == "plan.json" else None
    network = pipeline.analyse(path.read_bytes(), path.name, given).after
    found = lint(network, network, {}, Options()).findings
    return {(one.lint.id, one.address, one.key) for one in found}


@pytest.mark.parametrize("step", APPLIED, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_what_is_found_in_a_plan_is_found_after_its_apply(step: Path) -> None:
    assert findings(step / "plan.json") == findings(step / "state.json")
