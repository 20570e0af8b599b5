"""Model values in; the JSON objects that several documents share (flows, endpoints, hops), out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from tfreach.diff.changes import Cause, Witness
from tfreach.engine.blocks import Members
from tfreach.engine.verdicts import Blocker, FlowSet, Hop, Leg, Pair, Trace
from tfreach.report.found import Basis
from tfreach.report.words import way
from tfreach.space.headers import (
    ICMP_OF,
    NAMES,
    Flow,
    address_text,
    addresses_text,
    has_client_port,
    port_of,
    ports_text,
    protocol_of,
    services_text,
)
from tfreach.topology.network import INTERNET, ON_PREMISES, Endpoint, Location, Network, Origin

if TYPE_CHECKING:
    from tfreach.policy.rules import Waiver

Json = dict[str, Any]


def text(document: Mapping[str, object], *, compact: bool = False) -> str:
    """Escaped to ASCII: what a terminal or an editor might obey in a name stays a name. compact:
    what is too large to be read is written faster, without indents."""
    return json.dumps(document, indent=None if compact else 2) + "\n"


def filled(found: Mapping[str, Any]) -> Json:
    """Without the keys that have nothing to say."""
    return {key: value for key, value in found.items() if value not in (None, "", [], {})}


def flow_rows(flows: Iterable[FlowSet], pair: Pair) -> list[Json]:
    """One row a protocol of each flow set; limits only where there are some."""
    far = pair[0] in (INTERNET, ON_PREMISES)
    end = "source_addresses" if far else "destination_addresses"
    rows: list[Json] = []
    for flow in flows:
        limits: Json = {}
        if flow.addresses is not None:
            limits[end] = addresses_text(flow.addresses)
        if flow.one_way is not None:
            limits["one_way_addresses"] = addresses_text(flow.one_way)
        if flow.client_ports is not None:
            limits["client_ports"] = ports_text(flow.client_ports)
        if flow.subnets is not None:
            limits["subnets"] = list(flow.subnets)
        if flow.reasons:
            limits["reasons"] = sorted(flow.reasons)
        rows += [
            {
                "family": flow.family.value,
                "protocol": protocol,
                "ports": ports,
                "verdict": flow.verdict.value,
            }
            | limits
            for protocol, ports in services_text(flow.services, flow.family)
        ]
    return rows


def members(found: Members) -> Json:
    """Many endpoints in place of one."""
    return {"members": list(found.names), "count": found.count}


def groups(blocks: Mapping[str, tuple[str, ...]], *, grouped: bool) -> Json:
    """The blocks that members name; nothing where no row has members."""
    return {"groups": {name: list(ids) for name, ids in blocks.items()}} if grouped else {}


def endpoint(name: str, *networks: Network) -> Json:
    """An endpoint as the first of `networks` that knows it has it."""
    for network in networks:
        if name in network.endpoints:
            return _endpoint(network.endpoints[name], network)
    return {"id": name, "kind": "unknown"}


def _endpoint(found: Endpoint, network: Network) -> Json:
    subnets = sorted({site.subnet for face in found.interfaces for site in face.sites})
    vpcs = {network.subnets[name].vpc for name in subnets if name in network.subnets}
    return {"id": found.id, "kind": found.kind} | filled(
        {
            "address": found.address,
            "cloud_id": found.cloud_id,
            "vpc": vpcs.pop() if len(vpcs) == 1 else "",
            "subnets": subnets,
        }
    )


def location(found: Location | None) -> Json | None:
    return {"file": found.file, "line": found.line} if found else None


def cause(found: Cause) -> Json:
    said = {"address": found.address, "actions": list(found.actions), "what": found.what}
    calls = [{"module": one.module, "location": location(one.location)} for one in found.calls]
    undone = found.undone.value if found.undone else ""
    return said | filled({"location": location(found.location), "calls": calls, "undone": undone})


def waiver(found: Waiver) -> Json:
    return {
        "reason": found.reason,
        "expires": found.expires.isoformat(),
        "location": location(found.location),
    }


def header(flow: Flow) -> Json:
    """One packet. ICMP has a type and a code where others have ports."""
    protocol = protocol_of(flow.service)
    said: Json = {
        "source_ip": address_text(flow.src),
        "destination_ip": address_text(flow.dst),
        "protocol": NAMES.get(protocol, str(protocol)),
    }
    if has_client_port(flow.service):
        return said | {"port": port_of(flow.service), "source_port": flow.src_port}
    if protocol == ICMP_OF[flow.family]:
        kind, code = divmod(port_of(flow.service), 256)
        return said | {"type": kind, "code": code}
    return said


def hop(found: Hop) -> Json:
    said: Json = {"component": found.component, "kind": found.kind, "action": found.action}
    return said | filled(
        {
            "text": found.text,
            "rule": _origin(found.rule),
            "codes": list(found.codes),
            "unknown": found.unknown,
            "header": header(found.header) if found.header else None,
        }
    )


def _origin(found: Origin) -> Json | None:
    if not found.address:
        return None
    said = {"address": found.address}
    return said | filled({"text": found.text, "location": location(found.location)})


def leg(found: Leg) -> Json:
    return {
        "arrives": found.outcome.value,
        "disposition": found.disposition.value,
        "hops": [hop(one) for one in found.hops],
    }


def blocker(found: Blocker) -> Json:
    return {
        "code": found.code,
        "leg": found.leg,
        "direction": found.direction,
        "component": found.component,
        "text": found.text,
        "fix": found.fix,
    }


def witness(found: Witness) -> Json:
    """One flow that shows the change; a side where one of its ends does not exist is left out."""
    sides = (("before", found.before), ("after", found.after))
    said: Json = {"flow": header(found.flow)}
    return said | {name: _outcome(trace) for name, trace in sides if trace is not None}


def _outcome(trace: Trace) -> Json:
    said: Json = {
        "delivered": trace.delivered.value,
        "round_trip": trace.round_trip.value,
        "disposition": trace.forward.disposition.value,
    }
    if trace.back is not None:
        said["reply_disposition"] = trace.back.disposition.value
    codes = list(dict.fromkeys(one.code for one in trace.blockers))
    return said | {"path": way(trace)} | filled({"blockers": codes})


def tail(basis: Basis, reasons: Iterable[Iterable[str]], pairs: Iterable[int] = ()) -> Json:
    """What every document ends with.

    reasons  of each pair that is not decided
    pairs    how many pairs each of them stands for; none: one
    """
    counted: Counter[str] = Counter()
    for group, number in zip(reasons, chain(pairs, repeat(1)), strict=False):
        counted.update(dict.fromkeys(group, number))
    return {
        "assumptions": list(basis.assumptions),
        "unknowns": [{"reason": why, "pairs": counted[why]} for why in sorted(counted)],
        "unmodelled": [
            {
                "type": one.type,
                "count": len(one.addresses),
                "addresses": list(one.addresses),
                "effect": one.effect,
            }
            for one in basis.unmodelled
        ],
        "references": references(basis),
        "warnings": list(basis.warnings),
    }


def references(basis: Basis) -> Json:
    tally = basis.references
    return {
        "known": tally.known,
        "evaluated": tally.evaluated,
        "followed": tally.followed,
        "one_of": tally.one_of,
        "unknown": tally.unknown,
    }
