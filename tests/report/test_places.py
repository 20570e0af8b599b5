"""The line that a finding points at, in the repository."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import hostile
from tfreach.diff.changes import Cause
from tfreach.report.found import Files
from tfreach.report.places import Spot, as_given, of_change, of_result
from tfreach.topology.network import Call, Location

FILES = Files("infra/prod", "infra", "out/plan.json")
HERE = Cause("aws_a.a", ("create",), "permits all", Location("../shared/main.tf", 7))
NOWHERE = replace(HERE, location=None)
GIT = ".terraform/modules/db"
FAR = replace(
    HERE,
    location=Location(f"{GIT}/rules.tf", 9),
    calls=(
        Call("module.db", Location("main.tf", 30)),
        Call("module.db.module.sg", Location(f"{GIT}/main.tf", 4)),
    ),
)


@pytest.mark.parametrize(
    ("causes", "spot"),
    [
        pytest.param([HERE], Spot("infra/shared/main.tf", 7), id="where-it-stands"),
        pytest.param([NOWHERE, HERE], Spot("infra/shared/main.tf", 7), id="the-first-that-does"),
        pytest.param([FAR, HERE], Spot("infra/prod/main.tf", 30), id="the-call-of-a-module"),
        pytest.param(
            [replace(FAR, calls=())],
            Spot(f"infra/prod/{GIT}/rules.tf", 9),
            id="downloaded-by-nobody-knows-whom",
        ),
        pytest.param([NOWHERE], Spot("infra/out/plan.json", 1), id="else-the-plan"),
    ],
)
def test_where_a_change_lies(causes: list[Cause], spot: Spot) -> None:
    assert of_change(causes, FILES) == spot


def test_where_a_result_lies() -> None:
    result = hostile.check("x").results[0]
    assert of_result(replace(result, causes=(FAR,)), FILES) == Spot("infra/prod/main.tf", 30)
    without = replace(result, causes=(NOWHERE,))
    assert of_result(without, FILES) == Spot("infra/x.yaml", result.location.line)
    shipped = Location("builtin:databases", 3)
    assert of_result(replace(without, location=shipped), FILES) == Spot("infra/out/plan.json", 1)
    assert as_given(shipped, FILES) is None
