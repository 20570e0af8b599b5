"""A Snapshot in; Inventory, its typed and linked AWS resources without echoes, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Final, TypeVar, cast

from tfreach.plan.raw import RawResource
from tfreach.plan.references import Resolver, Trail
from tfreach.plan.roles import PROVIDERS, SUBNET_GROUPS
from tfreach.plan.snapshot import Snapshot
from tfreach.plan.spots import SPOTS
from tfreach.records import dataclass
from tfreach.resources import (
    associations,
    balanced,
    balancers,
    client_vpn,
    cloud_wan,
    compute,
    gateway,
    network_acl,
    network_firewall,
    peering,
    placements,
    prefix_list,
    private_link,
    public_access,
    route_table,
    security_group,
    templates,
    transit,
    vpc,
    vpc_endpoint,
    vpn,
)

Reader = Callable[[RawResource, Resolver], object]

READERS: Final[Mapping[str, Reader]] = {
    "aws_alb_listener": balancers.read_listener,
    "aws_alb_listener_rule": balancers.read_rule,
    "aws_alb_target_group": balanced.read_group,
    "aws_alb_target_group_attachment": balanced.read_attachment,
    "aws_autoscaling_attachment": balanced.read_scaling_attachment,
    "aws_autoscaling_traffic_source_attachment": balanced.read_traffic_source,
    "aws_db_instance": compute.read_database,
    "aws_default_network_acl": network_acl.read_network_acl,
    "aws_default_route_table": route_table.read_route_table,
    "aws_default_security_group": security_group.read_security_group,
    "aws_default_subnet": vpc.read_subnet,
    "aws_default_vpc": vpc.read_vpc,
    "aws_dx_gateway_association": vpn.read_association,
    "aws_dx_hosted_private_virtual_interface_accepter": vpn.read_interface,
    "aws_dx_private_virtual_interface": vpn.read_interface,
    "aws_ec2_client_vpn_authorization_rule": client_vpn.read_rule,
    "aws_ec2_client_vpn_endpoint": client_vpn.read_endpoint,
    "aws_ec2_client_vpn_network_association": client_vpn.read_association,
    "aws_ec2_client_vpn_route": client_vpn.read_route,
    "aws_ec2_instance_state": compute.read_instance_state,
    "aws_ec2_managed_prefix_list": prefix_list.read_prefix_list,
    "aws_ec2_managed_prefix_list_entry": prefix_list.read_list_entry,
    "aws_ec2_transit_gateway": transit.read_gateway,
    "aws_ec2_transit_gateway_connect": vpn.read_connect,
    "aws_ec2_transit_gateway_default_route_table_association": transit.read_default_table,
    "aws_ec2_transit_gateway_default_route_table_propagation": transit.read_default_table,
    "aws_ec2_transit_gateway_peering_attachment": transit.read_peering_attachment,
    "aws_ec2_transit_gateway_peering_attachment_accepter": transit.read_peering_accepter,
    "aws_ec2_transit_gateway_prefix_list_reference": transit.read_route,
    "aws_ec2_transit_gateway_route": transit.read_route,
    "aws_ec2_transit_gateway_route_table": transit.read_table,
    "aws_ec2_transit_gateway_route_table_association": transit.read_association,
    "aws_ec2_transit_gateway_route_table_propagation": transit.read_propagation,
    "aws_ec2_transit_gateway_vpc_attachment": transit.read_attachment,
    "aws_ec2_transit_gateway_vpc_attachment_accepter": transit.read_attachment_accepter,
    "aws_eip": gateway.read_eip,
    "aws_eip_association": gateway.read_eip_association,
    "aws_elb_attachment": balanced.read_classic_attachment,
    "aws_instance": compute.read_instance,
    "aws_internet_gateway": gateway.read_internet_gateway,
    "aws_internet_gateway_attachment": gateway.read_gateway_attachment,
    "aws_lambda_function": compute.read_function,
    "aws_launch_configuration": templates.read_launch_configuration,
    "aws_launch_template": templates.read_launch_template,
    "aws_lb_listener": balancers.read_listener,
    "aws_lb_listener_rule": balancers.read_rule,
    "aws_lb_target_group": balanced.read_group,
    "aws_lb_target_group_attachment": balanced.read_attachment,
    "aws_main_route_table_association": route_table.read_main_association,
    "aws_nat_gateway": gateway.read_nat_gateway,
    "aws_network_acl": network_acl.read_network_acl,
    "aws_network_acl_association": network_acl.read_acl_association,
    "aws_network_acl_rule": network_acl.read_acl_rule,
    "aws_network_interface": compute.read_interface,
    "aws_network_interface_attachment": compute.read_interface_attachment,
    "aws_network_interface_sg_attachment": compute.read_group_attachment,
    "aws_networkfirewall_firewall": network_firewall.read_firewall,
    "aws_networkfirewall_firewall_policy": network_firewall.read_policy,
    "aws_networkfirewall_rule_group": network_firewall.read_rule_group,
    "aws_networkmanager_attachment_accepter": cloud_wan.read_core_accepter,
    "aws_networkmanager_core_network": cloud_wan.read_core_network,
    "aws_networkmanager_core_network_policy_attachment": cloud_wan.read_core_policy,
    "aws_networkmanager_vpc_attachment": cloud_wan.read_core_attachment,
    "aws_prefix_list": prefix_list.read_aws_prefix_list,
    "aws_route": route_table.read_route,
    "aws_route_table": route_table.read_route_table,
    "aws_route_table_association": route_table.read_association,
    "aws_security_group": security_group.read_security_group,
    "aws_security_group_rule": security_group.read_group_rule,
    "aws_subnet": vpc.read_subnet,
    "aws_vpc": vpc.read_vpc,
    "aws_vpc_block_public_access_exclusion": public_access.read_exclusion,
    "aws_vpc_block_public_access_options": public_access.read_options,
    "aws_vpc_endpoint_connection_accepter": private_link.read_accepter,
    "aws_vpc_endpoint_service": private_link.read_service,
    "aws_vpc_endpoint_security_group_association": associations.read_endpoint_group,
    "aws_vpc_endpoint_subnet_association": associations.read_endpoint_subnet,
    "aws_vpc_endpoint_route_table_association": vpc_endpoint.read_table_association,
    "aws_vpc_ipv6_cidr_block_association": vpc.read_ipv6_block,
    "aws_egress_only_internet_gateway": gateway.read_egress_only_gateway,
    "aws_vpc_ipv4_cidr_block_association": vpc.read_cidr_block,
    "aws_vpc_peering_connection": peering.read_peering,
    "aws_vpc_peering_connection_accepter": peering.read_peering_accepter,
    "aws_vpc_peering_connection_options": peering.read_peering_options,
    "aws_vpc_security_group_egress_rule": security_group.read_vpc_group_rule,
    "aws_vpc_security_group_ingress_rule": security_group.read_vpc_group_rule,
    "aws_vpn_connection": vpn.read_connection,
    "aws_vpn_connection_route": vpn.read_connection_route,
    "aws_vpn_gateway": vpn.read_gateway,
    "aws_vpn_gateway_attachment": vpn.read_attachment,
    "aws_vpn_gateway_route_propagation": route_table.read_propagation,
    **dict.fromkeys(
        sorted(kind for role in SUBNET_GROUPS for kind in PROVIDERS[role]),
        compute.read_subnet_group,
    ),
    **dict.fromkeys(sorted(SPOTS), placements.read_placement),
    "aws_alb": balancers.read_load_balancer,
    "aws_autoscaling_group": balanced.read_scaling_group,
    "aws_ecs_service": balanced.read_service,
    "aws_ecs_task_set": balanced.read_service,
    "aws_elb": balancers.read_classic,
    "aws_lb": balancers.read_load_balancer,
    "aws_vpc_endpoint": vpc_endpoint.read_any_endpoint,
}
"""Terraform type -> its reader. A reader gives one typed object, or a list of them."""

DATA_SOURCES: Final = frozenset(
    {
        "aws_db_instance",
        "aws_db_subnet_group",
        "aws_ec2_managed_prefix_list",
        "aws_ec2_transit_gateway",
        "aws_ec2_transit_gateway_peering_attachment",
        "aws_ec2_transit_gateway_route_table",
        "aws_ec2_transit_gateway_vpc_attachment",
        "aws_eip",
        "aws_instance",
        "aws_internet_gateway",
        "aws_lambda_function",
        "aws_nat_gateway",
        "aws_network_interface",
        "aws_prefix_list",
        "aws_route_table",
        "aws_security_group",
        "aws_subnet",
        "aws_vpc",
        "aws_vpc_peering_connection",
        "aws_vpc_endpoint",
        "aws_vpc_endpoint_service",
        "aws_vpn_gateway",
    }
)
"""Those types whose data source describes the same kind of object."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a resource was read as, and what was asked for it; no items: it is no part of this."""

    raw: RawResource
    items: tuple[object, ...]
    trail: Trail

    def holds_for(self, raw: RawResource, unlike: frozenset[tuple[str, str]]) -> bool:
        """Whether it is also what `raw`, of the side after, is read as. Both have the same values
        where nothing changes (plan/snapshot.py); what the plan does to it is then nothing, too.

        unlike   the identifiers that mean something else there, by role
        """
        return (
            raw.values is self.raw.values
            and not (raw.unknown or self.raw.unknown)
            and not (raw.previous_address or self.raw.previous_address)
            and raw.actions in ((), ("no-op",))
            and not self.trail.configuration
            and unlike.isdisjoint(self.trail.identifiers)
        )


@dataclass(frozen=True, slots=True)
class Inventory:
    """One snapshot, typed.

    objects    by Python class, in order of address
    raws       every resource of the snapshot that was seen, by address
    readings   how each one that the model knows was read, by address
    """

    objects: Mapping[type, tuple[object, ...]]
    raws: Mapping[str, RawResource]
    resolver: Resolver
    readings: Mapping[str, Reading] = field(default_factory=dict, repr=False)
    _keyed: dict[type, dict[str, object]] = field(default_factory=dict, init=False)

    def of(self, kind: type[T]) -> tuple[T, ...]:
        """All objects of one class."""
        return cast(tuple[T, ...], self.objects.get(kind, ()))

    def named(self, kind: type[T], key: str) -> T | None:
        """The object of one class that has this key."""
        if kind not in self._keyed:
            self._keyed[kind] = {getattr(item, "key", ""): item for item in self.of(kind)}
        return cast(T | None, self._keyed[kind].get(key))


def reader_of(raw: RawResource) -> Reader | None:
    """The reader for a resource; None for one that is not part of the model."""
    if raw.mode == "data" and raw.type not in DATA_SOURCES:
        return None
    return READERS.get(raw.type)


def read(
    snapshot: Snapshot,
    resolver: Resolver,
    before: Inventory | None = None,
    known: Mapping[str, Reading] | None = None,
) -> Inventory:
    """Type every resource that the model knows.

    A data source of an object that is managed here too says nothing new and is left out.

    before   the inventory of the side before: what is there as it was is not read again
    known    what is read alike here, by address
    """
    objects: dict[type, list[object]] = {}
    readings: dict[str, Reading] = {}
    unlike = resolver.unlike(before.resolver) if before else frozenset()
    for address in sorted(snapshot.resources):
        raw = snapshot.resources[address]
        reader = reader_of(raw)
        if reader is None:
            continue
        told = known.get(address) if known else None
        reading = told or (before.readings.get(address) if before else None)
        if reading and (told or reading.holds_for(raw, unlike)):
            resolver.follow(reading.trail)
        else:
            reading = _read(raw, reader, resolver)
        readings[address] = reading
        for item in reading.items:
            objects.setdefault(type(item), []).append(item)
    resolver.begin()  # what is asked later is asked for no resource
    typed = {kind: tuple(items) for kind, items in objects.items()}
    return Inventory(typed, snapshot.resources, resolver, readings)


def _read(raw: RawResource, reader: Reader, resolver: Resolver) -> Reading:
    trail = resolver.begin()
    if _stands_twice(raw, resolver):
        return Reading(raw, (), trail)
    found = reader(raw, resolver)
    return Reading(raw, tuple(found) if isinstance(found, Iterable) else (found,), trail)


ROLES: Final[Mapping[str, str]] = {
    "aws_db_subnet_group": "db_subnet_group",
    "aws_ec2_managed_prefix_list": "prefix_list",
    "aws_ec2_transit_gateway": "transit_gateway",
    "aws_ec2_transit_gateway_peering_attachment": "transit_gateway_attachment",
    "aws_ec2_transit_gateway_route_table": "transit_gateway_route_table",
    "aws_ec2_transit_gateway_vpc_attachment": "transit_gateway_attachment",
    "aws_eip": "eip",
    "aws_instance": "instance",
    "aws_internet_gateway": "internet_gateway",
    "aws_nat_gateway": "nat_gateway",
    "aws_network_interface": "network_interface",
    "aws_prefix_list": "prefix_list",
    "aws_route_table": "route_table",
    "aws_security_group": "security_group",
    "aws_subnet": "subnet",
    "aws_vpc": "vpc",
    "aws_vpc_peering_connection": "vpc_peering_connection",
    "aws_vpc_endpoint": "vpc_endpoint",
    "aws_vpn_gateway": "vpn_gateway",
}


def _stands_twice(raw: RawResource, resolver: Resolver) -> bool:
    if raw.mode != "data" or raw.type not in ROLES:
        return False
    identifier = raw.text("id")
    if not isinstance(identifier, str):
        return False
    return resolver.identify(ROLES[raw.type], identifier) != raw.address
