"""Must and may in one value: what is in a set whatever the unknowns are, and what may be."""

from __future__ import annotations

from collections.abc import Iterable

from tfreach.records import dataclass
from tfreach.space.intervals import EMPTY, IntervalSet

NO_REASONS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bounds:
    """A set that the unknowns of a plan leave open: must <= the true set <= may.

    must   in the set for every outcome of the unknowns; always a subset of may
    may    in the set for some outcome
    why    the reasons why must and may differ; empty when they are the same
    """

    must: IntervalSet = EMPTY
    may: IntervalSet = EMPTY
    why: frozenset[str] = NO_REASONS

    @classmethod
    def exactly(cls, known: IntervalSet) -> Bounds:
        return cls(known, known)

    @classmethod
    def of(cls, must: IntervalSet, may: IntervalSet, why: Iterable[str]) -> Bounds:
        """Reasons are kept only where they matter: where must and may differ."""
        return cls(may, may) if must == may else cls(must, may, frozenset(why))

    def __and__(self, other: Bounds) -> Bounds:
        if self.must is self.may and other.must is other.may:
            return Bounds.exactly(self.may & other.may)
        return Bounds.of(self.must & other.must, self.may & other.may, self.why | other.why)

    def __or__(self, other: Bounds) -> Bounds:
        if self.must is self.may and other.must is other.may:
            return Bounds.exactly(self.may | other.may)
        return Bounds.of(self.must | other.must, self.may | other.may, self.why | other.why)

    def limited(self, limit: IntervalSet) -> Bounds:
        """What of the set lies in `limit`, which is known."""
        return Bounds.of(self.must & limit, self.may & limit, self.why)

    @staticmethod
    def either(outcomes: Iterable[Bounds], why: str) -> Bounds:
        """One of `outcomes` (at least one) is true, and it is unknown which."""
        first, *others = outcomes
        must, may, reasons = first.must, first.may, set(first.why)
        for other in others:
            must, may, reasons = must & other.must, may | other.may, reasons | other.why
        return Bounds.of(must, may, reasons | {why})


NOTHING = Bounds()
