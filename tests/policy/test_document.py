"""Policy files: what they say, and every mistake by file:line with the word that was meant."""

from __future__ import annotations

from datetime import date

import pytest

from tfreach.diff.changes import Kind
from tfreach.engine.verdicts import Verdict
from tfreach.errors import UsageError
from tfreach.policy.document import read_policy
from tfreach.policy.grammar import Both, Either, Not, Term, parse
from tfreach.policy.rules import Policy, Undetermined
from tfreach.space.headers import TCP, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Location

WHOLE = """
version: 1
sets:
  data: "tag:tier=data | kind:db_instance"
  outer: internet | on-premises
assert:
  - name: web reaches the database
    from: aws_instance.web
    to: aws_db_instance.main
    protocol: tcp
    ports: 5432
    expect: reachable
    state: both
deny:
  - name: no Internet to the data tier
    from: set:outer
    to: set:data & !aws_instance.legacy
    except: [{from: 203.0.113.0/24, ports: 22}]
    severity: warning
    via: ignore
    new: true
change:
  allow:
    - {from: aws_instance.web, to: aws_db_instance.main, protocol: tcp, ports: 5432, kind: opened}
    - {from: internet, to: aws_instance.app, via: aws_lb.front}
waivers:
  - {rule: no Internet to the data tier, to: aws_instance.x, reason: moves, expires: 2027-03-31}
undetermined: warn
"""
DENY = "version: 1\ndeny:\n  - {name: a, from: x, to: y}\n"


def read(*texts: str) -> Policy:
    names = ["tfreach.yaml", "second.yaml"]
    return read_policy([(name, text.encode()) for name, text in zip(names, texts, strict=False)])


def test_a_whole_policy() -> None:
    found = read(WHOLE)
    (assert_,), (deny,), (waiver,) = found.asserts, found.denies, found.waivers
    assert (assert_.name, assert_.state) == ("web reaches the database", "both")
    assert assert_.expect is Verdict.REACHABLE
    assert assert_.location == Location("tfreach.yaml", 7)
    assert assert_.flows.services.ipv4 == services(TCP, IntervalSet.span(5432, 5432))
    assert (deny.severity, deny.through, deny.new) == ("warning", False, True)
    assert deny.undetermined is Undetermined.WARN
    source, destination = deny.flows.ends
    assert source is not None
    assert destination is not None
    assert source.selector == Either((Term("internet"), Term("on-premises")))
    data = Either((Term("tag:tier=data"), Term("kind:db_instance")))
    assert destination.selector == Both((data, Not(Term("aws_instance.legacy"))))
    assert destination.text == "set:data & !aws_instance.legacy"
    assert destination.location == Location("tfreach.yaml", 17)
    (except_,) = deny.excepts
    assert except_.source is not None
    assert except_.destination is None
    assert found.change is not None
    first, second = found.change.allow
    assert (first.kind, second.kind) == (Kind.OPENED, None)
    assert second.flows.via is not None
    assert second.flows.via.selector == parse("aws_lb.front")
    assert (waiver.expires, waiver.reason) == (date(2027, 3, 31), "moves")
    assert [name for name, _ in found.rules()] == [assert_.name, deny.name, "change"]


def test_several_files_are_one_policy() -> None:
    sets = "version: 1\nsets: {mine: aws_instance.a}\nundetermined: pass\n"
    more = "change: {allow: [{from: x, to: set:mine}]}\nwaivers:\n"
    waived = "- {rule: a, reason: r, expires: 2027-01-01}\n"
    found = read(DENY, sets + more + waived)
    assert found.denies[0].undetermined is Undetermined.FAIL
    assert found.change is not None
    assert found.change.undetermined is Undetermined.PASS
    assert found.waivers[0].location == Location("second.yaml", 6)


def test_json_is_read_too_tabs_and_all() -> None:
    text = (
        '\ufeff{\n\t"version": 1,\n\t"deny": [\n\t\t{"name": "a\\u00e9", "from": "x", "to": "y"}]}'
    )
    (deny,) = read(text).denies
    assert (deny.name, deny.location.line) == ("aé", 4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", ":1: the policy is empty", id="nothing"),
        pytest.param("# only a comment", ":1: the policy is empty", id="a-comment"),
        pytest.param("version: 1", ":1: the policy has no rule", id="no-rule"),
        pytest.param("version: 1\ndeny: []", ":1: the policy has no rule", id="no-rule-in-a-list"),
        pytest.param("[]", ":1: expected a mapping, got a list", id="a-list"),
        pytest.param("deny: []", ":1: 'version' is missing", id="no-version"),
        pytest.param("version: 2\n" + DENY[11:], ":1: expected 1, got 2", id="another-version"),
        pytest.param(
            "version: '1'\n" + DENY[11:], ":1: expected 1, got '1'", id="a-version-that-is-text"
        ),
        pytest.param(
            DENY.replace("from", "frm"), ":3: unknown key 'frm' (did you mean 'from'?)", id="key"
        ),
        pytest.param(
            DENY.replace("deny", "deyn"),
            ":2: unknown key 'deyn'\nhint: did you mean 'deny'?",
            id="section",
        ),
        pytest.param(
            DENY.replace("to: y", "to: y, severity: warn"),
            ":3: 'warn' is not one of error, warning\nhint: did you mean 'warning'?",
            id="word",
        ),
        pytest.param(DENY.replace("to: y", "to: "), ":3: expected text, got nothing", id="null"),
        pytest.param(
            DENY.replace("to: y", "to: [y]"), ":3: expected text, got a list", id="a-list-of-ends"
        ),
        pytest.param(
            DENY.replace("to: y", "to: y, new: yes"),
            ":3: expected true or false, got 'yes'",
            id="yes-is-no-truth-value",
        ),
        pytest.param(
            DENY.replace("to: y", "to: y, ports: 22:30"),
            ":3: '22:30' is not a list of ports",
            id="no-number-to-base-sixty",
        ),
        pytest.param(
            DENY.replace("to: y", "to: y, protocol: tpc"), ":3: 'tpc' is not a protocol", id="tpc"
        ),
        pytest.param(
            DENY.replace("to: y", "to: (y"), ":3: selector '(y': a closing", id="a-selector"
        ),
        pytest.param(
            DENY.replace("to: y", "to: set:dta") + "sets: {data: x}",
            ":3: no set is called 'dta'\nhint: did you mean 'data'?",
            id="a-set",
        ),
        pytest.param(
            DENY + "sets: {one: set:two, two: '!set:one'}",
            ":4: the set 'one' is made of itself",
            id="a-set-of-itself",
        ),
        pytest.param(DENY + "sets: {1st: x}", ":4: expected a name of letters", id="a-set-name"),
        pytest.param(
            DENY
            + "sets: {"
            + ", ".join(f"s{n}: set:s{n + 1} | set:s{n + 1}" for n in range(40))
            + ", s40: x}",
            "made of each other too often",
            id="sets-that-double",
        ),
        pytest.param(
            DENY + "  - {name: a, from: x, to: z}",
            ":4: a rule is called 'a' already, at tfreach.yaml:3",
            id="a-name-twice",
        ),
        pytest.param(
            DENY + "waivers: [{rule: b, reason: r, expires: 2027-01-01}]",
            ":4: no rule is called 'b'\nhint: there are a",
            id="a-waiver-of-nothing",
        ),
        pytest.param(
            DENY + "waivers: [{rule: a, reason: r, expires: 2027-02-30}]",
            ":4: there is no 2027-02-30",
            id="a-day-that-does-not-exist",
        ),
        pytest.param(
            DENY + "waivers: [{rule: a, reason: r, expires: soon}]",
            ":4: expected a date such as 2027-03-31",
            id="no-date",
        ),
        pytest.param(
            DENY + "waivers: [{rule: a, reason: r}]", ":4: 'expires' is missing", id="for-ever"
        ),
        pytest.param(
            DENY + "waivers:\n- {rule: a, to: 'y|z', reason: r, expires: 2027-01-01}\n"
            "- {rule: a, to: y | z, reason: s, expires: 2027-01-02}",
            ":6: this contradicts tfreach.yaml:5, which waives the same until 2027-01-01",
            id="waivers-that-contradict",
        ),
        pytest.param(
            DENY + "waivers:\n- {rule: a, reason: r, expires: 2027-01-01}\n"
            "- {rule: a, reason: s, expires: 2027-01-01}",
            ":6: the same is waived at tfreach.yaml:5",
            id="waived-twice",
        ),
        pytest.param(
            DENY.replace("to: y", "to: y, except: [{}]"), ":3: nothing is said here", id="except"
        ),
        pytest.param(
            DENY + "deny: []", ":4: 'deny' stands here twice, first in line 2", id="twice"
        ),
        pytest.param(DENY + "sets: {a: &x y, b: !Ref x}", ":4: the tag !Ref means", id="a-tag"),
        pytest.param(DENY + "sets: &s {a: *s}", "nested too deeply", id="an-alias-of-itself"),
        pytest.param("a: b: c", ":1: this is neither YAML nor JSON", id="no-yaml"),
        pytest.param("a: 1\nb: \x00", ":2: this is neither YAML nor JSON", id="bytes"),
        pytest.param('{\n"version": 1,\n', ":3: this is neither YAML nor JSON", id="half-a-json"),
        pytest.param("[" * 3000, "nested too deeply", id="deep"),
    ],
)
def test_a_mistake(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        read(text)
    assert says in str(error.value)
    assert "tfreach.yaml:" in str(error.value)
    assert error.value.exit_code == 2


def test_every_mistake_is_said_at_once() -> None:
    text = DENY + "  - {nme: b, from: x, to: y, severity: bad}\nwaivers: [{}]"
    with pytest.raises(UsageError) as error:
        read(text)
    first, *others = str(error.value).split("\n")
    assert first == f"the policy has {len(others)} mistakes"
    assert [line.split(": ")[0] for line in others] == ["tfreach.yaml:4"] * 3 + [
        "tfreach.yaml:5"
    ] * 3


def test_names_are_unique_over_all_files() -> None:
    with pytest.raises(UsageError, match=r"a rule is called 'a' already, at tfreach\.yaml:3"):
        read(DENY, DENY)
    sets = "version: 1\nsets: {a: x}\n"
    with pytest.raises(UsageError, match=r"a set is called 'a' already, at tfreach\.yaml:4"):
        read(DENY + sets.partition("\n")[2], sets)
    with pytest.raises(UsageError, match="the policy has no rule"):
        read(sets + "waivers: [{rule: a, reason: r, expires: 2027-01-01}]")
