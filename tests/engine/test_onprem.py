"""Single flows from and to on-premises in hand-made networks: what AWS says of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import (
    acl,
    attachment,
    flow,
    group,
    host,
    link,
    nat,
    outside,
    peering,
    subnet,
    transit_table,
    vpn_gateway,
)
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, nodes, only, tiers, traces
from tfreach.engine.reach import survey_pair
from tfreach.engine.trace import best, trace
from tfreach.engine.verdicts import Disposition, Verdict
from tfreach.space.headers import prefix
from tfreach.topology.network import Network, OneOf, Origin, TransitGateway, Tri

FAR = "192.168.0.9"
ASK, CALL = f"db -> {FAR} tcp/443", f"{FAR} -> db tcp/443"
DB = subnet("b", "10.0.1.0/24", "192.168.0.0/16 vgw")
TGW = TransitGateway("tgw", origin=Origin("tgw"))
IN_A = subnet("ta", "10.0.9.0/28")
BY_TGW = subnet("b", "10.0.1.0/24", "192.168.0.0/16 tgw")
ATTACHED = attachment("att", "vpc", "ta", "table")
VPN = outside("vpn", "table")
TABLE = transit_table("table", "~ 10.0.0.0/16 att", "192.168.0.0/16 vpn")


def by_vgw(*parts: object) -> Network:
    return tiers(vpn_gateway(), DB, *parts)


def by_tgw(*parts: object) -> Network:
    return tiers(TGW, IN_A, BY_TGW, ATTACHED, VPN, TABLE, *parts)


def blocked(net: Network, text: str) -> list[str]:
    return blockers(best(traces(net, text)))


def test_f104_a_virtual_private_gateway_leads_there_and_back() -> None:
    found = only(by_vgw(), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert found.forward.disposition is Disposition.EXITS_NETWORK
    assert nodes(found.forward.hops) == "db open rtb-b vgw vgw on-premises"
    assert found.back is not None
    assert nodes(found.back.hops) == "vgw vgw open db"
    back = only(by_vgw(), CALL)
    assert (back.delivered, back.round_trip) == (YES, YES)
    assert nodes(back.forward.hops) == "vgw vgw open db db"
    assert back.back is not None
    assert nodes(back.back.hops) == "open rtb-b vgw vgw on-premises"


@pytest.mark.parametrize(
    ("parts", "out", "into", "told"),
    [
        pytest.param(
            [vpn_gateway(vpc="")], (NO, NO), (NO, NO),
            ["forward egress vgw BAD_STATE_ATTACHMENT",
             "return ingress on-premises NO_POSSIBLE_DESTINATION"],
            id="a gateway that is attached to nothing",
        ),
        pytest.param(
            [vpn_gateway(serves="192.168.128.0/17")], (NO, NO), (YES, NO),
            ["forward egress vgw NO_POSSIBLE_DESTINATION"],
            id="only the prefixes it knows: the request gets in, the reply not out",
        ),
        pytest.param(
            [vpn_gateway(unknown="what connects it is elsewhere")], (MAYBE, MAYBE),
            (MAYBE, MAYBE), None, id="nothing known behind it",
        ),
        pytest.param(
            [vpn_gateway(vpc=link("vpc", "?"))], (MAYBE, MAYBE), (MAYBE, MAYBE), None,
            id="perhaps attached",
        ),
        pytest.param(
            [vpn_gateway(inbound="an edge table")], (YES, MAYBE), (MAYBE, MAYBE), None,
            id="an edge table steers what comes in (F44)",
        ),
        pytest.param(
            [subnet("b", "10.0.1.0/24", "0.0.0.0/0 igw")], (NO, NO), (YES, NO),
            ["forward egress igw IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"],
            id="the reply follows the subnet's own table: lost at an internet gateway",
        ),
        pytest.param(
            [subnet("b", "10.0.1.0/24", "192.168.0.0/16 vgw ?")], (MAYBE, MAYBE), (YES, MAYBE),
            None, id="a propagated route that may stand (F49)",
        ),
        pytest.param(
            [group("db", "in tcp/443 from 192.168.4.0/24", "out tcp/80 to 0.0.0.0/0")], (NO, NO),
            (NO, NO), ["forward egress db ENI_SG_RULES_MISMATCH"],
            id="groups judge by address",
        ),
        pytest.param(
            [subnet("b", "10.0.1.0/24", "192.168.0.0/16 vgw", acl="shut"),
             acl("shut", "out 1 permit any to 0.0.0.0/0")], (YES, NO), (NO, NO),
            ["return ingress shut SUBNET_ACL_RESTRICTION"], id="and the network ACL, both ways",
        ),
    ],
)  # fmt: skip
def test_f104_what_a_virtual_private_gateway_needs(
    parts: list[object],
    out: tuple[Tri, Tri],
    into: tuple[Tri, Tri],
    told: list[str] | None,
) -> None:
    net = by_vgw(*parts)
    assert (answer(net, ASK), answer(net, CALL)) == (out, into)
    if told is not None:
        assert blocked(net, ASK) == told


def test_f104_nobody_holds_the_address_that_on_premises_asks_for() -> None:
    net = by_vgw()
    asked, source, destination = flow(net, f"{FAR} -> 10.0.1.77 tcp/443")
    (found,) = trace(net, asked, source, destination)
    assert blockers(found)[0] == ("forward ingress vgw VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS")


def test_f62_no_edge_to_edge_by_a_peer() -> None:
    """F55, F62: a peer lends nobody its VPN."""
    spoke = subnet("d", "10.1.0.0/24", "192.168.0.0/16 pcx", "10.0.0.0/16 pcx", vpc="vpc-2")
    net = by_vgw(spoke, peering())
    asked = f"other -> {FAR} tcp/443"
    assert answer(net, asked) == (NO, NO)
    assert blocked(net, asked) == [
        "forward egress pcx PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        "return ingress on-premises NO_POSSIBLE_DESTINATION",
    ]
    assert answer(net, f"{FAR} -> other tcp/443") == (NO, NO)


def test_f104_a_gateway_takes_nothing_that_its_vpc_did_not_send() -> None:
    """Through a transit gateway into a VPC with a VPN of its own."""
    spoke = subnet("d", "10.1.0.0/24", "192.168.0.0/16 tgw", vpc="vpc-2")
    hub = subnet("ta", "10.0.9.0/28", "192.168.0.0/16 vgw")
    there = attachment("att-2", "vpc-2", "d", "table-2")
    net = tiers(vpn_gateway(), TGW, spoke, hub, ATTACHED, there, TABLE,
                transit_table("table-2", "192.168.0.0/16 att"))  # fmt: skip
    asked = f"other -> {FAR} tcp/443"
    assert answer(net, asked) == (NO, NO)
    assert "forward egress vgw VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS" in blocked(net, asked)


def test_f54_a_nat_gateway_on_the_way_is_not_modelled() -> None:
    behind = subnet("b", "10.0.1.0/24", "0.0.0.0/0 nat")
    net = tiers(vpn_gateway(), behind, subnet("a", "10.0.0.0/24", "192.168.0.0/16 vgw"))
    assert answer(net, ASK) == (MAYBE, MAYBE)
    assert answer(tiers(vpn_gateway(), behind), ASK) == (NO, NO)
    assert answer(tiers(vpn_gateway(), behind, nat("nat", "10.0.0.9", "b")), ASK) == (NO, NO)


def test_a_reply_to_on_premises_is_not_carried_by_a_nat_gateway() -> None:
    behind = subnet("b", "10.0.1.0/24", "0.0.0.0/0 nat")
    assert answer(tiers(vpn_gateway(), behind), CALL) == (YES, NO)


def test_what_lies_behind_a_vpn_may_lead_on_to_the_internet() -> None:
    net = by_vgw(subnet("b", "10.0.1.0/24", "0.0.0.0/0 vgw"))
    assert answer(net, "db -> 203.0.113.9 tcp/443") == (MAYBE, MAYBE)
    few = by_vgw(subnet("b", "10.0.1.0/24", "0.0.0.0/0 vgw"), vpn_gateway(serves="192.168.0.0/16"))
    assert answer(few, "db -> 203.0.113.9 tcp/443") == (NO, NO)
    web = by_vgw(subnet("a", "10.0.0.0/24", "0.0.0.0/0 vgw"))
    assert answer(web, "203.0.113.9 -> web tcp/443") == (YES, NO)


def test_f65_a_vpn_of_a_transit_gateway_leads_there_and_back() -> None:
    found = only(by_tgw(), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == "db open rtb-b tgw open table on-premises"
    assert found.back is not None
    assert nodes(found.back.hops) == "vpn table att open rtb-ta open db"
    assert answer(by_tgw(), CALL) == (YES, YES)


@pytest.mark.parametrize(
    ("parts", "out", "into", "told"),
    [
        pytest.param(
            [replace(VPN, table=OneOf())], (YES, NO), (NO, NO),
            "return egress vpn TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
            id="no table for what comes from there",
        ),
        pytest.param(
            [transit_table("table", "~ 10.0.0.0/16 att")], (NO, NO), (YES, NO),
            "forward egress table TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", id="no route there",
        ),
        pytest.param(
            [transit_table("table", "192.168.0.0/16 vpn")], (YES, NO), (NO, NO),
            "return egress table TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT",
            id="no route to the VPC for what comes from there",
        ),
        pytest.param(
            [transit_table("table", "~ 10.0.0.0/16 att", "~ 192.168.0.0/16 vpn ?")],
            (MAYBE, MAYBE), (YES, MAYBE), None, id="what BGP tells is not known",
        ),
        pytest.param(
            [transit_table("table", "~ 10.0.0.0/16 vpn", "192.168.0.0/16 vpn")],
            (YES, NO), (NO, NO), "return egress vpn NO_POSSIBLE_DESTINATION",
            id="from on-premises back to on-premises",
        ),
    ],
)  # fmt: skip
def test_f64_what_a_vpn_of_a_transit_gateway_needs(
    parts: list[object], out: tuple[Tri, Tri], into: tuple[Tri, Tri], told: str | None
) -> None:
    net = by_tgw(*parts)
    assert (answer(net, ASK), answer(net, CALL)) == (out, into)
    if told is not None:
        assert told in blocked(net, ASK)


@pytest.mark.parametrize(
    ("route", "code"),
    [
        ("192.168.0.0/16 gone", "TGW_RTB_HIGHER_PRIORITY_ROUTE"),
        ("192.168.0.0/24 gone", "TGW_RTB_MORE_SPECIFIC_ROUTE"),
    ],
)
def test_f65_a_static_route_wins_over_a_propagated_one(route: str, code: str) -> None:
    table = transit_table("table", "~ 10.0.0.0/16 att", "~ 192.168.0.0/16 vpn", route)
    found = best(traces(by_tgw(table), ASK))
    assert found.delivered is NO
    assert code in {said for hop in found.forward.hops for said in hop.codes}


def test_which_of_two_ways_on_premises_takes_is_not_known() -> None:
    """Where both pass, it does not matter; where one does not, it is undetermined."""
    both = by_tgw(vpn_gateway())
    assert answer(both, CALL) == (YES, YES)
    shut = acl("shut", "in 1 permit any from 0.0.0.0/0")
    one = by_tgw(vpn_gateway(), shut, subnet("ta", "10.0.9.0/28", acl="shut"))
    assert answer(one, CALL) == (MAYBE, MAYBE)
    nowhere = transit_table("table", "192.168.0.0/16 vpn")
    assert answer(by_tgw(vpn_gateway(), nowhere), CALL) == (YES, YES)


def test_what_is_in_another_plan_may_bring_it_in() -> None:
    """A transit gateway of another plan may have a VPN; so may a core network (F90)."""
    alone = [subnet("d", "10.1.0.0/24", vpc="vpc-2"), TGW]
    far = f"{FAR} -> other tcp/443"
    assert answer(by_vgw(*alone), far) == (NO, NO)
    there = attachment("att-2", "vpc-2", "d")
    assert answer(by_vgw(*alone, there), far) == (NO, NO)
    elsewhere = replace(TGW, unknown="it is managed elsewhere")
    assert answer(by_vgw(*alone, there, elsewhere), far) == (MAYBE, MAYBE)
    core = replace(by_vgw(*alone), other_ways_in="by a core network")
    assert answer(core, far) == (MAYBE, MAYBE)


def test_the_addresses_that_take_part_are_given() -> None:
    net = by_vgw(group("db", "in tcp/443 from 192.168.4.0/24", "out any to 0.0.0.0/0"))
    (found,) = survey_pair(net, "on-premises", "db")
    assert (found.verdict, found.addresses) == (Verdict.PARTIAL, prefix("192.168.4.0/24"))


def test_neither_end_is_in_the_network() -> None:
    """Between on-premises and the Internet this network is not on the way."""
    for pair in (("on-premises", "internet"), ("internet", "on-premises")):
        (found,) = survey_pair(by_vgw(), *pair)
        assert found.verdict is Verdict.UNDETERMINED


def test_f92_nothing_calls_a_function_from_there_either() -> None:
    func = replace(host("func", "10.0.1.9", "b", kind="lambda_function"), inbound="takes no calls")
    net = by_vgw(func, group("func", "in any from 0.0.0.0/0", "out any to 0.0.0.0/0"))
    assert answer(net, f"{FAR} -> func tcp/443") == (NO, NO)
    assert answer(net, f"func -> {FAR} tcp/443") == (YES, YES)
