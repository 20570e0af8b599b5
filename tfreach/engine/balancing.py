"""A load balancer and an endpoint in; the services that it sends there, and that it takes, out.

The fast engine's opinion; engine/balanced.py is the oracle's. What is said here limits a fork of
ways (junctions.py) that filters and tables have let through already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfreach.engine.junctions import EVERYTHING, Fork, Junction, Place, gate
from tfreach.records import dataclass
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.headers import ALL_OF, ALL_SERVICES, TCP, UDP, Family, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import PRIVATE_LINK, Balancer, Listens, Target, TargetGroup
from tfreach.topology.between import same_zone
from tfreach.topology.network import Endpoint, Interface, Network, Tri

FORWARDED = services(TCP) | services(UDP)
HTTPS = services(TCP, IntervalSet.span(443, 443))


def clipped(fork: Fork, limit: Bounds) -> Fork:
    """The fork, with only the services of `limit` delivered."""
    if limit is EVERYTHING:
        return fork
    paths = tuple(replace(path, forward=path.forward & limit) for path in fork.paths)
    return Fork(paths, fork.why)


def heard(listens: Listens | None) -> Bounds:
    """What an interface takes (F77)."""
    if listens is None:
        return EVERYTHING
    must, may = EMPTY, EMPTY
    why = [listens.unknown]
    for one in listens.heard:
        may |= one.services
        must |= EMPTY if one.unknown else one.services
        why.append(one.unknown)
    if listens.unknown:
        may = ALL_SERVICES
    return Bounds.of(must, may, filter(None, why))


def near(one: Junction, other: Junction) -> Tri:
    """Whether two subnets are in one zone."""
    return Tri.YES if one.id == other.id else same_zone(one.zone, other.zone)


def within(group: TargetGroup, balancer: Balancer) -> Tri:
    """Whether a node keeps to its own zone (F79)."""
    crosses = balancer.cross_zone if group.cross_zone is None else group.cross_zone
    return {Tri.YES: Tri.NO, Tri.NO: Tri.YES, Tri.MAYBE: Tri.MAYBE}[crosses]


@dataclass(frozen=True, slots=True)
class Aim:
    """One registration that a load balancer may use: of which group, and why that is not sure."""

    group: TargetGroup
    target: Target
    why: str


class Sender:
    """What one load balancer sends from its own addresses, compiled."""

    def __init__(self, network: Network, balancer: Balancer) -> None:
        self._network = network
        self.balancer = balancer
        self.aims = tuple(self._all_aims())
        self.open = tuple(self._unlisted())

    def _all_aims(self) -> Iterator[Aim]:
        for listener in self.balancer.listeners:
            for forward in listener.forwards:
                group = self._network.target_groups.get(forward.group)
                if group is None:
                    continue
                for target in group.targets:
                    why = listener.unknown or forward.unknown or target.unknown
                    yield Aim(group, target, why)

    def _unlisted(self) -> Iterator[str]:
        """Why it may send anywhere."""
        if self.balancer.unknown:
            yield self.balancer.unknown
        for forward in (one for each in self.balancer.listeners for one in each.forwards):
            group = self._network.target_groups.get(forward.group)
            if group is None:
                yield forward.unknown or f"{forward.group} is not in this plan"
            elif group.unknown:
                yield group.unknown

    @property
    def cuts(self) -> list[IntervalSet]:
        """The addresses that it treats apart."""
        return [one.target.addresses for one in self.aims if one.target.addresses is not None]

    def may_send(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint of this network may be among its targets."""
        return bool(self.open) or any(_may_mean(one.target, endpoint) for one in self.aims)

    def outwards(self) -> Bounds:
        """What it sends to the Internet and to services of AWS: calls to sign clients in."""
        why = self.balancer.signs_in
        return Bounds.of(EMPTY, HTTPS, (why,)) if why else NOTHING

    def far(self, d: int, family: Family) -> Bounds:
        """What it sends to address d on premises, which a target may name (F85)."""
        found = self.outwards() | self._unlisted_bounds()
        for one in self.aims:
            held = one.target.addresses
            if held is not None and d in held and one.group.family is family:
                found = found | self._ports(one)
        return found

    def anywhere(self, endpoint: str, y: Interface, family: Family) -> Bounds:
        """What it sends to an interface of which, or of its own nodes, no place is known."""
        why = "in which zones a load balancer and its target are is not known"
        found = self._unlisted_bounds()
        for one in self.aims:
            held = one.target.addresses
            if held is None:
                aimed = _is_at(one.target, endpoint, y.id)
            else:
                aimed = not y.sites or any(held & site.addresses for site in y.sites)
            if aimed and one.group.family is family:
                found = found | self._ports(one) & Bounds.of(EMPTY, ALL_SERVICES, (why,))
        return found

    def sent(
        self,
        node: Place,
        nodes: Sequence[Junction],
        to: tuple[str, str],
        there: Place,
        d: int,
    ) -> Bounds:
        """What the node in one subnet sends to address d of an interface.

        nodes   all its subnets
        to      ids of the endpoint and of its interface
        """
        found = self._unlisted_bounds()
        for one in self.aims:
            if one.target.addresses is not None:
                aimed = d in one.target.addresses
            else:
                aimed = _is_at(one.target, *to)
            if aimed and d in ALL_OF[one.group.family]:
                zone = self.zone(one.group, node.junction, nodes, there.junction)
                found = found | (self._ports(one) & zone)
        if self.balancer.kind == "classic" and node.junction.id == there.junction.id:
            found = found & node.junction.leaving.permits(d)  # F28
        return found

    def _unlisted_bounds(self) -> Bounds:
        return Bounds.of(EMPTY, FORWARDED, self.open) if self.open else NOTHING

    def _ports(self, one: Aim) -> Bounds:
        """From the node's own address: all of it, or where client addresses are kept health checks
        only (F81, F82)."""
        target, keeps = one.target, one.group.keeps
        why = [f"whether {one.group.id} keeps client addresses is not known", one.why]
        may = target.health | (EMPTY if keeps is Tri.YES else target.services)
        must = target.health | (target.services if keeps is Tri.NO else EMPTY)
        return Bounds.of(EMPTY if one.why else must, may, filter(None, why))

    def zone(
        self, group: TargetGroup, node: Junction, nodes: Sequence[Junction], there: Junction
    ) -> Bounds:
        """Everything, if a node sends to targets of that group in that subnet at all (F79)."""
        if all(near(one, there) is Tri.NO for one in nodes):
            return NOTHING
        keeps, same = within(group, self.balancer), near(node, there)
        if keeps is Tri.NO or same is Tri.YES:
            return EVERYTHING
        if keeps is Tri.YES and same is Tri.NO:
            return NOTHING
        return gate(Tri.MAYBE, _doubt(self.balancer.id, keeps, node, there))

    def skips(
        self,
        node: Junction,
        nodes: Sequence[Junction],
        to: tuple[str, str],
        held: IntervalSet,
        at: Junction,
    ) -> bool:
        """Whether other nodes stand in for this one, which has targets in its own zone.

        held, at   the addresses that the target may have in one of its subnets, and which
        """
        groups = {one.group.id: one.group for one in self.aims if _may_be(one.target, to, held)}
        if not groups or near(node, at) is not Tri.NO:
            return False
        if self.balancer.kind == PRIVATE_LINK:  # it leads to nodes of its own zone only
            return any(node.zone in one.zones for each in groups.values() for one in each.targets)
        if all(near(one, at) is not Tri.YES for one in nodes):
            return False
        return all(
            within(group, self.balancer) is Tri.YES
            and any(node.zone in one.zones and not one.unknown for one in group.targets)
            for group in groups.values()
        )


def _is_at(target: Target, endpoint: str, interface: str) -> bool:
    return target.endpoint == endpoint and target.interface in ("", interface)


def _may_mean(target: Target, endpoint: Endpoint) -> bool:
    if target.addresses is None:
        return target.endpoint == endpoint.id
    held = target.addresses
    sites = [one.sites for one in endpoint.interfaces]
    return not all(sites) or any(
        not held.isdisjoint(site.addresses) for found in sites for site in found
    )


def _may_be(target: Target, to: tuple[str, str], held: IntervalSet) -> bool:
    if target.addresses is not None:
        return not target.addresses.isdisjoint(held)
    return _is_at(target, *to)


def _doubt(id_: str, keeps: Tri, node: Junction, there: Junction) -> str:
    if keeps is Tri.MAYBE:
        return f"whether {id_} sends across zones is not known"
    return f"whether {node.id} and {there.id} are in one zone is not known"
