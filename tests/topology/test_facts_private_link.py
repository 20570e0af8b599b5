"""Endpoint services in plans: who accepts whom, and what they are called ("Accept or reject
connection requests" of the PrivateLink guide)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.topology.plans import UNSET, Item, new, plan, ref, stands, verdict
from tfreach.engine.explain import services_words
from tfreach.engine.reach import survey, survey_through
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


FAR_LB = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/far/1"


@pytest.mark.parametrize(
    ("arns", "left_out"),
    [
        pytest.param(ref("aws_lb.l.arn"), False, id="a load balancer of this plan"),
        pytest.param([FAR_LB], True, id="one of another plan"),
        pytest.param(LATER, True, id="one that is not known"),
        pytest.param(ref("data.aws_lb.l.arn"), True, id="one that is looked up"),
        pytest.param(None, True, id="none, so it has another kind"),
    ],
)
def test_what_lies_behind_a_service_is_said_to_be_left_out(arns: object, left_out: bool) -> None:
    found = after(*PROVIDER, *front(), leads("l", network_load_balancer_arns=arns))
    left = [one for one in found.unmodelled if one.type == "aws_vpc_endpoint_service"]
    assert [one.addresses for one in left] == ([(S,)] if left_out else [])
    assert all("no verdict speaks of that way" in one.effect for one in left)


PROVIDER = (
    stands("aws_vpc.p", cidr_block="10.1.0.0/16"),
    stands("aws_subnet.p", vpc_id="vpc-p", cidr_block="10.1.0.0/24",
           availability_zone="us-east-1a"),
    stands("aws_subnet.c", vpc_id="vpc-v", cidr_block="10.0.1.0/24",
           availability_zone="us-east-1a"),
    stands("aws_security_group.p", vpc_id="vpc-p", ingress=[ALL], egress=[ALL]),
    stands("aws_instance.t", subnet_id="subnet-p", vpc_security_group_ids=["sg-p"],
           private_ip="10.1.0.10"),
)  # fmt: skip
WAY = ("aws_instance.w", "aws_instance.t", (E, "aws_lb.l"))


def front(name: str = "l", port: object = 443, **more: Any) -> tuple[Item, ...]:
    """A load balancer, its listener, and a target group with the one target."""
    to = {"type": "forward", "target_group_arn": ref(f"aws_lb_target_group.{name}.arn")}
    return (
        new(f"aws_lb.{name}", load_balancer_type="network", internal=True, subnets=["subnet-p"],
            **{"security_groups": ["sg-p"], **more}),
        new(f"aws_lb_listener.{name}", port=port, protocol="TCP", default_action=[to],
            load_balancer_arn=ref(f"aws_lb.{name}.arn")),
        new(f"aws_lb_target_group.{name}", vpc_id="vpc-p", port=8080, protocol="TCP",
            target_type="instance", preserve_client_ip=UNSET, health_check=UNSET),
        new(f"aws_lb_target_group_attachment.{name}", target_id="i-t", port=UNSET,
            target_group_arn=ref(f"aws_lb_target_group.{name}.arn")),
    )  # fmt: skip


def leads(*names: str, **more: object) -> Item:
    """The service, with all of these load balancers."""
    arns = [ref(f"aws_lb.{name}.arn") for name in names]
    given = {"acceptance_required": False, "supported_ip_address_types": UNSET,
             "network_load_balancer_arns": arns}  # fmt: skip
    return new(S, service_name=UNSET, **{**given, **more})


def inside(**more: object) -> Item:
    return endpoint(subnet_ids=["subnet-c"], **more)


def whole(*items: Item, way: tuple[str, str, tuple[str, ...]] = WAY) -> str:
    flows = survey_through(after(*PROVIDER, *items)).get(way, ())
    return " ".join(f"{services_words(one.services)} {one.verdict.value}" for one in flows)


RULE = {"protocol": "tcp", "from_port": 443, "to_port": 443}
CLIENTS = stands("aws_security_group.n", vpc_id="vpc-p", egress=[ALL],
                 ingress=[{**RULE, "cidr_blocks": ["10.0.0.0/24"]}])  # fmt: skip
OWN = stands("aws_security_group.n", vpc_id="vpc-p", egress=[ALL],
             ingress=[{**RULE, "cidr_blocks": ["10.1.0.0/16"]}])  # fmt: skip
NARROW: dict[str, Any] = {"security_groups": ["sg-n"]}


def enforced(how: object) -> dict[str, Any]:
    return {"enforce_security_group_inbound_rules_on_private_link_traffic": how}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([*front(), leads("l"), inside()], "tcp/443 reachable", id="all is known"),
        pytest.param([*front(), leads("l"), inside(), accepter()], "tcp/443 reachable", id="both"),
        pytest.param(
            [*front(), leads("l", acceptance_required=True), inside()], "", id="not accepted"
        ),
        pytest.param(
            [*front(), leads("l", acceptance_required=LATER), inside()],
            "tcp/443 undetermined",
            id="perhaps accepted",
        ),
        pytest.param([CLIENTS, *front(**NARROW), leads("l"), inside()], "tcp/443 reachable",
                     id="its groups let clients in"),
        pytest.param([OWN, *front(**NARROW), leads("l"), inside()], "", id="its own VPC only"),
        pytest.param([OWN, *front(**NARROW, **enforced("off")), leads("l"), inside()],
                     "tcp/443 reachable", id="and they do not judge"),
        pytest.param([OWN, *front(**NARROW, **enforced(LATER)), leads("l"), inside()],
                     "tcp/443 undetermined", id="whether they do is not known"),
        pytest.param([OWN, *front(**NARROW, **enforced(UNSET)), leads("l"), inside()],
                     "", id="nobody says and AWS judges"),
        pytest.param([*front(), *front("m", 444), leads("l", "m"), inside()],
                     "tcp/443 undetermined", id="AWS picks one of two"),
        pytest.param([*front(), leads("l", network_load_balancer_arns=LATER), inside()], "",
                     id="which it has is not known"),
        pytest.param([*front(), leads("l", supported_ip_address_types=["ipv4"]), inside()],
                     "tcp/443 reachable", id="of IPv4"),
        pytest.param([*front(), leads("l", supported_ip_address_types=["ipv6"]), inside()], "",
                     id="of IPv6 only"),
        pytest.param([*front(), leads("l", supported_ip_address_types=LATER), inside()],
                     "tcp/443 undetermined", id="of families that are not known"),
        pytest.param([*front(), leads("l"), endpoint()], "tcp/443 undetermined",
                     id="in a zone that is not known"),
        pytest.param([*front(port=LATER), leads("l"), inside()], "tcp undetermined",
                     id="a port that is not known"),
    ],
)  # fmt: skip
def test_f82_what_is_reached_through_an_endpoint_service(items: list[Item], expected: str) -> None:
    assert whole(*items) == expected


def test_f82_the_endpoint_takes_what_its_load_balancers_take() -> None:
    """What all of several take it surely takes; without one in the plan, what its groups let in."""

    def taken(*items: Item) -> str:
        flows = survey(after(*PROVIDER, *items)).pairs["aws_instance.w", E]
        return ", ".join(f"{services_words(one.services)} {one.verdict.value}" for one in flows)

    assert taken(*front(), leads("l"), inside()) == "tcp/443 reachable"
    assert taken(*front(), *front("m"), leads("l", "m"), inside()) == "tcp/443 reachable"
    assert taken(*front(), *front("m", 444), leads("l", "m"), inside()) == (
        "tcp/443-444 undetermined"
    )
    assert taken(leads(network_load_balancer_arns=[FAR_LB]), inside()) == "any reachable"


def test_who_may_ask_for_an_endpoint_decides_nothing() -> None:
    """ "Manage permissions" of the PrivateLink guide: to remove one does not affect connections
    that were accepted; and an endpoint that is made was allowed."""
    everyone = leads("l", allowed_principals=["*"])
    assert whole(*front(), everyone, inside()) == whole(*front(), leads("l"), inside())


def test_that_other_accounts_are_not_evaluated_is_said() -> None:
    found = after(*PROVIDER, *front(), leads("l"))
    assert any("those of other accounts are not evaluated" in one for one in found.assumptions)
    assert not any("other accounts" in one for one in after(*PROVIDER, *front()).assumptions)
