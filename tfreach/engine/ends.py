"""A pair of endpoints in; what they say of the ways between them themselves, out."""

from __future__ import annotations

from tfreach.engine.balancing import Sender
from tfreach.engine.client_sets import Client
from tfreach.engine.junctions import EVERYTHING, Fork, Junction, Place
from tfreach.engine.outcomes import Outcome, outcome
from tfreach.engine.pieces import Segments
from tfreach.engine.verdicts import Pair
from tfreach.records import dataclass
from tfreach.space.bounds import Bounds
from tfreach.space.headers import Family
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import AwsService, Site


@dataclass(frozen=True, slots=True)
class Ends:
    """What is the same for all interfaces of a pair.

    ids      of the two endpoints
    to_aws   the service of AWS that the destination is; None for any other
    sender   the load balancer that the source is, likewise
    client   the Client VPN endpoint that it is
    """

    ids: Pair
    client_ports: IntervalSet
    family: Family
    to_aws: AwsService | None
    sender: Sender | None
    client: Client | None = None

    def passes(self, near: Place, d: int) -> Bounds:
        """What a Client VPN endpoint lets its clients send to address d; of others, everything."""
        return self.client.passes(near.junction.id, d) if self.client else EVERYTHING

    def made(self, fork: Fork) -> Outcome:
        """What comes of the ways between two pieces."""
        return outcome(fork, self.client_ports, self.family)

    @property
    def cuts(self) -> list[Segments]:
        """The addresses that the source treats apart, be it a load balancer or a VPN's clients."""
        both = (self.sender, self.client)
        return [Segments(one.cuts) for one in both if one is not None]


@dataclass(frozen=True, slots=True)
class Aim:
    """Two interfaces: what load balancers at their ends say of the ways between them.

    to       ids of the endpoint that is sent to, and of its interface
    takes    what that listens to
    nodes    the subnets of the source that are judged together; all: every one that it may be in
    """

    ends: Ends
    to: tuple[str, str]
    takes: Bounds
    nodes: list[Junction]
    all: list[Junction]

    @property
    def cuts(self) -> list[Segments]:
        return self.ends.cuts

    def skips(self, x: Place, y: Place, site: Site) -> bool:
        sender = self.ends.sender
        at = x.junction, self.nodes
        return sender is not None and sender.skips(*at, self.to, site.addresses, y.junction)

    def limit(self, x: Place, y: Place, d: int) -> Bounds:
        sender = self.ends.sender
        return self.takes & sender.sent(x, self.all, self.to, y, d) if sender else self.takes
