"""What a plan says of Cloud WAN: whose routes a segment holds, and who is in it (F90).

Sources: "Core network policy version parameters in AWS Cloud WAN" and "Add segment actions in an
AWS Cloud WAN core network policy version" of the Cloud WAN user guide.
"""

from __future__ import annotations

import json

import pytest

from tests.topology.plans import (
    UNSET,
    Item,
    changed,
    echo,
    gone,
    link,
    new,
    plan,
    ref,
    routes,
    stands,
    verdict,
)
from tfreach.topology.between import ToAttachment
from tfreach.topology.core_policy import NotEvaluatedError, place, read_policy
from tfreach.topology.network import Blackhole, Network, Tri

CORE, POLICY = "aws_networkmanager_core_network.c", "aws_networkmanager_core_network_policy"
ATTACH = "aws_networkmanager_vpc_attachment"
LATER = ref("aws_ssm_parameter.p.value")
ALL = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
Part = dict[str, object]


def segment(name: str, **more: object) -> Part:
    given = {key.replace("_", "-"): value for key, value in more.items()}
    return {"name": name, "require-attachment-acceptance": False, **given}


def share(name: str, others: object) -> Part:
    return {"action": "share", "mode": "attachment-route", "segment": name, "share-with": others}


def create_route(name: str, block: str, *ends: str) -> Part:
    return {"action": "create-route", "segment": name, "destination-cidr-blocks": [block],
            "destinations": list(ends)}  # fmt: skip


BY_TAG: Part = {
    "rule-number": 100,
    "conditions": [{"type": "tag-exists", "key": "segment"}],
    "action": {"association-method": "tag", "tag-value-of-key": "segment"},
}
PROD, DEV = segment("prod"), segment("dev")


def document(
    *segments: Part, actions: object = (), rules: object = (BY_TAG,), **more: object
) -> str:
    return json.dumps({
        "version": "2021.12",
        "core-network-configuration": {"asn-ranges": ["64512-64555"],
                                       "edge-locations": [{"location": "us-east-1"}]},
        "segments": segments, "segment-actions": actions, "attachment-policies": rules, **more,
    })  # fmt: skip


def world() -> list[Item]:
    found: list[Item] = []
    for number, name in enumerate("abd"):
        listed = {"cidr_block": "10.0.0.0/8", "core_network_arn": "arn-c"}
        found += [
            stands(f"aws_vpc.{name}", cidr_block=f"10.{number}.0.0/16",
                   arn=echo(f"arn-vpc-{name}")),
            stands(f"aws_subnet.{name}", vpc_id=f"vpc-{name}", cidr_block=f"10.{number}.1.0/24",
                   arn=echo(f"arn-subnet-{name}")),
            stands(f"aws_security_group.{name}", vpc_id=f"vpc-{name}", ingress=[ALL], egress=[ALL]),
            stands(f"aws_instance.{name}", subnet_id=f"subnet-{name}",
                   private_ip=f"10.{number}.1.9", vpc_security_group_ids=[f"sg-{name}"]),
            stands(f"aws_route_table.{name}", vpc_id=f"vpc-{name}", route=[listed]),
            stands(f"aws_route_table_association.{name}", subnet_id=f"subnet-{name}",
                   route_table_id=f"rtb-{name}"),
        ]  # fmt: skip
    return [*found, stands(CORE, arn=echo("arn-c"))]


def policy(text: object) -> Item:
    named = ident_of_core()
    return new(f"{POLICY}_attachment.p", core_network_id=named, policy_document=text)


def ident_of_core() -> str:
    return "aws_networkmanager_core_network-c"


def attach(name: str, tag: object = "prod", **more: object) -> Item:
    given = {"core_network_id": ident_of_core(), "vpc_arn": f"arn-vpc-{name}",
             "subnet_arns": [f"arn-subnet-{name}"], "tags": {"segment": tag},
             "tags_all": echo({"segment": tag}), "segment_name": UNSET, "state": UNSET}  # fmt: skip
    return new(f"{ATTACH}.{name}", **{**given, **more})


def after(*items: Item) -> Network:
    return plan(*world(), *items).after


def calls(network: Network, source: str = "a", destination: str = "b") -> str:
    return verdict(network, f"aws_instance.{source}", f"aws_instance.{destination}")


def told(network: Network, name: str) -> list[str]:
    found = []
    for one in network.transit_tables[f"{CORE} (segment {name})"].routes:
        (target,) = one.targets
        word = "elsewhere"
        if isinstance(target, ToAttachment):
            word = target.attachment.rpartition(".")[2]
        elif isinstance(target, Blackhole):
            word = "gone"
        sign = "" if one.static else "~ "
        found.append(f"{sign}{one.prefix} > {word}{' ?' * bool(one.unknown)}")
    return found


def test_f90_attachments_of_one_segment_talk() -> None:
    found = after(policy(document(PROD, DEV)), attach("a"), attach("b"), attach("d", "dev"))
    assert told(found, "prod") == ["~ 10.0.0.0/16 > a", "~ 10.1.0.0/16 > b"]
    assert told(found, "dev") == ["~ 10.2.0.0/16 > d"]
    assert link(found.attachments[f"{ATTACH}.a"].table) == f"{CORE} (segment prod)"
    assert routes(found, "aws_route_table.a") == [f"10.0.0.0/8 > {CORE}"]
    assert (calls(found), calls(found, "b", "a")) == ("reachable", "reachable")
    assert (calls(found, "a", "d"), calls(found, "d", "a")) == ("unreachable", "unreachable")
    assert found.other_ways_in == ""


def test_f90_those_of_an_isolated_segment_do_not() -> None:
    alone = segment("prod", isolate_attachments=True)
    found = after(policy(document(alone, DEV)), attach("a"), attach("b"))
    assert told(found, "prod") == []
    assert calls(found) == "unreachable"


@pytest.mark.parametrize("others", ["*", ["*"], ["dev"], {"except": ["hub"]}])
def test_f90_a_share_is_of_both_segments_and_leads_no_further(others: object) -> None:
    text = document(segment("prod", isolate_attachments=True), DEV, segment("hub"),
                    actions=[share("prod", others)])  # fmt: skip
    found = after(policy(text), attach("a"), attach("b"), attach("d", "dev"))
    assert told(found, "prod") == ["~ 10.2.0.0/16 > d"]
    assert told(found, "dev") == ["~ 10.0.0.0/16 > a", "~ 10.1.0.0/16 > b", "~ 10.2.0.0/16 > d"]
    assert (calls(found, "a", "d"), calls(found, "d", "a")) == ("reachable", "reachable")
    assert calls(found) == "unreachable"


@pytest.mark.parametrize("filtered", [{"deny_filter": ["dev"]}, {"allow_filter": ["hub"]}])
def test_f90_a_filter_takes_routes_out_of_its_own_segment(filtered: Part) -> None:
    text = document(segment("prod", **filtered), DEV, segment("hub"), actions=[share("prod", "*")])
    found = after(policy(text), attach("a"), attach("d", "dev"))
    assert told(found, "prod") == ["~ 10.0.0.0/16 > a"]
    assert told(found, "dev") == ["~ 10.0.0.0/16 > a ?", "~ 10.2.0.0/16 > d"]
    assert calls(found, "a", "d") == "unreachable"


def test_f90_static_routes_of_a_segment_stay_in_it() -> None:
    ways = [create_route("prod", "10.1.0.0/16", "blackhole"),
            create_route("prod", "10.9.0.0/16", "attachment-1")]  # fmt: skip
    text = document(PROD, DEV, actions=[*ways, share("prod", ["dev"])])
    found = after(policy(text), attach("a"), attach("b"), attach("d", "dev"))
    assert told(found, "prod")[:2] == ["10.1.0.0/16 > gone", "10.9.0.0/16 > elsewhere"]
    assert not any("gone" in text for text in told(found, "dev"))
    assert calls(found) == "unreachable"
    stays = stands(f"{ATTACH}.b", core_network_id=ident_of_core(), vpc_arn="arn-vpc-b",
                   subnet_arns=["arn-subnet-b"], tags={"segment": "dev"})  # fmt: skip
    way = create_route("prod", "10.1.0.0/16", f"{ATTACH}-b")
    found = after(policy(document(PROD, DEV, actions=[way])), attach("a"), stays)
    assert told(found, "prod")[0] == "10.1.0.0/16 > b"


UNREAD = [
    pytest.param(LATER, "not known before apply", id="not-known"),
    pytest.param("{", "is no JSON", id="no-json"),
    pytest.param("[]", "not of the form", id="no-object"),
    pytest.param(
        document(PROD, actions=[{"action": "send-via", "segment": "prod", "mode": "single-hop"}]),
        "has the segment action send-via", id="service-insertion",
    ),
    pytest.param(
        document(PROD, **{"network-function-groups": [{"name": "fw"}]}),
        "has network-function-groups", id="function-groups",
    ),
    pytest.param(
        document(PROD, actions=[share("prod", "*") | {"routing-policy-names": ["x"]}]),
        "has routing-policy-names", id="routing-policies",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), UNREAD)
def test_f90_what_is_not_known_of_a_policy_leaves_it_undetermined(text: object, why: str) -> None:
    found = after(policy(text), attach("a"), attach("b"))
    assert calls(found) == "undetermined"
    one = found.attachments[f"{ATTACH}.a"]
    assert (one.table.open, why in one.table.reason) == (True, True)
    assert f"{ATTACH}.a may lead there" in found.other_ways_in


def test_f90_a_core_network_without_a_policy_here_is_undetermined() -> None:
    assert calls(after(attach("a"), attach("b"))) == "undetermined"
    left = gone(f"{POLICY}_attachment.p", core_network_id=ident_of_core(), policy_document="{}")
    assert calls(after(attach("a"), attach("b"), left)) == "undetermined"
    far = [attach(name, core_network_id="core-network-1") for name in "ab"]
    assert calls(after(*far)) == "undetermined"
    arn = "arn:aws:networkmanager::1:core-network/core-network-1"
    away = [stands(f"aws_route.{name}", route_table_id=f"rtb-{name}", core_network_arn=arn,
                   destination_cidr_block="10.0.0.0/12") for name in "ab"]  # fmt: skip
    found = after(*far, *away)
    assert "10.0.0.0/12 > core-network-1" in routes(found, "aws_route_table.a")
    assert calls(found) == "undetermined"


def test_f90_an_attachment_that_is_not_accepted_is_undetermined() -> None:
    """Segments want acceptance unless they say otherwise."""
    strict = policy(document({"name": "prod"}))
    found = after(strict, attach("a"), attach("b"))
    assert found.attachments[f"{ATTACH}.b"].active is Tri.MAYBE
    assert calls(found) == "undetermined"
    accepted = [
        new(f"aws_networkmanager_attachment_accepter.{name}", attachment_type="VPC",
            attachment_id=ref(f"{ATTACH}.{name}.id"))
        for name in "ab"
    ]  # fmt: skip
    assert calls(after(strict, attach("a"), attach("b"), *accepted)) == "reachable"
    stood = {"state": echo("AVAILABLE"), "segment_name": echo("prod")}
    assert calls(after(strict, *(attach(name, **stood) for name in "ab"))) == "reachable"
    moved = {**stood, "segment_name": echo("dev")}
    assert calls(after(strict, *(attach(name, **moved) for name in "ab"))) == "undetermined"


def test_f90_a_tag_that_is_not_known_leaves_the_segment_open() -> None:
    rest: Part = {"rule-number": 200, "conditions": [{"type": "any"}],
                  "action": {"association-method": "constant", "segment": "prod"}}  # fmt: skip
    text = policy(document(PROD, DEV, rules=[BY_TAG, rest]))
    plain = {"tags": {}, "tags_all": echo({})}
    assert calls(after(text, attach("a"), attach("b", **plain))) == "reachable"
    for tags in (LATER, {"segment": LATER, "Name": "b"}):
        both = {"tags": tags, "tags_all": echo(tags)}
        assert calls(after(text, attach("a"), attach("b", **both))) == "undetermined"


@pytest.mark.parametrize(
    ("rule", "tags", "expected"),
    [
        ([{"type": "any"}], {}, "prod"),
        ([{"type": "attachment-type", "operator": "equals", "value": "vpc"}], None, "prod"),
        ([{"type": "attachment-type", "operator": "equals", "value": "connect"}], {}, ""),
        ([{"type": "tag-value", "operator": "equals", "key": "k", "value": "v"}],
         {"k": "v"}, "prod"),
        ([{"type": "tag-value", "operator": "equals", "key": "k", "value": "v"}], {"k": "w"}, ""),
        ([{"type": "tag-value", "operator": "begins-with", "key": "k", "value": "v"}],
         {"k": "vw"}, "prod"),
        ([{"type": "tag-exists", "key": "k"}], None, ""),
        ([{"type": "region", "operator": "equals", "value": "us-east-1"}], {}, ""),
    ],
)  # fmt: skip
def test_f90_the_first_attachment_policy_that_applies_names_the_segment(
    rule: list[Part], tags: dict[str, str] | None, expected: str
) -> None:
    to = {"association-method": "constant", "segment": "prod"}
    one = {"rule-number": 1, "conditions": rule, "action": to}
    found = place(read_policy(document(PROD, DEV, rules=[one])), tags)
    assert (found.segment, bool(found.why)) == (expected, not expected)


def test_f90_conditions_are_joined_by_their_logic_and_rules_by_their_number() -> None:
    both = [{"type": "tag-exists", "key": "a"}, {"type": "tag-exists", "key": "b"}]
    late = {"rule-number": 9, "conditions": [{"type": "any"}],
            "action": {"association-method": "constant", "segment": "dev"}}  # fmt: skip
    for logic, expected in (("and", "dev"), ("or", "prod"), ("", "")):
        early = {"rule-number": 2, "condition-logic": logic, "conditions": both,
                 "action": {"association-method": "constant", "segment": "prod"}}  # fmt: skip
        found = read_policy(document(PROD, DEV, rules=[late, early]))
        assert place(found, {"a": ""}).segment == expected


def test_f10_group_references_do_not_pass_unless_the_policy_says_so() -> None:
    found = after(policy(document(PROD)), attach("a"))
    assert found.attachments[f"{ATTACH}.a"].groups is Tri.NO
    on = document(PROD, **{"core-network-configuration": {"security-group-support": True}})
    assert after(policy(on), attach("a")).attachments[f"{ATTACH}.a"].groups is Tri.MAYBE


def test_what_another_attachment_of_the_core_network_tells_is_not_known() -> None:
    vpn = new("aws_networkmanager_site_to_site_vpn_attachment.v", core_network_id=ident_of_core())
    found = after(policy(document(PROD)), attach("a"), attach("b"), vpn)
    assert calls(found) == "reachable"
    assert "site_to_site" in found.other_ways_in
    assert any(text.endswith("> elsewhere ?") for text in told(found, "prod"))


def test_f90_what_a_core_network_tells_a_transit_gateway_is_not_known() -> None:
    joined = new("aws_networkmanager_transit_gateway_route_table_attachment.j", peering_id=LATER)
    table = new("aws_ec2_transit_gateway_route_table.t", transit_gateway_id="tgw-1")
    for more, expected in (([], True), ([joined], False)):
        found = after(table, *more)
        (there,) = found.transit_tables.values()
        assert (there.routes == ()) is expected
        assert all(one.unknown for one in there.routes)
        assert bool(found.other_ways_in) is not expected


def test_a_changed_policy_opens_what_it_shares() -> None:
    named = {"core_network_id": ident_of_core()}
    shared = document(PROD, DEV, actions=[share("prod", ["dev"])])
    one = changed(f"{POLICY}_attachment.p", {**named, "policy_document": document(PROD, DEV)},
                  policy_document=shared)  # fmt: skip
    fixed = [
        stands(f"{ATTACH}.{name}", **named, vpc_arn=f"arn-vpc-{name}",
               subnet_arns=[f"arn-subnet-{name}"], tags={"segment": tag})
        for name, tag in (("a", "prod"), ("d", "dev"))
    ]  # fmt: skip
    found = plan(*world(), *fixed, one)
    assert [calls(side, "a", "d") for side in (found.before, found.after)] == [
        "unreachable",
        "reachable",
    ]


def test_policies_of_another_form_are_refused() -> None:
    for text in ('{"segments": [{"name": "a", "isolate-attachments": "yes"}]}', '{"segments": 1}'):
        with pytest.raises(NotEvaluatedError):
            read_policy(text)
