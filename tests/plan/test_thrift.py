"""What stands in a plan several times is in memory once, and nothing else differs from json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfreach.plan.thrift import raw_decode

PLANS = sorted(Path(__file__).parents[2].glob("fixtures/*/change/plan.json"))

scalars = st.none() | st.booleans() | st.integers() | st.text()
values = st.dictionaries(st.text(max_size=3), scalars, max_size=3)
anything: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)
)


def resource(values: object, address: str = "aws_vpc.a") -> dict[str, Any]:
    return {"address": address, "values": values}


def change(before: object, after: object, address: str = "aws_vpc.a") -> dict[str, Any]:
    return {"address": address, "change": {"before": before, "after": after}}


def read(plan: object) -> Any:
    text = json.dumps(plan)
    found, end = raw_decode(text, 0)
    assert end == len(text)
    assert found == plan
    return found


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.parent.parent.name)
def test_a_plan_reads_as_json_reads_it(plan: Path) -> None:
    text = plan.read_text()
    assert raw_decode(text, 0) == json.JSONDecoder().raw_decode(text, 0)


def test_equal_values_of_a_resource_are_one_object() -> None:
    one = {"cidr_block": "10.0.0.0/16"}
    inner = {"address": "module.m", "resources": [resource(one, "module.m.aws_vpc.b")]}
    planned = {"root_module": {"resources": [resource(one)], "child_modules": [inner]}}
    plan = read(
        {
            "planned_values": planned,
            "resource_changes": [change(one, one), change(one, one, "module.m.aws_vpc.b")],
            "prior_state": {"values": planned},
        }
    )
    root, child = plan["resource_changes"]
    modules = plan["planned_values"]["root_module"], plan["prior_state"]["values"]["root_module"]
    held = [root["change"]["before"], root["change"]["after"]]
    held += [module["resources"][0]["values"] for module in modules]
    assert len({id(values) for values in held}) == 1
    held = [child["change"]["before"], child["change"]["after"]]
    held += [module["child_modules"][0]["resources"][0]["values"] for module in modules]
    assert len({id(values) for values in held}) == 1


def test_values_that_differ_stay_apart() -> None:
    old, new = {"cidr_block": "10.0.0.0/16"}, {"cidr_block": "10.1.0.0/16"}
    plan = read(
        {
            "planned_values": {"root_module": {"resources": [resource(new)]}},
            "resource_changes": [change(old, new)],
            "prior_state": {"values": {"root_module": {"resources": [resource(old)]}}},
        }
    )
    made = plan["resource_changes"][0]["change"]
    assert made["after"] is plan["planned_values"]["root_module"]["resources"][0]["values"]
    assert made["before"] is not made["after"]


@settings(max_examples=50)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "planned_values": anything,
            "resource_changes": anything | st.lists(st.builds(change, values, values)),
            "prior_state": anything,
            "else": anything,
        },
    )
)
def test_whatever_stands_in_a_member_reads_as_json_reads_it(plan: dict[str, Any]) -> None:
    read(plan)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1',
        '{"a": 1]',
        '{"a" 1}',
        '{"a": }',
        '{"a": 1,}',
        '{"resource_changes": [{]}',
        "{,}",
        "[1, 2",
    ],
)
def test_what_is_broken_is_broken_at_the_same_place(text: str) -> None:
    errors = []
    for decode in (raw_decode, json.JSONDecoder().raw_decode):
        with pytest.raises(json.JSONDecodeError) as caught:
            decode(text, 0)
        errors.append(str(caught.value))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("text", ["{}", "{ }", '{"\\u0061": 1}', '{"a b": 1}', "[1]", '"x"'])
def test_other_json_is_read_too(text: str) -> None:
    assert raw_decode(text, 0) == json.JSONDecoder().raw_decode(text, 0)
