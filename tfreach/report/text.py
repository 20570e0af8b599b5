"""What `reach` and `coverage` found in; text for people, out. (`diff` and `trace` stand apart.)"""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.engine.verdicts import FlowSet, Pair
from tfreach.report.found import CoverageFound, ReachFound, SourceRow, Style, TypeRow
from tfreach.report.lines import columns, foot, links_words, page, paint, title, warnings
from tfreach.report.text_diff import NO_ENDPOINT, diff
from tfreach.report.text_trace import COLOURS, trace
from tfreach.report.words import (
    alike,
    clean,
    count,
    flow_words,
    limits,
    members_words,
    pair_words,
    place,
    some,
    verdict_words,
)

__all__ = ["coverage", "diff", "reach", "trace"]


Via = tuple[str, ...]
SURE = ("known", "evaluated", "followed")


def reach(found: ReachFound, style: Style) -> str:
    """One line a flow set; pairs of alike endpoints with the same answer are one."""
    groups: dict[tuple[Via, tuple[FlowSet, ...]], list[Pair]] = {}
    for (source, destination, via), flows in found.ways:
        groups.setdefault((via, flows), []).append((source, destination))
    blocks = sorted(
        ((pairs, *said) for said, members in groups.items() for pairs in alike(members)),
        key=lambda block: block[:2],
    )
    rows = [row for pairs, via, flows in blocks for row in _rows(pairs, via, flows, style)]
    for one in found.many:
        pair = one.sources.names[0], one.destinations.names[0]
        label = f"{members_words(one.sources)} → {members_words(one.destinations)}"
        rows += [(label if at == 0 else "", *row[1:]) for at, row in
                 enumerate(_rows([pair], (), one.flows, style))]  # fmt: skip
    head = [title(found.basis, found.network), *warnings(found.basis, style)]
    others = "All others are unreachable." if len(found.network.endpoints) > 1 else ""
    last = foot(f"{count(found.listed, 'pair')} listed. {others}".strip(), found.basis, style)
    none = "Nothing is reachable." if others else NO_ENDPOINT
    return page([head, columns(rows) if rows else [none], last])


def _rows(
    pairs: list[Pair], via: Via, flows: Sequence[FlowSet], style: Style
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for at, flow in enumerate(flows):
        reasons = [some([clean(why) for why in sorted(flow.reasons)], 2)] if flow.reasons else []
        verdict = paint(verdict_words(flow), COLOURS[flow.verdict], style)
        details = "; ".join([verdict, *limits(flow, pairs[0]), *reasons])
        rows.append((pair_words(pairs, via) if at == 0 else "", flow_words([flow]), details))
    return rows


def coverage(found: CoverageFound, style: Style) -> str:
    """The resource types, and of a plan how its links were resolved."""
    blocks = [_types(found.types)]
    if found.basis is None:
        blocks.insert(0, [_share(found.types, found.provider)])
    else:
        blocks.insert(0, [f"tfreach · {clean(found.basis.name)}", *warnings(found.basis, style)])
        blocks.append([links_words(found.basis.references) or "no links"])
        # Links that are sure are counted; the others are what a verdict may depend on.
        shown = [link for link in found.links if style.verbose or link.how not in SURE]
        rows = [
            (clean(f"{link.address}.{link.attribute}"), link.how, clean(some(link.candidates)))
            for link in shown
        ]
        blocks.append(columns(rows) if rows else [])
    if found.source is not None:
        blocks.append(_source(found.source, style))
    return page(blocks)


def _share(types: Sequence[TypeRow], provider: str) -> str:
    """How much of what the provider can put into a network is evaluated."""
    modelled = sum(row.modelled == "modelled" for row in types)
    return (
        f"{modelled} of {len(types)} resource types of AWS provider {provider} that have a part in"
        f" a network are modelled ({100 * modelled // max(1, len(types))} %); what follows from"
        " each of the others stands beside it"
    )


def _source(source: SourceRow, style: Style) -> list[str]:
    """How the source and the plan compare; of what differs, where."""
    lines = [
        f"source: {source.compared} attributes are as the plan says, {len(source.others)} are not, "
        f"{len(source.unevaluated)} could not be evaluated"
    ]
    lines += [f"  {clean(name)}  {place(where)}" for name, where in source.others]
    if style.verbose:
        lines += [f"  {clean(name)}  not evaluated" for name in source.unevaluated]
    return lines


def _types(types: Sequence[TypeRow]) -> list[str]:
    rows = [
        ("" if row.count is None else f"{row.count:>5}", clean(row.type), row.modelled, row.effect)
        for row in sorted(types, key=lambda row: (row.modelled, row.type))
    ]
    return columns(rows) if rows else ["no resource of a network"]
