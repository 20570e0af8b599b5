"""A deny rule with exceptions and waivers against the slow engine, address by address and flow by
flow, in random networks of a small universe."""

from __future__ import annotations

from datetime import date
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.strategies import OPTIONS, networks
from tests.engine.universe import HOSTS, INTERNETS
from tfreach.engine.judge import Probes, judge
from tfreach.engine.verdicts import Verdict
from tfreach.policy.denies import judge_deny
from tfreach.policy.grammar import parse
from tfreach.policy.results import Result, Status
from tfreach.policy.rules import Deny, End, Flows, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.services import EVERYTHING, Services, services_of
from tfreach.policy.waivers import Waivers
from tfreach.space.headers import ALL_IPV4, ICMP, TCP, Family, prefix, service
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, Location, Network

HERE = Location("p.yaml", 1)
TODAY = date(2026, 11, 30)
BLOCKS = ("203.0.113.0/31", "203.0.113.1", "198.51.100.0/30")
ENDS = (*HOSTS, INTERNET, *BLOCKS, None)
NUMBERS = (service(TCP, 22), service(TCP, 443), service(TCP, 1025), service(ICMP, 8 << 8))
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
ALL = End("all", parse(" | ".join((*HOSTS, INTERNET))), HERE)

ends = st.sampled_from(ENDS).map(lambda text: End(text, parse(text), HERE) if text else None)
spoken = st.sampled_from(
    [EVERYTHING, services_of("tcp", None, None), services_of("tcp", "0-442,1025", None)]
)
flows = st.builds(Flows, ends, ends, spoken)


def holds(end: End | None, name: str, address: int) -> bool:
    """Whether an end means this endpoint, with this address of the Internet."""
    if end is None or end.text == name:
        return True
    return name == INTERNET and end.text in BLOCKS and address in prefix(end.text)


def means(of: Flows, pair: tuple[str, str], address: int, number: int) -> bool:
    whole = all(holds(end, name, address) for end, name in zip(of.ends, pair, strict=True))
    return whole and number in of.services.ipv4


def found(results: list[Result], pair: tuple[str, str], address: int, number: int) -> set[Status]:
    """What the results say of one flow, from or to one address of the Internet."""
    return {
        one.status if flow.verdict.delivers else Status.UNDETERMINED
        for one in results
        for flow in one.flows
        if (one.source, one.destination) == pair
        and flow.family is Family.IPV4
        and number in flow.services
        and (INTERNET not in pair or flow.delivered is None or address in flow.delivered)
    }


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(networks(), st.lists(flows, max_size=2), st.lists(flows, max_size=1), spoken)
def test_a_rule_is_broken_by_what_gets_through_and_nothing_else(
    network: Network, excepts: list[Flows], waived: list[Flows], wanted: Services
) -> None:
    rule = Deny("r", HERE, Flows(ALL, ALL, wanted), tuple(excepts), through=False)
    waivers = [Waiver("r", one, "", TODAY, HERE) for one in waived]
    scene = Scene(network, network, {}, OPTIONS, TODAY)
    results = judge_deny(rule, scene, Waivers(waivers, (), TODAY))
    there = [name for name in (*HOSTS, INTERNET) if name in network.endpoints]
    for pair in [pair for pair in product(there, there) if pair[0] != pair[1]]:
        addresses = network.internet & ALL_IPV4 if INTERNET in pair else IntervalSet.span(0, 0)
        for number in [one for one in NUMBERS if one in wanted.ipv4]:
            expected = {
                address: _judged(network, pair, address, number) for address in addresses.members()
            }
            unsure = Verdict.UNDETERMINED in expected.values()
            for address, verdict in expected.items():
                said = found(results, pair, address, number)
                if (
                    any(means(one, pair, address, number) for one in excepts)
                    or verdict is Verdict.UNREACHABLE
                ):
                    assert said == set() or unsure
                elif verdict.delivers and not unsure:
                    by_waiver = any(means(one, pair, address, number) for one in waived)
                    assert said == {Status.WAIVED if by_waiver else Status.FAIL}
                else:
                    assert said


def _judged(network: Network, pair: tuple[str, str], address: int, number: int) -> Verdict:
    one = IntervalSet.span(address, address)
    probes = Probes(
        sources=one if pair[0] == INTERNET else None,
        destinations=one if pair[1] == INTERNET else None,
    )
    return judge(network, *pair, number, OPTIONS, probes)


def test_the_blocks_are_of_the_small_universe() -> None:
    for text in BLOCKS:
        assert any(not prefix(text).isdisjoint(internet) for internet in INTERNETS)
