"""Target groups and registrations of an inventory, and the endpoints, in; TargetGroups, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from tfreach.plan.raw import Unknown
from tfreach.plan.references import How, Link
from tfreach.resources import balanced as typed
from tfreach.resources.balancers import ClassicListener, LoadBalancer
from tfreach.space.headers import ALL_PORTS, TCP, UDP, Family, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import Target, TargetGroup
from tfreach.topology.fleet import GENEVE
from tfreach.topology.ground import Ground
from tfreach.topology.network import Endpoint, Origin, Subnet, Tri
from tfreach.topology.ties import Ties

UDP_ONLY: Final = frozenset({"UDP", "QUIC"})
TUNNEL: Final = "GENEVE"
BOTH: Final = frozenset({"TCP_UDP", "TCP_QUIC"})
REQUESTS: Final = frozenset({"HTTP", "HTTPS"})
UNSAID: Final = REQUESTS | {TUNNEL}
"""Protocols of groups that never keep a client's address."""
TUNNELLED: Final = IntervalSet.span(GENEVE, GENEVE)
KEEPING: Final = {
    Tri.YES: "keeps client addresses",
    Tri.NO: "hides client addresses",
    Tri.MAYBE: "may keep client addresses",
}


def protocols(name: str) -> tuple[int, ...]:
    """The protocols that a listener or target group speaks: HTTP, TLS and SSL are TCP."""
    if name in BOTH:
        return (TCP, UDP)
    return (UDP,) if name in UDP_ONLY or name == TUNNEL else (TCP,)


def port_services(
    protocol: str | Unknown | None, port: int | Unknown | None, otherwise: str, key: str
) -> tuple[IntervalSet, str]:
    """The services of one port, and "" or why they are only an upper bound."""
    name = otherwise if protocol is None else protocol
    doubt = isinstance(name, Unknown)
    spoken = (TCP, UDP) if isinstance(name, Unknown) else protocols(name)
    known = isinstance(port, int)
    ports = IntervalSet.span(port, port) if isinstance(port, int) else ALL_PORTS
    found = EMPTY
    for number in spoken:
        found |= services(number, ports)
    what = "protocol" if doubt else "port"
    why = f"the {what} of {key} is not known before apply" if doubt or not known else ""
    return found, why


class Targets:
    """Finds what each target group, and each classic load balancer, sends to."""

    def __init__(
        self, ground: Ground, endpoints: Mapping[str, Endpoint], subnets: Mapping[str, Subnet]
    ) -> None:
        self._ground = ground
        self._endpoints = endpoints
        self._subnets = subnets
        self._registered = Ties(ground.now.of(typed.Registration), lambda one: (one.to,))
        self._holders = {
            face.id: (end.id, face.id) for end in endpoints.values() for face in end.interfaces
        }

    def groups(self) -> dict[str, TargetGroup]:
        """Those that are managed here, by id."""
        return {item.key: self._group(item) for item in self._ground.now.of(typed.TargetGroup)}

    def _group(self, item: typed.TargetGroup) -> TargetGroup:
        why = f"ip_address_type of {item.key} is not known before apply"
        found = TargetGroup(
            item.key,
            keeps=_keeps(item),
            cross_zone=_crosses(item),
            unknown=why if isinstance(item.family, Unknown) else "",
            origin=Origin(item.key, "" if item.protocol in UNSAID else KEEPING[_keeps(item)]),
            family=Family.IPV6 if item.family == "ipv6" else Family.IPV4,
        )
        if item.kind == "lambda":  # F92: it is invoked, and no packet is sent to it
            return found
        for one in self._registered.near(item.key):
            if one.classic or not self._ground.may_lead(one.to, item.key):
                continue
            port = item.port if one.port is None else one.port
            heard, doubt = port_services(item.protocol, port, "TCP", item.key)
            doubt = doubt or ("" if one.to.sure else one.to.reason)
            bare = Target("", heard, unknown=doubt, origin=_origin(one, port))
            for made in _checked(bare, _health(item.health, port), item.key):
                found = self._with(found, one, made)
        return found

    def classic(self, id_: str, item: LoadBalancer, listener: ClassicListener) -> TargetGroup:
        """The instances of a classic load balancer, as one listener sends to them."""
        found = TargetGroup(id_, origin=Origin(item.key))
        heard, doubt = port_services("TCP", listener.instance_port, "TCP", item.key)
        health = listener.instance_port if item.health is None else item.health
        own = typed.Registration(item.key, Link(How.KNOWN, (item.key,)), typed.NOBODY)
        links = item.instances
        given = [
            one
            for one in self._registered.near(item.key)
            if one.classic and self._ground.may_lead(one.to, item.key)
        ]
        tied = {one.target.targets for one in given if one.target.sure}  # what it lists echoes them
        listed = [link for link in typed.each(links) if link.targets not in tied] if links else []
        given += [replace(own, target=link) for link in listed]
        for one in given:
            unsure = doubt or ("" if one.to.sure else one.to.reason)
            origin = _origin(one, listener.instance_port)
            bare = Target("", heard, unknown=unsure, origin=origin)
            for made in _checked(bare, health, item.key):
                found = self._with(found, one, made)
        return found

    def _with(self, group: TargetGroup, one: typed.Registration, bare: Target) -> TargetGroup:
        """The group with one more registration."""
        if one.address is not None:
            held = IntervalSet.span(one.address, one.address)
            zones = {sub.zone for sub in self._subnets.values() if one.address in sub.cidr}
            made = replace(bare, addresses=held, zones=_sorted(zones))
            return replace(group, targets=(*group.targets, made))
        why = bare.unknown or ("" if one.target.sure else one.target.reason)
        made_all = [
            replace(made, unknown=why)
            for key in one.target.targets
            for made in self._aimed(key, bare)
        ]
        group = replace(group, targets=(*group.targets, *made_all))
        return replace(group, unknown=one.target.reason) if one.target.open else group

    def _aimed(self, key: str, bare: Target) -> Iterator[Target]:
        """An instance is meant by its first interface; what is not in this plan is no endpoint."""
        endpoint, interface = self._holders.get(key, (key, ""))
        end = self._endpoints.get(endpoint)
        if end is None and bare.services == TUNNELLED:  # an appliance that is elsewhere
            yield replace(bare, endpoint=endpoint)
        if end is None or end.inbound:
            return
        if end.kind == "instance" and not interface and end.interfaces:
            interface = end.interfaces[0].id
        faces = [face for face in end.interfaces if interface in ("", face.id)]
        zones = {
            self._subnets[site.subnet].zone
            for face in faces
            for site in face.sites
            if site.subnet in self._subnets
        }
        yield replace(bare, endpoint=endpoint, interface=interface, zones=_sorted(zones))


def _sorted(zones: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, zones)))


def _origin(one: typed.Registration, port: int | Unknown | None) -> Origin:
    what = " or ".join(one.target.targets) or "a target"
    return Origin(one.key, f"registers {what}" + (f":{port}" if isinstance(port, int) else ""))


def _health(health: str | Unknown, port: int | Unknown | None) -> int | Unknown | None:
    """The port of health checks: the target's own one unless another is given."""
    if health == typed.USUAL:
        return port
    return int(health) if isinstance(health, str) and health.isdigit() else Unknown.UNKNOWN


def _checked(bare: Target, health: int | Unknown | None, key: str) -> tuple[Target, ...]:
    """The target with its health checks, which are TCP whatever they ask. Where their port is not
    known there is another one, which only they may lead to."""
    if isinstance(health, int):
        return (replace(bare, health=services(TCP, IntervalSet.span(health, health))),)
    why = f"the port of the health checks of {key} is not known before apply"
    any_port = services(TCP, ALL_PORTS)
    return bare, replace(bare, services=EMPTY, health=any_port, unknown=bare.unknown or why)


def _keeps(item: typed.TargetGroup) -> Tri:
    """F84, F85: whether targets see the client's address. Only network load balancers do it."""
    if isinstance(item.protocol, Unknown) or isinstance(item.kind, Unknown):
        return Tri.MAYBE
    if item.protocol is None or item.protocol in UNSAID:
        return Tri.NO
    if item.kind == "alb" or item.protocol in UDP_ONLY | BOTH:
        return Tri.YES
    if isinstance(item.preserves, Unknown):
        return Tri.MAYBE
    kept = item.kind == "instance" if item.preserves is None else item.preserves
    return Tri.YES if kept else Tri.NO


def _crosses(item: typed.TargetGroup) -> Tri | None:
    if isinstance(item.cross_zone, Unknown):
        return Tri.MAYBE
    return None if item.cross_zone is None else (Tri.YES if item.cross_zone else Tri.NO)
