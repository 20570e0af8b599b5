"""Soundness: whatever a plan leaves unknown, no lint finds what is not so when all is known; and no
network, however odd, makes one fail."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.strategies import networks
from tests.topology.worlds import LINKS, OTHERS, WORLD, Blank, Blanks, Place, build, truth
from tfreach.engine.verdicts import Options
from tfreach.lint.run import lint
from tfreach.topology.network import Network


def findings(network: Network) -> set[tuple[str, str, str]]:
    found = lint(network, network, {}, Options()).findings
    return {(one.lint.id, one.address, one.key) for one in found}


@cache
def true() -> set[tuple[str, str, str]]:
    return findings(truth())


def false_alarms(network: Network) -> set[tuple[str, str, str]]:
    return findings(network) - true()


def test_the_world_has_much_to_find() -> None:
    """So that there is something to be silent about."""
    assert len({id_ for id_, _, _ in true()}) >= 4
    assert findings(build(Blanks())) == true()


@pytest.mark.parametrize("blank", [Blank.SEVERAL, Blank.NOTHING], ids=lambda blank: blank.value)
def test_one_unknown_link_raises_no_false_alarm(blank: Blank) -> None:
    for place in sorted(LINKS):
        assert false_alarms(build(Blanks({place: blank}))) == set(), place


@pytest.mark.parametrize("place", sorted(OTHERS), ids=".".join)
def test_one_unknown_value_raises_no_false_alarm(place: Place) -> None:
    assert false_alarms(build(Blanks(values=[place]))) == set()


@settings(max_examples=25)
@given(
    links=st.dictionaries(st.sampled_from(sorted(LINKS)), st.sampled_from(Blank), max_size=6),
    values=st.sets(st.sampled_from(sorted(OTHERS)), max_size=3),
    named=st.sets(st.sampled_from(sorted(WORLD))),
)
def test_several_unknowns_together_raise_none(
    links: dict[Place, Blank], values: set[Place], named: set[str]
) -> None:
    assert false_alarms(build(Blanks(links, values, named))) == set()


@settings(max_examples=40)
@given(network=networks())
def test_every_network_is_judged(network: Network) -> None:
    findings(network)
