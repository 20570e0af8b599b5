"""What a plan says of virtual private gateways: who is attached, what lies behind, what is told."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    data,
    echo,
    gone,
    link,
    new,
    plan,
    ref,
    routes,
    stands,
    state,
    verdict,
    verdicts,
)
from tfreach.space.headers import ALL_ADDRESSES, addresses_text, prefix
from tfreach.topology.network import Network, VpnGateway

V, C, LATER = "aws_vpn_gateway.g", "aws_vpn_connection.c", ref("aws_ssm_parameter.p.value")
VPC = stands("aws_vpc.v", cidr_block="10.0.0.0/16")
GROUP = stands("aws_security_group.w", vpc_id="vpc-v", ingress=[
    {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)  # fmt: skip
HOST = stands("aws_instance.w", subnet_id="subnet-a", vpc_security_group_ids=["sg-w"],
              private_ip="10.0.0.5")  # fmt: skip
SUBNET = stands("aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24")
TABLE = stands("aws_route_table.t", vpc_id="vpc-v", route=[
    {"cidr_block": "192.168.0.0/16", "gateway_id": "vgw-g"}])  # fmt: skip
BARE = stands("aws_route_table.t", vpc_id="vpc-v", route=[])
TIE = stands("aws_route_table_association.a", subnet_id="subnet-a", route_table_id="rtb-t")
GATEWAY = stands(V, vpc_id="vpc-v")
WORLD = (VPC, GROUP, HOST, SUBNET, TIE)


def connection(name: str = "c", *, static: object = True, **more: object) -> Item:
    given = {"vpn_gateway_id": "vgw-g", "static_routes_only": static, "routes": echo([]), **more}
    return stands(f"aws_vpn_connection.{name}", **given)


def behind(block: object = "192.168.0.0/16", to: object = "aws_vpn_connection-c") -> Item:
    return stands("aws_vpn_connection_route.r", vpn_connection_id=to, destination_cidr_block=block)


def after(*items: Item) -> Network:
    return plan(*WORLD, *items).after


def at(network: Network, key: str = V) -> VpnGateway:
    return network.vpn_gateways[key]


BOTH = ["0.0.0.0/0", "::/0"]
"""Direct Connect may carry IPv6, a VPN to such a gateway does not (F104)."""
FRESH = new(V, vpc_id=UNSET)
ATTACH = "aws_vpn_gateway_attachment.x"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([GATEWAY], "aws_vpc.v", id="by-itself"),
        pytest.param([FRESH], "", id="by-nothing"),
        pytest.param(
            [FRESH, new(ATTACH, vpc_id="vpc-v", vpn_gateway_id=ref(f"{V}.id"))], "aws_vpc.v",
            id="by-a-resource",
        ),
        pytest.param([new(V, vpc_id=LATER)], "?", id="unknown"),
        pytest.param(
            [FRESH, new(ATTACH, vpc_id="vpc-v", vpn_gateway_id=LATER)], "aws_vpc.v or ?",
            id="by-a-resource-that-may-be-another's",
        ),
        pytest.param(
            [stands(V, vpc_id=echo("vpc-v")),
             gone(ATTACH, vpc_id="vpc-v", vpn_gateway_id="vgw-g")], "",
            id="the-echo-of-an-attachment-that-is-deleted",
        ),
    ],
)  # fmt: skip
def test_f104_where_a_gateway_is_attached(items: list[Item], expected: str) -> None:
    assert link(at(after(*items)).vpc) == expected


@pytest.mark.parametrize(
    ("items", "serves", "known"),
    [
        pytest.param([], BOTH, False, id="nothing here connects it"),
        pytest.param([connection(), behind()], ["192.168.0.0/16"], True, id="static routes"),
        pytest.param([connection()], [], True, id="static without any"),
        pytest.param([connection(static=False)], ["0.0.0.0/0"], True, id="bgp"),
        pytest.param([connection(), behind(LATER)], None, False, id="a block that is not known"),
        pytest.param(
            [connection(), behind(to=LATER)], [], True,
            id="a route of another connection: this one has an identifier",
        ),
        pytest.param(
            [new(C, vpn_gateway_id=LATER, static_routes_only=True)], BOTH, False,
            id="a connection that may be another's: this one has an identifier",
        ),
        pytest.param(
            [stands("aws_dx_gateway_association.d", associated_gateway_id="vgw-g")],
            BOTH, True, id="direct connect tells by bgp",
        ),
        pytest.param(
            [stands("aws_dx_private_virtual_interface.d", vpn_gateway_id="vgw-g")],
            BOTH, True, id="an interface of direct connect",
        ),
    ],
)  # fmt: skip
def test_f104_what_a_gateway_knows(
    items: list[Item], serves: list[str] | None, known: bool
) -> None:
    found = at(after(GATEWAY, TABLE, *items))
    if serves is not None:
        assert addresses_text(found.serves) == serves
    assert bool(found.unknown) is not known


def test_f37_propagated_routes_lose_to_the_local_one() -> None:
    """Also where they are longer, and to static ones of the same block (F36)."""
    told = stands("aws_vpn_gateway_route_propagation.p", route_table_id="rtb-t",
                  vpn_gateway_id="vgw-g")  # fmt: skip
    inside = stands("aws_vpn_connection_route.i", vpn_connection_id="aws_vpn_connection-c",
                    destination_cidr_block="10.0.0.0/28")  # fmt: skip
    wide = stands("aws_vpn_connection_route.w", vpn_connection_id="aws_vpn_connection-c",
                  destination_cidr_block="10.0.0.0/8")  # fmt: skip
    found = after(GATEWAY, BARE, told, connection(), behind(), inside, wide)
    assert sorted(routes(found, "aws_route_table.t")) == [
        "10.0.0.0/8 > aws_vpn_gateway.g", "192.168.0.0/16 > aws_vpn_gateway.g"
    ]  # fmt: skip
    found = after(GATEWAY, TABLE, told, connection(), behind())
    assert [route.origin.text for route in found.tables["aws_route_table.t"].routes[-2:]] == [
        "local route of aws_vpc.v", "192.168.0.0/16 → aws_vpn_gateway.g, propagated"
    ]  # fmt: skip


def test_f49_what_bgp_tells_may_be_any_private_block() -> None:
    told = stands("aws_route_table.t", vpc_id="vpc-v", route=[], propagating_vgws=["vgw-g"])
    found = after(GATEWAY, told, connection(static=False))
    said = routes(found, "aws_route_table.t")
    assert "192.168.0.0/16 > aws_vpn_gateway.g ?" in said
    assert not any(text.startswith("10.0.0.0/") for text in said)
    assert verdict(found, "on-premises", "aws_instance.w") == "undetermined"
    assert verdict(found, "aws_instance.w", "on-premises") == "undetermined"


def test_f49_a_propagation_that_is_deleted_leaves_an_echo() -> None:
    """plan-json.md, trap 1: the table still lists the gateway."""
    told = stands("aws_route_table.t", vpc_id="vpc-v", route=[], propagating_vgws=echo(["vgw-g"]))
    resource = gone("aws_vpn_gateway_route_propagation.p", route_table_id="rtb-t",
                    vpn_gateway_id="vgw-g")  # fmt: skip
    found = plan(*WORLD, GATEWAY, told, resource, connection(), behind())
    assert routes(found.before, "aws_route_table.t") == ["192.168.0.0/16 > aws_vpn_gateway.g"]
    assert routes(found.after, "aws_route_table.t") == []
    assert verdicts(found, "on-premises", "aws_instance.w") == ["reachable", "one-way"]


def test_f104_the_whole_way() -> None:
    found = after(GATEWAY, TABLE, connection(), behind())
    assert found.on_premises == prefix("192.168.0.0/16")
    assert verdict(found, "on-premises", "aws_instance.w") == "reachable"
    assert verdict(found, "aws_instance.w", "on-premises") == "reachable"
    assert any("VPN tunnels" in text for text in found.assumptions)
    assert state(*WORLD, GATEWAY, TABLE, connection(), behind()).on_premises == found.on_premises


def test_a_gateway_that_only_a_route_names() -> None:
    """AWS takes the route only while the gateway is attached; what is behind it is not known."""
    table = stands("aws_route_table.t", vpc_id="vpc-v", route=[
        {"cidr_block": "192.168.0.0/16", "gateway_id": "vgw-far"}])  # fmt: skip
    found = after(table)
    assert link(at(found, "vgw-far").vpc) == "aws_vpc.v"
    assert verdict(found, "on-premises", "aws_instance.w") == "undetermined"


def test_a_gateway_that_is_managed_elsewhere() -> None:
    read = data("data.aws_vpn_gateway.g", attached_vpc_id="vpc-v")
    found = after(read, TABLE)
    one = at(found, "data.aws_vpn_gateway.g")
    assert (link(one.vpc), one.serves, bool(one.unknown)) == ("aws_vpc.v", ALL_ADDRESSES, True)


def test_a_vpc_of_another_plan_may_have_a_gateway_too() -> None:
    """But only where on-premises is an endpoint at all."""
    far = (
        data("data.aws_vpc.far", cidr_block="10.9.0.0/16"),
        stands("aws_subnet.far", vpc_id="aws_vpc-far", cidr_block="10.9.0.0/24"),
        stands("aws_security_group.far", vpc_id="aws_vpc-far", ingress=[], egress=[]),
    )
    found = after(GATEWAY, TABLE, connection(), behind(), *far)
    assert at(found, "data.aws_vpc.far (VPN gateway)").unknown
    assert not after(BARE, *far).vpn_gateways


def test_f42_a_gateway_destroyed_in_the_same_plan_leaves_a_blackhole() -> None:
    found = plan(*WORLD, TABLE, gone(V, vpc_id="vpc-v"), connection(), behind())
    assert routes(found.before, "aws_route_table.t") == ["192.168.0.0/16 > aws_vpn_gateway.g"]
    assert routes(found.after, "aws_route_table.t") == ["192.168.0.0/16 > gone"]


def test_without_a_way_there_is_no_such_endpoint() -> None:
    found = after(BARE)
    assert "on-premises" not in found.endpoints
    assert not found.on_premises


def test_what_lies_on_premises_is_what_static_routes_name_or_any_private_address() -> None:
    given = after(GATEWAY, TABLE, connection(), behind("203.0.113.0/24"))
    assert given.on_premises == prefix("203.0.113.0/24")
    told = after(GATEWAY, TABLE, connection(static=False))
    assert told.on_premises == (
        prefix("10.0.0.0/8") - prefix("10.0.0.0/16")
        | prefix("172.16.0.0/12") | prefix("192.168.0.0/16") | prefix("100.64.0.0/10")
    )  # fmt: skip


DEFAULTS = dict.fromkeys(("association", "propagation"), "enable")
TGW = stands(
    "aws_ec2_transit_gateway.t",
    **{f"default_route_table_{role}": value for role, value in DEFAULTS.items()},
    **{f"{role}_default_route_table_id": "tgw-rtb" for role in DEFAULTS},
)


@pytest.mark.parametrize(
    ("item", "key"),
    [
        (stands(C, transit_gateway_id="aws_ec2_transit_gateway-t", static_routes_only=False,
                transit_gateway_attachment_id="tgw-attach-1"), f"{C} (transit attachment)"),
        (stands("aws_dx_gateway_association.d",
                associated_gateway_id="aws_ec2_transit_gateway-t"),
         "aws_dx_gateway_association.d (transit attachment)"),
        (stands("aws_ec2_transit_gateway_connect.c",
                transit_gateway_id="aws_ec2_transit_gateway-t"),
         "aws_ec2_transit_gateway_connect.c"),
    ],
    ids=["vpn", "direct-connect", "connect"],
)  # fmt: skip
def test_f65_attachments_that_lead_to_on_premises(item: Item, key: str) -> None:
    found = after(TGW, item)
    one = found.attachments[key]
    assert (one.outside, link(one.gateway)) == (True, "aws_ec2_transit_gateway.t")
    assert one.table.ids
    assert "on-premises" in found.endpoints
