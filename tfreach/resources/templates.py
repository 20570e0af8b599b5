"""Launch templates and configurations, and what launches from them, in; typed and linked, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import UNSET, UNSET_LINKS, Link, Links, Resolver
from tfreach.plan.spots import Path
from tfreach.records import dataclass
from tfreach.resources.ipv6 import BY_SUBNET, Ipv6, read_template_ipv6
from tfreach.resources.where import blocks_at, flag_at, joined, link_at, links_at, text_at


@dataclass(frozen=True, slots=True)
class LaunchTemplate:
    """aws_launch_template or aws_launch_configuration: what an instance launched from it gets.

    public      None: not said, so the subnet decides (F53)
    subnets     of its interfaces; whoever launches may say others
    latest, default   version numbers; None for what has no versions
    doubt       "" or why nothing can be said of its interfaces
    """

    key: str
    groups: Links
    public: bool | Unknown | None
    subnets: Links
    latest: int | Unknown | None
    default: int | Unknown | None
    created: bool
    follows: bool
    doubt: str
    ipv6: Ipv6 = BY_SUBNET


@dataclass(frozen=True, slots=True)
class Template:
    """What something launches from. version: None for the default one

    latest    the version is written as the template's latest
    """

    link: Link
    version: str | Unknown | None
    latest: bool
    doubt: str = ""


_ID = ("id", "launch_template_id")
_NAME = ("name", "launch_template_name")
_SPEC: Final = ("launch_template_config", "launch_template_specification")
_MIXED: Final = ("mixed_instances_policy", "launch_template")
_PLACES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "aws_autoscaling_group": (
        ("launch_template",),
        (*_MIXED, "launch_template_specification"),
        (*_MIXED, "override", "launch_template_specification"),
    ),
    "aws_batch_compute_environment": (("compute_resources", "launch_template"),),
    "aws_ec2_fleet": (_SPEC,),
    "aws_eks_node_group": (("launch_template",),),
    "aws_gamelift_game_server_group": (("launch_template",),),
    "aws_spot_fleet_request": (_SPEC,),
    "aws_spot_instance_request": (("launch_template",),),
}
"""Type -> the blocks in which it names a launch template."""


def template_of(raw: RawResource, resolver: Resolver) -> Template | None:
    """What a resource launches its instances from; None where it names nothing."""
    found = list(_named(raw, resolver))
    configuration = Path((), "launch_configuration", False, "launch_configuration")
    if raw.type == "aws_autoscaling_group":
        link = link_at(raw, resolver, configuration)
        found += [] if link.unset else [Template(link, None, True)]
    if len({one.link.targets for one in found}) < 2:
        return found[0] if found else None
    why = f"{raw.address} launches from several templates"
    return Template(found[0].link, None, False, why)


def _named(raw: RawResource, resolver: Resolver) -> list[Template]:
    found: list[Template] = []
    for blocks in _PLACES.get(raw.type, ()):
        there, unsure = blocks_at(raw, resolver, blocks)
        if unsure:
            why = f"the launch template of {raw.address} is not known before apply"
            found.append(Template(UNSET, None, False, why))
        for block, place in there:
            links = [
                resolver.link(raw, name, "launch_template", block=block, path=place)
                for name in (*_ID, *_NAME)
            ]
            link = next((link for link in links if not link.unset), UNSET)
            version = block.text("version") if block else None
            written = resolver.expression(raw, (*place, "version"))
            names = written.references if written else ()
            latest = version == "$Latest" or any(".latest_version" in name for name in names)
            if isinstance(version, Unknown) and written is None:
                version = None
            found.append(Template(link, version, latest))
    return found


def read_launch_template(raw: RawResource, resolver: Resolver) -> LaunchTemplate:
    """aws_launch_template: groups of its own, or those of its interfaces."""
    own = resolver.links(raw, "vpc_security_group_ids", "security_group")
    inside, _ = links_at(raw, resolver, _interface("security_groups", "security_group", many=True))
    subnets, _ = links_at(raw, resolver, _interface("subnet_id", "subnet", many=False))
    blocks, unsure = blocks_at(raw, resolver, ("network_interfaces",))
    doubt = ""
    if unsure or len(blocks) > 1:
        doubt = f"{raw.address} makes several interfaces, or it is not known how many"
    elif text_at(raw, resolver, "network_interfaces.network_interface_id"):
        doubt = f"{raw.address} launches with an interface made beforehand"
    elif raw.texts("security_group_names"):
        doubt = f"{raw.address} names its security groups by name"
    return LaunchTemplate(
        raw.address,
        joined([own, inside]),
        flag_at(raw, resolver, "network_interfaces.associate_public_ip_address"),
        subnets,
        raw.number("latest_version"),
        raw.number("default_version"),
        "create" in raw.actions,
        raw.flag("update_default_version") is True,
        doubt,
        read_template_ipv6(raw, resolver),
    )


def _interface(name: str, role: str, *, many: bool) -> Path:
    return Path(("network_interfaces",), name, many, role)


def read_launch_configuration(raw: RawResource, resolver: Resolver) -> LaunchTemplate:
    """aws_launch_configuration."""
    public = flag_at(raw, resolver, "associate_public_ip_address")
    groups = resolver.links(raw, "security_groups", "security_group")
    return LaunchTemplate(raw.address, groups, public, UNSET_LINKS, None, None, True, True, "")
