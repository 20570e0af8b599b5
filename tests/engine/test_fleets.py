"""Appliances behind a Gateway Load Balancer: both engines on whether packets get to one (F86)."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.balances import targets
from tests.engine.edits import edit_acl, edit_group, edit_subnet, edit_table
from tests.engine.firewalled import WEB_SUBNET
from tests.engine.guards import rare_guard
from tests.engine.inspected import TUNNELLED, endpoint, fleet, inspected, inspector
from tests.engine.networks import OPEN, acl, group, host, subnet, table
from tests.engine.strategies import OPTIONS, plain_networks
from tests.engine.test_middlebox import verdict
from tests.engine.test_reach_against_trace import SLOW
from tests.engine.tiers import nodes, only
from tfreach.engine.fleets import through_fleet
from tfreach.engine.paths import Paths
from tfreach.engine.verdicts import Verdict
from tfreach.engine.walk import Question, Way
from tfreach.space.bounds import Bounds
from tfreach.space.headers import IPV6_BASE, TCP, Flow, service
from tfreach.topology.fleet import Fleet
from tfreach.topology.network import Network, Tri

EXAMPLES = int(os.environ.get("TFREACH_EXAMPLES", "300"))
HTTPS = service(TCP, 443)
REACHABLE, UNREACHABLE = Verdict.REACHABLE, Verdict.UNREACHABLE
UNDETERMINED = Verdict.UNDETERMINED


def by(*parts: object, behind: Fleet | None = None) -> Verdict:
    return verdict(inspected(*parts, behind=behind), "internet", "web")


def test_f86_a_packet_goes_by_geneve_to_an_appliance_and_back_to_the_endpoint() -> None:
    found = only(inspected(), "203.0.113.9 -> web tcp/443")
    tunnel = "tg open rtb-n open app eni-app app open rtb-p open"
    assert nodes(found.forward.hops) == f"igw edge open fw1 {tunnel} open rtb-f open web web"
    assert found.back is not None
    assert nodes(found.back.hops) == "open rtb-a open fw1 open rtb-f igw internet"
    assert by() is REACHABLE


def test_f86_what_it_hands_back_leaves_by_the_table_of_the_endpoint_s_subnet() -> None:
    assert by(subnet("f", "10.0.7.0/24")) is Verdict.ONE_WAY
    assert verdict(inspected(), "web", "internet") is REACHABLE
    assert verdict(inspected(), "db", "web") is REACHABLE


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((group("app"),), UNREACHABLE, id="no-rule"),
        pytest.param((group("app", *OPEN),), REACHABLE, id="an-open-group"),
        pytest.param((group("app", "in tcp/443 from 0.0.0.0/0", TUNNELLED[1]),), UNREACHABLE,
                     id="another-port"),
        pytest.param((group("app", TUNNELLED[0]),), UNREACHABLE, id="no-way-back"),
        pytest.param((group("app", TUNNELLED[0] + " ?", TUNNELLED[1]),), UNDETERMINED,
                     id="perhaps-a-rule"),
    ],
)  # fmt: skip
def test_f86_the_groups_of_an_appliance_have_to_permit_geneve_in_and_out(
    parts: tuple[object, ...], expected: Verdict
) -> None:
    """ "Target security groups" of the Gateway Load Balancer guide."""
    assert by(*parts) is expected


@pytest.mark.parametrize("subnets", ["n", "p"])
@pytest.mark.parametrize("direction", ["in", "out"])
def test_f86_network_acls_have_to_permit_geneve_in_and_out(subnets: str, direction: str) -> None:
    """ "Network ACLs" of its page on registering targets."""
    preposition = {"in": "from", "out": "to"}
    rules = [
        f"{one} {number} {action} {what} {preposition[one]} 0.0.0.0/0"
        for one in ("in", "out")
        for number, action, what in (
            (90, "deny" if one == direction else "permit", "udp/6081"), (100, "permit", "any"),
        )
    ]  # fmt: skip
    number = {"n": "1", "p": "2"}[subnets]
    shut = subnet(subnets, f"10.1.{number}.0/24", vpc="vpc-2", acl="shut")
    assert by(shut, acl("shut", *rules)) is UNREACHABLE


@pytest.mark.parametrize(
    ("parts", "behind", "expected"),
    [
        pytest.param((targets("tg"),), fleet(), UNREACHABLE, id="no-target"),
        pytest.param((), fleet(inspector()), UNREACHABLE, id="no-listener"),
        pytest.param((), fleet(inspector("not-here")), UNDETERMINED, id="a-group-elsewhere"),
        pytest.param((targets("tg", "far-away udp/6081"),), fleet(), UNDETERMINED,
                     id="an-appliance-elsewhere"),
        pytest.param((targets("tg", "app tcp/6081"),), fleet(), UNREACHABLE, id="not-geneve"),
        pytest.param((targets("tg", "10.1.2.5 udp/6081"),), fleet(), REACHABLE, id="by-address"),
        pytest.param((targets("tg", "10.1.2.9 udp/6081"),), fleet(), UNDETERMINED,
                     id="an-address-nobody-has"),
        pytest.param((targets("tg", "app udp/6081 ?"),), fleet(), UNDETERMINED, id="perhaps"),
        pytest.param((targets("tg", unknown="others may be"),), fleet(), UNDETERMINED,
                     id="not-all-are-known"),
        pytest.param((targets("tg", "app udp/6081", "other udp/6081"), group("other")), fleet(),
                     UNDETERMINED, id="one-of-two-takes-it"),
        pytest.param((targets("tg", "app udp/6081", "other udp/6081"), group("other", *OPEN)),
                     fleet(), REACHABLE, id="both-take-it"),
        pytest.param((), fleet(unknown="it is elsewhere"), UNDETERMINED, id="service-elsewhere"),
        pytest.param((), fleet(accepted=Tri.NO, why="refused"), UNREACHABLE, id="not-accepted"),
        pytest.param((), fleet(accepted=Tri.MAYBE, why="who knows"), UNDETERMINED,
                     id="perhaps-accepted"),
        pytest.param((), fleet(inspector("tg", unknown="a subnet")), UNDETERMINED,
                     id="nodes-not-known"),
    ],
)  # fmt: skip
def test_f86_what_no_appliance_gets_is_dropped(
    parts: tuple[object, ...], behind: Fleet, expected: Verdict
) -> None:
    assert by(*parts, behind=behind) is expected


ELSEWHERE = subnet("p", "10.1.2.0/24", vpc="vpc-2", zone="zone-2")
BOTH = {"n": "10.1.1.4", "m": "10.1.3.4"}
SECOND = subnet("m", "10.1.3.0/24", vpc="vpc-2", zone="zone-2")


@pytest.mark.parametrize(
    ("parts", "behind", "expected"),
    [
        pytest.param((), fleet(inspector("tg", nodes=BOTH)), UNREACHABLE, id="off"),
        pytest.param((), fleet(inspector("tg", nodes=BOTH, cross_zone=Tri.YES)), REACHABLE,
                     id="on"),
        pytest.param((targets("tg", "app udp/6081", cross_zone=Tri.YES),),
                     fleet(inspector("tg", nodes=BOTH)), REACHABLE, id="on-by-the-group"),
        pytest.param((), fleet(inspector("tg", nodes=BOTH, cross_zone=Tri.MAYBE)), UNDETERMINED,
                     id="not-known"),
        pytest.param((), fleet(inspector("tg", cross_zone=Tri.YES)), UNREACHABLE,
                     id="a-zone-that-is-not-enabled"),
    ],
)  # fmt: skip
def test_f79_a_node_sends_to_appliances_of_its_own_zone_unless_it_crosses_zones(
    parts: tuple[object, ...], behind: Fleet, expected: Verdict
) -> None:
    open_ = group("app", "in udp/6081 from 10.1.0.0/16", "out udp/6081 to 10.1.0.0/16")
    assert by(ELSEWHERE, SECOND, open_, *parts, behind=behind) is expected


def test_f71_an_endpoint_is_served_by_the_node_in_its_own_zone() -> None:
    closed = group("app", "in udp/6081 from 10.1.3.0/24", "out udp/6081 to 10.1.3.0/24")
    crossing = fleet(inspector("tg", nodes=BOTH, cross_zone=Tri.YES))
    near = subnet("f", "10.0.7.0/24", "0.0.0.0/0 igw", zone="zone-2")
    assert by(SECOND, closed, near, behind=crossing) is REACHABLE
    assert by(SECOND, closed, behind=crossing) is UNREACHABLE
    far = subnet("f", "10.0.7.0/24", "0.0.0.0/0 igw", zone="zone-3")
    assert by(SECOND, far, behind=crossing) is UNDETERMINED


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((subnet(*WEB_SUBNET, "0.0.0.0/0 igw"),), id="the-reply-goes-past-it"),
        pytest.param((table("edge", "10.0.0.0/16 local"),), id="it-sees-the-reply-alone"),
        pytest.param((subnet(*WEB_SUBNET, "0.0.0.0/0 fw2"), endpoint(fleet(), "fw2", "g"),
                      subnet("g", "10.0.8.0/24", "0.0.0.0/0 igw")), id="by-another-endpoint"),
    ],
)  # fmt: skip
def test_f86_appliances_that_see_one_direction_only_may_drop_it(parts: tuple[object, ...]) -> None:
    """ "Asymmetric flows" of the Gateway Load Balancer guide: what begins at the load balancer may
    be answered past it; what does not is not supported. What appliances do nobody says."""
    assert by(*parts) is UNDETERMINED


def test_f71_its_endpoint_has_no_group_and_the_acl_of_its_subnet_judges() -> None:
    shut = acl("shut", "in 100 permit udp from 0.0.0.0/0", "out 100 permit any to 0.0.0.0/0")
    assert by(shut, subnet("f", "10.0.7.0/24", "0.0.0.0/0 igw", acl="shut")) is UNREACHABLE


def test_f86_an_appliance_that_is_down_gets_nothing() -> None:
    found = host("app", "10.1.2.5", "p")
    face = replace(found.interfaces[0], down="it is stopped")
    assert by(replace(found, interfaces=(face,))) is UNREACHABLE


@st.composite
def random_networks(draw: st.DrawFn) -> Network:
    network = rare_guard(draw, draw(plain_networks()))
    edits = st.sampled_from((edit_acl, edit_group, edit_subnet, edit_table))
    for edit in draw(st.lists(edits, max_size=2)):
        network = edit(draw, network)
    return network


def fast(found: Bounds) -> Tri:
    if HTTPS in found.must:
        return Tri.YES
    return Tri.MAYBE if HTTPS in found.may else Tri.NO


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(random_networks())
def test_both_engines_agree_on_what_gets_to_an_appliance(network: Network) -> None:
    fleets = Paths(network).hosts.fleets
    for one in network.firewalls.values():
        for base in (0, IPV6_BASE) if one.fleet else ():
            asked = Question(network, Flow(base + 1, base + 2, HTTPS, 1024), OPTIONS, 1024)
            assert one.fleet
            slow = through_fleet(asked, Way("forward", asked.flow), one, one.fleet)
            assert fast(fleets.reached(one, ipv6=bool(base))) is slow.outcome
