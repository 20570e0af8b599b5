"""AWS facts that the translation from resources to a network answers for, one test each."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    block,
    echo,
    gone,
    groups,
    interface,
    link,
    locals_of,
    new,
    plan,
    public,
    ref,
    routes,
    rules,
    sites,
    stands,
    verdict,
    verdicts,
)
from tests.topology.scenes import ALL, IGW, NET, OPEN, OUT, SSH, SUBNET, TIE, VPC, WEB, WORLD
from tfreach.space.headers import ALL_ADDRESSES

LATER = ref("aws_ssm_parameter.p.value")
HOST = stands("aws_instance.w", **WEB)


# Security groups


def test_a_new_group_has_the_egress_it_writes_and_no_other() -> None:
    """F3: Terraform deletes the outbound rule that AWS adds."""
    bare = new("aws_security_group.bare", vpc_id="vpc-v", ingress=UNSET, egress=UNSET)
    open_ = new("aws_security_group.open", vpc_id="vpc-v", ingress=UNSET, egress=[ALL])
    found = plan(VPC, bare, open_).after
    assert rules(found, bare.address, "egress") == []
    assert rules(found, open_.address, "egress") == ["permits all to 0.0.0.0/0"]


def test_rules_of_a_new_group_that_are_not_known_may_permit_anything() -> None:
    """F3, before apply: something is written, so it is not "none"."""
    found = plan(VPC, new("aws_security_group.g", vpc_id="vpc-v", egress=LATER)).after
    said = found.groups["aws_security_group.g"].egress
    assert [(bool(rule.unknown), rule.peers) for rule in said] == [(True, ALL_ADDRESSES)]


def test_the_default_group_has_the_rules_that_aws_gives_it() -> None:
    """F4: all inbound from itself, all outbound."""
    found = plan(*NET, new("aws_instance.w", subnet_id="subnet-a")).after
    key = "aws_vpc.v (default security group)"
    assert groups(found, "aws_instance.w") == [key]
    assert [rule.group for rule in found.groups[key].ingress] == [key]
    assert rules(found, key, "egress") == ["permits all to 0.0.0.0/0"]


def test_adopting_the_default_group_strips_its_rules() -> None:
    """F4."""
    default = new("aws_default_security_group.d", vpc_id="vpc-v", ingress=UNSET, egress=UNSET)
    found = plan(*NET, default, new("aws_instance.w", subnet_id="subnet-a")).after
    assert groups(found, "aws_instance.w") == [default.address]
    assert rules(found, default.address) == rules(found, default.address, "egress") == []


def test_a_default_group_of_an_unknown_vpc_may_be_any_default_group() -> None:
    """F4, before apply."""
    new_vpc = new("aws_vpc.n", cidr_block="10.1.0.0/16")
    subnet = new("aws_subnet.n", vpc_id=ref("aws_vpc.n.id"), cidr_block="10.1.0.0/24")
    default = new("aws_default_security_group.d", vpc_id=LATER)
    web = new("aws_instance.w", subnet_id=ref("aws_subnet.n.id"))
    assert groups(plan(new_vpc, subnet, default, web).after, "aws_instance.w") == [
        "aws_default_security_group.d or aws_vpc.n (default security group)"
    ]


def test_a_default_group_that_is_no_longer_managed_keeps_its_rules() -> None:
    """F4: removing it from the configuration restores nothing."""
    default = gone("aws_default_security_group.d", vpc_id="vpc-v", ingress=[ALL])
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", default_security_group_id=echo(
        "aws_default_security_group-d"))  # fmt: skip
    web = stands("aws_instance.w", **{**WEB, "vpc_security_group_ids": [
        "aws_default_security_group-d"]})  # fmt: skip
    found = plan(vpc, IGW, OUT, SUBNET, TIE, default, web)
    assert len(set(verdicts(found, "internet", "aws_instance.w"))) == 1


def test_a_default_acl_that_is_no_longer_managed_keeps_its_entries() -> None:
    """F25: removing it from the configuration leaves the rules."""
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", default_network_acl_id=echo("acl-d"))
    default = gone("aws_default_network_acl.d", id="acl-d", default_network_acl_id="acl-d")
    found = plan(vpc, IGW, OUT, SUBNET, TIE, OPEN, default, HOST)
    assert len(set(verdicts(found, "internet", "aws_instance.w"))) == 1


@pytest.mark.parametrize("own", [True, False], ids=["with-self", "without"])
def test_members_of_a_group_reach_each_other_only_by_a_rule(own: bool) -> None:
    """F7: `self` is the group itself."""
    group = stands(
        "aws_security_group.g", vpc_id="vpc-v", ingress=[{**SSH, "self": own}], egress=[ALL]
    )
    peer = stands("aws_instance.x", **{**WEB, "private_ip": echo("10.0.0.11")})
    found = plan(*NET, group, HOST, peer).after
    expected = "reachable" if own else "unreachable"
    assert verdict(found, "aws_instance.w", "aws_instance.x") == expected


def test_a_rule_for_itself_that_is_not_known_may_permit_its_members() -> None:
    """F7, before apply."""
    group = stands(
        "aws_security_group.g", vpc_id="vpc-v", ingress=[{**SSH, "self": LATER}], egress=[ALL]
    )
    peer = stands("aws_instance.x", **{**WEB, "private_ip": echo("10.0.0.11")})
    found = plan(*NET, group, HOST, peer).after
    assert verdict(found, "aws_instance.w", "aws_instance.x") == "undetermined"


def test_a_rule_that_names_a_deleted_group_matches_nothing() -> None:
    """F13: a stale rule."""
    peers = stands("aws_security_group.g", vpc_id="vpc-v",
                   ingress=[{**SSH, "security_groups": ["sg-h"]}], egress=[ALL])  # fmt: skip
    found = plan(VPC, peers, gone("aws_security_group.h", vpc_id="vpc-v"))
    assert [len(rules(side, peers.address)) for side in (found.before, found.after)] == [1, 0]


def test_a_group_serves_interfaces_of_another_vpc() -> None:
    """F14: groups may be associated with further VPCs; what ties them is listed as unmodelled."""
    other = stands("aws_vpc.o", cidr_block="10.9.0.0/16")
    group = stands("aws_security_group.g", vpc_id="vpc-o", ingress=[ALL], egress=[ALL])
    tie = new("aws_vpc_security_group_vpc_association.x", security_group_id="sg-g", vpc_id="vpc-v")
    found = plan(*NET, other, group, tie, HOST).after
    assert verdict(found, "internet", "aws_instance.w") == "reachable"
    assert [item.type for item in found.unmodelled] == ["aws_vpc_security_group_vpc_association"]


LISTED = {**SSH, "type": "ingress", "security_group_id": "sg-g"}


@pytest.mark.parametrize(
    "rule",
    [
        stands("aws_security_group_rule.r", prefix_list_ids=["pl-1"], **LISTED),
        new("aws_security_group_rule.r", prefix_list_ids=LATER, **LISTED),
        stands(
            "aws_vpc_security_group_ingress_rule.r", security_group_id="sg-g",
            prefix_list_id="pl-1", ip_protocol="tcp", from_port=22, to_port=22,
        ),
        new(
            "aws_vpc_security_group_ingress_rule.r", security_group_id="sg-g", prefix_list_id=LATER,
            ip_protocol="tcp", from_port=22, to_port=22,
        ),
    ],
    ids=["rule", "rule-unknown", "ingress-rule", "ingress-rule-unknown"],
)  # fmt: skip
def test_a_prefix_list_in_a_rule_is_undetermined_never_unreachable(rule: Item) -> None:
    """F17: its blocks are not modelled."""
    group = stands("aws_security_group.g", vpc_id="vpc-v", ingress=UNSET, egress=[ALL])
    found = plan(*NET, group, rule, HOST).after
    assert verdict(found, "internet", "aws_instance.w") == "undetermined"
    assert verdict(found, "internet", "aws_instance.w", "tcp/23") == "unreachable"


@pytest.mark.parametrize("listed", [["pl-1"], LATER], ids=["known", "unknown"])
def test_a_prefix_list_in_an_inline_rule_is_undetermined_too(listed: object) -> None:
    """F17."""
    group = stands("aws_security_group.g", vpc_id="vpc-v", egress=[ALL],
                   ingress=[{**SSH, "prefix_list_ids": listed}])  # fmt: skip
    assert verdict(plan(*NET, group, HOST).after, "internet", "aws_instance.w") == "undetermined"


# Network ACLs

ENTRY = {"rule_no": 100, "action": "allow", **ALL, "cidr_block": WORLD}


def test_a_subnet_uses_the_acl_that_lists_it_and_else_the_default_one() -> None:
    """F22."""
    other = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    acl = stands("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=["subnet-a"])
    found = plan(VPC, SUBNET, other, acl).after.subnets
    assert link(found["aws_subnet.a"].acl) == "aws_network_acl.a"
    assert link(found["aws_subnet.b"].acl) == "aws_vpc.v (default network ACL)"


def test_an_acl_of_unknown_subnets_may_hold_any_new_subnet() -> None:
    """F22, before apply. A subnet that stands has an identifier: no unknown value is that."""
    fresh = new("aws_subnet.n", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    acl = new("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=LATER)
    found = plan(VPC, SUBNET, fresh, acl).after.subnets
    default = "aws_vpc.v (default network ACL)"
    assert link(found["aws_subnet.n"].acl) == f"aws_network_acl.a or {default}"
    assert link(found["aws_subnet.a"].acl) == default


def test_an_association_may_take_a_subnet_from_the_acl_that_lists_it() -> None:
    """F22: an association that may be of a listed subnet leaves its ACL open."""
    subnets = [new(f"aws_subnet.{x}", vpc_id="vpc-v", cidr_block=f"10.0.{n}.0/24")
               for n, x in enumerate("ab")]  # fmt: skip
    names = [f"{item.address}.id" for item in subnets]
    lists = new("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=ref(names[0]))
    other = stands("aws_network_acl.b", vpc_id="vpc-v")
    tie = new("aws_network_acl_association.x", network_acl_id="acl-b", subnet_id=ref(*names))
    found = plan(VPC, lists, other, *subnets, tie).after.subnets
    assert link(found["aws_subnet.a"].acl) == "aws_network_acl.a or aws_network_acl.b"


def test_the_default_acl_permits_all_and_adopting_it_removes_that() -> None:
    """F25."""
    adopted = new("aws_default_network_acl.d", default_network_acl_id="acl-d")
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", default_network_acl_id=echo("acl-d"))
    found = plan(vpc, IGW, OUT, SUBNET, TIE, OPEN, adopted, HOST)
    assert link(found.after.subnets["aws_subnet.a"].acl) == adopted.address
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "unreachable"]


def test_a_default_acl_of_an_unknown_vpc_may_be_the_one_of_any() -> None:
    """F25, before apply."""
    vpc = new("aws_vpc.n", cidr_block="10.1.0.0/16")
    subnet = new("aws_subnet.n", vpc_id=ref("aws_vpc.n.id"), cidr_block="10.1.0.0/24")
    adopted = new("aws_default_network_acl.d", default_network_acl_id=LATER)
    found = plan(vpc, subnet, adopted).after.subnets["aws_subnet.n"]
    assert link(found.acl) == "aws_default_network_acl.d or aws_vpc.n (default network ACL)"


def test_an_acl_made_empty_denies_everything() -> None:
    """F26."""
    acl = new("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=["subnet-a"],
              ingress=UNSET, egress=UNSET)  # fmt: skip
    found = plan(*NET, OPEN, acl, HOST)
    assert rules(found.after, "aws_network_acl.a") == []
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "unreachable"]


@pytest.mark.parametrize(
    "entries",
    [LATER, [{**ENTRY, "action": LATER}], [{**ENTRY, "cidr_block": LATER}],
     [{**ENTRY, "rule_no": LATER}, {**ENTRY, "action": "deny", "rule_no": 50}]],
    ids=["all", "the-action", "the-block", "the-number"],
)  # fmt: skip
def test_acl_entries_that_are_not_known_decide_nothing_for_sure(entries: object) -> None:
    """F23, F26, before apply."""
    acl = new("aws_network_acl.a", vpc_id="vpc-v", subnet_ids=["subnet-a"], ingress=entries,
              egress=[ENTRY])  # fmt: skip
    found = plan(*NET, OPEN, acl, HOST).after
    assert verdict(found, "internet", "aws_instance.w") == "undetermined"


# VPCs


@pytest.mark.parametrize("second", ["10.1.0.0/16", "203.0.113.0/24"], ids=["private", "public"])
def test_a_secondary_block_is_local_in_every_table_and_no_internet(second: str) -> None:
    """F35, F101, F102: also where it is public space."""
    more = new("aws_vpc_ipv4_cidr_block_association.m", vpc_id="vpc-v", cidr_block=second)
    found = plan(*NET, more).after
    for table in ("aws_route_table.t", "aws_vpc.v (main route table)"):
        assert sorted(locals_of(found, table)) in (["10.0.0.0/15"], ["10.0.0.0/16", second])
    assert not block(second) & found.internet


def test_secondary_blocks_stand_in_the_vpc_of_a_state_too() -> None:
    """F101."""
    blocks = echo([{"cidr_block": "10.0.0.0/16"}, {"cidr_block": "10.8.0.0/16"}])
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", cidr_block_associations=blocks)
    found = plan(vpc, IGW, OUT).after
    assert locals_of(found, "aws_route_table.t") == ["10.0.0.0/16", "10.8.0.0/16"]


@pytest.mark.parametrize("values", [{"vpc_id": "vpc-v", "cidr_block": LATER},
                                    {"vpc_id": LATER, "cidr_block": "10.1.0.0/16"}])  # fmt: skip
def test_a_secondary_block_that_is_not_known_makes_local_routes_unsure(
    values: dict[str, object],
) -> None:
    """F35, F101, before apply."""
    vpc = new("aws_vpc.v", cidr_block="10.0.0.0/16") if values["vpc_id"] is LATER else VPC
    more = new("aws_vpc_ipv4_cidr_block_association.m", **values)
    table = new("aws_route_table.n", vpc_id=ref("aws_vpc.v.id") if vpc is not VPC else "vpc-v")
    found = plan(vpc, more, table).after
    assert found.vpcs["aws_vpc.v"].unknown
    assert all(route.unknown for route in found.tables["aws_route_table.n"].routes)


# Compute


def test_a_function_outside_any_vpc_has_the_internet_and_nothing_private() -> None:
    """F91."""
    found = plan(*NET, OPEN, HOST, new("aws_lambda_function.f", vpc_config=[])).after
    assert verdict(found, "aws_lambda_function.f", "internet") == "reachable"
    assert verdict(found, "aws_lambda_function.f", "aws_instance.w") == "unreachable"


FUNCTION = {"subnet_ids": ["subnet-a"], "security_group_ids": ["sg-g"]}


def test_a_function_in_a_public_subnet_has_no_internet() -> None:
    """F91: it has no public address, whatever the subnet's setting."""
    public_ = stands(
        "aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24", map_public_ip_on_launch=True
    )
    function = new("aws_lambda_function.f", vpc_config=[FUNCTION])
    found = plan(VPC, IGW, OUT, public_, TIE, OPEN, HOST, function).after
    assert verdict(found, function.address, "internet") == "unreachable"
    assert verdict(found, function.address, "aws_instance.w") == "reachable"
    assert public(found, function.address) == "no"


def test_a_function_has_an_interface_in_each_subnet_and_takes_no_calls() -> None:
    """F92."""
    other = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    function = new(
        "aws_lambda_function.f", vpc_config=[{**FUNCTION, "subnet_ids": ["subnet-a", "subnet-b"]}]
    )
    found = plan(*NET, other, OPEN, HOST, function).after
    assert list(sites(found, function.address)) == ["aws_subnet.a", "aws_subnet.b"]
    assert groups(found, function.address) == ["aws_security_group.g"]
    assert verdict(found, "aws_instance.w", function.address) == "unreachable"


def test_a_function_of_which_the_vpc_is_not_known_is_undetermined() -> None:
    """F91, F92, before apply."""
    inside = {"subnet_ids": LATER, "security_group_ids": ["sg-g"]}
    for written in (LATER, [inside]):
        found = plan(*NET, OPEN, HOST, new("aws_lambda_function.f", vpc_config=written)).after
        for end in ("internet", "aws_instance.w"):
            assert verdict(found, "aws_lambda_function.f", end) == "undetermined"


DATABASE = {"db_subnet_group_name": "s", "vpc_security_group_ids": ["sg-g"]}


@pytest.mark.parametrize(
    ("said", "has"),
    [(True, "yes"), (False, "no"), (LATER, "maybe")],
    ids=["public", "private", "unknown"],
)
def test_a_database_is_public_when_it_says_so(said: object, has: str) -> None:
    """F95."""
    group = stands("aws_db_subnet_group.s", id="s", name="s", subnet_ids=["subnet-a"])
    found = plan(*NET, OPEN, group, new("aws_db_instance.d", publicly_accessible=said, **DATABASE))
    assert public(found.after, "aws_db_instance.d") == has
    expected = {"yes": "reachable", "no": "unreachable", "maybe": "undetermined"}[has]
    assert verdict(found.after, "internet", "aws_db_instance.d") == expected


def test_a_database_counts_in_every_subnet_of_its_group() -> None:
    """F95, F96: it moves on failover, so one subnet without the way makes it partial."""
    private = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    group = stands("aws_db_subnet_group.s", id="s", name="s", subnet_ids=["subnet-a", "subnet-b"])
    database = new("aws_db_instance.d", publicly_accessible=True, **DATABASE)
    found = plan(*NET, private, OPEN, group, database).after
    assert list(sites(found, database.address)) == ["aws_subnet.a", "aws_subnet.b"]
    assert not interface(found, database.address).unknown
    assert verdict(found, "internet", database.address) == "partial"


def test_a_database_whose_subnets_are_not_known_is_undetermined() -> None:
    """F96, before apply; one that names no group uses a default one that is not in the plan."""
    group = new("aws_db_subnet_group.s", name="s", subnet_ids=LATER)
    named = new("aws_db_instance.d", publicly_accessible=True, **DATABASE)
    bare = new("aws_db_instance.e", publicly_accessible=True, vpc_security_group_ids=["sg-g"])
    found = plan(*NET, OPEN, group, named, bare).after
    assert verdict(found, "internet", named.address) == "undetermined"
    assert verdict(found, "internet", bare.address) == "undetermined"


def test_the_private_addresses_of_a_vpc_are_its_own_blocks() -> None:
    """F102: a VPC may be public space; "private" means inside its blocks."""
    vpc = stands("aws_vpc.v", cidr_block="203.0.113.0/24")
    subnet = stands("aws_subnet.a", vpc_id="vpc-v", cidr_block="203.0.113.0/25")
    web = stands("aws_instance.w", **{**WEB, "private_ip": echo("203.0.113.10")})
    peer = stands("aws_instance.x", **{**WEB, "private_ip": echo("203.0.113.11")})
    found = plan(vpc, IGW, OUT, subnet, TIE, OPEN, web, peer).after
    assert not block("203.0.113.0/24") & found.internet
    assert verdict(found, "aws_instance.w", "aws_instance.x") == "reachable"


def test_a_vpc_block_that_is_not_known_may_be_any_private_one() -> None:
    """F101, before apply (IPAM)."""
    vpc = new("aws_vpc.n", cidr_block=UNSET)
    found = plan(vpc, new("aws_route_table.n", vpc_id=ref("aws_vpc.n.id"))).after
    assert found.vpcs["aws_vpc.n"].unknown
    assert all(route.unknown for route in found.tables["aws_route_table.n"].routes)
    assert routes(found, "aws_route_table.n") != []
