"""Every expression of data/terraform/console.json, against what `terraform console` 1.11 said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.plan.console import UNKNOWN, printed
from tfreach.plan.evaluate import Scope, evaluate
from tfreach.plan.source import expression
from tfreach.plan.templates import SourceError
from tfreach.plan.values import DYNAMIC, STRING, Invalid, Null, Object, Symbol, Value

ROWS = json.loads((Path(__file__).parent / "data" / "terraform" / "console.json").read_text())


class Nothing:
    """A module without files; templates are not rendered."""

    def read(self, path: str) -> bytes | None:
        return None

    def files(self, folder: str) -> list[str] | None:
        return None

    def render(self, text: str, variables: Mapping[str, Value]) -> Value:
        raise NotImplementedError


def resource(name: str) -> Object:
    address = f"terraform_data.{name}"
    return Object(
        {
            "id": Symbol(address, ("id",), STRING, unique=True),
            "input": Null(DYNAMIC),
            "output": Symbol(address, ("output",)),
            "triggers_replace": Null(DYNAMIC),
        }
    )


SCOPE = Scope({"terraform_data": Object({name: resource(name) for name in "xy"})}, Nothing())


def answer(text: str, *, names: bool) -> str:
    """What we say, as console would print it; every refusal is an Error."""
    try:
        return printed(evaluate(expression(text), SCOPE), names=names)
    except (Invalid, SourceError):
        return "Error"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["expression"])
def test_agrees_with_terraform(row: Mapping[str, str]) -> None:
    expected = row.get("ours", "Error" if row["kind"] == "error" else row["printed"])
    assert answer(row["expression"], names="ours" in row) == expected


def test_surer_or_less_sure_only_where_marked() -> None:
    for row in ROWS:
        if "ours" in row:
            assert row["ours"] != row["printed"]
            assert UNKNOWN in (row["printed"] + row["ours"]) or row.get("why")
