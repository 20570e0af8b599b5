"""Target groups, and what registers targets with them, in; typed and linked, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tfreach.plan.raw import UNKNOWN, RawBlock, RawResource, Unknown
from tfreach.plan.references import How, Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.balancers import (
    Flag,
    Number,
    Text,
    as_written,
    flag_written,
    number_written,
)
from tfreach.resources.placements import Apart, Placement, read_placement
from tfreach.resources.where import blocks_at, text_at
from tfreach.space.headers import prefix

GROUP, CLASSIC_ROLE, TARGET = "target_group", "classic_load_balancer", "load_balancer_target"
USUAL: Final = "traffic-port"


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """aws_lb_target_group.

    kind        instance | ip | lambda | alb; UNKNOWN when not known
    port        of targets that are registered without one
    preserves   preserve_client_ip; None where nobody says
    cross_zone  None where it is as the load balancer has it
    health      the port of its health check: a number, `traffic-port`, UNKNOWN
    family      `ipv4` or `ipv6`: of its targets
    """

    key: str
    kind: str | Unknown
    protocol: Text
    port: Number
    preserves: Flag
    cross_zone: Flag
    health: str | Unknown
    family: str | Unknown = "ipv4"


@dataclass(frozen=True, slots=True)
class Registration:
    """A target of a target group or of a classic load balancer.

    key      of the resource that registers it
    to       the target group; or, where `classic`, the load balancer
    target   what is registered; UNSET where `address` says it
    address  if it is registered by one
    port     None: that of the group
    """

    key: str
    to: Link
    target: Link
    address: int | None = None
    port: Number = None
    classic: bool = False


NOBODY: Final = Link(How.UNSET)


def read_group(raw: RawResource, resolver: Resolver) -> TargetGroup:
    """aws_lb_target_group and aws_alb_target_group. Unset, its targets are instances."""
    health = text_at(raw, resolver, "health_check.port")
    return TargetGroup(
        raw.address,
        as_written(raw, resolver, "target_type") or "instance",
        as_written(raw, resolver, "protocol"),
        number_written(raw, resolver, "port"),
        flag_written(raw, resolver, "preserve_client_ip"),
        flag_written(raw, resolver, "load_balancing_cross_zone_enabled"),
        health or USUAL,
        as_written(raw, resolver, "ip_address_type") or "ipv4",
    )


def read_attachment(raw: RawResource, resolver: Resolver) -> Registration:
    """aws_lb_target_group_attachment: an instance, an address, a load balancer or a function."""
    group = resolver.link(raw, "target_group_arn", GROUP)
    address = _address(raw.text("target_id"))
    target = NOBODY if address is not None else resolver.link(raw, "target_id", TARGET)
    port = number_written(raw, resolver, "port")
    return Registration(raw.address, group, target, address, port)


def _address(text: Text) -> int | None:
    if not isinstance(text, str) or "/" in text:
        return None
    try:
        return prefix(text).first
    except ValueError:
        return None


def read_classic_attachment(raw: RawResource, resolver: Resolver) -> Registration:
    """aws_elb_attachment."""
    return Registration(
        raw.address,
        resolver.link(raw, "elb", CLASSIC_ROLE),
        resolver.link(raw, "instance", "instance"),
        classic=True,
    )


def read_scaling_attachment(raw: RawResource, resolver: Resolver) -> Registration:
    """aws_autoscaling_attachment."""
    target = resolver.link(raw, "autoscaling_group_name", "autoscaling_group")
    group = resolver.link(raw, "lb_target_group_arn", GROUP)
    if not group.unset:
        return Registration(raw.address, group, target)
    classic = resolver.link(raw, "elb", CLASSIC_ROLE)
    return Registration(raw.address, classic, target, classic=True)


def read_traffic_source(raw: RawResource, resolver: Resolver) -> tuple[Registration, ...]:
    """aws_autoscaling_traffic_source_attachment; a source of VPC Lattice is on no path here."""
    target = resolver.link(raw, "autoscaling_group_name", "autoscaling_group")
    return tuple(_sources(raw, resolver, target))


def _sources(raw: RawResource, resolver: Resolver, target: Link) -> Iterator[Registration]:
    blocks, _ = blocks_at(raw, resolver, ("traffic_source",))
    for block, path in blocks:
        kind = block.text("type") if block else None
        classic = kind == "elb"
        if block is None or kind == "vpc-lattice":
            continue
        role = CLASSIC_ROLE if classic else GROUP
        link = resolver.link(raw, "identifier", role, block=block, path=path)
        yield Registration(raw.address, link, target, classic=classic)


def read_scaling_group(
    raw: RawResource, resolver: Resolver
) -> tuple[Placement | Apart | Registration, ...]:
    """aws_autoscaling_group: where it lives, and what it registers its instances with. What it
    lists and nobody wrote echoes the resources that attach it."""
    own = Link(How.KNOWN, (raw.address,))
    found: list[Registration] = []
    for name, role in (("target_group_arns", GROUP), ("load_balancers", CLASSIC_ROLE)):
        if resolver.configured and resolver.expression(raw, (name,)) is None:
            continue
        classic = role == CLASSIC_ROLE
        links = each(resolver.links(raw, name, role))
        found += [Registration(raw.address, to, own, classic=classic) for to in links]
    if not resolver.configured or resolver.expression(raw, ("traffic_source",)) is not None:
        found += _sources(raw, resolver, own)
    return (*_placed(raw, resolver), *dict.fromkeys(found))


def each(links: Links) -> Iterator[Link]:
    """Each member of a list as a link of its own, whatever is known of it."""
    yield from links.items
    for key in links.maybe:
        yield Link(How.ONE_OF, (key,), True, links.reason)
    if links.open:
        yield Link(How.UNKNOWN, (), True, links.reason)


def _placed(raw: RawResource, resolver: Resolver) -> tuple[Placement | Apart, ...]:
    found = read_placement(raw, resolver)
    return (found,) if isinstance(found, Placement | Apart) else found


def read_service(
    raw: RawResource, resolver: Resolver
) -> tuple[Placement | Apart | Registration, ...]:
    """aws_ecs_service and aws_ecs_task_set: where its tasks live, and what with they register."""
    own = Link(How.KNOWN, (raw.address,))
    placed = _placed(raw, resolver)
    if not any(isinstance(one, Placement) for one in placed):
        own = Link(How.UNKNOWN, (), True, HOSTS.format(raw.address))
    blocks, unsure = blocks_at(raw, resolver, ("load_balancer",))
    found = [one for block in blocks for one in _service_target(raw, resolver, own, *block)]
    if unsure:
        why = f"load_balancer of {raw.address} is not known before apply"
        found.append(
            Registration(raw.address, Link(How.UNKNOWN, (), True, why), own, None, UNKNOWN)
        )
    return (*placed, *found)


HOSTS: Final = "which hosts the tasks of {} run on is not known"


def _service_target(
    raw: RawResource,
    resolver: Resolver,
    own: Link,
    block: RawBlock | None,
    path: tuple[str | int, ...],
) -> Iterator[Registration]:
    if block is None:
        return
    port = UNKNOWN if own.open else block.number("container_port")
    group = resolver.link(raw, "target_group_arn", GROUP, block=block, path=path)
    if not group.unset:
        yield Registration(raw.address, group, own, None, port)
        return
    name = "load_balancer_name" if raw.type == "aws_ecs_task_set" else "elb_name"
    classic = resolver.link(raw, name, CLASSIC_ROLE, block=block, path=path)
    if not classic.unset:
        yield Registration(raw.address, classic, own, classic=True)
