"""What AWS does to IPv6 packets, each fact by name, in hand-made networks of both families."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import pytest

from tests.engine.networks import (
    OPEN,
    acl,
    attachment,
    flow,
    gateway,
    group,
    guard,
    host,
    peering,
    subnet,
    transit_table,
    vpc,
)
from tests.engine.tiers import MAYBE, NO, YES, blockers, nodes, only, tiers
from tfreach.engine.judge import judge
from tfreach.engine.reach import pair_flows
from tfreach.engine.trace import overall, trace
from tfreach.engine.verdicts import Verdict
from tfreach.space.headers import ICMPV6, TCP, UDP, Family, service
from tfreach.topology.network import Network, TransitGateway, Tri

OPEN_6 = ("in any from ::/0", "out any to ::/0")
BOTH = (*OPEN, *OPEN_6)
OPEN_ACL_6 = (
    "in 100 permit any from 0.0.0.0/0",
    "out 100 permit any to 0.0.0.0/0",
    "in 101 permit any from ::/0",
    "out 101 permit any to ::/0",
)
FAR = "2001:db8:ffff::9"


def dual(*parts: object, to: str = "igw") -> Network:
    """web in a public subnet and db in one whose IPv6 goes `to`; both speak both families."""
    return tiers(
        vpc("vpc", "10.0.0.0/16", "2001:db8::/56"),
        acl("open", *OPEN_ACL_6),
        subnet("a", "10.0.0.0/24 2001:db8:0:a::/64", "0.0.0.0/0 igw", "::/0 igw"),
        subnet("b", "10.0.1.0/24 2001:db8:0:b::/64", *([f"::/0 {to}"] if to else [])),
        gateway("eigw"),
        *(group(name, *BOTH) for name in ("web", "db")),
        host("web", "10.0.0.5 2001:db8:0:a::5", "a"),
        host("db", "10.0.1.5 2001:db8:0:b::5", "b"),
        *parts,
    )


def said(net: Network, text: str) -> tuple[Tri, Tri]:
    """Whether it is delivered, and whether its reply comes back."""
    asked, source, destination = flow(net, text)
    return overall(trace(net, asked, source, destination))


def verdicts(net: Network, source: str, destination: str, family: Family) -> set[Verdict]:
    flows = pair_flows(net, source, destination)
    return {one.verdict for one in flows if one.family is family}


def test_f58_ipv6_needs_no_public_address_and_no_translation() -> None:
    """Out and in by the internet gateway as itself; by IPv4 the same host has neither."""
    net = dual()
    out = only(net, f"web -> {FAR} tcp/443")
    assert (out.delivered, out.round_trip) == (YES, YES)
    assert nodes(out.forward.hops) == "web open rtb-a igw internet"
    assert [hop.action for hop in out.forward.hops if hop.component == "igw"] == ["route"]
    assert said(net, f"{FAR} -> web tcp/443") == (YES, YES)
    assert said(net, "web -> 203.0.113.9 tcp/443") == (NO, NO)


def test_f58_an_egress_only_gateway_lets_out_and_lets_replies_in() -> None:
    out = only(dual(to="eigw"), f"db -> {FAR} tcp/443")
    assert (out.delivered, out.round_trip) == (YES, YES)
    assert nodes(out.forward.hops) == "db open rtb-b eigw internet"


def test_f58_an_egress_only_gateway_lets_no_connection_in() -> None:
    """Also where an internet gateway stands in the VPC; a subnet without a route has one way in."""
    found = only(dual(to="eigw"), f"{FAR} -> db udp/53")
    assert blockers(found)[0] == "forward ingress eigw NO_POSSIBLE_DESTINATION"
    assert said(dual(to=""), f"{FAR} -> db udp/53") == (YES, NO)


def test_f58_an_egress_only_gateway_carries_no_ipv4() -> None:
    net = dual(subnet("b", "10.0.1.0/24 2001:db8:0:b::/64", "0.0.0.0/0 eigw", "::/0 eigw"))
    assert said(net, "db -> 203.0.113.9 tcp/443") == (NO, NO)


def test_f58_an_egress_only_gateway_of_another_vpc_is_a_dead_end() -> None:
    net = dual(gateway("eigw", vpc="vpc-2"), to="eigw")
    assert "forward egress eigw BAD_STATE_ROUTE" in blockers(only(net, f"db -> {FAR} tcp/443"))


def test_f58_a_nat_gateway_carries_no_ipv6() -> None:
    found = only(dual(to="nat"), f"db -> {FAR} tcp/443")
    assert blockers(found) == ["forward egress nat PROTOCOL_RESTRICTION"]


def test_f75_a_closed_interface_has_ipv6_inside_the_vpc_only() -> None:
    net = dual(host("db", "10.0.1.5 2001:db8:0:b::5", "b", closed="an endpoint is closed"))
    assert said(net, "web -> db tcp/443 ipv6") == (YES, YES)
    code = "IPV6_CLOSED_TO_INTERNET_GATEWAYS"
    assert blockers(only(net, f"{FAR} -> db tcp/443"))[0] == f"forward ingress igw {code}"
    assert f"forward egress igw {code}" in blockers(only(net, f"db -> {FAR} tcp/443"))


def test_f58_unique_local_addresses_are_not_on_the_internet() -> None:
    net = dual(
        vpc("vpc", "10.0.0.0/16", "fd00::/56"),
        subnet("a", "10.0.0.0/24 fd00:0:0:a::/64", "::/0 igw"),
        host("web", "10.0.0.5 fd00:0:0:a::5", "a"),
    )
    assert said(net, f"web -> {FAR} tcp/443") == (NO, NO)
    assert said(net, f"{FAR} -> web tcp/443") == (NO, NO)


@pytest.mark.parametrize(
    ("rules", "four", "six"),
    [
        pytest.param(OPEN, YES, NO, id="every-ipv4-address-is-no-ipv6-one"),
        pytest.param(OPEN_6, NO, YES, id="every-ipv6-address-is-no-ipv4-one"),
        pytest.param(BOTH, YES, YES, id="each-by-a-rule-of-its-own"),
    ],
)
def test_f16_a_rule_of_one_family_never_admits_the_other(
    rules: tuple[str, ...], four: Tri, six: Tri
) -> None:
    net = dual(group("db", *rules))
    assert said(net, "web -> db tcp/443") == (four, four)
    assert said(net, "web -> db tcp/443 ipv6") == (six, six)


def test_f5_a_rule_that_names_a_group_is_for_both_families() -> None:
    net = dual(group("db", "in tcp/443 from group:web"))
    assert said(net, "web -> db tcp/443") == (YES, YES)
    assert said(net, "web -> db tcp/443 ipv6") == (YES, YES)


def test_f23_the_families_are_judged_apart_in_a_network_acl() -> None:
    """An entry for IPv4 with a lower number shadows none for IPv6; without one `*` denies."""
    entries = ("in 90 deny any from 0.0.0.0/0", "in 100 permit any from ::/0", *OPEN_ACL_6[1::2])
    net = dual(acl("mixed", *entries), subnet("b", "10.0.1.0/24 2001:db8:0:b::/64", acl="mixed"))
    assert said(net, "web -> db tcp/443") == (NO, NO)
    assert said(net, "web -> db tcp/443 ipv6") == (YES, YES)
    bare = dual(acl("open", *OPEN_ACL_6[:2]))
    assert said(bare, "web -> db tcp/443 ipv6")[0] is NO
    assert said(bare, "web -> db tcp/443") == (YES, YES)


def test_f36_the_families_are_routed_apart() -> None:
    """A default route of one is none of the other's; the longest prefix wins within each."""
    net = dual(subnet("a", "10.0.0.0/24 2001:db8:0:a::/64", "0.0.0.0/0 igw"))
    assert said(net, f"web -> {FAR} tcp/443") == (NO, NO)
    split = dual(
        subnet("a", "10.0.0.0/24 2001:db8:0:a::/64", "::/0 igw", "2001:db8:ffff::/48 gone")
    )
    assert "forward egress rtb-a BAD_STATE_ROUTE" in blockers(only(split, f"web -> {FAR} tcp/443"))


def test_f105_icmpv6_echo_is_answered_by_its_own_type() -> None:
    """128 by 129, which a network ACL has to let pass; error messages have no reply."""
    echo = ("in 1 permit any from ::/0", "out 1 permit icmpv6/33024-33279 to ::/0")
    net = dual(acl("echo", *echo), subnet("b", "10.0.1.0/24 2001:db8:0:b::/64", acl="echo"))
    assert said(net, "web -> db icmpv6/128") == (YES, YES)
    assert said(net, "web -> db tcp/443 ipv6") == (YES, NO)
    assert only(net, "web -> db icmpv6/1").back is None
    shut = ("in 1 permit any from ::/0", "out 1 permit icmpv6/32768-33023 to ::/0")
    net = dual(acl("echo", *shut), subnet("b", "10.0.1.0/24 2001:db8:0:b::/64", acl="echo"))
    assert said(net, "web -> db icmpv6/128") == (YES, NO)


def test_the_other_familys_icmp_is_a_protocol_like_any() -> None:
    net = dual()
    assert only(net, "web -> db icmp/3").back is None
    assert only(net, "web -> db icmp/3 ipv6").back is not None


def test_ends_without_a_family_in_common_have_no_flows() -> None:
    net = dual(
        host("web", "10.0.0.5", "a"),
        host("db", "2001:db8:0:b::5", "b"),
    )
    assert pair_flows(net, "web", "db") == ()


def test_where_only_some_places_have_ipv6_it_works_in_part() -> None:
    """A host that may be in either subnet has IPv6 in one of them."""
    both = host("db", "10.0.1.5 2001:db8:0:b::5", "b")
    (face,) = both.interfaces
    (other,) = host("db", "10.0.2.5", "c").interfaces
    net = dual(replace(both, interfaces=(replace(face, sites=face.sites + other.sites),)))
    (found,) = (one for one in pair_flows(net, "web", "db") if one.family is Family.IPV6)
    assert (found.verdict, found.subnets) == (Verdict.PARTIAL, ("b",))


def test_an_ipv6_address_that_is_not_sure_is_undetermined() -> None:
    perhaps = host("db", "10.0.1.5 2001:db8:0:b::5", "b")
    (face,) = perhaps.interfaces
    net = dual(replace(perhaps, interfaces=(replace(face, no_ipv6="the account decides"),)))
    assert verdicts(net, "web", "db", Family.IPV6) == {Verdict.UNDETERMINED}
    assert verdicts(net, "web", "db", Family.IPV4) == {Verdict.REACHABLE}


FAR_VPC = (
    vpc("vpc-2", "10.1.0.0/16", "2001:db8:1::/56"),
    group("other", *BOTH),
    host("other", "10.1.0.5 2001:db8:1:0::5", "d"),
)


def test_f62_a_peering_carries_ipv6_by_routes_of_its_own() -> None:
    routes = "10.1.0.0/16 pcx", "2001:db8:1::/56 pcx"
    back = "10.0.0.0/16 pcx", "2001:db8::/56 pcx"
    near = subnet("a", "10.0.0.0/24 2001:db8:0:a::/64", *routes)
    net = dual(near, subnet("d", "10.1.0.0/24 2001:db8:1::/64", *back, vpc="vpc-2"), peering(),
               *FAR_VPC)  # fmt: skip
    assert said(net, "web -> other tcp/443 ipv6") == (YES, YES)
    net = dual(near, subnet("d", "10.1.0.0/24 2001:db8:1::/64", back[0], vpc="vpc-2"), peering(),
               *FAR_VPC)  # fmt: skip
    assert said(net, "web -> other tcp/443 ipv6") == (YES, NO)
    assert said(net, "web -> other tcp/443") == (YES, YES)


@pytest.mark.parametrize(
    ("supports", "answer"), [(Tri.YES, YES), (Tri.NO, NO), (Tri.MAYBE, MAYBE)], ids=str
)
def test_a_transit_gateway_attachment_carries_ipv6_where_it_is_switched_on(
    supports: Tri, answer: Tri
) -> None:
    net = dual(
        TransitGateway("tgw"),
        subnet("a", "10.0.0.0/24 2001:db8:0:a::/64", "10.1.0.0/16 tgw", "2001:db8:1::/56 tgw"),
        subnet("d", "10.1.0.0/24 2001:db8:1::/64", "10.0.0.0/16 tgw", "2001:db8::/56 tgw",
               vpc="vpc-2"),
        attachment("att-a", "vpc", "a", "table", ipv6=supports),
        attachment("att-d", "vpc-2", "d", "table"),
        transit_table("table", "10.0.0.0/16 att-a", "10.1.0.0/16 att-d", "2001:db8::/56 att-a",
                      "2001:db8:1::/56 att-d"),
        *FAR_VPC,
    )  # fmt: skip
    assert said(net, "web -> other tcp/443 ipv6") == (answer, answer)
    assert said(net, "web -> other tcp/443") == (YES, YES)


def test_f58_between_two_vpcs_ipv6_may_go_by_the_internet() -> None:
    """The address is the same outside, so a default route leads there: that is not modelled."""
    net = dual(
        subnet("d", "10.1.0.0/24 2001:db8:1::/64", "::/0 igw-2", vpc="vpc-2"),
        gateway("igw-2", vpc="vpc-2"),
        *FAR_VPC,
    )
    assert verdicts(net, "web", "other", Family.IPV6) == {Verdict.UNDETERMINED}
    assert said(net, "web -> other tcp/443") == (NO, NO)
    shut = replace(net, groups={**net.groups, "other": group("other", "in any from group:web")})
    assert verdicts(shut, "web", "other", Family.IPV6) == set()
    inner = replace(net, internet_gateways={"igw": net.internet_gateways["igw"]})
    assert verdicts(inner, "web", "other", Family.IPV6) == set()


def test_f59_block_public_access_treats_an_egress_only_gateway_as_a_nat_gateway() -> None:
    """Where it only stops what comes in, what such a gateway lets out still passes."""
    inwards = dual(guard("b", by_nat=NO), to="eigw")
    assert said(inwards, f"db -> {FAR} tcp/443") == (YES, YES)
    both_ways = dual(guard("b"), to="eigw")
    assert said(both_ways, f"db -> {FAR} tcp/443") == (NO, NO)
    assert said(dual(guard("a", outward=NO)), f"web -> {FAR} tcp/443") == (YES, YES)
    assert said(dual(guard("a")), f"{FAR} -> web tcp/443") == (NO, NO)


SCENES = {
    "by-the-internet-gateway": dual(),
    "by-an-egress-only-gateway": dual(to="eigw"),
    "without-a-route": dual(to=""),
    "by-a-nat-gateway": dual(to="nat"),
    "closed": dual(host("db", "10.0.1.5 2001:db8:0:b::5", "b", closed="it is closed")),
    "no-entry-for-ipv6": dual(acl("open", *OPEN_ACL_6[:2])),
    "echo-replies-only": dual(acl("open", *OPEN_ACL_6[:3], "out 101 permit icmpv6 to ::/0")),
}


@pytest.mark.parametrize("net", SCENES.values(), ids=SCENES)
def test_both_engines_say_the_same_of_both_families(net: Network) -> None:
    asked = [service(TCP, 443), service(UDP, 53), service(ICMPV6, 128 << 8), service(ICMPV6, 256)]
    ends = ("web", "db", "internet")
    for source, destination in permutations(ends, 2):
        flows = pair_flows(net, source, destination)
        for family, number in product(Family, asked):
            said = [one.verdict for one in flows if one.family is family and number in one.services]
            truth = judge(net, source, destination, number, family=family)
            assert (said or [Verdict.UNREACHABLE]) == [truth], (source, destination, family, number)
