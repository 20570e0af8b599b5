"""Firewalls of an inventory in; their endpoints, what routes to them lead to, and their rules, out.

A firewall has one endpoint in each of its subnets (F86). A plan that creates it does not say which
of them a route names: then it is one of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tfreach.resources import network_firewall as typed
from tfreach.resources.route_table import RouteTarget
from tfreach.resources.vpc import Subnet as TypedSubnet
from tfreach.topology.doors import (
    DROP,
    EITHER,
    FORWARD,
    HANDSHAKE,
    PASS,
    FirewallEndpoint,
    FirewallPolicy,
    FirewallRule,
)
from tfreach.topology.ground import Ground
from tfreach.topology.inspection import inspection_target
from tfreach.topology.network import Elsewhere, Origin, Subnet, Target, ToInterface

APPLIANCE: Final = "a Gateway Load Balancer or firewall endpoint, whose appliance is not known"
DEFAULTS: Final = {"aws:pass": PASS, "aws:drop": DROP, "aws:forward_to_sfe": FORWARD}
STRICT_DEFAULTS: Final = {"aws:drop_strict": DROP, "aws:drop_established": HANDSHAKE}
ALERTS: Final = frozenset({"aws:alert_strict", "aws:alert_established"})
BY_ACTION: Final = (PASS, EITHER, DROP)
"""Without strict order, what passes is read first ("action order")."""


def _id(firewall: str, subnet: str) -> str:
    return f"{firewall} (endpoint in {subnet})"


def build_firewalls(ground: Ground, subnets: Mapping[str, Subnet]) -> dict[str, FirewallEndpoint]:
    """Every endpoint of a firewall that stands in a subnet of this plan."""
    found: dict[str, FirewallEndpoint] = {}
    for firewall in ground.now.of(typed.Firewall):
        policy = _policy_of(ground, firewall)
        for subnet in _subnets(ground, firewall):
            if subnet in subnets:
                id_ = _id(firewall.key, subnet)
                found[id_] = FirewallEndpoint(id_, subnet, policy, Origin(firewall.key))
    return found


def _subnets(ground: Ground, firewall: typed.Firewall) -> list[str]:
    """Those of its subnets that are known."""
    links = [link for link in firewall.subnets.items if link.sure]
    return [ground.canonical(link.targets[0]) for link in links]


def firewall_targets(ground: Ground, target: RouteTarget) -> Iterator[Target]:
    """Where a route to a VPC endpoint leads: to one of these endpoints of a firewall."""
    link = target.link
    firewalls = {one.key: one for one in ground.now.of(typed.Firewall)}
    for key in link.targets:
        found = inspection_target(ground, key)
        if key in firewalls:
            yield from _any_of(ground, firewalls[key])
        elif found is not None:
            yield found
        else:
            named = _named(ground, key)
            yield ToInterface(named) if named else Elsewhere(f"{APPLIANCE}, {key}")
    if link.open or not link.targets:
        yield Elsewhere(link.reason or APPLIANCE)


def _any_of(ground: Ground, firewall: typed.Firewall) -> Iterator[Target]:
    here = {one.key for one in ground.now.of(TypedSubnet)}
    known = [subnet for subnet in _subnets(ground, firewall) if subnet in here]
    yield from (ToInterface(_id(firewall.key, subnet)) for subnet in known)
    if firewall.subnets.open or len(known) < len(firewall.subnets.items) or not known:
        yield Elsewhere(f"an endpoint of {firewall.key} in a subnet that is not known")


def _named(ground: Ground, identifier: str) -> str:
    """The endpoint that has this identifier, where the state says so; else ""."""
    here = {one.key for one in ground.now.of(TypedSubnet)}
    for firewall in ground.now.of(typed.Firewall):
        for endpoint, subnet in firewall.endpoints:
            key = ground.canonical(ground.now.resolver.identify("subnet", subnet))
            if endpoint == identifier and key in here & set(_subnets(ground, firewall)):
                return _id(firewall.key, key)
    return ""


def _policy_of(ground: Ground, firewall: typed.Firewall) -> FirewallPolicy:
    link = firewall.policy
    item = ground.now.named(typed.FirewallPolicy, link.targets[0]) if link.sure else None
    if item is None:
        name = link.targets[0] if link.sure else f"the policy of {firewall.key}"
        return FirewallPolicy(name, unknown=f"the rules of {name} are not known")
    origin, otherwise = Origin(item.key), _stateful_default(item)
    defaults = [DEFAULTS[one] for one in item.defaults if one in DEFAULTS]
    unknown = item.unknown or _doubt(ground, item)
    if not unknown and (len(defaults) != 1 or not otherwise):
        unknown = f"the default actions of {item.key} are not known"
    if unknown:
        return FirewallPolicy(item.key, unknown=unknown, origin=origin)
    stateless = [
        rule
        for one in _in_order(item.stateless)
        for rule in sorted(_rules(ground, one), key=lambda rule: rule.priority)
    ]
    stateful = [rule for one in _in_order(item.stateful) for rule in _rules(ground, one)]
    if not item.strict:
        stateful.sort(key=lambda rule: BY_ACTION.index(rule.action))
    return FirewallPolicy(
        item.key,
        tuple(map(_rule, stateless)),
        defaults[0],
        tuple(map(_rule, stateful)),
        otherwise,
        origin=origin,
    )


def _stateful_default(item: typed.FirewallPolicy) -> str:
    """What the stateful engine does where no rule decides; "" where that is not known."""
    if not item.strict:
        return PASS
    said = [one for one in item.stateful_defaults if one not in ALERTS]
    return STRICT_DEFAULTS.get(said[0], "") if len(said) == 1 else ""


def _doubt(ground: Ground, item: typed.FirewallPolicy) -> str:
    """Why not all rules of a policy, or not their order, are known; else ""."""
    ordered = (*item.stateless, *(item.stateful if item.strict else ()))
    if any(one.priority is None for one in ordered):
        return f"the order of the rule groups of {item.key} is not known"
    for one in (*item.stateless, *item.stateful):
        if not one.group.sure or _group(ground, one) is None:
            name = " or ".join(one.group.targets) or f"a rule group of {item.key}"
            return f"the rules of {name} are not known"
    return ""


def _group(ground: Ground, one: typed.GroupReference) -> typed.RuleGroup | None:
    return ground.now.named(typed.RuleGroup, one.group.targets[0])


def _in_order(groups: tuple[typed.GroupReference, ...]) -> list[typed.GroupReference]:
    return sorted(groups, key=lambda one: one.priority or 0)


def _rules(ground: Ground, one: typed.GroupReference) -> tuple[typed.FirewallRule, ...]:
    found = _group(ground, one)
    return found.rules if found else ()


def _rule(rule: typed.FirewallRule) -> FirewallRule:
    return FirewallRule(
        rule.action, rule.services, rule.source, rule.destination, rule.unknown, rule.origin
    )
