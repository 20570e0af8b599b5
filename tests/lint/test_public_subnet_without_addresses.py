"""public-subnet-without-addresses, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import OPEN, Part, gateway, group, host, link, nat, network, subnet
from tests.lint.found import at
from tfreach.topology.network import Tri

ID = "public-subnet-without-addresses"
IGW = "0.0.0.0/0 igw"
WORKER = host("worker", "10.0.0.5", "a")
WEB = host("web", "10.0.0.6", "a", public="198.51.100.7")


@pytest.mark.parametrize(
    ("parts", "fires"),
    [
        pytest.param([subnet("a", "10.0.0.0/24", IGW), WORKER], True, id="nobody-has-one"),
        pytest.param([subnet("a", "10.0.0.0/24", IGW), WORKER, WEB], False, id="somebody-has-one"),
        pytest.param([subnet("a", "10.0.0.0/24", IGW)], False, id="nobody-is-there"),
        pytest.param([subnet("a", "10.0.0.0/24"), WORKER], False, id="a-private-subnet"),
        pytest.param(
            [subnet("a", "10.0.0.0/24", IGW), host("worker", "10.0.0.5", "a", has=Tri.MAYBE)],
            False,
            id="perhaps-somebody-has-one",
        ),
        pytest.param(
            [subnet("a", "10.0.0.0/24", IGW), WORKER, nat("nat", "10.0.0.9", "a")],
            False,
            id="a-nat-gateway-stands-there",
        ),
        pytest.param(
            [subnet("a", "10.0.0.0/24", IGW), WORKER, nat("nat", "10.0.0.9", "?")],
            False,
            id="nobody-knows-where-a-nat-gateway-stands",
        ),
        pytest.param(
            [subnet("a", "10.0.0.0/24", IGW), host("db", "10.0.0.5", "a", kind="db_instance")],
            False,
            id="a-database-asks-nobody",
        ),
        pytest.param(
            [
                subnet("a", "10.0.0.0/24", IGW),
                host("worker", "10.0.0.5", "a", groups=(link("shut"),)),
            ],
            False,
            id="it-may-not-go-there-anyway",
        ),
        pytest.param(
            [subnet("a", "10.0.0.0/24 2001:db8:0:1::/64", IGW, "::/0 igw"), WORKER],
            False,
            id="ipv6-gets-out",
        ),
        pytest.param([subnet("a", "10.0.0.0/24", f"{IGW} ?"), WORKER], False, id="no-sure-route"),
    ],
)
def test_cases(parts: list[Part | tuple[Part, ...]], fires: bool) -> None:
    made = network(*parts, gateway(), group("worker", *OPEN), group("web", *OPEN), group("shut"),
                   group("db", *OPEN))  # fmt: skip
    assert at(ID, made) == (["a"] if fires else [])
