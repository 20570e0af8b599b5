"""diff --format policy: the block allows what the plan does, all of it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.report import samples
from tfreach.cli.inputs import basis
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options
from tfreach.pipeline import analyse
from tfreach.plan.modules import Source
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.results import Result
from tfreach.policy.scene import Scene
from tfreach.report.found import DiffFound
from tfreach.report.policy_diff import diff

PLANS = sorted(FIXTURES.glob("*/*/plan.json"))
FEW = 8


def seen(plan: Path) -> tuple[DiffFound, Scene]:
    found = analyse(plan.read_bytes(), str(plan), Source.of_folder(plan.parent))
    comparison = compare(found.before, found.after, found.planned, Options())
    scene = Scene(found.before, found.after, found.planned, Options(), date(2026, 11, 30))
    return DiffFound(basis(found, "x", ""), found.before, found.after, comparison), scene


def judged(lines: Sequence[str], scene: Scene) -> list[Result]:
    policy = read_policy([("intent.yaml", "\n".join(lines).encode())])
    return [one for one in check(policy, scene) if one.status.value != "pass"]


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_the_block_allows_the_plan_and_each_row_is_needed(plan: Path) -> None:
    found, scene = seen(plan)
    lines = diff(found).splitlines()
    assert judged(lines, scene) == []
    rows = [at for at, line in enumerate(lines) if line.startswith("    - ")]
    for at in rows if len(rows) <= FEW and plan.parent.name == "change" else rows[:1]:
        assert judged([*lines[:at], "    []" if len(rows) == 1 else "", *lines[at + 1 :]], scene)


@pytest.mark.parametrize("found", samples.DIFFS)
def test_it_is_a_policy_whatever_the_names_are(found: DiffFound) -> None:
    text = diff(found)
    policy = read_policy([("intent.yaml", text.encode("utf-8", "backslashreplace"))])
    assert policy.change is not None
    assert bool(policy.change.allow) == bool(found.comparison.changes or "decided" in text)
    assert all(line.isprintable() for line in text.splitlines())


def test_rows_say_from_where_and_why() -> None:
    lines = diff(samples.OPENED).splitlines()
    assert lines[-1].strip() == (
        '- {from: "203.0.113.0/24", to: "aws_instance.web[0]", family: "ipv4", protocol: "tcp",'
        ' ports: "22", kind: "opened"}  # + aws_sg_rule.ssh[0] m.tf:9'
    )
    assert diff(samples.NOTHING).splitlines()[-1] == "  allow: []"
