"""nat-serves-own-subnet, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import gateway, link, nat, network, subnet
from tests.lint.found import at
from tfreach.topology.network import NatGateway

ID = "nat-serves-own-subnet"
NAT = nat("nat", "10.0.0.9", "a")


@pytest.mark.parametrize(
    ("routes", "made", "wanted"),
    [
        pytest.param(["0.0.0.0/0 nat"], NAT, ["nat"], id="leads-to-itself"),
        pytest.param(
            ["203.0.113.0/24 nat", "0.0.0.0/0 igw"], NAT, ["nat"], id="for-some-addresses"
        ),
        pytest.param(["0.0.0.0/0 igw"], NAT, [], id="in-a-public-subnet"),
        pytest.param(["0.0.0.0/0 nat-2"], NAT, [], id="to-another-one"),
        pytest.param(["0.0.0.0/0 nat igw"], NAT, [], id="one-of-two-targets"),
        pytest.param(["0.0.0.0/0 nat ?"], NAT, [], id="the-route-may-not-stand"),
        pytest.param(["64:ff9b::/96 nat"], NAT, [], id="what-has-no-part-in-ipv4"),
        pytest.param(
            ["0.0.0.0/0 nat"], nat("nat", "10.0.0.9", "a", "b"), [], id="one-of-two-subnets"
        ),
    ],
)
def test_cases(routes: list[str], made: NatGateway, wanted: list[str]) -> None:
    parts = (subnet("a", "10.0.0.0/24", *routes), subnet("b", "10.0.1.0/24"), gateway())
    assert at(ID, network(*parts, made)) == wanted


def test_which_table_the_subnet_has_is_not_known() -> None:
    own = subnet("a", "10.0.0.0/24", "0.0.0.0/0 nat", table=link("rtb-a", "rtb-b"))
    assert at(ID, network(own, subnet("b", "10.0.1.0/24"), NAT)) == []
