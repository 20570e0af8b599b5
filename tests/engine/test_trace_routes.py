"""Single flows in hand-made networks: what AWS says of routes and gateways."""

from __future__ import annotations

import pytest

from tests.engine.networks import (
    acl,
    gateway,
    host,
    ip,
    link,
    nat,
    subnet,
    table,
    vpc,
)
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, only, tiers, traces
from tfreach.engine.trace import best, overall
from tfreach.engine.verdicts import Disposition
from tfreach.topology.network import Tri

# Routes


def test_f34_the_table_of_the_subnet_decides_and_several_fork() -> None:
    net = tiers(
        table("shared", "10.0.0.0/16 local", "0.0.0.0/0 igw"),
        subnet("b", "10.0.1.0/24", table=link("rtb-b", "shared")),
        host("db", "10.0.1.5", "b", public="198.51.100.8"),
    )
    found = traces(net, "db -> 203.0.113.9 tcp/443")
    assert [one.delivered for one in found] == [NO, YES]
    assert overall(found) == (MAYBE, MAYBE)
    assert best(found).forward.hops[2].component == "shared"
    assert all(one.forward.hops[2].unknown == "one of rtb-b, shared" for one in found)


@pytest.mark.parametrize(
    ("routes", "targets"),
    [
        pytest.param(
            ("0.0.0.0/0 igw", "203.0.113.0/24 nat"), ["nat"], id="the longest prefix wins (F36)"
        ),
        pytest.param(
            ("0.0.0.0/0 igw", "203.0.113.0/24 gone"), [""], id="also when it is dead (F43)"
        ),
        pytest.param(("0.0.0.0/0 igw nat",), ["igw", "nat"], id="one of two targets"),
        pytest.param(
            ("203.0.113.0/24 nat", "0.0.0.0/0 igw ?"),
            ["nat", "igw"],
            id="a route that may stand may win, whatever its prefix",
        ),
        pytest.param(("0.0.0.0/0 igw ?",), ["", "igw"], id="or there is no route"),
        pytest.param((), [""], id="no route"),
    ],
)
def test_f36_where_a_table_sends_a_packet(routes: tuple[str, ...], targets: list[str]) -> None:
    net = tiers(subnet("c", "10.0.2.0/24", *routes), host("far", "10.0.2.5", "c", public="1.1.1.1"))
    found = traces(net, "far -> 203.0.113.9 tcp/443")
    taken = [one.forward.hops[2].text.partition(" → ")[2] for one in found]
    assert [word if "gone" not in word else "" for word in taken] == targets
    assert all(bool(one.forward.hops[2].unknown) == (len(targets) > 1) for one in found)


def test_f42_f43_a_route_whose_target_is_gone_drops_without_fallback() -> None:
    dead = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", "203.0.113.0/24 gone")
    found = only(tiers(dead), "web -> 203.0.113.9 tcp/443")
    assert found.forward.disposition is Disposition.BLACKHOLE
    assert blockers(found) == ["forward egress rtb-a BAD_STATE_ROUTE"]
    assert answer(tiers(dead), "web -> 198.51.100.1 tcp/443") == (YES, YES)


def test_f47_no_route_inside_a_subnet_is_asked() -> None:
    net = tiers(table("rtb-x", "10.0.0.0/24 gone"), subnet("a", "10.0.0.0/24", table=link("rtb-x")))
    assert answer(net, "web -> job tcp/22") == (YES, YES)


# Internet and NAT gateways


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        pytest.param((), [], id="a gateway, a route and a public address"),
        pytest.param(
            (gateway(vpc=""),),
            ["BAD_STATE_ROUTE"],
            id="no gateway attached",
        ),
        pytest.param((gateway(vpc="vpc-2"),), ["BAD_STATE_ROUTE"], id="attached elsewhere"),
        pytest.param((subnet("a", "10.0.0.0/24"),), ["NO_ROUTE_TO_DESTINATION"], id="no route"),
        pytest.param(
            (host("web", "10.0.0.5", "a"),),
            ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"],
            id="no public address",
        ),
        pytest.param(
            (host("web", "10.0.0.5", "a"), subnet("a", "10.0.0.0/24"), gateway(vpc="")),
            [
                "NO_ROUTE_TO_DESTINATION",
                "NO_POSSIBLE_DESTINATION",
                "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
            ],
            id="none of the three: all are listed",
        ),
    ],
)
def test_f51_the_internet_needs_three_things(parts: tuple[object, ...], codes: list[str]) -> None:
    found = only(tiers(*parts), "web -> 203.0.113.9 tcp/443")
    assert [one.code for one in found.blockers] == codes
    assert found.delivered is (NO if codes else YES)


def test_in_through_the_gateway_whatever_the_table_but_not_back() -> None:
    """A public address in a subnet without a gateway route receives and cannot answer."""
    net = tiers(host("far", "10.0.2.5", "c", public="198.51.100.8"))
    found = only(net, "203.0.113.9 -> far tcp/22")
    assert (found.delivered, found.round_trip) == (YES, NO)
    assert blockers(found) == ["return egress rtb-c NO_ROUTE_TO_DESTINATION"]
    assert answer(
        tiers(host("db", "10.0.1.5", "b", public="9.9.9.9")), "203.0.113.9 -> db tcp/22"
    ) == (
        YES,
        NO,
    )


def test_f52_a_private_destination_is_dropped_by_the_gateway() -> None:
    net = tiers(
        vpc("vpc-2", "100.64.0.0/16"),
        subnet("e", "100.64.0.0/24", vpc="vpc-2"),
        host("shared", "100.64.0.5", "e", groups=(link("other"),)),
    )
    code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC{}_EGRESS"
    assert code.format(1918) in blockers(only(tiers(), "web -> other tcp/22"))[0]
    assert code.format(6598) in blockers(only(net, "web -> shared tcp/22"))[0]


def test_f54_a_private_nat_gateway_does_not_reach_the_internet() -> None:
    net = tiers(nat("nat", "10.0.0.9", "a", public=NO, shown=""))
    found = only(net, "db -> 203.0.113.9 tcp/443")
    assert blockers(found) == ["forward egress igw IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"]
    assert "nat" in found.blockers[0].fix


def test_f54_the_source_becomes_the_private_address_of_the_nat_gateway() -> None:
    found = only(tiers(), "db -> 203.0.113.9 tcp/443 from 50000", nat_port=2000)
    hops = {hop.component: hop for hop in found.forward.hops}
    header = hops["nat"].header
    assert header is not None
    assert (header.src, header.src_port, header.dst) == (ip("10.0.0.9"), 2000, ip("203.0.113.9"))
    assert hops["nat"].action == hops["igw"].action == "translate"
    assert hops["igw"].text == "source becomes 198.51.100.99"
    assert "REMAP_EPHEMERAL_PORT" in hops["nat"].codes
    assert found.back is not None
    last = found.back.hops[-1].header
    assert last is not None
    assert (last.src, last.dst) == (ip("203.0.113.9"), ip("10.0.1.5"))
    assert (last.service % 65536, last.src_port) == (50000, 443)


def test_f54_nothing_starts_a_connection_through_a_nat_gateway() -> None:
    assert "IGW_PRIVATE_IP" in blockers(only(tiers(), "203.0.113.9 -> db tcp/22"))[0]


@pytest.mark.parametrize(
    ("what", "expected"),
    [("tcp/443", YES), ("udp/53", YES), ("icmp/8", YES), ("50", NO)],
    ids=["tcp", "udp", "icmp", "another protocol"],
)
def test_f55_a_nat_gateway_takes_tcp_udp_and_icmp(what: str, expected: Tri) -> None:
    found = only(tiers(), f"db -> 203.0.113.9 {what}")
    assert found.round_trip is expected
    assert [one.code for one in found.blockers] == (
        [] if expected is YES else ["PROTOCOL_RESTRICTION"]
    )


def test_f55_the_acl_of_the_subnet_of_a_nat_gateway_applies_four_times() -> None:
    found = only(tiers(acl("shut"), web_acl="shut"), "db -> 203.0.113.9 tcp/443")
    acl_blockers = [one for one in blockers(found) if "SUBNET_ACL" in one]
    assert acl_blockers == [
        "forward ingress shut SUBNET_ACL_RESTRICTION",
        "forward egress shut SUBNET_ACL_RESTRICTION",
        "return ingress shut SUBNET_ACL_RESTRICTION",
        "return egress shut SUBNET_ACL_RESTRICTION",
    ]


def test_a_nat_gateway_serves_its_own_vpc_only() -> None:
    net = tiers(subnet("d", "10.1.0.0/24", "0.0.0.0/0 nat", vpc="vpc-2"))
    found = only(net, "other -> 203.0.113.9 tcp/443")
    assert "NGW_REQUIRES_SOURCE_IN_VPC" in blockers(found)[0]


def test_a_nat_gateway_in_the_subnet_that_routes_to_it_loops() -> None:
    found = only(tiers(nat("nat", "10.0.1.9", "b")), "db -> 203.0.113.9 tcp/443")
    assert found.forward.disposition is Disposition.LOOP
    assert blockers(found) == ["forward egress nat NAT_LOOP"]


def test_the_subnet_of_a_nat_gateway_forks() -> None:
    found = traces(tiers(nat("nat", "10.0.0.9", "a", "c", "?")), "db -> 203.0.113.9 tcp/443")
    assert [one.delivered for one in found] == [YES, NO, MAYBE]


@pytest.mark.parametrize(
    "onward", ["elsewhere", "second"], ids=["a transit gateway", "another NAT gateway"]
)
def test_behind_a_nat_gateway_what_is_not_modelled_says_nothing_of_the_reply(onward: str) -> None:
    """F60: how it comes back to the NAT gateway, and past which filters, is not known."""
    net = tiers(
        subnet("a", "10.0.0.0/24", f"0.0.0.0/0 {onward}", acl="deaf"),
        nat("second", "10.0.2.9", "c"),
        acl("deaf", "in 1 permit tcp/443 from 10.0.0.0/8", "out 1 permit any to 0.0.0.0/0"),
    )
    assert answer(net, "db -> 203.0.113.9 tcp/443") == (MAYBE, MAYBE)
