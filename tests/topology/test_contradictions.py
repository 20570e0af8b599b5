"""What AWS would refuse, or has lost: an answer that names the trouble, and no guess."""

from __future__ import annotations

import pytest

from tests.topology.plans import Item, link, new, plan, ref, stands, verdicts
from tests.topology.scenes import NET, OPEN, WEB

HOST = stands("aws_instance.w", **WEB)


def test_two_associations_of_one_subnet() -> None:
    again = stands("aws_route_table_association.z", subnet_id="subnet-a", route_table_id="rtb-u")
    other = stands("aws_route_table.u", vpc_id="vpc-v", route=[])
    found = plan(*NET, OPEN, other, again, HOST)
    table = found.after.subnets["aws_subnet.a"].table
    assert link(table) == "aws_route_table.t or aws_route_table.u"
    assert table.reason == (
        "aws_route_table_association.a and aws_route_table_association.z contradict each other on"
        " the route table of aws_subnet.a: AWS takes one of them and refuses the other"
    )
    assert verdicts(found, "internet", "aws_instance.w") == ["undetermined"] * 2


def test_f22_two_associations_of_one_subnet_with_an_acl() -> None:
    acls = [stands(f"aws_network_acl.{name}", vpc_id="vpc-v", ingress=[]) for name in "no"]
    ties = [
        new(f"aws_network_acl_association.{name}", subnet_id="subnet-a",
            network_acl_id=f"acl-{name}")
        for name in "no"
    ]  # fmt: skip
    acl = plan(*NET, *acls, *ties).after.subnets["aws_subnet.a"].acl
    assert link(acl) == "aws_network_acl.n or aws_network_acl.o"
    assert "contradict each other on the network ACL of aws_subnet.a" in acl.reason


def test_f64_two_associations_of_one_attachment() -> None:
    gateway, attached = "aws_ec2_transit_gateway.t", "aws_ec2_transit_gateway_vpc_attachment.a"
    base = [
        new(gateway, default_route_table_association="disable",
            default_route_table_propagation="disable"),
        new(attached, transit_gateway_id=ref(f"{gateway}.id"), vpc_id="vpc-v",
            subnet_ids=["subnet-a"]),
    ]  # fmt: skip
    for name in "no":
        table = f"aws_ec2_transit_gateway_route_table.{name}"
        base += [
            new(table, transit_gateway_id=ref(f"{gateway}.id")),
            new(f"aws_ec2_transit_gateway_route_table_association.{name}",
                transit_gateway_attachment_id=ref(f"{attached}.id"),
                transit_gateway_route_table_id=ref(f"{table}.id")),
        ]  # fmt: skip
    (found,) = plan(*NET, *base).after.attachments.values()
    assert len(found.table.ids) == 2
    assert "contradict each other" in found.table.reason


@pytest.mark.parametrize(
    ("more", "trouble"),
    [
        pytest.param(
            [new("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.0.128/25")],
            "AWS refuses aws_subnet.b or aws_subnet.a: their address blocks overlap",
            id="two subnets overlap",
        ),
        pytest.param(
            [new("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.9.0.0/24")],
            "AWS refuses aws_subnet.b: its address block is not within aws_vpc.v",
            id="a subnet outside its VPC",
        ),
        pytest.param(
            [new("aws_internet_gateway.h", vpc_id="vpc-v")],
            "AWS refuses aws_internet_gateway.h or aws_internet_gateway.g:"
            " both are attached to aws_vpc.v",
            id="two internet gateways",
        ),
    ],
)
def test_what_aws_refuses_is_said(more: list[Item], trouble: str) -> None:
    assert trouble in plan(*NET, *more).warnings


def test_what_aws_takes_is_no_trouble() -> None:
    beside = new("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    assert plan(*NET, beside, HOST, OPEN).after.troubles == ()


def test_f101_a_secondary_block_holds_subnets_too() -> None:
    block = new("aws_vpc_ipv4_cidr_block_association.b", vpc_id="vpc-v", cidr_block="10.9.0.0/16")
    beside = new("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.9.1.0/24")
    assert plan(*NET, block, beside).after.troubles == ()
