"""Old network, new network, a plan; which of its changes are to blame, in order, in what words."""

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
    VPC,
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
    plan,
    put,
    route,
    table,
    tcp,
)
from tfreach.diff.causes import what_differs
from tfreach.diff.changes import Change, Planned
from tfreach.space.headers import ALL_SERVICES
from tfreach.topology.network import (
    INTERNET,
    Action,
    Endpoint,
    InternetGateway,
    Location,
    OneOf,
    Origin,
    Public,
    ToInternet,
    ToNat,
    Tri,
)

RULE = "aws_vpc_security_group_ingress_rule"
HTTPS = permit(f"{RULE}.https", f"permits tcp/443 from {ANY}", tcp(443), ANY)
INLINE = permit(SG_WEB, f"ingress: tcp/443 from {ANY}", tcp(443), ANY)
WIDE_SQL = permit(SQL.origin.address, f"permits tcp/5432 from {ANY}", tcp(5432), ANY)
SQL_10 = permit(SQL.origin.address, "permits tcp/5432 from 10.0.0.0/8", tcp(5432), "10.0.0.0/8")
DENY = entry(90, Action.DENY, ALL_SERVICES, ANY, "aws_network_acl_rule.deny")
DENY_INLINE = entry(90, Action.DENY, tcp(22), ANY)

job = put("endpoints", instance(JOB, PRIVATE, "10.0.2.20", SG_WEB))
hidden_acl = put("acls", acl(ACL, (DENY_INLINE, ALL_IN_ALL), (ALL_IN_ALL,)))
no_ssh_group = put("groups", group("aws_security_group.none"))


def carrying(group_: str) -> Edit:
    return put("endpoints", instance(WEB, PUBLIC, "10.0.1.10", group_, public=True))


def with_public(has: Tri, address: str) -> Edit:
    end = instance(WEB, PUBLIC, "10.0.1.10", SG_WEB)
    public = Public(has, address, origin=Origin(address, f"public address of {WEB}"))
    interface = replace(end.interfaces[0], public=public if has is Tri.YES else Public())
    return put("endpoints", replace(end, interfaces=(interface,)))


def associated(subnet: str, table_: str, address: str) -> Edit:
    found = BASE.subnets[subnet]
    tie = Origin(address, f"uses {table_}")
    return put("subnets", replace(found, table=OneOf((table_,)), table_origin=tie))


strict = put(
    "subnets",
    replace(
        BASE.subnets[PUBLIC],
        acl=OneOf(("aws_network_acl.new",)),
        acl_origin=Origin("aws_network_acl_association.new", "uses aws_network_acl.new"),
    ),
)
PERMIT_NEW = entry(100, Action.PERMIT, ALL_SERVICES, ANY, "aws_network_acl_rule.new")
to_igw = put("tables", table(RT_PRIVATE, route(ANY, ToInternet(IGW), RT_PRIVATE, IGW)))

TABLE = [
    pytest.param([], [put("groups", group(SG_WEB, SSH, HTTPS))],
        plan(aws_vpc_security_group_ingress_rule__https="create"), (INTERNET, WEB),
        [(f"{RULE}.https", f"permits tcp/443 from {ANY}")], id="a-rule-that-is-created"),
    pytest.param([], [put("groups", group(SG_WEB))],
        plan(aws_vpc_security_group_ingress_rule__ssh="delete"), (INTERNET, WEB),
        [(f"{RULE}.ssh", f"no longer permits tcp/22 from {ANY}")], id="a-rule-that-is-deleted"),
    pytest.param([], [put("groups", group(SG_WEB, SSH, INLINE))],
        plan(aws_security_group__web="update"), (INTERNET, WEB),
        [(SG_WEB, f"permits tcp/443 from {ANY}")], id="a-rule-inside-its-group"),
    pytest.param([put("groups", group(SG_DB, SQL_10)), job], [job],
        plan(aws_vpc_security_group_ingress_rule__sql="update"), (JOB, DB),
        [(f"{RULE}.sql", "no longer permits tcp/5432 from 10.0.0.0/8")], id="a-rule-made-narrower"),
    pytest.param([], [put("acls", acl(ACL, (DENY, ALL_IN_ALL), (ALL_IN_ALL,)))],
        plan(aws_network_acl_rule__deny="create"), (INTERNET, WEB),
        [("aws_network_acl_rule.deny", f"denies all from {ANY} in entry 90")],
        id="a-deny-that-comes-first"),
    pytest.param([hidden_acl], [], plan(aws_network_acl__all="update"), (INTERNET, WEB),
        [(ACL, f"no longer denies all from {ANY} in entry 90")],
        id="a-deny-that-goes-away-within-one-resource"),
    pytest.param([put("acls", acl(ACL, (DENY, ALL_IN_ALL), (ALL_IN_ALL,)))], [],
        plan(aws_network_acl_rule__deny="delete"), (INTERNET, WEB),
        [("aws_network_acl_rule.deny", f"no longer denies all from {ANY} in entry 90")],
        id="a-deny-that-is-deleted"),
    pytest.param([], [put("acls", acl("aws_network_acl.new", (), (ALL_IN_ALL,))), strict],
        plan(aws_network_acl__new="create", aws_network_acl_association__new="create",
             aws_network_acl_rule__all="create"), (INTERNET, WEB),
        [("aws_network_acl.new", "has no rule that permits it"),
         ("aws_network_acl_association.new", "uses aws_network_acl.new")],
        id="a-new-acl-without-the-rule"),
    pytest.param([], [put("acls", acl("aws_network_acl.new", (PERMIT_NEW,), ())), strict],
        plan(aws_network_acl__new="create", aws_network_acl_association__new="create",
             aws_network_acl_rule__new="create"), (INTERNET, WEB),
        [("aws_network_acl.new", "has no rule that permits it"),
         ("aws_network_acl_association.new", "uses aws_network_acl.new")],
        id="a-new-rule-that-still-lets-it-pass-is-no-cause"),
    pytest.param([put("groups", group(SG_WEB))],
        [put("acls", acl(ACL, (PERMIT_NEW,), (ALL_IN_ALL,)))],
        plan(aws_network_acl_rule__new="create",
             aws_vpc_security_group_ingress_rule__ssh="create"), (INTERNET, WEB),
        [(f"{RULE}.ssh", f"permits tcp/22 from {ANY}")],
        id="a-new-rule-where-another-one-let-it-pass-is-no-cause"),
    pytest.param([], [to_igw], plan(aws_route_table__private="update"), (DB, INTERNET),
        [(RT_PRIVATE, f"routes {ANY} → {IGW} (was {NAT})")], id="a-route-that-is-turned"),
    pytest.param([], [put("tables", table(RT_PRIVATE))], plan(aws_route_table__private="update"),
        (DB, INTERNET), [(RT_PRIVATE, f"no longer routes {ANY} → {NAT}")], id="a-route-less"),
    pytest.param([], [associated(PUBLIC, RT_PRIVATE, "aws_route_table_association.new")],
        plan(aws_route_table_association__new="create", aws_route_table__private="update"),
        (WEB, INTERNET),
        [("aws_route_table_association.new", f"uses {RT_PRIVATE}")],
        id="another-table-for-a-subnet"),
    pytest.param([with_public(Tri.YES, "aws_eip.web")], [with_public(Tri.NO, "")],
        plan(aws_eip__web="delete"), (INTERNET, WEB),
        [("aws_eip.web", f"no longer public address of {WEB}")], id="a-public-address-less"),
    pytest.param([with_public(Tri.NO, "")], [with_public(Tri.YES, "aws_eip.web")],
        plan(aws_eip__web="create"), (INTERNET, WEB),
        [("aws_eip.web", f"public address of {WEB}")], id="a-public-address-more"),
    pytest.param([], [put("internet_gateways", InternetGateway(IGW, OneOf(), Origin(IGW)))],
        plan(aws_internet_gateway__igw="update"), (INTERNET, WEB),
        [(IGW, f"no longer attached to {VPC}")], id="a-gateway-that-is-detached"),
    pytest.param([no_ssh_group], [no_ssh_group, carrying("aws_security_group.none")],
        plan(aws_instance__web="update"), (INTERNET, WEB),
        [(WEB, "carries aws_security_group.none (was aws_security_group.web)")],
        id="other-groups-for-a-host"),
    pytest.param([], [job], plan(aws_instance__job="create"), (WEB, JOB),
        [(JOB, "creates the instance")], id="a-host-that-is-created"),
    pytest.param([], [job, put("groups", group(SG_WEB, SSH, HTTPS))],
        plan(aws_instance__job="create", aws_vpc_security_group_ingress_rule__https="create"),
        (WEB, JOB),
        [(JOB, "creates the instance"), (f"{RULE}.https", f"permits tcp/443 from {ANY}")],
        id="a-host-comes-before-its-rules"),
    pytest.param([], [drop("endpoints", DB)], plan(aws_instance__db="delete"), (WEB, DB),
        [(DB, "deletes the instance")], id="a-host-that-is-deleted"),
    pytest.param([], [drop("endpoints", DB)], plan(aws_instance__db="forget"), (WEB, DB),
        [(DB, "forgets the instance")], id="a-host-that-is-forgotten"),
    pytest.param([], [put("groups", group(SG_WEB, SSH, HTTPS))], plan(aws_instance__web="update"),
        (INTERNET, WEB), [(WEB, f"carries {SG_WEB}")], id="nothing-better-than-the-host-itself"),
    pytest.param([], [put("groups", group(SG_WEB, SSH, HTTPS))], plan(aws_vpc__main="update"),
        (INTERNET, WEB), [], id="nothing-at-all"),
    pytest.param([], [put("groups", group(SG_WEB, SSH, HTTPS))],
        plan(aws_vpc_security_group_ingress_rule__https="no-op"), (INTERNET, WEB), [],
        id="what-the-plan-leaves-alone-is-no-cause"),
    pytest.param([], [put("groups", group(SG_WEB))],
        plan(aws_vpc_security_group_ingress_rule__ssh="delete", aws_network_acl__all="update",
             aws_route_table__public="update", aws_internet_gateway__igw="update",
             aws_instance__web="update"), (INTERNET, WEB),
        [(f"{RULE}.ssh", f"no longer permits tcp/22 from {ANY}")],
        id="what-says-the-same-before-and-after-is-no-cause"),
    pytest.param(
        [put("tables", table(RT_PUBLIC)), with_public(Tri.NO, ""), put("groups", group(SG_WEB))],
        [with_public(Tri.YES, "aws_eip.web")],
        plan(aws_eip__web="create", aws_route__public="create",
             aws_vpc_security_group_ingress_rule__ssh="create", aws_instance__web="replace"),
        (INTERNET, WEB),
        [("aws_route.public", f"routes {ANY} → {IGW}"),
         (f"{RULE}.ssh", f"permits tcp/22 from {ANY}"),
         ("aws_eip.web", f"public address of {WEB}")],
        id="rules-and-routes-by-address-then-attachments"),
]  # fmt: skip


def the_change(
    before: list[Edit], after: list[Edit], planned: dict[str, Planned], pair: tuple[str, str]
) -> Change:
    found = compared(edited(BASE, *before), edited(BASE, *after), planned)
    return next(c for c in found.changes if (c.source, c.destination) == pair)


@pytest.mark.parametrize(("before", "after", "planned", "pair", "expected"), TABLE)
def test_causes(
    before: list[Edit],
    after: list[Edit],
    planned: dict[str, Planned],
    pair: tuple[str, str],
    expected: list[tuple[str, str]],
) -> None:
    change = the_change(before, after, planned, pair)
    assert [(cause.address, cause.what) for cause in change.causes] == expected
    for cause in change.causes:
        assert cause.actions == planned[cause.address].actions


def test_a_cause_says_where_it_is_written() -> None:
    (cause,) = the_change(
        [],
        [put("groups", group(SG_WEB, SSH, HTTPS))],
        plan(aws_vpc_security_group_ingress_rule__https="create"),
        (INTERNET, WEB),
    ).causes
    assert cause.location == Location("main.tf", 7)


def test_what_aws_adds_unasked_is_laid_to_its_owner() -> None:
    """Origin("aws_vpc.main (main route table)") belongs to aws_vpc.main."""
    main = f"{VPC} (main route table)"
    after = put("tables", table(RT_PRIVATE, route(ANY, ToNat(NAT), main, NAT)))
    before = put("tables", table(RT_PRIVATE))
    (cause,) = the_change([before], [after], plan(aws_vpc__main="update"), (DB, INTERNET)).causes
    assert (cause.address, cause.what) == (VPC, f"routes {ANY} → {NAT}")


def test_a_rule_that_changes_under_the_same_text() -> None:
    """The text does not say which ports; the rule does."""
    vague = replace(SSH, services=tcp(443), origin=replace(SSH.origin, text="permits some"))
    before = put("groups", group(SG_WEB, replace(vague, services=tcp(22))))
    (cause,) = the_change(
        [before],
        [put("groups", group(SG_WEB, vague))],
        plan(aws_vpc_security_group_ingress_rule__ssh="update"),
        (INTERNET, WEB),
    ).causes
    assert cause.what == "permits some"


def test_what_moved_and_says_the_same_is_no_cause() -> None:
    """A rule and a route that have another address, and are updated in something else."""
    rule, way = f"module.web.{RULE}.ssh", "module.web.aws_route.public"
    moved = replace(SSH, origin=replace(SSH.origin, address=rule))
    planned = {
        rule: Planned(rule, ("update",), SSH.origin.address),
        way: Planned(way, ("update",), "aws_route.public"),
    }
    planned |= plan(aws_network_acl_rule__deny="create")
    after = [
        put("groups", group(SG_WEB, moved)),
        put("tables", table(RT_PUBLIC, route(ANY, ToInternet(IGW), way, IGW))),
        put("acls", acl(ACL, (ALL_IN_ALL,), (DENY, ALL_IN_ALL))),
    ]
    change = the_change([], after, planned, (WEB, INTERNET))
    assert [cause.address for cause in change.causes] == ["aws_network_acl_rule.deny"]


def test_a_new_permit_is_no_cause_of_a_loss() -> None:
    """A function moves into a VPC: its new group lets it out, the subnet does not."""
    name, new = "aws_lambda_function.f", "aws_security_group.f"
    rule = permit(f"{RULE}.f", f"permits all to {ANY}", ALL_SERVICES, ANY)
    inside = instance(name, PUBLIC, "10.0.1.50", new)
    before = [put("endpoints", Endpoint(name, "lambda_function", outside=True))]
    after = [
        put("endpoints", replace(inside, kind="lambda_function")),
        put("groups", replace(group(new, egress=False), egress=(rule,))),
    ]
    planned = {name: Planned(name, ("update",)), f"{RULE}.f": Planned(f"{RULE}.f", ("create",))}
    change = the_change(before, after, planned, (name, INTERNET))
    assert [(cause.address, cause.what) for cause in change.causes] == [(name, f"carries {new}")]


def test_two_decisions_of_one_resource_are_one_cause() -> None:
    """The group of both ends is the same: it lets out and in."""
    out = permit(SG_WEB, f"permits tcp/443 to {ANY}", tcp(443), ANY)
    both = replace(group(SG_WEB, INLINE, egress=False), egress=(out,))
    after = [job, put("groups", both)]
    before = [job, put("groups", group(SG_WEB, egress=False))]
    (cause,) = the_change(before, after, plan(aws_security_group__web="update"), (JOB, WEB)).causes
    assert cause.what == f"permits tcp/443 to {ANY}; permits tcp/443 from {ANY}"


def test_the_causes_do_not_depend_on_the_order_of_the_plan() -> None:
    names = {"aws_eip__web": "create", "aws_route__public": "create"}
    before = [put("tables", table(RT_PUBLIC)), with_public(Tri.NO, "")]
    after = [with_public(Tri.YES, "aws_eip.web")]
    orders = [plan(**names), plan(**dict(reversed(names.items())))]
    first, second = (the_change(before, after, one, (INTERNET, WEB)).causes for one in orders)
    assert first == second
    assert len(first) == 2


def test_a_rule_that_is_widened() -> None:
    """The group denied it before, so only what stands there now decides."""
    planned = plan(aws_vpc_security_group_ingress_rule__sql="update")
    change = the_change([job], [job, put("groups", group(SG_DB, WIDE_SQL))], planned, (JOB, DB))
    assert [cause.what for cause in change.causes] == [f"permits tcp/5432 from {ANY}"]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("routes 10.0.0.0/8 → a.b", "routes 10.0.0.0/8 → c.d", "a.b"),
        ("permits tcp/22 from x", "permits tcp/23 from x", "tcp/22 from x"),
        ("denies all", "permits all", "denies all"),
        ("uses a", "uses a b", "uses a"),
    ],
)
def test_what_was_is_said_in_short(was: str, now: str, expected: str) -> None:
    assert what_differs(was, now) == expected
