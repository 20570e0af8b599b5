"""IntervalSet against Python's own sets of the same small numbers, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.intervals import EMPTY, IntervalSet, crossed

UNIVERSE = IntervalSet.span(0, 31)

spans = st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31)), max_size=5)
sets = spans.map(IntervalSet.of)


def members(found: IntervalSet) -> set[int]:
    return set(found.members())


def is_canonical(found: IntervalSet) -> bool:
    ordered = all(lo <= hi for lo, hi in found.spans)
    apart = all(a[1] + 1 < b[0] for a, b in zip(found.spans, found.spans[1:], strict=False))
    return ordered and apart


@given(spans)
def test_of_is_the_union_of_its_spans_and_canonical(given_spans: list[tuple[int, int]]) -> None:
    found = IntervalSet.of(given_spans)
    assert members(found) == {n for lo, hi in given_spans for n in range(lo, hi + 1)}
    assert is_canonical(found)


@given(sets, sets)
def test_operations_are_those_of_sets(a: IntervalSet, b: IntervalSet) -> None:
    for found, expected in (
        (a | b, members(a) | members(b)),
        (a & b, members(a) & members(b)),
        (a - b, members(a) - members(b)),
    ):
        assert members(found) == expected
        assert is_canonical(found)


@given(sets, sets)
def test_comparisons_are_those_of_sets(a: IntervalSet, b: IntervalSet) -> None:
    assert (a == b) == (members(a) == members(b))
    assert (a <= b) == (members(a) <= members(b))
    assert a.isdisjoint(b) == members(a).isdisjoint(members(b))
    assert bool(a) == bool(members(a))
    assert a.count == len(members(a))
    assert [n for n in range(-1, 34) if n in a] == sorted(members(a))


@given(sets, sets, sets)
def test_laws(a: IntervalSet, b: IntervalSet, c: IntervalSet) -> None:
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert UNIVERSE - (a | b) == (UNIVERSE - a) & (UNIVERSE - b)
    assert a - b == a & (UNIVERSE - b)
    assert (a - b) | (a & b) == a
    assert (a | b) | c == a | (b | c)
    assert a | EMPTY == a
    assert a & EMPTY == EMPTY


@given(sets, st.lists(sets, max_size=4))
def test_cut_is_a_partition_that_no_set_divides(whole: IntervalSet, by: list[IntervalSet]) -> None:
    pieces = whole.cut(by)
    assert sum(piece.count for piece in pieces) == whole.count
    assert IntervalSet.of(span for piece in pieces for span in piece.spans) == whole
    assert [piece.first for piece in pieces] == sorted(piece.first for piece in pieces)
    for piece in pieces:
        assert piece
        assert all(piece <= one or piece.isdisjoint(one) for one in by)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param([(3, 2)], (), id="a-span-that-ends-before-it-starts-is-empty"),
        pytest.param([(5, 9), (1, 4)], ((1, 9),), id="neighbours-are-joined"),
        pytest.param([(1, 3), (5, 6)], ((1, 3), (5, 6)), id="a-gap-of-one-stays"),
        pytest.param([(1, 9), (2, 3)], ((1, 9),), id="inside-another"),
    ],
)
def test_of(spans: list[tuple[int, int]], expected: tuple[tuple[int, int], ...]) -> None:
    assert IntervalSet.of(spans).spans == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        pytest.param([(22, 22)], ((0, 21), (23, 65535)), id="one-port-out-of-all"),
        pytest.param([(0, 1023)], ((1024, 65535),), id="the-low-ones"),
        pytest.param([(0, 10), (20, 30)], ((11, 19), (31, 65535)), id="two-spans"),
        pytest.param([(0, 65535)], (), id="everything"),
    ],
)
def test_difference(taken: list[tuple[int, int]], expected: tuple[tuple[int, int], ...]) -> None:
    assert (IntervalSet.span(0, 65535) - IntervalSet.of(taken)).spans == expected


def test_first_of_nothing_is_an_error() -> None:
    assert IntervalSet.of([(7, 9), (3, 3)]).first == 3
    with pytest.raises(IndexError):
        _ = EMPTY.first


bounds = st.tuples(sets, sets).map(lambda two: Bounds.of(two[0] & two[1], two[0], ("why",)))


def truths(one: Bounds, number: int) -> set[bool]:
    """What may be true of `number`."""
    return {True} if number in one.must else {True, False} if number in one.may else {False}


@given(bounds, bounds)
def test_bounds_keep_to_what_must_and_may_be(a: Bounds, b: Bounds) -> None:
    either = Bounds.either((a, b), "one of two")
    for number in range(32):
        of_a, of_b = truths(a, number), truths(b, number)
        assert truths(a & b, number) == {x and y for x in of_a for y in of_b}
        assert truths(a | b, number) == {x or y for x in of_a for y in of_b}
        assert truths(either, number) == of_a | of_b
    for found in (a & b, a | b, either):
        assert found.must <= found.may
        assert bool(found.why) == (found.must != found.may)


def test_bounds_that_are_sure_have_no_reasons() -> None:
    unsure = Bounds.of(EMPTY, UNIVERSE, ("a rule is not known",))
    assert unsure.why == {"a rule is not known"}
    assert (unsure & NOTHING).why == frozenset()
    assert (unsure | Bounds.exactly(UNIVERSE)).why == frozenset()
    assert unsure.limited(IntervalSet.span(1, 2)).may == IntervalSet.span(1, 2)


@given(st.lists(sets, max_size=4), st.lists(sets, max_size=4))
def test_where_disjoint_sets_meet(some: list[IntervalSet], others: list[IntervalSet]) -> None:
    both = [_apart(some), _apart(others)]
    expected = {
        (one, other): common
        for one, a in enumerate(both[0])
        for other, b in enumerate(both[1])
        if (common := a & b)
    }
    assert crossed(*both) == expected


def _apart(given_sets: list[IntervalSet]) -> list[IntervalSet]:
    """Each without what is in those before it."""
    found, rest = [], UNIVERSE
    for one in given_sets:
        found.append(one & rest)
        rest -= one
    return found


@given(sets, st.lists(sets, max_size=6))
def test_pieces_are_what_no_set_divides(whole: IntervalSet, others: list[IntervalSet]) -> None:
    alike: dict[tuple[bool, ...], list[int]] = {}
    for number in whole.members():
        alike.setdefault(tuple(number in one for one in others), []).append(number)
    expected = [IntervalSet.of((n, n) for n in numbers) for numbers in alike.values()]
    assert whole.cut(others) == expected
