"""Routes to endpoints of AWS Network Firewall, in hand-made networks, by both engines (F86)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.engine.firewalled import WEB_SUBNET, guarded, policy, rule
from tests.engine.networks import acl, subnet, table
from tests.engine.test_middlebox import verdict
from tests.engine.tiers import nodes, only
from tfreach.engine.judge import judge
from tfreach.engine.reach import pair_flows
from tfreach.engine.verdicts import Verdict
from tfreach.space.headers import TCP, UDP, service, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.doors import (
    DROP,
    EITHER,
    FORWARD,
    HANDSHAKE,
    PASS,
    FirewallPolicy,
    FirewallRule,
)
from tfreach.topology.network import Network

REACHABLE, UNREACHABLE = Verdict.REACHABLE, Verdict.UNREACHABLE
UNDETERMINED = Verdict.UNDETERMINED
HTTPS = services(TCP, IntervalSet.span(443, 443))
OPEN = policy()


def by(rules: FirewallPolicy, *parts: object) -> Verdict:
    return verdict(guarded(rules, *parts), "internet", "web")


def test_f86_a_route_leads_to_an_endpoint_and_its_subnet_s_table_sends_on() -> None:
    found = only(guarded(OPEN), "203.0.113.9 -> web tcp/443")
    assert nodes(found.forward.hops) == "igw edge open fw1 open rtb-f open web web"
    assert found.back is not None
    assert nodes(found.back.hops) == "open rtb-a open fw1 open rtb-f igw internet"
    assert by(OPEN) is REACHABLE


def test_f86_between_two_subnets_it_judges_too() -> None:
    net = guarded(policy(rule(DROP, HTTPS, destination="10.0.0.0/24")))
    assert verdict(net, "db", "web") is UNREACHABLE
    assert verdict(net, "db", "web", 22) is REACHABLE
    assert verdict(guarded(OPEN), "web", "db") is REACHABLE


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param(policy(rule(DROP)), UNREACHABLE, id="dropped"),
        pytest.param(policy(rule(PASS, HTTPS), rule(DROP)), REACHABLE, id="passed-first"),
        pytest.param(policy(rule(DROP), rule(PASS)), UNREACHABLE, id="dropped-first"),
        pytest.param(policy(rule(PASS), otherwise=DROP), REACHABLE, id="passed-else-dropped"),
        pytest.param(policy(otherwise=DROP), UNREACHABLE, id="dropped-by-default"),
        pytest.param(policy(otherwise=HANDSHAKE), UNDETERMINED, id="established"),
        pytest.param(policy(rule(EITHER)), UNDETERMINED, id="not-evaluated"),
        pytest.param(policy(rule(PASS, unknown="flags"), rule(DROP)), UNDETERMINED, id="may-match"),
        pytest.param(policy(unknown="not here"), UNDETERMINED, id="no-policy"),
    ],
)
def test_f86_stateful_rules_judge_what_opens_a_connection(
    rules: FirewallPolicy, expected: Verdict
) -> None:
    assert by(rules) is expected


def test_f86_a_rule_for_the_other_way_may_drop_a_reply_that_no_rule_passes() -> None:
    back = rule(DROP, source="10.0.0.0/24")
    assert by(policy(back)) is UNDETERMINED
    assert by(policy(rule(PASS, HTTPS, destination="10.0.0.0/24"), back)) is REACHABLE


@pytest.mark.parametrize(
    ("stateless", "default", "expected"),
    [
        pytest.param((rule(DROP, HTTPS, destination="10.0.0.0/24"),), FORWARD, UNREACHABLE),
        pytest.param((), PASS, REACHABLE),
        pytest.param((), DROP, UNREACHABLE),
        pytest.param((rule(PASS, HTTPS, destination="10.0.0.0/24"),), DROP, Verdict.ONE_WAY),
        pytest.param(
            (rule(PASS, destination="10.0.0.0/24"), rule(PASS, source="10.0.0.0/24")),
            FORWARD,
            UNDETERMINED,
        ),
        pytest.param((rule(PASS, HTTPS, destination="10.0.0.0/24"),), FORWARD, UNDETERMINED),
    ],
    ids=["dropped", "pass", "drop", "no-rule-back", "some-both-ways", "back-to-the-stateful"],
)
def test_f86_stateless_rules_judge_both_directions(
    stateless: tuple[FirewallRule, ...], default: str, expected: Verdict
) -> None:
    assert by(policy(stateless=stateless, default=default)) is expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((subnet(*WEB_SUBNET, "0.0.0.0/0 igw"),), UNDETERMINED, id="past"),
        pytest.param((subnet(*WEB_SUBNET, "0.0.0.0/0 fw2"),), UNDETERMINED, id="by-another"),
        pytest.param((subnet(*WEB_SUBNET, "0.0.0.0/0 fw1 fw2"),), UNDETERMINED, id="one-of-two"),
        pytest.param((table("edge", "10.0.0.0/16 local"),), UNDETERMINED, id="back-only"),
        pytest.param((subnet(*WEB_SUBNET, "0.0.0.0/0 nat"),), UNREACHABLE, id="to-no-gateway"),
    ],
)
def test_f86_a_reply_that_goes_past_a_stateful_firewall_may_be_lost(
    parts: tuple[object, ...], expected: Verdict
) -> None:
    found = by(OPEN, *parts)
    assert found is (Verdict.ONE_WAY if expected is UNREACHABLE else expected)


def test_f86_what_begins_in_the_firewall_s_own_subnet_is_not_inspected() -> None:
    net = guarded(OPEN, subnet("f", "10.0.0.0/24", "0.0.0.0/0 igw"))
    inside = replace(net.firewalls["fw1"], subnet="a")
    assert verdict(replace(net, firewalls={"fw1": inside}), "internet", "web") is UNDETERMINED


def test_f86_the_network_acl_of_its_subnet_judges_both_ways() -> None:
    closed = subnet("f", "10.0.7.0/24", "0.0.0.0/0 igw", acl="shut")
    shut = acl("shut", "out 100 permit any to 0.0.0.0/0")
    assert by(OPEN, closed, shut) is UNREACHABLE


BLOCKS = ("", "10.0.0.0/24", "10.0.1.0/24", "203.0.113.0/24", "10.0.0.0/16")
SERVED = (HTTPS, services(TCP), services(UDP), HTTPS | services(UDP))


def _rules(draw: Random, actions: tuple[str, ...]) -> tuple[FirewallRule, ...]:
    return tuple(
        rule(draw.choice(actions), draw.choice(SERVED), draw.choice(BLOCKS), draw.choice(BLOCKS),
             draw.choice(("", "", "a doubt")))
        for _ in range(draw.randrange(3))
    )  # fmt: skip


def random_network(seed: int) -> Network:
    draw = Random(seed)
    rules = policy(
        *_rules(draw, (PASS, DROP, EITHER)),
        stateless=_rules(draw, (PASS, DROP, FORWARD)),
        default=draw.choice((PASS, FORWARD, FORWARD, DROP)),
        otherwise=draw.choice((PASS, PASS, DROP, HANDSHAKE)),
    )
    ways = ("fw1", "fw1", "fw2", "fw1 fw2", "igw", "nat")
    inner = ("fw1", "fw1", "fw2", "fw1 fw2", "local")
    to = {one: draw.choice(ways) for one in "abcfg"}
    return guarded(
        rules,
        table("edge", "10.0.0.0/16 local", f"10.0.0.0/24 {draw.choice(inner)}"),
        subnet(*WEB_SUBNET, f"0.0.0.0/0 {to['a']}", f"10.0.1.0/24 {draw.choice(inner)}"),
        subnet("b", "10.0.1.0/24", f"0.0.0.0/0 {to['b']}", f"10.0.0.0/24 {draw.choice(inner)}"),
        subnet("c", "10.0.2.0/24", f"0.0.0.0/0 {to['c']}"),
        subnet("f", "10.0.7.0/24", f"0.0.0.0/0 {draw.choice(('igw', 'igw', to['f']))}"),
    )


@pytest.mark.parametrize("seed", range(12))
def test_both_engines_agree_on_firewalls(seed: int) -> None:
    net = random_network(seed)
    for source in ("internet", "web", "db", "far"):
        for destination in ("internet", "web", "db"):
            if source == destination:
                continue
            flows = pair_flows(net, source, destination)
            for asked in (service(TCP, 443), service(TCP, 22), service(UDP, 53)):
                fast = [one.verdict for one in flows if asked in one.services]
                slow = judge(net, source, destination, asked)
                assert (fast[0] if fast else UNREACHABLE) is slow, (source, destination, asked)
