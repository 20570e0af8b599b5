"""lambda-public-subnet, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import OPEN, gateway, group, host, link, network, subnet
from tests.lint.found import at, found, unsure
from tfreach.topology.network import Endpoint, InternetGateway

ID = "lambda-public-subnet"
FUNCTION = host("f", "10.0.0.5", "a", kind="lambda_function")


@pytest.mark.parametrize(
    ("route", "igw", "who", "rules", "fires"),
    [
        pytest.param("0.0.0.0/0 igw", gateway(), FUNCTION, OPEN, True, id="a-public-subnet"),
        pytest.param("0.0.0.0/0 nat", gateway(), FUNCTION, OPEN, False, id="behind-a-nat-gateway"),
        pytest.param("0.0.0.0/0 igw ?", gateway(), FUNCTION, OPEN, False, id="perhaps-public"),
        pytest.param("0.0.0.0/0 igw nat", gateway(), FUNCTION, OPEN, False, id="or-private"),
        pytest.param("::/0 igw", gateway(), FUNCTION, OPEN, False, id="of-ipv6-only"),
        pytest.param(
            "0.0.0.0/0 igw", gateway(vpc=link("?")), FUNCTION, OPEN, False, id="which-gateway"
        ),
        pytest.param(
            "0.0.0.0/0 igw",
            gateway(),
            FUNCTION,
            ["out any to 10.0.0.0/16"],
            False,
            id="it-only-calls-its-vpc",
        ),
        pytest.param(
            "0.0.0.0/0 igw", gateway(), host("f", "10.0.0.5", "a"), OPEN, False, id="an-instance"
        ),
        pytest.param(
            "0.0.0.0/0 igw",
            gateway(),
            replace(FUNCTION, interfaces=(replace(FUNCTION.interfaces[0], unknown="one of two"),)),
            OPEN,
            False,
            id="nobody-knows-where-it-is",
        ),
    ],
)
def test_cases(
    route: str, igw: InternetGateway, who: Endpoint, rules: list[str], fires: bool
) -> None:
    made = network(subnet("a", "10.0.0.0/24", route), igw, group("f", *rules), who)
    assert at(ID, made) == (["f"] if fires else [])


def test_a_function_that_is_nobody_knows_where() -> None:
    lost = replace(FUNCTION.interfaces[0], unknown="one of two")
    made = network(
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw"),
        gateway(),
        group("f", *OPEN),
        replace(FUNCTION, interfaces=(lost,)),
    )
    assert unsure(ID, made) == ["f: one of two"]


def test_it_names_the_subnet_and_the_gateway() -> None:
    made = network(
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw"), gateway(), group("f", *OPEN), FUNCTION
    )
    (said,) = found(ID, made)
    assert said.startswith("f: f runs in a, which is routed to igw: a function has no public")
