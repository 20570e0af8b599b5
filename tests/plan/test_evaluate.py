"""What is not known yet keeps its name through expressions (tests/plan/test_console.py has the
language itself, as Terraform prints it)."""

from __future__ import annotations

import pytest

from tests.plan.scopes import evaluated
from tfreach.plan.values import Derived, Invalid, Null, Symbol, Value, inside

ONE, MANY, KEYED = "aws_subnet.one", "aws_subnet.many", "aws_subnet.keyed"
ALL = [f"{MANY}[{at}]" for at in range(3)]


def symbols(value: Value) -> list[str]:
    """The resources whose ids stand in a value, in order; `?` for what is unknown otherwise."""
    if isinstance(value, Symbol):
        return [value.address if value.path == ("id",) else f"{value.address}.{value.path}"]
    if isinstance(value, Derived):
        return ["?"]
    return [name for item in inside(value) for name in symbols(item)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("aws_subnet.one.id", [ONE], id="an-attribute"),
        pytest.param('"${aws_subnet.one.id}"', [ONE], id="a-template-that-is-one-interpolation"),
        pytest.param("aws_subnet.many[1].id", [ALL[1]], id="an-index"),
        pytest.param("aws_subnet.many.1.id", [ALL[1]], id="an-index-as-terraform-0.11-wrote-it"),
        pytest.param("aws_subnet.many[*].id", ALL, id="a-splat"),
        pytest.param("aws_subnet.many.*.id", ALL, id="an-attribute-splat"),
        pytest.param("aws_subnet.many.*.id[2]", [ALL[2]], id="an-index-of-an-attribute-splat"),
        pytest.param("aws_subnet.one[*].id", [ONE], id="a-splat-on-a-single-resource"),
        pytest.param('aws_subnet.keyed["b"].id', [f'{KEYED}["b"]'], id="a-key"),
        pytest.param("values(aws_subnet.keyed)[1].id", [f'{KEYED}["b"]'], id="values-sort-by-key"),
        pytest.param("[for s in aws_subnet.many : s.id]", ALL, id="a-for"),
        pytest.param(
            'lookup({ for k, s in aws_subnet.keyed : k => s.id }, "c")',
            [f'{KEYED}["c"]'],
            id="a-for-that-makes-an-object",
        ),
        pytest.param("aws_subnet.many[(2 + 1) % 3].id", [ALL[0]], id="a-computed-index"),
        pytest.param("element(aws_subnet.many[*].id, 4)", [ALL[1]], id="element-wraps-around"),
        pytest.param(
            "coalescelist(aws_subnet.none[*].id, aws_subnet.many[*].id)", ALL, id="coalescelist"
        ),
        pytest.param("coalesce(null, aws_subnet.one.id)", [ONE], id="coalesce"),
        pytest.param('coalesce(aws_subnet.one.id, "x")', [ONE], id="an-id-is-never-empty"),
        pytest.param('compact(concat([""], aws_subnet.many[*].id))', ALL, id="compact"),
        pytest.param(
            "distinct(concat([aws_subnet.one.id], [aws_subnet.one.id]))", [ONE], id="twice"
        ),
        pytest.param("flatten([[aws_subnet.many[*].id], []])", ALL, id="flatten"),
        pytest.param("one(aws_subnet.one[*].id)", [ONE], id="one"),
        pytest.param("slice(aws_subnet.many[*].id, 1, 3)", ALL[1:], id="slice"),
        pytest.param("reverse(aws_subnet.many[*].id)", ALL[::-1], id="reverse"),
        pytest.param("merge({ a = 1 }, { a = aws_subnet.one.id }).a", [ONE], id="merge"),
        pytest.param("zipmap(local.zones, aws_subnet.many[*].id).b", [ALL[1]], id="zipmap"),
        pytest.param(
            "try(aws_subnet.none[0].id, aws_subnet.one.id)", [ONE], id="try-falls-through"
        ),
        pytest.param('try(aws_subnet.many[0].id, "")', [ALL[0]], id="try-takes-the-first"),
        pytest.param(
            "local.yes ? aws_subnet.one.id : aws_subnet.none[0].id", [ONE], id="a-condition"
        ),
        pytest.param(
            'aws_subnet.one.id != "" ? aws_subnet.one.id : null', [ONE], id="a-test-for-emptiness"
        ),
        pytest.param("aws_subnet.one.id == null ? [] : [1]", [], id="a-test-for-null"),
        pytest.param(
            'split(",", join(",", aws_subnet.many[*].id))', ALL, id="the-join-and-split-of-0.11"
        ),
        pytest.param("tolist([aws_subnet.one.id])", [ONE], id="a-conversion"),
        pytest.param("{ a = { b = [aws_subnet.one.id] } }.a.b[0]", [ONE], id="deep-in-an-object"),
    ],
)
def test_a_symbol_passes_through(text: str, expected: list[str]) -> None:
    assert symbols(evaluated(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"subnet-${aws_subnet.one.id}"', id="part-of-a-text"),
        pytest.param("upper(aws_subnet.one.id)", id="another-case"),
        pytest.param("length(aws_subnet.one.id)", id="its-length"),
        pytest.param("length(toset([aws_subnet.one.id, aws_subnet.one.public_ip]))", id="doubles"),
        pytest.param("aws_subnet.many[aws_subnet.one.listeners].id", id="an-index-not-known"),
        pytest.param("tolist(toset(aws_subnet.many[*].id))[0]", id="the-first-of-a-set"),
        pytest.param("sort(aws_subnet.many[*].id)[0]", id="the-first-when-sorted"),
        pytest.param("aws_subnet.one.public_ip != null ? 1 : 2", id="what-may-be-null"),
        pytest.param("try(aws_subnet.one.listeners[0].port, 80)", id="what-may-not-be-there"),
        pytest.param("aws_subnet.one.listeners[*].id", id="a-splat-on-what-is-unknown"),
        pytest.param("{ for s in aws_subnet.many : s.id => 1 }", id="keys-that-are-unknown"),
        pytest.param("timestamp()", id="the-time"),
        pytest.param('try(cidrcontains("10.0.0.0/8", "10.1.1.1"), 1)', id="of-opentofu"),
        pytest.param("1 / 0", id="what-is-infinite"),
        pytest.param("aws_subnet.one.public_ip == aws_subnet.many[0].public_ip", id="two"),
    ],
)
def test_what_is_computed_from_a_symbol_is_unknown(text: str) -> None:
    assert isinstance(evaluated(text), Derived)


def test_what_is_computed_remembers_its_parents() -> None:
    found = evaluated('"${aws_subnet.one.id}/${aws_subnet.many[1].id}"')
    assert isinstance(found, Derived)
    assert {parent.address for parent in found.parents} == {ONE, ALL[1]}


def test_a_condition_that_is_not_known_leaves_both_sides() -> None:
    found = evaluated(
        "aws_subnet.one.public_ip != null ? aws_subnet.one.id : aws_subnet.many[0].id"
    )
    assert isinstance(found, Derived)
    assert [symbols(choice) for choice in found.choices] == [[ONE], [ALL[0]]]


def test_a_set_of_identifiers_keeps_its_members_in_an_order_not_known() -> None:
    found = evaluated("tolist(toset(aws_subnet.many[*].id))")
    assert isinstance(found, Derived)
    assert sorted(name for one in found.members for name in symbols(one)) == ALL


@pytest.mark.parametrize(
    "text",
    [
        "aws_subnet.many[3].id",
        'aws_subnet.keyed["z"].id',
        "aws_subnet.one.nothing",
        "nowhere.to.be",
        "null + 1",
        '"a" + 1',
        "{ for s in local.zones : 1 => s }",
        'true ? "a" : []',
        '"x${null}"',
    ],
)
def test_what_terraform_refuses_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        evaluated(text)


def test_an_empty_splat_is_an_empty_tuple() -> None:
    assert symbols(evaluated("aws_subnet.none[*].id")) == []
    assert isinstance(evaluated("true ? null : 1"), Null)
