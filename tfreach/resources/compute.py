"""Interfaces, instances, functions and databases in; the same typed and linked, out."""

from __future__ import annotations

from collections.abc import Mapping

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import UNSET_LINKS, Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.ipv6 import (
    BY_SUBNET,
    NONE,
    Ipv6,
    read_function_ipv6,
    read_ipv6,
    read_placed_ipv6,
)
from tfreach.resources.vpc import known


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """private_ips   its addresses that are known; () when none is
    hosts         the instances its own `attachment` names; an echo unless `configured`
    in_use        by an attachment to something that is not in the snapshot
    checks        its source/destination check (F103), which is on unless it is said else
    """

    key: str
    cloud_id: str
    subnet: Link
    groups: Links
    private_ips: tuple[str, ...]
    hosts: tuple[Link, ...]
    configured: bool
    tags: Mapping[str, str]
    in_use: bool = False
    ipv6: Ipv6 = BY_SUBNET
    checks: bool | Unknown = True


@dataclass(frozen=True, slots=True)
class InterfaceAttachment:
    """aws_network_interface_attachment."""

    key: str
    instance: Link
    interface: Link


@dataclass(frozen=True, slots=True)
class GroupAttachment:
    """aws_network_interface_sg_attachment."""

    key: str
    group: Link
    interface: Link


@dataclass(frozen=True, slots=True)
class Instance:
    """associate    `associate_public_ip_address`; None: not said, so the subnet decides (F53)
    public_ip    what it has now: an address, "" for none, UNKNOWN, None when never applied
    primary      identifier of its primary interface, "" before it exists
    interfaces   interfaces made beforehand that it is launched with
    stopped      "" or the state that keeps it from answering
    checks       the source/destination check of its primary interface (F103)
    """

    key: str
    cloud_id: str
    arn: str
    subnet: Link
    groups: Links
    group_names: tuple[str, ...]
    private_ips: tuple[str, ...]
    associate: bool | Unknown | None
    public_ip: str | Unknown | None
    primary: str
    interfaces: tuple[Link, ...]
    stopped: str
    created: bool
    tags: Mapping[str, str]
    previous: str = ""
    ipv6: Ipv6 = BY_SUBNET
    checks: bool | Unknown = True


@dataclass(frozen=True, slots=True)
class InstanceState:
    """aws_ec2_instance_state: what an instance is to be; UNKNOWN when not known."""

    key: str
    instance: Link
    state: str | Unknown | None


@dataclass(frozen=True, slots=True)
class Function:
    """aws_lambda_function. `inside`: whether it has a VPC configuration; UNKNOWN when not known.

    ipv6   whether it is allowed IPv6 (F92)
    """

    key: str
    arn: str
    inside: bool | Unknown
    subnets: Links
    groups: Links
    tags: Mapping[str, str]
    previous: str = ""
    ipv6: Ipv6 = NONE


@dataclass(frozen=True, slots=True)
class Database:
    """aws_db_instance."""

    key: str
    cloud_id: str
    arn: str
    subnet_group: Link
    groups: Links
    public: bool | Unknown | None
    tags: Mapping[str, str]
    previous: str = ""
    ipv6: Ipv6 = NONE


@dataclass(frozen=True, slots=True)
class SubnetGroup:
    """aws_db_subnet_group and its like."""

    key: str
    subnets: Links


def read_interface(raw: RawResource, resolver: Resolver) -> NetworkInterface:
    """aws_network_interface and the data source."""
    blocks = raw.blocks("attachment")
    hosts: list[Link] = []
    in_use = False
    for at, block in enumerate(() if isinstance(blocks, Unknown) else blocks or ()):
        path = ("attachment", at)
        named = "instance" if raw.mode == "managed" else "instance_id"
        host = resolver.link(raw, named, "instance", block=block, path=path)
        in_use |= host.unset
        hosts += [] if host.unset else [host]
    ips = [*_texts(raw, "private_ips"), *_texts(raw, "private_ip_list"), known(raw, "private_ip")]
    return NetworkInterface(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "subnet_id", "subnet"),
        resolver.links(raw, "security_groups", "security_group"),
        tuple(sorted({ip for ip in ips if ip})),
        tuple(hosts),
        resolver.expression(raw, ("attachment",)) is not None,
        read_tags(raw),
        in_use,
        read_ipv6(raw, resolver),
        _checks(raw, resolver),
    )


def _checks(raw: RawResource, resolver: Resolver) -> bool | Unknown:
    """`source_dest_check`: on where nobody says anything (F103)."""
    said = raw.flag("source_dest_check")
    if isinstance(said, Unknown):
        written = resolver.expression(raw, ("source_dest_check",)) is not None
        return said if written or not resolver.configured else True
    return said is not False


def read_interface_attachment(raw: RawResource, resolver: Resolver) -> InterfaceAttachment:
    """aws_network_interface_attachment."""
    return InterfaceAttachment(
        raw.address,
        resolver.link(raw, "instance_id", "instance"),
        resolver.link(raw, "network_interface_id", "network_interface"),
    )


def read_group_attachment(raw: RawResource, resolver: Resolver) -> GroupAttachment:
    """aws_network_interface_sg_attachment."""
    return GroupAttachment(
        raw.address,
        resolver.link(raw, "security_group_id", "security_group"),
        resolver.link(raw, "network_interface_id", "network_interface"),
    )


def read_instance(raw: RawResource, resolver: Resolver) -> Instance:
    """aws_instance and the data source."""
    blocks = raw.blocks("network_interface")
    interfaces: list[Link] = []
    for at, block in enumerate(() if isinstance(blocks, Unknown) else blocks or ()):
        link = resolver.link(
            raw,
            "network_interface_id",
            "network_interface",
            block=block,
            path=("network_interface", at),
        )
        interfaces.append(link)
    state = known(raw, "instance_state")
    ips = [known(raw, "private_ip"), *_texts(raw, "secondary_private_ips")]
    created = "create" in raw.actions
    return Instance(
        raw.address,
        known(raw, "id"),
        known(raw, "arn"),
        resolver.link(raw, "subnet_id", "subnet"),
        resolver.links(raw, "vpc_security_group_ids", "security_group"),
        () if created else _texts(raw, "security_groups"),
        tuple(sorted({ip for ip in ips if ip})),
        raw.flag("associate_public_ip_address"),
        raw.text("public_ip"),
        known(raw, "primary_network_interface_id"),
        tuple(interfaces),
        "" if state in ("", "running", "pending") else state,
        created,
        read_tags(raw),
        raw.previous_address or "",
        read_ipv6(raw, resolver),
        _checks(raw, resolver),
    )


def read_instance_state(raw: RawResource, resolver: Resolver) -> InstanceState:
    """aws_ec2_instance_state."""
    instance = resolver.link(raw, "instance_id", "instance")
    return InstanceState(raw.address, instance, raw.text("state"))


def read_function(raw: RawResource, resolver: Resolver) -> Function:
    """aws_lambda_function and the data source (F91, F92)."""
    blocks = raw.blocks("vpc_config")
    inside: bool | Unknown = False
    subnets, groups = UNSET_LINKS, UNSET_LINKS
    if isinstance(blocks, Unknown):
        inside = blocks if resolver.expression(raw, ("vpc_config",)) is not None else False
    for at, block in enumerate(() if isinstance(blocks, Unknown) else blocks or ()):
        path = ("vpc_config", at)
        subnets = resolver.links(raw, "subnet_ids", "subnet", block=block, path=path)
        groups = resolver.links(raw, "security_group_ids", "security_group", block=block, path=path)
        inside = inside or bool(subnets.items or subnets.maybe or subnets.open)
    return Function(
        raw.address,
        known(raw, "arn"),
        inside,
        subnets,
        groups,
        read_tags(raw),
        raw.previous_address or "",
        read_function_ipv6(raw, resolver),
    )


def read_database(raw: RawResource, resolver: Resolver) -> Database:
    """aws_db_instance and the data source (F95, F96)."""
    named = "db_subnet_group_name" if raw.mode == "managed" else "db_subnet_group"
    groups = "vpc_security_group_ids" if raw.mode == "managed" else "vpc_security_groups"
    return Database(
        raw.address,
        known(raw, "identifier") or known(raw, "id"),
        known(raw, "arn"),
        resolver.link(raw, named, "db_subnet_group"),
        resolver.links(raw, groups, "security_group"),
        raw.flag("publicly_accessible"),
        read_tags(raw),
        raw.previous_address or "",
        read_placed_ipv6(raw, resolver),
    )


def read_subnet_group(raw: RawResource, resolver: Resolver) -> SubnetGroup:
    """Every kind of subnet group (RDS, ElastiCache, Redshift ...) and the data source."""
    return SubnetGroup(raw.address, resolver.links(raw, "subnet_ids", "subnet"))


def read_tags(raw: RawResource) -> Mapping[str, str]:
    """Tags of the resource over the provider's default tags; only those that are known."""
    found: dict[str, str] = {}
    for attribute in ("tags_all", "tags"):
        value = raw.value(attribute)
        if isinstance(value, Mapping):
            found |= {k: v for k, v in value.items() if isinstance(v, str)}
    return found


def _texts(raw: RawResource, attribute: str) -> tuple[str, ...]:
    values = raw.texts(attribute)
    if values is None or isinstance(values, Unknown):
        return ()
    return tuple(value for value in values if isinstance(value, str))
