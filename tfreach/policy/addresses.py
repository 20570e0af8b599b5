"""An address block and a network in; who holds an address of it, surely or perhaps, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from tfreach.records import dataclass
from tfreach.space.headers import (
    ALL_IPV4,
    NAT64,
    RFC1918,
    RFC6598,
    UNIQUE_LOCAL,
    addresses_text,
    family_of,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    AwsService,
    Endpoint,
    Interface,
    Network,
    Site,
    beyond,
)

ANYONES = RFC1918 | RFC6598 | UNIQUE_LOCAL | NAT64
"""Addresses that may be in use outside every modelled network, or stand for others (F58)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """How one endpoint is meant.

    limit   only these addresses of it; None: all it has
    doubt   "" or why it is not sure that it is meant
    """

    limit: IntervalSet | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What an address block means in one network.

    nobody    addresses asked for that no interface holds, when nothing else was found for them
    outside   private addresses asked for that lie in no modelled network, likewise
    notes     what was taken for granted
    """

    chosen: dict[str, Chosen]
    nobody: IntervalSet = EMPTY
    outside: IntervalSet = EMPTY
    notes: tuple[str, ...] = ()


def within(endpoint: Endpoint, network: Network) -> IntervalSet | None:
    """Every address the endpoint may have; None when nothing is known of them."""
    if (far := beyond(network, endpoint.id)) is not None:
        return None if endpoint.id in _vague(network) else far
    if any(not interface.sites for interface in endpoint.interfaces):
        return None
    sites = (site.addresses for interface in endpoint.interfaces for site in interface.sites)
    return reduce(or_, sites, EMPTY)


def narrowed(endpoint: Endpoint, network: Network, block: IntervalSet) -> IntervalSet | None:
    """`block` as a limit on the endpoint: None where it leaves all of its addresses."""
    whole = within(endpoint, network)
    return None if whole is None or whole <= block else whole & block


def restricted(network: Network, name: str, limit: IntervalSet | None) -> Network:
    """The network in which an endpoint, the Internet or on-premises, has only the addresses of
    `limit`."""
    if limit is None:
        return network
    if name == INTERNET:
        return replace(network, internet=network.internet & limit)
    if name == ON_PREMISES:
        return replace(network, on_premises=network.on_premises & limit)
    if beyond(network, name) is not None:
        known = network.services[name]
        narrow = replace(known, addresses=known.addresses & limit)
        return replace(network, services={**network.services, name: narrow})
    endpoint = network.endpoints[name]
    faces = [face if not face.sites else _restricted(face, limit) for face in endpoint.interfaces]
    kept = tuple(
        face
        for face, was in zip(faces, endpoint.interfaces, strict=True)
        if face.sites or face is was
    )
    return replace(
        network, endpoints={**network.endpoints, name: replace(endpoint, interfaces=kept)}
    )


def _restricted(face: Interface, limit: IntervalSet) -> Interface:
    sites = (Site(site.subnet, site.addresses & limit) for site in face.sites)
    return replace(face, sites=tuple(site for site in sites if site.addresses))


def holders(network: Network, block: IntervalSet, text: str) -> Held:
    """What `block` means: what lives there inside the VPCs, that part of the Internet outside."""
    inside = block & _modelled(network)
    chosen: dict[str, Chosen] = {}
    notes: tuple[str, ...] = ()
    if block.count == 1:
        chosen, notes = _single(network, block, inside, text)
    elif inside:
        chosen = _block(network, inside, text)
    public = block & network.internet
    if public and not (block.count == 1 and chosen):
        chosen[INTERNET] = Chosen(None if public == network.internet else public)
        notes += tuple(_taken(network, public, text))
    if (far := (block - inside) & network.on_premises) and not (block.count == 1 and chosen):
        chosen[ON_PREMISES] = Chosen(None if far == network.on_premises else far)
    chosen |= _services(network, block)
    if chosen:
        return Held(chosen, notes=notes)
    outside = (block & ANYONES) - inside
    return Held({}, block - outside, outside)


def _vague(network: Network) -> dict[str, AwsService]:
    """The services treated apart of which the addresses are not known."""
    return {id: one for id, one in network.services.items() if one.apart and one.unknown}


def _services(network: Network, block: IntervalSet) -> dict[str, Chosen]:
    """The services treated apart that have addresses of `block`; one of which they are not known is
    meant only by a block that holds the whole Internet of IPv4."""
    found: dict[str, Chosen] = {}
    for id, one in network.services.items():
        if not one.apart or (one.unknown and not network.internet & ALL_IPV4 <= block):
            continue
        if common := one.addresses & block:
            found[id] = Chosen(None if common == one.addresses else common)
    return found


def _taken(network: Network, public: IntervalSet, text: str) -> Iterator[str]:
    known = network.internet & ALL_IPV4
    if not public.isdisjoint(known) and not known <= public:
        for id, one in sorted(_vague(network).items()):
            yield f"{text} is taken not to be of {id}: {one.unknown}"


def _modelled(network: Network) -> IntervalSet:
    """The addresses of the VPCs; of one with unknown blocks, all that are not the Internet's."""
    found = EMPTY
    for vpc in network.vpcs.values():
        unsure = ALL_IPV4 if vpc.unknown else EMPTY
        found |= vpc.cidrs - (network.internet & unsure)
    return found


def _hosts(network: Network) -> list[Endpoint]:
    names = [name for name in sorted(network.endpoints) if beyond(network, name) is None]
    return [network.endpoints[name] for name in names]


def _single(
    network: Network, address: IntervalSet, inside: IntervalSet, text: str
) -> tuple[dict[str, Chosen], tuple[str, ...]]:
    """Who holds one address: the interface known to, else those that may get it."""
    hosts = _hosts(network)
    by_public = [end for end in hosts if any(i.public.shown_as == text for i in end.interfaces)]
    if by_public and not inside:
        note = f"{text} is the public address of {by_public[0].id}, judged by its private address"
        return {end.id: Chosen() for end in by_public}, (note,)
    if not inside:
        return {}, ()
    exact = [end for end in hosts if any(_has(face, address) for face in end.interfaces)]
    if exact:
        return {end.id: Chosen(narrowed(end, network, address)) for end in exact}, ()
    perhaps = [end for end in hosts if any(_may_have(face, address) for face in end.interfaces)]
    if len(perhaps) == 1:
        note = f"{text} is taken to be {perhaps[0].id}, the only one that may get it"
        return {perhaps[0].id: Chosen(narrowed(perhaps[0], network, address))}, (note,)
    doubt = f"which of {_names(perhaps)} gets {text} is not known before apply"
    return {end.id: Chosen(narrowed(end, network, address), doubt) for end in perhaps}, ()


def _block(network: Network, block: IntervalSet, text: str) -> dict[str, Chosen]:
    found: dict[str, Chosen] = {}
    for end in _hosts(network):
        if any(_lives_in(face, block) for face in end.interfaces):
            found[end.id] = Chosen(narrowed(end, network, block))
        elif any(_may_have(face, block) for face in end.interfaces):
            doubt = f"whether {end.id} gets an address of {text} is not known before apply"
            found[end.id] = Chosen(narrowed(end, network, block), doubt)
    return found


def _has(face: Interface, address: IntervalSet) -> bool:
    held = _of_family(face, address)
    return not face.unknown and any(addresses == address for addresses in held)


def _of_family(face: Interface, block: IntervalSet) -> list[IntervalSet]:
    """The addresses of its places, those of the family of `block`."""
    return [site.addresses for site in face.of(family_of(block.first)).sites]


def _lives_in(face: Interface, block: IntervalSet) -> bool:
    """Whether it surely has an address of `block`: in one of its places, or in all it may be in."""
    inside = [bool(held) and held <= block for held in _of_family(face, block)]
    return bool(inside) and (all(inside) if face.unknown else any(inside))


def _may_have(face: Interface, block: IntervalSet) -> bool:
    return not face.sites or any(not site.addresses.isdisjoint(block) for site in face.sites)


def _names(endpoints: list[Endpoint]) -> str:
    shown = [end.id for end in endpoints[:5]]
    more = len(endpoints) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def addresses_of(found: IntervalSet) -> str:
    return ", ".join(addresses_text(found))
