"""group-rule-cut-off, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import (
    Part,
    attachment,
    group,
    host,
    interface,
    link,
    network,
    outside,
    peering,
    subnet,
)
from tests.lint.found import at, found
from tfreach.topology.network import Endpoint, TransitGateway, Tri

ID = "group-rule-cut-off"
IN, OUT = "in tcp/5432 from group:app", "out tcp/5432 to group:app"
TGW = TransitGateway("tgw")


def placed(rule: str, *more: Part | tuple[Part, ...], far: str = "vpc-2") -> list[str]:
    """`db` in one VPC, whose group has the rule, and `app` in another."""
    parts = (
        subnet("a", "10.0.0.0/24"),
        subnet("b", "10.1.0.0/24", vpc=far),
        group("db", rule),
        group("app"),
        host("db", "10.0.0.5", "a"),
        host("app", "10.1.0.5", "b"),
    )
    return at(ID, network(*parts, *more))


def tied(groups: Tri = Tri.YES) -> list[Part]:
    far = attachment("two", "vpc-2", "b", groups=groups)
    return [TGW, attachment("one", "vpc", "a"), far]


@pytest.mark.parametrize(
    ("rule", "more", "fires"),
    [
        pytest.param(IN, [], True, id="nothing-joins-them"),
        pytest.param(IN, [peering()], False, id="a-peering"),
        pytest.param(OUT, [peering()], False, id="a-peering-outwards"),
        pytest.param(IN, [peering(active=Tri.NO)], True, id="one-that-is-not-accepted"),
        pytest.param(IN, [peering(active=Tri.MAYBE)], False, id="perhaps-accepted"),
        pytest.param(IN, [peering(same_region=Tri.NO)], True, id="of-two-regions-F8"),
        pytest.param(IN, [peering(same_region=Tri.MAYBE)], False, id="perhaps-of-one-region"),
        pytest.param(IN, [peering(ends=("vpc", "vpc-3"))], True, id="with-another-vpc"),
        pytest.param(IN, [peering(ends=("vpc", link("vpc-2", "?")))], False, id="with-whom"),
        pytest.param(IN, tied(), False, id="a-transit-gateway-F9"),
        pytest.param(OUT, tied(), True, id="which-keeps-no-egress-rule-F9"),
        pytest.param(IN, tied(Tri.NO), True, id="where-one-side-has-it-off"),
        pytest.param(IN, tied(Tri.MAYBE), False, id="where-that-is-not-known"),
        pytest.param(IN, [TGW, attachment("one", "vpc", "a"), outside("vpn")], True, id="a-vpn"),
        pytest.param(f"{IN} ?", [], False, id="perhaps-it-means-another-group"),
        pytest.param("in tcp/5432 from group:db", [], False, id="itself"),
        pytest.param("in tcp/5432 from 10.1.0.0/16", [], False, id="a-block"),
    ],
)
def test_cases(rule: str, more: list[Part], fires: bool) -> None:
    assert placed(rule, *more) == ([f"rule {rule}"] if fires else [])


def test_within_one_vpc() -> None:
    assert placed(IN, far="vpc") == []


def test_a_group_that_is_carried_in_several_vpcs() -> None:
    near = host("near", "10.0.0.9", "a", groups=(link("app"),))
    assert placed(IN, near) == []


@pytest.mark.parametrize(
    "who",
    [
        Endpoint("x", "instance", (replace(interface("x", {}, (link("app"),)), unknown="?"),)),
        host("x", "10.0.0.9", "a", groups=(link("app", "?"),)),
        host("x", "10.0.0.9", "a", groups=(link("app", "db"),)),
    ],
    ids=["nowhere", "carries-who-knows-what", "one-of-two"],
)
def test_somebody_of_whom_it_is_not_known(who: Endpoint) -> None:
    assert placed(IN, who) == []


def test_it_names_the_vpcs() -> None:
    made = network(
        subnet("a", "10.0.0.0/24"),
        subnet("b", "10.1.0.0/24", vpc="vpc-2"),
        group("db", IN),
        group("app"),
        host("db", "10.0.0.5", "a"),
        host("app", "10.1.0.5", "b"),
    )
    assert found(ID, made) == [
        f"rule {IN}: {IN} in db matches nothing: app is carried in vpc-2 only, from which no group "
        "reference gets to vpc"
    ]
