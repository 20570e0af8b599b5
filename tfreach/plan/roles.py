"""Which type is which kind of object, and by what it is known: tables for references.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PROVIDERS: Final[Mapping[str, frozenset[str]]] = {
    "vpc": frozenset({"aws_vpc", "aws_default_vpc"}),
    "subnet": frozenset({"aws_subnet", "aws_default_subnet"}),
    "route_table": frozenset({"aws_route_table", "aws_default_route_table"}),
    "network_acl": frozenset({"aws_network_acl", "aws_default_network_acl"}),
    "security_group": frozenset({"aws_security_group", "aws_default_security_group"}),
    "internet_gateway": frozenset({"aws_internet_gateway"}),
    "vpn_gateway": frozenset({"aws_vpn_gateway"}),
    "gateway": frozenset({"aws_internet_gateway", "aws_vpn_gateway"}),
    "associated_gateway": frozenset({"aws_ec2_transit_gateway", "aws_vpn_gateway"}),
    "vpn_connection": frozenset({"aws_vpn_connection"}),
    "egress_only_gateway": frozenset({"aws_egress_only_internet_gateway"}),
    "client_vpn_endpoint": frozenset({"aws_ec2_client_vpn_endpoint"}),
    "endpoint_service": frozenset({"aws_vpc_endpoint_service"}),
    "nat_gateway": frozenset({"aws_nat_gateway"}),
    "eip": frozenset({"aws_eip"}),
    "firewall_policy": frozenset({"aws_networkfirewall_firewall_policy"}),
    "firewall_rule_group": frozenset({"aws_networkfirewall_rule_group"}),
    # What a route may name as a VPC endpoint: of a firewall it has another name than its firewall.
    "route_endpoint": frozenset({"aws_networkfirewall_firewall", "aws_vpc_endpoint"}),
    "network_interface": frozenset({"aws_network_interface"}),
    "instance": frozenset({"aws_instance"}),
    "vpc_endpoint": frozenset({"aws_vpc_endpoint"}),
    "prefix_list": frozenset({"aws_ec2_managed_prefix_list", "aws_prefix_list"}),
    "launch_template": frozenset({"aws_launch_template"}),
    "sagemaker_domain": frozenset({"aws_sagemaker_domain"}),
    # RDS, DocumentDB and Neptune share one API, and with it their subnet groups.
    "db_subnet_group": frozenset(
        {"aws_db_subnet_group", "aws_docdb_subnet_group", "aws_neptune_subnet_group"}
    ),
    "dax_subnet_group": frozenset({"aws_dax_subnet_group"}),
    "dms_subnet_group": frozenset({"aws_dms_replication_subnet_group"}),
    "elasticache_subnet_group": frozenset({"aws_elasticache_subnet_group"}),
    "memorydb_subnet_group": frozenset({"aws_memorydb_subnet_group"}),
    "redshift_subnet_group": frozenset({"aws_redshift_subnet_group"}),
    "docdb_cluster": frozenset({"aws_docdb_cluster"}),
    "eks_cluster": frozenset({"aws_eks_cluster"}),
    "launch_configuration": frozenset({"aws_launch_configuration"}),
    "autoscaling_group": frozenset({"aws_autoscaling_group"}),
    "load_balancer": frozenset({"aws_alb", "aws_lb"}),
    "classic_load_balancer": frozenset({"aws_elb"}),
    "listener": frozenset({"aws_alb_listener", "aws_lb_listener"}),
    "target_group": frozenset({"aws_alb_target_group", "aws_lb_target_group"}),
    # An instance, also by its address; a load balancer; a function, which no network leads to.
    "load_balancer_target": frozenset(
        {"aws_alb", "aws_instance", "aws_lambda_function", "aws_lb", "aws_network_interface"}
    ),
    "neptune_cluster": frozenset({"aws_neptune_cluster"}),
    "rds_cluster": frozenset({"aws_rds_cluster"}),
    "replication_group": frozenset({"aws_elasticache_replication_group"}),
    "vpc_peering_connection": frozenset(
        {
            "aws_vpc_peering_connection",
            "aws_vpc_peering_connection_accepter",
            "aws_vpc_peering_connection_options",
        }
    ),
    "core_network": frozenset({"aws_networkmanager_core_network"}),
    "core_network_attachment": frozenset(
        {
            "aws_networkmanager_connect_attachment",
            "aws_networkmanager_dx_gateway_attachment",
            "aws_networkmanager_site_to_site_vpn_attachment",
            "aws_networkmanager_transit_gateway_route_table_attachment",
            "aws_networkmanager_vpc_attachment",
        }
    ),
    "transit_gateway": frozenset({"aws_ec2_transit_gateway"}),
    "transit_gateway_route_table": frozenset({"aws_ec2_transit_gateway_route_table"}),
    "transit_gateway_attachment": frozenset(
        {
            "aws_ec2_transit_gateway_connect",
            "aws_ec2_transit_gateway_peering_attachment",
            "aws_ec2_transit_gateway_peering_attachment_accepter",
            "aws_ec2_transit_gateway_vpc_attachment",
            "aws_ec2_transit_gateway_vpc_attachment_accepter",
        }
    ),
}
"""Role of a link -> the types, managed or data, whose `id` (or name) it holds."""

NARROWER: Final[Mapping[str, frozenset[str]]] = {
    "gateway": frozenset({"internet_gateway", "vpn_gateway"}),
    "associated_gateway": frozenset({"transit_gateway", "vpn_gateway"}),
}
"""Role of what may be of several kinds -> the roles of each kind."""

SUBNET_GROUPS: Final = frozenset(role for role in PROVIDERS if role.endswith("_subnet_group"))

_NAMED: Final = SUBNET_GROUPS | {
    "autoscaling_group",
    "classic_load_balancer",
    "docdb_cluster",
    "eks_cluster",
    "launch_configuration",
    "neptune_cluster",
    "rds_cluster",
    "replication_group",
}

SHARED_ID: Final = frozenset(
    {
        "aws_ec2_transit_gateway_peering_attachment_accepter",
        "aws_ec2_transit_gateway_vpc_attachment_accepter",
        "aws_vpc_peering_connection_accepter",
        "aws_vpc_peering_connection_options",
    }
)
"""Types whose id is that of the object of another resource."""

ASSIGNED: Final = (
    frozenset[str]().union(
        *(
            {kind for kind in kinds if not kind.startswith("aws_default_")}
            for role, kinds in PROVIDERS.items()
            if role not in _NAMED
        )
    )
    - SHARED_ID
    - {"aws_lambda_function"}
)
"""Types whose id AWS makes up when it makes the object; the others are named or adopted."""

ALSO_ID: Final[Mapping[str, frozenset[str]]] = {
    "aws_alb": frozenset({"arn"}),
    "aws_alb_listener": frozenset({"arn"}),
    "aws_alb_target_group": frozenset({"arn"}),
    "aws_autoscaling_group": frozenset({"name"}),
    "aws_elb": frozenset({"name"}),
    "aws_eip": frozenset({"allocation_id"}),
    "aws_vpc_endpoint_service": frozenset({"service_name"}),
    "aws_db_subnet_group": frozenset({"name"}),
    "aws_dax_subnet_group": frozenset({"name"}),
    "aws_dms_replication_subnet_group": frozenset({"replication_subnet_group_id"}),
    "aws_docdb_cluster": frozenset({"cluster_identifier"}),
    "aws_docdb_subnet_group": frozenset({"name"}),
    "aws_eks_cluster": frozenset({"name"}),
    "aws_elasticache_replication_group": frozenset({"replication_group_id"}),
    "aws_elasticache_subnet_group": frozenset({"name"}),
    "aws_launch_configuration": frozenset({"name"}),
    "aws_lb": frozenset({"arn"}),
    "aws_lb_listener": frozenset({"arn"}),
    "aws_lb_target_group": frozenset({"arn"}),
    "aws_memorydb_subnet_group": frozenset({"name"}),
    "aws_neptune_cluster": frozenset({"cluster_identifier"}),
    "aws_networkfirewall_firewall_policy": frozenset({"arn"}),
    "aws_networkfirewall_rule_group": frozenset({"arn"}),
    "aws_neptune_subnet_group": frozenset({"name"}),
    "aws_rds_cluster": frozenset({"cluster_identifier"}),
    "aws_redshift_subnet_group": frozenset({"name"}),
}
"""Type -> attributes that hold the same as `id`."""

_ARN = frozenset({"arn"})
ALSO_NAMED: Final[Mapping[str, frozenset[str]]] = {
    "aws_default_subnet": _ARN,
    "aws_default_vpc": _ARN,
    "aws_networkmanager_core_network": _ARN,
    "aws_subnet": _ARN,
    "aws_vpc": _ARN,
    "aws_instance": frozenset({"private_ip"}),
    "aws_launch_template": frozenset({"name"}),
    "aws_network_interface": frozenset({"private_ip"}),
}
"""Type -> attributes that name the object as well as `id` does, and hold something else."""

_OF_A_VPC = {
    "security_group": {"default_security_group_id": "default security group"},
    "network_acl": {"default_network_acl_id": "default network ACL"},
    "route_table": {
        "main_route_table_id": "main route table",
        "default_route_table_id": "default route table",
    },
}

IMPLICIT: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "aws_vpc": _OF_A_VPC,
    "aws_default_vpc": _OF_A_VPC,
    "aws_instance": {
        "network_interface": {"primary_network_interface_id": "primary interface"},
    },
    "aws_vpc_endpoint": {"prefix_list": {"prefix_list_id": "prefix list"}},
    "aws_eks_cluster": {
        "security_group": {"vpc_config.0.cluster_security_group_id": "cluster security group"},
    },
    "aws_ec2_transit_gateway": {
        "transit_gateway_route_table": {
            "association_default_route_table_id": "default transit table",
            "propagation_default_route_table_id": "default transit table",
        },
    },
    "aws_vpn_connection": {
        "transit_gateway_attachment": {"transit_gateway_attachment_id": "transit attachment"},
    },
    "aws_dx_gateway_association": {
        "transit_gateway_attachment": {"transit_gateway_attachment_id": "transit attachment"},
    },
}
"""Type -> role -> attribute (or path of one) naming an object that AWS adds unasked -> its name."""
