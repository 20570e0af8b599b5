"""Endpoint services in plans: who accepts whom, and what they are called ("Accept or reject
connection requests" of the PrivateLink guide)."""

from __future__ import annotations

import pytest

from tests.topology.plans import UNSET, Item, new, plan, ref, stands, verdict
from tfreach.policy.selectors import parse, select, with_services
from tfreach.topology.network import Network

S, E, LATER = "aws_vpc_endpoint_service.s", "aws_vpc_endpoint.e", ref("aws_ssm_parameter.p.value")
ALL = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
WORLD = (
    stands("aws_vpc.v", cidr_block="10.0.0.0/16", enable_dns_support=True,
           enable_dns_hostnames=True),
    stands("aws_subnet.a", vpc_id="vpc-v", cidr_block="10.0.0.0/24"),
    stands("aws_security_group.g", vpc_id="vpc-v", ingress=[ALL], egress=[ALL]),
    stands("aws_instance.w", subnet_id="subnet-a", vpc_security_group_ids=["sg-g"],
           private_ip="10.0.0.10"),
)  # fmt: skip


def offer(asks: object = True) -> Item:
    return new(S, acceptance_required=asks, service_name=UNSET)


def endpoint(name: object = ref(f"{S}.service_name"), **more: object) -> Item:
    given = {
        "vpc_id": "vpc-v",
        "vpc_endpoint_type": "Interface",
        "service_name": name,
        "subnet_ids": ["subnet-a"],
        "security_group_ids": ["sg-g"],
        "state": UNSET,
        **more,
    }
    return new(E, **given)


def accepter(of: object = ref(f"{E}.id")) -> Item:
    return new("aws_vpc_endpoint_connection_accepter.x", vpc_endpoint_id=of,
               vpc_endpoint_service_id=ref(f"{S}.id"))  # fmt: skip


def after(*items: Item) -> Network:
    return plan(*WORLD, *items).after


FAR = "com.amazonaws.vpce.us-east-1.vpce-svc-0123"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([offer(False), endpoint()], "reachable", id="it asks for no acceptance"),
        pytest.param([offer(), endpoint()], "unreachable", id="nothing accepts it"),
        pytest.param([offer(), endpoint(), accepter()], "reachable", id="an accepter does"),
        pytest.param([offer(), endpoint(auto_accept=True)], "reachable", id="it does itself"),
        pytest.param([offer(LATER), endpoint()], "undetermined", id="whether it asks is not known"),
        pytest.param(
            [offer(), endpoint(), accepter(LATER)], "undetermined", id="perhaps another's"
        ),
        pytest.param([endpoint(FAR)], "undetermined", id="a service of another account"),
        pytest.param([endpoint(FAR, state="available")], "reachable", id="of which AWS tells"),
        pytest.param([endpoint(FAR, state="pendingAcceptance")], "unreachable", id="that it waits"),
        pytest.param([endpoint("com.amazonaws.us-east-1.kms")], "reachable", id="AWS accepts all"),
    ],
)
def test_an_endpoint_has_to_be_accepted(items: list[Item], expected: str) -> None:
    assert verdict(after(*items), "aws_instance.w", E) == expected


def test_an_endpoint_service_is_called_by_its_address_or_name() -> None:
    """And is never reached by the public way."""
    for items, name in (([offer(False), endpoint()], S), ([endpoint(FAR, state="available")], FAR)):
        selector = parse(f"service:{name}")
        network = with_services(after(*items), selector)
        assert list(select(selector, network).chosen) == [E]


def test_what_is_behind_an_endpoint_service_starts_nothing() -> None:
    """F73."""
    assert verdict(after(offer(False), endpoint()), E, "aws_instance.w") == "unreachable"


def test_what_lies_behind_a_service_is_said_to_be_left_out() -> None:
    found = plan(new("aws_vpc_endpoint_service.s", acceptance_required=False)).after
    (left,) = (one for one in found.unmodelled if one.type == "aws_vpc_endpoint_service")
    assert left.addresses == ("aws_vpc_endpoint_service.s",)
    assert "no verdict speaks of that way" in left.effect
