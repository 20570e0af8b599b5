"""A firewall endpoint in; an interface that forwards in place of it, out (F86)."""

from __future__ import annotations

from tfreach.space.intervals import EMPTY
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.network import Endpoint, Interface, Public, Site, Tri


def stand_in(firewall: FirewallEndpoint) -> Endpoint:
    """It has no address of its own that anything is sent to, and no groups."""
    site = Site(firewall.subnet, EMPTY)
    one = Interface(firewall.id, (site,), (), Public(Tri.NO), forwards=Tri.YES)
    kind = "vpc_endpoint" if firewall.fleet else "networkfirewall_firewall"
    return Endpoint(firewall.id, kind, (one,), origin=firewall.origin)
