"""Reading values typed and addresses taken apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfreach.errors import InputError
from tfreach.plan.raw import (
    UNKNOWN,
    Address,
    ModuleStep,
    RawBlock,
    RawResource,
    format_address,
    parse_address,
    parse_module,
)


def raw(values: dict[str, Any], unknown: Any = None) -> RawResource:
    unknown = {} if unknown is None else unknown
    return RawResource("aws_x.y", "managed", "aws_x", "y", values=values, unknown=unknown)


@pytest.mark.parametrize(
    ("reader", "value", "wanted"),
    [
        pytest.param("text", "tcp", "tcp", id="text-is-text"),
        pytest.param("text", 6, "6", id="a-number-is-text"),
        pytest.param("text", "", "", id="empty-text-is-not-null"),
        pytest.param("text", None, None, id="null-text-is-none"),
        pytest.param("texts", ["a", "b"], ("a", "b"), id="a-list-of-text"),
        pytest.param("texts", ["a", None], ("a",), id="a-null-element-is-left-out"),
        pytest.param("texts", [], (), id="an-empty-list-is-not-null"),
        pytest.param("number", 443, 443, id="a-number"),
        pytest.param("number", 443.0, 443, id="a-whole-float"),
        pytest.param("number", "443", 443, id="a-number-as-text"),
        pytest.param("number", "-1", -1, id="a-negative-number-as-text"),
        pytest.param("number", "", None, id="an-empty-number-is-none"),
        pytest.param("flag", True, True, id="a-flag"),
        pytest.param("flag", "true", True, id="a-flag-as-text"),
        pytest.param("flag", "False", False, id="a-flag-as-capital-text"),
        pytest.param("flag", "", None, id="an-empty-flag-is-none"),
        pytest.param("blocks", [], (), id="no-blocks"),
        pytest.param("blocks", None, None, id="null-blocks-are-none"),
    ],
)
def test_value(reader: str, value: object, wanted: object) -> None:
    assert getattr(raw({"a": value}), reader)("a") == wanted


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        pytest.param("text", ["a"], id="a-list-is-not-text"),
        pytest.param("text", True, id="a-flag-is-not-text"),
        pytest.param("texts", "a", id="text-is-not-a-list"),
        pytest.param("texts", [{}], id="an-object-is-not-an-element-of-texts"),
        pytest.param("number", True, id="a-flag-is-not-a-number"),
        pytest.param("number", 1.5, id="a-half-is-not-whole"),
        pytest.param("number", float("nan"), id="nan-is-not-whole"),
        pytest.param("number", float("inf"), id="infinity-is-not-whole"),
        pytest.param("number", "http", id="a-word-is-not-a-number"),
        pytest.param("number", {}, id="an-object-is-not-a-number"),
        pytest.param("flag", "yes", id="yes-is-not-a-flag"),
        pytest.param("flag", 1, id="a-number-is-not-a-flag"),
        pytest.param("blocks", "a", id="text-is-not-a-block"),
        pytest.param("blocks", ["a"], id="a-list-of-text-is-not-blocks"),
    ],
)
def test_wrong_type_names_the_address_and_the_attribute(reader: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        getattr(raw({"cidr": value}), reader)("cidr")
    assert caught.value.where == "aws_x.y"
    assert "'cidr'" in caught.value.message


def test_a_message_never_holds_the_value() -> None:
    with pytest.raises(InputError) as caught:
        raw({"password": "hunter2"}).texts("password")
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(raw({"password": "hunter2"}))


@pytest.mark.parametrize("reader", ["text", "texts", "number", "flag", "blocks", "value"])
@pytest.mark.parametrize(
    ("values", "unknown", "wanted"),
    [
        pytest.param({}, {"a": True}, UNKNOWN, id="absent-and-marked-is-unknown"),
        pytest.param({"a": None}, {"a": True}, UNKNOWN, id="null-and-marked-is-unknown"),
        pytest.param({}, True, UNKNOWN, id="a-wholly-unknown-resource"),
        pytest.param({}, {}, None, id="absent-in-both-is-none"),
        pytest.param({}, False, None, id="absent-and-nothing-unknown-is-none"),
        pytest.param({"a": None}, {"a": False}, None, id="null-and-not-marked-is-none"),
    ],
)
def test_unknown(reader: str, values: dict[str, Any], unknown: Any, wanted: object) -> None:
    assert getattr(raw(values, unknown), reader)("a") is wanted


def test_an_element_of_a_list_may_be_unknown() -> None:
    found = raw({"a": ["x", None, "z"]}, {"a": [False, True, False]}).texts("a")
    assert found == ("x", UNKNOWN, "z")


def test_an_unknown_element_beyond_the_values_is_unknown_too() -> None:
    assert raw({"a": ["x"]}, {"a": [False, True]}).texts("a") == ("x", UNKNOWN)
    assert raw({}, {"a": [True]}).texts("a") == (UNKNOWN,)


def test_a_list_without_unknown_elements_is_known() -> None:
    assert raw({"a": ["x"]}, {"a": [False]}).texts("a") == ("x",)


def blocks(resource: RawResource | RawBlock, name: str) -> tuple[RawBlock, ...]:
    found = resource.blocks(name)
    assert isinstance(found, tuple)
    return found


def test_a_partly_known_block_has_its_unknown_attribute() -> None:
    resource = raw(
        {"route": [{"cidr_block": "0.0.0.0/0"}, {"cidr_block": "10.0.0.0/8", "gateway_id": "igw"}]},
        {"route": [{"gateway_id": True}, {}]},
    )
    first, second = blocks(resource, "route")
    assert (first.text("cidr_block"), first.text("gateway_id")) == ("0.0.0.0/0", UNKNOWN)
    assert (second.text("gateway_id"), second.text("nat_gateway_id")) == ("igw", None)
    assert second.where == "aws_x.y.route[1]"


def test_a_wholly_unknown_block_has_only_unknown_attributes() -> None:
    known, unknown = blocks(raw({"a": [{"x": "1"}, None]}, {"a": [{}, True]}), "a")
    assert (known.text("x"), unknown.text("x")) == ("1", UNKNOWN)
    assert unknown.blocks("y") is UNKNOWN


def test_a_block_may_stand_alone_and_inside_of_another() -> None:
    (outer,) = blocks(raw({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"d": True}]}}), "a")
    (inner,) = blocks(outer, "b")
    assert (inner.number("c"), inner.number("d")) == (1, UNKNOWN)
    assert inner.where == "aws_x.y.a.b[0]"


ADDRESSES = [
    pytest.param("aws_vpc.a", Address((), "managed", "aws_vpc", "a"), id="plain"),
    pytest.param("aws_vpc.a[0]", Address((), "managed", "aws_vpc", "a", 0), id="count"),
    pytest.param("data.aws_vpc.a", Address((), "data", "aws_vpc", "a"), id="data"),
    pytest.param(
        r'module.a["x.y[0]"].aws_subnet.b["k\"q"]',
        Address((ModuleStep("a", "x.y[0]"),), "managed", "aws_subnet", "b", 'k"q'),
        id="dots-brackets-and-quotes-in-keys",
    ),
    pytest.param(
        'module.a["b"].module.c[0].data.aws_x.y["$${z} \\u00a0\\n\\\\"]',
        Address(
            (ModuleStep("a", "b"), ModuleStep("c", 0)), "data", "aws_x", "y", "${z} \u00a0\n\\"
        ),
        id="modules-and-escapes",
    ),
    pytest.param('aws_x.y["0"]', Address((), "managed", "aws_x", "y", "0"), id="digit-as-text"),
    pytest.param(
        'aws_x.y["$$ %% $${"]', Address((), "managed", "aws_x", "y", "$$ %% ${"), id="plain-dollars"
    ),
    pytest.param('aws_x.y[""]', Address((), "managed", "aws_x", "y", ""), id="empty-key"),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_address(text: str, address: Address) -> None:
    assert parse_address(text) == address
    parts = (address.module, address.mode, address.type, address.name, address.index)
    assert format_address(*parts) == text


@pytest.mark.parametrize(
    "text",
    ["", "aws_vpc", "aws_vpc.", "aws_vpc.a.b", "a.b[0][1]", "module.a", "a.b[", 'a.b["', "a[0].b",
     "[0]", ".a.b", "module[0].a.b", "module.a.b", "a b.c"],
)  # fmt: skip
def test_not_an_address(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_address(text, where="plan.json: /x")
    assert caught.value.where == "plan.json: /x"


names = st.from_regex(r"[a-z_][a-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("module", "data", "ephemeral")
)
characters = st.characters(exclude_categories=["Cs"])
keys = st.none() | st.integers(0, 10**6) | st.text(characters) | st.text('$%{}"\\[].\n')
steps = st.lists(st.builds(ModuleStep, names, keys), max_size=3).map(tuple)


@given(steps, st.sampled_from(["managed", "data"]), names, names, keys)
def test_any_address_survives_printing(
    module: tuple[ModuleStep, ...], mode: str, kind: str, name: str, index: int | str | None
) -> None:
    text = format_address(module, mode, kind, name, index)
    assert parse_address(text) == Address(module, mode, kind, name, index)


@given(st.text() | st.text('module.["]\\\\a0u{$'))
def test_any_text_is_an_address_or_an_input_error(text: str) -> None:
    for parse in (parse_address, parse_module):
        try:
            parse(text)
        except InputError as error:
            assert error.exit_code == 3  # noqa: PT017
