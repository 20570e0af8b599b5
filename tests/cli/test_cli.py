"""The command line: exit codes, where output goes, what is loaded, and what a failed run leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import FIXTURES
from tests.policy.examples import analysis, https, network
from tests.report.samples import PLANNED, SSH
from tfreach import __version__
from tfreach.cli import answers, inputs, main
from tfreach.errors import InputError
from tfreach.pipeline import Analysis
from tfreach.report.schema import NAMES

PLAN = FIXTURES / "public-private" / "change" / "plan.json"
HEAVY = ("numpy", "networkx", "jsonschema", "hcl2", "jinja2", "tfreach.engine", "tfreach.report")

OPENS = replace(
    analysis(network(), network(https(), SSH)), planned=PLANNED, notes=("a note",), warnings=("!",)
)
SAME = analysis(network(), network())
STATE = analysis(network(), network(), kind="state")


@pytest.fixture
def plan(tmp_path: Path) -> str:
    file = tmp_path / "stack" / "plan.json"
    file.parent.mkdir()
    file.write_text("{}")
    return str(file)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, Analysis]:
    """What `analyse` finds in a file of these bytes: `{}` is a plan that opens a path."""
    found = {b"{}": OPENS, b"same": SAME, b"state": STATE}

    def analyse(data: bytes, name: str, *_: object, **__: object) -> Analysis:
        if data not in found:
            raise InputError("not JSON", where=name)
        return found[data]

    monkeypatch.setattr(inputs, "analyse", analyse)
    return found


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def tfreach(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "tfreach", *arguments]
    return subprocess.run(command, capture_output=True, env=os.environ | environment, check=False)


TO_WEB = ("--from", "internet", "--to", "aws_instance.web[0]")


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    ("code", "arguments", "stdin"),
    [
        (0, ["diff", "-"], b"{}"),
        (1, ["diff", "-", "--exit-code"], b"{}"),
        (0, ["diff", "-", "--exit-code", "--exit-zero"], b"{}"),
        (0, ["diff", "-", "--exit-code"], b"same"),
        (2, ["diff", "-", "--detailed-exitcode"], b"{}"),
        (0, ["diff", "-", "--detailed-exitcode", "--exit-zero"], b"{}"),
        (0, ["diff", "-", "--detailed-exitcode"], b"same"),
        (1, ["diff", "-", "--detailed-exitcode"], b"not a plan"),
        (1, ["diff", "--detailed-exitcode"], None),
        (1, ["diff", "-", "--detailed-exitcode", "--exit-code"], b"{}"),
        (3, ["diff", "-"], b"not a plan"),
        (3, ["diff", "-"], b"state"),
        (3, ["diff", "no/such/file"], None),
        (2, ["diff"], None),
        (2, ["diff", "-", "--format", "yaml"], b"{}"),
        (2, ["diff", "-", "--format", "text", "--format", "json"], b"{}"),
        (2, ["diff", "-", "--format", "json=a", "-o", "b"], b"{}"),
        (2, ["diff", "-", "--format", "json="], b"{}"),
        (2, ["diff", "-", "--client-ports", "9-1"], b"{}"),
        (2, ["diff", "-", "--client-ports", "1-70000"], b"{}"),
        (0, ["diff", "-", "--client-ports", "32768-60999,5"], b"{}"),
        (2, ["diff", "-", "--with", "x"], b"{}"),
        (2, ["nope"], None),
        (2, [], None),
        (0, ["--help"], None),
        (0, ["trace", "-", *TO_WEB, "--port", "443"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--port", "443", "--source-port", "5"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "icmp"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "icmp", "--port", "3/4"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "any"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "50"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "17", "--port", "53"], b"state"),
        (0, ["trace", "-", *TO_WEB], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "udp"], b"{}"),
        (2, ["trace", "-", *TO_WEB, "--protocol", "any", "--port", "1"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--protocol", "icmpv6"], b"{}"),
        (0, ["trace", "-", *TO_WEB, "--family", "ipv6"], b"{}"),
        (2, ["trace", "-", *TO_WEB, "--protocol", "icmpv6", "--family", "ipv4"], b"{}"),
        (2, ["trace", "-", *TO_WEB, "--protocol", "sctp"], b"{}"),
        (2, ["trace", "-", *TO_WEB, "--port", "70000"], b"{}"),
        (2, ["trace", "-", "--from", "internet", "--port", "1"], b"{}"),
        (2, ["trace", "-", "--from", "nope", "--to", "internet", "--port", "1"], b"{}"),
        (
            0,
            ["trace", "-", *("--from", "nope"), *TO_WEB[2:], "--port", "1", "--allow-empty"],
            b"{}",
        ),
        (2, ["trace", "-", "--from", "internet", "--to", "internet", "--port", "1"], b"{}"),
        (2, ["trace", "-", *TO_WEB, "--port", "1", "--state", "planned"], b"state"),
        (0, ["reach", "-"], b"{}"),
        (1, ["reach", "-", "--exit-code"], b"{}"),
        (0, ["reach", "-", "--state", "current"], b"state"),
        (0, ["reach", "-", "--from", "10.9.0.0/16", "--exit-code"], b"{}"),
        (2, ["reach", "-", "--to", "((a"], b"{}"),
        (0, ["coverage"], None),
        (0, ["coverage", "-", "--format", "json"], b"{}"),
        (2, ["schema", "nope"], None),
        (2, ["schema"], None),
    ],
)
def test_exit_codes(code: int, arguments: list[str], stdin: bytes | None) -> None:
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == code, result.output
    if code == 0 or "--exit-code" in arguments:
        return
    if "--detailed-exitcode" not in arguments:
        assert result.stdout == ""
        assert "error: " in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("given")
def test_the_nearest_names_are_said() -> None:
    result = run("trace", "-", "--from", "i-0abd", "--to", "internet", "--port", "1", stdin=b"{}")
    assert "did you mean i-0abc?" in result.stderr


@pytest.mark.usefixtures("given")
def test_a_state_is_not_compared() -> None:
    result = run("diff", "-", stdin=b"state")
    assert "one snapshot" in result.stderr
    assert "tfreach reach" in result.stderr


@pytest.mark.usefixtures("given")
def test_standard_output_has_only_the_result(plan: str) -> None:
    result = run("diff", plan, "--format", "json")
    assert json.loads(result.stdout)["project"] == "stack"
    assert result.stderr == "note: a note\nwarning: !\n"
    quiet = run("diff", plan, "--quiet", "--project", "mine")
    assert quiet.stdout.startswith("tfreach · mine · 1 resource changes")
    assert quiet.stderr == ""


@pytest.mark.usefixtures("given")
def test_several_formats_from_one_analysis(plan: str, tmp_path: Path) -> None:
    one, two = tmp_path / "out.json", tmp_path / "out.txt"
    result = run("diff", plan, "--format", f"json={one}", "--format", f"text={two}", "--quiet")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(one.read_text())["schema"] == "tfreach/diff/1"
    assert two.read_text() == run("diff", plan, "--quiet").stdout
    mixed = run("reach", plan, "--format", "csv", "-o", str(two), "--format", f"json={one}")
    assert mixed.exit_code == 0
    assert two.read_text().startswith("source,destination,")
    assert not list(tmp_path.glob(".*"))


@pytest.mark.usefixtures("given")
def test_a_failed_run_writes_nothing(plan: str, tmp_path: Path) -> None:
    good, kept = tmp_path / "good.json", tmp_path / "kept.txt"
    kept.write_text("before")
    missing = tmp_path / "no" / "such" / "folder.txt"
    for arguments in (
        ["diff", plan, "--format", f"json={good}", "--format", f"text={missing}"],
        ["reach", plan, "--to", "nope", "-o", str(kept)],
        ["diff", str(tmp_path), "-o", str(kept)],
    ):
        assert run(*arguments).exit_code in (2, 3)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt", "stack"]
        assert kept.read_text() == "before"


@pytest.mark.usefixtures("given")
def test_a_file_keeps_its_permissions_and_a_link_its_target(plan: str, tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("before")
    real.chmod(0o640)
    link.symlink_to(real)
    assert run("diff", plan, "-o", str(link)).exit_code == 0
    assert link.is_symlink()
    assert real.read_text().startswith("tfreach")
    assert real.stat().st_mode & 0o777 == 0o640
    assert run("diff", plan, "-o", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.usefixtures("given")
def test_colour_is_for_terminals(plan: str, tmp_path: Path) -> None:
    assert "\x1b[" not in run("diff", plan).stdout
    assert "\x1b[31mOPENED" in CliRunner().invoke(main, ["diff", plan, "--color", "always"]).stdout
    file = tmp_path / "out.txt"
    run("diff", plan, "--color", "always", "-o", str(file))
    assert "\x1b[" not in file.read_text()


@pytest.mark.usefixtures("given")
def test_a_defect_is_one_sentence(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("boom \x1b[2J")

    monkeypatch.setattr(answers, "compare", crash)
    result = run("diff", plan, "--quiet")
    assert result.exit_code == 3
    assert "this is a defect of tfreach (RuntimeError); --verbose shows where" in result.stderr
    assert "boom" not in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in run("diff", plan, "--verbose").stderr


@pytest.mark.usefixtures("given")
def test_trace_says_what_the_other_snapshot_says(plan: str) -> None:
    arguments = ["trace", plan, *TO_WEB, "--port", "22", "--format", "json"]
    said = json.loads(run(*arguments).stdout)
    assert (said["state"], said["verdict"]) == ("planned", "partial")
    assert said["other"] == {"state": "current", "verdict": "unreachable"}
    said = json.loads(run(*arguments, "--state", "current").stdout)
    assert (said["state"], said["verdict"]) == ("current", "unreachable")


def test_an_endpoint_that_is_moved_is_followed(given: dict[bytes, Analysis], plan: str) -> None:
    before = OPENS.before
    old = before.endpoints["aws_instance.web[0]"]
    moved = replace(old, id="aws_instance.m", address="aws_instance.m", previous_id=old.id)
    rest = {name: end for name, end in before.endpoints.items() if name != old.id}
    after = replace(before, endpoints={**rest, moved.id: moved})
    given[b"{}"] = replace(OPENS, after=after)
    ends = ("--from", "internet", "--port", "443", "--format", "json")
    said = json.loads(run("trace", plan, "--to", moved.id, *ends).stdout)
    assert said["other"] == {"state": "current", "verdict": "reachable"}
    back = run("trace", plan, "--to", old.id, "--state", "current", *ends)
    assert json.loads(back.stdout)["other"] == {"state": "planned", "verdict": "reachable"}


def test_the_version() -> None:
    assert run("--version").stdout == f"tfreach {__version__}\n"


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_printed(name: str) -> None:
    assert json.loads(run("schema", name).stdout)["$id"] == f"urn:tfreach:{name}:1"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["diff", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from tfreach.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert done.stdout


@pytest.mark.parametrize("command", [["diff"], ["diff", "--format", "json"], ["reach", "--format"]])
def test_the_same_bytes_whatever_the_hash_seed(command: list[str]) -> None:
    arguments = [*command, *(["csv"] if command[-1] == "--format" else []), str(PLAN)]
    first, second = (tfreach(*arguments, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout


def test_a_reader_who_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-m", "tfreach", "reach", str(PLAN), "--exit-code"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    ("more", "protocol", "ports"),
    [
        pytest.param([], "any", "all", id="nothing-said-is-everything"),
        pytest.param(["--port", "22"], "tcp", "22", id="a-port-alone-is-tcp"),
        pytest.param(["--protocol", "udp"], "udp", "all", id="a-protocol-alone-is-all-its-ports"),
    ],
)
def test_what_a_trace_is_asked_about(more: list[str], protocol: str, ports: str) -> None:
    result = run("trace", "-", *TO_WEB, *more, "--format", "json", stdin=b"{}")
    flow = json.loads(result.stdout)["flow"]
    assert (flow["protocol"], str(flow.get("ports", flow.get("port")))) == (protocol, ports)
