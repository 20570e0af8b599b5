"""What stands between a subnet and the Internet besides gateways, in the words of the model."""

from __future__ import annotations

from dataclasses import dataclass

from tfreach.plan.origin import Origin
from tfreach.topology.terms import Tri


@dataclass(frozen=True, slots=True)
class Barrier:
    """Block Public Access as one subnet meets it (F59): YES where it stops a connection.

    id        the switch, or what excludes the subnet where the switch is not in the plan
    inward    connections from the Internet
    outward   connections that an interface of the subnet opens by the internet gateway itself
    by_nat    those that a NAT gateway in the subnet hands on, or an egress-only gateway for it
    why       "" or why some of this is not known
    origins   the switch, and what excludes the subnet
    """

    id: str
    inward: Tri = Tri.NO
    outward: Tri = Tri.NO
    by_nat: Tri = Tri.NO
    why: str = ""
    origins: tuple[Origin, ...] = ()
