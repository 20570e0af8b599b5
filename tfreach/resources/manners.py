"""How AWS treats what lives in subnets, one row a Terraform type: groups, public address, calls."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from tfreach.records import dataclass
from tfreach.resources.exposure import (
    PRIVATE,
    Doubt,
    Exposure,
    Rule,
    always,
    brokers,
    by_subnet,
    elastic_ips,
    emr,
    holds,
    if_,
    internet_facing,
    launch_says,
    perhaps,
    remote_access,
    says,
    task,
    unless,
)
from tfreach.resources.where import text_at


class Bare(Enum):
    """The groups of what names none: the VPC's default one, no filter at all, or not known."""

    DEFAULT = "default"
    UNFILTERED = "unfiltered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Manner:
    """unset    what it means to name no subnet
    bare     which groups it carries when it names none
    public   whether it has a public address
    inbound  "" or why nothing can be sent to it
    outbound "" or why it never opens a connection
    also     "" or why it carries, or may carry, groups that are not named
    beside   "" or what way into it or out of it there is besides its interfaces here
    doubt    "" or why nothing can be said of its interfaces
    """

    unset: str
    bare: Bare = Bare.UNKNOWN
    public: Rule = lambda raw, resolver: PRIVATE
    inbound: str = ""
    outbound: str = ""
    also: Doubt = lambda raw, resolver: ""
    beside: Doubt = lambda raw, resolver: ""
    doubt: Doubt = lambda raw, resolver: ""


OUTSIDE: Final = "it lives in no VPC"
NOTHING: Final = "it has no interface at all"
NEEDED: Final = "the subnets of {key} are not known"
DEFAULT_VPC: Final = "{key} lives in the default VPC, which is not in this plan"
DEFAULT_SUBNETS: Final = "{key} uses the default subnet group, which is not in this plan"


_OWN = "AWS makes {key} a security group of its own, whose rules are not in this plan"
_TASKS = "network_configuration"
_EVENT = "ecs_target.network_configuration"
_TARGET = "target.ecs_parameters.network_configuration"
_PIPE = "target_parameters.ecs_task_parameters"

_BALANCER = Manner(NEEDED, Bare.DEFAULT, internet_facing)
_RDS = Manner(DEFAULT_SUBNETS, Bare.DEFAULT)
_MEMBER = Manner(NEEDED, Bare.DEFAULT, says("publicly_accessible", False))
_CACHE = Manner(DEFAULT_SUBNETS)
_OPTIONAL = Manner(OUTSIDE)
_NEEDED = Manner(NEEDED)
_OPENSEARCH = Manner(OUTSIDE, Bare.DEFAULT)
_LAUNCHED = Manner(DEFAULT_VPC, Bare.DEFAULT, by_subnet)
_PRIVATELINK = "what is behind an interface endpoint starts no connection through it (F73)"
_MOUNT = "a mount target opens no connections: its outbound rules are unused (F98)"
_OFFERED = Manner(NEEDED, Bare.DEFAULT, outbound=_PRIVATELINK)
_CONNECTION = "connections over {key} keep the address of their client (F87)"

MANNERS: Final[Mapping[str, Manner]] = {
    "aws_alb": _BALANCER,
    "aws_apigatewayv2_vpc_link": Manner(NEEDED, inbound="a VPC link takes no calls"),
    "aws_apprunner_vpc_connector": Manner(NEEDED, inbound="a VPC connector takes no calls"),
    "aws_appstream_fleet": Manner(OUTSIDE, public=says("enable_default_internet_access", False)),
    "aws_appstream_image_builder": Manner(
        OUTSIDE, public=says("enable_default_internet_access", False)
    ),
    "aws_autoscaling_group": _LAUNCHED,
    "aws_batch_compute_environment": Manner(
        OUTSIDE, public=perhaps("whether jobs of {key} get public addresses is not known")
    ),
    "aws_bedrock_custom_model": _OPTIONAL,
    "aws_cloud9_environment_ec2": Manner(DEFAULT_VPC, public=by_subnet, also=always(_OWN)),
    "aws_cloudhsm_v2_cluster": Manner(NEEDED, also=always(_OWN)),
    "aws_cloudhsm_v2_hsm": Manner(
        "{key} is placed by zone, so its subnet is not known", also=always(_OWN)
    ),
    "aws_cloudwatch_event_target": Manner(
        NOTHING, Bare.DEFAULT, task(_EVENT, "ecs_target.launch_type")
    ),
    "aws_codebuild_fleet": _OPTIONAL,
    "aws_codebuild_project": _OPTIONAL,
    "aws_codeconnections_host": _OPTIONAL,
    "aws_codestarconnections_host": _OPTIONAL,
    "aws_comprehend_document_classifier": _OPTIONAL,
    "aws_comprehend_entity_recognizer": _OPTIONAL,
    "aws_datasync_agent": _OPTIONAL,
    "aws_datasync_location_efs": _NEEDED,
    "aws_dax_cluster": Manner(DEFAULT_SUBNETS, Bare.DEFAULT),
    "aws_db_proxy": _NEEDED,
    "aws_db_proxy_endpoint": Manner(NEEDED, Bare.DEFAULT),
    "aws_devicefarm_test_grid_project": _OPTIONAL,
    "aws_directory_service_directory": Manner(NEEDED, also=always(_OWN)),
    "aws_directory_service_region": Manner(NEEDED, also=always(_OWN)),
    "aws_dms_replication_config": Manner(
        DEFAULT_SUBNETS, public=perhaps("whether {key} gets a public address is not documented")
    ),
    "aws_dms_replication_instance": Manner(
        DEFAULT_SUBNETS, public=says("publicly_accessible", True)
    ),
    "aws_docdb_cluster": _RDS,
    "aws_docdb_cluster_instance": _MEMBER,
    "aws_docdbelastic_cluster": Manner(DEFAULT_VPC),
    "aws_drs_replication_configuration_template": Manner(
        NEEDED,
        public=says("create_public_ip", None),
        also=if_("associate_default_security_group", _OWN, unset=True),
    ),
    "aws_ec2_fleet": _LAUNCHED,
    "aws_ec2_instance_connect_endpoint": Manner(
        NEEDED,
        Bare.DEFAULT,
        inbound="an instance connect endpoint takes no calls from a network (F87)",
        doubt=if_("preserve_client_ip", _CONNECTION, unset=True),
    ),
    "aws_ecs_service": Manner(OUTSIDE, Bare.DEFAULT, task(_TASKS)),
    "aws_ecs_task_set": Manner(OUTSIDE, Bare.DEFAULT, task(_TASKS)),
    "aws_efs_mount_target": Manner(NEEDED, Bare.DEFAULT, outbound=_MOUNT),
    "aws_eks_cluster": Manner(
        NEEDED,
        beside=if_(
            "vpc_config.endpoint_public_access",
            "the public API endpoint of {key} is outside the VPC and not modelled (F97)",
            unset=True,
        ),
    ),
    "aws_eks_fargate_profile": _NEEDED,
    "aws_eks_node_group": Manner(NEEDED, public=by_subnet, also=remote_access),
    "aws_elastic_beanstalk_environment": Manner(
        "the network of {key} is written in its settings, which are not read",
    ),
    "aws_elasticache_cluster": _CACHE,
    "aws_elasticache_replication_group": _CACHE,
    "aws_elasticache_serverless_cache": Manner(DEFAULT_VPC, Bare.DEFAULT),
    "aws_elasticsearch_domain": _OPENSEARCH,
    "aws_elasticsearch_vpc_endpoint": _OFFERED,
    "aws_elb": _BALANCER,
    "aws_emr_cluster": Manner(DEFAULT_VPC, public=by_subnet, also=emr),
    "aws_emr_studio": _NEEDED,
    "aws_emrserverless_application": _OPTIONAL,
    "aws_finspace_kx_cluster": _NEEDED,
    "aws_fsx_file_cache": _NEEDED,
    "aws_fsx_lustre_file_system": _NEEDED,
    "aws_fsx_ontap_file_system": _NEEDED,
    "aws_fsx_openzfs_file_system": _NEEDED,
    "aws_fsx_windows_file_system": _NEEDED,
    "aws_gamelift_game_server_group": _LAUNCHED,
    "aws_glue_connection": _OPTIONAL,
    "aws_glue_dev_endpoint": Manner(
        OUTSIDE, public=perhaps("whether {key} gets a public address is not known")
    ),
    "aws_grafana_workspace": Manner(
        OUTSIDE, beside=always("the URL of {key} is outside the VPC and not modelled")
    ),
    "aws_imagebuilder_infrastructure_configuration": Manner(DEFAULT_VPC, public=by_subnet),
    "aws_iot_topic_rule_destination": _NEEDED,
    "aws_kinesis_firehose_delivery_stream": Manner(NOTHING),
    "aws_kinesisanalyticsv2_application": _OPTIONAL,
    "aws_lb": _BALANCER,
    "aws_m2_environment": Manner(DEFAULT_VPC, public=says("publicly_accessible", None)),
    "aws_medialive_channel": Manner(
        OUTSIDE,
        Bare.DEFAULT,
        lambda raw, resolver: Exposure(
            holds(raw, "vpc", "public_address_allocation_ids"),
            why=f"the Elastic IPs of {raw.address} are not known before apply",
        ),
    ),
    "aws_medialive_input": Manner(OUTSIDE, Bare.DEFAULT),
    "aws_memorydb_cluster": _CACHE,
    "aws_mq_broker": Manner(DEFAULT_VPC, public=says("publicly_accessible", False)),
    "aws_msk_cluster": Manner(NEEDED, public=brokers),
    "aws_msk_replicator": _NEEDED,
    "aws_msk_serverless_cluster": _NEEDED,
    "aws_msk_vpc_connection": _NEEDED,
    "aws_mskconnect_connector": _NEEDED,
    "aws_mwaa_environment": Manner(
        NEEDED,
        beside=lambda raw, resolver: (
            ""
            if text_at(raw, resolver, "webserver_access_mode") in (None, "PRIVATE_ONLY")
            else f"the web server of {raw.address} may be public, which is not modelled"
        ),
    ),
    "aws_neptune_cluster": _RDS,
    "aws_neptune_cluster_instance": _MEMBER,
    "aws_opensearch_domain": _OPENSEARCH,
    "aws_opensearch_vpc_endpoint": _OFFERED,
    "aws_opensearchserverless_vpc_endpoint": Manner(NEEDED, outbound=_PRIVATELINK),
    "aws_opsworks_instance": Manner(
        "{key} uses the default subnet of its stack",
        public=perhaps("whether the layers of {key} give it a public address is not read"),
        also=always("the groups that the layers of {key} give it are not read"),
    ),
    "aws_osis_pipeline": _OPTIONAL,
    "aws_pipes_pipe": Manner(
        NOTHING,
        Bare.DEFAULT,
        task(f"{_PIPE}.network_configuration.aws_vpc_configuration", f"{_PIPE}.launch_type"),
    ),
    "aws_prometheus_scraper": _NEEDED,
    "aws_quicksight_vpc_connection": _NEEDED,
    "aws_rds_cluster": _RDS,
    "aws_rds_cluster_instance": _MEMBER,
    "aws_redshift_cluster": Manner(
        DEFAULT_SUBNETS, Bare.DEFAULT, says("publicly_accessible", None)
    ),
    "aws_redshift_endpoint_access": Manner(DEFAULT_SUBNETS, outbound=_PRIVATELINK),
    "aws_redshiftserverless_endpoint_access": Manner(NEEDED, outbound=_PRIVATELINK),
    "aws_redshiftserverless_workgroup": Manner(
        DEFAULT_VPC, public=says("publicly_accessible", False)
    ),
    "aws_route53_resolver_endpoint": _NEEDED,
    "aws_s3outposts_endpoint": _NEEDED,
    "aws_sagemaker_data_quality_job_definition": _OPTIONAL,
    "aws_sagemaker_domain": Manner(
        NEEDED,
        also=always("spaces and users of {key} may carry groups of their own"),
        beside=unless(
            "app_network_access_type",
            "VpcOnly",
            "{key} has a way to the Internet outside the VPC, which is not modelled",
        ),
    ),
    "aws_sagemaker_model": _OPTIONAL,
    "aws_sagemaker_notebook_instance": Manner(
        OUTSIDE,
        beside=unless(
            "direct_internet_access",
            "Disabled",
            "{key} has a way to the Internet outside the VPC, which is not modelled",
        ),
    ),
    "aws_sagemaker_user_profile": _NEEDED,
    "aws_sagemaker_workforce": _OPTIONAL,
    "aws_scheduler_schedule": Manner(
        NOTHING, Bare.DEFAULT, task(_TARGET, "target.ecs_parameters.launch_type")
    ),
    "aws_spot_fleet_request": Manner(
        DEFAULT_VPC, Bare.DEFAULT, launch_says("launch_specification.associate_public_ip_address")
    ),
    "aws_spot_instance_request": Manner(
        DEFAULT_VPC, Bare.DEFAULT, launch_says("associate_public_ip_address")
    ),
    "aws_synthetics_canary": Manner(
        OUTSIDE, inbound="a canary is a function, whose interface takes no calls (F92)"
    ),
    "aws_timestreaminfluxdb_db_instance": Manner(NEEDED, public=says("publicly_accessible", None)),
    "aws_transfer_server": Manner(OUTSIDE, public=elastic_ips),
    "aws_verifiedaccess_endpoint": Manner(
        OUTSIDE, beside=always("{key} is reached by identity, which is not modelled (F89)")
    ),
    "aws_vpc_endpoint": Manner(
        "{key} names no subnet: whether it has an interface is not known",
        Bare.DEFAULT,
        outbound=_PRIVATELINK,
    ),
    "aws_vpc_route_server_endpoint": _NEEDED,
    "aws_vpclattice_resource_gateway": _NEEDED,
    "aws_workspaces_directory": Manner(
        NEEDED,
        public=says("workspace_creation_properties.enable_internet_access", False),
        also=always("WorkSpaces carry a group that AWS makes for {key}"),
    ),
    "aws_workspacesweb_network_settings": _NEEDED,
}
"""Terraform type -> how AWS treats it. The types are those of plan/spots.py."""
