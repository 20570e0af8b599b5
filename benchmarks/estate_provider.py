"""What the AWS provider 5.100 adds to a new resource of each type in a plan, as it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Schema:
    """What becomes of attributes that the source does not set.

    unknown, null   names of those that are known after apply, and of those that are null
    known           the others
    off, empty      of these, names of those that are false, and of empty lists
    lists, secret   names that `after_sensitive` has an empty list for, and those it says true of
    """

    version: int
    unknown: str
    null: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)
    off: str = ""
    empty: str = ""
    lists: str = ""
    secret: str = ""


UNKNOWN: Final[Any] = object()
"""A value that is known after apply only."""

SCHEMAS: Final[Mapping[str, Schema]] = {
    "aws_db_instance": Schema(
        2,
        unknown=(
            "address arn availability_zone backup_retention_period backup_target backup_window "
            "ca_cert_identifier character_set_name database_insights_mode db_name domain_fqdn "
            "endpoint engine_lifecycle_support engine_version_actual hosted_zone_id id "
            "identifier_prefix iops kms_key_id latest_restorable_time license_model "
            "listener_endpoint maintenance_window master_user_secret "
            "master_user_secret_kms_key_id monitoring_role_arn multi_az nchar_character_set_name "
            "network_type option_group_name parameter_group_name performance_insights_kms_key_id "
            "performance_insights_retention_period port replica_mode replicas resource_id "
            "snapshot_identifier status storage_throughput storage_type timezone"
        ),
        null=(
            "allow_major_version_upgrade custom_iam_instance_profile customer_owned_ip_enabled "
            "deletion_protection domain domain_auth_secret_arn domain_dns_ips "
            "domain_iam_role_name domain_ou enabled_cloudwatch_logs_exports "
            "final_snapshot_identifier iam_database_authentication_enabled max_allocated_storage "
            "password password_wo password_wo_version replicate_source_db storage_encrypted "
            "timeouts upgrade_storage_config"
        ),
        known={
            "auto_minor_version_upgrade": True,
            "delete_automated_backups": True,
            "monitoring_interval": 0,
        },
        off=(
            "apply_immediately copy_tags_to_snapshot dedicated_log_volume "
            "performance_insights_enabled publicly_accessible"
        ),
        empty="blue_green_update restore_to_point_in_time s3_import",
        lists="listener_endpoint master_user_secret replicas vpc_security_group_ids",
        secret="password password_wo",
    ),
    "aws_db_subnet_group": Schema(
        0,
        unknown="arn id name_prefix supported_network_types vpc_id",
        known={"description": "Managed by Terraform"},
        lists="subnet_ids supported_network_types",
    ),
    "aws_eip": Schema(
        0,
        unknown=(
            "allocation_id arn association_id carrier_ip customer_owned_ip id instance "
            "ipam_pool_id network_border_group network_interface private_dns private_ip "
            "ptr_record public_dns public_ip public_ipv4_pool vpc"
        ),
        null="address associate_with_private_ip customer_owned_ipv4_pool timeouts",
    ),
    "aws_instance": Schema(
        1,
        unknown=(
            "arn associate_public_ip_address availability_zone capacity_reservation_specification "
            "cpu_core_count cpu_options cpu_threads_per_core disable_api_stop "
            "disable_api_termination ebs_block_device ebs_optimized enable_primary_ipv6 "
            "enclave_options ephemeral_block_device host_id host_resource_group_arn "
            "iam_instance_profile id instance_initiated_shutdown_behavior instance_lifecycle "
            "instance_market_options instance_state ipv6_address_count ipv6_addresses key_name "
            "maintenance_options metadata_options monitoring network_interface outpost_arn "
            "password_data placement_group placement_partition_number "
            "primary_network_interface_id private_dns private_dns_name_options private_ip "
            "public_dns public_ip root_block_device secondary_private_ips security_groups "
            "spot_instance_request_id tenancy user_data user_data_base64"
        ),
        null="hibernation timeouts volume_tags",
        known={"source_dest_check": True},
        off="get_password_data user_data_replace_on_change",
        empty="credit_specification launch_template",
        lists=(
            "capacity_reservation_specification cpu_options ebs_block_device enclave_options "
            "ephemeral_block_device instance_market_options ipv6_addresses maintenance_options "
            "metadata_options network_interface private_dns_name_options root_block_device "
            "secondary_private_ips security_groups vpc_security_group_ids"
        ),
    ),
    "aws_internet_gateway": Schema(
        0,
        unknown="arn id owner_id",
        null="timeouts",
    ),
    "aws_nat_gateway": Schema(
        0,
        unknown=(
            "association_id id network_interface_id private_ip public_ip "
            "secondary_private_ip_address_count secondary_private_ip_addresses"
        ),
        null="secondary_allocation_ids timeouts",
        known={"connectivity_type": "public"},
        lists="secondary_private_ip_addresses",
    ),
    "aws_network_acl": Schema(
        0,
        unknown="arn egress id ingress owner_id",
        lists="egress ingress subnet_ids",
    ),
    "aws_network_acl_rule": Schema(
        0,
        unknown="id",
        null="icmp_code icmp_type ipv6_cidr_block",
        off="egress",
    ),
    "aws_route": Schema(
        0,
        unknown="id instance_id instance_owner_id network_interface_id origin state",
        null=(
            "carrier_gateway_id core_network_arn destination_ipv6_cidr_block "
            "destination_prefix_list_id egress_only_gateway_id gateway_id local_gateway_id "
            "nat_gateway_id timeouts transit_gateway_id vpc_endpoint_id vpc_peering_connection_id"
        ),
    ),
    "aws_route_table": Schema(
        0,
        unknown="arn id owner_id propagating_vgws route",
        null="timeouts",
        lists="propagating_vgws route",
    ),
    "aws_route_table_association": Schema(
        0,
        unknown="id",
        null="gateway_id timeouts",
    ),
    "aws_security_group": Schema(
        1,
        unknown="arn egress id ingress name_prefix owner_id",
        null="timeouts",
        known={"description": "Managed by Terraform"},
        off="revoke_rules_on_delete",
        lists="egress ingress",
    ),
    "aws_security_group_rule": Schema(
        2,
        unknown="id security_group_rule_id",
        null="cidr_blocks description ipv6_cidr_blocks prefix_list_ids timeouts",
        off="self",
    ),
    "aws_subnet": Schema(
        1,
        unknown=(
            "arn availability_zone_id id ipv6_cidr_block_association_id owner_id "
            "private_dns_hostname_type_on_launch"
        ),
        null=(
            "customer_owned_ipv4_pool enable_lni_at_device_index ipv6_cidr_block "
            "map_customer_owned_ip_on_launch outpost_arn timeouts"
        ),
        off=(
            "assign_ipv6_address_on_creation enable_dns64 "
            "enable_resource_name_dns_a_record_on_launch "
            "enable_resource_name_dns_aaaa_record_on_launch ipv6_native map_public_ip_on_launch"
        ),
    ),
    "aws_vpc": Schema(
        1,
        unknown=(
            "arn default_network_acl_id default_route_table_id default_security_group_id "
            "dhcp_options_id enable_network_address_usage_metrics id ipv6_association_id "
            "ipv6_cidr_block ipv6_cidr_block_network_border_group main_route_table_id owner_id"
        ),
        null=(
            "assign_generated_ipv6_cidr_block ipv4_ipam_pool_id ipv4_netmask_length "
            "ipv6_ipam_pool_id ipv6_netmask_length"
        ),
        known={"instance_tenancy": "default"},
    ),
    "aws_vpc_security_group_egress_rule": Schema(
        0,
        unknown="arn id security_group_rule_id",
        null=(
            "cidr_ipv6 description from_port prefix_list_id referenced_security_group_id tags "
            "to_port"
        ),
        known={"tags_all": {}},
    ),
    "aws_vpc_security_group_ingress_rule": Schema(
        0,
        unknown="arn id security_group_rule_id",
        null="cidr_ipv6 prefix_list_id referenced_security_group_id tags",
        known={"tags_all": {}},
    ),
}
