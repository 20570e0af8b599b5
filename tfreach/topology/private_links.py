"""Interface endpoints of endpoint services in; what each of them leads to, as Balancers, out (F82).

An endpoint takes what the network load balancers of its service take. Each of its nodes leads to a
load balancer's node in its own zone ("Create a service powered by AWS PrivateLink"); no route, no
network ACL and no other connection of the two VPCs has a part in that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from tfreach.plan.raw import Unknown
from tfreach.records import dataclass
from tfreach.resources.balanced import each
from tfreach.resources.private_link import EndpointService, Subscription, subscription
from tfreach.resources.vpc_endpoint import InterfaceEndpoint
from tfreach.space.headers import ALL_OF, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import (
    PRIVATE_LINK,
    Balancer,
    Forward,
    Listener,
    Target,
    TargetGroup,
)
from tfreach.topology.balancers import listening
from tfreach.topology.ground import Ground
from tfreach.topology.network import Endpoint, Origin, Subnet, Tri

ALONE: Final = (
    "an endpoint service managed here is reached by the interface endpoints that are listed here;"
    " those of other accounts are not evaluated"
)
PICKS: Final = "AWS picks one of the load balancers of {} at random for each interface of {}"

Made = tuple[dict[str, Balancer], dict[str, TargetGroup], dict[str, Endpoint]]


@dataclass(frozen=True, slots=True)
class _Front:
    """A load balancer that an endpoint may lead to, and "" or why that is not sure."""

    service: EndpointService
    balancer: Balancer
    unknown: str


def build_private_links(
    ground: Ground,
    balancers: Mapping[str, Balancer],
    groups: Mapping[str, TargetGroup],
    endpoints: Mapping[str, Endpoint],
    subnets: Mapping[str, Subnet],
) -> Made:
    """All of them, with interface endpoints among them. One of which no load balancer is known is
    left as it is."""
    if not all(one.inspectors.items for one in ground.now.of(EndpointService)):
        ground.assume(ALONE)
    found, made, heard = dict(balancers), dict(groups), dict(endpoints)
    for item in ground.now.of(InterfaceEndpoint):
        link = _Link(ground, item.key, balancers, endpoints, subnets)
        if item.key in endpoints and link.fronts:
            found[item.key] = link.balancer()
            made |= link.groups
            heard[item.key] = listening(endpoints[item.key], found[item.key])
    return found, made, heard


class _Link:
    """One interface endpoint under construction."""

    def __init__(
        self,
        ground: Ground,
        key: str,
        balancers: Mapping[str, Balancer],
        endpoints: Mapping[str, Endpoint],
        subnets: Mapping[str, Subnet],
    ) -> None:
        self._key = key
        self._balancers = balancers
        self._endpoints = endpoints
        self._subnets = subnets
        self._services = {one.key: one for one in ground.now.of(EndpointService)}
        self._unlisted: list[str] = []
        asked = subscription(ground.now.raws[key], ground.now.resolver)
        self.fronts = list(self._all_fronts(asked))
        self.groups: dict[str, TargetGroup] = {}

    def _all_fronts(self, asked: Subscription) -> Iterator[_Front]:
        link = asked.service
        why = "" if link.sure else link.reason or f"the service of {self._key} is not known"
        for target in link.targets:
            if target in self._services:
                yield from self._of_service(self._services[target], why)
            else:
                self._unlisted.append(why or f"{target} is not in this plan")
        if link.open:
            self._unlisted.append(why)

    def _of_service(self, service: EndpointService, why: str) -> Iterator[_Front]:
        for link in each(service.balancers):
            unsure = why or ("" if link.sure else link.reason)
            for target in link.targets:
                if target in self._balancers:
                    yield _Front(service, self._balancers[target], unsure)
                else:
                    self._unlisted.append(unsure or f"{target} is not in this plan")
            if link.open:
                self._unlisted.append(unsure)

    def balancer(self) -> Balancer:
        listeners = [
            self._listener(front, one) for front in self.fronts for one in front.balancer.listeners
        ]
        doubts = [*self._unlisted, *(front.balancer.unknown for front in self.fronts)]
        why = next(filter(None, doubts), "")
        origin = Origin(self._key)
        return Balancer(self._key, PRIVATE_LINK, tuple(listeners), Tri.NO, why, origin=origin)

    def _listener(self, front: _Front, one: Listener) -> Listener:
        """As the load balancer has it; it is surely heard where all of them have it."""
        heard = one.unknown or front.unknown
        if not heard and len(self.fronts) > 1 and not one.services <= self._common():
            heard = PICKS.format(front.service.key, self._key)
        return replace(one, forwards=tuple(self._forwards(front, one)), unknown=heard)

    def _common(self) -> IntervalSet:
        """What all of the load balancers surely take."""
        taken = [
            IntervalSet.of(
                span
                for one in front.balancer.listeners
                for span in (EMPTY if one.unknown else one.services).spans
            )
            for front in self.fronts
        ]
        found = taken[0]
        for other in taken[1:]:
            found &= other
        return found

    def _forwards(self, front: _Front, one: Listener) -> Iterator[Forward]:
        """To the same port of the load balancer, by the family it is asked by."""
        id_ = front.balancer.id
        service = Origin(front.service.key, f"leads to {id_}")
        several = len(self.fronts) > 1
        why = PICKS.format(front.service.key, self._key) if several else ""
        for family in Family:
            takes, doubt = _takes(front.service, family)
            if takes is Tri.NO or not self._may_have(family):
                continue
            target = Target(
                id_, one.services, unknown=doubt, zones=self._zones(id_), origin=service
            )
            name = f"{self._key} ({one.id}, {family.value})"
            self.groups[name] = TargetGroup(
                name, (target,), Tri.YES, Tri.NO, origin=service, family=family
            )
            yield Forward(name, front.unknown or why, service)

    def _may_have(self, family: Family) -> bool:
        """Whether the endpoint may have an address of a family."""
        sites = [site for face in self._endpoints[self._key].interfaces for site in face.sites]
        return not sites or any(not site.addresses.isdisjoint(ALL_OF[family]) for site in sites)

    def _zones(self, id_: str) -> tuple[str, ...]:
        sites = [site.subnet for face in self._endpoints[id_].interfaces for site in face.sites]
        zones = {self._subnets[subnet].zone for subnet in sites if subnet in self._subnets}
        return tuple(sorted(filter(None, zones)))


def _takes(service: EndpointService, family: Family) -> tuple[Tri, str]:
    """Whether a service takes a family, and why that is not known. Where nobody says, AWS takes
    IPv4."""
    if service.families is None and family is Family.IPV4:
        return Tri.YES, ""
    if service.families is None or isinstance(service.families, Unknown):
        return Tri.MAYBE, f"whether {service.key} takes {family.value} is not known"
    return (Tri.YES if family.value in service.families else Tri.NO), ""
