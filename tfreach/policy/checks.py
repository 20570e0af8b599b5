"""A policy and both networks in; a result for each pair that a rule says something of, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.policy.asserts import judge_assert
from tfreach.policy.denies import judge_deny
from tfreach.policy.intents import judge_change
from tfreach.policy.mistakes import refused
from tfreach.policy.results import Result
from tfreach.policy.rules import End, Flows, Policy
from tfreach.policy.scene import Scene, mistakes
from tfreach.policy.waivers import Remark, Waivers


def check(policy: Policy, scene: Scene, remarks: Sequence[Remark] = ()) -> tuple[Result, ...]:
    """Every rule in the order of the policy. Raises UsageError where a selector selects nothing.

    remarks   the waivers that stand in the source
    """
    sets = () if scene.lenient else policy.sets
    if found := list(mistakes(sets, _strict(policy, scene), scene)):
        raise refused(found)
    waivers = Waivers(policy.waivers, remarks, scene.today)
    results: list[Result] = []
    for assert_ in policy.asserts:
        results += judge_assert(assert_, scene, waivers)
    for deny in policy.denies:
        results += judge_deny(deny, scene, waivers)
    if policy.change:
        results += judge_change(policy.change, scene, waivers)
    return tuple(results)


def _strict(policy: Policy, scene: Scene) -> Iterator[End]:
    """Every selector that has to select something."""
    for lenient, flows in _flows(policy):
        if not (lenient or scene.lenient):
            yield from (end for end in (*flows.ends, flows.via) if end)


def _flows(policy: Policy) -> Iterator[tuple[bool, Flows]]:
    for assert_ in policy.asserts:
        yield assert_.lenient, assert_.flows
    for deny in policy.denies:
        yield from ((deny.lenient, one) for one in (deny.flows, *deny.excepts))
    if policy.change:
        yield from ((policy.change.lenient, row.flows) for row in policy.change.allow)
    yield from ((one.lenient, one.flows) for one in policy.waivers)
