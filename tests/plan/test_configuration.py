"""What the configuration says, at any path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tfreach.plan.configuration import (
    Configuration,
    Expression,
    ModuleConfig,
    ResourceConfig,
    read_configuration,
)
from tfreach.plan.document import read

Json = dict[str, Any]
DATA = Path(__file__).parent / "data"


def configuration(root: Json | None) -> Configuration | None:
    content: Json = {"planned_values": {}}
    if root is not None:
        content["configuration"] = {"root_module": root}
    return read_configuration(read(json.dumps(content).encode(), "plan.json"))


def root_of(root: Json) -> ModuleConfig:
    found = configuration(root)
    assert found is not None
    return found.root


def refs(*names: str) -> Json:
    return {"references": list(names)}


def constant(value: object) -> Json:
    return {"constant_value": value}


def of(*names: str, blocks: bool = False) -> Expression:
    return Expression(references=names, blocks=blocks)


def literal(value: object) -> Expression:
    return Expression(value, has_constant=True)


def test_a_plan_may_have_no_configuration() -> None:
    assert configuration(None) is None


def test_an_empty_root_module_has_nothing_in_it() -> None:
    root = root_of({})
    assert (root.resources, root.module_calls, root.outputs, root.variables) == ({}, {}, {}, {})


EXPRESSIONS: Json = {
    "vpc_id": refs("aws_vpc.a.id", "aws_vpc.a"),
    "name": constant("web"),
    "nothing": constant(None),
    "opaque": {},
    "zero": constant(0),
    "listed": constant(["a", "b"]),
    "literal": constant([{"cidr": "x"}, {"cidr": "y"}]),
    "tags": constant({"Name": "n"}),
    "ingress": refs("aws_security_group.a.id", "aws_security_group.a"),
    "vpc_config": [
        {"subnet_ids": refs("aws_subnet.a"), "ids": constant(["x"]), "no": constant(None)},
    ],
    "rules": [
        {"to": refs("aws_x.a"), "inner": [{"deep": refs("aws_x.c")}]},
        {"to": refs("aws_x.b"), "inner": [{"deep": refs("aws_x.d")}]},
        {"port": constant(1), "to": constant(None)},
        {"port": constant(None)},
        {},
    ],
    "timeouts": {"create": constant("5m"), "by": refs("var.t")},
}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        pytest.param(("vpc_id",), of("aws_vpc.a.id", "aws_vpc.a"), id="references"),
        pytest.param(("name",), literal("web"), id="a-constant"),
        pytest.param(("zero",), literal(0), id="zero-is-written"),
        pytest.param(("absent",), None, id="absent"),
        pytest.param(("nothing",), None, id="an-explicit-null-is-absent"),
        pytest.param(("opaque",), of(), id="written-and-nothing-known-is-present"),
        pytest.param(("opaque", 0, "x"), of(), id="inside-of-it-anything-may-be"),
        pytest.param(("vpc_config", 0, "subnet_ids"), of("aws_subnet.a"), id="in-a-block"),
        pytest.param(("vpc_config", "subnet_ids"), of("aws_subnet.a"), id="in-the-one-block"),
        pytest.param(("vpc_config", 0, "ids"), literal(["x"]), id="a-constant-in-a-block"),
        pytest.param(("vpc_config", "ids"), literal(["x"]), id="a-constant-in-the-one-block"),
        pytest.param(("vpc_config", 0, "no"), None, id="a-null-in-a-block"),
        pytest.param(("vpc_config", "no"), None, id="a-null-in-the-one-block"),
        pytest.param(("vpc_config", 0, "absent"), None, id="absent-in-a-block"),
        pytest.param(("vpc_config", 1, "subnet_ids"), None, id="a-block-that-is-not-there"),
        pytest.param(("vpc_config",), of("aws_subnet.a", blocks=True), id="a-block-itself"),
        pytest.param(("rules", "to"), of("aws_x.a", "aws_x.b", blocks=True), id="all-blocks"),
        pytest.param(("rules", 1, "to"), of("aws_x.b"), id="the-second-block"),
        pytest.param(("rules", "port"), literal(1), id="a-null-beside-a-constant"),
        pytest.param(("rules", 4), of(), id="an-empty-block"),
        pytest.param(("rules", 4, "to"), None, id="absent-in-an-empty-block"),
        pytest.param(("rules", "absent"), None, id="absent-in-all-blocks"),
        pytest.param(("rules", 0, "inner", 0, "deep"), of("aws_x.c"), id="a-block-in-a-block"),
        pytest.param(
            ("rules", "inner", "deep"),
            of("aws_x.c", "aws_x.d", blocks=True),
            id="all-blocks-in-all-blocks",
        ),
        pytest.param(
            ("rules",),
            of("aws_x.a", "aws_x.c", "aws_x.b", "aws_x.d", blocks=True),
            id="the-references-of-blocks-in-order",
        ),
        pytest.param(("timeouts", "by"), of("var.t"), id="in-a-single-block"),
        pytest.param(("timeouts", 0, "by"), of("var.t"), id="a-single-block-is-the-first"),
        pytest.param(
            ("ingress", 2, "security_groups"),
            of("aws_security_group.a.id", "aws_security_group.a"),
            id="blocks-of-an-attribute-share-its-references",
        ),
        pytest.param(("listed", 1), literal("b"), id="in-a-constant-list"),
        pytest.param(("listed", 2), None, id="behind-a-constant-list"),
        pytest.param(("literal", 1, "cidr"), literal("y"), id="in-constant-blocks"),
        pytest.param(("literal", "cidr"), literal(["x", "y"]), id="in-all-constant-blocks"),
        pytest.param(("literal", "absent"), None, id="absent-in-constant-blocks"),
        pytest.param(("tags", "Name"), literal("n"), id="in-a-constant-object"),
        pytest.param(("name", "x"), None, id="in-a-constant-text"),
    ],
)
def test_expression(path: tuple[int | str, ...], wanted: Expression | None) -> None:
    assert ResourceConfig(EXPRESSIONS, "plan.json: /r").expression(path) == wanted


MODULES: Json = {
    "resources": [
        {
            **{"address": "aws_x.a", "mode": "managed", "type": "aws_x", "name": "a"},
            "provider_config_key": "aws.west",
            "expressions": {"vpc_id": refs("module.m.vpc_id")},
            "for_each_expression": refs("var.names"),
        },
        {"mode": "data", "type": "aws_x", "name": "a", "count_expression": constant(2)},
    ],
    "module_calls": {
        "m": {
            "source": "./m",
            "expressions": {"cidr": constant("10.0.0.0/8"), "off": constant(None), "x": {}},
            "count_expression": refs("var.n"),
            "module": {
                "outputs": {"vpc_id": {"expression": refs("aws_vpc.a.id")}, "bare": {}},
                "variables": {"cidr": {}, "size": {"default": 3}},
                "module_calls": {"inner": {"module": {}}},
            },
        }
    },
}


def test_a_resource_block() -> None:
    root = root_of(MODULES)
    block = root.resources["managed", "aws_x", "a"]
    assert block.expression(("vpc_id",)) == of("module.m.vpc_id")
    assert (block.count_expression, block.for_each_expression) == (None, of("var.names"))
    assert block.provider == "aws.west"
    assert root.resources["data", "aws_x", "a"].count_expression == literal(2)


def test_a_module_call() -> None:
    call = root_of(MODULES).module_calls["m"]
    assert call.expressions == {"cidr": literal("10.0.0.0/8"), "x": of()}
    assert call.count_expression == of("var.n")
    assert call.module.outputs == {"vpc_id": of("aws_vpc.a.id"), "bare": of()}
    assert call.module.variables == {"cidr": None, "size": 3}


def test_a_module_is_found_by_the_names_of_its_calls() -> None:
    found = configuration(MODULES)
    assert found is not None
    assert found.module(()) is found.root
    assert found.module(("m", "inner")) is not None
    assert found.module(("m", "other")) is None
    assert found.module(("other", "inner")) is None


def test_constants_are_never_shown() -> None:
    assert "hunter2" not in repr(literal("hunter2"))
    assert "hunter2" not in repr(ResourceConfig({"p": constant("hunter2")}, ""))


def test_a_real_configuration() -> None:
    data = (DATA / "checkov-for-each.json").read_bytes()
    found = read_configuration(read(data, "plan.json"))
    assert found is not None
    zones = found.root.resources["managed", "aws_route53_zone", "example"]
    assert zones.for_each_expression is not None


def test_a_template_of_a_json_file_is_no_literal() -> None:
    """Terraform writes its text as a constant value, beside the names that it mentions."""
    both = {"constant_value": "${aws_vpc.a.id}", "references": ["aws_vpc.a.id", "aws_vpc.a"]}
    config = ResourceConfig({"vpc_id": both}, "here")
    assert config.expression(("vpc_id",)) == Expression(references=("aws_vpc.a.id", "aws_vpc.a"))
