"""A small network by hand, changes of it, and the check that every comparison has to pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tfreach.diff.changes import Change, Comparison, Kind, Planned
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options, Trace, Verdict
from tfreach.space.headers import ALL_SERVICES, PUBLIC_ADDRESSES, TCP, UDP, prefix, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    INTERNET,
    Action,
    Endpoint,
    Filter,
    Interface,
    InternetGateway,
    Local,
    Location,
    NatGateway,
    Network,
    OneOf,
    Origin,
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

VPC, IGW, NAT = "aws_vpc.main", "aws_internet_gateway.igw", "aws_nat_gateway.nat"
PUBLIC, PRIVATE = "aws_subnet.public", "aws_subnet.private"
WEB, DB, JOB = "aws_instance.web", "aws_instance.db", "aws_instance.job"
SG_WEB, SG_DB = "aws_security_group.web", "aws_security_group.db"
ACL = "aws_network_acl.all"
RT_PUBLIC, RT_PRIVATE = "aws_route_table.public", "aws_route_table.private"
ANY = "0.0.0.0/0"
OUT = "aws_vpc_security_group_egress_rule.out"

Edit = Callable[[Network], Network]


def tcp(lo: int, hi: int = 0) -> IntervalSet:
    return services(TCP, IntervalSet.span(lo, hi or lo))


def udp(lo: int, hi: int = 0) -> IntervalSet:
    return services(UDP, IntervalSet.span(lo, hi or lo))


def permit(address: str, text: str, what: IntervalSet, peers: str, **more: Any) -> Rule:
    """A rule written at line 7 of main.tf."""
    origin = Origin(address, text, Location("main.tf", 7))
    return Rule(Action.PERMIT, what, prefix(peers), origin=origin, **more)


def group(id_: str, *ingress: Rule, egress: bool = True) -> Filter:
    out = permit(OUT, f"permits all to {ANY}", ALL_SERVICES, ANY)
    return Filter(id_, "security_group", ingress, (out,) if egress else (), Origin(id_))


def acl(id_: str, ingress: tuple[Rule, ...], egress: tuple[Rule, ...]) -> Filter:
    return Filter(id_, "network_acl", ingress, egress, Origin(id_))


def entry(number: int, action: Action, what: IntervalSet, peers: str, address: str = ACL) -> Rule:
    verb = "permits" if action is Action.PERMIT else "denies"
    origin = Origin(address, f"entry {number} {verb} all from {peers}")
    return Rule(action, what, prefix(peers), number=number, origin=origin)


ALL_IN_ALL = entry(100, Action.PERMIT, ALL_SERVICES, ANY)


def route(to: str, target: Target, address: str, shown: str) -> Route:
    first, length = to.split("/")
    block = Prefix(prefix(first).first, int(length))
    return Route(block, (target,), origin=Origin(address, f"{to} → {shown}"))


def table(id_: str, *routes: Route) -> RouteTable:
    local = route("10.0.0.0/16", Local(), f"{VPC} (main route table)", "local")
    return RouteTable(id_, (local, *routes), Origin(id_))


def instance(id_: str, subnet: str, address: str, group_: str, *, public: bool = False) -> Endpoint:
    shown = Public(Tri.YES, f"aws_eip.{id_}", origin=Origin(f"aws_eip.{id_}", "public address"))
    interface = Interface(
        id_,
        (Site(subnet, prefix(address)),),
        (OneOf((group_,)),),
        shown if public else Public(),
        groups_origin=Origin(id_, f"carries {group_}"),
        origin=Origin(id_),
    )
    return Endpoint(id_, "instance", (interface,), id_, origin=Origin(id_))


def subnet(id_: str, cidr: str, table_: str) -> Subnet:
    ties = Origin(f"aws_route_table_association.{id_}", f"uses {table_}")
    acl_ties = Origin(f"aws_network_acl_association.{id_}", f"uses {ACL}")
    links = OneOf((table_,)), OneOf((ACL,))
    return Subnet(id_, VPC, prefix(cidr), "a", *links, ties, acl_ties, origin=Origin(id_))


SSH = permit("aws_vpc_security_group_ingress_rule.ssh", f"permits tcp/22 from {ANY}", tcp(22), ANY)
SQL = permit(
    "aws_vpc_security_group_ingress_rule.sql", "permits tcp/5432 from 10.0.1.0/24", tcp(5432),
    "10.0.1.0/24",
)  # fmt: skip

BASE = Network(
    vpcs={VPC: Vpc(VPC, prefix("10.0.0.0/16"), origin=Origin(VPC))},
    subnets={
        PUBLIC: subnet(PUBLIC, "10.0.1.0/24", RT_PUBLIC),
        PRIVATE: subnet(PRIVATE, "10.0.2.0/24", RT_PRIVATE),
    },
    tables={
        RT_PUBLIC: table(RT_PUBLIC, route(ANY, ToInternet(IGW), "aws_route.public", IGW)),
        RT_PRIVATE: table(RT_PRIVATE, route(ANY, ToNat(NAT), RT_PRIVATE, NAT)),
    },
    acls={ACL: acl(ACL, (ALL_IN_ALL,), (ALL_IN_ALL,))},
    groups={SG_WEB: group(SG_WEB, SSH), SG_DB: group(SG_DB, SQL)},
    internet_gateways={
        IGW: InternetGateway(IGW, OneOf((VPC,)), Origin(IGW, f"attached to {VPC}"))
    },
    nat_gateways={
        NAT: NatGateway(
            NAT, OneOf((PUBLIC,)), Tri.YES, prefix("10.0.1.200"), "aws_eip.nat",
            Origin(NAT, f"in {PUBLIC}"), Origin("aws_eip.nat", f"public address of {NAT}"),
        )
    },
    endpoints={
        WEB: instance(WEB, PUBLIC, "10.0.1.10", SG_WEB, public=True),
        DB: instance(DB, PRIVATE, "10.0.2.10", SG_DB),
        INTERNET: Endpoint(INTERNET, INTERNET),
    },
    internet=PUBLIC_ADDRESSES,
)  # fmt: skip
"""A web host in a public subnet, open to ssh; a database behind a NAT gateway, open to the web's
subnet on tcp/5432."""


def put(kind: str, *things: Any) -> Edit:
    """Adds to, or replaces in, one of the mappings of a network."""

    def edit(network: Network) -> Network:
        more: Any = {kind: {**getattr(network, kind), **{one.id: one for one in things}}}
        return replace(network, **more)

    return edit


def drop(kind: str, *ids: str) -> Edit:
    def edit(network: Network) -> Network:
        kept = {id_: one for id_, one in getattr(network, kind).items() if id_ not in ids}
        less: Any = {kind: kept}
        return replace(network, **less)

    return edit


def edited(network: Network, *edits: Edit) -> Network:
    for edit in edits:
        network = edit(network)
    return network


def plan(**changes: Any) -> dict[str, Planned]:
    """`aws_instance__web="create"`: address -> what happens to it."""
    found: dict[str, Planned] = {}
    for name, action in changes.items():
        address = name.replace("__", ".")
        actions = ("delete", "create") if action == "replace" else (action,)
        found[address] = Planned(address, actions)
    return found


def compared(
    before: Network,
    after: Network,
    planned: Mapping[str, Planned] | None = None,
    options: Options | None = None,
) -> Comparison:
    """A comparison, checked: each change has a witness that shows it."""
    found = compare(before, after, planned or {}, options or Options())
    for change in found.changes:
        check_witness(change)
    return found


def check_witness(change: Change) -> None:
    witness = change.witness
    before, after = _answer(witness.before), _answer(witness.after)
    partly = any(one.verdict is Verdict.PARTIAL for one in (*change.before, *change.after))
    # A host in two subnets with an address of the family in one: which it is in, no flow shows.
    assert before != after or (change.kind is Kind.CHANGED and partly), change
    if change.kind is Kind.OPENED:
        assert (before[0], after[0]) == (Tri.NO, Tri.YES), change
    if change.kind is Kind.CLOSED:
        assert (before[0], after[0]) == (Tri.YES, Tri.NO), change
    differing = change.after if change.kind is not Kind.CLOSED else change.before
    assert any(witness.flow.service in item.services for item in differing), change
    for trace, added in ((witness.before, "added"), (witness.after, "removed")):
        if trace is not None:
            assert trace.flow.service == witness.flow.service
        elif not change.via:  # an end that is not there, or has no address of that family there
            rows = change.before if added == "added" else change.after
            assert added in (change.endpoint_change or "") or not rows, change


def _answer(trace: Trace | None) -> tuple[Tri, Tri]:
    return (trace.delivered, trace.round_trip) if trace else (Tri.NO, Tri.NO)
