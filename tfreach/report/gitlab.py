"""What `check` found in; a code quality report of GitLab, out. What is kept is no issue."""

from __future__ import annotations

import json

from tfreach.policy.results import Result, Status
from tfreach.report.found import CheckFound
from tfreach.report.json_parts import Json
from tfreach.report.marks import fingerprint, rule_ids
from tfreach.report.places import of_plan, of_result
from tfreach.report.sarif_check import marks_of
from tfreach.report.told import told
from tfreach.report.words import clean

SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def check(found: CheckFound) -> str:
    against = [one for one in found.results if one.status is not Status.PASS]
    ids = rule_ids(one.name for one in found.results)
    marks = marks_of(against, found.basis.name)
    issues = [
        _issue(one, ids[one.name], mark, found) for one, mark in zip(against, marks, strict=True)
    ]
    issues += [_warning(text, found) for text in dict.fromkeys(found.basis.warnings)]
    return json.dumps(issues, indent=2) + "\n"


def _warning(text: str, found: CheckFound) -> Json:
    """What the kind of plan means for the whole answer."""
    return {
        "description": clean(text),
        "check_name": "tfreach/warning",
        "fingerprint": fingerprint(found.basis.name, "warning", text),
        "severity": "minor",
        "location": {"path": of_plan(found.basis.files).file, "lines": {"begin": 1}},
    }


def _issue(one: Result, id_: str, mark: str, found: CheckFound) -> Json:
    at = of_result(one, found.basis.files)
    waived = one.status is Status.WAIVED
    return {
        "description": f"{clean(one.name)}: {told(one, found)}",
        "check_name": f"tfreach/{id_}",
        "fingerprint": mark,
        "severity": "info" if waived else SEVERITIES[one.severity],
        "location": {"path": at.file, "lines": {"begin": at.line}},
    }
