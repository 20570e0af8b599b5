"""Routes to interfaces and instances in; the interface whose host forwards, and what is taken for
granted of it, out (F103)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tfreach.plan.raw import Unknown
from tfreach.resources.compute import Instance, NetworkInterface
from tfreach.resources.route_table import RouteTarget
from tfreach.space.headers import PUBLIC_IPV4
from tfreach.topology.ground import Ground
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Endpoint,
    Interface,
    Origin,
    RouteTable,
    Target,
    ToInterface,
    Tri,
)

HOSTS: Final = ("instance_id", "network_interface_id")
"""Attributes of a route that name a host, or an interface of one."""
PRIMARY: Final = " (primary interface)"


def forwards(checks: bool | Unknown) -> Tri:
    """Whether an interface takes what is not addressed to it, by its source/destination check."""
    if isinstance(checks, Unknown):
        return Tri.MAYBE
    return Tri.NO if checks else Tri.YES


def check_origin(key: str, checks: bool | Unknown) -> Origin:
    """What says whether an interface forwards, in a person's words."""
    said = {Tri.YES: "off", Tri.NO: "on", Tri.MAYBE: "not known"}[forwards(checks)]
    return Origin(key, f"source/destination check {said}")


def host_targets(ground: Ground, target: RouteTarget) -> Iterator[Target]:
    """Where a route to an instance or interface leads: to an interface, or to what is gone (F42).
    Of an instance it is the primary interface."""
    role = target.kind.removesuffix("_id")
    for key in target.link.targets:
        if ground.gone(role, key):
            yield Blackhole(f"{key} is gone")
        else:
            yield _host(ground, key)
    if target.link.open or not target.link.targets:
        yield Elsewhere(target.link.reason or target.text)


def _host(ground: Ground, key: str) -> Target:
    instances = {item.key: item for item in ground.now.of(Instance)}
    primary = {item.primary: item.key for item in instances.values() if item.primary}
    name = primary.get(key, key.removesuffix(PRIMARY))
    if name in instances:
        given = instances[name].interfaces
        if not given:
            return ToInterface(name)
        if not given[0].sure:
            return Elsewhere(f"the interfaces of {name} are not known before apply")
        name = given[0].targets[0]
    if name in {item.key for item in ground.now.of(NetworkInterface)}:
        return ToInterface(name)
    return Elsewhere(f"{name}, which is not in this plan and would have to forward")


def assume_forwarding(
    ground: Ground, tables: Mapping[str, RouteTable], endpoints: Mapping[str, Endpoint]
) -> None:
    """Say what is taken for granted of every host that a route leads to: that it forwards; and if
    it has a public address and is on the way to the Internet, that it translates."""
    hosts = {one.id: one for end in endpoints.values() for one in end.interfaces}
    for table in tables.values():
        for route in table.routes:
            for target in route.targets:
                if isinstance(target, ToInterface) and target.interface in hosts:
                    outward = bool(route.prefix.addresses & PUBLIC_IPV4)
                    _assume(ground, hosts[target.interface], outward)


def _assume(ground: Ground, host: Interface, outward: bool) -> None:
    if host.forwards is Tri.NO or host.down:
        return
    ground.assume(f"{host.id} forwards what is routed to it")
    if outward and host.public.has is not Tri.NO:
        ground.assume(
            f"{host.id} translates the source of what has no public address of its own and goes to "
            "the Internet, as a NAT instance does"
        )
