"""Resources one by one in; the plan of all of them, of which some change, out.

Resources are as the states of the fixtures have them, with other names; the same bytes each time.
"""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"
PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
NO_PEER: Final[Json] = dict.fromkeys(
    ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
)
HOST: Final = "aws_instance"


def templates() -> dict[str, Json]:
    """A resource of each type as AWS (here: moto) leaves it, from the states of the fixtures."""
    found: dict[str, Json] = {}
    for path in sorted(FIXTURES.glob("*/change/state.json")):
        for one in _resources(json.loads(path.read_text())["values"]["root_module"]):
            found.setdefault(one["type"], one)
    return found


def _resources(module: Json) -> Iterator[Json]:
    yield from (one for one in module.get("resources", []) if one["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)


class Standing:
    """Every resource as it stands, and what the plan makes of some.

    stands    address -> resource with its values
    planned   address -> values after; None: it is deleted
    """

    def __init__(self) -> None:
        self._dice = random.Random(11)
        self._templates = templates()
        self._numbers = 0
        self.stands: dict[str, Json] = {}
        self.planned: dict[str, Json | None] = {}

    def _add(self, kind: str, key: str, **values: Any) -> Json:
        made = copy.deepcopy(self._templates[kind])
        self._numbers += 1
        own: Json = made["values"]
        prefix = str(own["id"]).partition("-")[0] if "-" in str(own["id"]) else kind[4:]
        own |= {"id": f"{prefix}-{self._numbers:017x}", **values}
        if own.get("arn"):
            own["arn"] = own["arn"].rpartition("/")[0] + "/" + own["id"]
        address = f'{kind}.this["{key}"]'
        self.stands[address] = {
            **made,
            "address": address,
            "index": key,
            "name": "this",
            "provider_name": PROVIDER,
            "values": own,
        }
        self.stands[address].pop("depends_on", None)
        return own


def to(block: str, **target: str) -> Json:
    every = (
        "carrier_gateway_id core_network_arn destination_prefix_list_id egress_only_gateway_id"
        " gateway_id ipv6_cidr_block local_gateway_id nat_gateway_id network_interface_id"
        " transit_gateway_id vpc_endpoint_id vpc_peering_connection_id"
    )
    return {**dict.fromkeys(every.split(), ""), "cidr_block": block, **target}


def document(those: Standing) -> Json:
    """As `terraform show -json` has it."""
    after = {
        address: one if address not in those.planned else {**one, "values": those.planned[address]}
        for address, one in those.stands.items()
        if those.planned.get(address, one) is not None
    }
    kinds = dict.fromkeys(one["type"] for one in those.stands.values())
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": list(after.values())}},
        "resource_changes": [_entry(those, address, one) for address, one in those.stands.items()],
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": {"resources": list(those.stands.values())}},
        },
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": PROVIDER}},
            "root_module": {"resources": [_written(those, kind) for kind in kinds]},
        },
        "timestamp": "2025-01-01T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def _entry(those: Standing, address: str, one: Json) -> Json:
    values = one["values"]
    after = those.planned.get(address, values)
    actions = ["no-op"] if after is values else ["update"] if after else ["delete"]
    change = {"actions": actions, "before": values, "after": after, "after_unknown": {},
              "before_sensitive": one["sensitive_values"], "after_sensitive": {}}  # fmt: skip
    named = {name: one[name] for name in ("address", "mode", "type", "name", "index")}
    return {**named, "provider_name": PROVIDER, "change": change}


def _written(those: Standing, kind: str) -> Json:
    """Its one block: for_each over a variable, every argument taken from each.value."""
    sample = next(one["values"] for one in those.stands.values() if one["type"] == kind)
    arguments = {
        name: {"references": [f"each.value.{name}", "each.value"]}
        for name, value in sample.items()
        if name not in ("id", "arn", "tags_all") and value not in (None, "", [], {})
    }
    return {
        "address": f"{kind}.this",
        "mode": "managed",
        "type": kind,
        "name": "this",
        "provider_config_key": "aws",
        "expressions": arguments,
        "schema_version": 0,
        "for_each_expression": {"references": ["var.these"]},
    }


def write(file: Path, those: Standing) -> Path:
    """As `terraform show -json` writes it."""
    with file.open("w") as out:
        json.dump(document(those), out, separators=(",", ":"))
    return file
