"""What a check comes to: one result for each pair that a rule has something to say about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum

from tfreach.diff.changes import Cause, Kind
from tfreach.engine.verdicts import Blocker, FlowSet, Through, Trace, Verdict
from tfreach.policy.rules import Waiver
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


def unused(waivers: Iterable[Waiver], results: Iterable[Result]) -> list[Waiver]:
    """Waivers, expired or not, of which no result makes use: they may go."""
    used = {waiver for one in results for waiver in (one.waiver, *one.expired)}
    return [one for one in waivers if one not in used]


def counted(results: Iterable[Result]) -> dict[Status, int]:
    """How many of each status there are."""
    found = Counter(one.status for one in results)
    return {status: found[status] for status in Status}
