"""A way to or from a load balancer in; the same with what its listeners and target groups say, out.

The oracle's opinion. A load balancer takes what a listener of it takes, and sends to its targets on
their ports and to nobody else (F76, F77). engine/balancing.py is the other opinion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfreach.engine.explain import Step, dead_end, services_words, with_code
from tfreach.engine.nodes import Spot, near
from tfreach.engine.steps import every, some
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Way, through_acl
from tfreach.records import dataclass
from tfreach.space.headers import TCP, UDP, address_text, protocol_of, service
from tfreach.space.intervals import IntervalSet
from tfreach.topology.balance import (
    Balancer,
    Forward,
    Listener,
    Listens,
    Target,
    TargetGroup,
)
from tfreach.topology.network import ON_PREMISES, Network, Origin, Subnet, Tri

HTTPS = service(TCP, 443)
MISMATCH = "ELBV2_LISTENERS_MISMATCH"
GROUP_KIND = "target_group"


def with_listener(way: Way, there: Spot) -> Way:
    """The way, with what its destination listens to said before the packet is delivered."""
    listens = there.interface.listens
    if listens is None:
        return way
    step = heard(listens, there.endpoint.id, way.header.service)
    if not (way.hops and way.hops[-1].action == "deliver"):
        return way.take(step)
    last, before = way.hops[-1], replace(way, hops=way.hops[:-1])
    after = before.take(step)
    return after if after.outcome is Tri.NO else replace(after, hops=(*after.hops, last))


def heard(listens: Listens, endpoint: str, number: int) -> Step:
    """Whether something there takes this service."""
    fitting = [one for one in listens.heard if number in one.services]
    fitting.sort(key=lambda one: bool(one.unknown))
    what = _words(number)
    if fitting and not (fitting[0].unknown and listens.unknown):
        one = fitting[0]
        hop = Hop(one.what, "listener", "permit", f"takes {what}", one.origin, unknown=one.unknown)
        return Step(hop, Tri.MAYBE if one.unknown else Tri.YES, "ingress")
    if listens.unknown:
        hop = Hop(endpoint, "listener", "permit", f"may take {what}", unknown=listens.unknown)
        return Step(hop, Tri.MAYBE, "ingress")
    text = f"no listener of {endpoint} takes {what}"
    fix = f"give {endpoint} a listener that takes {what}"
    end = Disposition.DENIED_IN
    step = dead_end(endpoint, "listener", listens.code, text, fix, end=end, direction="ingress")
    spoken = {protocol_of(span[0]) for one in listens.heard for span in one.services.spans}
    if listens.code == MISMATCH and protocol_of(number) in spoken:
        return with_code(step, "ELBV2_LISTENER_PORT_RESTRICTION")
    return step


@dataclass(frozen=True, slots=True)
class Sent:
    """One of the things that a load balancer may do with a packet: send it to a target."""

    balancer: Balancer
    listener: Listener
    forward: Forward
    group: TargetGroup
    target: Target
    answer: Tri
    unknown: str

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What has a say, beside the registration itself."""
        ties = (self.listener.origin, self.forward.origin, self.group.origin, self.balancer.origin)
        return tuple(dict.fromkeys(one for one in ties if one.address))


def from_balancer(
    question: Question, way: Way, here: Spot, there: Spot | None, far: str = ""
) -> Way:
    """The way, beginning with whether the load balancer sends such a packet at all.

    far   id of the destination where that is no interface
    """
    balancer = question.network.balancers.get(here.endpoint.id)
    if balancer is None:
        return way
    if far == ON_PREMISES:
        step = _sent_far(question, balancer)
    elif there is None:
        step = _outwards(question, balancer)
    else:
        step = _sent(question, balancer, here, there)
    first = Way(way.leg, question.flow).take(step)
    if _is_judged_inside(balancer, here, there) and here.subnet is not None:
        first = classic_acl(question, first, here.subnet)
    hops = way.hops
    outcome = every(first.outcome, way.outcome)
    if outcome is Tri.NO and hops and hops[-1].action == "deliver":
        hops = hops[:-1]
    return replace(
        way,
        hops=(*first.hops, *hops),
        blockers=(*first.blockers, *way.blockers),
        outcome=outcome,
        ended=first.ended or way.ended,
    )


def _is_judged_inside(balancer: Balancer, here: Spot, there: Spot | None) -> bool:
    """F28: out of a classic load balancer the ACL judges inside its subnet too."""
    if balancer.kind != "classic" or there is None or here.subnet is None:
        return False
    return there.subnet is not None and here.subnet.id == there.subnet.id


def classic_acl(question: Question, way: Way, subnet: Subnet) -> Way:
    after = through_acl(question, way, subnet, "egress")
    code = "ELB_ACL_RESTRICTION"
    blockers = tuple(
        replace(one, code=code) if one not in way.blockers else one for one in after.blockers
    )
    last = after.hops[-1]
    codes = (code,) if last.codes else ()
    return replace(after, hops=(*after.hops[:-1], replace(last, codes=codes)), blockers=blockers)


def _outwards(question: Question, balancer: Balancer) -> Step:
    """To the Internet, and to a service of AWS: no target is there (F85)."""
    flow = question.flow
    if balancer.signs_in and flow.service == HTTPS:
        hop = Hop(balancer.id, "listener", "route", "signs clients in", unknown=balancer.signs_in)
        return Step(hop, Tri.MAYBE)
    to = question.to_aws or address_text(flow.dst)
    return _no_target(balancer, to, f"{to} is no target of it")


def _sent_far(question: Question, balancer: Balancer) -> Step:
    """To on-premises: to what is a target by its address there (F85), whatever the zone."""
    found = []
    for listener, forward, group, target in registrations(question.network, balancer):
        held = target.addresses
        if held is not None and question.flow.dst in held and group.family is question.family:
            why = listener.unknown or forward.unknown or target.unknown
            ports = _by_own_address(group, target, question.flow.service)
            answer = every(Tri.MAYBE if why else Tri.YES, ports)
            kept = f"whether {group.id} keeps client addresses is not known"
            unknown = (why or kept) if answer is Tri.MAYBE else ""
            found.append(Sent(balancer, listener, forward, group, target, answer, unknown))
    told = _sends(question, found, ON_PREMISES)
    return told or _may_send(question, balancer, ON_PREMISES) or _outwards(question, balancer)


def registrations(
    network: Network, balancer: Balancer
) -> Iterator[tuple[Listener, Forward, TargetGroup, Target]]:
    """Every target that it may send to."""
    for listener in balancer.listeners:
        for forward in listener.forwards:
            group = network.target_groups.get(forward.group)
            for target in group.targets if group else ():
                if group:
                    yield listener, forward, group, target


def _no_target(balancer: Balancer, to: str, why: str) -> Step:
    text = f"{balancer.id} opens no connection to {to}: {why}"
    fix = f"register {to} with a target group of {balancer.id}"
    end = Disposition.DENIED_OUT
    return dead_end(balancer.id, GROUP_KIND, "TARGET_ADDRESS_RESTRICTION", text, fix, end=end)


def _sent(question: Question, balancer: Balancer, here: Spot, there: Spot) -> Step:
    """To an interface of this network: as one of the target groups does it."""
    found = list(sendings(question, balancer, here, there))
    told = _sends(question, found, there.endpoint.id)
    told = told or _may_send(question, balancer, there.endpoint.id)
    if told:
        return told
    step = _refused(question, balancer, here, there, found)
    if _classic(balancer) or _is_sent_anywhere(question, balancer):
        return step
    return with_code(step, "ELBV2_LISTENER_REQUIRES_TG_ACCEPT")


def _is_sent_anywhere(question: Question, balancer: Balancer) -> bool:
    """Whether some target of it is sent such a packet."""
    listed = registrations(question.network, balancer)
    return any(
        question.flow.service in target.services | target.health for _, _, _, target in listed
    )


def _sends(question: Question, found: list[Sent], to: str) -> Step | None:
    """The surest of its sendings; None when there is none."""
    what = _words(question.flow.service)
    for answer in (Tri.YES, Tri.MAYBE):
        for one in found:
            if one.answer is answer:
                text, rule = f"sends {what} to {to}", one.target.origin
                hop = Hop(one.group.id, GROUP_KIND, "route", text, rule, one.origins)
                return Step(replace(hop, unknown=one.unknown), answer)
    return None


def _may_send(question: Question, balancer: Balancer, to: str) -> Step | None:
    """Not all of its targets are known."""
    why = open_end(question.network, balancer)
    if not why or not _is_forwardable(question.flow.service):
        return None
    return Step(Hop(balancer.id, GROUP_KIND, "route", f"may send to {to}", unknown=why), Tri.MAYBE)


def _words(number: int) -> str:
    return services_words(IntervalSet.span(number, number))


def _is_forwardable(number: int) -> bool:
    return protocol_of(number) in (TCP, UDP)


def open_end(network: Network, balancer: Balancer) -> str:
    """Why it may send to targets that are not listed; "" when all are."""
    for listener in balancer.listeners:
        for forward in listener.forwards:
            group = network.target_groups.get(forward.group)
            if group is None:
                return forward.unknown or f"{forward.group} is not in this plan"
            if group.unknown:
                return group.unknown
    return balancer.unknown


def sendings(question: Question, balancer: Balancer, here: Spot, there: Spot) -> Iterator[Sent]:
    """Every registration of the interface with one of the target groups."""
    network, flow = question.network, question.flow
    for listener in balancer.listeners:
        for forward in listener.forwards:
            group = network.target_groups.get(forward.group)
            for target in group.targets if group else ():
                if group and group.family is question.family and aims(target, there, flow.dst):
                    why = listener.unknown or forward.unknown or target.unknown
                    ports = _by_own_address(group, target, flow.service)
                    zone, doubt = in_zone(network, balancer, group, here, there)
                    sure = Tri.MAYBE if why else Tri.YES
                    answer = every(sure, ports, zone)
                    kept = f"whether {group.id} keeps client addresses is not known"
                    reason = why or (kept if ports is Tri.MAYBE else "") or doubt
                    unsure = reason if answer is Tri.MAYBE else ""
                    yield Sent(balancer, listener, forward, group, target, answer, unsure)


def aims(target: Target, there: Spot, address: int) -> bool:
    """Whether a target is that interface, or that address; one that is not known may be it."""
    if target.addresses is not None:
        return there.subnet is None or address in target.addresses
    return target.endpoint == there.endpoint.id and target.interface in ("", there.interface.id)


def _by_own_address(group: TargetGroup, target: Target, number: int) -> Tri:
    """Whether that service is asked for from the node's own address: where client addresses are
    kept, only health checks are."""
    if number in target.health:
        return Tri.YES
    if number not in target.services:
        return Tri.NO
    return {Tri.YES: Tri.NO, Tri.NO: Tri.YES, Tri.MAYBE: Tri.MAYBE}[group.keeps]


def in_zone(
    network: Network, balancer: Balancer, group: TargetGroup, here: Spot, there: Spot
) -> tuple[Tri, str]:
    """Whether this node sends to targets in that subnet, and why that is not sure (F79)."""
    if here.subnet is None or there.subnet is None:
        return Tri.MAYBE, "in which zones a load balancer and its target are is not known"
    nodes = [network.subnets[site.subnet] for site in here.interface.sites]
    enabled = some(near(one, there.subnet) for one in nodes)
    if enabled is Tri.NO:
        return Tri.NO, ""
    crosses = balancer.cross_zone if group.cross_zone is None else group.cross_zone
    same = near(here.subnet, there.subnet)
    if crosses is Tri.YES or same is Tri.YES:
        return Tri.YES, ""
    if same is Tri.NO and crosses is Tri.NO:
        return Tri.NO, ""
    if crosses is Tri.MAYBE:
        return Tri.MAYBE, f"whether {balancer.id} sends across zones is not known"
    return Tri.MAYBE, f"whether {here.subnet.id} and {there.subnet.id} are in one zone is not known"


def _refused(
    question: Question, balancer: Balancer, here: Spot, there: Spot, found: list[Sent]
) -> Step:
    """Why it does not send that there, in AWS's words."""
    to, number = there.endpoint.id, question.flow.service
    what = _words(number)
    end = Disposition.DENIED_OUT
    if not found:
        return _no_targets(question.network, balancer, to)
    fitting = [one for one in found if number in one.target.services | one.target.health]
    component = (fitting or found)[0].group.id
    origins = [(fitting or found)[0].target.origin]
    if not fitting:
        ports = services_words(found[0].target.services | found[0].target.health)
        code = "ELB_LISTENER_PORT_RESTRICTION" if _classic(balancer) else "TARGET_PORT_RESTRICTION"
        text = f"{component} sends {ports} to {to}, and not {what}"
        fix = f"register {to} with {component} for {what}"
        return dead_end(component, GROUP_KIND, code, text, fix, end=end, origins=origins)
    zoned = [one for one in fitting if _zoned(question.network, balancer, one, here, there)]
    if not zoned:
        code = "ELBV2_SOURCE_ADDRESS_PRESERVATION"
        text = f"{component} keeps client addresses: it sends {what} with the client's, not its own"
        fix = f"ask for the way through {balancer.id} from a client"
        return dead_end(component, GROUP_KIND, code, text, fix, end=end, origins=origins)
    return _zone_step(question.network, balancer, zoned[0], here, there)


def _classic(balancer: Balancer) -> bool:
    return balancer.kind == "classic"


def _zoned(network: Network, balancer: Balancer, one: Sent, here: Spot, there: Spot) -> bool:
    return in_zone(network, balancer, one.group, here, there)[0] is Tri.NO


def _no_targets(network: Network, balancer: Balancer, to: str) -> Step:
    ids = [forward.group for one in balancer.listeners for forward in one.forwards]
    groups = [network.target_groups[id_] for id_ in ids if id_ in network.target_groups]
    if any(group.targets for group in groups) or _classic(balancer) or not groups:
        return _no_target(balancer, to, "it is no target of it")
    text = f"{groups[0].id} of {balancer.id} has no targets"
    fix = f"register {to} with {groups[0].id}"
    code, end = "ELBV2_LISTENER_HAS_NO_TG", Disposition.DENIED_OUT
    return dead_end(groups[0].id, GROUP_KIND, code, text, fix, end=end)


def _zone_step(network: Network, balancer: Balancer, one: Sent, here: Spot, there: Spot) -> Step:
    """A zone that is not enabled gets nothing; without cross-zone balancing, none but its own."""
    zone = there.subnet.zone if there.subnet else ""
    mine = here.subnet.zone if here.subnet else ""
    nodes = [network.subnets[site.subnet] for site in here.interface.sites]
    if there.subnet and all(near(node, there.subnet) is Tri.NO for node in nodes):
        code = "ELB_INSTALLED_AZ_RESTRICTION"
        text = f"{balancer.id} has no subnet in {zone}, so its targets there get nothing"
        fix = f"give {balancer.id} a subnet in {zone}"
    elif mine not in {zone for target in one.group.targets for zone in target.zones}:
        code = "ELBV2_NO_TARGETS_IN_AZ"
        text = f"{one.group.id} has no target in {mine}, and {balancer.id} does not cross zones"
        fix = f"turn cross-zone load balancing on, or register a target in {mine}"
    else:
        code = "ELB_NOT_CROSSZONE"
        text = f"the node in {mine} of {balancer.id} sends to no other zone"
        fix = "turn cross-zone load balancing on"
    end = Disposition.DENIED_OUT
    return dead_end(one.group.id, GROUP_KIND, code, text, fix, end=end, origins=one.origins)
