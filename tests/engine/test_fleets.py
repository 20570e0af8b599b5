"""Appliances behind a Gateway Load Balancer: both engines on whether packets get to one (F86)."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.edits import edit_acl, edit_group, edit_subnet, edit_table
from tests.engine.guards import rare_guard
from tests.engine.strategies import OPTIONS, plain_networks
from tests.engine.test_reach_against_trace import SLOW
from tfreach.engine.fleets import through_fleet
from tfreach.engine.paths import Paths
from tfreach.engine.walk import Question, Way
from tfreach.space.bounds import Bounds
from tfreach.space.headers import IPV6_BASE, TCP, Flow, service
from tfreach.topology.network import Network, Tri

EXAMPLES = int(os.environ.get("TFREACH_EXAMPLES", "300"))
HTTPS = service(TCP, 443)


@st.composite
def inspected(draw: st.DrawFn) -> Network:
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
@given(inspected())
def test_both_engines_agree_on_what_gets_to_an_appliance(network: Network) -> None:
    fleets = Paths(network).hosts.fleets
    for one in network.firewalls.values():
        for base in (0, IPV6_BASE) if one.fleet else ():
            asked = Question(network, Flow(base + 1, base + 2, HTTPS, 1024), OPTIONS, 1024)
            assert one.fleet
            slow = through_fleet(asked, Way("forward", asked.flow), one, one.fleet)
            assert fast(fleets.reached(one, ipv6=bool(base))) is slow.outcome
