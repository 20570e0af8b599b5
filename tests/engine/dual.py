"""A network of IPv4 in; the same with IPv6 beside it, edited at random, out.

The universe of IPv6 is an image of that of IPv4: every block has its like, 96 bits longer, and
`0.0.0.0/0` has `::/0`. So whatever the IPv4 network is about, the IPv6 one may be about too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from tests.engine.universe import GATEWAYS, ICMP6_TYPES, SUBNETS, VPCS, one_in, text
from tfreach.space.headers import ALL_IPV4, ALL_IPV6, ICMPV6, prefix, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.between import TransitRoute
from tfreach.topology.faces import OWN
from tfreach.topology.network import (
    Endpoint,
    Filter,
    Interface,
    InternetGateway,
    Network,
    OneOf,
    Prefix,
    Public,
    Route,
    RouteTable,
    Rule,
    Site,
    Target,
    ToEgressOnly,
    ToInternet,
    Tri,
)

R = TypeVar("R", Route, TransitRoute)

CLOSED = (
    Public(Tri.NO, reason="an interface of an endpoint", own=True),
    Public(Tri.MAYBE, reason="whether it is public is known after apply", own=True),
)
IMAGE = prefix("2600::").first


def like(found: IntervalSet) -> IntervalSet:
    """The IPv6 image of some IPv4 addresses."""
    if found == ALL_IPV4:
        return ALL_IPV6
    return IntervalSet(tuple((lo + IMAGE, hi + IMAGE) for lo, hi in found.spans))


def like_prefix(found: Prefix) -> Prefix:
    if found.length == 0:
        return Prefix(ALL_IPV6.first, 0)
    return Prefix(found.first + IMAGE, found.length + 96)


def dual_stack(draw: st.DrawFn, network: Network) -> Network:
    """With IPv6 beside IPv4, here and there only one of the two."""
    without = draw(st.sampled_from((None, None, None, *sorted(SUBNETS))))
    return replace(
        network,
        vpcs={
            id_: replace(
                one,
                cidrs=one.cidrs | like(one.cidrs),
                unknown_ipv6=text(draw, 8, "more IPv6 blocks are known after apply"),
            )
            for id_, one in network.vpcs.items()
        },
        subnets={
            id_: one if id_ == without else replace(one, cidr=one.cidr | like(one.cidr))
            for id_, one in network.subnets.items()
        },
        tables={id_: _table(draw, one) for id_, one in network.tables.items()},
        acls={id_: _filter(draw, one) for id_, one in network.acls.items()},
        groups={id_: _filter(draw, one) for id_, one in network.groups.items()},
        endpoints={id_: _endpoint(draw, one, without) for id_, one in network.endpoints.items()},
        internet=network.internet | like(network.internet),
        on_premises=network.on_premises | like(network.on_premises),
        attachments={
            id_: replace(one, ipv6=draw(st.sampled_from((*[Tri.YES] * 6, Tri.NO, Tri.MAYBE))))
            for id_, one in network.attachments.items()
        },
        transit_tables={
            id_: replace(one, routes=tuple(_both(draw, one.routes)))
            for id_, one in network.transit_tables.items()
        },
        egress_only_gateways={
            f"e{id_}": InternetGateway(f"e{id_}", _attached(draw, vpc))
            for id_, vpc in GATEWAYS.items()
        },
    )


def _attached(draw: st.DrawFn, vpc: str) -> OneOf:
    unsure = OneOf(tuple(VPCS), reason="one of two")
    return draw(st.sampled_from((*[OneOf((vpc,))] * 5, OneOf(), unsure)))


def _table(draw: st.DrawFn, old: RouteTable) -> RouteTable:
    return replace(old, routes=tuple(_both(draw, old.routes)))


def _both(draw: st.DrawFn, routes: tuple[R, ...]) -> list[R]:
    """Each route, and its like for IPv6; at times only one of the two."""
    found: list[R] = []
    for route in routes:
        if getattr(route, "aws_service", ""):
            found.append(route)
            continue
        six = replace(route, prefix=like_prefix(route.prefix))
        if isinstance(six, Route):
            six = replace(six, targets=tuple(_target(draw, one) for one in six.targets))
        keep = draw(st.sampled_from(("both", "both", "both", "ipv4", "ipv6")))
        found += [route] if keep != "ipv6" else []
        found += [six] if keep != "ipv4" else []
    return found


def _target(draw: st.DrawFn, old: Target) -> Target:
    """An internet gateway is at times an egress-only one."""
    if isinstance(old, ToInternet) and one_in(draw, 3):
        return ToEgressOnly(f"e{old.gateway}")
    return old


def _filter(draw: st.DrawFn, old: Filter) -> Filter:
    ingress, egress = (_rules(draw, rules) for rules in (old.ingress, old.egress))
    return replace(old, ingress=ingress, egress=egress)


def _rules(draw: st.DrawFn, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """For both families, for IPv4 alone, or in place of it for IPv6; or two that differ."""
    found: list[Rule] = []
    for rule in rules:
        six = replace(rule, peers=like(rule.peers))
        match draw(st.sampled_from(("both", "both", "both", "ipv4", "ipv6", "icmp"))):
            case "both":
                found.append(replace(rule, peers=rule.peers | six.peers))
            case "ipv4":
                found.append(rule)
            case "ipv6":
                found.append(six)
            case _:
                kind = draw(st.sampled_from(ICMP6_TYPES))
                asked = services(ICMPV6, IntervalSet.span(kind << 8, kind << 8 | 255))
                found += [rule, replace(six, services=asked)]
    return tuple(found)


def _endpoint(draw: st.DrawFn, old: Endpoint, without: str | None) -> Endpoint:
    faces = tuple(_face(draw, face, without) for face in old.interfaces)
    return replace(old, interfaces=faces)


def _face(draw: st.DrawFn, old: Interface, without: str | None) -> Interface:
    only = draw(st.sampled_from(("both", "both", "both", "both", "ipv4", "ipv6")))
    return replace(
        old,
        sites=tuple(_site(site, "ipv4" if site.subnet == without else only) for site in old.sites),
        own=draw(st.sampled_from((*[OWN] * 6, *CLOSED))),
        no_ipv6=text(draw, 8, "whether it has an IPv6 address is known after apply"),
    )


def _site(old: Site, only: str) -> Site:
    four = EMPTY if only == "ipv6" else old.addresses
    six = EMPTY if only == "ipv4" else like(old.addresses)
    return replace(old, addresses=four | six)
