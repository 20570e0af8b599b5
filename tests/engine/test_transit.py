"""Single flows over transit gateways in hand-made networks: what AWS says of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import (
    acl,
    attachment,
    gateway,
    group,
    host,
    link,
    nat,
    peering,
    subnet,
    transit_table,
    vpc,
)
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, nodes, only, tiers, traces
from tfreach.engine.reach import survey_pair
from tfreach.engine.trace import best
from tfreach.engine.verdicts import Disposition, Trace
from tfreach.topology.network import Network, OneOf, Origin, TransitGateway, Tri

ASK = "web -> other tcp/443"
TGW = TransitGateway("tgw", origin=Origin("tgw"))
WEB = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", "10.0.0.0/8 tgw")
OTHER = subnet("d", "10.1.0.0/24", "10.0.0.0/8 tgw", vpc="vpc-2")
IN_A = subnet("ta", "10.0.9.0/28")
IN_D = subnet("td", "10.1.9.0/28", vpc="vpc-2")
ATTACHED = attachment("att-a", "vpc", "ta", "table")
BEYOND = attachment("att-d", "vpc-2", "td", "table")
TABLE = transit_table("table", "~ 10.0.0.0/16 att-a", "~ 10.1.0.0/16 att-d")


def joined(*parts: object) -> Network:
    return tiers(TGW, WEB, OTHER, IN_A, IN_D, ATTACHED, BEYOND, TABLE, *parts)


def blocked(net: Network, text: str = ASK) -> list[str]:
    return blockers(best(traces(net, text)))


def test_f64_two_attachments_and_their_tables_join_two_vpcs() -> None:
    found = only(joined(), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == (
        "web open rtb-a tgw open table att-d open rtb-td open other other"
    )
    assert found.back is not None
    assert nodes(found.back.hops) == "open rtb-d tgw open table att-a open rtb-ta open web"


@pytest.mark.parametrize(
    ("parts", "expected", "told"),
    [
        pytest.param(
            [replace(ATTACHED, table=OneOf())], (NO, NO),
            ["forward egress att-a TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"],
            id="no association for what comes from there",
        ),
        pytest.param(
            [replace(BEYOND, table=OneOf())], (YES, NO),
            ["return egress att-d TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"],
            id="nor for the reply: each side has its own",
        ),
        pytest.param(
            [transit_table("table", "~ 10.0.0.0/16 att-a")], (NO, NO),
            ["forward egress table TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"],
            id="no route in the table",
        ),
        pytest.param(
            [transit_table("table", "~ 10.0.0.0/16 att-a", "10.1.4.0/24 att-d")], (NO, NO),
            ["forward egress table TGW_RTB_CANNOT_ROUTE"], id="a route for another block",
        ),
        pytest.param(
            [replace(ATTACHED, subnets=(link("c"),)),
             subnet("c", "10.0.2.0/24", zone="zone-2")], (NO, NO),
            ["forward egress att-a TGW_ROUTE_AZ_RESTRICTION"],
            id="no subnet in the zone of the source (F69); what comes in goes on",
        ),
        pytest.param(
            [replace(BEYOND, active=NO, why="not accepted")], (NO, NO),
            ["forward egress att-d BAD_STATE_ATTACHMENT",
             "return egress att-d BAD_STATE_ATTACHMENT"], id="not accepted",
        ),
        pytest.param(
            [replace(ATTACHED, vpc=link("vpc-3"))], (NO, NO),
            ["forward egress tgw BAD_STATE_ROUTE"], id="not attached",
        ),
        pytest.param(
            [replace(BEYOND, table=link("table", "?"))], (YES, MAYBE), None,
            id="it is not known which table replies use",
        ),
        pytest.param(
            [replace(ATTACHED, table=link("far-table"))], (MAYBE, MAYBE), None,
            id="a table whose routes are not known",
        ),
        pytest.param(
            [replace(ATTACHED, subnets=(link("?"),))], (MAYBE, MAYBE), None,
            id="subnets that are not known",
        ),
        pytest.param(
            [replace(TGW, unknown="elsewhere"), replace(ATTACHED, vpc=link("vpc-3"))],
            (MAYBE, MAYBE), None, id="attachments that are not known",
        ),
        pytest.param(
            [transit_table("table", "~ 10.0.0.0/16 att-a", "~ 10.1.0.0/16 att-d",
                           "10.1.0.0/24 elsewhere ?")], (MAYBE, MAYBE), None,
            id="a route that may stand may win",
        ),
    ],
)  # fmt: skip
def test_f64_what_a_transit_gateway_needs(
    parts: list[object], expected: tuple[Tri, Tri], told: list[str] | None
) -> None:
    net = joined(*parts)
    assert answer(net, ASK) == expected
    if told is not None:
        forward = [text for text in blocked(net) if "SECURITY" not in text]
        assert forward[: len(told)] == told


def codes(found: Trace) -> set[str]:
    return {code for hop in found.forward.hops for code in hop.codes}


@pytest.mark.parametrize(
    ("routes", "delivered", "code"),
    [
        pytest.param(
            ("10.1.0.0/16 gone",), NO, "TGW_RTB_HIGHER_PRIORITY_ROUTE",
            id="static before propagated (F65)",
        ),
        pytest.param(
            ("10.1.0.0/24 gone",), NO, "TGW_RTB_MORE_SPECIFIC_ROUTE", id="the longest prefix wins"
        ),
        pytest.param(("10.0.0.0/8 gone",), YES, "", id="and no shorter one"),
    ],
)  # fmt: skip
def test_f65_which_route_of_the_table_is_taken(
    routes: tuple[str, ...], delivered: Tri, code: str
) -> None:
    table = transit_table("table", "~ 10.0.0.0/16 att-a", "~ 10.1.0.0/16 att-d", *routes)
    found = only(joined(table), ASK)
    assert found.delivered is delivered
    assert codes(found) == ({"TGW_RTB_BAD_STATE_ROUTE", code} if code else set())


def test_f61_the_acl_of_an_attachment_subnet_judges_inwards_by_source() -> None:
    """On the way out to the gateway its inbound rules only; on the way in its outbound rules."""
    out = acl("ta", "in 100 permit any from 10.0.0.0/24", "out 100 permit any to 10.0.0.0/24")
    into = acl("td", "in 100 permit any from 10.1.0.0/24", "out 100 permit any to 10.1.0.0/24")
    net = joined(
        out, into, subnet("ta", "10.0.9.0/28", acl="ta"),
        subnet("td", "10.1.9.0/28", vpc="vpc-2", acl="td"),
    )  # fmt: skip
    assert answer(net, ASK) == (YES, YES)
    shut = acl("td", "in 100 permit any from 0.0.0.0/0", "out 100 deny any to 10.1.0.0/24")
    assert blocked(joined(shut, subnet("td", "10.1.9.0/28", vpc="vpc-2", acl="td"))) == [
        "forward egress td SUBNET_ACL_RESTRICTION"
    ]


def test_f60_an_acl_does_not_judge_what_comes_from_the_gateway_into_its_own_subnet() -> None:
    """Out of it both directions do: outbound by destination, inbound by source."""
    shut = acl("d", "in 100 permit any from 10.1.0.0/24", "out 100 permit any to 10.0.0.0/24")
    own = subnet("d", "10.1.0.0/24", "10.0.0.0/8 tgw", vpc="vpc-2", acl="d")
    net = joined(shut, own, replace(BEYOND, subnets=(link("d"),)))
    assert answer(net, ASK) == (YES, YES)
    closed = acl("d", "in 100 deny any from 10.1.0.0/24", "out 100 permit any to 10.0.0.0/24")
    found = only(joined(closed, own, replace(BEYOND, subnets=(link("d"),))), ASK)
    assert (found.delivered, found.round_trip) == (YES, NO)
    assert blockers(found) == ["return ingress d SUBNET_ACL_RESTRICTION"]


def test_f69_what_comes_into_a_zone_without_attachment_goes_on_by_the_local_route() -> None:
    far = subnet("d", "10.1.0.0/24", "10.0.0.0/8 tgw", vpc="vpc-2", zone="zone-2")
    found = only(joined(far), ASK)
    assert (found.delivered, found.round_trip) == (YES, NO)
    assert blockers(found) == ["return egress att-d TGW_ROUTE_AZ_RESTRICTION"]


def test_f69_a_zone_that_is_not_known_leaves_it_open() -> None:
    assert answer(joined(subnet("ta", "10.0.9.0/28", zone="")), ASK) == (MAYBE, MAYBE)
    assert answer(joined(subnet("ta", "10.0.9.0/28", zone="use1-az1")), ASK) == (MAYBE, MAYBE)


TWO_ZONES = (
    subnet("te", "10.1.9.16/28", vpc="vpc-2", zone="zone-2", acl="shut"),
    acl("shut"),
    replace(BEYOND, subnets=(link("td"), link("te"))),
)


def test_f68_it_enters_by_the_zone_it_left_by_and_in_appliance_mode_by_any() -> None:
    found = only(joined(*TWO_ZONES), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert "TGW_ATTACH_VPC_AZ_RESTRICTION" in codes(found)
    both = replace(TWO_ZONES[2], appliance=YES)
    assert answer(joined(*TWO_ZONES[:2], both), ASK) == (MAYBE, MAYBE)


def test_f70_the_table_of_the_subnet_it_enters_by_steers_it() -> None:
    firewall = subnet("td", "10.1.9.0/28", "10.1.0.0/24 elsewhere", vpc="vpc-2")
    found = only(joined(firewall), ASK)
    assert found.delivered is MAYBE
    assert found.forward.disposition is Disposition.INSUFFICIENT_INFO
    again = subnet("td", "10.1.9.0/28", "10.1.0.0/24 tgw", vpc="vpc-2")
    assert answer(joined(again), ASK) == (MAYBE, MAYBE)


NAMED = (group("web", "out any to 10.0.0.0/8"), group("other", "in tcp/443 from group:web"))


@pytest.mark.parametrize(
    ("parts", "delivered", "told"),
    [
        pytest.param([], YES, [], id="both attachments and the gateway support it"),
        pytest.param(
            [replace(ATTACHED, groups=NO)], NO, ["forward ingress other SG_REFERENCING_SUPPORT"],
            id="one does not",
        ),
        pytest.param([replace(BEYOND, groups=MAYBE)], MAYBE, [], id="it is not known of one"),
        pytest.param(
            [group("web", "out any to group:other")], NO,
            ["forward egress web SG_REFERENCES_NOT_PRESERVED"], id="inbound rules only",
        ),
        pytest.param(
            [group("web", "out any to group:other"), peering()], MAYBE, [],
            id="the two VPCs are peered as well",
        ),
        pytest.param(
            [group("web", "out any to group:other"), peering(same_region=NO)], NO,
            ["forward egress web SG_REFERENCES_NOT_PRESERVED"], id="but not in this Region",
        ),
    ],
)  # fmt: skip
def test_f9_when_a_rule_may_name_a_group_of_another_vpc(
    parts: list[object], delivered: Tri, told: list[str]
) -> None:
    found = only(joined(*NAMED, *parts), ASK)
    assert found.delivered is delivered
    assert blockers(found) == told


FAR = TransitGateway("tgw-2", origin=Origin("tgw-2"))


def two_gateways(*parts: object) -> Network:
    """Each VPC on a transit gateway of its own, and these are peered."""
    near = replace(ATTACHED, groups=YES)
    there = replace(BEYOND, gateway=link("tgw-2"), table=link("table-2"))
    one = replace(there, id="peer", gateway=link("tgw"), vpc=OneOf(), subnets=(), far="peer-2",
                  table=link("table"))  # fmt: skip
    other = replace(one, id="peer-2", gateway=link("tgw-2"), far="peer", table=link("table-2"))
    base = (
        TGW, FAR, WEB, subnet("d", "10.1.0.0/24", "10.0.0.0/8 tgw-2", vpc="vpc-2"), IN_A, IN_D,
        near, there, one, other,
        transit_table("table", "~ 10.0.0.0/16 att-a", "10.1.0.0/16 peer"),
        transit_table("table-2", "~ 10.1.0.0/16 att-d", "10.0.0.0/16 peer-2"),
    )  # fmt: skip
    return tiers(*base, *parts)


def test_f66_peered_gateways_route_by_the_table_of_the_far_end() -> None:
    found = only(two_gateways(), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == (
        "web open rtb-a tgw open table table-2 att-d open rtb-td open other other"
    )
    one_way = two_gateways(transit_table("table-2", "~ 10.1.0.0/16 att-d"))
    assert answer(one_way, ASK) == (YES, NO)
    assert blockers(only(two_gateways(*NAMED), ASK)) == [
        "forward ingress other SG_REFERENCES_NOT_PRESERVED"
    ]


def test_routes_that_lead_round_in_a_circle_end() -> None:
    net = two_gateways(transit_table("table-2", "0.0.0.0/0 peer-2"))
    found = only(net, ASK)
    assert found.forward.disposition is Disposition.LOOP
    assert blockers(found)[0] == "forward egress peer TGW_LOOP"
    assert survey_pair(net, "web", "other") == ()


HUB = (
    TGW, IN_D, ATTACHED, BEYOND, IN_A,
    subnet("a", "10.0.0.0/24", "0.0.0.0/0 tgw"),
    subnet("td", "10.1.9.0/28", "0.0.0.0/0 nat-hub", vpc="vpc-2"),
    subnet("out", "10.1.5.0/24", "0.0.0.0/0 igw-2", "10.0.0.0/8 tgw", vpc="vpc-2"),
    gateway("igw-2", "vpc-2"),
    nat("nat-hub", "10.1.5.9", "out"),
    transit_table("table", "~ 10.0.0.0/16 att-a", "~ 10.1.0.0/16 att-d", "0.0.0.0/0 att-d"),
)  # fmt: skip
OUT = "job -> 203.0.113.9 tcp/443"


def test_f55_a_spoke_reaches_the_internet_by_the_nat_gateway_of_a_hub() -> None:
    found = only(tiers(*HUB), OUT)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == (
        "job open rtb-a tgw open table att-d open rtb-td open nat-hub open rtb-out igw-2 internet"
    )
    assert found.back is not None
    assert nodes(found.back.hops) == (
        "igw-2 open nat-hub open rtb-out tgw open table att-a open rtb-ta open job"
    )


@pytest.mark.parametrize(
    ("part", "expected", "told"),
    [
        pytest.param(
            subnet("out", "10.1.5.0/24", "0.0.0.0/0 igw-2", vpc="vpc-2"), (YES, NO),
            ["return egress igw-2 IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"],
            id="no route back to the spoke",
        ),
        pytest.param(
            subnet("td", "10.1.9.0/28", "0.0.0.0/0 igw-2", vpc="vpc-2"), (NO, NO),
            ["forward egress igw-2 IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"],
            id="an internet gateway translates for its own VPC only",
        ),
        pytest.param(
            subnet("td", "10.1.9.0/28", "0.0.0.0/0 elsewhere", vpc="vpc-2"), (MAYBE, MAYBE), None,
            id="a firewall",
        ),
        pytest.param(
            subnet("td", "10.1.9.0/28", "0.0.0.0/0 pcx", vpc="vpc-2"), (NO, NO),
            ["forward egress pcx PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"], id="no peering behind it",
        ),
        pytest.param(
            transit_table("table", "~ 10.0.0.0/16 att-a", "0.0.0.0/0 att-a"), (MAYBE, MAYBE), None,
            id="back into the same VPC",
        ),
    ],
)  # fmt: skip
def test_f55_what_the_way_out_by_a_hub_needs(
    part: object, expected: tuple[Tri, Tri], told: list[str] | None
) -> None:
    net = tiers(*HUB, part)
    assert answer(net, OUT) == expected
    if told is not None:
        assert blocked(net, OUT)[: len(told)] == told


def test_f52_a_reply_to_the_internet_does_not_leave_by_a_transit_gateway() -> None:
    found = only(tiers(*HUB), "203.0.113.9 -> web tcp/443")
    assert (found.delivered, found.round_trip) == (YES, NO)
    assert blockers(found)[-1] == "return egress tgw NO_POSSIBLE_DESTINATION"


def test_an_address_behind_a_gateway_that_is_not_all_known_is_not_known() -> None:
    far = tiers(subnet("a", "10.0.0.0/24", "10.9.0.0/16 tgw-far"))
    assert answer(far, "web -> 10.9.0.1 tcp/443")[0] is MAYBE
    assert answer(joined(), "web -> 10.9.0.1 tcp/443")[0] is NO


def test_three_vpcs_of_which_one_hides() -> None:
    """Isolation by tables: the third learns nothing and nobody learns of it."""
    third = (
        vpc("vpc-3", "10.2.0.0/16"), subnet("e", "10.2.0.0/24", "10.0.0.0/8 tgw", vpc="vpc-3"),
        host("third", "10.2.0.5", "e", groups=(link("other"),)),
        attachment("att-e", "vpc-3", "e", "empty"), transit_table("empty"),
    )  # fmt: skip
    net = joined(*third)
    for end in ("web", "other"):
        assert answer(net, f"{end} -> third tcp/443") == (NO, NO)
        assert answer(net, f"third -> {end} tcp/443") == (NO, NO)
    assert answer(net, ASK) == (YES, YES)
