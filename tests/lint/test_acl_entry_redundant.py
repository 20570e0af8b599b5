"""acl-entry-redundant, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import acl, network
from tests.lint.found import at

ID = "acl-entry-redundant"
WIDE = "in 100 permit tcp from 10.0.0.0/8"


@pytest.mark.parametrize(
    ("rules", "redundant"),
    [
        pytest.param([WIDE, "in 200 permit tcp/22 from 10.1.0.0/16"], True, id="by-a-wider-one"),
        pytest.param([WIDE, "in 90 permit tcp/22 from 10.1.0.0/16"], False, id="it-comes-first"),
        pytest.param([WIDE, "in 200 deny tcp/22 from 10.1.0.0/16"], False, id="says-otherwise"),
        pytest.param([WIDE, "in 200 permit tcp/22 from 11.0.0.0/8"], False, id="other-addresses"),
        pytest.param(
            [
                "in 1 permit any from ::/1",
                "in 2 permit any from 8000::/1",
                "in 3 permit any from ::/0",
            ],
            True,
            id="by-two-halves",
        ),
        pytest.param(
            ["in 50 permit any from 10.0.0.0/8 ?", "in 200 permit tcp/22 from 10.1.0.0/16"],
            False,
            id="what-decides-before-is-not-known",
        ),
    ],
)
def test_cases(rules: list[str], redundant: bool) -> None:
    last = max(rules, key=lambda text: int(text.split()[1]))
    assert at(ID, network(acl("acl", *rules))) == ([f"rule {last}"] if redundant else [])
