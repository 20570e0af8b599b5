"""Verdicts of two endpoints by their definition: what counts, what may be, what is best."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.networks import (
    OPEN,
    acl,
    gateway,
    group,
    host,
    interface,
    link,
    nat,
    network,
    subnet,
    table,
    tcp,
)
from tests.engine.strategies import different_ports, different_services, networks
from tests.engine.tiers import MAYBE, NO, YES, tiers
from tests.engine.universe import CLIENT_PORTS
from tests.space.test_intervals import sets
from tfreach.engine.judge import Probes, judge, judgement, verdict_of
from tfreach.engine.representatives import representatives
from tfreach.engine.verdicts import NAT_PORTS, Options, Verdict
from tfreach.space.headers import ICMP, prefix, service
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Endpoint, Interface, Network, Tri

IN, OUT = "in 100 permit any from 0.0.0.0/0", "out 100 permit any to 0.0.0.0/0"


@pytest.mark.parametrize(
    ("members", "verdict"),
    [
        pytest.param([(YES, YES), (YES, YES)], Verdict.REACHABLE, id="all come back"),
        pytest.param([(NO, NO)], Verdict.UNREACHABLE, id="none arrives"),
        pytest.param([], Verdict.UNREACHABLE, id="there is none"),
        pytest.param([(YES, NO), (NO, NO)], Verdict.ONE_WAY, id="some arrive, none comes back"),
        pytest.param([(YES, YES), (YES, NO)], Verdict.PARTIAL, id="some come back"),
        pytest.param([(YES, YES), (NO, NO)], Verdict.PARTIAL, id="some arrive"),
        pytest.param(
            [(YES, YES), (MAYBE, NO), (MAYBE, MAYBE)], Verdict.PARTIAL, id="some do, some do not"
        ),
        pytest.param([(YES, YES), (MAYBE, MAYBE)], Verdict.UNDETERMINED, id="some may"),
        pytest.param([(MAYBE, NO)], Verdict.UNDETERMINED, id="may arrive, never comes back"),
        pytest.param([(NO, NO), (MAYBE, MAYBE)], Verdict.UNDETERMINED, id="may or not"),
        pytest.param([(YES, NO), (MAYBE, NO)], Verdict.ONE_WAY, id="arrives for some, no reply"),
        pytest.param([(YES, MAYBE)], Verdict.UNDETERMINED, id="the reply may come back"),
    ],
)
def test_verdict_of(members: list[tuple[Tri, Tri]], verdict: Verdict) -> None:
    assert verdict_of(members) is verdict


def spread(unknown: str = "", c_acl: str = "open") -> Network:
    """db in the subnets b and c: in each of them (F96), or, if `unknown`, in one of them."""
    sites = {"b": "10.0.1.0/24", "c": "10.0.2.0/24"}
    both = replace(interface("eni-db", sites, (link("db"),)), unknown=unknown)
    parts = (acl("shut"), subnet("c", "10.0.2.0/24", acl=c_acl), Endpoint("db", "db", (both,)))
    return tiers(*parts)


@pytest.mark.parametrize(
    ("net", "verdict"),
    [
        pytest.param(spread(), Verdict.REACHABLE, id="in every subnet (F96)"),
        pytest.param(spread(c_acl="shut"), Verdict.PARTIAL, id="not in one of them (F96)"),
        pytest.param(spread("after apply"), Verdict.REACHABLE, id="whichever it is"),
        pytest.param(
            spread("after apply", c_acl="shut"), Verdict.UNDETERMINED, id="it depends on which"
        ),
    ],
)
def test_f96_a_database_counts_in_every_subnet_of_its_group(net: Network, verdict: Verdict) -> None:
    found = judgement(net, "web", "db", tcp(5432))
    assert found.verdict is verdict
    assert found.reasons == ({"after apply"} if verdict is Verdict.UNDETERMINED else frozenset())
    assert [one.destination.subnet for one in found.places] == ["b", "c"]


def test_every_address_that_an_interface_may_get_counts() -> None:
    net = tiers(group("db", "in tcp/22 from 10.0.0.128/25"), host("web", "10.0.0.0/24", "a"))
    assert judge(net, "web", "db", tcp(22)) is Verdict.PARTIAL
    upper = Probes(sources=prefix("10.0.0.128/26"))
    assert judge(net, "web", "db", tcp(22), probes=upper) is Verdict.REACHABLE
    lower = Probes(sources=prefix("10.0.0.7/32"))
    assert judge(net, "web", "db", tcp(22), probes=lower) is Verdict.UNREACHABLE


def test_f31_replies_must_reach_every_client_port() -> None:
    linux = acl("mine", IN, "out 1 permit tcp/32768-60999 to 0.0.0.0/0")
    net = tiers(linux, web_acl="mine")
    assert judge(net, "internet", "web", tcp(443)) is Verdict.PARTIAL
    narrow = Options(IntervalSet.span(32768, 60999))
    assert judge(net, "internet", "web", tcp(443), narrow) is Verdict.REACHABLE
    assert judge(net, "internet", "web", tcp(443), Options(IntervalSet.span(1024, 2000))) is (
        Verdict.ONE_WAY
    )


def test_f31_a_nat_gateway_uses_1024_to_65535_whatever_the_client_uses() -> None:
    edge = acl(
        "edge", "in 1 permit any from 10.0.0.0/8", "in 2 permit tcp/40000-50000 from 0.0.0.0/0"
    )
    net = tiers(replace(edge, egress=acl("x", OUT).egress), web_acl="edge")
    client = Options(IntervalSet.span(40000, 50000))
    assert judge(net, "db", "internet", tcp(443), client) is Verdict.PARTIAL
    inside = Probes(nat_ports=IntervalSet.span(40000, 50000))
    assert judge(net, "db", "internet", tcp(443), client, inside) is Verdict.REACHABLE


def test_the_internet_is_every_address_of_it() -> None:
    net = tiers(group("web", "in tcp/22 from 203.0.113.0/25"))
    assert judge(net, "internet", "web", tcp(22)) is Verdict.PARTIAL
    assert judge(net, "internet", "web", service(ICMP, 8 << 8)) is Verdict.UNREACHABLE


def test_the_best_pair_of_interfaces_counts() -> None:
    def two(*groups: str) -> Network:
        made = [interface(f"eni-{id}", {"b": "10.0.1.5"}, (link(id),)) for id in groups]
        filters = group("shut"), group("murky", "in any from 0.0.0.0/0 ?"), group("open", *OPEN)
        half = group("half", "in any from 10.0.0.128/25")
        wide = host("web", "10.0.0.0/24", "a")
        return tiers(*filters, half, wide, Endpoint("db", "instance", tuple(made)))

    assert judge(two("shut", "open"), "web", "db", tcp(1)) is Verdict.REACHABLE
    assert judge(two("shut", "half"), "web", "db", tcp(1)) is Verdict.PARTIAL
    assert judge(two("half", "murky"), "web", "db", tcp(1)) is Verdict.UNDETERMINED
    assert judge(two("murky", "open"), "web", "db", tcp(1)) is Verdict.REACHABLE
    assert judge(two(), "web", "db", tcp(1)) is Verdict.UNREACHABLE


def test_the_reasons_are_those_of_the_members_that_are_not_decided() -> None:
    net = tiers(group("db", "in tcp/22 from 10.0.0.0/24 ?"))
    found = judgement(net, "web", "db", tcp(22))
    assert found.verdict is Verdict.UNDETERMINED
    assert found.reasons == {"not known: in tcp/22 from 10.0.0.0/24 ?"}
    assert judgement(net, "web", "db", tcp(23)).reasons == frozenset()


def test_a_fork_gives_its_reason() -> None:
    own = table("own", "0.0.0.0/0 igw")
    either = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", table=link("own", "rtb-a"))
    assert judge(tiers(own, either), "web", "internet", tcp(443)) is Verdict.REACHABLE
    net = tiers(nat("nat", "10.0.0.9", "a", "c"))
    found = judgement(net, "db", "internet", tcp(443))
    assert found.verdict is Verdict.UNDETERMINED
    assert found.reasons == {"one of a, c"}


def test_of_a_partial_place_a_member_that_fails_is_shown() -> None:
    net = tiers(acl("mine", IN, "out 1 permit tcp/32768-60999 to 0.0.0.0/0"), web_acl="mine")
    (placed,) = judgement(net, "internet", "web", tcp(443)).places
    assert placed.verdict is Verdict.PARTIAL
    assert [one.code for one in placed.traces[0].blockers] == ["SUBNET_ACL_RESTRICTION"]


def test_where_an_interface_is_may_be_unknown_altogether() -> None:
    lost = Endpoint("db", "db", (Interface("eni", (), (link("db"),), unknown="after apply"),))
    found = judgement(tiers(lost), "web", "db", tcp(22))
    assert found.verdict is Verdict.UNDETERMINED
    assert found.reasons == {"after apply"}


def test_an_endpoint_and_itself_are_not_a_pair() -> None:
    with pytest.raises(ValueError, match="not a pair"):
        judge(tiers(), "web", "web", tcp(22))


def test_representatives_are_one_of_each_piece() -> None:
    whole = IntervalSet.span(0, 99)
    cuts = [IntervalSet.span(10, 19), IntervalSet.of([(15, 30), (90, 99)])]
    assert representatives(whole, cuts) == [0, 10, 15, 20]
    assert representatives(IntervalSet.span(3, 5), cuts, every=True) == [3, 4, 5]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.data())
def test_representatives_judge_as_all_members_do(net: Network, data: st.DataObject) -> None:
    ports = different_ports(net, NAT_PORTS)
    probes = Probes(nat_ports=IntervalSet.of((port, port) for port in ports), every=True)
    source, destination = data.draw(st.sampled_from(list(permutations(net.endpoints, 2))))
    for asked in data.draw(st.lists(st.sampled_from(different_services(net)), max_size=3)):
        pair = (net, source, destination, asked, Options(CLIENT_PORTS))
        assert judge(*pair) is judge(*pair, probes)


def test_two_hundred_rules_are_judged() -> None:
    """Where every rule names another block and other ports: by pieces, not one by one."""

    def rule(n: int) -> str:
        way, peer = ("in", "from") if n % 2 else ("out", "to")
        action = "deny" if n % 3 else "permit"
        lo = 1024 + 600 * n
        return f"{way} {n} {action} tcp/{lo}-{lo + 999} {peer} 203.0.113.{n * 5}/30"

    numbers = range(1, 50)
    rules = [rule(n) for n in numbers]
    wide = [f"out tcp/443 to 198.51.100.{n * 4}/30" for n in range(64)]
    net = network(
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", acl="x"),
        *(gateway(), nat("nat", "10.0.0.9", "a")),
        subnet("b", "10.0.1.0/24", "0.0.0.0/0 nat", acl="y"),
        *(acl("x", *rules, IN, OUT), acl("y", *rules, IN, OUT)),
        *(group("db", *wide, *OPEN), host("db", "10.0.1.0/24", "b")),
    )
    assert judge(net, "db", "internet", tcp(443)) is Verdict.PARTIAL


@given(st.lists(sets, max_size=4), st.lists(st.lists(sets, max_size=3), max_size=3), sets)
def test_of_sets_of_which_any_will_do_the_first_piece_stands_for_all(
    cuts: list[IntervalSet], any_of: list[list[IntervalSet]], whole: IntervalSet
) -> None:
    found = representatives(whole, cuts, any_of=any_of)
    fine = representatives(whole, [*cuts, *(one for some in any_of for one in some)])

    def said(number: int) -> tuple[bool, ...]:
        inside = (any(number in one for one in some) for some in any_of)
        return *(number in one for one in cuts), *inside

    first: dict[tuple[bool, ...], int] = {}
    for number in fine:
        first.setdefault(said(number), number)
    assert found == list(first.values())
