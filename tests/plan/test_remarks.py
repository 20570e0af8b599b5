"""Remarks in the source: which comments they are, and what they stand at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tfreach.plan import remarks as module
from tfreach.plan.modules import Source
from tfreach.plan.remarks import remarks

SG = 'resource "aws_security_group" "db" {\n  name = "db"\n}\n'
SAID = "tfreach:ignore no ssh until=2027-03-31 it moves"


def found(folder: Path, text: str, **more: str) -> list[tuple[str, str, str, str, int]]:
    (folder / "main.tf").write_text(text)
    for name, other in more.items():
        file = folder / name / "main.tf"
        file.parent.mkdir()
        file.write_text(other)
    return [
        (one.resource, one.rule, one.until, one.reason, one.location.line)
        for one in remarks(Source.of_folder(folder))
    ]


DB = ("aws_security_group.db", "no ssh", "2027-03-31", "it moves")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(f"# {SAID}\n{SG}", 1, id="above"),
        pytest.param(f"// {SAID}\n# and more\n{SG}", 1, id="above-with-more-comments"),
        pytest.param(f"/* {SAID} */\n{SG}", 1, id="above-in-a-block-comment"),
        pytest.param(f"/*\n * {SAID}\n */\n{SG}", 2, id="above-in-a-long-block-comment"),
        pytest.param(SG.replace("{", f"{{ # {SAID}"), 1, id="behind-its-head"),
        pytest.param(SG.replace("name", f"# {SAID}\n  name"), 2, id="within"),
        pytest.param(SG.replace('"db"\n', f'"db" # {SAID}\n'), 2, id="behind-an-attribute"),
        pytest.param(f"{SG.rstrip()} # {SAID}\n", 3, id="behind-its-end"),
        pytest.param(SG.replace("name", f"tags = {{\n # {SAID}\n}}\n  name"), 3, id="deeper"),
        pytest.param(f"# {SAID}\r\n{SG}", 1, id="line-ends"),
        pytest.param(
            SG.replace('"db"\n', f'"}}$${{" # {SAID}\n  b = "${{lower("{{")}}\\""\n'),
            2,
            id="braces-in-texts",
        ),
        pytest.param(
            SG.replace('= "db"', f"= <<-EOT\n  ${{ 1 /* {SAID} */ }} }} $${{ EOT\n  EOT"),
            3,
            id="in-the-code-of-a-heredoc",
        ),
    ],
)
def test_stands_at(text: str, line: int, tmp_path: Path) -> None:
    assert found(tmp_path, text) == [(*DB, line)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'{SG}locals {{\n  a = "# {SAID}"\n}}\n', id="in-a-text"),
        pytest.param(f"{SG}locals {{\n  a = <<-EOT\n  # {SAID}\n  EOT\n}}\n", id="in-a-heredoc"),
        pytest.param(f"# see {SAID}\n{SG}", id="in-prose"),
        pytest.param(f"# {SAID.replace('ignore', 'ignored')}\n{SG}", id="another-word"),
    ],
)
def test_is_none(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"# {SAID}\n\n{SG}", id="with-a-line-between"),
        pytest.param(f"{SG}# {SAID}\n", id="at-the-end"),
        pytest.param(f"{SG}# {SAID}\nlocals {{}}\n", id="at-a-block-of-another-kind"),
        pytest.param(f"# {SAID}\n{SG}}}\n", id="in-a-file-that-is-broken"),
    ],
)
def test_stands_at_nothing(text: str, tmp_path: Path) -> None:
    assert [one[0] for one in found(tmp_path, text)] == [""]


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("'no ssh' until=2027-03-31 reason: it moves", ("no ssh", "2027-03-31", "it moves")),
        ("no-ssh until=2027-03-31 reason=it moves", ("no-ssh", "2027-03-31", "it moves")),
        ("no-ssh until=2027-03-31", ("no-ssh", "2027-03-31", "")),
        ("no-ssh because", ("no-ssh because", "", "")),
        ("", ("", "", "")),
    ],
)
def test_what_it_says(said: str, parts: tuple[str, str, str], tmp_path: Path) -> None:
    (one,) = found(tmp_path, f"# tfreach:ignore {said}\n{SG}")
    assert one[1:4] == parts


def test_modules_have_their_own(tmp_path: Path) -> None:
    call = 'module "net" {\n  source = "./net"\n}\n'
    both = found(tmp_path, f"# {SAID}\n{call}", net=f"# {SAID}\n{SG}")
    assert [one[0] for one in both] == ["module.net", "module.net.aws_security_group.db"]


def test_a_module_that_calls_itself_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MODULES", 20)
    text = f'module "a" {{\n  source = "./"\n}}\n# {SAID}\n{SG}'
    assert len(found(tmp_path, text)) == 20


def test_what_is_downloaded_waives_nothing(tmp_path: Path) -> None:
    kept = tmp_path / ".terraform" / "modules"
    kept.mkdir(parents=True)
    manifest = [{"Key": "net", "Dir": "net"}, {"Key": "net.own", "Dir": "own"}]
    (kept / "modules.json").write_text(json.dumps({"Modules": manifest}))
    call = f'# {SAID}\nmodule "net" {{\n  source = "someone/net/aws"\n}}\n'
    own = f'# {SAID}\nmodule "own" {{\n  source = "./own"\n}}\n'
    both = found(tmp_path, call, net=own + SG, own=f"# {SAID}\n{SG}")
    assert [one[0] for one in both] == ["module.net"]
