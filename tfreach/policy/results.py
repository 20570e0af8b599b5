"""What a check comes to: one result for each pair that a rule has something to say about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum

from tfreach.diff.changes import Cause, Kind
from tfreach.diff.parts import merged
from tfreach.engine.verdicts import Blocker, FlowSet, Through, Trace, Verdict
from tfreach.policy.questions import combined
from tfreach.policy.rules import CHANGE, Waiver
from tfreach.records import dataclass
from tfreach.topology.network import Location


class Status(Enum):
    PASS = "pass"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Result:
    """One pair of a rule, or the whole of a rule that is kept.

    rule                  `assert`, `deny` or `change`
    severity              `error`, `warning` or `info`; only an error fails the check
    source, destination   endpoint ids; of a `whole` result the selectors as they were written
    services              what the rule speaks of, in a person's words
    state                 the snapshot that is judged; of a change the planned one
    expected              the verdict that the rule asks for; `unchanged` of a change
    verdict, flows        what it is; of a change what is opened, or of what is closed what was
    causes                the planned changes that bring it about; () where it was so before
    trace                 one of the flows, in the snapshot that is judged
    kind                  what the plan does to it; None: nothing, or it is not asked
    waiver, expired       what waives it, and what would if it had not expired
    note                  what else there is to say
    """

    name: str
    rule: str
    status: Status
    severity: str
    location: Location
    source: str
    destination: str
    services: str
    expected: str
    via: tuple[str, ...] = ()
    whole: bool = False
    state: str = "planned"
    verdict: Verdict | None = None
    flows: tuple[FlowSet, ...] = ()
    causes: tuple[Cause, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    trace: Trace | None = None
    kind: Kind | None = None
    waiver: Waiver | None = None
    expired: tuple[Waiver, ...] = ()
    note: str = ""

    @property
    def way(self) -> Through:
        return self.source, self.destination, self.via

    @property
    def fails(self) -> bool:
        """Whether it makes the check fail."""
        against = self.status in (Status.FAIL, Status.UNDETERMINED)
        return against and self.severity == "error"


def joined(results: Iterable[Result]) -> list[Result]:
    """Results of one way that differ in nothing but flows, and what is behind these, as one."""
    groups: dict[object, list[Result]] = {}
    for one in results:
        done = one.kind if one.rule == CHANGE else None
        said = one.status, one.severity, one.waiver, one.expired, one.state, one.note, done
        groups.setdefault((one.name, *one.way, one.whole, *said), []).append(one)
    return [_joined(group) if len(group) > 1 else group[0] for group in groups.values()]


def _joined(group: Sequence[Result]) -> Result:
    causes = {cause.address: cause for one in reversed(group) for cause in reversed(one.causes)}
    kinds = [one.kind for one in group if one.kind]
    flows = merged(flow for one in group for flow in one.flows)
    closed = group[0].kind is Kind.CLOSED
    return replace(
        group[0],
        verdict=group[0].verdict if closed else combined(flow.verdict for flow in flows),
        flows=flows,
        causes=tuple(reversed(causes.values())),
        trace=next((one.trace for one in group if one.causes), group[0].trace),
        kind=min(kinds, key=list(Kind).index, default=None),
    )


def unused(waivers: Iterable[Waiver], results: Iterable[Result]) -> list[Waiver]:
    """Waivers, expired or not, of which no result makes use: they may go."""
    used = {waiver for one in results for waiver in (one.waiver, *one.expired)}
    return [one for one in waivers if one not in used]


def counted(results: Iterable[Result]) -> dict[Status, int]:
    """How many of each status there are."""
    found = Counter(one.status for one in results)
    return {status: found[status] for status in Status}
