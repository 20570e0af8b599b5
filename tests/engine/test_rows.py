"""All sources of a destination at once against one pair after the other: the same, bit for bit.

A third of TFREACH_EXAMPLES networks are drawn (test_reach_against_trace.py says what that is);
`make soak` draws 20,000.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.crowds import changed_crowds, crowds
from tests.engine.strategies import OPTIONS
from tests.engine.test_reach_against_trace import EXAMPLES, SLOW
from tfreach.engine.flowsets import FlowSets
from tfreach.engine.known import Row
from tfreach.engine.reach import survey
from tfreach.engine.reached import reached
from tfreach.engine.rows import Rows
from tfreach.engine.unchanged import Unchanged
from tfreach.engine.verdicts import Options, Pair, Verdict
from tfreach.pipeline import analyse
from tfreach.space.atoms import bits_of
from tfreach.topology.network import Network

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PLANS = sorted(FIXTURES.glob("*/*/plan.json"))
many = settings(max_examples=max(EXAMPLES // 3, 1), deadline=None, suppress_health_check=SLOW)


def spread(ids: list[str], destination: str, row: Row) -> dict[Pair, FlowSets]:
    """A row, pair by pair; no source is in two of its masks."""
    found: dict[Pair, FlowSets] = {}
    for mask, flows in row:
        for bit in bits_of(mask):
            assert (ids[bit], destination) not in found
            found[ids[bit], destination] = flows
    return found


def all_pairs(network: Network, options: Options) -> dict[Pair, object]:
    ids = sorted(network.endpoints)
    rows = Rows(network, options, ids)
    found: dict[Pair, object] = {}
    for id_ in ids:
        found |= spread(ids, id_, rows.row(id_))
    return found


@many
@given(crowds())
def test_rows_are_what_the_survey_of_every_pair_says(network: Network) -> None:
    assert all_pairs(network, OPTIONS) == survey(network, OPTIONS).pairs


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: str(path.parent.relative_to(FIXTURES)))
def test_rows_of_every_fixture_are_what_the_survey_says(plan: Path) -> None:
    found = analyse(plan.read_bytes(), plan.name)
    for network in (found.before, found.after):
        assert all_pairs(network, Options()) == survey(network).pairs


@many
@given(crowds(), st.data())
def test_of_some_sources_a_row_says_the_same_and_leaves_out_nothing_undetermined(
    network: Network, data: st.DataObject
) -> None:
    ids = sorted(network.endpoints)
    whole = survey(network, OPTIONS).pairs
    rows = Rows(network, OPTIONS, ids)
    for id_ in data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True)):
        chosen = data.draw(st.sets(st.sampled_from(ids)))
        among = sum(1 << ids.index(one) for one in chosen)
        expected = {pair: flows for pair, flows in whole.items() if pair[1] == id_}
        for doubted in (False, True):
            found = spread(ids, id_, rows.row(id_, among, doubted=doubted))
            for pair, flows in found.items():
                asked = pair[0] in chosen
                assert flows == expected[pair] if asked else set(flows) <= set(expected[pair]), pair
            for pair, flows in expected.items():
                unsure = {one for one in flows if one.verdict is Verdict.UNDETERMINED}
                assert pair in found or pair[0] not in chosen, pair
                assert not doubted or unsure <= set(found.get(pair, ())), pair


@many
@given(changed_crowds())
def test_what_is_called_unchanged_is_judged_alike_in_both(sides: tuple[Network, Network]) -> None:
    before, after = sides
    same = Unchanged(before, after)
    ids = before.endpoints.keys() & after.endpoints.keys()
    sources = {id_ for id_ in ids if not same.as_source(id_, id_)}
    destinations = {id_ for id_ in ids if not same.as_destination(id_, id_)}
    pairs = [(one, other) for one in sources for other in destinations]
    assert survey(before, OPTIONS, pairs).pairs == survey(after, OPTIONS, pairs).pairs


@many
@given(crowds())
def test_what_is_put_together_says_of_each_pair_what_is_said_of_it_alone(network: Network) -> None:
    ids = list(network.endpoints)
    alone = reached(network, OPTIONS, ids, ids).pairs
    assert alone == survey(network, OPTIONS).pairs
    together = reached(network, OPTIONS, ids, ids, most=0)
    found: dict[Pair, object] = {}
    for one in together.many:
        ends = [
            [id_ for name in side.names for id_ in together.blocks.get(name, (name,))]
            for side in (one.sources, one.destinations)
        ]
        pairs = [(x, y) for x, y in product(ends[0], ends[1]) if x != y]
        assert len(pairs) == one.pairs
        assert found.keys().isdisjoint(pairs)
        found |= dict.fromkeys(pairs, one.flows)
    assert found == alone
