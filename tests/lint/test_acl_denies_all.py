"""acl-denies-all, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import acl, host, link, network, subnet
from tests.lint.found import at, found
from tfreach.topology.network import OneOf

ID = "acl-denies-all"
IN, OUT = "in 100 permit any from 0.0.0.0/0", "out 100 permit any to 0.0.0.0/0"
HOST = host("app", "10.0.0.5", "a")


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        pytest.param([], "lets nothing in or out", id="empty"),
        pytest.param([IN], "lets nothing out", id="replies-are-forgotten"),
        pytest.param([OUT], "lets nothing in", id="one-way-out"),
        pytest.param([IN, OUT], "", id="both-directions"),
        pytest.param(["in 1 deny any from 0.0.0.0/0", OUT], "lets nothing in", id="denies"),
        pytest.param([f"{IN} ?", f"{OUT} ?"], "", id="perhaps-something"),
        pytest.param(
            ["in 100 permit any from ::/0", "out 100 permit any to ::/0"], "", id="of-ipv6-only"
        ),
    ],
)
def test_cases(rules: list[str], says: str) -> None:
    made = network(acl("acl", *rules), subnet("a", "10.0.0.0/24", acl="acl"), HOST)
    assert found(ID, made) == ([f"acl: acl {says}, and a is on it"] if says else [])


@pytest.mark.parametrize("on", [link("acl", "open"), link("acl", "?")])
def test_a_subnet_that_may_be_on_another(on: OneOf) -> None:
    assert at(ID, network(acl("acl"), subnet("a", "10.0.0.0/24", acl=on), HOST)) == []


def test_nobody_is_there() -> None:
    assert at(ID, network(acl("acl"), subnet("a", "10.0.0.0/24", acl="acl"))) == []
