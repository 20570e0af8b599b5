"""What `reach` found in; one CSV line a flow row, out."""

from __future__ import annotations

import csv
import io

from tfreach.report.found import ReachFound
from tfreach.report.json_parts import flow_rows
from tfreach.report.words import clean

FIELDS = (
    "source",
    "destination",
    "family",
    "protocol",
    "ports",
    "verdict",
    "source_addresses",
    "destination_addresses",
    "client_ports",
    "subnets",
    "reasons",
)


def reach(found: ReachFound) -> str:
    """Lists are joined by spaces, reasons by `; `."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    for pair in sorted(found.pairs):
        for row in flow_rows(found.pairs[pair], pair):
            cells = {"source": pair[0], "destination": pair[1]} | row
            writer.writerow({name: _cell(name, value) for name, value in cells.items()})
    return out.getvalue()


def _cell(name: str, value: str | list[str]) -> str:
    if isinstance(value, str):
        return clean(value)
    return clean(("; " if name == "reasons" else " ").join(value))
