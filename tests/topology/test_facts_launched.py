"""AWS facts of what launches instances from a template: one test each."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    Item,
    changed,
    groups,
    new,
    plan,
    public,
    ref,
    sites,
    stands,
    verdict,
)
from tests.topology.scenes import NET, OPEN, WEB
from tfreach.topology.network import Network

LATER = ref("aws_ssm_parameter.p.value")
B = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24", map_public_ip_on_launch=True)
HOST = stands("aws_instance.w", **WEB)
DEFAULT = "aws_vpc.v (default security group)"
ID = ref("aws_launch_template.t.id")


def network(*items: Item) -> Network:
    return plan(*NET, B, OPEN, HOST, *items).after


def template(**more: object) -> Item:
    return new("aws_launch_template.t", **{"vpc_security_group_ids": ["sg-g"], **more})


def group(**more: object) -> Item:
    made = {"vpc_zone_identifier": ["subnet-b"], "launch_template": [{"id": ID}]}
    return new("aws_autoscaling_group.g", **{**made, **more})


def test_an_auto_scaling_group_is_one_endpoint_in_all_its_subnets() -> None:
    found = network(template(), group(vpc_zone_identifier=["subnet-a", "subnet-b"]))
    assert list(sites(found, "aws_autoscaling_group.g")) == ["aws_subnet.a", "aws_subnet.b"]
    assert groups(found, "aws_autoscaling_group.g") == ["aws_security_group.g"]


def test_its_instances_have_the_default_group_where_the_template_names_none() -> None:
    """F4."""
    found = network(template(vpc_security_group_ids=None), group())
    assert groups(found, "aws_autoscaling_group.g") == [DEFAULT]


@pytest.mark.parametrize(
    ("said", "subnet", "expected"),
    [
        pytest.param({}, "subnet-a", "no", id="the-subnet-says-no"),
        pytest.param({}, "subnet-b", "yes", id="the-subnet-says-yes"),
        pytest.param({"associate_public_ip_address": "true"}, "subnet-a", "yes", id="it-says-yes"),
        pytest.param({"associate_public_ip_address": "false"}, "subnet-b", "no", id="it-says-no"),
        pytest.param({"associate_public_ip_address": ""}, "subnet-b", "yes", id="it-says-nothing"),
        pytest.param({"associate_public_ip_address": LATER}, "subnet-b", "maybe", id="not-known"),
    ],
)
def test_the_template_decides_on_public_addresses_and_else_the_subnet(
    said: dict[str, object], subnet: str, expected: str
) -> None:
    """F53; a template writes the flag as a text (plan-json.md, 18)."""
    face = [{"security_groups": ["sg-g"], **said}]
    made = template(vpc_security_group_ids=None, network_interfaces=face)
    found = network(made, group(vpc_zone_identifier=[subnet]))
    assert public(found, "aws_autoscaling_group.g") == expected
    assert groups(found, "aws_autoscaling_group.g") == ["aws_security_group.g"]


def test_subnets_that_differ_leave_public_addresses_open() -> None:
    found = network(template(), group(vpc_zone_identifier=["subnet-a", "subnet-b"]))
    assert public(found, "aws_autoscaling_group.g") == "maybe"


def test_a_launch_configuration_is_a_template_too() -> None:
    made = new("aws_launch_configuration.c", name="c", security_groups=["sg-g"],
               associate_public_ip_address=False)  # fmt: skip
    asg = group(launch_template=[], launch_configuration=ref("aws_launch_configuration.c.name"))
    found = network(made, asg)
    assert groups(found, asg.address) == ["aws_security_group.g"]
    assert public(found, asg.address) == "no"


def test_a_mixed_policy_names_its_template_deeper() -> None:
    inner = [{"launch_template_specification": [{"launch_template_id": ID}]}]
    asg = group(launch_template=[], mixed_instances_policy=[{"launch_template": inner}])
    assert groups(network(template(), asg), asg.address) == ["aws_security_group.g"]


@pytest.mark.parametrize(
    "asg",
    [
        pytest.param(group(launch_template=[{"id": "lt-far"}]), id="not-in-this-plan"),
        pytest.param(group(launch_template=[{"id": LATER}]), id="not-known"),
        pytest.param(group(launch_template=[]), id="none"),
        pytest.param(
            group(launch_template=[{"id": ID}], launch_configuration="c"), id="two-of-them"
        ),
    ],
)
def test_a_template_that_is_not_known_leaves_verdicts_open(asg: Item) -> None:
    found = network(template(), asg)
    assert verdict(found, "aws_instance.w", asg.address) == "undetermined"


STANDING = {"vpc_security_group_ids": ["sg-g"], "latest_version": 3, "default_version": 1}


@pytest.mark.parametrize(
    ("version", "sure"),
    [
        pytest.param("$Latest", True, id="latest"),
        pytest.param("3", True, id="the-latest-number"),
        pytest.param("1", False, id="an-older-number"),
        pytest.param("$Default", False, id="the-default-is-older"),
        pytest.param(None, False, id="unset-is-the-default"),
        pytest.param(ref("aws_launch_template.t.latest_version"), True, id="named-as-latest"),
        pytest.param(LATER, False, id="not-known"),
    ],
)
def test_only_the_latest_version_of_a_template_is_in_a_plan(version: object, sure: bool) -> None:
    made = stands("aws_launch_template.t", id="lt-t", **STANDING)
    asg = group(launch_template=[{"id": "lt-t", "version": version}])
    found = verdict(network(made, asg), "aws_instance.w", asg.address)
    assert found == ("reachable" if sure else "undetermined")


def test_a_template_that_follows_its_latest_version_is_sure_while_it_changes() -> None:
    made = changed("aws_launch_template.t", {"id": "lt-t", **STANDING}, latest_version=LATER,
                   default_version=LATER, update_default_version=True)  # fmt: skip
    asg = group(launch_template=[{"id": "lt-t"}])
    assert verdict(network(made, asg), "aws_instance.w", asg.address) == "reachable"


def test_instances_launched_before_are_said_to_be_like_new_ones() -> None:
    said = network(template(), group()).assumptions
    assert any("launch template" in sentence for sentence in said)
