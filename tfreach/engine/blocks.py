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


@dataclass(frozen=True, slots=True)
class _Vpc:
    """living   who is there at all
    whole     its block; subnets: theirs, by name
    least     of how many the smallest of these blocks is
    """

    name: str
    living: int
    whole: int
    subnets: list[tuple[str, int]]
    least: int


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
        self._vpcs: list[_Vpc] = []
        for vpc, subnets in sorted(vpcs.items()):
            masks = {id_: mask_of(bits, len(ids)) for id_, bits in sorted(subnets.items())}
            own = [(f"subnet:{id_}", _first(mask, apart)) for id_, mask in masks.items() if id_]
            living = union_of(masks.values())
            whole = _first(living, apart)
            least = min(block.bit_count() for block in (whole, *(block for _, block in own)))
            self._vpcs.append(_Vpc(f"vpc:{vpc}", living, whole, own, least))
        self._known: dict[tuple[int, int], Members] = {}

    def members(self, mask: int, own: int = 0) -> Members:
        """own   a bit that may be in or not: that of the one at the other end"""
        key = mask, own
        if key not in self._known:
            self._known[key] = Members(tuple(self._names(mask, own)), mask.bit_count())
        return self._known[key]

    def _names(self, mask: int, own: int) -> Iterator[str]:
        alone = mask
        for vpc in self._vpcs if mask & mask - 1 else ():
            if (mask & vpc.living).bit_count() + 1 < vpc.least:
                continue
            whole = self._is_whole(mask | own, vpc.whole)
            for name, block in [(vpc.name, vpc.whole)] if whole else vpc.subnets:
                if self._is_whole(mask | own, block):
                    yield name
                    alone &= ~block
                    self._use(name, block)
        yield from (self._ids[bit] for bit in bits_of(alone))

    @staticmethod
    def _is_whole(mask: int, block: int) -> bool:
        return block & block - 1 != 0 and mask & block == block

    def _use(self, name: str, block: int) -> None:
        if name not in self.used:
            self.used[name] = tuple(self._ids[bit] for bit in bits_of(block))


def _first(mask: int, apart: Sequence[int]) -> int:
    return next((mask & one for one in apart if mask & one), mask)


def same_sources(rows: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, list[int]]]:
    """Masks of sources, each with the destinations, by bit, that have just these in; the same with
    as few masks as can be out: whether a destination is among its own sources does not count, since
    no pair is of one endpoint."""
    anywhere = union_of(rows)
    pairs = [(mask, bit) for mask, bits in rows.items() for bit in bits]
    with_itself = Counter(mask | 1 << bit for mask, bit in pairs if anywhere >> bit & 1)
    alike: dict[int, list[int]] = {}
    for mask, bit in pairs:
        whole = mask | 1 << bit if anywhere >> bit & 1 else mask
        alike.setdefault(whole if with_itself[whole] > 1 else mask, []).append(bit)
    yield from alike.items()


def by_home(ids: Sequence[str], networks: Iterable[Network]) -> list[list[int]]:
    """The bits of ids, those of each VPC together: what is found for one of them serves its
    neighbours, and then perhaps nobody any more."""
    homes: dict[str, tuple[str, str]] = {}
    for network in networks:
        homes |= dict(_homes(network))
    found: dict[str, list[int]] = {}
    for bit, id_ in enumerate(ids):
        found.setdefault(homes.get(id_, ("", ""))[0], []).append(bit)
    return list(found.values())


def _homes(network: Network) -> Iterator[tuple[str, tuple[str, str]]]:
    """The VPC and the subnet of each endpoint that lives in one VPC; "" for several subnets."""
    for end in network.endpoints.values():
        subnets = {site.subnet for face in end.interfaces for site in face.sites}
        vpcs = {network.subnets[id_].vpc for id_ in subnets if id_ in network.subnets}
        if len(vpcs) == 1:
            yield end.id, (vpcs.pop(), subnets.pop() if len(subnets) == 1 else "")
