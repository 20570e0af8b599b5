"""What `trace` found in; the way of the flow hop by hop, and what would open it, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfreach.engine.verdicts import Blocker, Hop, Leg, Trace, Verdict
from tfreach.report.found import Style, TraceFound
from tfreach.report.lines import columns, foot, page, paint, warnings
from tfreach.report.words import (
    clean,
    codes_words,
    count,
    flow_words,
    limits,
    place,
    services_words,
    verdict_words,
)
from tfreach.space.headers import Family

if TYPE_CHECKING:
    from tfreach.policy.evidence import Shown
    from tfreach.policy.questions import Answer, PairAnswer

COLOURS = {
    Verdict.REACHABLE: "green",
    Verdict.PARTIAL: "yellow",
    Verdict.ONE_WAY: "yellow",
    Verdict.UNREACHABLE: "red",
    Verdict.UNDETERMINED: "yellow",
}
MOST_PAIRS = 10
STOPS = ("deny", "drop")
OTHER = {"planned": "current", "current": "planned"}


def trace(found: TraceFound, style: Style) -> str:
    answer = found.answer
    blocks: list[list[str]] = [[_headline(found, style), *warnings(found.basis, style)]]
    shown = answer.pairs if style.verbose else answer.pairs[:MOST_PAIRS]
    for pair in shown:
        blocks += _pair(pair, found, style)
    if hidden := len(answer.pairs) - len(shown):
        blocks.append([f"{count(hidden, 'more pair')} (--verbose)"])
    why = [f"{paint('?', 'yellow', style)} {clean(text)}" for text in answer.reasons]
    notes = [f"note  {clean(text)}" for text in answer.notes]
    return page([*blocks, why, [*notes, *foot("", found.basis, style)]])


def _headline(found: TraceFound, style: Style) -> str:
    question, answer = found.question, found.answer
    ends = answer.pairs[0] if len(answer.pairs) == 1 else None
    source = _end(question.source, ends.source if ends else "")
    destination = _end(question.destination, ends.destination if ends else "")
    verdict = paint(answer.verdict.value.upper().ljust(12), COLOURS[answer.verdict], style)
    seen = {pair.family for pair in answer.pairs}
    family = seen.pop() if len(seen) == 1 else Family.IPV4
    words = services_words(question.services, family)
    line = f"{verdict}  {source} → {destination}  {words}     {found.basis.state}"
    return line + _other(found.basis.state, found.other)


def _end(asked: str, name: str) -> str:
    """What was asked for, and what it is where that is something else."""
    return clean(asked) if not name or name == asked else f"{clean(asked)} ({clean(name)})"


def _other(state: str, other: Answer | None) -> str:
    if other is None:
        return ""
    return f"   ({OTHER[state]}: {other.verdict.value if other.pairs else 'not there'})"


def _pair(pair: PairAnswer, found: TraceFound, style: Style) -> list[list[str]]:
    blocks: list[list[str]] = []
    if len(found.answer.pairs) > 1:
        verdict = paint(pair.judged.value, COLOURS[pair.judged], style)
        ends = f"{clean(pair.source)} → {clean(pair.destination)}"
        six = "  ipv6" if pair.family is Family.IPV6 else ""
        blocks.append([f"{ends}{six}  {verdict}"])
    blocks.append(_flows(pair, single=found.question.single))
    groups = _alike(pair.traces)
    for group in groups:
        if len(pair.traces) > 1:
            blocks.append([_places(group, pair, style)])
        blocks += _legs(group[0].trace, style)
    blockers = [*pair.blockers, *(b for group in groups for b in group[0].trace.blockers)]
    blocks.append(_missing(pair.blockers))
    blocks.append(_fixes(blockers, style))
    return blocks


def _flows(pair: PairAnswer, *, single: bool) -> list[str]:
    """The table of all flows; of a single flow only what limits it."""
    ends = pair.source, pair.destination
    if single:
        return [text for flow in pair.flows for text in limits(flow, ends)]
    rows = [
        (flow_words([flow]), "; ".join([verdict_words(flow), *limits(flow, ends)]))
        for flow in pair.flows
    ]
    return columns(rows) if rows else ["unreachable"]


def _alike(traces: Sequence[Shown]) -> list[list[Shown]]:
    """Traces of other places that end the same way, together: one of them is enough to read."""
    groups: dict[object, list[Shown]] = {}
    for one in traces:
        key = one.verdict, tuple((b.code, b.leg, b.direction) for b in one.trace.blockers)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _places(group: Sequence[Shown], pair: PairAnswer, style: Style) -> str:
    verdict = pair.doubting(group[0].verdict)
    names = " → ".join(clean(name) or "outside" for name in group[0].trace.places)
    more = f", and {count(len(group) - 1, 'place')} more alike" if len(group) > 1 else ""
    return f"in {names}{more}  {paint(verdict.value, COLOURS[verdict], style)}"


def _legs(found: Trace, style: Style) -> list[list[str]]:
    blocks = [_leg("request", found.forward, style)]
    if found.back is not None:
        blocks.append(_leg("reply", found.back, style))
    return blocks


def _leg(name: str, leg: Leg, style: Style) -> list[str]:
    if not leg.hops:
        return []
    told = _told(leg.hops)
    lines = columns([_cells(at, one) for at, one in enumerate(told, 1)])
    shown = [
        paint(line, "red", style) if one.action in STOPS else line
        for line, one in zip(lines, told, strict=True)
    ]
    return [paint(name, "bold", style), *(f"  {line}" for line in shown)]


def _told(hops: Sequence[Hop]) -> list[Hop]:
    """As far as it gets, and of what lies behind only what would stop it too."""
    first = next((at for at, one in enumerate(hops, 1) if one.action in STOPS), len(hops))
    return [*hops[:first], *(one for one in hops[first:] if one.action in STOPS)]


def _cells(at: int, hop: Hop) -> tuple[str, ...]:
    action = hop.action.upper() if hop.action in STOPS else hop.action
    text = f"{clean(hop.text)} (not sure: {clean(hop.unknown)})" if hop.unknown else clean(hop.text)
    where = place(hop.rule.location)
    return f"{at:>2} {action}", clean(hop.component), text, where, codes_words(hop.codes)


def _missing(blockers: Sequence[Blocker]) -> list[str]:
    """Blockers of an end that is not there: no hop says them."""
    return columns([(clean(one.text), one.code) for one in blockers]) if blockers else []


def _fixes(blockers: Sequence[Blocker], style: Style) -> list[str]:
    fixes = list(dict.fromkeys(clean(one.fix) for one in blockers if one.fix))
    if not fixes:
        return []
    return [paint("what would open it", "bold", style), *(f"  {fix}" for fix in fixes)]
