"""What is called unchanged, in networks of the fixtures after every single small loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.firewalled import guarded, policy
from tests.engine.networks import subnet
from tfreach.engine.reach import survey
from tfreach.engine.unchanged import Unchanged
from tfreach.pipeline import analyse
from tfreach.topology.network import Network

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PLANS = sorted(FIXTURES.glob("*/*/plan.json"))
KINDS = ("internet_gateways", "nat_gateways", "peerings", "attachments", "vpn_gateways", "barriers")


def losses(network: Network) -> Iterator[tuple[str, Network]]:
    """The network without one gateway, or the routes of one table, or the rules of one filter."""
    for kind in KINDS:
        known = getattr(network, kind)
        for id_ in known:
            less: Any = {kind: {key: one for key, one in known.items() if key != id_}}
            yield f"{kind} {id_}", replace(network, **less)
    for id_, table in network.tables.items():
        cut = {**network.tables, id_: replace(table, routes=table.routes[:1])}
        yield f"routes {id_}", replace(network, tables=cut)
    for kind in ("acls", "groups"):
        for id_, one in getattr(network, kind).items():
            for direction in ("ingress", "egress"):
                bare: Any = {direction: ()}
                filters: Any = {kind: {**getattr(network, kind), id_: replace(one, **bare)}}
                yield f"{kind} {id_} {direction}", replace(network, **filters)


def check(before: Network, after: Network, what: str) -> None:
    """All pairs of which nothing differs at either end."""
    same = Unchanged(before, after)
    ids = before.endpoints.keys() & after.endpoints.keys()
    sources = {id_ for id_ in ids if not same.as_source(id_, id_)}
    destinations = {id_ for id_ in ids if not same.as_destination(id_, id_)}
    pairs = [(one, other) for one in sources for other in destinations]
    assert survey(before, pairs=pairs).pairs == survey(after, pairs=pairs).pairs, what


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: str(path.parent.relative_to(FIXTURES)))
def test_what_loses_something_on_the_way_is_not_called_unchanged(plan: Path) -> None:
    network = analyse(plan.read_bytes(), plan.name).after
    for what, after in losses(network):
        check(network, after, what)
        check(after, network, what)


def test_f86_a_table_behind_a_firewall_is_on_the_way_of_others() -> None:
    before = guarded(policy())
    after = guarded(policy(), subnet("f", "10.0.7.0/24"))
    assert survey(before).pairs != survey(after).pairs
    check(before, after, "the table of the firewall's subnet")
