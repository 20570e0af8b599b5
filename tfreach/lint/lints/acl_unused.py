"""A network ACL that guards nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View


def look(view: View) -> Iterator[Found]:
    homes = view.network.homes
    unsure = any(subnet.acl.open for subnet in view.subnets)
    serving = {id_ for subnet in view.subnets for id_ in subnet.acl.ids}
    for id_ in sorted(view.network.acls):
        if unsure or id_ in serving | homes.used or homes.vpcs.get(id_) not in homes.managed:
            continue
        if " (" not in id_ and "aws_default_network_acl." not in id_:
            what = f"no subnet of {homes.vpcs[id_]} is on {id_}: its entries judge nothing"
            yield Found(id_, what, also=(homes.vpcs[id_],))


LINT = Lint(
    id="acl-unused",
    severity=INFO,
    summary="No subnet is on a network ACL",
    why="""\
Its entries judge nothing. Whoever reads them believes that a subnet is guarded which is not: it
is on the default network ACL, which permits all.""",
    fix="list the subnets that it is for, or remove it",
    facts=("F22",),
    wrong="""\
resource "aws_network_acl" "data" {
  vpc_id = aws_vpc.main.id
}
""",
    right="""\
resource "aws_network_acl" "data" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.private.id]
}
""",
    look=look,
)
