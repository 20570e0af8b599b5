"""What `check` found in; Markdown, the verdict first and the worst next, out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tfreach.diff.changes import Cause
from tfreach.policy.results import Result, Status, counted
from tfreach.report import markdown as md
from tfreach.report.check_words import notes, services, waiver_words
from tfreach.report.found import Basis, CheckFound, Style
from tfreach.report.marked import code, html_code, prose, table
from tfreach.report.places import as_given
from tfreach.report.sections import Section, document
from tfreach.report.text_check import AGAINST, BEFORE, groups, limits_of, summary, was_before
from tfreach.report.words import base, count

HEAD = ("", "rule", "from → to", "because")


def check(found: CheckFound, style: Style) -> str:
    return document(sections(found), style.most)


def sections(found: CheckFound) -> list[Section]:
    """What is wrong in a table, then each way there is, then what is accepted, and kept."""
    there = groups(found.results)
    against = [group for group in there if group[0].status in AGAINST]
    shown = [_row(group, found) for group in against]
    return [
        _headline(found),
        md.warned(found.basis),
        *md.rows(HEAD, shown, "results"),
        *_details(against, found),
        _waived([group for group in there if group[0].status is Status.WAIVED]),
        _kept([group[0] for group in there if group[0].status is Status.PASS]),
        *md.rest(found.basis),
    ]


def _headline(found: CheckFound) -> Section:
    numbers = counted(found.results)
    said = summary(found.results)
    if any(one.fails for one in found.results):
        unsure = not numbers[Status.FAIL]
        verdict = "the policy cannot be judged" if unsure else "the policy is broken"
        return md.headline(md.RED, found.basis, f"{verdict}: {said}")
    mild = numbers[Status.FAIL] or numbers[Status.UNDETERMINED]
    return md.headline(md.YELLOW if mild else md.GREEN, found.basis, f"the policy is kept: {said}")


def _row(group: Sequence[Result], found: CheckFound) -> tuple[str, ...]:
    result = group[0]
    rule = "<br>".join(filter(None, (code(result.name), _at(result, found.basis))))
    return _mark(result), rule, _path(group), "<br>".join(_why(group, found))


def _path(group: Sequence[Result]) -> str:
    pairs = [(one.source, one.destination) for one in group]
    return f"{md.pair(pairs, group[0].via)}<br>{prose(services(group[0]))}"


def _at(result: Result, basis: Basis) -> str:
    spot = as_given(result.location, basis.files)
    return code(str(spot)) if spot else ""


def _mark(result: Result) -> str:
    if result.status is Status.UNDETERMINED:
        return f"{md.DOUBT}&nbsp;undecided{'' if result.fails else ', no failure'}"
    return f"{md.RED}&nbsp;fails" if result.fails else f"{md.YELLOW}&nbsp;warning"


def _causes(group: Sequence[Result]) -> list[Cause]:
    found: dict[tuple[str, str], Cause] = {}
    for one in group:
        for cause in one.causes:
            found.setdefault((base(cause.address), base(cause.what)), cause)
    return list(found.values())


def _why(group: Sequence[Result], found: CheckFound) -> list[str]:
    """What is the matter with it, of which part, and what brings it about."""
    result = group[0]
    said = [*limits_of(result), *notes(result)]
    if result.rule == "assert" and result.verdict:
        said.insert(0, f"is {result.verdict.value}, expected {result.expected}")
    if was_before(result, found):
        said.append(BEFORE)
    causes = md.because(_causes(group))
    blockers = [] if causes else [one.text for one in result.blockers]
    return [*map(prose, [*said, *blockers]), *causes]


def _details(against: Sequence[Sequence[Result]], found: CheckFound) -> list[Section]:
    """For the first of them what blocks it, or the way it takes."""
    told: list[Section] = []
    for group in against:
        if len(told) == md.MOST_PATHS:
            break
        result = group[0]
        lines = [f"- blocked by {code(b.component)}: {prose(b.text)}" for b in result.blockers]
        lines += _hops(group)
        if lines:
            pairs = [(one.source, one.destination) for one in group]
            title = f"{html_code(result.name)}: {md.html_pair(pairs, result.via)}"
            title += f" {escape(services(result))}"
            told.append(md.folded(title, lines, md.PATHS))
    return told


def _hops(group: Sequence[Result]) -> list[str]:
    trace = group[0].trace
    if trace is None or group[0].blockers:
        return []
    return md.way(trace, one_of_many=len(group) > 1)


def _waived(found: Sequence[Sequence[Result]]) -> Section:
    rows = [
        (
            code(group[0].name),
            _path(group),
            prose(waiver_words(group[0].waiver)) if group[0].waiver else "",
        )
        for group in found
    ]
    lines = table(("rule", "from → to", "waived"), rows) if rows else ()
    return md.folded(f"{sum(map(len, found)):,} waived", lines, md.WAIVED)


def _kept(found: Sequence[Result]) -> Section:
    lines = [f"- {code(one.name)}{f' ({prose(one.note)})' if one.note else ''}" for one in found]
    return md.folded(f"{count(len(found), 'rule')} kept", lines, md.KEPT)
