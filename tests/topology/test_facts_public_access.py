"""What a plan says of Block Public Access: the mode, what is excluded, and what is not known."""

from __future__ import annotations

import pytest

from tests.topology.plans import Item, gone, ident, new, plan, ref, stands, verdict
from tests.topology.scenes import NET, OPEN, WEB
from tfreach.topology.network import Network

LATER = ref("aws_ssm_parameter.p.value")
WORLD = "0.0.0.0/0"
PRIVATE = (
    stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24"),
    stands(
        "aws_nat_gateway.n", subnet_id="subnet-a", allocation_id="eipalloc-e",
        connectivity_type="public", private_ip="10.0.0.20", public_ip="198.51.100.9",
    ),
    stands("aws_route_table.b", vpc_id="vpc-v",
           route=[{"cidr_block": WORLD, "nat_gateway_id": "nat-n"}]),
    stands("aws_route_table_association.b", subnet_id="subnet-b", route_table_id="rtb-b"),
)  # fmt: skip
HOSTS = (
    stands("aws_instance.web", **WEB),
    stands("aws_instance.app", **{**WEB, "subnet_id": "subnet-b", "private_ip": "10.0.1.10",
                                  "public_ip": "", "associate_public_ip_address": False}),
)  # fmt: skip
SCENE = (*NET, OPEN, *PRIVATE, *HOSTS)


def options(mode: object, **more: object) -> Item:
    return new("aws_vpc_block_public_access_options.o", internet_gateway_block_mode=mode, **more)


def excluded(name: str, mode: object, **to: object) -> Item:
    kind = "aws_vpc_block_public_access_exclusion"
    return new(f"{kind}.{name}", internet_gateway_exclusion_mode=mode, **to)


def internet(found: Network) -> str:
    """In to web, out of web by the gateway, out of app by the NAT gateway beside web."""
    web, app = "aws_instance.web", "aws_instance.app"
    pairs = (("internet", web), (web, "internet"), (app, "internet"))
    assert verdict(found, web, app) == "reachable", "what stays inside is judged as ever"
    return " ".join(verdict(found, *pair) for pair in pairs)


SHUT = "unreachable unreachable unreachable"
FREE = "reachable reachable reachable"
UNSURE = "undetermined undetermined undetermined"
SUBNET, OTHER, VPC = {"subnet_id": "subnet-a"}, {"subnet_id": "subnet-b"}, {"vpc_id": "vpc-v"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        pytest.param("off", FREE, id="off"),
        pytest.param("block-bidirectional", SHUT, id="bidirectional"),
        pytest.param("block-ingress", "unreachable unreachable reachable", id="ingress"),
        pytest.param(LATER, UNSURE, id="not known"),
        pytest.param("block-something", UNSURE, id="a mode that is new"),
    ],
)
def test_f59_the_mode_says_what_passes_an_internet_gateway(mode: object, expected: str) -> None:
    assert internet(plan(*SCENE, options(mode)).after) == expected


@pytest.mark.parametrize(
    ("mode", "exclusion", "expected"),
    [
        pytest.param("block-bidirectional", ("allow-bidirectional", SUBNET), FREE, id="subnet"),
        pytest.param("block-bidirectional", ("allow-bidirectional", VPC), FREE, id="vpc"),
        pytest.param("block-bidirectional", ("allow-bidirectional", OTHER), SHUT, id="other"),
        pytest.param(
            "block-bidirectional",
            ("allow-egress", SUBNET),
            "unreachable reachable reachable",
            id="egress",
        ),
        pytest.param(
            "block-ingress",
            ("allow-egress", SUBNET),
            "unreachable unreachable reachable",
            id="egress-counts-in-bidirectional-mode-only",
        ),
        pytest.param("block-ingress", ("allow-bidirectional", SUBNET), FREE, id="ingress-mode"),
        pytest.param("block-bidirectional", (LATER, SUBNET), "undetermined reachable reachable",
                     id="both-exclusions-let-out"),
        pytest.param("block-bidirectional", ("allow-bidirectional", {"subnet_id": LATER}), SHUT,
                     id="what-stands-is-no-unknown-subnet"),
    ],
)  # fmt: skip
def test_f59_an_exclusion_frees_a_subnet_or_a_vpc(
    mode: str, exclusion: tuple[object, dict[str, object]], expected: str
) -> None:
    how, to = exclusion
    assert internet(plan(*SCENE, options(mode), excluded("e", how, **to)).after) == expected


def test_f59_which_of_two_exclusions_counts_is_not_documented() -> None:
    both = excluded("v", "allow-egress", **VPC), excluded("s", "allow-bidirectional", **SUBNET)
    found = plan(*SCENE, options("block-bidirectional"), *both).after
    assert internet(found) == "undetermined reachable reachable"


@pytest.mark.parametrize(
    ("exclusion", "expected"),
    [
        pytest.param(("allow-bidirectional", SUBNET), FREE, id="free-in-every-mode"),
        pytest.param(("allow-egress", SUBNET), "undetermined undetermined reachable", id="egress"),
        pytest.param(("allow-egress", OTHER), UNSURE, id="another-subnet"),
    ],
)
def test_f59_an_exclusion_tells_that_block_public_access_may_be_on_elsewhere(
    exclusion: tuple[str, dict[str, object]], expected: str
) -> None:
    how, to = exclusion
    assert internet(plan(*SCENE, excluded("e", how, **to)).after) == expected


def test_f59_deleting_the_switch_switches_it_off() -> None:
    switch = gone("aws_vpc_block_public_access_options.o",
                  internet_gateway_block_mode="block-bidirectional")  # fmt: skip
    found = plan(*SCENE, switch, excluded("e", "allow-egress", **OTHER))
    assert internet(found.before) == SHUT
    assert internet(found.after) == FREE


def test_f59_the_switch_of_another_region_says_nothing() -> None:
    away = stands("aws_vpc_block_public_access_options.o", aws_region="eu-west-1",
                  internet_gateway_block_mode="block-bidirectional")  # fmt: skip
    here = stands("aws_vpc.v", cidr_block="10.0.0.0/16",
                  arn="arn:aws:ec2:us-east-1:123456789012:vpc/vpc-v")  # fmt: skip
    rest = [item for item in SCENE if item.address != "aws_vpc.v"]
    assert internet(plan(here, *rest, away).after) == FREE
    assert internet(plan(*SCENE, away).after) == SHUT, "where it is not known where the VPC is"


def test_what_is_excluded_is_found_by_what_it_names() -> None:
    named = excluded("e", "allow-bidirectional", subnet_id=ref("aws_subnet.a.id"))
    assert ident("aws_subnet.a") == "subnet-a"
    fresh = [item for item in SCENE if not item.address.startswith("aws_subnet.a")]
    subnet = new("aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24")
    tie = new("aws_route_table_association.a", subnet_id=ref("aws_subnet.a.id"),
              route_table_id="rtb-t")  # fmt: skip
    hosts = [item for item in fresh if item.address not in ("aws_route_table_association.a",)]
    found = plan(*hosts, subnet, tie, options("block-bidirectional"), named).after
    assert found.barriers["aws_subnet.a"].inward.value == "no"
    assert found.barriers["aws_subnet.b"].inward.value == "yes"
