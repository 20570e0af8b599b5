"""A network ACL entry that never decides, since earlier ones decide the same."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.covers import deciders, entries
from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names


def look(view: View) -> Iterator[Found]:
    for _, acl in sorted(view.network.acls.items()):
        for read in entries(acl):
            for at, entry in enumerate(read):
                found = deciders(entry, read[:at])
                if found and all(one.first.action is entry.first.action for one in found):
                    origins = [one.first.origin for one in found]
                    said = names(origin.text for origin in origins)
                    what = f"{entry.first.origin.text} adds nothing to {acl.id}: {said} before it"
                    also = (*(origin.address for origin in origins), acl.id)
                    own = entry.first.origin
                    yield Found(own.address, what, entry.key, also, own.part)


LINT = Lint(
    id="acl-entry-redundant",
    severity=INFO,
    summary="A network ACL entry adds nothing: entries with lower numbers decide the same",
    why="""\
Every packet of the entry is decided before it, in the same way. Whoever reads the list, or
removes the entry to close what it permits, is misled. A network ACL has room for 20 entries a
direction.""",
    fix="remove the entry",
    facts=("F23",),
    wrong="""\
resource "aws_network_acl" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 0
    to_port    = 65535
    cidr_block = "10.0.0.0/8"
  }

  ingress {
    rule_no    = 110 # entry 100 has let it in
    action     = "allow"
    protocol   = "tcp"
    from_port  = 5432
    to_port    = 5432
    cidr_block = "10.1.0.0/16"
  }
}
""",
    right="""\
resource "aws_network_acl" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    rule_no    = 110
    action     = "allow"
    protocol   = "tcp"
    from_port  = 5432
    to_port    = 5432
    cidr_block = "10.1.0.0/16"
  }
}
""",
    look=look,
)
