"""A plan built again without some of its changes, held against the same plan written so."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tfreach import pipeline
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import Reachability
from tfreach.pipeline import Analysis, analyse
from tfreach.plan.modules import Source
from tfreach.replay import Replay

Json = dict[str, Any]

PLANS = sorted(FIXTURES.glob("*/change/plan.json"))


def read(plan: Json, source: Path | None = None) -> Analysis:
    given = Source.of_folder(source) if source else None
    return analyse(json.dumps(plan).encode(), "plan.json", given)


def replay_of(found: Analysis) -> Replay:
    assert isinstance(found.undo, Replay)
    return found.undo


def planned(module: Json) -> Iterator[tuple[Json, int]]:
    """Every list of resources, and the place of each in it."""
    listed = module.get("resources", [])
    yield from ((module, at) for at in range(len(listed)))
    for child in module.get("child_modules", ()):
        yield from planned(child)


def undone(plan: Json, addresses: frozenset[str]) -> Json:
    """The plan as Terraform would write it, were these resources as they were in its source."""
    plan = copy.deepcopy(plan)
    root = plan["planned_values"]["root_module"]
    gone = []
    for entry in list(plan["resource_changes"]):
        if entry["address"] not in addresses:
            continue
        change, before = entry["change"], entry["change"]["before"]
        places = [
            (module, at)
            for module, at in planned(root)
            if module["resources"][at]["address"] == entry["address"]
        ]
        if before is None:
            plan["resource_changes"].remove(entry)
            gone += places
            continue
        change.update(actions=["no-op"], after=before, after_unknown={})
        for module, at in places:
            module["resources"][at]["values"] = before
        if not places:
            names = ("address", "mode", "type", "name", "index", "provider_name")
            listed = {key: entry[key] for key in names if key in entry} | {"values": before}
            module = {"resources": [listed]}
            if "module_address" in entry:
                module["address"] = entry["module_address"]
                root.setdefault("child_modules", []).append(module)
            else:
                root.setdefault("resources", []).append(listed)
    for module, at in sorted(gone, key=lambda place: -place[1]):
        del module["resources"][at]
    return plan


def replaced(plan: Json, addresses: frozenset[str]) -> set[str]:
    """The identifiers of what is replaced all the same."""
    return {
        entry["change"]["before"]["id"]
        for entry in plan["resource_changes"]
        if len(entry["change"]["actions"]) == 2 and entry["address"] not in addresses
    }


def names_any(plan: Json, addresses: frozenset[str], identifiers: set[str]) -> bool:
    """Whether these resources named any of them before."""
    return any(
        identifier in json.dumps(entry["change"]["before"])
        for entry in plan["resource_changes"]
        if entry["address"] in addresses
        for identifier in identifiers
    )


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parts[-3])
def test_a_plan_without_one_change_is_built_as_if_it_were_written_so(path: Path) -> None:
    """But for what names something by an identifier that it loses: the replay follows it."""
    plan = json.loads(path.read_text())
    found = read(plan)
    replay = replay_of(found)
    for change in found.planned.values():
        addresses = replay.whole(frozenset((change.address,)))
        if change.changes and not names_any(plan, addresses, replaced(plan, addresses)):
            written = read(undone(plan, addresses)).after
            assert replay.without(frozenset((change.address,))) == written, change


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parts[-3])
@pytest.mark.parametrize("given", [True, False], ids=["with-source", "without"])
def test_without_any_change_a_plan_is_as_it_was(path: Path, given: bool) -> None:
    found = read(json.loads(path.read_text()), path.parent if given else None)
    nothing = replay_of(found).only(frozenset())
    assert nothing == found.before or survey(nothing) == renamed(survey(found.before), found)


def renamed(found: Reachability, of: Analysis) -> Reachability:
    """In the names that moved blocks give."""
    moved = {one.previous_address: one.address for one in of.planned.values()}
    pairs = {
        (moved.get(source, source), moved.get(to, to)): flows
        for (source, to), flows in found.pairs.items()
    }
    return Reachability(pairs, found.through)


def test_what_stays_as_it_was_names_what_is_replaced_all_the_same() -> None:
    """Its subnet has another identifier after the plan, and is the same subnet."""
    path = FIXTURES / "replace-in-place" / "change"
    for source in (None, path):
        found = read(json.loads((path / "plan.json").read_text()), source)
        network = replay_of(found).without(frozenset(("aws_instance.worker",)))
        (face,) = network.endpoints["aws_instance.worker"].interfaces
        assert [site.subnet for site in face.sites] == ["aws_subnet.worker"]
        assert network.subnets["aws_subnet.worker"].table.ids == ("aws_route_table.worker",)


WHOLE = [
    pytest.param("peering", "aws_route.data_to_ops",
        {"aws_route.data_to_ops", "aws_vpc_peering_connection.ops_data"},
        id="a-route-that-is-not-deleted-has-its-peering"),
    pytest.param("peering", "aws_vpc_peering_connection.ops_data",
        {"aws_vpc_peering_connection.ops_data"}, id="a-peering-needs-no-route"),
    pytest.param("appliance-inspection", "aws_route_table.edge",
        {"aws_route_table.edge", "aws_route_table_association.edge"},
        id="what-names-a-table-that-is-not-created-is-not-either"),
    pytest.param("appliance-inspection", "aws_route_table_association.edge",
        {"aws_route_table_association.edge"}, id="a-table-needs-no-association"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "address", "expected"), WHOLE)
def test_what_cannot_be_without_the_other_goes_and_comes_with_it(
    name: str, address: str, expected: set[str]
) -> None:
    path = FIXTURES / name / "change"
    for source in (None, path):
        found = read(json.loads((path / "plan.json").read_text()), source)
        assert replay_of(found).whole(frozenset((address,))) == expected


def test_a_large_plan_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_REPLAYED", 1)
    assert read(json.loads(PLANS[0].read_text())).undo is None
