"""The random networks of the property tests, looked at: every kind of way is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.engine.crowds import crowds
from tfreach.topology.between import TransitTarget
from tfreach.topology.network import Network, Target

CARRIERS = {
    "balancers", "barriers", "client_vpns", "egress_only_gateways", "firewalls",
    "internet_gateways", "nat_gateways", "peerings", "services", "target_groups",
    "transit_gateways", "transit_tables", "vpn_gateways",
}  # fmt: skip
"""What of a Network is on a way, or judges there."""


def kinds(network: Network) -> Iterator[str]:
    """What a network has of all that a way may lead through."""
    yield from (name for name in CARRIERS if getattr(network, name))
    for table in network.tables.values():
        yield from (type(one).__name__ for route in table.routes for one in route.targets)
    for beyond in network.transit_tables.values():
        found = (one for route in beyond.routes for one in route.targets)
        yield from (f"transit: {type(one).__name__}" for one in found)
    for attachment in network.attachments.values():
        yield from ["between transit gateways"] * bool(attachment.far)
        yield from ["a VPN on a transit gateway"] * attachment.outside
    yield from (balancer.kind for balancer in network.balancers.values())
    for firewall in network.firewalls.values():
        yield "appliances behind a load balancer" if firewall.fleet else "a firewall"
    yield from (end.kind for end in network.endpoints.values())


WANTED = CARRIERS | {one.__name__ for one in get_args(Target)}
WANTED |= {f"transit: {one.__name__}" for one in get_args(TransitTarget)}
WANTED |= {"between transit gateways", "a VPN on a transit gateway", "a firewall"}
WANTED |= {"appliances behind a load balancer", "application", "network", "classic"}
WANTED |= {"private_link", "vpc_endpoint", "lambda_function", "instance"}
some = settings(
    max_examples=300,
    database=None,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_network_of_every_kind_of_path_is_drawn() -> None:
    """Hypothesis begins with small examples: what is rare needs a run of some hundred."""
    seen: set[str] = set()

    def look(network: Network) -> None:
        seen.update(kinds(network))

    for number in range(8):
        seed(number)(some(given(crowds())(look)))()
        if seen >= WANTED:
            break
    assert seen >= WANTED, WANTED - seen
