"""AWS facts on routes and the Internet that the translation answers for, one test each."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    changed,
    data,
    echo,
    gone,
    interface,
    link,
    locals_of,
    new,
    plan,
    public,
    ref,
    routes,
    stands,
    verdict,
    verdicts,
)
from tests.topology.scenes import IGW, NET, OPEN, OUT, SUBNET, TIE, VPC, WEB, WORLD
from tfreach.topology.network import Network

LATER = ref("aws_ssm_parameter.p.value")
HOST = stands("aws_instance.w", **WEB)
TABLE = stands("aws_route_table.t", vpc_id="vpc-v", route=[])
PEER = stands("aws_instance.x", **{**WEB, "private_ip": echo("10.0.0.11")})


def used(found: Network, subnet: str = "aws_subnet.a") -> str:
    return link(found.subnets[subnet].table)


def test_a_subnet_uses_its_association_and_else_the_main_table() -> None:
    """F34."""
    other = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    found = plan(*NET, other).after
    assert used(found) == "aws_route_table.t"
    assert used(found, "aws_subnet.b") == "aws_vpc.v (main route table)"


def test_replacing_the_main_table_moves_every_implicit_subnet() -> None:
    """F34."""
    main = new("aws_main_route_table_association.m", vpc_id="vpc-v", route_table_id="rtb-t")
    found = plan(VPC, IGW, OUT, SUBNET, OPEN, main, HOST)
    assert used(found.after) == "aws_route_table.t"
    assert verdicts(found, "internet", "aws_instance.w") == ["one-way", "reachable"]


def test_a_main_table_outside_the_plan_is_not_known() -> None:
    """F34: main_route_table_id names neither the default table nor one that is listed."""
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", main_route_table_id=echo("rtb-other"),
                 default_route_table_id=echo("rtb-default"))  # fmt: skip
    found = plan(vpc, IGW, SUBNET, OPEN, HOST).after
    assert used(found) == "rtb-other"
    assert verdict(found, "aws_instance.w", "internet") == "undetermined"
    main = stands("aws_main_route_table_association.m", vpc_id="vpc-v", route_table_id="rtb-other")
    assert used(plan(vpc, IGW, SUBNET, main).after) == "rtb-other"


@pytest.mark.parametrize(
    ("tie", "expected"),
    [
        pytest.param(
            new("aws_route_table_association.x", subnet_id=ref("aws_subnet.n.id"),
                route_table_id=LATER), "?", id="to-an-unknown-table",
        ),
        pytest.param(
            new("aws_route_table_association.x", subnet_id=LATER, route_table_id="rtb-t"),
            "aws_route_table.t or aws_vpc.v (main route table)", id="of-an-unknown-subnet",
        ),
        pytest.param(
            new("aws_main_route_table_association.x", vpc_id="vpc-v",
                route_table_id=ref("aws_route_table.x.id", "aws_route_table.y.id")),
            "aws_route_table.x or aws_route_table.y", id="a-main-table-of-two",
        ),
    ],
)  # fmt: skip
def test_an_association_that_is_not_known_leaves_the_table_open(tie: Item, expected: str) -> None:
    """F34, before apply."""
    subnet = new("aws_subnet.n", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    tables = [new(f"aws_route_table.{name}", vpc_id="vpc-v") for name in "xy"]
    assert used(plan(VPC, IGW, OUT, subnet, *tables, tie).after, "aws_subnet.n") == expected


def test_as_many_associations_as_subnets_take_one_each() -> None:
    """F34: AWS takes one association a subnet, so `count.index` leaves none to the main table."""
    subnets = [
        new(f"aws_subnet.n[{n}]", vpc_id="vpc-v", cidr_block=f"10.0.{n}.0/24") for n in (1, 2)
    ]
    ties = [
        new(f"aws_route_table_association.n[{n}]", route_table_id="rtb-t",
            subnet_id=ref("aws_subnet.n", "count.index"))
        for n in (1, 2)
    ]  # fmt: skip
    for order in (ties, ties[::-1]):
        found = plan(VPC, IGW, OUT, *subnets, *order).after
        assert [used(found, item.address) for item in subnets] == ["aws_route_table.t"] * 2
    assert used(plan(VPC, IGW, OUT, *subnets, ties[0]).after, "aws_subnet.n[1]") == (
        "aws_route_table.t or aws_vpc.v (main route table)"
    )


def test_overlapping_doubts_do_not_settle_each_other() -> None:
    """F34: one association of a or b, and one of a, b or c, may leave any of them to the main
    table."""
    subnets = [new(f"aws_subnet.{x}", vpc_id="vpc-v", cidr_block=f"10.0.{n}.0/24")
               for n, x in enumerate("abc")]  # fmt: skip
    names = [f"{item.address}.id" for item in subnets]
    one = new("aws_route_table_association.p", route_table_id="rtb-t", subnet_id=ref(*names[:2]))
    two = new("aws_route_table_association.q", route_table_id="rtb-t", subnet_id=ref(*names))
    found = plan(VPC, IGW, OUT, *subnets, one, two).after
    either = "aws_route_table.t or aws_vpc.v (main route table)"
    assert [used(found, item.address) for item in subnets] == [either] * 3


def test_a_sure_association_is_not_in_doubt_because_of_an_unsure_one() -> None:
    """F34: AWS takes one association a subnet."""
    subnets = [new(f"aws_subnet.{x}", vpc_id="vpc-v", cidr_block=f"10.0.{n}.0/24")
               for n, x in enumerate("abc")]  # fmt: skip
    names = [f"{item.address}.id" for item in subnets]
    sure = new("aws_route_table_association.p", route_table_id="rtb-t", subnet_id=ref(names[0]))
    other = new("aws_route_table.o", vpc_id="vpc-v")
    unsure = new("aws_route_table_association.q", subnet_id=ref(*names),
                 route_table_id=ref("aws_route_table.o.id"))  # fmt: skip
    found = plan(VPC, IGW, OUT, other, *subnets, sure, unsure).after
    either = "aws_route_table.o or aws_vpc.v (main route table)"
    tables = [used(found, item.address) for item in subnets]
    assert tables == ["aws_route_table.t", either, either]


def test_every_table_has_a_local_route_for_each_block() -> None:
    """F35."""
    found = plan(*NET).after
    for table in found.tables:
        assert locals_of(found, table) == ["10.0.0.0/16"]


PROPAGATED = [
    pytest.param(
        TABLE,
        stands("aws_vpn_gateway_route_propagation.p", route_table_id="rtb-t"),
        id="by-a-resource",
    ),
    pytest.param(
        TABLE,
        new("aws_vpn_gateway_route_propagation.p", route_table_id="rtb-t"),
        id="by-a-new-resource",
    ),
    pytest.param(
        stands("aws_route_table.t", vpc_id="vpc-v", route=[], propagating_vgws=["vgw-1"]), None,
        id="by-the-table",
    ),
    pytest.param(
        stands("aws_route_table.t", vpc_id="vpc-v", route=[], propagating_vgws=LATER), None,
        id="by-the-table-unknown",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("table", "more"), PROPAGATED)
def test_propagated_routes_may_lead_anywhere_private_but_inside_the_vpc(
    table: Item, more: Item | None
) -> None:
    """F37, F49: the local route wins over them, and no plan shows them."""
    items = [VPC, IGW, table, SUBNET, TIE, OPEN, HOST, PEER, *([more] if more else [])]
    found = plan(*items).after
    said = routes(found, "aws_route_table.t")
    to = "vgw-1" if "vgw-1" in str(table.after) else "elsewhere"
    assert f"172.16.0.0/12 > {to} ?" in said
    assert all(text.endswith(f" > {to} ?") for text in said)
    assert not any(text.startswith(("10.0.0.0/", "0.0.0.0/")) for text in said)
    assert verdict(found, "aws_instance.w", "aws_instance.x") == "reachable"
    assert verdict(found, "aws_instance.w", "internet") == "unreachable"


def test_a_propagation_to_an_unknown_table_may_be_to_any_new_one() -> None:
    """F49, before apply. A table that stands has an identifier: no unknown value is that."""
    fresh = new("aws_route_table.n", vpc_id="vpc-v", route=UNSET)
    more = new("aws_vpn_gateway_route_propagation.p", route_table_id=LATER)
    found = plan(VPC, TABLE, fresh, more).after
    assert "172.16.0.0/12 > elsewhere ?" in routes(found, "aws_route_table.n")
    assert routes(found, "aws_route_table.t") == []


def test_the_main_table_may_have_propagated_routes_too() -> None:
    """F49: also where no resource adopts it."""
    vpc = stands("aws_vpc.v", cidr_block="10.0.0.0/16", main_route_table_id=echo("rtb-main"),
                 default_route_table_id=echo("rtb-main"))  # fmt: skip
    more = stands("aws_vpn_gateway_route_propagation.p", route_table_id="rtb-main")
    said = routes(plan(vpc, more).after, "aws_vpc.v (main route table)")
    assert "172.16.0.0/12 > elsewhere ?" in said


def test_an_unset_list_of_propagating_gateways_propagates_nothing() -> None:
    """F49: `after_unknown` for what nobody wrote."""
    table = new("aws_route_table.n", vpc_id="vpc-v", route=UNSET, propagating_vgws=UNSET)
    assert routes(plan(VPC, table).after, "aws_route_table.n") == []


@pytest.mark.parametrize(
    ("target", "attribute"),
    [
        (gone("aws_internet_gateway.x", vpc_id="vpc-v"), "gateway_id"),
        (gone("aws_nat_gateway.x", subnet_id="subnet-a"), "nat_gateway_id"),
    ],
    ids=["internet-gateway", "nat-gateway"],
)
def test_a_target_destroyed_in_the_same_plan_leaves_a_blackhole(
    target: Item, attribute: str
) -> None:
    """F42, plan-only consequence (e)."""
    id_ = {"gateway_id": "igw-x", "nat_gateway_id": "nat-x"}[attribute]
    route = {"cidr_block": WORLD, attribute: id_}
    table = stands("aws_route_table.t", vpc_id="vpc-v", route=[route])
    found = plan(VPC, table, SUBNET, TIE, OPEN, target, HOST)
    assert routes(found.before, "aws_route_table.t") == [f"0.0.0.0/0 > {target.address}"]
    assert routes(found.after, "aws_route_table.t") == ["0.0.0.0/0 > gone"]
    assert verdict(found.after, "aws_instance.w", "internet") == "unreachable"


def test_a_route_that_aws_calls_a_blackhole_is_one_until_it_is_updated() -> None:
    """F42."""
    values = {"route_table_id": "rtb-t", "destination_cidr_block": WORLD, "gateway_id": "igw-g"}
    bare = stands("aws_route_table.t", vpc_id="vpc-v", route=UNSET)
    lost = stands("aws_route.r", state=echo("blackhole"), **values)
    assert routes(plan(VPC, IGW, bare, lost).after, bare.address) == ["0.0.0.0/0 > gone"]
    mended = changed("aws_route.r", {**values, "state": echo("blackhole")}, state=UNSET)
    assert routes(plan(VPC, IGW, bare, mended).after, bare.address) == [
        "0.0.0.0/0 > aws_internet_gateway.g"
    ]


def adopt(**values: object) -> Item:
    return new("aws_default_route_table.d", default_route_table_id="rtb-d", **values)


ADOPTED_VPC = stands("aws_vpc.v", cidr_block="10.0.0.0/16", main_route_table_id=echo("rtb-d"),
                     default_route_table_id=echo("rtb-d"))  # fmt: skip
DEFAULT_ROUTE = [{"cidr_block": WORLD, "gateway_id": "igw-g"}]


def test_adopting_the_default_table_removes_its_routes() -> None:
    """F46."""
    before = stands("aws_route.r", route_table_id="rtb-d", destination_cidr_block=WORLD,
                    gateway_id="igw-g")  # fmt: skip
    left = gone("aws_route.r", **dict(before.before or {}))
    found = plan(ADOPTED_VPC, IGW, SUBNET, left, adopt(route=UNSET))
    assert routes(found.before, "aws_vpc.v (main route table)") == [
        "0.0.0.0/0 > aws_internet_gateway.g"
    ]
    assert used(found.after) == "aws_default_route_table.d"
    assert routes(found.after, "aws_default_route_table.d") == []


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        pytest.param(echo(DEFAULT_ROUTE), ["0.0.0.0/0 > aws_internet_gateway.g"], id="omitted"),
        pytest.param([], [], id="an-empty-list"),
    ],
)
def test_routes_of_a_default_table_stay_when_omitted_and_go_when_empty(
    route: object, expected: list[str]
) -> None:
    """F46."""
    own = {"id": echo("rtb-d"), "vpc_id": echo("vpc-v")}
    before = {"default_route_table_id": "rtb-d", "route": DEFAULT_ROUTE, **own}
    table = changed("aws_default_route_table.d", before, route=route)
    assert routes(plan(ADOPTED_VPC, IGW, table).after, table.address) == expected


def test_a_default_table_of_an_unknown_vpc_may_be_the_one_of_any() -> None:
    """F46, before apply."""
    vpc = new("aws_vpc.n", cidr_block="10.1.0.0/16")
    subnet = new("aws_subnet.n", vpc_id=ref("aws_vpc.n.id"), cidr_block="10.1.0.0/24")
    table = new("aws_default_route_table.d", default_route_table_id=LATER)
    assert used(plan(vpc, subnet, table).after, "aws_subnet.n") == (
        "aws_default_route_table.d or aws_vpc.n (main route table)"
    )


# Public addresses, NAT, Block Public Access


def test_an_interface_made_beforehand_has_no_address_from_the_subnet() -> None:
    """F53: only a new, sole interface of the launch gets one."""
    subnet = stands(
        "aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24", map_public_ip_on_launch=True
    )
    eni = new("aws_network_interface.e", subnet_id="subnet-a", security_groups=["sg-g"])
    first = {"network_interface_id": ref("aws_network_interface.e.id"), "device_index": 0}
    web = new("aws_instance.w", public_ip=UNSET, network_interface=[first])
    found = plan(VPC, IGW, OUT, subnet, TIE, OPEN, eni, web).after
    assert [item.id for item in found.endpoints["aws_instance.w"].interfaces] == [eni.address]
    assert public(found, "aws_instance.w") == "no"
    assert eni.address not in found.endpoints


def test_a_default_subnet_gives_public_addresses() -> None:
    """F53: default subnet on, others off."""
    vpc = data("data.aws_vpc.v", id="vpc-v", cidr_block="172.31.0.0/16")
    subnet = new("aws_default_subnet.s", availability_zone="eu-west-1a", vpc_id="vpc-v",
                 cidr_block="172.31.0.0/20")  # fmt: skip
    web = new("aws_instance.w", subnet_id=ref("aws_default_subnet.s.id"), public_ip=UNSET)
    assert public(plan(vpc, subnet, web).after, "aws_instance.w") == "yes"


def test_an_elastic_ip_replaces_the_address_of_the_launch() -> None:
    """F53."""
    eip = new("aws_eip.e", instance="i-w", public_ip=UNSET)
    found = plan(*NET, OPEN, HOST, eip)
    hosts = [interface(side, "aws_instance.w") for side in (found.before, found.after)]
    assert [host.public.shown_as for host in hosts] == ["198.51.100.7", "aws_eip.e"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("public", "reachable"), ("private", "unreachable"), (LATER, "undetermined")],
    ids=["public", "private", "unknown"],
)
def test_a_private_nat_gateway_gives_no_internet(kind: object, expected: str) -> None:
    """F54: the internet gateway drops its traffic."""
    nat = stands("aws_nat_gateway.n", subnet_id="subnet-a", connectivity_type=kind)
    inside = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
    table = stands("aws_route_table.b", vpc_id="vpc-v",
                   route=[{"cidr_block": WORLD, "nat_gateway_id": "nat-n"}])  # fmt: skip
    tie = stands("aws_route_table_association.b", subnet_id="subnet-b", route_table_id="rtb-b")
    web = stands("aws_instance.w", **{**WEB, "subnet_id": "subnet-b", "public_ip": echo(""),
                                      "private_ip": echo("10.0.1.5")})  # fmt: skip
    found = plan(*NET, nat, inside, table, tie, OPEN, web).after
    assert verdict(found, "aws_instance.w", "internet") == expected
    assert verdict(found, "internet", "aws_instance.w") == "unreachable"
