"""Client VPN endpoints in plans: whom their clients reach, by which rules, routes and groups.

Sources: "AWS Client VPN authorization rules", "AWS Client VPN routes" and "Rules and best practices
for using AWS Client VPN" of the Client VPN administrator guide.
"""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    gone,
    groups,
    new,
    plan,
    ref,
    sites,
    stands,
    verdict,
    verdicts,
)
from tfreach.topology.network import Network

E, LATER = "aws_ec2_client_vpn_endpoint.e", ref("aws_ssm_parameter.p.value")
ALL = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
WORLD = (
    stands("aws_vpc.v", cidr_block="10.0.0.0/16"),
    stands("aws_vpc.w", cidr_block="10.1.0.0/16"),
    *(
        stands(f"aws_subnet.{name}", vpc_id=f"vpc-{vpc}", cidr_block=block)
        for name, vpc, block in (
            ("a", "v", "10.0.0.0/24"), ("b", "v", "10.0.1.0/24"), ("w", "w", "10.1.0.0/24"),
        )
    ),
    stands("aws_security_group.g", vpc_id="vpc-v", ingress=[ALL], egress=[ALL]),
    stands("aws_security_group.w", vpc_id="vpc-w", ingress=[ALL], egress=[ALL]),
    stands("aws_instance.v", subnet_id="subnet-a", vpc_security_group_ids=["sg-g"],
           private_ip="10.0.0.10"),
    stands("aws_instance.w", subnet_id="subnet-w", vpc_security_group_ids=["sg-w"],
           private_ip="10.1.0.10"),
    stands("aws_vpc_peering_connection.p", vpc_id="vpc-v", peer_vpc_id="vpc-w",
           accept_status="active"),
    *(
        item
        for name, vpc, block in (("v", "v", "10.1.0.0/16"), ("w", "w", "10.0.0.0/16"))
        for item in (
            stands(f"aws_route_table.{name}", vpc_id=f"vpc-{vpc}", route=[
                {"cidr_block": block, "vpc_peering_connection_id": "pcx-p"}]),
        )
    ),
    *(
        stands(f"aws_route_table_association.{name}", subnet_id=f"subnet-{name}",
               route_table_id=f"rtb-{table}")
        for name, table in (("a", "v"), ("b", "v"), ("w", "w"))
    ),
)  # fmt: skip
ENDPOINT = stands(E, vpc_id="vpc-v", security_group_ids=["sg-g"], client_cidr_block="172.31.0.0/22")
ID = "aws_ec2_client_vpn_endpoint-e"


def tie(name: str = "b", endpoint: object = ID) -> Item:
    return stands(f"aws_ec2_client_vpn_network_association.{name}",
                  client_vpn_endpoint_id=endpoint, subnet_id=f"subnet-{name}")  # fmt: skip


def rule(name: str, block: object, **more: object) -> Item:
    given = more or {"authorize_all_groups": True}
    return stands(f"aws_ec2_client_vpn_authorization_rule.{name}", client_vpn_endpoint_id=ID,
                  target_network_cidr=block, **given)  # fmt: skip


def route(name: str, block: object, subnet: object = "subnet-b") -> Item:
    return stands(f"aws_ec2_client_vpn_route.{name}", client_vpn_endpoint_id=ID,
                  destination_cidr_block=block, target_vpc_subnet_id=subnet)  # fmt: skip


def after(*items: Item) -> Network:
    return plan(*WORLD, ENDPOINT, *items).after


VPC = rule("v", "10.0.0.0/16")


def test_clients_have_the_address_and_groups_of_the_endpoint() -> None:
    found = after(tie(), VPC)
    assert sites(found, E) == {"aws_subnet.b": ["10.0.1.4/30", "10.0.1.8/29", "10.0.1.16/28",
        "10.0.1.32/27", "10.0.1.64/26", "10.0.1.128/26", "10.0.1.192/27", "10.0.1.224/28",
        "10.0.1.240/29", "10.0.1.248/30", "10.0.1.252/31", "10.0.1.254"]}  # fmt: skip
    assert groups(found, E) == ["aws_security_group.g"]
    assert found.endpoints[E].kind == "ec2_client_vpn_endpoint"
    bare = plan(*WORLD, new(E, vpc_id="vpc-v", security_group_ids=UNSET),
                new("aws_ec2_client_vpn_network_association.b", subnet_id="subnet-b",
                    client_vpn_endpoint_id=ref(f"{E}.id"))).after  # fmt: skip
    assert groups(bare, E) == ["aws_vpc.v (default security group)"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([VPC], "reachable", id="all clients may go to the VPC"),
        pytest.param([], "unreachable", id="nobody may go anywhere"),
        pytest.param([rule("x", "10.0.9.0/24")], "unreachable", id="a rule for another block"),
        pytest.param(
            [rule("x", "10.0.0.0/16", access_group_id="S-1")], "undetermined",
            id="of an access group it is not known who is in it",
        ),
        pytest.param(
            [VPC, rule("x", "10.0.0.0/24", access_group_id="S-1")], "undetermined",
            id="the longest prefix decides, not that all may go to the VPC",
        ),
        pytest.param(
            [rule("x", "0.0.0.0/0", access_group_id="S-1"), VPC], "reachable",
            id="any destination comes last",
        ),
        pytest.param([rule("x", LATER)], "undetermined", id="a block that is not known"),
    ],
)  # fmt: skip
def test_authorization_rules_say_where_clients_may_go(items: list[Item], expected: str) -> None:
    assert verdict(after(tie(), *items), E, "aws_instance.v") == expected


def test_clients_need_an_associated_subnet() -> None:
    assert verdict(after(VPC), E, "aws_instance.v") == "unreachable"
    open_ = new("aws_ec2_client_vpn_network_association.x", subnet_id="subnet-b",
                client_vpn_endpoint_id=LATER)  # fmt: skip
    fresh = new(E, vpc_id="vpc-v", security_group_ids=["sg-g"])
    own = new("aws_ec2_client_vpn_authorization_rule.r", target_network_cidr="10.0.0.0/16",
              authorize_all_groups=True, client_vpn_endpoint_id=ref(f"{E}.id"))  # fmt: skip
    found = plan(*WORLD, fresh, own, open_).after
    assert verdict(found, E, "aws_instance.v") == "undetermined"


def test_what_lies_beyond_the_vpc_needs_a_route_by_every_subnet() -> None:
    """And the routes of the associated subnet's own table, here over a peering."""
    everywhere = rule("x", "0.0.0.0/0")
    assert verdict(after(tie(), everywhere), E, "aws_instance.w") == "unreachable"
    one = route("b", "10.1.0.0/16")
    assert verdict(after(tie(), everywhere, one), E, "aws_instance.w") == "reachable"
    assert verdict(after(tie(), tie("a"), everywhere, one), E, "aws_instance.w") == "partial"
    both = route("a", "10.1.0.0/16", "subnet-a")
    assert verdict(after(tie(), tie("a"), everywhere, one, both), E, "aws_instance.w") == (
        "reachable"
    )


def test_nobody_calls_a_client() -> None:
    """Its address is translated to that of the endpoint's interface."""
    found = after(tie(), VPC)
    assert verdict(found, "aws_instance.v", E) == "unreachable"


def test_a_rule_that_is_deleted_closes_it() -> None:
    there = {"client_vpn_endpoint_id": ID, "target_network_cidr": "10.0.0.0/16",
             "authorize_all_groups": True}  # fmt: skip
    found = plan(*WORLD, ENDPOINT, tie(), gone("aws_ec2_client_vpn_authorization_rule.v", **there))
    assert verdicts(found, E, "aws_instance.v") == ["reachable", "unreachable"]


def test_whether_clients_have_a_public_address_is_not_documented() -> None:
    gateway = stands("aws_internet_gateway.i", vpc_id="vpc-v")
    table = stands("aws_route_table.v", vpc_id="vpc-v", route=[
        {"cidr_block": "0.0.0.0/0", "gateway_id": "igw-i"}])  # fmt: skip
    world = [item for item in WORLD if item.address != "aws_route_table.v"]
    items = (*world, gateway, table, ENDPOINT, tie(), rule("x", "0.0.0.0/0"))
    assert verdict(plan(*items).after, E, "internet") == "unreachable"
    assert verdict(plan(*items, route("x", "0.0.0.0/0")).after, E, "internet") == "undetermined"
