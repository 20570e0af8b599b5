"""peering-one-sided, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import Part, acl, gateway, link, nat, network, peering, subnet, vpc
from tests.lint.found import at, found
from tfreach.topology.network import Network, OneOf, Tri

ID = "peering-one-sided"
THERE, BACK = "10.1.0.0/16 pcx", "10.0.0.0/16 pcx"


def joined(
    there: list[str],
    back: list[str],
    *more: Part | tuple[Part, ...],
    active: Tri = Tri.YES,
    table: OneOf | None = None,
) -> Network:
    near = subnet("a", "10.0.0.0/24", *there)
    far = subnet("b", "10.1.0.0/24", *back, vpc="vpc-2", table=table)
    return network(near, far, peering(active=active), *more)


@pytest.mark.parametrize(
    ("there", "back", "active", "fires"),
    [
        pytest.param([THERE], [], Tri.YES, True, id="nothing-back"),
        pytest.param([], [BACK], Tri.YES, True, id="the-other-way-round"),
        pytest.param([THERE], [BACK], Tri.YES, False, id="both-sides"),
        pytest.param([], [], Tri.YES, False, id="neither-side"),
        pytest.param([THERE], ["10.0.0.0/24 pcx"], Tri.YES, False, id="just-the-subnet"),
        pytest.param([THERE], ["10.0.0.0/25 pcx"], Tri.YES, False, id="half-of-the-subnet"),
        pytest.param([THERE], ["10.0.9.0/24 pcx"], Tri.YES, True, id="another-subnet"),
        pytest.param([THERE], ["0.0.0.0/0 elsewhere"], Tri.YES, False, id="not-modelled"),
        pytest.param([THERE], [f"{BACK} ?"], Tri.YES, False, id="perhaps"),
        pytest.param([THERE], ["0.0.0.0/0 gone"], Tri.YES, True, id="to-what-is-gone"),
        pytest.param([f"{THERE} ?"], [], Tri.YES, False, id="perhaps-not-even-there"),
        pytest.param([THERE], [], Tri.NO, False, id="it-is-not-active"),
        pytest.param([THERE], [], Tri.MAYBE, False, id="perhaps-it-is-active"),
    ],
)
def test_cases(there: list[str], back: list[str], active: Tri, fires: bool) -> None:
    assert at(ID, joined(there, back, active=active)) == (["pcx"] if fires else [])


def test_one_subnet_of_the_other_side_that_answers_is_enough() -> None:
    other = subnet("c", "10.1.9.0/24", BACK, vpc="vpc-2")
    assert at(ID, joined([THERE], [], other)) == []


@pytest.mark.parametrize("table", [link("rtb-b", "?"), OneOf((), True, "not in this plan")])
def test_a_table_that_is_not_known(table: OneOf) -> None:
    assert at(ID, joined([THERE], [], table=table)) == []


def test_behind_a_nat_gateway_replies_come_home_anyway() -> None:
    """F56."""
    assert at(ID, joined([THERE], [], nat("nat", "10.0.0.9", "a"), gateway())) == []
    assert at(ID, joined([THERE], [], nat("nat", "10.0.0.9", "?"), gateway())) == []


def test_ipv6_is_judged_by_itself() -> None:
    made = network(
        vpc("vpc", "10.0.0.0/16", "2001:db8:1::/48"),
        vpc("vpc-2", "10.1.0.0/16", "2001:db8:2::/48"),
        subnet("a", "10.0.0.0/24 2001:db8:1::/64", THERE, "2001:db8:2::/48 pcx"),
        subnet("b", "10.1.0.0/24 2001:db8:2::/64", BACK, vpc="vpc-2"),
        peering(),
    )
    made = network_with_ipv6_acl(made)
    assert [text.endswith("back by ipv6 gets there") for text in found(ID, made)] == [True]


def network_with_ipv6_acl(made: Network) -> Network:
    """With an open network ACL of both families."""
    both = ("0.0.0.0/0", "::/0")
    rules = [f"in {at_ + 1} permit any from {block}" for at_, block in enumerate(both)]
    rules += [f"out {at_ + 1} permit any to {block}" for at_, block in enumerate(both)]
    return replace(made, acls={"open": acl("open", *rules)})
