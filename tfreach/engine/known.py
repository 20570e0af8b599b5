"""Flows in; each of them once, so that rows compare them by identity, out."""

from __future__ import annotations

from tfreach.engine.flowsets import FlowSets

Row = list[tuple[int, FlowSets]]
"""Of one destination: disjoint masks of sources, each with what reaches it from all of them. A
source that is in none of them does not reach it. Flows that are equal are one object."""


class Known:
    """Flows that were met, each once, so that a row compares them by identity."""

    def __init__(self) -> None:
        self._flows: dict[FlowSets, FlowSets] = {}
        self.by_id: dict[int, FlowSets] = {}
        self.none = self.one(())

    def one(self, flows: FlowSets) -> FlowSets:
        """The same object for what is equal."""
        found = self._flows.setdefault(flows, flows)
        self.by_id[id(found)] = found
        return found
