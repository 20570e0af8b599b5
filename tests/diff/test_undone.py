"""Changes of a small network that can be left out, in; which are found to be causes, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.diff.scenes import (
    ACL,
    ALL_IN_ALL,
    ANY,
    BASE,
    DB,
    IGW,
    JOB,
    OUT,
    PRIVATE,
    RT_PRIVATE,
    RT_PUBLIC,
    SG_DB,
    SG_WEB,
    SSH,
    WEB,
    Edit,
    acl,
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
)
from tests.engine.strategies import OPTIONS, networks
from tfreach.diff.changes import Change, Planned, Undone
from tfreach.diff.compare import compare
from tfreach.diff.parts import merged
from tfreach.diff.undone import MOST_BUILT, Replays
from tfreach.engine.reach import pair_flows
from tfreach.engine.verdicts import FlowSet, Options
from tfreach.space.headers import ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import INTERNET, ON_PREMISES, Action, Network, Rule, ToInternet

RULE = "aws_vpc_security_group_ingress_rule"


@dataclass
class Plan:
    """A network, and what each planned change does to it. size: what one network counts as."""

    before: Network
    edits: Mapping[str, Edit]
    actions: Mapping[str, str] = field(default_factory=dict)
    size: int = 1

    def without(self, addresses: frozenset[str]) -> Network:
        return edited(self.before, *(e for at, e in self.edits.items() if at not in addresses))

    def only(self, addresses: frozenset[str]) -> Network:
        return edited(self.before, *(e for at, e in self.edits.items() if at in addresses))

    @property
    def planned(self) -> dict[str, Planned]:
        return {at: Planned(at, (self.actions.get(at, "update"),)) for at in self.edits}


def with_rule(group: str, *rules: Rule) -> Edit:
    def edit(network: Network) -> Network:
        found = network.groups[group]
        return put("groups", replace(found, ingress=(*found.ingress, *rules)))(network)

    return edit


def without_rule(group: str, address: str) -> Edit:
    def edit(network: Network) -> Network:
        found = network.groups[group]
        kept = tuple(one for one in found.ingress if one.origin.address != address)
        return put("groups", replace(found, ingress=kept))(network)

    return edit


def rule(name: str, port: int) -> Rule:
    return permit(f"{RULE}.{name}", f"permits tcp/{port} from {ANY}", tcp(port), ANY)


to_igw = put("tables", table(RT_PUBLIC, route(ANY, ToInternet(IGW), "aws_route.public", IGW)))
mute = edited(BASE, put("groups", group(SG_WEB, SSH, egress=False)))
closed = edited(BASE, put("tables", table(RT_PUBLIC)), without_rule(SG_WEB, f"{RULE}.ssh"))
deny = entry(90, Action.DENY, ALL_SERVICES, ANY, "aws_network_acl_rule.deny")
denied = put("acls", acl(ACL, (deny, ALL_IN_ALL), (ALL_IN_ALL,)))
open_private = put("tables", table(RT_PRIVATE, route(ANY, ToInternet(IGW), RT_PRIVATE, IGW)))

SCENES = [
    pytest.param(Plan(BASE, {f"{RULE}.https": with_rule(SG_WEB, rule("https", 443))}),
        (INTERNET, WEB), {f"{RULE}.https": "vanishes"}, id="one-rule-and-nothing-else"),
    pytest.param(Plan(BASE, {f"{RULE}.a": with_rule(SG_WEB, rule("a", 443)),
                             f"{RULE}.b": with_rule(SG_WEB, rule("b", 443))}),
        (INTERNET, WEB), {f"{RULE}.a": "nothing", f"{RULE}.b": "nothing"},
        id="two-rules-of-which-each-would-do"),
    pytest.param(Plan(BASE, {f"{RULE}.a": with_rule(SG_WEB, rule("a", 443)),
                             f"{RULE}.b": with_rule(SG_WEB, rule("b", 8443))}),
        (INTERNET, WEB), {f"{RULE}.a": "changes", f"{RULE}.b": "changes"},
        id="two-rules-for-two-ports-are-both-named"),
    pytest.param(Plan(closed, {"aws_route.public": to_igw,
                               f"{RULE}.ssh": with_rule(SG_WEB, SSH)}),
        (INTERNET, WEB), {"aws_route.public": "changes", f"{RULE}.ssh": "vanishes"},
        id="a-rule-and-the-route-of-its-replies"),
    pytest.param(Plan(closed, {"aws_route.public": to_igw,
                               f"{RULE}.a": with_rule(SG_WEB, rule("a", 443)),
                               f"{RULE}.b": with_rule(SG_WEB, rule("b", 443))}),
        (INTERNET, WEB), {"aws_route.public": "changes", f"{RULE}.a": "nothing",
                          f"{RULE}.b": "nothing"},
        id="a-route-and-either-of-two-rules"),
    pytest.param(Plan(mute, {OUT: put("groups", group(SG_WEB, SSH)),
                             f"{RULE}.a": with_rule(SG_DB, rule("a", 443)),
                             f"{RULE}.b": with_rule(SG_DB, rule("b", 443))}),
        (WEB, DB), {OUT: "vanishes", f"{RULE}.a": "nothing", f"{RULE}.b": "nothing"},
        id="a-rule-outwards-and-either-of-two-inwards"),
    pytest.param(Plan(BASE, {f"{RULE}.ssh": without_rule(SG_WEB, f"{RULE}.ssh"),
                             "aws_network_acl_rule.deny": denied}),
        (INTERNET, WEB), {f"{RULE}.ssh": "nothing", "aws_network_acl_rule.deny": "nothing"},
        id="closed-twice-over"),
    pytest.param(Plan(BASE, {f"{RULE}.ssh": without_rule(SG_WEB, f"{RULE}.ssh"),
                             RT_PRIVATE: open_private}),
        (INTERNET, WEB), {f"{RULE}.ssh": "vanishes"}, id="what-happens-elsewhere-is-no-cause"),
    pytest.param(Plan(BASE, {RT_PRIVATE: open_private}), (DB, INTERNET), {RT_PRIVATE: "vanishes"},
        id="a-route-that-is-turned"),
    pytest.param(Plan(BASE, {JOB: put("endpoints", instance(JOB, PRIVATE, "10.0.2.20", SG_DB)),
                             f"{RULE}.any": with_rule(SG_DB, rule("any", 443))},
                      {JOB: "create"}),
        (WEB, JOB), {JOB: "vanishes", f"{RULE}.any": "changes"},
        id="a-new-host-and-what-lets-others-in"),
    pytest.param(Plan(BASE, {DB: drop("endpoints", DB)}, {DB: "delete"}), (WEB, DB),
        {DB: "vanishes"}, id="a-host-that-is-deleted"),
    pytest.param(Plan(BASE, {"aws_vpc.main": with_rule(SG_WEB, rule("hidden", 443)),
                             "aws_vpc.other": put("groups")}),
        (INTERNET, WEB), {"aws_vpc.main": "vanishes"},
        id="where-no-step-of-the-way-names-it-every-change-is-tried"),
    pytest.param(Plan(BASE, {"aws_vpc.a": with_rule(SG_WEB, rule("a", 443)),
                             "aws_vpc.b": with_rule(SG_WEB, rule("b", 443)),
                             "aws_vpc.c": put("groups")}),
        (INTERNET, WEB), {"aws_vpc.a": "nothing", "aws_vpc.b": "nothing"},
        id="and-where-none-does-the-fewest-together"),
]  # fmt: skip


def the_change(plan: Plan, pair: tuple[str, str]) -> Change:
    after = plan.only(frozenset(plan.edits))
    replays = Replays(plan, Options())
    found = compare(plan.before, after, plan.planned, Options(), replays=replays)
    (change,) = (one for one in found.changes if (one.source, one.destination) == pair)
    return change


@pytest.mark.parametrize(("plan", "pair", "expected"), SCENES)
def test_what_undoing_each_cause_does(
    plan: Plan, pair: tuple[str, str], expected: dict[str, str]
) -> None:
    causes = the_change(plan, pair).causes
    assert {one.address: one.undone and one.undone.value for one in causes} == expected


def test_too_much_to_build_leaves_the_likely_causes() -> None:
    edits = {f"{RULE}.a": with_rule(SG_WEB, rule("a", 443)), RT_PRIVATE: open_private}
    (cause,) = the_change(Plan(BASE, edits, size=MOST_BUILT + 1), (INTERNET, WEB)).causes
    assert (cause.address, cause.undone) == (f"{RULE}.a", None)


def test_what_is_less_sure_counts_as_less() -> None:
    """A rule of a list that is not known, beside one that is: without the second it is in doubt."""
    vague = replace(rule("vague", 443), unknown="what the list holds is not known")
    edits = {
        f"{RULE}.a": with_rule(SG_WEB, rule("a", 443)),
        f"{RULE}.vague": with_rule(SG_WEB, vague),
    }
    causes = the_change(Plan(BASE, edits), (INTERNET, WEB)).causes
    assert [(one.address, one.undone and one.undone.value) for one in causes] == [
        (f"{RULE}.a", "changes")
    ]


KINDS = ("groups", "tables", "acls", "subnets", "internet_gateways", "nat_gateways", "endpoints")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """What eight changes make of one random network on the way to another."""
    before, after = draw(networks()), draw(networks())
    edits: dict[str, Edit] = {}
    for kind in KINDS:
        mine, theirs = getattr(before, kind), getattr(after, kind)
        for name in sorted({*mine, *theirs} - {INTERNET, ON_PREMISES}):
            if mine.get(name) != theirs.get(name) and not name.startswith("service:"):
                there = name in theirs
                edits[f"{kind}.{name}"] = put(kind, theirs[name]) if there else drop(kind, name)
    return Plan(before, dict(list(edits.items())[:8]))


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(plans())
def test_every_change_of_a_random_plan_has_causes_and_they_do_what_they_say(plan: Plan) -> None:
    after = plan.only(frozenset(plan.edits))
    replays = Replays(plan, OPTIONS)
    for change in compare(plan.before, after, plan.planned, OPTIONS, replays=replays).changes:
        assert change.causes, change
        for cause in change.causes if not change.via else ():
            network = plan.without(frozenset((cause.address,)))
            ends = change.source, change.destination
            there = set(ends) <= network.endpoints.keys()
            left = said(change, pair_flows(network, *ends, OPTIONS) if there else ())
            assert (left == said(change, change.before)) is (cause.undone is Undone.VANISHES)
            assert left != said(change, change.after) or cause.undone is Undone.NOTHING


def said(change: Change, flows: tuple[FlowSet, ...]) -> set[tuple[object, ...]]:
    """What flows say of the services of a change, one by one where these are cut."""
    whole = (*change.before, *change.after)
    return {
        (cut, one.verdict, one.addresses, one.client_ports, one.subnets, one.family)
        for one in merged(flows)
        for family in (one.family,)
        if (cut := one.services & services_of(whole, family))
    }


def services_of(flows: tuple[FlowSet, ...], family: Family) -> IntervalSet:
    found = EMPTY
    for one in flows:
        found |= one.services if one.family is family else EMPTY
    return found
