"""What `lint` found in; the text that says what is wrong, where, and what to do, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from tfreach.lint.model import ERROR, SEVERITIES, Finding, Lint, Linted
from tfreach.report.check_words import waiver_words
from tfreach.report.found import LintFound, Style
from tfreach.report.lines import columns, foot, page, paint, title, warnings
from tfreach.report.words import clean, count, place

MOST = 10
"""More findings of one lint are cut short."""
COLOURS = {ERROR: "red", "warning": "yellow", "info": "cyan"}
INDENT = " " * 8


def lint(found: LintFound, style: Style) -> str:
    linted = found.linted
    counting = [one for one in linted.findings if one.counts]
    groups = [list(members) for _, members in groupby(counting, key=lambda one: one.lint.id)]
    return page(
        [
            [title(found.basis, found.network), *warnings(found.basis, style)],
            *(_group(group, style) for group in groups),
            _waived([one for one in linted.findings if not one.counts]),
            _undecided(linted, style),
            [summary(linted)],
            foot("", found.basis, style),
        ]
    )


def summary(linted: Linted) -> str:
    """`1 error, 2 warnings, 0 infos: 1 new, 0 waived`."""
    counting = [one for one in linted.findings if one.counts]
    said = ", ".join(
        count(sum(one.lint.severity == name for one in counting), name) for name in SEVERITIES
    )
    waived = len(linted.findings) - len(counting)
    return f"{said}: {sum(one.new for one in counting):,} new, {waived:,} waived"


def _group(group: Sequence[Finding], style: Style) -> list[str]:
    """All findings of one lint: its id, what to do, and what it found, cut short."""
    one = group[0].lint
    head = f"{one.severity.ljust(7)} {one.id}"
    colour = COLOURS[one.severity]
    lines = [f"{paint(head, colour, style)}  {one.summary}"]
    shown = group if style.verbose else group[:MOST]
    for finding in shown:
        lines += _finding(finding)
    if len(shown) < len(group):
        lines.append(f"{INDENT}and {len(group) - len(shown):,} more (--verbose)")
    lines.append(f"{INDENT}fix: {one.fix}")
    return lines


def _finding(one: Finding) -> list[str]:
    cells = ["new" if one.new else "", clean(one.address), place(one.location)]
    head = "  ".join(cell for cell in cells if cell)
    lines = [INDENT + head, f"{INDENT}  {clean(one.what)}"]
    lines += [
        f"{INDENT}  the waiver at {place(old.location)} expired after {old.expires}: "
        f"{clean(old.reason)}"
        for old in one.expired
    ]
    return lines


def _waived(findings: Iterable[Finding]) -> list[str]:
    rows = [
        ("waived", one.lint.id, clean(one.address), waiver_words(one.waiver))
        for one in findings
        if one.waiver
    ]
    return columns(rows) if rows else []


def _undecided(linted: Linted, style: Style) -> list[str]:
    found = linted.undecided
    if not found:
        return []
    if not style.verbose:
        return [f"{count(len(found), 'thing')} could not be judged (--verbose)."]
    rows = [("unsure", one.lint.id, clean(one.address), clean(one.why)) for one in found]
    return columns(rows)


def listed(lints: Sequence[Lint]) -> str:
    """Every lint in one line."""
    return page([columns([(one.id, one.severity, one.summary) for one in lints])])
