"""transit-one-sided, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import (
    Part,
    attachment,
    gateway,
    nat,
    network,
    subnet,
    transit_table,
)
from tests.lint.found import at
from tfreach.topology.network import Network, TransitGateway

ID = "transit-one-sided"
THERE, BACK = "10.1.0.0/16 tgw", "10.0.0.0/16 tgw"
ONE, TWO = "10.0.0.0/16 one", "10.1.0.0/16 two"


def joined(there: list[str], back: list[str], out: list[str], home: list[str],
           *more: Part | tuple[Part, ...]) -> Network:  # fmt: skip
    """Two VPCs on a transit gateway. out: the table of the first one; home: of the second."""
    return network(
        subnet("a", "10.0.0.0/24", *there),
        subnet("b", "10.1.0.0/24", *back, vpc="vpc-2"),
        TransitGateway("tgw"),
        attachment("one", "vpc", "a", "out"),
        attachment("two", "vpc-2", "b", "home"),
        transit_table("out", *out),
        transit_table("home", *home),
        *more,
    )


@pytest.mark.parametrize(
    ("made", "fires"),
    [
        pytest.param(joined([THERE], [BACK], [TWO], [ONE]), False, id="both-ways"),
        pytest.param(joined([THERE], [], [TWO], [ONE]), True, id="no-route-in-the-vpc"),
        pytest.param(joined([THERE], [BACK], [TWO], []), True, id="none-in-the-transit-table"),
        pytest.param(joined([THERE], [BACK], [TWO], ["10.0.0.0/16 gone"]), True, id="it-drops-it"),
        pytest.param(joined([THERE], [BACK], [TWO], ["10.0.0.0/16 elsewhere"]), False, id="a-vpn"),
        pytest.param(joined([THERE], [BACK], [TWO], [f"{ONE} ?"]), False, id="perhaps"),
        pytest.param(joined([THERE], [f"{BACK} ?"], [TWO], [ONE]), False, id="perhaps-in-the-vpc"),
        pytest.param(joined([THERE], [], [], [ONE]), False, id="it-does-not-get-there"),
        pytest.param(
            joined([THERE], [BACK], [TWO], [ONE, "10.0.0.0/28 gone"]), False, id="some-get-home"
        ),
        pytest.param(
            joined([THERE], [BACK], [TWO, "10.1.0.0/28 gone"], [ONE]), False, id="some-get-there"
        ),
        pytest.param(
            joined([THERE], [], [TWO], [ONE], nat("nat", "10.0.0.9", "a"), gateway()),
            False,
            id="behind-a-nat-gateway-F56",
        ),
    ],
)
def test_cases(made: Network, fires: bool) -> None:
    assert at(ID, made) == (["tgw"] if fires else [])
