"""Subnets in; all to which their tables may lead inside a VPC, and the hosts on the way, out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tfreach.topology.network import Interface, Network, Route, ToInterface, ToNat


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
    known = {one.id: one for end in network.endpoints.values() for one in end.interfaces}
    subnets = {id_ for id_ in near if id_ in network.subnets}
    hosts: dict[str, Interface] = {}
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
                    hosts[target.interface] = known[target.interface]
                    subnets |= {site.subnet for site in known[target.interface].sites}
        subnets &= network.subnets.keys()
    return Surroundings(frozenset(subnets), tuple(routes), tuple(hosts.values()), translated)


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
