"""What `lint` does: from its options to its exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tfreach.cli.answers import basis_of, load_plan, send
from tfreach.cli.gate import day, source_remarks
from tfreach.cli.guard import DONE, FINDINGS
from tfreach.cli.inputs import options
from tfreach.cli.outputs import places, to_stdout
from tfreach.cli.progress import Progress
from tfreach.errors import UsageError
from tfreach.lint.run import chosen, nearly, waived
from tfreach.lint.run import lint as look
from tfreach.lint.table import LINTS
from tfreach.report.found import LintFound


def lint(**given: Any) -> int:
    lints = chosen(given["only"], given["skip"])
    if given["list_them"]:
        from tfreach.report.text_lint import listed

        to_stdout(listed(lints))
        return DONE
    if given["plan"] is None:
        raise UsageError("PLAN is missing", hint="tfreach lint --list needs none")
    where = places("lint", given["formats"], given["out"])
    judging = options(given["client_ports"])
    today = day(given["today"])
    analysis = load_plan(given, where, everywhere=True)
    with Progress("looking for mistakes", quiet=given["quiet"]):
        linted = look(analysis.before, analysis.after, analysis.planned, judging, lints)
    remarks = source_remarks(analysis, [one.id for one in LINTS], given, nearly)
    linted = waived(linted, remarks, today)
    if given["only_new"]:
        linted = replace(linted, findings=tuple(one for one in linted.findings if one.new))
    state = "current" if analysis.kind == "state" else "planned"
    found = LintFound(basis_of(given, analysis, state), analysis.after, linted)
    send("lint", found, where, given)
    return _code(any(one.counts for one in linted.findings), given)


def _code(findings: bool, given: Mapping[str, Any]) -> int:
    return FINDINGS if findings and given["exit_code"] and not given["exit_zero"] else DONE
