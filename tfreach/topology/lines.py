"""A Network in; every way through load balancers to something behind them, out.

A line is one listener, one target group that it forwards to, and one target of that: it says
nothing of filters and routes. Behind a network load balancer may stand an application one (F85),
and before it an interface endpoint of its endpoint service (F82).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tfreach.records import dataclass
from tfreach.space.headers import Family
from tfreach.space.intervals import IntervalSet
from tfreach.topology.balance import (
    PRIVATE_LINK,
    Balancer,
    Forward,
    Listener,
    Target,
    TargetGroup,
)
from tfreach.topology.network import Network

Via = tuple[str, ...]
"""Ids of the load balancers and interface endpoints on the way, the nearest to the client first."""

DEEPEST = 2
"""So many load balancers at most; interface endpoints do not count."""


@dataclass(frozen=True, slots=True)
class Step:
    """Through one load balancer: by which listener, group and target.

    takes    the services that come in and go on so
    sends    what becomes of them: those that are sent to the target
    unknown  "" or why it may not be so
    """

    balancer: Balancer
    listener: Listener
    forward: Forward
    group: TargetGroup
    target: Target
    takes: IntervalSet

    @property
    def sends(self) -> IntervalSet:
        return self.target.services

    @property
    def unknown(self) -> str:
        return self.listener.unknown or self.forward.unknown or self.target.unknown

    @property
    def is_link(self) -> bool:
        """Whether it leads through an interface endpoint."""
        return self.balancer.kind == PRIVATE_LINK


@dataclass(frozen=True, slots=True)
class Line:
    """One step a load balancer, and the endpoint that the last one sends to."""

    steps: tuple[Step, ...]
    destination: str

    @property
    def via(self) -> Via:
        return tuple(step.balancer.id for step in self.steps)

    @property
    def services(self) -> IntervalSet:
        """What the first listener takes."""
        return self.steps[0].takes

    def takes(self, family: Family) -> bool:
        """Whether a client may ask by that family: what comes in by an interface endpoint goes on
        by the same, what comes to a load balancer by that of its targets."""
        came = (family, *(step.group.family for step in self.steps))
        return all(
            came[at] is step.group.family for at, step in enumerate(self.steps) if step.is_link
        )


def lines(network: Network) -> Mapping[tuple[str, Via], tuple[Line, ...]]:
    """By destination and load balancers on the way."""
    found: dict[tuple[str, Via], list[Line]] = {}
    for id_ in sorted(network.balancers.keys() & network.endpoints.keys()):
        for line in _from(network, network.balancers[id_], ()):
            found.setdefault((line.destination, line.via), []).append(line)
    return {key: tuple(made) for key, made in found.items()}


def _from(network: Network, balancer: Balancer, before: tuple[Step, ...]) -> Iterator[Line]:
    for listener in balancer.listeners:
        takes = listener.services & before[-1].sends if before else listener.services
        for forward in listener.forwards if takes else ():
            group = network.target_groups.get(forward.group)
            for target in group.targets if group else ():
                if group is None or not target.services:
                    continue
                step = Step(balancer, listener, forward, group, target, takes)
                yield from _onward(network, (*before, step))


def _onward(network: Network, steps: tuple[Step, ...]) -> Iterator[Line]:
    for id_ in _ends(network, steps[-1].target):
        if any(step.balancer.id == id_ for step in steps):
            continue
        yield Line(steps, id_)
        onward = network.balancers.get(id_)
        passed = sum(not step.is_link for step in steps)
        if onward is not None and passed < DEEPEST:
            yield from _from(network, onward, steps)


def _ends(network: Network, target: Target) -> list[str]:
    """Who may be meant by a target."""
    held = target.addresses
    if held is None:
        return [target.endpoint] if target.endpoint in network.endpoints else []
    return [
        end.id
        for end in network.endpoints.values()
        if not end.inbound
        and any(
            not held.isdisjoint(site.addresses) for face in end.interfaces for site in face.sites
        )
    ]
