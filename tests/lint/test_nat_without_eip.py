"""nat-without-eip, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at
from tests.topology.plans import UNSET, new, plan, ref, stands

ID = "nat-without-eip"
PLACED = {"subnet_id": ref("aws_subnet.a.id")}


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        pytest.param({}, True, id="none"),
        pytest.param({"allocation_id": UNSET}, True, id="unknown-and-not-written"),
        pytest.param({"allocation_id": ref("aws_eip.e.id")}, False, id="one-that-is-made-with-it"),
        pytest.param({"allocation_id": ref("var.eip")}, False, id="one-that-is-not-known"),
        pytest.param({"allocation_id": "eipalloc-1"}, False, id="one-from-elsewhere"),
        pytest.param({"connectivity_type": "private"}, False, id="a-private-one"),
        pytest.param({"connectivity_type": ref("var.kind")}, False, id="perhaps-a-private-one"),
        pytest.param({"availability_mode": "regional"}, False, id="a-regional-one-F57"),
        pytest.param({"availability_mode": "zonal"}, True, id="a-zonal-one"),
        pytest.param({"public_ip": "198.51.100.7"}, False, id="it-has-an-address"),
    ],
)
def test_cases(values: dict[str, object], fires: bool) -> None:
    made = plan(
        stands("aws_vpc.v", cidr_block="10.0.0.0/16"),
        new("aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24"),
        new("aws_eip.e"),
        new("aws_nat_gateway.n", **PLACED, **values),
    )
    assert at(ID, made.after) == (["aws_nat_gateway.n"] if fires else [])
