"""A resource with interfaces in; which IPv6 addresses they get, and whether they are open, out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tfreach.plan.raw import UNKNOWN, RawResource, Unknown
from tfreach.plan.references import Resolver
from tfreach.records import dataclass
from tfreach.resources.vpc import written
from tfreach.resources.where import flag_at, number_at, text_at


@dataclass(frozen=True, slots=True)
class Ipv6:
    """What is said of the IPv6 addresses of an interface.

    addresses  those that are known
    wanted     whether it gets some; None: the subnet decides; UNKNOWN: see `why`
    service    AWS makes the interface: whether the subnet's setting counts for it is not documented
    closed     "" or why no internet gateway exchanges IPv6 packets with it (F75)
    """

    addresses: tuple[str, ...] = ()
    wanted: bool | Unknown | None = None
    service: bool = False
    why: str = ""
    closed: str = ""


BY_SUBNET: Final = Ipv6()
OF_SERVICE: Final = Ipv6(service=True)
NONE: Final = Ipv6(wanted=False)
COUNTS: Final = ("ipv6_address_count", "ipv6_prefix_count")
LISTS: Final = ("ipv6_addresses", "ipv6_address_list", "ipv6_prefixes")


def read_ipv6(raw: RawResource, resolver: Resolver) -> Ipv6:
    """aws_instance and aws_network_interface, and their data sources."""
    known: set[str] = set()
    asked = False
    settled = "create" not in raw.actions
    for name in LISTS:
        values = raw.texts(name)
        if isinstance(values, Unknown):
            asked |= resolver.configured and written(raw, resolver, name)
            settled = settled and name != LISTS[0]
            continue
        known |= {value for value in values or () if isinstance(value, str) and "/" not in value}
        asked |= bool(values)
    if settled or asked:
        return Ipv6(tuple(sorted(known)), asked)
    return _by_count(raw, resolver, "")


def _by_count(raw: RawResource, resolver: Resolver, blocks: str) -> Ipv6:
    """As many as it asks for; without a word of it the subnet decides."""
    for name in COUNTS:
        count = number_at(raw, resolver, f"{blocks}{name}")
        if isinstance(count, Unknown):
            return Ipv6(wanted=UNKNOWN, why=f"{name} of {raw.address} is not known before apply")
        if count:
            return Ipv6(wanted=True)
    return BY_SUBNET


def read_template_ipv6(raw: RawResource, resolver: Resolver) -> Ipv6:
    """aws_launch_template."""
    return _by_count(raw, resolver, "network_interfaces.")


STACKS: Final = {
    "aws_alb": "ip_address_type",
    "aws_db_instance": "network_type",
    "aws_db_proxy": "endpoint_network_type",
    "aws_dms_replication_instance": "network_type",
    "aws_ec2_instance_connect_endpoint": "ip_address_type",
    "aws_efs_mount_target": "ip_address_type",
    "aws_elasticache_cluster": "network_type",
    "aws_elasticache_replication_group": "network_type",
    "aws_lb": "ip_address_type",
    "aws_memorydb_cluster": "network_type",
    "aws_opensearch_domain": "ip_address_type",
    "aws_rds_cluster": "network_type",
    "aws_route53_resolver_endpoint": "resolver_endpoint_type",
    "aws_vpc_endpoint": "ip_address_type",
}
"""Type -> the attribute that says by which families it is reached; unset it is IPv4 alone, unless
it is among those that follow."""

AS_ITS_SUBNET: Final = frozenset({"aws_ec2_instance_connect_endpoint"})
"""Unset: every family that its subnet has (EC2 API, CreateInstanceConnectEndpoint)."""
NOT_DOCUMENTED: Final = frozenset({"aws_vpc_endpoint"})
"""Unset: what AWS takes then is not documented."""

LAUNCHERS: Final = frozenset(
    {
        "aws_autoscaling_group",
        "aws_ec2_fleet",
        "aws_eks_node_group",
        "aws_gamelift_game_server_group",
        "aws_spot_fleet_request",
        "aws_spot_instance_request",
    }
)
ACCOUNT: Final = "whether the account gives tasks IPv6 addresses (dualStackIPv6) is not known"
TASKS: Final = ("aws_ecs_service", "aws_ecs_task_set", "aws_cloudwatch_event_target",
                "aws_scheduler_schedule", "aws_pipes_pipe")  # fmt: skip


def read_placed_ipv6(raw: RawResource, resolver: Resolver) -> Ipv6:
    """What AWS makes interfaces for (F75)."""
    if raw.type in TASKS:
        return Ipv6(wanted=UNKNOWN, why=ACCOUNT)
    if raw.type in LAUNCHERS:
        return BY_SUBNET
    if raw.type not in STACKS:
        return OF_SERVICE
    name = STACKS[raw.type]
    value = text_at(raw, resolver, name)
    if isinstance(value, Unknown):
        found = Ipv6(wanted=UNKNOWN, why=f"{name} of {raw.address} is not known before apply")
    elif not value and raw.type in NOT_DOCUMENTED:
        found = Ipv6(wanted=UNKNOWN, why=f"which {name} {raw.address} gets is not documented")
    elif not value:
        found = Ipv6(wanted=raw.type in AS_ITS_SUBNET)
    else:
        found = Ipv6(wanted=value.lower() != "ipv4")
    return replace(found, closed=_closed(raw, resolver))


def read_function_ipv6(raw: RawResource, resolver: Resolver) -> Ipv6:
    """aws_lambda_function: only where it is allowed, and only outward (F92)."""
    name = "vpc_config.ipv6_allowed_for_dual_stack"
    allowed = flag_at(raw, resolver, name)
    if isinstance(allowed, Unknown):
        return Ipv6(wanted=UNKNOWN, why=f"{name} of {raw.address} is not known before apply")
    return Ipv6(wanted=bool(allowed))


def _closed(raw: RawResource, resolver: Resolver) -> str:
    if raw.type == "aws_vpc_endpoint":
        return f"{raw.address} is closed to the Internet"
    if raw.type in ("aws_lb", "aws_alb") and flag_at(raw, resolver, "internal") is True:
        return f"{raw.address} is internal: its IPv6 addresses are closed to the Internet"
    return ""
