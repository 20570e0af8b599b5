"""Load balancers of an inventory, and the endpoints, in; Balancers of the model, and what their
endpoints listen to, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.resources import balancers as typed
from tfreach.resources import inspection
from tfreach.space.headers import ALL_SERVICES, ICMP, ICMPV6, services
from tfreach.topology.balance import Balancer, Forward, Heard, Listener, Listens, TargetGroup
from tfreach.topology.ground import Ground
from tfreach.topology.network import Endpoint, Origin, Subnet, Tri
from tfreach.topology.targets import Targets, port_services

CLOSED: Final = (
    "a load balancer managed here has no listener, rule or target that is not listed here"
)
CODES: Final = {typed.CLASSIC: "ELB_LISTENERS_MISMATCH"}
MISMATCH: Final = "ELBV2_LISTENERS_MISMATCH"
CROSSING: Final = {
    Tri.YES: "crosses zones",
    Tri.NO: "does not cross zones",
    Tri.MAYBE: "may cross zones",
}
PINGED: Final = ("application", typed.CLASSIC)
"""Kinds that answer a ping themselves: it is not forwarded (F77)."""

Made = tuple[dict[str, Balancer], dict[str, TargetGroup], dict[str, Endpoint]]


def build_balancers(
    ground: Ground, endpoints: Mapping[str, Endpoint], subnets: Mapping[str, Subnet]
) -> Made:
    """Load balancers and target groups by id, and the endpoints with what they listen to. A
    gateway load balancer is no endpoint (F86), so it is not among them: topology/inspection.py."""
    targets = Targets(ground, endpoints, subnets)
    groups = targets.groups()
    found: dict[str, Balancer] = {}
    for item in ground.now.of(typed.LoadBalancer):
        if item.key not in endpoints:
            continue
        ground.assume(CLOSED)
        if item.kind == typed.CLASSIC:
            found[item.key] = _classic(item, targets, groups)
        else:
            found[item.key] = _Building(ground, item, groups).build()
    heard = {id_: listening(endpoints[id_], one) for id_, one in found.items()}
    return found, groups, {**endpoints, **heard}


def gateway(
    ground: Ground, item: typed.LoadBalancer, groups: Mapping[str, TargetGroup]
) -> Balancer:
    """A Gateway Load Balancer, whose listeners take every packet."""
    return _Building(ground, item, groups).build()


def listening(endpoint: Endpoint, balancer: Balancer) -> Endpoint:
    """F77: whatever no listener takes is dropped."""
    taken = [Heard(one.services, one.id, one.unknown, one.origin) for one in balancer.listeners]
    if balancer.kind in PINGED:
        taken.append(Heard(services(ICMP) | services(ICMPV6), balancer.id))
    code = CODES.get(balancer.kind, MISMATCH)
    listens = Listens(tuple(taken), code, balancer.unknown)
    faces = tuple(replace(face, listens=listens) for face in endpoint.interfaces)
    return replace(endpoint, interfaces=faces)


def _crosses(flag: typed.Flag, otherwise: Tri) -> Tri:
    if isinstance(flag, Unknown):
        return Tri.MAYBE
    if flag is None:
        return otherwise
    return Tri.YES if flag else Tri.NO


def _judged(text: typed.Text) -> Tri:
    """F82: unless it is turned off, the groups judge what comes by PrivateLink."""
    if isinstance(text, Unknown):
        return Tri.MAYBE
    return Tri.NO if text == "off" else Tri.YES


class _Building:
    """One application, network or gateway load balancer under construction."""

    def __init__(
        self, ground: Ground, item: typed.LoadBalancer, groups: Mapping[str, TargetGroup]
    ) -> None:
        self._ground = ground
        self._item = item
        self._groups = groups
        self._signs_in: list[str] = []

    def build(self) -> Balancer:
        item = self._item
        kind = item.kind if isinstance(item.kind, str) else "application"
        listeners = tuple(
            self._listener(one)
            for one in self._ground.now.of(typed.Listener)
            if self._ground.may_lead(one.balancer, item.key)
        )
        crosses = Tri.YES if kind == "application" else _crosses(item.cross_zone, Tri.NO)  # F79
        doubt = isinstance(item.kind, Unknown)
        why = f"load_balancer_type of {item.key} is not known before apply" if doubt else ""
        return Balancer(
            item.key,
            kind,
            listeners,
            Tri.MAYBE if doubt else crosses,
            why,
            self._signs_in[0] if self._signs_in else "",
            _judged(item.links_judged),
            Origin(item.key, CROSSING[crosses]),
        )

    def _listener(self, one: typed.Listener) -> Listener:
        found, doubt, words = ALL_SERVICES, "", "everything"
        if self._item.kind != inspection.BALANCER:
            found, doubt = port_services(one.protocol, one.port, self._protocol(), one.key)
            words = _words(one)
        why = "" if one.balancer.sure else one.balancer.reason
        forwards = [*self._forwards(one.key, one.default, "")]
        for rule in self._ground.now.of(typed.ListenerRule):
            if self._ground.may_lead(rule.listener, one.key):
                unsure = "" if rule.listener.sure else rule.listener.reason
                forwards += self._forwards(rule.key, rule.does, unsure)
        origin = Origin(one.key, f"listens to {words}")
        return Listener(one.key, found, tuple(forwards), why or doubt, origin)

    def _protocol(self) -> str:
        """That of a listener which does not name one."""
        return "HTTP" if self._item.kind == "application" else "TCP_UDP"

    def _forwards(self, key: str, does: typed.Forwarding, unsure: str) -> Iterator[Forward]:
        """Whatever a request holds, so may its rule: every group it may go to counts."""
        if does.signs_in is not False:
            self._signs_in.append(f"{key} may sign clients in elsewhere first")
        for link in does.groups:
            yield from self._led(link, typed.forwards(key, link), unsure)
        if does.doubt:
            yield Forward("", does.doubt, Origin(key))

    def _led(self, link: Link, origin: Origin, unsure: str) -> Iterator[Forward]:
        why = unsure or ("" if link.sure else link.reason)
        for target in link.targets:
            if target in self._groups:
                yield Forward(target, why, origin)
            else:
                yield Forward("", why or f"{target} is not in this plan", origin)
        if link.open:
            yield Forward("", link.reason, origin)


def _words(one: typed.Listener) -> str:
    port = one.port if isinstance(one.port, int) else "an unknown port"
    return f"{one.protocol if isinstance(one.protocol, str) else 'HTTP'}:{port}"


def _classic(
    item: typed.LoadBalancer, targets: Targets, groups: dict[str, TargetGroup]
) -> Balancer:
    """Each listener has a port of its own on the instances, so a target group of its own."""
    listeners: list[Listener] = []
    inline = item.listeners
    for at, one in enumerate(() if isinstance(inline, Unknown) else inline):
        found, doubt = port_services("TCP", one.port, "TCP", item.key)
        id_ = f"{item.key} (listener {one.port if isinstance(one.port, int) else at})"
        groups[id_] = targets.classic(id_, item, one)
        origin = Origin(item.key, f"listens to TCP:{one.port}, instances to {one.instance_port}")
        listeners.append(Listener(id_, found, (Forward(id_, "", origin),), doubt, origin))
    unsure = isinstance(inline, Unknown)
    why = f"the listeners of {item.key} are not known before apply" if unsure else ""
    crosses = _crosses(item.cross_zone, Tri.YES)
    origin = Origin(item.key, CROSSING[crosses])
    return Balancer(item.key, typed.CLASSIC, tuple(listeners), crosses, why, origin=origin)
