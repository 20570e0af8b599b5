"""What `lint` found in; SARIF of the mistakes, out."""

from __future__ import annotations

from tfreach.lint.model import Finding, Lint, Linted
from tfreach.report import json_parts as parts
from tfreach.report import sarif
from tfreach.report.check_words import LEVELS
from tfreach.report.found import Files, LintFound
from tfreach.report.json_parts import Json
from tfreach.report.marks import fingerprint, told_apart
from tfreach.report.places import in_source, of_plan
from tfreach.report.sarif import Mark, Rule


def lint(found: LintFound) -> str:
    linted, project = found.linted, found.basis.name
    rules = _rules(linted)
    marks = told_apart(
        fingerprint(project, "lint", one.lint.id, one.address, one.key) for one in linted.findings
    )
    results = [
        _result(one, mark, rules, found.basis.files)
        for one, mark in zip(linted.findings, marks, strict=True)
    ]
    notes = [f"not judged: {one.lint.id}: {one.address}: {one.why}" for one in linted.undecided]
    return sarif.log("lint", found.basis, rules, results, notes)


def _rules(linted: Linted) -> list[Rule]:
    """Of the lints that found something."""
    told = {one.lint.id: one.lint for one in linted.findings}
    return [_rule(told[id_]) for id_ in sorted(told)]


def _rule(one: Lint) -> Rule:
    help_ = (
        f"{one.why}\n\nFix: {one.fix}\n\n"
        f"Wrong:\n\n```hcl\n{one.wrong.strip()}\n```\n\nRight:\n\n```hcl\n{one.right.strip()}\n```\n\n"
        f"If it is meant to be so: `# tfreach:ignore {one.id} until=DATE REASON` at its block."
    )
    return Rule(one.id, one.summary, " ".join(one.why.split()), help_, LEVELS[one.severity])


def _result(one: Finding, mark: str, rules: list[Rule], files: Files) -> Json:
    at = in_source(one.location, files) if one.location else of_plan(files)
    level = LEVELS[one.lint.severity]
    said = sarif.result(
        Mark(one.lint.id, mark, level), rules, f"{one.address}: {one.what}.", at, one.address
    )
    also = [(in_source(o.location, files), o.address, o.address) for o in one.also if o.location]
    waived = [sarif.suppression(one.waiver, files)] if one.waiver else []
    said |= parts.filled({"relatedLocations": sarif.related(also)})
    return said | {"suppressions": waived, "properties": {"new": one.new}}
