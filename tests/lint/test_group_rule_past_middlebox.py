"""group-rule-past-middlebox, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import Part, group, host, network, subnet
from tests.lint.found import at

ID = "group-rule-past-middlebox"
IN, OUT = "in tcp/5432 from group:app", "out tcp/5432 to group:app"
BOX = host("box", "10.0.9.5", "c")


def placed(rule: str, to_db: list[str], to_app: list[str], *more: Part) -> list[str]:
    """`app` in subnet a and `db`, whose group has the rule, in b, with the routes between them."""
    parts = (
        subnet("a", "10.0.0.0/24", *to_db),
        subnet("b", "10.0.1.0/24", *to_app),
        subnet("c", "10.0.9.0/24"),
        group("db", rule),
        group("app"),
        host("app", "10.0.0.5", "a"),
        host("db", "10.0.1.5", "b"),
        BOX,
    )
    return at(ID, network(*parts, *more))


@pytest.mark.parametrize(
    ("rule", "to_db", "to_app", "fires"),
    [
        pytest.param(IN, ["10.0.1.0/24 eni-box"], [], True, id="all-goes-by-it"),
        pytest.param(IN, [], ["10.0.0.0/24 eni-box"], False, id="only-replies-do"),
        pytest.param(OUT, [], ["10.0.0.0/24 eni-box"], True, id="of-an-egress-rule"),
        pytest.param(OUT, ["10.0.1.0/24 eni-box"], [], False, id="only-its-replies-do"),
        pytest.param(IN, ["10.0.1.0/25 eni-box"], [], False, id="half-of-the-subnet"),
        pytest.param(IN, ["10.0.1.0/24 eni-box ?"], [], False, id="perhaps"),
        pytest.param(IN, ["10.0.1.0/24 eni-box local"], [], False, id="or-straight"),
        pytest.param(IN, ["10.0.1.0/24 fw-a"], [], True, id="a-firewall-endpoint"),
        pytest.param(IN, [], [], False, id="straight"),
    ],
)
def test_cases(rule: str, to_db: list[str], to_app: list[str], fires: bool) -> None:
    assert placed(rule, to_db, to_app) == ([f"rule {rule}"] if fires else [])


def test_somebody_else_who_comes_straight() -> None:
    near = host("app", "10.0.1.9", "b")
    route = ["10.0.1.0/24 eni-box"]
    assert placed(IN, route, [], group("x"), near) == []
