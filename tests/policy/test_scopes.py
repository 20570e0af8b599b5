"""Scopes of Network Access Analyzer: the rules they are, and what of them is refused, by line."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tfreach.engine.verdicts import Options
from tfreach.errors import UsageError
from tfreach.pipeline import analyse
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.grammar import parse
from tfreach.policy.rules import Deny, End
from tfreach.policy.scene import Scene
from tfreach.policy.services import services_of
from tfreach.topology.network import Location

IGW = {"ResourceStatement": {"ResourceTypes": ["AWS::EC2::InternetGateway"]}}
BALANCERS = [
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
]
GUIDE = {
    "MatchPaths": [
        {
            "Source": IGW,
            "Destination": {
                "ResourceStatement": {"Resources": ["subnet-0abc"]},
                "PacketHeaderStatement": {"Protocols": ["tcp"], "DestinationPorts": ["22", "3389"]},
            },
        }
    ],
    "ExcludePaths": [
        {"Source": {"PacketHeaderStatement": {"SourceAddresses": ["203.0.113.0/24"]}}}
    ],
}
"""The example of the guide, without its firewall."""


def rules(value: Any) -> tuple[Deny, ...]:
    return read_policy([("scope.json", json.dumps(value, indent=1).encode())]).denies


def text(end: End | None) -> str:
    return end.text if end else ""


def test_the_example_of_the_guide() -> None:
    (rule,) = rules(GUIDE)
    assert rule.name == "scope.json MatchPaths[0]"
    assert rule.location == Location("scope.json", 3)
    assert [text(end) for end in rule.flows.ends] == ["internet", "subnet:subnet-0abc"]
    wanted = services_of("tcp", "22,3389", None)
    assert (rule.flows.services.ipv4, rule.flows.services.ipv6) == (wanted.ipv4, wanted.ipv6)
    assert rule.flows.services.text == "tcp/22,3389"
    (excepted,) = rule.excepts
    assert [text(end) for end in excepted.ends] == ["203.0.113.0/24", ""]
    assert excepted.services.ipv4 == (
        services_of("tcp", None, None).ipv4 | services_of("udp", None, None).ipv4
    )
    assert (rule.through, rule.new, rule.severity) == (True, False, "error")


def resources(*names: str, **packets: list[str]) -> dict[str, Any]:
    return {"ResourceStatement": {"Resources": list(names)}} | (
        {"PacketHeaderStatement": packets} if packets else {}
    )


@pytest.mark.parametrize(
    ("path", "source", "destination"),
    [
        ({"Source": IGW}, "internet", ""),
        ({"Destination": IGW}, "", "internet"),
        (
            {"Source": resources("i-0abc", "eni-1"), "Destination": IGW},
            "i-0abc | eni-1",
            "internet",
        ),
        (
            {"Source": resources("sg-1"), "Destination": resources("vpc-2", "vpce-3")},
            "sg:sg-1",
            "vpc:vpc-2 | vpce-3",
        ),
        (
            {"Source": resources("arn:aws:ec2:eu-west-1:1:instance/i-0abc"), "Destination": IGW},
            "i-0abc",
            "internet",
        ),
        (
            {"Source": {"ResourceStatement": {"ResourceTypes": ["AWS::EC2::VPNGateway"]}}},
            "on-premises",
            "",
        ),
        (
            {
                "Source": IGW
                | {"PacketHeaderStatement": {"SourceAddresses": ["8.8.8.8", "9.9.9.9"]}},
                "Destination": resources("i-1", DestinationAddresses=["10.0.0.0/8"]),
            },
            "(internet) & (8.8.8.8 | 9.9.9.9)",
            "(i-1) & (10.0.0.0/8)",
        ),
    ],
)
def test_ends(path: Any, source: str, destination: str) -> None:
    (rule,) = rules({"MatchPaths": [path]})
    assert [text(end) for end in rule.flows.ends] == [source, destination]
    for end in filter(None, rule.flows.ends):
        assert end.selector == parse(end.text)


def test_protocols_and_ports_of_both_ends() -> None:
    source = IGW | {"PacketHeaderStatement": {"Protocols": ["tcp"]}}
    both = resources("i-1", DestinationPorts=["22", "80-90"])
    (rule,) = rules({"MatchPaths": [{"Source": source, "Destination": both}]})
    assert rule.flows.services.ipv4 == services_of("tcp", "22,80-90", None).ipv4
    (rule,) = rules({"MatchPaths": [{"Source": IGW, "Destination": both}]})
    assert rule.flows.services.ipv4 == services_of(None, "22,80-90", None).ipv4


def test_load_balancers_may_be_left_out() -> None:
    through = {"ThroughResources": [{"ResourceStatement": {"ResourceTypes": BALANCERS}}]}
    (rule,) = rules({**GUIDE, "ExcludePaths": [through]})
    assert (rule.through, rule.excepts) == (False, ())


def test_as_aws_gives_it_back() -> None:
    content = {"NetworkInsightsAccessScopeContent": {"NetworkInsightsAccessScopeId": "x", **GUIDE}}
    (rule,) = rules(content)
    assert rule.location == Location("scope.json", 5)
    assert len(rule.excepts) == 1


def through(*kinds: str) -> dict[str, Any]:
    return {"ThroughResources": [{"ResourceStatement": {"ResourceTypes": list(kinds)}}]}


PEERING = {"ResourceStatement": {"ResourceTypes": ["AWS::EC2::VPCPeeringConnection"]}}


@pytest.mark.parametrize(
    ("value", "line", "says"),
    [
        pytest.param({"MatchPaths": []}, 2, "nothing is said here", id="no-path"),
        pytest.param({"ExcludePaths": []}, 1, "'MatchPaths' is missing", id="nothing-matched"),
        pytest.param({"MatchPaths": [{}]}, 3, "nothing is said here", id="an-empty-path"),
        pytest.param(
            {"MatchPaths": [{"Sources": IGW}]}, 4, "did you mean 'Source'?", id="an-unknown-key"
        ),
        pytest.param(
            {
                "MatchPaths": [
                    {
                        "Source": {
                            "ResourceStatement": {"Resources": ["i-1"], "ResourceTypes": ["x"]}
                        }
                    }
                ]
            },
            5,
            "only one may stand here",
            id="both-kinds-of-resources",
        ),
        pytest.param({"MatchPaths": [{"Source": PEERING}]}, 7, "cannot be said", id="peering"),
        pytest.param(
            {"MatchPaths": [{"Source": resources("igw-1")}]}, 7, "igw-1 as Source", id="one-gateway"
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("vpce-1")}]}, 7, "vpce-1 as Source", id="no-source"
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("arn:aws:resource-groups:eu-west-1:1:group/x")}]},
            7,
            "cannot be said",
            id="a-resource-group",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": IGW, **through(*BALANCERS)}]},
            11,
            "what is matched by its way",
            id="matched-by-its-way",
        ),
        pytest.param(
            GUIDE | {"ExcludePaths": [through("AWS::NetworkFirewall::NetworkFirewall")]},
            31,
            "what is excluded by this way",
            id="a-firewall",
        ),
        pytest.param(
            GUIDE | {"ExcludePaths": [through(BALANCERS[0])]},
            31,
            "would be `via: ignore`",
            id="one-kind-of-load-balancer",
        ),
        pytest.param(
            GUIDE | {"ExcludePaths": [through(*BALANCERS) | {"Source": IGW}]},
            31,
            "by its way and its ends",
            id="by-way-and-ends",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("i-1", SourcePorts=["53"])}]},
            11,
            "SourcePorts at the Source",
            id="client-ports",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("i-1", SourcePrefixLists=["pl-1"])}]},
            11,
            "SourcePrefixLists",
            id="prefix-lists",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("i-1", DestinationAddresses=["10.0.0.1"])}]},
            11,
            "DestinationAddresses at the Source",
            id="the-other-end",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("i-1", DestinationPorts=["ssh"])}]},
            11,
            "is not a list of ports",
            id="a-port",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("i-1", Protocols=["icmp"])}]},
            12,
            "'icmp' is not one of tcp, udp",
            id="a-protocol",
        ),
        pytest.param(
            {
                "MatchPaths": [
                    {
                        "Source": resources("i-1", Protocols=["tcp"]),
                        "Destination": resources("i-2", Protocols=["udp"]),
                    }
                ]
            },
            3,
            "no packet can be",
            id="no-packet",
        ),
        pytest.param(
            {"MatchPaths": [{"Source": resources("i-1", SourceAddresses=["10.0.0.0/("])}]},
            4,
            "selector",
            id="no-block",
        ),
    ],
)
def test_what_cannot_be_a_policy_is_refused(value: Any, line: int, says: str) -> None:
    with pytest.raises(UsageError) as error:
        rules(value)
    assert f"scope.json:{line}: " in str(error.value)
    assert says in str(error.value)


def test_a_scope_is_checked() -> None:
    file = FIXTURES / "public-private" / "change" / "state.json"
    found = analyse(file.read_bytes(), str(file))
    ids = {name: id_ for id_, name in found.after.known_as.items()}
    path = {
        "Source": IGW,
        "Destination": resources(ids["aws_subnet.public"], Protocols=["tcp"]),
    }
    office = {"Source": {"PacketHeaderStatement": {"SourceAddresses": ["203.0.113.0/24"]}}}

    def broken(**more: Any) -> list[str]:
        text = json.dumps({"MatchPaths": [path], **more}).encode()
        scene = Scene(found.before, found.after, found.planned, Options(), date(2026, 11, 30))
        results = check(read_policy([("scope.json", text)]), scene)
        return [one.destination for one in results if one.fails]

    assert broken() == ["aws_instance.bastion", "aws_instance.web"]
    assert broken(ExcludePaths=[office]) == ["aws_instance.web"]
