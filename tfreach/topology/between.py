"""What joins networks, in the words of the model: peering connections."""

from __future__ import annotations

from dataclasses import dataclass

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.topology.terms import OneOf, Tri


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering connection of two VPCs (F62).

    ends         the VPCs: that of the requester, that of the accepter
    active       whether it is accepted and stands; why: "" or why it does not, or is not known
    same_region  whether both VPCs are in one Region: only then do group references hold (F8)
    accepted     origin of what accepts it, where that is a resource of its own
    """

    id: str
    ends: tuple[OneOf, OneOf]
    active: Tri = Tri.YES
    why: str = ""
    same_region: Tri = Tri.YES
    accepted: Origin = NO_ORIGIN
    origin: Origin = NO_ORIGIN
