"""A random network in; the same with a load balancer in it, and all that may be unknown of it, out.

The load balancer of the second VPC's subnets sends to that of the first one at times: a chain.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.engine.universe import GROUPS, HOSTS, NOT_THERE, SUBNETS, one_in, place, text
from tfreach.space.headers import ALL_PORTS, TCP, UDP, prefix, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.balance import Balancer, Forward, Listener, Target, TargetGroup
from tfreach.topology.balancers import listening
from tfreach.topology.network import Endpoint, Interface, Network, OneOf, Public, Tri

BALANCERS = ("lb-1", "lb-2")
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


@st.composite
def balanced(draw: st.DrawFn, network: Network) -> Network:
    """With one load balancer, or two."""
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
    return replace(
        network,
        endpoints={**network.endpoints, **endpoints},
        balancers=made,
        target_groups=groups,
    )


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
