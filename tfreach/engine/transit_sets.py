"""A transit gateway of a network, compiled, in; where its ways end for one destination, out.

The fast counterpart of engine/transit.py; the two share the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from itertools import chain

from tfreach.engine.junctions import EVERYTHING, Junction, Junctions, edges, gate, leads_to, unknown
from tfreach.engine.pieces import Segments, bits
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS, NOTHING, Bounds
from tfreach.space.headers import ALL_SERVICES, IPV6_BASE
from tfreach.topology.between import (
    Attachment,
    ToAttachment,
    TransitRoute,
    TransitTarget,
    same_zone,
)
from tfreach.topology.network import Elsewhere, Network, Tri


@dataclass(frozen=True, slots=True)
class End:
    """One end of the way through transit gateways.

    passed   the services that get so far
    entry    the subnet by which they enter a VPC; None: they do not
    groups   whether the groups of the sender are still known (F9)
    lost     why nothing is known of what happens from here on; "" when it is known
    outside  it leaves for on-premises; what that does with it is lost
    why      why it is not known which of several ends it is
    """

    passed: Bounds
    entry: Junction | None = None
    groups: Tri = Tri.NO
    lost: str = ""
    outside: bool = False
    why: frozenset[str] = NO_REASONS


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subnet stands at a transit gateway, before it is asked for a destination.

    own     the same only within its VPC
    alike   the same for VPCs that are attached alike: their ends are the same wherever they are not
            lost and do not lead into one of those VPCs
    """

    own: Hashable
    alike: Hashable


DEAD = End(NOTHING)


class TransitLookup:
    """One route table of a transit gateway, compiled (F65)."""

    def __init__(self, routes: tuple[TransitRoute, ...]) -> None:
        self._routes = routes
        self._found: dict[int, tuple[TransitTarget | None, ...]] = {}
        self.segments = Segments([route.prefix.addresses for route in routes])

    def at(self, address: int) -> tuple[TransitTarget | None, ...]:
        """One of these is where it goes; None: no route."""
        mask = self.segments.at(address)
        if mask not in self._found:
            self._found[mask] = self._alternatives([self._routes[at] for at in bits(mask)])
        return self._found[mask]

    @staticmethod
    def _alternatives(matching: list[TransitRoute]) -> tuple[TransitTarget | None, ...]:
        best: TransitRoute | None = None
        found: list[TransitTarget | None] = []
        for route in matching:
            if route.unknown:
                found += route.targets or (Elsewhere("its target is not known"),)
            elif best is None or _rank(route) > _rank(best):
                best = route
        if best is None:
            found.append(None)
        else:
            found += best.targets or (Elsewhere("its target is not known"),)
        return tuple(dict.fromkeys(found))


def _rank(route: TransitRoute) -> tuple[int, bool]:
    return route.prefix.length, route.static


def _ipv6(attachment: Attachment, d: int) -> Bounds:
    """What an attachment lets through by the family of the packet."""
    if d < IPV6_BASE:
        return EVERYTHING
    return gate(attachment.ipv6, f"whether {attachment.id} carries IPv6 is not known")


class Transit:
    """The transit gateways of one network."""

    def __init__(self, network: Network, junctions: Junctions) -> None:
        self._network = network
        self._junctions = junctions
        self._tables = {id_: TransitLookup(t.routes) for id_, t in network.transit_tables.items()}
        self._by: dict[tuple[str, str], list[Attachment | None]] = {}
        self._segments: list[Segments] | None = None

    def segments(self) -> list[Segments]:
        """What cannot tell two addresses apart on any way through a transit gateway."""
        if self._segments is None:
            ids = {
                id_
                for one in self._network.attachments.values()
                for s in one.subnets
                for id_ in s.ids
            }
            near = [self._junctions.at(id_) for id_ in sorted(ids & self._network.subnets.keys())]
            beyond = {id_ for junction in near for id_ in junction.nat_subnets} - ids
            near += [self._junctions.at(id_) for id_ in sorted(beyond)]
            around = chain.from_iterable(edges(junction) for junction in near)
            tables = (table.segments for table in self._tables.values())
            self._segments = [Segments.joined([*around, *tables])]
        return self._segments

    def ends(self, gateway: str, a: Junction, s: int, d: int) -> list[End]:
        """From address s in subnet a through the gateway to d: one of these is what happens."""
        found: list[End] = []
        for attachment in self._attachments(gateway, a.vpc):
            if attachment is None:
                known = self._network.transit_gateways.get(gateway)
                if known is None or known.unknown:
                    found.append(
                        End(EVERYTHING, lost=known.unknown if known else f"{gateway} is not known")
                    )
                else:
                    found.append(DEAD)
                continue
            for passed, zone in self._exits(attachment, a, s):
                passed = passed & gate(attachment.active, attachment.why) & _ipv6(attachment, d)
                found += self._routed(attachment, a.vpc, passed, zone, d)
        if len(found) < 2:
            return found
        reasons = self._reasons() or {f"which way {gateway} takes is not known"}
        return [replace(end, why=frozenset(reasons)) for end in found]

    def standing(self, gateway: str, a: Junction, s: int) -> Standing:
        """All that `ends` depends on of the side that sends."""
        attachments = self._attachments(gateway, a.vpc)
        known = [one for one in attachments if one is not None]
        exits = tuple(tuple(self._exits(one, a, s)) for one in known)
        own = gateway, a.vpc, exits
        if len(known) < len(attachments) or any(one.ipv6 is Tri.MAYBE for one in known):
            return Standing(own, own)
        said = tuple((one.table, one.groups, one.active, one.why, one.ipv6) for one in known)
        return Standing(own, (gateway, exits, said))

    def told_apart(self, d: int) -> tuple[object, ...]:
        """What is the same for destinations that no table of a transit gateway tells apart."""
        return d < IPV6_BASE, *(table.segments.at(d) for table in self._tables.values())

    def from_outside(self, attachment: Attachment, d: int) -> list[End]:
        """From on-premises, by an attachment that leads there, to address d."""
        passed = gate(attachment.active, attachment.why) & _ipv6(attachment, d)
        found = self._routed(attachment, "", passed, "", d)
        if len(found) < 2:
            return found
        reasons = self._reasons() or {f"which way {attachment.id} takes is not known"}
        return [replace(end, why=frozenset(reasons)) for end in found]

    def _reasons(self) -> set[str]:
        """Why a transit gateway may do one thing or another."""
        links = [
            link
            for one in self._network.attachments.values()
            for link in (one.table, one.vpc, one.gateway)
        ]
        return {link.reason for link in links if link.reason}

    def _attachments(self, gateway: str, vpc: str) -> list[Attachment | None]:
        key = gateway, vpc
        if key not in self._by:
            found: dict[Tri, list[Attachment | None]] = {Tri.YES: [], Tri.MAYBE: [None], Tri.NO: []}
            for one in self._network.attachments.values():
                both = {leads_to(one.gateway, gateway), leads_to(one.vpc, vpc)}
                answer = Tri.NO if Tri.NO in both else both.pop() if len(both) == 1 else Tri.MAYBE
                if not one.far and not one.outside:
                    found[answer].append(one)
            self._by[key] = found[Tri.YES] or found[Tri.MAYBE]
        return self._by[key]

    def _options(self, attachment: Attachment) -> list[tuple[Junction | None, bool]]:
        """(subnet, whether it surely is one of them); None: one that is not in the model."""
        found: list[tuple[Junction | None, bool]] = []
        for link in attachment.subnets:
            for id_ in filter(None, link.ids):
                known = id_ in self._network.subnets
                found.append((self._junctions.at(id_) if known else None, link.sure))
            found += [(None, False)] * link.open
        return found or [(None, False)]

    def _exits(self, attachment: Attachment, a: Junction, s: int) -> list[tuple[Bounds, str]]:
        """How it leaves the VPC, by what zone (F69): [] alternatives are never empty."""
        unseen = unknown(ALL_SERVICES, f"the subnets of {attachment.id} are not known")
        doubtful: list[tuple[Bounds, str]] = [(NOTHING, a.zone)]
        sure: list[tuple[Bounds, str]] = []
        for m, surely in self._options(attachment):
            if m is None:
                doubtful.append((unseen, ""))
                continue
            same = Tri.YES if m.id == a.id else same_zone(m.zone, a.zone)
            if same is Tri.YES and surely:
                sure.append((m.entering.permits(s), m.zone))
            elif same is not Tri.NO:
                doubtful.append((m.entering.permits(s), m.zone))
        return sure or doubtful

    def _routed(self, start: Attachment, came: str, passed: Bounds, zone: str, d: int) -> list[End]:
        """From table to table: of the VPC's own attachment, then of each peer's end (F66)."""
        found: list[End] = []
        waiting = [(start, passed, frozenset((start.id,)))]
        while waiting:
            at, so_far, seen = waiting.pop()
            for target in self._targets(at, d):
                if isinstance(target, Elsewhere):
                    found.append(End(so_far, lost=target.what))
                    continue
                to = self._network.attachments.get(target) if target else None
                if to is None:
                    found.append(End(so_far, lost=f"{target} is not known") if target else DEAD)
                    continue
                gone_on = so_far & gate(to.active, to.why) & _ipv6(to, d)
                if not to.far:
                    direct = start if at is start else None
                    found += self._entries(to, direct, came, gone_on, zone)
                elif to.far not in self._network.attachments:
                    found.append(End(gone_on, lost=f"what lies behind {to.id} is not known"))
                elif to.far in seen:
                    found.append(DEAD)
                else:
                    waiting.append((self._network.attachments[to.far], gone_on, seen | {to.far}))
        return found

    def _targets(self, at: Attachment, d: int) -> Iterator[str | Elsewhere]:
        """Ids of the attachments to which the table of one may send d; "" for none."""
        link = at.table
        if link.open:
            yield Elsewhere(link.reason or f"the table of {at.id} is not known")
        elif not link.ids:
            yield ""
        for id_ in link.ids:
            if id_ not in self._tables:
                yield Elsewhere(f"the routes of {id_} are not known")
                continue
            for target in self._tables[id_].at(d):
                if isinstance(target, Elsewhere):
                    yield target
                else:
                    yield target.attachment if isinstance(target, ToAttachment) else ""

    def _entries(
        self, to: Attachment, start: Attachment | None, came: str, passed: Bounds, zone: str
    ) -> list[End]:
        """Into a VPC, in the zone it left by where that can be (F68), or to on-premises. start:
        None after a peer."""
        if to.outside:
            return [End(passed, lost=f"what lies behind {to.id} is not known", outside=True)]
        groups = Tri.NO
        if start:
            both = {start.groups, to.groups}
            groups = Tri.NO if Tri.NO in both else Tri.MAYBE if Tri.MAYBE in both else Tri.YES
        options = self._options(to)
        zone = zone if start else ""
        near = [
            (m, surely)
            for m, surely in options
            if m and surely and same_zone(m.zone, zone) is Tri.YES
        ]
        found: list[End] = []
        for m, _ in near if near and to.appliance is Tri.NO else options:
            if m is None:
                found.append(End(passed, lost=f"the subnets of {to.id} are not known"))
            elif m.vpc == came:
                found.append(End(passed, lost=f"{to.id} leads back into {came}"))
            else:
                found.append(End(passed, m, groups))
        return found
