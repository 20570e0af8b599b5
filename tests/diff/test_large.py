"""Much of one thing changes a little: what takes the square of it shows in how many lines run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from tests.topology.plans import Item, document, gone, ident, stands
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options
from tfreach.pipeline import Analysis, analyse

VPC, SUBNET, GATE, TABLE, GROUP, HOST = (
    "aws_vpc.main",
    "aws_subnet.a",
    "aws_internet_gateway.main",
    "aws_route_table.main",
    "aws_security_group.web",
    "aws_instance.web",
)
RULE = "aws_vpc_security_group_ingress_rule"
Said = tuple[str, int, int]
"""A rule: block, first and last port."""


def of_their_own(at: int) -> Said:
    """A block and ports of its own."""
    return f"44.{at // 200}.{at % 200}.0/25", 1000 + 40 * at, 1010 + 40 * at


def crossed(at: int) -> Said:
    """Half are one port for everybody, half all ports for one block."""
    if at % 2:
        return "0.0.0.0/0", 1000 + 5 * at, 1000 + 5 * at
    return of_their_own(at)[0], 0, 65535


def one_port(at: int) -> Said:
    return of_their_own(at)[0], 443, 443


def nested(at: int) -> Said:
    """Blocks within blocks, ports within ports: the larger the fewer."""
    return f"44.{at // 200}.{at % 200}.0/{31 - at % 24}", 1000 + at, 65535 - at


def _rule(said: Said) -> dict[str, Any]:
    block, first, last = said
    ports = {"from_port": first, "to_port": last}
    return {"security_group_id": ident(GROUP), "ip_protocol": "tcp", "cidr_ipv4": block, **ports}


def _net() -> Iterator[Item]:
    inside = {"vpc_id": ident(VPC)}
    yield stands(VPC, cidr_block="10.0.0.0/16")
    yield stands(SUBNET, **inside, cidr_block="10.0.0.0/20")
    yield stands(GATE, **inside)
    route = {"cidr_block": "0.0.0.0/0", "gateway_id": ident(GATE)}
    yield stands(TABLE, **inside, route=[route])
    tie = {"subnet_id": ident(SUBNET), "route_table_id": ident(TABLE)}
    yield stands("aws_route_table_association.a", **tie)
    yield stands(GROUP, **inside, ingress=[], egress=[])
    shown = {"private_ip": "10.0.0.10", "public_ip": "198.19.0.10"}
    groups = {"vpc_security_group_ids": [ident(GROUP)]}
    yield stands(HOST, subnet_id=ident(SUBNET), associate_public_ip_address=True, **shown, **groups)


def _analysed(count: int, said: Callable[[int], Said]) -> Analysis:
    """Of so many rules one in fifty goes."""
    rules = [
        (gone if at % 50 == 7 else stands)(f"{RULE}.r[{at}]", **_rule(said(at)))
        for at in range(count)
    ]
    return analyse(json.dumps(document(*_net(), *rules)).encode(), "plan.json")


def _lines(run: Callable[[], object]) -> int:
    """How many lines of tfreach run: unlike calls, they tell how often a loop goes round."""
    count = 0

    def traced(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if "tfreach" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return traced

    sys.settrace(traced)
    try:
        run()
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("said", [of_their_own, crossed, one_port, nested])
def test_four_times_as_many_rules_take_little_more_than_four_times_as_much(
    said: Callable[[int], Said],
) -> None:
    """What made 4,000 rules take minutes: all of them were gone through for each of them."""

    def lines(count: int) -> int:
        found = _analysed(count, said)
        sides = found.before, found.after
        changes = compare(*sides, found.planned, Options()).changes
        assert {change.source for change in changes} == {"internet"}
        return _lines(lambda: compare(*sides, found.planned, Options()))

    assert lines(400) < 5 * lines(100)
