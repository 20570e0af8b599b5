"""The gate from the command line: exit codes, several policies and formats, the line to look at."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import FIXTURES
from tfreach.cli import main

STEP = FIXTURES / "public-private" / "change"
STATE = FIXTURES / "public-private" / "change" / "state.json"
NO_DATA = (
    'version: 1\ndeny:\n- {name: no data, from: internet, to: "tag:tier=data", protocol: tcp%s}\n'
)
KEPT = (
    "version: 1\nassert:\n"
    "- {name: web, from: internet, to: aws_instance.web, protocol: tcp, ports: 443,"
    " expect: reachable}\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(text: str, *more: str, plan: Path = STEP / "plan.json") -> Result:
    Path("tfreach.yaml").write_text(text)
    return CliRunner().invoke(main, ["check", str(plan), "--policy", "tfreach.yaml", *more])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("code", "text", "more"),
    [
        pytest.param(0, KEPT, [], id="kept"),
        pytest.param(1, NO_DATA % "", [], id="broken"),
        pytest.param(0, NO_DATA % "", ["--exit-zero"], id="exit-zero"),
        pytest.param(0, NO_DATA % ", severity: warning", [], id="a-warning"),
        pytest.param(
            0,
            NO_DATA % "" + "waivers: [{rule: no data, reason: r, expires: 2027-01-01}]",
            ["--today", "2027-01-01"],
            id="waived",
        ),
        pytest.param(
            1,
            NO_DATA % "" + "waivers: [{rule: no data, reason: r, expires: 2027-01-01}]",
            ["--today", "2027-01-02"],
            id="expired",
        ),
        pytest.param(2, NO_DATA % ", prots: 22", [], id="a-mistake"),
        pytest.param(2, "", [], id="empty"),
        pytest.param(2, NO_DATA.replace("tier", "teir") % "", [], id="nothing-selected"),
        pytest.param(0, NO_DATA.replace("tier", "teir") % "", ["--allow-empty"], id="allowed"),
        pytest.param(2, KEPT, ["--policy", "no/such/file"], id="no-file"),
        pytest.param(2, KEPT, ["--policy", "tfreach.yaml"], id="the-same-file-twice"),
        pytest.param(2, KEPT, ["--today", "2027-02-30"], id="no-such-day"),
        pytest.param(2, KEPT, ["--format", "csv"], id="no-such-format"),
    ],
)
def test_exit_codes(code: int, text: str, more: list[str]) -> None:
    result = run(text, *more)
    assert result.exit_code == code, result.output
    assert ("error: " in result.stderr) == (code == 2)
    assert "Traceback" not in result.output
    assert bool(result.stdout) == (code != 2)


@pytest.mark.usefixtures("here")
def test_a_plan_that_cannot_be_read_is_no_broken_policy() -> None:
    Path("no.json").write_text("{")
    assert run(KEPT, plan=Path("no.json")).exit_code == 3
    done = CliRunner().invoke(main, ["check", str(STEP / "plan.json")])
    assert done.exit_code == 2
    assert "--policy" in done.stderr


@pytest.mark.usefixtures("here")
def test_the_line_to_look_at_is_printed() -> None:
    result = run(NO_DATA % "", "--config-dir", str(STEP))
    lines = result.stdout.splitlines()
    head = next(line for line in lines if line.startswith("FAIL"))
    assert head.endswith("tfreach.yaml:3")
    assert "internet → aws_instance.db" in head
    (cause,) = (line for line in lines if "db_open" in line)
    assert "main.tf:144" in cause
    assert "1 failed, 0 passed, 0 waived, 0 undetermined" in lines


@pytest.mark.usefixtures("here")
def test_several_formats_and_policies_at_once() -> None:
    Path("more.yaml").write_text(KEPT)
    arguments = ["--policy", "more.yaml", "--format", "json=out.json", "--format", "text"]
    result = run(NO_DATA % "", *arguments)
    said = json.loads(Path("out.json").read_text())
    assert said["summary"] == {"pass": 1, "fail": 1, "undetermined": 0, "waived": 0}
    assert [one["name"] for one in said["results"]] == ["web", "no data"]
    assert "1 failed, 1 passed" in result.stdout
    assert (
        Path("out.json").read_text()
        == run(NO_DATA % "", "--policy", "more.yaml", "--format", "json").stdout
    )


@pytest.mark.usefixtures("here")
def test_a_state_is_checked_too() -> None:
    broken = run(NO_DATA % "", plan=STATE)
    assert broken.exit_code == 1
    assert "was so before" not in broken.stdout
    assert run(NO_DATA % ", new: true", plan=STATE).exit_code == 0
    assert run(NO_DATA % ", new: true", "--all", plan=STATE).exit_code == 1


@pytest.mark.usefixtures("here")
def test_the_same_bytes_twice() -> None:
    first, second = (run(NO_DATA % "", "--format", "json").stdout for _ in range(2))
    assert first == second
    assert os.linesep.encode() == b"\n" or "\r" not in first


REMARK = "# tfreach:ignore no data until=%s the migration reads it\n"
RULE = 'resource "aws_vpc_security_group_ingress_rule" "db_open" {'


def with_remark(folder: Path, remark: str, at: str = RULE) -> str:
    source = folder / "source"
    source.mkdir(exist_ok=True)
    text = (STEP / "main.tf").read_text()
    (source / "main.tf").write_text(text.replace(at, f"{remark}{at}"))
    return str(source)


@pytest.mark.parametrize(
    ("remark", "code", "says"),
    [
        pytest.param(REMARK % "2027-03-31", 0, "until 2027-03-31: the migration", id="valid"),
        pytest.param(
            REMARK % "2026-03-31",
            1,
            "the waiver at main.tf:144 expired after 2026-03-31: the migration",
            id="expired",
        ),
        pytest.param(REMARK.replace("no data", "no-data") % "2027-01-01", 0, "until", id="joined"),
        pytest.param(
            REMARK.replace("no data", "no date") % "2027-01-01",
            1,
            "main.tf:144: no rule is called 'no date'; did you mean 'no data'?",
            id="of-another-rule",
        ),
        pytest.param(REMARK % "2027-02-30", 2, "main.tf:144: there is no day", id="no-such-day"),
        pytest.param("# tfreach:ignore no data\n", 2, "until= is missing", id="for-ever"),
        pytest.param(
            "# tfreach:ignore no data until=2027-01-01\n",
            2,
            "the reason is missing",
            id="no-reason",
        ),
        pytest.param(REMARK % "2027-01-01" + "\n", 2, "stands at no resource", id="at-nothing"),
    ],
)
def test_waivers_in_the_source(remark: str, code: int, says: str, here: Path) -> None:
    source = with_remark(here, remark)
    result = run(NO_DATA % "", "--config-dir", source, "--today", "2026-11-30")
    assert result.exit_code == code, result.output
    assert says in result.output


def test_a_remark_waives_what_comes_from_its_block_and_nothing_else(here: Path) -> None:
    source = with_remark(here, REMARK % "2027-03-31", 'resource "aws_instance" "web" {')
    result = run(NO_DATA % "", "--config-dir", source, "--today", "2026-11-30")
    assert result.exit_code == 1
    assert "waiver" not in result.output


@pytest.mark.usefixtures("here")
def test_a_waiver_that_is_not_needed_is_said() -> None:
    waivers = (
        "waivers:\n- {rule: web, reason: r, expires: 2027-01-01}\n"
        "- {rule: web, to: aws_instance.web, reason: r, expires: 2026-01-01}\n"
    )
    result = run(KEPT + waivers, "--today", "2026-11-30")
    assert result.exit_code == 0
    lines = result.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["tfreach.yaml:5", "tfreach.yaml:6"]
    assert all("is not needed" in line for line in lines)
    assert run(KEPT + waivers, "--today", "2026-11-30", "--quiet").stderr == ""
