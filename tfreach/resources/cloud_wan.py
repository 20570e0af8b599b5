"""Core networks of Cloud WAN, their policies and attachments, in; typed and linked, out."""

from __future__ import annotations

from collections.abc import Mapping

from tfreach.plan.raw import RawBlock, RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.compute import read_tags
from tfreach.resources.transit import Flag
from tfreach.resources.vpc import known

CORE, ATTACHMENT = "core_network", "core_network_attachment"


@dataclass(frozen=True, slots=True)
class CoreNetwork:
    """base   the policy document it is made with; None when it names none"""

    key: str
    cloud_id: str
    base: str | Unknown | None


@dataclass(frozen=True, slots=True)
class CorePolicy:
    """What makes a policy document the one of a core network."""

    key: str
    core: Link
    document: str | Unknown | None


@dataclass(frozen=True, slots=True)
class CoreVpcAttachment:
    """appliance, ipv6, groups   its options; what is not written is as AWS has it
    tags      None: not all are known
    segment   as AWS says it is; "" when not known. So state
    """

    key: str
    cloud_id: str
    core: Link
    vpc: Link
    subnets: Links
    appliance: Flag
    ipv6: Flag
    groups: Flag
    tags: Mapping[str, str] | None
    segment: str
    state: str


@dataclass(frozen=True, slots=True)
class CoreAccepter:
    key: str
    attachment: Link


def read_core_network(raw: RawResource, resolver: Resolver) -> CoreNetwork:
    """aws_networkmanager_core_network (F90)."""
    return CoreNetwork(
        raw.address, known(raw, "id"), _document(raw, "base_policy_document", resolver)
    )


def read_core_policy(raw: RawResource, resolver: Resolver) -> CorePolicy:
    """aws_networkmanager_core_network_policy_attachment."""
    return CorePolicy(
        raw.address,
        resolver.link(raw, "core_network_id", CORE),
        _document(raw, "policy_document", resolver),
    )


def read_core_attachment(raw: RawResource, resolver: Resolver) -> CoreVpcAttachment:
    """aws_networkmanager_vpc_attachment."""
    return CoreVpcAttachment(
        raw.address,
        known(raw, "id"),
        resolver.link(raw, "core_network_id", CORE),
        resolver.link(raw, "vpc_arn", "vpc"),
        resolver.links(raw, "subnet_arns", "subnet"),
        _option(raw, "appliance_mode_support", otherwise=False),
        _option(raw, "ipv6_support", otherwise=False),
        _option(raw, "security_group_referencing_support", otherwise=True),
        _all_tags(raw),
        known(raw, "segment_name"),
        known(raw, "state"),
    )


def read_core_accepter(raw: RawResource, resolver: Resolver) -> CoreAccepter:
    """aws_networkmanager_attachment_accepter."""
    return CoreAccepter(raw.address, resolver.link(raw, "attachment_id", ATTACHMENT))


def _document(raw: RawResource, attribute: str, resolver: Resolver) -> str | Unknown | None:
    value = raw.text(attribute)
    if isinstance(value, Unknown) and resolver.configured:
        return value if resolver.expression(raw, (attribute,)) is not None else None
    return value or None


def _option(raw: RawResource, name: str, *, otherwise: bool) -> Flag:
    blocks: tuple[RawBlock, ...] | Unknown | None = raw.blocks("options")
    if isinstance(blocks, Unknown):
        return blocks
    value = blocks[0].flag(name) if blocks else None
    return otherwise if value is None else value


def _all_tags(raw: RawResource) -> Mapping[str, str] | None:
    """Those of the provider are in tags_all only. A plan leaves out a tag whose value is not known,
    and marks it beside the values."""
    marks = raw.unknown if isinstance(raw.unknown, Mapping) else {}
    for name in ("tags_all", "tags"):
        mark = marks.get(name)
        if mark is True or (isinstance(mark, Mapping) and True in mark.values()):
            return None
    found = read_tags(raw)
    listed = raw.value("tags_all") or raw.value("tags") or {}
    return found if isinstance(listed, Mapping) and len(found) == len(listed) else None
