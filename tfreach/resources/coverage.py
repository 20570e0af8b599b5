"""A Terraform type in; whether the model evaluates it, and what follows for a verdict, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tfreach.plan.raw import RawResource
from tfreach.resources.inventory import DATA_SOURCES, READERS

ENDPOINT = "its interfaces are not endpoints yet: no verdict speaks of them"
WAY = "a route that leads to it makes the verdict undetermined"
PREFIX_LIST = "a rule or route that names it makes the verdict undetermined"
IPV6 = "only IPv4 is evaluated"
SERVICE = "the addresses of its service are left out of `internet`; no verdict speaks of them"
BLOCKED = "unless its mode is `off`, every verdict on Internet traffic is undetermined"
BALANCER = "connections through a load balancer are not evaluated"
ASSOCIATION = "its effect is not evaluated"

_ENDPOINT_TYPES = """
    aws_alb aws_apigatewayv2_vpc_link aws_apprunner_vpc_connector aws_appstream_fleet
    aws_appstream_image_builder aws_autoscaling_group aws_batch_compute_environment
    aws_bedrock_custom_model aws_cloud9_environment_ec2 aws_cloudhsm_v2_cluster
    aws_cloudhsm_v2_hsm aws_cloudwatch_event_target aws_codebuild_fleet aws_codebuild_project
    aws_codeconnections_host aws_codestarconnections_host aws_comprehend_document_classifier
    aws_comprehend_entity_recognizer aws_datasync_agent aws_datasync_location_efs
    aws_dax_cluster aws_db_proxy aws_db_proxy_endpoint aws_devicefarm_test_grid_project
    aws_directory_service_directory aws_dms_replication_config aws_dms_replication_instance
    aws_docdb_cluster aws_docdbelastic_cluster aws_drs_replication_configuration_template
    aws_ec2_client_vpn_endpoint aws_ec2_fleet aws_ec2_instance_connect_endpoint
    aws_ecs_service aws_ecs_task_set aws_efs_mount_target
    aws_eks_cluster aws_eks_fargate_profile aws_eks_node_group aws_elastic_beanstalk_environment
    aws_elasticache_cluster aws_elasticache_replication_group aws_elasticache_serverless_cache
    aws_elasticsearch_domain aws_elasticsearch_vpc_endpoint aws_elb aws_emr_cluster
    aws_emr_studio aws_emrserverless_application aws_finspace_kx_cluster aws_fsx_file_cache
    aws_fsx_lustre_file_system aws_fsx_ontap_file_system aws_fsx_openzfs_file_system
    aws_fsx_windows_file_system aws_gamelift_game_server_group aws_glue_connection
    aws_glue_dev_endpoint aws_grafana_workspace aws_imagebuilder_infrastructure_configuration
    aws_iot_topic_rule_destination aws_kinesis_firehose_delivery_stream
    aws_kinesisanalyticsv2_application aws_launch_configuration aws_launch_template aws_lb
    aws_m2_environment aws_medialive_channel aws_medialive_input aws_memorydb_cluster
    aws_mq_broker aws_msk_cluster aws_msk_replicator aws_msk_serverless_cluster
    aws_msk_vpc_connection aws_mskconnect_connector aws_mwaa_environment aws_neptune_cluster
    aws_neptune_cluster_instance aws_networkfirewall_firewall aws_networkmanager_vpc_attachment
    aws_opensearch_domain aws_opensearch_vpc_endpoint aws_opensearchserverless_vpc_endpoint
    aws_opsworks_custom_layer aws_opsworks_ecs_cluster_layer aws_opsworks_ganglia_layer
    aws_opsworks_haproxy_layer aws_opsworks_instance aws_opsworks_java_app_layer
    aws_opsworks_memcached_layer aws_opsworks_mysql_layer aws_opsworks_nodejs_app_layer
    aws_opsworks_php_app_layer aws_opsworks_rails_app_layer aws_opsworks_stack
    aws_opsworks_static_web_layer aws_osis_pipeline aws_pipes_pipe aws_prometheus_scraper
    aws_quicksight_vpc_connection aws_rds_cluster aws_rds_cluster_instance aws_redshift_cluster
    aws_redshift_endpoint_access aws_redshiftserverless_endpoint_access
    aws_redshiftserverless_workgroup aws_route53_resolver_endpoint aws_s3outposts_endpoint
    aws_sagemaker_data_quality_job_definition aws_sagemaker_domain aws_sagemaker_model
    aws_sagemaker_notebook_instance aws_sagemaker_user_profile aws_sagemaker_workforce
    aws_scheduler_schedule aws_spot_fleet_request aws_spot_instance_request
    aws_synthetics_canary aws_timestreaminfluxdb_db_instance aws_transfer_server
    aws_verifiedaccess_endpoint aws_vpc_endpoint aws_vpc_route_server_endpoint
    aws_vpclattice_resource_gateway aws_workspaces_directory aws_workspacesweb_network_settings
"""
_WAY_TYPES = """
    aws_carrier_gateway aws_customer_gateway aws_dx_connection aws_dx_gateway
    aws_dx_gateway_association aws_ec2_client_vpn_authorization_rule
    aws_ec2_client_vpn_network_association aws_ec2_client_vpn_route aws_ec2_local_gateway_route
    aws_ec2_local_gateway_route_table_vpc_association aws_ec2_transit_gateway_connect
    aws_egress_only_internet_gateway aws_networkmanager_core_network aws_vpc_route_server
    aws_vpc_route_server_propagation
    aws_vpc_route_server_vpc_association aws_vpn_connection
    aws_vpn_connection_route aws_vpn_gateway aws_vpn_gateway_attachment
"""

_OTHERS: Final[Mapping[str, str]] = {
    "aws_alb_listener": BALANCER,
    "aws_alb_target_group": BALANCER,
    "aws_alb_target_group_attachment": BALANCER,
    "aws_autoscaling_attachment": BALANCER,
    "aws_ec2_managed_prefix_list": PREFIX_LIST,
    "aws_ec2_managed_prefix_list_entry": PREFIX_LIST,
    "aws_elb_attachment": BALANCER,
    "aws_globalaccelerator_endpoint_group": BALANCER,
    "aws_lb_listener": BALANCER,
    "aws_lb_target_group": BALANCER,
    "aws_lb_target_group_attachment": BALANCER,
    "aws_networkfirewall_firewall_policy": WAY,
    "aws_networkfirewall_rule_group": WAY,
    "aws_vpc_block_public_access_exclusion": BLOCKED,
    "aws_vpc_block_public_access_options": BLOCKED,
    "aws_vpc_endpoint": SERVICE,
    "aws_vpc_endpoint_route_table_association": SERVICE,
    "aws_vpc_endpoint_security_group_association": SERVICE,
    "aws_vpc_endpoint_service": SERVICE,
    "aws_vpc_endpoint_subnet_association": SERVICE,
    "aws_vpc_ipv6_cidr_block_association": IPV6,
    "aws_vpc_security_group_vpc_association": ASSOCIATION,
    "aws_vpclattice_service_network_vpc_association": ASSOCIATION,
}

UNMODELLED: Final[Mapping[str, str]] = {
    **dict.fromkeys(_ENDPOINT_TYPES.split(), ENDPOINT),
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
