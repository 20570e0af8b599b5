"""What AWS documents of IPv6, one test a fact, in plans of a few resources."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    echo,
    locals_of,
    new,
    plan,
    ref,
    rules,
    stands,
)
from tfreach.engine.reach import pair_flows
from tfreach.space.headers import ALL_IPV4, ALL_IPV6, Family, addresses_text, prefix
from tfreach.topology.faces import NOT_ADVERTISED
from tfreach.topology.network import Network, ToEgressOnly, Tri

LATER = ref("aws_ssm_parameter.p.value")
ANY = {"from_port": 0, "to_port": 0, "protocol": "-1"}
VPC = stands("aws_vpc.v", cidr_block="10.0.0.0/16", ipv6_cidr_block="2600:1f00:0:100::/56")
SUBNET = stands(
    "aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24",
    ipv6_cidr_block="2600:1f00:0:100::/64", assign_ipv6_address_on_creation=True,
)  # fmt: skip
IGW = stands("aws_internet_gateway.g", vpc_id="vpc-v")
EIGW = stands("aws_egress_only_internet_gateway.e", vpc_id="vpc-v")
OPEN = stands(
    "aws_security_group.g", vpc_id="vpc-v",
    ingress=[{**ANY, "ipv6_cidr_blocks": ["::/0"]}], egress=[{**ANY, "ipv6_cidr_blocks": ["::/0"]}],
)  # fmt: skip
WEB = {"subnet_id": "subnet-a", "vpc_security_group_ids": ["sg-g"]}
NET = (VPC, SUBNET, IGW, OPEN)


def table(**route: object) -> tuple[Item, Item]:
    out = stands("aws_route_table.t", vpc_id="vpc-v", route=[route])
    tie = stands("aws_route_table_association.a", subnet_id="subnet-a", route_table_id="rtb-t")
    return out, tie


OUT = table(ipv6_cidr_block="::/0", gateway_id="igw-g")


def six(network: Network, source: str, destination: str) -> set[str]:
    """The verdicts of a pair by IPv6."""
    flows = pair_flows(network, source, destination)
    return {one.verdict.value for one in flows if one.family is Family.IPV6}


def held(network: Network, endpoint: str = "aws_instance.w") -> list[str]:
    """The IPv6 addresses that an endpoint may have."""
    (face,) = network.endpoints[endpoint].interfaces
    return [text for at in face.sites for text in addresses_text(at.addresses & ALL_IPV6)]


def test_f16_rules_of_both_families_stand_apart() -> None:
    """In each of the three forms of a rule."""
    own = stands("aws_security_group.g", vpc_id="vpc-v", egress=UNSET, ingress=[
        {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"],
         "ipv6_cidr_blocks": ["2001:db8::/32"]},
    ])  # fmt: skip
    found = plan(VPC, own).after
    assert rules(found, "aws_security_group.g") == [
        "permits tcp/22 from 10.0.0.0/8",
        "permits tcp/22 from 2001:db8::/32",
    ]
    bare = stands("aws_security_group.g", vpc_id="vpc-v", ingress=UNSET, egress=UNSET)
    loose = stands(
        "aws_security_group_rule.r", type="ingress", security_group_id="sg-g", protocol="tcp",
        from_port=80, to_port=80, ipv6_cidr_blocks=["::/0"],
    )  # fmt: skip
    modern = stands(
        "aws_vpc_security_group_ingress_rule.r", security_group_id="sg-g", ip_protocol="icmpv6",
        from_port=128, to_port=0, cidr_ipv6="::/0",
    )  # fmt: skip
    found = plan(VPC, bare, loose, modern).after
    assert sorted(rules(found, "aws_security_group.g")) == [
        "permits icmpv6/128/0 from ::/0",
        "permits tcp/80 from ::/0",
    ]
    peers = {rule.peers for rule in found.groups["aws_security_group.g"].ingress}
    assert peers == {ALL_IPV6}


def test_f16_an_unknown_block_is_of_its_own_family() -> None:
    later = new(
        "aws_vpc_security_group_ingress_rule.r", security_group_id="sg-g", ip_protocol="tcp",
        from_port=22, to_port=22, cidr_ipv6=LATER,
    )  # fmt: skip
    bare = stands("aws_security_group.g", vpc_id="vpc-v", ingress=UNSET, egress=UNSET)
    (rule,) = plan(VPC, bare, later).after.groups["aws_security_group.g"].ingress
    assert rule.unknown
    assert rule.peers == ALL_IPV6


def test_f23_entries_of_both_families_stand_in_one_list() -> None:
    own = stands("aws_network_acl.n", vpc_id="vpc-v", egress=UNSET, ingress=[
        {**ANY, "rule_no": 100, "action": "allow", "cidr_block": "0.0.0.0/0"},
        {**ANY, "rule_no": 101, "action": "allow", "ipv6_cidr_block": "::/0"},
    ])  # fmt: skip
    loose = stands(
        "aws_network_acl_rule.r", network_acl_id="acl-n", rule_number=102, egress=False,
        protocol="58", rule_action="deny", icmp_type=-1, icmp_code=-1, ipv6_cidr_block="::/0",
    )  # fmt: skip
    found = plan(VPC, own, loose).after.acls["aws_network_acl.n"].ingress
    assert [(rule.number, rule.peers) for rule in found] == [
        (100, ALL_IPV4),
        (101, ALL_IPV6),
        (102, ALL_IPV6),
    ]


def test_f4_the_default_group_and_acl_are_for_both_families() -> None:
    found = plan(VPC, SUBNET, IGW, *OUT, stands("aws_instance.w", subnet_id="subnet-a",
                 ipv6_addresses=["2600:1f00:0:100::5"])).after  # fmt: skip
    assert six(found, "aws_instance.w", "internet") == {"reachable"}


def test_f35_a_local_route_for_every_block_of_either_family() -> None:
    more = stands("aws_vpc_ipv6_cidr_block_association.m", vpc_id="vpc-v",
                  ipv6_cidr_block="2600:1f00:0:200::/56")  # fmt: skip
    found = plan(VPC, more, *OUT).after
    assert locals_of(found, "aws_route_table.t") == [
        "10.0.0.0/16",
        "2600:1f00:0:100::/56",
        "2600:1f00:0:200::/56",
    ]


@pytest.mark.parametrize("form", ["inline", "standalone"])
def test_f58_a_route_to_an_egress_only_gateway(form: str) -> None:
    to = {"egress_only_gateway_id": "aws_egress_only_internet_gateway-e"}
    if form == "inline":
        parts: tuple[Item, ...] = table(ipv6_cidr_block="::/0", **to)
    else:
        tie = stands("aws_route_table_association.a", subnet_id="subnet-a", route_table_id="rtb-t")
        parts = (stands("aws_route_table.t", vpc_id="vpc-v", route=UNSET), tie)
        parts += (stands("aws_route.r", route_table_id="rtb-t",
                         destination_ipv6_cidr_block="::/0", **to),)  # fmt: skip
    found = plan(*NET, EIGW, *parts, new("aws_instance.w", **WEB)).after
    out = [route.targets for route in found.tables["aws_route_table.t"].routes]
    assert (ToEgressOnly("aws_egress_only_internet_gateway.e"),) in out
    assert six(found, "aws_instance.w", "internet") == {"reachable"}
    assert six(found, "internet", "aws_instance.w") == set()


def test_f58_an_interface_of_its_own_subnet_is_open_to_the_internet() -> None:
    found = plan(*NET, *OUT, new("aws_instance.w", **WEB)).after
    assert six(found, "internet", "aws_instance.w") == {"reachable"}
    flows = pair_flows(found, "internet", "aws_instance.w")
    assert {one.family for one in flows} == {Family.IPV6}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, ["2600:1f00:0:100::4-"], id="the-subnet-assigns"),
        pytest.param({"ipv6_address_count": 2}, ["2600:1f00:0:100::4-"], id="it-asks"),
        pytest.param(
            {"ipv6_addresses": ["2600:1f00:0:100::9"]}, ["2600:1f00:0:100::9"], id="it-names-one"
        ),
    ],
)
def test_an_instance_gets_ipv6_addresses(values: dict[str, object], expected: list[str]) -> None:
    found = held(plan(*NET, new("aws_instance.w", **WEB, **values)).after)
    assert [f"{found[0].partition('/')[0]}-" if len(found) > 1 else found[0]] == expected


def test_an_instance_in_a_subnet_that_assigns_none_has_none() -> None:
    quiet = stands("aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24",
                   ipv6_cidr_block="2600:1f00:0:100::/64")  # fmt: skip
    assert held(plan(VPC, quiet, OPEN, new("aws_instance.w", **WEB)).after) == []
    asks = new("aws_instance.w", **WEB, ipv6_address_count=1)
    assert held(plan(VPC, quiet, OPEN, asks).after) != []


def test_a_standing_instance_has_the_addresses_that_aws_says() -> None:
    """A subnet that assigns addresses gives none to what stands already."""
    none = stands("aws_instance.w", **WEB, ipv6_addresses=echo([]), ipv6_address_count=echo(0))
    assert held(plan(*NET, none).after) == []
    one = stands("aws_instance.w", **WEB, ipv6_addresses=echo(["2600:1f00:0:100::7"]))
    assert held(plan(*NET, one).after) == ["2600:1f00:0:100::7"]


def test_f102_a_block_that_aws_chooses_has_a_stand_in() -> None:
    """No rule or route names it by chance, but those that name it by the source do, and ::/0."""
    vpc = new("aws_vpc.v", cidr_block="10.0.0.0/16", assign_generated_ipv6_cidr_block=True,
              ipv6_cidr_block=UNSET)  # fmt: skip
    subnet = new("aws_subnet.a", vpc_id=ref("aws_vpc.v.id"), cidr_block="10.0.0.0/24",
                 ipv6_cidr_block=ref("aws_vpc.v.ipv6_cidr_block"))  # fmt: skip
    found = plan(vpc, subnet).after
    assert addresses_text(found.vpcs["aws_vpc.v"].cidrs & ALL_IPV6) == ["4000::/56"]
    assert addresses_text(found.subnets["aws_subnet.a"].cidr & ALL_IPV6) == ["4000:0:0:1::/64"]
    assert any(text.startswith("4000::/56 stands for") for text in found.assumptions)
    assert not found.internet & prefix("4000::/16")


def test_a_vpc_that_asks_for_no_ipv6_has_none() -> None:
    """`ipv6_cidr_block` is unknown before apply for a new VPC in any case."""
    found = plan(new("aws_vpc.v", cidr_block="10.0.0.0/16", ipv6_cidr_block=UNSET)).after
    assert found.vpcs["aws_vpc.v"].cidrs == prefix("10.0.0.0/16")


@pytest.mark.parametrize(
    ("block", "sure", "unknown"),
    [
        pytest.param("::/0", True, False, id="everything"),
        pytest.param("2000::/3", True, False, id="all-that-is-global"),
        pytest.param("2600:1f00::/24", False, True, id="what-may-hold-it"),
        pytest.param("2001:db8::/32", False, False, id="what-aws-never-gives"),
        pytest.param("2600:1f00:0:100::/56", False, False, id="the-block-of-another-vpc"),
    ],
)
def test_f102_what_holds_a_block_that_aws_chooses(block: str, sure: bool, unknown: bool) -> None:
    later = new("aws_vpc.n", cidr_block="10.1.0.0/16", assign_generated_ipv6_cidr_block=True,
                ipv6_cidr_block=UNSET)  # fmt: skip
    group = stands("aws_security_group.g", vpc_id="vpc-v", egress=UNSET,
                   ingress=[{**ANY, "ipv6_cidr_blocks": [block]}])  # fmt: skip
    found = plan(VPC, later, group).after.groups["aws_security_group.g"].ingress
    stand_in = prefix("4000::/56")
    assert any(stand_in <= rule.peers and not rule.unknown for rule in found) == sure
    assert any(stand_in <= rule.peers and bool(rule.unknown) for rule in found) == unknown


def function(**config: object) -> Item:
    inside = {"subnet_ids": ["subnet-a"], "security_group_ids": ["sg-g"], **config}
    return new("aws_lambda_function.f", function_name="f", vpc_config=[inside])


def test_f92_a_function_has_ipv6_only_where_it_is_allowed() -> None:
    allowed = plan(*NET, *OUT, function(ipv6_allowed_for_dual_stack=True)).after
    assert six(allowed, "aws_lambda_function.f", "internet") == {"reachable"}
    assert six(plan(*NET, *OUT, function()).after, "aws_lambda_function.f", "internet") == set()


def balancer(**values: object) -> Item:
    return new("aws_lb.l", load_balancer_type="application", subnets=["subnet-a"],
               security_groups=["sg-g"], **values)  # fmt: skip


def test_f75_an_internal_load_balancer_and_an_endpoint_are_closed_by_ipv6() -> None:
    inner = plan(*NET, balancer(internal=True, ip_address_type="dualstack")).after
    (face,) = inner.endpoints["aws_lb.l"].interfaces
    assert (face.own.has, held(inner, "aws_lb.l") != []) == (Tri.NO, True)
    outer = plan(*NET, balancer(internal=False, ip_address_type="dualstack")).after
    assert outer.endpoints["aws_lb.l"].interfaces[0].own.has is Tri.YES
    assert held(plan(*NET, balancer(internal=False)).after, "aws_lb.l") == []
    endpoint = new("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type="Interface",
                   service_name="com.amazonaws.eu-west-1.sqs", subnet_ids=["subnet-a"],
                   security_group_ids=["sg-g"], ip_address_type="dualstack")  # fmt: skip
    found = plan(*NET, endpoint).after
    assert found.endpoints["aws_vpc_endpoint.e"].interfaces[0].own.has is Tri.NO


def test_what_aws_makes_in_a_subnet_that_assigns_is_in_doubt() -> None:
    target = new("aws_efs_mount_target.m", file_system_id="fs", subnet_id="subnet-a",
                 security_groups=["sg-g"])  # fmt: skip
    (face,) = plan(*NET, target).after.endpoints["aws_efs_mount_target.m"].interfaces
    assert (held(plan(*NET, target).after, "aws_efs_mount_target.m"), face.no_ipv6) == ([], "")
    build = new("aws_codebuild_project.b", vpc_config=[
        {"vpc_id": "vpc-v", "subnets": ["subnet-a"], "security_group_ids": ["sg-g"]}
    ])  # fmt: skip
    (face,) = plan(*NET, build).after.endpoints["aws_codebuild_project.b"].interfaces
    assert "is not documented" in face.no_ipv6


def test_f87_a_connect_endpoint_has_the_families_of_its_subnet_unless_it_says_so() -> None:
    """EC2 API, CreateInstanceConnectEndpoint: IpAddressType."""
    made = {"subnet_id": "subnet-a", "security_group_ids": ["sg-g"], "preserve_client_ip": False}
    name = "aws_ec2_instance_connect_endpoint.e"
    found = plan(*NET, new(name, **made)).after
    assert (held(found, name) != [], found.endpoints[name].interfaces[0].no_ipv6) == (True, "")
    assert held(plan(*NET, new(name, **made, ip_address_type="ipv4")).after, name) == []


def test_which_families_a_vpc_endpoint_has_that_does_not_say_so_is_in_doubt() -> None:
    endpoint = new("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type="Interface",
                   service_name="com.amazonaws.eu-west-1.sqs", subnet_ids=["subnet-a"],
                   security_group_ids=["sg-g"], ip_address_type=UNSET)  # fmt: skip
    (face,) = plan(*NET, endpoint).after.endpoints["aws_vpc_endpoint.e"].interfaces
    assert "is not documented" in face.no_ipv6


def test_f58_what_is_unique_local_is_said_not_to_be_public() -> None:
    assert "not on the Internet" in NOT_ADVERTISED


def test_an_attachment_carries_ipv6_where_it_says_so() -> None:
    gateway = new("aws_ec2_transit_gateway.g")
    ties = [
        new(f"aws_ec2_transit_gateway_vpc_attachment.{name}", vpc_id="vpc-v",
            transit_gateway_id=ref("aws_ec2_transit_gateway.g.id"), subnet_ids=["subnet-a"], **more)
        for name, more in (("on", {"ipv6_support": "enable"}), ("off", {}))
    ]  # fmt: skip
    found = plan(VPC, SUBNET, gateway, *ties).after.attachments
    assert [found[f"aws_ec2_transit_gateway_vpc_attachment.{n}"].ipv6 for n in ("on", "off")] == [
        Tri.YES,
        Tri.NO,
    ]


DUAL_DATABASE = (
    stands("aws_db_subnet_group.d", name="d", subnet_ids=["subnet-a"]),
    new("aws_rds_cluster.c", cluster_identifier="c", db_subnet_group_name="aws_db_subnet_group-d",
        vpc_security_group_ids=["sg-g"], network_type="DUAL"),
    new("aws_rds_cluster_instance.i", cluster_identifier=ref("aws_rds_cluster.c.id"),
        publicly_accessible=False),
)  # fmt: skip


def test_an_instance_of_a_dual_stack_cluster_has_ipv6_inside_the_vpc_only() -> None:
    found = plan(*NET, *OUT, *DUAL_DATABASE).after
    (face,) = found.endpoints["aws_rds_cluster_instance.i"].interfaces
    assert held(found, "aws_rds_cluster_instance.i") != []
    assert face.own.has is Tri.NO


def test_what_an_unknown_template_launches_may_have_ipv6() -> None:
    group = new("aws_autoscaling_group.g", min_size=1, max_size=1, vpc_zone_identifier=["subnet-a"],
                launch_template=[{"id": "lt-0"}])  # fmt: skip
    (face,) = plan(*NET, group).after.endpoints["aws_autoscaling_group.g"].interfaces
    assert face.no_ipv6
