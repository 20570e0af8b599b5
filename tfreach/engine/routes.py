"""The route tables of one subnet in; every way a destination address may be sent, out."""

from __future__ import annotations

from tfreach.engine.pieces import Segments, bits
from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS
from tfreach.space.intervals import EMPTY
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
        self._to_aws: dict[str, int] = {}
        for at, route in enumerate(self._routes):
            if route.aws_service:
                self._to_aws[route.aws_service] = self._to_aws.get(route.aws_service, 0) | 1 << at
        self.segments = Segments(
            [EMPTY if route.aws_service else route.prefix.addresses for route in self._routes]
        )

    def at(self, address: int, to_aws: str = "") -> Ways:
        """Where a packet to `address` goes. to_aws: the service of AWS that has that address."""
        mask = self.segments.at(address) | self._to_aws.get(to_aws, 0)
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
            best, doubt = _best(matching)
            ways |= dict.fromkeys(best)
            why += doubt
            for route in matching:
                ways |= dict.fromkeys(_targets(route)) if route.unknown else {}
                if route.unknown or len(route.targets) > 1:
                    why.append(route.unknown or f"{route.prefix} leads to one of several targets")
        ways |= dict.fromkeys(Elsewhere(reason) for reason in self._open)
        return Ways(tuple(ways), frozenset(why) if len(ways) > 1 else NO_REASONS)


def _best(matching: list[Route]) -> tuple[tuple[Way, ...], list[str]]:
    """The targets of the longest prefix that surely stands; the first listed wins a tie. Of a
    service's blocks it is only known that they are longer than 0.0.0.0/0."""
    sure = [route for route in matching if not route.unknown]
    blocks = [route for route in sure if not route.aws_service]
    longest = max(blocks, key=lambda route: route.prefix.length, default=None)
    unmeasured = [route for route in sure if route.aws_service][:1]
    if longest is not None and not (unmeasured and longest.prefix.length == 0):
        unmeasured.append(longest)
    if not unmeasured:
        return (NoRoute(),), []
    doubt = [f"which blocks {unmeasured[0].aws_service} has is not known"]
    found = tuple(way for route in unmeasured for way in _targets(route))
    return found, doubt if len(unmeasured) > 1 else []


def _targets(route: Route) -> tuple[Way, ...]:
    return route.targets or (Elsewhere(f"route {route.prefix}: its target is not known"),)
