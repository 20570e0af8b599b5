"""Security groups and network ACLs in; the services they permit for one address opposite, out.

Both are compiled once for one link and one direction. `segments` says which addresses they cannot
tell apart, so one member of a piece stands for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tfreach.engine.by_service import Passing
from tfreach.engine.pieces import Segments, bits
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.headers import ALL_ADDRESSES, ALL_SERVICES
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Action, Filter, Network, OneOf, Rule, Tri

Slots = tuple[OneOf, ...]
"""The security groups of an interface. `carriers`: those of the other side's; () where the path
does not keep its identity, so that no rule naming a group can match (F5, F6)."""


def anything(why: str) -> Bounds:
    """What passes a filter of which nothing is known: surely nothing, possibly everything."""
    return Bounds.of(EMPTY, ALL_SERVICES, (why,))


def carries(carriers: Slots, group: str) -> Tri:
    """Whether an interface with these groups carries `group`."""
    if any(slot.sure and slot.ids[0] == group for slot in carriers):
        return Tri.YES
    unsure = any(slot.open or group in slot.ids for slot in carriers)
    return Tri.MAYBE if unsure else Tri.NO


def _rules(filter_: Filter, ingress: bool) -> tuple[Rule, ...]:
    return filter_.ingress if ingress else filter_.egress


def _peers(rules: Iterable[Rule]) -> Segments:
    return Segments([EMPTY if rule.group else rule.peers for rule in rules])


_Own = tuple[str, Rule]
"""The id of a group, and a rule of it."""


def _union(rules: Iterable[Rule]) -> IntervalSet:
    return IntervalSet.of(span for rule in rules for span in rule.services.spans)


class Groups:
    """The security groups of one interface in one direction: the union of all that permit (F1)."""

    def __init__(self, network: Network, slots: Slots, *, ingress: bool) -> None:
        self._slots = slots
        ids = {id_ for slot in slots for id_ in slot.ids if id_ in network.groups}
        self._rules = {id_: _rules(network.groups[id_], ingress) for id_ in sorted(ids)}
        self._by_name: dict[str, list[_Own]] = {}
        self._by_peers: dict[tuple[IntervalSet, str], list[_Own]] = {}
        for id_, rules in self._rules.items():
            for rule in rules:
                if rule.group is None:
                    key = rule.peers, rule.aws_service
                    self._by_peers.setdefault(key, []).append((id_, rule))
                elif rule.group:
                    self._by_name.setdefault(rule.group, []).append((id_, rule))
        self._named = sorted(self._by_name)
        self._listed = list(self._by_peers.values())
        self._carried: dict[Slots, tuple[Tri, ...]] = {}
        self._found: dict[tuple[int, tuple[Tri, ...]], Bounds] = {}
        self._passing: dict[str, Passing | None] = {}
        self._to_aws: dict[str, int] = {}
        for at, (_, service) in enumerate(self._by_peers):
            if service:
                self._to_aws[service] = self._to_aws.get(service, 0) | 1 << at
        self.segments = Segments([peers for peers, _ in self._by_peers])

    def permits(self, address: int, carriers: Slots = (), to_aws: str = "") -> Bounds:
        """The services that pass from (ingress) or to (egress) the other side.

        to_aws   the id of the AwsService that the other side is; "" for any other
        """
        mask, carried = self.told_apart(address, carriers)
        key = mask | self._to_aws.get(to_aws, 0), carried
        if key not in self._found:
            self._found[key] = self._union_of_slots(*key)
        return self._found[key]

    def told_apart(self, address: int, carriers: Slots) -> tuple[int, tuple[Tri, ...]]:
        """What two of the other side that are treated alike have in common."""
        carried = self._carried.get(carriers)
        if carried is None:
            carried = tuple(carries(carriers, group) for group in self._named)
            self._carried[carriers] = carried
        return self.segments.at(address), carried

    def passing(self, to_aws: str = "") -> Passing | None:
        """The same as `permits` for all addresses of those who carry no groups, by service; None
        where that is not simply a union of rules."""
        if to_aws not in self._passing:
            self._passing[to_aws] = self._by_service(to_aws) if self._is_plain() else None
        return self._passing[to_aws]

    def _is_plain(self) -> bool:
        """Whether it is known which groups these are, and at most one of them is in doubt."""
        if not all(slot.sure and slot.ids[0] in self._rules for slot in self._slots):
            return False
        unsure = {id_ for own in self._listed for id_, rule in own if rule.unknown}
        return len(unsure) < 2

    def _by_service(self, to_aws: str) -> Passing:
        return Passing(
            (ALL_ADDRESSES if to_aws and to_aws == service else peers, rule.services, rule.unknown)
            for (peers, service), own in self._by_peers.items()
            for _, rule in own
        )

    def _union_of_slots(self, mask: int, carried: tuple[Tri, ...]) -> Bounds:
        sure: dict[str, list[Rule]] = {id_: [] for id_ in self._rules}
        unsure: dict[str, list[Rule]] = {id_: [] for id_ in self._rules}
        for at in bits(mask):
            for id_, rule in self._listed[at]:
                (unsure if rule.unknown else sure)[id_].append(rule)
        for name, match in zip(self._named, carried, strict=True):
            for id_, rule in self._by_name[name] if match is not Tri.NO else ():
                doubted = rule.unknown or match is Tri.MAYBE
                (unsure if doubted else sure)[id_].append(rule)
        groups = {id_: _permitted(rules, unsure[id_]) for id_, rules in sure.items()}
        total = NOTHING
        for slot in self._slots:
            total = total | _one_of(slot, groups, "a security group is not known")
        return total


def _permitted(sure: list[Rule], unsure: list[Rule]) -> Bounds:
    must = _union(sure)
    if not unsure:
        return Bounds.exactly(must)
    reasons = (
        rule.unknown or f"it is not known whether the other side carries {rule.group}"
        for rule in unsure
    )
    return Bounds.of(must, must | _union(unsure), reasons)


def _one_of(link: OneOf, found: dict[str, Bounds], default: str) -> Bounds:
    """What a link's filter permits: one of them, or anything when it may be none of those."""
    why = link.reason or default
    outcomes = [found[id_] if id_ in found else anything(f"{id_} is not known") for id_ in link.ids]
    if link.open:
        outcomes.append(anything(why))
    if len(outcomes) < 2:
        return outcomes[0] if outcomes else NOTHING
    return Bounds.either(outcomes, why)


class Acl:
    """The network ACL of one subnet in one direction: the first matching number decides (F23)."""

    def __init__(self, network: Network, link: OneOf, *, ingress: bool) -> None:
        # Every subnet has a network ACL (F22): a link that leads nowhere is one that is not known.
        self._link = link if link.ids else OneOf(open=True, reason=link.reason)
        self._rules: list[Rule] = []
        self._parts: dict[str, range] = {}
        for id_ in link.ids:
            if id_ in network.acls:
                found = sorted(_rules(network.acls[id_], ingress), key=lambda rule: rule.number)
                start = len(self._rules)
                self._parts[id_] = range(start, start + len(found))
                self._rules += found
        self._found: dict[int, Bounds] = {}
        self.segments = _peers(self._rules)

    def permits(self, address: int) -> Bounds:
        """The services that pass from (ingress) or to (egress) an address outside the subnet."""
        mask = self.segments.at(address)
        if mask not in self._found:
            holding = set(bits(mask))
            found = {
                id_: _first_match([self._rules[at] for at in part if at in holding])
                for id_, part in self._parts.items()
            }
            why = "the network ACL of the subnet is not known"
            self._found[mask] = _one_of(self._link, found, why)
        return self._found[mask]


def _first_match(rules: list[Rule]) -> Bounds:
    """What rules whose peers match permit, in order. A match that is unknown decides or does not.

    permitted, denied   what some outcome of the unknowns permits, or denies
    left                what some outcome leaves to the rules that follow
    """
    permitted, denied, left = EMPTY, EMPTY, ALL_SERVICES
    reasons: list[str] = []
    for rule in rules:
        decided = rule.services & left
        if not decided:
            continue
        if rule.action is Action.PERMIT:
            permitted = permitted | decided
        else:
            denied = denied | decided
        if rule.unknown:
            reasons.append(rule.unknown)
        else:
            left = left - rule.services
    return Bounds.of(permitted - denied - left, permitted, reasons)
