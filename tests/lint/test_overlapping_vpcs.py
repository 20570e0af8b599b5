"""overlapping-vpcs, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import Part, attachment, link, network, peering, subnet, vpc
from tests.lint.found import at, found
from tfreach.topology.network import TransitGateway, Tri

ID = "overlapping-vpcs"
SAME = vpc("vpc-2", "10.0.0.0/16")
TGW = TransitGateway("tgw")


def tied(first: str, second: str) -> list[Part]:
    return [TGW, attachment("one", "vpc", "a", first), attachment("two", "vpc-2", "b", second)]


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        pytest.param([SAME, peering()], ["pcx"], id="a-peering"),
        pytest.param([SAME, peering(active=Tri.NO)], ["pcx"], id="which-AWS-refuses"),
        pytest.param([vpc("vpc-2", "10.0.128.0/17"), peering()], ["pcx"], id="in-part"),
        pytest.param([vpc("vpc-2", "10.1.0.0/16"), peering()], [], id="blocks-of-their-own"),
        pytest.param([SAME], [], id="nothing-joins-them"),
        pytest.param([SAME, peering(ends=("vpc", link("vpc-2", "?")))], [], id="with-whom"),
        pytest.param([replace(SAME, unknown="not known"), peering()], [], id="its-blocks-may-be"),
        pytest.param([SAME, *tied("t", "t")], ["two"], id="one-table-of-a-transit-gateway"),
        pytest.param([SAME, *tied("t", "u")], [], id="two-tables"),
    ],
)
def test_cases(parts: list[Part], wanted: list[str]) -> None:
    placed = (subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24", vpc="vpc-2"))
    assert at(ID, network(*placed, *parts)) == wanted


def test_it_names_what_both_have() -> None:
    assert found(ID, network(vpc("vpc-2", "10.0.128.0/17"), peering())) == [
        "pcx: vpc and vpc-2, which pcx joins, both have 10.0.128.0/17: AWS refuses it"
    ]
