"""Rules in; a network whose web server the Internet and a neighbour reach by firewalls, out."""

from __future__ import annotations

from tests.engine.networks import gateway, subnet, table
from tests.engine.tiers import tiers
from tfreach.space.headers import ALL_ADDRESSES, ALL_SERVICES, prefix
from tfreach.space.intervals import IntervalSet
from tfreach.topology.doors import FORWARD, PASS, FirewallEndpoint, FirewallPolicy, FirewallRule
from tfreach.topology.network import Network

WEB_SUBNET = ("a", "10.0.0.0/24")


def rule(
    action: str,
    services: IntervalSet = ALL_SERVICES,
    source: str = "",
    destination: str = "",
    unknown: str = "",
) -> FirewallRule:
    """Addresses are blocks; "": all."""
    held = [prefix(one) if one else ALL_ADDRESSES for one in (source, destination)]
    return FirewallRule(action, services, held[0], held[1], unknown)


def policy(
    *stateful: FirewallRule,
    stateless: tuple[FirewallRule, ...] = (),
    default: str = FORWARD,
    otherwise: str = PASS,
    unknown: str = "",
) -> FirewallPolicy:
    return FirewallPolicy("policy", stateless, default, stateful, otherwise, unknown)


def guarded(rules: FirewallPolicy, *parts: object) -> Network:
    """An edge table and the table of web's subnet lead to fw1 in subnet f; that of f to both."""
    return tiers(
        gateway(edge="edge"),
        table("edge", "10.0.0.0/16 local", "10.0.0.0/24 fw1"),
        subnet(*WEB_SUBNET, "0.0.0.0/0 fw1", "10.0.1.0/24 fw1"),
        subnet("b", "10.0.1.0/24", "10.0.0.0/24 fw1"),
        subnet("f", "10.0.7.0/24", "0.0.0.0/0 igw"),
        subnet("g", "10.0.8.0/24", "0.0.0.0/0 igw"),
        FirewallEndpoint("fw1", "f", rules),
        FirewallEndpoint("fw2", "g", rules),
        *parts,
    )
