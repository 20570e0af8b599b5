"""What `diff` found in; SARIF of what changes in who can reach whom, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.diff.changes import Change, Kind, Many, Undecided
from tfreach.engine.verdicts import FlowSet, Pair, Trace
from tfreach.report import json_parts as parts
from tfreach.report import sarif
from tfreach.report.found import DiffFound, Files
from tfreach.report.json_parts import Json
from tfreach.report.marks import fingerprint, told_apart
from tfreach.report.places import of_change
from tfreach.report.sarif import Mark, Rule
from tfreach.report.told import because
from tfreach.report.words import count, flow_words, limits, members_words, some

UNDETERMINED = "path-undetermined"
RULES = [
    Rule(
        "path-opened",
        "A path opens",
        "After the plan something is delivered between two endpoints where nothing was before.",
        "Look at the changes that the message names. The code flow is the way that the path takes.",
        "warning",
        "6.0",
    ),
    Rule(
        "path-closed",
        "A path closes",
        "Nothing is delivered any more between two endpoints where something was before.",
        "Look at the changes that the message names: what used the path stops working.",
        "note",
    ),
    Rule(
        "path-changed",
        "A path changes",
        "Other services, addresses or places than before, or now with a reply, or without one.",
        "Look at what the message says of both sides, and at the changes that it names.",
        "warning",
        "4.0",
    ),
    Rule(
        UNDETERMINED,
        "A change that cannot be decided",
        "The two sides of the plan differ between two endpoints, and how is not known. It is not"
        " known to be closed.",
        "Give the source with `--config-dir`, after `terraform init`: it settles most of what a"
        " plan leaves unknown.",
        "warning",
    ),
]
LEVELS = {rule.id: rule.level for rule in RULES}


def diff(found: DiffFound) -> str:
    files, project = found.basis.files, found.basis.name
    comparison = found.comparison
    items: list[Change | Undecided | Many] = [*comparison.changes]
    items += [one for one in comparison.many if one.kind]
    items += [one for one in comparison.undecided if one.differs]
    items += [one for one in comparison.many if not one.kind and one.differs]
    items.sort(key=lambda one: _ORDER.index(_rule(one)))
    marks = told_apart(fingerprint(project, _rule(one), *_ends(one)) for one in items)
    results = [
        _result(one, Mark(_rule(one), mark, LEVELS[_rule(one)]), files)
        for one, mark in zip(items, marks, strict=True)
    ]
    same = sum(not one.differs for one in comparison.undecided)
    same += sum(one.pairs for one in comparison.many if not one.kind and not one.differs)
    notes = [f"{count(same, 'pair')} cannot be decided, and nothing that is seen changes there"]
    compact = bool(comparison.many)
    return sarif.log("diff", found.basis, RULES, results, notes[: bool(same)], compact=compact)


_ORDER = ("path-opened", "path-changed", UNDETERMINED, "path-closed")


def _rule(one: Change | Undecided | Many) -> str:
    kind = None if isinstance(one, Undecided) else one.kind
    return f"path-{kind.value}" if kind else UNDETERMINED


def _ends(one: Change | Undecided | Many) -> Iterator[object]:
    if isinstance(one, Many):
        yield from (one.sources.names, one.destinations.names)
    else:
        yield from (one.source, one.destination, one.via)


def _result(one: Change | Undecided | Many, mark: Mark, files: Files) -> Json:
    causes = () if isinstance(one, Undecided) else one.causes
    at = of_change(causes, files)
    text = "; ".join([_headline(one), *because(causes, files)])
    said = sarif.result(mark, RULES, f"{text}.", at, causes[0].address if causes else "")
    spots = list(sarif.at_causes(causes, files))
    names = [] if isinstance(one, Many) else [one.source, *one.via, one.destination]
    return said | parts.filled(
        {
            "relatedLocations": sarif.related(spots),
            "codeFlows": sarif.flow(_trace(one), names, at, files),
            "properties": {"services": flow_words(one.after or one.before)},
        }
    )


def _trace(one: Change | Undecided | Many) -> Trace | None:
    """Of the side on which it is delivered."""
    if isinstance(one, Undecided) or one.witness is None:
        return None
    return one.witness.before if one.kind is Kind.CLOSED else one.witness.after


def _side(flows: Sequence[FlowSet], pair: Pair) -> str:
    said = [
        f"{flow_words([one])} {', '.join([one.verdict.value, *limits(one, pair)])}" for one in flows
    ]
    return " and ".join(said) or "unreachable"


def _headline(one: Change | Undecided | Many) -> str:
    """`internet → aws_instance.db tcp/5432 is opened`, and what limits it."""
    if isinstance(one, Many):
        between = f"{members_words(one.sources)} → {members_words(one.destinations)}"
        pair = one.sources.names[0], one.destinations.names[0]
        between = f"{between} ({count(one.pairs, 'pair')})"
    else:
        via = f" via {', '.join(one.via)}" if one.via else ""
        between = f"{one.source} → {one.destination}{via}"
        pair = one.source, one.destination
    flows = one.after or one.before
    kind = None if isinstance(one, Undecided) else one.kind
    done = f"is {kind.value}" if kind else "cannot be decided"
    said = [f"{between} {flow_words(flows)} {done}"]
    if one.endpoint_change:
        said.append(one.endpoint_change)
    if isinstance(one, Change) and one.kind is Kind.CHANGED:
        said.append(f"was {_side(one.before, pair)}, now {_side(one.after, pair)}")
    elif not isinstance(one, Undecided):
        said += [text for flow in flows for text in limits(flow, pair)]
    if not isinstance(one, Change) and one.reasons:
        said.append(f"not known: {some(one.reasons, most=3)}")
    return "; ".join(said)
