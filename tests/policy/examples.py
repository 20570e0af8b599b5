"""One small network, made by hand: what selectors, reports and commands are tried on."""

from __future__ import annotations

from dataclasses import replace

from tfreach.pipeline import Analysis
from tfreach.plan.references import Tally
from tfreach.space.headers import (
    ALL_ADDRESSES,
    ALL_SERVICES,
    PUBLIC_ADDRESSES,
    TCP,
    prefix,
    services,
)
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    INTERNET,
    Action,
    Endpoint,
    Filter,
    Interface,
    InternetGateway,
    Local,
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
    ToInternet,
    Tri,
    Unmodelled,
    Vpc,
)

A, B = "aws_subnet.a", "aws_subnet.b"
WEB, OPEN = "aws_security_group.web", "aws_security_group.open"
ALL = Rule(Action.PERMIT, ALL_SERVICES, ALL_ADDRESSES, number=100, origin=Origin("acl", "all"))


def https(peers: IntervalSet = ALL_ADDRESSES) -> Rule:
    tcp443 = services(TCP, IntervalSet.span(443, 443))
    return Rule(Action.PERMIT, tcp443, peers, origin=Origin(f"{WEB}_https", "ingress: tcp/443"))


def subnet(name: str, block: str, table: str) -> Subnet:
    return Subnet(
        name, "aws_vpc.main", prefix(block), "", OneOf((table,)), OneOf(("aws_network_acl.all",))
    )


def host(
    name: str, *sites: Site, group: str = WEB, kind: str = "instance", **more: str
) -> Endpoint:
    public = Public(Tri.YES, more["public"]) if more.get("public") else Public()
    face = Interface(f"{name} (eni)", sites, (OneOf((group,)),), public, more.get("unknown", ""))
    cloud_id, env = more.get("cloud_id", ""), {"env": more.get("env", "dev"), "Name": name}
    return Endpoint(name, kind, (face,), name, cloud_id, more.get("inbound", ""), tags=env)


def at(name: str, block: str) -> Site:
    return Site(name, prefix(block))


HOSTS = (
    host("aws_instance.web[0]", at(A, "10.0.1.5"), public="198.51.100.7", cloud_id="i-0abc"),
    host('aws_instance.web["x.y"]', at(A, "10.0.1.6"), public="aws_eip.x", env="prod"),
    host('module.app["k"].aws_instance.api', at(B, "10.0.2.0/24"), group=OPEN, env="prod"),
    host("module.app[0].module.sub.aws_instance.api", at(B, "10.0.2.0/24"), group=OPEN),
    host(
        "aws_lambda_function.f",
        at(A, "10.0.1.128/25"),
        at(B, "10.0.2.0/24"),
        kind="lambda_function",
        inbound="a function takes no calls",
        cloud_id="worker",
    ),
    host("aws_instance.lost", at(A, "10.0.1.64/26"), at(B, "10.0.2.0/24"), unknown="which subnet?"),
)


def network(*rules: Rule) -> Network:
    """The web group admits `rules`, by default https from everywhere."""
    local = Route(Prefix(10 << 24, 16), (Local(),), origin=Origin("aws_vpc.main", "local"))
    out = Route(
        Prefix(0, 0), (ToInternet("aws_internet_gateway.igw"),), origin=Origin("aws_route.o")
    )
    internet = PUBLIC_ADDRESSES
    return Network(
        vpcs={"aws_vpc.main": Vpc("aws_vpc.main", prefix("10.0.0.0/16"))},
        subnets={
            A: subnet(A, "10.0.1.0/24", "aws_route_table.public"),
            B: subnet(B, "10.0.2.0/24", "aws_route_table.private"),
        },
        tables={
            "aws_route_table.public": RouteTable("aws_route_table.public", (local, out)),
            "aws_route_table.private": RouteTable("aws_route_table.private", (local,)),
        },
        acls={"aws_network_acl.all": Filter("aws_network_acl.all", "network_acl", (ALL,), (ALL,))},
        groups={
            WEB: Filter(WEB, "security_group", rules or (https(),), (replace(ALL, number=0),)),
            OPEN: Filter(OPEN, "security_group", (replace(ALL, number=0),)),
        },
        internet_gateways={
            "aws_internet_gateway.igw": InternetGateway(
                "aws_internet_gateway.igw", OneOf(("aws_vpc.main",))
            )
        },
        nat_gateways={},
        endpoints={end.id: end for end in (*HOSTS, Endpoint(INTERNET, "internet"))},
        internet=internet,
        assumptions=("hosts answer",),
        unmodelled=(Unmodelled("aws_lb", ("aws_lb.a",), "no verdict speaks of it"),),
    )


def analysis(before: Network, after: Network, kind: str = "plan") -> Analysis:
    return Analysis("plan.json", kind, before, after, {}, Tally(known=3, followed=2, one_of=1))
