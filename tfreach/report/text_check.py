"""What `check` found in; the text that says what to look at, and where, out."""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.diff.changes import Cause
from tfreach.engine.verdicts import Pair
from tfreach.policy.results import Result, Status, counted
from tfreach.report.check_words import SAID, notes, pair_of, services, waiver_words
from tfreach.report.found import CheckFound, Style
from tfreach.report.lines import columns, foot, page, paint, title, warnings
from tfreach.report.words import (
    alike,
    alike_cause,
    base,
    cause_place,
    cause_words,
    clean,
    codes_words,
    flow_words,
    limits,
    pair_words,
    place,
    sign,
    way,
)

AGAINST = (Status.FAIL, Status.UNDETERMINED)
INDENT = " " * 8
ORDER = (Status.FAIL, Status.UNDETERMINED, Status.WAIVED, Status.PASS)
BEFORE = "was so before this plan"


def check(found: CheckFound, style: Style) -> str:
    lines: list[str] = []
    for group, head in heads(found):
        lines.append(_painted(head, group[0], style))
        lines += [INDENT + line for line in details(group, found)]
    first = [title(found.basis, found.after), *warnings(found.basis, style)]
    return page([first, lines, [summary(found.results)], foot("", found.basis, style)])


def heads(found: CheckFound) -> list[tuple[list[Result], str]]:
    """Results that say the same, and the line that says it; the worst first."""
    there = groups(found.results)
    lines = columns([cells(group, found.compared) for group in there]) if there else []
    return list(zip(there, lines, strict=True))


def summary(results: Sequence[Result]) -> str:
    """`1 failed, 7 passed, 1 waived, 0 undetermined`."""
    numbers = counted(results)
    said = (
        f"{numbers[Status.FAIL]} failed, {numbers[Status.PASS]} passed, "
        f"{numbers[Status.WAIVED]} waived, {numbers[Status.UNDETERMINED]} undetermined"
    )
    mild = sum(one.status in AGAINST and not one.fails for one in results)
    return f"{said} ({mild} of them only a warning)" if mild else said


def groups(results: Sequence[Result]) -> list[list[Result]]:
    """Results that say the same of alike endpoints, as one; the worst first."""
    alikes: dict[object, dict[Pair, Result]] = {}
    for at, result in enumerate(results):
        key = at if result.whole else _content(result)
        alikes.setdefault(key, {})[result.source, result.destination] = result
    found = [
        [members[pair] for pair in pairs]
        for members in alikes.values()
        for pairs in ([list(members)] if len(members) == 1 else alike(members))
    ]
    return sorted(found, key=lambda group: (ORDER.index(group[0].status), not group[0].fails))


def _content(result: Result) -> object:
    causes = tuple(map(alike_cause, result.causes))
    said = result.name, result.location, result.status, result.severity, result.state, result.via
    waived = result.waiver, result.expired
    return said, result.flows, result.verdict, result.kind, causes, waived, base(result.note)


def cells(group: Sequence[Result], compared: bool) -> tuple[str, ...]:
    result = group[0]
    pair = pair_of(result)
    if len(group) > 1:
        pair = pair_words([(one.source, one.destination) for one in group], result.via)
    state = "in the current network" if compared and result.state == "current" else ""
    where = place(result.location) if result.status in AGAINST else ""
    if result.status is Status.PASS:
        where = clean(result.note)
    return word(result), clean(result.name), pair, services(result), state, where


def word(result: Result) -> str:
    if result.status in AGAINST:
        said = {Status.FAIL: "fail", Status.UNDETERMINED: "unsure"}[result.status]
        if result.fails:
            return said.upper()
        return "warn" if result.status is Status.FAIL else said
    return result.status.value


def _painted(line: str, result: Result, style: Style) -> str:
    colour = {Status.PASS: "green", Status.WAIVED: "dim"}.get(result.status, "yellow")
    said = word(result)
    return paint(said, "red" if result.fails else colour, style) + line[len(said) :]


def details(group: Sequence[Result], found: CheckFound) -> list[str]:
    result = group[0]
    if result.status is Status.PASS:
        return []
    if result.status is Status.WAIVED:
        return [waiver_words(result.waiver)] if result.waiver else []
    lines = [*limits_of(result), *notes(result)]
    if result.rule == "assert":
        verdict = result.verdict.value if result.verdict else "not there"
        lines.insert(0, f"is {verdict}, expected {result.expected}")
    lines += _because(group, found)
    lines += _blockers(result)
    if result.trace and not result.blockers:
        lines.append(f"path     {' → '.join(map(clean, way(result.trace)))}")
    return lines


def limits_of(result: Result) -> list[str]:
    """For which addresses, ports or places it is so, where not for all."""
    pair = result.source, result.destination
    return [
        f"{flow_words([flow])} {'; '.join(said)}"
        for flow in result.flows
        if (said := limits(flow, pair))
    ]


def _because(group: Sequence[Result], found: CheckFound) -> list[str]:
    """The planned changes behind it, those of the whole group."""
    result = group[0]
    rows: dict[tuple[str, str], Cause] = {}
    for one in group:
        for cause in one.causes:
            rows.setdefault((base(cause.address), base(cause.what)), cause)
    if not rows:
        return [BEFORE] if was_before(result, found) else []
    cells = [
        (sign(one.actions), clean(one.address), cause_place(one), cause_words(one))
        for one in rows.values()
    ]
    done = f"{SAID[result.kind] if result.kind else 'changed'} by"
    first, *rest = columns(cells)
    return [f"{done} {first}", *(" " * (len(done) + 1) + line for line in rest)]


def was_before(result: Result, found: CheckFound) -> bool:
    """Whether it is known that the plan has no part in it."""
    denied = result.rule == "deny" and result.status is Status.FAIL
    return denied and not result.causes and result.kind is None and found.compared


def _blockers(result: Result) -> list[str]:
    rows = [
        ("by", clean(f"{one.component}: {one.text}"), codes_words((one.code,)))
        for one in result.blockers
    ]
    return columns(list(dict.fromkeys(rows))) if rows else []
