"""Parts that differ in; a network whose web server is reached by a Gateway Load Balancer, out."""

from __future__ import annotations

from typing import Any

from tests.engine.balances import targets
from tests.engine.firewalled import WEB_SUBNET
from tests.engine.networks import block_of, gateway, group, host, subnet, table
from tests.engine.tiers import tiers
from tfreach.space.headers import ALL_SERVICES
from tfreach.topology.balance import Balancer, Forward, Listener
from tfreach.topology.doors import FirewallEndpoint, FirewallPolicy
from tfreach.topology.fleet import Fleet, Inspector
from tfreach.topology.network import Network, Origin, Site, Tri

NODES = {"n": "10.1.1.4"}
TUNNELLED = ("in udp/6081 from 10.1.1.0/24", "out udp/6081 to 10.1.1.0/24")


def inspector(
    *forwards: str,
    nodes: dict[str, str] | None = None,
    cross_zone: Tri = Tri.NO,
    unknown: str = "",
    id: str = "gwlb",
) -> Inspector:
    """A node at each address; a listener, if it forwards anywhere."""
    heard = Listener("listener", ALL_SERVICES, tuple(Forward(one) for one in forwards))
    listeners = (heard,) if forwards else ()
    balancer = Balancer(id, "gateway", listeners, cross_zone, origin=Origin(id))
    sites = tuple(Site(where, block_of(held)) for where, held in (nodes or NODES).items())
    return Inspector(balancer, sites, unknown)


def fleet(*inspectors: Inspector, **more: Any) -> Fleet:
    return Fleet("service", inspectors or (inspector("tg"),), **more)


def endpoint(found: Fleet, id: str = "fw1", at: str = "f") -> FirewallEndpoint:
    return FirewallEndpoint(id, at, FirewallPolicy("appliances"), Origin(id), found)


def inspected(*parts: object, behind: Fleet | None = None) -> Network:
    """An edge table and the table of web's subnet lead to fw1 in subnet f; the node in n of the
    other VPC sends to app in p, which takes and sends GENEVE alone."""
    return tiers(
        gateway(edge="edge"),
        table("edge", "10.0.0.0/16 local", "10.0.0.0/24 fw1"),
        subnet(*WEB_SUBNET, "0.0.0.0/0 fw1", "10.0.1.0/24 fw1"),
        subnet("b", "10.0.1.0/24", "10.0.0.0/24 fw1"),
        subnet("f", "10.0.7.0/24", "0.0.0.0/0 igw"),
        subnet("n", "10.1.1.0/24", vpc="vpc-2"),
        subnet("p", "10.1.2.0/24", vpc="vpc-2"),
        group("app", *TUNNELLED),
        host("app", "10.1.2.5", "p"),
        targets("tg", "app udp/6081"),
        endpoint(behind or fleet()),
        *parts,
    )
