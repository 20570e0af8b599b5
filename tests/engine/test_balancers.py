"""Load balancers one flow at a time: what reaches them, and what they send on by themselves."""

from __future__ import annotations

import pytest

from tests.engine.balances import balancer, targets
from tests.engine.networks import acl, group, host, subnet
from tests.engine.test_codes import emitted
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, nodes, only, tiers
from tfreach.engine.judge import judgement
from tfreach.engine.nodes import Spot, is_no_member
from tfreach.engine.reach import pair_flows
from tfreach.engine.verdicts import Options, Verdict, client_ports
from tfreach.space.headers import EPHEMERAL, TCP, service
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Network

LB = group("lb", "in any from 0.0.0.0/0", "out any to 0.0.0.0/0")


def balanced(*parts: object, nodes: dict[str, str] | None = None, **more: object) -> Network:
    """An application load balancer in subnet a, which takes tcp/443 and sends it to db on 8080."""
    given: dict[str, object] = {"groups": ("lb",), "public": "198.51.100.8", **more}
    made = balancer("lb", nodes or {"a": "10.0.0.20"}, "tcp/443 > app", **given)  # type: ignore[arg-type]
    group_ = targets("app", "db tcp/8080 check tcp/8081")
    return tiers(LB, made, group_, *parts)


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        pytest.param("203.0.113.9 -> lb tcp/443", (YES, YES), id="a-listener-takes-it"),
        pytest.param("203.0.113.9 -> lb tcp/80", (NO, NO), id="no-listener-takes-it"),
        pytest.param("web -> lb udp/443", (NO, NO), id="another-protocol"),
        pytest.param("web -> lb icmp/8", (YES, YES), id="it-answers-a-ping"),
    ],
)
def test_f76_a_load_balancer_takes_what_a_listener_of_it_takes(
    flow: str, expected: tuple[object, object]
) -> None:
    assert answer(balanced(), flow) == expected


def test_f76_its_groups_judge_before_its_listeners() -> None:
    shut = balanced(group("lb", "in tcp/80 from 0.0.0.0/0"))
    assert blockers(only(shut, "web -> lb tcp/443")) == ["forward ingress lb ENI_SG_RULES_MISMATCH"]
    both = only(shut, "web -> lb tcp/22")
    assert [one.code for one in both.blockers] == [
        "ENI_SG_RULES_MISMATCH",
        "ELBV2_LISTENERS_MISMATCH",
    ]


def test_a_listener_is_said_before_the_packet_is_delivered() -> None:
    found = only(balanced(), "web -> lb tcp/443")
    assert nodes(found.forward.hops) == "web lb listener tcp/443 of lb lb"


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        pytest.param("lb -> db tcp/8080", (YES, YES), id="a-target-on-its-port"),
        pytest.param("lb -> db tcp/8081", (YES, YES), id="a-health-check"),
        pytest.param("lb -> db tcp/22", (NO, NO), id="another-port"),
        pytest.param("lb -> db icmp/8", (NO, NO), id="a-ping-is-not-forwarded"),
        pytest.param("lb -> far tcp/8080", (NO, NO), id="no-target"),
        pytest.param("lb -> 203.0.113.9 tcp/443", (NO, NO), id="nor-the-internet"),
    ],
)
def test_f77_a_load_balancer_opens_connections_to_its_targets_and_no_others(
    flow: str, expected: tuple[object, object]
) -> None:
    assert answer(balanced(), flow) == expected


def test_f77_the_connection_to_the_target_comes_from_the_load_balancer() -> None:
    """So a rule that names the load balancer's group permits it, and none that names a client."""
    assert answer(balanced(group("db", "in any from group:lb")), "lb -> db tcp/8080") == (YES, YES)
    assert answer(balanced(group("db", "in any from group:web")), "lb -> db tcp/8080") == (NO, NO)


def test_a_load_balancer_that_signs_clients_in_may_call_out_by_https() -> None:
    found = balanced(signs_in="listener may sign clients in")
    assert answer(found, "lb -> 203.0.113.9 tcp/443") == (MAYBE, MAYBE)
    assert answer(found, "lb -> 203.0.113.9 tcp/80") == (NO, NO)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            balancer("lb", {"a": "10.0.0.20"}, "tcp/443 > app ?", groups=("lb",)), id="a-listener"
        ),
        pytest.param(
            balancer("lb", {"a": "10.0.0.20"}, "tcp/443 > elsewhere", groups=("lb",)), id="a-group"
        ),
        pytest.param(targets("app", "db tcp/8080 ?"), id="a-target"),
        pytest.param(targets("app", unknown="others may be registered"), id="whether-others-are"),
    ],
)
def test_what_is_not_known_leaves_it_open(parts: object) -> None:
    assert answer(balanced(parts), "lb -> db tcp/8080") == (MAYBE, MAYBE)


ZONES = (
    subnet("a", "10.0.0.0/24", zone="zone-1"),
    subnet("b", "10.0.1.0/24", zone="zone-2"),
    subnet("c", "10.0.2.0/24", zone="zone-2"),
)
TWO = {"a": "10.0.0.20", "c": "10.0.2.20"}


def zoned(*parts: object, **more: object) -> Network:
    """Nodes in zone-1 and zone-2, targets in both, unless `parts` say else."""
    app = targets("app", "web tcp/8080", "db tcp/8080", zones=("zone-1", "zone-2"))
    return balanced(*ZONES, app, *parts, nodes=TWO, **more)


def test_f79_with_cross_zone_balancing_every_node_sends_to_every_target() -> None:
    found = zoned(cross_zone=YES)
    assert answer(found, "lb -> db tcp/8080") == (YES, YES)
    assert pair_verdict(found, "lb", "db") is Verdict.REACHABLE


def test_f79_without_it_a_node_sends_to_targets_of_its_own_zone() -> None:
    found = zoned(cross_zone=NO)
    assert emitted(found, "lb -> db tcp/8080") >= {"ELB_NOT_CROSSZONE"}
    places = judgement(found, "lb", "db", service(TCP, 8080)).places
    assert [place.source.subnet for place in places] == ["c"]
    assert pair_verdict(found, "lb", "db") is Verdict.REACHABLE


def test_f79_a_target_group_may_say_otherwise_than_its_load_balancer() -> None:
    app = targets("app", "db tcp/8080", zones=("zone-1", "zone-2"), cross_zone=YES)
    assert answer(zoned(app, cross_zone=NO), "lb -> db tcp/8080") == (YES, YES)


def test_f79_a_node_without_targets_in_its_zone_has_none() -> None:
    alone = targets("app", "db tcp/8080", zones=("zone-2",))
    found = zoned(alone, cross_zone=NO)
    assert emitted(found, "lb -> db tcp/8080") >= {"ELBV2_NO_TARGETS_IN_AZ"}
    assert pair_verdict(found, "lb", "db") is Verdict.PARTIAL


def test_f79_a_zone_that_is_not_enabled_gets_nothing() -> None:
    found = balanced(*ZONES, cross_zone=YES)
    assert emitted(found, "lb -> db tcp/8080") >= {"ELB_INSTALLED_AZ_RESTRICTION"}
    assert pair_verdict(found, "lb", "db") is Verdict.UNREACHABLE


def test_f79_zones_that_are_not_known_leave_it_open_unless_zones_are_crossed() -> None:
    unknown = (subnet("a", "10.0.0.0/24", zone=""), subnet("b", "10.0.1.0/24", zone=""))
    app = targets("app", "db tcp/8080", zones=())
    assert answer(balanced(*unknown, app, cross_zone=YES), "lb -> db tcp/8080") == (YES, YES)
    assert answer(balanced(*unknown, app, cross_zone=NO), "lb -> db tcp/8080") == (MAYBE, MAYBE)


def test_f81_f82_where_client_addresses_are_kept_only_health_checks_bear_the_node_s() -> None:
    kept = targets("app", "db tcp/8080 check tcp/8081", keeps=YES)
    found = balanced(kept, kind="network")
    assert answer(found, "lb -> db tcp/8081") == (YES, YES)
    assert answer(found, "lb -> db tcp/8080") == (NO, NO)
    assert emitted(found, "lb -> db tcp/8080") >= {"ELBV2_SOURCE_ADDRESS_PRESERVATION"}
    unsure = targets("app", "db tcp/8080", keeps=MAYBE)
    assert answer(balanced(unsure, kind="network"), "lb -> db tcp/8080") == (MAYBE, MAYBE)


def test_f85_a_target_by_address_is_whoever_holds_it() -> None:
    found = balanced(targets("app", "10.0.1.5 tcp/8080"))
    assert answer(found, "lb -> db tcp/8080") == (YES, YES)
    assert answer(found, "lb -> far tcp/8080") == (NO, NO)


def test_the_codes_of_listeners_stand_only_where_they_are_true() -> None:
    """Another protocol is no matter of ports; and a port that some target is sent is taken."""
    assert "ELBV2_LISTENER_PORT_RESTRICTION" not in emitted(balanced(), "web -> lb udp/443")
    assert "ELBV2_LISTENER_REQUIRES_TG_ACCEPT" not in emitted(balanced(), "lb -> far tcp/8080")


def test_f28_out_of_a_classic_one_the_acl_judges_inside_the_subnet_too() -> None:
    shut = acl("shut", "in 10 permit any from 0.0.0.0/0")
    parts = (targets("app", "web tcp/8080"), shut, subnet("a", "10.0.0.0/24", acl="shut"))
    classic = balanced(*parts, kind="classic")
    assert "ELB_ACL_RESTRICTION" in emitted(classic, "lb -> web tcp/8080")
    assert pair_verdict(classic, "lb", "web") is Verdict.UNREACHABLE
    assert pair_verdict(balanced(*parts), "lb", "web") is Verdict.REACHABLE


CODES = {
    "ELBV2_LISTENERS_MISMATCH": (balanced(), "web -> lb tcp/80"),
    "ELBV2_LISTENER_HAS_NO_TG": (balanced(targets("app")), "lb -> db tcp/8080"),
    "ELBV2_LISTENER_PORT_RESTRICTION": (balanced(), "web -> lb tcp/80"),
    "ELBV2_LISTENER_REQUIRES_TG_ACCEPT": (balanced(), "lb -> db tcp/22"),
    "ELB_LISTENERS_MISMATCH": (balanced(kind="classic"), "web -> lb tcp/80"),
    "ELB_LISTENER_PORT_RESTRICTION": (balanced(kind="classic"), "lb -> db tcp/22"),
    "TARGET_ADDRESS_RESTRICTION": (balanced(), "lb -> far tcp/8080"),
    "TARGET_PORT_RESTRICTION": (balanced(), "lb -> db tcp/22"),
}


@pytest.mark.parametrize("code", CODES)
def test_a_way_shows_its_code(code: str) -> None:
    found, asked = CODES[code]
    assert code in emitted(found, asked)


def test_f31_a_load_balancer_has_ports_of_its_own() -> None:
    options = Options(IntervalSet.span(32768, 60999))
    found = balanced(host("fn", "10.0.0.7", "a", groups=(), kind="lambda_function"))
    assert client_ports(found, "lb", options) == EPHEMERAL
    assert client_ports(found, "fn", options) == EPHEMERAL
    assert client_ports(found, "web", options) == options.client_ports


def test_whoever_is_no_load_balancer_leaves_no_node_out() -> None:
    found = zoned(cross_zone=NO)
    db = found.endpoints["db"]
    spot = Spot(db, db.interfaces[0], found.subnets["b"])
    nodes_ = [found.subnets["a"], found.subnets["c"]]
    assert not is_no_member(found, "web", nodes_, found.subnets["a"], spot)
    assert is_no_member(found, "lb", nodes_, found.subnets["a"], spot)


def pair_verdict(net: Network, source: str, destination: str) -> Verdict:
    """On tcp/8080, by all members."""
    number = service(TCP, 8080)
    found = [one for one in pair_flows(net, source, destination) if number in one.services]
    return found[0].verdict if found else Verdict.UNREACHABLE
