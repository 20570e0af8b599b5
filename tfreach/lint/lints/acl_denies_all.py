"""A network ACL that lets nothing in, or nothing out, of a subnet in which something is."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.topology.network import Action, Filter, Rule


def look(view: View) -> Iterator[Found]:
    for id_, acl in sorted(view.network.acls.items()):
        guarded = [
            subnet.id
            for subnet in view.subnets
            if subnet.acl.sure and subnet.acl.ids[0] == id_ and subnet.id in view.in_subnet
        ]
        said = _denied(acl)
        if guarded and said:
            what = f"{id_} {said}, and {names(guarded)} is on it"
            yield Found(id_, what, also=tuple(guarded))


def _denied(acl: Filter) -> str:
    """What it lets nothing of pass, whatever the unknowns are."""
    inward, outward = _permits(acl.ingress), _permits(acl.egress)
    if not inward and not outward:
        return "lets nothing in or out"
    return "" if inward and outward else f"lets nothing {'out' if inward else 'in'}"


def _permits(rules: tuple[Rule, ...]) -> bool:
    return any(rule.action is Action.PERMIT and rule.peers and rule.services for rule in rules)


LINT = Lint(
    id="acl-denies-all",
    severity=ERROR,
    summary="A network ACL lets nothing in, or nothing out, of a subnet that has something in it",
    why="""\
A network ACL denies what it does not permit, also replies. One that is made without entries
denies all, and so does the default one from the moment that aws_default_network_acl adopts it
without writing its entries: that empties it.""",
    fix="permit both directions, replies included; `aws_default_network_acl` needs all its entries",
    facts=("F25", "F26", "F27"),
    wrong="""\
resource "aws_default_network_acl" "main" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id # emptied
}

resource "aws_instance" "app" {
  subnet_id = aws_subnet.private.id
}
""",
    right="""\
resource "aws_default_network_acl" "main" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_instance" "app" {
  subnet_id = aws_subnet.private.id
}
""",
    look=look,
)
