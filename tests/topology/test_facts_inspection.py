"""What a plan says of Gateway Load Balancers: their endpoints, nodes and appliances (F71, F86)."""

from __future__ import annotations

import pytest

from tests.topology.plans import UNSET, Item, echo, new, plan, ref, routes, stands, verdict
from tests.topology.scenes import NET, OPEN, WEB
from tfreach.topology.network import Network, Tri

E, S, L, G = "aws_vpc_endpoint.e", "aws_vpc_endpoint_service.s", "aws_lb.l", "aws_lb_target_group.g"
APP, FW = "aws_instance.app", "aws_instance.fw"
LATER = ref("aws_ssm_parameter.p.value")
FAR = "com.amazonaws.vpce.us-east-1.vpce-svc-0123"
INSIDE = ("10.0.0.0/24", "10.0.1.0/24")
GENEVE = {"protocol": "udp", "from_port": 6081, "to_port": 6081, "cidr_blocks": ["10.9.0.0/16"]}


def host(address: str, subnet: str, group: str, ip: str) -> Item:
    given = {"subnet_id": subnet, "vpc_security_group_ids": [group], "private_ip": ip}
    name = address.rpartition(".")[2]
    return stands(address, **{**WEB, **given, "associate_public_ip_address": False,
                              "public_ip": "",
                              "primary_network_interface_id": echo(f"eni-{name}")})  # fmt: skip


BASE = (
    *NET,
    OPEN,
    stands("aws_instance.web", **WEB),
    host(APP, "subnet-b", "sg-g", "10.0.1.10"),
    host(FW, "subnet-n", "sg-fw", "10.9.0.10"),
    stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24"),
    stands("aws_subnet.f", vpc_id="vpc-v", cidr_block="10.0.7.0/24", availability_zone="z"),
    stands("aws_vpc.n", cidr_block="10.9.0.0/16"),
    stands("aws_subnet.n", vpc_id="vpc-n", cidr_block="10.9.0.0/24", availability_zone="z"),
    stands("aws_security_group.fw", vpc_id="vpc-n", ingress=[GENEVE], egress=[GENEVE]),
    stands("aws_route_table.b", vpc_id="vpc-v", route=[]),
    stands("aws_route_table_association.b", subnet_id="subnet-b", route_table_id="rtb-b"),
)


def endpoint(**more: object) -> Item:
    given = {"vpc_id": "vpc-v", "vpc_endpoint_type": "GatewayLoadBalancer", "state": UNSET,
             "service_name": ref(f"{S}.service_name"), "subnet_ids": ["subnet-f"],
             **more}  # fmt: skip
    return new(E, **given)


def service(**more: object) -> Item:
    given = {"acceptance_required": False, "service_name": UNSET,
             "gateway_load_balancer_arns": [ref(f"{L}.arn")], **more}  # fmt: skip
    return new(S, **given)


def balancer(**more: object) -> Item:
    return new(L, **{"load_balancer_type": "gateway", "subnets": ["subnet-n"], **more})


def listener() -> Item:
    action = {"type": "forward", "target_group_arn": ref(f"{G}.arn")}
    return new("aws_lb_listener.l", load_balancer_arn=ref(f"{L}.arn"), default_action=[action],
               port=UNSET, protocol=UNSET)  # fmt: skip


def group(**more: object) -> Item:
    given = {"port": 6081, "protocol": "GENEVE", "vpc_id": "vpc-n", "health_check": UNSET,
             "load_balancing_cross_zone_enabled": UNSET, "target_type": "instance",
             **more}  # fmt: skip
    return new(G, **given)


def attach(target: object = "i-fw") -> Item:
    return new("aws_lb_target_group_attachment.a", target_group_arn=ref(f"{G}.arn"),
               target_id=target, port=UNSET)  # fmt: skip


def route(table: str, block: str) -> Item:
    return new(f"aws_route.{table}", route_table_id=f"rtb-{table}", destination_cidr_block=block,
               vpc_endpoint_id=ref(f"{E}.id"))  # fmt: skip


WAYS = (route("t", INSIDE[1]), route("b", INSIDE[0]))


def judged(*items: Item, leave: str = "") -> Network:
    """What goes from web to app and back goes by the endpoint."""
    whole = (*BASE, *WAYS, endpoint(), service(), balancer(), listener(), group(), attach())
    given = {item.address: item for item in (*whole, *items)}
    return plan(*(item for item in given.values() if item.address != leave)).after


def test_f71_a_route_leads_to_the_endpoint_in_its_subnet() -> None:
    found = judged()
    assert f"10.0.0.0/24 > {E}" in routes(found, "aws_route_table.b")
    assert found.firewalls[E].subnet == "aws_subnet.f"
    assert verdict(found, "aws_instance.web", APP) == "reachable"
    assert f"the appliances behind {L} forward everything that reaches them" in found.assumptions


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param((service(acceptance_required=True),), "unreachable", id="not-accepted"),
        pytest.param((service(acceptance_required=LATER),), "undetermined", id="perhaps-accepted"),
        pytest.param((endpoint(service_name=FAR),), "undetermined", id="a-service-elsewhere"),
        pytest.param((endpoint(subnet_ids=LATER),), "undetermined", id="a-subnet-not-known"),
        pytest.param((service(gateway_load_balancer_arns=["arn:x"]),), "undetermined",
                     id="a-load-balancer-elsewhere"),
        pytest.param((service(gateway_load_balancer_arns=LATER),), "undetermined",
                     id="load-balancers-not-known"),
        pytest.param((balancer(subnets=LATER),), "undetermined", id="nodes-not-known"),
        pytest.param((balancer(subnets=UNSET, subnet_mapping=[{"subnet_id": "subnet-n"}]),),
                     "reachable", id="by-subnet-mapping"),
        pytest.param((attach("i-elsewhere"),), "undetermined", id="an-appliance-elsewhere"),
        pytest.param((attach(LATER),), "undetermined", id="an-appliance-not-known"),
        pytest.param((attach("10.9.0.10"), group(target_type="ip")), "reachable", id="by-address"),
    ],
)  # fmt: skip
def test_f86_what_stands_behind_an_endpoint(items: tuple[Item, ...], expected: str) -> None:
    assert verdict(judged(*items), "aws_instance.web", APP) == expected


@pytest.mark.parametrize("leave", ["aws_lb_listener.l", "aws_lb_target_group_attachment.a"])
def test_f86_without_a_listener_or_a_target_all_is_dropped(leave: str) -> None:
    assert verdict(judged(leave=leave), "aws_instance.web", APP) == "unreachable"


def test_f86_a_launch_group_of_appliances_is_registered_as_any_other() -> None:
    template = new("aws_launch_template.t", vpc_security_group_ids=["sg-fw"])
    fleet = new("aws_autoscaling_group.a", vpc_zone_identifier=["subnet-n"],
                target_group_arns=[ref(f"{G}.arn")],
                launch_template=[{"id": ref("aws_launch_template.t.id")}])  # fmt: skip
    found = judged(template, fleet, leave="aws_lb_target_group_attachment.a")
    assert verdict(found, "aws_instance.web", APP) == "reachable"


@pytest.mark.parametrize(("kind", "expected"), [("dualstack", Tri.YES), (UNSET, Tri.MAYBE)])
def test_f71_whether_ipv6_passes_an_endpoint(kind: object, expected: Tri) -> None:
    fleet = judged(endpoint(ip_address_type=kind)).firewalls[E].fleet
    assert fleet is not None
    assert fleet.ipv6 is expected


def test_a_service_for_inspection_is_not_listed_as_left_out() -> None:
    assert [one.type for one in judged().unmodelled] == []
