"""Single flows between VPCs in hand-made networks: what AWS says of peering connections."""

from __future__ import annotations

import pytest

from tests.engine.networks import acl, group, host, link, peering, subnet, vpc
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, nodes, only, tiers
from tfreach.engine.verdicts import Disposition
from tfreach.topology.network import Network, Tri

OVER = subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", "10.1.0.0/16 pcx")
BACK = subnet("d", "10.1.0.0/24", "10.0.0.0/16 pcx", vpc="vpc-2")
ASK = "web -> other tcp/443"


def peered(*parts: object) -> Network:
    return tiers(OVER, BACK, peering(), *parts)


def test_f62_a_peering_with_routes_on_both_sides_joins_two_vpcs() -> None:
    found = only(peered(), ASK)
    assert (found.delivered, found.round_trip) == (YES, YES)
    assert nodes(found.forward.hops) == "web open rtb-a pcx open other other"
    assert found.back is not None
    assert nodes(found.back.hops) == "open rtb-d pcx open web"
    assert answer(peered(), "other -> web tcp/443") == (YES, YES)


@pytest.mark.parametrize(
    ("parts", "expected", "blocked"),
    [
        pytest.param(
            [subnet("d", "10.1.0.0/24", vpc="vpc-2")], (YES, NO),
            ["return egress rtb-d NO_ROUTE_TO_DESTINATION"], id="no route back: one way",
        ),
        pytest.param(
            [subnet("a", "10.0.0.0/24")], (NO, NO),
            ["forward egress rtb-a NO_ROUTE_TO_DESTINATION"], id="no route there",
        ),
        pytest.param(
            [peering(active=NO)], (NO, NO),
            ["forward egress pcx BAD_STATE", "return egress pcx BAD_STATE"], id="not accepted",
        ),
        pytest.param([peering(active=MAYBE)], (MAYBE, MAYBE), [], id="accepted by somebody else?"),
        pytest.param(
            [subnet("d", "10.1.0.0/24", "10.0.0.0/16 gone", vpc="vpc-2")], (YES, NO),
            ["return egress rtb-d BAD_STATE_ROUTE"], id="the way back is gone",
        ),
        pytest.param(
            [peering(ends=("vpc", "vpc-3"))], (NO, NO),
            ["forward egress pcx PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
             "return egress pcx BAD_STATE_ROUTE"], id="it leads to another VPC",
        ),
        pytest.param(
            [peering(ends=("vpc", link("vpc-2", "vpc-3")))], (MAYBE, MAYBE), [],
            id="it leads to one of two VPCs",
        ),
        pytest.param(
            [subnet("d", "10.1.0.0/24", "10.0.0.0/16 pcx elsewhere", vpc="vpc-2")], (YES, MAYBE),
            [], id="it is not known where replies go",
        ),
    ],
)  # fmt: skip
def test_f62_what_a_peering_needs(
    parts: list[object], expected: tuple[Tri, Tri], blocked: list[str]
) -> None:
    net = peered(*parts)
    assert answer(net, ASK) == expected
    if blocked:
        assert blockers(only(net, ASK)) == blocked


def test_f62_no_transit_through_a_peer() -> None:
    """a is peered with d's VPC, and that with a third one."""
    net = tiers(
        subnet("a", "10.0.0.0/24", "10.0.0.0/8 pcx"),
        subnet("d", "10.1.0.0/24", "10.0.0.0/8 pcx-2", vpc="vpc-2"),
        vpc("vpc-3", "10.2.0.0/16"),
        subnet("e", "10.2.0.0/24", "10.0.0.0/8 pcx-2", vpc="vpc-3"),
        host("third", "10.2.0.5", "e", groups=(link("other"),)),
        peering(),
        peering("pcx-2", ("vpc-2", "vpc-3")),
    )
    found = only(net, "web -> third tcp/443")
    assert blockers(found) == [
        "forward egress pcx PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        "return egress pcx-2 PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    ]
    assert answer(net, "other -> third tcp/443") == (YES, YES)


def test_f62_a_peer_lends_nobody_its_gateway() -> None:
    net = peered(subnet("d", "10.1.0.0/24", "0.0.0.0/0 pcx", vpc="vpc-2"))
    found = only(net, "other -> 203.0.113.9 tcp/443")
    assert blockers(found) == ["forward egress pcx PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"]
    unknown = peered(
        subnet("d", "10.1.0.0/24", "0.0.0.0/0 pcx", vpc="vpc-2"),
        peering(ends=(link("?"), "vpc-2")),
    )
    assert answer(unknown, "other -> 203.0.113.9 tcp/443") == (MAYBE, MAYBE)


def test_f62_a_reply_to_the_internet_does_not_leave_by_a_peering() -> None:
    net = peered(
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 pcx"),
    )
    found = only(net, "203.0.113.9 -> web tcp/443")
    assert (found.delivered, found.round_trip) == (YES, NO)
    assert blockers(found) == ["return egress pcx PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"]


def test_f27_both_subnets_network_acls_judge_both_directions() -> None:
    """Their addresses are those of the interfaces: nothing is translated."""
    shut = acl(
        "shut", "in 100 permit tcp/443 from 10.0.0.0/24", "out 100 permit tcp/22 to 10.0.0.0/24"
    )
    net = peered(shut, subnet("d", "10.1.0.0/24", "10.0.0.0/16 pcx", vpc="vpc-2", acl="shut"))
    found = only(net, ASK + " from 40000")
    assert blockers(found) == ["return egress shut SUBNET_ACL_RESTRICTION"]


NAMED = (group("web", "out any to group:other"), group("other", "in tcp/443 from group:web"))


@pytest.mark.parametrize(
    ("same_region", "expected", "codes"),
    [
        pytest.param(YES, (YES, YES), [], id="in one Region"),
        pytest.param(NO, (NO, NO), ["SG_REFERENCES_NOT_PRESERVED"] * 2, id="between two Regions"),
        pytest.param(MAYBE, (MAYBE, MAYBE), [], id="it is not known"),
    ],
)
def test_f8_group_references_hold_within_one_region(
    same_region: Tri, expected: tuple[Tri, Tri], codes: list[str]
) -> None:
    net = peered(*NAMED, peering(same_region=same_region))
    found = only(net, ASK)
    assert (found.delivered, found.round_trip) == expected
    assert [one.code for one in found.blockers] == codes
    told = {code for hop in found.forward.hops for code in hop.codes}
    assert ("UNKNOWN_PEERED_SGS" in told) is (same_region is MAYBE)


def test_f8_blocks_of_addresses_hold_between_regions() -> None:
    wide = group("web", "out any to 10.1.0.0/16"), group("other", "in tcp/443 from 10.0.0.0/16")
    assert answer(peered(*wide, peering(same_region=NO)), ASK) == (YES, YES)


def test_f62_an_address_in_a_peer_vpc_that_is_not_in_the_plan_is_not_known() -> None:
    net = tiers(subnet("a", "10.0.0.0/24", "10.9.0.0/16 pcx"), peering(ends=("vpc", "vpc-9")))
    found = only(net, "web -> 10.9.0.1 tcp/443")
    assert found.delivered is MAYBE
    assert found.forward.disposition is Disposition.INSUFFICIENT_INFO
    assert "vpc-9" in found.forward.hops[-1].unknown
    assert answer(net, "web -> 10.0.3.1 tcp/443")[0] is NO
