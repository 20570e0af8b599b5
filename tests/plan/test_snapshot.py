"""Both sides of a plan: what stays, what goes, what is not known yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tfreach.plan.document import read
from tfreach.plan.raw import UNKNOWN, ModuleStep
from tfreach.plan.snapshot import Change, Snapshots, snapshots

Json = dict[str, Any]
DATA = Path(__file__).parent / "data"


def entry(name: str, **fields: Any) -> Json:
    return {
        **{"address": f"aws_x.{name}", "mode": "managed", "type": "aws_x", "name": name},
        **fields,
    }


def listed(*entries: Json) -> Json:
    return {"root_module": {"resources": list(entries)}}


def known(name: str, value: str = "now", **fields: Any) -> Json:
    return entry(name, values={"v": value}, **fields)


def change(
    name: str, *actions: str, before: str | None = None, after: str | None = None, **fields: Any
) -> Json:
    inner = {
        "actions": list(actions),
        "before": None if before is None else {"v": before},
        "after": None if after is None else {"v": after},
        "after_unknown": fields.pop("after_unknown", {}),
    }
    return entry(name, change=inner, **fields)


def sides(
    prior: list[Json] | None, planned: list[Json], changes: list[Json], **more: Any
) -> Snapshots:
    content = {"planned_values": listed(*planned), "resource_changes": changes, **more}
    if prior is not None:
        content["prior_state"] = {"values": listed(*prior)}
    return snapshots(read(json.dumps(content).encode(), "plan.json"))


def shown(found: Snapshots) -> tuple[dict[str, object], dict[str, object]]:
    before, after = (
        {raw.address.removeprefix("aws_x."): raw.value("v") for raw in side.resources.values()}
        for side in (found.before, found.after)
    )
    return before, after


@pytest.mark.parametrize(
    ("prior", "planned", "changes", "before", "after"),
    [
        pytest.param(
            [], [known("a")], [change("a", "create", after="x")], {}, {"a": "now"}, id="create"
        ),
        pytest.param(
            [], [], [change("a", "create", after="x")], {}, {"a": "x"}, id="only-in-changes"
        ),
        pytest.param([], [known("a")], [], {}, {"a": "now"}, id="only-in-planned-values"),
        pytest.param(
            [known("a", "old")],
            [known("a")],
            [change("a", "update", before="old", after="now")],
            {"a": "old"},
            {"a": "now"},
            id="update",
        ),
        pytest.param(
            [known("a", "old")],
            [known("a")],
            [change("a", "delete", "create", before="old", after="now")],
            {"a": "old"},
            {"a": "now"},
            id="replace",
        ),
        pytest.param(
            [known("a")], [], [change("a", "delete", before="now")], {"a": "now"}, {}, id="delete"
        ),
        pytest.param(
            [known("a")],
            [],
            [change("a", "forget", before="now")],
            {"a": "now"},
            {"a": "now"},
            id="what-is-forgotten-is-still-in-the-cloud",
        ),
        pytest.param(
            [known("a")],
            [known("a")],
            [change("a", "no-op", before="now", after="now")],
            {"a": "now"},
            {"a": "now"},
            id="no-op",
        ),
        pytest.param(
            [known("a"), known("b")],
            [known("a")],
            [change("a", "update", before="now", after="now")],
            {"a": "now", "b": "now"},
            {"a": "now", "b": "now"},
            id="a-target-plan-loses-nothing",
        ),
        pytest.param(
            [known("a")], [], [], {"a": "now"}, {"a": "now"}, id="a-refresh-only-plan-loses-nothing"
        ),
        pytest.param(
            None,
            [known("a")],
            [change("a", "update", before="old", after="now"), change("b", "delete", before="b")],
            {"a": "old", "b": "b"},
            {"a": "now"},
            id="no-prior-state",
        ),
        pytest.param(
            [known("d", mode="data", address="data.aws_x.d")],
            [],
            [],
            {"data.aws_x.d": "now"},
            {"data.aws_x.d": "now"},
            id="a-data-source-is-on-both-sides",
        ),
        pytest.param(
            [known("a"), known("a", "left", deposed_key="k")],
            [known("a")],
            [
                change("a", "no-op", before="now", after="now"),
                change("a", "delete", before="left", deposed="k"),
            ],
            {"a": "now", "a (deposed k)": "left"},
            {"a": "now"},
            id="a-deposed-object-goes",
        ),
        pytest.param(
            [known("a"), known("a", "left", deposed_key="k")],
            [known("a")],
            [],
            {"a": "now", "a (deposed k)": "left"},
            {"a": "now", "a (deposed k)": "left"},
            id="a-deposed-object-stays",
        ),
        pytest.param(
            [known("a", "1"), known("a", "2")], [], [], {"a": "2"}, {"a": "2"}, id="the-last-counts"
        ),
    ],
)
def test_sides(
    prior: list[Json] | None, planned: list[Json], changes: list[Json], before: Json, after: Json
) -> None:
    assert shown(sides(prior, planned, changes)) == (before, after)


def test_unknown_comes_from_the_change_and_values_from_planned_values() -> None:
    changes = [change("a", "create", after="x", after_unknown={"id": True})]
    raw = sides([], [known("a")], changes).after.resources["aws_x.a"]
    assert (raw.text("id"), raw.text("v")) == (UNKNOWN, "now")
    assert raw.actions == ("create",)


def test_the_old_values_of_a_data_source_are_not_rebuilt() -> None:
    data = {"mode": "data", "address": "data.aws_x.a"}
    assert sides(None, [], [change("a", "read", before="x", **data)]).before.resources == {}


def test_a_data_source_that_is_read_later_is_unknown() -> None:
    data = {"mode": "data", "address": "data.aws_x.a"}
    found = sides(
        [known("a", "old", **data)],
        [known("a", **data)],
        [change("a", "read", after_unknown={"id": True}, **data)],
    )
    assert found.before.resources["data.aws_x.a"].text("id") is None
    assert found.after.resources["data.aws_x.a"].text("id") is UNKNOWN


@pytest.mark.parametrize(
    ("prior", "renames"),
    [
        pytest.param([known("old")], {"aws_x.old": "aws_x.new"}, id="still-at-the-old-address"),
        pytest.param([known("new")], {}, id="already-moved"),
        pytest.param(None, {"aws_x.old": "aws_x.new"}, id="no-prior-state"),
    ],
)
def test_a_moved_resource_is_one_resource(prior: list[Json] | None, renames: Json) -> None:
    moved = change("new", "no-op", before="now", after="now", previous_address="aws_x.old")
    found = sides(prior, [known("new")], [moved])
    assert found.renames == renames
    assert list(found.after.resources) == ["aws_x.new"]
    assert found.after.resources["aws_x.new"].previous_address == "aws_x.old"
    assert len(found.before.resources) == 1


def test_two_resources_that_swap_addresses_both_stay() -> None:
    changes = [
        change("a", "no-op", before="1", after="1", previous_address="aws_x.b"),
        change("b", "no-op", before="2", after="2", previous_address="aws_x.a"),
    ]
    found = sides([known("a", "1"), known("b", "2")], [known("a", "1"), known("b", "2")], changes)
    assert shown(found) == ({"a": "1", "b": "2"},) * 2
    assert found.renames == {}


def test_changes_say_what_the_plan_says() -> None:
    gone = change("a", "delete", before="x", action_reason="delete_because_no_resource_config")
    found = sides([known("a")], [], [gone])
    assert found.changes == {
        "aws_x.a": Change("aws_x.a", ("delete",), "delete_because_no_resource_config")
    }


def test_a_module_is_taken_apart_on_both_sides() -> None:
    item = known("a", address='module.m["x.y"].aws_x.a[0]', index=0)
    module = {"child_modules": [{"address": 'module.m["x.y"]', "resources": [item]}]}
    changed = change("a", "update", after="now", module_address='module.m["x.y"]', index=0)
    changed["address"] = item["address"]
    content = {
        "prior_state": {"values": {"root_module": module}},
        "resource_changes": [changed],
    }
    found = snapshots(read(json.dumps(content).encode(), "plan.json"))
    for side in (found.before, found.after):
        raw = side.resources['module.m["x.y"].aws_x.a[0]']
        assert raw.module == (ModuleStep("m", "x.y"),)
        assert raw.index == 0


def test_a_state_has_one_side() -> None:
    content = {"format_version": "1.0", "values": listed(known("a"))}
    found = snapshots(read(json.dumps(content).encode(), "state.json"))
    assert found.before is found.after
    assert list(found.after.resources) == ["aws_x.a"]
    assert found.changes == {}


def test_a_raw_state_gives_the_addresses_that_terraform_prints() -> None:
    part = {"mode": "managed", "type": "aws_x", "name": "a"}
    provider = 'module.a.provider["registry.terraform.io/hashicorp/aws"].west'
    content = {
        **{"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "l"},
        "resources": [
            {**part, "provider": "provider.aws", "instances": [{"attributes": {"v": "1"}}]},
            {
                **part,
                "module": 'module.a["b"].module.c[0]',
                "provider": provider,
                "instances": [
                    {"index_key": 'k"', "attributes": {"v": "2"}},
                    {"index_key": 'k"', "attributes": {"v": "3"}, "deposed": "0badcafe"},
                    {"index_key": "flat", "attributes_flat": {"v": "4"}},
                ],
            },
            {**part, "mode": "data", "instances": [{"attributes": {"v": "5"}}]},
        ],
    }
    found = snapshots(read(json.dumps(content).encode(), "terraform.tfstate"))
    inner = 'module.a["b"].module.c[0].aws_x.a'
    assert {raw.address: raw.text("v") for raw in found.after.resources.values()} == {
        "aws_x.a": "1",
        f'{inner}["k\\""]': "2",
        f'{inner}["k\\""] (deposed 0badcafe)': "3",
        f'{inner}["flat"]': None,
        "data.aws_x.a": "5",
    }
    assert found.after.resources["aws_x.a"].provider == "aws"
    deep = found.after.resources[f'{inner}["k\\""]']
    assert deep.provider == "registry.terraform.io/hashicorp/aws"
    assert deep.module == (ModuleStep("a", "b"), ModuleStep("c", 0))


@pytest.mark.parametrize(
    ("file", "before", "after", "changes"),
    [
        ("checkov-for-each.json", 2, 7, 5),
        ("checkov-replace-1.1.json", 0, 1, 1),
        ("infracost-target-drift.json", 2, 2, 1),
        ("infracost-wrapper-noise.txt", 0, 2, 2),
    ],
)
def test_a_real_plan(file: str, before: int, after: int, changes: int) -> None:
    found = snapshots(read((DATA / file).read_bytes(), file))
    sizes = (len(found.before.resources), len(found.after.resources), len(found.changes))
    assert sizes == (before, after, changes)
