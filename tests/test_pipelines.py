"""The files of docs/pipelines: as their platforms want them, and every command in them runs."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from tests.conftest import FIXTURES
from tfreach.cli import main
from tfreach.cli.outputs import places

ROOT: Final = FIXTURES.parent
FOLDER: Final = ROOT / "docs" / "pipelines"
PAGES: Final = sorted(FOLDER.glob("*.md"))
FILES: Final = sorted(set(FOLDER.iterdir()) - set(PAGES))
HOOKS: Final = ROOT / ".pre-commit-hooks.yaml"
SCHEMAS: Final = {
    "github-actions.yml": ["vendor.github-workflows"],
    "hcp-terraform.yml": ["vendor.github-workflows"],
    "gitlab-ci.yml": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}
"""Those that check-jsonschema brings along; of the others there is none on PyPI."""
STANDS_FOR: Final = {
    "$SHOWFILE": "plan.json",
    "$REPO_REL_DIR": "infra/prod",
    "$GITHUB_STEP_SUMMARY": "summary.md",
    "/etc/atlantis/tfreach.yaml": "../../tfreach.yaml",
}
COMMAND: Final = re.compile(r"^(?:- run: )?(tfreach [a-z]+ .*)$", re.MULTILINE)


def strings(found: object) -> Iterator[str]:
    """Every text in a document of YAML."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from strings(one)
    elif isinstance(found, list):
        for one in found:
            yield from strings(one)


def commands(file: Path) -> list[str]:
    """Every command line of tfreach in a file, or in the blocks of code of a page."""
    text = file.read_text()
    if file.suffix in (".yml", ".yaml"):
        texts = list(strings(yaml.safe_load(text)))
    elif file.suffix == ".md":
        texts = re.findall(r"^```\w+\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    else:
        texts = [text]
    lines = [re.sub(r"\\\n\s*", "", one).replace("\n  ", "\n") for one in texts]
    said = [re.sub(r"^\s+", "", one, flags=re.MULTILINE) for one in lines]
    return [found.strip() for one in said for found in COMMAND.findall(one)]


def hooked(file: Path) -> list[str]:
    """The same of what pre-commit runs: entry and arguments."""
    entries = {one["id"]: one["entry"] for one in yaml.safe_load(HOOKS.read_text())}
    repositories = yaml.safe_load(file.read_text())["repos"]
    (ours,) = (one["hooks"] for one in repositories if one["repo"].endswith("/tfreach"))
    assert {one["id"] for one in ours} == set(entries)
    return [shlex.join([*entries[one["id"]].split(), *one["args"]]) for one in ours]


RUN: Final = [
    pytest.param(command, id=f"{file.name}-{at}")
    for file in (*FILES, *PAGES)
    for at, command in enumerate(
        hooked(file) if file.name == "pre-commit-config.yaml" else commands(file)
    )
]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the files take to be there, with a plan that breaks the policy."""
    step = FIXTURES / "public-private" / "change"
    prod = tmp_path / "infra" / "prod"
    prod.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ("main.tf", "plan.json"):
        shutil.copy(step / name, prod / name)
    shutil.copy(step / "plan.json", tmp_path / "plan.json")
    shutil.copy(FIXTURES / "public-private" / "gate.yaml", tmp_path / "tfreach.yaml")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


@pytest.mark.parametrize("command", RUN)
def test_every_command_runs(
    command: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in STANDS_FOR.items():
        command = command.replace(name, value)
    assert "$" not in command
    words = shlex.split(command.split(" >>", maxsplit=1)[0])
    inside = "--config-dir . " in command
    monkeypatch.chdir(repository / "infra" / "prod" if inside else repository)
    before = set(repository.rglob("*"))
    result = CliRunner().invoke(main, words[1:])
    gate = "--exit-code" in words or (words[1] == "check" and "--exit-zero" not in words)
    assert result.exit_code == (1 if gate else 0), result.output
    files = [word.split("=", 1)[1] for word in words if re.fullmatch(r"[a-z]+=\S+", word)]
    assert {path.name for path in set(repository.rglob("*")) - before} == set(files)
    assert result.stdout or files


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_file_is_as_its_platform_wants_it(name: str) -> None:
    builtin, *more = SCHEMAS[name]
    arguments = ["--builtin-schema", builtin, *more, str(FOLDER / name)]
    result = CliRunner().invoke(check_jsonschema, arguments)
    assert result.exit_code == 0, result.output


def test_a_schema_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text((FOLDER / "github-actions.yml").read_text().replace("runs-on", "run-on"))
    arguments = ["--builtin-schema", "vendor.github-workflows", str(wrong)]
    assert CliRunner().invoke(check_jsonschema, arguments).exit_code == 1


@pytest.mark.parametrize("file", [*FILES, HOOKS], ids=lambda file: file.name)
def test_every_file_can_be_read(file: Path) -> None:
    text = file.read_text()
    if file.suffix in (".yml", ".yaml"):
        assert yaml.safe_load(text)
    if file.name == "Jenkinsfile":
        bare = re.sub(r"'''.*?'''|'[^'\n]*'|//[^\n]*", "", text, flags=re.DOTALL)
        assert bare.count("{") == bare.count("}") > 0
        assert bare.count("(") == bare.count(")")


def test_every_page_shows_its_files_and_the_list_shows_all() -> None:
    pages = {page.name: set(re.findall(r"\]\(([\w.-]+)\)", page.read_text())) for page in PAGES}
    names = {file.name for file in FILES}
    assert pages["README.md"] == names | (set(pages) - {"README.md"})
    shown = [name for page, links in pages.items() if page != "README.md" for name in links & names]
    assert sorted(shown) == sorted(names)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_the_commands_of_other_pages_are_understood(page: Path) -> None:
    for text in commands(page):
        _, name, *words = shlex.split(text, comments=True)
        command = main.commands[name]
        with command.make_context(name, words) as context:
            formats, out = context.params.get("formats"), context.params.get("out")
            assert places(name, formats, out) if formats is not None else not out


def test_every_file_has_a_command() -> None:
    with_commands = {str(one.id).rpartition("-")[0] for one in RUN}
    assert {file.name for file in FILES} - with_commands == {"spacelift.Dockerfile"}
