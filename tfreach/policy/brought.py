"""What passes after the plan in; what of it the plan brings about, with its causes, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from tfreach.diff.changes import Change
from tfreach.diff.compare import compare
from tfreach.diff.witness import Renames
from tfreach.engine.verdicts import Reachability, Through
from tfreach.policy.addresses import restricted
from tfreach.policy.boxes import Limits
from tfreach.policy.gained import gained
from tfreach.policy.passing import FlowSets, everything_between, far_end, limited
from tfreach.policy.scene import Scene
from tfreach.policy.selectors import Chosen, Selection
from tfreach.policy.services import Services
from tfreach.records import dataclass
from tfreach.space.headers import Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Network, beyond

Within = tuple[Through, Limits]
"""A way, and the addresses of its ends."""
Part = tuple[Through, Limits, int]
"""The same, and which of several sets of services."""


@dataclass(frozen=True, slots=True)
class Differing:
    """Flow sets of one way, of the same services, before the plan and after it, within limits.

    earlier   the same way, and limits, before; None when it was not there
    part      tells it from others of the same way and limits, which are of other services
    """

    way: Through
    limits: Limits
    earlier: Within | None
    before: FlowSets
    after: FlowSets
    part: int = 0

    @property
    def key(self) -> Part:
        return self.way, self.limits, self.part


def before_of(found: Iterable[Within], scene: Scene) -> dict[Within, FlowSets]:
    """All that passed before the plan, in the names of after it; of what was not there, nothing."""
    groups: dict[Limits, list[tuple[Within, Through]]] = {}
    for way, limits in found:
        if was := scene.earlier(way, limits):
            groups.setdefault(was[1], []).append(((way, limits), was[0]))
    passed: dict[Within, FlowSets] = {}
    for limits, group in groups.items():
        source = Selection({was[0]: Chosen(limits[0]) for _, was in group})
        destination = Selection({was[1]: Chosen(limits[1]) for _, was in group})
        through = any(was[2] for _, was in group)
        flows = everything_between(scene.before, source, destination, scene.options, through)
        for within, earlier in group:
            passed[within] = _renamed(flows.get(earlier, ()), scene.renames)
    return passed


def _renamed(flows: FlowSets, renames: Renames) -> FlowSets:
    if not renames.moved:
        return flows
    return tuple(
        replace(
            flow,
            subnets=flow.subnets and tuple(sorted(map(renames.text, flow.subnets))),
            reasons=frozenset(map(renames.text, flow.reasons)),
        )
        for flow in flows
    )


def opened(within: Within, before: FlowSets, after: FlowSets, scene: Scene) -> FlowSets:
    """What passes now and did not, or not as well."""
    way, limits = within
    at = far_end(scene.after, way[:2])
    far = EMPTY
    if at is not None:
        far = limits[at] or beyond(scene.after, way[:2][at]) or EMPTY
    return gained(before, after, far)


def differing(
    within: Within, before: FlowSets, after: FlowSets, of: FlowSets, scene: Scene, part: int = 0
) -> Differing:
    """Both sides of the services of `of`."""
    four, six = (_services(of, family) for family in (Family.IPV4, Family.IPV6))
    services = Services("", four, six)
    was = scene.earlier(*within)
    return Differing(*within, was, services.cut(before), services.cut(after), part)


def _services(flows: FlowSets, family: Family) -> IntervalSet:
    mine = (flow.services for flow in flows if flow.family is family)
    return IntervalSet.of(span for services in mine for span in services.spans)


def changes_of(differing: Iterable[Differing], scene: Scene) -> dict[Part, list[Change]]:
    """The changes of each, with a witness and causes; none where nothing is sure."""
    found: dict[Part, list[Change]] = {}
    groups: dict[object, list[Differing]] = {}
    for one in differing:
        if not scene.alone:
            groups.setdefault(_limiting(one), []).append(one)
    for group in groups.values():
        keys = {one.way: one.key for one in group}
        before, after = _restricted(next((one for one in group if one.earlier), group[0]), scene)
        reach = (
            _survey({one.earlier[0]: one.before for one in group if one.earlier}),
            _survey({one.way: one.after for one in group}),
        )
        compared = compare(
            before,
            after,
            scene.planned,
            scene.options,
            reach,
            replays=scene.replays,
            limited=partial(_limited, way=group[0].way, limits=group[0].limits),
        )
        for change in compared.changes:
            way = change.source, change.destination, change.via
            found.setdefault(keys[way], []).append(change)
    return found


def _limiting(one: Differing) -> object:
    """What the networks are restricted to; ends that are not restricted do not matter. Parts of one
    way are apart."""
    names = zip(one.way[:2], one.limits, strict=True)
    return one.part, tuple((name, limit) for name, limit in names if limit is not None)


def _restricted(one: Differing, scene: Scene) -> tuple[Network, Network]:
    before = scene.before
    if one.earlier:
        before = limited(before, one.earlier[0][:2], one.earlier[1])
    return before, limited(scene.after, one.way[:2], one.limits)


def _limited(network: Network, way: Through, limits: Limits) -> Network:
    """As both networks are restricted, at the ends that are there."""
    for name, limit in zip(way[:2], limits, strict=True):
        network = restricted(network, name, limit) if name in network.endpoints else network
    return network


def _survey(found: Mapping[Through, FlowSets]) -> Reachability:
    pairs = {way[:2]: flows for way, flows in found.items() if not way[2] and flows}
    return Reachability(pairs, {way: flows for way, flows in found.items() if way[2] and flows})
