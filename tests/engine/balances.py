"""Lines of text in; load balancers and target groups for hand-made networks, out.

    balancer("lb", {"a": "10.0.0.20"}, "tcp/443 > web", groups=("lb",))
    targets("web", "db tcp/8080", "10.0.1.9 tcp/8080")

A listener: `SERVICES > TARGET-GROUP [TARGET-GROUP ...]`. A target: an endpoint or an address, what
is sent to it, and after `check` what health checks send. `?` at the end of what is not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.engine.networks import interface, link, services_in
from tfreach.space.headers import Family, prefix
from tfreach.space.intervals import EMPTY
from tfreach.topology.balance import (
    PRIVATE_LINK,
    Balancer,
    Forward,
    Listener,
    Target,
    TargetGroup,
)
from tfreach.topology.balancers import listening
from tfreach.topology.network import Endpoint, Origin, Tri


def balancer(
    id: str,
    nodes: dict[str, str],
    *listeners: str,
    groups: tuple[str, ...] = (),
    public: str = "",
    kind: str = "application",
    **more: Any,
) -> tuple[Balancer, Endpoint]:
    """With a node in each subnet of `nodes`; it carries `groups`."""
    made = Balancer(
        id, kind, tuple(_listener(id, text) for text in listeners), origin=Origin(id), **more
    )
    carried = tuple(link(group) for group in groups)
    return made, listening(Endpoint(id, "lb", (interface(id, nodes, carried, public),), id), made)


def _listener(id: str, text: str) -> Listener:
    taken, _, names = text.removesuffix(" ?").partition(" > ")
    why = f"not known: {text}" if text.endswith(" ?") else ""
    origin = Origin(f"listener {taken} of {id}", f"listens to {taken}")
    forwards = tuple(Forward(name, "", origin) for name in names.split())
    return Listener(origin.address, services_in(taken), forwards, why, origin)


def targets(id: str, *listed: str, zones: tuple[str, ...] = ("zone",), **more: Any) -> TargetGroup:
    """A target group; every target is in all of `zones`."""
    return TargetGroup(
        id, tuple(_target(text, zones) for text in listed), origin=Origin(id), **more
    )


def private_link(
    id: str,
    nodes: dict[str, str],
    front: Balancer,
    *,
    groups: tuple[str, ...] = (),
    zones: tuple[str, ...] = ("zone",),
    families: tuple[Family, ...] = tuple(Family),
) -> tuple[tuple[Balancer, Endpoint], tuple[TargetGroup, ...]]:
    """An interface endpoint of the service `service of ID` that `front` stands for, which has nodes
    in `zones`; and what it sends there."""
    service = Origin(f"service of {id}", f"leads to {front.id}")
    made, listeners = [], []
    for one in front.listeners:
        forwards = []
        for family in families:
            name = f"{id} ({one.id}, {family.value})"
            target = Target(front.id, one.services, zones=zones, origin=service)
            made.append(
                TargetGroup(name, (target,), Tri.YES, Tri.NO, origin=service, family=family)
            )
            forwards.append(Forward(name, "", service))
        listeners.append(replace(one, forwards=tuple(forwards)))
    link_ = Balancer(id, PRIVATE_LINK, tuple(listeners), Tri.NO, origin=Origin(id))
    face = interface(id, nodes, tuple(link(group) for group in groups))
    end = Endpoint(id, "vpc_endpoint", (face,), id, outbound="it answers only")
    return (link_, listening(end, link_)), tuple(made)


def _target(text: str, zones: tuple[str, ...]) -> Target:
    words, _, check = text.removesuffix(" ?").partition(" check ")
    who, sent = words.split()
    address = prefix(who) if who[0].isdigit() else None
    return Target(
        who if address is None else "",
        services_in(sent),
        addresses=address,
        health=services_in(check) if check else EMPTY,
        unknown=f"not known: {text}" if text.endswith(" ?") else "",
        zones=zones,
        origin=Origin(f"target {who} {sent}", f"registers {who}"),
    )
