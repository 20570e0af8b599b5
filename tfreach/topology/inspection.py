"""A route to an endpoint of a Gateway Load Balancer in; where it leads, out (F71, F86)."""

from __future__ import annotations

from tfreach.resources import inspection as typed
from tfreach.resources.associations import EndpointSubnet
from tfreach.resources.vpc import Subnet as TypedSubnet
from tfreach.topology.ground import Ground
from tfreach.topology.network import Elsewhere, Target, ToInterface


def inspection_target(ground: Ground, key: str) -> Target | None:
    """Where a route to this VPC endpoint leads; None where it is not one for inspection."""
    for one in ground.now.of(typed.InspectionEndpoint):
        if one.key == key:
            home = home_of(ground, one)
            return ToInterface(key) if home else Elsewhere(f"{key}, whose subnet is not known")
    return None


def home_of(ground: Ground, endpoint: typed.InspectionEndpoint) -> str:
    """Its one subnet; "" where that is not known."""
    more = [
        one.subnet
        for one in ground.now.of(EndpointSubnet)
        if ground.may_lead(one.endpoint, endpoint.key)
    ]
    links = [*endpoint.subnets.items, *more]
    doubt = endpoint.subnets.open or endpoint.subnets.maybe
    if doubt or len(links) != 1 or not links[0].sure:
        return ""
    home = ground.canonical(links[0].targets[0])
    return home if home in {one.key for one in ground.now.of(TypedSubnet)} else ""
