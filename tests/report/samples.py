"""Every kind of answer on one small network: what the renderers are tried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.policy.examples import analysis, at, host, https, network
from tfreach.cli.inputs import asked, basis
from tfreach.diff.changes import Planned
from tfreach.diff.compare import compare
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import Options
from tfreach.lint.lints.acl_entry_shadowed import LINT as SHADOWING
from tfreach.lint.model import Linted, Undecided
from tfreach.lint.run import lint as look
from tfreach.lint.run import waived
from tfreach.policy.checks import check as judge
from tfreach.policy.document import read_policy
from tfreach.policy.questions import Question, ask
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.selectors import parse, select
from tfreach.policy.waivers import Remark
from tfreach.report.found import (
    CheckFound,
    CoverageFound,
    DiffFound,
    LinkRow,
    LintFound,
    ReachFound,
    TraceFound,
    TypeRow,
)
from tfreach.space.headers import TCP, prefix, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    Action,
    Elsewhere,
    Filter,
    Location,
    Network,
    Origin,
    Route,
    Rule,
)

SSH = Rule(
    Action.PERMIT,
    services(TCP, IntervalSet.span(22, 22)),
    prefix("203.0.113.0/24"),
    origin=Origin("aws_sg_rule.ssh[0]", "ingress: tcp/22 from 203.0.113.0/24", Location("m.tf", 9)),
)
PLANNED = {SSH.origin.address: Planned(SSH.origin.address, ("create",))}


def with_host(base: Network, name: str, block: str = "10.0.1.9") -> Network:
    new = host(name, at("aws_subnet.a", block))
    return replace(base, endpoints={**base.endpoints, name: new})


def with_route_elsewhere(
    base: Network, why: str = "aws_vpc_peering_connection.p is not modelled"
) -> Network:
    """The private table leads to what is not modelled, by a route in place of none."""
    table = base.tables["aws_route_table.private"]
    away = Route(
        table.routes[0].prefix.__class__(0, 0),
        (Elsewhere(why),),
        origin=Origin("aws_route.p", "0.0.0.0/0 to aws_vpc_peering_connection.p"),
    )
    tables = {**base.tables, table.id: replace(table, routes=(*table.routes, away))}
    return replace(base, tables=tables)


def diff(before: Network, after: Network, *warnings: str) -> DiffFound:
    both = replace(analysis(before, after), planned=PLANNED, warnings=warnings)
    comparison = compare(before, after, PLANNED, Options())
    return DiffFound(basis(both, "app-prod", ""), before, after, comparison)


def trace(
    on: Network, source: str, destination: str, port: str | None = "443", protocol: str = "tcp"
) -> TraceFound:
    wanted = asked(protocol, port)
    ports, services_ = wanted.ports, wanted.services
    question = Question(source, destination, wanted.protocol, ports, services_, Options())
    ends = (select(parse(end), on) for end in (source, destination))
    answer = ask(question, on, *ends)
    return TraceFound(basis(analysis(on, on), "app", "planned"), on, question, answer, answer)


POLICY = b"""
version: 1
assert:
  - {name: https, from: internet, to: "aws_instance.web[0]", protocol: tcp, ports: 443,
     expect: reachable}
  - {name: api is reached, from: internet, to: module.app.**, expect: reachable}
deny:
  - {name: no ssh, from: internet, to: "**", protocol: tcp, ports: 22}
  - {name: nothing lost, from: internet, to: aws_instance.lost, severity: warning}
change:
  allow: [{from: internet, to: "aws_instance.web[0]"}]
waivers:
  - {rule: no ssh, to: "aws_instance.web[0]", reason: until the move, expires: 2027-03-31}
  - {rule: no ssh, to: "aws_instance.web", reason: "before \\x1b[2J", expires: 2026-03-31}
"""


def check(before: Network, after: Network) -> CheckFound:
    scene = Scene(before, after, PLANNED, Options(), date(2026, 11, 30))
    found = judge(read_policy([("tfreach.yaml", POLICY)]), scene)
    both = replace(analysis(before, after), planned=PLANNED)
    return CheckFound(basis(both, "app-prod", ""), before, after, found)


def reach(on: Network) -> ReachFound:
    pairs = survey(on, Options()).pairs
    return ReachFound(basis(analysis(on, on), "app", "planned"), on, pairs)


OPENED = diff(network(), network(https(), SSH))
CLOSED = diff(network(https(), SSH), network())
UNDECIDED = diff(network(), with_route_elsewhere(network()), "the plan is errored")
ADDED = diff(network(), with_host(network(), "aws_instance.new"))
NOTHING = diff(network(), network())
EVIL = diff(network(), with_host(network(), 'aws_instance.a["\x1b[2J\u202e\ud800\n"]'))
DIFFS = (OPENED, CLOSED, UNDECIDED, ADDED, NOTHING, EVIL)

TRACES = (
    trace(network(), "internet", "aws_instance.web[0]"),
    trace(network(https(), SSH), "internet", "aws_instance.web", "22"),
    trace(network(), "aws_instance.web[0]", "10.0.2.9"),
    trace(network(), "aws_instance.web[0]", "10.0.9.9"),
    trace(network(), "10.9.9.9", "aws_instance.web[0]"),
    trace(network(), "aws_instance.web[0]", "**", None, "any"),
    trace(network(), "aws_lambda_function.f", "internet", None, "icmp"),
)
REACHES = (reach(network(https(), SSH)), reach(with_route_elsewhere(network())))
COVERAGES = (
    CoverageFound((TypeRow("aws_vpc", "modelled"), TypeRow("aws_lb", "not modelled", "none"))),
    CoverageFound(
        (TypeRow("aws_vpc", "modelled", count=2),),
        (LinkRow("aws_subnet.a", "vpc_id", "one of", ("aws_vpc.a", "aws_vpc.b")),),
        OPENED.basis,
    ),
)
CHECKS = (
    check(network(), network(https(), SSH)),
    check(network(https(), SSH), network()),
    check(network(), with_route_elsewhere(network())),
)


def with_entries(base: Network, *names: str) -> Network:
    """A network ACL of which every entry but the first denies what that one has let in."""
    rules = [
        Rule(
            Action.DENY if at else Action.PERMIT,
            services(TCP),
            prefix("10.0.0.0/8"),
            number=at + 1,
            origin=Origin(name, f"entry {at + 1}"),
        )
        for at, name in enumerate(names)
    ]
    acl = Filter("aws_network_acl.a", "network_acl", tuple(rules))
    return replace(base, acls={**base.acls, acl.id: acl})


def lint(before: Network, after: Network) -> LintFound:
    both = replace(analysis(before, after), planned=PLANNED)
    made = look(before, after, PLANNED, Options(), (SHADOWING,))
    return LintFound(basis(both, "app", "planned"), after, made)


def remark(resource: str, until: str) -> Remark:
    expires, where = date.fromisoformat(until), Location("main.tf", 7)
    waiver = Waiver("acl-entry-shadowed", Flows(None, None), "until\x1b[2J then", expires, where)
    return Remark(resource, waiver)


def with_waivers(found: LintFound) -> LintFound:
    remarks = remark("aws_acl_rule.b", "2027-03-31"), remark("aws_acl_rule.c", "2026-03-31")
    linted = waived(found.linted, remarks, date(2026, 11, 30))
    unsure = Undecided(linted.findings[0].lint, "aws_acl_rule.d", "its number is not known")
    return replace(found, linted=replace(linted, undecided=(unsure,)))


SHADOWED = with_entries(network(), "aws_acl_rule.a", "aws_acl_rule.b", "aws_acl_rule.c")
LINTS = (
    lint(SHADOWED, SHADOWED),
    with_waivers(lint(network(), SHADOWED)),
    lint(network(), with_entries(network(), "aws_acl_rule.a", 'aws_acl_rule.b["\x1b[2J\n"]')),
    replace(lint(network(), network()), linted=Linted((), (), ())),
)
