"""Single flows in hand-made networks: whole ways, endpoints, and what a trace carries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import (
    OPEN,
    acl,
    flow,
    gateway,
    group,
    host,
    link,
    place,
    subnet,
    table,
    vpc,
)
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, nodes, only, tiers
from tfreach.engine.explain import CODES
from tfreach.engine.trace import trace
from tfreach.engine.verdicts import Disposition, Options
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Endpoint, Interface, Tri


@pytest.mark.parametrize(
    ("text", "disposition", "way"),
    [
        pytest.param(
            "web -> job tcp/22",
            Disposition.ACCEPTED,
            "web job job",
            id="inside a subnet only security groups judge (F28, F47)",
        ),
        pytest.param(
            "web -> db tcp/5432",
            Disposition.ACCEPTED,
            "web open rtb-a open db db",
            id="out SG, ACL, route; in ACL, SG (F33)",
        ),
        pytest.param(
            "web -> 203.0.113.9 tcp/443",
            Disposition.EXITS_NETWORK,
            "web open rtb-a igw internet",
            id="a public address leaves by the internet gateway (F51)",
        ),
        pytest.param(
            "db -> 203.0.113.9 tcp/443",
            Disposition.EXITS_NETWORK,
            "db open rtb-b open nat open rtb-a igw internet",
            id="a private address leaves by the NAT gateway and its subnet (F54, F55)",
        ),
        pytest.param(
            "203.0.113.9 -> web tcp/443",
            Disposition.ACCEPTED,
            "igw open web web",
            id="the gateway delivers to the interface: no route table on the way in",
        ),
        pytest.param(
            "job -> 203.0.113.9 tcp/443",
            Disposition.DENIED_OUT,
            "job open rtb-a igw",
            id="a route without a public address gives nothing (F51)",
        ),
        pytest.param(
            "far -> 203.0.113.9 tcp/443",
            Disposition.NO_ROUTE,
            "far open rtb-c igw",
            id="no route drops at the table",
        ),
        pytest.param(
            "203.0.113.9 -> job tcp/22",
            Disposition.DENIED_IN,
            "igw open job",
            id="nothing comes in without a public address (F51)",
        ),
        pytest.param(
            "web -> other tcp/22",
            Disposition.NO_ROUTE,
            "web open rtb-a igw open other",
            id="a private address that falls through to the gateway is dropped (F52)",
        ),
        pytest.param(
            "db -> 203.0.113.9 50",
            Disposition.DENIED_OUT,
            "db open rtb-b nat open nat open rtb-a igw",
            id="a NAT gateway takes tcp, udp and icmp only (F55)",
        ),
        pytest.param(
            "web -> 10.0.1.77 tcp/22",
            Disposition.NO_SUCH_HOST,
            "web open rtb-a b",
            id="an address that no interface holds is no such host, not no route",
        ),
        pytest.param(
            "web -> 10.0.9.9 tcp/22",
            Disposition.NO_SUCH_HOST,
            "web open rtb-a vpc",
            id="address space that no subnet holds is dropped at the VPC",
        ),
        pytest.param(
            "web -> 10.0.0.77 tcp/22",
            Disposition.NO_SUCH_HOST,
            "web a",
            id="in the own subnet nobody is asked the way to no one",
        ),
    ],
)
def test_way(text: str, disposition: Disposition, way: str) -> None:
    found = only(tiers(), text)
    assert found.forward.disposition is disposition
    assert nodes(found.forward.hops) == way


@pytest.mark.parametrize(
    ("text", "way"),
    [
        pytest.param("web -> job tcp/22", "web", id="no ACL judges a reply in a subnet (F28)"),
        pytest.param("web -> db tcp/22", "open rtb-b open web", id="a reply is judged anew (F27)"),
        pytest.param("web -> 203.0.113.9 tcp/443", "igw open web", id="through the gateway"),
        pytest.param(
            "db -> 203.0.113.9 tcp/443", "igw open nat open rtb-a open db", id="through the NAT"
        ),
        pytest.param("203.0.113.9 -> web tcp/443", "open rtb-a igw internet", id="to the Internet"),
    ],
)
def test_way_back(text: str, way: str) -> None:
    back = only(tiers(), text).back
    assert back is not None
    assert back.outcome is YES
    assert nodes(back.hops) == way


# Endpoints


def test_f91_a_function_outside_every_vpc_reaches_the_internet_and_no_private_address() -> None:
    net = tiers(Endpoint("fn", "lambda_function", outside=True))
    assert answer(net, "fn -> 203.0.113.9 tcp/443") == (YES, YES)
    assert answer(net, "fn -> web tcp/443") == (NO, NO)
    assert blockers(only(net, "web -> fn tcp/443")) == ["forward ingress fn LAMBDA_NO_INBOUND"]


def test_f91_a_function_in_a_public_subnet_has_no_internet() -> None:
    net = tiers(group("fn", *OPEN), host("fn", "10.0.0.8", "a", kind="lambda_function"))
    found = only(net, "fn -> 203.0.113.9 tcp/443")
    drop = found.forward.hops[-1]
    assert drop.codes == ("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", "LAMBDA_NO_PUBLIC_IP")
    assert (
        found.blockers[0].fix
        == "route a to a NAT gateway in a public subnet, or use a VPC endpoint"
    )


def test_f92_nothing_calls_the_interface_of_a_function() -> None:
    function = replace(
        host("job", "10.0.0.6", "a", kind="lambda_function"), inbound="takes no calls"
    )
    assert blockers(only(tiers(function), "web -> job tcp/443")) == [
        "forward ingress job LAMBDA_NO_INBOUND"
    ]
    assert answer(tiers(function), "job -> web tcp/443") == (YES, YES)


def test_f102_public_space_inside_a_vpc_is_private_there() -> None:
    block = "20.0.0.0/16"
    net = tiers(
        vpc("vpc-2", block),
        subnet("d", "20.0.0.0/24", "0.0.0.0/0 igw", vpc="vpc-2"),
        subnet("e", "20.0.1.0/24", vpc="vpc-2"),
        host("other", "20.0.0.5", "d"),
        host("shared", "20.0.1.5", "e", groups=(link("other"),)),
    )
    assert answer(net, "other -> shared tcp/22") == (YES, YES)
    assert "igw NO_POSSIBLE_DESTINATION" in blockers(only(net, "web -> shared tcp/22"))[0]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("instance", "BAD_STATE"), ("network_interface", "BAD_STATE_ATTACHMENT")],
    ids=["a stopped instance", "an interface that is attached to nothing"],
)
def test_what_is_down_neither_sends_nor_answers(kind: str, code: str) -> None:
    job = host("job", "10.0.0.6", "a", kind=kind)
    down = replace(job, interfaces=(replace(job.interfaces[0], down="it is stopped"),))
    into, out = only(tiers(down), "web -> job tcp/22"), only(tiers(down), "job -> web tcp/22")
    assert [one.code for one in (*into.blockers, *out.blockers)] == [code, code]


def test_an_interface_of_which_nobody_knows_where_it_is() -> None:
    lost = Endpoint(
        "job", "instance", (Interface("eni", (), (link("job"),), unknown="after apply"),)
    )
    assert answer(tiers(lost), "web -> job tcp/22") == (MAYBE, MAYBE)
    assert only(tiers(lost), "web -> job tcp/22").forward.hops[0].unknown == "after apply"


# Between VPCs, and what is not known


def test_disconnected_vpcs() -> None:
    net = tiers(vpc("vpc-2", "10.0.0.0/16"), subnet("d", "10.0.3.0/24", vpc="vpc-2"),
                host("other", "10.0.3.5", "d"))  # fmt: skip
    assert "DISCONNECTED_VPCS" in blockers(only(net, "web -> other tcp/22"))[0]


def test_a_target_that_is_not_modelled_leaves_it_open() -> None:
    net = tiers(subnet("c", "10.0.2.0/24", "0.0.0.0/0 tgw"))
    for text in ("far -> other tcp/22", "far -> 203.0.113.9 tcp/443"):
        assert answer(net, text) == (MAYBE, MAYBE)
        assert only(net, text).forward.disposition is Disposition.INSUFFICIENT_INFO
    closed = tiers(subnet("c", "10.0.2.0/24", "0.0.0.0/0 tgw"), group("far"))
    assert answer(closed, "far -> other tcp/22") == (NO, NO)


def test_a_nat_gateway_between_two_subnets_is_not_modelled() -> None:
    own = table("own", "0.0.0.0/0 nat")
    net = tiers(own, subnet("c", "10.0.2.0/24", table=link("own")))
    assert answer(net, "far -> web tcp/22") == (MAYBE, MAYBE)
    assert answer(net, "far -> other tcp/22") == (NO, NO)


def test_a_reply_may_go_where_nothing_is_known() -> None:
    own = table("own", "0.0.0.0/0 tgw")
    net = tiers(own, subnet("b", "10.0.1.0/24", table=link("own")))
    assert answer(net, "web -> db tcp/22") == (YES, MAYBE)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((gateway(vpc=link("vpc", "vpc-2")),), MAYBE, id="may be attached"),
        pytest.param((gateway(edge=link("?")),), MAYBE, id="an edge route table"),
        pytest.param((host("web", "10.0.0.5", "a", has=MAYBE),), MAYBE, id="may have an address"),
        pytest.param((gateway("igw-2", vpc=link("?")),), YES, id="the sure gateway counts"),
    ],
)
def test_in_from_the_internet_as_far_as_known(parts: tuple[object, ...], expected: Tri) -> None:
    assert answer(tiers(*parts), "203.0.113.9 -> web tcp/22")[0] is expected


# What a trace carries


def test_a_message_without_reply_has_no_way_back() -> None:
    found = only(
        tiers(acl("mine", "in 1 permit any from 0.0.0.0/0"), db_acl="mine"), "web -> db icmp/3"
    )
    assert found.back is None
    assert found.round_trip is YES


def test_all_blockers_of_both_legs_are_listed_and_no_way_back_is_shown() -> None:
    net = tiers(group("web"), group("db"), acl("shut"), web_acl="shut", db_acl="shut")
    found = only(net, "web -> db tcp/5432")
    assert found.back is None
    assert found.forward.disposition is Disposition.DENIED_OUT
    assert blockers(found) == [
        "forward egress web SG_HAS_NO_RULES",
        "forward egress shut SUBNET_ACL_RESTRICTION",
        "forward ingress shut SUBNET_ACL_RESTRICTION",
        "forward ingress db SG_HAS_NO_RULES",
        "return egress shut SUBNET_ACL_RESTRICTION",
        "return ingress shut SUBNET_ACL_RESTRICTION",
    ]
    assert all(one.fix and one.text for one in found.blockers)


def test_of_a_request_that_fails_only_the_best_way_back_is_looked_at() -> None:
    forked = table("none"), subnet("b", "10.0.1.0/24", table=link("none", "rtb-b"))
    found = only(tiers(group("web"), *forked), "web -> db tcp/5432")
    assert blockers(found) == ["forward egress web SG_HAS_NO_RULES"]


def test_origins_name_all_that_ties_the_way_together() -> None:
    net = tiers()
    out = only(net, "db -> 203.0.113.9 tcp/443")
    into = only(net, "203.0.113.9 -> web tcp/443")
    named = {
        origin.address for hop in (*out.forward.hops, *into.forward.hops) for origin in hop.origins
    }
    assert {
        "rule out any to 0.0.0.0/0",
        "route 0.0.0.0/0 nat",
        "association of rtb-b",
        "association of open",
        "groups of eni-db",
        "attachment of eni-web",
        "eip of eni-web",
        "attachment of igw",
        "nat",
        "eip of nat",
    } <= named


def test_a_source_port_that_is_not_given_is_the_first_client_port() -> None:
    net = tiers()
    asked, source, destination = flow(net, "web -> db tcp/22")
    (found,) = trace(net, asked, source, destination, Options(IntervalSet.span(5000, 5001)))
    assert found.flow.src_port == 5000


def test_nobody_is_found_from_the_internet_either() -> None:
    found = only(tiers(), "203.0.113.9 -> 10.0.1.77 tcp/22")
    assert found.forward.disposition is Disposition.NO_SUCH_HOST
    assert place(tiers(), "10.0.1.77").endpoint == ""


def test_our_own_codes_are_explained_and_are_not_those_of_aws() -> None:
    assert all(meaning for meaning in CODES.values())
    ours = {"INTERFACE_LOOP", "LAMBDA_NO_PUBLIC_IP", "LAMBDA_NO_INBOUND", "NAT_LOOP"}
    ours |= {"NO_SUCH_HOST", "TGW_LOOP", "IPV6_CLOSED_TO_INTERNET_GATEWAYS", "NO_COMMON_FAMILY"}
    ours |= {"STARTS_NOTHING", "CLIENT_VPN_UNAUTHORIZED"}
    assert set(CODES) == ours
