"""Soundness: whatever a plan leaves unknown, no verdict contradicts the one with all known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.worlds import LINKS, OTHERS, WORLD, Blank, Blanks, Place, build, truth
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.space.headers import ALL_SERVICES, services_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Network

Flows = tuple[FlowSet, ...]


TRUE = survey(truth()).pairs
SUBNET_BLOCKS = [
    place for place in OTHERS if place[0].startswith("aws_subnet.") and place[1] == "cidr_block"
]


def parts(flows: Flows) -> Iterator[tuple[IntervalSet, object, Verdict]]:
    """Every service, with its verdict and what limits it."""
    rest = ALL_SERVICES
    for item in flows:
        rest -= item.services
        said = (item.verdict, item.addresses, item.client_ports, item.subnets)
        yield item.services, said, item.verdict
    yield rest, (Verdict.UNREACHABLE, None, None, None), Verdict.UNREACHABLE


def agrees(claimed: object, true: object) -> bool:
    """Whether they are the same, or both partial and the claim leaves a limit unsaid: a part that
    may work is not told from one that does."""
    if claimed == true or not (isinstance(claimed, tuple) and isinstance(true, tuple)):
        return claimed == true
    partial = claimed[0] is true[0] is Verdict.PARTIAL
    return partial and all(c in (None, t) for c, t in zip(claimed[1:], true[1:], strict=True))


def contradictions(found: Network) -> list[str]:
    """Where the network says something else than the truth, and not that it does not know."""
    said = survey(found).pairs
    return [
        f"{source} -> {destination} {services_text(both)}: is {true}, said {claimed}"
        for source, destination in sorted(TRUE.keys() | said.keys())
        for true_services, true, _ in parts(TRUE.get((source, destination), ()))
        for services, claimed, verdict in parts(said.get((source, destination), ()))
        if verdict is not Verdict.UNDETERMINED
        and not agrees(claimed, true)
        and (both := true_services & services)
    ]


def test_the_world_has_verdicts_of_every_kind_worth_losing() -> None:
    """So that the tests below have something to contradict."""
    found = {item.verdict for flows in TRUE.values() for item in flows}
    assert found >= {Verdict.REACHABLE, Verdict.PARTIAL, Verdict.ONE_WAY}
    assert Verdict.UNDETERMINED not in found


def test_with_every_link_written_plainly_nothing_is_lost() -> None:
    """Unknown identifiers alone cost nothing: the configuration says where each link leads."""
    assert survey(build(Blanks())).pairs == TRUE


@pytest.mark.parametrize("blank", Blank, ids=lambda blank: blank.value)
@pytest.mark.parametrize("place", sorted(LINKS), ids=".".join)
def test_one_unknown_link_contradicts_nothing(place: Place, blank: Blank) -> None:
    assert contradictions(build(Blanks({place: blank}))) == []


VALUES = sorted(OTHERS)


@pytest.mark.parametrize("place", VALUES, ids=".".join)
def test_one_unknown_value_contradicts_nothing(place: Place) -> None:
    assert contradictions(build(Blanks(values=[place]))) == []


@pytest.mark.parametrize("place", SUBNET_BLOCKS[:3], ids=".".join)
def test_an_unknown_block_of_a_subnet_contradicts_nothing(place: Place) -> None:
    assert contradictions(build(Blanks(values=[place]))) == []


blanked = st.dictionaries(st.sampled_from(sorted(LINKS)), st.sampled_from(Blank), max_size=6)
others = st.sets(st.sampled_from(VALUES), max_size=3)


@settings(max_examples=400)
@given(
    links=blanked,
    values=others,
    named=st.sets(st.sampled_from(sorted(WORLD))),
    turned=st.booleans(),
)
def test_several_unknowns_together_contradict_nothing(
    links: dict[Place, Blank], values: set[Place], named: set[str], turned: bool
) -> None:
    """Beside resources that stand already, and whatever the order of the file."""
    assert contradictions(build(Blanks(links, values, named), reverse=turned)) == []


@settings(max_examples=100)
@given(blank=st.sampled_from(Blank), plain=st.sets(st.sampled_from(sorted(LINKS)), max_size=8))
def test_nearly_nothing_known_contradicts_nothing(blank: Blank, plain: set[Place]) -> None:
    links = {place: blank for place in LINKS if place not in plain}
    assert contradictions(build(Blanks(links))) == []
