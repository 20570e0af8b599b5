"""transit-no-attachment, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.networks import network, subnet
from tests.lint.found import at, found
from tests.lint.hcl import planned
from tfreach.lint.lints.transit_no_attachment import LINT
from tfreach.topology.network import Homes, TransitGateway

WRONG = LINT.wrong
PLACED = "subnet_ids         = [aws_subnet.private.id] # in us-east-1a"


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        pytest.param(WRONG, True, id="none-in-its-zone"),
        pytest.param(LINT.right, False, id="one-in-its-zone"),
        pytest.param(WRONG.replace("us-east-1b", "us-east-1a"), False, id="the-same-zone"),
        pytest.param(WRONG.replace('"us-east-1b"', "var.zone"), False, id="its-zone-is-not-known"),
        pytest.param(WRONG.replace('"us-east-1b"', '"use1-az2"'), False, id="a-zone-by-its-number"),
        pytest.param(WRONG.replace(PLACED, "subnet_ids = var.subnets"), False, id="where-is-it"),
        pytest.param(WRONG.replace(PLACED, 'subnet_ids = ["subnet-1"]'), False, id="elsewhere"),
        pytest.param(
            WRONG.replace("vpc_id             = aws_vpc.main.id", "vpc_id = var.vpc"),
            False,
            id="whose-is-it",
        ),
        pytest.param(
            WRONG.replace("aws_ec2_transit_gateway.hub.id", '"tgw-1"'),
            False,
            id="a-transit-gateway-of-elsewhere",
        ),
    ],
)
def test_cases(source: str, fires: bool) -> None:
    assert at(LINT.id, planned(source).after) == (["aws_subnet.app"] if fires else [])


@pytest.mark.parametrize(
    ("route", "fires"),
    [
        pytest.param("10.1.0.0/16 tgw", True, id="it-leads-there"),
        pytest.param("10.1.0.0/16 tgw ?", False, id="perhaps"),
        pytest.param("10.1.0.0/16 tgw elsewhere", False, id="one-of-two"),
        pytest.param("10.1.0.0/16 pcx", False, id="elsewhere"),
    ],
)
def test_a_route_that_is_not_known(route: str, fires: bool) -> None:
    parts = subnet("a", "10.0.0.0/24", route), TransitGateway("tgw")
    made = replace(network(*parts), homes=Homes(managed=frozenset({"vpc"})))
    assert at(LINT.id, made) == (["a"] if fires else [])


def test_a_vpc_that_is_not_attached_at_all() -> None:
    source = WRONG.replace("vpc_id             = aws_vpc.main.id", "vpc_id = aws_vpc.other.id")
    source = source.replace(PLACED, "subnet_ids = [aws_subnet.other.id]")
    assert found(LINT.id, planned(source).after) == [
        "aws_subnet.app: aws_subnet.app is routed to aws_ec2_transit_gateway.hub, and aws_vpc.main "
        "is not attached to it"
    ]
