"""The table of readers: whole, spelled as Terraform does, and told to the user."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.topology.plans import changed, data, gone, ident, new, plan, stands
from tests.topology.plans import document as written
from tfreach import resources
from tfreach.pipeline import analyse
from tfreach.plan import document
from tfreach.plan.configuration import read_configuration
from tfreach.plan.links import LINKS, LIST_LINKS
from tfreach.plan.references import Resolver
from tfreach.plan.roles import PROVIDERS
from tfreach.plan.snapshot import snapshots
from tfreach.resources import inventory
from tfreach.resources.coverage import TABLE, UNMODELLED
from tfreach.resources.inventory import DATA_SOURCES, READERS, ROLES
from tfreach.resources.vpc import Subnet, Vpc
from tfreach.topology.build import build

VPC, WEB, DB = "aws_vpc.main", "aws_security_group.web", "aws_security_group.db"
NOT_READERS = {
    "inventory", "coverage", "echoes", "exposure", "inspection", "ipv6", "manners",
    "protocols", "where",
}  # fmt: skip


def test_every_reader_module_is_listed() -> None:
    on_disk = {module.name for module in pkgutil.iter_modules(resources.__path__)}
    listed = {read.__module__.rpartition(".")[2] for read in READERS.values()}
    assert on_disk - NOT_READERS == listed


def test_every_reader_is_in_the_table_of_coverage() -> None:
    words = {name: word for name, word, _ in TABLE}
    assert {name for name, word in words.items() if word == "modelled"} == set(READERS)
    assert {name for name, word in words.items() if word != "modelled"} == set(UNMODELLED)
    assert len(words) == len(TABLE), "a type stands in the table twice"


def test_every_type_that_is_not_modelled_has_an_effect() -> None:
    assert all(effect for _, word, effect in TABLE if word != "modelled")


def test_data_sources_are_of_types_that_are_read() -> None:
    assert set(READERS) >= DATA_SOURCES
    assert set(READERS) >= set(ROLES)
    assert set(PROVIDERS) >= set(ROLES.values())


def test_the_tables_of_links_agree() -> None:
    assert set(LINKS) >= set(LIST_LINKS)
    assert all(set(LINKS[kind]) >= names for kind, names in LIST_LINKS.items())
    assert set(PROVIDERS) >= {role for links in LINKS.values() for role in links.values()}


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_resource_of_which_nothing_is_known_can_be_read(kind: str) -> None:
    """Nothing but the name: no reader may rest on an attribute being there."""
    assert plan(new(f"{kind}.x")).before == plan().before
    analyse(_state({kind}), "state.json")


def _state(kinds: Iterable[str]) -> bytes:
    listed = [
        {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x", "values": {}}
        for kind in sorted(kinds)
    ]
    content = {"format_version": "1.0", "values": {"root_module": {"resources": listed}}}
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("kind", "listed"),
    [
        pytest.param("aws_globalaccelerator_endpoint_group", True, id="an-accelerator"),
        pytest.param("aws_carrier_gateway", True, id="a-gateway"),
        pytest.param("aws_iam_role", False, id="a-role-is-on-no-path"),
        pytest.param("aws_vpc", False, id="a-vpc-is-modelled"),
    ],
)
def test_what_has_a_part_in_a_network_and_is_not_modelled_is_listed(
    kind: str, listed: bool
) -> None:
    found = plan(new(f"{kind}.b"), new(f"{kind}.a")).after.unmodelled
    said = [(item.type, item.addresses, item.effect) for item in found]
    effect = UNMODELLED.get(kind, "")
    assert said == ([(kind, (f"{kind}.a", f"{kind}.b"), effect)] if listed else [])


def read(*addresses: str) -> inventory.Inventory:
    content = json.loads(_state(()))
    content["values"]["root_module"]["resources"] = [
        {
            "address": address,
            "mode": "data" if address.startswith("data.") else "managed",
            "type": address.removeprefix("data.").partition(".")[0],
            "name": address.rpartition(".")[2],
            "values": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"},
        }
        for address in addresses
    ]
    side = snapshots(document.read(json.dumps(content).encode(), "state.json")).after
    return inventory.read(side, Resolver(side.resources, None))


def test_a_data_source_of_what_is_managed_here_says_nothing_new() -> None:
    found = read("aws_vpc.v", "data.aws_vpc.v")
    assert [vpc.key for vpc in found.of(Vpc)] == ["aws_vpc.v"]
    assert "data.aws_vpc.v" in found.raws


def test_a_data_source_alone_stands_for_its_object() -> None:
    assert [vpc.key for vpc in read("data.aws_vpc.v").of(Vpc)] == ["data.aws_vpc.v"]


def test_objects_come_in_the_order_of_their_addresses() -> None:
    found = read("aws_subnet.b", "aws_subnet.c", "aws_subnet.a")
    assert [item.key for item in found.of(Subnet)] == [
        "aws_subnet.a",
        "aws_subnet.b",
        "aws_subnet.c",
    ]


def test_a_data_source_of_another_kind_is_not_read() -> None:
    """plan-json.md, trap 17: the id of `data.aws_subnets` is the region."""
    found = plan(data("data.aws_subnets.all", id="eu-west-1"), stands("aws_vpc.v"))
    assert set(found.after.subnets) == set()


PLANS = sorted(Path(__file__).parents[2].glob("fixtures/*/change/plan.json"))


@pytest.mark.parametrize("plan_file", PLANS, ids=lambda path: path.parent.parent.name)
def test_what_is_not_read_again_is_as_it_would_be_read(plan_file: Path) -> None:
    read = document.read(plan_file.read_bytes(), plan_file.name)
    sides = snapshots(read)
    before = inventory.read(sides.before, Resolver(sides.before.resources, None))
    configuration = read_configuration(read)
    alone, after = (
        inventory.read(sides.after, Resolver(sides.after.resources, configuration), given)
        for given in (None, before)
    )
    assert build(after, before) == build(alone, before)
    assert after.resolver.records() == alone.resolver.records()


def test_a_rule_is_read_again_when_what_it_names_is_gone() -> None:
    """The rule itself does not change, and yet names an address no more, but an identifier."""
    name = "aws_vpc_security_group_ingress_rule.web"
    values = {"security_group_id": ident(WEB), "referenced_security_group_id": ident(DB)}
    rule = stands(name, ip_protocol="-1", **values)
    found = plan(stands(VPC, cidr_block="10.0.0.0/16"), stands(WEB), gone(DB), rule)
    record = next(one for one in found.links if one.attribute == "referenced_security_group_id")
    assert record.targets == (ident(DB),)


def test_only_what_stays_as_it_was_is_not_read_again() -> None:
    kind, table, other = "aws_route_table_association", {"route_table_id": "rtb-1"}, "rtb-2"
    stays, goes = stands(f"{kind}.a", **table), changed(f"{kind}.b", table, route_table_id=other)
    read = document.read(json.dumps(written(stays, goes)).encode(), "plan.json")
    sides = snapshots(read)
    before = inventory.read(sides.before, Resolver(sides.before.resources, None))
    after = inventory.read(sides.after, Resolver(sides.after.resources, None), before)
    same = {key for key, reading in after.readings.items() if before.readings[key] is reading}
    assert same == {f"{kind}.a"}
