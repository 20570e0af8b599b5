"""What a plan says of VPC peering connections: who is joined, and whether anybody has accepted."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    changed,
    data,
    echo,
    gone,
    link,
    new,
    plan,
    raw_state,
    ref,
    routes,
    stands,
    state,
    verdicts,
)
from tfreach.topology.network import Network, Peering, Tri

LATER = ref("aws_ssm_parameter.p.value")
A = stands("aws_vpc.a", cidr_block="10.0.0.0/16")
B = stands("aws_vpc.b", cidr_block="10.1.0.0/16")
VPCS = (A, B)
ENDS: dict[str, object] = {"vpc_id": "vpc-a", "peer_vpc_id": "vpc-b"}
ASKED = ENDS | {"peer_region": UNSET, "accept_status": UNSET}
PENDING = ENDS | {"peer_region": echo("us-east-1"), "accept_status": echo("pending-acceptance")}
ACTIVE = PENDING | {"accept_status": echo("active")}
P = "aws_vpc_peering_connection.p"
ACCEPTER = "aws_vpc_peering_connection_accepter.p"
TAKEN = {"vpc_peering_connection_id": ref(f"{P}.id"), "auto_accept": True}
THERE = {"vpc_peering_connection_id": "pcx-p", "auto_accept": True}


def peering(network: Network, key: str = P) -> Peering:
    return network.peerings[key]


@pytest.mark.parametrize(
    ("items", "active", "why"),
    [
        pytest.param([new(P, **ASKED, auto_accept=True)], Tri.YES, "", id="by-itself"),
        pytest.param([new(P, **ASKED)], Tri.NO, f"nothing here accepts {P}", id="by-nobody"),
        pytest.param([new(P, **ASKED), new(ACCEPTER, **TAKEN)], Tri.YES, "", id="by-a-resource"),
        pytest.param(
            [new(P, **ASKED), new(ACCEPTER, **{**TAKEN, "auto_accept": False})], Tri.NO,
            f"nothing here accepts {P}", id="by-a-resource-that-does-not",
        ),
        pytest.param(
            [new(P, **ASKED), new(ACCEPTER, **{**TAKEN, "auto_accept": LATER})], Tri.MAYBE,
            f"whether {ACCEPTER} accepts {P} is not known before apply", id="by-a-resource-perhaps",
        ),
        pytest.param(
            [new(P, **ASKED), new(ACCEPTER, vpc_peering_connection_id=LATER, auto_accept=True)],
            Tri.MAYBE, f"whether {ACCEPTER} accepts {P} is not known before apply",
            id="by-a-resource-for-something-unknown",
        ),
        pytest.param(
            [new(P, **{**ASKED, "auto_accept": LATER})], Tri.MAYBE,
            f"auto_accept of {P} is not known before apply", id="by-itself-perhaps",
        ),
        pytest.param([stands(P, **ACTIVE)], Tri.YES, "", id="it-stands"),
        pytest.param(
            [stands(P, **PENDING)], Tri.NO,
            f"{P} is pending-acceptance: nobody has accepted it", id="it-waits",
        ),
        pytest.param(
            [stands(P, **PENDING), new(ACCEPTER, **THERE)], Tri.YES, "", id="it-waits-no-longer"
        ),
        pytest.param(
            [stands(P, **{**ACTIVE, "accept_status": echo("rejected")}), new(ACCEPTER, **THERE)],
            Tri.NO, f"{P} is rejected", id="it-was-rejected",
        ),
        pytest.param(
            [changed(P, PENDING, auto_accept=True)], Tri.YES, "", id="it-accepts-itself-now"
        ),
        pytest.param(
            [new(P, **{**ASKED, "peer_vpc_id": "vpc-far"})], Tri.MAYBE,
            f"whether the other side accepts {P} is not in this plan", id="the-peer-is-elsewhere",
        ),
        pytest.param(
            [new(P, **{**ASKED, "peer_region": "eu-west-1", "auto_accept": True}),
             stands("aws_subnet.a", vpc_id="vpc-a", availability_zone="us-east-1a")], Tri.MAYBE,
            f"{P} cannot accept a connection to another Region", id="never-in-another-region",
        ),
    ],
)  # fmt: skip
def test_f62_who_accepts(items: list[Item], active: Tri, why: str) -> None:
    found = peering(plan(*VPCS, *items).after)
    assert (found.active, found.why) == (active, why)


def test_a_raw_state_waits_for_an_acceptance_that_was_given() -> None:
    """plan-json.md, trap 5."""
    side = stands(ACCEPTER, vpc_peering_connection_id="pcx-p", auto_accept=True)
    network = raw_state(*VPCS, stands(P, **PENDING), side)
    assert peering(network).active is Tri.YES
    assert peering(network).accepted.address == ACCEPTER
    assert peering(state(*VPCS, stands(P, **PENDING))).active is Tri.NO
    far = stands(P, **{**PENDING, "peer_vpc_id": "vpc-far"})
    assert peering(state(A, far)).active is Tri.MAYBE


def test_f62_vpcs_that_overlap_anywhere_cannot_be_peered() -> None:
    more = new("aws_vpc_ipv4_cidr_block_association.b", vpc_id="vpc-b", cidr_block="10.0.4.0/24")
    found = peering(plan(*VPCS, more, new(P, **ASKED, auto_accept=True)).after)
    assert found.active is Tri.NO
    assert found.why == f"{P} cannot be made: the address blocks of aws_vpc.a and aws_vpc.b overlap"


def subnet(name: str, zone: str) -> Item:
    return stands(f"aws_subnet.{name}", vpc_id=f"vpc-{name}", availability_zone=zone)


@pytest.mark.parametrize(
    ("items", "same"),
    [
        pytest.param([new(P, **ASKED)], Tri.YES, id="not-said"),
        pytest.param([new(P, **{**ASKED, "peer_region": "eu-west-1"})], Tri.MAYBE, id="said"),
        pytest.param([new(P, **{**ASKED, "peer_region": LATER})], Tri.MAYBE, id="unknown"),
        pytest.param(
            [subnet("a", "us-east-1a"), new(P, **{**ASKED, "peer_region": "eu-west-1"})],
            Tri.NO,
            id="another-than-the-zones",
        ),
        pytest.param(
            [subnet("a", "us-east-1a"), new(P, **{**ASKED, "peer_region": "us-east-1"})],
            Tri.YES,
            id="that-of-the-zones",
        ),
        pytest.param(
            [subnet("a", "us-east-1a"), subnet("b", "eu-west-1b"), new(P, **ASKED)],
            Tri.NO,
            id="the-zones-alone",
        ),
        pytest.param(
            [subnet("a", "us-west-2-lax-1a"), new(P, **{**ASKED, "peer_region": "us-west-2"})],
            Tri.MAYBE,
            id="a-local-zone",
        ),
    ],
)
def test_f8_whether_both_are_in_one_region(items: list[Item], same: Tri) -> None:
    assert peering(plan(*VPCS, *items).after).same_region is same


def test_the_region_of_a_vpc_is_in_its_arn() -> None:
    arn = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-a"
    vpc = stands("aws_vpc.a", cidr_block="10.0.0.0/16", arn=echo(arn))
    there = stands(P, **{**ACTIVE, "peer_region": "us-east-1"})
    assert peering(plan(vpc, B, there).after).same_region is Tri.NO


def table(**target: object) -> Item:
    return new("aws_route_table.t", vpc_id="vpc-a", route=[{"cidr_block": "10.1.0.0/16", **target}])


def test_routes_name_the_connection_or_what_accepts_it() -> None:
    options = "aws_vpc_peering_connection_options.p"
    given = {"vpc_peering_connection_id": ref(f"{ACCEPTER}.id")}
    chain = [new(ACCEPTER, **TAKEN), new(options, **given)]
    for named in (f"{P}.id", f"{ACCEPTER}.id", f"{ACCEPTER}.vpc_peering_connection_id",
                  f"{options}.id"):  # fmt: skip
        to = table(vpc_peering_connection_id=ref(named))
        found = plan(*VPCS, new(P, **ASKED), *chain, to).after
        assert routes(found, "aws_route_table.t") == [f"10.1.0.0/16 > {P}"], named


def test_f43_a_route_to_a_connection_that_is_deleted_is_dead() -> None:
    listed = {"cidr_block": "10.1.0.0/16", "vpc_peering_connection_id": "pcx-p"}
    route = stands("aws_route_table.t", vpc_id="vpc-a", route=[listed])
    found = plan(*VPCS, gone(P, **ACTIVE), route)
    assert routes(found.before, "aws_route_table.t") == [f"10.1.0.0/16 > {P}"]
    assert routes(found.after, "aws_route_table.t") == ["10.1.0.0/16 > gone"]


def test_what_accepts_a_connection_leaves_it_when_it_goes() -> None:
    """The provider: destroying an accepter only removes it from the state."""
    ends = {
        "vpc_id": echo("vpc-b"),
        "peer_vpc_id": echo("vpc-far"),
        "accept_status": echo("active"),
    }
    side = gone(ACCEPTER, vpc_peering_connection_id="pcx-far", auto_accept=True, **ends)
    listed = {"cidr_block": "10.9.0.0/16", "vpc_peering_connection_id": "pcx-far"}
    route = stands("aws_route_table.t", vpc_id="vpc-b", route=[listed])
    found = plan(B, side, route)
    assert routes(found.before, "aws_route_table.t") == ["10.9.0.0/16 > pcx-far"]
    assert routes(found.after, "aws_route_table.t") == ["10.9.0.0/16 > elsewhere"]
    foreign = peering(found.before, "pcx-far")
    assert [link(end) for end in foreign.ends] == ["vpc-far", "aws_vpc.b"]
    assert (foreign.active, foreign.same_region) == (Tri.YES, Tri.MAYBE)


def test_the_state_of_a_route_is_older_than_that_of_its_connection() -> None:
    route = {"route_table_id": "rtb-t", "destination_cidr_block": "10.1.0.0/16",
             "vpc_peering_connection_id": "pcx-p", "state": echo("blackhole")}  # fmt: skip
    items = [*VPCS, stands("aws_route_table.t", vpc_id="vpc-a"), stands("aws_route.r", **route)]
    found = plan(*items, stands(P, **PENDING), new(ACCEPTER, **THERE)).after
    assert routes(found, "aws_route_table.t") == [f"10.1.0.0/16 > {P}"]
    assert routes(plan(*items).after, "aws_route_table.t") == ["10.1.0.0/16 > gone"]


def test_a_data_source_says_who_is_joined() -> None:
    read = data("data.aws_vpc_peering_connection.d", status="active", region="us-east-1",
                peer_region="eu-west-1", **ENDS)  # fmt: skip
    found = peering(plan(*VPCS, read).after, "data.aws_vpc_peering_connection.d")
    assert [link(end) for end in found.ends] == ["aws_vpc.a", "aws_vpc.b"]
    assert (found.active, found.same_region) == (Tri.YES, Tri.NO)


def test_accepting_a_connection_opens_the_way() -> None:
    both: list[Item] = []
    for one, other in (("a", "b"), ("b", "a")):
        number = {"a": 0, "b": 1}
        there = f"10.{number[other]}.0.0/16"
        both += [
            stands(f"aws_subnet.{one}", vpc_id=f"vpc-{one}", cidr_block=f"10.{number[one]}.1.0/24"),
            stands(f"aws_route_table.{one}", vpc_id=f"vpc-{one}",
                   route=[{"cidr_block": there, "vpc_peering_connection_id": "pcx-p"}]),
            stands(f"aws_route_table_association.{one}", subnet_id=f"subnet-{one}",
                   route_table_id=f"rtb-{one}"),
            stands(f"aws_security_group.{one}", vpc_id=f"vpc-{one}",
                   ingress=[{"from_port": 22, "to_port": 22, "protocol": "tcp",
                             "security_groups": [f"sg-{other}"]}],
                   egress=[{"from_port": 0, "to_port": 0, "protocol": "-1",
                            "cidr_blocks": ["0.0.0.0/0"]}]),
            stands(f"aws_instance.{one}", subnet_id=f"subnet-{one}",
                   vpc_security_group_ids=[f"sg-{one}"], private_ip=echo(f"10.{number[one]}.1.9")),
        ]  # fmt: skip
    found = plan(*VPCS, *both, stands(P, **PENDING), new(ACCEPTER, **THERE))
    assert verdicts(found, "aws_instance.a", "aws_instance.b") == ["unreachable", "reachable"]
