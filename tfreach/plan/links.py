"""Which attribute of which Terraform type leads to what: tables for references.py and search.py."""

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
    "nat_gateway": frozenset({"aws_nat_gateway"}),
    "eip": frozenset({"aws_eip"}),
    "network_interface": frozenset({"aws_network_interface"}),
    "instance": frozenset({"aws_instance"}),
    "db_subnet_group": frozenset({"aws_db_subnet_group"}),
    "vpc_peering_connection": frozenset(
        {
            "aws_vpc_peering_connection",
            "aws_vpc_peering_connection_accepter",
            "aws_vpc_peering_connection_options",
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
            if role != "db_subnet_group"
        )
    )
    - SHARED_ID
)
"""Types whose id AWS makes up when it makes the object; the others are named or adopted."""

ALSO_ID: Final[Mapping[str, frozenset[str]]] = {
    "aws_db_subnet_group": frozenset({"name"}),
    "aws_eip": frozenset({"allocation_id"}),
}
"""Type -> attributes that hold the same as `id`."""

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
"""Type -> role -> attribute naming an object that AWS adds unasked -> how that object is called."""

_TRANSIT_TIE = {
    "transit_gateway_attachment_id": "transit_gateway_attachment",
    "transit_gateway_route_table_id": "transit_gateway_route_table",
}
_DEFAULT_TABLE = {
    "transit_gateway_id": "transit_gateway",
    "transit_gateway_route_table_id": "transit_gateway_route_table",
}

LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_subnet": {"vpc_id": "vpc"},
    "aws_vpc_ipv4_cidr_block_association": {"vpc_id": "vpc"},
    "aws_internet_gateway": {"vpc_id": "vpc"},
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
    "aws_route_table": {"vpc_id": "vpc"},
    "aws_default_route_table": {"vpc_id": "vpc", "default_route_table_id": "route_table"},
    "aws_route": {"route_table_id": "route_table"},
    "aws_route_table_association": {"subnet_id": "subnet", "route_table_id": "route_table"},
    "aws_main_route_table_association": {"vpc_id": "vpc", "route_table_id": "route_table"},
    "aws_security_group": {"vpc_id": "vpc"},
    "aws_default_security_group": {"vpc_id": "vpc"},
    "aws_security_group_rule": {
        "security_group_id": "security_group",
        "source_security_group_id": "security_group",
    },
    "aws_vpc_security_group_ingress_rule": {
        "security_group_id": "security_group",
        "referenced_security_group_id": "security_group",
    },
    "aws_vpc_security_group_egress_rule": {
        "security_group_id": "security_group",
        "referenced_security_group_id": "security_group",
    },
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
    "aws_vpn_connection": {"transit_gateway_id": "transit_gateway"},
    "aws_vpc_peering_connection": {"vpc_id": "vpc", "peer_vpc_id": "vpc"},
    "aws_vpc_peering_connection_accepter": {"vpc_peering_connection_id": "vpc_peering_connection"},
    "aws_vpc_peering_connection_options": {"vpc_peering_connection_id": "vpc_peering_connection"},
    "aws_vpn_gateway_route_propagation": {"route_table_id": "route_table"},
    "aws_lb": {"vpc_id": "vpc", "subnets": "subnet", "security_groups": "security_group"},
    "aws_vpc_endpoint": {
        "vpc_id": "vpc",
        "subnet_ids": "subnet",
        "security_group_ids": "security_group",
    },
}
"""Type -> attribute -> role: what a reference to that attribute leads on to."""

LIST_LINKS: Final[Mapping[str, frozenset[str]]] = {
    "aws_ec2_transit_gateway_vpc_attachment": frozenset({"subnet_ids"}),
    "aws_network_acl": frozenset({"subnet_ids"}),
    "aws_default_network_acl": frozenset({"subnet_ids"}),
    "aws_network_interface": frozenset({"security_groups"}),
    "aws_instance": frozenset({"vpc_security_group_ids"}),
    "aws_db_instance": frozenset({"vpc_security_group_ids"}),
    "aws_db_subnet_group": frozenset({"subnet_ids"}),
    "aws_lb": frozenset({"subnets", "security_groups"}),
    "aws_vpc_endpoint": frozenset({"subnet_ids", "security_group_ids"}),
}
"""Type -> those of its links that are lists or sets."""

LINKED: Final = frozenset({*LINKS, "aws_lambda_function"})
"""Types that have links, in nested blocks too."""

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
