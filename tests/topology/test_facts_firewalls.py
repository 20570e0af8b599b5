"""What a plan says of AWS Network Firewall: its endpoints, routes to them, its rules (F86)."""

from __future__ import annotations

import pytest

from tests.topology.plans import Item, echo, new, plan, ref, routes, stands, verdict
from tests.topology.scenes import NET, OPEN, WEB
from tfreach.topology.network import Network

FIREWALL, POLICY = "aws_networkfirewall_firewall.f", "aws_networkfirewall_firewall_policy.p"
GROUP, APP = "aws_networkfirewall_rule_group.g", "aws_instance.app"
INSIDE = ("10.0.0.0/24", "10.0.1.0/24")
END_A, END_B = (f"{FIREWALL} (endpoint in aws_subnet.{one})" for one in "fh")
BASE = (
    *NET,
    OPEN,
    stands("aws_instance.web", **WEB),
    stands(APP, **{**WEB, "subnet_id": "subnet-b", "private_ip": "10.0.1.10", "public_ip": "",
                   "associate_public_ip_address": False,
                   "primary_network_interface_id": echo("eni-app")}),
    stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24"),
    stands("aws_subnet.f", vpc_id="vpc-v", cidr_block="10.0.7.0/24"),
    stands("aws_subnet.h", vpc_id="vpc-v", cidr_block="10.0.8.0/24"),
    stands("aws_route_table.b", vpc_id="vpc-v", route=[]),
    stands("aws_route_table_association.b", subnet_id="subnet-b", route_table_id="rtb-b"),
)  # fmt: skip
STATUS = [{"sync_states": [
    {"availability_zone": "a", "attachment": [{"endpoint_id": "vpce-f", "subnet_id": "subnet-f"}]},
]}]  # fmt: skip


def header(**more: str) -> dict[str, object]:
    given = {"protocol": "TCP", "source": "ANY", "source_port": "ANY", "destination": "ANY",
             "destination_port": "22", "direction": "FORWARD"}  # fmt: skip
    return {"action": "DROP", "header": [{**given, **more}],
            "rule_option": [{"keyword": "sid", "settings": ["1"]}]}  # fmt: skip


def group(**source: object) -> Item:
    return stands(GROUP, arn=echo("arn-g"), rule_group=[{"rules_source": [source]}])


def policy(**more: object) -> Item:
    block = {"stateless_default_actions": ["aws:forward_to_sfe"],
             "stateful_rule_group_reference": [{"resource_arn": "arn-g"}], **more}  # fmt: skip
    return stands(POLICY, arn=echo("arn-p"), firewall_policy=[block])


def firewall(*subnets: str, **more: object) -> Item:
    given = {"vpc_id": "vpc-v", "firewall_policy_arn": "arn-p", **more,
             "subnet_mapping": [{"subnet_id": one} for one in subnets]}  # fmt: skip
    return stands(FIREWALL, **given)


def route(table: str, block: str, value: object) -> Item:
    return new(f"aws_route.{table}", route_table_id=f"rtb-{table}", destination_cidr_block=block,
               vpc_endpoint_id=value)  # fmt: skip


def judged(*items: Item) -> Network:
    """What goes from web to app and back goes by the firewall."""
    ways = (route("t", INSIDE[1], "vpce-f"), route("b", INSIDE[0], "vpce-f"))
    one = firewall("subnet-f", firewall_status=echo(STATUS))
    given = {item.address: item for item in (*BASE, *ways, one, policy(), *items)}
    return plan(*given.values()).after


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [(("subnet-f",), END_A), (("subnet-f", "subnet-h"), f"{END_A} or {END_B}")],
)
def test_f86_a_route_leads_to_one_of_the_endpoints_of_a_firewall(
    subnets: tuple[str, ...], expected: str
) -> None:
    made = new(FIREWALL, vpc_id="vpc-v", firewall_policy_arn="arn-p",
               subnet_mapping=[{"subnet_id": one} for one in subnets])  # fmt: skip
    name = ref(f"{FIREWALL}.firewall_status")
    found = plan(*BASE, made, policy(), group(), route("b", "0.0.0.0/0", name)).after
    assert routes(found, "aws_route_table.b") == [f"0.0.0.0/0 > {expected}"]


def test_f86_a_known_endpoint_is_the_one_in_its_subnet() -> None:
    two = firewall("subnet-f", "subnet-h", firewall_status=echo(STATUS))
    assert routes(judged(two, group()), "aws_route_table.b") == [f"10.0.0.0/24 > {END_A}"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param((group(stateful_rule=[header()]),), "unreachable", id="dropped"),
        pytest.param(
            (group(stateful_rule=[header(destination_port="80", destination="10.0.1.0/24")]),),
            "reachable",
            id="another-port",
        ),
        pytest.param(
            (group(stateful_rule=[header(destination_port="20:30")]),), "unreachable", id="a-range"
        ),
        pytest.param(
            (group(stateful_rule=[header(destination_port="20:")]),), "undetermined", id="open-end"
        ),
        pytest.param((group(rules_string="drop"),), "undetermined", id="suricata"),
        pytest.param((group(stateful_rule=[header(destination="$X")]),), "undetermined", id="name"),
        pytest.param(
            (group(stateful_rule=[header(source_port="99")]),), "undetermined", id="source-port"
        ),
        pytest.param((), "undetermined", id="a-group-that-is-elsewhere"),
    ],
)
def test_f86_rules_by_5_tuple_are_evaluated_and_others_are_not(
    items: tuple[Item, ...], expected: str
) -> None:
    assert verdict(judged(*items), "aws_instance.web", APP) == expected
