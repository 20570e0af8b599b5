"""Interface endpoints of endpoint services: what reaches the load balancer behind, and its targets
(F82). Every verdict of a way through is asked of both engines.

The client's VPC has the endpoint in subnet `c`; the provider's the load balancer and its target,
`other`, in `d`. Nothing else joins the two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.balances import balancer, private_link, targets
from tests.engine.networks import OPEN, acl, group, peering, subnet
from tests.engine.strategies import OPTIONS
from tests.engine.test_via import slow
from tests.engine.tiers import tiers
from tfreach.engine.explain import services_words
from tfreach.engine.reach import survey, survey_through
from tfreach.engine.trace import best
from tfreach.engine.verdicts import Trace
from tfreach.engine.via_members import walk
from tfreach.space.headers import TCP, Family, service
from tfreach.topology.lines import lines
from tfreach.topology.network import INTERNET, Network, OneOf, Tri

VPCE, LB = group("vpce", *OPEN), group("lb", *OPEN)
BOTH = ("vpce", "lb")


def offered(
    *parts: object,
    nodes: dict[str, str] | None = None,
    at: dict[str, str] | None = None,
    listeners: tuple[str, ...] = ("tcp/443 > app",),
    keeps: Tri = Tri.NO,
    judged: Tri = Tri.YES,
    zones: tuple[str, ...] = ("zone",),
    **more: Any,
) -> Network:
    """at, nodes: where the endpoint and the load balancer are."""
    front, end = balancer(
        "lb", nodes or {"d": "10.1.0.20"}, *listeners, groups=("lb",), kind="network", **more
    )
    front = replace(front, links_judged=judged)
    made, groups = private_link(
        "vpce", at or {"c": "10.0.2.20"}, front, groups=("vpce",), zones=zones
    )
    app = targets("app", "other tcp/8080", keeps=keeps)
    return tiers(VPCE, LB, (front, end), made, *groups, app, *parts)


def through(
    net: Network, source: str = "web", to: str = "other", via: tuple[str, ...] = BOTH
) -> str:
    """What both engines say of it."""
    flows = survey_through(net, OPTIONS).get((source, to, via), ())
    for number in (service(TCP, 443), service(TCP, 80)):
        for family in Family:
            fitting = [one for one in flows if number in one.services and one.family is family]
            found = fitting[0].verdict.value if fitting else "unreachable"
            made = lines(net).get((to, via), ())
            assert slow(net, source, made, number, family).value == found
    return " ".join(f"{services_words(one.services)} {one.verdict.value}" for one in flows)


def shown(net: Network, to: str = "other", via: tuple[str, ...] = BOTH) -> Trace:
    (line,) = [one for one in lines(net)[to, via] if one.takes(Family.IPV4)]
    found = [one for each in walk(net, "web", line, service(TCP, 443), OPTIONS)
             for one in each.traces]  # fmt: skip
    return best(found)


def codes(net: Network, **ends: Any) -> list[str]:
    return [f"{one.component} {one.code}" for one in shown(net, **ends).blockers]


def test_f82_a_service_is_reached_through_the_endpoint_and_by_nothing_else() -> None:
    found = offered()
    assert through(found) == "tcp/443 reachable"
    assert through(found, to="lb", via=("vpce",)) == "tcp/443 reachable"
    pairs = survey(found, OPTIONS).pairs
    assert ("web", "other") not in pairs
    assert ("web", "lb") not in pairs
    assert through(found, INTERNET) == ""
    assert {source for source, _, via in survey_through(found) if "vpce" in via} == {
        "web",
        "job",
        "db",
        "far",
    }


def test_f82_the_endpoint_takes_what_the_listeners_of_the_load_balancer_take() -> None:
    found = offered(listeners=("tcp/443 > app", "tcp/8443 > app", "udp/53 > app"))
    (flow,) = survey(found, OPTIONS).pairs["web", "vpce"]
    assert services_words(flow.services) == "tcp/443,8443 and udp/53"
    assert through(found) == "tcp/443,8443 reachable"


def test_f82_neither_routes_nor_network_acls_nor_overlapping_blocks_are_on_that_way() -> None:
    shut = acl("shut", "in 10 permit any from 10.1.0.0/16", "out 10 permit any to 10.1.0.0/16")
    again = subnet("d", "10.1.0.0/24", vpc="vpc-2", acl="shut")
    assert through(offered(shut, again)) == "tcp/443 reachable"
    assert through(offered(shut, again, peering())) == "tcp/443 reachable"
    same = subnet("d", "10.0.2.0/24", vpc="vpc-2")
    assert through(offered(same, nodes={"d": "10.0.2.20"}), to="lb", via=("vpce",)) == (
        "tcp/443 reachable"
    )


def test_f82_targets_see_the_load_balancer_and_never_the_client() -> None:
    node = group("other", "in tcp/8080 from 10.1.0.20/32")
    client = group("other", "in tcp/8080 from 10.0.0.0/16")
    for keeps in Tri:
        assert through(offered(node, keeps=keeps)) == "tcp/443 reachable"
        assert through(offered(client, keeps=keeps)) == ""
    by_group = group("other", "in tcp/8080 from group:lb")
    assert through(offered(by_group, keeps=Tri.YES)) == "tcp/443 reachable"


@pytest.mark.parametrize(
    ("rule", "judged", "expected"),
    [
        pytest.param("in tcp/443 from 10.0.0.5/32", Tri.YES, "reachable", id="the client"),
        pytest.param("in tcp/443 from 10.0.2.20/32", Tri.YES, "", id="the endpoint"),
        pytest.param("in tcp/443 from 10.1.0.0/16", Tri.YES, "", id="its-own-vpc"),
        pytest.param("in tcp/443 from 10.1.0.0/16", Tri.NO, "reachable", id="turned-off"),
        pytest.param("in tcp/443 from 10.1.0.0/16", Tri.MAYBE, "undetermined", id="not-known"),
        pytest.param("in tcp/443 from 10.0.0.5/32", Tri.MAYBE, "reachable", id="either-way"),
        pytest.param("in tcp/443 from group:web", Tri.YES, "undetermined", id="the-group"),
        pytest.param("in tcp/443 from group:vpce", Tri.YES, "", id="the-endpoint-s-group"),
        pytest.param("in tcp/443 from group:web", Tri.NO, "reachable", id="the-group-off"),
    ],
)
def test_f82_groups_of_the_load_balancer_see_the_client(
    rule: str, judged: Tri, expected: str
) -> None:
    """ "Update the security groups" of the NLB guide, Considerations: the source is the private
    address of the client and not the endpoint's interface."""
    found = through(offered(group("lb", rule, OPEN[1]), judged=judged))
    assert found == (f"tcp/443 {expected}" if expected else "")


def test_f73_the_groups_of_the_endpoint_judge_the_first_connection() -> None:
    assert through(offered(group("vpce", "in tcp/443 from group:web"))) == "tcp/443 reachable"
    assert through(offered(group("vpce", "in tcp/443 from group:job"))) == ""
    assert through(offered(group("vpce", "in tcp/80 from 0.0.0.0/0"))) == ""


def test_the_target_s_group_and_acl_judge_the_last_connection() -> None:
    assert through(offered(group("other", "in tcp/80 from 0.0.0.0/0"))) == ""
    eats = acl("eats", "in 10 permit any from 0.0.0.0/0", "out 10 permit any to 10.0.0.0/16")
    apart = subnet("e", "10.1.1.0/24", vpc="vpc-2", zone="zone")
    parts = (eats, apart, subnet("d", "10.1.0.0/24", vpc="vpc-2", acl="eats"))
    assert through(offered(*parts, nodes={"e": "10.1.1.20"})) == "tcp/443 one-way"


ZONED = (
    subnet("c", "10.0.2.0/24", zone="zone-a"),
    subnet("b", "10.0.1.0/24", zone="zone-b"),
    subnet("d", "10.1.0.0/24", vpc="vpc-2", zone="zone-a"),
    subnet("e", "10.1.1.0/24", vpc="vpc-2", zone="zone-b"),
)
A, E = {"d": "10.1.0.20"}, {"e": "10.1.1.20"}
C, B = {"c": "10.0.2.20"}, {"b": "10.0.1.20"}
AB = ("zone-a", "zone-b")


def zoned(at: dict[str, str], nodes: dict[str, str], *parts: object, **more: Any) -> Network:
    zones = tuple(sorted({"zone-a" if one == "d" else "zone-b" for one in nodes}))
    app = targets("app", "other tcp/8080", zones=("zone-a",))
    return offered(*ZONED, app, *parts, at=at, nodes=nodes, zones=zones, **more)


def test_f82_a_node_of_the_endpoint_leads_to_the_node_of_its_own_zone() -> None:
    """ "Create a service powered by AWS PrivateLink", Considerations."""
    assert through(zoned(C, A)) == "tcp/443 reachable"
    assert through(zoned(B, A)) == ""
    assert through(zoned(C, {**A, **E})) == "tcp/443 reachable"
    assert through(zoned({**C, **B}, A)) == "tcp/443 partial"
    assert codes(zoned(B, A)) == ["service of vpce VPCE_SERVICE_NOT_INSTALLED_IN_AZ"]


def test_f79_from_there_on_the_load_balancer_crosses_zones_or_does_not() -> None:
    """The target is in zone-a, and the client comes to the node in zone-b."""
    assert through(zoned(B, {**A, **E}, cross_zone=Tri.YES)) == "tcp/443 reachable"
    assert through(zoned(B, {**A, **E}, cross_zone=Tri.NO)) == ""
    busy = targets("app", "other tcp/8080", "job tcp/8080", zones=AB)
    assert through(zoned(B, {**A, **E}, busy, cross_zone=Tri.NO)) == ""


def test_f82_zones_that_are_not_known_leave_it_open() -> None:
    vague = subnet("c", "10.0.2.0/24", zone="")
    assert through(offered(vague)) == "tcp/443 undetermined"


def test_f82_a_service_of_one_family_takes_no_other() -> None:
    front, end = balancer("lb", {"d": "10.1.0.20"}, "tcp/443 > app", groups=("lb",))
    made, groups = private_link(
        "vpce", {"c": "10.0.2.20"}, front, groups=("vpce",), families=(Family.IPV6,)
    )
    found = tiers(VPCE, LB, (front, end), made, *groups, targets("app", "other tcp/8080"))
    assert through(found) == ""


def test_f85_an_application_load_balancer_may_stand_behind() -> None:
    inner = balancer("alb", {"d": "10.1.0.30"}, "tcp/80 > app", groups=("lb",))
    found = offered(inner, targets("in", "alb tcp/80", keeps=Tri.YES),
                    listeners=("tcp/443 > in",))  # fmt: skip
    assert through(found, to="alb") == "tcp/443 reachable"
    assert through(found, via=(*BOTH, "alb")) == "tcp/443 reachable"


def test_f82_what_a_load_balancer_sends_to_an_endpoint_is_not_evaluated_beyond_it() -> None:
    front = balancer("first", {"a": "10.0.0.20"}, "tcp/443 > ends", groups=("lb",))
    found = offered(front, targets("ends", "10.0.2.20 tcp/443"))
    assert through(found, to="vpce", via=("first",)) == "tcp/443 reachable"
    assert through(found, to="lb", via=("first", "vpce")) == "tcp/443 undetermined"
    assert through(found, via=("first", *BOTH)) == "tcp/443 undetermined"


def test_an_endpoint_that_is_not_accepted_leads_nowhere() -> None:
    def changed(**to: Any) -> Network:
        net = offered()
        end = net.endpoints["vpce"]
        faces = tuple(replace(face, **to) for face in end.interfaces)
        return replace(net, endpoints={**net.endpoints, "vpce": replace(end, interfaces=faces)})

    assert through(changed(down="nothing accepts it")) == ""
    assert through(changed(sites=(), unknown="it may be accepted")) == "tcp/443 undetermined"


def test_what_the_groups_of_the_load_balancer_stop_is_named() -> None:
    stopped = offered(group("lb", "in tcp/443 from 10.1.0.0/16", OPEN[1]))
    assert codes(stopped) == ["lb ENI_SG_RULES_MISMATCH"]
    hops = [f"{hop.component}: {hop.text}" for hop in shown(offered()).forward.hops]
    assert "service of vpce: takes tcp/443 by PrivateLink to lb" in hops


def test_a_group_of_the_endpoint_that_is_not_known_is_undetermined() -> None:
    net = offered()
    end = net.endpoints["vpce"]
    faces = tuple(replace(face, groups=(OneOf((), True, "later"),)) for face in end.interfaces)
    net = replace(net, endpoints={**net.endpoints, "vpce": replace(end, interfaces=faces)})
    assert through(net) == "tcp/443 undetermined"
