"""Routes to interfaces whose hosts forward, in hand-made networks, by both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import acl, group, host, link, subnet, table, vpc
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, nodes, only, tiers, traces
from tfreach.engine.judge import judge
from tfreach.engine.reach import pair_flows
from tfreach.engine.trace import best
from tfreach.engine.verdicts import Disposition, Verdict
from tfreach.space.headers import TCP, service
from tfreach.topology.network import Endpoint, Network, Tri

OPEN = ("in any from 0.0.0.0/0", "out any to 0.0.0.0/0")
OUT, ASK = "db -> 203.0.113.9 tcp/443", "web -> db tcp/443"
CHECK = "ENI_SOURCE_DEST_CHECK_RESTRICTION"


def box(subnet_: str = "m", address: str = "10.0.3.5", **more: object) -> Endpoint:
    given = {"public": "198.51.100.50", "forwards": YES, **more}
    return host("box", address, subnet_, **given)  # type: ignore[arg-type]


IN_M = subnet("m", "10.0.3.0/24", "0.0.0.0/0 igw")
BY_BOX = subnet("b", "10.0.1.0/24", "0.0.0.0/0 eni-box")


def boxed(*parts: object) -> Network:
    """db in subnet b leaves by box, which stands in subnet m."""
    return tiers(IN_M, BY_BOX, group("box", *OPEN), box(), *parts)


def between(*parts: object) -> Network:
    """What web in subnet a sends to db in subnet b goes by box, and so do the replies."""
    there = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", "10.0.1.0/24 eni-box")
    back = subnet("b", "10.0.1.0/24", "0.0.0.0/0 nat", "10.0.0.0/24 eni-box")
    return tiers(IN_M, there, back, group("box", *OPEN), box(), *parts)


def verdict(net: Network, source: str, destination: str, port: int = 443) -> Verdict:
    """By both engines, which have to agree."""
    asked = service(TCP, port)
    flows = [one for one in pair_flows(net, source, destination) if asked in one.services]
    slow = judge(net, source, destination, asked)
    assert (flows[0].verdict if flows else Verdict.UNREACHABLE) is slow
    return slow


def test_a_nat_instance_puts_its_own_address_in_place_of_the_source() -> None:
    found = only(boxed(), OUT)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == (
        "db open rtb-b open eni-box box box open rtb-m eni-box igw internet"
    )
    assert found.back is not None
    assert nodes(found.back.hops) == "igw open eni-box open rtb-m open db"
    assert verdict(boxed(), "db", "internet") is Verdict.REACHABLE


@pytest.mark.parametrize(
    ("forwards", "expected"),
    [(YES, Verdict.REACHABLE), (NO, Verdict.UNREACHABLE), (MAYBE, Verdict.UNDETERMINED)],
)
def test_f103_with_its_check_on_an_interface_drops_what_is_not_for_itself(
    forwards: Tri, expected: Verdict
) -> None:
    net = boxed(box(forwards=forwards))
    assert verdict(net, "db", "internet") is expected
    if forwards is NO:
        assert blockers(only(net, OUT)) == [f"forward ingress eni-box {CHECK}"]


def test_f103_what_is_addressed_to_the_interface_itself_is_not_checked() -> None:
    net = boxed(box(forwards=NO), subnet("b", "10.0.1.0/24", "10.0.3.0/24 eni-box"))
    assert verdict(net, "db", "box") is Verdict.REACHABLE


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param(OPEN[1:], "forward ingress eni-box", id="in"),
        pytest.param(OPEN[:1], "forward egress eni-box", id="out"),
    ],
)
def test_f33_the_groups_of_the_host_judge_what_it_forwards(
    rules: tuple[str, ...], told: str
) -> None:
    net = boxed(group("box", *rules))
    assert verdict(net, "db", "internet") is Verdict.UNREACHABLE
    assert blockers(only(net, OUT))[0].replace(" box ", " eni-box ").startswith(told)


def test_f11_the_first_host_knows_the_group_of_the_sender_and_who_comes_after_does_not() -> None:
    known = group("box", "in any from group:web", OPEN[1])
    assert verdict(between(known), "web", "db") is Verdict.REACHABLE
    named = group("db", "in any from group:web", OPEN[1])
    assert verdict(between(named), "web", "db") is Verdict.UNREACHABLE
    codes = {code for hop in only(between(named), ASK).forward.hops for code in hop.codes}
    assert "SG_REFERENCES_NOT_PRESERVED" in codes


def test_f11_whether_the_sender_may_name_a_group_behind_a_host_is_not_documented() -> None:
    naming = group("web", OPEN[0], "out any to group:db")
    assert verdict(between(naming), "web", "db") is Verdict.UNDETERMINED
    assert verdict(tiers(naming), "web", "db") is Verdict.REACHABLE


def test_without_a_public_address_a_host_cannot_translate() -> None:
    net = boxed(box(public=""))
    assert verdict(net, "db", "internet") is Verdict.UNREACHABLE
    (told,) = blockers(only(net, OUT))
    assert told == "forward egress igw IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
    known = host("db", "10.0.1.5", "b", public="198.51.100.8")
    assert verdict(boxed(box(public=""), known), "db", "internet") is Verdict.REACHABLE


def test_with_two_public_addresses_it_is_not_known_whose_the_packet_has() -> None:
    """Both ways have to be the same: replies to the host pass the ACL of its subnet, replies to
    the sender only its own."""
    known = host("db", "10.0.1.5", "b", public="198.51.100.8")
    assert len(traces(boxed(known), OUT)) == 2
    assert verdict(boxed(known), "db", "internet") is Verdict.REACHABLE
    shut = acl("shut", "in 1 permit any from 10.0.0.0/8", "out 1 permit any to 0.0.0.0/0")
    apart = subnet("m", "10.0.3.0/24", "0.0.0.0/0 igw", acl="shut")
    assert verdict(boxed(shut, apart, known), "db", "internet") is Verdict.UNDETERMINED
    assert verdict(boxed(shut, apart), "db", "internet") is Verdict.ONE_WAY


def test_f42_the_route_to_a_stopped_instance_is_a_blackhole() -> None:
    found = box()
    down = replace(found, interfaces=(replace(found.interfaces[0], down="box is stopped"),))
    assert verdict(boxed(down), "db", "internet") is Verdict.UNREACHABLE
    assert blockers(only(boxed(down), OUT)) == ["forward egress eni-box BAD_STATE_ROUTE"]


def test_f38_a_route_more_specific_than_local_leads_to_a_host() -> None:
    found = only(between(), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == (
        "web open rtb-a open eni-box box box open rtb-m open db db"
    )
    assert found.back is not None
    assert nodes(found.back.hops) == "open rtb-b open eni-box open rtb-m open web"
    assert verdict(between(), "web", "db") is Verdict.REACHABLE


def test_f39_the_local_route_may_have_a_host_in_its_place() -> None:
    without = subnet("a", "10.0.0.0/24", table=link("own"))
    net = between(without, table("own", "10.0.0.0/16 eni-box"))
    assert nodes(only(net, ASK).forward.hops).startswith("web open own open eni-box")
    assert verdict(net, "web", "db") is Verdict.REACHABLE


def test_a_reply_that_a_host_did_not_see_the_request_of_is_judged_by_its_groups() -> None:
    """Groups keep a connection in mind at the interface that saw it opened (F2)."""
    back = subnet("b", "10.0.1.0/24", "10.0.0.0/24 eni-box")
    only_https = group("box", "in tcp/443 from 0.0.0.0/0", "out tcp/443 to 0.0.0.0/0")
    straight = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw")
    assert verdict(between(straight, back, only_https), "web", "db") is Verdict.ONE_WAY
    assert verdict(between(straight, back), "web", "db") is Verdict.REACHABLE
    assert verdict(between(back, only_https), "web", "db") is Verdict.REACHABLE


def test_f47_no_route_takes_hosts_of_one_subnet_through_another_host() -> None:
    beside = host("job", "10.0.1.6", "b")
    net = between(group("job", *OPEN), beside, box(forwards=NO))
    assert verdict(net, "job", "db") is Verdict.REACHABLE


def test_f28_the_acl_of_the_hosts_subnet_judges_twice() -> None:
    for rules in (("out 1 permit any to 0.0.0.0/0",), ("in 1 permit any from 0.0.0.0/0",)):
        apart = subnet("m", "10.0.3.0/24", "0.0.0.0/0 igw", acl="half")
        net = boxed(acl("half", *rules), apart)
        assert verdict(net, "db", "internet") is Verdict.UNREACHABLE


def test_routes_that_lead_round_in_a_circle_end() -> None:
    """Bad input: never an endless run."""
    circle = subnet("m", "10.0.3.0/24", "0.0.0.0/0 eni-box")
    for net in (
        boxed(circle),
        boxed(
            group("two", *OPEN),
            host("two", "10.0.2.7", "c", forwards=YES),
            subnet("m", "10.0.3.0/24", "0.0.0.0/0 eni-two"),
            subnet("c", "10.0.2.0/24", "0.0.0.0/0 eni-box"),
        ),
    ):
        found = only(net, OUT)
        assert found.forward.disposition is Disposition.LOOP
        assert blockers(found) == ["forward egress eni-box INTERFACE_LOOP"]
        assert verdict(net, "db", "internet") is Verdict.UNREACHABLE
    assert only(boxed(circle), "box -> 203.0.113.9 tcp/443").forward.disposition is Disposition.LOOP


def test_a_chain_of_hosts_between_two_subnets() -> None:
    two = (group("two", *OPEN), host("two", "10.0.2.7", "c", forwards=YES),
           subnet("m", "10.0.3.0/24", "10.0.1.0/24 eni-two"))  # fmt: skip
    assert verdict(between(*two), "web", "db") is Verdict.REACHABLE
    assert "eni-box" in nodes(only(between(*two), ASK).forward.hops)
    shut = group("two", "in any from group:box", OPEN[1])
    assert verdict(between(*two, shut), "web", "db") is Verdict.UNREACHABLE


TWO = replace(box(), interfaces=(*box().interfaces, *host("x", "10.0.2.9", "c").interfaces))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((subnet("m", "10.0.3.0/24", "0.0.0.0/0 tgw"),), id="on-by-a-transit-gateway"),
        pytest.param((subnet("b", "10.0.1.0/24", "0.0.0.0/0 eni-none"),), id="not-in-this-plan"),
        pytest.param((TWO,), id="several-interfaces"),
        pytest.param((box("d", "10.1.0.9"),), id="in-another-vpc"),
    ],
)  # fmt: skip
def test_what_a_host_does_is_not_always_known(parts: tuple[object, ...]) -> None:
    assert verdict(boxed(*parts), "db", "internet") is Verdict.UNDETERMINED


def test_a_nat_gateway_behind_a_host() -> None:
    net = boxed(subnet("m", "10.0.3.0/24", "0.0.0.0/0 nat"))
    assert verdict(net, "db", "internet") is Verdict.REACHABLE
    back = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", "10.0.1.0/24 eni-box")
    assert verdict(boxed(subnet("m", "10.0.3.0/24", "0.0.0.0/0 nat"), back), "db", "internet") is (
        Verdict.REACHABLE
    )


def test_a_reply_to_the_internet_by_a_host_that_may_translate_is_not_known() -> None:
    back = subnet("a", "10.0.0.0/24", "0.0.0.0/0 eni-box")
    assert verdict(boxed(back), "internet", "web") is Verdict.UNDETERMINED
    assert verdict(boxed(back, box(public="")), "internet", "web") is Verdict.REACHABLE
    assert verdict(boxed(back, box(public="", forwards=NO)), "internet", "web") is Verdict.ONE_WAY


def test_to_another_vpc_by_a_host_is_not_modelled() -> None:
    wide = vpc("vpc-2", "10.1.0.0/16")
    assert answer(boxed(wide), "db -> other tcp/443")[0] is MAYBE
    assert best(traces(boxed(wide), "db -> other tcp/443")).forward.disposition is (
        Disposition.INSUFFICIENT_INFO
    )
