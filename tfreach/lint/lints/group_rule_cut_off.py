"""A rule that names a group of a VPC from which no group reference arrives."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.engine.junctions import leads_to
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.references import references
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.topology.network import Network, OneOf, Tri


def look(view: View) -> Iterator[Found]:
    if view.carried_unseen:
        return
    for one in references(view):
        own = view.vpcs_of(view.carriers[one.group])
        other = view.vpcs_of(view.carriers.get(one.named, ()))
        if not own or not other or own & other:
            continue
        if not any(_kept(view.network, a, b, one.ingress) for a in own for b in other):
            what = (
                f"{one.rule.origin.text} in {one.group} matches nothing: {one.named} is carried in "
                f"{names(sorted(other))} only, from which no group reference gets to "
                f"{names(sorted(own))}"
            )
            at, also = one.rule.origin, (one.group, one.named)
            yield Found(at.address, what, one.key, also, at.part)


def _kept(network: Network, one: str, other: str, ingress: bool) -> bool:
    """Whether a reference may hold between two VPCs: over an active peering of one Region (F8), or,
    of ingress rules, over a transit gateway on which both sides switch it on (F9)."""
    for peering in network.peerings.values():
        alive = peering.active is not Tri.NO and peering.same_region is not Tri.NO
        if alive and _joins(peering.ends, one, other):
            return True
    if not ingress:
        return False
    mine, theirs = (_gateways(network, vpc) for vpc in (one, other))
    return bool(mine & theirs) or ("" in mine | theirs and bool(mine and theirs))


def _joins(ends: tuple[OneOf, OneOf], one: str, other: str) -> bool:
    found = [(leads_to(a, one), leads_to(b, other)) for a, b in (ends, ends[::-1])]
    return any(Tri.NO not in pair for pair in found)


def _gateways(network: Network, vpc: str) -> set[str]:
    """The transit gateways on which references from or to a VPC may hold; "" for an unknown one."""
    found: set[str] = set()
    for one in network.attachments.values():
        alive = one.active is not Tri.NO and one.groups is not Tri.NO
        if alive and leads_to(one.vpc, vpc) is not Tri.NO:
            found |= {*one.gateway.ids, *([""] if one.gateway.open else [])}
    return found


LINT = Lint(
    id="group-rule-cut-off",
    severity=WARNING,
    summary="A rule names a security group that is carried only where no reference comes from",
    why="""\
A reference to a group holds within a VPC and over an active peering of the same Region; over a
transit gateway only in ingress rules, and only where the gateway and both attachments switch it
on. Otherwise the other side's packets match by address only, and this rule never.""",
    fix="permit the address blocks of the other VPC, or switch security group referencing on",
    facts=("F8", "F9", "F13"),
    wrong="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "batch" {
  vpc_id = aws_vpc.other.id
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.batch.id # no peering joins the two VPCs
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}

resource "aws_instance" "batch" {
  subnet_id              = aws_subnet.other.id
  vpc_security_group_ids = [aws_security_group.batch.id]
}
""",
    right="""\
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "batch" {
  vpc_id = aws_vpc.other.id
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.batch.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_peering_connection" "main" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
}

resource "aws_instance" "db" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.db.id]
}

resource "aws_instance" "batch" {
  subnet_id              = aws_subnet.other.id
  vpc_security_group_ids = [aws_security_group.batch.id]
}
""",
    look=look,
)
