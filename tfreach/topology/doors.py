"""What stands between a subnet and the Internet besides gateways, in the words of the model."""

from __future__ import annotations

from collections.abc import Iterable

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.records import dataclass
from tfreach.space.intervals import IntervalSet
from tfreach.topology.fleet import Fleet
from tfreach.topology.terms import Tri


@dataclass(frozen=True, slots=True)
class Barrier:
    """Block Public Access as one subnet meets it (F59): YES where it stops a connection.

    id        the switch, or what excludes the subnet where the switch is not in the plan
    inward    connections from the Internet
    outward   connections that an interface of the subnet opens by the internet gateway itself
    by_nat    those that a NAT gateway in the subnet hands on, or an egress-only gateway for it
    why       "" or why some of this is not known
    origins   the switch, and what excludes the subnet
    """

    id: str
    inward: Tri = Tri.NO
    outward: Tri = Tri.NO
    by_nat: Tri = Tri.NO
    why: str = ""
    origins: tuple[Origin, ...] = ()


PASS, DROP, FORWARD, EITHER, HANDSHAKE = "pass", "drop", "forward", "either", "handshake"
"""What a firewall does with a packet. FORWARD: to its stateful engine; EITHER: not known which;
HANDSHAKE: it lets a connection begin and drops what follows."""


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """One rule by 5-tuple: protocol and destination port, source and destination.

    unknown   "" or why it may match less than it says
    """

    action: str
    services: IntervalSet
    source: IntervalSet
    destination: IntervalSet
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class FirewallPolicy:
    """stateless   rules in order, for each packet of both directions; first match decides
    default     what the stateless engine does where none matches
    stateful    rules in the order in which they decide, for the first packet of a connection
    otherwise   what the stateful engine does where none matches
    unknown     "" or why nothing is known of its rules
    """

    id: str
    stateless: tuple[FirewallRule, ...] = ()
    default: str = FORWARD
    stateful: tuple[FirewallRule, ...] = ()
    otherwise: str = PASS
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class FirewallEndpoint:
    """An endpoint of a firewall in one subnet: a route leads to it, it judges, and its subnet's own
    table sends on what it lets through (F86).

    fleet   the appliances behind it, if it is an endpoint of a Gateway Load Balancer: they have no
            rules that are known and let everything pass, if they get it
    """

    id: str
    subnet: str
    policy: FirewallPolicy
    origin: Origin = NO_ORIGIN
    fleet: Fleet | None = None


def firewall_cuts(endpoints: Iterable[FirewallEndpoint]) -> list[IntervalSet]:
    """Every set of addresses that a rule of a firewall names."""
    return [
        held
        for one in endpoints
        for rule in (*one.policy.stateless, *one.policy.stateful)
        for held in (rule.source, rule.destination)
    ]
