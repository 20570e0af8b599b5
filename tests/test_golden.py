"""The reports of every fixture, byte for byte: a folder dropped in is a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import FIXTURES
from tfreach import __version__
from tfreach.cli import main
from tfreach.report.formats import FORMATS

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


GATES = {
    "public-private/change": ["gate.yaml", "gate-waiver.yaml"],
    "alb-to-service/change": ["gate.yaml"],
    "existing-network/create": ["gate.yaml"],
}
FILES = {
    "check": {
        "text": "check.txt",
        "json": "check.json",
        "markdown": "check.md",
        "sarif": "check.sarif",
        "junit": "check.xml",
        "github": "check.github",
        "gitlab": "check.gitlab.json",
        "atlantis": "check.atlantis",
    },
    "diff": {"markdown": "diff.md", "sarif": "diff.sarif"},
}
"""Of each format of a pipeline, on a few fixtures; every format of a command is here or above."""


@pytest.mark.parametrize(("command", "fmt"), [(one, fmt) for one in FILES for fmt in FILES[one]])
@pytest.mark.parametrize("name", GATES)
def test_what_a_pipeline_gets(
    name: str,
    command: str,
    fmt: str,
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(FIXTURES.parent)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    step = Path("fixtures", name)
    arguments = [command, str(step / "plan.json"), "--config-dir", str(step), "--format", fmt]
    if command == "check":
        gates = [str(step.parent / gate) for gate in GATES[name]]
        policies = [*gates, "builtin:internet-paths", "builtin:management-ports"]
        arguments += [f"--policy={one}" for one in policies]
        arguments += ["--today", "2026-11-30", "--exit-zero"]
    printed = output(*arguments).replace(f'"version": "{__version__}"', '"version": "0"')
    golden(FIXTURES / name / FILES[command][fmt], printed)


@pytest.mark.parametrize(("fmt", "file"), [("markdown", "lint.md"), ("sarif", "lint.sarif")])
def test_what_a_pipeline_gets_of_lints(
    fmt: str, file: str, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FIXTURES.parent)
    step = Path("fixtures", "sg-allows-acl-blocks", "change")
    arguments = ["lint", str(step / "plan.json"), "--config-dir", str(step), "--format", fmt]
    only = ["--only", "acl-entry-shadowed", "--only", "acl-entry-redundant"]
    printed = output(*arguments, *only).replace(f'"version": "{__version__}"', '"version": "0"')
    golden(FIXTURES.parent / step / file, printed)


def test_every_format_has_golden_reports() -> None:
    everywhere = {"diff": {"text", "json", "policy"}}
    for command, files in FILES.items():
        assert set(FORMATS[command]) == set(files) | everywhere.get(command, set())


def test_the_readme_shows_what_the_demo_prints() -> None:
    shown = README.read_text().split("```text\n")[1].split("```")[0]
    step = FIXTURES / "public-private" / "change"
    printed = output("diff", str(step / "plan.json"), "--config-dir", str(step))
    assert shown == printed
