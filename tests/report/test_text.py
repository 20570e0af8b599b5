"""The text a reviewer reads: what opens, to whom, by which line of the change, is it sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import samples
from tfreach.engine.verdicts import FlowSet, Pair, Verdict
from tfreach.report import text, words
from tfreach.report.found import Style
from tfreach.space.headers import ALL_SERVICES, ICMP, TCP, UDP, services
from tfreach.space.intervals import IntervalSet

PLAIN, LOUD = Style(), Style(color=True, verbose=True)


def test_an_opened_path() -> None:
    assert text.diff(samples.OPENED, PLAIN) == (
        "tfreach · app-prod · 1 resource changes · 6 interfaces, 1 VPC\n"
        "\n"
        "OPENED  internet → aws_instance.web[*] (2)    tcp/22\n"
        "        only from 203.0.113.0/24\n"
        "        because  +  aws_sg_rule.ssh[0]  m.tf:9  permits tcp/22 from 203.0.113.0/24\n"
        "        path     internet → aws_internet_gateway.igw → aws_network_acl.all"
        ' → aws_security_group.web → aws_instance.web["x.y"]\n'
        "\n"
        "40 pairs unchanged. 1 assumption (--verbose)."
        " 6 links: 3 known, 2 followed, 1 one of several (--config-dir settles them)."
        " Not modelled: 1 aws_lb.\n"
    )


def test_a_closed_path() -> None:
    said = text.diff(samples.CLOSED, PLAIN)
    assert "\nCLOSED  internet → aws_instance.web[*] (2)    tcp/22\n" in said
    assert "        path     internet → aws_internet_gateway.igw → " in said


def test_no_change() -> None:
    said = text.diff(samples.NOTHING, PLAIN)
    assert "\nNo change in what can talk to what.\n" in said
    assert "42 pairs unchanged." in said


def test_a_network_without_endpoints_is_not_called_unchanged() -> None:
    lone = {"internet": samples.NOTHING.after.endpoints["internet"]}
    empty = replace(samples.NOTHING.after, endpoints=lone)
    found = replace(samples.NOTHING, before=empty, after=empty)
    assert "\nNothing to judge: no endpoint that is modelled lives here.\n" in text.diff(
        found, PLAIN
    )


def test_a_new_host() -> None:
    said = text.diff(samples.ADDED, PLAIN)
    assert "        new      destination added\n" in said


def test_what_cannot_be_decided_is_grouped_by_reason() -> None:
    said = text.diff(samples.UNDECIDED, PLAIN)
    assert "warning  the plan is errored\n" in said
    assert "\n? " in said
    assert " — aws_vpc_peering_connection.p is not modelled\n" in said


def test_names_cannot_steer_the_terminal() -> None:
    for style in (PLAIN, Style(verbose=True)):
        said = text.diff(samples.EVIL, style)
        assert all(line.isprintable() for line in said.split("\n"))
        assert r"\x1b[2J\u202e\ud800\n" in said


def test_colour_is_all_that_colour_changes() -> None:
    coloured = text.diff(samples.OPENED, Style(color=True))
    assert "\x1b[31mOPENED \x1b[0m" in coloured
    assert coloured.replace("\x1b[31m", "").replace("\x1b[0m", "") == text.diff(
        samples.OPENED, PLAIN
    )


def test_verbose_says_what_is_summed_up() -> None:
    said = text.diff(samples.OPENED, Style(verbose=True))
    assert "\n  assumed  hosts answer\n" in said
    assert "\n  not modelled  aws_lb (1): no verdict speaks of it\n" in said


def test_a_trace_there_and_back() -> None:
    said = text.trace(samples.TRACES[0], PLAIN)
    assert said.startswith(
        "REACHABLE     internet → aws_instance.web[0]  tcp/443     planned   (current: reachable)\n"
    )
    assert "\nrequest\n   1 translate  aws_internet_gateway.igw  " in said
    assert "\nreply\n   1 permit " in said
    assert "what would open it" not in said


def test_a_trace_that_is_blocked() -> None:
    said = text.trace(samples.TRACES[1], PLAIN)
    assert said.startswith("PARTIAL       internet → aws_instance.web  tcp/22 ")
    assert "only from 203.0.113.0/24" in said
    assert "  3 DENY " in said
    assert "ENI_SG_RULES_MISMATCH" in said
    assert "  4 deliver " not in said
    assert "\nwhat would open it\n  permit tcp/22 from " in said


def test_an_address_that_nobody_holds() -> None:
    said = text.trace(samples.TRACES[3], PLAIN)
    assert said.startswith("UNREACHABLE   aws_instance.web[0] → 10.0.9.9  tcp/443 ")
    assert "NO_SUCH_HOST" in said


def test_doubt_is_said() -> None:
    said = text.trace(samples.TRACES[2], PLAIN)
    assert said.startswith("UNDETERMINED  aws_instance.web[0] → 10.0.2.9  tcp/443 ")
    assert "\n? which of aws_instance.lost, " in said


def test_any_protocol_gives_a_table() -> None:
    said = text.trace(samples.TRACES[5], PLAIN)
    assert "\ntcp/443  reachable\n" in said
    assert "request" not in said


def test_reach_groups_alike_endpoints() -> None:
    said = text.reach(samples.REACHES[0], PLAIN)
    lines = said.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("internet → aws_instance.web"))
    assert lines[at].split("  ")[0] == "internet → aws_instance.web[*] (2)"
    assert lines[at].endswith("tcp/22   partial; only from 203.0.113.0/24")
    assert lines[at + 1].strip() == "tcp/443  reachable"


def test_coverage() -> None:
    assert "1 of 2 resource types of AWS provider" in text.coverage(samples.COVERAGES[0], PLAIN)
    assert "aws_lb   not modelled  none" in text.coverage(samples.COVERAGES[0], PLAIN)
    said = text.coverage(samples.COVERAGES[1], PLAIN)
    assert "    2  aws_vpc  modelled" in said
    assert "aws_subnet.a.vpc_id  one of  aws_vpc.a, aws_vpc.b" in said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (ALL_SERVICES, "all"),
        (services(TCP), "tcp"),
        (services(TCP, IntervalSet.of([(22, 22), (80, 90)])), "tcp/22,80-90"),
        (services(UDP) | services(50), "udp protocol-50"),
        (services(ICMP, IntervalSet.span(8 << 8, 8 << 8)), "icmp/8/0"),
        (ALL_SERVICES - services(TCP), "udp icmp other-protocols"),
    ],
)
def test_services(found: IntervalSet, said: str) -> None:
    assert words.services_words(found) == said


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("a[0]", "b"), ("a[1]", "b")], ["a[*] (2) → b"]),
        ([("a[0]", "b[0]"), ("a[1]", "b[1]")], ["a[0] → b[0]", "a[1] → b[1]"]),
        ([("a[0]", "a[1]"), ("a[1]", "a[0]")], ["a[*] (2) → a[*] (2)"]),
        (
            [('m["x"].a[0]', "b"), ('m["x"].a[1]', "b")],
            ['m["x"].a[*] (2) → b'],
        ),
    ],
)
def test_groups_say_exactly_their_pairs(pairs: list[Pair], said: list[str]) -> None:
    assert [words.pair_words(group) for group in words.alike(pairs)] == said


def test_limits() -> None:
    ports = IntervalSet.span(32768, 60999)
    flow = FlowSet(ALL_SERVICES, Verdict.PARTIAL, ports, ports, ("aws_subnet.a",))
    assert words.limits(flow, ("a", "internet"))[1:] == [
        "replies pass only to client ports 32768-60999",
        "only in aws_subnet.a",
    ]
    assert words.limits(flow, ("a", "internet"))[0].startswith("only to 0.0.128.0/")
