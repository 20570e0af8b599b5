"""What broke a rule before the plan, in; whether it came about outside of Terraform, out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tfreach.engine.verdicts import Trace
from tfreach.policy.brought import Within, before_of, opened
from tfreach.policy.passing import FlowSets
from tfreach.policy.scene import Scene

OUTSIDE = "changed outside of Terraform: {}"


def drifted(within: Within, flows: FlowSets, trace: Trace | None, scene: Scene) -> str:
    """A sentence; "" where it was so, too, as Terraform had left it."""
    if scene.drift is None:
        return ""
    left = replace(scene, before=scene.drift.network(), _ids={}, _meant={})
    was = before_of([within], left).get(within, ())
    if not opened(within, was, flows, left):
        return ""
    return OUTSIDE.format(", ".join(_named(scene.drift.addresses, trace)))


def _named(addresses: frozenset[str], trace: Trace | None) -> Iterable[str]:
    """Those on the way, if any is."""
    rules = {hop.rule.address for hop in trace.forward.hops} if trace else set()
    return sorted(addresses & rules or addresses)
