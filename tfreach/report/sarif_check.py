"""What `check` found in; SARIF of what breaks the policy, out. What is kept is no result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.policy.results import Result, Status
from tfreach.policy.rules import CHANGE
from tfreach.report import json_parts as parts
from tfreach.report import sarif
from tfreach.report.check_words import LEVELS, services
from tfreach.report.found import CheckFound, Files
from tfreach.report.json_parts import Json
from tfreach.report.marked import code
from tfreach.report.marks import fingerprint, rule_ids, told_apart
from tfreach.report.places import Spot, as_given, of_result
from tfreach.report.sarif import Mark, Rule
from tfreach.report.text_check import ORDER
from tfreach.report.told import told
from tfreach.report.words import place
from tfreach.topology.network import INTERNET, ON_PREMISES

WHAT = {
    "assert": "Every pair of endpoints that the rule means has the verdict that it expects.",
    "deny": "Nothing that the rule denies may be delivered in the network after the plan.",
    "change": "The plan changes nothing in who can reach whom but what the policy allows.",
}
HELP = {
    "assert": "What blocks it, and the planned changes behind that, are in the message.",
    "deny": "The message names the planned changes that open it; the code flow is the way it takes."
    " Take the change back, or permit less. If it is meant, write an exception to the rule.",
    "change": "The message names the planned changes behind it. If the change is meant, add the row"
    " that `tfreach diff PLAN --format policy` writes for it.",
}
WAIVE = (
    "\n\nTo accept it for a while, add a waiver with a reason and a last day to the policy, or the"
    " comment {remark} at the resource that brings it about."
)
SEVERITY = {"error": "8.0", "warning": "5.0", "info": "2.0"}


def check(found: CheckFound) -> str:
    ids = rule_ids(one.name for one in found.results)
    rules = list({one.name: _rule(one, ids[one.name]) for one in found.results}.values())
    against = [one for one in found.results if one.status is not Status.PASS]
    marks = marks_of(against, found.basis.name)
    results = [
        # Of what is waived the level as if it were not: the suppression says the rest.
        _result(one, Mark(ids[one.name], mark, LEVELS[one.severity]), rules, found)
        for one, mark in zip(against, marks, strict=True)
    ]
    return sarif.log("check", found.basis, rules, results)


def marks_of(results: Sequence[Result], project: str) -> list[str]:
    """A fingerprint of each: neither lines nor ports are in it, so that it outlives their moves. Of
    several of one way the worst keeps it, when some of it is waived or is no longer."""
    worst = sorted(range(len(results)), key=lambda at: ORDER.index(results[at].status))
    marks = told_apart(
        fingerprint(project, one.rule, one.name, one.state, *one.way)
        for one in (results[at] for at in worst)
    )
    return [mark for _, mark in sorted(zip(worst, marks, strict=True))]


def _rule(one: Result, id_: str) -> Rule:
    remark = code(f"# tfreach:ignore {one.name} until=DATE REASON")
    help_ = HELP[one.rule] + WAIVE.format(remark=remark)
    where = f"{WHAT[one.rule]} It stands at {place(one.location)}."
    name = "changes that the policy does not allow" if one.rule == CHANGE else one.name
    severity = SEVERITY[one.severity] if one.rule != "assert" else ""
    return Rule(id_, name, where, help_, LEVELS[one.severity], severity)


def _result(one: Result, mark: Mark, rules: Sequence[Rule], found: CheckFound) -> Json:
    files = found.basis.files
    at = of_result(one, files)
    said = sarif.result(mark, rules, f"{told(one, found)}.", at, _name(one))
    names = [one.source, *one.via, one.destination]
    flows = sarif.flow(one.trace, names if not one.whole else (), at, files)
    waived = [sarif.suppression(one.waiver, files)] if one.waiver else []
    properties = {"status": one.status.value, "services": services(one), "state": one.state}
    others = parts.filled(
        {
            "relatedLocations": sarif.related(_related(one, files)),
            "codeFlows": flows,
        }
    )
    return said | others | {"suppressions": waived, "properties": properties}


def _name(one: Result) -> str:
    """The first cause; else the end that is neither the Internet nor on-premises."""
    if one.causes:
        return one.causes[0].address
    far = one.destination in (INTERNET, ON_PREMISES)
    return one.source if far else one.destination


def _related(one: Result, files: Files) -> Iterator[tuple[Spot, str, str]]:
    yield from sarif.at_causes(one.causes, files)
    if at := as_given(one.location, files):
        yield at, f"the rule {one.name}", ""
