"""The route tables of one subnet in; every way a destination address may be sent, out."""

from __future__ import annotations

from dataclasses import dataclass

from tfreach.engine.pieces import Segments, bits
from tfreach.space.bounds import NO_REASONS
from tfreach.topology.network import Elsewhere, Network, OneOf, Route, Target


@dataclass(frozen=True, slots=True)
class NoRoute:
    """No route holds the address: the packet is dropped."""


Way = Target | NoRoute


@dataclass(frozen=True, slots=True)
class Ways:
    """ways   one of these is taken, each named once; at least one
    why    why it is not known which, where there are several
    """

    ways: tuple[Way, ...]
    why: frozenset[str] = NO_REASONS


class Lookup:
    """The table of one subnet, or all it may have, compiled: the longest prefix wins (F36)."""

    def __init__(self, network: Network, link: OneOf) -> None:
        self._tables = [network.tables[id_].routes for id_ in link.ids if id_ in network.tables]
        self._unsure: list[str] = [] if link.sure else [link.reason or "the table is not known"]
        self._open = [f"{id_} is not known" for id_ in link.ids if id_ not in network.tables]
        if link.open or not link.ids:  # every subnet has a table (F34): none is one not known
            self._open += self._unsure
        self._routes = [route for routes in self._tables for route in routes]
        self._found: dict[int, Ways] = {}
        self.segments = Segments([route.prefix.addresses for route in self._routes])

    def at(self, address: int) -> Ways:
        """Where a packet to `address` goes."""
        mask = self.segments.at(address)
        if mask not in self._found:
            self._found[mask] = self._alternatives(mask)
        return self._found[mask]

    def targets(self) -> list[Target]:
        """Every target of every route."""
        return [target for route in self._routes for target in route.targets]

    def _alternatives(self, mask: int) -> Ways:
        ways: dict[Way, None] = {}
        why = list(self._unsure)
        holding, start = set(bits(mask)), 0
        for routes in self._tables:
            matching = [route for at, route in enumerate(routes, start) if at in holding]
            start += len(routes)
            ways |= dict.fromkeys(_best(matching))
            for route in matching:
                ways |= dict.fromkeys(_targets(route)) if route.unknown else {}
                if route.unknown or len(route.targets) > 1:
                    why.append(route.unknown or f"{route.prefix} leads to one of several targets")
        ways |= dict.fromkeys(Elsewhere(reason) for reason in self._open)
        return Ways(tuple(ways), frozenset(why) if len(ways) > 1 else NO_REASONS)


def _best(matching: list[Route]) -> tuple[Way, ...]:
    """The targets of the longest prefix that surely stands; the first listed wins a tie."""
    sure = [route for route in matching if not route.unknown]
    if not sure:
        return (NoRoute(),)
    return _targets(max(sure, key=lambda route: route.prefix.length))


def _targets(route: Route) -> tuple[Way, ...]:
    return route.targets or (Elsewhere(f"route {route.prefix}: its target is not known"),)
