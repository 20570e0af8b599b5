"""group-rule-redundant, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import group, network
from tests.lint.found import at, found

ID = "group-rule-redundant"
WIDE = "in tcp from 10.0.0.0/8"


@pytest.mark.parametrize(
    ("rules", "redundant"),
    [
        pytest.param([WIDE, "in tcp/22 from 10.1.0.0/16"], [1], id="by-a-wider-one"),
        pytest.param(["in tcp/22 from 10.1.0.0/16", WIDE], [0], id="order-is-moot"),
        pytest.param([WIDE, "in tcp from 10.0.0.0/9", "in tcp from 10.128.0.0/9"], [1, 2],
                     id="both-halves"),
        pytest.param(["in tcp from 10.0.0.0/9", "in tcp from 10.128.0.0/9", WIDE], [2],
                     id="a-whole-after-its-halves"),
        pytest.param(["in tcp/1-9 from ::/0", "in tcp/10-20 from ::/0", "in tcp/5-15 from ::/0"],
                     [2], id="by-two-together"),
        pytest.param(["in tcp/22 from 10.0.0.0/8", "in tcp/22 from 10.0.0.0/8 "], [],
                     id="one-and-the-same"),
        pytest.param([WIDE, "in udp/53 from 10.1.0.0/16"], [], id="another-protocol"),
        pytest.param([WIDE, "in tcp/22 from 11.0.0.0/8"], [], id="other-addresses"),
        pytest.param(["in any from 0.0.0.0/0", "in any from ::/0"], [], id="other-families"),
        pytest.param([WIDE, "out tcp/22 to 10.1.0.0/16"], [], id="the-other-direction"),
        pytest.param([f"{WIDE} ?", "in tcp/22 from 10.1.0.0/16"], [], id="perhaps-wider"),
        pytest.param([WIDE, "in tcp/22 from 10.1.0.0/16 ?"], [], id="perhaps-narrower"),
        pytest.param(["in tcp from group:a", "in tcp/22 from group:a"], [1], id="of-a-group"),
        pytest.param(["in any from 0.0.0.0/0", "in tcp/22 from group:a"], [],
                     id="a-block-is-no-group"),
        pytest.param(["in tcp from group:a", "in tcp/22 from group:b"], [], id="of-other-groups"),
    ],
)  # fmt: skip
def test_cases(rules: list[str], redundant: list[int]) -> None:
    wanted = [f"rule {rules[at_]}".strip() for at_ in redundant]
    assert sorted(at(ID, network(group("g", *map(str.strip, rules))))) == sorted(wanted)


def test_of_two_that_permit_the_same_one_is_named() -> None:
    made = network(group("g", "in tcp/22-23 from 10.0.0.0/8", "in tcp/23,22 from 10.0.0.0/8"))
    assert found(ID, made) == [
        "rule in tcp/23,22 from 10.0.0.0/8: in tcp/23,22 from 10.0.0.0/8 adds nothing to g: in "
        "tcp/22-23 from 10.0.0.0/8 (rule in tcp/22-23 from 10.0.0.0/8) permits it all"
    ]
