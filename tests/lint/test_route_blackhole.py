"""route-blackhole, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import Part, gateway, link, network, peering, table
from tests.lint.found import at, found
from tfreach.topology.network import Tri

ID = "route-blackhole"


@pytest.mark.parametrize(
    ("route", "more", "fires"),
    [
        pytest.param("10.9.0.0/16 gone", [], True, id="its-target-is-gone"),
        pytest.param("::/0 gone", [], True, id="ipv6"),
        pytest.param("10.9.0.0/16 gone ?", [], False, id="it-may-not-stand"),
        pytest.param("10.9.0.0/16 gone igw", [gateway()], False, id="or-it-leads-to-a-gateway"),
        pytest.param("0.0.0.0/0 igw", [gateway()], False, id="the-gateway-is-attached"),
        pytest.param("0.0.0.0/0 igw", [gateway(vpc="")], True, id="it-is-attached-to-nothing"),
        pytest.param("0.0.0.0/0 igw", [gateway(vpc=link("?"))], False, id="to-what-is-not-known"),
        pytest.param("0.0.0.0/0 igw", [], False, id="the-gateway-is-not-here"),
        pytest.param("::/0 eigw", [gateway("eigw", vpc="")], True, id="an-egress-only-one"),
        pytest.param("10.1.0.0/16 pcx", [peering()], False, id="an-active-peering"),
        pytest.param("10.1.0.0/16 pcx", [peering(active=Tri.NO)], True, id="not-accepted"),
        pytest.param("10.1.0.0/16 pcx", [peering(active=Tri.MAYBE)], False, id="perhaps-accepted"),
        pytest.param("10.9.0.0/16 elsewhere", [], False, id="to-what-is-not-modelled"),
    ],
)
def test_cases(route: str, more: list[Part], fires: bool) -> None:
    made = network(table("rtb", route), *more)
    assert at(ID, made) == ([f"route {route}"] if fires else [])


def test_it_says_why() -> None:
    made = network(table("rtb", "10.1.0.0/16 pcx"), peering(active=Tri.NO))
    (said,) = found(ID, made)
    assert said.endswith(
        "10.1.0.0/16 in rtb leads nowhere: pcx is not active, nobody has accepted it"
    )
