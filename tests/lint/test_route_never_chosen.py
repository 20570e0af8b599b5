"""route-never-chosen, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import network, table
from tests.lint.found import at
from tfreach.topology.network import Origin, RouteTable

ID = "route-never-chosen"
WIDE = "10.8.0.0/15 pcx"
HALVES = ["10.8.0.0/16 igw", "10.9.0.0/16 nat"]


@pytest.mark.parametrize(
    ("routes", "never"),
    [
        pytest.param([WIDE, *HALVES], [WIDE], id="both-halves-go-elsewhere"),
        pytest.param([WIDE, HALVES[0]], [], id="one-half-is-left"),
        pytest.param([WIDE, HALVES[0], f"{HALVES[1]} ?"], [], id="one-half-may-not-stand"),
        pytest.param([f"{WIDE} ?", *HALVES], [], id="it-may-be-another-block"),
        pytest.param(["10.8.0.0/15 igw", WIDE], [WIDE], id="the-first-of-two-equal-ones-wins"),
        pytest.param(["0.0.0.0/0 igw", "::/0 igw"], [], id="other-families"),
        pytest.param(
            ["2001:db8::/32 igw", "2001:db8::/33 nat", "2001:db8:8000::/33 nat"],
            ["2001:db8::/32 igw"],
            id="ipv6",
        ),
        pytest.param(["10.8.0.0/15 local", *HALVES], [], id="a-local-route-is-not-written"),
        pytest.param(["0.0.0.0/0 igw", "service:s3 vpce>service:s3"], [], id="of-a-service"),
    ],
)
def test_cases(routes: list[str], never: list[str]) -> None:
    assert at(ID, network(table("rtb", *routes))) == [f"route {text}" for text in never]


def listed(made: RouteTable, *blocks: str) -> RouteTable:
    """The routes to some blocks as entries of one prefix list."""
    entry = Origin("route list", "list igw")
    routes = (
        replace(one, origin=entry, also=(Origin("entry"),)) if str(one.prefix) in blocks else one
        for one in made.routes
    )
    return replace(made, routes=tuple(routes))


def test_of_a_prefix_list_every_entry_counts() -> None:
    made = table("rtb", "10.8.0.0/16 nat", "10.8.0.0/16 igw", "10.9.0.0/16 igw")
    one = replace(listed(made, "10.9.0.0/16"))
    entry = one.routes[2].origin
    one = replace(one, routes=(one.routes[0], replace(one.routes[1], origin=entry), one.routes[2]))
    assert at(ID, network(one)) == []
    all_of_it = replace(one, routes=(*one.routes[:1], *table("x", "10.9.0.0/16 nat").routes,
                                     *one.routes[1:]))  # fmt: skip
    assert at(ID, network(all_of_it)) == ["route list"]
