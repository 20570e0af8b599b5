"""acl-blocks-some-replies, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import BY_ID, NO_PLAN, at, found
from tests.lint.test_acl_blocks_replies import IN, OUT, pair
from tfreach.engine.verdicts import Options
from tfreach.lint.run import lint
from tfreach.space.intervals import IntervalSet

ID = "acl-blocks-some-replies"


@pytest.mark.parametrize(
    ("rules", "fires"),
    [
        pytest.param([IN, OUT.replace("1024-65535", "32768-60999")], True, id="those-of-linux"),
        pytest.param([IN, OUT.replace("1024-65535", "49152-65535")], True, id="those-of-windows"),
        pytest.param([IN, OUT], False, id="all"),
        pytest.param([IN], False, id="none"),
        pytest.param([IN, "out 50 deny tcp/3389 to 0.0.0.0/0", OUT], False, id="all-but-one"),
        pytest.param([IN, "out 50 deny tcp/1024-9999 to 0.0.0.0/0", OUT], True, id="many-denied"),
        pytest.param(
            [IN, OUT.replace("1024-65535", "32768-60999"), f"{OUT} ?"], False, id="perhaps-all"
        ),
    ],
)
def test_cases(rules: list[str], fires: bool) -> None:
    assert at(ID, pair(*rules)) == (["acl"] if fires else [])


def test_only_the_ports_that_clients_use_count() -> None:
    network = pair(IN, OUT.replace("1024-65535", "32768-60999"))
    linux = Options(IntervalSet.span(32768, 60999))
    assert lint(network, network, NO_PLAN, linux, (BY_ID[ID],)).findings == ()


def test_it_names_the_ports() -> None:
    assert found(ID, pair(IN, OUT.replace("1024-65535", "32768-60999"))) == [
        "acl: tcp/443 gets from a to web in b, and acl lets replies to 32768-60999 only, of the "
        "client ports 1024-65535, out"
    ]
