"""Causes that were proven by undoing them: what a policy makes of those that stand together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.diff.scenes import BASE, DB, SG_WEB, WEB
from tests.diff.test_undone import RULE, Plan, rule, with_rule
from tfreach.diff.undone import Replays
from tfreach.engine.verdicts import Options
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.results import Result
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.waivers import Remark
from tfreach.topology.network import Location

TODAY = date(2026, 11, 30)
A, B, C = (f"{RULE}.{name}" for name in "abc")
TWICE = Plan(
    BASE,
    {A: with_rule(SG_WEB, rule("a", 443)), B: with_rule(SG_WEB, rule("b", 443))},
)
RULES = [
    f"deny: [{{name: change, from: internet, to: {WEB}, ports: 443}}]",
    f"deny: [{{name: change, from: internet, to: {WEB}, ports: 443, new: true}}]",
    f"deny: [{{name: change, from: 203.0.113.0/24, to: {WEB}, ports: 443}}]",
    "change: {allow: []}",
]


def judged(text: str, plan: Plan, *remarks: Remark) -> Result:
    policy = read_policy([("tfreach.yaml", f"version: 1\n{text}".encode())])
    after = plan.only(frozenset(plan.edits))
    replays = Replays(plan, Options())
    scene = Scene(plan.before, after, plan.planned, Options(), TODAY, replays=replays)
    (found,) = (one for one in check(policy, scene, remarks) if one.source != DB)
    return found


def remark(address: str, days: int = 0) -> Remark:
    ends = TODAY + timedelta(days)
    return Remark(address, Waiver("change", Flows(None, None), "r", ends, Location("m.tf", 9)))


@pytest.mark.parametrize("text", RULES, ids=["deny", "new", "of-a-block", "change"])
def test_both_of_two_changes_that_each_would_do_are_named(text: str) -> None:
    causes = judged(text, TWICE).causes
    assert [(one.address, one.undone and one.undone.value) for one in causes] == [
        (A, "nothing"),
        (B, "nothing"),
    ]


@pytest.mark.parametrize("text", RULES, ids=["deny", "new", "of-a-block", "change"])
@pytest.mark.parametrize(
    ("remarks", "status"),
    [
        pytest.param([remark(A)], "fail", id="the-other-would-do"),
        pytest.param([remark(B)], "fail", id="so-would-this"),
        pytest.param([remark(A), remark(B)], "waived", id="both"),
        pytest.param([remark(A), remark(B, -1)], "fail", id="one-has-expired"),
        pytest.param([remark(A), remark(C)], "fail", id="elsewhere"),
    ],
)
def test_all_of_them_have_to_be_waived(text: str, remarks: list[Remark], status: str) -> None:
    assert judged(text, TWICE, *remarks).status.value == status


def test_an_expired_waiver_is_said() -> None:
    found = judged(RULES[0], TWICE, remark(A), remark(B, -1))
    assert [one.expires for one in found.expired] == [TODAY - timedelta(1)]
