"""no-egress, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import group, host, link, network, subnet
from tests.lint.found import at
from tfreach.topology.network import OneOf

ID = "no-egress"


@pytest.mark.parametrize(
    ("rules", "groups", "kind", "fires"),
    [
        pytest.param(["in any from 0.0.0.0/0"], ("app",), "instance", True, id="only-ingress"),
        pytest.param([], ("app",), "lambda_function", True, id="nothing"),
        pytest.param(["out tcp/443 to ::/0"], ("app",), "instance", False, id="some-egress"),
        pytest.param(["out any to 0.0.0.0/0 ?"], ("app",), "instance", False, id="perhaps"),
        pytest.param([], ("app", "more"), "instance", False, id="another-group-has-some"),
        pytest.param([], ("app",), "db_instance", False, id="a-database-asks-nobody"),
        pytest.param([], ("gone",), "instance", False, id="a-group-that-is-not-known"),
    ],
)
def test_cases(rules: list[str], groups: tuple[str, ...], kind: str, fires: bool) -> None:
    app = host("app", "10.0.0.5", "a", groups=tuple(link(one) for one in groups), kind=kind)
    made = network(
        subnet("a", "10.0.0.0/24"), group("app", *rules), group("more", "out udp/53 to ::/0"), app
    )
    assert at(ID, made) == (["app"] if fires else [])


@pytest.mark.parametrize("slot", [link("app", "more"), link("app", "?")])
def test_a_slot_that_is_not_sure(slot: OneOf) -> None:
    app = host("app", "10.0.0.5", "a", groups=(slot,))
    made = network(subnet("a", "10.0.0.0/24"), group("app"), group("more"), app)
    assert at(ID, made) == []
