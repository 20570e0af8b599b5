"""Every form of a selector: what it selects, how sure that is, and what it says of nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.conftest import FIXTURES
from tests.policy.examples import A, host, network
from tfreach.errors import UsageError
from tfreach.pipeline import analyse
from tfreach.policy.patterns import matches
from tfreach.policy.selectors import Chosen, Selection, parse, select
from tfreach.space.headers import PUBLIC_IPV4, PUBLIC_IPV6, prefix
from tfreach.topology.network import INTERNET, OneOf, Site

NETWORK = network()
WEB0, WEBX = "aws_instance.web[0]", 'aws_instance.web["x.y"]'
API, SUB = 'module.app["k"].aws_instance.api', "module.app[0].module.sub.aws_instance.api"
FUNCTION, LOST = "aws_lambda_function.f", "aws_instance.lost"
WEB_TO_DB = ("bastion", "db", "web", "worker")
HOSTS = {WEB0, WEBX, API, SUB, FUNCTION, LOST}


def chosen(text: str) -> Selection:
    return select(parse(text), NETWORK)


def sure(text: str) -> set[str]:
    return {name for name, one in chosen(text).chosen.items() if not one.doubt}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("aws_instance.web[0]", {WEB0}, id="address"),
        pytest.param('aws_instance.web["x.y"]', {WEBX}, id="quotes-and-dots-are-literal"),
        pytest.param("aws_instance.web", {WEB0, WEBX}, id="without-index-every-instance"),
        pytest.param("aws_instance.web[*]", {WEB0, WEBX}, id="what-the-text-output-prints"),
        pytest.param("aws_instance.*", {WEB0, WEBX, LOST}, id="star-stays-in-the-root-module"),
        pytest.param("aws_instance.w?b", {WEB0, WEBX}, id="question-mark"),
        pytest.param("**.aws_instance.*", {API, SUB}, id="two-stars-cross-parts"),
        pytest.param("**", HOSTS, id="all-but-the-internet"),
        pytest.param("module.app.aws_instance.api", {API}, id="module-without-index"),
        pytest.param("module.app.**", {API, SUB}, id="all-in-a-module"),
        pytest.param("module.app", {API, SUB}, id="a-module-is-all-in-it"),
        pytest.param("module.app[0]", {SUB}, id="an-instance-of-a-module"),
        pytest.param("i-0abc", {WEB0}, id="cloud-id"),
        pytest.param("arn:aws:ec2:eu-west-1:1:instance/i-0abc", {WEB0}, id="arn-of-an-instance"),
        pytest.param("arn:aws:lambda:eu-west-1:1:function:worker", {FUNCTION}, id="arn-by-name"),
        pytest.param("internet", {INTERNET}, id="internet"),
        pytest.param("tag:env=prod", {WEBX, API}, id="tag-value"),
        pytest.param("tag:env", HOSTS, id="tag-name"),
        pytest.param("sg:aws_security_group.open", {API, SUB}, id="group"),
        pytest.param("subnet:aws_subnet.a", {WEB0, WEBX, FUNCTION}, id="subnet"),
        pytest.param("vpc:aws_vpc.*", HOSTS, id="vpc"),
        pytest.param("kind:lambda_function", {FUNCTION}, id="kind"),
        pytest.param("aws_instance.* & tag:env=prod", {WEBX}, id="and"),
        pytest.param("i-0abc | kind:lambda_function", {WEB0, FUNCTION}, id="or"),
        pytest.param("!aws_instance.*", {API, SUB, FUNCTION, INTERNET}, id="not"),
        pytest.param("!(**|internet) | i-0abc", {WEB0}, id="parentheses"),
        pytest.param("i-0abc | tag:env=prod & !**.api", {WEB0, WEBX}, id="and-binds-tighter"),
        pytest.param("10.0.1.5", {WEB0}, id="known-address"),
        pytest.param("198.51.100.7", {WEB0}, id="public-address-of-a-host"),
        pytest.param("8.8.8.8", {INTERNET}, id="public-address-of-nobody"),
    ],
)
def test_selects(text: str, ids: set[str]) -> None:
    if text == "!(**|internet) | i-0abc":
        with pytest.raises(UsageError):
            chosen("!(**|internet)")
    assert sure(text) == ids


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("aws_instance.wbe", "did you mean aws_instance.web[0]"),
        ("sg:aws_security_group.wbe", "did you mean aws_security_group.web"),
        ("tag:evn", "did you mean env"),
        ("i-0abc | aws_instance.nope", "aws_instance.nope"),
        ("i-0abc & internet", "selects no endpoint"),
        ("on-premises", "no virtual private gateway, VPN or Direct Connect"),
        ("2001:db8::/129", "not an IPv6"),
        ("10.0.0.0/33", "not an IPv4"),
        ("", "missing"),
        ("a &", "missing"),
        ("(a", "closing parenthesis"),
        ("a)", "unexpected ')'"),
        ("!" * 1000 + "a", "too deep"),
    ],
)
def test_refuses(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)) as caught:
        chosen(text)
    assert caught.value.exit_code == 2


def test_nothing_is_no_error_when_allowed() -> None:
    found = select(parse("aws_instance.wbe"), NETWORK, allow_empty=True)
    assert not found


def test_a_block_means_what_lives_there_and_the_internet_outside() -> None:
    found = chosen("10.0.1.0/24")
    assert set(found.chosen) == {WEB0, WEBX, FUNCTION, LOST}
    assert found.chosen[FUNCTION].limit == prefix("10.0.1.128/25")
    assert "whether aws_instance.lost" in found.chosen[LOST].doubt
    assert chosen("203.0.113.0/24").chosen[INTERNET].limit == prefix("203.0.113.0/24")
    assert set(chosen("0.0.0.0/0").chosen) == HOSTS | {INTERNET}
    assert chosen("0.0.0.0/0").chosen[INTERNET].limit == PUBLIC_IPV4
    assert chosen("::/0").chosen == {INTERNET: Chosen(PUBLIC_IPV6)}


def test_an_address_that_one_of_several_gets_is_in_doubt() -> None:
    found = chosen("10.0.2.9")
    assert set(found.chosen) == {API, SUB, FUNCTION, LOST}
    doubt = found.chosen[API].doubt
    assert doubt.startswith("which of aws_instance.lost, aws_lambda_function.f, ")
    assert doubt.endswith(" gets 10.0.2.9 is not known before apply")


def test_an_address_that_only_one_may_get_is_taken_to_be_its() -> None:
    found = chosen("10.0.1.70")
    assert not found.chosen[LOST].doubt
    assert found.notes == (
        "10.0.1.70 is taken to be aws_instance.lost, the only one that may get it",
    )


def test_an_address_where_nothing_lives_is_no_error() -> None:
    assert chosen("10.0.9.9").nobody == prefix("10.0.9.9")
    assert chosen("10.9.9.9").outside == prefix("10.9.9.9")
    assert chosen("127.0.0.1").nobody == prefix("127.0.0.1")


def test_a_group_that_may_be_carried_is_in_doubt() -> None:
    web = host("aws_instance.w", Site(A, prefix("10.0.1.9")))
    (face,) = web.interfaces
    unsure = replace(face, groups=(OneOf(("aws_security_group.open", "x"), reason="?"),))
    both = replace(NETWORK, endpoints={web.id: replace(web, interfaces=(unsure,))})
    found = select(parse("sg:*.open"), both).chosen
    assert "whether aws_instance.w carries" in found[web.id].doubt
    assert select(parse("!sg:*.open"), both).chosen[web.id].doubt


def test_not_an_address_block_leaves_the_other_addresses() -> None:
    rest = chosen("internet & !8.0.0.0/8").chosen[INTERNET].limit
    assert rest == NETWORK.internet - prefix("8.0.0.0/8")


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ('a.b["*"]', 'a.b["x.y"]', True),
        ('a.b["x*"]', 'a.b["y"]', False),
        ("a.b[0]", "a.b[01]", False),
        ("a.*", "a.b.c", False),
        ("a.*.c", 'a.b["d.e"].c', True),
        ("module.a*", "module.ab", True),
        ("a.b[", "a.b[", True),
        ("a.b", 'a.b["\\"]"]', True),
        ("a.b(c", "a.b(c", True),
    ],
)
def test_patterns(pattern: str, name: str, expected: bool) -> None:
    assert matches(pattern, name) is expected


@pytest.mark.parametrize(
    ("form", "kind", "address", "ids"),
    [
        ("sg:", "aws_security_group", "aws_security_group.db", {"aws_instance.db"}),
        (
            "subnet:",
            "aws_subnet",
            "aws_subnet.private",
            {"aws_instance.db", "aws_instance.worker"},
        ),
        ("vpc:", "aws_vpc", "aws_vpc.main", {f"aws_instance.{n}" for n in WEB_TO_DB}),
    ],
)
def test_by_cloud_identifier(form: str, kind: str, address: str, ids: set[str]) -> None:
    """Groups, subnets and VPCs, and interfaces below, of a real state."""
    file = FIXTURES / "public-private" / "change" / "state.json"
    found = analyse(file.read_bytes(), str(file)).after
    (id_,) = (id_ for id_, known in found.known_as.items() if known == address)
    arn = f"arn:aws:ec2:us-east-1:123456789012:{kind.removeprefix('aws_')}/{id_}"
    for text in (f"{form}{id_}", f"{form}{arn}", f"{form}{address}"):
        assert set(select(parse(text), found).chosen) == ids


def test_an_interface_by_its_identifier() -> None:
    file = FIXTURES / "eni-and-eip" / "change" / "state.json"
    found = analyse(file.read_bytes(), str(file)).after
    eni = next(id_ for id_, known in found.known_as.items() if known.endswith(".extra"))
    assert eni.startswith("eni-")
    assert set(select(parse(eni), found).chosen) == {"aws_instance.dual"}
