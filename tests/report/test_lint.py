"""What `lint` prints: lints as groups, waivers, what could not be judged; and the same as JSON."""

from __future__ import annotations

import json
import re

from tests.policy.examples import network
from tests.report import samples
from tfreach.lint.table import LINTS
from tfreach.report.found import LintFound, Style
from tfreach.report.json_lint import lint as as_json
from tfreach.report.text_lint import MOST, lint, listed


def lines(found: LintFound, *, color: bool = False, verbose: bool = False) -> list[str]:
    return lint(found, Style(color, verbose)).splitlines()


def test_a_lint_is_a_group_of_findings() -> None:
    said = lines(samples.LINTS[0])
    at = next(at for at, line in enumerate(said) if "acl-entry-shadowed" in line)
    assert said[at].startswith("warning acl-entry-shadowed  A network ACL entry never decides")
    assert said[at + 1].strip() == "aws_acl_rule.b"
    assert said[at + 2].strip().startswith("entry 2 never decides an ingress packet of aws_netw")
    assert said[at + 5].strip().startswith("fix: give the entry a lower number")


def test_what_is_new_waived_expired_and_undecided_is_said() -> None:
    said = lines(samples.LINTS[1])
    assert [line.strip() for line in said if "aws_acl_rule.c" in line] == ["new  aws_acl_rule.c"]
    waiver = r"until\x1b[2J then"
    assert f"          the waiver at main.tf:7 expired after 2026-03-31: {waiver}" in said
    assert f"waived  acl-entry-shadowed  aws_acl_rule.b  until 2027-03-31: {waiver}" in said
    assert "1 thing could not be judged (--verbose)." in said
    assert "unsure  acl-entry-shadowed  aws_acl_rule.d  its number is not known" in lines(
        samples.LINTS[1], verbose=True
    )


def test_many_findings_of_one_lint_are_cut_short() -> None:
    names = [f"aws_acl_rule.r[{at}]" for at in range(MOST + 3)]
    found = samples.lint(network(), samples.with_entries(network(), *names))
    assert "        and 2 more (--verbose)" in lines(found)
    assert "aws_acl_rule.r[12]" in lint(found, Style(verbose=True))


def test_names_and_reasons_steer_no_terminal() -> None:
    for found in samples.LINTS:
        assert "\x1b" not in lint(found, Style(verbose=True))


def test_colours_change_nothing_else() -> None:
    for found in samples.LINTS:
        painted = lint(found, Style(color=True))
        assert re.sub(r"\x1b\[\d+m", "", painted) == lint(found, Style())


def test_the_document_counts_what_is_not_waived() -> None:
    said = json.loads(as_json(samples.LINTS[1]))
    assert said["summary"] == {
        "error": 0, "warning": 1, "info": 0, "new": 1, "waived": 1, "undecided": 1,
    }  # fmt: skip
    assert [one["address"] for one in said["findings"]] == ["aws_acl_rule.b", "aws_acl_rule.c"]
    assert [one["id"] for one in said["lints"]] == ["acl-entry-shadowed"]
    assert said["ran"] == ["acl-entry-shadowed"]


def test_every_lint_is_one_line() -> None:
    said = listed(LINTS).splitlines()
    assert len(said) == len(LINTS)
    assert all(line.startswith(one.id) for line, one in zip(said, LINTS, strict=True))
