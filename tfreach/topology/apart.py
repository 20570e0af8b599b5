"""Networks in; the same in which services of AWS are endpoints of their own, out."""

from __future__ import annotations

from dataclasses import replace

from tfreach.space.headers import ALL_IPV4, PUBLIC_IPV4
from tfreach.topology.network import AwsService, Endpoint, Network

SERVICE = "service"
UNKNOWN = "the addresses of {} are not in this plan"


def apart(network: Network, id_: str, like: AwsService | None = None) -> Network:
    """The network in which a service is an endpoint of its own, also without a gateway endpoint.

    like   what is known of it elsewhere
    """
    own = network.services.get(id_)
    best = next((one for one in (own, like) if one is not None and not one.unknown), own or like)
    name = id_.removeprefix(f"{SERVICE}:")
    held = network.internet & ALL_IPV4 or PUBLIC_IPV4
    made = best or AwsService(id_, name, held, UNKNOWN.format(name))
    made = replace(made, id=id_, apart=True)
    return replace(
        network,
        services={**network.services, id_: made},
        internet=network.internet if made.unknown else network.internet - made.addresses,
        endpoints={**network.endpoints, id_: Endpoint(id_, SERVICE)},
    )


def aligned(a: Network, b: Network) -> tuple[Network, Network]:
    """Both networks, each treating apart what either does, by the same addresses."""
    ids = {one.id for side in (a, b) for one in side.services.values() if one.apart}
    for id_ in sorted(ids):
        mine, theirs = a.services.get(id_), b.services.get(id_)
        a, b = apart(a, id_, theirs), apart(b, id_, mine)
    return a, b
