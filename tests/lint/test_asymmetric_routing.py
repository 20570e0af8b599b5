"""asymmetric-routing, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import attachment, network, peering, subnet, transit_table
from tests.lint.found import at, found
from tfreach.topology.network import Network, TransitGateway, Tri

ID = "asymmetric-routing"


def joined(there: str, back: str, active: Tri = Tri.YES) -> Network:
    return network(
        subnet("a", "10.0.0.0/24", f"10.1.0.0/16 {there}"),
        subnet("b", "10.1.0.0/24", f"10.0.0.0/16 {back}", vpc="vpc-2"),
        TransitGateway("tgw"),
        attachment("one", "vpc", "a", "t"),
        attachment("two", "vpc-2", "b", "t"),
        transit_table("t", "10.0.0.0/16 one", "10.1.0.0/16 two"),
        peering(active=active),
        peering("pcx-2"),
    )


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        pytest.param(joined("tgw", "pcx"), ["rtb-b"], id="there-by-one-back-by-another"),
        pytest.param(joined("pcx", "tgw"), ["rtb-b"], id="the-other-way-round"),
        pytest.param(joined("pcx", "pcx-2"), ["rtb-b"], id="two-peerings"),
        pytest.param(joined("pcx", "pcx"), [], id="the-same-peering"),
        pytest.param(joined("tgw", "tgw"), [], id="the-same-transit-gateway"),
        pytest.param(joined("tgw", "gone"), [], id="nothing-back"),
        pytest.param(joined("tgw", "elsewhere"), [], id="not-modelled"),
        pytest.param(joined("tgw", "pcx ?"), [], id="perhaps"),
        pytest.param(joined("tgw", "pcx tgw"), [], id="one-of-two"),
        pytest.param(joined("tgw", "pcx", Tri.NO), [], id="that-does-not-stand"),
    ],
)
def test_cases(made: Network, wanted: list[str]) -> None:
    assert at(ID, made) == wanted


def test_it_names_both() -> None:
    assert found(ID, joined("tgw", "pcx")) == ["rtb-b: a gets to b by tgw, and b sends back by pcx"]
