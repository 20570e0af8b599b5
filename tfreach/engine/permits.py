"""The security groups of many interfaces in; which of them one interface hears, or may call, out.

What the groups of an interface permit is the union of what each permits (F1). So each group is
looked at once for all sources, and the groups of an interface are joined from those answers.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from tfreach.engine.connections import seen
from tfreach.engine.crowd import Bank, Plain, Spot
from tfreach.engine.filters import Groups, Slots
from tfreach.engine.unchanged import Unchanged, bare
from tfreach.space.atoms import lowest_of, refined
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.headers import Family
from tfreach.topology.network import Network, OneOf, Rule, Tri

Cells = list[tuple[int, int]]
"""Disjoint masks of spots, each with the number of a view of what is permitted to them."""


class Views:
    """What groups permit, by number, as the identity of the groups at the other end gets through:
    surely, surely not, or perhaps. Of any two the union, found once.

    bounds   what is permitted, by a number of its own
    """

    def __init__(self) -> None:
        self.bounds: list[Bounds] = []
        self._numbers: dict[Bounds, int] = {}
        self._unions: dict[tuple[int, int], int] = {}
        self._views: list[tuple[int, int, int]] = []
        self._numbers_of: dict[tuple[int, int, int], int] = {}
        self._joined: dict[tuple[int, int], int] = {}
        self._cells: dict[tuple[int, int], tuple[Cells, Cells, Cells]] = {}
        self.nothing = self.number(NOTHING, NOTHING, NOTHING)

    def number(self, kept: Bounds, lost: Bounds, doubtful: Bounds) -> int:
        """The same for what is equal."""
        return self._of((self._bound(kept), self._bound(lost), self._bound(doubtful)))

    def union(self, one: int, other: int) -> int:
        """Of two views."""
        key = one, other
        found = self._joined.get(key)
        if found is None:
            a, b = self._views[one], self._views[other]
            found = self._of(
                (self._both(a[0], b[0]), self._both(a[1], b[1]), self._both(a[2], b[2]))
            )
            self._joined[key] = found
        return found

    def both(self, cells: Cells, others: Cells) -> Cells:
        """What both permit together. Of two lists that were met before, the same list."""
        key = id(cells), id(others)
        if key not in self._cells:
            found: dict[int, int] = {}
            for mask, view in cells:
                for other, more in others:
                    if common := mask & other:
                        number = self.union(view, more)
                        found[number] = found.get(number, 0) | common
            joined = [(mask, number) for number, mask in found.items()]
            self._cells[key] = cells, others, joined
        return self._cells[key][2]

    def forget(self) -> None:
        """Lists that were met."""
        self._cells.clear()

    def seen(self, view: int, groups: Tri) -> int:
        """The number of what is permitted where the groups at the other end are known, or not."""
        at = 0 if groups is Tri.YES else 1 if groups is Tri.NO else 2
        return self._views[view][at]

    def certain(self, view: int) -> bool:
        """Whether all is known of it where it is known who is at the other end."""
        kept, lost, _ = (self.bounds[number] for number in self._views[view])
        return kept.must == kept.may and lost.must == lost.may

    def _of(self, view: tuple[int, int, int]) -> int:
        if view not in self._numbers_of:
            self._numbers_of[view] = len(self._views)
            self._views.append(view)
        return self._numbers_of[view]

    def _bound(self, found: Bounds) -> int:
        if found not in self._numbers:
            self._numbers[found] = len(self.bounds)
            self.bounds.append(found)
        return self._numbers[found]

    def _both(self, one: int, other: int) -> int:
        key = one, other
        found = self._unions.get(key)
        if found is None:
            found = self._unions[key] = self._bound(self.bounds[one] | self.bounds[other])
        return found


class Permits:
    """The security groups of one network, one by one.

    beside   those of another network, and what of the two is unchanged
    """

    def __init__(
        self,
        network: Network,
        banks: Mapping[Family, Bank],
        views: Views,
        beside: tuple[Permits, Unchanged] | None = None,
    ) -> None:
        self._network = network
        self._banks = banks
        self._views = views
        self._beside = beside
        self._groups: dict[tuple[OneOf, bool], tuple[Groups, dict[Hashable, int]]] = {}
        self._slots: dict[int, tuple[Slots, tuple[int, ...]]] = {}
        self._slot_numbers: dict[OneOf, int] = {}
        self._slot_of: list[OneOf] = []
        self._heard: dict[tuple[Bank, int], Cells] = {}
        self._some: dict[tuple[int, int], tuple[Cells, Cells]] = {}
        self._strange: dict[Bank, int] = {}
        self._sure: dict[int, bool] = {}
        self._doubtful: set[str] | None = None
        self._anything = False
        self._contents: dict[tuple[str, str], int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._certain: dict[Slots, bool] = {}

    def ingress(self, bank: Bank, slots: Slots, among: int | None = None) -> Cells:
        """What an interface with these groups hears, of every source of a bank, or of some; perhaps
        also of spots where there is nobody.

        among   a mask of spots; None: all
        """
        found: Cells | None = None
        for number in self._numbered(slots):
            cells = self._hears(bank, number)
            if among is not None:
                cells = self._those_in(cells, among)
            found = cells if found is None else self._views.both(found, cells)
        if found is None:
            return [(bank.everywhere if among is None else among, self._views.nothing)]
        return found

    def _those_in(self, cells: Cells, among: int) -> Cells:
        key = id(cells), among
        if key not in self._some:
            some = [(common, view) for mask, view in cells if (common := mask & among)]
            self._some[key] = cells, some
        return self._some[key][1]

    def _numbered(self, slots: Slots) -> tuple[int, ...]:
        """Groups as small numbers. Interfaces keep their slots, and so does this."""
        known = self._slots.get(id(slots))
        if known is None:
            known = self._slots[id(slots)] = slots, tuple(map(self._number_of, slots))
        return known[1]

    def _number_of(self, slot: OneOf) -> int:
        if slot not in self._slot_numbers:
            self._slot_numbers[slot] = len(self._slot_of)
            self._slot_of.append(slot)
        return self._slot_numbers[slot]

    def _hears(self, bank: Bank, number: int) -> Cells:
        key = bank, number
        if key not in self._heard:
            slot = self._slot_of[number]
            self._heard[key] = self._taken_over(bank, slot) or self._own(bank, slot)
        return self._heard[key]

    def _taken_over(self, bank: Bank, slot: OneOf) -> Cells:
        """What the group hears in the other network, where that is the same; [] otherwise."""
        if self._beside is None:
            return []
        other, unchanged = self._beside
        twin = other._banks.get(bank.family)
        if twin is None or not unchanged.ingress.isdisjoint(slot.ids):
            return []
        if bank not in self._strange:
            alike = bank.alike(twin, _looks_the_same)
            self._strange[bank] = bank.everywhere & ~alike
        cells, strange = other._hears(twin, other._number_of(slot)), self._strange[bank]
        if not strange:
            return cells
        kept = [(mask & ~strange, view) for mask, view in cells]
        found: dict[int, int] = {}
        for mask, view in (*kept, *self._own(bank, slot, strange)):
            found[view] = found.get(view, 0) | mask
        return [(mask, view) for view, mask in found.items() if mask]

    def forget(self) -> None:
        """What was found for sources."""
        self._heard.clear()
        self._some.clear()

    def certain(self, slots: Slots) -> bool:
        """Whether all is known of what groups hear of any source."""
        for number in self._numbered(slots):
            if number not in self._sure:
                slot = self._slot_of[number]
                known = slot.sure and slot.ids[0] in self._network.groups
                self._sure[number] = known and not any(
                    rule.unknown or (rule.group and self._is_doubtful(rule.group))
                    for rule in self._rules(slot, ingress=True)
                )
            if not self._sure[number]:
                return False
        return True

    def _is_doubtful(self, group: str) -> bool:
        """Whether of some endpoint it is not known if it carries a group."""
        if self._doubtful is None:
            slots = {
                slot
                for end in self._network.endpoints.values()
                for face in end.interfaces
                for slot in face.groups
                if not slot.sure
            }
            self._anything = any(slot.open for slot in slots)
            self._doubtful = {id_ for slot in slots for id_ in slot.ids}
        return self._anything or group in self._doubtful

    def _own(self, bank: Bank, slot: OneOf, among: int | None = None) -> Cells:
        rules = self._rules(slot, ingress=True)
        masks = [bank.atoms.within(one) for one in {r.peers for r in rules if not r.group}]
        for named in sorted({rule.group for rule in rules if rule.group}):
            masks += bank.carriers(named)
        found: dict[int, int] = {}
        whole = bank.everywhere if among is None else among
        for piece in refined([whole] if whole else [], masks):
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
            self._groups[key] = Groups(self._network, (slot,), ingress=ingress), {}
        groups, known = self._groups[key]
        apart = groups.told_apart(address, other)
        if apart not in known:
            kept = lost = doubtful = groups.permits(address, other)
            if any(carried is not Tri.NO for carried in apart[1]):
                lost = groups.permits(address)
                doubtful = groups.permits(address, seen(other, Tri.MAYBE))
            known[apart] = self._views.number(kept, lost, doubtful)
        return known[apart]

    def egress(self, slots: Slots, destination: Plain, spot: Spot) -> int:
        """What an interface with these groups may send there: the number of a view."""
        found = self._views.nothing
        for slot in slots:
            view = self._view(slot, spot.address, destination.face.groups, ingress=False)
            found = self._views.union(found, view)
        return found

    def outgoing(self, slots: Slots) -> Hashable:
        """The same for groups that permit the same to go out, whoever is at the other end."""
        return self._content(slots, "out")

    def beyond(self, slots: Slots, *, ingress: bool) -> Hashable:
        """The same for groups that permit the same from, or to, those who carry no groups."""
        return self._content(slots, "in" if ingress else "beyond")

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
            rules = one.ingress if what == "in" else one.egress
            content = frozenset(bare(rule) for rule in rules if what == "out" or not rule.group)
            number = self._numbers.setdefault((content, what), len(self._numbers))
            self._contents[id_, what] = number
        return self._contents[id_, what]


def _looks_the_same(one: Plain, spot: Spot, other: Plain, its: Spot) -> bool:
    """To a group at the other end."""
    return spot.address == its.address and one.face.groups == other.face.groups
