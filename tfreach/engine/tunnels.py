"""A node of a Gateway Load Balancer and an appliance in; the way of a GENEVE packet between the
two, there and back, out (F86).

Filters and tables are those of the load balancer's VPC. The appliance sends back to the same port,
so no group takes it for a reply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from tfreach.engine.explain import Step, acl_step, group_step, route_step
from tfreach.engine.steps import Branch, Packet, interface_decides, lookup, subnet_decides
from tfreach.engine.verdicts import Hop
from tfreach.engine.walk import Standing, Way
from tfreach.space.headers import ALL_IPV4, Flow, address_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.fleet import GENEVE, GENEVE_PORT
from tfreach.topology.network import Local, Network, Site, Subnet, ToInterface, Tri

WANTED = IntervalSet.span(GENEVE, GENEVE)


def tunnels(
    network: Network, way: Way, node: Site, at: Standing, held: IntervalSet
) -> Iterator[Way]:
    """The ways of the packet, one for each pair of addresses that the two may have and that some
    rule tells apart."""
    here = network.subnets[node.subnet]
    cuts = list(_cuts(network, here, at))
    found = [
        [piece.first for piece in (one & ALL_IPV4).cut(cuts)] for one in (node.addresses, held)
    ]
    if here.vpc != at.subnet.vpc:
        yield way.take(_unsure(at, f"{at.interface.id} is in another VPC than {here.id}"))
    elif not all(found):
        yield way.take(_unsure(at, f"{at.interface.id} or {here.id} has no IPv4 address"))
    else:
        for source, target in product(*found):
            yield _tunnel(network, way, here, at, (source, target))


def _cuts(network: Network, here: Subnet, at: Standing) -> Iterator[IntervalSet]:
    links = [here.acl, at.subnet.acl]
    acls = [network.acls[id_] for link in links for id_ in link.ids if id_ in network.acls]
    groups = [
        network.groups[id_]
        for slot in at.interface.groups
        for id_ in slot.ids
        if id_ in network.groups
    ]
    for filter_ in (*acls, *groups):
        yield from (rule.peers for rule in (*filter_.ingress, *filter_.egress))
    for link in (here.table, at.subnet.table):
        tables = (network.tables[id_] for id_ in link.ids if id_ in network.tables)
        yield from (route.prefix.addresses for table in tables for route in table.routes)


def _tunnel(network: Network, way: Way, here: Subnet, at: Standing, ends: tuple[int, int]) -> Way:
    source, target = ends
    there, outer = at.subnet, way.header
    way = replace(way, header=Flow(source, target, GENEVE, GENEVE_PORT))
    way = _between(network, way, here, there)
    for direction in ("ingress", "egress"):
        packet = Packet(source, GENEVE)
        decision = interface_decides(network, at.interface, direction, packet)
        way = way.take(group_step(decision, at.interface, direction, packet))
        if direction == "ingress":
            way = way.take(_forwarded(at))
            way = replace(way, header=Flow(target, source, GENEVE, GENEVE_PORT))
    return replace(_between(network, way, there, here), header=outer)


def _between(network: Network, way: Way, one: Subnet, other: Subnet) -> Way:
    """From subnet to subnet of one VPC; inside one neither ACL nor table is asked (F28, F47)."""
    if one.id == other.id:
        return way
    source, target = way.header.src, way.header.dst
    way = way.take(_acl(network, one, "egress", target))
    way = _locally(way, one, lookup(network, one, target))
    return way.take(_acl(network, other, "ingress", source))


def _acl(network: Network, subnet: Subnet, direction: str, peer: int) -> Step:
    packet = Packet(peer, GENEVE)
    decision = subnet_decides(network, subnet, direction, packet)
    return acl_step(decision, subnet, direction, packet, WANTED)


def _locally(way: Way, subnet: Subnet, branches: Iterable[Branch]) -> Way:
    branches = list(branches)
    if all(isinstance(branch.target, Local) for branch in branches):
        fix = f"route {address_text(way.header.dst)} locally"
        return way.take(route_step(branches[0], subnet, address_text(way.header.dst), fix))
    why = f"{subnet.id} does not send to {address_text(way.header.dst)} by the local route"
    origins = tuple(one for branch in branches for one in branch.origins if one.address)
    names = [one.target.interface for one in branches if isinstance(one.target, ToInterface)]
    text = f"sends it to {names[0]}" if names else "sends it by another way"
    hop = Hop(f"route table of {subnet.id}", "route_table", "route", text, origins=origins)
    return way.take(Step(replace(hop, unknown=why), Tri.MAYBE))


def _forwarded(at: Standing) -> Step:
    """That the appliance hands it back is taken for granted, and said (contract)."""
    hop = Hop(at.interface.id, "interface", "route", "hands it back, as an appliance does")
    origins = tuple(one for one in (at.interface.origin, at.endpoint.origin) if one.address)
    return Step(replace(hop, origins=origins), Tri.YES, "ingress")


def _unsure(at: Standing, why: str) -> Step:
    hop = Hop(at.interface.id, "interface", "route", "may get it", unknown=why)
    return Step(hop, Tri.MAYBE, "ingress")
