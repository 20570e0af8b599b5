"""A packet whose route leads to an interface in; the ways on, as its host forwards it, out.

Slow and obvious: the network ACL of the host's subnet where the packet comes from another one, the
source/destination check (F103), the host's groups in and out, and its subnet's own ACL and table;
that may lead to the next host. A host that a request passed knows its reply (F2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfreach.engine.explain import Step, dead_end, group_step, route_step
from tfreach.engine.firewalls import reply_step, request_step
from tfreach.engine.fleets import again, through_fleet
from tfreach.engine.peerings import KEPT, Kept
from tfreach.engine.steps import Branch, Packet, interface_decides, lookup
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Standing, Way, through_acl
from tfreach.records import dataclass
from tfreach.space.headers import address_text
from tfreach.topology.doors import FirewallEndpoint
from tfreach.topology.network import Local, Network, OneOf, Subnet, ToEgressOnly, ToInterface, Tri
from tfreach.topology.stand_ins import stand_in

HOST = "interface"
BROKEN = Kept(Tri.NO, "SG_REFERENCES_NOT_PRESERVED")
"""Behind a host no group of the sender is known (F11)."""
NO_HOSTS: frozenset[str] = frozenset()
OWN_SUBNET = "{} stands in the subnet of one end, whose traffic it does not inspect"

EGRESS_ONLY = "{} leads to an egress-only internet gateway: AWS says that this is dropped (F58)"


@dataclass(frozen=True, slots=True)
class Trip:
    """What the hosts that a packet is handed to need to know of it.

    sender    groups of the interface that sends it, which the first host still knows; () for none
    goal      where it is to arrive in this VPC; None: it is to leave it
    seen      ids of interfaces that it must not be handed to again
    crossed   ids of those that the request passed, if this is its reply
    """

    sender: tuple[OneOf, ...] = ()
    goal: Standing | None = None
    seen: frozenset[str] = NO_HOSTS
    crossed: frozenset[str] = NO_HOSTS

    def is_goal(self, branch: Branch) -> bool:
        """Whether a route to an interface is just a way to the goal itself."""
        target = branch.target
        if self.goal is None or not isinstance(target, ToInterface):
            return False
        return target.interface == self.goal.interface.id


NO_TRIP = Trip()


@dataclass(frozen=True, slots=True)
class End:
    """Where a packet is when no host comes next.

    way      as it stands
    branch   what the table of subnet `at` says of it, which is no host
    hosts    that it passed, in order
    direct   the last host is in the goal's own subnet: no ACL and no table is between (F28, F47)
    dead     it goes no further, and `way` says why; lost: "" or why nothing is known of it
    """

    way: Way
    branch: Branch
    at: Subnet
    hosts: tuple[Standing, ...] = ()
    direct: bool = False
    dead: bool = False
    lost: str = ""

    @property
    def crossed(self) -> frozenset[str]:
        return frozenset(host.interface.id for host in self.hosts)

    @property
    def kept(self) -> Kept:
        """Whether the groups of the sender are known here (F11)."""
        return BROKEN if self.hosts else KEPT


def leaving(
    question: Question, way: Way, at: Standing, branch: Branch, trip: Trip, fix: str
) -> Way:
    """Out of an interface by one branch of its subnet's table: SG, ACL, route (F33)."""
    filtered = at.interface.id not in question.network.firewalls
    if filtered and at.interface.id not in trip.crossed:
        way = _judged(question, way, at, "egress", trip.goal, _towards(branch, trip))
    way = through_acl(question, way, at.subnet, "egress")
    to = question.to_aws if way.leg == "forward" else ""
    return way.take(route_step(branch, at.subnet, to or address_text(way.header.dst), fix))


def _towards(branch: Branch, trip: Trip) -> Kept:
    """Whether a rule for what is sent to a host may name the groups of who gets it in the end."""
    if not isinstance(branch.target, ToInterface) or trip.is_goal(branch):
        return KEPT
    why = "whether an outbound rule may name a group behind a forwarding host is not documented"
    return Kept(Tri.MAYBE, "SG_REFERENCES_NOT_PRESERVED", why)


def _judged(
    question: Question, way: Way, at: Standing, direction: str, goal: Standing | None, kept: Kept
) -> Way:
    carriers = goal.interface.groups if goal else ()
    return way.take(_group_step(question, way, at, direction, carriers, kept))


def _group_step(
    question: Question,
    way: Way,
    at: Standing,
    direction: str,
    carriers: tuple[OneOf, ...],
    kept: Kept,
) -> Step:
    """The groups of an interface; on the side of a service of AWS its rules may name that."""
    far = "egress" if way.leg == "forward" else "ingress"
    peer = way.header.dst if direction == "egress" else way.header.src
    to_aws = question.to_aws if direction == far else ""
    whole, told = (
        Packet(peer, way.header.service, groups, to_aws) for groups in (carriers, kept.of(carriers))
    )
    decision = interface_decides(question.network, at.interface, direction, told)
    step = group_step(decision, at.interface, direction, told)
    before = interface_decides(question.network, at.interface, direction, whole)
    if before.permits is decision.permits:
        return step
    return replace(step, hop=replace(step.hop, codes=(kept.code, *step.hop.codes)))


def past_hosts(
    question: Question,
    way: Way,
    branch: Branch,
    at: Subnet,
    trip: Trip,
    fix: str,
    hosts: tuple[Standing, ...] = (),
) -> list[End]:
    """On from subnet `at` by a branch of its table until no host comes next."""
    if trip.is_goal(branch):
        return [End(way, replace(branch, target=Local()), at, hosts)]
    if not isinstance(branch.target, ToInterface):
        return [End(way, branch, at, hosts)]
    found: list[End] = []
    for host, unknown in hosts_of(question.network, branch.target.interface):
        if host is None:
            found.append(End(way, branch, at, hosts, lost=unknown))
            continue
        one = _into_host(question, End(way, branch, at, hosts), host, trip, unknown)
        found += [one] if one.dead or one.lost else _out_of_host(question, one, trip, fix)
    return found


def hosts_of(network: Network, id: str) -> Iterator[tuple[Standing | None, str]]:
    """Where an interface is: one of these. None: nobody knows. With why it is not sure, or ""."""
    if id in network.firewalls:
        yield _firewall_at(network, network.firewalls[id]), ""
        return
    for endpoint in network.endpoints.values():
        for interface in endpoint.interfaces:
            if interface.id != id:
                continue
            unsure = interface.unknown or f"in which of its subnets {id} is taken is not known"
            why = unsure if len(interface.sites) != 1 or interface.unknown else ""
            for site in interface.sites:
                yield Standing(endpoint, interface, network.subnets[site.subnet]), why
            if not interface.sites:
                yield None, interface.unknown or f"where {id} is, is not known"
            return
    yield None, f"{id} is not in this plan"


def _firewall_at(network: Network, found: FirewallEndpoint) -> Standing:
    """A firewall endpoint (F86) forwards as a host does, and no group filters there."""
    made = stand_in(found)
    return Standing(made, made.interfaces[0], network.subnets[found.subnet])


def _into_firewall(
    question: Question, end: End, host: Standing, trip: Trip, firewall: FirewallEndpoint
) -> End:
    """Its rules judge; what begins or ends in its own subnet it does not inspect (F86)."""
    way = end.way
    goal = trip.goal.subnet.id if trip.goal else ""
    lost = ""
    if host.subnet.id in (end.at.id, goal):
        lost = OWN_SUBNET.format(firewall.id)
    if host.subnet.id != end.at.id:
        way = through_acl(question, way, host.subnet, "ingress")
    way = _judged_by(question, way, firewall, crossed=firewall.id in trip.crossed)
    return End(way, end.branch, host.subnet, (*end.hosts, host), lost=lost)


def _judged_by(question: Question, way: Way, firewall: FirewallEndpoint, *, crossed: bool) -> Way:
    """By the rules of a firewall; the appliances behind a Gateway Load Balancer have none, and let
    pass what reaches them. crossed: the request came by here."""
    if firewall.fleet and crossed:
        return again(way, firewall)
    if firewall.fleet:
        way = through_fleet(question, way, firewall, firewall.fleet)
    elif way.leg == "forward":
        way = way.take(request_step(firewall, way))
    return way if way.leg == "forward" else way.take(reply_step(firewall, way, crossed=crossed))


def _into_host(question: Question, end: End, host: Standing, trip: Trip, unknown: str) -> End:
    id, way = host.interface.id, end.way
    if host.subnet.vpc != end.at.vpc:
        return replace(
            end, lost=f"{id} is in another VPC than {end.at.id}: AWS takes no such route"
        )
    if id in trip.seen or id in end.crossed:
        return replace(end, way=way.take(_loop(id, way)), dead=True)
    if id in question.network.firewalls:
        return _into_firewall(question, end, host, trip, question.network.firewalls[id])
    if host.interface.down:
        return replace(end, way=way.take(_gone(host)), dead=True)
    if host.subnet.id != end.at.id:
        way = through_acl(question, way, host.subnet, "ingress")
    way = way.take(check_step(host, way, unknown))
    if id not in trip.crossed:
        kept = BROKEN if end.hosts else KEPT
        way = way.take(_group_step(question, way, host, "ingress", trip.sender, kept))
    lost = ""
    if len(host.endpoint.interfaces) > 1:
        lost = f"{host.endpoint.id} has several interfaces: by which it forwards is not known"
    return End(way, end.branch, host.subnet, (*end.hosts, host), lost=lost)


def _out_of_host(question: Question, end: End, trip: Trip, fix: str) -> list[End]:
    host, way = end.hosts[-1], end.way
    if trip.goal and trip.goal.subnet.id == host.subnet.id:
        if host.interface.id not in trip.crossed:
            way = _judged(question, way, host, "egress", trip.goal, KEPT)
        return [replace(end, way=way, direct=True)]
    to_aws = question.to_aws if way.leg == "forward" else ""
    found: list[End] = []
    firewall = question.network.firewalls.get(host.interface.id)
    for branch in lookup(question.network, host.subnet, way.header.dst, to_aws):
        one = leaving(question, way, host, branch, trip, fix)
        if firewall and firewall.fleet and isinstance(branch.target, ToEgressOnly):
            found.append(replace(end, way=one, lost=EGRESS_ONLY.format(firewall.id)))
            continue
        found += past_hosts(question, one, branch, host.subnet, trip, fix, end.hosts)
    return found


def check_step(host: Standing, way: Way, unknown: str) -> Step:
    """An interface takes what is not addressed to it only if its source/destination check is off
    (F103). That its host hands it on is taken for granted.

    unknown   "" or why it may be in another subnet
    """
    id, forwards = host.interface.id, host.interface.forwards
    tied = host.interface.attached
    ties = [host.interface.forwards_origin, *([tied] if tied else [])]
    if forwards is Tri.NO:
        text = f"{id} drops what is not for itself: its source/destination check is on"
        fix = f"switch the source/destination check of {id} off"
        code, end = "ENI_SOURCE_DEST_CHECK_RESTRICTION", Disposition.DENIED_IN
        return dead_end(id, HOST, code, text, fix, end=end, direction="ingress", origins=ties)
    why = unknown
    if forwards is Tri.MAYBE:
        why = f"whether {id} checks source and destination is not known"
    text = f"forwards what is for {address_text(way.header.dst)}"
    origins = tuple(origin for origin in ties if origin.address)
    hop = Hop(id, HOST, "route", text, origins=origins, unknown=why)
    return Step(hop, Tri.MAYBE if forwards is Tri.MAYBE else Tri.YES, "ingress")


def _loop(id: str, way: Way) -> Step:
    text = f"{id} was passed before: the routes lead round in a circle"
    fix = f"route {address_text(way.header.dst)} on from the subnet of {id}"
    return dead_end(id, HOST, "INTERFACE_LOOP", text, fix, end=Disposition.LOOP)


def _gone(host: Standing) -> Step:
    """A target that is not available makes its route a blackhole (F42)."""
    id = host.interface.id
    fix = f"start {host.endpoint.id}, or route to another target"
    end = Disposition.BLACKHOLE
    return dead_end(id, HOST, "BAD_STATE_ROUTE", host.interface.down, fix, end=end)
