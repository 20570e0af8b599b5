"""All pairs at once against one traced flow after another, in random networks of a small universe.

TFREACH_EXAMPLES sets how many networks each test draws; `make test` leaves it alone.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import permutations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.strategies import OPTIONS, different_ports, different_services, networks
from tests.engine.universe import CLIENT_PORTS, SERVICE
from tfreach.engine.judge import Probes, judge
from tfreach.engine.reach import pair_flows, survey, survey_pair
from tfreach.engine.verdicts import NAT_PORTS, FlowSet, Options, Verdict
from tfreach.space.headers import has_client_port, services_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, ON_PREMISES, Endpoint, Network

EXAMPLES = int(os.environ.get("TFREACH_EXAMPLES", "250"))
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)

many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)

WORKS = (Verdict.REACHABLE, Verdict.PARTIAL)


def verdict(flows: tuple[FlowSet, ...], service: int) -> Verdict:
    """The verdict on one service; a service is in one flow set at most."""
    found = [one.verdict for one in flows if service in one.services]
    assert len(found) <= 1
    return found[0] if found else Verdict.UNREACHABLE


def one(number: int) -> IntervalSet:
    return IntervalSet.span(number, number)


def every_member(network: Network) -> Probes:
    """Every address and client port; of the NAT ports one of each piece that no rule divides."""
    ports = different_ports(network, NAT_PORTS)
    return Probes(nat_ports=IntervalSet.of((port, port) for port in ports), every=True)


def named(source: str, destination: str, service: int) -> str:
    return f"{source} -> {destination} {services_text(one(service))}"


@many
@given(networks())
def test_survey_agrees_with_the_trace_of_every_member(network: Network) -> None:
    pairs = list(permutations(network.endpoints, 2))
    found = survey(network, OPTIONS, pairs).pairs
    listed = survey(network, OPTIONS).pairs
    far = {INTERNET, ON_PREMISES, SERVICE}
    assert listed == {pair: found[pair] for pair in found if not far.issuperset(pair)}
    probes = every_member(network)
    services = different_services(network)
    assert found.keys() <= set(pairs)
    for pair, service in product(pairs, services):
        expected = judge(network, *pair, service, OPTIONS, probes)
        assert verdict(found.get(pair, ()), service) is expected, named(*pair, service)


@many
@given(networks(), st.data())
def test_the_addresses_of_a_flow_set_are_those_that_take_part(
    network: Network, data: st.DataObject
) -> None:
    """Asked about one address of the Internet alone, the two still agree; and it is among the
    addresses of a flow set just when something may arrive from there (`partial`: may work)."""
    address = data.draw(st.sampled_from(list(network.internet.members())))
    alone, probes = one(address), every_member(network)
    hosts = [host for host in network.endpoints.values() if host.id != INTERNET]
    for host, inwards in product(hosts, (True, False)):
        pair = (INTERNET, host.id) if inwards else (host.id, INTERNET)
        limited = survey_pair(
            network, *pair, OPTIONS, source_addresses=alone, destination_addresses=alone
        )
        sources, destinations = (alone, None) if inwards else (None, alone)
        probe = replace(probes, sources=sources, destinations=destinations)
        flows = pair_flows(network, *pair, OPTIONS)
        for service in different_services(network):
            expected = judge(network, *pair, service, OPTIONS, probe)
            assert verdict(limited, service) is expected, named(*pair, service)
            should = should_take_part(verdict(flows, service), expected)
            if is_simple(host) and should is not None:
                assert takes_part(flows, service, address) == should, named(*pair, service)


@many
@given(networks(), st.data())
def test_the_client_ports_of_a_flow_set_are_those_that_replies_reach(
    network: Network, data: st.DataObject
) -> None:
    """A port that is left out of `client_ports` never works, and one that is in may."""
    port = data.draw(st.sampled_from(list(CLIENT_PORTS.members())))
    only = Options(one(port))
    probes = Probes(nat_ports=one(port), every=True)
    for pair, flows in survey(network, OPTIONS).pairs.items():
        for found in flows:
            service = found.services.first
            if found.client_ports is None or not all(is_simple(network.endpoints[x]) for x in pair):
                continue
            assert found.verdict is Verdict.PARTIAL
            assert has_client_port(service)
            expected = judge(network, *pair, service, only, probes)
            if expected is not Verdict.UNDETERMINED:
                assert (port in found.client_ports) == (expected in WORKS), named(*pair, service)


def is_simple(host: Endpoint) -> bool:
    """Whether no best-of and no agreement comes between the members and the limits."""
    return len(host.interfaces) <= 1 and not any(one.unknown for one in host.interfaces)


def takes_part(flows: tuple[FlowSet, ...], service: int, address: int) -> bool:
    """Whether a flow set with `service` names `address`."""
    found = [flow for flow in flows if service in flow.services]
    return any(flow.addresses is None or address in flow.addresses for flow in found)


def should_take_part(whole: Verdict, alone: Verdict) -> bool | None:
    """By the verdict for all addresses and for the one alone; None: these two do not tell."""
    if whole is not Verdict.PARTIAL:
        return alone is not Verdict.UNREACHABLE
    return None if alone is Verdict.UNDETERMINED else alone in WORKS
