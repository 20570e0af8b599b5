"""References through `configuration`: what each form of an expression can lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tfreach.plan import document
from tfreach.plan.configuration import read_configuration
from tfreach.plan.expressions import Reference, references
from tfreach.plan.references import How, Link, Links, Resolver, Tally
from tfreach.plan.snapshot import snapshots

Json = dict[str, Any]


def resource(address: str, **extra: Any) -> Json:
    """A planned resource whose id and links are unknown; `values` and `unknown` may say more."""
    *_, kind, rest = address.rsplit(".", 2)
    name, _, index = rest.partition("[")
    entry = {"address": address, "mode": "managed", "type": kind, "name": name}
    if index:
        entry["index"] = json.loads(index.removesuffix("]"))
    module = address.removesuffix(f".{kind}.{rest}")
    if module != address:
        entry["module_address"] = module
    return {**entry, "values": {}, **extra}


def resolver(config: Json, *planned: Json) -> tuple[Resolver, Any]:
    """A resolver over a create plan, and its snapshot."""
    changes = [
        {
            **{key: value for key, value in item.items() if key not in ("values", "unknown")},
            "change": {
                "actions": ["create"],
                "before": None,
                "after": item["values"],
                "after_unknown": {"id": True, **item.get("unknown", {})},
            },
        }
        for item in planned
    ]
    content = {
        "format_version": "1.2",
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": {"root_module": config},
    }
    read = document.read(json.dumps(content).encode(), "plan.json")
    side = snapshots(read).after
    return Resolver(side.resources, read_configuration(read)), side


def block(kind: str, name: str, **expressions: Any) -> Json:
    return {"mode": "managed", "type": kind, "name": name, "expressions": expressions}


def names(*texts: str) -> Json:
    return {"references": list(texts)}


def subnet_of(config: Json, *planned: Json, of: str = "aws_instance.web") -> Link:
    """How `subnet_id` of an instance resolves."""
    found, side = resolver(config, *planned)
    return found.link(side.resources[of], "subnet_id", "subnet")


WEB = resource("aws_instance.web", unknown={"subnet_id": True})
SUBNET = resource("aws_subnet.a")
COUNTED = [resource(f"aws_subnet.a[{n}]") for n in range(3)]
KEYED = [resource(f'aws_subnet.a["{key}"]') for key in "xyz"]


@pytest.mark.parametrize(
    ("expression", "planned", "how", "targets"),
    [
        pytest.param(
            names("aws_subnet.a.id", "aws_subnet.a"), [SUBNET], How.FOLLOWED, ["aws_subnet.a"],
            id="one-block-with-one-instance-is-exact",
        ),
        pytest.param(
            names("aws_subnet.a"), [SUBNET], How.FOLLOWED, ["aws_subnet.a"],
            id="terraform-0.12-cut-the-attribute-off",
        ),
        pytest.param(
            names("aws_subnet.a[1].id", "aws_subnet.a[1]", "aws_subnet.a"), COUNTED,
            How.FOLLOWED, ["aws_subnet.a[1]"], id="a-literal-index-is-exact",
        ),
        pytest.param(
            names("aws_subnet.a", "count.index"), COUNTED, How.ONE_OF,
            [f"aws_subnet.a[{n}]" for n in range(3)],
            id="count.index-may-have-been-computed-on",
        ),
        pytest.param(
            names("aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"),
            [SUBNET, resource("aws_subnet.b")], How.ONE_OF, ["aws_subnet.a", "aws_subnet.b"],
            id="two-names-are-two-candidates",
        ),
        pytest.param(
            names("aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"), [],
            How.UNKNOWN, [], id="an-instance-that-is-not-planned-is-nothing",
        ),
        pytest.param(
            names("local.subnet"), [SUBNET], How.FOLLOWED, ["aws_subnet.a"],
            id="a-local-can-only-be-what-its-module-sees",
        ),
        pytest.param(
            names("local.subnet"), COUNTED, How.ONE_OF, [f"aws_subnet.a[{n}]" for n in range(3)],
            id="a-local-among-several-is-one-of-them",
        ),
        pytest.param(
            names("aws_cloudformation_stack.s.outputs", "aws_cloudformation_stack.s"),
            [resource("aws_cloudformation_stack.s", unknown={"outputs": True})],
            How.UNKNOWN, [], id="what-a-foreign-resource-gives-is-unknown",
        ),
    ],
)  # fmt: skip
def test_a_single_link(expression: Json, planned: list[Json], how: How, targets: list[str]) -> None:
    config = {"resources": [block("aws_instance", "web", subnet_id=expression)]}
    link = subnet_of(config, WEB, *planned)
    assert (link.how, list(link.targets)) == (how, targets)
    assert link.sure == (how is How.FOLLOWED)
    assert bool(link.reason) == (how is not How.FOLLOWED)


def test_an_unknown_attribute_that_nobody_configured_is_unset() -> None:
    """plan-json.md, trap 2."""
    link = subnet_of({"resources": [block("aws_instance", "web")]}, WEB, SUBNET)
    assert link.unset


@pytest.mark.parametrize(
    ("key", "targets"),
    [
        pytest.param("x", ['aws_subnet.a["x"]'], id="the-same-key"),
        pytest.param("w", [f'aws_subnet.a["{key}"]' for key in "xyz"], id="a-key-it-does-not-have"),
    ],
)
def test_each_key_leads_to_the_instance_of_that_key(key: str, targets: list[str]) -> None:
    expression = names("aws_subnet.a", "each.key")
    config = {"resources": [block("aws_instance", "web", subnet_id=expression)]}
    address = f'aws_instance.web["{key}"]'
    web = resource(address, unknown={"subnet_id": True})
    assert list(subnet_of(config, web, *KEYED, of=address).targets) == targets


def test_each_value_names_a_key_of_the_collection_and_not_the_own_one() -> None:
    written = block(
        "aws_instance", "web", subnet_id=names("aws_subnet.a", "each.value.at", "each.value")
    )
    written["for_each_expression"] = {"constant_value": {"x": {"at": "z"}}}
    web = resource('aws_instance.web["x"]', unknown={"subnet_id": True})
    link = subnet_of({"resources": [written]}, web, *KEYED, of=web["address"])
    assert list(link.targets) == ['aws_subnet.a["z"]']


def test_each_value_of_a_collection_that_is_not_known_may_be_any_instance() -> None:
    written = block(
        "aws_instance", "web", subnet_id=names("aws_subnet.a", "each.value.at", "each.value")
    )
    written["for_each_expression"] = names("var.servers")
    web = resource('aws_instance.web["x"]', unknown={"subnet_id": True})
    link = subnet_of({"resources": [written]}, web, *KEYED, of=web["address"])
    assert link.how is How.ONE_OF
    assert len(link.targets) == 3


def test_for_each_over_resources_gives_the_instance_of_the_own_key() -> None:
    written = block("aws_instance", "web", subnet_id=names("each.value.id", "each.value"))
    written["for_each_expression"] = names("aws_subnet.a")
    web = resource('aws_instance.web["y"]', unknown={"subnet_id": True})
    link = subnet_of({"resources": [written]}, web, *KEYED, of=web["address"])
    assert (link.how, list(link.targets)) == (How.FOLLOWED, ['aws_subnet.a["y"]'])


APP: Json = {
    "resources": [block("aws_instance", "web", subnet_id=names("var.subnet_id"))],
    "variables": {"subnet_id": {}},
}
NET: Json = {
    "resources": [block("aws_subnet", "a")],
    "outputs": {"ids": {"expression": names("aws_subnet.a")}},
}


def test_an_argument_is_followed_up_and_an_output_down_through_modules() -> None:
    config = {
        "module_calls": {
            "app": {
                "module": {
                    "module_calls": {
                        "inner": {"module": APP, "expressions": {"subnet_id": names("var.subnet")}}
                    },
                    "variables": {"subnet": {}},
                },
                "expressions": {
                    "subnet": names("module.net.ids[0]", "module.net.ids", "module.net")
                },
            },
            "net": {"module": NET},
        }
    }
    web = resource("module.app.module.inner.aws_instance.web", unknown={"subnet_id": True})
    one = subnet_of(config, web, resource("module.net.aws_subnet.a"), of=web["address"])
    assert (one.how, list(one.targets)) == (How.FOLLOWED, ["module.net.aws_subnet.a"])
    several = [resource(f"module.net.aws_subnet.a[{n}]") for n in range(2)]
    link = subnet_of(config, web, *several, of=web["address"])
    assert link.how is How.ONE_OF, "the index of a list says nothing of who stands there"


def test_a_module_instance_only_sees_its_own_resources() -> None:
    module = {
        "resources": [
            block("aws_subnet", "a"),
            block("aws_instance", "web", subnet_id=names("aws_subnet.a.id", "aws_subnet.a")),
        ]
    }
    config = {"module_calls": {"m": {"module": module, "for_each_expression": {}}}}
    web = resource('module.m["k"].aws_instance.web', unknown={"subnet_id": True})
    mine = resource('module.m["k"].aws_subnet.a')
    other = resource('module.m["other.k"].aws_subnet.a')
    link = subnet_of(config, web, mine, other, of=web["address"])
    assert list(link.targets) == [mine["address"]]


def test_a_link_attribute_of_another_resource_leads_on() -> None:
    """`aws_subnet.a.vpc_id` is that subnet's VPC."""
    config = {
        "resources": [
            block("aws_security_group", "g", vpc_id=names("aws_subnet.a.vpc_id", "aws_subnet.a")),
            block("aws_subnet", "a", vpc_id=names("aws_vpc.v.id", "aws_vpc.v")),
        ]
    }
    group = resource("aws_security_group.g", unknown={"vpc_id": True})
    subnet = resource("aws_subnet.a", unknown={"vpc_id": True})
    found, side = resolver(config, group, subnet, resource("aws_vpc.v"))
    link = found.link(side.resources["aws_security_group.g"], "vpc_id", "vpc")
    assert (link.how, list(link.targets)) == (How.FOLLOWED, ["aws_vpc.v"])


def test_the_default_group_of_a_vpc_has_a_key_of_its_own() -> None:
    reference = names("aws_vpc.v.default_security_group_id", "aws_vpc.v")
    rule = block("aws_security_group_rule", "r", security_group_id=reference)
    planned = resource("aws_security_group_rule.r", unknown={"security_group_id": True})
    found, side = resolver({"resources": [rule]}, planned, resource("aws_vpc.v"))
    link = found.link(
        side.resources["aws_security_group_rule.r"], "security_group_id", "security_group"
    )
    assert list(link.targets) == ["aws_vpc.v (default security group)"]


def groups_of(expression: Json, *planned: Json, **more: Any) -> Links:
    config = {"resources": [block("aws_instance", "web", vpc_security_group_ids=expression)]}
    web = resource("aws_instance.web", **{"unknown": {"vpc_security_group_ids": True}, **more})
    found, side = resolver(config, web, *planned)
    return found.links(
        side.resources["aws_instance.web"], "vpc_security_group_ids", "security_group"
    )


def keys(found: Links) -> list[str]:
    return [target for item in found.items for target in item.targets]


A, B = resource("aws_security_group.a"), resource("aws_security_group.b")
BOTH = names(
    "aws_security_group.a.id", "aws_security_group.a",
    "aws_security_group.b.id", "aws_security_group.b",
)  # fmt: skip


def test_a_list_of_single_resources_is_all_of_them() -> None:
    found = groups_of(BOTH, A, B)
    assert found.how is How.FOLLOWED
    assert keys(found) == ["aws_security_group.a", "aws_security_group.b"]


def test_a_list_beside_anything_else_is_some_of_them() -> None:
    """`var.x ? [a] : [b]` mentions the same names."""
    found = groups_of(names(*BOTH["references"], "var.both"), A, B)
    assert (found.how, keys(found)) == (How.ONE_OF, [])
    assert list(found.maybe) == ["aws_security_group.a", "aws_security_group.b"]


def test_a_splat_over_several_instances_is_some_of_them() -> None:
    """`slice(aws_security_group.a[*].id, 0, 1)` mentions the same name."""
    many = [resource(f"aws_security_group.a[{n}]") for n in range(2)]
    found = groups_of(names("aws_security_group.a"), *many)
    assert (found.how, len(found.maybe)) == (How.ONE_OF, 2)


def test_a_list_that_is_wholly_unknown_may_hold_known_groups_as_well() -> None:
    """A set with one unknown element is unknown as a whole."""
    known = {**A, "values": {"id": "sg-1"}, "unknown": {"id": False}}
    assert keys(groups_of(BOTH, known, B)) == ["aws_security_group.a", "aws_security_group.b"]


def test_a_single_link_between_a_known_and_an_unknown_resource_is_the_unknown_one() -> None:
    known = {**SUBNET, "values": {"id": "subnet-1"}, "unknown": {"id": False}}
    expression = names("aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b")
    config = {"resources": [block("aws_instance", "web", subnet_id=expression)]}
    link = subnet_of(config, WEB, known, resource("aws_subnet.b"))
    assert (link.how, list(link.targets)) == (How.FOLLOWED, ["aws_subnet.b"])


def test_a_whole_module_is_any_of_its_outputs() -> None:
    """`values(module.net)[*].ids` mentions `module.net` alone."""
    written = block("aws_instance", "web", subnet_id=names("module.net"))
    config = {"resources": [written], "module_calls": {"net": {"module": NET}}}
    link = subnet_of(config, WEB, resource("module.net.aws_subnet.a"))
    assert list(link.targets) == ["module.net.aws_subnet.a"]


def test_for_each_over_modules_gives_the_output_of_the_own_key() -> None:
    module = {**NET, "outputs": {**NET["outputs"], "other": {"expression": names("aws_subnet.b")}}}
    written = block("aws_instance", "web", subnet_id=names("each.value.ids", "each.value"))
    written["for_each_expression"] = names("module.net")
    config = {"resources": [written], "module_calls": {"net": {"module": module}}}
    web = resource('aws_instance.web["y"]', unknown={"subnet_id": True})
    subnets = [resource(f'module.net["{key}"].aws_subnet.a') for key in "xy"]
    link = subnet_of(config, web, *subnets, of=web["address"])
    assert (link.how, list(link.targets)) == (How.FOLLOWED, ['module.net["y"].aws_subnet.a'])


def test_a_list_with_known_and_unknown_elements_keeps_both() -> None:
    found = groups_of(
        names("aws_security_group.a.id", "aws_security_group.a", "var.extra"),
        A,
        values={"vpc_security_group_ids": ["sg-9", None]},
        unknown={"vpc_security_group_ids": [False, True]},
    )
    assert keys(found) == ["sg-9"]
    assert list(found.maybe) == ["aws_security_group.a"]


def test_identifiers_are_matched_by_kind() -> None:
    """plan-json.md, trap 17: a data source's id may be the region."""
    vpc = {**resource("aws_vpc.v"), "values": {"id": "x-1"}, "unknown": {"id": False}}
    subnet = {**resource("aws_subnet.s"), "values": {"id": "x-1"}, "unknown": {"id": False}}
    found, _ = resolver({}, vpc, subnet)
    assert found.identify("vpc", "x-1") == "aws_vpc.v"
    assert found.identify("subnet", "x-1") == "aws_subnet.s"
    assert found.identify("subnet", "x-2") == "x-2"


def test_every_link_is_counted_once() -> None:
    config = {
        "resources": [
            block("aws_instance", "web", subnet_id=names("aws_subnet.a"), ami={}),
            block("aws_nat_gateway", "n", subnet_id=names("aws_subnet.b")),
        ]
    }
    web = resource("aws_instance.web", unknown={"subnet_id": True, "vpc_security_group_ids": True})
    nat = resource("aws_nat_gateway.n", unknown={"subnet_id": True})
    found, side = resolver(config, web, nat, SUBNET)
    for _ in range(2):
        found.link(side.resources["aws_instance.web"], "subnet_id", "subnet")
        found.links(side.resources["aws_instance.web"], "vpc_security_group_ids", "security_group")
        found.link(side.resources["aws_nat_gateway.n"], "subnet_id", "subnet")
    assert found.tally() == Tally(followed=1, unknown=1)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["aws_a.b[0].id", "aws_a.b[0]", "aws_a.b"],
         [Reference("resource", "b", "aws_a", 0, ("id",))]),
        (["aws_a.b", "aws_a.b[0].id", "aws_a.b[0]", "aws_a.b"],
         [Reference("resource", "b", "aws_a"), Reference("resource", "b", "aws_a", 0, ("id",))]),
        (['module.m["a.b[0]"].out', 'module.m["a.b[0]"]', "module.m"],
         [Reference("module", "m", "", "a.b[0]", ("out",))]),
        (["data.aws_a.b.id", "data.aws_a.b"], [Reference("data", "b", "aws_a", None, ("id",))]),
        (["each.value.x", "each.value"], [Reference("each", "value", rest=("x",))]),
        (["count.index", "count.index"], [Reference("count", "index")]),
        (["nonsense", "", "[["], []),
    ],
)  # fmt: skip
def test_references_are_taken_apart(texts: list[str], expected: list[Reference]) -> None:
    assert references(texts) == expected
