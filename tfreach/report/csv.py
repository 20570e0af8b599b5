"""What `reach` found in; one CSV line a flow row, out."""

from __future__ import annotations

import csv
import io

from tfreach.report.found import ReachFound
from tfreach.report.json_parts import Json, flow_rows
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
    "via",
)


def reach(found: ReachFound) -> str:
    """Lists are joined by spaces, reasons by `; `; so are the members of an end that is many."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    for (source, destination, via), flows in found.ways:
        for row in flow_rows(flows, (source, destination)):
            cells: Json = {"source": source, "destination": destination, "via": list(via)} | row
            writer.writerow({name: _cell(name, value) for name, value in cells.items()})
    for one in found.many:
        ends: Json = {
            "source": list(one.sources.names),
            "destination": list(one.destinations.names),
        }
        for row in flow_rows(one.flows, (one.sources.names[0], one.destinations.names[0])):
            writer.writerow({name: _cell(name, value) for name, value in (ends | row).items()})
    return out.getvalue()


def _cell(name: str, value: str | list[str]) -> str:
    if isinstance(value, str):
        return clean(value)
    return clean(("; " if name == "reasons" else " ").join(value))
