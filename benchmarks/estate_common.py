"""What the modules of the estate have in common."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from estate_blocks import Key, Nested, Text, Values
from estate_provider import UNKNOWN

REGION: Final = "us-east-1"
AMI: Final = "ami-12c6146b"
ESTATE: Final = "shop"
ANYWHERE: Final = "0.0.0.0/0"
DISK_UNKNOWN: Final = "device_name iops kms_key_id tags_all throughput volume_id volume_type"
BARE: Final[Values] = {
    "description": "",
    "ipv6_cidr_blocks": [],
    "prefix_list_ids": [],
    "security_groups": [],
    "self": False,
}
OUT: Final[Text] = {
    "protocol": '"-1"',
    "from_port": "0",
    "to_port": "0",
    "cidr_blocks": json.dumps([ANYWHERE]),
}
OUT_VALUES: Final[Values] = {
    "egress": [{**BARE, "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": [ANYWHERE]}]
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What every module has.

    trusted    name -> network that may come in
    """

    number: int
    trusted: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"m{self.number:02}"

    @property
    def prefix(self) -> str:
        return f"{self.name}-production"

    def tags(self, name: str = "", **more: str) -> dict[str, Any]:
        known = {"Estate": ESTATE, "ManagedBy": "terraform", "Module": self.name, **more}
        return {"tags": {**known, "Name": f"{self.prefix}-{name}"} if name else known}


def counted(number: int, values: Values | None = None) -> dict[Key, Values]:
    return dict.fromkeys(range(number), values or {})


def named(suffix: str) -> str:
    return f'merge(local.tags, {{ Name = "${{local.prefix}}-{suffix}" }})'


def names() -> Text:
    return {
        "prefix": '"${var.name}-${var.environment}"',
        "tags": 'merge(var.tags, { Module = var.name, ManagedBy = "terraform" })',
    }


def machine(shape: Shape) -> Values:
    return {
        "ami": AMI,
        "instance_type": "t3.micro",
        "root_block_device": [
            {
                **dict.fromkeys(DISK_UNKNOWN.split(), UNKNOWN),
                "delete_on_termination": True,
                "encrypted": True,
                "tags": None,
                "volume_size": 8 + shape.number,
            }
        ],
    }


def disk() -> Nested:
    return Nested(
        "root_block_device",
        {"volume_size": "var.volume_size", "encrypted": "true"},
        as_attribute=False,
    )
