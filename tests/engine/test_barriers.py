"""Block Public Access at a subnet: what it stops, of both engines (F59)."""

from __future__ import annotations

import pytest

from tests.engine.networks import guard
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, only, tiers
from tfreach.engine.judge import judge
from tfreach.engine.reach import pair_flows
from tfreach.engine.verdicts import Verdict
from tfreach.space.headers import TCP, service
from tfreach.topology.network import INTERNET, Endpoint, Network, Tri

HTTPS = service(TCP, 443)
IN, OUT, NATTED = ("internet", "web"), ("web", "internet"), ("db", "internet")


def verdicts(net: Network, *pairs: tuple[str, str]) -> list[str]:
    """By both engines, which have to agree."""
    found = []
    for pair in pairs:
        slow = judge(net, *pair, HTTPS)
        flows = [one for one in pair_flows(net, *pair) if HTTPS in one.services]
        assert (flows[0].verdict if flows else Verdict.UNREACHABLE) is slow, pair
        found.append(slow.value)
    return found


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        pytest.param((YES, YES, YES), ["unreachable"] * 3, id="both-directions"),
        pytest.param((YES, YES, NO), ["unreachable", "unreachable", "reachable"], id="ingress"),
        pytest.param((YES, NO, NO), ["unreachable", "reachable", "reachable"], id="egress-is-left"),
        pytest.param((NO, NO, NO), ["reachable"] * 3, id="excluded"),
        pytest.param((MAYBE, MAYBE, MAYBE), ["undetermined"] * 3, id="not-known"),
        pytest.param((YES, YES, MAYBE), ["unreachable", "unreachable", "undetermined"], id="part"),
    ],
)
def test_f59_block_public_access_stops_connections_by_subnet_and_direction(
    stops: tuple[Tri, Tri, Tri], expected: list[str]
) -> None:
    """Subnet a holds web and the NAT gateway that serves db in subnet b."""
    assert verdicts(tiers(guard("a", *stops)), IN, OUT, NATTED) == expected


def test_f59_it_goes_by_the_subnet_of_the_nat_gateway_not_by_that_of_its_client() -> None:
    assert verdicts(tiers(guard("b")), IN, OUT, NATTED) == ["reachable"] * 3


def test_f59_what_uses_no_gateway_of_a_vpc_is_not_stopped() -> None:
    net = tiers(guard("a"), guard("b"), Endpoint("fn", "lambda_function", outside=True))
    assert answer(net, "web -> db tcp/22") == (YES, YES)
    assert verdicts(net, ("fn", INTERNET), ("web", "db")) == ["reachable"] * 2


def test_f59_it_is_a_blocker_with_its_own_code() -> None:
    net = tiers(guard("a"))
    code = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
    assert blockers(only(net, "203.0.113.9 -> web tcp/443")) == [f"forward ingress bpa {code}"]
    assert blockers(only(net, "web -> 203.0.113.9 tcp/443")) == [f"forward egress bpa {code}"]
    assert blockers(only(net, "db -> 203.0.113.9 tcp/443")) == [f"forward egress bpa {code}"]
