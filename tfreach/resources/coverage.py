"""A Terraform type in; whether the model evaluates it, and what follows for a verdict, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tfreach.plan.raw import RawResource
from tfreach.resources.inventory import DATA_SOURCES, READERS

PROVIDER = "5.100.0"
"""The version of the AWS provider whose types are listed."""

ENDPOINT = "its interfaces are not endpoints: no verdict speaks of them"
LAYER = "the groups it gives to its instances are not read: verdicts on them are undetermined"
BALANCER = "connections through an accelerator are not evaluated"
WAY = "a route that leads to it makes the verdict undetermined"
ASSOCIATION = "its effect is not evaluated"
RETIRED = "AWS has retired the service: no verdict speaks of it"

_LAYER_TYPES = """
    aws_opsworks_custom_layer aws_opsworks_ecs_cluster_layer aws_opsworks_ganglia_layer
    aws_opsworks_haproxy_layer aws_opsworks_java_app_layer aws_opsworks_memcached_layer
    aws_opsworks_mysql_layer aws_opsworks_nodejs_app_layer aws_opsworks_php_app_layer
    aws_opsworks_rails_app_layer aws_opsworks_stack aws_opsworks_static_web_layer
"""
_WAY_TYPES = """
    aws_carrier_gateway aws_ec2_local_gateway_route
    aws_ec2_local_gateway_route_table_vpc_association
    aws_networkmanager_connect_attachment
    aws_networkmanager_dx_gateway_attachment aws_networkmanager_site_to_site_vpn_attachment
    aws_networkmanager_transit_gateway_route_table_attachment
    aws_vpc_route_server aws_vpc_route_server_propagation
    aws_vpc_route_server_vpc_association
"""

_OTHERS: Final[Mapping[str, str]] = {
    "aws_datasync_location_fsx_lustre_file_system": ENDPOINT,
    "aws_datasync_location_fsx_ontap_file_system": ENDPOINT,
    "aws_datasync_location_fsx_openzfs_file_system": ENDPOINT,
    "aws_datasync_location_fsx_windows_file_system": ENDPOINT,
    "aws_globalaccelerator_endpoint_group": BALANCER,
    "aws_rds_shard_group": ENDPOINT,
    "aws_vpc_security_group_vpc_association": ASSOCIATION,
    "aws_vpclattice_service_network_vpc_association": ASSOCIATION,
    "aws_worklink_fleet": RETIRED,
}

UNMODELLED: Final[Mapping[str, str]] = {
    **dict.fromkeys(_LAYER_TYPES.split(), LAYER),
    **dict.fromkeys(_WAY_TYPES.split(), WAY),
    **_OTHERS,
}
"""Type that has a part in a network and no reader yet -> what follows for a verdict."""

TABLE: Final[tuple[tuple[str, str, str], ...]] = (
    *((name, "modelled", "") for name in sorted(READERS)),
    *((name, "not modelled", UNMODELLED[name]) for name in sorted(UNMODELLED)),
)
"""(type, `modelled` or `not modelled`, effect). A type that is not listed is on no path."""

MODELLED, NOT_MODELLED, SKIPPED = "modelled", "not modelled", "skipped"


def standing(raw: RawResource) -> tuple[str, str]:
    """What becomes of a resource: (`modelled` | `not modelled` | `skipped`, effect)."""
    if raw.type in READERS and (raw.mode == "managed" or raw.type in DATA_SOURCES):
        return MODELLED, ""
    if raw.mode == "managed" and raw.type in UNMODELLED:
        return NOT_MODELLED, UNMODELLED[raw.type]
    return SKIPPED, ""
