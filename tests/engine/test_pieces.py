"""Segments and cuts against the sets that they are made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.space.test_intervals import sets
from tfreach.engine.pieces import Segments, bits
from tfreach.space.intervals import IntervalSet


@given(st.sets(st.integers(0, 200)))
def test_the_bits_of_a_mask(numbers: set[int]) -> None:
    assert list(bits(sum(1 << number for number in numbers))) == sorted(numbers)


@given(st.lists(sets, max_size=5))
def test_disjoint_sets_are_told_apart_by_their_numbers(given_sets: list[IntervalSet]) -> None:
    rest, disjoint = IntervalSet.span(0, 31), []
    for one in given_sets:
        disjoint.append(one & rest)
        rest -= one
    segments = Segments.apart(disjoint)
    for number in range(-1, 34):
        holding = [at + 1 for at, one in enumerate(disjoint) if number in one]
        assert segments.at(number) == (holding[0] if holding else 0)


@given(st.lists(sets, max_size=5))
def test_the_spans_of_segments_are_their_pieces(given_sets: list[IntervalSet]) -> None:
    found = list(Segments(given_sets).spans())
    for at, one in enumerate(given_sets):
        held = IntervalSet.of((lo, hi) for lo, hi, mask in found if mask >> at & 1)
        assert held == one
    assert all(lo <= hi for lo, hi, _ in found)
    assert not any(mask >> len(given_sets) for _, _, mask in found)
