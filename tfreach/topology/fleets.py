"""Endpoints of Gateway Load Balancers of an inventory in; what is behind each, out (F71, F86)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tfreach.plan.references import Link
from tfreach.resources import inspection as typed
from tfreach.resources.balancers import LoadBalancer
from tfreach.resources.private_link import EndpointService
from tfreach.topology.accepted import accepted
from tfreach.topology.balance import TargetGroup
from tfreach.topology.balancers import CLOSED, gateway
from tfreach.topology.doors import FORWARD, PASS, FirewallEndpoint, FirewallPolicy
from tfreach.topology.fleet import Fleet, Inspector
from tfreach.topology.ground import Ground
from tfreach.topology.inspection import home_of
from tfreach.topology.network import Origin, Subnet, Tri
from tfreach.topology.sites import Sites

FORWARDS = "the appliances behind {} forward everything that reaches them"


def build_inspection(
    ground: Ground, subnets: Mapping[str, Subnet], groups: Mapping[str, TargetGroup]
) -> dict[str, FirewallEndpoint]:
    """Every endpoint for inspection that stands in a subnet of this plan."""
    found: dict[str, FirewallEndpoint] = {}
    inspectors = _Inspectors(ground, subnets, groups)
    for one in ground.now.of(typed.InspectionEndpoint):
        home = home_of(ground, one)
        if home in subnets:
            fleet = _fleet(ground, one, inspectors)
            policy = FirewallPolicy(f"the appliances of {fleet.service}", (), FORWARD, (), PASS)
            found[one.key] = FirewallEndpoint(one.key, home, policy, Origin(one.key), fleet)
    return found


class _Inspectors:
    """Finds the Gateway Load Balancers behind a service."""

    def __init__(
        self, ground: Ground, subnets: Mapping[str, Subnet], groups: Mapping[str, TargetGroup]
    ) -> None:
        self._ground = ground
        self._sites = Sites(ground, subnets)
        self._groups = groups
        self._nodes = {one.key: one for one in ground.now.of(typed.Inspector)}
        self._said = {one.key: one for one in ground.now.of(LoadBalancer)}

    def at(self, key: str) -> Inspector | None:
        """None for one that is not in this plan."""
        nodes, said = self._nodes.get(key), self._said.get(key)
        if nodes is None or said is None:
            return None
        self._ground.assume(CLOSED)
        self._ground.assume(FORWARDS.format(key))
        places = self._sites.of_list(nodes.subnets, nodes.fixed)
        return Inspector(gateway(self._ground, said, self._groups), places.sites, places.unknown)


def _fleet(ground: Ground, endpoint: typed.InspectionEndpoint, inspectors: _Inspectors) -> Fleet:
    answer, why = accepted(ground, endpoint.key)
    link = endpoint.service
    name = " or ".join(link.targets) or f"the service of {endpoint.key}"
    six = Tri.YES if endpoint.dual_stack else Tri.MAYBE
    fleet = Fleet(name, (), answer, why, "", six)
    services = {one.key: one for one in ground.now.of(EndpointService)}
    service = services.get(link.targets[0]) if link.sure else None
    if service is None:
        return replace(fleet, unknown=f"what stands behind {name} is not in this plan")
    fleet = replace(fleet, origin=Origin(service.key))
    found = [inspectors.at(key) for key in _all(service.inspectors.items)]
    unsure = service.inspectors.open or bool(service.inspectors.maybe) or None in found
    unsure |= not all(one.sure for one in service.inspectors.items) or not found
    doubt = f"which Gateway Load Balancers stand behind {name} is not known" if unsure else ""
    return replace(fleet, inspectors=tuple(filter(None, found)), unknown=doubt)


def _all(links: tuple[Link, ...]) -> Iterator[str]:
    for link in links:
        yield from link.targets
