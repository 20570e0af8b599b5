"""The traps of plan JSON: copies in a state, lists no longer written, plans that list little."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.topology.plans import (
    changed,
    data,
    difference,
    document,
    echo,
    plan,
    public,
    raw_state,
    routes,
    rules,
    stands,
    state,
    verdict,
    verdicts,
)
from tests.topology.scenes import (
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
from tfreach.pipeline import analyse
from tfreach.topology.network import Network


def test_a_raw_state_whose_group_lists_nothing_yet_has_its_standalone_rules() -> None:
    """plan-json.md, trap 5: after the first apply."""
    rule = stands("aws_security_group_rule.r", **GROUP_RULE)
    found = raw_state(*NET, echoing(), rule, stands("aws_instance.w", **WEB))
    assert rules(found, "aws_security_group.g") == [SSH_OPEN]
    assert verdict(found, "internet", "aws_instance.w") == "reachable"


@pytest.mark.parametrize("read", [raw_state, state])
def test_a_stale_copy_in_a_state_permits_nothing_for_sure(read: Callable[..., Network]) -> None:
    """plan-json.md, trap 5: after later applies it still lists what was deleted."""
    rule = {**GROUP_RULE, "cidr_blocks": ["192.0.2.0/24"]}
    group = echoing({**SSH, "cidr_blocks": [WORLD]}, {**SSH, "cidr_blocks": ["192.0.2.0/24"]})
    kept = stands("aws_security_group_rule.r", **rule)
    found = read(*NET, group, kept, stands("aws_instance.w", **WEB))
    assert rules(found, "aws_security_group.g") == [
        "permits tcp/22 from 192.0.2.0/24", f"{SSH_OPEN} ?",
    ]  # fmt: skip
    assert verdict(found, "internet", "aws_instance.w") == "undetermined"


def test_a_stale_copy_of_a_table_or_acl_in_a_state_decides_nothing_for_sure() -> None:
    """plan-json.md, trap 5."""
    route = stands("aws_route.r", **{**IN, "destination_cidr_block": "192.0.2.0/24"})
    listed = table({"cidr_block": WORLD, "gateway_id": "igw-g"})
    assert routes(raw_state(VPC, IGW, listed, route), "aws_route_table.t") == [
        HAND_ROUTE, f"{DEFAULT} ?",
    ]  # fmt: skip
    acl = stands("aws_network_acl.a", vpc_id="vpc-v", ingress=echo([entry(50, "deny")]))
    values = {"network_acl_id": "acl-a", "rule_number": 100, "rule_action": "allow"}
    rule = stands("aws_network_acl_rule.r", egress=False, protocol="-1", cidr_block=WORLD, **values)
    said = rules(raw_state(VPC, acl, rule), "aws_network_acl.a")
    assert [text.endswith(" ?") for text in said] == [
        True, False,
    ]  # fmt: skip


def test_a_refreshed_copy_that_lists_all_standalone_rules_is_believed() -> None:
    """plan-json.md, trap 5: only a refreshed copy adds knowledge."""
    group = echoing({**SSH, "cidr_blocks": [WORLD]}, HAND)
    found = plan(VPC, group, stands("aws_security_group_rule.r", **GROUP_RULE))
    assert both(found, of="aws_security_group.g") == [[SSH_OPEN, HAND_MADE]] * 2


def test_a_copy_that_lacks_a_standalone_rule_is_not_believed() -> None:
    """plan-json.md, trap 5: a plan made without refresh."""
    found = plan(VPC, echoing(HAND), stands("aws_security_group_rule.r", **GROUP_RULE))
    assert both(found, of="aws_security_group.g") == [[SSH_OPEN, f"{HAND_MADE} ?"]] * 2


def test_an_elastic_ip_counts_though_the_instance_shows_no_address() -> None:
    """plan-json.md, trap 5: its public_ip stays "" despite an Elastic IP resource."""
    web = {**WEB, "associate_public_ip_address": echo(False), "public_ip": echo("")}
    eip = stands("aws_eip.e", public_ip=echo("203.0.113.9"), instance="i-w")
    found = raw_state(*NET, OPEN, eip, stands("aws_instance.w", **web))
    assert public(found, "aws_instance.w") == "yes"


def test_inline_rules_that_are_no_longer_written_stay() -> None:
    """plan-json.md, trap 6: Terraform plans no change, and AWS keeps them."""
    listed = [{**SSH, "cidr_blocks": [WORLD]}]
    group = changed(
        "aws_security_group.g", {"vpc_id": "vpc-v", "ingress": listed}, ingress=echo(listed)
    )
    assert both(plan(VPC, group), of="aws_security_group.g") == [[SSH_OPEN], [SSH_OPEN]]


def test_inline_rules_written_as_an_empty_list_go() -> None:
    """plan-json.md, trap 6: `ingress = []` removes them."""
    listed = [{**SSH, "cidr_blocks": [WORLD]}]
    group = changed("aws_security_group.g", {"vpc_id": "vpc-v", "ingress": listed}, ingress=[])
    assert both(plan(VPC, group), of="aws_security_group.g") == [[SSH_OPEN], []]


def test_routes_and_entries_that_are_no_longer_written_stay_and_empty_lists_go() -> None:
    """plan-json.md, trap 6, for tables (F46) and ACLs."""
    listed = [{"cidr_block": WORLD, "gateway_id": "igw-g"}]
    for left, after in ((echo(listed), [DEFAULT]), ([], [])):
        before = {"vpc_id": "vpc-v", "route": listed}
        found = plan(VPC, IGW, changed("aws_route_table.t", before, route=left))
        assert table_routes(found) == [[DEFAULT], after]
        before = {"vpc_id": "vpc-v", "ingress": [entry(100)]}
        acl = changed("aws_network_acl.a", before, ingress=echo([entry(100)]) if after else [])
        assert [len(side) for side in both(plan(VPC, acl), of="aws_network_acl.a")] == [
            1, len(after),
        ]  # fmt: skip


def test_a_plan_that_changes_nothing_has_an_empty_difference_whatever_drifted() -> None:
    """plan-json.md, traps 7 and 12: echoes that came with the refresh are no change."""
    group = echoing({**SSH, "cidr_blocks": [WORLD]}, HAND)
    drift = {
        "address": group.address, "mode": "managed", "type": "aws_security_group", "name": "g",
        "change": {"actions": ["update"], "before": {"id": "sg-g", "ingress": []},
                   "after": {"id": "sg-g", "ingress": [SSH]}, "after_unknown": {}},
    }  # fmt: skip
    listed = table(BY_HAND, {"cidr_block": WORLD, "gateway_id": "igw-g"})
    found = plan(
        *(VPC, IGW, SUBNET, TIE, listed, group),
        stands("aws_security_group_rule.r", **GROUP_RULE), stands("aws_route.r", **IN),
        stands("aws_instance.w", **WEB), data("data.aws_subnets.all", ids=["subnet-a"]),
        resource_drift=[drift],
    )  # fmt: skip
    said = difference(found)
    assert (said.changes, said.undecided, said.added, said.removed) == ((), (), (), ())
    assert found.before == replace(found.after, assumptions=found.before.assumptions)


def test_a_targeted_plan_keeps_what_it_does_not_list() -> None:
    """plan-json.md, trap 13: planned = prior_state with the changes applied."""
    listed = document(*NET, OPEN, stands("aws_instance.w", **WEB))
    named = ("aws_security_group.g", "aws_vpc.v")
    changes = [one for one in listed["resource_changes"] if one["address"] in named]
    planned = [
        one
        for one in listed["planned_values"]["root_module"]["resources"]
        if one["address"] in named
    ]
    narrow = {"planned_values": {"root_module": {"resources": planned}}}
    found = analyse(json.dumps({**listed, **narrow, "resource_changes": changes}).encode(), "p")
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "reachable"]
    assert difference(found).changes == ()


def test_a_refresh_only_plan_destroys_nothing() -> None:
    """plan-json.md, trap 13: empty planned_values and no resource_changes."""
    listed = document(*NET, OPEN, stands("aws_instance.w", **WEB))
    listed |= {"planned_values": {"root_module": {}}}
    del listed["resource_changes"]
    found = analyse(json.dumps(listed).encode(), "p")
    assert verdicts(found, "internet", "aws_instance.w") == ["reachable", "reachable"]
    assert difference(found).changes == ()
