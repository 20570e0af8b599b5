"""Which attributes say where a resource lives in a VPC: the one table, for links and readers.

A row: type, subnets, security groups, and whose member it is. A path names blocks and an attribute;
`[]` marks a list or set, `>role` the role of a link that is neither (topology/endpoints.py follows
it), `@name` the attribute beside it that fixes an address. A type with several rows has several
kinds of interfaces; `=name` in front of the subnets says what each is. tests/resources holds every
row against the schema of the AWS provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tfreach.records import dataclass

_ROWS: Final = """
aws_alb subnets[],subnet_mapping.subnet_id@private_ipv4_address security_groups[]
aws_apigatewayv2_vpc_link subnet_ids[] security_group_ids[]
aws_apprunner_vpc_connector subnets[] security_groups[]
aws_appstream_fleet vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_appstream_image_builder vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_autoscaling_group vpc_zone_identifier[] -
aws_batch_compute_environment compute_resources.subnets[] compute_resources.security_group_ids[]
aws_bedrock_custom_model vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_cloud9_environment_ec2 subnet_id -
aws_cloudhsm_v2_cluster subnet_ids[] -
aws_cloudhsm_v2_hsm subnet_id@ip_address -
aws_cloudwatch_event_target {c}.subnets[] {c}.security_groups[] c=ecs_target.network_configuration
aws_codebuild_fleet vpc_config.subnets[] vpc_config.security_group_ids[]
aws_codebuild_project vpc_config.subnets[] vpc_config.security_group_ids[]
aws_codeconnections_host {c}.subnet_ids[] {c}.security_group_ids[] c=vpc_configuration
aws_codestarconnections_host {c}.subnet_ids[] {c}.security_group_ids[] c=vpc_configuration
aws_comprehend_document_classifier vpc_config.subnets[] vpc_config.security_group_ids[]
aws_comprehend_entity_recognizer vpc_config.subnets[] vpc_config.security_group_ids[]
aws_datasync_agent subnet_arns[] security_group_arns[]
aws_datasync_location_efs ec2_config.subnet_arn ec2_config.security_group_arns[]
aws_dax_cluster subnet_group_name>dax_subnet_group security_group_ids[]
aws_db_proxy vpc_subnet_ids[] vpc_security_group_ids[]
aws_db_proxy_endpoint vpc_subnet_ids[] vpc_security_group_ids[]
aws_devicefarm_test_grid_project vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_directory_service_directory connect_settings.subnet_ids[],vpc_settings.subnet_ids[] -
aws_directory_service_region vpc_settings.subnet_ids[] -
aws_dms_replication_config {c}.replication_subnet_group_id>{r} {c}.vpc_security_group_ids[] c=compute_config r=dms_subnet_group
aws_dms_replication_instance replication_subnet_group_id>dms_subnet_group vpc_security_group_ids[]
aws_docdb_cluster db_subnet_group_name>db_subnet_group vpc_security_group_ids[]
aws_docdb_cluster_instance db_subnet_group_name>db_subnet_group - cluster_identifier>docdb_cluster
aws_docdbelastic_cluster subnet_ids[] vpc_security_group_ids[]
aws_drs_replication_configuration_template staging_area_subnet_id replication_servers_security_groups_ids[]
aws_ec2_fleet launch_template_config.override.subnet_id -
aws_ec2_instance_connect_endpoint subnet_id security_group_ids[]
aws_ecs_service {c}.subnets[] {c}.security_groups[] c=network_configuration
aws_ecs_task_set {c}.subnets[] {c}.security_groups[] c=network_configuration
aws_efs_mount_target subnet_id@ip_address security_groups[]
aws_eks_cluster vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_eks_fargate_profile subnet_ids[] - cluster_name>eks_cluster
aws_eks_node_group subnet_ids[] - cluster_name>eks_cluster
aws_elastic_beanstalk_environment - -
aws_elasticache_cluster subnet_group_name>{r} security_group_ids[] {g}>replication_group r=elasticache_subnet_group g=replication_group_id
aws_elasticache_replication_group subnet_group_name>elasticache_subnet_group security_group_ids[]
aws_elasticache_serverless_cache subnet_ids[] security_group_ids[]
aws_elasticsearch_domain vpc_options.subnet_ids[] vpc_options.security_group_ids[]
aws_elasticsearch_vpc_endpoint vpc_options.subnet_ids[] vpc_options.security_group_ids[]
aws_elb subnets[] security_groups[]
aws_emr_cluster =primary {e}.subnet_id,{e}.subnet_ids[] {e}.emr_managed_master_security_group e=ec2_attributes
aws_emr_cluster =core {e}.subnet_id,{e}.subnet_ids[] {e}.emr_managed_slave_security_group e=ec2_attributes
aws_emr_studio subnet_ids[] workspace_security_group_id
aws_emrserverless_application {c}.subnet_ids[] {c}.security_group_ids[] c=network_configuration
aws_finspace_kx_cluster {c}.subnet_ids[] {c}.security_group_ids[] c=vpc_configuration
aws_fsx_file_cache subnet_ids[] security_group_ids[]
aws_fsx_lustre_file_system subnet_ids[] security_group_ids[]
aws_fsx_ontap_file_system subnet_ids[] security_group_ids[]
aws_fsx_openzfs_file_system subnet_ids[] security_group_ids[]
aws_fsx_windows_file_system subnet_ids[] security_group_ids[]
aws_gamelift_game_server_group vpc_subnets[] -
aws_glue_connection {c}.subnet_id {c}.security_group_id_list[] c=physical_connection_requirements
aws_glue_dev_endpoint subnet_id security_group_ids[]
aws_grafana_workspace {c}.subnet_ids[] {c}.security_group_ids[] c=vpc_configuration
aws_imagebuilder_infrastructure_configuration subnet_id security_group_ids[]
aws_iot_topic_rule_destination {c}.subnet_ids[] {c}.security_groups[] c=vpc_configuration
aws_kinesis_firehose_delivery_stream =elasticsearch {c}.subnet_ids[] {c}.security_group_ids[] c=elasticsearch_configuration.vpc_config
aws_kinesis_firehose_delivery_stream =opensearch {c}.subnet_ids[] {c}.security_group_ids[] c=opensearch_configuration.vpc_config
aws_kinesis_firehose_delivery_stream =serverless {c}.subnet_ids[] {c}.security_group_ids[] c=opensearchserverless_configuration.vpc_config
aws_kinesisanalyticsv2_application {c}.subnet_ids[] {c}.security_group_ids[] c=application_configuration.vpc_configuration
aws_lb subnets[],subnet_mapping.subnet_id@private_ipv4_address security_groups[]
aws_m2_environment subnet_ids[] security_group_ids[]
aws_medialive_channel vpc.subnet_ids[] vpc.security_group_ids[]
aws_medialive_input vpc.subnet_ids[] vpc.security_group_ids[]
aws_memorydb_cluster subnet_group_name>memorydb_subnet_group security_group_ids[]
aws_mq_broker subnet_ids[] security_groups[]
aws_msk_cluster {c}.client_subnets[] {c}.security_groups[] c=broker_node_group_info
aws_msk_replicator {c}.subnet_ids[] {c}.security_groups_ids[] c=kafka_cluster.vpc_config
aws_msk_serverless_cluster vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_msk_vpc_connection client_subnets[] security_groups[]
aws_mskconnect_connector {c}.subnets[] {c}.security_groups[] c=kafka_cluster.apache_kafka_cluster.vpc
aws_mwaa_environment {c}.subnet_ids[] {c}.security_group_ids[] c=network_configuration
aws_neptune_cluster neptune_subnet_group_name>db_subnet_group vpc_security_group_ids[]
aws_neptune_cluster_instance neptune_subnet_group_name>db_subnet_group - cluster_identifier>neptune_cluster
aws_opensearch_domain vpc_options.subnet_ids[] vpc_options.security_group_ids[]
aws_opensearch_vpc_endpoint vpc_options.subnet_ids[] vpc_options.security_group_ids[]
aws_opensearchserverless_vpc_endpoint subnet_ids[] security_group_ids[]
aws_opsworks_instance subnet_id security_group_ids[]
aws_osis_pipeline vpc_options.subnet_ids[] vpc_options.security_group_ids[]
aws_pipes_pipe =source {c}.subnets[] {c}.security_groups[] c=source_parameters.self_managed_kafka_parameters.vpc
aws_pipes_pipe =task {c}.subnets[] {c}.security_groups[] c=target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration
aws_prometheus_scraper source.eks.subnet_ids[] source.eks.security_group_ids[]
aws_quicksight_vpc_connection subnet_ids[] security_group_ids[]
aws_rds_cluster db_subnet_group_name>db_subnet_group vpc_security_group_ids[]
aws_rds_cluster_instance db_subnet_group_name>db_subnet_group - cluster_identifier>rds_cluster
aws_redshift_cluster cluster_subnet_group_name>redshift_subnet_group vpc_security_group_ids[]
aws_redshift_endpoint_access subnet_group_name>redshift_subnet_group vpc_security_group_ids[]
aws_redshiftserverless_endpoint_access subnet_ids[] vpc_security_group_ids[]
aws_redshiftserverless_workgroup subnet_ids[] security_group_ids[]
aws_route53_resolver_endpoint ip_address.subnet_id@ip security_group_ids[]
aws_s3outposts_endpoint subnet_id security_group_id
aws_sagemaker_data_quality_job_definition {c}.subnets[] {c}.security_group_ids[] c=network_config.vpc_config
aws_sagemaker_domain subnet_ids[] default_user_settings.security_groups[]
aws_sagemaker_model vpc_config.subnets[] vpc_config.security_group_ids[]
aws_sagemaker_notebook_instance subnet_id security_groups[]
aws_sagemaker_user_profile - user_settings.security_groups[] domain_id>sagemaker_domain
aws_sagemaker_workforce {c}.subnets[] {c}.security_group_ids[] c=workforce_vpc_config
aws_scheduler_schedule {c}.subnets[] {c}.security_groups[] c=target.ecs_parameters.network_configuration
aws_spot_fleet_request =specification {s}.subnet_id {s}.vpc_security_group_ids[] s=launch_specification
aws_spot_fleet_request =template launch_template_config.overrides.subnet_id -
aws_spot_instance_request subnet_id vpc_security_group_ids[]
aws_synthetics_canary vpc_config.subnet_ids[] vpc_config.security_group_ids[]
aws_timestreaminfluxdb_db_instance vpc_subnet_ids[] vpc_security_group_ids[]
aws_transfer_server endpoint_details.subnet_ids[] endpoint_details.security_group_ids[]
aws_verifiedaccess_endpoint cidr_options.subnet_ids[],load_balancer_options.subnet_ids[],rds_options.subnet_ids[] security_group_ids[]
aws_vpc_endpoint subnet_ids[],subnet_configuration.subnet_id@ipv4 security_group_ids[]
aws_vpc_route_server_endpoint subnet_id@eni_address -
aws_vpclattice_resource_gateway subnet_ids[] security_group_ids[]
aws_workspaces_directory subnet_ids[] {c}.custom_security_group_id c=workspace_creation_properties
aws_workspacesweb_network_settings subnet_ids[] security_group_ids[]
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Path:
    """Where a link stands: `vpc_config.subnet_ids[]` is blocks ("vpc_config",), name "subnet_ids".

    many     a list or set
    role     what it leads to
    address  the attribute beside it that fixes an address in that subnet; ""
    """

    blocks: tuple[str, ...]
    name: str
    many: bool
    role: str
    address: str = ""

    def __str__(self) -> str:
        return ".".join((*self.blocks, self.name))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one kind of interfaces of a type is written.

    name      what tells it from the others of the type; ""
    subnets   each leads to subnets, or to the group that lists them
    member    the cluster it is a member of, whose subnets and groups it shares
    """

    name: str
    subnets: tuple[Path, ...]
    groups: tuple[Path, ...]
    member: Path | None = None


def _path(text: str, role: str) -> Path:
    text, _, address = text.partition("@")
    text, _, other = text.partition(">")
    *blocks, name = text.removesuffix("[]").split(".")
    return Path(tuple(blocks), name, text.endswith("[]"), other or role, address)


def _paths(text: str, role: str) -> tuple[Path, ...]:
    return () if text == "-" else tuple(_path(one, role) for one in text.split(","))


def _read(line: str) -> tuple[str, Spot]:
    kind, *words = line.split()
    short = dict(word.split("=") for word in words if "=" in word and word[0] != "=")
    name = "".join(word[1:] for word in words if word[0] == "=")
    columns = [word.format(**short) for word in words if "=" not in word]
    subnets, groups, *member = columns
    owner = _path(member[0], "") if member else None
    return kind, Spot(name, _paths(subnets, "subnet"), _paths(groups, "security_group"), owner)


def _table() -> dict[str, tuple[Spot, ...]]:
    found: dict[str, tuple[Spot, ...]] = {}
    for kind, spot in map(_read, _ROWS.strip().splitlines()):
        found[kind] = (*found.get(kind, ()), spot)
    return found


SPOTS: Final[Mapping[str, tuple[Spot, ...]]] = _table()
"""Terraform type -> where it says in which subnets it lives, and which groups it carries."""


def paths(kind: str) -> Iterator[Path]:
    """Every link of a type."""
    for spot in SPOTS.get(kind, ()):
        yield from (*spot.subnets, *spot.groups)
        if spot.member:
            yield spot.member
