"""What is asked of selections: one verdict for all pairs, doubt, and addresses of nobody."""

from __future__ import annotations

import pytest

from tests.policy.examples import https, network
from tfreach.engine.verdicts import Options, Verdict
from tfreach.policy.questions import Answer, Question, ask, combined, reachable_pairs
from tfreach.policy.selectors import everything, parse, select
from tfreach.space.headers import TCP, prefix, service
from tfreach.space.intervals import IntervalSet

YES, PART, ONE, NO, UNSURE = (
    Verdict.REACHABLE,
    Verdict.PARTIAL,
    Verdict.ONE_WAY,
    Verdict.UNREACHABLE,
    Verdict.UNDETERMINED,
)
NETWORK = network(https(prefix("203.0.113.0/24")))


def answer(source: str, destination: str, port: int = 443) -> Answer:
    number = service(TCP, port)
    wanted = IntervalSet.span(number, number)
    question = Question(source, destination, "tcp", str(port), wanted, Options())
    ends = (select(parse(end), NETWORK) for end in (source, destination))
    return ask(question, NETWORK, *ends)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([YES, YES], YES),
        ([NO, NO], NO),
        ([YES, NO], PART),
        ([YES, ONE], PART),
        ([PART, UNSURE], PART),
        ([YES, NO, UNSURE], PART),
        ([YES, UNSURE], UNSURE),
        ([NO, UNSURE], UNSURE),
        ([ONE, UNSURE], UNSURE),
        ([ONE, NO], ONE),
    ],
)
def test_the_whole_from_its_parts(parts: list[Verdict], whole: Verdict) -> None:
    assert combined(parts) is whole
    assert combined(reversed(parts)) is whole


@pytest.mark.parametrize(
    ("source", "destination", "verdict"),
    [
        pytest.param("203.0.113.9", "aws_instance.web[0]", YES, id="an-address-let-in"),
        pytest.param("8.8.8.8", "aws_instance.web[0]", NO, id="an-address-kept-out"),
        pytest.param("internet", "aws_instance.web[0]", PART, id="some-of-the-internet"),
        pytest.param("internet", "aws_instance.web", PART, id="every-instance"),
        pytest.param("203.0.113.9", "**", PART, id="some-pairs"),
        pytest.param("aws_instance.web[0]", "10.0.2.9", UNSURE, id="one-of-several-gets-it"),
        pytest.param("internet", "10.0.2.9", NO, id="none-of-them-is-reachable"),
        pytest.param("aws_instance.web[0]", "10.0.9.9", NO, id="nothing-lives-there"),
        pytest.param("10.0.9.9", "aws_instance.web[0]", NO, id="nothing-starts-there"),
        pytest.param("aws_instance.web[0]", "10.9.9.9", UNSURE, id="outside-every-vpc"),
        pytest.param("10.9.9.9", "aws_instance.web[0]", UNSURE, id="from-outside-every-vpc"),
        pytest.param("**.sub.**", "10.9.9.9", NO, id="outside-and-no-route"),
    ],
)
def test_verdicts(source: str, destination: str, verdict: Verdict) -> None:
    assert answer(source, destination).verdict is verdict


def test_nobody_is_named() -> None:
    (pair,) = answer("10.0.9.9", "aws_instance.web[0]").pairs
    assert pair.blockers[0].text == "no interface holds 10.0.9.9"
    assert pair.blockers[0].code == "NO_SOURCE_OR_DESTINATION"
    (pair,) = answer("aws_instance.web[0]", "10.0.9.9").pairs
    assert pair.traces[0].trace.blockers[-1].code == "NO_SUCH_HOST"


def test_doubt_is_a_reason() -> None:
    (reason,) = answer("aws_instance.web[0]", "10.0.2.9").reasons
    assert reason.endswith("gets 10.0.2.9 is not known before apply")


def test_an_undetermined_pair_is_never_unreachable() -> None:
    found = answer("aws_instance.web[0]", "10.9.9.9")
    assert found.reasons == ("10.9.9.9 lies outside every modelled VPC: who holds it is not known",)


def test_reach_within_the_addresses_selected() -> None:
    everyone = everything(NETWORK)
    office = select(parse("203.0.113.0/28"), NETWORK)
    (pair, *_) = reachable_pairs(NETWORK, office, everyone, Options()).items()
    assert pair[0] == ("internet", 'aws_instance.web["x.y"]')
    assert [(flow.verdict, flow.addresses) for flow in pair[1]] == [(YES, None)]
    other = select(parse("198.51.100.0/28"), NETWORK)
    assert not reachable_pairs(NETWORK, other, select(parse("**"), NETWORK), Options())


def test_reach_of_what_may_be_meant_is_undetermined() -> None:
    doubtful = select(parse("10.0.1.64/27"), NETWORK)
    found = reachable_pairs(NETWORK, doubtful, everything(NETWORK), Options())
    assert {flow.verdict for flows in found.values() for flow in flows} == {UNSURE}


def test_ends_without_a_family_in_common() -> None:
    (pair,) = answer("2001:db8::9", "aws_instance.web[0]").pairs
    assert (pair.verdict, [one.code for one in pair.blockers]) == (NO, ["NO_COMMON_FAMILY"])
    assert pair.blockers[0].text == (
        "internet and aws_instance.web[0] have no address family in common"
    )
