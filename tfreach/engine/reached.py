"""A Network, sources and destinations in; all that passes between them, in pairs or groups, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field

from tfreach.engine.blocks import Blocks, Members, by_home, same_sources
from tfreach.engine.flowsets import FlowSets
from tfreach.engine.rows import Rows
from tfreach.engine.verdicts import Options, Pair
from tfreach.records import dataclass
from tfreach.space.atoms import bits_of, mask_of
from tfreach.topology.network import Network


@dataclass(frozen=True, slots=True)
class ReachOfMany:
    """The same flows of each source with each destination, but none with itself.

    pairs   how many these are
    """

    sources: Members
    destinations: Members
    pairs: int
    flows: FlowSets


@dataclass(frozen=True, slots=True)
class Reached:
    """pairs   those with a flow that is not unreachable
    many    instead of them, where there are too many to list one by one: no pair is in two rows
    blocks  those that members name, and who is in each
    """

    pairs: Mapping[Pair, FlowSets] = field(default_factory=dict)
    many: tuple[ReachOfMany, ...] = ()
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def reached(
    network: Network,
    options: Options,
    sources: Collection[str],
    destinations: Collection[str],
    most: int | None = None,
) -> Reached:
    """All that passes from some endpoints to others.

    most   pairs to list one by one: of more, those that say the same are put together
    """
    ids = sorted({*sources, *destinations})
    at = {id_: bit for bit, id_ in enumerate(ids)}
    rows = Rows(network, options, ids, sources)
    wanted = mask_of((at[id_] for id_ in destinations), len(ids))
    found: dict[int, tuple[FlowSets, dict[int, list[int]]]] = {}
    total = 0
    for bits in by_home(ids, (network,)):
        for bit in bits:
            for mask, flows in rows.row(ids[bit]) if wanted >> bit & 1 else ():
                found.setdefault(id(flows), (flows, {}))[1].setdefault(mask, []).append(bit)
                total += mask.bit_count()
        rows.forget()
    if most is not None and total > most:
        return _gathered(network, ids, found.values())
    pairs = {
        (ids[bit], ids[to]): flows
        for flows, masks in found.values()
        for mask, bits in masks.items()
        for bit in bits_of(mask)
        for to in bits
    }
    return Reached({pair: pairs[pair] for pair in sorted(pairs)})


def _gathered(
    network: Network, ids: list[str], found: Iterable[tuple[FlowSets, Mapping[int, Sequence[int]]]]
) -> Reached:
    blocks = Blocks(ids, (network,))
    many: list[ReachOfMany] = []
    for flows, masks in found:
        for mask, bits in same_sources(masks):
            own = 1 << bits[0] if len(bits) == 1 else 0
            pairs = sum((mask & ~(1 << bit)).bit_count() for bit in bits)
            there = blocks.members(mask_of(bits, len(ids)))
            many.append(ReachOfMany(blocks.members(mask, own), there, pairs, flows))
    many.sort(key=lambda one: (-one.pairs, one.sources.names, one.destinations.names))
    return Reached(many=tuple(many), blocks=blocks.used)
