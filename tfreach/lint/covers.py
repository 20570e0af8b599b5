"""A rule and the rules that are read before it in; what of it is left to decide, and who decided
the rest, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tfreach.records import dataclass
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Filter, Rule

Box = tuple[IntervalSet, IntervalSet]
"""Packets by the address of the other side, and by service: every one with every one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a network ACL as it is written; more than one rule of the model where some of
    its addresses are not known yet."""

    direction: str
    rules: tuple[Rule, ...]

    @property
    def first(self) -> Rule:
        return self.rules[0]

    @property
    def sure(self) -> bool:
        """Whether it surely matches all that it says."""
        return not any(rule.unknown or rule.aws_service for rule in self.rules)

    @property
    def key(self) -> str:
        return f"{self.direction} {self.first.number}"


def entries(acl: Filter) -> Iterator[list[Entry]]:
    """The entries of each direction, in the order in which they are read."""
    for direction, rules in (("ingress", acl.ingress), ("egress", acl.egress)):
        found: dict[tuple[int, str, str], list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: rule.number):
            key = rule.number, rule.origin.address, rule.origin.text
            found.setdefault(key, []).append(rule)
        yield [Entry(direction, tuple(held)) for held in found.values()]


def boxes(rules: Iterable[Rule]) -> list[Box]:
    """What rules match that look at addresses, empty ones left out."""
    found = ((rule.peers, rule.services) for rule in rules if rule.group is None)
    return [(peers, services) for peers, services in found if peers and services]


def without(held: Iterable[Box], taken: Box) -> list[Box]:
    """What is left of boxes."""
    left: list[Box] = []
    for peers, services in held:
        common = peers & taken[0]
        if not common or services.isdisjoint(taken[1]):
            left.append((peers, services))
            continue
        if others := peers - taken[0]:
            left.append((others, services))
        if rest := services - taken[1]:
            left.append((common, rest))
    return left


def deciders(entry: Entry, earlier: Iterable[Entry]) -> list[Entry] | None:
    """The earlier entries that decide every packet of an entry, in order; None where some packet
    is left to it, or may be."""
    left, found = boxes(entry.rules), []
    if not entry.sure or not left:
        return None
    for other in earlier:
        if not other.sure:
            continue
        rest = left
        for box in boxes(other.rules):
            rest = without(rest, box)
        if rest != left:
            found.append(other)
        if not rest:
            return found
        left = rest
    return None
