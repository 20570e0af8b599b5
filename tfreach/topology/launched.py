"""What launches instances, in; what they get from their launch template, out."""

from __future__ import annotations

from tfreach.plan.raw import Unknown
from tfreach.plan.references import UNSET_LINKS, Links
from tfreach.records import dataclass
from tfreach.resources.ipv6 import BY_SUBNET, Ipv6
from tfreach.resources.placements import Placement
from tfreach.resources.templates import LaunchTemplate, Template
from tfreach.topology.ground import Ground


@dataclass(frozen=True, slots=True)
class Launch:
    """known    from a template of which everything is known
    public   None: the subnet decides (F53)
    doubt    "" or why what is launched may be otherwise
    """

    known: bool = False
    groups: Links = UNSET_LINKS
    subnets: Links = UNSET_LINKS
    public: bool | Unknown | None = None
    doubt: str = ""
    ipv6: Ipv6 = BY_SUBNET


def launches(ground: Ground, item: Placement) -> Launch:
    """What the template of a placement gives; nothing where it has none."""
    template = item.template
    if template is None:
        return Launch(doubt=_without(item))
    link = template.link
    named = ground.now.named(LaunchTemplate, link.targets[0]) if link.sure else None
    if named is None:
        shown = " or ".join(template.link.targets) or "an unknown launch template"
        return Launch(doubt=f"{item.key} launches from {shown}, which is not in this plan")
    doubt = template.doubt or named.doubt or _version(item, template, named)
    return Launch(not doubt, named.groups, named.subnets, named.public, doubt, named.ipv6)


def _without(item: Placement) -> str:
    """What launches from a template and names none that is known."""
    needed = ("aws_autoscaling_group", "aws_ec2_fleet", "aws_gamelift_game_server_group")
    return f"what {item.key} launches from is not known" if item.type in needed else ""


def _version(item: Placement, template: Template, named: LaunchTemplate) -> str:
    """Only the latest version of a template is in a plan; "" where that is the one meant."""
    same = named.latest == named.default and not isinstance(named.latest, Unknown)
    if named.created or template.latest:
        return ""
    if template.version in (None, "", "$Default") and (named.follows or same):
        return ""
    if isinstance(template.version, str) and template.version == str(named.latest):
        return ""
    return f"which version of {named.key} {item.key} launches is not known"
