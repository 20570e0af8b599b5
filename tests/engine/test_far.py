"""Many rules by service against one piece of the addresses after the other: the same, bit for bit.

The readable form is what engine/far.py falls back to; here it is made to do so always.
"""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.crowds import crowds
from tests.engine.strategies import OPTIONS, networks
from tests.engine.test_reach_against_trace import EXAMPLES, SLOW
from tests.engine.universe import PEERS, SERVICES
from tfreach.engine.filters import Groups
from tfreach.engine.reach import Survey
from tfreach.engine.verdicts import Pair
from tfreach.space.headers import ALL_ADDRESSES, prefix
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Action, Filter, Network, OneOf, Rule, beyond

many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
WHY = ("", "", "", "the port is not known", "the block is not known")
SERVICE = "service:s3"

rules = st.builds(
    Rule,
    st.just(Action.PERMIT),
    st.sampled_from((EMPTY, *SERVICES)),
    st.sampled_from((EMPTY, ALL_ADDRESSES, prefix("2001:db8::/32"), *map(prefix, PEERS))),
    st.sampled_from((None, None, None, "sg-1", "sg-2")),
    unknown=st.sampled_from(WHY),
    aws_service=st.sampled_from(("", "", "", SERVICE)),
)
some_rules = st.lists(rules, max_size=12).map(tuple)


def far_pairs(network: Network) -> list[Pair]:
    """Those of which one end is no interface."""
    return [
        (one, other)
        for one in network.endpoints
        for other in network.endpoints
        if (beyond(network, one) is None) is not (beyond(network, other) is None)
    ]


def with_rules(data: st.DataObject, network: Network) -> Network:
    """The same with other rules in its groups."""
    groups = {
        id_: replace(one, ingress=data.draw(some_rules), egress=data.draw(some_rules))
        for id_, one in network.groups.items()
        if data.draw(st.booleans())
    }
    return replace(network, groups={**network.groups, **groups})


def alone(groups: dict[str, Filter]) -> Network:
    """Nothing but groups."""
    return Network({}, {}, {}, {}, groups, {}, {}, {}, EMPTY)


def agrees(network: Network) -> None:
    pairs = far_pairs(network)
    with patch.object(Groups, "passing", lambda *_: None):
        one_by_one = Survey(network, OPTIONS)
        expected = {pair: one_by_one.flows(*pair) for pair in pairs}
    together = Survey(network, OPTIONS)
    assert {pair: together.flows(*pair) for pair in pairs} == expected


@many
@given(networks(), st.data())
def test_what_many_rules_permit_far_away_is_what_each_piece_says(
    network: Network, data: st.DataObject
) -> None:
    agrees(with_rules(data, network))


@many
@given(crowds(), st.data())
def test_so_it_is_in_larger_networks(network: Network, data: st.DataObject) -> None:
    agrees(with_rules(data, network))


@many
@given(st.lists(some_rules, min_size=1, max_size=3), st.sampled_from(("", SERVICE)))
def test_what_passes_by_service_is_what_is_permitted_to_each_address(
    listed: list[tuple[Rule, ...]], to_aws: str
) -> None:
    names = [f"sg-{at}" for at in range(1, len(listed) + 1)]
    found = {
        name: Filter(name, "security_group", rules)
        for name, rules in zip(names, listed, strict=True)
    }
    groups = Groups(alone(found), tuple(OneOf((id_,)) for id_ in names), ingress=True)
    passing = groups.passing(to_aws)
    unsure = [rules for rules in listed if any(r.unknown and r.group is None for r in rules)]
    assert (passing is None) == (len(unsure) > 1)
    if passing is None:
        return
    edges = [edge for peers in map(prefix, PEERS) for edge in (peers.first, peers.spans[-1][1] + 1)]
    for address in edges:
        permitted = groups.permits(address, to_aws=to_aws)
        here = IntervalSet.span(address, address)
        within = passing.within(here)
        for service in {one.first for one in SERVICES}:
            taking = within.taking[passing.segments.at(service)]
            assert (address in taking) == (service in permitted.may)
        assert (within.some_must, within.some_may) == (permitted.must, permitted.may)
        assert (within.all_must, within.all_may) == (permitted.must, permitted.may)
        assert within.unsure == permitted.may - permitted.must
        reasons = [why for held, why in passing.doubts if address in held]
        assert len(reasons) < 2
        if permitted.must != permitted.may:
            assert reasons == [permitted.why]
