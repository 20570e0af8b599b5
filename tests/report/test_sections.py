"""A document keeps to a size by leaving out whole sections, the lightest first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import hostile
from tfreach.policy.results import Status
from tfreach.report import markdown_check, markdown_diff
from tfreach.report.markdown import MOST_ROWS, first, rows
from tfreach.report.marks import fingerprint, rule_ids, told_apart
from tfreach.report.sarif_check import marks_of
from tfreach.report.sections import HEAD, Section, document

SECTIONS = [
    Section(("### verdict",), HEAD),
    Section(("| a |", "| --- |"), 90),
    Section((), 90, "nothing"),
    Section(("first " * 20,), 50, "one"),
    Section(("second " * 20,), 50, "two"),
]
WHOLE = len(document(SECTIONS).encode())
CUT = "left out: the whole would be too long"


def test_all_of_it_where_there_is_room() -> None:
    whole = document(SECTIONS)
    assert whole.count("<details>") == whole.count("</details>") == 2
    assert document(SECTIONS, len(whole.encode())) == whole


@pytest.mark.parametrize(
    ("most", "there", "gone"),
    [
        pytest.param(WHOLE - 1, ["first", "| a |"], ["second"], id="the-last-of-equals-goes-first"),
        pytest.param(WHOLE - 200, ["| a |"], ["first", "second"], id="then-the-other"),
        pytest.param(1, ["### verdict"], ["| a |", "first"], id="the-verdict-never"),
    ],
)
def test_the_lightest_goes_first(most: int, there: list[str], gone: list[str]) -> None:
    said = document(SECTIONS, most)
    assert all(text in said for text in there)
    assert not any(text in said for text in gone)
    assert "left out" in said
    assert said.count("<details>") == said.count("</details>")


def test_of_two_that_say_the_same_one_is_left_out_and_counted() -> None:
    twice = [*SECTIONS, SECTIONS[-1]]
    said = document(twice, len(document(twice).encode()) - 1)
    assert said.count("second " * 20) == 1
    assert "_1 section left out" in said


@pytest.mark.parametrize("tenths", [2, 5, 8, 9])
def test_a_real_document_keeps_to_its_size(tenths: int) -> None:
    for sections in (
        markdown_check.sections(hostile.check("x")),
        markdown_diff.sections(hostile.diff("x")),
    ):
        whole = {one.text for one in sections if one.lines}
        most = len(document(sections).encode()) * tenths // 10
        said = document(sections, most)
        assert len(said.encode()) <= most
        assert said.startswith("### ")
        pieces = [text for text in whole if text in said]
        rest = said
        for text in pieces:
            rest = rest.replace(text, "", 1)
        assert CUT in rest
        assert len(rest.strip().splitlines()) == 1


def test_names_of_rules_are_told_apart() -> None:
    ids = rule_ids(["no ssh", "No SSH!", "web", "!!!", "über alles"])
    assert ids["web"] == "web"
    assert ids["über alles"] == "über-alles"
    assert ids["no ssh"].startswith("no-ssh-")
    assert len(set(ids.values())) == len(ids)
    assert all(ids.values())
    assert rule_ids(["no ssh"]) == {"no ssh": "no-ssh"}
    (long,) = rule_ids(["a" * 300]).values()
    assert len(long) < 120


def test_the_worst_keeps_its_mark_when_some_of_it_is_waived() -> None:
    results = hostile.check("x").results
    (fails,) = (one for one in results if one.status is Status.FAIL)
    waived = replace(fails, status=Status.WAIVED)
    assert marks_of([waived, fails], "p")[1] == marks_of([fails], "p")[0]
    assert len(set(marks_of([waived, fails, waived], "p"))) == 3


def test_no_mark_is_there_twice() -> None:
    marks = told_apart([fingerprint("a"), fingerprint("b"), fingerprint("a")])
    assert marks[:2] == [fingerprint("a"), fingerprint("b")]
    assert len(set(marks)) == 3
    assert fingerprint("a", "b") != fingerprint("ab")


def test_a_list_that_is_cut_says_so() -> None:
    lines = [f"- {at}" for at in range(MOST_ROWS + 2)]
    assert first(lines) == [*lines[:MOST_ROWS], "- and 2 more"]
    assert first(lines[:MOST_ROWS]) == lines[:MOST_ROWS]


def test_what_is_too_much_for_the_table_is_folded_and_all_there() -> None:
    cells = [(f"row-{at}",) for at in range(2 * MOST_ROWS + 5)]
    sections = rows(("head",), cells, "paths")
    assert [one.title for one in sections] == ["", "paths 31-60 of 65", "paths 61-65 of 65"]
    said = document(sections)
    assert all(f"| row-{at} |" in said for at in range(len(cells)))
