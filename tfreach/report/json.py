"""What a command found in; its JSON document (contract, section 5), out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tfreach.diff.changes import Change, Kind, Many, Undecided
from tfreach.engine.reached import ReachOfMany
from tfreach.report import json_parts as parts
from tfreach.report.found import CoverageFound, DiffFound, LinkRow, ReachFound, TraceFound, TypeRow
from tfreach.report.json_parts import Json
from tfreach.topology.network import Network

if TYPE_CHECKING:
    from tfreach.policy.questions import PairAnswer


def diff(found: DiffFound) -> str:
    comparison = found.comparison
    networks = found.after, found.before
    kinds = Counter(change.kind for change in comparison.changes)
    kinds.update({kind: sum(o.pairs for o in comparison.many if o.kind is kind) for kind in Kind})
    differing = sum(one.differs for one in comparison.undecided)
    differing += sum(o.pairs for o in comparison.many if o.kind is None and o.differs)
    unsure = [(one.reasons, 1) for one in comparison.undecided]
    unsure += [(one.reasons, one.pairs) for one in comparison.many if one.kind is None]
    document: Json = {
        "schema": "tfreach/diff/1",
        "project": found.basis.name,
        "summary": {
            "opened": kinds[Kind.OPENED],
            "closed": kinds[Kind.CLOSED],
            "changed": kinds[Kind.CHANGED],
            "undetermined": differing,
            "unchanged_pairs": comparison.unchanged_pairs,
        },
        "changes": [
            *(_change(change, networks) for change in comparison.changes),
            *(_change_of_many(one) for one in comparison.many if one.kind),
        ],
        "undetermined": [
            *(_undecided(one, networks) for one in comparison.undecided),
            *(_undecided_of_many(one) for one in comparison.many if not one.kind),
        ],
        "endpoints": {
            "added": [parts.endpoint(name, *networks) for name in comparison.added],
            "removed": [parts.endpoint(name, *networks) for name in comparison.removed],
        },
    }
    grouped = bool(comparison.many)
    document |= parts.groups(comparison.blocks, grouped=grouped)
    tail = parts.tail(found.basis, (why for why, _ in unsure), (number for _, number in unsure))
    return parts.text(document | tail, compact=grouped)


def _change(change: Change, networks: tuple[Network, Network]) -> Json:
    pair = change.source, change.destination
    return {
        "kind": change.kind.value,
        "source": parts.endpoint(change.source, *networks),
        "destination": parts.endpoint(change.destination, *networks),
        **parts.filled({"via": list(change.via)}),
        "before": parts.flow_rows(change.before, pair),
        "after": parts.flow_rows(change.after, pair),
        "endpoint_change": change.endpoint_change,
        "causes": [parts.cause(one) for one in change.causes],
        "witness": parts.witness(change.witness),
    }


def _undecided(found: Undecided, networks: tuple[Network, Network]) -> Json:
    pair = found.source, found.destination
    return {
        "source": parts.endpoint(found.source, *networks),
        "destination": parts.endpoint(found.destination, *networks),
        **parts.filled({"via": list(found.via)}),
        "before": parts.flow_rows(found.before, pair),
        "after": parts.flow_rows(found.after, pair),
        "differs": found.differs,
        "endpoint_change": found.endpoint_change,
        "reasons": list(found.reasons),
    }


def _change_of_many(one: Many) -> Json:
    pair = one.sources.names[0], one.destinations.names[0]
    return {
        "kind": one.kind.value if one.kind else "",
        "source": parts.members(one.sources),
        "destination": parts.members(one.destinations),
        "pairs": one.pairs,
        "before": parts.flow_rows(one.before, pair),
        "after": parts.flow_rows(one.after, pair),
        "endpoint_change": one.endpoint_change,
        "causes": [parts.cause(cause) for cause in one.causes],
        **({"witness": parts.witness(one.witness)} if one.witness else {}),
    }


def _undecided_of_many(one: Many) -> Json:
    pair = one.sources.names[0], one.destinations.names[0]
    return {
        "source": parts.members(one.sources),
        "destination": parts.members(one.destinations),
        "pairs": one.pairs,
        "before": parts.flow_rows(one.before, pair),
        "after": parts.flow_rows(one.after, pair),
        "differs": one.differs,
        "endpoint_change": one.endpoint_change,
        "reasons": list(one.reasons),
    }


def reach(found: ReachFound) -> str:
    unsure = [({why for flow in flows for why in flow.reasons}, 1) for _, flows in found.ways]
    unsure += [({why for f in one.flows for why in f.reasons}, one.pairs) for one in found.many]
    document: Json = {
        "schema": "tfreach/reach/1",
        "state": found.basis.state,
        "pairs": [
            *(
                {
                    "source": source,
                    "destination": destination,
                    **parts.filled({"via": list(via)}),
                    "flows": parts.flow_rows(flows, (source, destination)),
                }
                for (source, destination, via), flows in found.ways
            ),
            *map(_reach_of_many, found.many),
        ],
    }
    grouped = bool(found.many)
    document |= parts.groups(found.blocks, grouped=grouped)
    tail = parts.tail(found.basis, (why for why, _ in unsure), (number for _, number in unsure))
    return parts.text(document | tail, compact=grouped)


def _reach_of_many(one: ReachOfMany) -> Json:
    pair = one.sources.names[0], one.destinations.names[0]
    return {
        "source": parts.members(one.sources),
        "destination": parts.members(one.destinations),
        "pairs": one.pairs,
        "flows": parts.flow_rows(one.flows, pair),
    }


def trace(found: TraceFound) -> str:
    question, answer = found.question, found.answer
    document: Json = {
        "schema": "tfreach/trace/1",
        "state": found.basis.state,
        "flow": {
            "from": question.source,
            "to": question.destination,
            "family": _family(found),
            "protocol": question.protocol,
            "ports": question.ports,
        },
        "verdict": answer.verdict.value,
    }
    if question.source_port is not None:
        document["flow"]["source_port"] = question.source_port
    if found.other is not None and found.other.pairs:
        other = "current" if found.basis.state == "planned" else "planned"
        document["other"] = {"state": other, "verdict": found.other.verdict.value}
    document["traces"] = [item for pair in answer.pairs for item in _traces(pair)]
    if answer.notes:
        document["notes"] = list(answer.notes)
    return parts.text(document | parts.tail(found.basis, (pair.reasons for pair in answer.pairs)))


def _family(found: TraceFound) -> str:
    """The one that was asked for, or the only one that came in question; else `any`."""
    if found.question.family:
        return found.question.family.value
    seen = {pair.family for pair in found.answer.pairs}
    return seen.pop().value if len(seen) == 1 else "any"


def _traces(pair: PairAnswer) -> list[Json]:
    """One item for each two places of a pair; one without hops where no single flow is shown."""
    ends: Json = {"source": pair.source, "destination": pair.destination}
    ends["family"] = pair.family.value
    flows = {"flows": parts.flow_rows(pair.flows, (pair.source, pair.destination))}
    reasons = parts.filled({"reasons": sorted(pair.reasons)})
    if not pair.traces:
        blockers = [parts.blocker(one) for one in pair.blockers]
        verdict = {"verdict": pair.judged.value}
        return [ends | verdict | flows | {"blockers": blockers} | reasons]
    items: list[Json] = []
    for shown in pair.traces:
        one, verdict = shown.trace, {"verdict": pair.doubting(shown.verdict).value}
        item: Json = {**ends, **verdict, "places": list(one.places), **flows}
        item |= {"flow": parts.header(one.flow), "forward": parts.leg(one.forward)}
        if one.back is not None:
            item["return"] = parts.leg(one.back)
        items.append(item | {"blockers": [parts.blocker(b) for b in one.blockers]} | reasons)
    return items


def coverage(found: CoverageFound) -> str:
    document: Json = {
        "schema": "tfreach/coverage/1",
        "summary": dict(sorted(Counter(row.modelled for row in found.types).items())),
        "types": [_type(row) for row in sorted(found.types, key=lambda row: row.type)],
    }
    if found.basis is not None:
        document["links"] = [_link(row) for row in found.links]
        document["references"] = parts.references(found.basis)
        document["warnings"] = list(found.basis.warnings)
    if found.source is not None:
        document["source"] = {
            "compared": found.source.compared,
            "unevaluated": list(found.source.unevaluated),
            "disagreements": [
                {"attribute": name, "location": parts.location(where)}
                for name, where in found.source.others
            ],
        }
    return parts.text(document)


def _type(row: TypeRow) -> Json:
    said: Json = {"type": row.type, "modelled": row.modelled}
    if row.count is not None:
        said["count"] = row.count
    return said | parts.filled({"effect": row.effect})


def _link(row: LinkRow) -> Json:
    return {
        "address": row.address,
        "attribute": row.attribute,
        "how": row.how,
        "candidates": list(row.candidates),
    }
