"""ipv6-open-ipv4-closed, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import group, host, link, network, subnet
from tests.lint.found import at, found

ID = "ipv6-open-ipv4-closed"
SIX = "in tcp/22 from ::/0"
BOTH = "10.0.0.5 2001:db8:0:1::5"


@pytest.mark.parametrize(
    ("rules", "address", "closed", "fires"),
    [
        pytest.param([SIX], BOTH, "", True, id="ipv4-is-shut"),
        pytest.param([SIX, "in tcp/22 from 203.0.113.0/25"], BOTH, "", True, id="ipv4-is-narrow"),
        pytest.param([SIX, "in tcp/22 from 0.0.0.0/0"], BOTH, "", False, id="both-are-open"),
        pytest.param([SIX, "in any from 0.0.0.0/0"], BOTH, "", False, id="ipv4-is-wider"),
        pytest.param([SIX, "in tcp/22 from 0.0.0.0/0 ?"], BOTH, "", False, id="perhaps-both"),
        pytest.param([f"{SIX} ?"], BOTH, "", False, id="perhaps-open"),
        pytest.param(["in tcp/22 from 2001:db8:ffff::/64"], BOTH, "", False, id="narrow-too"),
        pytest.param(["in icmpv6 from ::/0"], BOTH, "", False, id="icmpv6-has-no-ports"),
        pytest.param([SIX], "10.0.0.5", "", False, id="it-has-no-ipv6"),
        pytest.param([SIX], "2001:db8:0:1::5", "", False, id="it-has-no-ipv4"),
        pytest.param([SIX], BOTH, "denied", False, id="its-ipv6-is-private"),
    ],
)
def test_cases(rules: list[str], address: str, closed: str, fires: bool) -> None:
    web = host("web", address, "a", closed=closed)
    own = subnet("a", "10.0.0.0/24 2001:db8:0:1::/64")
    assert bool(at(ID, network(own, group("web", *rules), web))) == fires


def test_another_group_of_the_host_opens_ipv4() -> None:
    web = host("web", BOTH, "a", groups=(link("web"), link("more")))
    own = subnet("a", "10.0.0.0/24 2001:db8:0:1::/64")
    more = group("more", "in any from 0.0.0.0/0")
    assert at(ID, network(own, group("web", SIX), more, web)) == []


def test_it_says_what_is_open_and_of_whom() -> None:
    own = subnet("a", "10.0.0.0/24 2001:db8:0:1::/64")
    made = network(own, group("web", "in tcp/20-22 from ::/0", "in tcp/21 from 0.0.0.0/0"),
                   host("web", BOTH, "a"))  # fmt: skip
    (said,) = found(ID, made)
    assert "in web opens tcp/20,22 of web to everybody by IPv6" in said
