"""What `diff` found in; the change block of a policy that allows just that, to be reviewed, out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from tfreach.diff.changes import Change, Kind, Undecided
from tfreach.diff.parts import parts_of
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.policy.services import rows
from tfreach.report.found import DiffFound
from tfreach.report.words import cause_place, clean, sign
from tfreach.space.headers import ALL_OF, addresses_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, ON_PREMISES, Network, beyond

HEAD = """\
# What {name} changes in who can reach whom, as tfreach diff saw it. Review it, delete what is not
# meant, and commit it: tfreach check then fails for any other change.
"""


def diff(found: DiffFound) -> str:
    comparison = found.comparison
    differing = [one for one in comparison.undecided if one.differs]
    items: list[Change | Undecided] = [*comparison.changes, *differing]
    lines = list(dict.fromkeys(row for item in items for row in _rows(item, found)))
    head = HEAD.format(name=clean(found.basis.name))
    warned = "".join(f"# warning: {clean(text)}\n" for text in found.basis.warnings)
    allow = "  allow:\n" + "".join(f"    {line}\n" for line in lines) if lines else "  allow: []\n"
    return f"{head}{warned}version: 1\nchange:\n{allow}"


def _rows(change: Change | Undecided, found: DiffFound) -> Iterator[str]:
    """One row of YAML for each protocol and set of addresses."""
    network = _network(change, found)
    for part in parts_of(change.before, change.after):
        flow = part.before if part.after.verdict is Verdict.UNREACHABLE else part.after
        ends = _ends(change, [part.before, part.after], network)
        for protocol, ports in rows(part.services, flow.family):
            row = {"from": ends[0], "to": ends[1], "family": flow.family.value}
            row |= {"protocol": protocol} if protocol != "any" else {}
            row |= {"ports": ports} if ports != "all" else {}
            row |= {"via": " | ".join(change.via)} if change.via else {}
            row |= {"kind": change.kind.value} if isinstance(change, Change) else {}
            cells = ", ".join(f"{key}: {json.dumps(value)}" for key, value in row.items())
            yield f"- {{{cells}}}{_why(change)}"


def _network(change: Change | Undecided, found: DiffFound) -> Network:
    """The one that has both ends: after the plan, or before it."""
    known = found.after.endpoints
    there = change.source in known and change.destination in known
    return found.after if there else found.before


def _ends(
    change: Change | Undecided, flows: Sequence[FlowSet], network: Network
) -> tuple[str, str]:
    """Selectors of the two ends; of the Internet and its like only the addresses concerned."""
    named = [flow.delivered for flow in flows if flow.verdict is not Verdict.UNREACHABLE]
    if None in named or not named:
        return change.source, change.destination
    addresses = IntervalSet.of(span for one in named if one for span in one.spans)
    if change.source in (INTERNET, ON_PREMISES):
        return _block(change.source, addresses, flows[0], network), change.destination
    return change.source, _block(change.destination, addresses, flows[0], network)


def _block(name: str, addresses: IntervalSet, flow: FlowSet, network: Network) -> str:
    """`203.0.113.0/24 | 198.51.100.7`, or, where that is shorter, `internet & !203.0.113.0/24`."""
    whole = (beyond(network, name) or addresses) & ALL_OF[flow.family]
    inside, outside = addresses_text(addresses), addresses_text(whole - addresses)
    if outside and len(outside) < len(inside):
        return f"{name} & !({' | '.join(outside)})"
    return " | ".join(inside)


def _why(change: Change | Undecided) -> str:
    """A comment: the causes, or the reasons why it cannot be decided."""
    if isinstance(change, Undecided):
        return f"  # cannot be decided: {clean('; '.join(change.reasons[:2]))}"
    said = [
        " ".join(filter(None, (sign(one.actions), clean(one.address), cause_place(one))))
        for one in change.causes
    ]
    done = change.endpoint_change or ("" if change.kind is not Kind.CHANGED else "changed")
    parts = [*([done] if done else []), *said]
    return f"  # {', '.join(parts)}" if parts else ""
