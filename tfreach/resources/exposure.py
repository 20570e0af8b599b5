"""A resource in; whether it has a public address, and what else AWS does to it, out.

Makers of rules for the table in resources/manners.py: each gives a function of one resource.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tfreach.plan.raw import UNKNOWN, RawResource, Unknown
from tfreach.plan.references import Resolver
from tfreach.records import dataclass
from tfreach.resources.where import flag_at, text_at


@dataclass(frozen=True, slots=True)
class Exposure:
    """Whether it has a public address. by_subnet: its subnet decides (F53).

    why   why that is not known
    """

    has: bool | Unknown = False
    by_subnet: bool = False
    why: str = ""


Rule = Callable[[RawResource, Resolver], Exposure]
Doubt = Callable[[RawResource, Resolver], str]
PRIVATE: Final = Exposure()
BY_SUBNET: Final = Exposure(by_subnet=True)


def says(dotted: str, unset: bool | None) -> Rule:
    """Public as a flag says. unset: what it is when nobody does; None: not documented."""
    return lambda raw, resolver: _as(flag_at(raw, resolver, dotted), dotted, unset, raw)


def _as(
    value: bool | Unknown | None, dotted: str, unset: bool | None, raw: RawResource
) -> Exposure:
    if isinstance(value, bool):
        return Exposure(value)
    if value is None and unset is not None:
        return Exposure(unset)
    when = "not set" if value is None else "not known before apply"
    return Exposure(UNKNOWN, why=f"{dotted} of {raw.address} is {when}")


def internet_facing(raw: RawResource, resolver: Resolver) -> Exposure:
    """F78: a load balancer is, unless it says `internal`."""
    found = _as(flag_at(raw, resolver, "internal"), "internal", False, raw)
    return Exposure(not found.has) if isinstance(found.has, bool) else found


def by_subnet(raw: RawResource, resolver: Resolver) -> Exposure:
    return BY_SUBNET


def launch_says(dotted: str) -> Rule:
    """F53: what the launch says; else the subnet decides."""

    def rule(raw: RawResource, resolver: Resolver) -> Exposure:
        said = flag_at(raw, resolver, dotted)
        return BY_SUBNET if said is None else _as(said, dotted, None, raw)

    return rule


def perhaps(why: str) -> Rule:
    return lambda raw, resolver: Exposure(UNKNOWN, why=why.format(key=raw.address))


def brokers(raw: RawResource, resolver: Resolver) -> Exposure:
    """F99: an MSK cluster is public with addresses that the service provides, and not otherwise."""
    path = "broker_node_group_info.connectivity_info.public_access.type"
    kind = text_at(raw, resolver, path)
    if isinstance(kind, Unknown):
        return Exposure(kind, why=f"the public access of {raw.address} is not known before apply")
    return Exposure(kind == "SERVICE_PROVIDED_EIPS")


def task(network: str, launch: str = "launch_type") -> Rule:
    """F93: `assign_public_ip` counts for Fargate; on EC2 hosts a task is never public."""

    def rule(raw: RawResource, resolver: Resolver) -> Exposure:
        dotted = f"{network}.assign_public_ip"
        wanted = text_at(raw, resolver, dotted)
        if isinstance(wanted, Unknown):
            return _as(wanted, dotted, False, raw)
        if wanted is None or wanted.upper() in ("DISABLED", "FALSE"):
            return PRIVATE
        kind = _launch(raw, resolver, launch)
        if kind in ("FARGATE", "EC2", "EXTERNAL"):
            return Exposure(kind == "FARGATE")
        return Exposure(UNKNOWN, why=f"whether {raw.address} runs on Fargate is not known")

    return rule


def _launch(raw: RawResource, resolver: Resolver, dotted: str) -> str:
    """FARGATE, EC2, EXTERNAL, or "": a capacity provider or the cluster's default decides."""
    kind = text_at(raw, resolver, dotted)
    if isinstance(kind, str):
        return kind
    above = dotted.rpartition(".")[0]
    name = f"{above}.capacity_provider_strategy" if above else "capacity_provider_strategy"
    provider = text_at(raw, resolver, f"{name}.capacity_provider")
    return "FARGATE" if provider in ("FARGATE", "FARGATE_SPOT") else ""


def elastic_ips(raw: RawResource, resolver: Resolver) -> Exposure:
    """Elastic IPs that a Transfer server's endpoint is given."""
    found = holds(raw, "endpoint_details", "address_allocation_ids")
    return Exposure(found, why=f"the Elastic IPs of {raw.address} are not known before apply")


def holds(raw: RawResource, block: str, name: str) -> bool | Unknown:
    """Whether a list in a block holds anything."""
    found = raw.blocks(block)
    for one in () if isinstance(found, Unknown) else found or ():
        listed = one.texts(name)
        if isinstance(listed, Unknown) or listed:
            return listed if isinstance(listed, Unknown) else True
    return False


def unless(dotted: str, value: str, why: str) -> Doubt:
    """Something is there besides, unless the attribute says `value`."""

    def doubt(raw: RawResource, resolver: Resolver) -> str:
        said = text_at(raw, resolver, dotted)
        return "" if said == value else why.format(key=raw.address)

    return doubt


def if_(dotted: str, why: str, *, unset: bool) -> Doubt:
    """Something is there besides, if the flag is set; `unset`: what it means not to say."""

    def doubt(raw: RawResource, resolver: Resolver) -> str:
        said = flag_at(raw, resolver, dotted)
        return why.format(key=raw.address) if said is not False and (said or unset) else ""

    return doubt


def always(why: str) -> Doubt:
    return lambda raw, resolver: why.format(key=raw.address)


def emr(raw: RawResource, resolver: Resolver) -> str:
    for name in ("additional_master_security_groups", "additional_slave_security_groups"):
        if text_at(raw, resolver, f"ec2_attributes.{name}"):
            return f"{name} of {raw.address} is a text of several groups, which is not read"
    return ""


def remote_access(raw: RawResource, resolver: Resolver) -> str:
    if raw.blocks("remote_access") in (None, ()):
        return ""
    return f"EKS makes a group for remote access to {raw.address}, whose rules are not in this plan"
