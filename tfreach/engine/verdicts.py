"""What the engines answer with: verdicts, sets of flows with one verdict, traces, blockers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from tfreach.records import dataclass
from tfreach.space.bounds import NO_REASONS
from tfreach.space.headers import EPHEMERAL, Family, Flow
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import NO_ORIGIN, Network, Origin, Tri


class Verdict(Enum):
    """How a set of flows is judged, round trip (contract.md, section 4)."""

    REACHABLE = "reachable"
    PARTIAL = "partial"
    ONE_WAY = "one-way"
    UNREACHABLE = "unreachable"
    UNDETERMINED = "undetermined"

    __hash__ = object.__hash__  # as Tri has it

    @property
    def delivers(self) -> bool:
        """Whether some request surely arrives."""
        return self in (Verdict.REACHABLE, Verdict.PARTIAL, Verdict.ONE_WAY)


NAT_PORTS = EPHEMERAL
"""The ports a NAT gateway sends from, whatever Options says (F31, F54)."""


@dataclass(frozen=True, slots=True)
class Options:
    """client_ports   the ports a client may use, which replies must reach (ports, not services)"""

    client_ports: IntervalSet = EPHEMERAL


def client_ports(network: Network, source: str, options: Options) -> IntervalSet:
    """The ports that an endpoint sends from: load balancers and functions have their own (F31)."""
    function = network.endpoints[source].kind == "lambda_function"
    return EPHEMERAL if function or source in network.balancers else options.client_ports


@dataclass(frozen=True, slots=True)
class FlowSet:
    """Services of one ordered pair of endpoints that share a verdict and its limits.

    services      integers of space.headers.service, never empty
    addresses     of the Internet: those that take part, where not all do; None when all do, or when
                  neither end is the Internet
    client_ports  the client ports that replies reach, where not all are reached; else None
    subnets       ids of the subnets (of either end) for which it works, where not all do; else None
    reasons       why it is undetermined; empty for every other verdict
    family        of its packets
    one_way       of the Internet, where some of `addresses` have a connection: those that only get
                  requests through, to which no reply comes back; None for none
    """

    services: IntervalSet
    verdict: Verdict
    addresses: IntervalSet | None = None
    client_ports: IntervalSet | None = None
    subnets: tuple[str, ...] | None = None
    reasons: frozenset[str] = NO_REASONS
    family: Family = Family.IPV4
    one_way: IntervalSet | None = None

    @property
    def delivered(self) -> IntervalSet | None:
        """The addresses of the Internet that get requests through; None as in `addresses`."""
        if self.addresses is None or self.one_way is None:
            return self.addresses
        return self.addresses | self.one_way


Pair = tuple[str, str]
"""(source id, destination id): ids of Network.endpoints."""


Through = tuple[str, str, tuple[str, ...]]
"""(source id, destination id, ids of the load balancers between them, from the source's side)."""


@dataclass(frozen=True, slots=True)
class Reachability:
    """Every ordered pair that has a flow which is not unreachable.

    pairs    flow sets of one family are disjoint by service, none UNREACHABLE, sorted by family and
             first service; a pair that is missing is unreachable for every service
    through  the same through load balancers, by the services that the first of them takes
    """

    pairs: Mapping[Pair, tuple[FlowSet, ...]] = field(default_factory=dict)
    through: Mapping[Through, tuple[FlowSet, ...]] = field(default_factory=dict)


class Disposition(Enum):
    """How one leg of a trace ends; a closed set."""

    ACCEPTED = "accepted"
    EXITS_NETWORK = "exits network"
    DENIED_OUT = "denied out"
    DENIED_IN = "denied in"
    NO_ROUTE = "no route"
    BLACKHOLE = "blackhole"
    NO_SUCH_HOST = "no such host"
    LOOP = "loop"
    INSUFFICIENT_INFO = "not enough known"


@dataclass(frozen=True, slots=True)
class Hop:
    """One decision on the way.

    component   id of what decided: a filter, table, gateway, subnet or endpoint
    kind        security_group | network_acl | route_table | internet_gateway | nat_gateway |
                egress_only_internet_gateway | listener | target_group | interface | endpoint |
                elsewhere
    action      permit | deny | route | translate | deliver | drop
    text        what decided, in a person's words
    rule        the rule or route that decided; its address is "" where none did (no match)
    origins     everything that had a say: the rule, and what tied the filter, table or address to
                the way (association, attachment, Elastic IP)
    codes       explanation codes; of a blocker its own
    unknown     "" or why this decision is not sure
    header      the packet after this hop
    """

    component: str
    kind: str
    action: str
    text: str
    rule: Origin = NO_ORIGIN
    origins: tuple[Origin, ...] = ()
    codes: tuple[str, ...] = ()
    unknown: str = ""
    header: Flow | None = None


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why the flow fails.

    code        AWS Reachability Analyzer's explanation code where one exists, else our own
    leg         forward | return
    direction   ingress | egress
    fix         what would open it
    """

    code: str
    leg: str
    direction: str
    component: str
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One direction of a trace. `outcome`: whether the packet arrives at the end of this leg."""

    hops: tuple[Hop, ...] = ()
    outcome: Tri = Tri.NO
    disposition: Disposition = Disposition.NO_ROUTE


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole way of one flow between two places, there and back.

    source, destination   endpoint ids
    places                the subnets of source and destination, "" for one outside every VPC
    back                  None when the request does not arrive or no reply is due
    blockers              all of the best candidate path, forward first
    """

    flow: Flow
    source: str
    destination: str
    places: tuple[str, str]
    forward: Leg
    back: Leg | None
    blockers: tuple[Blocker, ...] = ()

    @property
    def delivered(self) -> Tri:
        return self.forward.outcome

    @property
    def round_trip(self) -> Tri:
        """Whether the request arrives and its reply comes back, where one is due."""
        if self.back is None or Tri.NO in (self.forward.outcome, self.back.outcome):
            return self.forward.outcome if self.back is None else Tri.NO
        both_sure = self.forward.outcome is self.back.outcome is Tri.YES
        return Tri.YES if both_sure else Tri.MAYBE
