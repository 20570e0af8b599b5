"""public-address-without-route, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import gateway, group, host, interface, link, network, subnet
from tests.lint.found import at, found
from tfreach.topology.network import Endpoint, Tri

ID = "public-address-without-route"


@pytest.mark.parametrize(
    ("routes", "has", "fires"),
    [
        pytest.param([], Tri.YES, True, id="no-route"),
        pytest.param(["0.0.0.0/0 igw"], Tri.YES, False, id="a-route"),
        pytest.param(["203.0.113.0/24 igw"], Tri.YES, False, id="for-some-addresses"),
        pytest.param(["0.0.0.0/0 nat"], Tri.YES, True, id="to-a-nat-gateway"),
        pytest.param(["0.0.0.0/0 gone"], Tri.YES, True, id="to-what-is-gone"),
        pytest.param(["0.0.0.0/0 fw-a"], Tri.YES, False, id="by-a-firewall"),
        pytest.param(["0.0.0.0/0 elsewhere"], Tri.YES, False, id="not-modelled"),
        pytest.param(["0.0.0.0/0 igw ?"], Tri.YES, False, id="a-route-that-may-not-stand"),
        pytest.param(["::/0 igw"], Tri.YES, True, id="by-ipv6-only"),
        pytest.param([], Tri.NO, False, id="no-address"),
        pytest.param([], Tri.MAYBE, False, id="perhaps-an-address"),
    ],
)
def test_cases(routes: list[str], has: Tri, fires: bool) -> None:
    web = host("web", "10.0.0.5", "a", public="198.51.100.7", has=has)
    parts = (subnet("a", "10.0.0.0/24", *routes), gateway(), group("web"), web)
    assert at(ID, network(*parts)) == (["web"] if fires else [])


def balancer(unknown: str = "") -> Endpoint:
    sites = {"a": "10.0.0.7", "b": "10.0.1.7"}
    node = replace(interface("lb", sites, (link("lb"),), "a", Tri.YES), unknown=unknown)
    return Endpoint("lb", "lb", (node,), "lb")


def test_of_several_subnets_those_that_lack_it_are_named() -> None:
    parts = (
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw"),
        subnet("b", "10.0.1.0/24"),
        gateway(),
        group("lb"),
    )
    assert found(ID, network(*parts, balancer())) == [
        "lb: lb has the public address a in b too, where no route leads to an internet gateway"
    ]
    assert at(ID, network(*parts, balancer("in one of two"))) == []
