"""One result of a check in; all there is to say of it in one paragraph, out."""

from __future__ import annotations

from collections.abc import Iterable

from tfreach.diff.changes import Cause
from tfreach.policy.results import Result, Status
from tfreach.report.check_words import SAID, message
from tfreach.report.found import CheckFound, Files
from tfreach.report.places import in_source
from tfreach.report.text_check import BEFORE, limits_of, was_before
from tfreach.report.words import cause_words, clean, sign


def told(result: Result, found: CheckFound) -> str:
    """What is the matter; of which part; what brings it about, and where; what blocks it."""
    said = [message(result)]
    if result.status is not Status.WAIVED:
        said += limits_of(result)
    if causes := because(result.causes, found.basis.files):
        done = SAID[result.kind] if result.kind else "changed"
        said.append(f"{done} by {'; '.join(causes)}")
    elif was_before(result, found):
        said.append(BEFORE)
    if result.blockers:
        said.append(f"blocked by {'; '.join(f'{b.component}: {b.text}' for b in result.blockers)}")
    return clean("; ".join(said))


def because(causes: Iterable[Cause], files: Files) -> list[str]:
    """`+ aws_security_group_rule.open (main.tf:92) permits tcp/22 from 0.0.0.0/0`."""
    said = []
    for one in causes:
        at = f" ({in_source(one.location, files)})" if one.location else ""
        said.append(f"{sign(one.actions)} {one.address}{at} {cause_words(one)}".rstrip())
    return said
