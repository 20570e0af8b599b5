"""Gateway endpoints and lists that AWS keeps, in; the services of AWS, and routes to them, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tfreach.plan.raw import UNKNOWN
from tfreach.records import dataclass
from tfreach.resources.echoes import is_stale, stands
from tfreach.resources.prefix_list import PrefixList
from tfreach.resources.vpc_endpoint import EndpointRoute, GatewayEndpoint, InterfaceEndpoint
from tfreach.space.headers import PUBLIC_ADDRESSES
from tfreach.space.intervals import IntervalSet
from tfreach.topology import network as model
from tfreach.topology.apart import UNKNOWN as NOT_HERE
from tfreach.topology.filters import STALE
from tfreach.topology.ground import Ground
from tfreach.topology.held import OF_AWS, Held
from tfreach.topology.lists import service_ids
from tfreach.topology.network import (
    AwsService,
    Elsewhere,
    Origin,
    Prefix,
    ToService,
    Tri,
)
from tfreach.topology.routes import by_priority, prefixes

ANY_BLOCK = Prefix(0, 0)


@dataclass(frozen=True, slots=True)
class Services:
    """held   by id: the blocks of each service, one Held a block"""

    found: Mapping[str, AwsService]
    held: Mapping[str, tuple[Held, ...]]


def build_services(ground: Ground, internet: IntervalSet) -> Services:
    """Every service of which a list or an endpoint tells; apart is one with a gateway endpoint."""
    apart = {one.service for one in ground.now.of(GatewayEndpoint)}
    lists = {one.name: one.key for one in ground.now.of(PrefixList) if one.by_aws and one.name}
    private = _private(ground)
    held: dict[str, tuple[Held, ...]] = {}
    ids = service_ids(ground)
    for name, id_ in sorted(ids.items()):
        blocks = ground.lists.get(lists.get(name, ""), ())
        vague = any(one.unknown or one.aws_service for one in blocks)
        held[id_] = () if vague else blocks
    known = IntervalSet.of(s for blocks in held.values() for one in blocks for s in one.block.spans)
    found: dict[str, AwsService] = {}
    for name, id_ in sorted(ids.items()):
        unknown = "" if held[id_] else NOT_HERE.format(name)
        addresses = IntervalSet.of(span for one in held[id_] for span in one.block.spans)
        if unknown:
            addresses = ((internet & OF_AWS) or (PUBLIC_ADDRESSES & OF_AWS)) - known
        if unknown and name in apart:
            ground.assume(f"{unknown}: where an address is shown, any other stands for them")
            if known:
                ground.assume(DISJOINT)
        found[id_] = AwsService(id_, name, addresses, unknown, name in apart, private.get(name, ()))
    return Services(found, held)


def _private(ground: Ground) -> dict[str, tuple[tuple[str, Tri], ...]]:
    """By service, its interface endpoints, and whether its own name leads there: by private names,
    which need both DNS attributes of the VPC; else clients keep to the public way (F74)."""
    found: dict[str, tuple[tuple[str, Tri], ...]] = {}
    for one in ground.now.of(InterfaceEndpoint):
        vpc = ground.vpcs.get(one.vpc.targets[0]) if one.vpc.sure else None
        answers = (one.private_dns, vpc.dns if vpc else UNKNOWN)
        named = Tri.NO if False in answers else Tri.YES if answers == (True, True) else Tri.MAYBE
        found[one.service] = (*found.get(one.service, ()), (one.key, named))
    return found


DISJOINT = "two services of AWS have no address in common"


def with_endpoint_routes(
    ground: Ground, tables: Mapping[str, model.RouteTable], services: Services
) -> dict[str, model.RouteTable]:
    """The tables with the routes that AWS adds for gateway endpoints (F48, F72)."""
    ids = service_ids(ground)
    served = [
        (one, route) for one in ground.now.of(GatewayEndpoint) for route in _served(ground, one)
    ]
    found: dict[str, model.RouteTable] = {}
    for key, table in tables.items():
        added = [
            made
            for endpoint, route in served
            if (why := _leads(ground, route, key)) is not None
            for made in _routes(
                endpoint, _in_table(route, key), why, services, ids.get(endpoint.service, "")
            )
        ]
        routes = [*by_priority([*table.routes, *added])] if added else table.routes
        found[key] = replace(table, routes=tuple(routes))
    return found


def _leads(ground: Ground, route: EndpointRoute, table: str) -> str | None:
    """None: the endpoint does not serve that table. Else "", or why it may not."""
    if table in {ground.canonical(target) for target in route.table.targets}:
        return route.unknown or ("" if route.table.sure else route.table.reason)
    if route.table.open and ground.may_lead(route.table, table):
        return route.unknown or route.table.reason
    return None


def _served(ground: Ground, endpoint: GatewayEndpoint) -> list[EndpointRoute]:
    """The tables it really serves: it echoes its association resources (plan-json.md, trap 1)."""
    before = ground.earlier(endpoint)
    earlier = ground.owned_before(EndpointRoute, "endpoint", endpoint.key) if before else []
    mine = ground.owned(EndpointRoute, "endpoint").of(endpoint.key)
    listed = before.inline if endpoint.unset and before is not None else endpoint.inline
    copy = before.inline if before is not None else endpoint.inline
    standing = earlier if before is not None else mine
    doubt = ""
    if standing and (ground.is_state or is_stale(copy, standing)):
        doubt = STALE.format(owner=endpoint.key)
    found = stands(listed, mine, earlier, written=endpoint.configured, doubt=doubt)
    return [replace(one, unknown=one.unknown or endpoint.unknown) for one in found]


def _in_table(route: EndpointRoute, table: str) -> EndpointRoute:
    return replace(route, origin=Origin(route.origin.address, f"in {table}"))


def _routes(
    endpoint: GatewayEndpoint, route: EndpointRoute, why: str, services: Services, id_: str
) -> Iterator[model.Route]:
    """One route for each block of the service; one for all of them while they are not known."""
    if not id_:
        what = f"the service of {endpoint.key} is not known before apply"
        for block in prefixes(OF_AWS):
            yield model.Route(block, (Elsewhere(what),), what, route.origin)
        return
    target = (ToService(endpoint.key, id_),)
    origin = Origin(route.origin.address, f"{id_} → {endpoint.key} {route.origin.text}")
    if services.found[id_].unknown:
        yield model.Route(ANY_BLOCK, target, why, origin, aws_service=id_)
    for held in services.held[id_]:
        for block in prefixes(held.block):
            yield model.Route(block, target, why, origin, (held.origin,))
