"""An endpoint and an address family in; what of the endpoint takes part in packets of it, out."""

from __future__ import annotations

from tfreach.space.headers import ALL_IPV6, ALL_OF, Family
from tfreach.topology.network import Endpoint, Interface, Network, beyond


def faces(network: Network, endpoint: Endpoint, family: Family) -> tuple[Interface | None, ...]:
    """The interfaces that have an address of the family, or may have one; (None,) for the Internet,
    a service of AWS and an endpoint outside every VPC, which lives there by IPv4 (F91)."""
    far = beyond(network, endpoint.id)
    if far is not None:
        return (None,) if far & ALL_OF[family] else ()
    if endpoint.outside:
        return (None,) if family is Family.IPV4 else ()
    found = [face.of(family) for face in endpoint.interfaces]
    return tuple(face for face in found if _takes_part(network, face, family))


def _takes_part(network: Network, face: Interface, family: Family) -> bool:
    """What is placed nobody knows where may have any address that there is in this network."""
    if face.sites:
        return any(site.addresses for site in face.sites)
    return family is Family.IPV4 or has_ipv6(network)


def has_ipv6(network: Network) -> bool:
    """Whether a VPC has IPv6 addresses."""
    return any(not vpc.cidrs.isdisjoint(ALL_IPV6) for vpc in network.vpcs.values())


def families(network: Network, source: str, destination: str) -> tuple[Family, ...]:
    """Those by which two endpoints may talk to each other."""
    ends = network.endpoints[source], network.endpoints[destination]
    return tuple(family for family in Family if all(faces(network, end, family) for end in ends))
