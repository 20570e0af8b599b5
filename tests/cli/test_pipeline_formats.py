"""Formats of pipelines from the command line: exit codes, several at once, where things lie."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import FIXTURES
from tfreach.cli import main
from tfreach.cli.whereabouts import files_of
from tfreach.report.formats import FORMATS
from tfreach.report.found import Files

STEP = FIXTURES / "public-private" / "change"
GATE = FIXTURES / "public-private" / "gate.yaml"
MISTAKE = "version: 1\ndeny: [{name: x, form: internet}]\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with source in infra/prod and a policy at its root, which is where we are."""
    (tmp_path / ".git").mkdir()
    prod = tmp_path / "infra" / "prod"
    prod.mkdir(parents=True)
    for name in ("main.tf", "plan.json"):
        shutil.copy(STEP / name, prod / name)
    shutil.copy(GATE, tmp_path / "tfreach.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


def check(*more: str, plan: str = "infra/prod/plan.json", policy: str = "tfreach.yaml") -> Result:
    arguments = ["check", plan, "--policy", policy, "--today", "2026-11-30", *more]
    return CliRunner().invoke(main, arguments)


def with_source(*more: str) -> Result:
    return check("--config-dir", "infra/prod", *more)


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("fmt", FORMATS["check"])
@pytest.mark.parametrize(
    ("code", "more"),
    [
        pytest.param(1, [], id="broken"),
        pytest.param(0, ["--exit-zero"], id="exit-zero"),
        pytest.param(0, ["--policy", "waiver.yaml"], id="waived"),
        pytest.param(2, ["--policy", "mistake.yaml"], id="a-mistake"),
    ],
)
def test_the_exit_code_is_that_of_every_format(fmt: str, code: int, more: list[str]) -> None:
    Path("mistake.yaml").write_text(MISTAKE)
    shutil.copy(GATE.with_name("gate-waiver.yaml"), "waiver.yaml")
    result = check("--format", fmt, *more)
    assert result.exit_code == code, result.output
    assert bool(result.stdout) == (code != 2)
    assert ("mistake.yaml:2" in result.stderr) == (code == 2)


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("fmt", ["markdown", "sarif"])
def test_diff_has_its_exit_codes_too(fmt: str) -> None:
    plan = ["diff", "infra/prod/plan.json", "--format", fmt]
    for more, code in (([], 0), (["--exit-code"], 1), (["--detailed-exitcode"], 2)):
        assert CliRunner().invoke(main, [*plan, *more]).exit_code == code


@pytest.mark.usefixtures("repository")
def test_every_format_at_once_is_what_each_says_alone() -> None:
    names = list(FORMATS["check"])
    every = [f"--format={name}=out.{name}" for name in names[1:]]
    result = with_source(*every, "-o", "out.text", "--format", "text")
    assert result.exit_code == 1
    assert result.stdout == ""
    for name in names:
        assert Path(f"out.{name}").read_text() == with_source("--format", name).stdout


def sarif(*more: str) -> dict[str, Any]:
    (run,) = json.loads(with_source("--format", "sarif", *more).stdout)["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.usefixtures("repository")
def test_what_sarif_says_of_a_finding() -> None:
    run = sarif()
    (finding,) = run["results"]
    assert finding["ruleId"] == "no-internet-to-the-data-tier"
    assert finding["level"] == "error"
    assert finding["suppressions"] == []
    (where,) = finding["locations"]
    assert where["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/prod/main.tf", "uriBaseId": "REPOSITORY"},
        "region": {"startLine": 60},
    }
    lines = [one["physicalLocation"]["region"]["startLine"] for one in finding["relatedLocations"]]
    assert lines == [60, 144, 13]
    rule = run["tool"]["driver"]["rules"][finding["ruleIndex"]]
    assert rule["id"] == finding["ruleId"]
    assert rule["properties"]["security-severity"] == "8.0"
    assert "`# tfreach:ignore no Internet to the data tier until=DATE" in rule["help"]["text"]
    (thread,) = finding["codeFlows"][0]["threadFlows"]
    names = [
        one["location"]["logicalLocations"][0]["fullyQualifiedName"] for one in thread["locations"]
    ]
    assert names == [
        "internet",
        "aws_internet_gateway.main",
        "aws_vpc.main (default network ACL)",
        "aws_security_group.db",
        "aws_instance.db",
    ]
    assert run["automationDetails"] == {"id": "tfreach/check/prod/"}


def test_what_is_waived_is_suppressed_where_the_waiver_stands(repository: Path) -> None:
    shutil.copy(GATE.with_name("gate-waiver.yaml"), "waiver.yaml")
    (external,) = sarif("--policy", "waiver.yaml")["results"][0]["suppressions"]
    assert external["kind"] == "external"
    assert external["justification"].startswith("until 2027-03-31: the migration")
    assert external["location"]["physicalLocation"]["artifactLocation"]["uri"] == "waiver.yaml"
    main_tf = repository / "infra" / "prod" / "main.tf"
    rule = 'resource "aws_vpc_security_group_ingress_rule" "db_open" {'
    remark = (
        "# tfreach:ignore no Internet to the data tier until=2027-01-01 it is read from outside"
    )
    main_tf.write_text(main_tf.read_text().replace(rule, f"{remark}\n{rule}"))
    (finding,) = sarif()["results"]
    (inside,) = finding["suppressions"]
    assert (finding["level"], inside["kind"]) == ("error", "inSource")
    assert inside["location"]["physicalLocation"]["region"] == {"startLine": 144}


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("policy", "uri", "line"),
    [
        pytest.param("tfreach.yaml", "tfreach.yaml", 13, id="the-line-of-the-rule"),
        pytest.param("builtin:private-subnets", "infra/prod/plan.json", 1, id="else-the-plan"),
    ],
)
def test_where_a_finding_lies_without_source(policy: str, uri: str, line: int) -> None:
    run = json.loads(check("--format", "sarif", policy=policy).stdout)["runs"][0]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (uri, line)
    (issue,) = json.loads(check("--format", "gitlab", policy=policy).stdout)
    assert issue["location"] == {"path": uri, "lines": {"begin": line}}
    command = check("--format", "github", policy=policy).stdout.splitlines()[0]
    assert command.startswith("::error ")
    assert (f"file={uri},line={line}," in command) == (line != 1)


def test_a_finding_is_the_same_when_lines_move_and_other_things_change(repository: Path) -> None:
    first = [one["partialFingerprints"] for one in sarif()["results"]]
    source, plan = (repository / "infra" / "prod" / name for name in ("main.tf", "plan.json"))
    source.write_text("\n\n\n" + source.read_text())
    document = json.loads(plan.read_text())
    after = {"address": "aws_sns_topic.new", "mode": "managed", "type": "aws_sns_topic"}
    change: dict[str, Any] = {
        "actions": ["create"],
        "before": None,
        "after": {},
        "after_unknown": {},
    }
    document["resource_changes"].insert(0, {**after, "name": "new", "change": change})
    plan.write_text(json.dumps(document))
    (finding,) = sarif()["results"]
    assert [finding["partialFingerprints"]] == first
    assert finding["locations"][0]["physicalLocation"]["region"]["startLine"] == 63
    other = sarif("--project", "another")["results"]
    assert [one["partialFingerprints"] for one in other] != first


def test_the_job_summary_is_added_to(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = repository / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert with_source("--format", "sarif").exit_code == 1
    assert page.read_text() == "before\n"
    result = with_source("--format", "github")
    markdown = with_source("--format", "markdown").stdout
    assert page.read_text() == f"before\n{markdown}"
    assert result.stdout.startswith(
        "::error file=infra/prod/main.tf,line=60,title=tfreach%3A no Internet to the data tier::"
        "internet → aws_instance.db tcp/5432 is reachable, which the policy denies%0Aopened by ~"
    )
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository / "no" / "such"))
    result = with_source("--format", "github")
    assert result.exit_code == 1
    assert "warning: cannot write the job summary" in result.stderr


EVERY = {name: [*FORMATS[name]] for name in ("check", "diff", "lint")}
RUN_ALL = f"""
import sys
from tfreach.cli import main
for command, formats in {EVERY!r}.items():
    every = [f"--format={{name}}={{sys.argv[1]}}.{{command}}.{{name}}" for name in formats]
    gate = ["--policy=builtin:baseline", "--policy=tfreach.yaml"] if command == "check" else []
    plan = ["infra/prod/plan.json", "--config-dir=infra/prod", *gate, *every]
    assert main([command, *plan], standalone_mode=False) == (1 if gate else 0)
"""


@pytest.mark.usefixtures("repository")
def test_the_same_bytes_whatever_the_hash_seed() -> None:
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(FIXTURES.parent)}
        subprocess.run([sys.executable, "-c", RUN_ALL, seed], check=True, env=environment)
    files = [f"{command}.{name}" for command in EVERY for name in EVERY[command]]
    for file in files:
        assert Path(f"1.{file}").read_bytes() == Path(f"2.{file}").read_bytes()


@pytest.mark.parametrize(
    ("given", "files"),
    [
        pytest.param(("p.json", "infra/prod", None), ("infra/prod", "", "p.json"), id="a-folder"),
        pytest.param(("infra/p.json", None, None), ("infra", "", "infra/p.json"), id="beside"),
        pytest.param(("-", ".", None), ("", "", "plan.json"), id="standard-input"),
        pytest.param(("p.json", None, "infra/tfplan"), ("infra", "", "p.json"), id="inside-a-plan"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_where_things_lie(
    given: tuple[str, str | None, str | None], files: tuple[str, str, str]
) -> None:
    assert files_of(*given) == Files(*files)


def test_where_things_lie_below_the_root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "infra" / "prod")
    assert files_of("plan.json", ".", None) == Files("infra/prod", "infra/prod", "plan.json")
    shutil.rmtree(repository / ".git")
    assert files_of("plan.json", ".", None) == Files("", "", "plan.json")
    assert files_of("plan.json", "..", None).source == str(repository / "infra")


SECRET = "hunter2-never-shown"


def test_no_format_shows_what_is_sensitive(repository: Path) -> None:
    plan = repository / "infra" / "prod" / "plan.json"
    document = json.loads(plan.read_text())
    document["variables"] = {"password": {"value": SECRET}}
    document["output_changes"] = {"password": {"actions": ["create"], "after": SECRET}}
    document["planned_values"]["outputs"] = {"password": {"sensitive": True, "value": SECRET}}
    for change in document["resource_changes"]:
        for side in ("before", "after"):
            if change["change"][side]:
                change["change"][side]["user_data"] = SECRET
                change["change"][f"{side}_sensitive"] = {"user_data": True}
    plan.write_text(json.dumps(document))
    for command, formats in EVERY.items():
        more = ["--policy", "tfreach.yaml", "--exit-zero"] if command == "check" else []
        for fmt in formats:
            arguments = [command, str(plan), "--format", fmt, "--verbose", *more]
            result = CliRunner().invoke(main, arguments)
            assert result.exit_code == 0, result.output
            assert not re.search(SECRET, result.output)
