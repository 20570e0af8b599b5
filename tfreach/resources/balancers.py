"""Load balancers, listeners and rules in; typed and linked, out. Their targets stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tfreach.plan.origin import Origin
from tfreach.plan.raw import UNKNOWN, RawBlock, RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources import inspection
from tfreach.resources.placements import Apart, Placement, read_placement
from tfreach.resources.where import blocks_at, text_at

CLASSIC: Final = "classic"
GROUP, BALANCER, LISTENER = "target_group", "load_balancer", "listener"
ENFORCED: Final = "enforce_security_group_inbound_rules_on_private_link_traffic"
SIGN_IN: Final = ("authenticate-oidc", "authenticate-cognito")

Text = str | Unknown | None
Number = int | Unknown | None
Flag = bool | Unknown | None


@dataclass(frozen=True, slots=True)
class ClassicListener:
    """One inline listener of a classic load balancer."""

    port: Number
    instance_port: Number


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """aws_lb, aws_alb and aws_elb.

    kind        application | network | gateway | classic; UNKNOWN when not known
    cross_zone  as written; None where nobody says
    listeners   of a classic one; UNKNOWN when they are not all known
    instances   of a classic one: those its own attribute lists
    health      of a classic one: the port of its health check, likewise
    links_judged  whether its groups judge what comes by PrivateLink, as written (F82)
    """

    key: str
    kind: str | Unknown
    cross_zone: Flag
    listeners: tuple[ClassicListener, ...] | Unknown = ()
    instances: Links | None = None
    health: Number = None
    links_judged: Text = None


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What a listener, or one rule of it, does with a request.

    groups    the target groups it forwards to, a link each
    doubt     "" or why it may forward to others
    signs_in  whether it sends clients to sign in somewhere first; UNKNOWN when not known
    """

    groups: tuple[Link, ...] = ()
    doubt: str = ""
    signs_in: bool | Unknown = False


@dataclass(frozen=True, slots=True)
class Listener:
    """aws_lb_listener. protocol: None where the load balancer knows (a gateway one)."""

    key: str
    balancer: Link
    protocol: Text
    port: Number
    default: Forwarding


@dataclass(frozen=True, slots=True)
class ListenerRule:
    """aws_lb_listener_rule."""

    key: str
    listener: Link
    does: Forwarding


def as_written(raw: RawResource, resolver: Resolver, name: str) -> Text:
    """A text; None where the plan does not know it because nobody wrote it."""
    value = raw.text(name)
    if isinstance(value, Unknown) and not _is_written(raw, resolver, name):
        return None
    return value or None


def number_written(raw: RawResource, resolver: Resolver, name: str) -> Number:
    """A number, likewise."""
    value = raw.number(name)
    unset = isinstance(value, Unknown) and not _is_written(raw, resolver, name)
    return None if unset else value


def flag_written(raw: RawResource, resolver: Resolver, name: str) -> Flag:
    """A flag, likewise; of a text that is neither `true` nor `false`: None."""
    value = as_written(raw, resolver, name) if not isinstance(raw.value(name), bool) else None
    if isinstance(value, Unknown):
        return value
    if value is not None:
        return {"true": True, "false": False}.get(value.lower())
    flag = raw.value(name)
    return flag if isinstance(flag, bool) else None


def _is_written(raw: RawResource, resolver: Resolver, name: str) -> bool:
    return not resolver.configured or resolver.expression(raw, (name,)) is not None


def read_load_balancer(
    raw: RawResource, resolver: Resolver
) -> tuple[Placement | Apart | LoadBalancer | inspection.Inspector, ...]:
    """aws_lb and aws_alb: where it lives, and what kind it is. Unset, an application one."""
    kind = as_written(raw, resolver, "load_balancer_type") or "application"
    crosses = flag_written(raw, resolver, "enable_cross_zone_load_balancing")
    if kind == inspection.BALANCER:
        own = inspection.read_inspector(raw, resolver)
        return own, LoadBalancer(raw.address, kind, crosses)
    judged = as_written(raw, resolver, ENFORCED)
    made = LoadBalancer(raw.address, kind, crosses, links_judged=judged)
    return (*_placed(raw, resolver), made)


def read_classic(
    raw: RawResource, resolver: Resolver
) -> tuple[Placement | Apart | LoadBalancer, ...]:
    """aws_elb. Its `instances` echo what is attached by other resources, unless written."""
    own = LoadBalancer(
        raw.address,
        CLASSIC,
        flag_written(raw, resolver, "cross_zone_load_balancing"),
        _classic_listeners(raw, resolver),
        _classic_instances(raw, resolver),
        _classic_health(raw, resolver),
    )
    return (*_placed(raw, resolver), own)


def _classic_instances(raw: RawResource, resolver: Resolver) -> Links | None:
    if not _is_written(raw, resolver, "instances"):
        return None
    return resolver.links(raw, "instances", "instance")


def _placed(raw: RawResource, resolver: Resolver) -> tuple[Placement | Apart, ...]:
    found = read_placement(raw, resolver)
    return (found,) if isinstance(found, Placement | Apart) else found


def _classic_listeners(
    raw: RawResource, resolver: Resolver
) -> tuple[ClassicListener, ...] | Unknown:
    blocks, unsure = blocks_at(raw, resolver, ("listener",))
    if unsure:
        return UNKNOWN
    return tuple(
        ClassicListener(block.number("lb_port"), block.number("instance_port"))
        for block, _ in blocks
        if block is not None
    )


def _classic_health(raw: RawResource, resolver: Resolver) -> Number:
    """The port in `HTTP:8080/path`."""
    target = text_at(raw, resolver, "health_check.target")
    if isinstance(target, Unknown) or target is None:
        return target
    port = target.partition(":")[2].partition("/")[0]
    return int(port) if port.isdigit() else UNKNOWN


def read_listener(raw: RawResource, resolver: Resolver) -> Listener:
    """aws_lb_listener and aws_alb_listener."""
    return Listener(
        raw.address,
        resolver.link(raw, "load_balancer_arn", BALANCER),
        as_written(raw, resolver, "protocol"),
        number_written(raw, resolver, "port"),
        _forwarding(raw, resolver, "default_action"),
    )


def read_rule(raw: RawResource, resolver: Resolver) -> ListenerRule:
    """aws_lb_listener_rule and aws_alb_listener_rule: its conditions may hold for any request."""
    return ListenerRule(
        raw.address,
        resolver.link(raw, "listener_arn", LISTENER),
        _forwarding(raw, resolver, "action"),
    )


def _forwarding(raw: RawResource, resolver: Resolver, name: str) -> Forwarding:
    """All its actions together. A target group of weight 0 gets nothing."""
    blocks = raw.blocks(name)
    if isinstance(blocks, Unknown):
        why = f"{name} of {raw.address} is not known before apply"
        return Forwarding(doubt=why, signs_in=UNKNOWN)
    groups: list[Link] = []
    signs_in: bool | Unknown = False
    doubt = ""
    for at, block in enumerate(blocks or ()):
        kind = block.text("type")
        if isinstance(kind, Unknown):
            doubt, signs_in = f"the {name} of {raw.address} is not known before apply", UNKNOWN
        signs_in = signs_in or kind in SIGN_IN
        found = list(_groups(raw, resolver, block, (name, at)))
        groups += [link for link in found if link is not None]
        if None in found:
            doubt = f"where {raw.address} forwards to is not known before apply"
    return Forwarding(tuple(groups), doubt, signs_in)


def _groups(
    raw: RawResource, resolver: Resolver, block: RawBlock, path: tuple[str | int, ...]
) -> Iterator[Link | None]:
    """The target groups of one action; None: there may be others."""
    direct = resolver.link(raw, "target_group_arn", GROUP, block=block, path=path)
    if not direct.unset:
        yield direct
    forward = block.blocks("forward")
    if isinstance(forward, Unknown):
        if direct.unset and resolver.expression(raw, (*path, "forward")) is not None:
            yield None
        return
    for outer, one in enumerate(forward or ()):
        inner = one.blocks("target_group")
        if isinstance(inner, Unknown):
            yield None
            continue
        for at, group in enumerate(inner or ()):
            if group.value("weight") == 0:
                continue
            place = (*path, "forward", outer, "target_group", at)
            link = resolver.link(raw, "arn", GROUP, block=group, path=place)
            yield None if link.unset else link


def forwards(origin: str, link: Link) -> Origin:
    """What a listener or rule says of one target group."""
    target = " or ".join(link.targets) or "an unknown target group"
    return Origin(origin, f"forwards to {target}")
