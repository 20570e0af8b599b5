"""latent-exposure, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import (
    Part,
    acl,
    gateway,
    group,
    guard,
    host,
    link,
    network,
    subnet,
)
from tests.lint.found import at, found
from tfreach.topology.network import OneOf, Tri

ID = "latent-exposure"
WIDE = "in tcp/22 from 0.0.0.0/0"
IGW = "0.0.0.0/0 igw"
PERHAPS = acl("perhaps", "in 1 permit tcp/22 from 0.0.0.0/0 ?", "out 1 permit any to 0.0.0.0/0")
SHUT = acl("acl", "in 1 permit tcp/443 from 0.0.0.0/0", "out 1 permit any to 0.0.0.0/0")


def placed(
    rule: str = WIDE,
    routes: tuple[str, ...] = (),
    has: Tri = Tri.YES,
    on: str | OneOf = "open",
    more: tuple[Part, ...] = (),
) -> list[str]:
    web = host("web", "10.0.0.5", "a", public="198.51.100.7", has=has)
    near = subnet("a", "10.0.0.0/24", *routes, acl=on)
    return at(ID, network(near, gateway(), SHUT, PERHAPS, group("web", rule), web, *more))


@pytest.mark.parametrize(
    ("fires", "hidden"),
    [
        pytest.param(True, placed(), id="no-route"),
        pytest.param(True, placed(routes=("0.0.0.0/0 nat",)), id="a-route-elsewhere"),
        pytest.param(True, placed(routes=(IGW,), on="acl"), id="an-acl"),
        pytest.param(False, placed(routes=(IGW,)), id="it-is-open"),
        pytest.param(False, placed(routes=(f"{IGW} ?",)), id="perhaps-it-is-open"),
        pytest.param(False, placed(routes=("0.0.0.0/0 elsewhere",)), id="nobody-knows"),
        pytest.param(False, placed(has=Tri.NO), id="no-address"),
        pytest.param(False, placed(has=Tri.MAYBE), id="perhaps-an-address"),
        pytest.param(False, placed("in tcp/22 from 203.0.113.0/25"), id="a-narrow-rule"),
        pytest.param(False, placed(f"{WIDE} ?"), id="perhaps-a-rule"),
        pytest.param(False, placed("in icmp from 0.0.0.0/0"), id="icmp-has-no-ports"),
        pytest.param(False, placed("in tcp/443 from 0.0.0.0/0", (IGW,), on="acl"), id="let-in"),
        pytest.param(False, placed(routes=(IGW,), on=link("acl", "open")), id="which-acl"),
        pytest.param(False, placed(routes=(IGW,), on="perhaps"), id="perhaps-the-acl-lets-it-in"),
    ],
)
def test_cases(fires: bool, hidden: list[str]) -> None:
    assert hidden == (["web"] if fires else [])


def test_what_block_public_access_stops_is_not_hidden_by_a_route_alone() -> None:
    web = host("web", "10.0.0.5", "a", public="198.51.100.7")
    made = network(subnet("a", "10.0.0.0/24"), gateway(), group("web", WIDE), web, guard("a"))
    assert at(ID, made) == []


def test_by_ipv6_an_egress_only_gateway_hides() -> None:
    web = host("web", "10.0.0.5 2001:db8:0:1::5", "a")
    near = subnet("a", "10.0.0.0/24 2001:db8:0:1::/64", "::/0 eigw")
    made = network(near, gateway("eigw"), group("web", "in tcp/22 from ::/0"), web)
    assert found(ID, made) == [
        "web: web opens tcp/22 of web to everybody by IPv6, and only the route table rtb-a of a "
        "keeps the Internet out"
    ]
    closed = host("web", "10.0.0.5 2001:db8:0:1::5", "a", closed="denied")
    assert at(ID, network(near, gateway("eigw"), group("web", "in tcp/22 from ::/0"), closed)) == []
