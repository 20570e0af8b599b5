"""The laws of what stands in an owner: its own rules, standalone ones, and echoes of both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfreach.plan.origin import Origin
from tfreach.plan.references import UNSET, How, Link
from tfreach.resources.echoes import Standalone, is_stale, stands
from tfreach.resources.network_acl import AclEntry
from tfreach.space.headers import ALL_ADDRESSES, ALL_SERVICES

OWNER = "aws_network_acl.a"


def entry(number: int, *, of: str = "", unknown: str = "", owner: Link | None = None) -> AclEntry:
    """`of`: the resource that makes it; none is an inline one."""
    home = owner or (Link(How.FOLLOWED, (OWNER,)) if of else None)
    origin = Origin(of or OWNER)
    return AclEntry(False, number, True, ALL_SERVICES, ALL_ADDRESSES, unknown, origin, home)


def numbers(items: list[AclEntry]) -> list[int]:
    return sorted(item.number or 0 for item in items)


inline = st.lists(st.integers(1, 6), unique=True).map(lambda found: [entry(n) for n in found])
made = st.lists(st.integers(1, 6), unique=True).map(lambda found: [entry(n, of="r") for n in found])
written = st.booleans()
doubts = st.sampled_from(["", "the copy may be old"])


@given(inline, made, made, written, doubts)
def test_standalone_rules_stand_as_they_are(
    listed: list[AclEntry], now: list[AclEntry], before: list[AclEntry], attribute: bool, doubt: str
) -> None:
    found = stands(listed, now, before, written=attribute, doubt=doubt)
    assert [item for item in found if item.owner] == now


@given(inline, made, made, written, doubts)
def test_no_rule_stands_twice(
    listed: list[AclEntry], now: list[AclEntry], before: list[AclEntry], attribute: bool, doubt: str
) -> None:
    found = numbers(stands(listed, now, before, written=attribute, doubt=doubt))
    assert len(found) == len(set(found))


@given(inline, made, made, doubts)
def test_an_echo_goes_with_the_rule_that_made_it(
    listed: list[AclEntry], now: list[AclEntry], before: list[AclEntry], doubt: str
) -> None:
    """plan-json.md, trap 1."""
    found = stands(listed, now, before, written=False, doubt=doubt)
    there, earlier = set(numbers(now)), set(numbers(before))
    assert set(numbers(found)) == there | (set(numbers(listed)) - earlier)


@given(inline, made, made, doubts)
def test_what_the_configuration_writes_is_no_echo(
    listed: list[AclEntry], now: list[AclEntry], before: list[AclEntry], doubt: str
) -> None:
    found = stands(listed, now, before, written=True, doubt=doubt)
    assert set(numbers(found)) == set(numbers(now)) | set(numbers(listed))
    assert not any(item.unknown for item in found)


@given(inline, made, made)
def test_doubt_falls_on_what_only_the_owner_lists(
    listed: list[AclEntry], now: list[AclEntry], before: list[AclEntry]
) -> None:
    """plan-json.md, trap 5."""
    for item in stands(listed, now, before, written=False, doubt="old"):
        assert bool(item.unknown) == (item.owner is None)


def test_an_own_reason_is_not_covered_by_doubt() -> None:
    found = stands([entry(1, unknown="its block")], [], [], written=False, doubt="old")
    assert [item.unknown for item in found] == ["its block"]


def test_a_rule_that_may_stand_elsewhere_takes_no_ones_place() -> None:
    """An inline route must not vanish because a standalone one may stand in the same table."""
    maybe = entry(1, of="r", unknown="its ACL is one of two")
    found = stands([entry(1)], [maybe], [], written=True, doubt="")
    assert found == [maybe, entry(1)]


@pytest.mark.parametrize(
    ("listed", "standalone", "stale"),
    [
        pytest.param([1, 2], [1], False, id="lists-it-and-more"),
        pytest.param([1], [1], False, id="lists-it"),
        pytest.param([], [1], True, id="lists-nothing-yet"),
        pytest.param([2], [1, 2], True, id="lacks-one-of-two"),
        pytest.param([1], [], False, id="there-is-nothing-to-list"),
    ],
)
def test_a_copy_that_lacks_a_standalone_rule_is_older_than_it(
    listed: list[int], standalone: list[int], stale: bool
) -> None:
    """plan-json.md, trap 5."""
    assert is_stale([entry(n) for n in listed], [entry(n, of="r") for n in standalone]) is stale


@pytest.mark.parametrize(
    ("link", "mine", "sure"),
    [
        pytest.param(Link(How.KNOWN, (OWNER,)), True, True, id="by-identifier"),
        pytest.param(Link(How.FOLLOWED, (OWNER,)), True, True, id="by-name"),
        pytest.param(Link(How.FOLLOWED, ("aws_network_acl.b",)), False, False, id="another"),
        pytest.param(Link(How.ONE_OF, (OWNER, "b"), reason="a or b"), True, False, id="one-of-two"),
        pytest.param(Link(How.ONE_OF, ("b", "c"), reason="b or c"), False, False, id="of-others"),
        pytest.param(Link(How.ONE_OF, (OWNER,), True, "?"), True, False, id="it-or-elsewhere"),
        pytest.param(Link(How.ONE_OF, ("b",), True, "?"), True, False, id="b-or-anywhere"),
        pytest.param(Link(How.UNKNOWN, (), True, "?"), True, False, id="anywhere"),
        pytest.param(UNSET, False, False, id="unset"),
    ],
)
def test_what_may_be_mine_is_mine_and_says_that_it_is_not_sure(
    link: Link, mine: bool, sure: bool
) -> None:
    item = entry(1, of="r", owner=link)
    found = Standalone([item], lambda one: one.owner).of(OWNER)
    assert bool(found) is mine
    if mine:
        assert found == [item if sure else replace(item, unknown=link.reason)]


def test_an_inline_rule_is_nobodys_standalone_one() -> None:
    assert Standalone([entry(1)], lambda one: one.owner).of(OWNER) == []
