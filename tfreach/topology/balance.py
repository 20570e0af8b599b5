"""Load balancers in the words of the model: what they listen to, and whom they send it to."""

from __future__ import annotations

from typing import Final

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.records import dataclass
from tfreach.space.headers import Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.terms import Tri

PRIVATE_LINK: Final = "private_link"
"""The kind of an interface endpoint of an endpoint service: it leads to network load balancers."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Services that an interface takes.

    what      id of what takes them: a listener
    unknown   "" when it surely takes all of them; else why it may take fewer
    """

    services: IntervalSet
    what: str
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Listens:
    """All that an interface takes; whatever else arrives is dropped there.

    unknown   "" or why it may take more
    code      the explanation code of what it does not take
    """

    heard: tuple[Heard, ...]
    code: str
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """A target group that a listener sends to.

    group    id in Network.target_groups; "" for one that is not known
    unknown  "" when it surely sends there
    origin   of the listener or the rule of it that says so
    """

    group: str
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Listener:
    """services   what it takes; an upper bound when `unknown` says why"""

    id: str
    services: IntervalSet
    forwards: tuple[Forward, ...] = ()
    unknown: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Target:
    """What a target group sends to.

    endpoint   id of an Endpoint; "" where `addresses` says it
    interface  id of the one interface of the endpoint that is meant; "" for any
    addresses  None: all that the endpoint has
    services   what is sent there; an upper bound when `unknown` says why
    health     what health checks send there, from the node's own address; likewise
    unknown    "" when it surely is a target, with all of `services`
    zones      those it is in; () when none of them is known
    """

    endpoint: str
    services: IntervalSet
    interface: str = ""
    addresses: IntervalSet | None = None
    health: IntervalSet = EMPTY
    unknown: str = ""
    zones: tuple[str, ...] = ()
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """Targets, and how they are sent to.

    keeps       whether the client's address is kept (F83, F84)
    cross_zone  whether nodes send to targets of other zones; None: as the load balancer says
    unknown     "" or why it may have targets that are not listed: any endpoint, any port
    family      by which targets are sent to, whatever the client's is
    """

    id: str
    targets: tuple[Target, ...] = ()
    keeps: Tri = Tri.NO
    cross_zone: Tri | None = None
    unknown: str = ""
    origin: Origin = NO_ORIGIN
    family: Family = Family.IPV4


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer; its nodes are the sites of the interface of the endpoint with its id, or,
    of a gateway one, those of its Inspector.

    kind        application | network | classic | gateway; or an interface endpoint, PRIVATE_LINK
                (F82): each of its nodes leads to those of its own zone, with the client's address
    cross_zone  whether a node sends to targets of other zones (F79)
    unknown     "" or why it may have listeners that are not listed
    signs_in    "" or why it may call a service that clients sign in with, by tcp/443
    links_judged  whether its groups judge what comes by PrivateLink (F82)
    """

    id: str
    kind: str
    listeners: tuple[Listener, ...] = ()
    cross_zone: Tri = Tri.YES
    unknown: str = ""
    signs_in: str = ""
    links_judged: Tri = Tri.YES
    origin: Origin = NO_ORIGIN
