"""One small network that stands, in parts; what it lists and echoes, for the trap tests."""

from __future__ import annotations

from tests.topology.plans import (
    Item,
    echo,
    routes,
    rules,
    stands,
)
from tfreach.pipeline import Analysis

WORLD = "0.0.0.0/0"
SSH = {"from_port": 22, "to_port": 22, "protocol": "tcp"}
ALL = {"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": [WORLD]}
HAND = {"from_port": 80, "to_port": 80, "protocol": "tcp", "cidr_blocks": ["192.0.2.0/24"]}
VPC = stands("aws_vpc.v", cidr_block="10.0.0.0/16")
IGW = stands("aws_internet_gateway.g", vpc_id="vpc-v")
OUT = stands(
    "aws_route_table.t", vpc_id="vpc-v", route=[{"cidr_block": WORLD, "gateway_id": "igw-g"}]
)
SUBNET = stands("aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24")
TIE = stands("aws_route_table_association.a", subnet_id="subnet-a", route_table_id="rtb-t")
OPEN = stands("aws_security_group.g", vpc_id="vpc-v", ingress=[ALL], egress=[ALL])
WEB = {
    "subnet_id": "subnet-a", "vpc_security_group_ids": ["sg-g"], "private_ip": echo("10.0.0.10"),
    "associate_public_ip_address": True, "public_ip": echo("198.51.100.7"),
    "instance_state": echo("running"), "primary_network_interface_id": echo("eni-primary"),
}  # fmt: skip
NET = (VPC, IGW, OUT, SUBNET, TIE)
GROUP_RULE = {**SSH, "type": "ingress", "security_group_id": "sg-g", "cidr_blocks": [WORLD]}


def echoing(*rules: object) -> Item:
    """A group that writes no inline rule and lists these."""
    return stands("aws_security_group.g", vpc_id="vpc-v", ingress=echo(list(rules)), egress=[ALL])


def both(found: Analysis, *, of: str, direction: str = "ingress") -> list[list[str]]:
    return [rules(side, of, direction) for side in (found.before, found.after)]


SSH_OPEN = "permits tcp/22 from 0.0.0.0/0"
HAND_MADE = "permits tcp/80 from 192.0.2.0/24"


IN = {"route_table_id": "rtb-t", "destination_cidr_block": WORLD, "gateway_id": "igw-g"}
BY_HAND = {"cidr_block": "192.0.2.0/24", "gateway_id": "igw-g"}


def table(*listed: object) -> Item:
    return stands("aws_route_table.t", vpc_id="vpc-v", route=echo(list(listed)))


def table_routes(found: Analysis) -> list[list[str]]:
    return [routes(side, "aws_route_table.t") for side in (found.before, found.after)]


DEFAULT = "0.0.0.0/0 > aws_internet_gateway.g"
HAND_ROUTE = "192.0.2.0/24 > aws_internet_gateway.g"


def entry(number: int, action: str = "allow", **more: object) -> dict[str, object]:
    return {"rule_no": number, "action": action, **ALL, "cidr_block": WORLD, **more}
