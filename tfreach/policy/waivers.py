"""The waivers of a policy and a day in; what is waived of a rule's results, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from tfreach.diff.changes import Undone
from tfreach.policy.boxes import Cut, touches
from tfreach.policy.results import Result, Status
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.selectors import Chosen
from tfreach.policy.services import Services
from tfreach.records import dataclass

AGAINST = (Status.FAIL, Status.UNDETERMINED)
_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


@dataclass(frozen=True, slots=True)
class Remark:
    """A waiver that stands in the source, at a resource or at the call of a module.

    resource   its address without indexes; a module means all that is in it
    """

    resource: str
    waiver: Waiver

    def is_at(self, address: str) -> bool:
        bare = _INDEX.sub("", address)
        return bare == self.resource or bare.startswith(f"{self.resource}.")


def called(given: str, name: str) -> bool:
    """Whether a remark means the rule of this name: as it is, or in words joined by `-`."""
    return given == name or _joined(given) == _joined(name)


def _joined(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Waivers:
    """All of a policy, and those in the source. today: the day on which they are judged."""

    written: Sequence[Waiver]
    remarks: Sequence[Remark]
    today: date

    def of(self, rule: str) -> Mine:
        written = [one for one in self.written if one.rule == rule]
        remarks = [one for one in self.remarks if called(one.waiver.rule, rule)]
        return Mine(written, remarks, self.today)


@dataclass(frozen=True, slots=True)
class Mine:
    """The waivers of one rule."""

    written: Sequence[Waiver]
    remarks: Sequence[Remark]
    today: date

    @property
    def flows(self) -> list[Flows]:
        return [one.flows for one in self.written]

    def cuts(self, scene: Scene, state: str = "planned") -> list[Cut]:
        """What is waived, of those that have not expired."""
        return [
            scene.cut(one.flows, one, state) for one in self.written if self.today <= one.expires
        ]

    def of_assert(
        self, result: Result, chosen: Sequence[Chosen], services: Services, scene: Scene
    ) -> Result:
        """The same of a pair of an assert rule, which is waived as a whole."""
        for cut in self.cuts(scene, result.state):
            pair = result.source, result.destination
            whole = touches(pair, cut) and all(
                not end.doubt and (end.limit is None or (mine.limit and mine.limit <= end.limit))
                for mine, end in zip(
                    chosen, (cut.source[pair[0]], cut.destination[pair[1]]), strict=True
                )
            )
            if whole and services <= cut.services:
                return replace(result, status=Status.WAIVED, waiver=cut.waiver)
        return self.judged(result, scene)

    def judged(self, result: Result, scene: Scene) -> Result:
        """What a remark waives, and which waivers would have, had they not expired."""
        if result.status not in AGAINST or result.whole:
            return result
        at_cause = [*self._at_causes(result), *self._of_nobody(result, scene)]
        valid = [one for one in at_cause if self.today <= one.expires]
        if valid:
            return replace(result, status=Status.WAIVED, waiver=valid[0])
        gone = [one for one in self.written if self.today > one.expires]
        expired = [*at_cause, *(one for one in gone if _would_waive(one, result, scene))]
        return replace(result, expired=tuple(expired))

    def _of_nobody(self, result: Result, scene: Scene) -> Iterator[Waiver]:
        """Those that name no ends, for addresses that are no endpoint: they were not cut out."""
        known = scene.network(result.state).endpoints
        if result.source not in known or result.destination not in known:
            for one in self.written:
                if one.flows.ends == (None, None) and one.flows.services.cut(result.flows):
                    yield one

    def _at_causes(self, result: Result) -> Iterator[Waiver]:
        """Not of an assert that several flows break: its causes are those of one of them."""
        stretches = sum(len(flow.services.spans) for flow in result.flows)
        if not self.remarks or (result.rule == "assert" and stretches > 1):
            return
        alone, together = _deciding(result)
        whole = all(any(one.is_at(place) for one in self._valid()) for place in together)
        for one in self.remarks:
            ended = one.waiver.expires < self.today
            places = {*alone, *(together if whole or ended else ())}
            if any(map(one.is_at, places)):
                yield one.waiver

    def _valid(self) -> Iterator[Remark]:
        return (one for one in self.remarks if self.today <= one.waiver.expires)


def _deciding(result: Result) -> tuple[list[str], list[str]]:
    """The resources that bring it about; of what was so before, those whose rules let it pass. And
    those of which each would do without the others: all of them have to be waived."""
    if result.causes or result.trace is None:
        each = {cause.address: cause.undone is Undone.NOTHING for cause in result.causes}
        return [a for a in each if not each[a]], [a for a in each if each[a]]
    return [hop.rule.address for hop in result.trace.forward.hops], []


def _would_waive(waiver: Waiver, result: Result, scene: Scene) -> bool:
    cut = scene.cut(waiver.flows, waiver, result.state)
    if not touches((result.source, result.destination), cut):
        return False
    return not result.flows or bool(waiver.flows.services.cut(result.flows))
