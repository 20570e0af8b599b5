"""What a plan says of transit gateways: who is attached, by which table, and what that knows."""

from __future__ import annotations

from collections.abc import Iterable

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
)
from tfreach.topology.between import ToAttachment, TransitTarget
from tfreach.topology.network import Attachment, Blackhole, Network, Tri

G, DEFAULT = "aws_ec2_transit_gateway.g", "aws_ec2_transit_gateway.g (default transit table)"
TABLE = "aws_ec2_transit_gateway_route_table"
ATTACH = "aws_ec2_transit_gateway_vpc_attachment"
PEER = "aws_ec2_transit_gateway_peering_attachment"
LATER = ref("aws_ssm_parameter.p.value")
VPCS = tuple(
    item
    for number, name in enumerate("ab")
    for item in (
        stands(f"aws_vpc.{name}", cidr_block=f"10.{number}.0.0/16"),
        stands(f"aws_subnet.{name}", vpc_id=f"vpc-{name}", cidr_block=f"10.{number}.1.0/24"),
    )
)
COPIES = {"association_default_route_table_id": UNSET, "propagation_default_route_table_id": UNSET}


def gateway(**more: object) -> Item:
    given = {"default_route_table_association": "enable",
             "default_route_table_propagation": "enable", **COPIES}  # fmt: skip
    return new(G, **{**given, **more})


def bare(**more: object) -> Item:
    off = {"default_route_table_association": "disable",
           "default_route_table_propagation": "disable"}  # fmt: skip
    return gateway(**{**off, **more})


def attach(name: str, **more: object) -> Item:
    given = {"transit_gateway_id": ref(f"{G}.id"), "vpc_id": f"vpc-{name}",
             "subnet_ids": [f"subnet-{name}"]}  # fmt: skip
    return new(f"{ATTACH}.{name}", **{**given, **more})


def table(name: str) -> Item:
    return new(f"{TABLE}.{name}", transit_gateway_id=ref(f"{G}.id"))


def tie(kind: str, name: str, attachment: object, table: object) -> Item:
    return new(f"{TABLE}_{kind}.{name}", transit_gateway_attachment_id=attachment,
               transit_gateway_route_table_id=table)  # fmt: skip


def to(address: str) -> object:
    return ref(f"{address}.id")


def static(name: str, block: object, attachment: object = None, **more: object) -> Item:
    return new(f"aws_ec2_transit_gateway_route.{name}", destination_cidr_block=block,
               transit_gateway_attachment_id=attachment,
               transit_gateway_route_table_id=to(f"{TABLE}.t"), **more)  # fmt: skip


def after(*items: Item) -> Network:
    return plan(*VPCS, *items).after


def at(network: Network, name: str) -> Attachment:
    return network.attachments[f"{ATTACH}.{name}"]


def told(network: Network, key: str = f"{TABLE}.t") -> list[str]:
    return [
        f"{'' if one.static else '~ '}{one.prefix} > "
        f"{' or '.join(_word(target) for target in one.targets)}{' ?' * bool(one.unknown)}"
        for one in network.transit_tables[key].routes
    ]


def _word(target: TransitTarget) -> str:
    if isinstance(target, ToAttachment):
        return target.attachment.rpartition(".")[2]
    return "gone" if isinstance(target, Blackhole) else "elsewhere"


def test_f67_attachments_join_the_default_table_and_tell_it_their_blocks() -> None:
    found = after(gateway(), attach("a"), attach("b"))
    assert [link(at(found, name).table) for name in "ab"] == [DEFAULT] * 2
    assert told(found, DEFAULT) == ["~ 10.0.0.0/16 > a", "~ 10.1.0.0/16 > b"]


NEITHER = {"transit_gateway_default_route_table_association": False,
           "transit_gateway_default_route_table_propagation": False}  # fmt: skip
UNKNOWN = dict.fromkeys(NEITHER, LATER)


@pytest.mark.parametrize(
    ("items", "expected", "known"),
    [
        pytest.param([bare(), attach("a")], "", [], id="the-gateway-has-none"),
        pytest.param([gateway(), attach("a", **NEITHER)], "", [], id="the-attachment-does-not"),
        pytest.param(
            [gateway(), attach("a", **UNKNOWN)], f"{DEFAULT} or ?", ["~ 10.0.0.0/16 > a ?"],
            id="it-is-not-known",
        ),
        pytest.param(
            [gateway(), attach("a"),
             new("aws_ec2_transit_gateway_vpc_attachment_accepter.a", **NEITHER,
                 transit_gateway_attachment_id=to(f"{ATTACH}.a"))], "", [],
            id="what-accepts-it-says-otherwise",
        ),
    ],
)  # fmt: skip
def test_f67_not_all_attachments_join_it(
    items: list[Item], expected: str, known: list[str]
) -> None:
    found = after(*items)
    assert link(at(found, "a").table) == expected
    tables = found.transit_tables
    assert (told(found, DEFAULT) if DEFAULT in tables else []) == known


def test_f64_an_association_that_is_written_is_the_one() -> None:
    found = after(
        gateway(),
        table("t"),
        attach("a"),
        tie("association", "a", to(f"{ATTACH}.a"), to(f"{TABLE}.t")),
    )
    assert link(at(found, "a").table) == f"{TABLE}.t"
    assert at(found, "a").table_origin.address == f"{TABLE}_association.a"


def test_f64_what_is_not_known_of_an_association_leaves_the_table_open() -> None:
    some = ref(f"{ATTACH}.a.id", f"{ATTACH}.b.id")
    items = [bare(), table("t"), table("u"), attach("a"), attach("b")]
    found = after(*items, tie("association", "x", some, to(f"{TABLE}.t")))
    assert [link(at(found, x).table) for x in "ab"] == [f"{TABLE}.t or ?"] * 2
    both = [tie("association", x, some, to(f"{TABLE}.{x}")) for x in "tu"]
    found = after(*items, *both)
    assert [link(at(found, x).table) for x in "ab"] == [f"{TABLE}.t or {TABLE}.u"] * 2


def test_f65_static_and_propagated_routes_of_a_table() -> None:
    found = after(
        bare(), table("t"), attach("a"), attach("b"),
        tie("propagation", "a", to(f"{ATTACH}.a"), to(f"{TABLE}.t")),
        static("b", "10.1.0.0/24", to(f"{ATTACH}.b")),
        static("hole", "10.9.0.0/16", blackhole=True),
        static("later", LATER, to(f"{ATTACH}.b")),
        static("six", "fd00::/8", to(f"{ATTACH}.b")),
        new("aws_ec2_transit_gateway_prefix_list_reference.l", prefix_list_id="pl-1",
            transit_gateway_attachment_id=to(f"{ATTACH}.b"),
            transit_gateway_route_table_id=to(f"{TABLE}.t")),
    )  # fmt: skip
    assert told(found) == [
        "0.0.0.0/0 > b ?",
        "::/0 > b ?",
        "10.1.0.0/24 > b",
        "10.9.0.0/16 > gone",
        "0.0.0.0/0 > b ?",
        "::/0 > b ?",
        "fd00::/8 > b",
        "~ 10.0.0.0/16 > a",
    ]


def test_a_vpc_tells_all_its_blocks_and_what_is_not_known_of_them() -> None:
    more = new("aws_vpc_ipv4_cidr_block_association.a", vpc_id="vpc-a", cidr_block="100.64.0.0/24")
    found = after(gateway(), attach("a"), more)
    assert told(found, DEFAULT) == ["~ 10.0.0.0/16 > a", "~ 100.64.0.0/24 > a"]
    pool = new("aws_vpc_ipv4_cidr_block_association.a", vpc_id="vpc-a", cidr_block=UNSET)
    found = after(gateway(), attach("a"), pool)
    assert all(text.endswith("?") for text in told(found, DEFAULT))
    found = after(gateway(), attach("a", vpc_id="vpc-far"))
    assert told(found, DEFAULT) == ["~ 0.0.0.0/0 > a ?", "~ ::/0 > a ?"]


def test_f66_vpcs_that_overlap_are_not_both_told() -> None:
    twin = stands("aws_vpc.c", cidr_block="10.0.0.0/20")
    found = after(gateway(), attach("a"), twin, attach("c", subnet_ids=[]))
    assert told(found, DEFAULT) == ["~ 10.0.0.0/16 > a ?", "~ 10.0.0.0/20 > c ?"]


def test_what_vpn_tells_is_outside_the_attached_vpcs() -> None:
    vpn = new("aws_vpn_connection.v", transit_gateway_id=ref(f"{G}.id"),
              transit_gateway_attachment_id=UNSET)  # fmt: skip
    found = after(gateway(), attach("a"), vpn)
    others = [text for text in told(found, DEFAULT) if not text.endswith("> a")]
    assert all(text.endswith("> v (transit attachment) ?") for text in others)
    assert "~ 10.1.0.0/16 > v (transit attachment) ?" in others
    assert "~ 0.0.0.0/5 > v (transit attachment) ?" in others
    assert not any(text.startswith("~ 10.0.") for text in others)
    named = ref("aws_vpn_connection.v.transit_gateway_attachment_id")
    found = after(bare(), table("t"), vpn, static("x", "10.1.0.0/16", named),
                  tie("association", "v", named, to(f"{TABLE}.t")), attach("a"))  # fmt: skip
    assert told(found) == ["10.1.0.0/16 > v (transit attachment)"]
    assert link(at(found, "a").table) == ""


def test_f43_a_route_to_an_attachment_that_is_deleted_is_dead() -> None:
    there = {"transit_gateway_id": "aws_ec2_transit_gateway-g", "vpc_id": "vpc-a"}
    stays = [
        stands(G, default_route_table_association="enable"),
        stands(f"{TABLE}.t", transit_gateway_id="aws_ec2_transit_gateway-g"),
        stands("aws_ec2_transit_gateway_route.r", destination_cidr_block="10.0.0.0/16",
               transit_gateway_attachment_id=f"{ATTACH}-a",
               transit_gateway_route_table_id=f"{TABLE}-t"),
    ]  # fmt: skip
    found = plan(*VPCS, *stays, gone(f"{ATTACH}.a", subnet_ids=["subnet-a"], **there))
    assert told(found.before) == ["10.0.0.0/16 > a"]
    assert told(found.after) == ["10.0.0.0/16 > gone"]


def test_a_gateway_that_is_managed_elsewhere() -> None:
    read = data("data.aws_ec2_transit_gateway.d", default_route_table_association="enable")
    mine = attach("a", transit_gateway_id="aws_ec2_transit_gateway-d")
    found = after(read, mine, attach("b", transit_gateway_id="tgw-far"))
    assert found.transit_gateways["data.aws_ec2_transit_gateway.d"].unknown
    assert "tgw-far" not in found.transit_gateways
    assert [link(at(found, name).table) for name in "ab"] == ["?", "?"]


def test_routes_of_a_vpc_lead_to_a_gateway() -> None:
    listed = {"cidr_block": "10.0.0.0/8", "transit_gateway_id": ref(f"{G}.id")}
    mine = new("aws_route_table.t", vpc_id="vpc-a", route=[listed])
    assert routes(after(gateway(), mine), "aws_route_table.t") == [f"10.0.0.0/8 > {G}"]


@pytest.mark.parametrize(
    ("of_gateway", "of_attachment", "expected"),
    [
        pytest.param({}, {}, Tri.NO, id="off-by-default"),
        pytest.param({"security_group_referencing_support": "enable"}, {}, Tri.YES, id="on"),
        pytest.param(
            {"security_group_referencing_support": "enable"},
            {"security_group_referencing_support": "disable"}, Tri.NO, id="off-at-the-attachment",
        ),
        pytest.param(
            {"security_group_referencing_support": LATER}, {}, Tri.MAYBE, id="not-known"
        ),
        pytest.param(
            {"security_group_referencing_support": "enable"},
            {"security_group_referencing_support": UNSET}, Tri.YES, id="unset-is-on",
        ),
    ],
)  # fmt: skip
def test_f10_group_references_are_off_unless_the_gateway_turns_them_on(
    of_gateway: dict[str, object], of_attachment: dict[str, object], expected: Tri
) -> None:
    assert at(after(gateway(**of_gateway), attach("a", **of_attachment)), "a").groups is expected


def peers(*more: Item) -> Iterable[Item]:
    other = new("aws_ec2_transit_gateway.h", default_route_table_association="disable", **COPIES)
    joined = new(f"{PEER}.p", transit_gateway_id=ref(f"{G}.id"), peer_region="eu-west-1",
                 peer_transit_gateway_id=ref("aws_ec2_transit_gateway.h.id"))  # fmt: skip
    far = new(f"{TABLE}.h", transit_gateway_id=ref("aws_ec2_transit_gateway.h.id"))
    return (bare(), other, table("t"), far, joined, *more)


ACCEPTER = new(f"{PEER}_accepter.p", transit_gateway_attachment_id=to(f"{PEER}.p"))


def test_f66_a_peering_has_an_end_on_each_gateway_with_a_table_of_its_own() -> None:
    named = [
        tie("association", "near", to(f"{PEER}.p"), to(f"{TABLE}.t")),
        tie("association", "far", to(f"{PEER}_accepter.p"), to(f"{TABLE}.h")),
        static("near", "10.1.0.0/16", to(f"{PEER}.p")),
        new("aws_ec2_transit_gateway_route.far", destination_cidr_block="10.0.0.0/16",
            transit_gateway_attachment_id=to(f"{PEER}_accepter.p"),
            transit_gateway_route_table_id=to(f"{TABLE}.h")),
    ]  # fmt: skip
    found = after(*peers(ACCEPTER, *named))
    near, far = (found.attachments[f"{PEER}.p{end}"] for end in ("", " (accepter side)"))
    assert (near.active, far.active) == (Tri.YES, Tri.YES)
    assert (link(near.table), link(far.table)) == (f"{TABLE}.t", f"{TABLE}.h")
    assert (near.far, far.far) == (far.id, near.id)
    assert told(found) == ["10.1.0.0/16 > p"]
    assert told(found, f"{TABLE}.h") == ["10.0.0.0/16 > p (accepter side)"]


def test_f66_a_peering_needs_to_be_accepted() -> None:
    found = after(*peers())
    assert found.attachments[f"{PEER}.p"].active is Tri.NO
    far = new(f"{PEER}.p", transit_gateway_id=ref(f"{G}.id"), peer_transit_gateway_id="tgw-far")
    found = after(bare(), far)
    assert found.attachments[f"{PEER}.p"].active is Tri.MAYBE
    assert link(found.attachments[f"{PEER}.p"].table) == ""
    assert link(found.attachments[f"{PEER}.p (accepter side)"].table) == "?"
    found = after(gateway(), far)
    assert link(found.attachments[f"{PEER}.p"].table) == f"{DEFAULT} or ?"


def test_another_table_may_be_made_the_default_one() -> None:
    other = new("aws_ec2_transit_gateway_default_route_table_association.o",
                transit_gateway_id=ref(f"{G}.id"),
                transit_gateway_route_table_id=to(f"{TABLE}.t"))  # fmt: skip
    found = after(gateway(), table("t"), other, attach("a"))
    assert link(at(found, "a").table) == f"{DEFAULT} or {TABLE}.t"
    ids = {name: echo(f"{TABLE}-t") for name in COPIES}
    there = stands(G, default_route_table_association="enable", **ids)
    mine = stands(f"{TABLE}.t", transit_gateway_id="aws_ec2_transit_gateway-g")
    found = after(there, mine, attach("a", transit_gateway_id="aws_ec2_transit_gateway-g"))
    assert link(at(found, "a").table) == f"{TABLE}.t"
