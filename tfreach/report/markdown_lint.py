"""What `lint` found in; Markdown, the verdict first and the worst next, out."""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.lint.model import Finding, Undecided
from tfreach.report import markdown as md
from tfreach.report.check_words import waiver_words
from tfreach.report.found import LintFound, Style
from tfreach.report.marked import code, html_code, prose, table
from tfreach.report.sections import Section, document
from tfreach.report.text_lint import summary
from tfreach.report.words import count, place

HEAD = ("", "lint", "resource", "what")
MARKS = {"error": md.RED, "warning": md.YELLOW, "info": md.WHITE}


def lint(found: LintFound, style: Style) -> str:
    return document(sections(found), style.most)


def sections(found: LintFound) -> list[Section]:
    """What is wrong in a table, what is new first; what to do; then all that is no finding."""
    linted = found.linted
    counting = [one for one in linted.findings if one.counts]
    counting.sort(key=lambda one: (list(MARKS).index(one.lint.severity), not one.new))
    worst = counting[0].lint.severity if counting else ""
    return [
        md.headline(MARKS.get(worst, md.GREEN), found.basis, summary(linted)),
        md.warned(found.basis),
        *md.rows(HEAD, [_row(one) for one in counting], "findings"),
        *_help(counting),
        _waived([one for one in linted.findings if not one.counts]),
        _undecided(linted.undecided),
        *md.rest(found.basis),
    ]


def _row(one: Finding) -> tuple[str, ...]:
    mark = f"{MARKS[one.lint.severity]}&nbsp;{'**new** ' if one.new else ''}{one.lint.severity}"
    expired = [
        f"the waiver expired after {old.expires}: {prose(old.reason)}" for old in one.expired
    ]
    what = "<br>".join([prose(one.what), *expired])
    return (
        mark,
        code(one.lint.id),
        "<br>".join(filter(None, (code(one.address), code(place(one.location))))),
        what,
    )


def _help(found: Sequence[Finding]) -> list[Section]:
    lints = {one.lint.id: one.lint for one in found}
    return [
        md.folded(f"What to do: {html_code(id_)}", [one.why, "", f"Fix: {one.fix}"], md.PATHS)
        for id_, one in lints.items()
    ]


def _waived(found: Sequence[Finding]) -> Section:
    rows = [
        (code(one.lint.id), code(one.address), prose(waiver_words(one.waiver)))
        for one in found
        if one.waiver
    ]
    lines = table(("lint", "resource", "waived"), rows) if rows else ()
    return md.folded(f"{len(rows):,} waived", lines, md.WAIVED)


def _undecided(found: Sequence[Undecided]) -> Section:
    lines = [f"- {code(one.address)} {code(one.lint.id)}: {prose(one.why)}" for one in found]
    title = f"{count(len(found), 'thing')} could not be judged"
    return md.folded(title, md.first(lines), md.LEFT_OUT)
