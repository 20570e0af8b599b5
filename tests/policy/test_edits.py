"""Single edits that matter to security, in real states: caught by the baseline, by diff, or idle.

An edit that neither finds changes nothing in who reaches whom, says the slow engine too. The shares
stand in docs/policy.md.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial
from itertools import permutations
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tfreach.diff.compare import compare
from tfreach.engine.judge import judgement
from tfreach.engine.verdicts import Options
from tfreach.pipeline import analyse
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.ready import ready
from tfreach.policy.scene import Scene
from tfreach.space.headers import ICMP, TCP, service
from tfreach.topology.network import Network

Json = dict[str, Any]
Edit = Callable[[Json], object]

NAMES = (
    "acl-eats-replies",
    "alb-to-service",
    "appliance-inspection",
    "data-stores",
    "default-network",
    "eks-node-groups",
    "eni-and-eip",
    "existing-network",
    "lambda-no-vpc",
    "nat-instance",
    "peering",
    "public-private",
    "rds-subnet-group",
    "routes-and-acl-deleted",
    "sg-allows-acl-blocks",
    "transit-gateway",
)
ANYWHERE = "0.0.0.0/0"
GROUPS = ("aws_security_group", "aws_default_security_group")
ACLS = ("aws_network_acl", "aws_default_network_acl")
TABLES = ("aws_route_table", "aws_default_route_table")
OWNERS = ("security_group_id", "route_table_id", "network_acl_id")
RULES = ("_rule", "aws_route")
SERVICES = [*(service(TCP, port) for port in (22, 443, 3306, 5432, 8080)), service(ICMP, 8 << 8)]
FILES = ready(["builtin:baseline"])
BASELINE = read_policy(FILES, lenient=[name for name, _ in FILES])


@cache
def state(name: str) -> str:
    return (FIXTURES / name / "change" / "state.json").read_text()


def resources(module: Json) -> Iterator[Json]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from resources(child)


def edits(found: list[Json]) -> Iterator[tuple[str, int, Edit]]:
    """What is done, to which resource, and how. What other resources write into one is left to
    them."""
    apart = {
        one["values"].get(key) for one in found if one["type"].endswith(RULES) for key in OWNERS
    }
    for at, one in enumerate(found):
        values, kind = one["values"], one["type"]
        if one["mode"] != "managed" or values.get("id") in apart:
            continue
        for what, edit in _of(kind, values, found):
            yield f"{one['address']} {what}", at, edit


def _of(kind: str, values: Json, found: list[Json]) -> Iterator[tuple[str, Edit]]:
    for way in ("ingress", "egress") if kind in (*GROUPS, *ACLS) else ():
        for at, rule in enumerate(values.get(way) or ()):
            if kind in GROUPS:
                yield from _of_group_rule(way, at, rule)
            else:
                yield f"{way}[{at}] is dropped", partial(_drop, way, at)
    if kind == "aws_vpc_security_group_ingress_rule" and values.get("cidr_ipv4") != ANYWHERE:
        others = ("referenced_security_group_id", "prefix_list_id")
        yield "is for anyone", partial(_set, {"cidr_ipv4": ANYWHERE} | dict.fromkeys(others))
    if kind in TABLES:
        yield from _of_table(values, found)


def _of_group_rule(way: str, at: int, rule: Json) -> Iterator[tuple[str, Edit]]:
    if rule["cidr_blocks"] and rule["cidr_blocks"] != [ANYWHERE]:
        yield f"{way}[{at}] is for anyone", partial(_put, way, at, {"cidr_blocks": [ANYWHERE]})
    if rule["protocol"] in ("tcp", "udp") and rule["to_port"] != 65535:
        every = {"from_port": 0, "to_port": 65535}
        yield f"{way}[{at}] is for every port", partial(_put, way, at, every)


def _of_table(values: Json, found: list[Json]) -> Iterator[tuple[str, Edit]]:
    gateways = [
        one["values"]["id"]
        for one in found
        if one["type"] == "aws_internet_gateway"
        and one["values"].get("vpc_id") == values.get("vpc_id")
    ]
    for at, route in enumerate(values.get("route") or ()):
        for gateway in gateways:
            if route["cidr_block"] and route["gateway_id"] not in ("local", gateway):
                nowhere = dict.fromkeys((key for key in route if key.endswith("_id")), "")
                there = nowhere | {"gateway_id": gateway}
                yield f"route[{at}] leads to the Internet", partial(_put, "route", at, there)


def _drop(name: str, at: int, values: Json) -> None:
    values[name].pop(at)


def _put(name: str, at: int, more: Json, values: Json) -> None:
    values[name][at].update(more)


def _set(more: Json, values: Json) -> None:
    values.update(more)


def network(text: str) -> Network:
    return analyse(text.encode(), "state.json").after


@cache
def outcomes(name: str) -> Counter[str]:
    """How many edits of a fixture are caught by what. Fails for one that is missed."""
    raw, before = json.loads(state(name)), network(state(name))
    found: Counter[str] = Counter()
    for what, at, edit in edits(list(resources(raw["values"]["root_module"]))):
        edited = copy.deepcopy(raw)
        edit(list(resources(edited["values"]["root_module"]))[at]["values"])
        after = network(json.dumps(edited))
        scene = Scene(before, after, {}, Options(), date(2026, 11, 30))
        if any(one.fails and one.kind for one in check(BASELINE, scene)):
            found["baseline"] += 1
        elif compare(before, after, {}, Options()).differs:
            found["diff"] += 1
        else:
            assert judged(before) == judged(after), f"{name}: {what}"
            found["idle"] += 1
    return found


def judged(of: Network) -> dict[tuple[str, str, int], object]:
    """What the slow engine says of some services of every pair."""
    return {
        (*pair, number): judgement(of, *pair, number, Options()).verdict
        for pair in permutations(sorted(of.endpoints), 2)
        for number in SERVICES
    }


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_that_is_not_caught_changes_nothing(name: str) -> None:
    assert outcomes(name).total()


def test_the_shares_stand_in_the_docs() -> None:
    whole = sum((outcomes(name) for name in NAMES), Counter[str]())
    said = (
        f"Of {whole.total()} single edits in {len(NAMES)} real networks (a rule for anyone or for"
        f" every port, an entry of a network ACL dropped, a route turned to the Internet)"
        f" {whole['baseline']} break it and {whole['diff']} more are listed by `tfreach diff`;"
        f" the other {whole['idle']} change nothing in who reaches whom."
    )
    page = " ".join((FIXTURES.parent / "docs" / "policy.md").read_text().split())
    assert said in page, said
