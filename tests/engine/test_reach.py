"""Worked examples of whole pairs: which services, with which verdict, and with which limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tfreach.engine.junctions import Fork, Path
from tfreach.engine.outcomes import outcome
from tfreach.engine.reach import pair_flows, survey, survey_pair
from tfreach.engine.verdicts import NAT_PORTS, FlowSet, Options, Verdict
from tfreach.space.bounds import Bounds
from tfreach.space.headers import (
    ALL_SERVICES,
    ICMP,
    PUBLIC_ADDRESSES,
    PUBLIC_IPV4,
    TCP,
    UDP,
    addresses_text,
    ports_text,
    prefix,
    services,
    services_text,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    INTERNET,
    Action,
    Blackhole,
    Elsewhere,
    Endpoint,
    Filter,
    Interface,
    InternetGateway,
    Local,
    NatGateway,
    Network,
    OneOf,
    Prefix,
    Public,
    Route,
    RouteTable,
    Rule,
    Site,
    Subnet,
    Target,
    ToInternet,
    ToNat,
    Tri,
    Vpc,
)

BLOCKS = {
    "public": "10.0.0.0/24",
    "private": "10.0.1.0/24",
    "other": "10.0.2.0/24",
    "far": "10.1.0.0/24",
}
HTTPS, SSH = services(TCP, IntervalSet.span(443, 443)), services(TCP, IntervalSet.span(22, 22))


def permit(found: IntervalSet, peers: str = "0.0.0.0/0", **more: object) -> Rule:
    return replace(Rule(Action.PERMIT, found, prefix(peers)), **more)  # type: ignore[arg-type]


def deny(found: IntervalSet, peers: str = "0.0.0.0/0", number: int = 1) -> Rule:
    return Rule(Action.DENY, found, prefix(peers), number=number)


def tcp(lo: int, hi: int) -> IntervalSet:
    return services(TCP, IntervalSet.span(lo, hi))


ANY = permit(ALL_SERVICES, number=100)


def group(id_: str, ingress: tuple[Rule, ...] = (), egress: tuple[Rule, ...] = (ANY,)) -> Filter:
    return Filter(id_, "security_group", ingress, egress)


def acl(ingress: tuple[Rule, ...] = (ANY,), egress: tuple[Rule, ...] = (ANY,)) -> Filter:
    return Filter("acl", "network_acl", ingress, egress)


def route(block: str, *targets: Target, unknown: str = "") -> Route:
    first, length = block.split("/")
    return Route(Prefix(prefix(first).first, int(length)), targets, unknown)


def table(id_: str, *routes: Route) -> RouteTable:
    return RouteTable(id_, (route("10.0.0.0/16", Local()), *routes))


def link(*ids: str) -> OneOf:
    return OneOf(tuple(sorted(ids)), reason="it is one of these" if len(ids) > 1 else "")


def host(id_: str, *subnets: str, groups: tuple[OneOf, ...] = (), **more: object) -> Endpoint:
    sites = tuple(Site(subnet, prefix(BLOCKS[subnet])) for subnet in subnets)
    interface = replace(Interface(id_, sites, groups or (link(id_),)), **more)  # type: ignore[arg-type]
    return Endpoint(id_, "instance", (interface,))


SHOWN = Public(Tri.YES, "198.51.100.7")


def network(*endpoints: Endpoint, **more: object) -> Network:
    """A public, a private and one more subnet with one open network ACL; a second VPC."""
    base = Network(
        vpcs={
            "vpc": Vpc("vpc", prefix("10.0.0.0/16")),
            "vpc-2": Vpc("vpc-2", prefix("10.1.0.0/16")),
        },
        subnets={
            id_: Subnet(
                id_, "vpc-2" if id_ == "far" else "vpc", prefix(block), "a", link(id_), link("acl")
            )
            for id_, block in BLOCKS.items()
        },
        tables={
            "public": table("public", route("0.0.0.0/0", ToInternet("igw"))),
            "private": table("private", route("0.0.0.0/0", ToNat("nat"))),
            "other": table("other"),
            "far": table("far"),
        },
        acls={"acl": acl()},
        groups={
            "web": group("web", (permit(HTTPS), permit(SSH, "203.0.113.0/24"))),
            "db": group("db", (permit(tcp(5432, 5432), group="web"),)),
            "all": group("all", (ANY,)),
        },
        internet_gateways={"igw": InternetGateway("igw", link("vpc"))},
        nat_gateways={"nat": NatGateway("nat", link("public"), Tri.YES, prefix("10.0.0.9"))},
        endpoints={one.id: one for one in (*endpoints, Endpoint(INTERNET, INTERNET))},
        internet=PUBLIC_ADDRESSES,
    )
    return replace(base, **more)  # type: ignore[arg-type]


WEB = host("web", "public", public=SHOWN)
DB = host("db", "private")


def words(one: FlowSet) -> str:
    """`tcp/443 reachable`, with whatever limits it has."""
    rows = services_text(one.services)
    found = " ".join(name if ports == "all" else f"{name}/{ports}" for name, ports in rows)
    found = f"{found} {one.verdict.value}"
    if one.addresses is not None:
        found += f" at {' '.join(addresses_text(one.addresses))}"
    if one.client_ports is not None:
        found += f" to client ports {ports_text(one.client_ports)}"
    if one.subnets is not None:
        found += f" in {' '.join(one.subnets)}"
    return found + "".join(f" ({why})" for why in sorted(one.reasons))


def said(
    found: Network, source: str, destination: str, options: Options | None = None
) -> list[str]:
    return [words(one) for one in pair_flows(found, source, destination, options)]


def test_the_internet_reaches_what_a_group_permits_and_from_where_it_does() -> None:
    assert said(network(WEB), INTERNET, "web") == [
        "tcp/22 partial at 203.0.113.0/24",
        "tcp/443 reachable",
    ]


def test_a_group_matches_the_private_addresses_of_those_who_carry_it() -> None:  # F5
    found = network(WEB, DB, host("all", "public"))
    assert said(found, "web", "db") == ["tcp/5432 reachable"]
    assert said(found, "all", "db") == []
    assert said(found, "db", "web") == ["tcp/443 reachable"]


def test_a_group_does_not_match_what_comes_from_the_internet() -> None:  # F6
    found = network(host("db", "public", public=SHOWN))
    assert said(found, INTERNET, "db") == []


def test_a_nat_gateway_takes_tcp_udp_and_icmp_only() -> None:  # F55
    assert said(network(DB), "db", INTERNET) == ["tcp udp icmp reachable"]
    assert said(network(WEB), "web", INTERNET) == ["any reachable"]


def test_inside_one_subnet_no_network_acl_judges() -> None:  # F28
    shut = {"acl": acl((), ())}
    found = network(host("all", "public"), WEB, acls=shut)
    assert said(found, "all", "web") == ["tcp/443 reachable"]
    assert said(network(host("all", "private"), WEB, acls=shut), "all", "web") == []


def test_replies_need_a_network_acl_rule_of_their_own() -> None:  # F27
    no_replies = {"acl": acl(egress=(deny(services(TCP)), ANY))}
    assert said(network(WEB, acls=no_replies), INTERNET, "web") == [
        "tcp/22 one-way at 203.0.113.0/24",
        "tcp/443 one-way",
    ]


def test_replies_to_some_client_ports_only_are_partial() -> None:
    linux = {"acl": acl(egress=(permit(tcp(32768, 60999)),))}
    found = network(host("web", "public", public=SHOWN), acls=linux)
    assert said(found, INTERNET, "web") == [
        "tcp/22 partial at 203.0.113.0/24 to client ports 32768-60999",
        "tcp/443 partial to client ports 32768-60999",
    ]
    narrow = Options(IntervalSet.span(40000, 50000))
    assert said(found, INTERNET, "web", narrow)[1] == "tcp/443 reachable"


def test_a_nat_gateway_wants_all_its_own_ports_whatever_the_client_uses() -> None:
    linux = {"acl": acl(ingress=(permit(tcp(32768, 60999)), permit(ALL_SERVICES, "10.0.0.0/8")))}
    found = network(DB, acls=linux)
    narrow = Options(IntervalSet.span(40000, 50000))
    assert said(found, "db", INTERNET, narrow) == [
        "icmp/0-7/all,9/all,11-12/all,14/all,16/all,18-255/all reachable",
        "udp icmp/8/all,10/all,13/all,15/all,17/all one-way",
        "tcp partial to client ports 32768-60999",
    ]


def test_icmp_is_answered_by_its_own_types_and_other_protocols_alike() -> None:
    no_echo_reply = deny(services(ICMP, IntervalSet.span(0, 255)))
    no_esp = deny(services(50), number=2)
    found = network(host("all", "private"), host("web", "other", groups=(link("all"),)))
    shut = replace(found, acls={"acl": acl(ingress=(no_echo_reply, ANY))})
    assert said(shut, "all", "web") == [
        "tcp udp icmp/1-7/all,9-255/all other reachable",
        "icmp/8/all one-way",
    ]
    shut = replace(found, acls={"acl": acl(egress=(no_esp, ANY))})
    assert said(shut, "all", "web")[0].startswith("tcp udp icmp 0,2-5,7-16,18-49,51-255")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(ToInternet("igw"), [], id="no-public-address"),
        pytest.param(ToNat("nat"), ["tcp udp icmp reachable"], id="nat"),
        pytest.param(Local(), [], id="local"),
        pytest.param(Blackhole("gone"), [], id="blackhole"),
        pytest.param(Elsewhere("a firewall"), ["any undetermined (a firewall)"], id="elsewhere"),
        pytest.param(ToNat("x"), ["any undetermined (x is not known)"], id="nat-not-known"),
    ],
)
def test_a_way_out(target: Target, expected: list[str]) -> None:
    tables = {"private": table("private", route("0.0.0.0/0", target))}
    tables["public"] = table("public", route("0.0.0.0/0", ToInternet("igw")))
    assert said(network(DB, tables=tables), "db", INTERNET) == expected


def test_a_route_that_may_stand_makes_both_ways_possible() -> None:
    tables = dict(network().tables)
    unsure = route("203.0.113.0/24", Blackhole("gone"), unknown="its state is not known")
    tables["public"] = table("public", route("0.0.0.0/0", ToInternet("igw")), unsure)
    assert said(network(WEB, tables=tables), "web", INTERNET) == [
        "any undetermined (its state is not known)"
    ]


def test_a_longer_prefix_takes_its_part() -> None:
    tables = dict(network().tables)
    dead = route("203.0.113.0/24", Blackhole("gone"))
    tables["public"] = table("public", route("0.0.0.0/0", ToInternet("igw")), dead)
    (found,) = pair_flows(network(WEB, tables=tables), "web", INTERNET)
    assert found.verdict is Verdict.PARTIAL
    assert found.addresses == PUBLIC_IPV4 - prefix("203.0.113.0/24")


def test_no_way_out_means_requests_come_in_and_replies_do_not() -> None:
    found = network(host("web", "other", public=SHOWN))
    assert said(found, INTERNET, "web")[1] == "tcp/443 one-way"


def test_several_subnets_are_quantified_over() -> None:
    tables = dict(network().tables) | {"private": table("private")}
    found = network(host("all", "public", "private", "other", public=SHOWN), tables=tables)
    assert said(found, "all", INTERNET) == ["any partial in public"]
    assert said(network(host("all", "private", "public"), WEB), "all", "web") == [
        "tcp/443 reachable"
    ]


def test_an_unknown_subnet_is_undetermined_unless_all_agree() -> None:
    where = "its subnet is known after apply"
    host_ = host("all", "public", "other", public=SHOWN, unknown=where)
    assert said(network(host_, WEB), "all", INTERNET) == [f"any undetermined ({where})"]
    assert said(network(host_, WEB), "all", "web") == ["tcp/443 reachable"]
    nowhere = host("all", unknown=where)
    assert said(network(nowhere, WEB), "all", "web") == [f"any undetermined ({where})"]


def test_an_unknown_subnet_takes_the_other_end_into_account() -> None:
    where = "its subnet is known after apply"
    host_ = host("all", "private", "other", unknown=where)
    tables = dict(network().tables) | {"other": table("other", route("0.0.0.0/0", ToNat("nat")))}
    assert said(network(host_, tables=tables), "all", INTERNET) == ["tcp udp icmp reachable"]


def test_the_best_of_several_interfaces_counts() -> None:
    first, second = host("web", "other"), host("web", "public", public=SHOWN)
    both = replace(second, interfaces=first.interfaces + second.interfaces)
    assert said(network(both), INTERNET, "web") == [
        "tcp/22 partial at 203.0.113.0/24",
        "tcp/443 reachable",
    ]


def test_two_vpcs_are_not_joined_by_the_local_route() -> None:
    tables = dict(network().tables) | {"other": table("other", route("10.1.0.0/16", Local()))}
    found = network(host("all", "other"), host("web", "far"), tables=tables)
    assert said(found, "all", "web") == []


def test_nothing_answers_where_it_is_down_and_nothing_is_sent_to_a_function() -> None:
    down = host("web", "public", public=SHOWN, down="it is stopped")
    assert said(network(down), INTERNET, "web") == said(network(down), "web", INTERNET) == []
    function = replace(WEB, inbound="a function takes no calls")
    assert said(network(function), INTERNET, "web") == []
    assert said(network(function), "web", INTERNET) == ["any reachable"]


def test_outside_every_vpc_only_the_internet_is_reached() -> None:
    function = Endpoint("f", "lambda_function", outside=True)
    found = network(function, WEB)
    assert said(found, "f", INTERNET) == ["any reachable"]
    assert said(found, "f", "web") == said(found, "web", "f") == said(found, INTERNET, "f") == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param(
            (permit(HTTPS, unknown="u", number=1), deny(HTTPS, number=2)),
            ["tcp/443 undetermined (u)"],
            id="an-unknown-permit-before-a-deny",
        ),
        pytest.param(
            (permit(HTTPS, unknown="u", number=1), permit(HTTPS, number=2)),
            ["tcp/443 reachable"],
            id="an-unknown-permit-before-a-permit-changes-nothing",
        ),
        pytest.param(
            (replace(deny(HTTPS), unknown="u"), permit(HTTPS, number=2)),
            ["tcp/443 undetermined (u)"],
            id="an-unknown-deny",
        ),
        pytest.param(
            (permit(HTTPS, number=1), replace(deny(HTTPS, number=2), unknown="u")),
            ["tcp/443 reachable"],
            id="an-unknown-deny-that-comes-too-late",
        ),
        pytest.param(
            (replace(ANY, number=2), deny(HTTPS, number=1)), [], id="by-number-not-as-listed"
        ),
    ],
)
def test_the_first_match_of_a_network_acl(rules: tuple[Rule, ...], expected: list[str]) -> None:
    found = network(host("all", "private"), WEB, acls={"acl": acl(ingress=(*rules, AT_ONCE))})
    assert said(found, "all", "web") == expected


AT_ONCE = permit(tcp(1024, 65535), number=50)


def test_what_is_not_there_is_not_known() -> None:
    found = network(host("all", "private", groups=(link("gone"),)), WEB)
    assert said(found, "all", "web") == ["tcp/443 undetermined (gone is not known)"]
    found = network(host("all", "private"), WEB, acls={})
    assert said(found, "all", "web") == ["tcp/443 undetermined (acl is not known)"]
    found = network(host("all", "private"), WEB, tables={})
    assert said(found, "all", "web") == ["any undetermined (private is not known)"]


def test_an_open_group_may_permit_anything_and_the_other_still_permits() -> None:
    slots = (link("web"), OneOf(open=True, reason="known after apply"))
    found = network(host("web", "public", groups=slots, public=SHOWN))
    assert said(found, INTERNET, "web") == [
        "tcp/0-442,444-65535 udp icmp other undetermined (known after apply)",
        "tcp/443 reachable",
    ]


def test_part_of_the_internet() -> None:
    found = network(WEB)
    office, elsewhere = prefix("203.0.113.0/24"), prefix("192.0.2.0/24")
    assert [words(one) for one in survey_pair(found, INTERNET, "web", source_addresses=office)] == [
        "tcp/22,443 reachable"
    ]
    assert [
        words(one) for one in survey_pair(found, INTERNET, "web", source_addresses=elsewhere)
    ] == ["tcp/443 reachable"]
    assert [
        words(one)
        for one in survey_pair(found, INTERNET, "web", source_addresses=office | elsewhere)
    ] == ["tcp/22 partial at 203.0.113.0/24", "tcp/443 reachable"]
    assert survey_pair(found, "web", INTERNET, destination_addresses=office)
    assert not survey_pair(found, "web", INTERNET, destination_addresses=prefix("10.0.0.0/8"))


def test_survey_is_every_pair_that_has_a_flow() -> None:
    found = network(WEB, DB)
    pairs = survey(found).pairs
    assert list(pairs) == [
        ("db", INTERNET),
        ("db", "web"),
        (INTERNET, "web"),
        ("web", "db"),
        ("web", INTERNET),
    ]
    for pair, flows in pairs.items():
        assert flows == pair_flows(found, *pair)
        firsts = [one.services.first for one in flows]
        assert firsts == sorted(firsts)
    assert survey(found, pairs=[("web", "db"), ("internet", "db")]).pairs.keys() == {("web", "db")}


def test_a_pair_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        pair_flows(network(WEB), "web", "gone")


def ports(*spans: tuple[int, int]) -> Bounds:
    return Bounds.exactly(services(TCP, IntervalSet.of(spans)) | services(UDP))


TCP_ONLY = Bounds.exactly(services(TCP))
LOW, HIGH, WHOLE = ports((1024, 1999)), ports((2000, 65535)), ports((1024, 65535))


@pytest.mark.parametrize(
    ("paths", "full_may", "some_must"),
    [
        pytest.param([Path(TCP_ONLY, WHOLE)], True, True, id="every-port"),
        pytest.param([Path(TCP_ONLY, LOW)], False, True, id="some-ports"),
        pytest.param([Path(TCP_ONLY, LOW), Path(TCP_ONLY, LOW)], False, True, id="twice-the-same"),
        pytest.param(
            [Path(TCP_ONLY, LOW), Path(TCP_ONLY, HIGH)], True, False, id="between-them-every-port"
        ),
        pytest.param(
            [Path(TCP_ONLY, LOW, LOW), Path(TCP_ONLY, HIGH, HIGH)],
            False,
            False,
            id="between-them-not-every-pair-of-client-and-nat-port",
        ),
        pytest.param(
            [Path(TCP_ONLY, LOW, WHOLE), Path(TCP_ONLY, HIGH, WHOLE)], True, False, id="every-pair"
        ),
    ],
)
def test_one_of_several_ways_is_judged_port_by_port(
    paths: list[Path], full_may: bool, some_must: bool
) -> None:
    found = outcome(Fork(tuple(paths), frozenset({"one of two"})), NAT_PORTS)
    assert found.full.may == (services(TCP) if full_may else EMPTY)
    assert found.some.must == (services(TCP) if some_must else EMPTY)
    assert found.some.may == services(TCP)
    assert found.full.must <= found.some.must <= found.some.may
