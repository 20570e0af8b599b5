"""What `lint` found in; its JSON document, `tfreach/lint/1`, out."""

from __future__ import annotations

from collections import Counter

from tfreach.lint.model import SEVERITIES, Finding, Lint, Linted
from tfreach.report import json_parts as parts
from tfreach.report.found import LintFound
from tfreach.report.json_parts import Json


def lint(found: LintFound) -> str:
    linted = found.linted
    told = {one.lint.id: one.lint for one in linted.findings}
    told |= {one.lint.id: one.lint for one in linted.undecided}
    tail = parts.tail(found.basis, ())
    del tail["unknowns"]
    document: Json = {
        "schema": "tfreach/lint/1",
        "project": found.basis.name,
        "state": found.basis.state,
        "summary": _summary(linted),
        "findings": [_finding(one) for one in linted.findings],
        "undecided": [
            {"lint": one.lint.id, "address": one.address, "reason": one.why}
            for one in linted.undecided
        ],
        "lints": [_lint(told[id_]) for id_ in sorted(told)],
        "ran": list(linted.ran),
    }
    return parts.text(document | tail)


def _summary(linted: Linted) -> Json:
    counting = [one for one in linted.findings if one.counts]
    severities = Counter(one.lint.severity for one in counting)
    return {
        **{name: severities[name] for name in SEVERITIES},
        "new": sum(one.new for one in counting),
        "waived": len(linted.findings) - len(counting),
        "undecided": len(linted.undecided),
    }


def _finding(one: Finding) -> Json:
    said: Json = {
        "lint": one.lint.id,
        "severity": one.lint.severity,
        "address": one.address,
        "message": one.what,
        "fix": one.lint.fix,
        "location": parts.location(one.location),
        "new": one.new,
        "key": one.key,
    }
    also = [
        {"address": other.address} | parts.filled({"location": parts.location(other.location)})
        for other in one.also
    ]
    waiver = parts.waiver(one.waiver) if one.waiver else None
    expired = [parts.waiver(other) for other in one.expired]
    return said | parts.filled({"also": also, "waiver": waiver, "expired": expired})


def _lint(one: Lint) -> Json:
    return {
        "id": one.id,
        "severity": one.severity,
        "summary": one.summary,
        "why": one.why,
        "fix": one.fix,
        "facts": list(one.facts),
        "wrong": one.wrong,
        "right": one.right,
    }
