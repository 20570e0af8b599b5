"""lambda-no-way-out, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import OPEN, Part, aws_service, gateway, group, host, network, subnet
from tests.lint.found import at

ID = "lambda-no-way-out"
HTTPS = ["out tcp/443 to 0.0.0.0/0"]
ENDPOINT = host("secrets", "10.0.0.9", "a", kind="vpc_endpoint")


@pytest.mark.parametrize(
    ("routes", "rules", "more", "fires"),
    [
        pytest.param([], HTTPS, [], True, id="nothing-leads-out"),
        pytest.param([], OPEN, [], True, id="all-is-permitted"),
        pytest.param(["0.0.0.0/0 gone"], HTTPS, [], True, id="to-what-is-gone"),
        pytest.param(["0.0.0.0/0 nat"], HTTPS, [], False, id="a-nat-gateway"),
        pytest.param(["0.0.0.0/0 igw"], HTTPS, [], False, id="another-lint-says-it"),
        pytest.param(["203.0.113.0/24 tgw"], HTTPS, [], False, id="for-some-addresses"),
        pytest.param(["0.0.0.0/0 nat ?"], HTTPS, [], False, id="perhaps"),
        pytest.param([], ["out any to 10.0.0.0/16"], [], False, id="it-only-calls-its-vpc"),
        pytest.param([], ["out tcp/5432 to 0.0.0.0/0"], [], False, id="it-calls-no-service"),
        pytest.param([], ["out any to 0.0.0.0/0 ?"], [], False, id="perhaps-it-calls"),
        pytest.param([], HTTPS, [ENDPOINT], False, id="an-endpoint-in-its-vpc"),
        pytest.param(
            ["service:s3 vpce>service:s3"],
            HTTPS,
            [aws_service("service:s3", "198.51.100.0/24")],
            False,
            id="a-gateway-endpoint",
        ),
    ],
)
def test_cases(
    routes: list[str], rules: list[str], more: list[Part | tuple[Part, ...]], fires: bool
) -> None:
    function = host("f", "10.0.0.5", "a", kind="lambda_function")
    own = subnet("a", "10.0.0.0/24", *routes)
    assert at(ID, network(own, gateway(), group("f", *rules), function, *more)) == (
        ["f"] if fires else []
    )


def test_a_way_out_by_ipv6() -> None:
    own = subnet("a", "10.0.0.0/24 2001:db8:0:1::/64", "::/0 eigw")
    function = host("f", "10.0.0.5", "a", kind="lambda_function")
    assert at(ID, network(own, gateway("eigw"), group("f", *HTTPS), function)) == []
