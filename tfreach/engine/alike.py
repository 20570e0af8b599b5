"""An interface in; what of it can make a difference to any way in its network, out.

Two interfaces that are alike have the same ways to everybody else: the same groups, in the same
subnets, with addresses that no filter, table or target group tells apart. A host that a route leads
to is like no other: its own packets do not pass it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from tfreach.engine.pieces import Segments, cut
from tfreach.space.intervals import IntervalSet
from tfreach.topology.doors import firewall_cuts
from tfreach.topology.hosts import led_to
from tfreach.topology.network import Interface, Network


class Likeness:
    """Tells which interfaces of one network are alike.

    segments  what tells two addresses apart
    hosts     ids of the interfaces that routes lead to
    """

    def __init__(self, network: Network) -> None:
        self.segments = Segments(list(dict.fromkeys(_named(network))))
        self.hosts = led_to(network)
        self._known: dict[str, tuple[Interface, Hashable]] = {}

    def of(self, face: Interface | None) -> Hashable:
        """The same for all that are alike; None is only like itself."""
        return None if face is None else (face.groups, self.but_for_groups(face))

    def but_for_groups(self, face: Interface) -> Hashable:
        """The same for all that would be alike if they carried the same groups."""
        known = self._known.get(face.id)
        if known is None or known[0] is not face:  # by another family it is another
            sites = tuple(
                (site.subnet, site.unknown, self._pieces(site.addresses)) for site in face.sites
            )
            doubts = face.unknown, face.down, face.own, face.no_ipv6
            host = face.id if face.id in self.hosts else ""
            known = self._known[face.id] = face, (*doubts, face.listens, host, sites)
        return known[1]

    def _pieces(self, addresses: IntervalSet) -> tuple[int, ...]:
        return tuple(self.segments.at(one.first) for one in cut(addresses, [self.segments]))


def _named(network: Network) -> Iterator[IntervalSet]:
    """Every set of addresses that something in the network names."""
    for filter_ in (*network.acls.values(), *network.groups.values()):
        yield from (rule.peers for rule in (*filter_.ingress, *filter_.egress))
    for table in network.tables.values():
        yield from (route.prefix.addresses for route in table.routes)
    for beyond in network.transit_tables.values():
        yield from (route.prefix.addresses for route in beyond.routes)
    yield from (vpc.cidrs for vpc in network.vpcs.values())
    yield from (subnet.cidr for subnet in network.subnets.values())
    for group in network.target_groups.values():
        yield from (one.addresses for one in group.targets if one.addresses is not None)
    yield from (gateway.serves for gateway in network.vpn_gateways.values())
    yield network.on_premises
    yield from firewall_cuts(network.firewalls.values())
