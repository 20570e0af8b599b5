"""Plans of one edit each, of every kind once: found by the baseline or by diff, or it is idle.

`make mutations` tries all of them; what it printed stands in docs/policy.md.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest
from _pytest.mark import ParameterSet

from tests.policy import mutations as edits
from tests.policy.mutations import (
    BY_BASELINE,
    BY_DIFF,
    IDLE,
    Mutation,
    found_by,
    mutations,
    planned,
    state_of,
    states,
)
from tfreach.diff.changes import Comparison
from tfreach.plan.raw import parse_address

SMALL = (
    "acl-eats-replies",
    "appliance-inspection",
    "block-public-access",
    "data-stores",
    "default-network",
    "eni-and-eip",
    "nat-instance",
    "peering",
    "peering-not-accepted",
    "prefix-lists",
    "public-private",
    "rds-subnet-group",
    "routes-and-acl-deleted",
    "rules-four-forms",
    "sg-allows-acl-blocks",
    "site-to-site-vpn",
    "transit-gateway",
)
"""The fixtures that are tried first: what is not in them is taken from the others."""


def of_every_kind() -> list[ParameterSet]:
    found: dict[tuple[str, str], tuple[str, Mutation]] = {}
    others = [name for name in states() if name not in SMALL]
    for name in (*SMALL, *others):
        for mutation in mutations(state_of(name)):
            kind = parse_address(mutation.address).type, _kind(mutation.what)
            found.setdefault(kind, (name, mutation))
    return [pytest.param(name, one, id=f"{name}-{one}") for name, one in found.values()]


def _kind(what: str) -> str:
    """The same edit of another block, or with another table or group, is no other kind."""
    return re.sub(r"\[\d+\]", "", re.sub(r" (uses|carries) .*", r" \1", f" {what}"))


@pytest.mark.parametrize(("name", "mutation"), of_every_kind())
def test_an_edit_is_found_with_its_cause_or_changes_nothing(name: str, mutation: Mutation) -> None:
    assert found_by(planned(state_of(name), mutation), mutation) in (BY_BASELINE, BY_DIFF, IDLE)


@pytest.mark.parametrize(
    ("name", "what", "expected"),
    [
        pytest.param("public-private",
            "aws_vpc_security_group_ingress_rule.db_from_bastion: is for anyone", BY_BASELINE,
            id="a-rule-for-anyone"),
        pytest.param("sg-allows-acl-blocks", "aws_network_acl.data: ingress[0] is dropped",
            BY_DIFF, id="an-entry-less"),
        pytest.param("peering", "aws_route.app_to_data: leads to the Internet", BY_DIFF,
            id="a-peering-route-less"),
    ],
)  # fmt: skip
def test_what_finds_an_edit(name: str, what: str, expected: str) -> None:
    state = state_of(name)
    (mutation,) = (one for one in mutations(state) if str(one) == what)
    assert found_by(planned(state, mutation), mutation) == expected


def open_ssh() -> tuple[bytes, Mutation]:
    state = state_of("public-private")
    found = (one for one in mutations(state) if one.what == "ingress has a rule for anyone")
    opens = next(found)
    return planned(state, opens), opens


def test_what_nothing_finds_and_matters_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "compare", lambda *_, **__: Comparison((), (), 0, (), ()))
    monkeypatch.setattr(edits, "check", lambda *_: ())
    with pytest.raises(AssertionError):
        found_by(*open_ssh())


def test_a_cause_that_is_another_is_a_failure() -> None:
    with pytest.raises(AssertionError):
        found_by(open_ssh()[0], Mutation("is another", "aws_vpc.main", None))


def test_what_does_nothing_is_idle() -> None:
    state, mutation = state_of("public-private"), open_ssh()[1]
    nothing = Mutation("nothing", mutation.address, lambda values: None)
    assert found_by(planned(state, nothing), nothing) == IDLE


def test_there_are_enough_of_them() -> None:
    counted = Counter(name for name in states() for _ in mutations(state_of(name)))
    assert len(counted) >= 10
    assert counted.total() > 1000
