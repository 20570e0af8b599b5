"""A random network in; the same with endpoints of firewalls, or of Gateway Load Balancers, out.

Both are what routes lead to as to a host. Behind the latter an appliance stands in some subnet,
which a node in another one, or in the same, may or may not reach.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.engine.edits import (
    by_host,
    directed,
    edge_table,
    with_acl,
    with_group,
    with_host,
    with_table,
)
from tests.engine.universe import (
    ACLS,
    EDGE,
    GROUPS,
    HOSTS,
    NOT_THERE,
    PERMIT_ALL,
    SERVICES,
    SUBNETS,
    VPC_1_SUBNETS,
    links,
    one_in,
    place,
    rules,
    text,
)
from tfreach.space.headers import ALL_ADDRESSES, ALL_SERVICES, TCP, UDP, prefix, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.balance import Balancer, Forward, Listener, Target, TargetGroup
from tfreach.topology.doors import (
    DROP,
    EITHER,
    FORWARD,
    HANDSHAKE,
    PASS,
    FirewallEndpoint,
    FirewallPolicy,
    FirewallRule,
)
from tfreach.topology.fleet import GENEVE, Fleet, Inspector
from tfreach.topology.network import (
    Action,
    Endpoint,
    Interface,
    Network,
    OneOf,
    Public,
    Rule,
    Site,
    ToInterface,
    Tri,
)

GUARDS = ("fw-1", "fw-2")
APPLIANCE, TARGETED = "appliance", "tg-geneve"
BLOCKS = ("", "", "10.1.0.0/30", "10.1.0.4/31", "10.1.0.8/30", "203.0.113.0/31", "10.0.0.0/8")
TUNNEL = IntervalSet.span(GENEVE, GENEVE)
OPEN = FirewallPolicy("appliances")


def _block(draw: st.DrawFn) -> IntervalSet:
    block = draw(st.sampled_from(BLOCKS))
    return prefix(block) if block else ALL_ADDRESSES


def _rules(draw: st.DrawFn, actions: tuple[str, ...]) -> tuple[FirewallRule, ...]:
    return tuple(
        FirewallRule(
            draw(st.sampled_from(actions)),
            draw(st.sampled_from(SERVICES)),
            _block(draw),
            _block(draw),
            text(draw, 5, "a doubt"),
        )
        for _ in range(draw(st.sampled_from((0, 1, 1, 2))))
    )


@st.composite
def _policies(draw: st.DrawFn) -> FirewallPolicy:
    return FirewallPolicy(
        "policy",
        _rules(draw, (PASS, DROP, FORWARD)),
        draw(st.sampled_from((PASS, FORWARD, FORWARD, FORWARD, DROP))),
        _rules(draw, (PASS, DROP, EITHER)),
        draw(st.sampled_from((PASS, PASS, PASS, DROP, HANDSHAKE))),
        text(draw, 12, "its rules are elsewhere"),
    )


@st.composite
def _fleets(draw: st.DrawFn) -> Fleet:
    """One that is all known and works, but for at most one thing."""
    listener = Listener("listener", ALL_SERVICES, (Forward(TARGETED),))
    balancer = Balancer("gwlb", "gateway", (listener,), draw(st.sampled_from(CROSSES)))
    chosen = draw(st.sampled_from((("subnet-c",), ("subnet-a", "subnet-b"))))
    one = Inspector(balancer, tuple(place(draw, id_) for id_ in chosen))
    fleet = Fleet("service", (one,))
    if not draw(st.booleans()):
        return fleet
    if draw(st.booleans()):
        return replace(fleet, inspectors=_flawed(draw, one))
    match draw(st.sampled_from(("refused", "pending", "other", "ipv6"))):
        case "refused":
            return replace(fleet, accepted=Tri.NO, why="it is not accepted")
        case "pending":
            return replace(fleet, accepted=Tri.MAYBE, why="whether it is accepted is not known")
        case "other":
            return replace(fleet, unknown="other load balancers may stand behind it")
        case _:
            return replace(fleet, ipv6=Tri.MAYBE)


def _flawed(draw: st.DrawFn, one: Inspector) -> tuple[Inspector, ...]:
    balancer = one.balancer
    match draw(st.sampled_from(("two", "two", "nodes", "far", "none", "listeners", "forwards"))):
        case "two":
            return (one, replace(one, nodes=(place(draw, "subnet-c"),)))
        case "nodes":
            return (replace(one, unknown="its subnets are known after apply"),)
        case "far":
            home = draw(st.sampled_from(("subnet-b", "subnet-d")))
            return (replace(one, nodes=(place(draw, home),)),)
        case "none":
            return (replace(one, balancer=replace(balancer, listeners=())),)
        case "listeners":
            unsure = replace(balancer, unknown="it may have other listeners")
            return (replace(one, balancer=unsure),)
        case _:
            other = draw(st.sampled_from((Forward(NOT_THERE), Forward(TARGETED, "or not"))))
            heard = (replace(balancer.listeners[0], forwards=(other,)),)
            return (replace(one, balancer=replace(balancer, listeners=heard)),)


CROSSES = (*[Tri.YES] * 5, Tri.NO, Tri.MAYBE)
GROUP_FLAWS = (
    "empty",
    "open",
    "crosses",
    "unsure",
    "other",
    "another",
    "another",
    "gone",
    "down",
    "sites",
    "groups",
    "rules",
    "rules",
    "acl",
    "acl",
)


def _fleet_behind(draw: st.DrawFn, network: Network) -> Network:
    """The target group of the Gateway Load Balancers, and the appliance: likewise."""
    at = draw(st.sampled_from(("subnet-c", "subnet-c", "subnet-b", "subnet-d")))
    second = SUBNETS[at][1].first + 1
    site = Site(at, IntervalSet.span(second, second)) if draw(st.booleans()) else place(draw, at)
    face = Interface(APPLIANCE, (site,), (OneOf((GROUPS[2],)),), Public(Tri.NO))
    by_address = Target("", TUNNEL, addresses=IntervalSet.span(second, second))
    one = by_address if one_in(draw, 4) else Target(APPLIANCE, TUNNEL)
    group = TargetGroup(TARGETED, (one,))
    network = with_host(network, Endpoint(APPLIANCE, "instance", (face,)))
    for flaw in draw(st.lists(st.sampled_from(GROUP_FLAWS), max_size=2)):
        group = _flawed_group(draw, group, flaw)
        face = _flawed_face(draw, face, flaw)
        network = _narrowed(draw, network, flaw)
    groups = {**network.target_groups, TARGETED: group}
    network = replace(network, target_groups=groups)
    return with_host(network, Endpoint(APPLIANCE, "instance", (face,)))


def _flawed_group(draw: st.DrawFn, group: TargetGroup, flaw: str) -> TargetGroup:
    targets = group.targets or (Target(APPLIANCE, TUNNEL),)
    match flaw:
        case "empty":
            return replace(group, targets=())
        case "open":
            return replace(group, unknown="others may be registered")
        case "crosses":
            return replace(group, cross_zone=draw(st.sampled_from(tuple(Tri))))
        case "unsure":
            why = "whether it is registered is not known"
            return replace(group, targets=(replace(targets[0], unknown=why), *targets[1:]))
        case "other":
            port = services(draw(st.sampled_from((TCP, UDP))), IntervalSet.span(443, 443))
            return replace(group, targets=(*targets, replace(targets[0], services=port)))
        case "another":
            end = draw(st.sampled_from(HOSTS))
            return replace(group, targets=(*targets, Target(end, TUNNEL)))
        case "gone":
            return replace(group, targets=(*targets, Target(NOT_THERE, TUNNEL)))
        case _:
            return group


def _flawed_face(draw: st.DrawFn, face: Interface, flaw: str) -> Interface:
    match flaw:
        case "down":
            return replace(face, down="it is stopped")
        case "sites":
            more = place(draw, draw(st.sampled_from(("subnet-a", "subnet-b"))))
            sites = draw(st.sampled_from(((), (*face.sites, more))))
            why = text(draw, 2, "its subnet is known after apply")
            return replace(face, sites=sites, unknown=why if sites else "it is known after apply")
        case "groups":
            return replace(face, groups=(draw(links(GROUPS)),))
        case _:
            return face


def _narrowed(draw: st.DrawFn, network: Network, flaw: str) -> Network:
    """Filters that tell GENEVE from other packets."""
    direction = draw(st.sampled_from(("ingress", "egress")))
    if flaw == "rules":
        found = tuple(draw(st.lists(rules(acl=False), min_size=1, max_size=2)))
        network = with_group(network, directed(network.groups[GROUPS[2]], direction, found))
    if flaw == "acl":
        old = network.acls[draw(st.sampled_from(ACLS))]
        peers = prefix(draw(st.sampled_from(("0.0.0.0/0", "10.1.0.8/31", "10.1.0.0/29"))))
        deny = Rule(Action.DENY, TUNNEL, peers, number=2, unknown=text(draw, 6, "its port"))
        network = with_acl(network, directed(old, direction, (deny, PERMIT_ALL)))
    return network


def rare_guard(draw: st.DrawFn, network: Network) -> Network:
    """What comes in, what goes out, or what goes between two subnets, is led by such an endpoint;
    at times by another one back."""
    made: dict[str, FirewallEndpoint] = {}
    for id_, home in zip(GUARDS, ("subnet-a", "subnet-c"), strict=True):
        fleet = draw(_fleets()) if draw(st.booleans()) else None
        made[id_] = FirewallEndpoint(id_, home, OPEN if fleet else draw(_policies()), fleet=fleet)
    network = replace(network, firewalls=made)
    if any(one.fleet for one in made.values()):
        network = _fleet_behind(draw, network)
    back = draw(st.sampled_from((*[GUARDS[0]] * 5, GUARDS[1])))
    way = draw(st.sampled_from(("edge", "edge", "edge", "out", "between", "between")))
    if way == "edge":
        steers = replace(network.internet_gateways["igw-1"], edge=OneOf((EDGE,)))
        gateways = {**network.internet_gateways, "igw-1": steers}
        network = replace(network, internet_gateways=gateways)
        network = with_table(network, edge_table(draw, ToInterface(GUARDS[0])))
    blocks = ["10.1.0.4/30", "10.1.0.0/29"] if way == "between" else ["0.0.0.0/0"]
    network = by_host(network, "rtb-2", back, blocks)
    if way == "between":
        network = by_host(network, "rtb-1", GUARDS[1], ["10.1.0.4/30"])
    homes = ("subnet-b", draw(st.sampled_from(VPC_1_SUBNETS)))
    for id_, home in zip(HOSTS, homes, strict=True):
        host = network.endpoints[id_]
        inside = replace(host.interfaces[0], sites=(place(draw, home),))
        network = with_host(network, replace(host, interfaces=(inside,)))
    return network


def guarded_services(network: Network) -> list[IntervalSet]:
    """Every set of services that a firewall treats apart."""
    policies = [one.policy for one in network.firewalls.values()]
    return [rule.services for one in policies for rule in (*one.stateless, *one.stateful)]
