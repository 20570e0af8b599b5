"""Which interfaces of hand-made networks are alike to every way."""

from __future__ import annotations

import pytest

from tests.engine.networks import OPEN, group, host, link, subnet
from tests.engine.tiers import tiers
from tfreach.engine.alike import Likeness
from tfreach.topology.network import Network

SAME = (link("web"),)
TWIN = host("twin", "10.0.0.7", "a", groups=SAME)


def alike(net: Network, one: str, other: str) -> bool:
    likeness = Likeness(net)
    first, second = (likeness.of(net.endpoints[end].interfaces[0]) for end in (one, other))
    return first == second


def test_the_same_groups_in_the_same_subnet_are_alike() -> None:
    assert alike(tiers(TWIN), "web", "twin")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([host("twin", "10.0.0.7", "a", groups=(link("job"),))], id="other groups"),
        pytest.param([host("twin", "10.0.2.7", "c", groups=SAME)], id="another subnet"),
        pytest.param([TWIN, group("db", "in any from 10.0.0.7", *OPEN)], id="a rule names one"),
        pytest.param(
            [TWIN, subnet("b", "10.0.1.0/24", "10.0.0.7/32 nat")], id="a route is for one"
        ),
        pytest.param(
            [TWIN, subnet("b", "10.0.1.0/24", "0.0.0.0/0 eni-twin")], id="a route leads to one"
        ),
    ],
)
def test_what_anything_tells_apart_is_not_alike(parts: list[object]) -> None:
    assert not alike(tiers(*parts), "web", "twin")
