"""Every folder of fixtures/: the plan against the state after its apply, and against its facts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from click.testing import CliRunner

from tests.conftest import FIXTURES
from tfreach import pipeline
from tfreach.cli import main
from tfreach.diff.compare import compare
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import FlowSet, Options, Pair, Verdict
from tfreach.plan.modules import Source
from tfreach.plan.references import How
from tfreach.space.headers import ALL_SERVICES, Family
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Network

STEPS = sorted(path.parent for path in FIXTURES.glob("*/*/plan.json"))
APPLIED = [step for step in STEPS if (step / "state.json").exists()]
"""All but those that the mock AWS cannot apply (fixtures/build.py, PLAN_ONLY)."""
CHANGES = [step for step in STEPS if step.name == "change"]


Pairs = Mapping[Pair, Sequence[FlowSet]]


def analysis(path: Path, *, source: bool = True) -> pipeline.Analysis:
    """A plan with the source that lies beside it, as `--config-dir` reads it; or without."""
    given = Source.of_folder(path.parent) if source and path.name == "plan.json" else None
    return pipeline.analyse(path.read_bytes(), path.name, given, check_all=True)


def rows(network: Network) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    """All pairs as they print: without the reasons, which name what is not known yet."""
    return {pair: [_row(item) for item in flows] for pair, flows in survey(network).pairs.items()}


def _row(item: FlowSet) -> tuple[object, ...]:
    limits = (item.addresses, item.client_ports, item.subnets)
    return (item.family, item.services, item.verdict, *limits)


@pytest.mark.parametrize("step", APPLIED, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_all_pairs_planned_equal_all_pairs_applied(step: Path) -> None:
    planned = rows(analysis(step / "plan.json").after)
    applied = rows(analysis(step / "state.json").after)
    assert planned == applied


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_every_link_of_a_plan_is_exact(step: Path) -> None:
    """But of a firewall's endpoint: only its firewall is known, by what the route refers to."""
    found = analysis(step / "plan.json")
    exact = (How.KNOWN, How.EVALUATED)
    inexact = [link for link in found.links if link.how not in exact]
    assert [link for link in inexact if link.attribute != "vpc_endpoint_id"] == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_the_plan_says_what_its_source_says(step: Path) -> None:
    """The self-check: all that the plan knows and the source sets is evaluated, and is the same."""
    found = analysis(step / "plan.json").source
    assert found is not None
    assert (found.disagreements, found.unevaluated) == ((), ())
    assert found.compared > 0


def contradict(exact: Pairs, bare: Pairs, pair: Pair) -> bool:
    """Whether `bare` is sure of something that `exact` is not; what neither lists, none reaches."""
    return any(
        _contradict(
            [one for one in exact.get(pair, ()) if one.family is family],
            [one for one in bare.get(pair, ()) if one.family is family],
        )
        for family in Family
    )


def _contradict(listed: Sequence[FlowSet], sure: Sequence[FlowSet]) -> bool:
    if unreachable(sure) & (ALL_SERVICES - unreachable(listed)):
        return True
    decided = [item for item in sure if item.verdict is not Verdict.UNDETERMINED]
    return any(
        item.services & unreachable(listed)
        or any(_meet(item, other) and item.verdict is not other.verdict for other in listed)
        for item in decided
    )


def unreachable(items: Sequence[FlowSet]) -> IntervalSet:
    found = ALL_SERVICES
    for item in items:
        found -= item.services
    return found


def _meet(one: FlowSet, other: FlowSet) -> bool:
    if one.addresses is not None and other.addresses is not None:
        return bool(one.services & other.services and one.addresses & other.addresses)
    return bool(one.services & other.services)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.parent.name}-{step.name}")
def test_without_the_source_no_verdict_is_another(step: Path) -> None:
    """It may only be less sure: undetermined where the source decides."""
    exact = survey(analysis(step / "plan.json").after).pairs
    bare = survey(analysis(step / "plan.json", source=False).after).pairs
    assert [pair for pair in exact.keys() | bare.keys() if contradict(exact, bare, pair)] == []


LEFT_OPEN = ("existing-network", "gateway-load-balancer", "network-firewall")


@pytest.mark.parametrize(
    "step",
    [step for step in STEPS if step.parent.name not in LEFT_OPEN],
    ids=lambda step: f"{step.parent.name}-{step.name}",
)
def test_every_verdict_of_a_fixture_is_decided(step: Path) -> None:
    """So that the comparison above is of verdicts and not of shrugs. (`existing-network` lives in a
    VPC that is not managed there, so its ACLs and routes are not known; whether the firewall of
    `network-firewall` drops replies to what no rule of it passes is not either; what the endpoint
    of `gateway-load-balancer` hands on to another VPC is not modelled.)"""
    pairs = survey(analysis(step / "plan.json").after).pairs
    undecided = [
        (pair, item.reasons)
        for pair, flows in pairs.items()
        for item in flows
        if item.verdict is Verdict.UNDETERMINED
    ]
    assert undecided == []


@pytest.mark.parametrize("step", CHANGES, ids=lambda step: step.parent.name)
def test_the_current_side_of_a_change_equals_the_state_it_starts_from(step: Path) -> None:
    """A plan's prior state is written with the moves already done."""
    change = analysis(step / "plan.json")
    moved = {plan.previous_address: plan.address for plan in change.planned.values()}
    state = rows(analysis(step.parent / "create" / "state.json").after)
    assert rows(change.before) == {
        (moved.get(source, source), moved.get(destination, destination)): flows
        for (source, destination), flows in state.items()
    }


RAW = sorted(FIXTURES.glob("*/*/terraform.tfstate"))


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: f"{raw.parent.parent.name}-{raw.parent.name}")
def test_a_raw_state_says_what_terraform_shows_of_it(raw: Path) -> None:
    assert rows(analysis(raw).after) == rows(analysis(raw.parent / "state.json").after)


@pytest.mark.parametrize("step", CHANGES, ids=lambda step: step.parent.name)
def test_applying_a_plan_twice_changes_nothing(step: Path) -> None:
    state = analysis(step / "state.json").after
    again = analysis(step / "state.json").after
    found = compare(state, again, {}, Options())
    assert (found.changes, found.added, found.removed) == ((), (), ())


def expectations() -> list[ParameterSet]:
    return list(_expectations())


def _expectations() -> Iterator[ParameterSet]:
    for table in sorted(FIXTURES.glob("*/expected.tsv")):
        with table.open(newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                name = "{step}-{state}: {from}->{to} {protocol}/{port} {verdict} ({facts})"
                yield pytest.param(
                    table.parent, row, id=f"{table.parent.name}-{name.format(**row)}"
                )


@pytest.mark.parametrize(("scenario", "row"), expectations())
def test_verdicts_that_follow_from_the_facts(scenario: Path, row: dict[str, str]) -> None:
    if row.get("via"):
        assert verdict_through(scenario, row) == row["verdict"], row["note"]
        return
    arguments = ["trace", str(scenario / row["step"] / "plan.json"), "--format", "json"]
    arguments += ["--config-dir", str(scenario / row["step"])]
    arguments += ["--from", row["from"], "--to", row["to"], "--state", row["state"]]
    arguments += ["--protocol", row["protocol"], "--port", row["port"]]
    arguments += ["--family", row["family"]] if row.get("family") else []
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["verdict"] == row["verdict"], row["note"]


def verdict_through(scenario: Path, row: dict[str, str]) -> str:
    """What `reach` says of one tcp port, through load balancers."""
    arguments = ["reach", str(scenario / row["step"] / "plan.json"), "--format", "json"]
    arguments += ["--config-dir", str(scenario / row["step"]), "--state", row["state"]]
    result = CliRunner().invoke(main, [*arguments, "--from", row["from"], "--to", row["to"]])
    assert result.exit_code == 0, result.output
    pairs = json.loads(result.stdout)["pairs"]
    via = row["via"].split()
    flows = [flow for pair in pairs if pair.get("via") == via for flow in pair["flows"]]
    said = [flow["verdict"] for flow in flows if row["port"] in flow["ports"].split(",")]
    return said[0] if said else "unreachable"
