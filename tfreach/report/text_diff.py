"""What `diff` found in; the text a reviewer reads, out."""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.diff.changes import Cause, Change, Kind, Many, Undecided
from tfreach.engine.verdicts import Blocker, FlowSet, Pair, Trace, Verdict
from tfreach.report.found import DiffFound, Style
from tfreach.report.lines import columns, foot, page, paint, title, warnings
from tfreach.report.words import (
    alike,
    alike_cause,
    base,
    cause_place,
    cause_words,
    clean,
    codes_words,
    count,
    flow_words,
    limits,
    members_words,
    pair_words,
    sign,
    some,
    verdict_words,
    way,
)

COLOURS = {"OPENED": "red", "CLOSED": "cyan", "CHANGED": "yellow", "PARTLY": "yellow"}
INDENT = " " * 8
NO_CHANGE = "No change in what can talk to what."
NO_ENDPOINT = "Nothing to judge: no endpoint that is modelled lives here."
UNSAID = frozenset(
    {
        "ENI_SG_RULES_MISMATCH",
        "NO_ROUTE_TO_DESTINATION",
        "SG_HAS_NO_RULES",
        "SUBNET_ACL_RESTRICTION",
    }
)
"""Blockers that the causes say already; any other is worth a note below a closed path."""


def diff(found: DiffFound, style: Style) -> str:
    comparison = found.comparison
    there = groups(comparison.changes)
    pairs = [pair_words([_pair(change) for change in group], group[0].via) for group in there]
    width = max((len(text) for text in pairs), default=0)
    head = [title(found.basis, found.after), *warnings(found.basis, style)]
    blocks = [_block(*item, width, style) for item in zip(there, pairs, strict=True)]
    blocks += [_many(one, style) for one in comparison.many if one.kind]
    if not blocks:
        unsure = comparison.differs
        empty = len(found.before.endpoints) + len(found.after.endpoints) <= 2
        none = NO_ENDPOINT if empty else NO_CHANGE
        blocks = [["Nothing is sure to change." if unsure else none]]
    unchanged = f"{count(comparison.unchanged_pairs, 'pair')} unchanged."
    last = foot(unchanged, found.basis, style)
    unsure_of_many = [_unsure_of_many(one, style) for one in comparison.many if not one.kind]
    undecided = [*_undecided(comparison.undecided, style), *unsure_of_many]
    return page([head, *blocks, undecided, last])


def _many(one: Many, style: Style) -> list[str]:
    """One block for many pairs."""
    name = one.kind.value.upper() if one.kind else ""
    services = flow_words(one.after or one.before)
    between = f"{members_words(one.sources)} → {members_words(one.destinations)}"
    lines = [f"{paint(f'{name:<7}', COLOURS[name], style)} {between}    {services}"]
    said = [f"pairs    {one.pairs:,}"]
    if one.endpoint_change:
        said.append(f"new      {one.endpoint_change}")
    pair = one.sources.names[0], one.destinations.names[0]
    if one.kind is Kind.CHANGED:
        said += _flows("was      ", one.before, pair, plain=True)
        said += _flows("now      ", one.after, pair, plain=True)
    else:
        flows = one.after or one.before
        said += _flows("", flows, pair, plain=len(flows) > 1)
    said += _caused([(cause, {cause.address}) for cause in one.causes])
    return [*lines, *(INDENT + line for line in said)]


def _unsure_of_many(one: Many, style: Style) -> str:
    between = f"{members_words(one.sources)} → {members_words(one.destinations)}"
    why = clean(some(one.reasons, most=3))
    return f"{paint('?', 'yellow', style)} {_cannot(one.pairs)}: {between} — {why}"


def _pair(change: Change | Undecided) -> Pair:
    return change.source, change.destination


def groups(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes that say the same of alike endpoints, as one."""
    alikes: dict[object, dict[Pair, Change]] = {}
    for change in changes:
        alikes.setdefault(_content(change), {})[_pair(change)] = change
    found = [
        [members[pair] for pair in pairs] for members in alikes.values() for pairs in alike(members)
    ]
    kinds = list(Kind)
    return sorted(
        found, key=lambda group: (kinds.index(group[0].kind), _pair(group[0]), group[0].via)
    )


def _content(change: Change) -> object:
    causes = tuple(map(alike_cause, change.causes))
    return change.kind, change.via, change.before, change.after, change.endpoint_change, causes


def _block(group: list[Change], pair: str, width: int, style: Style) -> list[str]:
    change = group[0]
    name = name_of(change)
    services = flow_words(change.after or change.before)
    head = f"{paint(f'{name:<7}', COLOURS[name], style)} {pair:<{width}}    {services}"
    lines = [head, *_endpoint_change(change), *said_of(change)]
    lines += _because(group)
    if path := _path(change):
        lines.append(f"path     {path}")
    return [lines[0], *(INDENT + line for line in [*lines[1:], *notes_of(change)])]


def name_of(change: Change) -> str:
    """What is open to some addresses is open; what some replies do not pass is so in part only."""
    partly = change.after and all(
        flow.verdict is Verdict.PARTIAL and (flow.client_ports is not None or flow.subnets)
        for flow in change.after
    )
    return "PARTLY" if partly else change.kind.value.upper()


def _endpoint_change(change: Change) -> list[str]:
    return [f"new      {change.endpoint_change}"] if change.endpoint_change else []


def said_of(change: Change) -> list[str]:
    """What is not said by the headline: limits, and for a changed pair both sides."""
    pair = _pair(change)
    if change.kind is not Kind.CHANGED:
        flows = change.after or change.before
        return _flows("", flows, pair, plain=len(flows) > 1)
    before = _flows("was      ", change.before, pair, plain=True)
    return before + _flows("now      ", change.after, pair, plain=True)


def _flows(word: str, flows: Sequence[FlowSet], pair: Pair, plain: bool) -> list[str]:
    """One line a flow set; a plainly reachable one needs none unless `plain`."""
    lines: list[str] = []
    for flow in flows:
        said = limits(flow, pair)
        if plain or flow.verdict is not Verdict.REACHABLE or said:
            services = f"{flow_words([flow])} " if len(flows) > 1 else ""
            if not said or flow.verdict is not Verdict.PARTIAL:
                said.insert(0, verdict_words(flow))
            lines.append(word + services + "; ".join(said))
    return lines


def _because(group: list[Change]) -> list[str]:
    """The planned resource changes that bring it about, those of the whole group."""
    rows: dict[tuple[str, str], tuple[Cause, set[str]]] = {}
    for change in group:
        for cause in change.causes:
            key = base(cause.address), base(cause.what)
            rows.setdefault(key, (cause, set()))[1].add(cause.address)
    return _caused(list(rows.values()))


def _caused(rows: list[tuple[Cause, set[str]]]) -> list[str]:
    """rows   causes that say the same of other addresses, as one with those"""
    if not rows:
        return []
    cells = [
        (
            sign(one.actions),
            _cause_name(base(one.address), names),
            cause_place(one),
            cause_words(one),
        )
        for one, names in rows
    ]
    first, *rest = columns(cells)
    return [f"because  {first}", *(f"         {line}" for line in rest)]


def _cause_name(name: str, names: set[str]) -> str:
    return clean(next(iter(names)) if len(names) == 1 else f"{name} ({len(names)})")


def _path(change: Change) -> str:
    witness = change.witness
    trace = witness.before if change.kind is Kind.CLOSED else witness.after
    return " → ".join(map(clean, way(trace))) if trace else ""


def notes_of(change: Change) -> list[str]:
    """What stands in the way afterwards, where the causes alone would leave a reader guessing."""
    after = change.witness.after
    if after is None:
        return []
    closed = change.kind is Kind.CLOSED
    said = [one for one in after.blockers if not closed or one.code not in UNSAID]
    rows = list(dict.fromkeys(_note(one, closed, after) for one in said))
    return columns(rows) if rows else []


def _note(blocker: Blocker, closed: bool, trace: Trace) -> tuple[str, str, str]:
    hops = (*trace.forward.hops, *(trace.back.hops if trace.back else ()))
    said = (blocker.component, blocker.text)
    codes = next((hop.codes for hop in hops if (hop.component, hop.text) == said), (blocker.code,))
    if closed:
        return "note   ", clean(blocker.text), codes_words(codes)
    return "by     ", clean(f"{blocker.component}: {blocker.text}"), codes_words(codes)


def _undecided(undecided: Sequence[Undecided], style: Style) -> list[str]:
    """Pairs that differ and cannot be decided, by reason; the others in one line."""
    lines: list[str] = []
    for differs in (True, False):
        members = [one for one in undecided if one.differs is differs]
        if members and not differs and not style.verbose:
            lines.append(
                f"? {_cannot(len(members))}, and nothing that is seen changes there (--verbose)"
            )
            continue
        by_reason: dict[tuple[str, ...], list[Undecided]] = {}
        for one in members:
            by_reason.setdefault(_general(one), []).append(one)
        lines += [_question(group, general) for general, group in sorted(by_reason.items())]
    return [paint("?", "yellow", style) + line[1:] for line in lines]


def _cannot(number: int) -> str:
    return f"{count(number, 'pair')} cannot be decided"


def _general(found: Undecided) -> tuple[str, ...]:
    """The reasons without the names of the pair itself, so that alike pairs share them."""
    names = sorted((found.source, found.destination), key=len, reverse=True)
    general = set(found.reasons)
    for name in names:
        general = {reason.replace(name, "…") for reason in general}
    return tuple(sorted(general))


def _question(group: list[Undecided], general: tuple[str, ...]) -> str:
    by_via: dict[tuple[str, ...], list[Pair]] = {}
    for one in group:
        by_via.setdefault(one.via, []).append(_pair(one))
    own = {one.reasons for one in group}
    reasons = own.pop() if len(own) == 1 else general
    named = [pair_words(same, via) for via, pairs in by_via.items() for same in alike(pairs)]
    names = some(named, most=3)
    return f"? {_cannot(len(group))}: {names} — {clean(some(reasons, most=3))}"
