"""What a check says, to people and machines: where to look, why, and nothing a terminal obeys."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import FIXTURES
from tests.report import samples
from tfreach.cli.inputs import basis
from tfreach.engine.verdicts import Options
from tfreach.pipeline import analyse
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.ready import ready
from tfreach.policy.results import Status
from tfreach.policy.scene import Scene
from tfreach.report import json_check, text_check
from tfreach.report.check_words import message
from tfreach.report.found import CheckFound, Style
from tfreach.report.schema import schema

PLANS = sorted(FIXTURES.glob("*/change/plan.json"))
PLAIN, LOUD = Style(), Style(color=True, verbose=True)
INTENT = b"version: 1\nchange: {allow: []}"


def lines(found: CheckFound) -> list[str]:
    return text_check.check(found, PLAIN).splitlines()


def test_what_the_plan_brings_about() -> None:
    said = lines(samples.CHECKS[0])
    at = next(at for at, line in enumerate(said) if "no ssh" in line)
    assert said[at : at + 5] == [
        'FAIL    no ssh          internet → aws_instance.web["x.y"]                    tcp/22   '
        "tfreach.yaml:8",
        "        tcp/22 only from 203.0.113.0/24",
        "        the waiver at tfreach.yaml:14 expired after 2026-03-31: before \\x1b[2J",
        "        opened by +  aws_sg_rule.ssh[0]  m.tf:9  permits tcp/22 from 203.0.113.0/24",
        "        path     internet → aws_internet_gateway.igw → aws_network_acl.all"
        ' → aws_security_group.web → aws_instance.web["x.y"]',
    ]
    assert said[-3] == "4 failed, 2 passed, 1 waived, 0 undetermined"


def test_the_worst_comes_first() -> None:
    words = [line.split(" ")[0] for line in lines(samples.CHECKS[0]) if line[:1].strip()]
    kinds = [word for word in words if word in ("FAIL", "waived", "pass")]
    assert kinds == sorted(kinds, key=["FAIL", "waived", "pass"].index)


def test_what_is_closed_names_what_stands_in_the_way() -> None:
    (closed,) = [at for at, line in enumerate(lines(samples.CHECKS[1])) if "closed by" in line]
    assert lines(samples.CHECKS[1])[closed + 1].split()[0] == "by"


def test_what_cannot_be_decided_says_why() -> None:
    said = text_check.check(samples.CHECKS[2], PLAIN)
    assert "\nUNSURE  change " in said
    assert "        not known: aws_vpc_peering_connection.p is not modelled" in said


def test_what_does_not_fail_is_not_loud() -> None:
    mild = tuple(replace(one, severity="warning") for one in samples.CHECKS[2].results)
    said = text_check.check(replace(samples.CHECKS[2], results=mild), PLAIN)
    assert "UNSURE" not in said
    assert "FAIL" not in said
    assert "\nwarn    api is reached" in said
    assert "\nunsure  change" in said
    assert "(4 of them only a warning)" in said


def test_colours_change_nothing_else() -> None:
    loud, plain = (text_check.check(samples.CHECKS[0], style) for style in (LOUD, PLAIN))
    assert "\x1b[31mFAIL\x1b[0m" in loud
    bare = [one for one in loud.splitlines() if "\x1b" in one]
    assert len(bare) == len(samples.CHECKS[0].results)
    assert "\x1b" not in plain


def test_names_of_the_plan_steer_no_terminal() -> None:
    found = samples.EVIL
    scene = Scene(found.before, found.after, {}, Options(), date(2026, 11, 30))
    text = 'version: 1\ndeny: [{name: "a\\x1b", from: "**", to: "**"}]\nchange: {allow: []}'
    results = check(read_policy([("p\x1b.yaml", text.encode())]), scene)
    evil = CheckFound(found.basis, found.before, found.after, results)
    assert any("\x1b" in one.destination for one in results)
    assert all(line.isprintable() for line in lines(evil))
    assert json_check.check(evil).isascii()
    assert all(message(one).isprintable() for one in results)


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.parts[-3])
def test_the_document_of_a_real_plan(plan: Path) -> None:
    found = analyse(plan.read_bytes(), str(plan))
    files = ready(["builtin:baseline"])
    policy = read_policy([*files, ("intent.yaml", INTENT)], [name for name, _ in files])
    scene = Scene(found.before, found.after, found.planned, Options(), date(2026, 11, 30))
    checked = CheckFound(basis(found, "x", ""), found.before, found.after, check(policy, scene))
    document = json.loads(json_check.check(checked))
    jsonschema.Draft202012Validator(json.loads(schema("check"))).validate(document)
    for result, said in zip(checked.results, document["results"], strict=True):
        assert said["fails"] == result.fails
        assert (said["change"] is not None) == bool(result.kind)
        if result.status is Status.FAIL:
            assert said["actual"]["flows"]
            assert said["message"].startswith(f"{said['source']['id']} → ")
    assert sum(document["summary"].values()) == len(checked.results)
    assert all(line == line.rstrip() for line in lines(checked))
