"""The reports of every fixture, byte for byte: a folder dropped in is a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import FIXTURES
from tfreach.cli import main

STEPS = sorted(path.parent for path in FIXTURES.glob("*/*/plan.json"))
README = FIXTURES.parent / "README.md"


def output(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("fmt", ["text", "json"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_the_diff_of_a_fixture(step: Path, fmt: str, golden: Callable[[Path, str], None]) -> None:
    suffix = {"text": "txt"}.get(fmt, fmt)
    arguments = ["diff", str(step / "plan.json"), "--config-dir", str(step), "--format", fmt]
    golden(step / f"diff.{suffix}", output(*arguments))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_what_lints_find_in_a_fixture(step: Path, golden: Callable[[Path, str], None]) -> None:
    arguments = ["lint", str(step / "plan.json"), "--config-dir", str(step)]
    golden(step / "lint.txt", output(*arguments))


def test_the_readme_shows_what_the_demo_prints() -> None:
    shown = README.read_text().split("```text\n")[1].split("```")[0]
    step = FIXTURES / "public-private" / "change"
    printed = output("diff", str(step / "plan.json"), "--config-dir", str(step))
    assert shown == printed
