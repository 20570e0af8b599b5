"""Both networks and the lints in; what is wrong in the later one, and what of it is new, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from tfreach.diff.causes import UNASKED
from tfreach.diff.changes import Planned
from tfreach.diff.witness import Renames
from tfreach.engine.verdicts import Options
from tfreach.errors import UsageError
from tfreach.lint.model import (
    SEVERITIES,
    Finding,
    Found,
    Lint,
    Linted,
    Related,
    Undecided,
    Unsure,
)
from tfreach.lint.table import LINTS
from tfreach.lint.view import View
from tfreach.policy.waivers import Remark, called
from tfreach.topology.network import Location, Network

Known = tuple[str, str]
"""(address, key): what one lint knows a finding by."""


def lint(
    before: Network,
    after: Network,
    planned: Mapping[str, Planned],
    options: Options,
    lints: Sequence[Lint] = LINTS,
) -> Linted:
    """Everything that `lints` find in `after`; of a state, which is its own before, nothing is
    new."""
    sides = View(before, options), View(after, options)
    renames = Renames.of(planned)
    findings: list[Finding] = []
    undecided: dict[tuple[str, str, str], Undecided] = {}
    for one in lints:
        found, unsure = _looked(one, sides[1])
        known: Iterable[Known] = found
        if found and before is not after:
            earlier, _ = _looked(one, sides[0])
            known = {(renames.text(address), renames.text(key)) for address, key in earlier}
        findings += [
            _finding(one, address, item, planned, new=(address, item.key) not in known)
            for (address, _), item in found.items()
        ]
        for item in unsure:
            address = owner(item.address)
            undecided[one.id, address, item.why] = Undecided(one, address, item.why)
    return Linted(
        tuple(sorted(findings, key=_order)),
        tuple(undecided[key] for key in sorted(undecided)),
        tuple(one.id for one in lints),
    )


def _looked(one: Lint, view: View) -> tuple[dict[Known, Found], list[Unsure]]:
    found: dict[Known, Found] = {}
    unsure: list[Unsure] = []
    for item in one.look(view):
        if isinstance(item, Unsure):
            unsure.append(item)
        else:
            found.setdefault((owner(item.address), item.key), item)
    return found, unsure


def owner(address: str) -> str:
    """The resource behind what AWS adds unasked: of `aws_vpc.main (main route table)` the VPC."""
    return UNASKED.sub("", address)


def _finding(
    one: Lint, address: str, item: Found, planned: Mapping[str, Planned], *, new: bool
) -> Finding:
    others = dict.fromkeys(owner(other) for other in item.also)
    also = tuple(Related(name, _where(name, planned)) for name in others if name != address)
    where = _where(address, planned, item.part)
    return Finding(one, address, item.what, item.key, where, new=new, also=also)


def _where(address: str, planned: Mapping[str, Planned], part: str = "") -> Location | None:
    """Of a block within the resource, or of all of it."""
    found = planned.get(address)
    if found is None:
        return None
    written = found.written(part) if part and found.written else None
    return written.location if written else found.location


def _order(one: Finding) -> tuple[int, str, str, str]:
    return SEVERITIES.index(one.lint.severity), one.lint.id, one.address, one.key


def chosen(only: Sequence[str], skip: Sequence[str]) -> tuple[Lint, ...]:
    """The lints that are asked for. Raises UsageError."""
    ids = [one.id for one in LINTS]
    for name in (*only, *skip):
        if name not in ids:
            near = get_close_matches(name, ids, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else "tfreach lint --list names them"
            raise UsageError(f"no lint is called {name!r}", hint=hint)
    wanted = set(only or ids) - set(skip)
    return tuple(one for one in LINTS if one.id in wanted)


def named(rule: str) -> bool:
    """Whether a remark that says this means a lint."""
    return any(called(rule, one.id) for one in LINTS)


def nearly(rule: str) -> bool:
    """Whether it means a lint, or is so near that it may be meant to. All else is for a policy."""
    near = get_close_matches(rule, [one.id for one in LINTS], n=1, cutoff=0.8)
    return named(rule) or bool(near)


def waived(found: Linted, remarks: Iterable[Remark], today: date) -> Linted:
    """With what remarks in the source waive at the resources that are to be mended."""
    of = list(remarks)
    return replace(found, findings=tuple(_waived(one, of, today) for one in found.findings))


def _waived(one: Finding, remarks: Iterable[Remark], today: date) -> Finding:
    mine = [
        remark.waiver
        for remark in remarks
        if called(remark.waiver.rule, one.lint.id) and remark.is_at(one.address)
    ]
    valid = [waiver for waiver in mine if today <= waiver.expires]
    if valid:
        return replace(one, waiver=valid[0])
    return replace(one, expired=tuple(mine))
