"""What a rule finds in; the path that shows it, and the changes behind it, out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from tfreach.diff.changes import Cause, Change
from tfreach.diff.witness import typical
from tfreach.engine.verdicts import FlowSet, Options, Trace
from tfreach.policy.brought import Within
from tfreach.policy.evidence import evidence
from tfreach.policy.passing import far_end, limited
from tfreach.topology.network import Network, Tri

MOST_PATHS = 100
"""Of a rule that is broken by more pairs, the others are shown without their path."""


class Tracer:
    """Finds one flow that shows what a pair does, for the first pairs that ask, or for all."""

    def __init__(self, network: Network, options: Options, *, every: bool) -> None:
        self._network = network
        self._options = options
        self._left = sys.maxsize if every else MOST_PATHS

    def path(self, within: Within, flows: Sequence[FlowSet]) -> Trace | None:
        """None: through load balancers, for what is not there, and where many have asked."""
        (source, destination, via), limits = within
        if via or not flows or self._left <= 0:
            return None
        self._left -= 1
        flow = max(flows, key=lambda one: one.verdict.delivers)
        if flow.addresses is not None:
            at = far_end(self._network, (source, destination))
            limits = (flow.addresses, limits[1]) if at == 0 else (limits[0], flow.addresses)
        network = limited(self._network, (source, destination), limits)
        number = typical(flow.services, flow.family)
        found = evidence(network, (source, destination), number, self._options, flow.family)
        traces = [one.trace for one in found]
        return max(traces, key=telling, default=None)


def telling(trace: Trace) -> tuple[int, int]:
    """How well it gets through."""
    order = (Tri.NO, Tri.MAYBE, Tri.YES)
    return order.index(trace.delivered), order.index(trace.round_trip)


def causes_in(changes: Iterable[Change]) -> tuple[Cause, ...]:
    """Those of all, one of each resource: what it does to the first of them."""
    found: dict[str, Cause] = {}
    for change in changes:
        for cause in change.causes:
            found.setdefault(cause.address, cause)
    return tuple(found.values())
