"""The traps of plan JSON: what is gone though its owner still lists it, and what stays."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    Item,
    changed,
    echo,
    gone,
    groups,
    interface,
    link,
    new,
    plan,
    public,
    stands,
    verdict,
    verdicts,
)
from tests.topology.scenes import (
    ALL,
    BY_HAND,
    DEFAULT,
    GROUP_RULE,
    HAND,
    HAND_MADE,
    HAND_ROUTE,
    IGW,
    IN,
    NET,
    OPEN,
    OUT,
    SSH,
    SSH_OPEN,
    SUBNET,
    TIE,
    VPC,
    WEB,
    WORLD,
    both,
    echoing,
    entry,
    table,
    table_routes,
)
from tfreach.topology.network import Network


@pytest.mark.parametrize(
    "rule",
    [
        gone("aws_security_group_rule.r", **GROUP_RULE),
        gone(
            "aws_vpc_security_group_ingress_rule.r",
            **{"security_group_id": "sg-g", "cidr_ipv4": WORLD, "ip_protocol": "tcp"},
            **{"from_port": 22, "to_port": 22},
        ),
    ],
    ids=lambda rule: str(rule.address),
)
def test_a_deleted_group_rule_is_gone_though_its_group_still_lists_it(rule: Item) -> None:
    """plan-json.md, trap 1; what was made by hand stays."""
    group = echoing({**SSH, "cidr_blocks": [WORLD]}, HAND)
    found = plan(*NET, group, rule, stands("aws_instance.w", **WEB))
    assert both(found, of="aws_security_group.g") == [[SSH_OPEN, HAND_MADE], [HAND_MADE]]
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "unreachable"]


def test_a_deleted_rule_that_names_a_group_is_gone() -> None:
    """plan-json.md, trap 1."""
    rule = {**SSH, "type": "ingress", "security_group_id": "sg-g"}
    listed = echoing({**SSH, "security_groups": ["sg-h"]}, {**SSH, "self": True})
    other = stands("aws_security_group.h", vpc_id="vpc-v")
    peer = gone("aws_security_group_rule.peer", source_security_group_id="sg-h", **rule)
    own = gone("aws_security_group_rule.own", self=True, **rule)
    before, after = both(plan(VPC, listed, other, peer, own), of="aws_security_group.g")
    assert (len(before), after) == (2, [])


def test_a_deleted_egress_rule_is_gone() -> None:
    """plan-json.md, trap 1."""
    group = stands("aws_security_group.g", vpc_id="vpc-v", egress=echo([ALL]))
    rule = gone("aws_security_group_rule.r", type="egress", security_group_id="sg-g", **ALL)
    found = both(plan(VPC, group, rule), of="aws_security_group.g", direction="egress")
    assert found == [["permits all to 0.0.0.0/0"], []]


def test_an_inline_rule_stays_when_a_standalone_one_like_it_is_deleted() -> None:
    """plan-json.md, trap 1: what the configuration writes is no echo."""
    group = stands(
        "aws_security_group.g", vpc_id="vpc-v", ingress=[{**SSH, "cidr_blocks": [WORLD]}]
    )
    found = plan(VPC, group, gone("aws_security_group_rule.r", **GROUP_RULE))
    assert both(found, of="aws_security_group.g") == [[SSH_OPEN], [SSH_OPEN]]


def test_a_deleted_route_is_gone_though_its_table_still_lists_it() -> None:
    """plan-json.md, trap 1; what was made by hand stays."""
    echoed = table({"cidr_block": WORLD, "gateway_id": "igw-g"}, BY_HAND)
    found = plan(VPC, IGW, echoed, SUBNET, TIE, OPEN, gone("aws_route.r", **IN),
                 stands("aws_instance.w", **WEB))  # fmt: skip
    assert table_routes(found) == [[DEFAULT, HAND_ROUTE], [HAND_ROUTE]]
    assert verdict(found.before, "internet", "aws_instance.w") == "reachable"
    assert verdict(found.after, "internet", "aws_instance.w") == "partial"


def test_an_updated_route_leaves_no_second_target() -> None:
    """plan-json.md, trap 14."""
    nat = stands("aws_nat_gateway.n", subnet_id="subnet-a", connectivity_type="public")
    moved = changed("aws_route.r", IN, gateway_id="", nat_gateway_id="nat-n")
    found = plan(VPC, IGW, SUBNET, table({"cidr_block": WORLD, "gateway_id": "igw-g"}), nat, moved)
    assert table_routes(found) == [[DEFAULT], ["0.0.0.0/0 > aws_nat_gateway.n"]]


def test_a_deleted_acl_entry_is_gone_though_its_acl_still_lists_it() -> None:
    """plan-json.md, trap 1; what was made by hand stays."""
    acl = stands("aws_network_acl.a", vpc_id="vpc-v", ingress=echo([entry(100), entry(50, "deny")]))
    values = {"network_acl_id": "acl-a", "rule_number": 100, "rule_action": "allow"}
    rule = gone("aws_network_acl_rule.r", egress=False, protocol="-1", cidr_block=WORLD, **values)
    found = both(plan(VPC, acl, rule), of="aws_network_acl.a")
    deny, permit = "entry 50 denies all from 0.0.0.0/0", "entry 100 permits all from 0.0.0.0/0"
    assert found == [[deny, permit], [deny]]


def test_a_deleted_acl_association_leaves_its_subnet_to_the_default_acl() -> None:
    """plan-json.md, trap 1."""
    acl = stands("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=echo(["subnet-a"]))
    tie = gone("aws_network_acl_association.x", network_acl_id="acl-a", subnet_id="subnet-a")
    found = plan(VPC, SUBNET, acl, tie)
    used = [link(side.subnets["aws_subnet.a"].acl) for side in (found.before, found.after)]
    assert used == ["aws_network_acl.a", "aws_vpc.v (default network ACL)"]


def test_a_deleted_acl_leaves_its_subnets_to_the_default_acl() -> None:
    """plan-json.md, trap 15: they are in nobody's subnet_ids."""
    found = plan(VPC, SUBNET, gone("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=["subnet-a"]))
    used = [link(side.subnets["aws_subnet.a"].acl) for side in (found.before, found.after)]
    assert used == ["aws_network_acl.a", "aws_vpc.v (default network ACL)"]


def test_a_deleted_elastic_ip_association_takes_the_public_address_away() -> None:
    """plan-json.md, trap 1: the Elastic IP and the instance both still show it."""
    values = {**WEB, "associate_public_ip_address": echo(True), "public_ip": echo("203.0.113.9")}
    eip = stands("aws_eip.e", public_ip=echo("203.0.113.9"), instance=echo("i-w"))
    tie = gone("aws_eip_association.x", allocation_id="eipalloc-e", instance_id="i-w")
    found = plan(*NET, OPEN, eip, tie, stands("aws_instance.w", **values))
    assert [public(side, "aws_instance.w") for side in (found.before, found.after)] == ["yes", "no"]
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "unreachable"]


ENI = {"subnet_id": "subnet-a", "security_groups": ["sg-g"], "private_ip": echo("10.0.0.20")}
HELD = echo([{"instance": "i-w", "device_index": 1, "attachment_id": "eni-attach-1"}])


def held(network: Network) -> list[str]:
    return [item.id for item in network.endpoints["aws_instance.w"].interfaces]


def test_a_deleted_interface_attachment_frees_the_interface() -> None:
    """plan-json.md, trap 1: the interface still lists its attachment."""
    eni = stands("aws_network_interface.e", attachment=HELD, **ENI)
    tie = gone(
        "aws_network_interface_attachment.x", instance_id="i-w", network_interface_id="eni-e"
    )
    found = plan(*NET, OPEN, eni, tie, stands("aws_instance.w", **WEB))
    assert held(found.before) == ["aws_instance.w", "aws_network_interface.e"]
    assert held(found.after) == ["aws_instance.w"]
    assert interface(found.after, "aws_network_interface.e").down


def test_an_attachment_that_names_a_destroyed_host_holds_nothing() -> None:
    """plan-json.md, trap 15."""
    eni = stands("aws_network_interface.e", attachment=HELD, **ENI)
    found = plan(*NET, OPEN, eni, gone("aws_instance.w", **WEB))
    assert held(found.before) == ["aws_instance.w", "aws_network_interface.e"]
    assert interface(found.after, "aws_network_interface.e").down


@pytest.mark.parametrize("of", ["eni-e", "eni-primary"])
def test_a_deleted_group_attachment_takes_the_group_away(of: str) -> None:
    """plan-json.md, trap 1: the interface, or the instance, still lists the group."""
    both_groups = echo(["sg-g", "sg-h"])
    eni = {**ENI, "security_groups": both_groups if of == "eni-e" else ["sg-g"]}
    web = {**WEB, "vpc_security_group_ids": both_groups if of == "eni-primary" else ["sg-g"]}
    tie = gone(
        "aws_network_interface_sg_attachment.x", security_group_id="sg-h", network_interface_id=of
    )
    found = plan(
        *NET, OPEN, stands("aws_security_group.h", vpc_id="vpc-v"), tie,
        stands("aws_network_interface.e", **eni), stands("aws_instance.w", **web),
    )  # fmt: skip
    carries = "aws_network_interface.e" if of == "eni-e" else "aws_instance.w"
    assert "aws_security_group.h" in groups(found.before, carries)
    assert groups(found.after, carries) == ["aws_security_group.g"]


def test_a_deleted_gateway_attachment_detaches_the_gateway() -> None:
    """plan-json.md, trap 1: the gateway still names its VPC."""
    gateway = stands("aws_internet_gateway.g", vpc_id=echo("vpc-v"))
    tie = gone("aws_internet_gateway_attachment.x", internet_gateway_id="igw-g", vpc_id="vpc-v")
    found = plan(VPC, gateway, OUT, SUBNET, TIE, OPEN, tie, stands("aws_instance.w", **WEB))
    held = [link(side.internet_gateways["aws_internet_gateway.g"].vpc)
            for side in (found.before, found.after)]  # fmt: skip
    assert held == ["aws_vpc.v", ""]
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "unreachable"]


def test_a_deleted_main_association_gives_the_default_table_back() -> None:
    """plan-json.md, traps 1 and 15: the VPC still names the old main table."""
    vpc = stands(
        "aws_vpc.v", cidr_block="10.0.0.0/16", main_route_table_id=echo("rtb-t"),
        default_route_table_id=echo("rtb-default"),
    )  # fmt: skip
    tie = gone("aws_main_route_table_association.m", vpc_id="vpc-v", route_table_id="rtb-t")
    found = plan(vpc, IGW, OUT, SUBNET, tie)
    used = [link(side.subnets["aws_subnet.a"].table) for side in (found.before, found.after)]
    assert used == ["aws_route_table.t", "aws_vpc.v (main route table)"]


def test_a_new_main_association_moves_every_implicit_subnet() -> None:
    """plan-json.md, trap 15: main_route_table_id keeps its old value."""
    vpc = stands(
        "aws_vpc.v", cidr_block="10.0.0.0/16", main_route_table_id=echo("rtb-default"),
        default_route_table_id=echo("rtb-default"),
    )  # fmt: skip
    tie = new("aws_main_route_table_association.m", vpc_id="vpc-v", route_table_id="rtb-t")
    found = plan(vpc, IGW, OUT, SUBNET, tie)
    used = [link(side.subnets["aws_subnet.a"].table) for side in (found.before, found.after)]
    assert used == ["aws_vpc.v (main route table)", "aws_route_table.t"]


def test_a_route_whose_target_vanishes_is_a_blackhole_though_its_state_is_active() -> None:
    """plan-json.md, trap 15."""
    route = stands("aws_route.r", **IN, state=echo("active"))
    lost = gone("aws_internet_gateway.g", vpc_id="vpc-v")
    found = plan(VPC, lost, table({"cidr_block": WORLD, "gateway_id": "igw-g"}), route)
    assert table_routes(found) == [[DEFAULT], ["0.0.0.0/0 > gone"]]
