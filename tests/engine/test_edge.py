"""Internet gateways with route tables of their own, in hand-made networks, by both engines."""

from __future__ import annotations

import pytest

from tests.engine.networks import gateway, group, guard, host, link, subnet, table
from tests.engine.test_middlebox import IN_M, OPEN, box, verdict
from tests.engine.tiers import MAYBE, NO, blockers, nodes, only, tiers, traces
from tfreach.engine.verdicts import Verdict
from tfreach.topology.network import Network

IN, OUT = "203.0.113.9 -> web tcp/443", "web -> 203.0.113.9 tcp/443"
STEERED = (gateway(edge="edge"), table("edge", "10.0.0.0/16 local", "10.0.0.0/24 eni-box"))
BACK = subnet("a", "10.0.0.0/24", "0.0.0.0/0 eni-box")


def edged(*parts: object) -> Network:
    """What arrives for web in subnet a is steered to box, and web answers by it."""
    return tiers(IN_M, BACK, group("box", *OPEN), box(), *STEERED, *parts)


def test_f44_a_gateway_table_steers_what_arrives_to_a_host() -> None:
    found = only(edged(), IN)
    assert nodes(found.forward.hops) == "igw edge open eni-box box box open rtb-m open web web"
    assert found.back is not None
    assert nodes(found.back.hops) == "open rtb-a open eni-box open rtb-m igw internet"
    assert verdict(edged(), "internet", "web") is Verdict.REACHABLE


def test_f45_replies_and_requests_go_by_the_same_host() -> None:
    """It has a public address, and so has web: whoever's the packet has, it is answered."""
    assert verdict(edged(), "web", "internet") is Verdict.REACHABLE
    assert len(traces(edged(), OUT)) == 2


def test_f45_what_is_steered_in_cannot_go_out_past_the_host() -> None:
    straight = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw")
    code = "INGRESS_RTB_TRAFFIC_REDIRECTION"
    assert verdict(edged(straight), "internet", "web") is Verdict.ONE_WAY
    assert blockers(only(edged(straight), IN)) == [f"return egress igw {code}"]
    assert verdict(edged(straight), "web", "internet") is Verdict.UNREACHABLE
    assert blockers(only(edged(straight), OUT)) == [f"forward egress igw {code}"]


def test_f44_what_is_steered_to_needs_a_public_address() -> None:
    net = edged(box(public=""))
    assert verdict(net, "internet", "web") is Verdict.UNREACHABLE
    assert blockers(only(net, IN)) == ["forward ingress eni-box INGRESS_RTB_NO_PUBLIC_IP"]
    assert verdict(edged(box(has=MAYBE)), "internet", "web") is Verdict.UNDETERMINED


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((box(forwards=NO),), Verdict.UNREACHABLE, id="check-on"),
        pytest.param((group("box", OPEN[1]),), Verdict.UNREACHABLE, id="groups-in"),
        pytest.param((group("box", OPEN[0]),), Verdict.UNREACHABLE, id="groups-out"),
        pytest.param((gateway(edge=link("?")),), Verdict.UNDETERMINED, id="table-not-known"),
        pytest.param((gateway(edge=link("edge", "none")),), Verdict.UNDETERMINED, id="one-of-two"),
        pytest.param(
            (table("edge", "10.0.0.0/16 local", "10.0.0.0/24 gone"),),
            Verdict.UNREACHABLE,
            id="blackhole",
        ),
        pytest.param(
            (table("edge", "10.0.0.0/16 local", "10.0.0.0/24 elsewhere"),),
            Verdict.UNDETERMINED,
            id="what-is-not-modelled",
        ),
        pytest.param((guard("a"),), Verdict.UNREACHABLE, id="f59-block-public-access"),
        pytest.param((guard("m"),), Verdict.REACHABLE, id="f59-it-goes-by-the-address"),
    ],
)
def test_f44_what_keeps_what_arrives_from_its_way(
    parts: tuple[object, ...], expected: Verdict
) -> None:
    assert verdict(edged(*parts), "internet", "web") is expected


def test_f44_the_rest_goes_by_the_local_route() -> None:
    other = host("far", "10.0.2.5", "c", public="198.51.100.9")
    out = subnet("c", "10.0.2.0/24", "0.0.0.0/0 igw")
    assert verdict(edged(other, out), "internet", "far") is Verdict.REACHABLE
    assert verdict(edged(), "internet", "box") is Verdict.REACHABLE
    whole = table("edge", "10.0.0.0/16 eni-box")
    assert verdict(edged(whole), "internet", "box") is Verdict.REACHABLE, "it is for itself"


def test_a_reply_that_is_steered_to_a_host_in_front_of_a_nat_gateway_is_not_known() -> None:
    """The NAT gateway stands in subnet a, for which the gateway has a route."""
    straight = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw")
    assert verdict(edged(straight), "db", "internet") is Verdict.UNDETERMINED
    local = table("edge", "10.0.0.0/16 local")
    assert verdict(edged(straight, local), "db", "internet") is Verdict.REACHABLE
