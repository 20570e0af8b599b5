"""The policies that the package ships: each on plans that break it and plans that keep it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tfreach.engine.verdicts import Options
from tfreach.errors import UsageError
from tfreach.pipeline import Analysis, analyse
from tfreach.plan.modules import Source
from tfreach.policy import ready as shipped
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.ready import NAMES, TOPICS, ready
from tfreach.policy.results import Result
from tfreach.policy.scene import Scene

PLANS = sorted(FIXTURES.glob("*/*/plan.json"))
PUBLIC = "public-private/change"


@cache
def analysis(step: str) -> Analysis:
    folder = FIXTURES / step
    plan = folder / "plan.json"
    return analyse(plan.read_bytes(), str(plan), Source.of_folder(folder))


def judged(name: str, step: str, own: str = "") -> dict[str, list[Result]]:
    """The results of a ready policy, by rule; `own`: a policy beside it."""
    files = ready([f"builtin:{name}"])
    mine = [("own.yaml", f"version: 1\n{own}".encode())] if own else []
    policy = read_policy([*mine, *files], lenient=[name for name, _ in files])
    found = analysis(step)
    scene = Scene(found.before, found.after, found.planned, Options(), date(2026, 11, 30))
    results: dict[str, list[Result]] = {}
    for one in check(policy, scene):
        results.setdefault(one.name, []).append(one)
    return results


def broken(name: str, step: str, own: str = "") -> set[str]:
    """What breaks it: the destinations of its results."""
    found = judged(name, step, own)
    return {one.destination for some in found.values() for one in some if one.fails}


@pytest.mark.parametrize(
    ("name", "step", "breaks"),
    [
        pytest.param("internet-paths", PUBLIC, {"aws_instance.db"}, id="a-database-opened"),
        pytest.param("internet-paths", "peering/change", set(), id="nothing-from-the-internet"),
        pytest.param(
            "internet-paths",
            "alb-to-service/create",
            set(),
            id="through-a-load-balancer-is-as-it-should-be",
        ),
        pytest.param("management-ports", PUBLIC, {"aws_instance.bastion"}, id="ssh"),
        pytest.param("management-ports", "lambda-no-vpc/change", set(), id="no-ssh"),
        pytest.param("private-subnets", PUBLIC, {"aws_instance.db"}, id="no-longer-private"),
        pytest.param(
            "private-subnets", "public-private/create", {"aws_instance.db"}, id="one-way-is-a-way"
        ),
        pytest.param("private-subnets", "module-vpc/create", set(), id="private"),
    ],
)
def test_breaks(name: str, step: str, breaks: set[str]) -> None:
    assert broken(name, step) == breaks


def test_a_database_behind_a_load_balancer_is_reachable_all_the_same() -> None:
    found = judged("databases", PUBLIC)
    assert {one.note for some in found.values() for one in some} == {"nothing here is meant by it"}
    assert broken("databases", PUBLIC, "sets: {databases: 'tag:tier=data'}") == {"aws_instance.db"}
    assert not broken("databases", "rds-subnet-group/create")


def test_what_one_manages_from_is_excepted() -> None:
    assert not broken("management-ports", PUBLIC, "sets: {trusted: 203.0.113.0/24}")
    half = judged("management-ports", PUBLIC, "sets: {trusted: 203.0.113.0/25}")
    (found,) = half["no management ports from the Internet"]
    assert [flow.addresses for flow in found.flows] != [None]


def test_a_set_of_ones_own_has_to_select_something() -> None:
    with pytest.raises(UsageError, match=r"own\.yaml:2: the selector 'subnet:privat' selects"):
        judged("private-subnets", PUBLIC, "sets: {private: 'subnet:privat'}")


def test_environments_are_told_by_their_tags() -> None:
    own = "sets: {production: aws_instance.db, staging: aws_instance.bastion | aws_instance.web}"
    found = judged("environments", PUBLIC, own)
    assert {one.source for one in found["nothing else reaches production"]} == {
        "aws_instance.bastion",
        "aws_instance.web",
    }
    assert {one.note for one in found["staging does not reach development"]} == {
        "nothing here is meant by it"
    }


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_the_baseline_judges_every_fixture(plan: Path) -> None:
    found = judged("baseline", f"{plan.parts[-3]}/{plan.parts[-2]}")
    assert len(found) == 9
    new = found["no new path from the Internet"]
    assert all(one.causes and one.trace for one in new if one.status.value == "fail")


def test_every_file_that_is_shipped_has_a_name() -> None:
    folder = Path(shipped.__file__).parent / "library"
    assert {path.stem for path in folder.glob("*.yaml")} == set(TOPICS)
    first, *_ = ready(["builtin:databases", "builtin:baseline"])
    assert first[0] == "builtin:databases"
    assert len(ready([f"builtin:{name}" for name in NAMES])) == len(TOPICS)
    with pytest.raises(UsageError, match="did you mean 'baseline'"):
        ready(["builtin:basline"])
