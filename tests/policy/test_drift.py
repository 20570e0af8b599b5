"""Plans that change nothing after something was changed outside of Terraform; what a rule says."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.policy.mutations import Json, resources, state_of
from tfreach import pipeline
from tfreach.engine.verdicts import Options
from tfreach.pipeline import Analysis, analyse
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.results import Result
from tfreach.policy.scene import Scene

BASTION, DB = "aws_security_group.bastion", "aws_security_group.db"


def named(state: Json, address: str) -> Json:
    found = (one for _, one in resources(state["values"]["root_module"]))
    return next(one for one in found if one["address"] == address)


def drifted(address: str, left: Callable[[Json], object], name: str = "public-private") -> Json:
    """A plan that changes nothing, of a state of which `left` tells how Terraform left it."""
    state = state_of(name)
    one = named(state, address)
    before = copy.deepcopy(one["values"])
    left(before)
    entry = {key: value for key, value in one.items() if key != "values"}
    change = {"actions": ["update"], "before": before, "after": one["values"], "after_unknown": {}}
    return plan_of(state, entry | {"change": change})


def plan_of(state: Json, entry: Json) -> Json:
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "prior_state": state,
        "planned_values": state["values"],
        "resource_changes": [],
        "resource_drift": [entry],
    }


def closed(values: Json) -> None:
    values["ingress"] = []


def renamed(values: Json) -> None:
    values["tags"] = {"Name": "other"}


def read(plan: Json) -> Analysis:
    return analyse(json.dumps(plan).encode(), "plan.json")


def judged(plan: Json, destination: str) -> list[Result]:
    text = f"version: 1\ndeny: [{{name: r, from: internet, to: {destination}}}]"
    found = read(plan)
    scene = Scene(
        found.before,
        found.after,
        found.planned,
        Options(),
        date(2026, 11, 30),
        drift=found.drift,
    )
    return list(check(read_policy([("tfreach.yaml", text.encode())]), scene))


@pytest.mark.parametrize(
    ("address", "left", "destination", "note"),
    [
        pytest.param(BASTION, closed, "aws_instance.bastion",
            f"changed outside of Terraform: {BASTION}", id="a-rule-that-somebody-added"),
        pytest.param(BASTION, renamed, "aws_instance.bastion", "", id="another-tag"),
        pytest.param(DB, closed, "aws_instance.db", "", id="an-echo-of-another-resource"),
        pytest.param(DB, closed, "aws_instance.bastion", "", id="elsewhere"),
    ],
)  # fmt: skip
def test_what_broke_a_rule_outside_of_terraform_is_said(
    address: str, left: Callable[[Json], object], destination: str, note: str
) -> None:
    results = judged(drifted(address, left), destination)
    assert results
    for one in results:
        assert (one.status.value, one.causes, one.note) == ("fail", (), note)


def test_what_was_deleted_outside_of_terraform_is_said() -> None:
    """A deny of a network ACL, before the rule that lets ssh in."""
    state = state_of("public-private")
    vpc = named(state, "aws_vpc.main")["values"]
    values: dict[str, Any] = {
        **{"network_acl_id": vpc["default_network_acl_id"], "rule_number": 1, "egress": False},
        **{"protocol": "-1", "rule_action": "deny", "cidr_block": "0.0.0.0/0", "id": "nacl-1"},
        **{"from_port": 0, "to_port": 0},
    }
    address = "aws_network_acl_rule.deny"
    entry = {"address": address, "mode": "managed", "type": "aws_network_acl_rule", "name": "deny"}
    change = {"actions": ["delete"], "before": values, "after": None, "after_unknown": {}}
    results = judged(plan_of(state, entry | {"change": change}), "aws_instance.bastion")
    assert {one.note for one in results} == {f"changed outside of Terraform: {address}"}


def test_without_drift_nothing_is_kept() -> None:
    plan = drifted(BASTION, closed) | {"resource_drift": []}
    assert read(plan).drift is None
    assert {one.note for one in judged(plan, "aws_instance.bastion")} == {""}


def test_of_a_large_plan_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_REPLAYED", 1)
    assert read(drifted(BASTION, closed)).drift is None
