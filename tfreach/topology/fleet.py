"""Appliances behind a Gateway Load Balancer, in the words of the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.records import dataclass
from tfreach.space.headers import UDP, service
from tfreach.topology.balance import Balancer
from tfreach.topology.faces import Site
from tfreach.topology.terms import Tri

GENEVE_PORT: Final = 6081
GENEVE: Final = service(UDP, GENEVE_PORT)
"""What a node and an appliance send to each other, in both directions: an appliance swaps the
addresses of the outer header, and not its ports ("Register targets with your target group" of the
Gateway Load Balancer guide: groups and ACLs have to allow port 6081 inbound and outbound)."""


@dataclass(frozen=True, slots=True)
class Inspector:
    """A Gateway Load Balancer: one node in each of its subnets, without a group.

    unknown   "" or why not all its nodes are known
    """

    balancer: Balancer
    nodes: tuple[Site, ...]
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What an endpoint of a Gateway Load Balancer hands packets to, privately: nothing on that way
    but the load balancer, its target groups and the appliances judges them (F71, F86).

    service     id of the endpoint service
    inspectors  its load balancers: the one that has a node in the endpoint's zone takes them
    accepted    whether the service takes the endpoint; why: "" or why it does not, or is not known
    unknown     "" or why it may have others
    ipv6        whether IPv6 packets pass
    """

    service: str
    inspectors: tuple[Inspector, ...] = ()
    accepted: Tri = Tri.YES
    why: str = ""
    unknown: str = ""
    ipv6: Tri = Tri.YES
    origin: Origin = NO_ORIGIN


def groups_of(balancer: Balancer) -> Iterator[str]:
    """The target groups that it forwards to."""
    for listener in balancer.listeners:
        yield from (one.group for one in listener.forwards)
