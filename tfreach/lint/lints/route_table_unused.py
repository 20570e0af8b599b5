"""A route table that serves nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View


def look(view: View) -> Iterator[Found]:
    homes = view.network.homes
    unsure = any(subnet.table.open for subnet in view.subnets)
    serving = {id_ for subnet in view.subnets for id_ in subnet.table.ids}
    serving |= {id_ for one in view.network.internet_gateways.values() for id_ in one.edge.ids}
    for id_ in sorted(view.network.tables):
        if id_ in serving | homes.used | homes.mains or homes.vpcs.get(id_) not in homes.managed:
            continue
        if not unsure and " (" not in id_ and "aws_default_route_table." not in id_:
            what = f"no subnet and no gateway of {homes.vpcs[id_]} is associated with {id_}"
            yield Found(id_, what, also=(homes.vpcs[id_],))


LINT = Lint(
    id="route-table-unused",
    severity=INFO,
    summary="Nothing is associated with a route table",
    why="""\
Its routes do nothing. Often the association was forgotten, and the subnets for which it was
written fall back to the main route table.""",
    fix="associate it with the subnets that it is for, or remove it",
    facts=("F34",),
    wrong="""\
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}
""",
    right="""\
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}
""",
    look=look,
)
