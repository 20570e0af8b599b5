"""AWS facts on gateway endpoints that the translation answers for, one test each."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    block,
    changed,
    data,
    difference,
    echo,
    gone,
    new,
    plan,
    ref,
    replaced,
    routes,
    rules,
    stands,
    state,
    verdict,
    verdicts,
)
from tests.topology.scenes import ALL, IGW, NET, OPEN, SUBNET, TIE, VPC, WEB, WORLD
from tfreach.engine.reach import survey
from tfreach.policy.selectors import parse, select, with_services
from tfreach.topology.network import Network

NAME = "com.amazonaws.eu-west-1.s3"
S3 = "service:s3"
TABLE = stands("aws_route_table.t", vpc_id="vpc-v", route=[])
HOST = stands("aws_instance.w", **WEB)
BASE = (VPC, SUBNET, TIE, TABLE, OPEN, HOST)
OWN = {"vpc_id": "vpc-v", "service_name": NAME, "vpc_endpoint_type": "Gateway"}
BLOCKS = ["52.218.0.0/17", "3.5.64.0/21"]
READ = {"prefix_list_id": echo("pl-s3"), "cidr_blocks": echo(BLOCKS)}
ENDPOINT = stands("aws_vpc_endpoint.s3", **OWN, **READ, route_table_ids=["rtb-t"])
FRESH = new("aws_vpc_endpoint.s3", **OWN, prefix_list_id=UNSET, cidr_blocks=UNSET,
            route_table_ids=["rtb-t"])  # fmt: skip
LIST = data("data.aws_prefix_list.s3", id="pl-s3", name=NAME, cidr_blocks=BLOCKS)
JOINED = {"route_table_id": "rtb-t", "vpc_endpoint_id": "aws_vpc_endpoint-s3"}
JOIN = "aws_vpc_endpoint_route_table_association.t"
VAGUE = [f"{S3} > aws_vpc_endpoint.s3"]


def listing(*tables: str) -> Item:
    """An endpoint that writes no table and lists these."""
    return stands("aws_vpc_endpoint.s3", **OWN, **READ, route_table_ids=echo(list(tables)))


def test_aws_adds_the_routes_of_a_gateway_endpoint_to_the_tables_it_serves() -> None:
    """F48, F72: one for each block of the service's prefix list."""
    found = plan(*BASE, ENDPOINT).after
    assert routes(found, "aws_route_table.t") == [
        "52.218.0.0/17 > aws_vpc_endpoint.s3", "3.5.64.0/21 > aws_vpc_endpoint.s3",
    ]  # fmt: skip
    assert verdict(found, "aws_instance.w", S3, "tcp/443") == "reachable"
    assert verdict(found, "aws_instance.w", S3, "udp/443") == "unreachable"
    assert verdict(found, "aws_instance.w", "internet", "tcp/443") == "unreachable"


def test_of_a_new_endpoint_the_blocks_are_not_known_and_the_route_is() -> None:
    """F72, and what stands for the addresses is said."""
    found = plan(*BASE, FRESH).after
    assert routes(found, "aws_route_table.t") == VAGUE
    assert verdict(found, "aws_instance.w", S3, "tcp/443") == "reachable"
    assert any(NAME in sentence for sentence in found.assumptions)


def test_a_data_source_tells_the_blocks_of_a_new_endpoint() -> None:
    """By the name of the service: the list of AWS is one and the same."""
    found = plan(*BASE, FRESH, LIST).after
    assert routes(found, "aws_route_table.t")[0] == "52.218.0.0/17 > aws_vpc_endpoint.s3"
    assert found.services[S3].addresses == block(BLOCKS[0]) | block(BLOCKS[1])


def test_a_replaced_endpoint_leads_to_the_blocks_it_led_to() -> None:
    """No plan changes a list that AWS keeps."""
    old = {**OWN, **READ, "route_table_ids": ["rtb-t"]}
    fresh = replaced("aws_vpc_endpoint.s3", old, prefix_list_id=UNSET, cidr_blocks=UNSET)
    found = plan(*BASE, fresh)
    assert routes(found.after, "aws_route_table.t") == routes(found.before, "aws_route_table.t")
    assert difference(found).changes == ()


def test_the_internet_leaves_out_what_is_an_endpoint_of_its_own() -> None:
    """contract.md, section 4."""
    found = plan(*BASE, ENDPOINT).after
    assert found.internet.isdisjoint(block(BLOCKS[0]))
    without = plan(*BASE, LIST).after
    assert S3 not in without.endpoints
    assert block(BLOCKS[0]) <= without.internet


def test_an_association_resource_is_one_more_table() -> None:
    """F72."""
    found = plan(*BASE, new("aws_vpc_endpoint.s3", **OWN, route_table_ids=UNSET),
                 new(JOIN, route_table_id="rtb-t", vpc_endpoint_id=ref("aws_vpc_endpoint.s3.id")),
                 ).after  # fmt: skip
    assert routes(found, "aws_route_table.t") == VAGUE


def test_what_an_endpoint_lists_goes_with_the_association_that_made_it() -> None:
    """plan-json.md, trap 1."""
    kept = plan(*BASE, listing("rtb-t"), stands(JOIN, **JOINED))
    assert verdicts(kept, "aws_instance.w", S3) == ["reachable", "reachable"]
    deleted = plan(*BASE, listing("rtb-t"), gone(JOIN, **JOINED))
    assert verdicts(deleted, "aws_instance.w", S3) == ["reachable", "unreachable"]


def test_a_table_that_only_the_endpoint_lists_stays() -> None:
    found = plan(*BASE, listing("rtb-t"))
    assert verdicts(found, "aws_instance.w", S3) == ["reachable", "reachable"]


def test_what_only_the_endpoint_of_a_state_lists_beside_associations_may_be_gone() -> None:
    """plan-json.md, trap 5."""
    other = stands("aws_route_table.o", vpc_id="vpc-v", route=[])
    tie = stands(JOIN, **{**JOINED, "route_table_id": "rtb-o"})
    found = state(*BASE, other, listing("rtb-t", "rtb-o"), tie)
    assert verdict(found, "aws_instance.w", S3) == "undetermined"


LATER = ref("aws_ssm_parameter.p.value")


@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param({"route_table_ids": LATER}, id="tables"),
        pytest.param({"route_table_ids": ["rtb-t"], "vpc_endpoint_type": LATER}, id="type"),
    ],
)
def test_an_endpoint_of_which_not_all_is_known_may_lead_there(endpoint: dict[str, object]) -> None:
    table = new("aws_route_table.n", vpc_id="vpc-v", route=[])
    tie = new("aws_route_table_association.n", subnet_id="subnet-a",
              route_table_id=ref("aws_route_table.n.id"))  # fmt: skip
    given = {**OWN, **endpoint}
    if endpoint["route_table_ids"] is not LATER:
        given["route_table_ids"] = [ref("aws_route_table.n.id")]
    found = plan(VPC, SUBNET, table, tie, OPEN, HOST, new("aws_vpc_endpoint.s3", **given)).after
    assert verdict(found, "aws_instance.w", S3) == "undetermined"


def test_an_endpoint_of_an_unknown_service_leaves_the_internet_undetermined() -> None:
    given = {**OWN, "service_name": LATER, "route_table_ids": ["rtb-t"]}
    found = plan(*NET, OPEN, HOST, new("aws_vpc_endpoint.s3", **given)).after
    assert verdict(found, "aws_instance.w", "internet") == "undetermined"
    assert verdict(found, "internet", "aws_instance.w") == "undetermined"


def test_a_route_of_the_same_length_wins_over_the_endpoint() -> None:
    """F36, F48: static before prefix list."""
    table = stands("aws_route_table.t", vpc_id="vpc-v", route=[
        {"cidr_block": "52.218.0.0/17", "gateway_id": "igw-g"},
        {"cidr_block": "3.5.64.0/21", "gateway_id": "igw-g"},
    ])  # fmt: skip
    found = plan(VPC, IGW, SUBNET, TIE, table, OPEN, HOST, ENDPOINT).after
    assert verdict(found, "aws_instance.w", S3, "udp/53") == "reachable"


def test_the_endpoint_wins_over_a_default_route() -> None:
    """F48: so what it does not take is not sent another way."""
    found = plan(*NET, OPEN, HOST, FRESH).after
    assert verdict(found, "aws_instance.w", S3, "tcp/443") == "reachable"
    assert verdict(found, "aws_instance.w", S3, "udp/53") == "unreachable"
    assert verdict(found, "aws_instance.w", "internet", "udp/53") == "reachable"


@pytest.mark.parametrize("endpoint", [ENDPOINT, FRESH], ids=["stands", "new"])
def test_a_rule_for_the_endpoint_s_prefix_list_permits_its_service(endpoint: Item) -> None:
    """F17, F72: `aws_vpc_endpoint.s3.prefix_list_id`."""
    group = stands("aws_security_group.g", vpc_id="vpc-v", ingress=[ALL], egress=UNSET)
    listed = "pl-s3" if endpoint is ENDPOINT else ref("aws_vpc_endpoint.s3.prefix_list_id")
    rule = new("aws_vpc_security_group_egress_rule.r", security_group_id="sg-g",
               prefix_list_id=listed, ip_protocol="tcp", from_port=443, to_port=443)  # fmt: skip
    found = plan(VPC, SUBNET, TIE, TABLE, HOST, group, rule, endpoint).after
    assert verdict(found, "aws_instance.w", S3, "tcp/443") == "reachable"
    assert verdict(found, "aws_instance.w", S3, "tcp/80") == "unreachable"
    assert rules(found, "aws_security_group.g", "egress")[0].endswith(
        "to aws_vpc_endpoint.s3 (prefix list)"
    )


def test_services_of_two_regions_have_their_full_names() -> None:
    other = new("aws_vpc_endpoint.o", **{
        **OWN, "service_name": "com.amazonaws.us-east-1.s3", "route_table_ids": [],
    })  # fmt: skip
    found = plan(*BASE, FRESH, other).after
    assert {id for id in found.endpoints if id.startswith("service:")} == {
        "service:com.amazonaws.eu-west-1.s3", "service:com.amazonaws.us-east-1.s3",
    }  # fmt: skip


def test_f71_an_endpoint_for_inspection_adds_no_route() -> None:
    kind = {"vpc_endpoint_type": "GatewayLoadBalancer"}
    found = plan(*BASE, stands("aws_vpc_endpoint.s3", **{**OWN, **kind})).after
    assert not found.unmodelled
    assert routes(found, "aws_route_table.t") == []


def test_a_route_to_a_load_balancer_s_endpoint_says_why_it_is_undetermined() -> None:
    """F71, F86: what the appliance behind it does is not known."""
    table = stands("aws_route_table.t", vpc_id="vpc-v", route=[
        {"cidr_block": WORLD, "vpc_endpoint_id": "vpce-1"},
    ])  # fmt: skip
    found = plan(VPC, IGW, SUBNET, TIE, table, OPEN, HOST).after
    (flow,) = survey(found).pairs["aws_instance.w", "internet"]
    assert flow.verdict.value == "undetermined"
    assert flow.reasons == {
        "a Gateway Load Balancer or firewall endpoint, whose appliance is not known, vpce-1"
    }


# Selectors, and both sides of a plan.


def asked(network: Network, name: str) -> Network:
    return with_services(network, parse(name))


@pytest.mark.parametrize("name", [S3, f"service:{NAME}"])
def test_a_service_is_asked_for_by_either_name(name: str) -> None:
    found = asked(plan(*BASE, FRESH).after, name)
    assert list(select(parse(name), found).chosen) == [S3]


def test_a_service_without_an_endpoint_is_asked_for_all_the_same() -> None:
    """By whichever way the network offers: here the public one."""
    network = plan(*NET, OPEN, HOST).after
    assert S3 not in network.endpoints
    found = asked(network, S3)
    assert list(select(parse(S3), found).chosen) == [S3]
    assert verdict(found, "aws_instance.w", S3, "tcp/443") == "reachable"
    assert S3 not in {end for pair in survey(network).pairs for end in pair}


@pytest.mark.parametrize(
    ("named", "hostnames", "public", "sure"),
    [
        pytest.param(True, True, False, True, id="by the name of the service"),
        pytest.param(False, True, True, True, id="by its own name, and the public way"),
        pytest.param(True, False, True, True, id="so too where the VPC resolves no names"),
        pytest.param(LATER, True, False, False, id="which is not known"),
    ],
)
def test_f74_an_interface_endpoint_is_the_way_to_its_service(
    named: object, hostnames: bool, public: bool, sure: bool
) -> None:
    name = "com.amazonaws.eu-west-1.ecr.api"
    ecr = {**OWN, "service_name": name, "vpc_endpoint_type": "Interface",
           "private_dns_enabled": named, "subnet_ids": ["subnet-a"],
           "security_group_ids": ["sg-g"]}  # fmt: skip
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", enable_dns_support=True,
                 enable_dns_hostnames=hostnames)  # fmt: skip
    rest = [item for item in BASE if item.address != "aws_vpc.v"]
    network = plan(vpc, *rest, stands("aws_vpc_endpoint.ecr", **ecr)).after
    id_ = f"service:{name}"
    found = select(parse(id_), asked(network, id_))
    assert list(found.chosen) == ["aws_vpc_endpoint.ecr", *[id_] * public]
    assert (found.chosen["aws_vpc_endpoint.ecr"].doubt == "") is sure


def test_a_service_behind_a_gateway_and_an_interface_endpoint() -> None:
    """F73: the private way is not evaluated beside the other."""
    both = {**OWN, "vpc_endpoint_type": "Interface", "private_dns_enabled": True}
    network = plan(*BASE, ENDPOINT, stands("aws_vpc_endpoint.other", **both)).after
    found = select(parse(S3), asked(network, S3))
    assert found.notes == ("aws_vpc_endpoint.other, another way to service:s3, is not evaluated",)


def test_a_public_address_of_the_service_means_the_service() -> None:
    network = plan(*BASE, ENDPOINT).after
    found = select(parse("52.218.1.1"), network)
    assert list(found.chosen) == [S3]
    other = select(parse("203.0.113.5"), network)
    assert (list(other.chosen), other.notes) == (["internet"], ())
    vague = select(parse("203.0.113.5"), plan(*BASE, FRESH).after)
    assert list(vague.chosen) == ["internet"]
    assert vague.notes[0].startswith("203.0.113.5 is taken not to be of service:s3")
    everything = select(parse(WORLD), network)
    assert {S3, "internet"} <= set(everything.chosen)


def test_globs_select_no_service() -> None:
    assert S3 not in select(parse("**"), plan(*BASE, ENDPOINT).after).chosen


def test_a_new_endpoint_opens_its_service_and_is_the_cause() -> None:
    """Both sides treat it apart, so what the Internet gave before is no difference."""
    found = difference(plan(*BASE, FRESH))
    assert [(one.kind.value, one.source, one.destination) for one in found.changes] == [
        ("opened", "aws_instance.w", S3)
    ]
    assert found.added == ()
    (cause,) = found.changes[0].causes
    assert cause.address == "aws_vpc_endpoint.s3"
    assert cause.what == f"routes {S3} → aws_vpc_endpoint.s3 in aws_route_table.t"


def test_an_endpoint_beside_a_default_route_closes_what_it_does_not_take() -> None:
    """F72: UDP to the service went by the internet gateway."""
    found = difference(plan(*NET, OPEN, HOST, FRESH))
    assert [(one.kind.value, one.destination) for one in found.changes] == [("closed", S3)]


def test_another_table_is_the_cause_and_the_one_that_stays_is_not() -> None:
    more = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    table = stands("aws_route_table.o", vpc_id="vpc-v", route=[])
    tie = stands("aws_route_table_association.b", subnet_id="subnet-b", route_table_id="rtb-o")
    peer = {**WEB, "subnet_id": "subnet-b", "private_ip": echo("10.0.1.10")}
    grown = changed("aws_vpc_endpoint.s3", {**OWN, **READ, "route_table_ids": ["rtb-t"]},
                    route_table_ids=["rtb-t", "rtb-o"])  # fmt: skip
    found = difference(plan(*BASE, more, table, tie, stands("aws_instance.x", **peer), grown))
    assert [(one.source, one.destination) for one in found.changes] == [("aws_instance.x", S3)]
    (cause,) = found.changes[0].causes
    assert cause.what == f"routes {S3} → aws_vpc_endpoint.s3 in aws_route_table.o"
