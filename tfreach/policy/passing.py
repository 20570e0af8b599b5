"""A network and boxes of flows in; what of them passes, by pair and by what is between, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tfreach.engine.verdicts import FlowSet, Options, Pair, Through
from tfreach.policy.addresses import restricted
from tfreach.policy.boxes import Box, Cut, Limits, boxes, touches
from tfreach.policy.questions import reachable_pairs, reachable_through
from tfreach.policy.selectors import Chosen, Selection
from tfreach.policy.services import Services
from tfreach.records import dataclass
from tfreach.space.headers import ALL_OF
from tfreach.topology.network import INTERNET, ON_PREMISES, Network, beyond

FlowSets = tuple[FlowSet, ...]


@dataclass(frozen=True, slots=True)
class Passing:
    """What passes of one box; `flows` is never empty. Addresses are named where not all of the box
    take part."""

    box: Box
    flows: FlowSets


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose flows are asked about. through: also what goes through load balancers."""

    source: Selection
    destination: Selection
    services: Services
    cuts: Sequence[Cut] = ()
    through: bool = True


def passing(network: Network, asked: Asked, options: Options) -> dict[Through, list[Passing]]:
    """Everything that is not unreachable, and not cut out."""
    whole = everything_between(network, asked.source, asked.destination, options, asked.through)
    found: dict[Through, list[Passing]] = {}
    for way, flows in whole.items():
        if not (wanted := asked.services.cut(flows)):
            continue
        pair = way[:2]
        limits = asked.source.chosen[pair[0]].limit, asked.destination.chosen[pair[1]].limit
        box = Box(limits, asked.services)
        cuts = [cut for cut in asked.cuts if touches(pair, cut)]
        parts = [Passing(box, wanted)]
        if cuts:
            left = boxes(network, pair, box, cuts)
            parts = list(_each(network, way, limits, wanted, left, asked, options))
        if parts:
            found[way] = parts
    return found


def _each(
    network: Network,
    way: Through,
    limits: Limits,
    flows: FlowSets,
    left: Iterable[Box],
    asked: Asked,
    options: Options,
) -> Iterator[Passing]:
    ends = asked.source.chosen[way[0]], asked.destination.chosen[way[1]]
    for box in left:
        if box.limits == limits and not box.doubt:
            passed = flows
        else:
            passed = flows_of(network, way, box.limits, options, _doubts(ends, box.doubt))
        if wanted := box.services.cut(passed):
            yield Passing(box, wanted)


def _doubts(ends: tuple[Chosen, Chosen], doubt: str) -> str:
    return "; ".join(dict.fromkeys(one for one in (*(end.doubt for end in ends), doubt) if one))


def flows_of(
    network: Network, way: Through, limits: Limits, options: Options, doubt: str = ""
) -> FlowSets:
    """All that passes between two ends, within limits, by one way."""
    source = Selection({way[0]: Chosen(limits[0], doubt)})
    destination = Selection({way[1]: Chosen(limits[1])})
    return everything_between(network, source, destination, options, bool(way[2])).get(way, ())


def everything_between(
    network: Network, source: Selection, destination: Selection, options: Options, through: bool
) -> Mapping[Through, FlowSets]:
    """All that passes between the selected endpoints, by pair and by what is between."""
    found: dict[Through, FlowSets] = {}
    for pair, flows in reachable_pairs(network, source, destination, options).items():
        found[*pair, ()] = flows
    if through and network.balancers:
        found |= reachable_through(network, source, destination, options)
    return dict(sorted(found.items()))


def shown(network: Network, pair: Pair, flows: Iterable[FlowSet], limits: Limits) -> FlowSets:
    """With the addresses of the far end that are asked about, where not all are."""
    at = far_end(network, pair)
    limit = None if at is None else limits[at]
    held = None if at is None else beyond(network, pair[at])
    if limit is None or held is None:
        return tuple(flows)
    return tuple(
        replace(flow, addresses=limit & ALL_OF[flow.family])
        if flow.addresses is None and not held & ALL_OF[flow.family] <= limit
        else flow
        for flow in flows
    )


def limited(network: Network, pair: Pair, limits: Limits) -> Network:
    """The network in which the two ends have only these addresses."""
    return restricted(restricted(network, pair[0], limits[0]), pair[1], limits[1])


def far_end(network: Network, pair: Pair) -> int | None:
    """Which end is the one whose addresses a flow set names: 0, 1 or None."""
    if pair[0] in (INTERNET, ON_PREMISES):
        return 0
    return 1 if beyond(network, pair[1]) is not None else None
