"""A network ACL entry that never decides, since earlier ones decide otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.covers import Entry, deciders, entries
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.topology.network import Filter


def look(view: View) -> Iterator[Found]:
    for _, acl in sorted(view.network.acls.items()):
        for read in entries(acl):
            for at, entry in enumerate(read):
                found = deciders(entry, read[:at])
                if found and any(one.first.action is not entry.first.action for one in found):
                    yield _found(acl, entry, found)


def _found(acl: Filter, entry: Entry, by: list[Entry]) -> Found:
    origins = [one.first.origin for one in by]
    what = (
        f"{entry.first.origin.text} never decides an {entry.direction} packet of {acl.id}: before "
        f"it {names(origin.text for origin in origins)}"
    )
    also = tuple(origin.address for origin in origins)
    own = entry.first.origin
    return Found(own.address, what, entry.key, (*also, acl.id), own.part)


LINT = Lint(
    id="acl-entry-shadowed",
    severity=WARNING,
    summary="A network ACL entry never decides: entries with lower numbers decide otherwise",
    why="""\
The entries of a network ACL are read by number and the first that matches decides. An entry
whose every packet is decided before it does nothing, and here not even what it says: a block
that was meant to be closed stays open, or one that was meant to be open stays closed.""",
    fix="give the entry a lower number than those that decide before it, or remove it",
    facts=("F23",),
    wrong="""\
resource "aws_network_acl" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_network_acl_rule" "web" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 443
  to_port        = 443
  cidr_block     = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "blocked" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 200 # read after 100, which has let it in
  rule_action    = "deny"
  protocol       = "tcp"
  from_port      = 443
  to_port        = 443
  cidr_block     = "198.51.100.0/24"
}
""",
    right="""\
resource "aws_network_acl" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_network_acl_rule" "blocked" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 50
  rule_action    = "deny"
  protocol       = "tcp"
  from_port      = 443
  to_port        = 443
  cidr_block     = "198.51.100.0/24"
}

resource "aws_network_acl_rule" "web" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 443
  to_port        = 443
  cidr_block     = "0.0.0.0/0"
}
""",
    look=look,
)
