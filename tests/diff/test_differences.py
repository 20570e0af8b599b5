"""A comparison by masks against one of two whole surveys, and what is put together taken apart."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from tests.diff.test_properties import plans
from tests.engine.crowds import changed_crowds
from tests.engine.strategies import OPTIONS
from tests.engine.test_reach_against_trace import EXAMPLES, SLOW
from tfreach.diff.changes import Comparison, Many
from tfreach.diff.compare import compare
from tfreach.engine.blocks import Members
from tfreach.engine.reach import survey
from tfreach.topology.network import Network

some = settings(max_examples=max(EXAMPLES // 6, 1), deadline=None, suppress_health_check=SLOW)


def one_by_one(before: Network, after: Network) -> Comparison:
    reach = survey(before, OPTIONS), survey(after, OPTIONS)
    return compare(before, after, {}, OPTIONS, reach)


@some
@given(plans())
def test_two_networks_differ_as_their_surveys_do(sides: tuple[Network, Network]) -> None:
    assert compare(*sides, {}, OPTIONS) == one_by_one(*sides)


@some
@given(changed_crowds())
def test_after_a_small_change_what_is_left_out_does_not_differ(
    sides: tuple[Network, Network],
) -> None:
    assert compare(*sides, {}, OPTIONS) == one_by_one(*sides)


def spread(found: Comparison, members: Members) -> list[str]:
    ids = [id_ for name in members.names for id_ in found.blocks.get(name, (name,))]
    assert len(ids) == len(set(ids))
    return ids


def apart(found: Comparison, one: Many) -> list[object]:
    """What is said of each pair of a group."""
    return [
        (one.kind, source, destination, one.before, one.after, one.endpoint_change)
        for source in spread(found, one.sources)
        for destination in spread(found, one.destinations)
        if source != destination
    ]


@some
@given(changed_crowds())
def test_groups_say_of_each_of_their_pairs_what_is_said_of_it_alone(
    sides: tuple[Network, Network],
) -> None:
    whole = compare(*sides, {}, OPTIONS)
    found = compare(*sides, {}, OPTIONS, most=0)
    plain = [change for change in whole.changes if not change.via]
    unsure = [one for one in whole.undecided if not one.via]
    expected = Counter(
        (one.kind, one.source, one.destination, one.before, one.after, one.endpoint_change)
        for one in plain
    ) + Counter(
        (None, one.source, one.destination, one.before, one.after, one.endpoint_change)
        for one in unsure
    )
    assert Counter(said for one in found.many for said in apart(found, one)) == expected
    assert found.unchanged_pairs == whole.unchanged_pairs
    assert sum(one.pairs for one in found.many) == len(plain) + len(unsure)
    assert {change.via for change in found.changes} <= {change.via for change in whole.changes}
