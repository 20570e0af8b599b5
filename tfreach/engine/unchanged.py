"""Two networks in; which endpoints have in both the same ways to and from everybody else, out.

Only what may matter is compared, and what is in doubt counts as changed: then both sides are judged
in full. Where a rule or route comes from, and what it is called, is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from tfreach.space.intervals import IntervalSet
from tfreach.topology.hosts import hosts
from tfreach.topology.network import (
    Endpoint,
    Filter,
    Interface,
    Network,
    OneOf,
    Origin,
    Rule,
    ToNat,
)

Touched = frozenset[str]
"""Ids of what differs at one endpoint: groups, tables, network ACLs, NAT gateways, its subnet, its
VPC, itself. Empty: nothing does."""
NOTHING: Touched = frozenset()
EVERYTHING: Touched = frozenset(("",))


class Unchanged:
    """Compares the endpoints of two networks.

    all_differ  something differs that may matter to any two of them
    subnets     the ids of subnets of which something differs: between two others, groups apart, all
                is the same unless `all_differ`
    ingress     the ids of groups that do not hear the same in both
    """

    def __init__(self, before: Network, after: Network) -> None:
        self._networks = before, after
        self.ingress = _different(before.groups, after.groups, lambda one: _rules(one.ingress))
        self._egress = _different(before.groups, after.groups, lambda one: _rules(one.egress))
        self.subnets: dict[str, set[str]] = {}
        self._find_subnets()
        self._spread(set(_vpcs(before, after)))
        forwarding = (face for network in self._networks for face in hosts(network).values())
        homes = {site.subnet for face in forwarding for site in face.sites}
        homes |= {one.subnet for side in self._networks for one in side.firewalls.values()}
        differ = bool(self.ingress or self._egress or self.subnets)
        self.all_differ = (
            _shared(before) != _shared(after)
            or not homes.isdisjoint(self.subnets)
            or (differ and any(_has_fleets(network) for network in self._networks))
        )
        self._senders = _different(before.balancers, after.balancers, _bare)
        if _bare(before.target_groups) != _bare(after.target_groups):
            self._senders |= before.balancers.keys() | after.balancers.keys()

    def as_source(self, one: str, other: str) -> Touched:
        """What may make a difference to what an endpoint sends: its ids in both networks."""
        return self._touched(one, other, self._egress)

    def as_destination(self, one: str, other: str) -> Touched:
        """What may make a difference to what is sent to an endpoint."""
        return self._touched(one, other, self.ingress)

    def _touched(self, one: str, other: str, different_groups: set[str]) -> Touched:
        if self.all_differ:
            return EVERYTHING
        mine, theirs = self._networks[0].endpoints[one], self._networks[1].endpoints[other]
        if other in self._senders or (mine is not theirs and not _are_same(mine, theirs)):
            return frozenset((other,))
        subnets = {site.subnet for face in mine.interfaces for site in face.sites}
        groups = {id_ for face in mine.interfaces for slot in face.groups for id_ in slot.ids}
        if self.subnets.keys().isdisjoint(subnets) and groups.isdisjoint(different_groups):
            return NOTHING
        found = groups & different_groups
        return frozenset(found.union(*(self.subnets.get(id_, ()) for id_ in subnets)))

    def _find_subnets(self) -> None:
        """Those whose own filters, tables or NAT gateways differ."""
        before, after = self._networks
        tables = _different(before.tables, after.tables, lambda one: tuple(map(_bare, one.routes)))
        acls = _different(before.acls, after.acls, _acl)
        nats = _different(before.nat_gateways, after.nat_gateways, _bare)
        own = _different(before.subnets, after.subnets, _bare)
        own |= _different(before.barriers, after.barriers, _bare)
        self.subnets = {id_: {id_} for id_ in own}
        for network in self._networks:
            for id_, subnet in network.subnets.items():
                if found := tables.intersection(subnet.table.ids) | acls.intersection(
                    subnet.acl.ids
                ):
                    self.subnets.setdefault(id_, set()).update(found)
        nearest = set(self.subnets)
        for network in self._networks:
            for id_, subnet in network.subnets.items():
                for gateway in _nat_gateways(network, subnet.table):
                    nat = network.nat_gateways.get(gateway)
                    if gateway in nats or (nat and nearest.intersection(nat.subnet.ids)):
                        self.subnets.setdefault(id_, set()).add(gateway)

    def _spread(self, vpcs: set[str]) -> None:
        """All subnets of VPCs that differ, and of those that a transit gateway enters by one of
        them, until there are no more."""
        more = True
        while more:
            for network in self._networks:
                for id_, subnet in network.subnets.items():
                    if subnet.vpc in vpcs:
                        self.subnets.setdefault(id_, set()).add(subnet.vpc)
            found = vpcs.union(self._entered())
            more, vpcs = found != vpcs, found

    def _entered(self) -> Iterator[str]:
        """VPCs that a transit gateway enters by a subnet that differs: and, where it may hand
        things on to others, all VPCs."""
        for network in self._networks:
            for one in network.attachments.values():
                entries = {id_ for link in one.subnets for id_ in link.ids}
                if self.subnets.keys().isdisjoint(entries):
                    continue
                yield from one.vpc.ids
                if one.vpc.open or _hands_on(network, one.id, one.vpc):
                    yield from network.vpcs


def _are_same(one: Endpoint, other: Endpoint) -> bool:
    if one.id != other.id or len(one.interfaces) != len(other.interfaces):
        return False
    roles = [(end.kind, bool(end.inbound), bool(end.outbound), end.outside) for end in (one, other)]
    pairs = zip(one.interfaces, other.interfaces, strict=True)
    return roles[0] == roles[1] and all(x is y or _said(x) == _said(y) for x, y in pairs)


def _has_fleets(network: Network) -> bool:
    """Whether routes lead to appliances behind a load balancer, whose own groups and subnets say
    what gets there."""
    return any(one.fleet is not None for one in network.firewalls.values())


def _hands_on(network: Network, attachment: str, vpc: OneOf) -> bool:
    """Whether a transit gateway sends there what is for nobody in that VPC."""
    routes = (route for table in network.transit_tables.values() for route in table.routes)
    held = [network.vpcs[id_].cidrs for id_ in vpc.ids if id_ in network.vpcs]
    return any(
        any(getattr(target, "attachment", None) == attachment for target in route.targets)
        and not any(route.prefix.addresses <= one for one in held)
        for route in routes
    )


def _nat_gateways(network: Network, link: OneOf) -> Iterator[str]:
    for id_ in link.ids:
        if id_ in network.tables:
            for route in network.tables[id_].routes:
                yield from (one.gateway for one in route.targets if isinstance(one, ToNat))


def _vpcs(before: Network, after: Network) -> Iterator[str]:
    """Those that differ, or whose gateways or peerings do."""
    yield from _different(before.vpcs, after.vpcs, _bare)
    for kind in ("internet_gateways", "egress_only_gateways", "vpn_gateways", "peerings"):
        different = _different(getattr(before, kind), getattr(after, kind), _bare)
        for network in (before, after):
            known = getattr(network, kind)
            for one in (known[id_] for id_ in different if id_ in known):
                for end in one.ends if kind == "peerings" else (one.vpc,):
                    yield from network.vpcs if end.open else end.ids


def _shared(network: Network) -> Hashable:
    """What may matter to any pair."""
    edges = {id_ for one in network.internet_gateways.values() for id_ in one.edge.ids}
    vpcs = _bare(network.vpcs) if network.peerings else ()
    return (
        tuple((id_, _bare(network.tables[id_])) for id_ in sorted(edges & network.tables.keys())),
        vpcs,
        network.internet,
        network.on_premises,
        network.other_ways_in,
        *(
            _bare(getattr(network, kind))
            for kind in (
                "services", "transit_gateways", "attachments", "transit_tables", "client_vpns",
                "firewalls",
            )
        ),
        tuple((_said(one), _groups(network, one)) for one in hosts(network).values()),
    )  # fmt: skip


def _groups(network: Network, face: Interface) -> Hashable:
    ids = [id_ for slot in face.groups for id_ in slot.ids if id_ in network.groups]
    return tuple((_rules(network.groups[i].ingress), _rules(network.groups[i].egress)) for i in ids)


def _said(face: Interface) -> Hashable:
    sites = tuple((one.subnet, one.addresses, one.unknown) for one in face.sites)
    public = face.public.has, face.public.reason, face.public.own
    own = face.own.has, face.own.reason, face.own.own
    doubts = face.unknown, face.down, face.no_ipv6, face.forwards
    return face.id, sites, face.groups, public, own, doubts, face.listens


def _rules(rules: Iterable[Rule]) -> Hashable:
    return frozenset(map(bare, rules))


def _acl(one: Filter) -> Hashable:
    return tuple(
        tuple((rule.number, bare(rule)) for rule in rules) for rules in (one.ingress, one.egress)
    )


def _different(
    before: Mapping[str, Any], after: Mapping[str, Any], said: Callable[[Any], Hashable]
) -> set[str]:
    """The keys of what is not on both sides, or not the same."""
    found = set(before.keys() ^ after.keys())
    for key in before.keys() & after.keys():
        mine, theirs = before[key], after[key]
        if mine is not theirs and said(mine) != said(theirs):
            found.add(key)
    return found


def _bare(value: Any) -> Hashable:
    """Without origins, whatever it is made of."""
    if isinstance(value, Origin):
        return None
    if isinstance(value, IntervalSet):
        return value
    if is_dataclass(value):
        named = (_bare(getattr(value, one.name)) for one in fields(value))
        return (type(value).__name__, *named)
    if isinstance(value, Mapping):
        return tuple((key, _bare(value[key])) for key in sorted(value))
    if isinstance(value, tuple | list):
        return tuple(map(_bare, value))
    return value if isinstance(value, Hashable) else repr(value)


def bare(rule: Rule) -> Rule:
    """Without where it comes from: what does not matter for who may talk to whom."""
    return Rule(
        rule.action,
        rule.services,
        rule.peers,
        rule.group,
        unknown=rule.unknown,
        aws_service=rule.aws_service,
    )
