"""Places in; every filter and table that may judge a flow between them, and its reply, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tfreach.engine.walk import Place
from tfreach.records import dataclass
from tfreach.topology.between import TransitRoute
from tfreach.topology.hosts import hosts
from tfreach.topology.network import (
    ON_PREMISES,
    Filter,
    Interface,
    Network,
    OneOf,
    Route,
    Rule,
    ToInterface,
    ToNat,
    ToTransit,
)


@dataclass(frozen=True, slots=True)
class Touched:
    """group_lists  of the groups of both ends: the rules of each direction of each, in no order
    acl_rules    of the network ACLs that see a request or a reply, and of the groups of hosts that
                 forward: they alone judge replies
    routes       of all tables on the way
    translated   whether something on the way may put a port of its own in place of the client's
    """

    group_lists: tuple[tuple[Rule, ...], ...]
    acl_rules: tuple[Rule, ...]
    routes: tuple[Route | TransitRoute, ...]
    translated: bool


def touched(network: Network, places: Sequence[Place]) -> Touched:
    """Every filter and table that may see a packet between two of `places`."""
    slots = [slot for place in places if place.interface for slot in place.interface.groups]
    subnets = {place.subnet for place in places} & network.subnets.keys()
    far = any(place.endpoint == ON_PREMISES for place in places)
    transit = tuple(_transit_routes(network, subnets, far=far))
    if transit:  # it may enter or leave a VPC by any attachment
        links = [link for one in network.attachments.values() for link in one.subnets]
        subnets |= {id_ for link in links for id_ in link.ids} & network.subnets.keys()
    around = surroundings(network, subnets)
    acls = [network.subnets[id_].acl for id_ in sorted(around.subnets)]
    forwarding = [slot for host in around.hosts for slot in host.groups]
    return Touched(
        tuple(_lists(network.groups, slots)),
        tuple(
            rule
            for rules in (*_lists(network.acls, acls), *_lists(network.groups, forwarding))
            for rule in rules
        ),
        (*around.routes, *transit),
        around.translated,
    )


def _transit_routes(
    network: Network, subnets: Iterable[str], *, far: bool
) -> Iterator[TransitRoute]:
    """Those of every transit gateway, where a table leads to one. far: or on-premises may."""
    targets = [target for route in routes_of(network, subnets) for target in route.targets]
    if far or any(isinstance(target, ToTransit) for target in targets):
        for table in network.transit_tables.values():
            yield from table.routes


def _lists(known: Mapping[str, Filter], links: Iterable[OneOf]) -> Iterator[tuple[Rule, ...]]:
    for id_ in dict.fromkeys(id_ for link in links for id_ in link.ids):
        if id_ in known:
            yield from (known[id_].ingress, known[id_].egress)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """subnets      those asked about, and those of NAT gateways and hosts that routes lead to
    routes       of their tables, and of the gateways of their VPCs
    hosts        interfaces that routes lead to
    translated   whether something on the way may put a port of its own in place of the client's
    """

    subnets: frozenset[str]
    routes: tuple[Route, ...]
    hosts: tuple[Interface, ...]
    translated: bool


def surroundings(network: Network, near: Iterable[str]) -> Surroundings:
    """By the tables of `near`, and of every subnet that is found."""
    known = hosts(network)
    subnets = {id_ for id_ in near if id_ in network.subnets}
    found: dict[str, Interface] = {}
    translated, before, routes = False, -1, list[Route]()
    while len(subnets) > before:
        before = len(subnets)
        routes = [*routes_of(network, subnets), *_edge_routes(network, subnets)]
        for route in routes:
            for target in route.targets:
                if isinstance(target, ToNat):
                    translated = True
                    nat = network.nat_gateways.get(target.gateway)
                    subnets |= set(nat.subnet.ids) if nat else set()
                elif isinstance(target, ToInterface) and target.interface in network.firewalls:
                    subnets.add(network.firewalls[target.interface].subnet)
                elif isinstance(target, ToInterface) and target.interface in known:
                    translated = True
                    found[target.interface] = known[target.interface]
                    subnets |= {site.subnet for site in known[target.interface].sites}
        subnets &= network.subnets.keys()
    return Surroundings(frozenset(subnets), tuple(routes), tuple(found.values()), translated)


def routes_of(network: Network, subnets: Iterable[str]) -> list[Route]:
    """The routes of every table that one of the subnets may have."""
    tables = {id_ for subnet in subnets for id_ in network.subnets[subnet].table.ids}
    known = [network.tables[id_] for id_ in sorted(tables) if id_ in network.tables]
    return [route for table in known for route in table.routes]


def _edge_routes(network: Network, subnets: Iterable[str]) -> list[Route]:
    """Of the tables by which internet gateways steer what arrives (F44)."""
    vpcs = {network.subnets[id_].vpc for id_ in subnets}
    near = [
        one for one in network.internet_gateways.values() if one.vpc.open or vpcs & set(one.vpc.ids)
    ]
    tables = {id_ for one in near for id_ in one.edge.ids}
    known = [network.tables[id_] for id_ in sorted(tables) if id_ in network.tables]
    return [route for table in known for route in table.routes]
