"""A random network in; the same with a load balancer in it, and all that may be unknown of it, out.

The load balancer of the second VPC's subnets sends to that of the first one at times: a chain.
Before it stands an interface endpoint at times, in either VPC.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.engine.universe import (
    GROUPS,
    HOSTS,
    NOT_THERE,
    PEERS,
    PERMIT_ALL,
    SUBNETS,
    one_in,
    place,
    text,
)
from tfreach.space.headers import ALL_PORTS, TCP, UDP, Family, prefix, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import (
    PRIVATE_LINK,
    Balancer,
    Forward,
    Listener,
    Target,
    TargetGroup,
)
from tfreach.topology.balancers import listening
from tfreach.topology.network import (
    NO_PUBLIC,
    Endpoint,
    Filter,
    Interface,
    Network,
    OneOf,
    Origin,
    Public,
    Rule,
    Tri,
)

BALANCERS = ("lb-1", "lb-2")
LINK, FRONT = "vpce-1", "sg-front"
TARGET_GROUPS = ("tg-1", "tg-2")


def _at(*ports: int) -> IntervalSet:
    return IntervalSet.of((port, port) for port in ports)


TAKEN = (
    *([services(TCP, _at(443))] * 4),
    services(TCP, _at(22)),
    services(TCP, _at(1024)) | services(UDP, _at(1024)),
    services(UDP, _at(1026)),
)
CHECKED = (EMPTY, services(TCP, _at(22)), services(TCP, _at(443)))
ADDRESSES = ("10.1.0.1/32", "10.1.0.5/32", "10.2.0.1/32", "10.1.0.0/31")


@st.composite
def _targets(draw: st.DrawFn, ends: tuple[str, ...]) -> Target:
    by_address = one_in(draw, 4)
    end = "" if by_address else draw(st.sampled_from(ends))
    unsure = one_in(draw, 8)
    return Target(
        end,
        services(TCP, ALL_PORTS) if unsure else draw(st.sampled_from(TAKEN)),
        draw(st.sampled_from(("", "", "", end))),
        prefix(draw(st.sampled_from(ADDRESSES))) if by_address else None,
        draw(st.sampled_from(CHECKED)),
        "its port is known after apply" if unsure else "",
        tuple(sorted(draw(st.sets(st.sampled_from(("zone-a", "zone-b")), max_size=2)))),
    )


@st.composite
def _groups(draw: st.DrawFn, id_: str, ends: tuple[str, ...]) -> TargetGroup:
    return TargetGroup(
        id_,
        tuple(draw(st.lists(_targets(ends), min_size=1, max_size=2))),
        draw(st.sampled_from((Tri.NO, Tri.NO, Tri.YES, Tri.YES, Tri.MAYBE))),
        draw(st.sampled_from((None, None, Tri.YES, Tri.YES, Tri.NO, Tri.MAYBE))),
        text(draw, 10, "others may be registered"),
    )


@st.composite
def _listeners(draw: st.DrawFn, id_: str, number: int) -> Listener:
    ids = draw(st.sets(st.sampled_from(TARGET_GROUPS), min_size=1, max_size=2))
    forwards = [Forward(one, text(draw, 10, "it may forward there")) for one in sorted(ids)]
    if one_in(draw, 10):
        forwards.append(draw(st.sampled_from((Forward(NOT_THERE), Forward("", "not known")))))
    taken = draw(st.sampled_from(TAKEN))
    return Listener(f"{id_}-{number}", taken, tuple(forwards), text(draw, 10, "its port"))


@st.composite
def _balancers(draw: st.DrawFn, id_: str) -> Balancer:
    number = draw(st.sampled_from((1, 1, 2)))
    return Balancer(
        id_,
        draw(st.sampled_from(("application", "network", "classic"))),
        tuple(draw(_listeners(id_, at)) for at in range(number)),
        draw(st.sampled_from((Tri.YES, Tri.YES, Tri.YES, Tri.NO, Tri.NO, Tri.MAYBE))),
        text(draw, 12, "its kind is known after apply"),
        text(draw, 6, "it may sign clients in"),
    )


@st.composite
def _nodes(draw: st.DrawFn, id_: str, vpc: str) -> Interface:
    near = sorted(name for name, (home, _, _) in SUBNETS.items() if home == vpc)
    chosen = draw(st.sets(st.sampled_from(near), min_size=1, max_size=2))
    groups = (OneOf((draw(st.sampled_from(GROUPS)),)),)
    sites = tuple(place(draw, name) for name in sorted(chosen))
    unknown = text(draw, 12, "its subnets are known after apply")
    if unknown and draw(st.booleans()):
        sites = ()
    return Interface(id_, sites, groups, Public(Tri.YES), unknown)


def _admitting(draw: st.DrawFn) -> Rule:
    """What the load balancer lets in: some client by its address or its group."""
    if draw(st.booleans()):
        return replace(PERMIT_ALL, group=draw(st.sampled_from(GROUPS)))
    return replace(PERMIT_ALL, peers=prefix(draw(st.sampled_from(PEERS[5:]))))


@st.composite
def _linked(draw: st.DrawFn, network: Network) -> Network:
    """With an interface endpoint that leads to the first load balancer, which need not be a network
    one here: only what its groups let in and its listeners take is looked at."""
    front, home = network.balancers["lb-1"], draw(st.sampled_from(("vpc-1", "vpc-2")))
    sites = network.endpoints["lb-1"].interfaces[0].sites
    zones = {network.subnets[site.subnet].zone for site in sites}
    service, listeners = Origin("service", "leads to lb-1"), []
    groups = dict(network.target_groups)
    for one in front.listeners:
        forwards = []
        for family in Family:
            id_ = f"link {one.id} {family.value}"
            doubt = text(draw, 10, "whether it takes the family is not known")
            target = Target("lb-1", one.services, unknown=doubt, zones=tuple(sorted(zones)))
            groups[id_] = TargetGroup(
                id_, (target,), Tri.YES, Tri.NO, origin=service, family=family
            )
            forwards.append(Forward(id_, text(draw, 10, "AWS picks one"), service))
        doubt = one.unknown or text(draw, 10, "which service it is for")
        listeners.append(replace(one, forwards=tuple(forwards), unknown=doubt))
    made = Balancer(LINK, PRIVATE_LINK, tuple(listeners), Tri.NO)
    face = replace(draw(_nodes(LINK, home)), public=NO_PUBLIC)
    end = Endpoint(LINK, "vpc_endpoint", (face,), outbound="it answers only")
    judged = draw(st.sampled_from((Tri.YES, Tri.YES, Tri.YES, Tri.NO, Tri.MAYBE)))
    admits = Filter(FRONT, "security_group", (_admitting(draw),), (PERMIT_ALL,))
    front_end = network.endpoints["lb-1"]
    if draw(st.booleans()):
        (node,) = front_end.interfaces
        front_end = replace(front_end, interfaces=(replace(node, groups=(OneOf((FRONT,)),)),))
    return replace(
        network,
        groups={**network.groups, FRONT: admits},
        endpoints={**network.endpoints, "lb-1": front_end, LINK: listening(end, made)},
        balancers={
            **network.balancers,
            "lb-1": replace(front, links_judged=judged),
            LINK: made,
        },
        target_groups=groups,
    )


@st.composite
def balanced(draw: st.DrawFn, network: Network) -> Network:
    """With one load balancer, or two; half of them with an interface endpoint before the first."""
    ids = BALANCERS[: draw(st.sampled_from((1, 1, 2)))]
    made = {id_: draw(_balancers(id_)) for id_ in ids}
    groups = {id_: draw(_groups(id_, HOSTS)) for id_ in TARGET_GROUPS}
    if len(ids) > 1:  # a chain: the first one sends to the second
        inner = Target("lb-2", draw(st.sampled_from(TAKEN)), zones=("zone-a", "zone-b"))
        groups["tg-1"] = replace(groups["tg-1"], targets=(*groups["tg-1"].targets, inner))
    faces = {id_: draw(_nodes(id_, draw(st.sampled_from(("vpc-1", "vpc-2"))))) for id_ in ids}
    endpoints = {
        id_: listening(Endpoint(id_, "lb", (faces[id_],)), one) for id_, one in made.items()
    }
    whole = replace(
        network,
        endpoints={**network.endpoints, **endpoints},
        balancers=made,
        target_groups=groups,
    )
    return draw(_linked(whole)) if draw(st.booleans()) else whole


def balanced_services(network: Network) -> list[IntervalSet]:
    """Every set of services that a load balancer treats apart."""
    found = [
        one.services
        for end in network.endpoints.values()
        for face in end.interfaces
        for one in (face.listens.heard if face.listens else ())
    ]
    for group in network.target_groups.values():
        for target in group.targets:
            found += [target.services, target.health]
    return [services(TCP, _at(443)), *filter(None, found)] if network.balancers else []
