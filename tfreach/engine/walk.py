"""Steps in, one after the other; the way they make of one packet, with all its blockers, out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tfreach.engine.explain import (
    LOST,
    Step,
    acl_step,
    down_step,
    group_step,
    route_step,
    unknown_step,
)
from tfreach.engine.steps import (
    Branch,
    Packet,
    every,
    interface_decides,
    lookup,
    subnet_decides,
)
from tfreach.engine.verdicts import Blocker, Disposition, Hop, Leg, Options
from tfreach.records import dataclass
from tfreach.space.headers import (
    Family,
    Flow,
    address_text,
    has_client_port,
    port_of,
    protocol_of,
    replies_to,
    services,
)
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Endpoint, Interface, Network, OneOf, Subnet, Tri


@dataclass(frozen=True, slots=True)
class Place:
    """Where one end of a flow is.

    endpoint    id of an Endpoint; "" for an address that nobody holds
    interface   None for the Internet, for an endpoint outside every VPC and for nobody
    subnet      the site of the interface; "" without one, and where it is not known
    """

    endpoint: str
    interface: Interface | None = None
    subnet: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """An interface in one of its subnets."""

    endpoint: Endpoint
    interface: Interface
    subnet: Subnet


def address_at(at: Standing) -> int:
    """An address of an interface in its subnet, or a possible one while that is not known."""
    known = held_at(at)
    return known.first if known else 0


def held_at(at: Standing) -> IntervalSet:
    """The addresses that an interface may have in its subnet."""
    held = [site.addresses for site in at.interface.sites if site.subnet == at.subnet.id]
    return held[0] if held and held[0] else at.subnet.cidr


@dataclass(frozen=True, slots=True)
class Question:
    """One flow in one network.

    nat_port   the port a NAT gateway on the way picks for its side of the connection
    to_aws     id of the AwsService that is asked for; "" for any other destination
    """

    network: Network
    flow: Flow
    options: Options
    nat_port: int
    to_aws: str = ""

    @property
    def family(self) -> Family:
        return self.flow.family


@dataclass(frozen=True, slots=True)
class Way:
    """One packet on its way, and every decision so far.

    A step that does not let it pass is a blocker, and the walk goes on behind it to find the next.

    outcome   whether it is still on its way
    ended     how the leg ended at the first step that did not pass; None while it is on its way
    arrival   how the leg ends if it passes everywhere
    reply     the ways its reply may take; None where no reply can be told of
    """

    leg: str
    header: Flow
    hops: tuple[Hop, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    outcome: Tri = Tri.YES
    ended: Disposition | None = None
    arrival: Disposition = Disposition.ACCEPTED
    reply: Callable[[], list[Way]] | None = None

    def take(self, step: Step) -> Way:
        header = step.header or self.header
        blockers, ended = self.blockers, self.ended
        if step.passes is Tri.NO:
            hop = step.hop
            blocker = Blocker(
                hop.codes[0], self.leg, step.direction, hop.component, hop.text, step.fix
            )
            blockers = (*blockers, blocker)
            ended = ended or step.end
        return replace(
            self,
            header=header,
            hops=(*self.hops, replace(step.hop, header=header)),
            blockers=blockers,
            outcome=every(self.outcome, step.passes),
            ended=ended,
        )

    def arrives(self, step: Step) -> Way:
        """The last hop, if it got that far."""
        return self if self.outcome is Tri.NO else self.take(step)

    def unknown(self, what: str, code: str = LOST) -> Way:
        """It goes where nothing is known: it may arrive, and its reply may come back."""
        sent = self.take(unknown_step(what, code))
        return replace(sent, reply=lambda: [_unknown_reply(self, what)])

    def done(self) -> Leg:
        if self.outcome is Tri.YES:
            return Leg(self.hops, self.outcome, self.arrival)
        if self.outcome is Tri.MAYBE or self.ended is None:
            return Leg(self.hops, self.outcome, Disposition.INSUFFICIENT_INFO)
        return Leg(self.hops, self.outcome, self.ended)


def _unknown_reply(way: Way, what: str) -> Way:
    service = replies_to(way.header.service, way.header.src_port, way.header.family)
    return Way("return", reply_header(way.header, service or 0)).take(unknown_step(what))


def reply_header(sent: Flow, service: int) -> Flow:
    """The reply to `sent`, which asks for `service`."""
    back = port_of(sent.service) if has_client_port(sent.service) else 0
    return Flow(sent.dst, sent.src, service, back)


def wanted(question: Question, service: int, reply: bool, ports: IntervalSet) -> IntervalSet:
    """The services that a rule has to permit so that every packet of this kind passes."""
    if reply and has_client_port(question.flow.service):
        return services(protocol_of(service), ports)
    return IntervalSet.span(service, service)


def through_groups(
    question: Question, way: Way, at: Standing, direction: str, other: tuple[OneOf, ...] = ()
) -> Way:
    """The security groups of an interface judge the packet; `other`: groups of the other side."""
    peer = way.header.dst if direction == "egress" else way.header.src
    packet = Packet(peer, way.header.service, other, question.to_aws)
    decision = interface_decides(question.network, at.interface, direction, packet)
    return way.take(group_step(decision, at.interface, direction, packet))


def through_acl(
    question: Question,
    way: Way,
    subnet: Subnet,
    direction: str,
    ports: IntervalSet | None = None,
) -> Way:
    """The network ACL of a subnet judges the packet as it leaves or enters (F28).

    ports   of a reply: the ports it may have to reach, for the remedy
    """
    peer = way.header.dst if direction == "egress" else way.header.src
    packet = Packet(peer, way.header.service, to_aws=question.to_aws)
    decision = subnet_decides(question.network, subnet, direction, packet)
    replies = ports or question.options.client_ports
    services_ = wanted(question, packet.service, way.leg == "return", replies)
    return way.take(acl_step(decision, subnet, direction, packet, services_))


def routed(question: Question, way: Way, subnet: Subnet, fix: str) -> list[tuple[Branch, Way]]:
    """The route table of a subnet sends the packet on: one way for every branch."""
    to_aws = question.to_aws if way.leg == "forward" else ""
    branches = lookup(question.network, subnet, way.header.dst, to_aws)
    to = to_aws or address_text(way.header.dst)
    return [(branch, way.take(route_step(branch, subnet, to, fix))) for branch in branches]


def start(question: Question, *ends: tuple[Standing, str]) -> Way:
    """On its way, unless an end of it is down: each end with the direction it is passed in."""
    way = Way("forward", question.flow)
    for at, direction in ends:
        if at.interface.down:
            way = way.take(down_step(at.endpoint, at.interface, direction))
    return way
