"""What an answer rests on, and a path, in; the Markdown that all commands share, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tfreach.diff.changes import Cause
from tfreach.engine.verdicts import Hop, Pair, Trace
from tfreach.report.found import Basis
from tfreach.report.lines import links_words
from tfreach.report.marked import code, html_code, prose, table
from tfreach.report.sections import HEAD, Section
from tfreach.report.words import cause_words, count, label, place, sign, some

WARNINGS, TABLE, DOUBTS, MORE, PATHS, CLOSED, WAIVED, LEFT_OUT, ASSUMED, KEPT = range(95, 45, -5)
"""Weights: what is cut last, first."""
MOST_ROWS = 30
"""Rows of the table that always shows; the others are folded, so many at a time."""
MOST_PATHS = 10
MOST_CAUSES = 5
LONGEST = 100
"""Characters of a name in the headline."""
RED, ORANGE, YELLOW, GREEN, WHITE, DOUBT = "🔴", "🟠", "🟡", "🟢", "⚪", "❓"


def headline(sign_: str, basis: Basis, verdict: str) -> Section:
    """The first line: what an e-mail shows of a comment."""
    return Section((f"### {sign_} tfreach · {prose(basis.name[:LONGEST])}: {verdict}",), HEAD)


def warned(basis: Basis) -> Section:
    return Section(tuple(f"> ⚠️ {prose(text)}  " for text in basis.warnings), WARNINGS)


def rows(head: Sequence[str], found: Sequence[Sequence[str]], what: str) -> list[Section]:
    """A table that always shows, and, folded, what is too much for it. what: `paths`"""
    first = found[:MOST_ROWS]
    sections = [Section(table(head, first) if first else (), TABLE)]
    for start in range(MOST_ROWS, len(found), MOST_ROWS):
        more = found[start : start + MOST_ROWS]
        title = f"{what} {start + 1}-{start + len(more)} of {len(found):,}"
        sections.append(Section(table(head, more), MORE, title))
    return sections


def folded(title: str, lines: Iterable[str], weight: int) -> Section:
    return Section(tuple(lines), weight, title)


def first(lines: Sequence[str]) -> list[str]:
    """Items of a list, or the first of them and how many more there are."""
    more = len(lines) - MOST_ROWS
    return [*lines[:MOST_ROWS], *([f"- and {more:,} more"] if more > 0 else [])]


def rest(basis: Basis) -> list[Section]:
    """Assumptions, what is not modelled, and how links were resolved."""
    assumed = says(basis.assumptions)
    left = [
        f"- {code(one.type)} ({len(one.addresses)}): {prose(one.effect)}"
        for one in basis.unmodelled
    ]
    links = links_words(basis.references)
    return [
        folded(count(len(assumed), "assumption"), assumed, ASSUMED),
        folded(f"{count(len(left), 'resource type')} not modelled", left, LEFT_OUT),
        Section((f"<sub>{links}</sub>",) if links else (), LEFT_OUT),
    ]


def because(causes: Sequence[Cause]) -> list[str]:
    """The planned changes, each with its place in the root module: lines of a cell."""
    said = [_cause(one) for one in causes[:MOST_CAUSES]]
    more = len(causes) - MOST_CAUSES
    return [*said, *([f"and {more} more"] if more > 0 else [])]


def _cause(one: Cause) -> str:
    places = [*(call.location for call in one.calls), one.location]
    at = " → ".join(code(place(found)) for found in places if found)
    cells = [code(f"{sign(one.actions)} {one.address}"), at, prose(cause_words(one))]
    return " ".join(cell for cell in cells if cell)


def way(trace: Trace, *, one_of_many: bool) -> list[str]:
    """The request hop by hop: a numbered list. one_of_many: the title does not say whose it is."""
    hops = [f"{number}. {_hop(hop)}" for number, hop in enumerate(trace.forward.hops, 1)]
    whose = [f"From {code(trace.source)} to {code(trace.destination)}, for one:", ""]
    return [*(whose if one_of_many else []), *hops] if hops else []


def _hop(hop: Hop) -> str:
    rule = hop.rule
    at = f" {code(place(rule.location))}" if rule.location else ""
    of = f" ({code(rule.address)})" if rule.address not in ("", hop.component) else ""
    return f"**{hop.action}** {code(hop.component)}: {prose(hop.text)}{of}{at}"


def ends(source: str, destination: str, via: Sequence[str] = ()) -> str:
    """A cell with a line each: addresses are long, and a table that is wider than the page hides
    what is at its right."""
    between = [f"via {code(one)}" for one in via]
    return "<br>".join([code(source), f"→ {code(destination)}", *between])


def pair(pairs: Iterable[Pair], via: Sequence[str] = ()) -> str:
    """The same of alike endpoints."""
    there = list(pairs)
    return ends(label(one for one, _ in there), label(one for _, one in there), via)


def html_pair(pairs: Iterable[Pair], via: Sequence[str] = ()) -> str:
    """The same for the title of what is folded."""
    there = list(pairs)
    source, destination = (html_code(label(pair[at] for pair in there)) for at in (0, 1))
    return f"{source} → {destination}{f' via {html_code(some(via))}' if via else ''}"


def says(texts: Iterable[str]) -> list[str]:
    return [f"- {prose(text)}" for text in texts]
