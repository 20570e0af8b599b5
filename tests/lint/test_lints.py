"""All lints: the table is whole, what they say of themselves holds, and they stand in the docs."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.lint.found import at
from tests.lint.hcl import planned
from tfreach.lint import lints
from tfreach.lint.model import SEVERITIES, Lint
from tfreach.lint.table import LINTS

PAGE = FIXTURES.parent / "docs" / "lints.md"
IDS = [one.id for one in LINTS]
TESTS = Path(__file__).parent

each = pytest.mark.parametrize("one", LINTS, ids=IDS)


def test_every_file_is_listed_by_its_name() -> None:
    on_disk = {module.name for module in pkgutil.iter_modules(lints.__path__)}
    assert {id_.replace("-", "_") for id_ in IDS} == on_disk
    assert sorted(IDS) == IDS


@each
def test_what_a_lint_says_of_itself(one: Lint) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.id)
    assert one.severity in SEVERITIES
    assert one.summary[0].isupper()
    assert one.summary[-1] not in ".\n"
    assert one.why.endswith(".")
    assert one.fix[-1] not in ".\n"
    assert one.facts
    assert all(re.fullmatch(r"F\d+", fact) for fact in one.facts)


@each
def test_the_wrong_source_of_a_lint_is_found_and_the_right_one_is_not(one: Lint) -> None:
    assert at(one.id, planned(one.wrong).after) != []
    assert at(one.id, planned(one.right).after) == []


@each
def test_it_is_new_where_the_plan_brings_it_about_and_old_where_it_stands(one: Lint) -> None:
    from tfreach.engine.verdicts import Options
    from tfreach.lint.run import lint

    for applied in (False, True):
        analysis = planned(one.wrong, applied=applied)
        sides = analysis.before, analysis.after
        made = lint(*sides, analysis.planned, Options(), (one,)).findings
        assert {finding.new for finding in made} == {not applied}


@each
def test_each_lint_has_a_table_of_cases(one: Lint) -> None:
    assert (TESTS / f"test_{one.id.replace('-', '_')}.py").exists()


def page() -> str:
    """docs/lints.md: the head that is written there, a list, and a section for each lint."""
    head = PAGE.read_text().partition("\n## ")[0].rstrip() if PAGE.exists() else "# Lints"
    return "\n\n".join([head, _index(), *map(_section, LINTS)]) + "\n"


def _index() -> str:
    rows = [f"| [{one.id}](#{one.id}) | {one.severity} | {one.summary} |" for one in LINTS]
    return "\n".join(
        ["## All of them", "", "| lint | severity | what is wrong |", "|---|---|---|", *rows]
    )


def _section(one: Lint) -> str:
    facts = ", ".join(one.facts)
    return "\n\n".join(
        [
            f"## {one.id}",
            f"**{one.severity}** · {one.summary}.",
            f"{one.why} ({facts})",
            f"Fix: {one.fix}.",
            f"Wrong:\n\n```hcl\n{one.wrong}```",
            f"Right:\n\n```hcl\n{one.right}```",
        ]
    )


def test_the_docs_have_every_lint(golden: Callable[[Path, str], None]) -> None:
    golden(PAGE, page())
