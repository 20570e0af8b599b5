"""What a plan says of hosts that forward: who a route leads to, its check, and what is assumed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.topology.plans import UNSET, Item, echo, gone, new, plan, ref, routes, stands, verdict
from tests.topology.scenes import NET, OPEN, WEB
from tfreach.pipeline import Analysis
from tfreach.topology.network import Network

LATER = ref("aws_ssm_parameter.p.value")
ENI = "aws_network_interface.e"
NAT, APP = "aws_instance.web", "aws_instance.app"
PRIVATE = (
    stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24"),
    stands("aws_route_table.b", vpc_id="vpc-v", route=[]),
    stands("aws_route_table_association.b", subnet_id="subnet-b", route_table_id="rtb-b"),
)
HOSTS = {**WEB, "subnet_id": "subnet-b", "private_ip": "10.0.1.10", "public_ip": "",
         "associate_public_ip_address": False,
         "primary_network_interface_id": echo("eni-app")}  # fmt: skip


def nat(check: object = False, **more: object) -> Item:
    return stands(NAT, **{**WEB, "source_dest_check": check, **more})


def by(attribute: str, value: object, block: str = "0.0.0.0/0") -> Item:
    return new("aws_route.r", route_table_id="rtb-b", destination_cidr_block=block,
               **{attribute: value})  # fmt: skip


def after(*items: Item) -> Analysis:
    named = {item.address for item in items}
    rest = [item for item in (*NET, OPEN, *PRIVATE, stands(APP, **HOSTS), nat())
            if item.address not in named]  # fmt: skip
    return plan(*rest, *items)


def out(found: Network) -> str:
    return verdict(found, APP, "internet")


def interface(**more: object) -> Item:
    given = {"subnet_id": "subnet-a", "security_groups": ["sg-g"], "private_ips": ["10.0.0.30"],
             "source_dest_check": False}  # fmt: skip
    return stands(ENI, **{**given, **more})


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        pytest.param("instance_id", "i-web", NAT, id="an-instance"),
        pytest.param("instance_id", ref(f"{NAT}.id"), NAT, id="an-instance-by-name"),
        pytest.param("network_interface_id", "eni-primary", NAT, id="its-primary-interface"),
        pytest.param(
            "network_interface_id", ref(f"{NAT}.primary_network_interface_id"), NAT, id="by-name"
        ),
        pytest.param("network_interface_id", "eni-e", ENI, id="an-interface"),
        pytest.param("network_interface_id", ref(f"{ENI}.id"), ENI, id="an-interface-by-name"),
        pytest.param("network_interface_id", "eni-far", "elsewhere", id="not-in-this-plan"),
        pytest.param("network_interface_id", LATER, "elsewhere", id="not-known"),
    ],
)
def test_f103_a_route_leads_to_an_interface(attribute: str, value: object, expected: str) -> None:
    unknown = isinstance(value, ref) and value != LATER
    hosts = [replace(one, actions=("create",), after={**(one.after or {}), "id": UNSET},
                     before=None) for one in (interface(), nat())]  # fmt: skip
    found = after(*(hosts if unknown else (interface(),)), by(attribute, value)).after
    assert routes(found, "aws_route_table.b") == [f"0.0.0.0/0 > {expected}"]


def test_an_inline_route_to_an_interface() -> None:
    route = {"cidr_block": "0.0.0.0/0", "network_interface_id": "eni-e"}
    inline = stands("aws_route_table.b", vpc_id="vpc-v", route=[route])
    assert routes(after(interface(), inline).after, "aws_route_table.b") == [f"0.0.0.0/0 > {ENI}"]


def test_an_instance_made_with_an_interface_forwards_by_that_one() -> None:
    launched = nat(subnet_id=None, network_interface=[{"network_interface_id": "eni-e",
                                                       "device_index": 0}])  # fmt: skip
    found = after(interface(), launched, by("instance_id", "i-web")).after
    assert routes(found, "aws_route_table.b") == [f"0.0.0.0/0 > {ENI}"]


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        pytest.param(True, "unreachable", id="on"),
        pytest.param(None, "unreachable", id="on-unless-it-is-said-else"),
        pytest.param(False, "reachable", id="off"),
        pytest.param(LATER, "undetermined", id="not-known"),
    ],
)
def test_f103_the_check_of_an_instance_is_on_unless_it_is_said_else(
    check: object, expected: str
) -> None:
    assert out(after(nat(check), by("instance_id", "i-web")).after) == expected


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(gone(NAT, **WEB), id="destroyed"),
        pytest.param(nat(instance_state="stopped"), id="stopped"),
    ],
)
def test_f42_a_route_to_a_host_that_is_gone_is_a_blackhole(state: Item) -> None:
    old = {"route_table_id": "rtb-b", "destination_cidr_block": "0.0.0.0/0"}
    kept = stands("aws_route.r", **old, network_interface_id="eni-primary")
    assert out(after(state, kept).after) == "unreachable"


def test_what_a_host_does_is_taken_for_granted_and_said() -> None:
    forwards = f"{NAT} forwards what is routed to it"
    translates = (
        f"{NAT} translates the source of what has no public address of its own and goes to the "
        "Internet, as a NAT instance does"
    )
    said = after(by("instance_id", "i-web")).after.assumptions
    assert forwards in said
    assert translates in said
    inside = after(by("instance_id", "i-web", "10.0.0.0/24")).after.assumptions
    assert forwards in inside
    assert translates not in inside
    checked = after(nat(True), by("instance_id", "i-web")).after.assumptions
    assert not {forwards, translates} & set(checked)


EDGE = (
    interface(),
    stands("aws_instance.box", subnet_id=None, vpc_security_group_ids=None,
           network_interface=[{"network_interface_id": "eni-e", "device_index": 0}]),
    stands("aws_eip.e", domain="vpc", network_interface="eni-e", public_ip="198.51.100.30"),
    stands("aws_route_table.edge", vpc_id="vpc-v", route=[
        {"cidr_block": "10.0.1.0/24", "network_interface_id": "eni-e"}]),
    by("network_interface_id", "eni-e"),
)  # fmt: skip
KNOWN = stands(APP, **{**HOSTS, "public_ip": "198.51.100.8", "associate_public_ip_address": True})


def edge(gateway: object = "igw-g", table: object = "rtb-edge", name: str = "e") -> Item:
    return new(f"aws_route_table_association.{name}", gateway_id=gateway, route_table_id=table,
               subnet_id=UNSET)  # fmt: skip


def test_f44_the_table_of_a_gateway_steers_what_arrives() -> None:
    found = after(*EDGE, KNOWN, edge()).after
    assert found.internet_gateways["aws_internet_gateway.g"].edge.ids == ("aws_route_table.edge",)
    assert verdict(found, "internet", APP) == "reachable"
    assert verdict(found, "internet", "aws_instance.web") == "reachable"
    checked = interface(source_dest_check=True)
    found = after(*EDGE[1:], checked, KNOWN, edge()).after
    assert verdict(found, "internet", APP) == "unreachable"
    assert verdict(found, "internet", "aws_instance.web") == "reachable", "it goes local"


def test_a_gateway_table_that_is_not_known_leaves_what_arrives_open() -> None:
    """F44."""
    fresh = [new("aws_internet_gateway.g", vpc_id="vpc-v"),
             stands("aws_route_table.t", vpc_id="vpc-v", route=[])]  # fmt: skip
    found = after(*EDGE, KNOWN, *fresh, edge(LATER)).after
    assert found.internet_gateways["aws_internet_gateway.g"].edge.open
    assert verdict(found, "internet", APP) == "undetermined"
    found = after(*EDGE, KNOWN, edge(table=LATER)).after
    assert verdict(found, "internet", APP) == "undetermined"


def test_of_two_tables_of_one_gateway_none_is_sure() -> None:
    """Bad input: AWS takes one association of a gateway (F44)."""
    other = stands("aws_route_table.other", vpc_id="vpc-v", route=[
        {"cidr_block": "10.0.1.0/24", "network_interface_id": "eni-primary"}])  # fmt: skip
    found = after(*EDGE, KNOWN, other, edge(), edge(table="rtb-other", name="f")).after
    assert found.internet_gateways["aws_internet_gateway.g"].edge.ids == (
        "aws_route_table.edge",
        "aws_route_table.other",
    )
