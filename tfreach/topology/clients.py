"""What a Client VPN endpoint lets its clients do, in the words of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.records import dataclass
from tfreach.space.intervals import IntervalSet
from tfreach.topology.terms import Tri


@dataclass(frozen=True, slots=True)
class Allowed:
    """A block that clients may go to, or that is routed by one subnet.

    length    of the block: of the rules that have an address the longest decides
    everyone  YES: all clients; MAYBE: those of an access group, or it is not known whose
    unknown   "" or why it may not stand, or be for another block
    """

    addresses: IntervalSet
    length: int
    everyone: Tri = Tri.YES
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class ClientVpn:
    """A Client VPN endpoint; the sites of the interface of the endpoint with its id are the subnets
    it is associated with, and clients take the address of one of these.

    rules    the authorization rules
    routes   by subnet: what goes by its interface besides the VPC's own blocks
    """

    id: str
    rules: tuple[Allowed, ...] = ()
    routes: Mapping[str, tuple[Allowed, ...]] = field(default_factory=dict)
