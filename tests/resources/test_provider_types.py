"""The provider's schema against the tables: no type that lives in subnets is forgotten.

provider_types.tsv is made from `terraform providers schema -json` by the script beside it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tfreach.plan.roles import PROVIDERS
from tfreach.plan.spots import SPOTS, paths
from tfreach.plan.spots import Path as Written
from tfreach.resources.coverage import PROVIDER, TABLE, UNMODELLED
from tfreach.resources.inventory import READERS
from tfreach.resources.manners import MANNERS


class Link(NamedTuple):
    kind: str
    path: str
    holds: str
    shape: str
    set_by: str


def _links() -> Iterator[Link]:
    with (Path(__file__).parent / "data" / "provider_types.tsv").open(newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        next(rows)
        yield from (Link(*row) for row in rows)


LINKS: Final = tuple(_links())
SCHEMA: Final = {(link.kind, link.path): link for link in LINKS}

EXCUSED: Final = {
    "aws_ec2_subnet_cidr_reservation": "sets addresses of a subnet apart: no interface",
    "aws_ec2_transit_gateway_multicast_domain_association": "multicast is not evaluated",
    "aws_flow_log": "watches a subnet",
    "aws_networkmanager_connect_peer": "a peer of a transit gateway on an instance's interface",
    "aws_networkmanager_device": "an inventory of devices",
    "aws_vpc_route_server_peer": "a BGP session of an instance, of which routes are learnt",
}
"""Types with a link to subnets or groups that are no part of the model, and why."""

NOT_READ: Final = {
    "aws_cloudhsm_v2_cluster security_group_id": "a group of AWS's own, with rules of its own",
    "aws_directory_service_directory security_group_id": "a group of AWS's own",
    "aws_eks_cluster vpc_config.cluster_security_group_id": "an implicit object (plan/roles.py)",
    "aws_eks_node_group remote_access.source_security_group_ids": "peers of a rule that EKS makes",
    "aws_elasticache_replication_group security_group_names": "EC2-Classic, retired",
    "aws_elb source_security_group": "a name",
    "aws_elb source_security_group_id": "an echo",
    "aws_emr_cluster ec2_attributes.additional_master_security_groups": "a text of several",
    "aws_emr_cluster ec2_attributes.additional_slave_security_groups": "a text of several",
    "aws_emr_cluster ec2_attributes.service_access_security_group": "EMR's own interfaces",
    "aws_emr_studio engine_security_group_id": "for clusters that the studio attaches",
    "aws_fsx_ontap_file_system preferred_subnet_id": "one of subnet_ids",
    "aws_fsx_openzfs_file_system preferred_subnet_id": "one of subnet_ids",
    "aws_fsx_windows_file_system preferred_subnet_id": "one of subnet_ids",
    "aws_medialive_input input_security_groups": "MediaLive's own kind of group",
    "aws_sagemaker_domain default_space_settings.security_groups": "said to be unknown",
    "aws_sagemaker_domain domain_settings.security_group_ids": "of the domain's boundary",
    "aws_spot_instance_request security_groups": "names, in the default VPC",
    "aws_workspaces_directory workspace_security_group_id": "a group of AWS's own",
}
"""Links of types in the tables that their rows leave out, and why."""


def test_every_type_that_has_subnets_is_modelled_or_excused() -> None:
    held = {link.kind for link in LINKS if link.holds == "subnets"}
    missing = held - set(SPOTS) - set(READERS) - set(UNMODELLED) - set(EXCUSED)
    assert sorted(missing) == []


def test_every_type_that_carries_groups_is_modelled_or_excused() -> None:
    missing = {link.kind for link in LINKS} - set(READERS) - set(UNMODELLED) - set(EXCUSED)
    assert sorted(missing) == []


def test_no_excuse_is_for_a_type_that_is_modelled_or_gone() -> None:
    assert set(EXCUSED) <= {link.kind for link in LINKS} - set(READERS) - set(UNMODELLED)


def test_both_tables_have_the_same_types() -> None:
    assert set(SPOTS) == set(MANNERS)


def _attribute(kind: str, path: Written) -> Link | None:
    return SCHEMA.get((kind, str(path)))


@pytest.mark.parametrize("kind", sorted(SPOTS))
def test_every_path_of_a_row_is_in_the_schema_with_that_shape(kind: str) -> None:
    for spot in SPOTS[kind]:
        for path, holds in [
            *((path, "subnets") for path in spot.subnets),
            *((path, "groups") for path in spot.groups),
        ]:
            found = _attribute(kind, path)
            assert found is not None, f"{kind}.{path}"
            assert (found.holds, found.shape) == (holds, "many" if path.many else "one")


@pytest.mark.parametrize("kind", sorted(SPOTS))
def test_every_link_of_a_type_in_the_table_is_read_or_excused(kind: str) -> None:
    read = {str(path) for path in paths(kind)}
    left = {link.path for link in LINKS if link.kind == kind} - read
    assert {f"{kind} {path}" for path in left} <= set(NOT_READ)


def test_every_role_of_a_row_has_its_types() -> None:
    roles = {path.role for kind in SPOTS for path in paths(kind)}
    roles |= {spot.member.role for spots in SPOTS.values() for spot in spots if spot.member}
    assert roles <= set(PROVIDERS)


def test_coverage_lists_every_type_of_the_tables() -> None:
    words = {kind: word for kind, word, _ in TABLE}
    assert {words[kind] for kind in SPOTS} == {"modelled"}


def test_the_documentation_says_how_many_types_are_modelled() -> None:
    modelled = sum(word == "modelled" for _, word, _ in TABLE)
    page = (Path(__file__).parents[2] / "docs" / "model.md").read_text()
    assert f"{modelled} of the {len(TABLE)} resource types of AWS provider {PROVIDER}" in page
