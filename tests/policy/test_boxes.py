"""What exceptions leave of a rule: every flow of the rule is in one box, or in an exception."""

from __future__ import annotations

from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tests.policy.examples import network
from tfreach.policy.boxes import Box, Cut, Limits, boxes
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.selectors import Chosen
from tfreach.policy.services import Services
from tfreach.space.headers import prefix
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, Location

PAIR = (INTERNET, "aws_lambda_function.f")
NETWORK = network()
FAR = prefix("203.0.113.0/29")
NEAR = prefix("10.0.1.128/29")
SERVICES = range(4)
WAIVER = Waiver("r", Flows(None, None), "", date(2027, 1, 1), Location("f", 1))


def subsets(whole: IntervalSet) -> st.SearchStrategy[IntervalSet | None]:
    lo, hi = whole.spans[0]
    spans = st.lists(st.tuples(st.integers(lo, hi), st.integers(lo, hi)), min_size=1, max_size=2)
    return st.none() | spans.map(IntervalSet.of).filter(bool)


def chosen(whole: IntervalSet) -> st.SearchStrategy[Chosen]:
    return st.builds(Chosen, subsets(whole), st.sampled_from(["", "", "not sure"]))


services = st.builds(
    lambda four, six: Services(
        "", IntervalSet.of((n, n) for n in four), IntervalSet.of((n, n) for n in six)
    ),
    st.sets(st.sampled_from(SERVICES)),
    st.sets(st.sampled_from(SERVICES)),
)
cuts = st.builds(
    lambda source, destination, wanted, waiver: Cut(
        {PAIR[0]: source}, {PAIR[1]: destination}, wanted, waiver
    ),
    chosen(FAR),
    chosen(NEAR),
    services,
    st.sampled_from([None, None, WAIVER]),
)


def holds(limit: IntervalSet | None, address: int) -> bool:
    return limit is None or address in limit


def spoken(flow: tuple[int, int, int, int], limits: Limits, of: Services) -> bool:
    source, destination, number, family = flow
    inside = holds(limits[0], source) and holds(limits[1], destination)
    return inside and number in (of.ipv4, of.ipv6)[family]


@given(subsets(FAR), subsets(NEAR), services, st.lists(cuts, max_size=3))
def test_boxes_are_a_partition(
    far: IntervalSet | None, near: IntervalSet | None, wanted: Services, without: list[Cut]
) -> None:
    whole = Box((far, near), wanted)
    found = boxes(NETWORK, PAIR, whole, without)
    for flow in product(FAR.members(), NEAR.members(), SERVICES, (0, 1)):
        inside = [box for box in found if spoken(flow, box.limits, box.services)]
        doubt, waiver, left = False, None, spoken(flow, whole.limits, wanted)
        for cut in without:
            ends = cut.source[PAIR[0]], cut.destination[PAIR[1]]
            if waiver or not spoken(flow, (ends[0].limit, ends[1].limit), cut.services):
                continue
            sure = not (ends[0].doubt or ends[1].doubt)
            if cut.waiver is None:
                left, doubt = left and not sure, doubt or not sure
            elif sure and left:
                waiver = cut.waiver
        expected = [(doubt, waiver)] if left else []
        assert [(bool(box.doubt), box.waiver) for box in inside] == expected
