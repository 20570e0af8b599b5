"""Endpoints and where they live in; short lists that name many of them exactly, out.

Thousands of endpoints that say the same are named as a person would: by VPC, by subnet, and one by
one where it is not the whole of either. The names of blocks are selectors (contract.md, section 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tfreach.records import dataclass
from tfreach.space.atoms import bits_of, mask_of, union_of
from tfreach.topology.network import Network

MOST_ROWS = 10_000
"""More pairs than this are not listed one by one: those that say the same are one row."""


@dataclass(frozen=True, slots=True)
class Members:
    """names   of endpoints and of blocks of them
    count   how many endpoints these are
    """

    names: tuple[str, ...]
    count: int


class Blocks:
    """Names sets of endpoints.

    apart  masks of ids: a block is made of those of the first that lives there at all, so that who
           comes or goes does not break the block of those who stay; () for all together
    used   the blocks that were named, and who is in each
    """

    def __init__(
        self, ids: Sequence[str], networks: Iterable[Network], apart: Sequence[int] = ()
    ) -> None:
        self._ids = ids
        self.used: dict[str, tuple[str, ...]] = {}
        homes: dict[str, tuple[str, str]] = {}
        for network in networks:
            homes |= dict(_homes(network))
        vpcs: dict[str, dict[str, list[int]]] = {}
        for bit, id_ in enumerate(ids):
            if id_ in homes:
                vpc, subnet = homes[id_]
                vpcs.setdefault(vpc, {}).setdefault(subnet, []).append(bit)
        self._vpcs: list[tuple[str, int, list[tuple[str, int]]]] = []
        for vpc, subnets in sorted(vpcs.items()):
            masks = {id_: mask_of(bits, len(ids)) for id_, bits in sorted(subnets.items())}
            own = [(f"subnet:{id_}", _first(mask, apart)) for id_, mask in masks.items() if id_]
            self._vpcs.append((f"vpc:{vpc}", _first(union_of(masks.values()), apart), own))

    def members(self, mask: int, own: int = 0) -> Members:
        """own   a bit that may be in or not: that of the one at the other end"""
        return Members(tuple(self._names(mask, own)), mask.bit_count())

    def _names(self, mask: int, own: int) -> Iterator[str]:
        if mask & mask - 1 == 0:
            yield from (self._ids[bit] for bit in bits_of(mask))
            return
        left = mask
        blocks: list[str] = []
        for vpc, whole, subnets in self._vpcs:
            if not mask & whole:
                continue
            for name, block in [(vpc, whole)] if self._is_whole(mask | own, whole) else subnets:
                if self._is_whole(mask | own, block):
                    blocks.append(name)
                    left &= ~block
                    self._use(name, block)
        yield from blocks
        yield from (self._ids[bit] for bit in bits_of(left))

    @staticmethod
    def _is_whole(mask: int, block: int) -> bool:
        return block & block - 1 != 0 and mask & block == block

    def _use(self, name: str, block: int) -> None:
        if name not in self.used:
            self.used[name] = tuple(self._ids[bit] for bit in bits_of(block))


def _first(mask: int, apart: Sequence[int]) -> int:
    return next((mask & one for one in apart if mask & one), mask)


def same_sources(row: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    """Destinations, by bit, with the mask of their sources in; those with the same sources out.
    Whether a destination is among its own sources does not count: no pair is of one endpoint."""
    with_itself = Counter(mask | 1 << bit for bit, mask in row.items())
    alike: dict[int, list[int]] = {}
    for bit, mask in row.items():
        whole = mask | 1 << bit
        alike.setdefault(whole if with_itself[whole] > 1 else mask, []).append(bit)
    yield from alike.items()


def _homes(network: Network) -> Iterator[tuple[str, tuple[str, str]]]:
    """The VPC and the subnet of each endpoint that lives in one VPC; "" for several subnets."""
    for end in network.endpoints.values():
        subnets = {site.subnet for face in end.interfaces for site in face.sites}
        vpcs = {network.subnets[id_].vpc for id_ in subnets if id_ in network.subnets}
        if len(vpcs) == 1:
            yield end.id, (vpcs.pop(), subnets.pop() if len(subnets) == 1 else "")
