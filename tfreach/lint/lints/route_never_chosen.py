"""A route of which no address is left by others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.topology.network import Local, Origin, Route, RouteTable


def look(view: View) -> Iterator[Found]:
    for _, table in sorted(view.network.tables.items()):
        for origin, mine in _written(table).items():
            takers = [_takers(table.routes, at, route) for at, route in mine]
            if takers and all(takers):
                yield _found(table, origin, [other for some in takers for other in some or ()])


def _written(table: RouteTable) -> dict[Origin, list[tuple[int, Route]]]:
    """The routes as they are written, with all entries of a prefix list; local ones left out, and
    those of which it is not known what they match."""
    found: dict[Origin, list[tuple[int, Route]]] = {}
    unsure = {route.origin for route in table.routes if route.unknown or route.aws_service}
    for at, route in enumerate(table.routes):
        if route.targets != (Local(),) and route.origin not in unsure and route.origin.address:
            found.setdefault(route.origin, []).append((at, route))
    return found


def _takers(routes: Sequence[Route], at: int, route: Route) -> list[Route] | None:
    """The routes that surely win all of a route's block; None where some of it is left."""
    block = route.prefix.addresses
    left, found = block, []
    for place, other in enumerate(routes):
        held = other.prefix.addresses
        longer = other.prefix.length > route.prefix.length
        before = held == block and place < at
        if other.unknown or other.aws_service or not (longer or before) or not held <= block:
            continue
        if not left.isdisjoint(held):
            found.append(other)
            left = left - held
    return None if left else found


def _found(table: RouteTable, origin: Origin, takers: list[Route]) -> Found:
    texts = dict.fromkeys(other.origin.text or str(other.prefix) for other in takers)
    what = f"{origin.text} in {table.id} is never chosen: {names(texts)} wins all of it"
    also = tuple(other.origin.address for other in takers if other.origin.address)
    return Found(origin.address, what, origin.text, (*also, table.id), origin.part)


LINT = Lint(
    id="route-never-chosen",
    severity=WARNING,
    summary="A route is never chosen: others win every address of its block",
    why="""\
The longest prefix wins, and of equal ones a block wins over an entry of a prefix list and a
written route over a propagated one. A route all of whose addresses others win does nothing,
whatever its author thinks goes there.""",
    fix="remove the route, or those that are more specific than it",
    facts=("F36",),
    wrong="""\
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "192.168.0.0/23" # both halves of it go elsewhere
    gateway_id = aws_internet_gateway.main.id
  }

  route {
    cidr_block     = "192.168.0.0/24"
    nat_gateway_id = aws_nat_gateway.main.id
  }

  route {
    cidr_block     = "192.168.1.0/24"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}
""",
    right="""\
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "192.168.0.0/23"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}
""",
    look=look,
)
