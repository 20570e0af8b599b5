"""acl-entry-shadowed, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import acl, network
from tests.lint.found import at, found

ID = "acl-entry-shadowed"
WEB = "in 100 permit tcp/443 from 0.0.0.0/0"


@pytest.mark.parametrize(
    ("rules", "shadowed"),
    [
        pytest.param([WEB, "in 200 deny tcp/443 from 10.0.0.0/8"], True, id="by-a-wider-one"),
        pytest.param([WEB, "in 50 deny tcp/443 from 10.0.0.0/8"], False, id="it-comes-first"),
        pytest.param([WEB, "in 200 deny tcp/442-443 from 10.0.0.0/8"], False, id="a-port-is-left"),
        pytest.param([WEB, "in 200 deny tcp/443 from ::/0"], False, id="of-the-other-family"),
        pytest.param([WEB, "out 200 deny tcp/443 to 10.0.0.0/8"], False, id="other-direction"),
        pytest.param([WEB, "in 200 permit tcp/443 from 10.0.0.0/8"], False, id="says-the-same"),
        pytest.param(
            [
                "in 10 deny tcp/443 from 10.0.0.0/9",
                "in 20 permit tcp/443 from 10.128.0.0/9",
                "in 30 permit tcp/443 from 10.0.0.0/8",
            ],
            True,
            id="by-two-together-one-of-which-says-otherwise",
        ),
        pytest.param(
            ["in 10 deny any from ::/0", "in 20 permit tcp/443 from 2001:db8::/32"],
            True,
            id="ipv6",
        ),
        pytest.param(
            ["in 100 permit tcp/443 from 0.0.0.0/0 ?", "in 200 deny tcp/443 from 10.0.0.0/8"],
            False,
            id="what-decides-before-is-not-known",
        ),
        pytest.param([WEB, "in 200 deny tcp/443 from 10.0.0.0/8 ?"], False, id="it-is-not-known"),
    ],
)
def test_cases(rules: list[str], shadowed: bool) -> None:
    last = max(rules, key=lambda text: int(text.split()[1]))
    wanted = [f"rule {last}"] if shadowed else []
    assert at(ID, network(acl("acl", *rules))) == wanted


def test_it_says_which_entries_decide() -> None:
    made = network(acl("acl", WEB, "in 200 deny tcp/443 from 10.0.0.0/8"))
    assert found(ID, made) == [
        "rule in 200 deny tcp/443 from 10.0.0.0/8: in 200 deny tcp/443 from 10.0.0.0/8 never "
        f"decides an ingress packet of acl: before it {WEB}"
    ]
