"""Client VPN endpoints of an inventory in; their clients as endpoints, and where they may go, out.

AWS gives a client the address of an interface in one of the associated subnets ("Rules and best
practices for using AWS Client VPN"); every associated subnet needs the routes ("Access to a peered
VPC, Amazon S3, or the internet is intermittent").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.resources import client_vpn as typed
from tfreach.space.headers import ALL_IPV4, prefix
from tfreach.topology.clients import Allowed, ClientVpn
from tfreach.topology.ground import Ground
from tfreach.topology.network import Endpoint, Interface, Origin, Public, Subnet, Tri
from tfreach.topology.routes import prefixes
from tfreach.topology.sites import Sites, names

NO_CALLS = "clients of a VPN take no calls: their addresses are translated"
PUBLIC = "whether the interfaces of {} have public addresses is not documented"


def build_client_vpns(
    ground: Ground, subnets: Mapping[str, Subnet]
) -> tuple[dict[str, ClientVpn], dict[str, Endpoint]]:
    """Every Client VPN endpoint by key, and its clients as an endpoint with the same id."""
    rules: dict[str, ClientVpn] = {}
    endpoints: dict[str, Endpoint] = {}
    sites = Sites(ground, subnets)
    for item in ground.now.of(typed.ClientVpnEndpoint):
        rules[item.key] = ClientVpn(
            item.key, tuple(_rules(ground, item.key)), _routes(ground, item.key, subnets)
        )
        endpoints[item.key] = _endpoint(ground, item, sites)
    return rules, endpoints


def _endpoint(ground: Ground, item: typed.ClientVpnEndpoint, sites: Sites) -> Endpoint:
    ties = _naming(ground, ground.now.of(typed.ClientVpnAssociation), item.key)
    doubts = [tie.endpoint.reason for tie in ties if not tie.endpoint.sure]
    unplaced = f"{item.key} is associated with no subnet"
    places = sites.places([tie.subnet for tie in ties], (), (), unplaced, is_open=bool(doubts))
    groups = sites.groups(item.groups, places, ())
    origin = Origin(item.key)
    why = PUBLIC.format(item.key)
    face = Interface(
        f"{item.key} (clients)",
        places.sites,
        groups,
        Public(Tri.MAYBE, "", why, origin),
        (doubts or [places.unknown])[0],
        "" if ties else unplaced,
        Origin(item.key, f"carries {names(groups)}"),
        origin=origin,
    )
    return Endpoint(
        item.key,
        "ec2_client_vpn_endpoint",
        (face,),
        item.key,
        item.cloud_id,
        NO_CALLS,
        tags=item.tags,
        previous_id=item.previous,
        origin=origin,
    )


T = TypeVar("T", typed.ClientVpnAssociation, typed.ClientVpnRule, typed.ClientVpnRoute)


def _naming(ground: Ground, items: Iterable[T], key: str) -> list[T]:
    return [
        one for one in items if key in one.endpoint.targets or ground.may_lead(one.endpoint, key)
    ]


def _rules(ground: Ground, key: str) -> Iterator[Allowed]:
    for rule in _naming(ground, ground.now.of(typed.ClientVpnRule), key):
        everyone = Tri.YES if rule.everyone is True else Tri.MAYBE
        yield from _allowed(rule.endpoint, rule.destination, rule.origin, everyone)


def _routes(
    ground: Ground, key: str, subnets: Mapping[str, Subnet]
) -> dict[str, tuple[Allowed, ...]]:
    found: dict[str, tuple[Allowed, ...]] = {}
    for route in _naming(ground, ground.now.of(typed.ClientVpnRoute), key):
        for id in subnets:
            link = route.subnet
            if id in link.targets or ground.may_lead(link, id):
                tie = route.endpoint if route.endpoint.sure else link
                doubt = link if not link.sure else tie
                made = tuple(_allowed(doubt, route.destination, route.origin, Tri.YES))
                found[id] = found.get(id, ()) + made
    return found


def _allowed(
    link: Link, destination: str | Unknown | None, origin: Origin, everyone: Tri
) -> Iterator[Allowed]:
    """IPv4 only."""
    why = "" if link.sure else link.reason
    if isinstance(destination, str):
        try:
            block = prefix(destination)
        except ValueError:
            return
        if block <= ALL_IPV4:
            yield Allowed(block, prefixes(block)[0].length, everyone, why, origin)
        return
    unknown = why or f"the block of {origin.address} is not known before apply"
    yield Allowed(ALL_IPV4, 0, everyone, unknown, origin)
