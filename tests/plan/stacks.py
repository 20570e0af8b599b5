"""A folder of Terraform source and the plan that Terraform would make of it, written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfreach import pipeline
from tfreach.plan.modules import Source
from tfreach.plan.raw import format_address, parse_address

Json = dict[str, Any]


def resource(address: str, unknown: Mapping[str, Any] | None = None, **values: Any) -> Json:
    """A resource to be created. unknown: beside `id`, the tree of what is not known yet."""
    at = parse_address(address)
    return {
        "address": address,
        "module_address": format_address(at.module, "managed", "", "")[:-1].rstrip("."),
        "mode": at.mode,
        "type": at.type,
        "name": at.name,
        "index": at.index,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": values,
            "after_unknown": {"id": True, **(unknown or {})},
        },
    }


def names(*listed: str) -> Json:
    """An expression as `configuration` keeps it."""
    return {"references": list(listed)}


def configured(address: str, **expressions: Any) -> Json:
    at = parse_address(address)
    return {
        "address": address,
        "mode": at.mode,
        "type": at.type,
        "name": at.name,
        "expressions": expressions,
    }


def plan(
    *resources: Json, root: Json | None = None, variables: Mapping[str, Any] | None = None
) -> bytes:
    """The plan JSON. root: its configuration's root_module."""
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "variables": {name: {"value": value} for name, value in (variables or {}).items()},
            "planned_values": {"root_module": {}},
            "resource_changes": list(resources),
            "configuration": {"root_module": root or {}},
        }
    ).encode()


def write(folder: Path, **files: str) -> Path:
    """Files by name, `__` standing for `/` and `_tf` for `.tf`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_tf", ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def analysed(data: bytes, folder: Path) -> pipeline.Analysis:
    return pipeline.analyse(data, "plan.json", Source.of_folder(folder), check_all=True)


def links(found: pipeline.Analysis) -> dict[str, tuple[str, tuple[str, ...]]]:
    """`address.attribute` -> how it was resolved, and to what."""
    return {
        f"{link.address}.{link.attribute}": (link.how.value, link.targets) for link in found.links
    }
