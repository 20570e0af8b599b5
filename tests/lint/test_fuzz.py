"""Real plans with values taken away or put in the place of others: an answer, or one sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import FIXTURES
from tfreach.cli import main

STEPS = ("acl-eats-replies", "lambda-public-subnet", "peering", "transit-gateway", "dual-stack")
VALUES: tuple[Any, ...] = (None, "", "x", -1, 70000, True, [], {}, [None], "10.0.0.0/99", "::/0")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with a key or index of it, below the resources."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(members):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


def mutated(text: str, seed: int) -> str:
    document = json.loads(text)
    chance = random.Random(seed)
    parts = [document[name] for name in ("planned_values", "prior_state", "resource_changes")
             if name in document]  # fmt: skip
    found = [place for part in parts for place in places(part)]
    for container, key in chance.sample(found, 6):
        if isinstance(container, dict) and chance.random() < 0.4:
            container.pop(key, None)
        elif isinstance(container, dict) or key < len(container):
            container[key] = chance.choice(VALUES)
    return json.dumps(document)


@pytest.mark.parametrize("name", STEPS)
def test_no_plan_ends_in_a_crash(name: str, tmp_path: Path) -> None:
    text = (FIXTURES / name / "change" / "plan.json").read_text()
    for seed in range(12):
        plan = tmp_path / "plan.json"
        plan.write_text(mutated(text, seed))
        result = CliRunner().invoke(main, ["lint", str(plan), "--format", "json", "--verbose"])
        assert result.exit_code in (0, 3), (seed, result.output)
        assert "Traceback" not in result.output, seed
