"""What tfreach.records makes is what the standard library would make, but for the guard."""

import dataclasses
from typing import Any

import pytest

from tfreach import records


def _like(dataclass: Any) -> list[Any]:
    """The same classes, made by one of the two: a plain one, one without fields, by identity."""

    @dataclass(frozen=True, slots=True)
    class Rule:
        port: int
        peers: tuple[str, ...] = ()
        secret: str = dataclasses.field(default="", repr=False)
        note: str = dataclasses.field(default="", compare=False)

        @property
        def wide(self) -> bool:
            return not self.peers

    @dataclass(frozen=True, slots=True)
    class Local:
        pass

    @dataclass(frozen=True, slots=True, eq=False)
    class Raw:
        values: dict[str, int]

    return [Rule, Local, Raw]


RULE, LOCAL, RAW = _like(records.dataclass)
THEIRS, _, _ = _like(dataclasses.dataclass)


def test_a_record_is_made_as_a_dataclass_is() -> None:
    ours, theirs = RULE(22, secret="x"), THEIRS(22, secret="x")
    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert RULE.__match_args__ == THEIRS.__match_args__
    assert RULE.__slots__ == THEIRS.__slots__
    assert ours.wide


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(RULE(22), RULE(22), True, id="equal-fields"),
        pytest.param(RULE(22), RULE(23), False, id="another-field"),
        pytest.param(RULE(22), THEIRS(22), False, id="another-class"),
        pytest.param(LOCAL(), LOCAL(), True, id="no-fields"),
        pytest.param(RAW({}), RAW({}), False, id="by-identity"),
    ],
)
def test_equality_and_hash_go_by_the_fields(one: Any, other: Any, same: bool) -> None:
    assert (one == other) is same
    assert (len({one, other}) == 1) is same


def test_what_may_change_is_left_to_the_standard_library() -> None:
    @records.dataclass(slots=True)
    class Found:
        number: int = 0

    found = Found()
    found.number = 1
    assert found == Found(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(found)


def test_what_has_an_order_is_left_to_the_standard_library() -> None:
    @records.dataclass(frozen=True, slots=True, order=True)
    class Flow:
        number: int

    assert sorted([Flow(2), Flow(1)]) == [Flow(1), Flow(2)]


def test_what_is_not_compared_makes_no_difference() -> None:
    for rule in (RULE, THEIRS):
        assert rule(22, note="a") == rule(22, note="b")
        assert hash(rule(22, note="a")) == hash(rule(22, note="b"))
        assert rule(22, secret="a") != rule(22, secret="b")
