"""A plan that is not applied, and its source: every link, and what is done when both differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.stacks import analysed, configured, links, names, plan, resource, write

VPC = resource("aws_vpc.main", cidr_block="10.0.0.0/16")
SUBNETS = [
    resource(f"aws_subnet.a[{at}]", {"vpc_id": True}, cidr_block=f"10.0.{at}.0/24")
    for at in range(3)
]
ROOT = {
    "resources": [
        configured("aws_vpc.main", cidr_block={"constant_value": "10.0.0.0/16"}),
        configured("aws_subnet.a", vpc_id=names("aws_vpc.main.id", "aws_vpc.main")),
        configured(
            "aws_instance.i",
            subnet_id=names("local.places", "count.index"),
            vpc_security_group_ids=names("aws_security_group.g.id", "aws_security_group.g"),
        ),
        configured("aws_security_group.g", vpc_id=names("aws_vpc.main.id", "aws_vpc.main")),
    ]
}
GROUP = resource("aws_security_group.g", {"vpc_id": True, "ingress": True, "egress": True})
INSTANCES = [
    resource(f"aws_instance.i[{at}]", {"subnet_id": True, "vpc_security_group_ids": True})
    for at in range(3)
]
MAIN = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  count      = 3
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
}
resource "aws_security_group" "g" {
  vpc_id = aws_vpc.main.id
}
resource "aws_instance" "i" {
  count                  = 3
  subnet_id              = local.places[(count.index + 1) % 3]
  vpc_security_group_ids = [aws_security_group.g.id]
}
locals {
  places = aws_subnet.a[*].id
}
"""
ALL = (VPC, *SUBNETS, GROUP, *INSTANCES)


def test_an_index_that_is_computed_gives_one_subnet(tmp_path: Path) -> None:
    found = links(analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=MAIN)))
    assert {found[f"aws_instance.i[{at}].subnet_id"] for at in range(3)} == {
        ("evaluated", ("aws_subnet.a[0]",)),
        ("evaluated", ("aws_subnet.a[1]",)),
        ("evaluated", ("aws_subnet.a[2]",)),
    }
    assert found["aws_instance.i[2].subnet_id"][1] == ("aws_subnet.a[0]",)


def test_what_the_source_does_not_set_is_unset(tmp_path: Path) -> None:
    """`ingress` of the group is unknown in the plan, and written nowhere."""
    found = analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=MAIN))
    group = found.after.groups["aws_security_group.g"]
    assert (group.ingress, group.egress) == ((), ())


def test_another_version_of_the_source_is_not_believed(tmp_path: Path) -> None:
    """Here the subnets had other address blocks; and the names that an expression mentions tell."""
    other = MAIN.replace("cidr_block, 8", "cidr_block, 4")
    found = analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=other))
    assert found.source is not None
    assert [one.attribute for one in found.source.disagreements] == ["cidr_block"] * 3
    assert links(found)["aws_subnet.a[1].vpc_id"][0] == "followed"
    assert "main.tf:8" in found.warnings[0]
    assert "aws_subnet.a[0].vpc_id" in found.warnings[0]


def test_other_names_than_the_plan_mentions_are_another_version(tmp_path: Path) -> None:
    other = MAIN.replace("vpc_id = aws_vpc.main.id\n}", "vpc_id = local.vpc\n}") + (
        "locals {\n  vpc = aws_vpc.main.id\n}\n"
    )
    found = analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=other))
    assert found.source is not None
    assert [(one.address, one.location.line) for one in found.source.disagreements] == [
        ("aws_security_group.g", 11)
    ]
    assert links(found)["aws_security_group.g.vpc_id"] == ("followed", ("aws_vpc.main",))


def test_a_broken_file_that_nothing_needs_does_not_matter(tmp_path: Path) -> None:
    folder = write(tmp_path, main_tf=MAIN, broken_tf='resource "aws_vpc" {{{\n')
    found = analysed(plan(*ALL, root=ROOT), folder)
    assert links(found)["aws_instance.i[0].subnet_id"][0] == "evaluated"
    assert found.warnings == ()


def test_locals_in_a_broken_file_make_links_less_sure(tmp_path: Path) -> None:
    main, rest = MAIN.split("locals {")
    folder = write(tmp_path, main_tf=main, locals_tf="locals { = \n" + rest)
    found = analysed(plan(*ALL, root=ROOT), folder)
    how, targets = links(found)["aws_instance.i[0].subnet_id"]
    assert (how, targets) == ("one of", tuple(f"aws_subnet.a[{at}]" for at in range(3)))
    assert any("aws_instance.i[0].subnet_id" in warning for warning in found.warnings)


def test_what_the_plan_was_told_and_the_source_does_not_say_is_another_version(
    tmp_path: Path,
) -> None:
    """Otherwise the group would be taken for one without a VPC."""
    group = 'resource "aws_security_group" "g" {\n  vpc_id = aws_vpc.main.id\n}'
    other = MAIN.replace(group, 'resource "aws_security_group" "g" {}')
    found = analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=other))
    assert links(found)["aws_security_group.g.vpc_id"] == ("followed", ("aws_vpc.main",))


def test_a_value_of_the_wrong_kind_is_not_taken(tmp_path: Path) -> None:
    """The names are the same, and Terraform would have refused it."""
    other = MAIN.replace("local.places[(count.index + 1) % 3]", "[local.places, count.index]")
    found = analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=other))
    assert links(found)["aws_instance.i[0].subnet_id"][0] == "one of"
    assert found.source is not None
    assert [one.attribute for one in found.source.disagreements] == ["what it sets"] * 3


def test_ignored_changes_may_differ(tmp_path: Path) -> None:
    lifecycle = "  lifecycle {\n    ignore_changes = [cidr_block]\n  }\n}\n"
    other = MAIN.replace(
        "main.cidr_block, 8, count.index)\n}\n", "main.cidr_block, 4, 1)\n" + lifecycle
    )
    found = analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=other))
    assert found.source is not None
    assert found.source.disagreements == ()


BLOCKS = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "i" {
  vpc_id = aws_vpc.main.id
}
resource "aws_nat_gateway" "n" {
  allocation_id = aws_eip.e.id
}
resource "aws_eip" "e" {}
locals {
  ways = { "0.0.0.0/0" = "igw", "192.0.2.0/24" = "nat", "198.51.100.0/24" = "nat" }
}
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.main.id
  dynamic "route" {
    for_each = local.ways
    content {
      cidr_block     = route.key
      gateway_id     = route.value == "igw" ? aws_internet_gateway.i.id : null
      nat_gateway_id = route.value == "nat" ? aws_nat_gateway.n.id : null
    }
  }
}
"""
TARGETS = {"gateway_id": True, "nat_gateway_id": True, "instance_id": True}


@pytest.mark.parametrize("partly", [True, False], ids=["blocks-known-in-part", "nothing-known"])
def test_dynamic_blocks_of_a_set_are_told_apart_by_what_is_known(
    tmp_path: Path, partly: bool
) -> None:
    """The plan lists a set's blocks in an order of its own."""
    routes = [{"cidr_block": one} for one in ("198.51.100.0/24", "0.0.0.0/0", "192.0.2.0/24")]
    table = (
        resource("aws_route_table.t", {"vpc_id": True, "route": [TARGETS] * 3}, route=routes)
        if partly
        else resource("aws_route_table.t", {"vpc_id": True, "route": True})
    )
    gateways = (
        resource("aws_internet_gateway.i", {"vpc_id": True}),
        resource("aws_nat_gateway.n", {"allocation_id": True}),
        resource("aws_eip.e"),
    )
    found = analysed(plan(VPC, table, *gateways), write(tmp_path, main_tf=BLOCKS))
    table_found = found.after.tables["aws_route_table.t"]
    ways = {route.origin.text for route in table_found.routes if "local" not in route.origin.text}
    assert ways == {
        "0.0.0.0/0 → aws_internet_gateway.i",
        "192.0.2.0/24 → aws_nat_gateway.n",
        "198.51.100.0/24 → aws_nat_gateway.n",
    }


MODULES = {
    "main_tf": """
module "net" {
  source   = "./net"
  for_each = toset(["x", "y"])
  name     = each.key
}
resource "aws_subnet" "s" {
  for_each = module.net
  vpc_id   = each.value.vpc_id
}
variable "zones" {
  type = map(object({ vpc = string, size = optional(number, 8) }))
}
resource "aws_security_group" "g" {
  vpc_id = module.net[var.zones["a"].size == 8 ? var.zones["a"].vpc : "x"].vpc_id
}
""",
    "net__main_tf": """
variable "name" {}
resource "aws_vpc" "v" {
  count = var.name == "x" ? 1 : 2
}
output "vpc_id" {
  value = element(aws_vpc.v[*].id, 1)
}
""",
}


def test_modules_with_for_each_and_a_variable_with_optional_attributes(tmp_path: Path) -> None:
    vpcs = [
        resource(f'module.net["{name}"].aws_vpc.v[{at}]')
        for name, at in (("x", 0), ("y", 0), ("y", 1))
    ]
    subnets = [resource(f'aws_subnet.s["{name}"]', {"vpc_id": True}) for name in ("x", "y")]
    group = resource("aws_security_group.g", {"vpc_id": True})
    data = plan(*vpcs, *subnets, group, variables={"zones": {"a": {"vpc": "y"}}})
    found = links(analysed(data, write(tmp_path, **MODULES)))
    assert found['aws_subnet.s["x"].vpc_id'] == ("evaluated", ('module.net["x"].aws_vpc.v[0]',))
    assert found['aws_subnet.s["y"].vpc_id'] == ("evaluated", ('module.net["y"].aws_vpc.v[1]',))
    assert found["aws_security_group.g.vpc_id"] == (
        "evaluated",
        ('module.net["y"].aws_vpc.v[1]',),
    )


def test_a_missing_module_is_a_warning(tmp_path: Path) -> None:
    folder = write(
        tmp_path, main_tf='module "net" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
    )
    inside = resource("module.net.aws_subnet.s", {"vpc_id": True})
    found = analysed(plan(resource("module.net.aws_vpc.v"), inside), folder)
    assert any("net" in warning and "init" in warning for warning in found.warnings)


def test_an_identifier_that_is_computed_upon_is_not_known(tmp_path: Path) -> None:
    """And what the plan's names leave is kept: several candidates."""
    main = MAIN.replace("local.places[(count.index + 1) % 3]", "sort(local.places)[count.index]")
    found = links(analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=main)))
    assert found["aws_instance.i[0].subnet_id"][0] == "one of"


def test_what_names_itself_is_not_known(tmp_path: Path) -> None:
    main = MAIN.replace(
        "places = aws_subnet.a[*].id", "places = local.others\n others = local.places"
    )
    found = links(analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=main)))
    assert found["aws_instance.i[0].subnet_id"][0] == "one of"


def test_an_expression_without_end_is_not_waited_for(tmp_path: Path) -> None:
    loop = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]"
    main = MAIN.replace("places = aws_subnet.a[*].id", f"places = {loop}")
    found = links(analysed(plan(*ALL, root=ROOT), write(tmp_path, main_tf=main)))
    assert found["aws_instance.i[0].subnet_id"][0] == "one of"
