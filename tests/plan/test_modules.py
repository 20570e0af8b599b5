"""Modules found in a folder or in a binary plan file, parsed no more than is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.plan.layout import NO_CACHE, child_of, source_of, write
from tests.plan.shown import lines, shown
from tfreach.plan.cache import Cache
from tfreach.plan.modules import Names, Source
from tfreach.plan.syntax import Block, Body


def value_of(block: Block | None, name: str) -> str:
    assert block is not None
    return shown(block.body.attributes[name].expression)


ALL = """
variable "v" { default = 1 }
locals { l = 2 }
locals { m = 3 }
data "aws_x" "d" { a = 4 }
resource "aws_x" "r" { a = 5 }
module "c" { source = "./c" }
output "o" { value = 6 }
provider "aws" {}
"""


def test_everything_that_a_module_declares(tmp_path: Path) -> None:
    root = source_of(tmp_path, {"main.tf": ALL}).root
    assert value_of(root.variable("v"), "default") == "1"
    assert value_of(root.resource("data", "aws_x", "d"), "a") == "4"
    assert value_of(root.resource("managed", "aws_x", "r"), "a") == "5"
    assert value_of(root.call("c"), "source") == '"./c"'
    assert value_of(root.output("o"), "value") == "6"
    local = root.local("m")
    assert local is not None
    assert (shown(local.expression), local.line) == ("3", 4)
    assert root.names() == Names(
        resources=(("data", "aws_x", "d"), ("managed", "aws_x", "r")),
        calls=("c",),
        outputs=("o",),
        locals=("l", "m"),
        variables=("v",),
    )


def test_what_is_not_declared_is_none(tmp_path: Path) -> None:
    root = source_of(tmp_path, {"main.tf": ALL}).root
    assert root.resource("managed", "aws_x", "d") is None
    assert root.local("v") is None
    assert root.child("x") is None
    assert root.complete


@pytest.mark.parametrize(
    ("names", "read"),
    [
        pytest.param("a.tf b.tf.json", "a.tf b.tf.json", id="both-syntaxes"),
        pytest.param("a.tf a.tofu", "a.tofu", id="tofu-takes-the-place"),
        pytest.param("a.tf a.tofu.json", "a.tf a.tofu.json", id="of-its-own-syntax-only"),
        pytest.param("a.tf.json a.tofu.json b.tofu", "a.tofu.json b.tofu", id="of-the-same-name"),
        pytest.param("a.tf .b.tf c.tf~ #d.tf# e.tfvars f.txt", "a.tf", id="others-are-ignored"),
    ],
)
def test_which_files_are_read(tmp_path: Path, names: str, read: str) -> None:
    files = {
        name: json.dumps({"locals": {name: 1}})
        if name.endswith(".json")
        else f"locals {{\n {name.strip('.#').replace('.', '-')} = 1\n}}"
        for name in names.split()
    }
    found = source_of(tmp_path, files).root.names().locals
    assert sorted(name.replace("-", ".") for name in found) == sorted(read.split())


@pytest.mark.parametrize(
    ("base", "override", "wanted"),
    [
        pytest.param("a = 1\nb = 2", "a = 3\nc = 4", "a = 3 b = 2 c = 4", id="attributes"),
        pytest.param(
            "n {\n a = 1\n}\nn {\n a = 2\n}\nm {}",
            "n {\n a = 3\n}",
            "m n a = 3",
            id="blocks-replace-all-of-their-type",
        ),
        pytest.param('dynamic "n" {}\nm {}', "n {}", "m n", id="a-block-replaces-a-dynamic-one"),
        pytest.param("n {}\nm {}", 'dynamic "n" {}', 'm dynamic "n"', id="and-the-other-way"),
        pytest.param(
            "lifecycle {\n a = 1\n b = 2\n}",
            "lifecycle {\n a = 3\n}",
            "lifecycle a = 3 b = 2",
            id="lifecycle-is-merged",
        ),
        pytest.param("n {}", "n = []", "n = []", id="an-attribute-replaces-blocks"),
        pytest.param("n = []", "n {}", "n", id="blocks-replace-an-attribute"),
    ],
)
def test_override(tmp_path: Path, base: str, override: str, wanted: str) -> None:
    files = {
        "main.tf": f'resource "x" "y" {{\n{base}\n}}',
        "x_override.tf": f'resource "x" "y" {{\n{override}\n}}',
    }
    block = source_of(tmp_path, files).root.resource("managed", "x", "y")
    assert block is not None
    assert " ".join(line.partition(": ")[2] for line in lines(block.body)) == wanted


def test_override_files_come_last_and_in_order(tmp_path: Path) -> None:
    files = {
        "z.tf": "locals {\n a = 1\n b = 1\n c = 1\n}",
        "override.tf": "locals {\n a = 2\n b = 2\n d = 2\n}",
        "b_override.tf.json": '{"locals": {"a": 3}}',
        "a_override.tf": "locals {\n a = 4\n}",
        "not-an-override.tf": "",
    }
    root = source_of(tmp_path, files).root
    found = {name: root.local(name) for name in "abcd"}
    shown_ = {name: one and shown(one.expression) for name, one in found.items()}
    assert shown_ == {"a": "2", "b": "2", "c": "1", "d": None}


class Counting(Cache):
    """Counts what is parsed."""

    def __init__(self) -> None:
        super().__init__(None)
        self.parsed: list[str] = []

    def parse(self, text: str, file: str) -> Body:
        self.parsed.append(file)
        return super().parse(text, file)


def test_only_the_file_that_declares_a_name_is_parsed_and_once(tmp_path: Path) -> None:
    cache = Counting()
    files = {
        "a.tf": "output q { value = aws_x.r.id }",
        "b.tf": 'resource "aws_x" "r" {}',
        "c.tf": "locals {\n  other = 1\n}",
        "d_override.tf": "locals {\n other = 2\n}",
    }
    root = Source.of_folder(write(tmp_path, files), cache).root
    for _ in range(2):
        assert root.resource("managed", "aws_x", "r") is not None
    assert cache.parsed == ["b.tf"]
    assert root.local("nothing") is None
    assert cache.parsed == ["b.tf"]
    assert root.local("other") is not None
    assert cache.parsed == ["b.tf", "c.tf", "d_override.tf"]


def test_a_broken_file_is_a_problem_and_the_others_hold(tmp_path: Path) -> None:
    files = {"a.tf": 'variable "v" {}\nx = "hunter2', "b.tf": "locals {\n l = 1\n}"}
    source = source_of(tmp_path, files)
    root = source.root
    asked = [
        (find(), root.complete) for find in (lambda: root.local("l"), lambda: root.variable("v"))
    ]
    assert [(found is not None, complete) for found, complete in asked] == [
        (True, True),
        (False, False),
    ]
    root.names()
    assert [str(one) for one in source.problems] == ["a.tf:2: the end is missing of a text"]


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_bytes(b"\xff")
    source = Source.of_folder(tmp_path, NO_CACHE)
    assert source.root.local("l") is None
    assert not source.root.complete
    assert [str(one) for one in source.problems] == ["a.tf: this is not UTF-8"]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    source = Source.of_folder(tmp_path / "x", NO_CACHE)
    assert source.root.names().locals == ()
    assert [str(one) for one in source.problems] == [".: there is no such folder"]


CALLS = """
module "near" { source = "./modules/near" }
module "far" { source = "../far" }
module "kept" { source = "terraform-aws-modules/vpc/aws" }
module "gone" { source = "git::https://example.com/x" }
module "lost" { source = "./lost" }
"""
MANIFEST = json.dumps(
    {
        "Modules": [
            {"Key": "", "Source": "", "Dir": "."},
            {"Key": "near", "Source": "./elsewhere", "Dir": "elsewhere"},
            {"Key": "kept", "Source": "registry", "Dir": ".terraform/modules/kept"},
            {"Key": "gone", "Source": "git", "Dir": ".terraform/modules/gone"},
            {"Key": 1, "Dir": None},
            "alien",
        ]
    }
)


def test_modules_are_found_by_relative_path_and_where_init_put_them(tmp_path: Path) -> None:
    files = {
        "root/main.tf": CALLS,
        "root/.terraform/modules/modules.json": MANIFEST,
        "root/modules/near/main.tf": 'module "inner" { source = "./inner/" }',
        "root/modules/near/inner/main.tf": 'output "o" { value = 1 }',
        "root/elsewhere/main.tf": "",
        "root/.terraform/modules/kept/main.tf": 'module "sub" { source = "./sub" }',
        "root/.terraform/modules/kept/sub/main.tf": "",
        "far/main.tf": 'module "near" { source = "../root/modules/near" }',
    }
    source = Source.of_folder(write(tmp_path, files) / "root", NO_CACHE)
    root = source.root
    assert child_of(root, "near").folder == "modules/near"
    assert child_of(root, "near", "inner").folder == "modules/near/inner"
    assert child_of(root, "far").folder == "../far"
    assert child_of(root, "far", "near").folder == "../root/modules/near"
    assert child_of(root, "kept").folder == ".terraform/modules/kept"
    assert child_of(root, "kept", "sub").folder == ".terraform/modules/kept/sub"
    output = child_of(root, "near", "inner").output("o")
    assert output is not None
    assert output.file == "modules/near/inner/main.tf"
    assert root.where("main.tf") == "main.tf"
    assert not source.problems


def test_a_module_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    source = source_of(tmp_path, {"main.tf": CALLS, ".terraform/modules/modules.json": "{"})
    assert [source.root.child(name) for name in ("gone", "gone", "lost")] == [None] * 3
    assert [str(one) for one in source.problems] == [
        "main.tf:5: module gone is not there: run terraform init",
        "main.tf:6: module lost is not there: run terraform init",
    ]


@pytest.mark.parametrize(
    "folder", sorted(FIXTURES.glob("*/*/main.tf")), ids=lambda path: path.parts[-3]
)
def test_every_fixture_can_be_read(folder: Path) -> None:
    source = Source.of_folder(folder.parent, NO_CACHE)
    root = source.root
    for mode, kind, name in root.names().resources:
        assert root.resource(mode, kind, name) is not None
    assert root.complete
    assert not source.problems
