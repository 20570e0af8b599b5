"""The security groups of many interfaces in; which of them one interface hears, or may call, out.

What the groups of an interface permit is the union of what each permits (F1). So each group is
looked at once for all sources, and the groups of an interface are joined from those answers.
"""

from __future__ import annotations

from collections.abc import Hashable

from tfreach.engine.connections import seen
from tfreach.engine.crowd import Bank, Plain, Spot
from tfreach.engine.filters import Groups, Slots
from tfreach.records import dataclass
from tfreach.space.atoms import lowest_of, refined
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.topology.network import Network, OneOf, Rule, Tri

Cells = list[tuple[int, int]]
"""Disjoint masks of spots that together are all spots of a bank, each with the number of a View."""


@dataclass(frozen=True, slots=True)
class View:
    """What groups permit, as the identity of the other side's groups gets through: surely, surely
    not, or perhaps."""

    kept: Bounds = NOTHING
    lost: Bounds = NOTHING
    doubtful: Bounds = NOTHING

    def __or__(self, other: View) -> View:
        return View(self.kept | other.kept, self.lost | other.lost, self.doubtful | other.doubtful)

    @property
    def certain(self) -> bool:
        """Whether all is known of it where it is known who is at the other end."""
        return self.kept.must == self.kept.may and self.lost.must == self.lost.may

    def seen(self, groups: Tri) -> Bounds:
        if groups is Tri.YES:
            return self.kept
        return self.lost if groups is Tri.NO else self.doubtful


class Views:
    """Every View that was met, by number, and the union of any two."""

    def __init__(self) -> None:
        self.known: list[View] = []
        self._numbers: dict[View, int] = {}
        self._unions: dict[tuple[int, int], int] = {}
        self.nothing = self.number(View())

    def number(self, view: View) -> int:
        if view not in self._numbers:
            self._numbers[view] = len(self.known)
            self.known.append(view)
        return self._numbers[view]

    def union(self, one: int, other: int) -> int:
        if (one, other) not in self._unions:
            self._unions[one, other] = self.number(self.known[one] | self.known[other])
        return self._unions[one, other]


class Permits:
    """The security groups of one network, one by one."""

    def __init__(self, network: Network, views: Views) -> None:
        self._network = network
        self._views = views
        self._groups: dict[tuple[OneOf, bool], Groups] = {}
        self._views_of: dict[Hashable, int] = {}
        self._ingress: dict[tuple[int, Slots], Cells] = {}
        self._contents: dict[tuple[str, str], int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._certain: dict[Slots, bool] = {}

    def ingress(self, bank: Bank, slots: Slots) -> Cells:
        """What an interface with these groups hears, of every source of a bank."""
        key = id(bank), slots
        if key not in self._ingress:
            if len(slots) == 1:
                self._ingress[key] = self._ingress_of_one(bank, slots[0])
            else:
                found: Cells = [(bank.everywhere, self._views.nothing)]
                for slot in slots:
                    found = self._joined(found, self.ingress(bank, (slot,)))
                self._ingress[key] = found
        return self._ingress[key]

    def _joined(self, cells: Cells, others: Cells) -> Cells:
        found: dict[int, int] = {}
        union = self._views.union
        for mask, view in cells:
            for other, more in others:
                if common := mask & other:
                    number = union(view, more)
                    found[number] = found.get(number, 0) | common
        return [(mask, number) for number, mask in found.items()]

    def _ingress_of_one(self, bank: Bank, slot: OneOf) -> Cells:
        rules = self._rules(slot, ingress=True)
        masks = [bank.atoms.within(one) for one in {r.peers for r in rules if not r.group}]
        for named in sorted({rule.group for rule in rules if rule.group}):
            masks += bank.carriers(named)
        found: dict[int, int] = {}
        for piece in refined([bank.everywhere] if bank.everywhere else [], masks):
            source, spot = bank.spot(lowest_of(piece))
            number = self._view(slot, spot.address, source.face.groups, ingress=True)
            found[number] = found.get(number, 0) | piece
        return [(mask, number) for number, mask in found.items()]

    def _rules(self, slot: OneOf, *, ingress: bool) -> list[Rule]:
        known = [self._network.groups[i] for i in slot.ids if i in self._network.groups]
        return [rule for one in known for rule in (one.ingress if ingress else one.egress)]

    def _view(self, slot: OneOf, address: int, other: Slots, *, ingress: bool) -> int:
        key = slot, ingress
        if key not in self._groups:
            self._groups[key] = Groups(self._network, (slot,), ingress=ingress)
        groups = self._groups[key]
        known = slot, ingress, *groups.told_apart(address, other)
        if known not in self._views_of:
            kept = groups.permits(address, other)
            lost = groups.permits(address)
            doubtful = groups.permits(address, seen(other, Tri.MAYBE))
            self._views_of[known] = self._views.number(View(kept, lost, doubtful))
        return self._views_of[known]

    def egress(self, slots: Slots, destination: Plain, spot: Spot) -> int:
        """What an interface with these groups may send there: the number of a View."""
        found = self._views.nothing
        for slot in slots:
            view = self._view(slot, spot.address, destination.face.groups, ingress=False)
            found = self._views.union(found, view)
        return found

    def outgoing(self, slots: Slots) -> Hashable:
        """The same for groups that permit the same to go out, whoever is at the other end."""
        return self._content(slots, "out")

    def beyond(self, slots: Slots) -> Hashable:
        """The same for groups that permit the same to and from those who carry no groups."""
        return self._content(slots, "beyond")

    def certain_beyond(self, slots: Slots) -> bool:
        """Whether all is known of what they permit to and from those who carry no groups."""
        if slots not in self._certain:
            rules = [
                rule
                for slot in slots
                for ingress in (True, False)
                for rule in self._rules(slot, ingress=ingress)
            ]
            known = all(slot.sure and slot.ids[0] in self._network.groups for slot in slots)
            self._certain[slots] = known and not any(r.unknown or r.aws_service for r in rules)
        return self._certain[slots]

    def _content(self, slots: Slots, what: str) -> Hashable:
        if not all(slot.sure and slot.ids[0] in self._network.groups for slot in slots):
            return slots
        return tuple(dict.fromkeys(self._rules_of(slot.ids[0], what) for slot in slots))

    def _rules_of(self, id_: str, what: str) -> int:
        if (id_, what) not in self._contents:
            one = self._network.groups[id_]
            rules = frozenset(map(bare, one.egress))
            content: Hashable = rules
            if what == "beyond":
                heard = frozenset(bare(rule) for rule in one.ingress if not rule.group)
                content = frozenset(rule for rule in rules if not rule.group), heard
            number = self._numbers.setdefault((content, what), len(self._numbers))
            self._contents[id_, what] = number
        return self._contents[id_, what]


def bare(rule: Rule) -> Rule:
    """Without where it comes from: what does not matter for who may talk to whom."""
    return Rule(
        rule.action,
        rule.services,
        rule.peers,
        rule.group,
        unknown=rule.unknown,
        aws_service=rule.aws_service,
    )
