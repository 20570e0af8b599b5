"""A load balancer and a target in; which of its nodes has a part in that at all, out (F79, F82)."""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.records import dataclass
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import PRIVATE_LINK, Balancer, Target, TargetGroup
from tfreach.topology.between import same_zone
from tfreach.topology.network import Endpoint, Interface, Network, Subnet, Tri


@dataclass(frozen=True, slots=True)
class Spot:
    """One end of a way: an interface, and its subnet where that is known."""

    endpoint: Endpoint
    interface: Interface
    subnet: Subnet | None


def near(one: Subnet, other: Subnet) -> Tri:
    return Tri.YES if one.id == other.id else same_zone(one.zone, other.zone)


def is_no_member(
    network: Network, endpoint: str, nodes: Sequence[Subnet], at: Subnet, to: Spot
) -> bool:
    """Whether the node in `at` is not asked for a target in another zone at all: it has targets in
    its own one, and another node is in that of the target (cross-zone balancing is off, F79). Of
    an interface endpoint no node is asked for one in another zone, if there is one in its own."""
    balancer, there = network.balancers.get(endpoint), to.subnet
    if balancer is None or there is None:
        return False
    groups = _groups_with(network, balancer, to)
    if balancer.kind == PRIVATE_LINK:
        zones = {zone for group in groups for target in group.targets for zone in target.zones}
        return near(at, there) is Tri.NO and at.zone in zones
    busy = all(_keeps_to_its_zone(balancer, one, at, there) for one in groups)
    return bool(groups) and busy and any(near(one, there) is Tri.YES for one in nodes)


def _keeps_to_its_zone(balancer: Balancer, group: TargetGroup, at: Subnet, there: Subnet) -> bool:
    crosses = balancer.cross_zone if group.cross_zone is None else group.cross_zone
    own = any(at.zone in target.zones and not target.unknown for target in group.targets)
    return crosses is Tri.NO and near(at, there) is Tri.NO and own


def _groups_with(network: Network, balancer: Balancer, to: Spot) -> list[TargetGroup]:
    """The groups that the interface may be a target of, in that subnet."""
    forwards = [forward for one in balancer.listeners for forward in one.forwards]
    held = EMPTY
    for site in to.interface.sites:
        held |= site.addresses if to.subnet and site.subnet == to.subnet.id else EMPTY
    return [
        group
        for group in map(network.target_groups.get, dict.fromkeys(one.group for one in forwards))
        if group and any(_may_aim(target, to, held) for target in group.targets)
    ]


def _may_aim(target: Target, to: Spot, held: IntervalSet) -> bool:
    if target.addresses is not None:
        return not target.addresses.isdisjoint(held)
    return target.endpoint == to.endpoint.id and target.interface in ("", to.interface.id)
