"""Remarks as they stand in the source in; waivers, or what is wrong with them, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tfreach.plan.remarks import Written
from tfreach.policy.mistakes import Mistake, nearest, refused, where
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.waivers import Remark, called

HOW = "as in `# tfreach:ignore RULE until=2027-03-31 the reason`"


def read_remarks(found: Iterable[Written], rules: Sequence[str]) -> tuple[list[Remark], list[str]]:
    """The waivers, and a sentence for each remark of a rule that is not in this policy: it may be
    for another check. Raises UsageError."""
    remarks: list[Remark] = []
    others: list[str] = []
    mistakes: list[Mistake] = []
    for one in found:
        expires = _day(one.until)
        if wrong := _wrong(one, expires):
            mistakes.append(Mistake(one.location, wrong, HOW))
            continue
        name = next((name for name in rules if called(one.rule, name)), "")
        if not name:
            hint = nearest(one.rule, rules)
            others.append(f"{where(one.location)}: no rule is called {one.rule!r}; {hint}")
        elif expires:
            waiver = Waiver(name, Flows(None, None), one.reason, expires, one.location)
            remarks.append(Remark(one.resource, waiver))
    if mistakes:
        raise refused(mistakes)
    return remarks, list(dict.fromkeys(others))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wrong(one: Written, expires: date | None) -> str:
    """What is wrong with a remark; "" when nothing is."""
    if not one.rule:
        return "this waives no rule"
    if not one.until:
        return "this waives for ever: until= is missing"
    if expires is None:
        return f"there is no day {one.until}"
    if not one.reason:
        return "the reason is missing"
    return "" if one.resource else "this stands at no resource and at no module"
