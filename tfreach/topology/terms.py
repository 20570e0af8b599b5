"""The smallest words of the model: an answer that may be open, a link, a block, a lost target."""

from __future__ import annotations

from enum import Enum

from tfreach.records import dataclass
from tfreach.space.headers import IPV6_BASE, address_text
from tfreach.space.intervals import IntervalSet


class Tri(Enum):
    """Yes, no, or not known."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"

    __hash__ = object.__hash__  # Enum's own is written in Python, and asked for millions of times


@dataclass(frozen=True, slots=True)
class OneOf:
    """Where a link leads: to one of `ids`, and it is unknown to which when there are several.

    ids      sorted and unique; () with `open` means that nothing at all is known
    open     it may also be something outside the model
    reason   why it is not sure; "" when it is
    """

    ids: tuple[str, ...] = ()
    open: bool = False
    reason: str = ""

    @property
    def sure(self) -> bool:
        return len(self.ids) == 1 and not self.open


@dataclass(frozen=True, slots=True)
class Prefix:
    """An address block: the first address as an integer of the number line (space/headers.py), and
    the length: 0..32 of an IPv4 one, 0..128 of an IPv6 one."""

    first: int
    length: int

    @property
    def last(self) -> int:
        width = 32 if self.first < IPV6_BASE else 128
        return self.first + (1 << (width - self.length)) - 1

    @property
    def addresses(self) -> IntervalSet:
        return IntervalSet.span(self.first, self.last)

    def __contains__(self, address: int) -> bool:
        return self.first <= address <= self.last

    def __str__(self) -> str:
        return f"{address_text(self.first)}/{self.length}"


@dataclass(frozen=True, slots=True)
class Blackhole:
    """The target is gone: the route still wins its prefix and drops the packet (F42, F43)."""

    why: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A target that is not modelled, or not known at all: what happens there is not known."""

    what: str
