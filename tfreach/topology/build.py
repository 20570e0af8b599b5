"""Inventory in, Network out: the only translator from AWS's words to those of networks."""

from __future__ import annotations

from collections.abc import Mapping

from tfreach.plan.raw import RawResource
from tfreach.resources.coverage import NOT_MODELLED, standing
from tfreach.resources.inventory import Inventory
from tfreach.resources.placements import Apart
from tfreach.space.headers import PUBLIC_ADDRESSES
from tfreach.space.intervals import IntervalSet
from tfreach.topology.addresses import (
    build_egress_only,
    build_internet_gateways,
    build_nat_gateways,
    elastic,
)
from tfreach.topology.apart import apart
from tfreach.topology.balancers import build_balancers
from tfreach.topology.client_vpns import build_client_vpns
from tfreach.topology.cloud_wan import build_cloud_wan
from tfreach.topology.endpoints import Builder
from tfreach.topology.filters import build_acls, build_groups
from tfreach.topology.firewalls import build_firewalls
from tfreach.topology.fleets import build_inspection
from tfreach.topology.ground import Ground
from tfreach.topology.homes import build_homes
from tfreach.topology.ipv6 import said
from tfreach.topology.lists import build_lists
from tfreach.topology.middleboxes import assume_forwarding
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    Attachment,
    Endpoint,
    Network,
    TransitGateway,
    TransitTable,
    Unmodelled,
    Vpc,
)
from tfreach.topology.peerings import build_peerings
from tfreach.topology.private_links import build_private_links
from tfreach.topology.public_access import build_barriers
from tfreach.topology.routes import build_tables, foreign_gateways
from tfreach.topology.services import build_services, with_endpoint_routes
from tfreach.topology.subnets import build_subnets, build_vpcs
from tfreach.topology.transit import build_attachments, build_gateways
from tfreach.topology.transit_tables import build_tables as build_transit_tables
from tfreach.topology.troubles import troubles
from tfreach.topology.vpn import build_vpn_gateways, on_premises, with_propagated

CLOSED_WORLD = (
    "a VPC managed here has no gateway, route, rule or association that is not listed here"
)

IDENTIFIED = frozenset(
    {
        "aws_default_security_group",
        "aws_default_subnet",
        "aws_default_vpc",
        "aws_network_interface",
        "aws_security_group",
        "aws_subnet",
        "aws_vpc",
    }
)


def build(now: Inventory, before: Inventory | None = None, *, is_state: bool = False) -> Network:
    """The network of one side.

    before     the inventory of the side before: what is gone since leaves routes without a target
               and echoes without a resource
    is_state   the side is a state, so no configuration tells echoes from what was written
    """
    ground = Ground(now, before, is_state=is_state)
    _assume(ground)
    ground.lists = build_lists(ground)
    vpcs = build_vpcs(ground)
    subnets = build_subnets(ground, vpcs)
    tables = build_tables(ground, vpcs)
    foreign = foreign_gateways(ground, tables)
    gateways = build_internet_gateways(ground, vpcs, foreign)
    endpoints = Builder(ground, subnets, elastic(ground)).build()
    clients, at_vpn = build_client_vpns(ground, subnets)
    endpoints |= at_vpn
    made = build_balancers(ground, endpoints, subnets)
    balancers, target_groups, endpoints = build_private_links(ground, *made, subnets)
    inspected = build_inspection(ground, subnets, target_groups)
    assume_forwarding(ground, tables, endpoints)
    hubs, attachments, transit_tables, way_in = _hubs(ground, vpcs)
    inside = IntervalSet.of(span for vpc in vpcs.values() for span in vpc.cidrs.spans)
    services = build_services(ground, PUBLIC_ADDRESSES - inside)
    tables = with_propagated(ground, with_endpoint_routes(ground, tables, services), vpcs)
    vpn_gateways = build_vpn_gateways(ground, foreign, attachments)
    far = on_premises(vpn_gateways.values(), attachments, transit_tables, vpcs)
    beyond = {INTERNET: Endpoint(INTERNET, INTERNET)}
    beyond |= {ON_PREMISES: Endpoint(ON_PREMISES, ON_PREMISES)} if far else {}
    network = Network(
        vpcs=vpcs,
        subnets=subnets,
        tables=tables,
        acls=build_acls(ground),
        groups=build_groups(ground),
        internet_gateways=gateways,
        egress_only_gateways=build_egress_only(ground, foreign),
        nat_gateways=build_nat_gateways(ground, subnets),
        endpoints={**beyond, **endpoints},
        internet=PUBLIC_ADDRESSES - inside,
        services=services.found,
        barriers=build_barriers(ground, subnets),
        peerings=build_peerings(ground, vpcs),
        transit_gateways=hubs,
        attachments=attachments,
        transit_tables=transit_tables,
        vpn_gateways=vpn_gateways,
        on_premises=far,
        other_ways_in=way_in,
        client_vpns=clients,
        firewalls=build_firewalls(ground, subnets) | inspected,
        balancers=balancers,
        target_groups=target_groups,
        assumptions=tuple(sorted(ground.assumptions)),
        unmodelled=_unmodelled(now),
        troubles=troubles(vpcs, subnets, gateways),
        known_as=_known_as(now),
        homes=build_homes(ground),
    )
    for service in services.found.values():
        network = apart(network, service.id) if service.apart else network
    return network


def _assume(ground: Ground) -> None:
    if any(vpc.managed for vpc in ground.vpcs.values()):
        ground.assume(CLOSED_WORLD)
    for sentence in said(ground.ipv6):
        ground.assume(sentence)


Hubs = tuple[dict[str, TransitGateway], dict[str, Attachment], dict[str, TransitTable], str]


def _hubs(ground: Ground, vpcs: Mapping[str, Vpc]) -> Hubs:
    """Transit gateways and core networks, their attachments and tables, and what else may bring
    something in by them."""
    attachments = build_attachments(ground)
    tables = build_transit_tables(ground, attachments, vpcs)
    cores = build_cloud_wan(ground, vpcs)
    gateways = {**build_gateways(ground), **cores.gateways}
    return gateways, {**attachments, **cores.attachments}, {**tables, **cores.tables}, cores.way_in


def _known_as(now: Inventory) -> dict[str, str]:
    """The addresses of what selectors may call by its cloud identifier."""
    raws = (raw for raw in now.raws.values() if raw.type in IDENTIFIED)
    ids = ((raw.text("id"), raw.address) for raw in raws)
    return {id_: address for id_, address in ids if isinstance(id_, str)}


def _unmodelled(now: Inventory) -> tuple[Unmodelled, ...]:
    found: dict[tuple[str, str], list[RawResource]] = {}
    for raw in now.raws.values():
        word, effect = standing(raw)
        if word == NOT_MODELLED:
            found.setdefault((raw.type, effect), []).append(raw)
    for item in now.of(Apart):
        found.setdefault((item.type, item.effect), []).append(now.raws[item.key])
    return tuple(
        Unmodelled(kind, tuple(sorted(raw.address for raw in raws)), effect)
        for (kind, effect), raws in sorted(found.items())
    )
