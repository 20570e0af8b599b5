"""An assert rule and both networks in; a result for each pair that breaks it, or one, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfreach.diff.changes import Change, Kind
from tfreach.diff.witness import typical
from tfreach.engine.judge import PREFERENCE
from tfreach.engine.verdicts import FlowSet, Pair, Verdict
from tfreach.policy.brought import before_of, changes_of, differing
from tfreach.policy.grounds import causes_in, telling
from tfreach.policy.questions import PairAnswer, Question, ask
from tfreach.policy.results import Result, Status
from tfreach.policy.rules import Assert
from tfreach.policy.scene import Scene
from tfreach.policy.selectors import Chosen, Selection
from tfreach.policy.services import Services
from tfreach.policy.waivers import Mine, Waivers
from tfreach.records import dataclass
from tfreach.space.headers import Family
from tfreach.space.intervals import IntervalSet

NO_PAIR = "there are no two different endpoints to judge"
NOT_SO = {
    Verdict.REACHABLE: (Kind.CLOSED, Kind.CHANGED),
    Verdict.UNREACHABLE: (Kind.OPENED, Kind.CHANGED),
}
"""What a plan does to a pair that no longer has the verdict."""


def judge_assert(rule: Assert, scene: Scene, waivers: Waivers) -> list[Result]:
    mine = waivers.of(rule.name)
    scene = scene.treating(end for one in (rule.flows, *mine.flows) for end in one.ends)
    states = ["planned", "current"] if rule.state == "both" else [rule.state]
    found: list[Result] = []
    for state in [scene.state] if scene.alone else states:
        found += _Judge(rule, scene, mine, state).results()
    return found


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges one rule in one snapshot."""

    rule: Assert
    scene: Scene
    waivers: Mine
    state: str

    def results(self) -> list[Result]:
        source, destination = (self.scene.meant(end, self.state) for end in self.rule.flows.ends)
        answers: dict[Pair, list[PairAnswer]] = {}
        for question in self._questions(self.rule.flows.services):
            network = self.scene.network(self.state)
            for answer in ask(question, network, source, destination).pairs:
                answers.setdefault((answer.source, answer.destination), []).append(answer)
        if not answers and self.rule.expect is not Verdict.UNREACHABLE:
            verdict = Verdict.UNREACHABLE
            return [replace(self._kept(), status=Status.FAIL, verdict=verdict, note=NO_PAIR)]
        broken = [
            self._broken(pair, found, (source, destination))
            for pair, found in sorted(answers.items())
            if _status(self.rule, found) is not Status.PASS
        ]
        return broken or [self._kept()]

    def _questions(self, services: Services) -> Iterator[Question]:
        """One for both families where they have the same services, else one for each."""
        wanted = [family for family in Family if services.of(family)]
        if services.ipv4 == services.ipv6:
            yield self._question(services.ipv4, None)
        else:
            yield from (self._question(services.of(family), family) for family in wanted)

    def _question(self, services: IntervalSet, family: Family | None) -> Question:
        return Question("", "", "", "", services, self.scene.options, family=family)

    def _kept(self) -> Result:
        rule = self.rule
        source, destination = (end.text if end else "" for end in rule.flows.ends)
        return Result(
            name=rule.name,
            rule="assert",
            status=Status.PASS,
            severity="error",
            location=rule.location,
            source=source,
            destination=destination,
            services=rule.flows.services.text,
            expected=rule.expect.value,
            whole=True,
            state=self.state,
            verdict=rule.expect,
        )

    def _broken(
        self, pair: Pair, found: Sequence[PairAnswer], ends: tuple[Selection, Selection]
    ) -> Result:
        chosen = tuple(end.chosen.get(name, Chosen()) for end, name in zip(ends, pair, strict=True))
        status = _status(self.rule, found)
        shown = self._shown(pair, found, chosen)
        traces = [one.trace for answer in shown for one in answer.traces]
        trace = max(traces, key=telling, default=None)
        blockers = [one for answer in shown for one in answer.blockers]
        changes = self._changes(pair, found, chosen)
        kinds = {change.kind for change in changes}
        fails = status is Status.FAIL
        result = replace(
            self._kept(),
            status=status,
            severity="error" if fails else self.rule.undetermined.severity(),
            source=pair[0],
            destination=pair[1],
            whole=False,
            verdict=min((one.judged for one in found), key=PREFERENCE.index),
            flows=tuple(_doubted(flow, one) for one in found for flow in one.flows),
            blockers=tuple(dict.fromkeys([*blockers, *(trace.blockers if trace else ())])),
            causes=causes_in(changes),
            kind=next((kind for kind in Kind if kind in kinds), None),
            trace=trace,
            note="; ".join(sorted({why for one in found for why in one.reasons})),
        )
        return self.waivers.of_assert(result, chosen, self.rule.flows.services, self.scene)

    def _shown(
        self, pair: Pair, found: Sequence[PairAnswer], chosen: Sequence[Chosen]
    ) -> list[PairAnswer]:
        """Answers about one flow of the pair that is not as it should be."""
        shown: list[PairAnswer] = []
        for answer in found:
            wrong = self._wrong(answer)
            if answer.traces or answer.blockers or not wrong or pair[0] not in self._ids(pair):
                shown.append(answer)
                continue
            number = typical(wrong, answer.family)
            question = self._question(IntervalSet.span(number, number), answer.family)
            ends = (Selection({name: one}) for name, one in zip(pair, chosen, strict=True))
            shown += ask(question, self.scene.network(self.state), *ends).pairs
        return shown

    def _ids(self, pair: Pair) -> set[str]:
        """The ends that are endpoints, or nothing where one is an address of nobody."""
        known = self.scene.network(self.state).endpoints
        return set(pair) if all(name in known for name in pair) else set()

    def _wrong(self, answer: PairAnswer) -> IntervalSet:
        """The services that are not as they should be."""
        right = IntervalSet()
        for flow in answer.flows:
            if flow.verdict is self.rule.expect:
                right |= flow.services
        if self.rule.expect is not Verdict.UNREACHABLE:
            return self.rule.flows.services.of(answer.family) - right
        return IntervalSet.of(span for flow in answer.flows for span in flow.services.spans)

    def _changes(
        self, pair: Pair, found: Sequence[PairAnswer], chosen: Sequence[Chosen]
    ) -> list[Change]:
        """What the plan does to the pair."""
        if self.state != "planned" or self.scene.alone or not self._ids(pair):
            return []
        within = (*pair, ()), (chosen[0].limit, chosen[1].limit)
        services = self.rule.flows.services
        before = services.cut(before_of([within], self.scene).get(within, ()))
        after = tuple(flow for answer in found for flow in answer.flows)
        both = differing(within, before, after, (*before, *after), self.scene)
        kinds = NOT_SO.get(self.rule.expect, tuple(Kind))
        changes = changes_of([both], self.scene).get(within, [])
        return [change for change in changes if change.kind in kinds]


def _doubted(flow: FlowSet, answer: PairAnswer) -> FlowSet:
    if not answer.doubt:
        return flow
    reasons = flow.reasons | {answer.doubt}
    return FlowSet(flow.services, Verdict.UNDETERMINED, reasons=reasons, family=flow.family)


def _status(rule: Assert, found: Sequence[PairAnswer]) -> Status:
    """Of one pair, from its answers by family. That it is meant may be in doubt: then it is broken
    for sure by nothing."""
    if rule.expect is Verdict.REACHABLE:
        each = [_reaches(one, rule.flows.services.of(one.family)) for one in found]
        if Status.PASS in each:
            return Status.PASS
        sure = all(one is Status.FAIL for one in each) and not any(one.doubt for one in found)
        return Status.FAIL if sure else Status.UNDETERMINED
    if rule.expect is Verdict.UNREACHABLE:
        each = [_is_cut_off(one) for one in found]
        order = (Status.FAIL, Status.UNDETERMINED, Status.PASS)
        return min(each, key=order.index)
    best = min((one.judged for one in found), key=PREFERENCE.index)
    if best is rule.expect:
        return Status.PASS
    return Status.UNDETERMINED if best is Verdict.UNDETERMINED else Status.FAIL


def _reaches(answer: PairAnswer, services: IntervalSet) -> Status:
    """Whether every service is reachable by one family."""
    if answer.verdict is Verdict.REACHABLE:
        return Status.PASS
    open_ = IntervalSet()
    for flow in answer.flows:
        if flow.verdict in (Verdict.REACHABLE, Verdict.UNDETERMINED):
            open_ |= flow.services
    unsaid = answer.verdict is Verdict.UNDETERMINED and not answer.flows
    return Status.UNDETERMINED if unsaid or services <= open_ else Status.FAIL


def _is_cut_off(answer: PairAnswer) -> Status:
    """Whether nothing is delivered by one family."""
    if answer.verdict is Verdict.UNREACHABLE:
        return Status.PASS
    delivers = any(flow.verdict.delivers for flow in answer.flows) and not answer.doubt
    return Status.FAIL if delivers else Status.UNDETERMINED
