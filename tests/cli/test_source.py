"""--config-dir, --config and binary plan files, from the command line."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import FIXTURES
from tfreach.cli import main

STEP = FIXTURES / "modules-count-foreach" / "create"
PLAN = str(STEP / "plan.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def packed(folder: Path) -> bytes:
    """The root module of a folder, as a binary plan file has it inside."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("tfplan", b"")
        archive.writestr("tfconfig/modules.json", json.dumps([{"Key": "", "Dir": "."}]))
        archive.writestr("tfconfig/m-/main.tf", (folder / "main.tf").read_text())
    return content.getvalue()


def references(*arguments: str, plan: str = PLAN) -> dict[str, int]:
    result = run("reach", plan, "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, int] = json.loads(result.stdout)["references"]
    return found


def test_the_source_settles_every_link() -> None:
    bare, exact = references(), references("--config-dir", str(STEP))
    assert bare["evaluated"] == 0
    assert bare["one_of"] > 0
    assert exact["evaluated"] + exact["known"] == sum(bare.values()) == sum(exact.values())


def test_the_source_inside_a_plan_file_does_too(tmp_path: Path) -> None:
    step, file = FIXTURES / "public-private" / "create", tmp_path / "tfplan"
    file.write_bytes(packed(step))
    plan = str(step / "plan.json")
    found = references("--config", str(file), plan=plan)
    assert found["evaluated"] > 0
    assert found == references("--config-dir", str(step), plan=plan)


def test_causes_name_the_line_of_what_changes() -> None:
    """The block that is created, and the one attribute of the block that is updated."""
    step = FIXTURES / "public-private" / "change"
    arguments = ["--config-dir", str(step), "--format", "json"]
    result = run("diff", str(step / "plan.json"), *arguments)
    causes = [
        cause for change in json.loads(result.stdout)["changes"] for cause in change["causes"]
    ]
    lines = (step / "main.tf").read_text().splitlines()
    rule = "aws_vpc_security_group_ingress_rule"
    assert {cause["address"]: lines[cause["location"]["line"] - 1].strip() for cause in causes} == {
        "aws_route_table.private": "gateway_id = aws_internet_gateway.main.id",
        f"{rule}.db_open": f'resource "{rule}" "db_open" {{',
    }


def test_causes_in_a_module_name_its_calls() -> None:
    step = FIXTURES / "module-security-groups" / "change"
    plan = str(step / "plan.json")
    result = run("diff", plan, "--config-dir", str(step), "--format", "json")
    causes = {
        cause["address"]: cause
        for change in json.loads(result.stdout)["changes"]
        for cause in change["causes"]
    }
    cause = causes["module.ssh.aws_security_group_rule.ingress_rules[0]"]
    (call,) = cause["calls"]
    main = (step / "main.tf").read_text().splitlines()
    assert call["module"] == "module.ssh"
    assert main[call["location"]["line"] - 1].strip() == "ingress_cidr_blocks = local.office"
    text = run("diff", plan, "--config-dir", str(step)).stdout
    inner = f"{cause['location']['file']}:{cause['location']['line']}"
    assert f"main.tf:{call['location']['line']} → {inner}" in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["--config-dir", "nowhere"], 2, "no such folder", id="no-folder"),
        pytest.param(["--config", PLAN], 2, "no binary plan file", id="not-a-plan-file"),
        pytest.param(["--config", "nowhere"], 3, "cannot be read", id="no-file"),
        pytest.param(["--config-dir", ".", "--config", PLAN], 2, "exclude each other", id="both"),
    ],
)
def test_a_source_that_is_none(arguments: list[str], code: int, said: str) -> None:
    result = run("reach", PLAN, *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_folder_without_source_is_a_warning() -> None:
    result = run("reach", PLAN, "--config-dir", str(Path(__file__).parent))
    assert result.exit_code == 0
    assert "warning" in result.stdout


def test_a_binary_plan_without_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    file = tmp_path / "tfplan"
    file.write_bytes(packed(STEP))
    result = run("reach", str(file))
    assert result.exit_code == 3
    assert "no terraform or tofu" in result.stderr
    assert "terraform show -json" in result.stderr


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100], ids=["cut", "zeros"])
def test_a_damaged_plan_file(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "tfplan"
    file.write_bytes(data)
    for arguments in (["reach", str(file)], ["reach", PLAN, "--config", str(file)]):
        result = run(*arguments)
        assert result.exit_code == 3, result.output
        assert "defect" not in result.stderr


@pytest.mark.terraform
def test_a_real_plan_file_is_read_with_its_source_inside(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "terraform_data" "a" {\n  input = local.x\n}\nlocals {\n  x = "y"\n}\n'
    )
    for command in (["init"], ["plan", "-out=tfplan"]):
        subprocess.run(["terraform", *command, "-no-color"], cwd=tmp_path, check=True)
    result = run("coverage", str(tmp_path / "tfplan"), "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["source"] == {
        "compared": 1,
        "unevaluated": [],
        "disagreements": [],
    }
