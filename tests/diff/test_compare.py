"""Old network, new network, what is said of their difference: one row each."""

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
    RT_PUBLIC,
    SG_DB,
    SG_WEB,
    SQL,
    SSH,
    WEB,
    Edit,
    acl,
    compared,
    drop,
    edited,
    entry,
    group,
    instance,
    permit,
    put,
    route,
    table,
    tcp,
    udp,
)
from tfreach.diff.changes import Comparison, Kind
from tfreach.engine.verdicts import FlowSet, Options, Verdict
from tfreach.space.headers import (
    ALL_IPV4,
    ALL_SERVICES,
    PUBLIC_ADDRESSES,
    address_text,
    prefix,
    services_text,
)
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    INTERNET,
    Action,
    Blackhole,
    Endpoint,
    Network,
    OneOf,
    ToInternet,
    uncertain_permit,
)

HTTPS = permit("aws_x.https", f"permits tcp/443 from {ANY}", tcp(443), ANY)
DNS = permit("aws_x.dns", "permits udp/53 from 203.0.113.0/24", udp(53), "203.0.113.0/24")
UNSURE = uncertain_permit("a block is known after apply")

web_rules = put("groups", group(SG_WEB, SSH, HTTPS))
no_ssh = put("groups", group(SG_WEB))


def rows(found: Comparison) -> list[str]:
    """`opened internet -> aws_instance.web tcp/443: - / reachable`"""
    return [
        f"{c.kind.value} {c.source} -> {c.destination} {said(c.before)} / {said(c.after)}"
        for c in found.changes
    ]


def said(sets: tuple[FlowSet, ...]) -> str:
    texts = []
    for item in sets:
        what = ",".join(
            protocol if ports == "all" else f"{protocol}/{ports}"
            for protocol, ports in services_text(item.services)
        )
        texts.append(f"{what} {item.verdict.value}")
    return "; ".join(texts) or "-"


deny_replies = entry(50, Action.DENY, tcp(32768, 65535), ANY)

TABLE = [
    pytest.param([], [web_rules],
        ["opened internet -> aws_instance.web - / tcp/443 reachable",
         "opened aws_instance.db -> aws_instance.web - / tcp/443 reachable"],
        id="a-rule-more-opens"),
    pytest.param([], [no_ssh],
        ["closed aws_instance.db -> aws_instance.web tcp/22 reachable / -",
         "closed internet -> aws_instance.web tcp/22 reachable / -"],
        id="a-rule-less-closes"),
    pytest.param([], [put("groups", group(SG_WEB, HTTPS))],
        ["opened aws_instance.db -> aws_instance.web - / tcp/443 reachable",
         "opened internet -> aws_instance.web - / tcp/443 reachable",
         "closed aws_instance.db -> aws_instance.web tcp/22 reachable / -",
         "closed internet -> aws_instance.web tcp/22 reachable / -"],
        id="one-pair-opens-and-closes"),
    pytest.param([], [put("groups", group(SG_WEB, SSH, DNS))],
        ["opened internet -> aws_instance.web - / udp/53 partial"],
        id="opened-to-a-block-of-the-internet"),
    pytest.param([put("groups", group(SG_DB))],
        [put("groups", group(SG_DB)), put("acls", acl(ACL, (ALL_IN_ALL,), ()))],
        ["closed aws_instance.db -> aws_instance.web tcp/22 reachable / -",
         "closed aws_instance.db -> internet tcp,udp,icmp reachable / -",
         "closed aws_instance.web -> internet any reachable / -",
         "changed internet -> aws_instance.web tcp/22 reachable / tcp/22 one-way"],
        id="no-way-out-of-the-subnet"),
    pytest.param([put("groups", group(SG_DB), group(SG_WEB, SSH, egress=False))],
        [put("groups", group(SG_DB), group(SG_WEB, SSH, egress=False)),
         put("acls", acl(ACL, (ALL_IN_ALL,), (deny_replies, ALL_IN_ALL)))],
        ["closed aws_instance.db -> internet tcp/32768-65535 reachable / -",
         "changed aws_instance.db -> aws_instance.web tcp/22 reachable / tcp/22 partial",
         "changed aws_instance.db -> internet tcp/0-32767 reachable / tcp/0-32767 partial",
         "changed internet -> aws_instance.web tcp/22 reachable / tcp/22 partial"],
        id="some-replies-are-lost"),
    pytest.param([], [put("tables", table(RT_PRIVATE, route(ANY, Blackhole("gone"), "r", "x")))],
        ["closed aws_instance.db -> internet tcp,udp,icmp reachable / -"],
        id="a-route-into-a-black-hole"),
    pytest.param([], [put("tables", table(RT_PRIVATE, route(ANY, ToInternet(IGW), "r", IGW)))],
        ["closed aws_instance.db -> internet tcp,udp,icmp reachable / -"],
        id="a-gateway-that-does-not-serve-private-hosts"),
    pytest.param([], [put("endpoints", instance(JOB, PRIVATE, "10.0.2.20", SG_WEB))],
        ["opened aws_instance.db -> aws_instance.job - / tcp/22 reachable",
         "opened aws_instance.job -> aws_instance.web - / tcp/22 reachable",
         "opened aws_instance.job -> internet - / tcp,udp,icmp reachable",
         "opened aws_instance.web -> aws_instance.job - / tcp/22 reachable"],
        id="a-host-more"),
    pytest.param([], [drop("endpoints", DB)],
        ["closed aws_instance.db -> aws_instance.web tcp/22 reachable / -",
         "closed aws_instance.db -> internet tcp,udp,icmp reachable / -",
         "closed aws_instance.web -> aws_instance.db tcp/5432 reachable / -"],
        id="a-host-less"),
    pytest.param([], [put("endpoints", instance(DB, PUBLIC, "10.0.1.66", SG_DB))],
        ["closed aws_instance.db -> internet tcp,udp,icmp reachable / -"],
        id="a-host-that-moves-house"),
    pytest.param([], [put("endpoints", instance(DB, PRIVATE, "10.0.2.99", SG_DB))], [],
        id="another-address-is-no-change"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), TABLE)
def test_changes(before: list[Edit], after: list[Edit], expected: list[str]) -> None:
    found = compared(edited(BASE, *before), edited(BASE, *after))
    order = ("opened", "closed", "changed")
    wanted = sorted(expected, key=lambda row: (order.index(row.split()[0]), row))
    assert rows(found) == wanted
    assert found.undecided == ()


def test_the_same_object_and_an_equal_one_compare_to_nothing() -> None:
    for after in (BASE, replace(BASE)):
        found = compared(BASE, after)
        assert (found.changes, found.undecided, found.unchanged_pairs) == ((), (), 6)
        assert (found.added, found.removed) == ((), ())


def test_pairs_are_counted_over_both_sides() -> None:
    after = edited(BASE, drop("endpoints", DB), put("endpoints", replace(
        instance(JOB, PRIVATE, "10.0.2.20", SG_WEB), inbound="takes no calls")))  # fmt: skip
    found = compared(BASE, after)
    pairs = {(c.source, c.destination) for c in found.changes}
    assert (found.added, found.removed) == ((JOB,), (DB,))
    assert found.unchanged_pairs == 6 + 6 - 2 - len(pairs)


def test_details_that_differ_are_a_change() -> None:
    narrow = put("groups", group(SG_WEB, SSH, DNS))
    wide = put("groups", group(SG_WEB, SSH, replace(DNS, peers=prefix("203.0.0.0/16"))))
    (change,) = compared(edited(BASE, narrow), edited(BASE, wide)).changes
    assert change.kind is Kind.CHANGED
    assert [item.addresses for item in change.after] == [prefix("203.0.0.0/16")]
    assert change.witness.flow.src in prefix("203.0.0.0/16") - prefix("203.0.113.0/24")


def test_only_the_services_that_differ_are_listed_and_equal_answers_are_joined() -> None:
    some = replace(HTTPS, services=tcp(80) | tcp(443))
    before = edited(BASE, put("groups", group(SG_WEB, SSH, replace(HTTPS, services=tcp(100)))))
    after = edited(BASE, put("groups", group(SG_WEB, SSH, replace(some, services=tcp(80, 443)))))
    opened = next(c for c in compared(before, after).changes if c.source == INTERNET)
    assert said(opened.after) == "tcp/80-99,101-443 reachable"
    assert opened.witness.flow.service == tcp(443).first


def test_the_internet_that_differs_by_itself_is_no_change() -> None:
    after = replace(BASE, internet=PUBLIC_ADDRESSES - prefix("198.51.100.0/24"))
    assert compared(BASE, after).changes == ()


def test_client_ports_that_are_lost_show_in_the_witness() -> None:
    blocked = put("acls", acl(ACL, (ALL_IN_ALL,), (deny_replies, ALL_IN_ALL)))
    changes = compared(BASE, edited(BASE, blocked)).changes
    change = next(c for c in changes if (c.source, c.destination) == (INTERNET, WEB))
    assert change.witness.flow.src_port == 32768
    narrow = Options(IntervalSet.span(1024, 2000))
    changes = compared(BASE, edited(BASE, blocked), options=narrow).changes
    assert all(c.source != INTERNET for c in changes)


def test_requests_that_get_in_unanswered_beside_those_that_work_are_listed() -> None:
    """A group opened to everybody behind an ACL that lets replies out to one block only: what has
    a connection stays the same, and more gets in."""
    home = entry(100, Action.PERMIT, ALL_SERVICES, "203.0.113.0/24")
    narrow = permit("aws_x.office", "permits tcp/22 from the office", tcp(22), "203.0.113.0/24")
    office = edited(
        BASE, put("acls", acl(ACL, (ALL_IN_ALL,), (home,))), put("groups", group(SG_WEB, narrow))
    )
    (change,) = compared(office, edited(office, put("groups", group(SG_WEB, SSH)))).changes
    assert (change.kind, change.source, change.destination) == (Kind.CHANGED, INTERNET, WEB)
    (before,), (after,) = change.before, change.after
    assert before.verdict is after.verdict is Verdict.PARTIAL
    assert before.addresses == after.addresses == prefix("203.0.113.0/24")
    assert before.one_way is None
    assert after.one_way == PUBLIC_ADDRESSES & ALL_IPV4 - prefix("203.0.113.0/24")
    assert change.witness.flow.src in after.one_way


def test_ports_of_a_nat_gateway_that_are_lost_are_found() -> None:
    """The client ports of the options all work; the NAT gateway's own do not."""
    blocked = put("acls", acl(ACL, (deny_replies, ALL_IN_ALL), (ALL_IN_ALL,)))
    narrow = Options(IntervalSet.span(1024, 2000))
    changes = compared(BASE, edited(BASE, blocked), options=narrow).changes
    change = next(c for c in changes if (c.kind, c.source) == (Kind.CHANGED, DB))
    assert [item.verdict for item in change.after] == [Verdict.PARTIAL]
    assert change.witness.flow.src_port <= 2000


def test_a_host_with_a_new_address_is_traced_by_each_sides_own() -> None:
    after = edited(
        BASE,
        put("endpoints", instance(WEB, PUBLIC, "10.0.1.77", SG_WEB, public=True)),
        put("groups", group(SG_WEB, HTTPS)),
    )
    changes = compared(BASE, after).changes
    opened = next(c for c in changes if (c.kind, c.source) == (Kind.OPENED, INTERNET))
    before = opened.witness.before
    assert before is not None
    assert address_text(opened.witness.flow.dst) == "10.0.1.77"
    assert address_text(before.flow.dst) == "10.0.1.10"


def test_a_function_that_leaves_for_the_vpc() -> None:
    name = "aws_lambda_function.f"
    outside = Endpoint(name, "lambda_function", outside=True)
    inside = replace(instance(name, PUBLIC, "10.0.1.50", SG_WEB), kind="lambda_function")
    before, after = (edited(BASE, put("endpoints", one)) for one in (outside, inside))
    assert "closed aws_lambda_function.f -> internet any reachable / -" in rows(
        compared(before, after)
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([JOB], [JOB], None),
        ([], [JOB], "destination added"),
        ([JOB], [], "destination removed"),
    ],
)
def test_endpoint_change(before: list[str], after: list[str], expected: str | None) -> None:
    job = put("endpoints", instance(JOB, PRIVATE, "10.0.2.20", SG_WEB))
    old = edited(BASE, *([job] if before else []))
    new = edited(BASE, *([job] if after else []), *([no_ssh] if before and after else []))
    changes = compared(old, new).changes
    assert expected in {
        c.endpoint_change for c in changes if (c.source, c.destination) == (WEB, JOB)
    }


def test_both_ends_added() -> None:
    twins = [instance(f"aws_instance.{n}", PRIVATE, f"10.0.2.{n}", SG_WEB) for n in (30, 31)]
    found = compared(BASE, edited(BASE, put("endpoints", *twins)))
    assert "both added" in {change.endpoint_change for change in found.changes}


# What cannot be decided.


def undecided(before: Edit, after: Edit) -> Comparison:
    return compared(edited(BASE, before), edited(BASE, after))


def same(network: Network) -> Network:
    return replace(network)


maybe_web = put("groups", group(SG_WEB, SSH, UNSURE))


def test_undetermined_after_is_undecided_and_differs() -> None:
    found = undecided(same, maybe_web)
    assert found.changes == ()
    one = next(u for u in found.undecided if u.source == INTERNET)
    assert (one.destination, one.differs, one.before) == (WEB, True, ())
    assert one.reasons == ("a block is known after apply",)
    assert [item.verdict for item in one.after] == [Verdict.UNDETERMINED]
    assert said(one.after) == said((FlowSet(ALL_SERVICES - tcp(22), Verdict.UNDETERMINED),))
    assert found.unchanged_pairs == 6 - 2


def test_undetermined_before_is_undecided_too() -> None:
    one = next(u for u in undecided(maybe_web, same).undecided if u.source == INTERNET)
    assert (one.differs, one.after) == (True, ())
    assert one.reasons == ("a block is known after apply",)


def test_what_is_equally_unknown_on_both_sides_is_listed_as_no_difference() -> None:
    found = undecided(maybe_web, maybe_web)
    assert found.changes == ()
    assert {(u.source, u.destination, u.differs) for u in found.undecided} == {
        (INTERNET, WEB, False),
        (DB, WEB, False),
    }
    assert found.unchanged_pairs == 6


def test_other_reasons_are_a_difference_and_those_of_the_after_side_come_first() -> None:
    other = put("groups", group(SG_WEB, SSH, uncertain_permit("z"), uncertain_permit("y")))
    for one in undecided(maybe_web, other).undecided:
        assert one.differs
        assert one.reasons == ("y", "z", "a block is known after apply")


def test_a_pair_may_be_changed_and_undecided() -> None:
    late = replace(UNSURE, services=udp(1, 9))
    found = undecided(same, put("groups", group(SG_WEB, HTTPS, late)))
    assert {c.kind for c in found.changes} == {Kind.OPENED, Kind.CLOSED}
    assert {said(u.after) for u in found.undecided} == {"udp/1-9 undetermined"}
    assert found.unchanged_pairs == 6 - 2


def test_a_new_host_of_which_nothing_is_sure() -> None:
    job = replace(instance(JOB, PRIVATE, "10.0.2.20", SG_WEB))
    lost = replace(job.interfaces[0], groups=(OneOf(open=True, reason="not given"),))
    found = undecided(same, put("endpoints", replace(job, interfaces=(lost,))))
    assert found.added == (JOB,)
    assert {u.endpoint_change for u in found.undecided} == {"source added", "destination added"}


def test_everything_is_sorted() -> None:
    found = compared(BASE, edited(BASE, put("groups", group(SG_WEB, HTTPS)), drop("endpoints", DB)))
    order = list(Kind)
    keys = [(order.index(c.kind), c.source, c.destination) for c in found.changes]
    assert keys == sorted(keys)


def test_nothing_of_a_nat_gateway_that_stays() -> None:
    """A different public address of the same gateway opens and closes nothing."""
    other = replace(BASE.nat_gateways[NAT], shown_as="aws_eip.other")
    assert compared(BASE, edited(BASE, put("nat_gateways", other))).changes == ()


def test_sql_is_only_for_the_web() -> None:
    """The scene is what its docstring says."""
    found = compared(edited(BASE, put("groups", group(SG_DB))), BASE)
    assert rows(found) == ["opened aws_instance.web -> aws_instance.db - / tcp/5432 reachable"]
    assert found.changes[0].witness.flow.service == SQL.services.first
    assert RT_PUBLIC in BASE.tables
