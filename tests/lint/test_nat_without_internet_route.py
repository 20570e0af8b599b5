"""nat-without-internet-route, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import gateway, link, nat, network, subnet
from tests.lint.found import at, unsure
from tfreach.topology.network import InternetGateway, OneOf, Tri

ID = "nat-without-internet-route"
HERE = gateway()


@pytest.mark.parametrize(
    ("routes", "igw", "public", "fires"),
    [
        pytest.param([], HERE, Tri.YES, True, id="no-route"),
        pytest.param(["0.0.0.0/0 igw"], HERE, Tri.YES, False, id="a-route"),
        pytest.param(["203.0.113.0/24 igw"], HERE, Tri.YES, False, id="for-some-addresses"),
        pytest.param(["0.0.0.0/0 igw"], gateway(vpc=""), Tri.YES, True, id="unattached"),
        pytest.param(["0.0.0.0/0 igw"], gateway(vpc="vpc-2"), Tri.YES, True, id="elsewhere"),
        pytest.param(["0.0.0.0/0 igw"], gateway(vpc=link("?")), Tri.YES, False, id="who-knows"),
        pytest.param([], HERE, Tri.NO, False, id="a-private-one"),
        pytest.param([], HERE, Tri.MAYBE, False, id="perhaps-a-private-one"),
        pytest.param(["0.0.0.0/0 elsewhere"], HERE, Tri.YES, False, id="not-modelled"),
        pytest.param(["0.0.0.0/0 fw-a"], HERE, Tri.YES, False, id="by-a-firewall"),
        pytest.param(["0.0.0.0/0 igw ?"], HERE, Tri.YES, False, id="a-route-that-may-not-stand"),
        pytest.param(["::/0 igw"], HERE, Tri.YES, True, id="by-ipv6-only"),
        pytest.param(["0.0.0.0/0 nat"], HERE, Tri.YES, False, id="another-lint-says-it"),
    ],
)
def test_cases(routes: list[str], igw: InternetGateway, public: Tri, fires: bool) -> None:
    made = nat("nat", "10.0.0.9", "a", public=public)
    parts = (subnet("a", "10.0.0.0/24", *routes), igw, made)
    assert at(ID, network(*parts)) == (["nat"] if fires else [])


@pytest.mark.parametrize("table", [link("rtb-a", "?"), OneOf((), True, "not in this plan")])
def test_a_table_that_is_not_known(table: OneOf) -> None:
    parts = (subnet("a", "10.0.0.0/24", table=table), nat("nat", "10.0.0.9", "a"))
    assert at(ID, network(*parts)) == []
    assert unsure(ID, network(*parts)) == [f"nat: {table.reason}"]


def test_a_subnet_that_is_not_known() -> None:
    made = network(subnet("a", "10.0.0.0/24"), nat("nat", "10.0.0.9", "a", "?"))
    assert at(ID, made) == []
    assert unsure(ID, made) == ["nat: one of a, ?"]
