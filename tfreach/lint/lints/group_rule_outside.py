"""A rule for private addresses that nothing joins to the VPC."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.engine.junctions import leads_to
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.space.headers import RFC1918, RFC6598, UNIQUE_LOCAL
from tfreach.topology.network import (
    Elsewhere,
    Network,
    OneOf,
    Rule,
    ToInterface,
    ToPeering,
    ToTransit,
    ToVpn,
    Tri,
)

PRIVATE = RFC1918 | RFC6598 | UNIQUE_LOCAL
OUTWARD = (Elsewhere, ToInterface, ToPeering, ToTransit, ToVpn)


def look(view: View) -> Iterator[Found]:
    alone: dict[str, bool] = {}
    for id_ in sorted(view.carriers):
        group = view.network.groups.get(id_)
        vpcs = view.vpcs_of(view.carriers[id_])
        if group is None or not vpcs:
            continue
        for vpc in vpcs:
            alone.setdefault(vpc, _alone(view, vpc))
        if all(alone[vpc] for vpc in vpcs):
            for direction, rules in (("ingress", group.ingress), ("egress", group.egress)):
                for rule in rules:
                    if _outside(view.network, rule, vpcs):
                        what = (
                            f"{rule.origin.text} in {id_} matches nothing: the addresses are "
                            f"private, not of {names(sorted(vpcs))}, and nothing leads there"
                        )
                        key = f"{direction} {rule.origin.text}"
                        also = (id_, *sorted(vpcs))
                        yield Found(rule.origin.address, what, key, also, rule.origin.part)


def _outside(network: Network, rule: Rule, vpcs: set[str]) -> bool:
    looks = rule.group is None and not rule.aws_service and not rule.unknown and rule.peers
    if not looks or not rule.peers <= PRIVATE or not rule.origin.address:
        return False
    return all(rule.peers.isdisjoint(network.vpcs[vpc].cidrs) for vpc in vpcs)


def _alone(view: View, vpc: str) -> bool:
    """Whether surely nothing but internet gateways joins a VPC to what is outside of it."""
    network = view.network
    known = network.vpcs.get(vpc)
    if known is None or known.unknown or known.unknown_ipv6 or vpc not in network.homes.managed:
        return False
    if network.other_ways_in or any(_may(link, vpc) for link in _joined(network)):
        return False
    subnets = [subnet for subnet in view.subnets if subnet.vpc == vpc]
    if any(subnet.table.open for subnet in subnets):
        return False
    targets = [t for one in subnets for t in view.junction(one).table.targets()]
    forwards = any(face.interface.forwards is not Tri.NO for face in view.in_vpc(vpc))
    return not forwards and not any(isinstance(target, OUTWARD) for target in targets)


def _joined(network: Network) -> Iterator[OneOf]:
    """The VPCs that something joins to others, or to on-premises."""
    for peering in network.peerings.values():
        yield from peering.ends
    for attachment in network.attachments.values():
        yield attachment.vpc
    for gateway in network.vpn_gateways.values():
        yield gateway.vpc


def _may(link: OneOf, vpc: str) -> bool:
    return leads_to(link, vpc) is not Tri.NO


LINT = Lint(
    id="group-rule-outside",
    severity=WARNING,
    summary="A rule is for private addresses to which nothing joins the VPC",
    why="""\
The block lies outside the VPC, and no peering, transit gateway, VPN or appliance joins the VPC
to it; an internet gateway drops private addresses. The rule matches nothing: often a wrong
block, or what is left of a connection that was removed. The day that such a connection comes it
opens.""",
    fix="write the block that is meant, or remove the rule",
    facts=("F52", "F62"),
    wrong="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.10.0.0/16"] # the VPC is 10.0.0.0/16
  }
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}
""",
    right="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}
""",
    look=look,
)
