"""A plan that changes what stands behind an endpoint service; what that opens, and why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.topology.plans import Item, changed, difference, new, plan, stands
from tests.topology.test_facts_private_link import PROVIDER, WAY, WORLD, E, S

LB, LISTENER, GROUP = "arn:lb", "arn:listener", "arn:group"
NAME = "com.amazonaws.vpce.us-east-1.vpce-svc-1"
TO = {"type": "forward", "target_group_arn": GROUP}
VALUES: dict[str, dict[str, Any]] = {
    "aws_lb.l": {"arn": LB, "load_balancer_type": "network", "internal": True,
                 "subnets": ["subnet-p"], "security_groups": ["sg-p"]},
    "aws_lb_listener.l": {"arn": LISTENER, "port": 443, "protocol": "TCP",
                          "default_action": [TO], "load_balancer_arn": LB},
    "aws_lb_target_group.l": {"arn": GROUP, "vpc_id": "vpc-p", "port": 8080, "protocol": "TCP",
                              "target_type": "instance"},
    "aws_lb_target_group_attachment.l": {"target_id": "i-t", "target_group_arn": GROUP},
    S: {"acceptance_required": False, "service_name": NAME, "network_load_balancer_arns": [LB],
        "supported_ip_address_types": ["ipv4"], "allowed_principals": []},
    E: {"vpc_id": "vpc-v", "vpc_endpoint_type": "Interface", "service_name": NAME,
        "subnet_ids": ["subnet-c"], "security_group_ids": ["sg-g"], "state": ""},
}  # fmt: skip
ACCEPTER = "aws_vpc_endpoint_connection_accepter.x"
ASKS = {**VALUES[S], "acceptance_required": True}


def causes(*instead: Item) -> list[str] | None:
    """Of what opens from the client to the target; None where that does not open."""
    there = {item.address for item in instead}
    items = [stands(key, **given) for key, given in VALUES.items() if key not in there]
    found = difference(plan(*WORLD, *PROVIDER, *items, *instead))
    for change in found.changes:
        if (change.source, change.destination, change.via) == WAY and change.kind.value == "opened":
            return [f"{one.address}: {one.what}" for one in change.causes]
    return None


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        pytest.param([new("aws_lb_listener.l", **VALUES["aws_lb_listener.l"])],
                     ["aws_lb_listener.l: listens to TCP:443; forwards to aws_lb_target_group.l"],
                     id="a listener"),
        pytest.param([new("aws_lb_target_group_attachment.l",
                          **VALUES["aws_lb_target_group_attachment.l"])],
                     ["aws_lb_target_group_attachment.l: registers aws_instance.t:8080"],
                     id="a target"),
        pytest.param([stands(S, **ASKS),
                      new(ACCEPTER, vpc_endpoint_id="aws_vpc_endpoint-e",
                          vpc_endpoint_service_id="aws_vpc_endpoint_service-s")],
                     [f"{ACCEPTER}: accepts {E}"], id="an accepter"),
        pytest.param([changed(S, ASKS, acceptance_required=False)],
                     [f"{S}: no longer asks for acceptance; accepts every endpoint"],
                     id="a service that asks no more"),
        pytest.param([changed(S, VALUES[S], allowed_principals=["*"])], None, id="principals"),
    ],
)  # fmt: skip
def test_what_opens_behind_an_endpoint_service(
    instead: list[Item], expected: list[str] | None
) -> None:
    assert causes(*instead) == expected
