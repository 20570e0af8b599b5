"""`lint` from the command line: exit codes, which lints look, waivers in the source, formats."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from tests.lint.hcl import WORLD, items
from tests.topology.plans import document
from tfreach.cli import main
from tfreach.lint.lints.acl_entry_redundant import LINT as REDUNDANT
from tfreach.lint.lints.acl_entry_shadowed import LINT
from tfreach.report.schema import schema

ID = LINT.id
BLOCKED = 'resource "aws_network_acl_rule" "blocked" {'
ADDRESS = "aws_network_acl_rule.blocked"
REMARK = f"# tfreach:ignore {ID} until=%s the list is read by people\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with plans: one that makes the mistake, one where it stands, one without it."""
    monkeypatch.chdir(tmp_path)
    stands = json.dumps(document(*items(LINT.wrong, applied=True)))
    Path("wrong.json").write_text(json.dumps(document(*items(LINT.wrong))))
    Path("stands.json").write_text(stands)
    Path("right.json").write_text(json.dumps(document(*items(LINT.right))))
    Path("state.json").write_text(
        json.dumps({"format_version": "1.0", "values": json.loads(stands)["prior_state"]["values"]})
    )
    Path("broken.json").write_text("{")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["lint", *arguments])


ONLY = ("--only", ID)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        pytest.param(0, ["wrong.json"], id="findings-alone-are-no-failure"),
        pytest.param(1, ["wrong.json", "--exit-code"], id="exit-code"),
        pytest.param(1, ["wrong.json", "--exit-code", *ONLY], id="exit-code-of-one"),
        pytest.param(0, ["wrong.json", "--exit-code", "--exit-zero"], id="exit-zero"),
        pytest.param(0, ["right.json", "--exit-code", *ONLY], id="nothing-found"),
        pytest.param(1, ["stands.json", "--exit-code", *ONLY], id="what-stands-counts"),
        pytest.param(0, ["stands.json", "--exit-code", "--new"], id="but-it-is-not-new"),
        pytest.param(1, ["wrong.json", "--exit-code", "--new", *ONLY], id="what-is-new"),
        pytest.param(1, ["state.json", "--exit-code", *ONLY], id="of-a-state"),
        pytest.param(0, ["state.json", "--exit-code", "--new"], id="nothing-of-a-state-is-new"),
        pytest.param(0, ["--list"], id="list"),
        pytest.param(2, [], id="no-plan"),
        pytest.param(2, ["wrong.json", "--only", "acl-entry-shadow"], id="no-such-lint"),
        pytest.param(2, ["wrong.json", "--skip", "x"], id="no-such-lint-to-skip"),
        pytest.param(2, ["wrong.json", "--format", "csv"], id="no-such-format"),
        pytest.param(2, ["wrong.json", "--today", "2027-02-30"], id="no-such-day"),
        pytest.param(3, ["broken.json"], id="not-a-plan"),
        pytest.param(3, ["no/such/file"], id="no-such-file"),
    ],
)
def test_exit_codes(code: int, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert ("error: " in result.stderr) == (code in (2, 3))
    assert "Traceback" not in result.output


def test_the_nearest_lint_is_said() -> None:
    assert "did you mean 'acl-entry-shadowed'?" in run("p", "--only", "acl-entry-shadow").stderr


def test_only_and_skip() -> None:
    assert ID in run("wrong.json", *ONLY).stdout
    assert ID not in run("wrong.json", "--skip", ID).stdout
    said = json.loads(run("wrong.json", *ONLY, "--format", "json").stdout)
    assert said["ran"] == [ID]


def test_the_document_is_valid_and_the_same_twice() -> None:
    first, second = (run("wrong.json", "--format", "json").stdout for _ in range(2))
    assert first == second
    jsonschema.Draft202012Validator(json.loads(schema("lint"))).validate(json.loads(first))


def source(here: Path, remark: str = "", at: str = BLOCKED) -> str:
    folder = here / "source"
    folder.mkdir()
    text = LINT.wrong.replace(at, f"{remark}{at}")
    (folder / "main.tf").write_text(text)
    (folder / "world.tf").write_text(WORLD)
    return str(folder)


@pytest.mark.parametrize("plan", ["wrong.json", "stands.json"])
def test_a_finding_names_the_line_of_the_block(plan: str, here: Path) -> None:
    given = ("--config-dir", source(here), *ONLY, "--format", "json")
    (one,) = json.loads(run(plan, *given).stdout)["findings"]
    line = LINT.wrong[: LINT.wrong.index(BLOCKED)].count("\n") + 1
    assert (one["address"], one["location"]) == (ADDRESS, {"file": "main.tf", "line": line})
    assert one["new"] == (plan == "wrong.json")


@pytest.mark.parametrize("applied", [False, True])
def test_a_rule_within_a_block_has_its_own_line(applied: bool, here: Path) -> None:
    plan = json.dumps(document(*items(REDUNDANT.wrong, applied=applied)))
    Path("inline.json").write_text(plan)
    folder = here / "inline"
    folder.mkdir()
    (folder / "main.tf").write_text(REDUNDANT.wrong + WORLD)
    given = ("--config-dir", str(folder), "--only", REDUNDANT.id, "--format", "json")
    (one,) = json.loads(run("inline.json", *given).stdout)["findings"]
    at = REDUNDANT.wrong.rindex("  ingress {")
    assert one["location"]["line"] == REDUNDANT.wrong[:at].count("\n") + 1


@pytest.mark.parametrize(
    ("remark", "code", "says"),
    [
        pytest.param(REMARK % "2027-03-31", 0, "until 2027-03-31: the list is read", id="valid"),
        pytest.param(REMARK % "2026-03-31", 1, "expired after 2026-03-31", id="expired"),
        pytest.param(
            (REMARK % "2027-03-31").replace("shadowed", "shadow"),
            1,
            "did you mean 'acl-entry-shadowed'?",
            id="of-no-lint",
        ),
        pytest.param("# tfreach:ignore no ssh\n", 1, "1 new, 0 waived", id="of-a-policy"),
        pytest.param(REMARK % "2027-02-30", 2, "there is no day", id="no-such-day"),
        pytest.param(f"# tfreach:ignore {ID}\n", 2, "until= is missing", id="for-ever"),
    ],
)
def test_waivers_in_the_source(remark: str, code: int, says: str, here: Path) -> None:
    given = ("--config-dir", source(here, remark), "--today", "2026-11-30", "--exit-code", *ONLY)
    result = run("wrong.json", *given)
    assert result.exit_code == code, result.output
    assert says in result.output
    assert ("note: " in result.stderr) == ("did you mean" in says)


def test_a_check_does_not_ask_what_the_remark_of_a_lint_is(here: Path) -> None:
    Path("p.yaml").write_text("version: 1\ndeny: [{name: none, from: internet, to: on-premises}]\n")
    given = ("--policy", "p.yaml", "--allow-empty")
    folder = source(here, REMARK % "2027-03-31")
    result = CliRunner().invoke(main, ["check", "wrong.json", *given, "--config-dir", folder])
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_remark_waives_at_its_block_and_nowhere_else(here: Path) -> None:
    folder = source(here, REMARK % "2027-03-31", 'resource "aws_network_acl_rule" "web" {')
    assert run("wrong.json", "--config-dir", folder, "--exit-code", *ONLY).exit_code == 1
