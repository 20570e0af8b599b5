"""Networks in which the first flow that comes to mind shows nothing; the one that is found, out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.diff.scenes import (
    ACL,
    ALL_IN_ALL,
    ANY,
    BASE,
    DB,
    IGW,
    JOB,
    NAT,
    PRIVATE,
    PUBLIC,
    RT_PRIVATE,
    SG_DB,
    SG_WEB,
    SQL,
    SSH,
    VPC,
    WEB,
    acl,
    compared,
    drop,
    edited,
    entry,
    group,
    instance,
    permit,
    put,
    subnet,
    tcp,
)
from tfreach.diff.changes import Change, Kind
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options, Verdict
from tfreach.space.headers import ALL_SERVICES, TCP, prefix, service, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, Action, Endpoint, Network, OneOf, Rule, Site, Tri

OTHER, EDGE = "aws_network_acl.other", "aws_subnet.edge"
PERMITTED = (ALL_IN_ALL,)


def the_change(before: Network, after: Network, source: str, destination: str) -> Change:
    changes = compared(before, after).changes
    return next(c for c in changes if (c.source, c.destination) == (source, destination))


def job_in(*sites: Site) -> Endpoint:
    """A function that counts in all of `sites`."""
    job = instance(JOB, PUBLIC, "10.0.1.50", SG_WEB, public=True)
    return replace(job, interfaces=(replace(job.interfaces[0], sites=sites),))


BOTH = job_in(Site(PRIVATE, prefix("10.0.2.50")), Site(PUBLIC, prefix("10.0.1.50")))


def denying_acl(text_of: IntervalSet, peers: str, *, ingress: bool) -> Network:
    """BASE with the job in both subnets, and another ACL on the private one that denies some."""
    rules = (entry(9, Action.DENY, text_of, peers, OTHER), ALL_IN_ALL)
    sides = (rules, PERMITTED) if ingress else (PERMITTED, rules)
    found = replace(BASE.subnets[PRIVATE], acl=OneOf((OTHER,)))
    return edited(
        BASE, put("endpoints", BOTH), put("acls", acl(OTHER, *sides)), put("subnets", found)
    )


def test_client_ports_that_are_lost_in_one_of_two_subnets() -> None:
    """The verdict cannot say which ports: in the other subnet all work."""
    before = denying_acl(IntervalSet(), ANY, ingress=False)
    after = denying_acl(services(TCP, IntervalSet.span(40000, 41000)), ANY, ingress=False)
    change = the_change(before, after, WEB, JOB)
    assert [item.client_ports for item in change.after] == [None]
    assert change.witness.flow.src_port == 40000


def test_addresses_that_are_lost_in_one_of_two_subnets_behind_a_nat_gateway() -> None:
    """It is the network ACL of the NAT gateway's own subnet that loses them."""

    def network(*denied: str) -> Network:
        rules = tuple(entry(9, Action.DENY, ALL_SERVICES, peers, OTHER) for peers in denied)
        edge = replace(subnet(EDGE, "10.0.3.0/24", "aws_route_table.public"), acl=OneOf((OTHER,)))
        nat = replace(BASE.nat_gateways[NAT], subnet=OneOf((EDGE,)), addresses=prefix("10.0.3.9"))
        return edited(
            BASE,
            put("endpoints", BOTH),
            put("subnets", edge),
            put("nat_gateways", nat),
            put("acls", acl(OTHER, PERMITTED, (*rules, ALL_IN_ALL))),
        )

    change = the_change(network(), network("203.0.113.0/24"), JOB, INTERNET)
    assert [item.addresses for item in change.after] == [None]
    assert change.witness.flow.dst in prefix("203.0.113.0/24")


@pytest.mark.parametrize(
    ("replies", "verdict"), [(PERMITTED, Verdict.PARTIAL), ((), Verdict.ONE_WAY)]
)
def test_what_is_sure_is_shown_rather_than_what_may_be(
    replies: tuple[Rule, ...], verdict: Verdict
) -> None:
    unsure = permit("a.b", "permits tcp/80 from 1.0.0.0/8", tcp(80), "1.0.0.0/8", unknown="may go")
    sure = permit("a.c", "permits tcp/80 from 203.0.113.0/24", tcp(80), "203.0.113.0/24")
    before = edited(BASE, put("acls", acl(ACL, PERMITTED, replies)))
    after = edited(before, put("groups", group(SG_WEB, SSH, unsure, sure)))
    change = the_change(before, after, INTERNET, WEB)
    assert (change.kind, [item.verdict for item in change.after]) == (Kind.OPENED, [verdict])
    assert change.witness.flow.src in prefix("203.0.113.0/24")


def test_an_opened_way_is_shown_by_a_flow_that_gets_its_reply() -> None:
    blocked = entry(9, Action.DENY, services(TCP, IntervalSet.span(1024, 2000)), ANY)
    acls = put("acls", acl(ACL, PERMITTED, (blocked, ALL_IN_ALL)))
    before, after = edited(BASE, acls, put("groups", group(SG_WEB))), edited(BASE, acls)
    change = the_change(before, after, INTERNET, WEB)
    assert [item.verdict for item in change.after] == [Verdict.PARTIAL]
    assert change.witness.after is not None
    assert change.witness.after.round_trip is Tri.YES
    assert change.witness.flow.src_port == 2001


def test_one_way_is_opened_too() -> None:
    """Nothing was delivered before; that no reply comes back does not make it less so."""
    acls = put("acls", acl(ACL, PERMITTED, ()))
    before, after = edited(BASE, acls, put("groups", group(SG_WEB))), edited(BASE, acls)
    change = the_change(before, after, INTERNET, WEB)
    assert (change.kind, change.after[0].verdict) == (Kind.OPENED, Verdict.ONE_WAY)
    back = the_change(after, before, INTERNET, WEB)
    assert (back.kind, back.before[0].verdict) == (Kind.CLOSED, Verdict.ONE_WAY)


@pytest.mark.parametrize("other", ["10.0.2.0/24", "10.0.2.0"])
def test_two_hosts_that_may_have_the_same_address_are_not_shown_with_the_same(other: str) -> None:
    anywhere = job_in(Site(PRIVATE, prefix("10.0.2.0/24")))
    twin = replace(job_in(Site(PRIVATE, prefix(other))), id="aws_instance.twin")
    after = edited(BASE, put("endpoints", anywhere, twin))
    for pair in ((JOB, twin.id), (twin.id, JOB)):
        flow = the_change(BASE, after, *pair).witness.flow
        assert flow.src != flow.dst
        assert {flow.src, flow.dst} <= set(prefix("10.0.2.0/24").members())


def test_an_interface_that_was_down_and_nowhere() -> None:
    down = replace(
        BASE.endpoints[WEB].interfaces[0], sites=(), unknown="not known", down="it is stopped"
    )
    before = edited(BASE, put("endpoints", replace(BASE.endpoints[WEB], interfaces=(down,))))
    change = the_change(before, BASE, INTERNET, WEB)
    assert change.witness.before is not None
    assert change.witness.before.delivered is Tri.NO
    assert change.endpoint_change is None


def test_a_second_interface_that_takes_over() -> None:
    """The best interface counts: the one that served no longer does, the other one now does."""
    first = BASE.endpoints[WEB].interfaces[0]
    second = replace(first, id="eni-2", sites=(Site(PUBLIC, prefix("10.0.1.11")),))
    shut = OneOf((SG_DB,))
    pair = (first, replace(second, groups=(shut,))), (replace(first, groups=(shut,)), second)
    before, after = (
        edited(BASE, put("endpoints", replace(BASE.endpoints[WEB], interfaces=found)))
        for found in pair
    )
    assert compared(before, after).changes == ()
    half = replace(BASE.endpoints[WEB], interfaces=(pair[1][0], pair[0][1]))
    change = the_change(before, edited(BASE, put("endpoints", half)), INTERNET, WEB)
    assert change.kind is Kind.CLOSED


def test_an_endpoint_with_no_interface_at_all_has_no_trace() -> None:
    nowhere = replace(BASE.endpoints[DB], interfaces=())
    before = edited(BASE, put("endpoints", nowhere))
    found = compare(before, BASE, {}, Options()).changes
    assert {(c.source, c.destination) for c in found} >= {(WEB, DB), (DB, INTERNET)}
    assert all(c.witness.before is None for c in found if DB in (c.source, c.destination))


@pytest.mark.parametrize(
    ("opened", "shown"),
    [
        (ALL_SERVICES, service(TCP, 443)),
        (tcp(0, 100), service(TCP, 1)),
        (tcp(0), service(TCP, 0)),
        (services(50) | services(47), service(47)),
        (services(50) | services(0), service(50)),
        (services(1), service(1, 8 << 8)),
        (services(17), service(17, 53)),
    ],
)
def test_the_service_that_says_most_is_shown(opened: IntervalSet, shown: int) -> None:
    rule = permit("a.b", "permits", opened, ANY)
    before, after = (
        edited(BASE, drop("endpoints", DB), put("groups", group(SG_WEB, *found)))
        for found in ((), (rule,))
    )
    assert the_change(before, after, INTERNET, WEB).witness.flow.service == shown


def test_the_scene_has_a_private_subnet_behind_a_nat_gateway() -> None:
    assert BASE.subnets[PRIVATE].table == OneOf((RT_PRIVATE,))
    assert BASE.internet_gateways[IGW].vpc == OneOf((VPC,))
    assert SQL.services == tcp(5432)
