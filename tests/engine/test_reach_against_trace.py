"""All pairs at once against one traced flow after another, in random networks of a small universe.

TFREACH_EXAMPLES sets how many networks each test draws; `make test` leaves it alone.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import permutations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.strategies import (
    OPTIONS,
    different_ports,
    different_services,
    families_of,
    networks,
)
from tests.engine.universe import CLIENT_PORTS, SERVICE
from tfreach.engine.judge import Probes, judge
from tfreach.engine.reach import pair_flows, survey, survey_pair
from tfreach.engine.verdicts import NAT_PORTS, FlowSet, Options, Verdict
from tfreach.space.headers import (
    ALL_IPV4,
    Family,
    family_of,
    has_client_port,
    services_text,
)
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, ON_PREMISES, Endpoint, Filter, Network

EXAMPLES = int(os.environ.get("TFREACH_EXAMPLES", "120"))
SOME = 6
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)

many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)

WORKS = (Verdict.REACHABLE, Verdict.PARTIAL)


def verdict(flows: tuple[FlowSet, ...], service: int, family: Family = Family.IPV4) -> Verdict:
    """The verdict on one service; a service is in one flow set of a family at most."""
    found = [one.verdict for one in flows if service in one.services and one.family is family]
    assert len(found) <= 1
    return found[0] if found else Verdict.UNREACHABLE


def one(number: int) -> IntervalSet:
    return IntervalSet.span(number, number)


def every_member(network: Network) -> Probes:
    """Every address and client port; of the NAT ports one of each piece that no rule divides."""
    ports = different_ports(network, NAT_PORTS)
    return Probes(nat_ports=IntervalSet.of((port, port) for port in ports), every=True)


def named(source: str, destination: str, service: int, family: Family = Family.IPV4) -> str:
    return f"{source} -> {destination} {family.value} {services_text(one(service), family)}"


@many
@given(networks(), st.data())
def test_survey_agrees_with_the_trace_of_every_member(
    network: Network, data: st.DataObject
) -> None:
    """Of some pairs of each network: to trace every member of all of them takes seconds."""
    pairs = list(permutations(network.endpoints, 2))
    some = data.draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=SOME, unique=True))
    found = survey(network, OPTIONS, pairs).pairs
    listed = survey(network, OPTIONS).pairs
    far = {INTERNET, ON_PREMISES, SERVICE}
    assert listed == {pair: found[pair] for pair in found if not far.issuperset(pair)}
    probes = every_member(network)
    assert found.keys() <= set(pairs)
    for family in families_of(network):
        for pair, service in product(some, different_services(network, family)):
            expected = judge(network, *pair, service, OPTIONS, probes, family)
            said = verdict(found.get(pair, ()), service, family)
            assert said is expected, named(*pair, service, family)


@many
@given(networks())
def test_what_has_no_ipv6_is_judged_as_if_there_were_none(network: Network) -> None:
    """F16: no rule, route or address of IPv6 has a part in what IPv4 packets do."""
    four = without_ipv6(network)
    for pair in permutations(network.endpoints, 2):
        sides = [pair_flows(side, *pair, OPTIONS) for side in (network, four)]
        mine, other = ([one for one in side if one.family is Family.IPV4] for side in sides)
        assert mine == other


@many
@given(networks(), st.data())
def test_the_addresses_of_a_flow_set_are_those_that_take_part(
    network: Network, data: st.DataObject
) -> None:
    """Asked about one address of the Internet alone, the two still agree; and it is among the
    addresses of a flow set just when something may arrive from there (`partial`: may work)."""
    address = data.draw(st.sampled_from(list(network.internet.members())))
    family = family_of(address)
    alone, probes = one(address), every_member(network)
    hosts = [id_ for id_ in network.endpoints if id_ != INTERNET]
    some = data.draw(st.lists(st.sampled_from(hosts), min_size=1, max_size=2, unique=True))
    for host, inwards in product([network.endpoints[id_] for id_ in some], (True, False)):
        pair = (INTERNET, host.id) if inwards else (host.id, INTERNET)
        limited = survey_pair(
            network, *pair, OPTIONS, source_addresses=alone, destination_addresses=alone
        )
        sources, destinations = (alone, None) if inwards else (None, alone)
        probe = replace(probes, sources=sources, destinations=destinations)
        flows = pair_flows(network, *pair, OPTIONS)
        for service in different_services(network, family):
            expected = judge(network, *pair, service, OPTIONS, probe, family)
            assert verdict(limited, service, family) is expected, named(*pair, service, family)
            should = should_take_part(verdict(flows, service, family), expected)
            if is_simple(host, family) and should is not None:
                said = takes_part(flows, service, address)
                assert said == should, named(*pair, service, family)
                if expected is not Verdict.UNDETERMINED:
                    arrives = is_one_way(flows, service, address)
                    assert arrives is (expected is Verdict.ONE_WAY) or arrives is None, named(
                        *pair, service, family
                    )


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
            service, family = found.services.first, found.family
            simple = all(is_simple(network.endpoints[x], family) for x in pair)
            if found.client_ports is None or not simple:
                continue
            assert found.verdict is Verdict.PARTIAL
            assert has_client_port(service)
            expected = judge(network, *pair, service, only, probes, family)
            if expected is not Verdict.UNDETERMINED:
                said = port in found.client_ports
                assert said == (expected in WORKS), named(*pair, service, family)


def is_simple(host: Endpoint, family: Family = Family.IPV4) -> bool:
    """Whether no best-of and no agreement comes between the members and the limits."""
    faces = [one.of(family) for one in host.interfaces]
    return len(faces) <= 1 and not any(one.unknown for one in faces)


def without_ipv6(network: Network) -> Network:
    """What is left of it when all addresses, rules and routes of IPv6 are taken away."""

    def kept(found: Filter) -> Filter:
        sides = [
            tuple(replace(rule, peers=rule.peers & ALL_IPV4) for rule in rules)
            for rules in (found.ingress, found.egress)
        ]
        return replace(found, ingress=sides[0], egress=sides[1])

    return replace(
        network,
        vpcs={id_: replace(o, cidrs=o.cidrs & ALL_IPV4) for id_, o in network.vpcs.items()},
        subnets={id_: replace(o, cidr=o.cidr & ALL_IPV4) for id_, o in network.subnets.items()},
        acls={id_: kept(found) for id_, found in network.acls.items()},
        groups={id_: kept(found) for id_, found in network.groups.items()},
        internet=network.internet & ALL_IPV4,
        on_premises=network.on_premises & ALL_IPV4,
        tables={
            id_: replace(o, routes=tuple(r for r in o.routes if r.prefix.first in ALL_IPV4))
            for id_, o in network.tables.items()
        },
        transit_tables={
            id_: replace(o, routes=tuple(r for r in o.routes if r.prefix.first in ALL_IPV4))
            for id_, o in network.transit_tables.items()
        },
    )


def takes_part(flows: tuple[FlowSet, ...], service: int, address: int) -> bool:
    """Whether a flow set with `service` names `address`."""
    family = family_of(address)
    found = [flow for flow in flows if service in flow.services and flow.family is family]
    return any(flow.addresses is None or address in flow.addresses for flow in found)


def is_one_way(flows: tuple[FlowSet, ...], service: int, address: int) -> bool | None:
    """Whether a flow set with `service` says of `address` that it only gets requests through, where
    others have a connection; None where it is not partial by addresses."""
    family = family_of(address)
    found = [flow for flow in flows if service in flow.services and flow.family is family]
    if not found or found[0].verdict is not Verdict.PARTIAL or found[0].addresses is None:
        return None
    return found[0].one_way is not None and address in found[0].one_way


def should_take_part(whole: Verdict, alone: Verdict) -> bool | None:
    """By the verdict for all addresses and for the one alone; None: these two do not tell."""
    if whole is not Verdict.PARTIAL:
        return alone is not Verdict.UNREACHABLE
    return None if alone is Verdict.UNDETERMINED else alone in WORKS
