"""An assert rule and both networks in; a result for each pair that breaks it, or one, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from tfreach.diff.changes import Change, Kind
from tfreach.diff.witness import typical
from tfreach.engine.judge import PREFERENCE
from tfreach.engine.verdicts import FlowSet, Pair, Through, Verdict
from tfreach.policy.brought import before_of, changes_of, differing
from tfreach.policy.grounds import causes_in, telling
from tfreach.policy.passing import flows_of
from tfreach.policy.questions import PairAnswer, Question, ask, combined, reachable_through
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
    ends = [end for one in (rule.flows, *mine.flows) for end in one.ends]
    scene = scene.treating([*ends, rule.flows.via])
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
        found = self._through if self.rule.flows.via else self._direct
        for answer in found(source, destination):
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

    def _direct(self, source: Selection, destination: Selection) -> Iterator[PairAnswer]:
        network = self.scene.network(self.state)
        for question in self._questions(self.rule.flows.services):
            yield from ask(question, network, source, destination).pairs

    def _through(self, source: Selection, destination: Selection) -> Iterator[PairAnswer]:
        """By each way through the load balancers of the rule; of a pair without one, that it is
        unreachable."""
        services = self.rule.flows.services
        ways = self._ways(self.state, source, destination)
        for pair in product(source.chosen, destination.chosen):
            mine = [flows for way, flows in ways.items() if way[:2] == pair] or [()]
            for flows in mine if pair[0] != pair[1] else []:
                for family in [one for one in Family if services.of(one)]:
                    cut = tuple(one for one in services.cut(flows) if one.family is family)
                    verdict = _whole(cut, services.of(family))
                    yield PairAnswer(*pair, verdict, cut, family=family)

    def _ways(
        self, state: str, source: Selection, destination: Selection
    ) -> dict[Through, tuple[FlowSet, ...]]:
        """What passes through no other load balancers than those of the rule."""
        meant = set(self._balancers(state))
        network, options = self.scene.network(state), self.scene.options
        found = reachable_through(network, source, destination, options)
        return {way: flows for way, flows in found.items() if meant.issuperset(way[2])}

    def _balancers(self, state: str) -> list[str]:
        """Those that the rule is about; none where it is about what passes without."""
        if self.rule.flows.via is None:
            return []
        chosen = self.scene.meant(self.rule.flows.via, state).chosen
        return sorted(name for name, one in chosen.items() if not one.doubt)

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
            via=tuple(self._balancers(self.state)),
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
        changes = self._changes(pair, chosen)
        kinds = {change.kind for change in changes}
        fails = status is Status.FAIL
        reasons = {why for one in found for why in one.reasons}
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
            note="; ".join([*sorted(reasons), *self._hint(pair, chosen)]),
        )
        return self.waivers.of_assert(result, chosen, self.rule.flows.services, self.scene)

    def _hint(self, pair: Pair, chosen: Sequence[Chosen]) -> Iterator[str]:
        """That there is a way through load balancers, where the rule asks for one without."""
        asks = self.rule.flows.via is None and self.rule.expect is Verdict.REACHABLE
        if not asks or not self._ids(pair):
            return
        source, destination = Selection({pair[0]: chosen[0]}), Selection({pair[1]: chosen[1]})
        network, options = self.scene.network(self.state), self.scene.options
        ways = reachable_through(network, source, destination, options)
        services = self.rule.flows.services
        passed = sorted({", ".join(way[2]) for way in ways if services.cut(ways[way])})
        yield from (f"something passes through {names}: `via` asks about that" for names in passed)

    def _shown(
        self, pair: Pair, found: Sequence[PairAnswer], chosen: Sequence[Chosen]
    ) -> list[PairAnswer]:
        """Answers about one flow of the pair that is not as it should be."""
        shown: list[PairAnswer] = []
        for answer in found:
            wrong = self._wrong(answer)
            told = answer.traces or answer.blockers or self.rule.flows.via
            if told or not wrong or pair[0] not in self._ids(pair):
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

    def _changes(self, pair: Pair, chosen: Sequence[Chosen]) -> list[Change]:
        """What the plan does to the pair."""
        if self.state != "planned" or self.scene.alone or not self._ids(pair):
            return []
        services, limits = self.rule.flows.services, (chosen[0].limit, chosen[1].limit)
        withins = [(way, limits) for way in self._ways_of(pair, chosen)]
        before, both = before_of(withins, self.scene), []
        for within in withins:
            was = services.cut(before.get(within, ()))
            now = services.cut(flows_of(self.scene.after, *within, self.scene.options))
            both.append(differing(within, was, now, (*was, *now), self.scene))
        kinds = NOT_SO.get(self.rule.expect, tuple(Kind))
        changes = changes_of(both, self.scene)
        return [one for some in changes.values() for one in some if one.kind in kinds]

    def _ways_of(self, pair: Pair, chosen: Sequence[Chosen]) -> list[Through]:
        """Through no load balancer; or through those of the rule, before the plan or after it."""
        if self.rule.flows.via is None:
            return [(*pair, ())]
        names = {"planned": pair, "current": (self.scene.was(pair[0]), self.scene.was(pair[1]))}
        chains: set[tuple[str, ...]] = set()
        for state, (source, destination) in names.items():
            ends = Selection({source: chosen[0]}), Selection({destination: chosen[1]})
            chains |= {way[2] for way in self._ways(state, *ends)}
        known = self.scene.after.endpoints
        return [(*pair, chain) for chain in sorted(chains) if all(one in known for one in chain)]


def _whole(flows: Sequence[FlowSet], services: IntervalSet) -> Verdict:
    """The verdict of all services; those in no flow set are unreachable."""
    missing = sum(flow.services.count for flow in flows) < services.count
    rest = [Verdict.UNREACHABLE] if missing else []
    return combined([*(flow.verdict for flow in flows), *rest])


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
