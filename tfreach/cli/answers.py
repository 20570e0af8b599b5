"""What each command does, from its options to its exit code: read, ask, render, deliver.

What only one command needs is imported in it: starting is most of what a small plan costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfreach.cli.guard import DONE, FINDINGS, say
from tfreach.cli.inputs import asked, basis, load, network_of, options, project, snapshot
from tfreach.cli.outputs import STDOUT, Place, deliver, places
from tfreach.cli.progress import Progress
from tfreach.cli.whereabouts import files_of
from tfreach.diff.compare import compare
from tfreach.diff.undone import Replays
from tfreach.engine.blocks import MOST_ROWS
from tfreach.errors import InputError, UsageError
from tfreach.pipeline import Analysis
from tfreach.report.found import (
    Basis,
    CoverageFound,
    DiffFound,
    LinkRow,
    ReachFound,
    SourceRow,
    TraceFound,
    TypeRow,
)

Given = Mapping[str, Any]


def diff(**given: Any) -> int:
    where = places("diff", given["formats"], given["out"])
    judging = options(given["client_ports"])
    analysis = load_plan(given, where)
    if analysis.kind == "state":
        raise InputError(
            "a state has one snapshot, so there is nothing to compare",
            where=given["plan"],
            hint="ask `tfreach reach` or `tfreach trace` about it, or pass a plan",
        )
    policy = any(place.format == "policy" for place in where)
    with Progress("comparing", quiet=given["quiet"]):
        sides = analysis.before, analysis.after
        most = None if policy else MOST_ROWS
        replays = Replays(analysis.undo, judging) if analysis.undo else None
        comparison = compare(*sides, analysis.planned, judging, most=most, replays=replays)
    found = DiffFound(basis_of(given, analysis, ""), analysis.before, analysis.after, comparison)
    send("diff", found, where, given)
    differs = comparison.differs
    if given["detailed_exitcode"] and not given["exit_zero"]:
        return 2 if differs else DONE
    return _code(differs, given)


def trace(**given: Any) -> int:
    from tfreach.policy.questions import Question, ask
    from tfreach.policy.selectors import counterpart, parse, select, with_services

    where = places("trace", given["formats"], given["out"])
    wanted = asked(given["protocol"], given["port"], given["family"])
    judging = options(given["client_ports"], given["source_port"])
    question = Question(
        given["source"],
        given["destination"],
        wanted.protocol,
        wanted.ports,
        wanted.services,
        judging,
        given["source_port"],
        wanted.family,
    )
    ends = parse(question.source), parse(question.destination)
    analysis = load_plan(given, where)
    state = snapshot(analysis, given["state"])
    network = with_services(network_of(analysis, state), *ends)
    source, destination = (select(end, network, allow_empty=given["allow_empty"]) for end in ends)
    answer = ask(question, network, source, destination)
    if not answer.pairs and not given["allow_empty"]:
        raise UsageError("--from and --to select one and the same endpoint")
    other = None
    if analysis.kind != "state":
        far = network_of(analysis, "planned" if state == "current" else "current")
        far = with_services(far, *ends)
        other = ask(
            question,
            far,
            select(ends[0], far, allow_empty=True) or counterpart(source, network, far),
            select(ends[1], far, allow_empty=True) or counterpart(destination, network, far),
        )
    found = TraceFound(basis_of(given, analysis, state), network, question, answer, other)
    send("trace", found, where, given)
    return DONE


def reach(**given: Any) -> int:
    from tfreach.policy.questions import reachable, reachable_through
    from tfreach.policy.selectors import everything, parse, select, with_services

    where = places("reach", given["formats"], given["out"])
    judging = options(given["client_ports"])
    asked_for = given["source"], given["destination"]
    ends = [None if text is None else parse(text) for text in asked_for]
    analysis = load_plan(given, where)
    state = snapshot(analysis, given["state"])
    network = with_services(network_of(analysis, state), *(end for end in ends if end))
    source, destination = (
        everything(network)
        if end is None
        else select(end, network, allow_empty=given["allow_empty"])
        for end in ends
    )
    with Progress("looking at every pair", quiet=given["quiet"]):
        direct = reachable(network, source, destination, judging, MOST_ROWS)
        through = reachable_through(network, source, destination, judging)
    basis = basis_of(given, analysis, state)
    found = ReachFound(basis, network, direct.pairs, through, direct.many, direct.blocks)
    send("reach", found, where, given)
    return _code(bool(direct.pairs or direct.many or through), given)


def coverage(**given: Any) -> int:
    where = places("coverage", given["formats"], given["out"])
    if given["plan"] is None:
        from tfreach.resources.coverage import PROVIDER, TABLE

        rows = tuple(TypeRow(kind, word, effect) for kind, word, effect in TABLE)
        found = CoverageFound(rows, provider=PROVIDER)
    else:
        analysis = load_plan(given, where, check_all=True)
        found = CoverageFound(
            tuple(TypeRow(one.type, one.modelled, one.effect, one.count) for one in analysis.seen),
            tuple(
                LinkRow(link.address, link.attribute, link.how.value, link.targets)
                for link in analysis.links
            ),
            basis_of(given, analysis, snapshot(analysis, None)),
            _source_row(analysis),
        )
    send("coverage", found, where, given)
    return DONE


def _source_row(analysis: Analysis) -> SourceRow | None:
    if (check := analysis.source) is None:
        return None
    others = tuple((f"{one.address}.{one.attribute}", one.location) for one in check.disagreements)
    return SourceRow(check.compared, check.unevaluated, others)


def load_plan(
    given: Given, where: list[Place], *, check_all: bool = False, everywhere: bool = False
) -> Analysis:
    """Read PLAN. Warnings stand in every text and document; CSV and files leave them to us."""
    analysis = load(
        given["plan"],
        given["config_dir"],
        given["config"],
        quiet=given["quiet"],
        check_all=check_all,
        everywhere=everywhere,
    )
    seen = any(place.file == STDOUT and place.format == "text" for place in where)
    for warning in () if seen or given["quiet"] else analysis.warnings:
        say(f"warning: {warning}")
    return analysis


def basis_of(given: Given, analysis: Analysis, state: str) -> Basis:
    files = files_of(given["plan"], given["config_dir"], given["config"])
    return basis(analysis, given["project"] or project(given["plan"]), state, files)


def send(command: str, found: Any, where: list[Place], given: Given) -> None:
    deliver(command, found, where, given["color"], given["verbose"])


def _code(findings: bool, given: Given) -> int:
    return FINDINGS if findings and given["exit_code"] and not given["exit_zero"] else DONE
