"""One result of a check in; the sentences that every format says it with, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.diff.changes import Kind
from tfreach.policy.results import Result, Status
from tfreach.policy.rules import Waiver
from tfreach.report.words import clean, flow_words, place, some

ANYTHING = "anything"
SAID = {Kind.OPENED: "opened", Kind.CLOSED: "closed", Kind.CHANGED: "changed"}


LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def level(result: Result) -> str:
    """`error` of what fails the check, `warning` or `note` of what does not; "" of what is kept."""
    if result.status is Status.PASS:
        return ""
    return "note" if result.status is Status.WAIVED else LEVELS[result.severity]


def pair_of(result: Result) -> str:
    """`internet → aws_instance.app via aws_lb.api`; "" where the rule is about everything."""
    if not result.source and not result.destination:
        return ""
    through = f" via {', '.join(map(clean, result.via))}" if result.via else ""
    source, destination = (clean(one or ANYTHING) for one in (result.source, result.destination))
    return f"{source} → {destination}{through}"


def services(result: Result) -> str:
    """Of what is found; where nothing is, of what was asked."""
    return flow_words(result.flows) if result.flows else clean(result.services)


def message(result: Result) -> str:
    """What is the matter, in one sentence, with the reasons behind it."""
    return "; ".join([_message(result), *notes(result)])


def _message(result: Result) -> str:
    pair, verdict = pair_of(result), result.verdict.value if result.verdict else ""
    match result.status, result.rule:
        case Status.PASS, _:
            return "kept"
        case Status.UNDETERMINED, _:
            return f"{pair} {services(result)} cannot be decided"
        case _, "assert":
            return f"{pair} {clean(result.services)} is {verdict}, expected {result.expected}"
        case _, "change":
            done = SAID[result.kind] if result.kind else "changed"
            return f"{pair} {services(result)} is {done}, which the policy does not allow"
        case _:
            return f"{pair} {services(result)} is {verdict}, which the policy denies"


def notes(result: Result) -> list[str]:
    """What else there is to say: reasons, waivers that hold, and those that no longer do."""
    return [*_notes(result)]


def _notes(result: Result) -> Iterator[str]:
    if reasons := reasons_of(result):
        yield f"not known: {some(reasons, most=3)}"
    if result.note and not reasons:
        yield clean(result.note)
    if result.waiver:
        yield f"waived {waiver_words(result.waiver)}"
    for one in result.expired:
        yield (
            f"the waiver at {place(one.location)} expired after {one.expires}: {clean(one.reason)}"
        )


def waiver_words(waiver: Waiver) -> str:
    return f"until {waiver.expires}: {clean(waiver.reason)}"


def reasons_of(result: Result) -> Sequence[str]:
    """Why something of it is not known."""
    found = {clean(why) for flow in result.flows for why in flow.reasons}
    return sorted(found) if result.status is Status.UNDETERMINED else ()
