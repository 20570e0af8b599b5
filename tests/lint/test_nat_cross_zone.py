"""nat-cross-zone, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import gateway, nat, network, subnet
from tests.lint.found import at, found
from tfreach.topology.network import Network, Tri

ID = "nat-cross-zone"
A, B = "us-east-1a", "us-east-1b"


def made(
    zones: tuple[str, str, str], route: str = "0.0.0.0/0 nat-b", public: Tri = Tri.YES
) -> Network:
    """A private subnet, and a NAT gateway in each of two public ones, in these zones."""
    private, first, second = zones
    return network(
        subnet("private", "10.0.0.0/24", route, zone=private),
        subnet("a", "10.0.1.0/24", "0.0.0.0/0 igw", zone=first),
        subnet("b", "10.0.2.0/24", "0.0.0.0/0 igw", zone=second),
        nat("nat-a", "10.0.1.9", "a", public=public),
        nat("nat-b", "10.0.2.9", "b"),
        gateway(),
    )


@pytest.mark.parametrize(
    ("network", "fires"),
    [
        pytest.param(made((A, A, B)), True, id="its-own-zone-has-one"),
        pytest.param(made((A, B, B)), False, id="its-own-zone-has-none"),
        pytest.param(made((B, A, B)), False, id="it-uses-that-of-its-zone"),
        pytest.param(made((A, A, A)), False, id="one-zone"),
        pytest.param(made((A, A, "")), False, id="a-zone-that-is-not-known"),
        pytest.param(made(("use1-az1", A, B)), False, id="a-name-and-an-identifier"),
        pytest.param(made((A, A, B), "0.0.0.0/0 nat-a nat-b"), False, id="one-of-two"),
        pytest.param(made((A, A, B), "0.0.0.0/0 nat-b ?"), False, id="perhaps"),
        pytest.param(made((A, A, B), public=Tri.NO), False, id="that-of-its-zone-is-private"),
    ],
)
def test_cases(network: Network, fires: bool) -> None:
    assert at(ID, network) == (["private"] if fires else [])


def test_it_names_both() -> None:
    assert found(ID, made((A, A, B))) == [
        "private: private in us-east-1a is routed to nat-b in us-east-1b, while nat-a stands in "
        "its own zone"
    ]
