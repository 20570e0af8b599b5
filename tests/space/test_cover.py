"""Cover against the union of what has come and not gone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.space.test_intervals import sets
from tfreach.space.cover import Cover
from tfreach.space.intervals import IntervalSet


@given(st.lists(sets, min_size=1, max_size=8), st.data())
def test_it_holds_what_has_come_and_not_gone(named: list[IntervalSet], data: st.DataObject) -> None:
    cover, there = Cover(named), [0] * len(named)
    numbers: dict[int, IntervalSet] = {}
    for at in data.draw(st.lists(st.integers(0, len(named) - 1), max_size=20)):
        if there[at] and data.draw(st.booleans()):
            cover.go(named[at])
            there[at] -= 1
        else:
            cover.come(named[at])
            there[at] += 1
        held = IntervalSet.of(
            span for one, times in zip(named, there, strict=True) if times for span in one.spans
        )
        assert numbers.setdefault(cover.number, held) == held
        assert len(set(numbers.values())) == len(numbers)
    assert all(cover.at(number) == held for number, held in numbers.items())


def test_without_sets_it_holds_nothing() -> None:
    assert Cover([]).at(Cover([]).number) == IntervalSet()
