"""Each explanation code that tfreach may emit: a network in which it does; docs/codes.md says when.

The list of AWS's codes in data/explanation-codes.txt is that of VPC Reachability Analyzer's guide
("Reachability Analyzer explanation codes").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.balances import targets
from tests.engine.firewalled import guarded, policy, rule
from tests.engine.inspected import inspected
from tests.engine.networks import (
    OPEN,
    acl,
    attachment,
    aws_service,
    gateway,
    group,
    guard,
    host,
    interface,
    link,
    peering,
    subnet,
    table,
    transit_table,
    vpc,
    vpn_gateway,
)
from tests.engine.tiers import NO, tiers, traces
from tfreach.engine.explain import CODES
from tfreach.topology.clients import ClientVpn
from tfreach.topology.doors import DROP
from tfreach.topology.network import Endpoint, Network, OneOf, TransitGateway, Tri

ROOT = Path(__file__).resolve().parents[2]
AWS = (Path(__file__).parent / "data" / "explanation-codes.txt").read_text().split()
PAGE = (ROOT / "docs" / "codes.md").read_text()
ROWS = re.findall(r"^\| `([A-Z_0-9]+)` \| (.+) \|$", PAGE, re.MULTILINE)
NEVER = [code for code, when in ROWS if when.startswith("never: ")]
SOURCE = "\n".join(path.read_text() for path in (ROOT / "tfreach").rglob("*.py"))

Scene = tuple[Callable[[], Network], str]


def over_transit(*parts: object) -> Network:
    """Two VPCs that a transit gateway joins."""
    return tiers(
        TransitGateway("tgw"),
        subnet("a", "10.0.0.0/24", "10.0.0.0/8 tgw"),
        subnet("d", "10.1.0.0/24", "10.0.0.0/8 tgw", vpc="vpc-2"),
        subnet("ta", "10.0.9.0/28"),
        subnet("td", "10.1.9.0/28", vpc="vpc-2"),
        attachment("att-a", "vpc", "ta", "table"),
        attachment("att-d", "vpc-2", "td", "table"),
        transit_table("table", "10.0.0.0/16 att-a", "10.1.0.0/16 att-d"),
        *parts,
    )


def over_vpn(*parts: object) -> Network:
    """The two tiers, and a virtual private gateway."""
    return tiers(vpn_gateway(), *parts)


def dual_stack(*parts: object) -> Network:
    """The two tiers, with IPv6 addresses for web; out by the internet gateway."""
    return tiers(
        vpc("vpc", "10.0.0.0/16", "2001:db8::/56"),
        subnet("a", "10.0.0.0/24 2001:db8:0:a::/64", "0.0.0.0/0 igw", "::/0 igw"),
        group("web", *OPEN, "in any from ::/0", "out any to ::/0"),
        *parts,
    )


def over_peering(*parts: object) -> Network:
    """Two VPCs that are peered."""
    return tiers(
        peering(),
        subnet("a", "10.0.0.0/24", "10.1.0.0/16 pcx"),
        subnet("d", "10.1.0.0/24", "10.0.0.0/16 pcx", vpc="vpc-2"),
        *parts,
    )


def over_endpoint(*parts: object) -> Network:
    """A gateway endpoint that leads to a service of AWS."""
    return tiers(
        aws_service("service:s3"), subnet("b", "10.0.1.0/24", "service:s3 vpce>service:s3"), *parts
    )


DOWN = replace(interface("eni-web", {"a": "10.0.0.5"}, (link("web"),)), down="it is stopped")
NOWHERE = replace(interface("eni-web", {}, ()), unknown="its subnet is not known")

SCENES: dict[str, Scene] = {
    "GWLB_DESTINATION_PORT_RESTRICTION": (
        lambda: inspected(targets("tg", "app udp/6082")),
        "203.0.113.9 -> web tcp/443",
    ),
    "GWLB_PROTOCOL_RESTRICTION": (
        lambda: inspected(targets("tg", "app tcp/6081")),
        "203.0.113.9 -> web tcp/443",
    ),
    "FIREWALL_RULES_RESTRICTION": (
        lambda: guarded(policy(rule(DROP))),
        "203.0.113.9 -> web tcp/443",
    ),
    "BAD_STATE": (
        lambda: tiers(Endpoint("web", "instance", (DOWN,))),
        "web -> db tcp/22",
    ),
    "BAD_STATE_ATTACHMENT": (
        lambda: tiers(Endpoint("web", "network_interface", (DOWN,))),
        "web -> db tcp/22",
    ),
    "BAD_STATE_ROUTE": (
        lambda: tiers(subnet("a", "10.0.0.0/24", "0.0.0.0/0 gone")),
        "web -> 203.0.113.9 tcp/443",
    ),
    "CANNOT_ROUTE": (
        lambda: tiers(subnet("a", "10.0.0.0/24", "203.0.113.0/25 igw")),
        "web -> 203.0.113.200 tcp/443",
    ),
    "DISCONNECTED_VPCS": (
        lambda: tiers(
            vpc("vpc-2", "10.0.0.0/16"),
            subnet("d", "10.0.3.0/24", vpc="vpc-2"),
            host("other", "10.0.3.5", "d"),
        ),
        "web -> other tcp/22",
    ),
    "ENI_ADDRESS_RESTRICTION": (
        tiers,
        "web -> 10.0.1.77 tcp/22",
    ),
    "ENI_SG_RULES_MISMATCH": (
        lambda: tiers(group("db", "in tcp/5432 from 10.0.0.0/8")),
        "web -> db tcp/22",
    ),
    "ENI_SOURCE_DEST_CHECK_RESTRICTION": (
        lambda: tiers(subnet("b", "10.0.1.0/24", "0.0.0.0/0 eni-web")),
        "db -> 203.0.113.9 tcp/443",
    ),
    "INGRESS_RTB_NO_PUBLIC_IP": (
        lambda: tiers(gateway(edge="edge"), table("edge", "10.0.0.0/24 eni-db")),
        "203.0.113.9 -> web tcp/443",
    ),
    "INGRESS_RTB_TRAFFIC_REDIRECTION": (
        lambda: tiers(gateway(edge="edge"), table("edge", "10.0.0.0/24 eni-db")),
        "web -> 203.0.113.9 tcp/443",
    ),
    "INTERFACE_LOOP": (
        lambda: tiers(subnet("b", "10.0.1.0/24", "0.0.0.0/0 eni-db")),
        "db -> 203.0.113.9 tcp/443",
    ),
    "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS": (
        tiers,
        "web -> other tcp/22",
    ),
    "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS": (
        lambda: tiers(
            vpc("vpc-2", "100.64.0.0/16"),
            subnet("d", "100.64.0.0/24", vpc="vpc-2"),
            host("other", "100.64.0.5", "d"),
        ),
        "web -> other tcp/22",
    ),
    "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS": (
        tiers,
        "203.0.113.9 -> job tcp/22",
    ),
    "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS": (
        tiers,
        "job -> 203.0.113.9 tcp/443",
    ),
    "IPV6_CLOSED_TO_INTERNET_GATEWAYS": (
        lambda: dual_stack(host("web", "10.0.0.5 2001:db8:0:a::5", "a", closed="an endpoint")),
        "2001:db8:ffff::9 -> web tcp/443",
    ),
    "LAMBDA_NO_INBOUND": (
        lambda: tiers(
            replace(host("job", "10.0.0.6", "a", kind="lambda_function"), inbound="no calls")
        ),
        "web -> job tcp/443",
    ),
    "LAMBDA_NO_PUBLIC_IP": (
        lambda: tiers(host("job", "10.0.0.6", "a", kind="lambda_function")),
        "job -> 203.0.113.9 tcp/443",
    ),
    "NAT_LOOP": (
        lambda: tiers(subnet("a", "10.0.0.0/24", "0.0.0.0/0 nat")),
        "db -> 203.0.113.9 tcp/443",
    ),
    "NGW_DEST_ADDRESS_PRESERVATION": (
        tiers,
        "db -> 203.0.113.9 tcp/443",
    ),
    "NGW_REQUIRES_SOURCE_IN_VPC": (
        lambda: tiers(subnet("d", "10.1.0.0/24", "0.0.0.0/0 nat", vpc="vpc-2")),
        "other -> 203.0.113.9 tcp/443",
    ),
    "NGW_SOURCE_ADDRESS_REASSIGN": (
        tiers,
        "db -> 203.0.113.9 tcp/443",
    ),
    "NO_POSSIBLE_DESTINATION": (
        lambda: tiers(gateway(vpc="")),
        "203.0.113.9 -> web tcp/443",
    ),
    "NO_ROUTE_TO_DESTINATION": (
        tiers,
        "far -> 203.0.113.9 tcp/443",
    ),
    "NO_SUCH_HOST": (
        tiers,
        "web -> 10.0.1.77 tcp/22",
    ),
    "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR": (
        lambda: over_peering(peering(ends=("vpc", "vpc-3"))),
        "web -> other tcp/22",
    ),
    "PROTOCOL_RESTRICTION": (
        tiers,
        "db -> 203.0.113.9 47",
    ),
    "REMAP_EPHEMERAL_PORT": (
        tiers,
        "db -> 203.0.113.9 tcp/443",
    ),
    "SG_HAS_NO_RULES": (
        lambda: tiers(group("db")),
        "web -> db tcp/22",
    ),
    "SG_REFERENCES_NOT_PRESERVED": (
        lambda: over_peering(peering(same_region=NO), group("other", "in any from group:web")),
        "web -> other tcp/22",
    ),
    "SG_REFERENCING_SUPPORT": (
        lambda: over_transit(
            attachment("att-a", "vpc", "ta", "table", groups=NO),
            group("other", "in any from group:web"),
        ),
        "web -> other tcp/22",
    ),
    "SUBNET_ACL_RESTRICTION": (
        lambda: tiers(acl("shut"), db_acl="shut"),
        "web -> db tcp/22",
    ),
    "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION": (
        lambda: over_transit(attachment("att-a", "vpc", "ta")),
        "web -> other tcp/22",
    ),
    "TGW_ATTACH_VPC_AZ_RESTRICTION": (
        lambda: over_transit(
            subnet("te", "10.1.8.0/28", vpc="vpc-2", zone="zone-2"),
            attachment("att-d", "vpc-2", "td te", "table"),
        ),
        "web -> other tcp/22",
    ),
    "CLIENT_VPN_UNAUTHORIZED": (
        lambda: replace(tiers(), client_vpns={"db": ClientVpn("db")}),
        "db -> web tcp/443",
    ),
    "STARTS_NOTHING": (
        lambda: tiers(
            replace(
                host("db", "10.0.1.5", "b", kind="efs_mount_target"),
                outbound="a mount target opens no connections",
            )
        ),
        "db -> web tcp/443",
    ),
    "TGW_LOOP": (
        lambda: over_transit(
            TransitGateway("tgw-2"),
            attachment("peer", OneOf(), (), "table", far="peer-2"),
            attachment("peer-2", OneOf(), (), "table-2", far="peer", gateway=link("tgw-2")),
            transit_table("table", "10.0.0.0/16 att-a", "10.1.0.0/16 peer"),
            transit_table("table-2", "10.1.0.0/16 peer-2"),
        ),
        "web -> other tcp/22",
    ),
    "TGW_ROUTE_AZ_RESTRICTION": (
        lambda: over_transit(subnet("ta", "10.0.9.0/28", zone="zone-2")),
        "web -> other tcp/22",
    ),
    "TGW_RTB_BAD_STATE_ROUTE": (
        lambda: over_transit(transit_table("table", "10.0.0.0/16 att-a", "10.1.0.0/16 gone")),
        "web -> other tcp/22",
    ),
    "TGW_RTB_CANNOT_ROUTE": (
        lambda: over_transit(transit_table("table", "10.0.0.0/16 att-a", "10.1.9.0/24 att-d")),
        "web -> other tcp/22",
    ),
    "TGW_RTB_HIGHER_PRIORITY_ROUTE": (
        lambda: over_transit(
            transit_table("table", "10.0.0.0/16 att-a", "~ 10.1.0.0/16 att-d", "10.1.0.0/16 gone")
        ),
        "web -> other tcp/22",
    ),
    "TGW_RTB_MORE_SPECIFIC_ROUTE": (
        lambda: over_transit(
            transit_table("table", "10.0.0.0/16 att-a", "10.1.0.0/16 att-d", "10.1.0.0/24 gone")
        ),
        "web -> other tcp/22",
    ),
    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT": (
        lambda: over_transit(transit_table("table", "10.0.0.0/16 att-a")),
        "web -> other tcp/22",
    ),
    "TGW_RTB_ROUTES_ARE_UNKNOWN": (
        lambda: over_transit(attachment("att-a", "vpc", "ta", "elsewhere")),
        "web -> other tcp/22",
    ),
    "UNASSOCIATED_COMPONENT": (
        lambda: tiers(Endpoint("fn", "lambda_function", outside=True)),
        "fn -> web tcp/443",
    ),
    "UNKNOWN_DESTINATION": (
        lambda: tiers(subnet("a", "10.0.0.0/24", "0.0.0.0/0 elsewhere")),
        "web -> 203.0.113.9 tcp/443",
    ),
    "UNKNOWN_PEERED_SGS": (
        lambda: over_peering(
            peering(same_region=Tri.MAYBE), group("other", "in any from group:web")
        ),
        "web -> other tcp/22",
    ),
    "UNKNOWN_RESOURCE": (
        lambda: tiers(Endpoint("web", "instance", (NOWHERE,))),
        "web -> db tcp/22",
    ),
    "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION": (
        lambda: over_endpoint(subnet("b", "10.0.1.0/24", "203.0.113.0/24 vpce>service:s3")),
        "db -> 203.0.113.9 tcp/443",
    ),
    "VPCE_GATEWAY_PROTOCOL_RESTRICTION": (
        over_endpoint,
        "db -> service:s3 udp/53",
    ),
    "VPCE_INTRA_VPC_TRAFFIC": (
        over_endpoint,
        "service:s3 -> db tcp/443",
    ),
    "HIGHER_PRIORITY_ROUTE": (
        lambda: over_vpn(subnet("b", "10.0.1.0/24", "192.168.0.0/16 gone", "192.168.0.0/16 vgw")),
        "db -> 192.168.0.9 tcp/443",
    ),
    "MORE_SPECIFIC_ROUTE": (
        lambda: over_vpn(subnet("b", "10.0.1.0/24", "192.168.0.0/24 gone", "192.168.0.0/16 vgw")),
        "db -> 192.168.0.9 tcp/443",
    ),
    "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS": (
        lambda: over_transit(
            vpn_gateway(vpc="vpc-2"),
            subnet("a", "10.0.0.0/24", "0.0.0.0/0 tgw"),
            subnet("td", "10.1.9.0/28", "192.168.0.0/16 vgw", vpc="vpc-2"),
            transit_table("table", "10.0.0.0/16 att-a", "192.168.0.0/16 att-d"),
        ),
        "web -> 192.168.0.9 tcp/443",
    ),
    "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS": (
        over_vpn,
        "192.168.0.9 -> 10.0.1.77 tcp/443",
    ),
    "VPC_BLOCK_PUBLIC_ACCESS_ENABLED": (
        lambda: tiers(guard("a")),
        "203.0.113.9 -> web tcp/443",
    ),
    "VPC_LOCAL_ROUTE_CIDR_RESTRICTION": (
        tiers,
        "far -> 203.0.113.9 tcp/443",
    ),
}
"""Code -> a network, and a flow in it on whose way the code stands."""

ELSEWHERE = {
    "NO_COMMON_FAMILY": "tests/policy/test_questions.py",
    "NO_SOURCE_OR_DESTINATION": "tests/policy/test_questions.py",
    "ELBV2_LISTENERS_MISMATCH": "tests/engine/test_balancers.py",
    "ELBV2_LISTENER_HAS_NO_TG": "tests/engine/test_balancers.py",
    "ELBV2_LISTENER_PORT_RESTRICTION": "tests/engine/test_balancers.py",
    "ELBV2_LISTENER_REQUIRES_TG_ACCEPT": "tests/engine/test_balancers.py",
    "ELBV2_NO_TARGETS_IN_AZ": "tests/engine/test_balancers.py",
    "ELBV2_SOURCE_ADDRESS_PRESERVATION": "tests/engine/test_balancers.py",
    "ELB_ACL_RESTRICTION": "tests/engine/test_balancers.py",
    "ELB_INSTALLED_AZ_RESTRICTION": "tests/engine/test_balancers.py",
    "ELB_LISTENERS_MISMATCH": "tests/engine/test_balancers.py",
    "ELB_LISTENER_PORT_RESTRICTION": "tests/engine/test_balancers.py",
    "ELB_NOT_CROSSZONE": "tests/engine/test_balancers.py",
    "TARGET_ADDRESS_RESTRICTION": "tests/engine/test_balancers.py",
    "TARGET_PORT_RESTRICTION": "tests/engine/test_balancers.py",
    "VPCE_SERVICE_NOT_INSTALLED_IN_AZ": "tests/engine/test_private_link.py",
}
"""Codes that are tested in other networks than these, or on no way of a packet, and where."""


def emitted(net: Network, text: str) -> set[str]:
    return {
        code
        for found in traces(net, text)
        for hop in (*found.forward.hops, *(found.back.hops if found.back else ()))
        for code in hop.codes
    }


@pytest.mark.parametrize("code", SCENES)
def test_a_way_shows_its_code(code: str) -> None:
    build, asked = SCENES[code]
    assert code in emitted(build(), asked)


@pytest.mark.parametrize(("code", "where"), ELSEWHERE.items())
def test_other_codes_are_tested_where_they_belong(code: str, where: str) -> None:
    assert code in (ROOT / where).read_text()


def test_the_page_has_every_code_of_aws_and_our_own() -> None:
    assert sorted(code for code, _ in ROWS) == sorted([*AWS, *CODES])


def test_every_code_is_tested_or_said_to_be_never_emitted() -> None:
    assert sorted([*SCENES, *ELSEWHERE, *NEVER]) == sorted(code for code, _ in ROWS)


@pytest.mark.parametrize("code", [*AWS, *CODES])
def test_the_source_names_what_the_page_says_and_no_more(code: str) -> None:
    assert (f'"{code}"' in SOURCE) == (code not in NEVER)


def test_the_page_counts_right() -> None:
    written = re.search(r"(\d+) of AWS's (\d+) codes", PAGE)
    assert written is not None
    assert [int(number) for number in written.groups()] == [
        len(set(AWS) - set(NEVER)),
        len(AWS),
    ]
