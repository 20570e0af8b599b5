"""acl-blocks-replies, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import (
    acl,
    gateway,
    group,
    host,
    link,
    nat,
    network,
    subnet,
    vpc,
)
from tests.lint.found import at, found
from tfreach.topology.network import Network, Tri

ID = "acl-blocks-replies"
IN = "in 100 permit tcp/443 from 0.0.0.0/0"
OUT = "out 100 permit tcp/1024-65535 to 0.0.0.0/0"
TAKES = group("web", "in tcp/443 from 0.0.0.0/0")
CALLS = group("app", "out tcp/443 to 0.0.0.0/0")


def pair(*rules: str, web: str = "web") -> Network:
    """`app` in an open subnet calls `web` in subnet b, which has the ACL."""
    return network(
        acl("acl", *rules),
        subnet("a", "10.0.0.0/24"),
        subnet("b", "10.0.1.0/24", acl="acl"),
        TAKES,
        CALLS,
        group("all", "in any from 0.0.0.0/0", "out any to 0.0.0.0/0"),
        group("shut"),
        host("app", "10.0.0.5", "a"),
        host("web", "10.0.1.5", "b", groups=(link(web),)),
    )


@pytest.mark.parametrize(
    ("rules", "fires"),
    [
        pytest.param([IN], True, id="nothing-gets-out"),
        pytest.param(
            [IN, "out 100 permit tcp/443 to 0.0.0.0/0"], True, id="the-port-of-the-server"
        ),
        pytest.param([IN, OUT], False, id="client-ports-get-out"),
        pytest.param([IN, f"{OUT} ?"], False, id="perhaps"),
        pytest.param([f"{IN} ?"], False, id="perhaps-nothing-gets-in"),
        pytest.param([IN, OUT.replace("0.0.0.0/0", "10.0.0.0/24")], False, id="out-to-the-client"),
        pytest.param([IN, OUT.replace("0.0.0.0/0", "10.9.0.0/24")], True, id="out-to-others"),
        pytest.param([IN, OUT.replace("1024-65535", "32768-60999")], False, id="to-some-ports"),
        pytest.param([OUT], False, id="nothing-gets-in"),
        pytest.param([IN, OUT.replace("permit tcp", "permit udp")], True, id="of-udp-only"),
    ],
)
def test_the_replies_of_a_server(rules: list[str], fires: bool) -> None:
    assert at(ID, pair(*rules)) == (["acl"] if fires else [])


def test_what_no_group_takes_is_no_request() -> None:
    assert at(ID, pair(IN, web="shut")) == []


def test_the_entry_for_replies_lets_no_requests_in_that_anybody_means() -> None:
    """A client's subnet: replies come in, and its groups happen to take anything."""
    rules = ["in 100 permit tcp/1024-65535 from 0.0.0.0/0", "out 100 permit tcp/443 to 0.0.0.0/0"]
    net = network(
        acl("acl", *rules),
        subnet("a", "10.0.0.0/24"),
        subnet("b", "10.0.1.0/24", acl="acl"),
        group("all", "in any from 0.0.0.0/0", "out any to 0.0.0.0/0"),
        host("one", "10.0.0.5", "a", groups=(link("all"),)),
        host("two", "10.0.1.5", "b", groups=(link("all"),)),
    )
    assert at(ID, net) == []


def outside(
    *rules: str,
    routes: str = "0.0.0.0/0 igw",
    has: Tri = Tri.YES,
    own: str = "in tcp/443 from 0.0.0.0/0",
) -> Network:
    web = host("web", "10.0.1.5", "b", public="198.51.100.7", has=has)
    near = subnet("b", "10.0.1.0/24", routes, acl="acl")
    return network(acl("acl", *rules), near, gateway(), group("web", own), web)


@pytest.mark.parametrize(
    ("made", "fires"),
    [
        pytest.param(outside(IN), True, id="nothing-gets-out"),
        pytest.param(outside(IN, OUT), False, id="client-ports-get-out"),
        pytest.param(outside(IN, has=Tri.NO), False, id="it-is-not-public"),
        pytest.param(outside(IN, has=Tri.MAYBE), False, id="perhaps-public"),
        pytest.param(outside("in 1 permit tcp/80 from 0.0.0.0/0"), False, id="another-port"),
    ],
)
def test_the_replies_to_the_internet(made: Network, fires: bool) -> None:
    assert at(ID, made) == (["acl"] if fires else [])


CALL = "out tcp/443 to 0.0.0.0/0"


@pytest.mark.parametrize(
    ("made", "fires"),
    [
        pytest.param(outside("out 1 permit any to 0.0.0.0/0", own=CALL), True, id="none-gets-in"),
        pytest.param(
            outside("out 1 permit tcp to 0.0.0.0/0", "in 1 permit tcp/1024-65535 from 0.0.0.0/0",
                    own=CALL), False, id="client-ports-get-in"),
        pytest.param(outside(OUT, IN, own="out any to 0.0.0.0/0"), False, id="a-server-only"),
        pytest.param(outside("out 1 permit any to 0.0.0.0/0", routes="0.0.0.0/0 gone", own=CALL),
                     False, id="nothing-leads-there"),
    ],
)  # fmt: skip
def test_the_replies_of_the_internet(made: Network, fires: bool) -> None:
    assert at(ID, made) == (["acl"] if fires else [])


@pytest.mark.parametrize("fires", [True, False])
def test_the_acl_of_a_nat_gateway(fires: bool) -> None:
    rules = ["in 1 permit tcp/443 from 10.0.0.0/16", "out 1 permit tcp to 0.0.0.0/0"]
    rules += [] if fires else ["in 2 permit tcp/1024-65535 from 0.0.0.0/0"]
    made = network(
        acl("acl", *rules),
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 nat"),
        subnet("n", "10.0.9.0/24", "0.0.0.0/0 igw", acl="acl"),
        nat("nat", "10.0.9.9", "n"),
        gateway(),
        CALLS,
        host("app", "10.0.0.5", "a"),
    )
    assert at(ID, made) == (["acl"] if fires else [])


def test_ipv6() -> None:
    rules = ["in 100 permit tcp/443 from ::/0", "out 100 permit tcp to 0.0.0.0/0"]
    made = network(
        vpc("vpc", "10.0.0.0/16", "2001:db8::/48"),
        acl("acl", *rules),
        acl("open-6", "in 1 permit any from ::/0", "out 1 permit any to ::/0"),
        subnet("a", "10.0.0.0/24 2001:db8:0:1::/64", acl="open-6"),
        subnet("b", "10.0.1.0/24 2001:db8:0:2::/64", acl="acl"),
        group("web", "in tcp/443 from ::/0"),
        group("app", "out tcp/443 to ::/0"),
        host("app", "10.0.0.5 2001:db8:0:1::5", "a"),
        host("web", "10.0.1.5 2001:db8:0:2::5", "b"),
    )
    assert at(ID, made) == ["acl"]


def test_it_says_who_is_sent_what_by_whom() -> None:
    assert found(ID, pair(IN)) == [
        "acl: tcp/443 gets from a to web in b, and acl lets no reply, of the client ports "
        "1024-65535, out"
    ]
