"""What `diff` found in; Markdown, the verdict first and the worst next, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from tfreach.diff.changes import Cause, Change, Kind, Many, Undecided
from tfreach.engine.verdicts import Pair
from tfreach.report import markdown as md
from tfreach.report.found import DiffFound, Style
from tfreach.report.marked import prose, table
from tfreach.report.sections import Section, document
from tfreach.report.text_diff import NO_CHANGE, NO_ENDPOINT, groups, name_of, notes_of, said_of
from tfreach.report.words import base, count, flow_words, members_words, some
from tfreach.topology.network import INTERNET

HEAD = ("", "from → to", "ports", "because")
Row = tuple[str, ...]


def diff(found: DiffFound, style: Style) -> str:
    return document(sections(found), style.most)


def sections(found: DiffFound) -> list[Section]:
    """What opens in a table, then how the ways run, then what closes, and what is not known."""
    comparison = found.comparison
    there = sorted(groups(comparison.changes), key=_rank)
    many = [one for one in comparison.many if one.kind]
    many.sort(key=lambda one: (not _from_internet(one), one.kind is not Kind.OPENED))
    opened = [group for group in there if group[0].kind is not Kind.CLOSED]
    closed = [group for group in there if group[0].kind is Kind.CLOSED]
    shown = [_row(group) for group in opened]
    shown += [_row_of_many(one) for one in many if one.kind is not Kind.CLOSED]
    gone = [_row(group) for group in closed]
    gone += [_row_of_many(one) for one in many if one.kind is Kind.CLOSED]
    number = sum(map(len, closed)) + sum(one.pairs for one in many if one.kind is Kind.CLOSED)
    return [
        _headline(found),
        md.warned(found.basis),
        *md.rows(HEAD, shown, "paths"),
        _undecided(found),
        *_paths(opened),
        md.folded(f"{number:,} closed", table(HEAD, gone) if gone else (), md.CLOSED),
        _same(found),
        Section((f"{count(comparison.unchanged_pairs, 'pair')} unchanged.",), md.DOUBTS),
        *md.rest(found.basis),
    ]


def _rank(group: Sequence[Change]) -> tuple[bool, int, Pair]:
    """What the Internet reaches first."""
    first = group[0]
    order = list(Kind).index(first.kind)
    return first.source != INTERNET, order, (first.source, first.destination)


def _headline(found: DiffFound) -> Section:
    comparison = found.comparison
    numbers: Counter[str] = Counter()
    for change in comparison.changes:
        numbers[_heading(change.kind, change.source)] += 1
    for one in comparison.many:
        if one.kind:
            far = _from_internet(one)
            numbers[_heading(one.kind, INTERNET)] += far
            numbers[one.kind.value] += one.pairs - far
    unsure = sum(one.differs for one in comparison.undecided)
    unsure += sum(one.pairs for one in comparison.many if one.differs and not one.kind)
    said = [
        f"{count(numbers[word], 'path')} {word}" if at == 0 else f"{numbers[word]:,} {word}"
        for at, word in enumerate(word for word in _WORDS if numbers[word])
    ]
    if unsure:
        said.append(f"{count(unsure, 'pair')} undecided")
    colour = next((colour for word, colour in _WORDS.items() if numbers[word]), md.GREEN)
    if unsure and colour in (md.GREEN, md.WHITE):
        colour = md.YELLOW
    return md.headline(colour, found.basis, ", ".join(said) or _nothing(found))


_WORDS = {
    "opened from the Internet": md.RED,
    "opened": md.ORANGE,
    "changed": md.YELLOW,
    "closed": md.WHITE,
}


def _heading(kind: Kind, source: str) -> str:
    opened = kind is Kind.OPENED and source == INTERNET
    return "opened from the Internet" if opened else kind.value


def _from_internet(one: Many) -> int:
    """How many of its pairs begin there: one with each destination, but not with itself."""
    if INTERNET not in one.sources.names:
        return 0
    return one.destinations.count - (INTERNET in one.destinations.names)


def _nothing(found: DiffFound) -> str:
    empty = len(found.before.endpoints) + len(found.after.endpoints) <= 2
    said = NO_ENDPOINT if empty else NO_CHANGE
    return said[0].lower() + said[1:].rstrip(".")


def _row(group: Sequence[Change]) -> Row:
    change = group[0]
    mark = _mark(change.kind, name_of(change).lower(), change.source)
    details = [" ".join(line.split()) for line in said_of(change)]
    pairs = [(one.source, one.destination) for one in group]
    causes = _distinct(cause for one in group for cause in one.causes)
    new = [change.endpoint_change] if change.endpoint_change else []
    why = "<br>".join([*map(prose, [*details, *new]), *md.because(causes)])
    ports = prose(flow_words(change.after or change.before))
    return mark, md.pair(pairs, change.via), ports, why


def _row_of_many(one: Many) -> Row:
    kind = one.kind or Kind.CHANGED
    ends = md.ends(members_words(one.sources), members_words(one.destinations))
    ports = f"{prose(flow_words(one.after or one.before))}<br>{count(one.pairs, 'pair')}"
    new = [prose(one.endpoint_change)] if one.endpoint_change else []
    why = "<br>".join([*new, *md.because(one.causes)])
    return _mark(kind, kind.value, *one.sources.names), ends, ports, why


def _mark(kind: Kind, word: str, *sources: str) -> str:
    if kind is Kind.OPENED:
        return f"{md.RED if INTERNET in sources else md.ORANGE}&nbsp;{word}"
    return f"{md.YELLOW if kind is Kind.CHANGED else md.WHITE}&nbsp;{word}"


def _distinct(causes: Iterable[Cause]) -> list[Cause]:
    found: dict[tuple[str, str], Cause] = {}
    for one in causes:
        found.setdefault((base(one.address), base(one.what)), one)
    return list(found.values())


def _paths(opened: Sequence[Sequence[Change]]) -> list[Section]:
    """How the first of them run."""
    told: list[Section] = []
    for group in opened:
        trace = group[0].witness.after
        hops = md.way(trace, one_of_many=len(group) > 1) if trace else []
        if hops and len(told) < md.MOST_PATHS:
            pairs = [(one.source, one.destination) for one in group]
            notes = md.says(" ".join(line.split()) for line in notes_of(group[0]))
            services = escape(flow_words(group[0].after or group[0].before))
            title = f"How the path runs: {md.html_pair(pairs, group[0].via)} {services}"
            told.append(md.folded(title, [*hops, *([""] if notes else []), *notes], md.PATHS))
    return told


def _undecided(found: DiffFound) -> Section:
    """Pairs that differ, and how is not known: that is no sign of safety, so it is not folded."""
    comparison = found.comparison
    rows = [_row_of_doubt(one) for one in comparison.undecided if one.differs]
    rows += [
        (md.ends(members_words(one.sources), members_words(one.destinations)), _why(one.reasons))
        for one in comparison.many
        if one.differs and not one.kind
    ]
    if not rows:
        return Section((), md.DOUBTS)
    more = len(rows) - md.MOST_ROWS
    lines = [
        f"{md.DOUBT} Not decided:",
        "",
        *table(("from → to", "not known"), rows[: md.MOST_ROWS]),
    ]
    return Section((*lines, *(["", f"and {more:,} more"] if more > 0 else [])), md.DOUBTS)


def _row_of_doubt(one: Undecided) -> Row:
    return md.ends(one.source, one.destination, one.via), _why(one.reasons)


def _why(reasons: Sequence[str]) -> str:
    return prose(some(reasons, most=3))


def _same(found: DiffFound) -> Section:
    """Pairs that were as undecided before: counted, with the reasons."""
    same = [(one.reasons, 1) for one in found.comparison.undecided if not one.differs]
    same += [(m.reasons, m.pairs) for m in found.comparison.many if not (m.differs or m.kind)]
    reasons: Counter[str] = Counter()
    for why, number in same:
        reasons.update(dict.fromkeys(why, number))
    lines = [f"- {prose(why)} ({count(reasons[why], 'pair')})" for why in sorted(reasons)]
    total = sum(number for _, number in same)
    title = f"{count(total, 'pair')} cannot be decided, and nothing that is seen changes there"
    return md.folded(title, md.first(lines), md.LEFT_OUT)
