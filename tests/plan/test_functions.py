"""Functions: the table against Terraform's own list, symbols on their way through, and bounds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.plan.console import printed
from tfreach.plan.conversion import list_of, set_of
from tfreach.plan.functions import LAZY, LEFT, TABLE, call
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Derived,
    Invalid,
    List,
    ListType,
    Map,
    MapType,
    Null,
    Object,
    Set,
    SetType,
    Symbol,
    Tuple,
    Type,
    Value,
    parents,
)

SIGNATURES = json.loads(
    (Path(__file__).parent / "data" / "terraform" / "functions.json").read_text()
)
FILES = {"a.txt": b"hello", "bad.bin": b"\xff", "t/x.tpl": b"hi ${name}", "t/y/z.tpl": b""}

A = Symbol("aws_subnet.a", ("id",), STRING, unique=True)
B = Symbol("aws_subnet.b", ("id",), STRING, unique=True)
CIDR = Symbol("aws_subnet.a", ("cidr_block",), STRING)
OPEN = Symbol("aws_lb.a", ("subnets",))


class Module:
    """A module with a few files."""

    def read(self, path: str) -> bytes | None:
        return FILES.get(path)

    def files(self, folder: str) -> Sequence[str] | None:
        return None if folder == "/etc" else sorted(FILES)

    def render(self, text: str, variables: Mapping[str, Value]) -> Value:
        return f"{text} with {', '.join(variables)}"


def ask(name: str, *arguments: Value) -> Value:
    return call(name, arguments, Module())


def shown(name: str, *arguments: Value) -> str:
    """What is printed, on one line, symbols by name."""
    return " ".join(printed(ask(name, *arguments), names=True).split())


def unknown(name: str, *arguments: Value) -> Derived:
    answer = ask(name, *arguments)
    assert isinstance(answer, Derived)
    return answer


def texts(*items: Value) -> List:
    return list_of(items, STRING)


def test_every_function_of_terraform_is_accounted_for() -> None:
    assert set(TABLE) | set(LEFT) | LAZY == set(SIGNATURES)
    assert not set(TABLE) & set(LEFT)
    assert all(reason for _, reason in LEFT.values())


COLLECTIONS: dict[str, Callable[[Type], Type]] = {
    "list": ListType,
    "set": SetType,
    "map": MapType,
}


def as_type(signature: Any) -> Type:
    if isinstance(signature, str):
        return {"string": STRING, "number": NUMBER, "bool": BOOL, "dynamic": DYNAMIC}[signature]
    kind, element = signature
    return COLLECTIONS[kind](as_type(element))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_parameters_are_those_of_terraform(name: str) -> None:
    signature, function = SIGNATURES[name], TABLE[name]
    assert function.takes == tuple(as_type(one["type"]) for one in signature["parameters"])
    rest = signature.get("variadic")
    assert function.rest == (as_type(rest["type"]) if rest else None)
    last = rest or signature["parameters"][-1]
    assert function.nulls == last.get("nullable", False)
    if not callable(function.gives) and function.gives != DYNAMIC and name != "cidrsubnets":
        assert as_type(signature["returns"]) in (function.gives, DYNAMIC)


@pytest.mark.parametrize("name", sorted(set(TABLE) - {"merge"}))
def test_refuses_a_number_of_arguments_that_cannot_be(name: str) -> None:
    function = TABLE[name]
    if function.takes:
        with pytest.raises(Invalid):
            ask(name)
    if function.rest is None:
        with pytest.raises(Invalid):
            ask(name, *["x"] * (len(function.takes) + 1))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_an_unknown_argument_gives_an_unknown_that_knows_where_it_is_from(name: str) -> None:
    count = len(TABLE[name].takes) or 2
    answer = ask(name, *[OPEN] * count)
    assert OPEN.address in {symbol.address for symbol in parents(answer)}
    assert isinstance(answer, Derived | Symbol | Set | bool)


@pytest.mark.parametrize("name", sorted(LEFT))
def test_functions_left_answer_an_unknown(name: str) -> None:
    assert unknown(name, A).type == LEFT[name][0]
    assert unknown(name, A).parents == {A}


def test_a_name_of_a_later_terraform_or_of_a_provider_is_unknown() -> None:
    for name in ("nope", "cidrcontains", "provider::aws::arn_parse"):
        assert unknown(name, A).parents == {A}


def test_messages_hold_no_value() -> None:
    for name, arguments in (
        ("tonumber", ("s3cret",)),
        ("lookup", (Object({}), "s3cret")),
        ("regex", ("s3cret", "x")),
        ("cidrhost", ("s3cret", 1)),
        ("index", (texts("a"), "s3cret")),
        ("jsondecode", ("s3cret",)),
        ("yamldecode", ("{s3cret",)),
        ("format", ("%s3cret %z", 1)),
        ("formatdate", ("s3cret", "2018-01-02T23:12:01Z")),
        ("csvdecode", ('s3cret"',)),
        ("base64decode", ("s3cret!",)),
    ):
        with pytest.raises(Invalid) as caught:
            ask(name, *arguments)
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("expected", "name", "arguments"),
    [
        ("tolist([ ⟨aws_subnet.a.id⟩, ])", "compact", (texts("", A, Null(STRING)),)),
        ("[ ⟨aws_subnet.a.id⟩, ⟨aws_subnet.b.id⟩, ]", "concat", (Tuple((A,)), texts(B))),
        ("[ ⟨aws_subnet.a.id⟩, ⟨aws_subnet.b.id⟩, ]", "flatten", (Tuple((A, Tuple((B,)))),)),
        ("⟨aws_subnet.a.id⟩", "coalesce", ("", A, B)),
        ("⟨aws_subnet.a.id⟩", "element", (Tuple((A, B)), 2)),
        ("⟨aws_subnet.a.id⟩", "one", (set_of([A]),)),
        ("⟨aws_subnet.a.id⟩", "join", (",", texts(A))),
        ("⟨aws_lb.a.subnets.0⟩", "element", (OPEN, 0)),
        ("⟨aws_lb.a.subnets.x⟩", "lookup", (OPEN, "x")),
        ("2", "length", (set_of([A, B]),)),
        ("2", "length", (texts(CIDR, CIDR),)),
        ("false", "contains", (texts(A), B)),
        ("1", "index", (texts(A, B), B)),
        ("toset([ ⟨aws_subnet.a.id⟩, ])", "setsubtract", (set_of([A, B]), set_of([B]))),
        ("toset([])", "setintersection", (set_of([A]), set_of([B]))),
        ('{ "x" = ⟨aws_subnet.a.id⟩ }', "zipmap", (texts("x"), Tuple((A,)))),
        ("⟨aws_subnet.a.id⟩", "format", ("%s", A)),
        ("true", "anytrue", (Tuple((OPEN, True)),)),
        ("false", "alltrue", (Tuple((OPEN, False)),)),
    ],
)
def test_symbols_pass_through(expected: str, name: str, arguments: tuple[Value, ...]) -> None:
    assert shown(name, *arguments) == expected


def test_split_undoes_a_join_of_ids_by_commas() -> None:
    joined = ask("join", ",", texts(A, "x", B))
    assert shown("split", ",", joined) == 'tolist([ ⟨aws_subnet.a.id⟩, "x", ⟨aws_subnet.b.id⟩, ])'
    assert unknown("split", "-", joined).parents == {A, B}
    assert unknown("split", ",", ask("join", ",", texts(CIDR, "x"))).parents == {CIDR}


def test_what_may_be_null_or_empty_leaves_a_choice() -> None:
    assert unknown("coalesce", CIDR, "d").choices == (CIDR, "d")
    assert unknown("coalescelist", OPEN, Tuple((A,))).parents == {OPEN, A}
    assert unknown("lookup", Object({"x": "1", "y": A}), CIDR, "d").choices == ("1", A, "d")
    assert unknown("element", Tuple((A, B)), OPEN).choices == (A, B)


def test_what_may_be_equal_is_not_counted() -> None:
    assert unknown("length", set_of([CIDR, "10.0.0.0/8"])).parents == {CIDR}
    assert unknown("contains", texts(CIDR), "10.0.0.0/8").type == BOOL
    assert unknown("setsubtract", set_of([A]), set_of([CIDR])).parents == {A, CIDR}
    assert unknown("index", texts(CIDR), "x").parents == {CIDR}
    assert unknown("compact", texts(CIDR)).type == ListType(STRING)
    assert unknown("distinct", texts(CIDR, "x")).members == (CIDR, "x")


def test_elements_survive_where_only_their_order_is_open() -> None:
    shuffled = ask("tolist", set_of([A, B]))
    assert isinstance(shuffled, Derived)
    assert set(shuffled.members) == {A, B}
    assert set(unknown("concat", shuffled, Tuple(("x",))).members) == {A, B, "x"}
    assert set(unknown("flatten", Tuple((shuffled, Tuple(("x",))))).members) == {A, B, "x"}
    assert set(unknown("compact", shuffled).members) == {A, B}
    assert set(unknown("sort", texts(A, "x")).members) == {A, "x"}
    assert set(unknown("sort", shuffled).members) == {A, B}
    assert set(unknown("reverse", set_of([A, B])).members) == {A, B}
    assert set(unknown("reverse", shuffled).members) == {A, B}
    assert set(unknown("element", shuffled, 0).choices) == {A, B}
    again = ask("toset", shuffled)
    assert isinstance(again, Set)
    assert ask("contains", shuffled, A) is True
    assert ask("length", again) == 2


def test_a_list_that_is_not_known_is_not_flattened_as_if_it_were_an_element() -> None:
    assert unknown("flatten", Tuple((OPEN, Tuple((A,))))).parents == {OPEN, A}


def test_files() -> None:
    assert ask("file", "a.txt") == "hello"
    assert ask("filebase64", "a.txt") == "aGVsbG8="
    assert ask("filemd5", "a.txt") == ask("md5", "hello")
    assert ask("filesha1", "a.txt") == ask("sha1", "hello")
    assert ask("filebase64sha256", "a.txt") == ask("base64sha256", "hello")
    assert ask("fileexists", "a.txt") is True
    assert unknown("fileexists", "b.txt").type == BOOL
    assert unknown("file", "b.txt").type == STRING
    with pytest.raises(Invalid):
        ask("file", "bad.bin")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*", ["a.txt", "bad.bin"]),
        ("**", ["a.txt", "bad.bin", "t/x.tpl", "t/y/z.tpl"]),
        ("t/*.tpl", ["t/x.tpl"]),
        ("**/*.tpl", ["t/x.tpl", "t/y/z.tpl"]),
        ("*.{txt,bin}", ["a.txt", "bad.bin"]),
        ("[a-b]?????", []),
        ("[!a]*", ["bad.bin"]),
        ("?.txt", ["a.txt"]),
    ],
)
def test_fileset(pattern: str, found: list[str]) -> None:
    answer = ask("fileset", ".", pattern)
    assert isinstance(answer, Set)
    assert list(answer.items) == found


def test_templates_are_rendered_by_the_surroundings() -> None:
    variables = Object({"name": A})
    assert ask("templatefile", "t/x.tpl", variables) == "hi ${name} with name"
    assert ask("templatestring", "x", variables) == "x with name"
    assert unknown("templatefile", "b.tpl", variables).parents == {A}
    assert unknown("fileset", "/etc", "*").type == SetType(STRING)
    with pytest.raises(Invalid):
        ask("templatefile", "t/x.tpl", Object({"1x": 1}))


def doubled(times: int) -> Value:
    """A value that is small as long as nobody writes it out."""
    value: Value = "x"
    for _ in range(times):
        value = Tuple((value, value))
    return value


def laugh(before: str, name: str) -> str:
    return f"{name}: &{name} [{f'*{before},' * 9}]\n"


NAMED = texts(*map(str, range(1000)))

LARGE: dict[str, tuple[str, tuple[Value, ...]]] = {
    "width": ("format", ("%1000000000d", 1)),
    "precision": ("format", ("%.1000000000f", 1)),
    "repeated": ("format", ("%[1]s" * 20000, "a" * 10000)),
    "indent": ("indent", (10**9, "a\n" * 1000)),
    "replace": ("replace", ("a" * 100_000, "a", "b" * 100_000)),
    "repeats": ("regex", ("((a{900}b){1}){1}" * 30, "a")),
    "groups": ("regex", ("(" * 5000 + ")" * 5000, "a")),
    "pattern": ("regex", ("a" * 20_000, "a")),
    "product": ("setproduct", (NAMED, NAMED, NAMED)),
    "digits": ("parseint", ("9" * 100_000, 10)),
    "power": ("pow", (10**300, 10**300)),
    "join": ("join", ("b" * 100_000, NAMED)),
    "nested json": ("jsondecode", ("[" * 900 + "]" * 900,)),
    "nested yaml": ("yamldecode", ("- " * 3000 + "a",)),
    "laughs": ("yamldecode", ("a: &a [x]\n" + "".join(map(laugh, "abcdefghi", "bcdefghij")),)),
    "shared": ("flatten", (doubled(40),)),
    "shared json": ("jsonencode", (doubled(40),)),
    "shared yaml": ("yamlencode", (doubled(40),)),
    "concat": ("concat", (Tuple(("a",) * 600_000),) * 2),
}  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), LARGE.values(), ids=LARGE)
def test_what_would_be_too_large_is_unknown(name: str, arguments: tuple[Value, ...]) -> None:
    started = time.monotonic()
    unknown(name, *arguments)
    assert time.monotonic() - started < 10


def test_a_pattern_that_never_ends_is_given_up() -> None:
    with pytest.raises(Invalid):
        ask("regex", "(((a{1000}){1000}))", "a")
    answer = ask("regexall", "(a|aa)+$", "a" * 60 + "b")
    assert isinstance(answer, Derived | List)


def test_numbers_of_any_size_are_written() -> None:
    assert ask("tostring", Fraction(1, 2**3)) == "0.125"
    assert len(str(ask("tostring", 10**4999))) == 5000
    with pytest.raises(Invalid):
        ask("tonumber", "1" * 5000)


def test_types_survive_an_empty_list() -> None:
    assert printed(ask("tolist", List((), STRING))) == "tolist([])"
    answer = ask("distinct", List((), STRING))
    assert isinstance(answer, List)
    assert answer.element == STRING
    merged = ask("merge", Map({"a": CIDR}, DYNAMIC), Map({"b": "x"}, STRING))
    assert isinstance(merged, Map)
