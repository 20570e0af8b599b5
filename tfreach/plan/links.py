"""Which attribute of which Terraform type leads to what: tables for references.py and search.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tfreach.plan.roles import PROVIDERS, SUBNET_GROUPS
from tfreach.plan.spots import SPOTS, paths

_IPV6_BLOCK = frozenset({"ipv6_cidr_block"})

BLOCKS: Final[Mapping[str, frozenset[str]]] = {
    "aws_subnet": _IPV6_BLOCK,
    "aws_vpc": _IPV6_BLOCK,
    "aws_vpc_ipv6_cidr_block_association": _IPV6_BLOCK,
}
"""Type -> attributes that hold an address block which AWS chooses when it makes the object."""

_TRANSIT_TIE = {
    "transit_gateway_attachment_id": "transit_gateway_attachment",
    "transit_gateway_route_table_id": "transit_gateway_route_table",
}

_DEFAULT_TABLE = {
    "transit_gateway_id": "transit_gateway",
    "transit_gateway_route_table_id": "transit_gateway_route_table",
}

_LISTENER = {"load_balancer_arn": "load_balancer"}

_LISTENER_RULE = {"listener_arn": "listener"}

_TARGET = {"target_group_arn": "target_group", "target_id": "load_balancer_target"}

_LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_alb_listener": _LISTENER,
    "aws_alb_listener_rule": _LISTENER_RULE,
    "aws_alb_target_group": {"vpc_id": "vpc"},
    "aws_alb_target_group_attachment": _TARGET,
    "aws_autoscaling_attachment": {
        "autoscaling_group_name": "autoscaling_group",
        "elb": "classic_load_balancer",
        "lb_target_group_arn": "target_group",
    },
    "aws_autoscaling_traffic_source_attachment": {"autoscaling_group_name": "autoscaling_group"},
    "aws_elb": {"instances": "instance"},
    "aws_elb_attachment": {"elb": "classic_load_balancer", "instance": "instance"},
    "aws_lb_listener": _LISTENER,
    "aws_networkfirewall_firewall": {"firewall_policy_arn": "firewall_policy", "vpc_id": "vpc"},
    "aws_lb_listener_rule": _LISTENER_RULE,
    "aws_lb_target_group": {"vpc_id": "vpc"},
    "aws_lb_target_group_attachment": _TARGET,
    "aws_subnet": {"vpc_id": "vpc"},
    "aws_vpc_ipv4_cidr_block_association": {"vpc_id": "vpc"},
    "aws_vpc_ipv6_cidr_block_association": {"vpc_id": "vpc"},
    "aws_internet_gateway": {"vpc_id": "vpc"},
    "aws_egress_only_internet_gateway": {"vpc_id": "vpc"},
    "aws_internet_gateway_attachment": {
        "vpc_id": "vpc",
        "internet_gateway_id": "internet_gateway",
    },
    "aws_nat_gateway": {"subnet_id": "subnet", "allocation_id": "eip"},
    "aws_ec2_instance_state": {"instance_id": "instance"},
    "aws_eip": {"instance": "instance", "network_interface": "network_interface"},
    "aws_eip_association": {
        "allocation_id": "eip",
        "instance_id": "instance",
        "network_interface_id": "network_interface",
    },
    "aws_route_table": {"vpc_id": "vpc", "propagating_vgws": "vpn_gateway"},
    "aws_default_route_table": {
        "vpc_id": "vpc",
        "default_route_table_id": "route_table",
        "propagating_vgws": "vpn_gateway",
    },
    "aws_route": {
        "route_table_id": "route_table",
        "destination_prefix_list_id": "prefix_list",
    },
    "aws_route_table_association": {"subnet_id": "subnet", "route_table_id": "route_table"},
    "aws_main_route_table_association": {"vpc_id": "vpc", "route_table_id": "route_table"},
    "aws_security_group": {"vpc_id": "vpc"},
    "aws_default_security_group": {"vpc_id": "vpc"},
    "aws_security_group_rule": {
        "security_group_id": "security_group",
        "source_security_group_id": "security_group",
        "prefix_list_ids": "prefix_list",
    },
    "aws_vpc_security_group_ingress_rule": {
        "security_group_id": "security_group",
        "referenced_security_group_id": "security_group",
        "prefix_list_id": "prefix_list",
    },
    "aws_vpc_security_group_egress_rule": {
        "security_group_id": "security_group",
        "referenced_security_group_id": "security_group",
        "prefix_list_id": "prefix_list",
    },
    "aws_ec2_managed_prefix_list": {},
    "aws_ec2_managed_prefix_list_entry": {"prefix_list_id": "prefix_list"},
    "aws_network_acl": {"vpc_id": "vpc", "subnet_ids": "subnet"},
    "aws_default_network_acl": {"default_network_acl_id": "network_acl", "subnet_ids": "subnet"},
    "aws_network_acl_rule": {"network_acl_id": "network_acl"},
    "aws_network_acl_association": {"network_acl_id": "network_acl", "subnet_id": "subnet"},
    "aws_network_interface": {"subnet_id": "subnet", "security_groups": "security_group"},
    "aws_network_interface_attachment": {
        "instance_id": "instance",
        "network_interface_id": "network_interface",
    },
    "aws_network_interface_sg_attachment": {
        "security_group_id": "security_group",
        "network_interface_id": "network_interface",
    },
    "aws_instance": {
        "subnet_id": "subnet",
        "vpc_security_group_ids": "security_group",
    },
    "aws_db_instance": {
        "db_subnet_group_name": "db_subnet_group",
        "vpc_security_group_ids": "security_group",
    },
    "aws_db_subnet_group": {"subnet_ids": "subnet", "vpc_id": "vpc"},
    "aws_ec2_transit_gateway_vpc_attachment": {
        "transit_gateway_id": "transit_gateway",
        "vpc_id": "vpc",
        "subnet_ids": "subnet",
    },
    "aws_ec2_transit_gateway_route_table": {"transit_gateway_id": "transit_gateway"},
    "aws_ec2_transit_gateway_peering_attachment": {
        "transit_gateway_id": "transit_gateway",
        "peer_transit_gateway_id": "transit_gateway",
    },
    "aws_ec2_transit_gateway_connect": {"transit_gateway_id": "transit_gateway"},
    "aws_ec2_transit_gateway_default_route_table_association": _DEFAULT_TABLE,
    "aws_ec2_transit_gateway_default_route_table_propagation": _DEFAULT_TABLE,
    "aws_ec2_transit_gateway_prefix_list_reference": _TRANSIT_TIE,
    "aws_ec2_transit_gateway_route": _TRANSIT_TIE,
    "aws_ec2_transit_gateway_route_table_association": _TRANSIT_TIE,
    "aws_ec2_transit_gateway_route_table_propagation": _TRANSIT_TIE,
    "aws_ec2_transit_gateway_peering_attachment_accepter": {
        "transit_gateway_attachment_id": "transit_gateway_attachment"
    },
    "aws_ec2_transit_gateway_vpc_attachment_accepter": {
        "transit_gateway_attachment_id": "transit_gateway_attachment"
    },
    "aws_vpn_connection": {
        "transit_gateway_id": "transit_gateway",
        "vpn_gateway_id": "vpn_gateway",
    },
    "aws_ec2_client_vpn_endpoint": {"vpc_id": "vpc", "security_group_ids": "security_group"},
    "aws_ec2_client_vpn_network_association": {
        "client_vpn_endpoint_id": "client_vpn_endpoint",
        "subnet_id": "subnet",
    },
    "aws_ec2_client_vpn_authorization_rule": {"client_vpn_endpoint_id": "client_vpn_endpoint"},
    "aws_ec2_client_vpn_route": {
        "client_vpn_endpoint_id": "client_vpn_endpoint",
        "target_vpc_subnet_id": "subnet",
    },
    "aws_networkmanager_attachment_accepter": {"attachment_id": "core_network_attachment"},
    "aws_networkmanager_core_network_policy_attachment": {"core_network_id": "core_network"},
    "aws_networkmanager_vpc_attachment": {
        "core_network_id": "core_network",
        "vpc_arn": "vpc",
        "subnet_arns": "subnet",
    },
    "aws_vpn_connection_route": {"vpn_connection_id": "vpn_connection"},
    "aws_vpn_gateway": {"vpc_id": "vpc"},
    "aws_vpn_gateway_attachment": {"vpc_id": "vpc", "vpn_gateway_id": "vpn_gateway"},
    "aws_dx_gateway_association": {"associated_gateway_id": "associated_gateway"},
    "aws_dx_hosted_private_virtual_interface_accepter": {"vpn_gateway_id": "vpn_gateway"},
    "aws_dx_private_virtual_interface": {"vpn_gateway_id": "vpn_gateway"},
    "aws_vpc_peering_connection": {"vpc_id": "vpc", "peer_vpc_id": "vpc"},
    "aws_vpc_peering_connection_accepter": {"vpc_peering_connection_id": "vpc_peering_connection"},
    "aws_vpc_peering_connection_options": {"vpc_peering_connection_id": "vpc_peering_connection"},
    "aws_vpc_endpoint_route_table_association": {
        "vpc_endpoint_id": "vpc_endpoint",
        "route_table_id": "route_table",
    },
    "aws_dax_subnet_group": {"subnet_ids": "subnet", "vpc_id": "vpc"},
    "aws_dms_replication_subnet_group": {"subnet_ids": "subnet", "vpc_id": "vpc"},
    "aws_docdb_subnet_group": {"subnet_ids": "subnet"},
    "aws_elasticache_subnet_group": {"subnet_ids": "subnet", "vpc_id": "vpc"},
    "aws_memorydb_subnet_group": {"subnet_ids": "subnet", "vpc_id": "vpc"},
    "aws_neptune_subnet_group": {"subnet_ids": "subnet"},
    "aws_redshift_subnet_group": {"subnet_ids": "subnet"},
    "aws_launch_configuration": {"security_groups": "security_group"},
    "aws_launch_template": {"vpc_security_group_ids": "security_group"},
    "aws_vpc_block_public_access_exclusion": {"vpc_id": "vpc", "subnet_id": "subnet"},
    "aws_autoscaling_group": {
        "launch_configuration": "launch_configuration",
        "load_balancers": "classic_load_balancer",
        "target_group_arns": "target_group",
    },
    "aws_vpc_endpoint_subnet_association": {
        "vpc_endpoint_id": "vpc_endpoint",
        "subnet_id": "subnet",
    },
    "aws_vpc_endpoint_security_group_association": {
        "vpc_endpoint_id": "vpc_endpoint",
        "security_group_id": "security_group",
    },
    "aws_vpn_gateway_route_propagation": {
        "route_table_id": "route_table",
        "vpn_gateway_id": "vpn_gateway",
    },
    "aws_lb": {"vpc_id": "vpc"},
    "aws_vpc_endpoint": {
        "vpc_id": "vpc",
        "route_table_ids": "route_table",
        "service_name": "endpoint_service",
    },
    "aws_vpc_endpoint_service": {
        "gateway_load_balancer_arns": "load_balancer",
        "network_load_balancer_arns": "load_balancer",
    },
    "aws_vpc_endpoint_connection_accepter": {
        "vpc_endpoint_id": "vpc_endpoint",
        "vpc_endpoint_service_id": "endpoint_service",
    },
}

_PLACED: Final = {
    kind: {path.name: path for path in paths(kind) if not path.blocks} for kind in SPOTS
}

LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    kind: {
        **_LINKS.get(kind, {}),
        **{name: path.role for name, path in _PLACED.get(kind, {}).items()},
    }
    for kind in (*_LINKS, *(kind for kind in SPOTS if kind not in _LINKS))
}
"""Type -> attribute -> role: what a reference to that attribute leads on to."""

_LIST_LINKS: Final[Mapping[str, frozenset[str]]] = {
    "aws_autoscaling_group": frozenset({"load_balancers", "target_group_arns"}),
    "aws_elb": frozenset({"instances"}),
    "aws_ec2_transit_gateway_vpc_attachment": frozenset({"subnet_ids"}),
    "aws_network_acl": frozenset({"subnet_ids"}),
    "aws_networkmanager_vpc_attachment": frozenset({"subnet_arns"}),
    "aws_default_network_acl": frozenset({"subnet_ids"}),
    "aws_route_table": frozenset({"propagating_vgws"}),
    "aws_ec2_client_vpn_endpoint": frozenset({"security_group_ids"}),
    "aws_default_route_table": frozenset({"propagating_vgws"}),
    "aws_network_interface": frozenset({"security_groups"}),
    "aws_instance": frozenset({"vpc_security_group_ids"}),
    "aws_db_instance": frozenset({"vpc_security_group_ids"}),
    "aws_security_group_rule": frozenset({"prefix_list_ids"}),
    "aws_vpc_endpoint": frozenset({"route_table_ids"}),
    "aws_vpc_endpoint_service": frozenset(
        {"gateway_load_balancer_arns", "network_load_balancer_arns"}
    ),
    "aws_launch_configuration": frozenset({"security_groups"}),
    "aws_launch_template": frozenset({"vpc_security_group_ids"}),
    **{
        kind: frozenset({"subnet_ids"})
        for role in sorted(SUBNET_GROUPS)
        for kind in PROVIDERS[role]
    },
}

LIST_LINKS: Final[Mapping[str, frozenset[str]]] = {
    **_LIST_LINKS,
    **{
        kind: _LIST_LINKS.get(kind, frozenset())
        | {name for name, path in named.items() if path.many}
        for kind, named in _PLACED.items()
    },
}
"""Type -> those of its links that are lists or sets."""

LINKED: Final = frozenset({*LINKS, "aws_lambda_function", "aws_networkfirewall_firewall_policy"})
"""Types that have links, in nested blocks too."""

INLINE: Final = frozenset(
    {
        "aws_default_network_acl",
        "aws_default_route_table",
        "aws_default_security_group",
        "aws_network_acl",
        "aws_route_table",
        "aws_security_group",
    }
)
"""Types that hold rules in blocks of their own, which may be `dynamic` and then only the source
shows."""

EXPORTERS: Final[Mapping[str, frozenset[str]]] = {
    "security_group": frozenset(
        {
            "aws_directory_service_directory",
            "aws_eks_cluster",
            "aws_elb",
            "aws_emr_cluster",
            "aws_workspaces_directory",
        }
    ),
    "network_interface": frozenset({"aws_efs_mount_target", "aws_vpc_endpoint"}),
}
"""Role -> types that create such an object of their own and name it in an attribute."""

ONLY_FORGOTTEN: Final = frozenset(
    {
        "aws_default_network_acl",
        "aws_default_route_table",
        "aws_default_security_group",
        "aws_default_subnet",
        "aws_default_vpc",
    }
)
"""Types whose removal from the configuration leaves the object as it is (F4, F25, F46)."""
