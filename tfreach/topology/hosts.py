"""A network in; the interfaces whose hosts forward what is routed to them, out."""

from __future__ import annotations

from tfreach.topology.network import Interface, Network, ToInterface


def led_to(network: Network) -> set[str]:
    """Ids of all that a route leads to as to an interface, firewall endpoints too (F86, F103)."""
    return {
        target.interface
        for table in network.tables.values()
        for route in table.routes
        for target in route.targets
        if isinstance(target, ToInterface)
    }


def hosts(network: Network) -> dict[str, Interface]:
    """Those of them that are interfaces of endpoints, by id."""
    targets = led_to(network)
    if not targets:
        return {}
    faces = (one for end in network.endpoints.values() for one in end.interfaces)
    return {one.id: one for one in faces if one.id in targets}
