"""AWS facts on prefix lists that the translation answers for, one test each."""

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
    routes,
    rules,
    stands,
    state,
    verdict,
    verdicts,
)
from tests.topology.scenes import IGW, NET, OPEN, SSH, SUBNET, TIE, VPC, WEB

LATER = ref("aws_ssm_parameter.p.value")
HOST = stands("aws_instance.w", **WEB)
OFFICE = {"cidr": "203.0.113.0/24", "description": ""}
HOME = {"cidr": "198.51.100.0/24", "description": ""}
IPV4 = {"name": "office", "address_family": "IPv4"}
LIST = stands("aws_ec2_managed_prefix_list.l", **IPV4, entry=[OFFICE, HOME])
BARE = stands("aws_ec2_managed_prefix_list.l", **IPV4, entry=echo([]))
OWN = "aws_ec2_managed_prefix_list-l"
RULE = {**SSH, "type": "ingress", "security_group_id": "sg-g", "prefix_list_ids": [OWN]}
BY_LIST = stands("aws_security_group_rule.r", **RULE)
CLOSED = stands("aws_security_group.g", vpc_id="vpc-v", ingress=UNSET, egress=UNSET)
SSH_LISTED = "permits tcp/22 from aws_ec2_managed_prefix_list.l"
S3 = {"name": "com.amazonaws.eu-west-1.s3", "owner_id": "AWS", "address_family": "IPv4"}
KNOWN_S3 = data("data.aws_ec2_managed_prefix_list.s3", **S3, entries=[{"cidr": "52.218.0.0/17"}])


def entry(name: str, cidr: object = "203.0.113.0/24") -> dict[str, object]:
    return {"address": f"aws_ec2_managed_prefix_list_entry.{name}", "cidr": cidr,
            "prefix_list_id": OWN}  # fmt: skip


def inline(listed: object) -> Item:
    rule = {**SSH, "prefix_list_ids": listed}
    return stands("aws_security_group.g", vpc_id="vpc-v", ingress=[rule], egress=UNSET)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((inline([OWN]),), id="inline"),
        pytest.param((CLOSED, BY_LIST), id="security-group-rule"),
        pytest.param(
            (CLOSED, stands(
                "aws_vpc_security_group_ingress_rule.r", security_group_id="sg-g",
                prefix_list_id=OWN, ip_protocol="tcp", from_port=22, to_port=22,
            )),
            id="ingress-rule",
        ),
        pytest.param(
            (inline([OWN]), stands(
                "aws_security_group_rule.r",
                **{**RULE, "from_port": 22.0, "prefix_list_ids": [OWN]},
            )),
            id="inline-and-its-like",
        ),
    ],
)  # fmt: skip
def test_a_rule_for_a_prefix_list_permits_its_entries(parts: tuple[Item, ...]) -> None:
    """F17."""
    found = plan(*NET, LIST, *parts, HOST).after
    held = found.groups["aws_security_group.g"].ingress
    assert [rule.peers for rule in held] == [block("203.0.113.0/24"), block("198.51.100.0/24")]
    assert not any(rule.unknown for rule in held)
    assert rules(found, "aws_security_group.g") == [SSH_LISTED] * 2


def test_a_rule_and_its_echo_are_one_when_they_name_a_list() -> None:
    """plan-json.md, trap 1: the group lists what its rule made, by the list's identifier."""
    group = stands("aws_security_group.g", vpc_id="vpc-v", egress=UNSET,
                   ingress=echo([{**SSH, "prefix_list_ids": [OWN]}]))  # fmt: skip
    kept = plan(*NET, LIST, group, BY_LIST, HOST)
    assert rules(kept.after, "aws_security_group.g") == [SSH_LISTED] * 2
    deleted = plan(*NET, LIST, group, gone("aws_security_group_rule.r", **RULE), HOST)
    assert rules(deleted.before, "aws_security_group.g") == [SSH_LISTED] * 2
    assert rules(deleted.after, "aws_security_group.g") == []


def test_a_list_of_ipv6_blocks_permits_no_ipv4_address() -> None:
    """F16, F17."""
    six = stands("aws_ec2_managed_prefix_list.l", name="six", address_family="IPv6",
                 entry=[{"cidr": "::/0"}])  # fmt: skip
    found = plan(*NET, six, CLOSED, BY_LIST, HOST).after
    assert rules(found, "aws_security_group.g") == [SSH_LISTED]
    assert verdict(found, "internet", "aws_instance.w") == "unreachable"


def test_a_standalone_entry_stands_in_its_list() -> None:
    """F17, and plan-json.md, trap 1: the list's own copy of it is an echo."""
    one = entry("e")
    made = plan(*NET, BARE, new(**one), CLOSED, BY_LIST, HOST)  # type: ignore[arg-type]
    assert verdicts(made, "internet", "aws_instance.w")[0] == "unreachable"
    assert rules(made.after, "aws_security_group.g") == [SSH_LISTED]
    echoing = stands("aws_ec2_managed_prefix_list.l", **IPV4, entry=echo([OFFICE, HOME]))
    left = plan(*NET, echoing, gone(**one), CLOSED, BY_LIST, HOST)  # type: ignore[arg-type]
    spans = [rule.peers.count for rule in left.before.groups["aws_security_group.g"].ingress]
    assert len(spans) == 2
    (still,) = left.after.groups["aws_security_group.g"].ingress
    assert still.also[0].text == "lists 198.51.100.0/24"


def test_what_only_the_list_of_a_state_lists_beside_standalone_entries_may_stand() -> None:
    """plan-json.md, trap 5: the copy is as old as the last refresh."""
    echoing = stands("aws_ec2_managed_prefix_list.l", **IPV4, entry=echo([OFFICE, HOME]))
    found = state(*NET, echoing, stands(**entry("e")), CLOSED, BY_LIST, HOST)  # type: ignore[arg-type]
    unknown = [bool(rule.unknown) for rule in found.groups["aws_security_group.g"].ingress]
    assert unknown == [False, True]


UNKNOWN_ENTRY = new(**entry("e", LATER))  # type: ignore[arg-type]
UNKNOWN_LIST = new("aws_ec2_managed_prefix_list.n", **IPV4, entry=[{"cidr": LATER}])
NONE_KNOWN = new("aws_ec2_managed_prefix_list.n", **IPV4, entry=LATER)
UNREAD = data("data.aws_ec2_managed_prefix_list.l", id=OWN, name="office", entries=UNSET)
BY_NEW = new("aws_security_group_rule.r", **{
    **RULE, "prefix_list_ids": [ref("aws_ec2_managed_prefix_list.n.id")],
})  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((BARE, UNKNOWN_ENTRY, BY_LIST), id="an-unknown-entry"),
        pytest.param((UNKNOWN_LIST, BY_NEW), id="an-unknown-inline-entry"),
        pytest.param((NONE_KNOWN, BY_NEW), id="no-entry-is-known"),
        pytest.param((BY_LIST,), id="a-list-that-is-not-in-the-plan"),
        pytest.param((UNREAD, BY_LIST), id="a-data-source-not-read-yet"),
    ],
)  # fmt: skip
def test_a_list_whose_entries_are_not_known_is_undetermined(parts: tuple[Item, ...]) -> None:
    """F17: never `unreachable`, and with the reason."""
    found = plan(*NET, CLOSED, *parts, HOST).after
    assert verdict(found, "internet", "aws_instance.w") == "undetermined"
    assert verdict(found, "internet", "aws_instance.w", "tcp/23") == "unreachable"


def test_the_data_sources_know_the_blocks_of_lists_that_aws_keeps() -> None:
    """F17: by `aws_ec2_managed_prefix_list`, or by `aws_prefix_list`."""
    other = data("data.aws_prefix_list.s3", id="pl-2", name="com.amazonaws.eu-west-1.dynamodb",
                 cidr_blocks=["52.94.0.0/20", "52.119.0.0/20"])  # fmt: skip
    group = inline(["aws_ec2_managed_prefix_list-s3", "pl-2"])
    found = plan(*NET, KNOWN_S3, other, group, HOST).after.groups["aws_security_group.g"].ingress
    assert [(rule.also[0].text, rule.unknown) for rule in found] == [
        ("lists 52.218.0.0/17", ""), ("lists 52.94.0.0/20", ""), ("lists 52.119.0.0/20", ""),
    ]  # fmt: skip


def test_a_list_that_aws_keeps_and_nobody_read_holds_no_private_address() -> None:
    """Its blocks are public ones, so no neighbour is among them."""
    named = new("data.aws_ec2_managed_prefix_list.s3", **{**S3, "owner_id": UNSET}, entries=UNSET)
    rule = new("aws_security_group_rule.r", **{
        **RULE, "prefix_list_ids": [ref("data.aws_ec2_managed_prefix_list.s3.id")],
    })  # fmt: skip
    peer = stands("aws_instance.x", **{**WEB, "private_ip": echo("10.0.0.11")})
    found = plan(*NET, named, CLOSED, rule, HOST, peer).after
    assert verdict(found, "internet", "aws_instance.w") == "undetermined"
    assert verdict(found, "aws_instance.x", "aws_instance.w") == "unreachable"


# Routes

TABLE = stands("aws_route_table.t", vpc_id="vpc-v", route=[])
TO_LIST = {"route_table_id": "rtb-t", "destination_prefix_list_id": OWN, "gateway_id": "igw-g"}
BASE = (VPC, IGW, SUBNET, TIE, OPEN, HOST)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((TABLE, stands("aws_route.r", **TO_LIST)), id="aws-route"),
        pytest.param(
            (stands("aws_route_table.t", vpc_id="vpc-v", route=[
                {"cidr_block": "", "destination_prefix_list_id": OWN, "gateway_id": "igw-g"},
            ]),),
            id="inline",
        ),
    ],
)  # fmt: skip
def test_a_route_for_a_prefix_list_is_one_for_each_of_its_entries(parts: tuple[Item, ...]) -> None:
    """F36."""
    found = plan(*BASE, LIST, *parts).after
    assert routes(found, "aws_route_table.t") == [
        "203.0.113.0/24 > aws_internet_gateway.g", "198.51.100.0/24 > aws_internet_gateway.g",
    ]  # fmt: skip


def test_of_equal_destinations_a_block_wins_over_an_entry() -> None:
    """F36: static before prefix list, whichever stands first in the file."""
    table = stands("aws_route_table.t", vpc_id="vpc-v", route=[
        {"destination_prefix_list_id": OWN, "transit_gateway_id": "tgw-1"},
        {"cidr_block": "203.0.113.0/24", "gateway_id": "igw-g"},
    ])  # fmt: skip
    found = plan(*BASE, LIST, table).after
    assert routes(found, "aws_route_table.t")[0] == "203.0.113.0/24 > aws_internet_gateway.g"
    only = stands("aws_ec2_managed_prefix_list.l", **IPV4, entry=[OFFICE])
    found = plan(*BASE, only, table).after
    assert verdict(found, "aws_instance.w", "internet") == "partial"  # else undetermined


def test_of_overlapping_entries_of_two_lists_aws_picks_one_at_random() -> None:
    """F41."""
    wide = stands("aws_ec2_managed_prefix_list.w", name="wide", address_family="IPv4",
                  entry=[{"cidr": "203.0.112.0/20"}])  # fmt: skip
    table = stands("aws_route_table.t", vpc_id="vpc-v", route=[
        {"destination_prefix_list_id": OWN, "gateway_id": "igw-g"},
        {"destination_prefix_list_id": "aws_ec2_managed_prefix_list-w", "nat_gateway_id": "nat-x"},
    ])  # fmt: skip
    found = plan(*BASE, LIST, wide, table).after
    assert routes(found, "aws_route_table.t") == [
        "203.0.113.0/24 > aws_internet_gateway.g or elsewhere",
        "198.51.100.0/24 > aws_internet_gateway.g",
        "203.0.112.0/20 > elsewhere",
    ]


def test_a_route_for_a_list_of_ipv6_blocks_is_none_for_ipv4() -> None:
    six = stands("aws_ec2_managed_prefix_list.l", name="six", address_family="IPv6",
                 entry=[{"cidr": "2001:db8::/32"}])  # fmt: skip
    found = plan(*BASE, six, TABLE, stands("aws_route.r", **TO_LIST)).after
    assert routes(found, "aws_route_table.t") == ["2001:db8::/32 > aws_internet_gateway.g"]


def test_a_route_for_an_unknown_list_may_hold_anything() -> None:
    found = plan(*BASE, TABLE, stands("aws_route.r", **TO_LIST)).after
    assert routes(found, "aws_route_table.t") == [
        "0.0.0.0/0 > aws_internet_gateway.g ?",
        "::/0 > aws_internet_gateway.g ?",
    ]
    assert verdict(found, "aws_instance.w", "internet") == "undetermined"


# Causes: the entry that opens or closes, not the rule that names the list.


def causes(*parts: Item) -> list[tuple[str, str]]:
    found = difference(plan(*NET, *parts, HOST))
    return sorted({(one.address, one.what) for change in found.changes for one in change.causes})


def test_a_new_standalone_entry_is_the_cause() -> None:
    made = new(**entry("e"))  # type: ignore[arg-type]
    assert causes(BARE, made, CLOSED, BY_LIST) == [(
        "aws_ec2_managed_prefix_list_entry.e",
        "lists 203.0.113.0/24 in aws_ec2_managed_prefix_list.l",
    )]  # fmt: skip


def test_a_deleted_standalone_entry_is_the_cause() -> None:
    echoing = stands("aws_ec2_managed_prefix_list.l", **IPV4, entry=echo([OFFICE]))
    assert causes(echoing, gone(**entry("e")), CLOSED, BY_LIST) == [(  # type: ignore[arg-type]
        "aws_ec2_managed_prefix_list_entry.e",
        "no longer lists 203.0.113.0/24 in aws_ec2_managed_prefix_list.l",
    )]  # fmt: skip


def test_a_list_with_another_inline_entry_is_the_cause() -> None:
    updated = changed("aws_ec2_managed_prefix_list.l", {**IPV4, "entry": [OFFICE]},
                      entry=[OFFICE, HOME])  # fmt: skip
    assert causes(updated, CLOSED, BY_LIST) == [
        ("aws_ec2_managed_prefix_list.l", "lists 198.51.100.0/24")
    ]


def test_a_rule_changed_for_another_reason_is_no_cause_beside_the_entry() -> None:
    """The group changes too, in what has no part in the way."""
    group = changed("aws_security_group.g", {
        "vpc_id": "vpc-v", "ingress": [{**SSH, "prefix_list_ids": [OWN]}], "description": "a",
    }, description="b")  # fmt: skip
    made = new(**entry("e"))  # type: ignore[arg-type]
    assert [address for address, _ in causes(BARE, made, group)] == [
        "aws_ec2_managed_prefix_list_entry.e"
    ]


def test_an_entry_opens_a_route_too() -> None:
    """Of a route for a list the entry is the cause as well."""
    updated = changed("aws_ec2_managed_prefix_list.l", {**IPV4, "entry": [HOME]},
                      entry=[HOME, OFFICE])  # fmt: skip
    found = difference(plan(*BASE, updated, TABLE, stands("aws_route.r", **TO_LIST)))
    assert {one.address for change in found.changes for one in change.causes} == {
        "aws_ec2_managed_prefix_list.l"
    }
