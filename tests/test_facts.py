"""docs/model.md against the tests: every AWS fact has a row, and the tests it names are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs" / "model.md").read_text().partition("## The facts, one by one")[2]
ROWS = re.findall(r"^\| (F\d+) \| ([^|]+) \| ([^|]+) \|$", TABLE, re.MULTILINE)
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}
EXCUSES = ("undetermined: ", "not judged")


def test_every_fact_has_a_row() -> None:
    assert [fact for fact, _, _ in ROWS] == [f"F{number}" for number in range(1, 106)]


@pytest.mark.parametrize(("fact", "proof"), [(fact, proof) for fact, _, proof in ROWS])
def test_a_fact_is_proven_or_excused(fact: str, proof: str) -> None:
    named = re.findall(r"`(test_\w+)`", proof)
    assert named or proof.startswith(EXCUSES), fact
    assert [name for name in named if name not in TESTS] == []
