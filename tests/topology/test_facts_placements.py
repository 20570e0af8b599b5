"""AWS facts of what lives in subnets, by the tables of spots and manners: one test each."""

from __future__ import annotations

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    echo,
    gone,
    groups,
    new,
    plan,
    public,
    ref,
    sites,
    stands,
    verdict,
)
from tests.topology.scenes import ALL, NET, OPEN, SSH, WEB
from tfreach.topology.network import Network

LATER = ref("aws_ssm_parameter.p.value")
B = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
SHUT = stands("aws_security_group.shut", vpc_id="vpc-v", ingress=[], egress=[])
HOST = stands("aws_instance.w", **WEB)
TWO = ["subnet-a", "subnet-b"]
BOTH = ["aws_subnet.a", "aws_subnet.b"]
DEFAULT = "aws_vpc.v (default security group)"
STACK = (*NET, B, OPEN, SHUT, HOST)


def network(*items: Item) -> Network:
    return plan(*STACK, *items).after


def everything_is_undetermined(found: Network, id: str) -> bool:
    """But that what never opens a connection does not."""
    pairs = [("aws_instance.w", id), ("internet", id), (id, "aws_instance.w")]
    silent = found.endpoints[id].outbound
    return {verdict(found, *pair) for pair in pairs[: 2 if silent else 3]} == {"undetermined"}


def said(found: Network, type_: str) -> str:
    return next((item.effect for item in found.unmodelled if item.type == type_), "")


# Where


def test_a_load_balancer_has_a_node_in_each_of_its_subnets() -> None:
    lb = new("aws_lb.l", internal=True, subnets=TWO, security_groups=["sg-g"])
    assert list(sites(network(lb), lb.address)) == BOTH


def test_a_subnet_mapping_may_fix_the_address_of_a_node() -> None:
    mapping = [
        {"subnet_id": "subnet-a", "private_ipv4_address": "10.0.0.9"},
        {"subnet_id": "subnet-b"},
    ]
    lb = new("aws_lb.l", load_balancer_type="network", subnets=UNSET, subnet_mapping=mapping)
    assert sites(network(lb), lb.address)["aws_subnet.a"] == ["10.0.0.9"]


@pytest.mark.parametrize(
    ("group", "kind", "attribute"),
    [
        ("aws_db_subnet_group", "aws_rds_cluster", "db_subnet_group_name"),
        ("aws_docdb_subnet_group", "aws_docdb_cluster", "db_subnet_group_name"),
        ("aws_neptune_subnet_group", "aws_neptune_cluster", "neptune_subnet_group_name"),
        ("aws_elasticache_subnet_group", "aws_elasticache_cluster", "subnet_group_name"),
        ("aws_elasticache_subnet_group", "aws_elasticache_replication_group", "subnet_group_name"),
        ("aws_memorydb_subnet_group", "aws_memorydb_cluster", "subnet_group_name"),
        ("aws_dax_subnet_group", "aws_dax_cluster", "subnet_group_name"),
        ("aws_redshift_subnet_group", "aws_redshift_cluster", "cluster_subnet_group_name"),
        (
            "aws_dms_replication_subnet_group",
            "aws_dms_replication_instance",
            "replication_subnet_group_id",
        ),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["named", "followed"])
def test_a_subnet_group_says_where_it_may_be(
    group: str, kind: str, attribute: str, known: bool
) -> None:
    """F96: in any of its subnets."""
    name = "replication_subnet_group_id" if "dms" in group else "name"
    listing = new(f"{group}.s", **{name: "data"}, subnet_ids=TWO)
    to = "data" if known else ref(f"{group}.s.{name}")
    found = network(listing, new(f"{kind}.d", **{attribute: to}))
    assert list(sites(found, f"{kind}.d")) == BOTH


def test_the_default_subnet_group_is_not_in_a_plan() -> None:
    found = network(new("aws_redshift_cluster.d", cluster_subnet_group_name=UNSET))
    assert everything_is_undetermined(found, "aws_redshift_cluster.d")


def test_subnets_that_are_not_known_leave_every_verdict_open() -> None:
    found = network(new("aws_efs_mount_target.m", subnet_id=LATER, security_groups=["sg-g"]))
    assert everything_is_undetermined(found, "aws_efs_mount_target.m")


@pytest.mark.parametrize(
    "kind",
    ["aws_codebuild_project", "aws_ecs_service", "aws_opensearch_domain", "aws_transfer_server"],
)
def test_what_names_no_subnet_is_no_endpoint_and_said_to_be_none(kind: str) -> None:
    """F94: so does a container service whose tasks use the interface of their host."""
    found = network(new(f"{kind}.x"))
    assert f"{kind}.x" not in found.endpoints
    assert said(found, kind).startswith("it names no subnet")


@pytest.mark.parametrize("kind", ["aws_cloudwatch_event_target", "aws_scheduler_schedule"])
def test_what_starts_no_task_has_no_part_in_a_network(kind: str) -> None:
    found = network(new(f"{kind}.x"))
    assert (f"{kind}.x" in found.endpoints, said(found, kind)) == (False, "")


def test_a_task_on_a_schedule_is_an_endpoint() -> None:
    """F93."""
    inside = {"subnets": TWO, "assign_public_ip": True}
    target = [{"launch_type": "FARGATE", "network_configuration": [inside]}]
    found = network(new("aws_cloudwatch_event_target.x", ecs_target=target))
    assert public(found, "aws_cloudwatch_event_target.x") == "yes"
    assert groups(found, "aws_cloudwatch_event_target.x") == [DEFAULT]


def test_an_empty_list_of_subnets_is_none() -> None:
    made: list[object] = [{"subnets": [], "security_group_ids": []}]
    assert (
        "aws_codebuild_project.x"
        not in network(new("aws_codebuild_project.x", vpc_config=made)).endpoints
    )


def test_whether_it_names_a_subnet_may_not_be_known() -> None:
    found = network(new("aws_codebuild_project.x", vpc_config=LATER))
    assert everything_is_undetermined(found, "aws_codebuild_project.x")


# Load balancers


@pytest.mark.parametrize(
    ("internal", "expected"),
    [
        pytest.param({}, "yes", id="not-said"),
        pytest.param({"internal": False}, "yes", id="internet-facing"),
        pytest.param({"internal": True}, "no", id="internal"),
        pytest.param({"internal": UNSET}, "yes", id="unknown-and-not-written"),
        pytest.param({"internal": LATER}, "maybe", id="unknown-and-written"),
    ],
)
@pytest.mark.parametrize("kind", ["aws_lb", "aws_alb", "aws_elb"])
def test_a_load_balancer_is_public_unless_internal(
    kind: str, internal: dict[str, object], expected: str
) -> None:
    """F78."""
    found = network(new(f"{kind}.l", subnets=TWO, security_groups=["sg-g"], **internal))
    assert public(found, f"{kind}.l") == expected


def test_an_application_load_balancer_gets_the_default_group() -> None:
    found = network(new("aws_lb.l", subnets=TWO, security_groups=UNSET))
    assert groups(found, "aws_lb.l") == [DEFAULT]


def test_a_network_load_balancer_without_a_group_lets_everything_pass() -> None:
    """F80."""
    lb = new("aws_lb.l", load_balancer_type="network", subnets=["subnet-a"], security_groups=UNSET)
    found = network(lb, new("aws_lb_listener.l", load_balancer_arn=ref("aws_lb.l.arn"), port=22,
                            protocol="TCP"))  # fmt: skip
    assert groups(found, "aws_lb.l") == ["aws_lb.l (no security group)"]
    assert verdict(found, "internet", "aws_lb.l") == "reachable"


def test_a_gateway_load_balancer_is_a_way_and_no_endpoint() -> None:
    """F86."""
    found = network(new("aws_lb.l", load_balancer_type="gateway", subnets=TWO))
    assert "aws_lb.l" not in found.endpoints
    assert not said(found, "aws_lb")


# Interface endpoints


def test_an_interface_endpoint_has_the_default_group_and_all_its_subnets() -> None:
    """F73."""
    vpce = new("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type="Interface",
               subnet_ids=TWO, security_group_ids=UNSET)  # fmt: skip
    found = network(vpce)
    assert (groups(found, vpce.address), list(sites(found, vpce.address))) == ([DEFAULT], BOTH)
    assert public(found, vpce.address) == "no"


def test_f73_what_is_behind_an_interface_endpoint_starts_nothing() -> None:
    vpce = new("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type="Interface",
               subnet_ids=TWO, security_group_ids=["sg-g"])  # fmt: skip
    found = network(vpce)
    assert verdict(found, "aws_instance.w", vpce.address) == "reachable"
    assert verdict(found, vpce.address, "aws_instance.w") == "unreachable"


def test_f98_a_mount_target_opens_no_connection() -> None:
    target = new("aws_efs_mount_target.m", subnet_id="subnet-a", security_groups=["sg-g"])
    found = network(target)
    assert verdict(found, "aws_instance.w", target.address) == "reachable"
    assert verdict(found, target.address, "aws_instance.w") == "unreachable"


@pytest.mark.parametrize("kind", [None, "Gateway", "GatewayLoadBalancer"])
def test_other_endpoints_of_a_vpc_are_no_endpoints(kind: str | None) -> None:
    """F71, F72: they are routes."""
    found = network(new("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type=kind))
    assert "aws_vpc_endpoint.e" not in found.endpoints
    assert not said(found, "aws_vpc_endpoint")


def test_associations_add_subnets_and_groups_to_an_interface_endpoint() -> None:
    vpce = new("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type="Interface",
               subnet_ids=["subnet-a"], security_group_ids=["sg-shut"])  # fmt: skip
    id_ = ref("aws_vpc_endpoint.e.id")
    subnet = new("aws_vpc_endpoint_subnet_association.s", vpc_endpoint_id=id_, subnet_id="subnet-b")
    group = new(
        "aws_vpc_endpoint_security_group_association.g",
        vpc_endpoint_id=id_,
        security_group_id="sg-g",
    )
    found = network(vpce, subnet, group)
    assert list(sites(found, vpce.address)) == BOTH
    assert groups(found, vpce.address) == ["aws_security_group.shut", "aws_security_group.g"]


def test_what_a_deleted_association_gave_may_only_be_an_echo() -> None:
    """plan-json.md, trap 1."""
    vpce = stands("aws_vpc_endpoint.e", vpc_id="vpc-v", vpc_endpoint_type="Interface",
                  subnet_ids=echo(TWO), security_group_ids=["sg-g"])  # fmt: skip
    tie = gone("aws_vpc_endpoint_subnet_association.s",
               vpc_endpoint_id="aws_vpc_endpoint-e", subnet_id="subnet-b")  # fmt: skip
    assert everything_is_undetermined(network(vpce, tie), vpce.address)


def test_nothing_is_sent_to_an_instance_connect_endpoint() -> None:
    """F87; and with the address of its client kept, what it sends is not judged."""
    made = {"subnet_id": "subnet-a", "security_group_ids": ["sg-g"]}
    eice = new("aws_ec2_instance_connect_endpoint.e", **made, preserve_client_ip=False)
    found = network(eice)
    assert verdict(found, "aws_instance.w", eice.address) == "unreachable"
    assert verdict(found, eice.address, "aws_instance.w") == "reachable"
    kept = network(new("aws_ec2_instance_connect_endpoint.e", **made))
    assert verdict(kept, eice.address, "aws_instance.w") == "undetermined"


# Containers


def service(address: bool | None = None, **more: object) -> Item:
    wanted = {} if address is None else {"assign_public_ip": address}
    return new("aws_ecs_service.s", network_configuration=[{"subnets": TWO, **wanted}], **more)


def test_a_task_without_groups_carries_the_default_one() -> None:
    """F93."""
    assert groups(network(service()), "aws_ecs_service.s") == [DEFAULT]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({"launch_type": "FARGATE"}, "yes", id="fargate"),
        pytest.param({"launch_type": "EC2"}, "no", id="never-on-ec2"),
        pytest.param({"launch_type": UNSET}, "maybe", id="the-cluster-decides"),
        pytest.param(
            {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}]},
            "yes",
            id="spot",
        ),
    ],
)
def test_a_public_address_counts_for_fargate_only(more: dict[str, object], expected: str) -> None:
    """F93."""
    wanted = service(address=True, **more)
    assert public(network(wanted), "aws_ecs_service.s") == expected
    assert public(network(service(address=False, **more)), "aws_ecs_service.s") == "no"


def test_the_control_plane_carries_the_groups_given_and_one_of_its_own() -> None:
    """F97: all in from itself, all out."""
    made = [{"subnet_ids": TWO, "security_group_ids": ["sg-shut"], "endpoint_public_access": False}]
    found = network(new("aws_eks_cluster.k", name="k", vpc_config=made))
    own = "aws_eks_cluster.k (cluster security group)"
    assert groups(found, "aws_eks_cluster.k") == ["aws_security_group.shut", own]
    assert [rule.group for rule in found.groups[own].ingress] == [own]
    assert verdict(found, "internet", "aws_eks_cluster.k") == "unreachable"


@pytest.mark.parametrize("said_", [{}, {"endpoint_public_access": True}], ids=["not-said", "on"])
def test_the_public_endpoint_of_a_cluster_is_not_judged(said_: dict[str, object]) -> None:
    """F97: it is on unless switched off, and outside the VPC."""
    made = [{"subnet_ids": TWO, **said_}]
    found = network(new("aws_eks_cluster.k", name="k", vpc_config=made))
    assert verdict(found, "internet", "aws_eks_cluster.k") == "undetermined"


PRIVATE = [{"subnet_ids": TWO, "endpoint_public_access": False}]


@pytest.mark.parametrize("known", [True, False], ids=["named", "followed"])
def test_managed_nodes_and_pods_on_fargate_carry_the_group_of_their_cluster(known: bool) -> None:
    """F97."""
    cluster = new("aws_eks_cluster.k", name="k", vpc_config=PRIVATE)
    name = "k" if known else ref("aws_eks_cluster.k.name")
    nodes = new("aws_eks_node_group.n", cluster_name=name, subnet_ids=["subnet-b"])
    pods = new("aws_eks_fargate_profile.p", cluster_name=name, subnet_ids=["subnet-b"])
    found = network(cluster, nodes, pods)
    for address in (nodes.address, pods.address):
        assert groups(found, address) == ["aws_eks_cluster.k (cluster security group)"]
        assert verdict(found, address, "aws_eks_cluster.k") == "reachable"
    assert verdict(found, "aws_instance.w", nodes.address) == "unreachable"


def test_a_rule_may_be_added_to_the_group_of_a_cluster() -> None:
    """F97, before apply: the group has no resource, only an attribute of the cluster."""
    unknown = [{**PRIVATE[0], "cluster_security_group_id": UNSET}]
    cluster = new("aws_eks_cluster.k", name="k", vpc_config=unknown)
    own = ref("aws_eks_cluster.k.vpc_config[0].cluster_security_group_id")
    said = {**SSH, "type": "ingress", "cidr_blocks": ["10.0.0.0/16"]}
    rule = new("aws_security_group_rule.r", **said, security_group_id=own)
    found = network(cluster, rule)
    assert verdict(found, "aws_instance.w", "aws_eks_cluster.k") == "reachable"
    assert verdict(found, "aws_instance.w", "aws_eks_cluster.k", "tcp/23") == "unreachable"


def test_nodes_of_a_cluster_that_is_not_here_carry_a_group_that_is_not_known() -> None:
    found = network(new("aws_eks_node_group.n", cluster_name="far", subnet_ids=["subnet-b"]))
    assert verdict(found, "aws_instance.w", "aws_eks_node_group.n") == "undetermined"


def test_a_launch_template_without_groups_leaves_them_to_the_cluster() -> None:
    """F97."""
    cluster = new("aws_eks_cluster.k", name="k", vpc_config=PRIVATE)
    template = new("aws_launch_template.t", vpc_security_group_ids=[])
    launch = [{"id": ref("aws_launch_template.t.id"), "version": "1"}]
    made = {"cluster_name": "k", "subnet_ids": ["subnet-b"], "launch_template": launch}
    found = network(cluster, template, new("aws_eks_node_group.n", **made))
    assert groups(found, "aws_eks_node_group.n") == ["aws_eks_cluster.k (cluster security group)"]


def test_groups_of_a_launch_template_take_the_place_of_the_clusters() -> None:
    cluster = new("aws_eks_cluster.k", name="k", vpc_config=PRIVATE)
    template = new("aws_launch_template.t", vpc_security_group_ids=["sg-g"])
    launch = [{"id": ref("aws_launch_template.t.id"), "version": "1"}]
    made = {"cluster_name": "k", "subnet_ids": ["subnet-b"], "launch_template": launch}
    nodes = new("aws_eks_node_group.n", **made)
    assert groups(network(cluster, template, nodes), nodes.address) == ["aws_security_group.g"]


# Databases and stores


CLUSTER = new(
    "aws_rds_cluster.c",
    cluster_identifier="c",
    db_subnet_group_name="data",
    vpc_security_group_ids=["sg-g"],
)
LISTING = new("aws_db_subnet_group.s", name="data", subnet_ids=TWO)


def member(name: str, **more: object) -> Item:
    made = {"cluster_identifier": "c", "publicly_accessible": UNSET, **more}
    return new(f"aws_rds_cluster_instance.{name}", **made)


def test_an_instance_of_a_cluster_has_its_subnets_and_groups() -> None:
    """F96."""
    found = network(LISTING, CLUSTER, member("i"))
    id_ = "aws_rds_cluster_instance.i"
    assert (list(sites(found, id_)), groups(found, id_)) == (BOTH, ["aws_security_group.g"])


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param([member("i")], "no", id="private-unless-said"),
        pytest.param([member("i", publicly_accessible=True)], "yes", id="public"),
        pytest.param(
            [member("i", publicly_accessible=True), member("j")], "maybe", id="they-differ"
        ),
        pytest.param([], "maybe", id="its-instances-are-elsewhere"),
        pytest.param([member("i", cluster_identifier=LATER)], "maybe", id="whose-is-not-known"),
    ],
)
def test_a_cluster_is_public_as_its_instances_are(members: list[Item], expected: str) -> None:
    """F95."""
    assert public(network(LISTING, CLUSTER, *members), "aws_rds_cluster.c") == expected


def test_an_instance_of_a_cluster_that_is_not_here_is_anywhere() -> None:
    found = network(member("i", cluster_identifier="far"))
    assert everything_is_undetermined(found, "aws_rds_cluster_instance.i")


def test_a_cache_cluster_of_a_replication_group_lives_where_that_does() -> None:
    listing = new("aws_elasticache_subnet_group.s", name="data", subnet_ids=TWO)
    owner = new("aws_elasticache_replication_group.r", replication_group_id="r",
                subnet_group_name="data", security_group_ids=["sg-shut"])  # fmt: skip
    node = new("aws_elasticache_cluster.n", replication_group_id="r",
               subnet_group_name=UNSET, security_group_ids=UNSET)  # fmt: skip
    found = network(listing, owner, node)
    assert (list(sites(found, node.address)), groups(found, node.address)) == (
        BOTH,
        ["aws_security_group.shut"],
    )


def test_groups_that_a_service_chooses_are_not_guessed() -> None:
    listing = new("aws_memorydb_subnet_group.s", name="data", subnet_ids=TWO)
    cluster = new("aws_memorydb_cluster.m", subnet_group_name="data", security_group_ids=UNSET)
    assert verdict(network(listing, cluster), "aws_instance.w", cluster.address) == "undetermined"


def test_a_mount_target_has_the_default_group_and_is_never_public() -> None:
    """F98."""
    target = new("aws_efs_mount_target.m", subnet_id="subnet-a", security_groups=UNSET)
    found = network(target)
    assert (groups(found, target.address), public(found, target.address)) == ([DEFAULT], "no")


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        pytest.param("aws_dms_replication_instance", {}, "yes", id="dms-is"),
        pytest.param(
            "aws_dms_replication_instance", {"publicly_accessible": False}, "no", id="unless-said"
        ),
        pytest.param("aws_redshift_cluster", {"publicly_accessible": False}, "no", id="redshift"),
        pytest.param("aws_redshift_cluster", {"publicly_accessible": True}, "yes", id="if-said"),
        pytest.param("aws_mq_broker", {}, "no", id="a-broker-is-not"),
        pytest.param("aws_mq_broker", {"publicly_accessible": LATER}, "maybe", id="not-known"),
        pytest.param("aws_m2_environment", {}, "maybe", id="not-documented"),
    ],
)
def test_what_is_public_of_itself(kind: str, more: dict[str, object], expected: str) -> None:
    """F99."""
    assert public(network(new(f"{kind}.x", subnet_ids=TWO, **more)), f"{kind}.x") == expected


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        pytest.param([], "no", id="not-said"),
        pytest.param([{"public_access": [{"type": "SERVICE_PROVIDED_EIPS"}]}], "yes", id="given"),
        pytest.param([{"public_access": [{"type": "DISABLED"}]}], "no", id="off"),
        pytest.param([{"public_access": [{"type": LATER}]}], "maybe", id="not-known"),
    ],
)
def test_brokers_are_public_with_addresses_of_the_service(
    access: list[object], expected: str
) -> None:
    """F99."""
    info = {"client_subnets": TWO, "security_groups": ["sg-g"], "connectivity_info": access}
    found = network(new("aws_msk_cluster.k", broker_node_group_info=[info]))
    assert public(found, "aws_msk_cluster.k") == expected


def test_a_search_domain_without_groups_carries_the_default_one() -> None:
    """F99."""
    domain = new("aws_opensearch_domain.o", vpc_options=[{"subnet_ids": TWO}])
    assert groups(network(domain), domain.address) == [DEFAULT]


def test_a_canary_takes_no_calls() -> None:
    """F92: it is a function."""
    made = [{"subnet_ids": TWO, "security_group_ids": ["sg-g"]}]
    found = network(new("aws_synthetics_canary.c", vpc_config=made))
    assert verdict(found, "aws_instance.w", "aws_synthetics_canary.c") == "unreachable"
    assert verdict(found, "aws_synthetics_canary.c", "aws_instance.w") == "reachable"


@pytest.mark.parametrize("way", ["Enabled", None, LATER])
def test_a_notebook_may_have_a_way_of_its_own_to_the_internet(way: object) -> None:
    made = {"subnet_id": "subnet-b", "security_groups": ["sg-g"]}
    notebook = new("aws_sagemaker_notebook_instance.n", **made, direct_internet_access=way)
    assert verdict(network(notebook), notebook.address, "internet") == "undetermined"
    shut = new("aws_sagemaker_notebook_instance.n", **made, direct_internet_access="Disabled")
    assert verdict(network(shut), shut.address, "internet") == "unreachable"


def test_what_aws_adds_a_group_to_is_not_sure() -> None:
    made = [{"subnet_ids": TWO, "vpc_id": "vpc-v"}]
    found = network(new("aws_directory_service_directory.d", vpc_settings=made))
    assert verdict(found, "aws_instance.w", "aws_directory_service_directory.d") == "undetermined"


def test_each_specification_of_a_fleet_has_its_own_subnet_and_groups() -> None:
    specs = [
        {"subnet_id": "subnet-a", "vpc_security_group_ids": ["sg-g"]},
        {"subnet_id": "subnet-b", "vpc_security_group_ids": ["sg-shut"]},
    ]
    found = network(new("aws_spot_fleet_request.f", launch_specification=specs))
    faces = found.endpoints["aws_spot_fleet_request.f"].interfaces
    assert [(face.sites[0].subnet, face.groups[0].ids) for face in faces] == [
        ("aws_subnet.a", ("aws_security_group.g",)),
        ("aws_subnet.b", ("aws_security_group.shut",)),
    ]


def test_the_target_of_an_egress_rule_is_known_by_its_group() -> None:
    """F5: a placement carries its groups as an instance does."""
    only = {**ALL, "cidr_blocks": [], "security_groups": ["sg-g"]}
    asks = stands("aws_security_group.asks", vpc_id="vpc-v", ingress=[], egress=[only])
    host = stands("aws_instance.x", **{**WEB, "vpc_security_group_ids": ["sg-asks"]})
    target = new("aws_efs_mount_target.m", subnet_id="subnet-b", security_groups=["sg-g"])
    found = network(asks, host, target)
    assert verdict(found, "aws_instance.x", target.address) == "reachable"
