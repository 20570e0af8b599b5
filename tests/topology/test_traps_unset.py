"""The traps of plan JSON: unset is not unknown, names are not values, spelling is not meaning."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    block,
    data,
    difference,
    echo,
    groups,
    interface,
    link,
    locals_of,
    new,
    plan,
    public,
    ref,
    replaced,
    routes,
    rules,
    sites,
    stands,
    verdict,
    verdicts,
)
from tests.topology.scenes import ALL, IGW, NET, OPEN, OUT, SSH, SUBNET, VPC, WEB, WORLD
from tfreach.plan.raw import format_address
from tfreach.space.intervals import IntervalSet

NEW_VPC = new("aws_vpc.n", cidr_block="10.0.0.0/16", main_route_table_id=UNSET)
NEW_SUBNET = new("aws_subnet.n", vpc_id=ref("aws_vpc.n.id"), cidr_block="10.0.0.0/24")


def test_a_new_group_without_egress_has_none() -> None:
    """plan-json.md, traps 2 and 9: Terraform removes AWS's default (F3)."""
    group = new("aws_security_group.n", vpc_id="vpc-v", ingress=UNSET, egress=UNSET)
    found = plan(VPC, group).after
    assert rules(found, group.address) == rules(found, group.address, "egress") == []


def test_a_new_instance_without_groups_carries_the_default_group() -> None:
    """plan-json.md, trap 2 (F4)."""
    web = new("aws_instance.w", subnet_id="subnet-a", vpc_security_group_ids=UNSET)
    assert groups(plan(*NET, web).after, "aws_instance.w") == ["aws_vpc.v (default security group)"]


def test_a_new_subnet_without_association_has_the_main_table_and_the_default_acl() -> None:
    """plan-json.md, trap 2 (F22, F34)."""
    subnet = plan(NEW_VPC, NEW_SUBNET).after.subnets["aws_subnet.n"]
    assert link(subnet.table) == "aws_vpc.n (main route table)"
    assert link(subnet.acl) == "aws_vpc.n (default network ACL)"


def test_an_unset_peer_of_a_rule_is_no_unknown_peer() -> None:
    """plan-json.md, trap 2: aws_security_group_rule with cidr_blocks only."""
    rule = new(
        "aws_security_group_rule.r", security_group_id="sg-g", type="ingress", **SSH,
        cidr_blocks=["192.0.2.0/24"], source_security_group_id=UNSET, self=UNSET,
        prefix_list_ids=UNSET,
    )  # fmt: skip
    group = stands("aws_security_group.g", vpc_id="vpc-v")
    assert rules(plan(VPC, group, rule).after, "aws_security_group.g") == [
        "permits tcp/22 from 192.0.2.0/24"
    ]


def test_an_unset_target_of_a_route_is_no_unknown_target() -> None:
    """plan-json.md, trap 2: aws_route with nat_gateway_id only."""
    nat = new("aws_nat_gateway.n", subnet_id="subnet-a", connectivity_type="public")
    route = new(
        "aws_route.r", route_table_id="rtb-t", destination_cidr_block=WORLD, gateway_id=UNSET,
        nat_gateway_id=ref("aws_nat_gateway.n.id"), network_interface_id=UNSET, instance_id=UNSET,
    )  # fmt: skip
    table = stands("aws_route_table.t", vpc_id="vpc-v")
    found = plan(VPC, SUBNET, table, nat, route).after
    assert routes(found, "aws_route_table.t") == ["0.0.0.0/0 > aws_nat_gateway.n"]


@pytest.mark.parametrize(
    ("setting", "launch", "has"),
    [
        pytest.param(True, UNSET, "yes", id="the-subnet-gives-one"),
        pytest.param(False, UNSET, "no", id="the-subnet-gives-none"),
        pytest.param(True, False, "no", id="the-launch-overrides-with-none"),
        pytest.param(False, True, "yes", id="the-launch-overrides-with-one"),
        pytest.param(ref("aws_ssm_parameter.p.value"), UNSET, "maybe", id="the-setting-is-unknown"),
        pytest.param(True, ref("aws_ssm_parameter.p.value"), "maybe", id="the-launch-is-unknown"),
    ],
)
def test_the_subnet_decides_a_public_address_where_the_launch_does_not(
    setting: object, launch: object, has: str
) -> None:
    """plan-json.md, trap 3 (F53)."""
    subnet = new(
        "aws_subnet.n", vpc_id="vpc-v", cidr_block="10.0.1.0/24", map_public_ip_on_launch=setting
    )
    web = new(
        "aws_instance.w", subnet_id=ref("aws_subnet.n.id"), vpc_security_group_ids=["sg-g"],
        associate_public_ip_address=launch, public_ip=UNSET,
    )  # fmt: skip
    assert public(plan(VPC, OPEN, subnet, web).after, "aws_instance.w") == has


def test_a_third_resource_may_give_the_public_address() -> None:
    """plan-json.md, trap 3."""
    web = new(
        "aws_instance.w", subnet_id="subnet-a", vpc_security_group_ids=["sg-g"], public_ip=UNSET,
        associate_public_ip_address=False,
    )  # fmt: skip
    eip = new("aws_eip.e", public_ip=UNSET, instance=UNSET, network_interface=UNSET)
    tie = new(
        "aws_eip_association.x",
        allocation_id=ref("aws_eip.e.id"),
        instance_id=ref("aws_instance.w.id"),
        network_interface_id=UNSET,
    )
    found = plan(*NET, OPEN, web, eip, tie).after
    assert public(found, "aws_instance.w") == "yes"
    assert interface(found, "aws_instance.w").public.shown_as == "aws_eip.e"


def test_a_replaced_resource_changes_nothing_in_reachability() -> None:
    """plan-json.md, trap 4: everything that refers to it changes; it is matched by address."""
    values = {"vpc_id": "vpc-v", "ingress": [ALL], "egress": UNSET}
    here = {"vpc_id": "vpc-v", "cidr_block": "10.0.0.0/24"}
    tie = {"subnet_id": "subnet-a", "route_table_id": "rtb-t"}
    web = {**WEB, "private_ip": UNSET, "public_ip": UNSET}
    peer = {**SSH, "type": "egress", "security_group_id": "sg-g"}
    found = plan(
        VPC, IGW, OUT,
        replaced("aws_security_group.g", values),
        replaced("aws_subnet.a", here),
        replaced("aws_route_table_association.a", tie, subnet_id=ref("aws_subnet.a.id")),
        replaced(
            "aws_security_group_rule.r", {**peer, "source_security_group_id": "sg-g"},
            security_group_id=ref("aws_security_group.g.id"),
            source_security_group_id=ref("aws_security_group.g.id"),
        ),
        replaced(
            "aws_instance.w", web, subnet_id=ref("aws_subnet.a.id"),
            vpc_security_group_ids=ref("aws_security_group.g.id"),
        ),
    )  # fmt: skip
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "reachable"]
    said = difference(found)
    assert (said.changes, said.undecided, said.added, said.removed) == ((), (), (), ())


def test_what_a_dynamic_block_wrote_stands() -> None:
    """plan-json.md, trap 8: the configuration shows no such attribute."""
    group = new("aws_security_group.n", vpc_id="vpc-v", ingress=echo([ALL]))
    assert rules(plan(VPC, group).after, "aws_security_group.n") == ["permits all from 0.0.0.0/0"]


def test_an_unknown_inside_a_dynamic_block_is_not_unset() -> None:
    """plan-json.md, trap 8: no expression, and yet it was written."""
    inside = [{"subnet_ids": UNSET, "security_group_ids": UNSET}]
    found = plan(*NET, new("aws_lambda_function.f", vpc_config=echo(inside))).after
    function = found.endpoints["aws_lambda_function.f"]
    assert not function.outside
    assert function.interfaces[0].unknown
    peers = new("aws_security_group.n", vpc_id="vpc-v",
                ingress=echo([{**SSH, "security_groups": UNSET}]))  # fmt: skip
    assert rules(plan(VPC, peers).after, "aws_security_group.n") == [
        "permits tcp/22 from an unknown peer ?"
    ]


def test_a_partly_known_route_has_its_block_and_its_target() -> None:
    """plan-json.md, trap 8: `route: [{"cidr_block": …}]` with gateway_id in after_unknown only."""
    gateway = new("aws_internet_gateway.n", vpc_id="vpc-v")
    route = {"cidr_block": WORLD, "gateway_id": ref("aws_internet_gateway.n.id")}
    table = new("aws_route_table.n", vpc_id="vpc-v", route=[route])
    found = plan(VPC, gateway, table).after
    assert routes(found, "aws_route_table.n") == ["0.0.0.0/0 > aws_internet_gateway.n"]


def test_acl_entries_are_judged_by_number_whatever_their_order() -> None:
    """plan-json.md, trap 10: they come as a set."""
    entries = [
        {"rule_no": n, "action": act, **SSH, "cidr_block": WORLD, "icmp_type": 0, "icmp_code": 0}
        for n, act in ((200, "deny"), (100, "allow"), (32000, "deny"))
    ]
    acl = stands("aws_network_acl.a", vpc_id="vpc-v", ingress=entries)
    found = [text.split()[1] for text in rules(plan(VPC, acl).after, "aws_network_acl.a")]
    assert found == ["100", "200", "32000"]


def test_the_icmp_type_of_a_tcp_entry_is_not_looked_at() -> None:
    """plan-json.md, trap 10: `icmp_type: 0` stands on TCP entries."""
    tcp = {"rule_no": 1, "action": "allow", **SSH, "cidr_block": WORLD, "icmp_type": 8}
    ping = {**tcp, "rule_no": 2, "protocol": "1", "icmp_code": -1, "from_port": 0, "to_port": 0}
    acl = stands("aws_network_acl.a", vpc_id="vpc-v", egress=[tcp, ping])
    assert rules(plan(VPC, acl).after, "aws_network_acl.a", "egress") == [
        "entry 1 permits tcp/22 to 0.0.0.0/0",
        "entry 2 permits icmp/8/all to 0.0.0.0/0",
    ]


def test_the_subnets_of_a_database_come_by_the_name_of_its_group() -> None:
    """plan-json.md, trap 11."""
    group = stands("aws_db_subnet_group.s", name="main", subnet_ids=["subnet-a"], id="main")
    values = {"db_subnet_group_name": "main", "vpc_security_group_ids": ["sg-g"]}
    found = plan(*NET, OPEN, group, stands("aws_db_instance.d", **values)).after
    assert list(sites(found, "aws_db_instance.d")) == ["aws_subnet.a"]


def test_two_unknown_targets_of_one_kind_are_ambiguous() -> None:
    """plan-json.md, trap 16: inline blocks share one flat list of references."""
    gateways = [new(f"aws_internet_gateway.{name}") for name in "xy"]
    table = new(
        "aws_route_table.n", vpc_id="vpc-v",
        route=[
            {"cidr_block": WORLD, "gateway_id": ref("aws_internet_gateway.x.id")},
            {"cidr_block": "192.0.2.0/24", "gateway_id": ref("aws_internet_gateway.y.id")},
        ],
    )  # fmt: skip
    either = "aws_internet_gateway.x or aws_internet_gateway.y"
    assert routes(plan(VPC, *gateways, table).after, "aws_route_table.n") == [
        f"0.0.0.0/0 > {either}", f"192.0.2.0/24 > {either}",
    ]  # fmt: skip


def test_two_unknown_targets_of_two_kinds_are_told_apart() -> None:
    """plan-json.md, trap 16: after_unknown tells which attribute is meant."""
    nat = new("aws_nat_gateway.y", subnet_id="subnet-a", connectivity_type="public")
    table = new(
        "aws_route_table.n", vpc_id="vpc-v",
        route=[
            {"cidr_block": WORLD, "gateway_id": ref("aws_internet_gateway.x.id"),
             "nat_gateway_id": ""},
            {"cidr_block": "192.0.2.0/24", "gateway_id": "",
             "nat_gateway_id": ref("aws_nat_gateway.y.id")},
        ],
    )  # fmt: skip
    found = plan(VPC, SUBNET, new("aws_internet_gateway.x", vpc_id="vpc-v"), nat, table).after
    assert routes(found, "aws_route_table.n") == [
        "0.0.0.0/0 > aws_internet_gateway.x", "192.0.2.0/24 > aws_nat_gateway.y",
    ]  # fmt: skip


def test_two_blocks_that_name_a_group_each_are_ambiguous() -> None:
    """plan-json.md, trap 16: neither block surely permits either group."""
    peers = [new(f"aws_security_group.{name}", vpc_id="vpc-v") for name in "xy"]
    written = [
        {**SSH, "security_groups": ref("aws_security_group.x.id")},
        {**SSH, "security_groups": ref("aws_security_group.y.id"), "to_port": 23},
    ]
    one = new("aws_security_group.one", vpc_id="vpc-v", ingress=written[:1])
    two = new("aws_security_group.two", vpc_id="vpc-v", ingress=written)
    found = plan(VPC, *peers, one, two).after
    assert rules(found, one.address) == ["permits tcp/22 from aws_security_group.x"]
    assert rules(found, two.address) == [
        f"permits {service} from aws_security_group.{name} ?"
        for service in ("tcp/22", "tcp/22-23")
        for name in "xy"
    ]


def test_two_groups_in_one_block_are_both_meant() -> None:
    """plan-json.md, trap 16: there is no other block to mean them."""
    peers = [new(f"aws_security_group.{name}", vpc_id="vpc-v") for name in "xy"]
    names = [f"{peer.address}.id" for peer in peers]
    one = new(
        "aws_security_group.one", vpc_id="vpc-v", ingress=[{**SSH, "security_groups": ref(*names)}]
    )
    assert rules(plan(VPC, *peers, one).after, one.address) == [
        f"permits tcp/22 from aws_security_group.{name}" for name in "xy"
    ]


def test_identifiers_are_matched_within_their_kind() -> None:
    """plan-json.md, trap 17: a function's id is its name, a subnet list's id the region."""
    function = stands("aws_lambda_function.f", id="subnet-a")
    listed = data("data.aws_subnets.x", id="subnet-a", ids=["subnet-a"])
    found = plan(*NET, OPEN, function, listed, stands("aws_instance.w", **WEB)).after
    assert list(sites(found, "aws_instance.w")) == ["aws_subnet.a"]


def test_a_table_read_as_data_has_its_routes_and_the_local_one() -> None:
    """plan-json.md, trap 17: `data.aws_route_table` omits local routes."""
    listed = [{"cidr_block": WORLD, "gateway_id": "igw-g"}]
    table = data("data.aws_route_table.d", vpc_id="vpc-v", routes=listed)
    found = plan(VPC, IGW, table).after
    assert routes(found, "data.aws_route_table.d") == ["0.0.0.0/0 > aws_internet_gateway.g"]
    assert locals_of(found, "data.aws_route_table.d") == ["10.0.0.0/16"]


def test_a_data_source_that_must_wait_may_have_any_route() -> None:
    """plan-json.md, trap 17: deferred ones (action `read`) are known after apply."""
    waiting = new("data.aws_route_table.d", vpc_id="vpc-v", routes=UNSET)
    tie = stands("aws_route_table_association.d", subnet_id="subnet-a", route_table_id=ref(
        "data.aws_route_table.d.id"))  # fmt: skip
    found = plan(VPC, IGW, SUBNET, OPEN, waiting, tie, stands("aws_instance.w", **WEB)).after
    assert routes(found, "data.aws_route_table.d") == [
        "0.0.0.0/0 > elsewhere ?",
        "::/0 > elsewhere ?",
    ]
    assert verdict(found, "aws_instance.w", "internet") == "undetermined"


def test_a_replaced_nat_gateway_shows_the_address_of_its_elastic_ip() -> None:
    """plan-json.md, trap 18: its own public_ip is unknown."""
    eip = stands("aws_eip.e", public_ip=echo("203.0.113.9"))
    before = {"subnet_id": "subnet-a", "allocation_id": "eipalloc-e", "public_ip": echo("")}
    nat = replaced("aws_nat_gateway.n", before, public_ip=UNSET)
    found = plan(*NET, eip, nat)
    shown = [side.nat_gateways[nat.address].shown_as for side in (found.before, found.after)]
    assert shown == ["203.0.113.9", "203.0.113.9"]


def test_a_flag_may_be_a_text() -> None:
    """plan-json.md, trap 18: the string "true"."""
    web = new("aws_instance.w", subnet_id="subnet-a", associate_public_ip_address="true")
    assert public(plan(*NET, web).after, "aws_instance.w") == "yes"


@pytest.mark.parametrize("key", ['"', "a.b", "]", "a b", "${x}", "\\\\", "é"])
def test_a_key_may_hold_any_character(key: str) -> None:
    """plan-json.md, trap 18: `address` escapes, `index` is raw."""
    subnet = format_address((), "managed", "aws_subnet", "k", key)
    there = new(subnet, vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    web = new(
        format_address((), "managed", "aws_instance", "k", key),
        subnet_id=ref("aws_subnet.k", "each.key"),
    )
    other = new('aws_subnet.k["other"]', vpc_id="vpc-v", cidr_block="10.0.2.0/24")
    assert list(sites(plan(VPC, there, other, web).after, web.address)) == [subnet]


def test_an_interface_that_a_launch_may_take_is_not_attached_to_nothing() -> None:
    """plan-json.md, trap 15, before apply: nothing is said of it until its host is known."""
    enis = [new(f"aws_network_interface.{x}", subnet_id="subnet-a", security_groups=["sg-g"])
            for x in "xy"]  # fmt: skip
    names = [f"{eni.address}.id" for eni in enis]
    web = new("aws_instance.w", network_interface=[{"network_interface_id": ref(*names)}])
    found = plan(*NET, OPEN, *enis, web).after
    for eni in enis:
        assert not interface(found, eni.address).down
        assert verdict(found, eni.address, "aws_instance.w") == "undetermined"


def test_the_internet_is_all_that_the_gateway_routes() -> None:
    """plan-json.md, trap 19: it drops RFC 1918 and 100.64.0.0/10 only (F52)."""
    internet = plan(VPC).after.internet
    for text, inside in (("203.0.113.0/24", True), ("198.18.0.0/15", True), ("10.0.0.0/8", False),
                         ("172.16.0.0/12", False), ("192.168.0.0/16", False),
                         ("100.64.0.0/10", False), ("172.32.0.0/16", True)):  # fmt: skip
        assert (block(text) & internet) == (block(text) if inside else IntervalSet()), text


def test_two_routes_of_which_no_destination_is_known_are_two() -> None:
    """A route in the table's own attribute is no echo of another one, whatever both lead to."""
    later = ref("aws_ssm_parameter.p.value")
    table = new("aws_route_table.t", vpc_id="vpc-v",
                route=[{"cidr_block": later, "gateway_id": "igw-g"}])  # fmt: skip
    other = new("aws_route.r", route_table_id=ref("aws_route_table.t.id"),
                destination_cidr_block=later, transit_gateway_id="tgw-1")  # fmt: skip
    found = plan(VPC, IGW, table, other).after
    assert sorted(routes(found, "aws_route_table.t")) == [
        "0.0.0.0/0 > aws_internet_gateway.g ?",
        "0.0.0.0/0 > tgw-1 ?",
    ]
