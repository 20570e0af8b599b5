"""What a plan says of load balancers: what they listen to, and what is registered with them."""

from __future__ import annotations

import pytest

from tests.topology.plans import UNSET, Item, changed, echo, new, plan, ref, stands
from tests.topology.scenes import NET, OPEN, WEB
from tfreach.engine.explain import services_words
from tfreach.topology.network import Balancer, Network, TargetGroup, Tri

B = stands("aws_subnet.b", vpc_id="vpc-v", cidr_block="10.0.1.0/24")
HOST = stands("aws_instance.w", **WEB)
GROUP = "aws_lb_target_group.g"
LATER = ref("aws_ssm_parameter.p.value")


def lb(kind: str = "application", **more: object) -> Item:
    given = {"load_balancer_type": kind, "subnets": ["subnet-a", "subnet-b"], **more}
    return new("aws_lb.l", security_groups=["sg-g"], **given)


def listener(
    name: str = "l", port: object = 443, protocol: object = "HTTPS", **more: object
) -> Item:
    action = {"type": "forward", "target_group_arn": ref(f"{GROUP}.arn")}
    given = {"load_balancer_arn": ref("aws_lb.l.arn"), "default_action": [action], **more}
    return new(f"aws_lb_listener.{name}", port=port, protocol=protocol, **given)


def group(protocol: object = "HTTP", kind: object = "instance", **more: object) -> Item:
    given = {"port": 8080, "vpc_id": "vpc-v", "preserve_client_ip": UNSET,
             "load_balancing_cross_zone_enabled": UNSET, "health_check": UNSET, **more}  # fmt: skip
    return new(GROUP, protocol=protocol, target_type=kind, **given)


def attach(target: object = "i-w", **more: object) -> Item:
    given = {"target_group_arn": ref(f"{GROUP}.arn"), "port": UNSET, **more}
    return new("aws_lb_target_group_attachment.a", target_id=target, **given)


def after(*items: Item) -> Network:
    return plan(*NET, B, OPEN, HOST, *items).after


def one(network: Network, key: str = "aws_lb.l") -> Balancer:
    return network.balancers[key]


def told(network: Network, key: str = GROUP) -> list[str]:
    """Targets of a group: who, what is sent, what checks send, `?` where that is not sure."""
    found: TargetGroup = network.target_groups[key]
    listed = [
        f"{target.endpoint or target.addresses} {services_words(target.services) or '-'}"
        f" check {services_words(target.health) or '-'}{' ?' * bool(target.unknown)}"
        for target in found.targets
    ]
    return [*listed, *(["?"] if found.unknown else [])]


def listening(network: Network, key: str = "aws_lb.l") -> list[str]:
    return [
        f"{services_words(each.services)} > "
        f"{' '.join((to.group or 'elsewhere') + ' ?' * bool(to.unknown) for to in each.forwards)}"
        f"{' ?' * bool(each.unknown)}"
        for each in one(network, key).listeners
    ]


@pytest.mark.parametrize(
    ("protocol", "port", "expected"),
    [
        pytest.param("HTTP", 80, "tcp/80", id="http"),
        pytest.param("HTTPS", 443, "tcp/443", id="https"),
        pytest.param("TLS", 443, "tcp/443", id="tls"),
        pytest.param("UDP", 53, "udp/53", id="udp"),
        pytest.param("TCP_UDP", 53, "tcp/53 and udp/53", id="both"),
        pytest.param("QUIC", 443, "udp/443", id="quic"),
        pytest.param("TCP", LATER, "tcp ?", id="a-port-that-is-not-known"),
        pytest.param(LATER, 53, "tcp/53 and udp/53 ?", id="a-protocol-that-is-not-known"),
    ],
)
def test_what_a_listener_takes(protocol: object, port: object, expected: str) -> None:
    found = after(lb("network"), listener(port=port, protocol=protocol), group("TCP"))
    assert [text.replace(f" > {GROUP}", "") for text in listening(found)] == [expected]


def test_a_rule_of_a_listener_forwards_as_well() -> None:
    action = [{"type": "forward", "target_group_arn": ref("aws_lb_target_group.r.arn")}]
    rule = new("aws_lb_listener_rule.r", listener_arn=ref("aws_lb_listener.l.arn"), action=action)
    other = new("aws_lb_target_group.r", port=80, protocol="HTTP", target_type="ip", vpc_id="vpc-v")
    found = after(lb(), listener(), rule, group(), other)
    assert listening(found) == [f"tcp/443 > {GROUP} aws_lb_target_group.r"]


def test_a_target_group_of_weight_zero_gets_nothing() -> None:
    weighted = [{"target_group": [
        {"arn": ref(f"{GROUP}.arn"), "weight": 100},
        {"arn": "arn:aws:elasticloadbalancing:elsewhere", "weight": 0},
    ]}]  # fmt: skip
    action = [{"type": "forward", "forward": weighted}]
    assert listening(after(lb(), listener(default_action=action), group())) == [
        f"tcp/443 > {GROUP}"
    ]


def test_a_target_group_that_is_not_in_the_plan_may_send_anywhere() -> None:
    action = [{"type": "forward", "target_group_arn": "arn:aws:elasticloadbalancing:elsewhere"}]
    found = after(lb(), listener(default_action=action))
    assert listening(found) == ["tcp/443 > elsewhere ?"]


def test_a_listener_that_signs_clients_in_calls_out() -> None:
    oidc = {"type": "authenticate-oidc"}
    forward = {"type": "forward", "target_group_arn": ref(f"{GROUP}.arn")}
    found = after(lb(), listener(default_action=[oidc, forward]), group())
    assert one(found).signs_in == "aws_lb_listener.l may sign clients in elsewhere first"
    assert one(after(lb(), listener(), group())).signs_in == ""


@pytest.mark.parametrize(
    ("kind", "flag", "own", "expected"),
    [
        pytest.param("application", False, UNSET, (Tri.YES, None), id="an-application-one-does"),
        pytest.param("network", UNSET, UNSET, (Tri.NO, None), id="a-network-one-does-not"),
        pytest.param("network", True, UNSET, (Tri.YES, None), id="unless-it-says-so"),
        pytest.param("network", LATER, UNSET, (Tri.MAYBE, None), id="not-known"),
        pytest.param("network", UNSET, "true", (Tri.NO, Tri.YES), id="a-group-says-yes"),
        pytest.param("network", True, "false", (Tri.YES, Tri.NO), id="a-group-says-no"),
        pytest.param(
            "network",
            True,
            "use_load_balancer_configuration",
            (Tri.YES, None),
            id="a-group-follows",
        ),
    ],
)
def test_f79_which_load_balancers_cross_zones(
    kind: str, flag: object, own: object, expected: tuple[Tri, Tri | None]
) -> None:
    cross = lb(kind, enable_cross_zone_load_balancing=flag)
    found = after(cross, listener(), group("TCP", load_balancing_cross_zone_enabled=own))
    assert (one(found).cross_zone, found.target_groups[GROUP].cross_zone) == expected


@pytest.mark.parametrize(
    ("protocol", "kind", "written", "expected"),
    [
        pytest.param("TCP", "instance", UNSET, Tri.YES, id="instances-do"),
        pytest.param("TLS", "instance", UNSET, Tri.YES, id="by-tls-too"),
        pytest.param("TCP", "ip", UNSET, Tri.NO, id="addresses-do-not"),
        pytest.param("UDP", "ip", UNSET, Tri.YES, id="by-udp-they-do"),
        pytest.param("TCP_UDP", "ip", "false", Tri.YES, id="which-cannot-be-turned-off"),
        pytest.param("TCP", "ip", "true", Tri.YES, id="turned-on"),
        pytest.param("TCP", "instance", "false", Tri.NO, id="turned-off"),
        pytest.param("TCP", "instance", LATER, Tri.MAYBE, id="not-known"),
        pytest.param("HTTP", "instance", UNSET, Tri.NO, id="behind-an-application-load-balancer"),
    ],
)
def test_f84_which_targets_see_the_client_s_address(
    protocol: str, kind: str, written: object, expected: Tri
) -> None:
    found = after(lb("network"), listener(), group(protocol, kind, preserve_client_ip=written))
    assert found.target_groups[GROUP].keeps is expected


def test_f85_a_load_balancer_as_target_sees_the_client_s_address() -> None:
    inner = new("aws_lb.inner", subnets=["subnet-a"], security_groups=["sg-g"])
    found = after(
        lb("network"), inner, listener(), group("TCP", "alb"), attach(ref("aws_lb.inner.arn"))
    )
    assert found.target_groups[GROUP].keeps is Tri.YES
    assert told(found) == ["aws_lb.inner tcp/8080 check tcp/8080"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([attach()], ["aws_instance.w tcp/8080 check tcp/8080"], id="an-instance"),
        pytest.param(
            [attach(port=9090)], ["aws_instance.w tcp/9090 check tcp/9090"], id="its-own-port"
        ),
        pytest.param([attach("i-gone")], [], id="what-is-not-in-the-plan-is-no-endpoint"),
        pytest.param([attach(LATER)], ["?"], id="not-known-which"),
        pytest.param(
            [attach(ref("aws_instance.w.id", "aws_instance.x.id")), new("aws_instance.x", **WEB)],
            ["aws_instance.x tcp/8080 check tcp/8080"],
            id="what-stands-already-is-no-unknown",
        ),
        pytest.param(
            [attach(port=LATER)],
            ["aws_instance.w tcp check - ?", "aws_instance.w - check tcp ?"],
            id="a-port-that-is-not-known",
        ),
    ],
)
def test_what_an_attachment_registers(items: list[Item], expected: list[str]) -> None:
    assert told(after(lb(), listener(), group(), *items)) == expected


def test_an_address_is_registered_as_such() -> None:
    found = after(lb(), listener(), group(kind="ip"), attach("10.0.0.10"))
    (target,) = found.target_groups[GROUP].targets
    assert (target.endpoint, target.addresses) == ("", HOST_ADDRESS)


HOST_ADDRESS = after().endpoints["aws_instance.w"].interfaces[0].sites[0].addresses


def test_a_function_is_invoked_and_no_packet_is_sent_to_it() -> None:
    found = after(lb(), listener(), group(UNSET, "lambda"), attach("arn:aws:lambda:x"))
    assert told(found) == []


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        pytest.param([{"port": "traffic-port"}], "tcp/8080", id="its-own-port"),
        pytest.param([{"port": "9000"}], "tcp/9000", id="another-one"),
    ],
)
def test_health_checks_are_sent_to_a_port_of_their_own(check: object, expected: str) -> None:
    found = after(lb(), listener(), group(health_check=check), attach())
    assert told(found) == [f"aws_instance.w tcp/8080 check {expected}"]


SCALING = {"vpc_zone_identifier": ["subnet-a"], "min_size": 1, "max_size": 2,
           "load_balancers": UNSET, "traffic_source": UNSET}  # fmt: skip


def test_an_auto_scaling_group_registers_its_instances() -> None:
    asg = new("aws_autoscaling_group.s", target_group_arns=[ref(f"{GROUP}.arn")], **SCALING)
    tied = new("aws_autoscaling_attachment.s", lb_target_group_arn=ref(f"{GROUP}.arn"),
               autoscaling_group_name=ref("aws_autoscaling_group.s.name"))  # fmt: skip
    bare = new("aws_autoscaling_group.s", target_group_arns=UNSET, **SCALING)
    source = new("aws_autoscaling_traffic_source_attachment.s",
                 autoscaling_group_name=ref("aws_autoscaling_group.s.name"),
                 traffic_source=[{"identifier": ref(f"{GROUP}.arn"), "type": "elbv2"}])  # fmt: skip
    expected = ["aws_autoscaling_group.s tcp/8080 check tcp/8080"]
    assert told(after(lb(), listener(), group(), asg)) == expected
    assert told(after(lb(), listener(), group(), bare, tied)) == expected
    assert told(after(lb(), listener(), group(), bare, source)) == expected


def test_a_service_registers_its_tasks_on_their_container_s_port() -> None:
    blocks = [{"target_group_arn": ref(f"{GROUP}.arn"), "container_port": 3000}]
    where = [{"subnets": ["subnet-a"], "security_groups": ["sg-g"]}]
    inside = new("aws_ecs_service.s", load_balancer=blocks, network_configuration=where)
    assert told(after(lb(), listener(), group(kind="ip"), inside)) == [
        "aws_ecs_service.s tcp/3000 check tcp/3000"
    ]
    on_hosts = new("aws_ecs_service.s", load_balancer=blocks, network_configuration=[])
    assert told(after(lb(), listener(), group(), on_hosts)) == ["?"]


CLASSIC = {"subnets": ["subnet-a"], "security_groups": ["sg-g"],
           "listener": [{"lb_port": 80, "lb_protocol": "http", "instance_port": 8000}]}  # fmt: skip


def test_a_classic_load_balancer_sends_from_each_listener_to_its_instances() -> None:
    elb = new("aws_elb.e", instances=["i-w"], health_check=[{"target": "HTTP:8001/x"}], **CLASSIC)
    found = after(elb)
    id_ = "aws_elb.e (listener 80)"
    assert listening(found, "aws_elb.e") == [f"tcp/80 > {id_}"]
    assert told(found, id_) == ["aws_instance.w tcp/8000 check tcp/8001"]
    assert one(found, "aws_elb.e").cross_zone is Tri.YES


def test_what_is_attached_to_a_classic_load_balancer_counts_as_well() -> None:
    elb = new("aws_elb.e", instances=UNSET, name="e", health_check=UNSET, **CLASSIC)
    tied = new("aws_elb_attachment.a", elb="e", instance="i-w")
    expected = ["aws_instance.w tcp/8000 check tcp/8000"]
    assert told(after(elb, tied), "aws_elb.e (listener 80)") == expected


def test_an_attachment_that_is_gone_leaves_an_echo_that_does_not_count() -> None:
    now = {**CLASSIC, "name": "e", "health_check": echo([])}
    elb = changed("aws_elb.e", {**now, "instances": echo(["i-w"])}, tags={"a": "b"})
    found = plan(*NET, B, OPEN, HOST, elb)
    assert told(found.before, "aws_elb.e (listener 80)") == [
        "aws_instance.w tcp/8000 check tcp/8000"
    ]
    assert told(found.after, "aws_elb.e (listener 80)") == []


def test_whoever_listens_somewhere_not_known_may_listen_anywhere_there() -> None:
    unsure = listener("u", 8443, load_balancer_arn=ref("aws_lb.l.arn", "aws_lb.m.arn"))
    other = new("aws_lb.m", subnets=["subnet-a"], security_groups=["sg-g"])
    found = after(lb(), other, unsure, group())
    assert listening(found) == [f"tcp/8443 > {GROUP} ?"]
    assert listening(found, "aws_lb.m") == [f"tcp/8443 > {GROUP} ?"]
