"""Two random networks of a small universe in; what every comparison keeps to, whatever they are."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diff.scenes import check_witness
from tests.engine.strategies import OPTIONS, different_services, networks
from tfreach.diff.changes import Comparison, Kind
from tfreach.diff.compare import compare
from tfreach.engine.judge import judge
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.space.headers import Family
from tfreach.topology.apart import aligned
from tfreach.topology.network import Network, beyond

PARTS = (
    *("tables", "acls", "groups", "internet_gateways", "nat_gateways", "endpoints", "internet"),
    "services",
)
NONE = Verdict.UNREACHABLE


@st.composite
def plans(draw: st.DrawFn) -> tuple[Network, Network]:
    """A network, and what becomes of it: some of its parts are those of another network."""
    before, other = draw(networks()), draw(networks())
    changed: Any = {part: getattr(other, part) for part in draw(st.sets(st.sampled_from(PARTS)))}
    if "endpoints" in changed:
        changed |= {"balancers": other.balancers, "target_groups": other.target_groups}
    subnets = draw(st.sampled_from((before.subnets, other.subnets)))
    return before, replace(
        before, **changed, subnets={**other.subnets, **before.subnets, **subnets}
    )


@settings(max_examples=120)
@given(plans())
def test_every_change_has_a_witness_that_shows_it(sides: tuple[Network, Network]) -> None:
    for change in compare(*sides, {}, OPTIONS).changes:
        check_witness(change)


@settings(max_examples=30)
@given(networks())
def test_nothing_changes_between_a_network_and_its_like(network: Network) -> None:
    found = compare(network, replace(network), {}, OPTIONS)
    assert found.changes == ()
    assert not any(one.differs for one in found.undecided)
    ends = len(network.endpoints)
    assert found.unchanged_pairs == ends * (ends - 1)


@settings(max_examples=30)
@given(plans())
def test_the_reverse_opens_what_this_closes(sides: tuple[Network, Network]) -> None:
    before, after = sides
    there, back = compare(before, after, {}, OPTIONS), compare(after, before, {}, OPTIONS)
    turned = {Kind.OPENED: Kind.CLOSED, Kind.CLOSED: Kind.OPENED, Kind.CHANGED: Kind.CHANGED}
    went = {(c.kind, c.source, c.destination, c.via, c.before, c.after) for c in there.changes}
    came = {
        (turned[c.kind], c.source, c.destination, c.via, c.after, c.before) for c in back.changes
    }
    assert went == came
    assert (there.unchanged_pairs, there.added) == (back.unchanged_pairs, back.removed)


def judged(network: Network, pair: tuple[str, str], service: int, family: Family) -> Verdict:
    if not set(pair) <= set(network.endpoints):
        return NONE
    return judge(network, *pair, service, OPTIONS, family=family)


def reported(
    found: Comparison, pair: tuple[str, str], service: int, family: Family
) -> list[object]:
    """Everything the comparison says of one service of one pair: kind or None, both verdicts."""

    def verdict(sets: tuple[FlowSet, ...]) -> Verdict:
        mine = [item for item in sets if item.family is family]
        return next((item.verdict for item in mine if service in item.services), NONE)

    rows: list[tuple[object, Verdict, Verdict]] = [
        (c.kind, verdict(c.before), verdict(c.after))
        for c in found.changes
        if (c.source, c.destination, c.via) == (*pair, ())
    ]
    rows += [
        (None, verdict(u.before), verdict(u.after))
        for u in found.undecided
        if (u.source, u.destination, u.via) == (*pair, ())
    ]
    return [row for row in rows if row[1:] != (NONE, NONE)]


@settings(max_examples=40)
@given(plans(), st.randoms(use_true_random=False))
def test_kinds_and_verdicts_are_those_of_the_oracle(
    sides: tuple[Network, Network], chance: Any
) -> None:
    before, after = sides
    found = compare(before, after, {}, OPTIONS)
    before, after = aligned(before, after)
    names = sorted({*before.endpoints, *after.endpoints})
    family = chance.choice(list(Family))
    everything = [*different_services(before, family), *different_services(after, family)]
    for pair in product(names, names):
        if pair[0] == pair[1] or all(beyond(before, end) is not None for end in pair):
            continue
        for service in chance.sample(everything, 2):
            was, now = (judged(side, pair, service, family) for side in (before, after))
            rows = reported(found, pair, service, family)
            if Verdict.UNDETERMINED in (was, now):
                assert rows == [(None, was, now)]
            elif was is not now:
                assert rows == [(kind_of(was, now), was, now)]
            else:  # only a limit may differ, such as the addresses that take part
                assert rows in ([], [(Kind.CHANGED, was, now)])


def kind_of(was: Verdict, now: Verdict) -> Kind:
    if not was.delivers:
        return Kind.OPENED
    return Kind.CHANGED if now.delivers else Kind.CLOSED
