"""A deny rule and both networks in; a result for each pair that breaks it, or one, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from tfreach.diff.changes import Change, Kind
from tfreach.engine.verdicts import FlowSet, Through, Verdict
from tfreach.policy.brought import Differing, Part, Within, before_of, changes_of, differing, opened
from tfreach.policy.drift import drifted
from tfreach.policy.grounds import Tracer, causes_in
from tfreach.policy.passing import Asked, Passing, passing, shown
from tfreach.policy.questions import Question, ask, combined
from tfreach.policy.results import Result, Status, joined
from tfreach.policy.rules import Deny, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.selectors import Selection
from tfreach.policy.services import Services
from tfreach.policy.waivers import Waivers
from tfreach.records import dataclass
from tfreach.space.headers import Family
from tfreach.space.intervals import EMPTY, IntervalSet

MOST_STRETCHES, MOST_OF_A_PAIR = 300, 8
"""Where more is found, the causes of one flow of each pair stand for the others."""
NOBODY = "nothing here is meant by it"
NOT_COMPARED = "a state opens nothing, and this rule is for what is opened"


@dataclass(slots=True)
class _Found:
    """What breaks the rule by one way, or is waived. parts: where `flows` are from."""

    way: Through
    waiver: Waiver | None
    flows: list[FlowSet] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)


def judge_deny(rule: Deny, scene: Scene, waivers: Waivers) -> list[Result]:
    mine = waivers.of(rule.name)
    spoken = (rule.flows, *rule.excepts, *mine.flows)
    scene = scene.treating(end for one in spoken for end in one.ends)
    only_new = rule.new and not scene.totals
    if only_new and scene.alone:
        return [_kept(rule, scene, NOT_COMPARED)]
    source, destination = scene.meant(rule.flows.source), scene.meant(rule.flows.destination)
    cuts = [*(scene.cut(one) for one in rule.excepts), *mine.cuts(scene)]
    asked = Asked(source, destination, rule.flows.services, cuts, rule.through)
    passed = passing(scene.after, asked, scene.options)
    each = bool(mine.remarks) or _few(passed)
    found = _found(passed, scene, only_new, each=each)
    changes = changes_of((part for one in found for part in one.differing), scene)
    tracer, kept = Tracer(scene.after, scene.options, every=bool(mine.remarks)), _kept(rule, scene)
    results = [_result(rule, one, changes, tracer, kept, scene) for one in found]
    if not only_new:
        results += _of_nobody(rule, source, destination, scene, kept)
    if not source or not destination:
        kept = replace(kept, note=NOBODY)
    return joined(mine.judged(one, scene) for one in results) or [kept]


def _few(passed: Mapping[Through, Sequence[Passing]]) -> bool:
    """Whether there is time to look for the causes of each stretch of services by itself."""
    stretches = [
        sum(len(flow.services.spans) for part in parts for flow in part.flows)
        for parts in passed.values()
    ]
    return sum(stretches) <= MOST_STRETCHES and max(stretches, default=0) <= MOST_OF_A_PAIR


def _apart(part: Passing) -> Iterator[Passing]:
    """Each stretch of services by itself: it may have causes of its own, and a remark at a cause
    waives only what comes from there."""
    for flow in part.flows:
        for span in flow.services.spans:
            services = IntervalSet((span,))
            both = (services, EMPTY) if flow.family is Family.IPV4 else (EMPTY, services)
            box = replace(part.box, services=Services("", *both))
            yield Passing(box, (replace(flow, services=services),))


def _kept(rule: Deny, scene: Scene, note: str = "") -> Result:
    source, destination = (end.text if end else "" for end in rule.flows.ends)
    return Result(
        name=rule.name,
        rule="deny",
        status=Status.PASS,
        severity=rule.severity,
        location=rule.location,
        source=source,
        destination=destination,
        services=rule.flows.services.text,
        expected=Verdict.UNREACHABLE.value,
        whole=True,
        state=scene.state,
        verdict=Verdict.UNREACHABLE,
        note=note,
    )


def _found(
    passed: Mapping[Through, Sequence[Passing]], scene: Scene, only_new: bool, *, each: bool
) -> list[_Found]:
    """By way, and by waiver: what is waived is a result of its own. each: every stretch is one."""
    parts = [(way, part) for way, some in passed.items() for part in some]
    items = [(way, one) for way, part in parts for one in _apart(part)] if each else parts
    withins = [(way, part.box.limits) for way, part in items] if not scene.alone else []
    before = before_of(withins, scene)
    found: dict[object, _Found] = {}
    numbers: Counter[Within] = Counter()
    for way, part in items:
        within = way, part.box.limits
        number = numbers[within]
        numbers[within] += 1
        key = (*within, number) if each else (way, part.box.waiver)
        one = found.setdefault(key, _Found(way, part.box.waiver))
        was = part.box.services.cut(before.get(within, ()))
        more = () if scene.alone else opened(within, was, part.flows, scene)
        if more:
            one.differing.append(differing(within, was, part.flows, more, scene, number))
        if flows := more if only_new else part.flows:
            one.flows += shown(scene.after, way[:2], flows, part.box.limits)
            one.parts.append((*within, number))
    return [one for one in found.values() if one.flows]


def _result(
    rule: Deny,
    found: _Found,
    changes: Mapping[Part, Sequence[Change]],
    tracer: Tracer,
    kept: Result,
    scene: Scene,
) -> Result:
    delivers = any(flow.verdict.delivers for flow in found.flows)
    status = Status.FAIL if delivers else Status.UNDETERMINED
    severity = rule.severity if delivers else rule.undetermined.severity(rule.severity)
    mine = [
        change
        for part in found.parts
        for change in changes.get(part, ())
        if change.kind is not Kind.CLOSED
    ]
    kinds = {change.kind for change in mine}
    trace = mine[0].witness.after if mine else tracer.path(found.parts[0][:2], found.flows)
    note = "" if mine else drifted(found.parts[0][:2], tuple(found.flows), trace, scene)
    return replace(
        kept,
        note=note,
        status=Status.WAIVED if found.waiver else status,
        severity=severity,
        source=found.way[0],
        destination=found.way[1],
        via=found.way[2],
        whole=False,
        verdict=combined(flow.verdict for flow in found.flows),
        flows=tuple(found.flows),
        causes=causes_in(mine),
        trace=trace,
        kind=next((kind for kind in Kind if kind in kinds), None),
        waiver=found.waiver,
    )


def _of_nobody(
    rule: Deny, source: Selection, destination: Selection, scene: Scene, kept: Result
) -> Iterator[Result]:
    """Addresses that no interface holds, as ends: nobody knows who is there, outside every VPC."""
    services = rule.flows.services
    if not (source.nobody or source.outside):
        destination = Selection({}, destination.nobody, destination.outside)
    else:
        source = Selection({}, source.nobody, source.outside)
    if not (source.nobody or source.outside or destination.nobody or destination.outside):
        return
    wanted = services.ipv4 or services.ipv6
    question = Question("", "", "any", "all", wanted, scene.options)
    for pair in ask(question, scene.after, source, destination).pairs:
        if pair.judged is Verdict.UNDETERMINED:
            flows = (FlowSet(wanted, pair.judged, reasons=pair.reasons, family=pair.family),)
            yield replace(
                kept,
                status=Status.UNDETERMINED,
                severity=rule.undetermined.severity(rule.severity),
                source=pair.source,
                destination=pair.destination,
                whole=False,
                verdict=pair.judged,
                flows=flows,
            )
