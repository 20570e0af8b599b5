"""uneven-subnets, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import OPEN, gateway, group, interface, link, network, subnet
from tests.lint.found import at, found
from tfreach.topology.network import Endpoint, Tri

ID = "uneven-subnets"
NAT, IGW = "0.0.0.0/0 nat", "0.0.0.0/0 igw"


def service(kind: str = "ecs_service", has: Tri = Tri.NO, unknown: str = "") -> Endpoint:
    sites = {"a": "10.0.0.0/24", "b": "10.0.1.0/24"}
    made = replace(interface("s", sites, (link("s"),), has=has), unknown=unknown)
    return Endpoint("s", kind, (made,), "s")


@pytest.mark.parametrize(
    ("first", "second", "who", "fires"),
    [
        pytest.param([NAT], [], service(), True, id="one-leads-nowhere"),
        pytest.param([NAT], [NAT], service(), False, id="both-lead-out"),
        pytest.param([], [], service(), False, id="none-leads-out"),
        pytest.param([NAT], [IGW], service(), True, id="one-is-public-and-it-has-no-address"),
        pytest.param([NAT], [IGW], service(has=Tri.YES), False, id="it-has-an-address"),
        pytest.param([IGW], [], service(has=Tri.YES), True, id="an-address-that-does-not-help"),
        pytest.param([NAT], [IGW], service(has=Tri.MAYBE), False, id="perhaps-an-address"),
        pytest.param([NAT], ["0.0.0.0/0 elsewhere"], service(), False, id="not-modelled"),
        pytest.param([NAT], [f"{NAT} ?"], service(), False, id="perhaps"),
        pytest.param([NAT], [], service("lambda_function"), True, id="a-function"),
        pytest.param([NAT], [IGW], service("lambda_function"), False, id="another-lint-says-it"),
        pytest.param([NAT], [], service("db_instance"), False, id="a-database-asks-nobody"),
        pytest.param([NAT], [], service(unknown="one of two"), False, id="it-is-in-one-of-them"),
    ],
)
def test_cases(first: list[str], second: list[str], who: Endpoint, fires: bool) -> None:
    parts = (subnet("a", "10.0.0.0/24", *first), subnet("b", "10.0.1.0/24", *second), gateway())
    assert at(ID, network(*parts, group("s", *OPEN), who)) == (["s"] if fires else [])
    assert at(ID, network(*parts, group("s"), who)) == []


def test_it_names_both_kinds_of_subnets() -> None:
    parts = (subnet("a", "10.0.0.0/24", NAT), subnet("b", "10.0.1.0/24"), gateway())
    assert found(ID, network(*parts, group("s", *OPEN), service())) == [
        "s: s gets to the Internet in a and not in b: which of them it runs in is not its choice"
    ]
