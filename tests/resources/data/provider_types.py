"""`terraform providers schema -json` in; provider_types.tsv, the links to subnets and groups, out.

    terraform providers schema -json | python tests/resources/data/provider_types.py

in a folder whose configuration requires hashicorp/aws 5.100.0 and nothing else.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

OUT: Final = Path(__file__).with_suffix(".tsv")
SUBNET: Final = re.compile(
    r"(.*_)?subnets?(_ids?|_arns?|_group_name|_group_id)?|vpc_zone_identifier"
)
GROUP: Final = re.compile(r"(.*_)?security_groups?(_ids?|_arns?|_id_list|_names|s_ids)?")
TEXTS: Final = ("string", ["list", "string"], ["set", "string"])


def attributes(block: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every attribute of a block and of the blocks in it, by dotted path."""
    for name, attribute in block.get("attributes", {}).items():
        yield ".".join((*path, name)), attribute
    for name, inner in block.get("block_types", {}).items():
        yield from attributes(inner["block"], (*path, name))


def links(block: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(path, `subnets` or `groups`, `one` or `many`, who sets it: `user` or `aws`)."""
    for path, attribute in sorted(attributes(block)):
        name = path.rpartition(".")[2]
        if attribute.get("type") not in TEXTS:
            continue
        holds = "subnets" if SUBNET.fullmatch(name) else "groups" if GROUP.fullmatch(name) else ""
        shape = "one" if attribute["type"] == "string" else "many"
        who = "user" if attribute.get("optional") or attribute.get("required") else "aws"
        if holds:
            yield path, holds, shape, who


def main() -> None:
    providers = json.load(sys.stdin)["provider_schemas"]
    (aws,) = (found for name, found in providers.items() if name.endswith("hashicorp/aws"))
    rows = [
        (kind, *link)
        for kind, schema in sorted(aws["resource_schemas"].items())
        for link in links(schema["block"])
    ]
    lines = ["type\tpath\tholds\tshape\tset by", *("\t".join(row) for row in rows)]
    OUT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
