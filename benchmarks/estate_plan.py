"""The modules of an estate in; the plan that creates them, as `terraform show -json` has it, out.

Written after the plans that Terraform 1.11 and the AWS provider 5.100 make of the same source.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from estate_blocks import Call, Key, Module, Nested, Output, Part, Resource, Text, Variable
from estate_provider import SCHEMAS, UNKNOWN

Json = dict[str, Any]

PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
REPEATED: Final = ("count", "for_each")
STEP: Final = r'(?:\.[A-Za-z_][\w-]*|\["[^"]*"\]|\[\d+\])'
TRAVERSAL: Final = re.compile(
    rf"(?<![\w.])((?:var|local|each|count|module|aws_\w+)\.[A-Za-z_][\w-]*)({STEP}*)"
)
BARE_BLOCK: Final = (
    "description",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "security_groups",
    "self",
)
"""What Terraform adds, as null, to a constant rule within a security group."""


def plan(root: Module, region: str) -> Json:
    """The whole document; of the root module's outputs no values are in it."""
    changes = list(resource_changes(root, ""))
    settings = {"region": {"constant_value": region}}
    provider = {"name": "aws", "full_name": PROVIDER, "version_constraint": "5.100.0"}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": planned_module(root, "")},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {**provider, "expressions": settings}},
            "root_module": configuration(root),
        },
        "timestamp": "2025-01-01T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


# What the source says


def configuration(module: Module) -> Json:
    parts = [part for file in module.files.values() for part in file]
    variables = [part for part in parts if isinstance(part, Variable)]
    found: Json = {
        "outputs": {one.name: output(one) for one in parts if isinstance(one, Output)},
        "resources": [resource(one) for one in sorted_resources(parts)],
        "module_calls": {one.name: module_call(one) for one in parts if isinstance(one, Call)},
        "variables": {one.name: variable(one) for one in variables},
    }
    return {name: value for name, value in found.items() if value}


def sorted_resources(parts: Sequence[Part]) -> list[Resource]:
    found = [part for part in parts if isinstance(part, Resource)]
    return sorted(found, key=lambda one: (one.type, one.name))


def output(one: Output) -> Json:
    shown = {"description": one.description} if one.description else {}
    return {"expression": expression(one.text), **shown}


def variable(one: Variable) -> Json:
    default = {"default": json.loads(one.default)} if one.default else {}
    return {**default, "description": one.description}


def module_call(call: Call) -> Json:
    found = {name: expression(text) for name, text in call.text.items() if name not in REPEATED}
    for name, value in call.constants.items():
        found[name] = {"constant_value": value}
    module = configuration(next(iter(call.instances.values())))
    return {"source": call.source, "expressions": found, "module": module, **repeated(call.text)}


def resource(one: Resource) -> Json:
    return {
        "address": f"{one.type}.{one.name}",
        "mode": "managed",
        "type": one.type,
        "name": one.name,
        "provider_config_key": "aws",
        "expressions": {
            **{name: expression(text) for name, text in one.text.items() if name not in REPEATED},
            **{block.type: nested(block) for block in one.nested if not block.over},
        },
        "schema_version": SCHEMAS[one.type].version,
        **repeated(one.text),
    }


def repeated(text: Text) -> Json:
    """What `count` or `for_each` mentions."""
    found = {f"{kind}_expression": expression(text[kind]) for kind in REPEATED if kind in text}
    return {kind: value for kind, value in found.items() if value}


def nested(block: Nested) -> Any:
    """A block, or what an attribute that is written as one comes to or mentions as a whole."""
    if not block.as_attribute:
        return [{name: expression(text) for name, text in block.text.items()}]
    if all(map(is_constant, block.text.values())):
        known = {name: json.loads(text) for name, text in block.text.items()}
        return {"constant_value": [{**dict.fromkeys(BARE_BLOCK), **known}]}
    return {"references": [name for text in block.text.values() for name in references(text)]}


def expression(text: str) -> Json:
    if is_constant(text):
        return {"constant_value": json.loads(text)}
    found = references(text)
    return {"references": found} if found else {}


def is_constant(text: str) -> bool:
    """Whether HCL that is JSON as well; a text with an interpolation is not."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return "${" not in text


def references(text: str) -> list[str]:
    """The names that HCL mentions, each followed by what it is a part of."""
    found: list[str] = []
    for head, rest in TRAVERSAL.findall(text):
        steps = re.findall(STEP, rest)
        found += [head + "".join(steps[:end]) for end in range(len(steps), 0, -1)]
        found.append(head)
    return found


# What Terraform will make of it


def keyed(name: str, key: Key) -> str:
    return name if key is None else f"{name}[{json.dumps(key)}]"


def calls(module: Module, address: str) -> Iterator[tuple[str, Module]]:
    """Address and content of every module directly within one."""
    for part in (part for file in module.files.values() for part in file):
        if isinstance(part, Call):
            for key, inner in part.instances.items():
                yield ".".join(filter(None, (address, keyed(f"module.{part.name}", key)))), inner


def resource_changes(module: Module, address: str) -> Iterator[Json]:
    for one, key in instances(module):
        after, unknown = known_and_unknown(one, key)
        change = {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": False,
            "after_sensitive": hidden(one, after),
        }
        place = {"module_address": address} if address else {}
        yield {**named(one, key, address), **place, "change": change}
    for inner_address, inner in calls(module, address):
        yield from resource_changes(inner, inner_address)


def planned_module(module: Module, address: str) -> Json:
    found: list[Json] = []
    for one, key in instances(module):
        after, _ = known_and_unknown(one, key)
        version = SCHEMAS[one.type].version
        secret = {
            "schema_version": version,
            "values": after,
            "sensitive_values": hidden(one, after),
        }
        found.append({**named(one, key, address), **secret})
    parts = {
        "resources": found,
        "address": address,
        "child_modules": [planned_module(inner, where) for where, inner in calls(module, address)],
    }
    return {name: value for name, value in parts.items() if value}


def instances(module: Module) -> Iterator[tuple[Resource, Key]]:
    parts = [part for file in module.files.values() for part in file]
    for one in sorted_resources(parts):
        for key in one.instances:
            yield one, key


def named(one: Resource, key: Key, address: str) -> Json:
    local = keyed(f"{one.type}.{one.name}", key)
    return {
        "address": f"{address}.{local}" if address else local,
        "mode": "managed",
        "type": one.type,
        "name": one.name,
        **({} if key is None else {"index": key}),
        "provider_name": PROVIDER,
    }


def known_and_unknown(one: Resource, key: Key) -> tuple[Json, Json]:
    """`after` and `after_unknown` of an instance."""
    schema = SCHEMAS[one.type]
    values: Json = {
        **dict.fromkeys(schema.unknown.split(), UNKNOWN),
        **dict.fromkeys(schema.null.split()),
        **dict.fromkeys(schema.off.split(), False),
        **schema.known,
    }
    values |= {name: [] for name in schema.empty.split()}
    for name, text in one.text.items():
        if name not in REPEATED:
            values[name] = json.loads(text) if is_constant(text) else UNKNOWN
    values |= one.instances[key]
    if "tags" in one.text:
        values["tags_all"] = values["tags"]
    ordered = dict(sorted(values.items()))
    return without_unknown(ordered), tree(ordered)


def without_unknown(value: Any) -> Any:
    match value:
        case dict():
            return {k: without_unknown(v) for k, v in value.items() if v is not UNKNOWN}
        case list():
            return [None if item is UNKNOWN else without_unknown(item) for item in value]
        case _:
            return value


def tree(value: Any) -> Any:
    """What is unknown of a value: its shape without what is known."""
    match value:
        case dict():
            inner = {name: tree(one) for name, one in value.items()}
            return {name: one for name, one in inner.items() if one is not False}
        case list():
            return [tree(item) for item in value]
        case _:
            return value is UNKNOWN


def hidden(one: Resource, after: Json) -> Json:
    """`after_sensitive`: the shape of all that holds more than one value, secrets as true."""
    schema = SCHEMAS[one.type]
    found: Json = {name: [] for name in schema.lists.split()}
    found |= {**tree(after), **dict.fromkeys(schema.secret.split(), True)}
    for disk in found.get("root_block_device", ()):
        disk["tags_all"] = {}
    return found
