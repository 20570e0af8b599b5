"""A network in; what its load balancers say, each thing with its origin, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfreach.topology.balance import Balancer
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.network import NO_ORIGIN, Network, Origin

Said = Iterator[tuple[Origin, tuple[object, ...]]]


def said_of_balancers(network: Network) -> Said:
    """Listeners, where they forward to, target groups and what is registered with them."""
    for balancer in network.balancers.values():
        yield from _said_of(balancer)
    for group in network.target_groups.values():
        yield group.origin, (group.id, group.keeps, group.cross_zone, group.unknown)
        for target in group.targets:
            yield target.origin, (group.id, replace(target, origin=NO_ORIGIN))


def said_of_fleet(endpoint: FirewallEndpoint) -> Said:
    """What stands behind an endpoint of a Gateway Load Balancer."""
    fleet = endpoint.fleet
    if fleet is None:
        return
    said = (fleet.service, fleet.accepted, fleet.unknown, fleet.ipv6)
    yield endpoint.origin, (endpoint.id, *said)
    yield fleet.origin, (fleet.service, fleet.accepted, len(fleet.inspectors))
    for one in fleet.inspectors:
        yield one.balancer.origin, (one.balancer.id, one.nodes, one.unknown)
        yield from _said_of(one.balancer)


def _said_of(balancer: Balancer) -> Said:
    how = (balancer.cross_zone, balancer.links_judged, balancer.unknown)
    yield balancer.origin, (balancer.id, balancer.kind, *how)
    for listener in balancer.listeners:
        yield listener.origin, (balancer.id, listener.services, listener.unknown)
        for one in listener.forwards:
            yield one.origin, (listener.id, one.group, one.unknown)
