"""Single flows in hand-made networks: what AWS says of security groups and network ACLs."""

from __future__ import annotations

import pytest

from tests.engine.networks import (
    OPEN,
    acl,
    group,
    host,
    link,
    subnet,
)
from tests.engine.tiers import MAYBE, NO, YES, answer, blockers, only, tiers
from tfreach.engine.verdicts import Disposition
from tfreach.topology.network import Network, OneOf, Tri

# Security groups


def test_f1_any_rule_of_any_group_permits_in_no_order() -> None:
    narrow, wide = group("narrow", "in tcp/80 from 10.0.0.0/16"), group("wide", *OPEN)
    two = host("job", "10.0.0.6", "a", groups=(link("narrow"), link("wide")))
    net = tiers(narrow, wide, two)
    assert answer(net, "web -> job tcp/80") == (YES, YES)
    assert answer(net, "web -> job tcp/22") == (YES, YES)
    assert only(net, "web -> job tcp/80").forward.hops[1].component == "narrow"


def test_f1_no_group_denies() -> None:
    found = only(tiers(host("job", "10.0.0.6", "a", groups=())), "web -> job tcp/22")
    assert blockers(found) == ["forward ingress eni-job ENI_SG_RULES_MISMATCH"]


def test_f2_replies_pass_security_groups_without_a_rule() -> None:
    net = tiers(
        group("web", "out tcp/5432 to 10.0.1.0/24"), group("db", "in tcp/5432 from 10.0.0.0/8")
    )
    assert answer(net, "web -> db tcp/5432") == (YES, YES)
    assert answer(net, "db -> web tcp/5432") == (NO, NO)


def test_a_group_without_rules_is_told_from_one_whose_rules_do_not_match() -> None:
    net = tiers(group("web"), group("db", "in tcp/1 from 0.0.0.0/0"))
    assert blockers(only(net, "web -> db tcp/5432")) == [
        "forward egress web SG_HAS_NO_RULES",
        "forward ingress db ENI_SG_RULES_MISMATCH",
    ]


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        pytest.param(("web",), YES, id="the interface carries the group (F5)"),
        pytest.param(("job",), NO, id="it carries another"),
        pytest.param(("job", "web"), MAYBE, id="it may carry the group"),
        pytest.param(("?",), MAYBE, id="nothing is known of what it carries"),
    ],
)
def test_f5_a_group_means_the_interfaces_that_carry_it(
    carried: tuple[str, ...], expected: Tri
) -> None:
    rules = group("db", "in tcp/5432 from group:web")
    sender = host("job", "10.0.0.6", "a", groups=(link("job"), link(*carried)))
    assert answer(tiers(rules, sender), "job -> db tcp/5432")[0] is expected


def test_f6_from_the_internet_no_group_matches() -> None:
    net = tiers(group("web", "in any from group:web", "out any to group:db"))
    assert answer(net, "203.0.113.9 -> web tcp/22")[0] is NO
    assert answer(net, "web -> 203.0.113.9 tcp/22")[0] is NO
    assert answer(net, "web -> db tcp/22")[0] is YES


def test_f7_members_of_a_group_need_a_rule_for_themselves() -> None:
    both = (
        host("web", "10.0.0.5", "a", groups=(link("web"),)),
        host("job", "10.0.0.6", "a", groups=(link("web"),)),
    )
    alone = tiers(*both, group("web", "out any to 0.0.0.0/0"))
    among = tiers(*both, group("web", "out any to 0.0.0.0/0", "in any from group:web"))
    assert answer(alone, "web -> job tcp/22") == (NO, NO)
    assert answer(among, "web -> job tcp/22") == (YES, YES)


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        pytest.param("in 50 from 0.0.0.0/0", "50", YES, id="a protocol without ports"),
        pytest.param("in any from 0.0.0.0/0", "50", YES, id="every protocol, every port"),
        pytest.param("in tcp from 0.0.0.0/0", "udp/53", NO, id="tcp is not udp"),
        pytest.param("in icmp/2048-2303 from 0.0.0.0/0", "icmp/8", YES, id="icmp by type"),
        pytest.param("in icmp/2048-2303 from 0.0.0.0/0", "icmp/13", NO, id="icmp, another type"),
    ],
)
def test_f15_a_rule_matches_by_protocol(rule: str, asked: str, expected: Tri) -> None:
    assert answer(tiers(group("db", rule)), f"web -> db {asked}")[0] is expected


# Network ACLs


@pytest.mark.parametrize(
    ("rules", "asked", "decides"),
    [
        pytest.param(
            ("in 200 permit any from 0.0.0.0/0", "in 100 deny tcp/22 from 0.0.0.0/0"),
            "tcp/22",
            "in 100 deny tcp/22 from 0.0.0.0/0",
            id="the lower number decides, wherever it is written",
        ),
        pytest.param(
            ("in 100 permit tcp/22 from 0.0.0.0/0", "in 200 deny any from 0.0.0.0/0"),
            "tcp/22",
            "in 100 permit tcp/22 from 0.0.0.0/0",
            id="a later deny is not looked at",
        ),
        pytest.param(
            ("in 100 permit tcp/22 from 0.0.0.0/0",), "tcp/23", "", id="no match: rule * denies"
        ),
        pytest.param((), "tcp/22", "", id="an ACL without rules denies everything (F26)"),
        pytest.param(
            ("in 100 deny any from 10.0.0.4/31", "in 200 permit any from 0.0.0.0/0"),
            "tcp/22",
            "in 100 deny any from 10.0.0.4/31",
            id="by the address of the sender",
        ),
    ],
)
def test_f23_the_first_match_by_number_decides(
    rules: tuple[str, ...], asked: str, decides: str
) -> None:
    net = tiers(acl("mine", "out 1 permit any to 0.0.0.0/0", *rules), db_acl="mine")
    hop = only(net, f"web -> db {asked}").forward.hops[3]
    assert hop.component == "mine"
    assert hop.rule.text == decides
    assert hop.action == ("permit" if " permit " in decides else "deny")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param(("in 1 permit any from 0.0.0.0/0 ?",), MAYBE, id="it may permit"),
        pytest.param(
            ("in 1 deny any from 0.0.0.0/0 ?", "in 2 permit any from 0.0.0.0/0"),
            MAYBE,
            id="it may deny before a permit",
        ),
        pytest.param(
            ("in 1 permit any from 0.0.0.0/0 ?", "in 2 permit any from 0.0.0.0/0"),
            YES,
            id="permitted either way",
        ),
        pytest.param(
            ("in 1 deny any from 0.0.0.0/0 ?", "in 2 deny any from 0.0.0.0/0"),
            NO,
            id="denied either way",
        ),
        pytest.param(
            ("in 1 permit any from 0.0.0.0/0", "in 2 deny any from 0.0.0.0/0 ?"),
            YES,
            id="what may come later has no say",
        ),
    ],
)
def test_f23_rules_that_may_match(rules: tuple[str, ...], expected: Tri) -> None:
    net = tiers(acl("mine", "out 1 permit any to 0.0.0.0/0", *rules), db_acl="mine")
    found = only(net, "web -> db tcp/22")
    assert found.delivered is expected
    assert bool(found.forward.hops[3].unknown) == (expected is MAYBE)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        pytest.param(link("open"), YES, id="known"),
        pytest.param(link("open", "shut"), MAYBE, id="one of two that differ"),
        pytest.param(link("open", "open-2"), YES, id="one of two that agree"),
        pytest.param(link("?"), MAYBE, id="nothing known"),
        pytest.param(link("not-there"), MAYBE, id="not in the plan"),
        pytest.param(OneOf(), MAYBE, id="a subnet always has one"),
    ],
)
def test_f22_a_subnet_has_one_acl(to: OneOf, expected: Tri) -> None:
    two = (
        acl("shut"),
        acl("open-2", "in 1 permit any from 0.0.0.0/0", "out 1 permit any to 0.0.0.0/0"),
    )
    net = tiers(*two, subnet("b", "10.0.1.0/24", acl=to))
    assert answer(net, "web -> db tcp/22")[0] is expected


def test_f27_a_reply_needs_a_rule_of_its_own() -> None:
    rules = ("in 1 permit tcp/443 from 0.0.0.0/0", "out 1 permit tcp/32768-60999 to 0.0.0.0/0")
    net = tiers(acl("mine", *rules), web_acl="mine")
    assert answer(net, "203.0.113.9 -> web tcp/443 from 40000") == (YES, YES)
    assert answer(net, "203.0.113.9 -> web tcp/443 from 61000") == (YES, NO)
    found = only(net, "203.0.113.9 -> web tcp/443 from 61000")
    assert found.back is not None
    assert found.back.disposition is Disposition.DENIED_OUT
    (blocker,) = found.blockers
    assert (blocker.code, blocker.leg) == ("SUBNET_ACL_RESTRICTION", "return")
    assert blocker.fix == "permit tcp/1024-65535 to 203.0.113.9 in an egress rule of mine"


def test_f28_an_acl_that_denies_all_does_not_judge_inside_its_subnet() -> None:
    net = tiers(acl("shut"), web_acl="shut")
    assert answer(net, "web -> job tcp/22") == (YES, YES)
    assert answer(net, "web -> db tcp/22") == (NO, NO)


def test_f31_a_nat_gateway_uses_its_own_ports_and_the_client_its_own() -> None:
    nat_side = ("in 1 permit tcp/1024-2000 from 0.0.0.0/0", "out 1 permit any to 0.0.0.0/0")
    inner = ("in 2 permit any from 10.0.0.0/8", *nat_side)
    own = ("in 1 permit tcp/50000 from 0.0.0.0/0", "out 1 permit any to 0.0.0.0/0")
    net = tiers(acl("edge", *inner), acl("own", *own), web_acl="edge", db_acl="own")
    text = "db -> 203.0.113.9 tcp/443"
    assert only(net, f"{text} from 50000", nat_port=1024).round_trip is YES
    assert only(net, f"{text} from 50001", nat_port=1024).round_trip is NO
    found = only(net, f"{text} from 50000", nat_port=2001)
    assert found.blockers[0].fix.startswith("permit tcp/1024-65535 from 203.0.113.9 in an ingress")


@pytest.mark.parametrize(
    ("net", "text", "expected"),
    [
        pytest.param(
            tiers(
                acl("mine", "in 1 permit any from 203.0.113.0/24", "out 1 permit any to 0.0.0.0/0"),
                group("web", "in any from 203.0.113.0/24"),
                web_acl="mine",
            ),
            "203.0.113.9 -> web tcp/443",
            YES,
            id="coming in they see the public client",
        ),
        pytest.param(
            tiers(
                acl("mine", "in 1 permit any from 203.0.113.0/24", "out 1 permit any to 0.0.0.0/0"),
                db_acl="mine",
            ),
            "db -> 203.0.113.9 tcp/443",
            YES,
            id="coming back through a NAT gateway they see the public peer",
        ),
        pytest.param(
            tiers(
                acl("mine", "in 1 permit any from 10.0.1.0/24", "out 1 permit any to 0.0.0.0/0"),
                web_acl="mine",
            ),
            "db -> 203.0.113.9 tcp/443",
            NO,
            id="the subnet of a NAT gateway sees the private client, then the public peer",
        ),
        pytest.param(
            tiers(
                acl("mine", "in 1 permit any from 0.0.0.0/0", "out 1 permit any to 203.0.113.0/24"),
                web_acl="mine",
            ),
            "db -> 203.0.113.9 tcp/443",
            NO,
            id="and lets the reply out to the private client only by a rule for it",
        ),
    ],
)
def test_f32_filters_see_public_peers_and_private_own_addresses(
    net: Network, text: str, expected: Tri
) -> None:
    found = only(net, text)
    assert found.delivered is YES
    assert found.round_trip is expected
