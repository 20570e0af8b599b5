"""Changes of resources and their source; the line that each is written at, and the calls to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tfreach.pipeline import Analysis, analyse
from tfreach.plan.cache import Cache
from tfreach.plan.modules import Source
from tfreach.plan.origin import Written
from tfreach.plan.raw import ModuleStep, RawResource
from tfreach.plan.world import World
from tfreach.plan.writing import Writing


@cache
def analysis(name: str) -> Analysis:
    step = FIXTURES / name / "change"
    return analyse((step / "plan.json").read_bytes(), "plan.json", Source.of_folder(step))


def lines(found: Written | None, folder: Path) -> list[str]:
    """What stands at the calls, from the root, and then at the location."""
    places = [*(call.location for call in found.calls), found.location] if found else []
    return [
        (folder / place.file).read_text().splitlines()[place.line - 1].strip() for place in places
    ]


SG = "aws_security_group_rule"
FIXTURE = [
    pytest.param("public-private", "aws_route_table.private", "route[0]",
        ["gateway_id = aws_internet_gateway.main.id"], id="one-attribute-of-a-nested-block"),
    pytest.param("public-private", "aws_route_table.private", "",
        ["gateway_id = aws_internet_gateway.main.id"], id="that-is-all-of-the-change"),
    pytest.param("public-private", "aws_vpc_security_group_ingress_rule.db_open", "",
        ['resource "aws_vpc_security_group_ingress_rule" "db_open" {'], id="what-is-created"),
    pytest.param("lambda-no-vpc", "aws_security_group.hook", "egress[0]", ["egress {"],
        id="a-part-of-what-is-created"),
    pytest.param("acl-eats-replies", "aws_network_acl.web", "egress[0]", ["egress {"],
        id="a-nested-block-of-which-several-attributes-change"),
    pytest.param("acl-eats-replies", "aws_network_acl.web", "ingress[0]", ["ingress {"],
        id="a-nested-block-that-stays"),
    pytest.param("acl-eats-replies", "aws_network_acl.web", "ingress[7]",
        ["egress {"], id="a-part-that-is-not-there"),
    pytest.param("prefix-lists", "aws_ec2_managed_prefix_list.office", "entry[0]", ["entry {"],
        id="an-entry-of-a-list"),
    pytest.param("block-public-access", "aws_vpc_block_public_access_options.main", "",
        ['internet_gateway_block_mode = "block-bidirectional"'], id="an-attribute"),
    pytest.param("peering", "aws_route.data_to_ops", "", [], id="a-block-that-is-gone"),
    pytest.param("classic-elb", 'aws_elb_attachment.web["b"]', "",
        ['for_each = { a = aws_instance.web["a"] }'], id="an-instance-that-is-gone"),
    pytest.param("module-choose-network", 'module.service["web"].aws_instance.this', "",
        ['module "service" {', "vpc_security_group_ids = [coalesce(var.existing_group_id, one("
         "module.group[*].security_group_id))]"], id="in-a-module"),
    pytest.param("module-security-groups", f"module.ssh.{SG}.ingress_rules[0]", "",
        ["ingress_cidr_blocks = local.office", "cidr_blocks = var.ingress_cidr_blocks"],
        id="the-argument-that-a-module-is-given"),
    pytest.param("module-security-groups", f"module.web.module.sg.{SG}.ingress_rules[0]", "",
        ['module "web" {', 'module "sg" {', f'resource "{SG}" "ingress_rules" {{'],
        id="in-a-module-of-a-module"),
    pytest.param("module-eks", f'module.eks.{SG}.node["egress_all"]', "",
        ['module "eks" {', "for_each = { for k, v in merge("],
        id="several-variables-by-locals"),
    pytest.param("module-context-labels",
        f'module.web.module.security_group.{SG}.keyed["http#cidr"]', "",
        ['module "web" {', 'module "security_group" {', "for_each = local.keyed_rules"],
        id="what-is-not-only-passed"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "address", "part", "expected"), FIXTURE)
def test_the_line_of_a_change(name: str, address: str, part: str, expected: list[str]) -> None:
    written = analysis(name).planned[address].written
    assert written is not None
    assert lines(written(part), FIXTURES / name / "change") == expected


def written(
    folder: Path,
    files: dict[str, str],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    part: str = "",
    module: tuple[ModuleStep, ...] = (),
    kind: str = "aws_security_group",
) -> list[str]:
    """The lines of the change of `this`, of the only one in a plan."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)

    def raw(values: dict[str, Any] | None) -> RawResource | None:
        if values is None:
            return None
        address = ".".join([*(f"module.{one.name}" for one in module), f"{kind}.this"])
        return RawResource(address, "managed", kind, "this", module=module, values=values)

    planned = raw(after)
    resources = {} if planned is None else {planned.address: planned}
    world = World(Source.of_folder(folder, Cache(None)), resources, {})
    return lines(Writing(world, raw(before), planned).at(part), folder)


def rule(port: int, *blocks: str) -> dict[str, Any]:
    return {"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": list(blocks)}


def group(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ingress": list(rules), **more}


OPEN, OFFICE = rule(443, "0.0.0.0/0"), rule(22, "203.0.113.0/24")
BLOCK = """
  ingress {{
    from_port   = {port}
    to_port     = {port}
    protocol    = "tcp"
    cidr_blocks = ["{block}"]
  }}
"""
TWO = BLOCK.format(port=443, block="0.0.0.0/0") + BLOCK.format(port=22, block="203.0.113.0/24")
DYNAMIC = """
  dynamic "ingress" {
    for_each = { 443 = "0.0.0.0/0", 22 = "203.0.113.0/24" }
    content {
      from_port   = ingress.key
      to_port     = ingress.key
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
"""
THIS = 'resource "aws_security_group" "this" {'


def resource(body: str) -> dict[str, str]:
    return {"main.tf": f"{THIS}\n{body}\n}}\n"}


HAND_MADE = [
    pytest.param(resource(TWO), group(OPEN, rule(22, "10.0.0.0/8")), group(OFFICE, OPEN),
        "ingress[0]", ['cidr_blocks = ["203.0.113.0/24"]'],
        id="the-order-of-a-set-is-not-that-of-the-file"),
    pytest.param(resource(TWO), group(OPEN), group(OPEN, OFFICE), "ingress[1]", ["ingress {"],
        id="a-rule-more"),
    pytest.param(resource(TWO), group(OPEN), group(OPEN, OFFICE), "", [THIS],
        id="a-rule-more-and-nobody-says-which"),
    pytest.param(resource(DYNAMIC), group(OPEN), group(OPEN, OFFICE), "ingress[1]",
        ['dynamic "ingress" {'], id="of-a-dynamic-block"),
    pytest.param(resource(DYNAMIC), group(OPEN), group(OPEN, OFFICE), "",
        ['dynamic "ingress" {'], id="a-dynamic-block-as-a-whole"),
    pytest.param(resource("ingress = [{}]"), group(OPEN), group(OPEN, OFFICE), "ingress[1]",
        ["ingress = [{}]"], id="blocks-as-an-attribute"),
    pytest.param(resource(f'name = "a"\n{TWO}'), group(OPEN, OFFICE, name="b"),
        group(OPEN, OFFICE, name="a"), "", ['name = "a"'], id="an-attribute-beside-blocks"),
    pytest.param(resource('name = "a"\ntags = {}'), group(name="b", tags={"a": "b"}),
        group(name="a", tags={}), "", ['name = "a"'], id="tags-do-not-count"),
    pytest.param(resource('name = "a"\nvpc_id = "v"'), group(name="b", vpc_id="w"),
        group(name="a", vpc_id="v"), "", [THIS], id="two-attributes"),
    pytest.param(resource('name = "a"'), None, group(name="a"), "", [THIS], id="created"),
    pytest.param(resource('count = 0\nname = "a"'), group(name="a"), None, "", ["count = 0"],
        id="deleted-by-its-number"),
    pytest.param(resource('name = "a"'), group(name="a"), None, "", [],
        id="deleted-and-nobody-knows-why"),
    pytest.param({"main.tf": ""}, group(name="a"), None, "", [], id="not-in-the-source"),
    pytest.param(resource('name = "a"') | {"override.tf": f'{THIS}\nname = "c"\n}}\n'},
        group(name="b"), group(name="c"), "", [THIS], id="an-override-file-may-say-it"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "before", "after", "part", "expected"), HAND_MADE)
def test_the_line_of_a_change_by_hand(
    tmp_path: Path,
    files: dict[str, str],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    part: str,
    expected: list[str],
) -> None:
    assert written(tmp_path, files, before, after, part) == expected


CALL = 'module "app" {'
INSIDE = (
    f'variable "x" {{}}\nvariable "y" {{}}\nlocals {{\n  z = var.x\n}}\n{THIS}\nname = %s\n}}\n'
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("var.x", "x = 1", id="passed"),
        pytest.param("local.z", "x = 1", id="passed-on"),
        pytest.param("upper(var.x)", "x = 1", id="in-an-expression"),
        pytest.param('"${var.x}-${var.y}"', CALL, id="two-arguments"),
        pytest.param('"a"', CALL, id="none"),
        pytest.param("aws_vpc.a.id", CALL, id="something-else"),
        pytest.param("var.w", CALL, id="a-default"),
    ],
)
def test_the_call_says_what_it_passes(tmp_path: Path, name: str, expected: str) -> None:
    call = f'{CALL}\nsource = "./app"\nx = 1\ny = 2\n}}\n'
    files = {"main.tf": call, "app/main.tf": INSIDE % name}
    found = written(
        tmp_path, files, {"name": "b"}, {"name": "a"}, module=(ModuleStep("app", None),)
    )
    assert found == [expected, f"name = {name}"]


def test_a_module_that_is_gone_was_called(tmp_path: Path) -> None:
    call = f'{CALL}\nsource = "./app"\ncount = 0\n}}\n'
    files = {"main.tf": call, "app/main.tf": INSIDE % '"a"'}
    found = written(tmp_path, files, {"name": "a"}, None, module=(ModuleStep("app", 0),))
    assert found == ["count = 0"]
