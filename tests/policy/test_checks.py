"""Every form of a rule against networks before and after: what is kept, broken, waived, unsure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.policy.examples import https, network
from tests.report.samples import PLANNED, SSH, with_host, with_route_elsewhere
from tfreach.diff.changes import Kind, Planned
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options, Verdict
from tfreach.errors import UsageError
from tfreach.pipeline import Analysis, analyse
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.results import Result
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.waivers import Remark
from tfreach.space.headers import TCP, addresses_text, prefix, services, services_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Location, Network, Origin

TODAY = date(2026, 11, 30)
WEB0, WEBX = "aws_instance.web[0]", 'aws_instance.web["x.y"]'
PLAIN = network()
OFFICE = network(https(), SSH)
"""Opens ssh from 203.0.113.0/24 to both web hosts."""
MORE = network(https(), SSH, replace(SSH, peers=prefix("203.0.112.0/24")))
UNSURE = with_route_elsewhere(network())
"""Where private subnets lead to is not known."""


def scene(before: Network, after: Network, totals: bool = False, lenient: bool = False) -> Scene:
    return Scene(before, after, PLANNED, Options(), TODAY, totals, lenient)


def judged(text: str, before: Network, after: Network, **more: bool) -> list[Result]:
    policy = read_policy([("tfreach.yaml", f"version: 1\n{text}".encode())])
    return list(check(policy, scene(before, after, **more)))


def said(result: Result) -> tuple[str, str, str]:
    """Status, the far side's end of the pair, and what is found."""
    rows = [
        f"{protocol}/{ports}"
        + (f" from {','.join(addresses_text(flow.addresses))}" if flow.addresses else "")
        for flow in result.flows
        for protocol, ports in services_text(flow.services, flow.family)
    ]
    return result.status.value, "" if result.whole else result.destination, " ".join(rows)


PASS = [("pass", "", "")]
SSH_X, SSH_0 = (("fail", name, "tcp/22 from 203.0.113.0/24") for name in (WEBX, WEB0))
DENY = "deny: [{name: r, from: internet, to: '**', protocol: tcp, ports: 22%s}]"


@pytest.mark.parametrize(
    ("rule", "before", "after", "expected"),
    [
        pytest.param(DENY % "", PLAIN, PLAIN, PASS, id="deny-nothing-there"),
        pytest.param(DENY % "", PLAIN, OFFICE, [SSH_X, SSH_0], id="deny-opened"),
        pytest.param(DENY % "", OFFICE, OFFICE, [SSH_X, SSH_0], id="deny-is-total"),
        pytest.param(DENY % ", new: true", OFFICE, replace(OFFICE), PASS, id="deny-new-only"),
        pytest.param(DENY % ", new: true", PLAIN, OFFICE, [SSH_X, SSH_0], id="deny-new-opened"),
        pytest.param(
            DENY % ", new: true",
            OFFICE,
            MORE,
            [("fail", name, "tcp/22 from 203.0.112.0/24") for name in (WEBX, WEB0)],
            id="deny-new-is-only-what-is-more",
        ),
        pytest.param(
            DENY % f", except: [{{to: '{WEB0}'}}]", PLAIN, OFFICE, [SSH_X], id="except-an-end"
        ),
        pytest.param(
            DENY % ", except: [{from: 203.0.113.0/24}]", PLAIN, OFFICE, PASS, id="except-a-block"
        ),
        pytest.param(
            DENY % ", except: [{from: 203.0.113.0/25, to: aws_instance.web}]",
            PLAIN,
            OFFICE,
            [("fail", name, "tcp/22 from 203.0.113.128/25") for name in (WEBX, WEB0)],
            id="except-a-part-of-it",
        ),
        pytest.param(
            DENY % ", except: [{ports: 0-1024, protocol: tcp}]", PLAIN, OFFICE, PASS, id="ports"
        ),
        pytest.param(
            DENY % ", except: [{protocol: udp}]", PLAIN, OFFICE, [SSH_X, SSH_0], id="another"
        ),
        pytest.param(
            DENY % ", except: [{family: ipv6}]", PLAIN, OFFICE, [SSH_X, SSH_0], id="ipv6-is-apart"
        ),
        pytest.param(
            "deny: [{name: r, from: 203.0.113.9, to: aws_instance.web, ports: 22}]",
            PLAIN,
            OFFICE,
            [("fail", name, "tcp/22 from 203.0.113.9") for name in (WEBX, WEB0)],
            id="from-an-address",
        ),
        pytest.param(
            "deny: [{name: r, from: 8.8.8.8, to: aws_instance.web, ports: 22}]",
            PLAIN,
            OFFICE,
            PASS,
            id="from-an-address-kept-out",
        ),
        pytest.param(
            f"deny: [{{name: r, from: '{WEB0}', to: 10.9.9.9}}]",
            PLAIN,
            PLAIN,
            [("undetermined", "10.9.9.9", "any/all")],
            id="to-nobody-knows-whom",
        ),
        pytest.param(
            "deny: [{name: r, from: kind:lambda_function, to: internet,"
            " protocol: tcp, ports: 443}]",
            UNSURE,
            UNSURE,
            [("undetermined", "internet", "tcp/443")],
            id="deny-what-is-not-known",
        ),
        pytest.param(
            "deny: [{name: r, from: aws_lambda_function.f, to: internet, new: true}]",
            UNSURE,
            replace(UNSURE),
            PASS,
            id="what-is-not-known-and-does-not-change-is-not-new",
        ),
        pytest.param(
            "deny: [{name: r, from: aws_lambda_function.f, to: internet, new: true, ports: 53}]",
            PLAIN,
            UNSURE,
            [("undetermined", "internet", "tcp/53 udp/53")],
            id="what-is-no-longer-known-may-be-new",
        ),
        pytest.param(
            "assert: [{name: r, from: internet, to: aws_instance.web, protocol: tcp, ports: 443,"
            " expect: reachable}]",
            PLAIN,
            OFFICE,
            PASS,
            id="assert-every-pair",
        ),
        pytest.param(
            "assert: [{name: r, from: internet, to: aws_instance.web, protocol: tcp,"
            " ports: '443,22', expect: reachable}]",
            PLAIN,
            OFFICE,
            [("fail", name, "tcp/22 from 203.0.113.0/24 tcp/443") for name in (WEBX, WEB0)],
            id="assert-every-port",
        ),
        pytest.param(
            "assert: [{name: r, from: internet, to: aws_instance.web, protocol: tcp, ports: 22,"
            " expect: partial}]",
            PLAIN,
            OFFICE,
            PASS,
            id="assert-partial",
        ),
        pytest.param(
            "assert: [{name: r, from: internet, to: aws_instance.web, ports: 22,"
            " expect: unreachable, state: current}]",
            PLAIN,
            OFFICE,
            PASS,
            id="assert-of-what-is-now",
        ),
        pytest.param(
            f"assert: [{{name: r, from: internet, to: '{WEB0}', ports: 22, expect: unreachable,"
            " state: both}]",
            PLAIN,
            OFFICE,
            [SSH_0, *PASS],
            id="assert-of-both",
        ),
        pytest.param(
            "assert: [{name: r, from: kind:lambda_function, to: internet, protocol: tcp,"
            " ports: 443, expect: undetermined}]",
            PLAIN,
            UNSURE,
            PASS,
            id="assert-that-nobody-knows",
        ),
        pytest.param(
            "assert: [{name: r, from: kind:lambda_function, to: internet, protocol: tcp,"
            " ports: 443, expect: reachable}]",
            PLAIN,
            UNSURE,
            [("undetermined", "internet", "tcp/443")],
            id="assert-what-is-not-known",
        ),
        pytest.param(
            "assert: [{name: r, from: internet, to: internet, expect: reachable}]",
            PLAIN,
            PLAIN,
            [("fail", "", "")],
            id="assert-of-no-pair",
        ),
        pytest.param(
            f"assert: [{{name: r, from: internet, to: '{WEB0}', family: ipv6, expect: reachable}}]",
            PLAIN,
            PLAIN,
            [("fail", WEB0, "")],
            id="assert-by-a-family-that-is-not-there",
        ),
        pytest.param("change: {allow: []}", PLAIN, replace(PLAIN), PASS, id="no-change"),
        pytest.param("change: {allow: []}", PLAIN, OFFICE, [SSH_X, SSH_0], id="a-change"),
        pytest.param("change: {allow: []}", OFFICE, PLAIN, [SSH_X, SSH_0], id="a-closing"),
        pytest.param(
            f"change: {{allow: [{{from: internet, to: '{WEB0}', protocol: tcp, ports: 22}}]}}",
            PLAIN,
            OFFICE,
            [SSH_X],
            id="a-change-that-is-allowed",
        ),
        pytest.param(
            "change: {allow: [{from: 203.0.113.0/24, to: aws_instance.web, ports: 20-25}]}",
            PLAIN,
            OFFICE,
            PASS,
            id="allowed-from-a-block",
        ),
        pytest.param(
            "change: {allow: [{from: 203.0.113.0/25, to: aws_instance.web, ports: 20-25}]}",
            PLAIN,
            OFFICE,
            [("fail", name, "tcp/22 from 203.0.113.128/25") for name in (WEBX, WEB0)],
            id="allowed-in-part",
        ),
        pytest.param(
            "change: {allow: [{from: 203.0.112.0/24, to: aws_instance.web}]}",
            OFFICE,
            MORE,
            PASS,
            id="only-what-differs-has-to-be-allowed",
        ),
        pytest.param(
            "change: {allow: [{from: internet, to: aws_instance.web, kind: closed}]}",
            PLAIN,
            OFFICE,
            [SSH_X, SSH_0],
            id="allowed-to-close-is-not-to-open",
        ),
        pytest.param(
            "change: {allow: [{from: internet, to: aws_instance.web, via: '**'}]}",
            PLAIN,
            OFFICE,
            [SSH_X, SSH_0],
            id="allowed-through-load-balancers-is-not-directly",
        ),
    ],
)
def test_rules(
    rule: str, before: Network, after: Network, expected: list[tuple[str, str, str]]
) -> None:
    found = judged(rule, before, after)
    assert [said(one) for one in found] == expected
    assert all(one.name in ("r", "change") for one in found)


@pytest.mark.parametrize(
    ("waiver", "statuses", "expired"),
    [
        pytest.param("rule: r, expires: 2026-11-30", "WW", 0, id="on-its-last-day"),
        pytest.param("rule: r, expires: 2026-11-29", "FF", 1, id="a-day-later"),
        pytest.param(f"rule: r, to: '{WEB0}', expires: 2027-01-01", "WF", 0, id="of-one-pair"),
        pytest.param(f"rule: r, to: '{WEB0}', expires: 2026-01-01", "FF", 0, id="of-one-expired"),
        pytest.param("rule: r, ports: 22, expires: 2027-01-01", "WW", 0, id="of-the-port"),
        pytest.param("rule: r, ports: 23, expires: 2027-01-01", "FF", 0, id="of-another-port"),
        pytest.param(
            "rule: r, from: 203.0.113.0/25, expires: 2027-01-01", "FFWW", 0, id="of-a-part-of-it"
        ),
    ],
)
def test_waivers(waiver: str, statuses: str, expired: int) -> None:
    text = f"{DENY % ''}\nwaivers: [{{reason: moves, {waiver}}}]"
    found = judged(text, PLAIN, OFFICE)
    assert sorted(one.status.value[0].upper() for one in found) == sorted(statuses)
    assert {len(one.expired) for one in found if one.destination == WEBX} == {expired}
    assert all((one.waiver is None) == one.fails for one in found)
    change = judged(
        text.replace("rule: r", "rule: change").replace(DENY % "", "change: {allow: []}"),
        PLAIN,
        OFFICE,
    )
    words = {"FFWW": {"fail", "waived"}, "FF": {"fail"}}.get(statuses, {"waived"})
    assert {one.status.value for one in change if one.destination == WEB0} == words


def test_a_waived_assert_is_waived_as_a_whole() -> None:
    rule = "assert: [{name: r, from: internet, to: aws_instance.web, ports: 22, expect: reachable}]"
    text = rule + "\nwaivers: [{rule: r, reason: later, expires: 2027-01-01%s}]"
    assert {one.status.value for one in judged(text % "", PLAIN, PLAIN)} == {"waived"}
    part = judged(text % ", from: 203.0.113.0/24", PLAIN, PLAIN)
    assert {one.status.value for one in part} == {"fail"}


@pytest.mark.parametrize(
    ("how", "severity", "fails"),
    [("fail", "error", True), ("warn", "warning", False), ("pass", "info", False)],
)
def test_what_cannot_be_decided(how: str, severity: str, fails: bool) -> None:
    text = f"undetermined: {how}\ndeny: [{{name: r, from: aws_lambda_function.f, to: internet}}]"
    for found in judged(text, PLAIN, UNSURE):
        assert (found.status.value, found.severity, found.fails) == (
            "undetermined",
            severity,
            fails,
        )
    change = judged(f"undetermined: {how}\nchange: {{allow: []}}", PLAIN, UNSURE)
    assert {(one.status.value, one.fails) for one in change} == {("undetermined", fails)}


def test_a_warning_does_not_fail() -> None:
    found = judged(DENY % ", severity: warning", PLAIN, OFFICE)
    assert [(one.status.value, one.severity, one.fails) for one in found] == [
        ("fail", "warning", False)
    ] * 2


def test_all_judges_totals() -> None:
    assert [said(one) for one in judged(DENY % ", new: true", OFFICE, replace(OFFICE))] == PASS
    found = judged(DENY % ", new: true", OFFICE, replace(OFFICE), totals=True)
    assert [said(one) for one in found] == [SSH_X, SSH_0]
    assert all(one.kind is None and not one.causes for one in found)
    assert all(one.trace and one.trace.round_trip.value == "yes" for one in found)


def test_a_state_opens_nothing() -> None:
    assert judged(DENY % ", new: true", OFFICE, OFFICE)[0].note.startswith("a state opens nothing")
    assert [said(one) for one in judged("change: {allow: []}", OFFICE, OFFICE)] == PASS


def test_what_the_plan_brings_about_has_its_cause() -> None:
    for found in judged(f"{DENY % ''}\nchange: {{allow: []}}", PLAIN, OFFICE):
        assert found.kind is Kind.OPENED
        (cause,) = found.causes
        assert (cause.address, cause.location and cause.location.line) == ("aws_sg_rule.ssh[0]", 9)
        assert found.trace is not None
        assert found.trace.destination == found.destination


def test_a_broken_assert_says_what_stands_in_the_way() -> None:
    text = f"assert: [{{name: r, from: 203.0.113.9, to: '{WEB0}', ports: 22, expect: reachable}}]"
    (found,) = judged(text, OFFICE, PLAIN)
    assert found.verdict is Verdict.UNREACHABLE
    assert {one.code for one in found.blockers} == {"ENI_SG_RULES_MISMATCH"}
    assert found.kind is Kind.CLOSED
    assert [one.address for one in found.causes] == ["aws_sg_rule.ssh[0]"]


def test_what_comes_with_the_plan_is_new() -> None:
    after = with_host(OFFICE, "aws_instance.new")
    text = "deny: [{name: r, from: aws_instance.web, to: aws_instance.new, new: true}]"
    assert {one.status.value for one in judged(text, OFFICE, after)} == {"fail"}
    gone = judged("change: {allow: [{from: '**', to: '**'}]}", after, OFFICE)
    assert {one.source for one in gone if one.status.value == "fail"} <= {
        "internet",
        "aws_instance.new",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DENY.replace("internet", "aws_instance.wbe") % "", "did you mean aws_instance.web"),
        (DENY % ", except: [{to: aws_instance.wbe}]", "selects nothing"),
        (DENY % "" + "\nwaivers: [{rule: r, to: nope, reason: r, expires: 2027-01-01}]", ":3: "),
        ("change: {allow: [{from: internet, to: nope}]}", "'nope' selects nothing"),
        ("change: {allow: [{from: internet, to: '**', via: nope}]}", "'nope' selects nothing"),
        ("sets: {x: nope}\n" + DENY.replace("internet", "set:x") % "", "'nope' selects nothing"),
        (DENY.replace("internet", "kind:lambda_function & aws_instance.web") % "", "no endpoint"),
    ],
)
def test_a_selector_that_selects_nothing(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        judged(text, PLAIN, OFFICE)
    assert says in str(error.value)
    assert str(error.value).startswith("tfreach.yaml:")
    judged(text, PLAIN, OFFICE, lenient=True)


def test_what_the_plan_removes_is_no_mistake() -> None:
    before = with_host(OFFICE, "aws_instance.old")
    text = "deny: [{name: r, from: internet, to: aws_instance.old}]"
    assert [said(one) for one in judged(text, before, OFFICE)] == PASS
    wanted = "assert: [{name: r, from: internet, to: aws_instance.old, expect: reachable}]"
    assert [said(one) for one in judged(wanted, before, OFFICE)] == [("fail", "", "")]


@cache
def fixture(name: str) -> Analysis:
    plan = FIXTURES / name / "change" / "plan.json"
    return analyse(plan.read_bytes(), str(plan))


def of_fixture(name: str, text: str) -> list[Result]:
    found = fixture(name)
    policy = read_policy([("tfreach.yaml", f"version: 1\n{text}".encode())])
    return list(check(policy, Scene(found.before, found.after, found.planned, Options(), TODAY)))


def test_what_goes_through_a_load_balancer_counts_unless_it_is_ignored() -> None:
    text = "deny: [{name: r, from: internet, to: '!kind:lb', protocol: tcp%s}]"
    found = of_fixture("alb-to-service", text % "")
    assert [one.way for one in found if one.status.value == "fail"]
    assert all(one.via for one in found if one.status.value == "fail")
    ignoring = of_fixture("alb-to-service", text % ", via: ignore")
    assert not [one for one in ignoring if one.status.value == "fail"]


def test_a_change_through_a_load_balancer_is_allowed_by_its_name() -> None:
    def ways(allow: str) -> set[tuple[str, ...]]:
        found = of_fixture("alb-to-service", f"change: {{allow: [{allow}]}}")
        return {one.via for one in found if one.source == "internet" and not one.whole}

    everything = ways("")
    assert len(everything) > 1
    assert ways("{from: internet, to: '**'}") == everything - {()}
    assert ways("{from: internet, to: '**', via: 'kind:lb'}") == everything & {()}


def test_services_are_treated_apart_only_where_a_rule_names_them() -> None:
    text = "deny: [{name: s3, from: '**', to: 'service:s3'}, {name: net, from: '**', to: internet}]"
    found = of_fixture("public-private", text)
    assert {one.destination for one in found if one.name == "s3"} == {"service:s3"}
    alone = of_fixture("public-private", "deny: [{name: net, from: '**', to: internet}]")
    assert [said(one) for one in found if one.name == "net"] == [said(one) for one in alone]


def test_causes_are_those_of_what_is_found_and_not_of_the_pair() -> None:
    """The witness of the whole pair may be another flow, which another change opens."""
    text = "change: {allow: [{from: internet, to: aws_instance.db, protocol: tcp}]}"
    (found,) = [one for one in of_fixture("public-private", text) if one.source == "internet"]
    assert [one.address for one in found.causes] == ["aws_route_table.private"]


@pytest.mark.parametrize("before", [PLAIN, OFFICE], ids=["opened", "so-before"])
@pytest.mark.parametrize(
    ("resource", "status"), [("aws_sg_rule.ssh", "waived"), ("aws_sg_rule.web", "fail")]
)
def test_a_remark_waives_what_its_resource_lets_pass(
    before: Network, resource: str, status: str
) -> None:
    """Also when the plan does nothing to it: else a finding would come back after the apply."""
    policy = read_policy([("tfreach.yaml", f"version: 1\n{DENY % ''}".encode())])
    waiver = Waiver("r", Flows(None, None), "moves", TODAY, Location("m.tf", 9))
    found = check(policy, scene(before, replace(OFFICE)), [Remark(resource, waiver)])
    assert {one.status.value for one in found} == {status}


def test_an_address_of_nobody_knows_whom_is_waived_with_its_rule() -> None:
    rule = f"deny: [{{name: r, from: '{WEB0}', to: 10.9.9.9}}]"
    waivers = "\nwaivers: [{rule: r, reason: moves, expires: %s}]"
    (found,) = judged(rule + waivers % "2027-01-01", PLAIN, PLAIN)
    assert (found.status.value, found.state) == ("waived", "current")
    (found,) = judged(rule + waivers % "2026-01-01", PLAIN, PLAIN)
    assert (found.status.value, len(found.expired)) == ("undetermined", 1)


APART = ("service", "on-premises")
PLANS = sorted(FIXTURES.glob("*/change/plan.json"))


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.parts[-3])
def test_what_is_new_is_what_diff_reports(plan: Path) -> None:
    """Two ways to one answer: flow sets of both sides compared here, and the changes of `diff`."""
    found = fixture(plan.parts[-3])
    text = "deny: [{name: r, from: '**|internet', to: '**|internet', new: true}]"
    results = of_fixture(plan.parts[-3], text)
    changes = compare(found.before, found.after, found.planned, Options()).changes
    ends = [end.id for end in found.after.endpoints.values() if end.kind not in APART]
    ways = {
        kind: {(one.source, one.destination, one.via) for one in changes if one.kind in kinds}
        for kind, kinds in (("surely", [Kind.OPENED]), ("perhaps", [Kind.OPENED, Kind.CHANGED]))
    }
    broken = {one.way for one in results if one.status.value == "fail"}
    assert broken <= ways["perhaps"]
    assert broken >= {way for way in ways["surely"] if way[0] in ends and way[1] in ends}
    for one in results:
        if one.status.value == "fail":
            assert one.causes
            assert one.kind in (Kind.OPENED, Kind.CHANGED)
            assert one.trace is not None


ALB = "assert: [{name: r, from: internet, to: aws_instance.app, protocol: tcp, ports: %s}]"


@pytest.mark.parametrize(
    ("asked", "statuses"),
    [
        pytest.param("80, via: aws_lb.front, expect: reachable", {"pass"}, id="there"),
        pytest.param("443, via: aws_lb.front, expect: reachable", {"fail"}, id="not-that-port"),
        pytest.param("80, via: 'kind:lb', expect: unreachable", {"fail"}, id="not-cut-off"),
        pytest.param("443, via: 'kind:lb', expect: unreachable", {"pass"}, id="cut-off"),
        pytest.param("80, via: aws_lb.front, expect: partial", {"fail"}, id="another-verdict"),
        pytest.param("80, expect: unreachable", {"pass"}, id="not-directly"),
        pytest.param("80, expect: reachable", {"fail"}, id="directly"),
    ],
)
def test_an_assert_may_ask_about_what_runs_through_a_load_balancer(
    asked: str, statuses: set[str]
) -> None:
    found = of_fixture("alb-to-service", ALB % asked)
    assert {one.status.value for one in found} == statuses
    assert all(one.via == ("aws_lb.front",) for one in found if "via" in asked)
    hinted = {"aws_lb.front: `via` asks about that" in one.note for one in found}
    assert hinted == {asked == "80, expect: reachable"}


def test_what_opens_or_cuts_the_way_through_a_load_balancer_is_a_cause() -> None:
    opened = [
        one
        for one in of_fixture("alb-to-service", "change: {allow: []}")
        if one.via and one.kind in (Kind.OPENED, Kind.CLOSED)
    ]
    assert opened
    for one in opened:
        expect = "unreachable" if one.kind is Kind.OPENED else "reachable"
        (flow, *_) = one.flows
        ((protocol, ports), *_) = services_text(flow.services)
        text = (
            f"assert: [{{name: r, from: '{one.source}', to: '{one.destination}',"
            f" via: '{one.via[0]}', protocol: {protocol}, ports: '{ports}', expect: {expect}}}]"
        )
        (found,) = of_fixture("alb-to-service", text)
        assert (found.status.value, found.kind) == ("fail", one.kind)
        assert found.causes == one.causes


SQL_RULE = replace(
    SSH,
    services=services(TCP, IntervalSet.span(5432, 5432)),
    origin=Origin("aws_sg_rule.sql", "ingress: tcp/5432 from 203.0.113.0/24"),
)
BOTH = network(https(), SSH, SQL_RULE)
PLANNED_BOTH = PLANNED | {"aws_sg_rule.sql": Planned("aws_sg_rule.sql", ("create",))}


def holes(text: str, before: Network, *remarks: Remark) -> dict[tuple[str, str], set[str]]:
    """By status and what is found: the causes. Of one pair with two holes."""
    policy = read_policy([("tfreach.yaml", f"version: 1\n{text}".encode())])
    found = check(policy, Scene(before, BOTH, PLANNED_BOTH, Options(), TODAY), remarks)
    return {said(one)[::2]: {c.address for c in one.causes} for one in found}


@pytest.mark.parametrize(
    "rule",
    [
        f"deny: [{{name: change, from: internet, to: '{WEB0}', ports: '22,5432'}}]",
        f"deny: [{{name: change, from: internet, to: '{WEB0}', ports: '22,5432', new: true}}]",
        f"change: {{allow: [{{from: internet, to: '{WEBX}'}}]}}",
    ],
    ids=["deny", "new", "change"],
)
def test_of_two_holes_in_one_pair_each_has_its_own_cause_and_waiver(rule: str) -> None:
    ssh, sql = ("tcp/22 from 203.0.113.0/24", "tcp/5432 from 203.0.113.0/24")
    here = Waiver("change", Flows(None, None), "moves", TODAY, Location("m.tf", 9))
    split = {("waived", ssh): {"aws_sg_rule.ssh[0]"}, ("fail", sql): {"aws_sg_rule.sql"}}
    assert holes(rule, PLAIN, Remark("aws_sg_rule.ssh", here)) == split
    written = "\nwaivers: [{rule: change, ports: 22, reason: r, expires: 2027-01-01}]"
    found = holes(rule + written, PLAIN)
    assert found["fail", sql] == {"aws_sg_rule.sql"}
    both = Remark("aws_sg_rule.ssh", here), Remark("aws_sg_rule.sql", here)
    (waived,) = holes(rule, PLAIN, *both)
    assert waived == ("waived", "tcp/22,5432 from 203.0.113.0/24")


def test_of_two_old_holes_in_one_pair_a_remark_waives_its_own() -> None:
    rule = f"deny: [{{name: r, from: internet, to: '{WEB0}', ports: '22,5432'}}]"
    here = Waiver("r", Flows(None, None), "moves", TODAY, Location("m.tf", 9))
    found = holes(rule, replace(BOTH), Remark("aws_sg_rule.ssh", here))
    assert set(found) == {
        ("waived", "tcp/22 from 203.0.113.0/24"),
        ("fail", "tcp/5432 from 203.0.113.0/24"),
    }


def test_what_opens_and_what_closes_between_two_ends_are_two_results() -> None:
    found = judged("change: {allow: []}", network(https(), SQL_RULE), OFFICE)
    kinds = {(one.destination, one.kind, one.verdict) for one in found}
    assert kinds == {
        (name, kind, verdict)
        for name in (WEB0, WEBX)
        for kind, verdict in (
            (Kind.OPENED, Verdict.PARTIAL),
            (Kind.CLOSED, Verdict.UNREACHABLE),
        )
    }


@pytest.mark.parametrize(("ports", "status"), [("22", "waived"), ("'22,5432'", "fail")])
def test_an_assert_that_two_holes_break_is_not_waived_at_one_of_them(
    ports: str, status: str
) -> None:
    rule = (
        f"assert: [{{name: r, from: internet, to: '{WEB0}', ports: {ports}, expect: unreachable}}]"
    )
    here = Waiver("r", Flows(None, None), "moves", TODAY, Location("m.tf", 9))
    assert {one for one, _ in holes(rule, PLAIN, Remark("aws_sg_rule.ssh", here))} == {status}


@pytest.mark.parametrize(
    "rule",
    [
        f"deny: [{{name: change, from: internet, to: '{WEB0}', ports: '22,5432'}}]",
        f"change: {{allow: [{{from: internet, to: '{WEBX}'}}]}}",
    ],
    ids=["deny", "change"],
)
def test_every_cause_of_a_finding_is_named(rule: str) -> None:
    (causes,) = holes(rule, PLAIN).values()
    assert causes == {"aws_sg_rule.ssh[0]", "aws_sg_rule.sql"}
