"""Every fixture: what is found has a cause, and without that cause alone it is not found so.

The plan is built again without the resource change that is named (tfreach/replay.py), and what was
found is judged again by itself. Drift and time are no changes of a plan: `diff` compares what the
refreshed state says with what is planned, so that what changed outside of Terraform is on both
sides; a waiver that has expired lets through what was so before. A result of either kind has no
cause, and says so ("was so before this plan", "the waiver expired").
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tfreach.diff.changes import Change, Comparison, Undone
from tfreach.diff.compare import compare
from tfreach.diff.parts import merged
from tfreach.diff.undone import Replays, Undo
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import FlowSet, Options
from tfreach.pipeline import Analysis, analyse
from tfreach.plan.modules import Source
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.ready import ready
from tfreach.policy.results import Result, Status
from tfreach.policy.scene import Scene
from tfreach.space.headers import Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Network

STEPS = sorted(path.parent for path in FIXTURES.glob("*/*/plan.json"))
CHANGES = [step for step in STEPS if step.name == "change"]
FILES = ready(["builtin:baseline"])
BASELINE = read_policy(FILES, lenient=[name for name, _ in FILES])

Flows = tuple[FlowSet, ...]
Services = dict[Family, IntervalSet]


@cache
def analysis(step: Path) -> Analysis:
    plan = step / "plan.json"
    return analyse(plan.read_bytes(), plan.name, Source.of_folder(step))


def undo_of(step: Path) -> Undo:
    undo = analysis(step).undo
    assert undo is not None
    return undo


@cache
def without(step: Path, addresses: frozenset[str]) -> Network:
    return undo_of(step).without(addresses)


@cache
def compared(step: Path) -> Comparison:
    found = analysis(step)
    replays = Replays(undo_of(step), Options())
    return compare(found.before, found.after, found.planned, Options(), replays=replays)


def names(step: Path) -> str:
    return f"{step.parent.name}-{step.name}"


def services(change: Change) -> Services:
    found = dict.fromkeys(Family, EMPTY)
    for flow in (*change.before, *change.after):
        found[flow.family] |= flow.services
    return found


def of(change: Change, network: Network) -> Flows:
    """What a network says of the services of a change, as a change says it: without reasons."""
    pair = change.source, change.destination
    if not {*pair, *change.via} <= network.endpoints.keys():
        return ()
    found = survey(network, Options(), [pair])
    flows = found.through.get((*pair, change.via), ()) if change.via else found.pairs.get(pair, ())
    wanted = services(change)
    return merged(
        FlowSet(cut, one.verdict, one.addresses, one.client_ports, one.subnets, family=one.family)
        for one in flows
        if (cut := one.services & wanted[one.family])
    )


def by(change: Change, *undone: Undone) -> frozenset[str]:
    return frozenset(one.address for one in change.causes if one.undone in undone)


@pytest.mark.parametrize("step", STEPS, ids=names)
def test_nothing_is_found_without_a_cause(step: Path) -> None:
    assert [change for change in compared(step).changes if not change.causes] == []


@pytest.mark.parametrize("step", CHANGES, ids=names)
def test_without_its_cause_a_change_is_another(step: Path) -> None:
    for change in compared(step).changes:
        for cause in change.causes:
            left = of(change, without(step, frozenset((cause.address,))))
            match cause.undone:
                case Undone.VANISHES:
                    assert left == change.before, (change, cause)
                case Undone.CHANGES:
                    assert left not in (change.before, change.after), (change, cause)
                case _:
                    assert cause.undone is Undone.NOTHING, (change, cause)
                    assert left != change.before, (change, cause)


@pytest.mark.parametrize("step", CHANGES, ids=names)
def test_without_all_of_its_causes_nothing_is_left_of_a_change(step: Path) -> None:
    for change in compared(step).changes:
        causes = frozenset(cause.address for cause in change.causes)
        assert of(change, without(step, causes)) == change.before, change


ANYTHING = b"version: 1\nchange: {allow: []}\n"
POLICIES = {
    "baseline": BASELINE,
    "no-change": read_policy([("tfreach.yaml", ANYTHING)], lenient=["tfreach.yaml"]),
}


@cache
def results(step: Path, policy: str, undone: frozenset[str] = frozenset()) -> tuple[Result, ...]:
    """What a check of the plan says, or of the plan without some of its changes."""
    found = analysis(step)
    scene = Scene(
        found.before,
        without(step, undone) if undone else found.after,
        found.planned,
        Options(),
        date(2026, 11, 30),
        lenient=True,
        replays=None if undone else Replays(undo_of(step), Options()),
    )
    return check(POLICIES[policy], scene)


def broken(found: Iterable[Result]) -> list[Result]:
    """What fails by what the plan does."""
    return [one for one in found if one.status is Status.FAIL and one.kind]


def like(result: Result, found: Iterable[Result]) -> list[Flows]:
    """What is found of the same rule, between the same ends."""
    same = [one for one in broken(found) if (one.name, one.way) == (result.name, result.way)]
    return [one.flows for one in same if one.kind is result.kind]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("step", CHANGES, ids=names)
def test_a_result_of_a_check_has_a_cause_without_which_it_is_another(
    step: Path, policy: str
) -> None:
    for result in broken(results(step, policy)):
        assert result.causes, result
        for cause in result.causes:
            if cause.undone is not Undone.NOTHING:
                left = like(result, results(step, policy, frozenset((cause.address,))))
                assert result.flows not in left, (result, cause)
