"""What several families of functions need: whole numbers, characters, bounds on size."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from typing import Final

from tfreach.plan.numbers import rounded
from tfreach.plan.sameness import equal, identity
from tfreach.plan.values import (
    SEQUENCES,
    Derived,
    Invalid,
    Symbol,
    Type,
    Value,
    parents,
    wholly_known,
)

MOST_ITEMS: Final = 1_000_000
"""Elements that a result may have, or values that a document may be made of."""

MOST_TEXT: Final = 10_000_000
"""Characters that a result may have."""

MOST_UNDECIDED: Final = 2_000
"""Members of a set among which pairs are looked for that may turn out equal."""


class TooLarge(Exception):  # noqa: N818 - no error: the call is answered with an unknown
    """The result would be larger, or take longer, than anything that is worth knowing."""


def bounded(count: int, most: int = MOST_ITEMS) -> int:
    """`count` itself. Raises TooLarge."""
    if count > most:
        raise TooLarge
    return count


def bounded_text(text: str) -> str:
    """`text` itself. Raises TooLarge."""
    bounded(len(text), MOST_TEXT)
    return text


def whole(number: Value, what: str) -> int:
    """A number as int. Raises Invalid where it has a fraction, or more than 64 bits."""
    if not isinstance(number, int) or not -(2**63) <= number < 2**63:
        raise Invalid(f"{what} must be a whole number")
    return number


def from_float(number: float) -> int | Fraction:
    """The number that Terraform prints for a result of its 64 bit arithmetic."""
    if number != number:
        raise Invalid("the result is not a number")
    if number in (float("inf"), float("-inf")):
        raise TooLarge
    return rounded(Fraction(repr(number)))


def characters(text: str) -> list[str]:
    """The characters as a reader counts them (grapheme clusters)."""
    if text.isascii() and "\r" not in text:
        return list(text)
    import regex

    return regex.findall(r"\X", text)


def all_differ(items: Iterable[Value]) -> bool | None:
    """Whether no two of a set's members are equal; None where that is not known yet."""
    members = list(items)
    open_ones = [item for item in members if not wholly_known(item)]
    if not open_ones:
        return True
    if len(members) > MOST_UNDECIDED:
        return None
    pairs = combinations(members, 2)
    undecided = (p for p in pairs if not (wholly_known(p[0]) and wholly_known(p[1])))
    return True if all(equal(left, right) is False for left, right in undecided) else None


class Members:
    """Values of one type, asked whether another is among them; known ones are found at once."""

    def __init__(self, items: Iterable[Value] = ()) -> None:
        self._known: set[object] = set()
        self._all: list[Value] = []
        self._open: list[Value] = []
        for item in items:
            self.add(item)

    def add(self, item: Value) -> None:
        self._all.append(item)
        if wholly_known(item):
            self._known.add(identity(item))
        else:
            self._open.append(item)
            bounded(len(self._open), MOST_UNDECIDED)

    def has(self, item: Value) -> bool | None:
        """None where it is not known yet."""
        known = wholly_known(item)
        if known and identity(item) in self._known:
            return True
        return member(item, self._open if known else self._all)


def member(item: Value, among: Iterable[Value]) -> bool | None:
    """Whether `item` equals one of them; None where that is not known yet."""
    answer: bool | None = False
    for other in among:
        same = equal(item, other)
        if same:
            return True
        if same is None:
            answer = None
    return answer


def members(collection: Value) -> tuple[Value, ...] | None:
    """What is in a list, set or tuple, in whatever order; None where that is not known."""
    if isinstance(collection, SEQUENCES):
        return collection.items
    if isinstance(collection, Derived):
        return collection.members or None
    if isinstance(collection, Symbol):
        return None
    raise Invalid("a list, set or tuple is required")


def gathered(kind: Type, items: Iterable[Value]) -> Derived:
    """A collection of exactly these, in an order that is not known."""
    found = tuple(items)
    return Derived(parents(*found), kind, members=found)
