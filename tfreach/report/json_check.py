"""What `check` found in; its JSON document (contract, section 5), out."""

from __future__ import annotations

from tfreach.policy.results import Result, counted
from tfreach.report import json_parts as parts
from tfreach.report.check_words import message
from tfreach.report.found import CheckFound
from tfreach.report.json_parts import Json
from tfreach.report.words import way
from tfreach.topology.network import Network


def check(found: CheckFound) -> str:
    networks = found.after, found.before
    reasons = [{why for flow in one.flows for why in flow.reasons} for one in found.results]
    document: Json = {
        "schema": "tfreach/check/1",
        "project": found.basis.name,
        "summary": {status.value: number for status, number in counted(found.results).items()},
        "results": [_result(one, networks) for one in found.results],
    }
    return parts.text(document | parts.tail(found.basis, reasons))


def _result(result: Result, networks: tuple[Network, Network]) -> Json:
    pair = result.source, result.destination
    verdict = result.verdict.value if result.verdict else None
    said: Json = {
        "name": result.name,
        "rule": result.rule,
        "status": result.status.value,
        "severity": result.severity,
        "fails": result.fails,
        "location": parts.location(result.location),
        "state": result.state,
        "services": result.services,
        "expected": result.expected,
        "actual": {"verdict": verdict, "flows": parts.flow_rows(result.flows, pair)},
        "source": _end(result.source, result.whole, networks),
        "destination": _end(result.destination, result.whole, networks),
        "change": result.kind.value if result.kind else None,
        "causes": [parts.cause(one) for one in result.causes],
        "blockers": [parts.blocker(one) for one in result.blockers],
        "message": message(result),
    }
    if result.trace:
        said["flow"] = parts.header(result.trace.flow)
        said["path"] = way(result.trace)
    if result.waiver:
        said["waiver"] = parts.waiver(result.waiver)
    expired = [parts.waiver(one) for one in result.expired]
    return said | parts.filled({"via": list(result.via), "expired": expired})


def _end(text: str, whole: bool, networks: tuple[Network, Network]) -> Json | None:
    """The endpoint; of a whole rule its selector, null where it has none."""
    if not whole:
        return parts.endpoint(text, *networks)
    return {"id": text, "kind": "selector"} if text else None
