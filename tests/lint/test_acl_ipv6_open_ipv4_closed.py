"""acl-ipv6-open-ipv4-closed, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import acl, host, link, network, subnet
from tests.lint.found import at, found

ID = "acl-ipv6-open-ipv4-closed"
BOTH = "10.0.0.0/24 2001:db8:0:1::/64"
SIX, FOUR = "in 110 permit tcp from ::/0", "in 100 permit tcp/443 from 0.0.0.0/0"
HOST = host("web", "10.0.0.5", "a")


@pytest.mark.parametrize(
    ("rules", "block", "fires"),
    [
        pytest.param([SIX, FOUR], BOTH, True, id="more-by-ipv6"),
        pytest.param([SIX, "in 100 permit tcp from 0.0.0.0/0"], BOTH, False, id="alike"),
        pytest.param([SIX, "in 50 deny tcp/22 from 0.0.0.0/0", "in 100 permit any from 0.0.0.0/0"],
                     BOTH, True, id="one-port-is-denied-by-ipv4"),
        pytest.param([SIX, "in 50 deny tcp/22 from 203.0.113.0/25",
                      "in 100 permit any from 0.0.0.0/0"], BOTH, True, id="to-some"),
        pytest.param(["in 110 permit tcp from 2001:db8::/33", FOUR], BOTH, False, id="from-some"),
        pytest.param([f"{SIX} ?", FOUR], BOTH, False, id="perhaps"),
        pytest.param([SIX, "in 100 permit tcp from 0.0.0.0/0 ?"], BOTH, False, id="perhaps-alike"),
        pytest.param(["in 1 permit icmpv6 from ::/0"], BOTH, False, id="icmpv6-has-no-ports"),
        pytest.param([SIX, FOUR], "10.0.0.0/24", False, id="a-subnet-without-ipv6"),
    ],
)  # fmt: skip
def test_cases(rules: list[str], block: str, fires: bool) -> None:
    made = network(acl("acl", *rules), subnet("a", block, acl="acl"), HOST)
    assert at(ID, made) == (["acl"] if fires else [])


def test_nobody_is_there_or_nobody_knows_which_one_it_is() -> None:
    assert at(ID, network(acl("acl", SIX, FOUR), subnet("a", BOTH, acl="acl"))) == []
    either = subnet("a", BOTH, acl=link("acl", "open"))
    assert at(ID, network(acl("acl", SIX, FOUR), either, HOST)) == []


def test_it_says_what_is_open() -> None:
    made = network(acl("acl", SIX, FOUR), subnet("a", BOTH, acl="acl"), HOST)
    assert found(ID, made) == [
        "acl: acl lets tcp/0-442,444-65535 from everybody into a by IPv6, and not by IPv4"
    ]
