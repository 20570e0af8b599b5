"""What holds for every format of a pipeline: names stay names, the same plan is the same bytes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from tests.report import hostile, samples
from tfreach.diff.changes import Kind
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options as Judging
from tfreach.policy.results import Status
from tfreach.report import (
    atlantis,
    github,
    gitlab,
    junit,
    markdown_check,
    markdown_diff,
    markdown_lint,
    sarif_check,
    sarif_diff,
    sarif_lint,
)
from tfreach.report.found import CheckFound, DiffFound, Style
from tfreach.report.words import clean

SCHEMA: Final = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
PLAIN: Final = Style()
JUDGING: Final = Judging()
TAGS: Final = {
    *("h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary"),
    *("ol", "ul", "li", "strong", "br", "sub", "blockquote"),
}
EVIL: Final = [pytest.param(text, id=name) for name, text in hostile.NAMES.items()]


class Page(HTMLParser):
    """What a browser makes of a page: its tags, the cells of each row, its text without code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[object] = []
        self.rows: list[list[int]] = []
        self.prose: list[str] = []
        self.code: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "table":
            self.rows.append([])
        if tag == "tr":
            self.rows[-1].append(0)
        if tag in ("td", "th"):
            self.rows[-1][-1] += 1
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.code if "code" in self.open else self.prose).append(data)


def page(markdown: str) -> Page:
    return Page(github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))


def printable(text: str) -> bool:
    return all(line.isprintable() for line in text.removesuffix("\n").split("\n"))


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize(
    "render",
    [
        lambda name: markdown_check.check(hostile.check(name), PLAIN),
        lambda name: markdown_diff.diff(hostile.diff(name), PLAIN),
        lambda name: markdown_lint.lint(hostile.lint(name), PLAIN),
    ],
    ids=["check", "diff", "lint"],
)
def test_markdown_shows_names_and_obeys_none(render: Callable[[str], str], name: str) -> None:
    text = render(name)
    assert printable(text)
    assert "```" not in text
    seen = page(text)
    assert not seen.open
    assert set(seen.tags) <= TAGS
    assert not seen.attributes
    assert len(seen.rows) == text.count("\n| --- |")
    assert all(len(set(rows)) == 1 and len(rows) > 1 for rows in seen.rows)
    said = "".join(seen.prose)
    assert not re.search(r"[@#!$%&~^][\w\"]|https?://|www\.", said)
    assert text.splitlines()[0].startswith("### ")
    assert not re.search(r"^(/|#[^#])", text, re.MULTILINE)


def sarif_of(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(
        document
    )
    Sarif.model_validate_json(text)
    return document


@pytest.mark.parametrize("name", EVIL)
def test_sarif_shows_names_and_obeys_none(name: str) -> None:
    for text in (
        sarif_check.check(hostile.check(name)),
        sarif_diff.diff(hostile.diff(name)),
        sarif_lint.lint(hostile.lint(name)),
    ):
        assert text.isascii()
        run = sarif_of(text)["runs"][0]
        for message in every_message(run):
            assert message.isprintable()
            assert not re.search(r"\]\(|\{\d+\}", message)


def every_message(found: object) -> list[str]:
    """Every text of a message, wherever it stands."""
    if isinstance(found, list):
        return [text for one in found for text in every_message(one)]
    if not isinstance(found, dict):
        return []
    own = [found["message"]["text"]] if "message" in found else []
    return own + [text for one in found.values() for text in every_message(one)]


COUNTS: Final = {"name", "tests", "failures", "errors"}
JUNIT: Final = {
    "testsuites": COUNTS,
    "testsuite": {*COUNTS, "skipped"},
    "testcase": {"name", "classname"},
    "failure": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
"""What junit-10.xsd, the schema of Jenkins' xUnit plugin, allows, as far as it is used."""


@pytest.mark.parametrize("name", EVIL)
def test_junit_shows_names_and_obeys_none(name: str) -> None:
    text = junit.check(hostile.check(name))
    assert printable(text)
    (suite,) = JUnitXml.fromstring(text.encode())
    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (4, 2, 1, 0)
    for element in ElementTree.fromstring(text.encode()).iter():
        assert set(element.attrib) <= JUNIT[element.tag]
        assert all(value.isprintable() for value in element.attrib.values())


RUNNER: Final = re.compile(r"::(?P<command>\w+) (?P<properties>[^:]*)::(?P<data>.*)")
"""How the runner of GitHub Actions reads a line that begins with `::` (ActionCommand.cs)."""


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner sees in the output of a step."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if line.lstrip().startswith("::"):
            read = RUNNER.fullmatch(line)
            assert read is not None
            pairs = [pair.split("=", 1) for pair in read["properties"].split(",")]
            decoded = {key: decode(value) for key, value in pairs}
            found.append((read["command"], decoded, decode(read["data"])))
        else:
            assert "##[" not in line
    return found


def decode(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
        text = text.replace(code, character)
    return text.replace("%25", "%")


@pytest.mark.parametrize("name", EVIL)
def test_github_gets_its_own_commands_only(name: str) -> None:
    text = github.check(hostile.check(name))
    assert printable(text)
    found = commands(text)
    assert [one for one, _, _ in found] == ["warning", "error", "error", "notice"]
    assert all(set(properties) <= {"file", "line", "title"} for _, properties, _ in found)
    assert all(line.isprintable() for _, _, data in found for line in data.split("\n"))
    for one in hostile.check(name).results:
        if one.status is not Status.PASS:
            title = f"tfreach: {clean(one.name)}"
            (data,) = (text for _, said, text in found if said["title"] == title)
            assert clean(one.destination) in data


def test_alike_results_are_one_mark_that_names_them_all() -> None:
    found = samples.CHECKS[0]
    (fails,) = (one for one in found.results if one.name == "no ssh" and one.fails)
    other = replace(fails, destination="aws_instance.web[0]")
    ((command, _, text),) = commands(github.check(replace(found, results=(fails, other))))
    assert command == "error"
    assert "the same of all internet → aws_instance.web[*] (2)" in text


@pytest.mark.parametrize("name", EVIL)
def test_gitlab_gets_what_it_documents(name: str) -> None:
    text = gitlab.check(hostile.check(name))
    assert text.isascii()
    issues = json.loads(text)
    assert len(issues) == 4
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch(r"[0-9a-f]{32}", issue["fingerprint"])
        assert issue["description"].isprintable()
        assert issue["check_name"].isprintable()
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert issues[-1]["description"].startswith("beware of ")


@pytest.mark.parametrize("name", EVIL)
def test_atlantis_finds_a_failure_where_one_is(name: str) -> None:
    failing, kept = (atlantis.check(hostile.check(name, kept=kept)) for kept in (False, True))
    assert "fail" in failing.lower()
    assert "fail" not in kept.lower()
    for text in (failing, kept):
        assert "`" not in text
        assert printable(text.replace(atlantis.JOINER, ""))
        signs = {line[0] for line in text.splitlines() if line and line[0] in "+-!"}
        assert signs == ({"-", "+"} if text is failing else {"!", "+"})


FORMATS: Final[dict[str, Callable[[CheckFound], str]]] = {
    "markdown": lambda found: markdown_check.check(found, PLAIN),
    "sarif": sarif_check.check,
    "junit": junit.check,
    "github": github.check,
    "atlantis": atlantis.check,
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_the_answer_rests_on_is_seen(name: str) -> None:
    found = hostile.check("x")
    said = FORMATS[name](found)
    assert "beware of x" in said
    if name != "github":  # its job summary has the rest
        assert "assum" in said
        assert "aws_lb" in said
    kept = {status: sum(one.status is status for one in found.results) for status in Status}
    assert set(kept.values()) == {1}
    for one in found.results:
        assert (one.name in said) == (one.status is not Status.PASS or name != "github")


@pytest.mark.parametrize("name", [*FORMATS, "gitlab"])
def test_fingerprints_and_order_are_of_what_is_found(name: str) -> None:
    found = hostile.check("x")
    render = FORMATS.get(name, gitlab.check)
    assert render(found) == render(hostile.check.__wrapped__("x"))
    longer = replace(found.basis, assumptions=(*found.basis.assumptions, "another holds"))
    other = replace(found, basis=longer)
    assert prints(render(other)) == prints(render(found))


def prints(text: str) -> list[str]:
    return re.findall(r"\b[0-9a-f]{32}\b", text)


def test_a_diff_says_what_it_cannot_decide() -> None:
    found: DiffFound = hostile.diff("x")
    said = markdown_diff.diff(found, PLAIN)
    assert "❓ Not decided:" in said
    assert "x is not in this plan" in said
    results = sarif_of(sarif_diff.diff(found))["runs"][0]["results"]
    unsure = [one for one in results if one["ruleId"] == "path-undetermined"]
    assert [one["level"] for one in unsure] == ["warning", "warning"]
    assert all("x is not in this plan" in one["message"]["text"] for one in unsure)


def test_a_lint_says_what_it_cannot_judge_and_what_is_waived() -> None:
    found = hostile.lint("x")
    said = markdown_lint.lint(found, PLAIN)
    assert said.startswith("### 🟡 tfreach · app x: 0 errors, 1 warning, 0 infos: 1 new, 1 waived")
    assert "🟡&nbsp;**new** warning" in said
    assert "1 thing could not be judged" in said
    assert "the waiver expired after 2026-03-31: x" in said
    run = sarif_of(sarif_lint.lint(found))["runs"][0]
    assert [len(one["suppressions"]) for one in run["results"]] == [1, 0]
    notes = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(
        "not judged: acl-entry-shadowed: aws_acl_rule.d: x is unknown" in one for one in notes
    )
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("acl-entry-shadowed", "AclEntryShadowed")
    assert rule["help"]["markdown"].count("```") == 4
    assert "\\" not in rule["fullDescription"]["text"]


@pytest.mark.parametrize("found", [*samples.DIFFS[:4], hostile.diff("x")])
def test_many_pairs_together_count_as_each_of_them(found: DiffFound) -> None:
    together = compare(found.before, found.after, {}, JUDGING, most=0)
    assert together.many
    assert not together.changes
    many = replace(found, comparison=together)
    first = markdown_diff.diff(many, PLAIN).splitlines()[0]
    assert first == markdown_diff.diff(found, PLAIN).splitlines()[0]
    document = sarif_of(sarif_diff.diff(many))
    results = document["runs"][0]["results"]
    there = [one for one in together.many if one.kind or one.differs]
    assert len(results) == len(there)
    assert len({one["partialFingerprints"]["tfreach/v1"] for one in results}) == len(results)
    seen = page(markdown_diff.diff(many, PLAIN))
    assert sum(len(rows) - 1 for rows in seen.rows) == len(there)
    if any("internet" in one.sources.names and one.kind is Kind.OPENED for one in there):
        assert "\n| 🔴&nbsp;opened | `internet" in markdown_diff.diff(many, PLAIN)
