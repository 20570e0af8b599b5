"""Single flows in hand-made networks: what AWS says of gateway endpoints (F72)."""

from __future__ import annotations

import pytest

from tests.engine.networks import acl, aws_service, group, guard, host, subnet
from tests.engine.tiers import NO, YES, answer, blockers, nodes, only, tiers
from tfreach.engine.judge import judgement
from tfreach.engine.reach import pair_flows, survey
from tfreach.engine.verdicts import Verdict
from tfreach.space.headers import ICMP, TCP, UDP, service
from tfreach.topology.network import Endpoint, Network

S3, OTHER = "service:s3", "service:dynamodb"
KNOWN = aws_service(S3, "192.0.2.0/25")
VAGUE = aws_service(S3)
BLOCK, ALL_OF_IT = "192.0.2.0/25 vpce>service:s3", "service:s3 vpce>service:s3"
HTTPS = service(TCP, 443)


def private(*parts: object, route: str = BLOCK, acl: str = "open") -> Network:
    """`far` stands alone in subnet c, whose table has no route but that of the endpoint."""
    return tiers(subnet("c", "10.0.2.0/24", route, acl=acl), *(parts or KNOWN))


def verdict(net: Network, source: str, destination: str, number: int = HTTPS) -> Verdict:
    """By both engines, which have to agree."""
    slow = judgement(net, source, destination, number).verdict
    flows = pair_flows(net, source, destination)
    found = [one.verdict for one in flows if number in one.services]
    assert (found or [Verdict.UNREACHABLE]) == [slow]
    return slow


@pytest.mark.parametrize(
    ("parts", "route"),
    [(KNOWN, BLOCK), (VAGUE, ALL_OF_IT)],
    ids=["blocks-known", "blocks-unknown"],
)
def test_f72_a_private_subnet_reaches_the_service_by_its_route(
    parts: tuple[object, ...], route: str
) -> None:
    net = private(*parts, route=route)
    assert verdict(net, "far", S3) is Verdict.REACHABLE
    found = only(net, "far -> service:s3 tcp/443")
    assert nodes(found.forward.hops) == "far open rtb-c vpce service:s3"
    assert found.back is not None
    assert nodes(found.back.hops) == "open far"


def test_f72_without_the_route_there_is_no_way() -> None:
    """And only the missing route is said: an endpoint needs no gateway and no public address."""
    net = tiers(subnet("c", "10.0.2.0/24"), *KNOWN)
    assert verdict(net, "far", S3) is Verdict.UNREACHABLE
    found = only(net, "far -> service:s3 tcp/443")
    assert blockers(found) == ["forward egress rtb-c NO_ROUTE_TO_DESTINATION"]
    assert found.blockers[0].fix == "route service:s3 to a gateway endpoint of it in rtb-c"


def test_f72_a_service_that_another_table_leads_to_is_reached_through_the_internet() -> None:
    """F51: the public way stays for a subnet without the route."""
    net = private()
    assert verdict(net, "web", S3) is Verdict.REACHABLE
    assert verdict(net, "web", S3, service(UDP, 53)) is Verdict.REACHABLE
    assert verdict(net, "db", S3) is Verdict.REACHABLE  # by the NAT gateway
    assert "igw" in nodes(only(net, "web -> service:s3 tcp/443").forward.hops)


@pytest.mark.parametrize(
    ("what", "passes"),
    [
        pytest.param("tcp/443", YES, id="tcp"),
        pytest.param("udp/443", NO, id="udp"),
        pytest.param("icmp/8", YES, id="icmp-echo"),
        pytest.param("icmp/13", NO, id="icmp-timestamp"),
        pytest.param("50", NO, id="esp"),
    ],
)
def test_f72_an_endpoint_takes_tcp_and_icmp_echo_only(what: str, passes: object) -> None:
    found = only(private(), f"far -> service:s3 {what}")
    assert found.delivered is passes
    code = "forward egress vpce VPCE_GATEWAY_PROTOCOL_RESTRICTION"
    assert blockers(found) == ([] if passes is YES else [code])


def test_f72_both_engines_have_the_same_protocols() -> None:
    net = private()
    for number in (HTTPS, service(UDP, 443), service(ICMP, 8 << 8), service(ICMP, 13 << 8)):
        verdict(net, "far", S3, number)


def test_f72_an_endpoint_answers_for_no_address_but_its_service_s() -> None:
    """A route of a wider block than the service has."""
    net = private(route="0.0.0.0/0 vpce>service:s3")
    assert verdict(net, "far", "internet") is Verdict.UNREACHABLE
    code = "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION"
    found = only(net, "far -> 203.0.113.9 tcp/443")
    assert blockers(found) == [f"forward egress vpce {code}"]
    assert blockers(only(net, "far -> other tcp/443"))[0] == f"forward egress vpce {code}"
    far = host("far", "10.0.2.5", "c", public="198.51.100.9")
    asked = only(private(*KNOWN, far, route="0.0.0.0/0 vpce>service:s3"),
                 "203.0.113.9 -> far tcp/22")  # fmt: skip
    assert blockers(asked) == [f"return egress vpce {code}"]


def test_f72_a_service_starts_no_connection() -> None:
    net = private()
    assert verdict(net, S3, "far") is Verdict.UNREACHABLE
    found = only(net, "service:s3 -> far tcp/443")
    assert blockers(found) == ["forward egress service:s3 VPCE_INTRA_VPC_TRAFFIC"]


def test_f27_f30_the_acl_judges_replies_by_the_blocks_of_the_service() -> None:
    """It knows no prefix lists: what permits the VPC alone eats the replies."""
    eats = acl("eats", "in 100 permit any from 10.0.0.0/16", "out 100 permit any to 0.0.0.0/0")
    for parts, route in ((KNOWN, BLOCK), (VAGUE, ALL_OF_IT)):
        net = private(*parts, eats, route=route, acl="eats")
        assert verdict(net, "far", S3) is Verdict.ONE_WAY
    half = acl("half", "in 100 permit any from 192.0.2.0/26", "out 100 permit any to 0.0.0.0/0")
    assert verdict(private(*KNOWN, half, acl="half"), "far", S3) is Verdict.PARTIAL
    net = private(*VAGUE, half, route=ALL_OF_IT, acl="half")
    assert verdict(net, "far", S3) is Verdict.UNDETERMINED


def test_f17_a_rule_for_the_list_permits_the_service_whichever_its_blocks() -> None:
    listed = group("far", "out tcp/443 to service:s3")
    net = private(*VAGUE, listed, route=ALL_OF_IT)
    assert verdict(net, "far", S3) is Verdict.REACHABLE
    assert verdict(net, "far", S3, service(TCP, 80)) is Verdict.UNREACHABLE
    assert verdict(net, "far", "internet") is Verdict.UNREACHABLE
    found = only(net, "far -> service:s3 tcp/80")
    assert found.blockers[0].text == "no egress rule of far permits tcp/80 to service:s3"
    other = private(*VAGUE, group("far", "out any to service:dynamodb"), route=ALL_OF_IT)
    assert verdict(other, "far", S3) is Verdict.UNREACHABLE


def test_a_rule_for_a_narrower_block_may_match_a_service_of_unknown_blocks() -> None:
    narrow = group("far", "out any to 192.0.2.0/26")
    net = private(*VAGUE, narrow, route=ALL_OF_IT)
    assert verdict(net, "far", S3) is Verdict.UNDETERMINED


def test_f48_a_route_for_a_part_of_the_service_wins_where_it_is_longer() -> None:
    """Of unknown blocks it is not known whether it is; against 0.0.0.0/0 they surely win."""
    known = tiers(subnet("c", "10.0.2.0/24", BLOCK, "192.0.2.0/26 gone"), *KNOWN)
    assert verdict(known, "far", S3) is Verdict.PARTIAL
    vague = tiers(subnet("c", "10.0.2.0/24", ALL_OF_IT, "192.0.2.0/26 gone"), *VAGUE)
    assert verdict(vague, "far", S3) is Verdict.UNDETERMINED
    default = tiers(subnet("c", "10.0.2.0/24", "0.0.0.0/0 gone", ALL_OF_IT), *VAGUE)
    assert verdict(default, "far", S3) is Verdict.REACHABLE


def test_f62_a_peer_does_not_use_the_endpoint_of_another_vpc() -> None:
    net = private()
    assert verdict(net, "other", S3) is Verdict.UNREACHABLE


def test_a_nat_gateway_in_front_of_an_endpoint_is_not_known() -> None:
    net = tiers(subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", BLOCK), *KNOWN)
    assert verdict(net, "db", S3) is Verdict.UNDETERMINED
    wrong = tiers(subnet("a", "10.0.0.0/24", "0.0.0.0/0 vpce>service:s3"), *KNOWN)
    assert verdict(wrong, "db", "internet") is Verdict.UNREACHABLE


def test_f59_block_public_access_does_not_stop_an_endpoint() -> None:
    """It stops what passes an internet gateway."""
    net = private(*KNOWN, *(guard(id_) for id_ in private().subnets))
    assert verdict(net, "far", S3) is Verdict.REACHABLE
    assert verdict(net, "web", S3) is Verdict.UNREACHABLE


def test_f91_a_function_outside_every_vpc_reaches_a_service_by_itself() -> None:
    function = Endpoint("f", "lambda_function", outside=True)
    net = private(*KNOWN, function)
    assert verdict(net, "f", S3) is Verdict.REACHABLE


def test_what_passes_this_network_by_is_not_its_affair() -> None:
    """From the Internet to the service: not listed, and undetermined where it is asked for."""
    net = private(*KNOWN, *aws_service(OTHER, "192.0.2.128/25"))
    assert verdict(net, "internet", S3) is Verdict.UNDETERMINED
    assert answer(net, "203.0.113.9 -> service:s3 tcp/443") != (NO, NO)
    ends = {"internet", S3, OTHER}
    assert not [pair for pair in survey(net).pairs if set(pair) <= ends]
