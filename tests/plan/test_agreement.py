"""What the source says against what the plan says: the spellings of providers are no difference."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plan.scopes import evaluated
from tfreach.plan.agreement import agrees


@pytest.mark.parametrize(
    ("text", "planned", "unknown", "expected"),
    [
        pytest.param('"a"', "a", False, True, id="the-same-text"),
        pytest.param('"a"', "b", False, False, id="another-text"),
        pytest.param("80", 80, False, True, id="a-number"),
        pytest.param("80", "80", False, True, id="a-number-as-text"),
        pytest.param("1.5", 1.5, False, True, id="a-fraction"),
        pytest.param("true", "true", False, True, id="a-flag-as-text"),
        pytest.param("null", "default", False, None, id="null-leaves-it-to-the-provider"),
        pytest.param('""', None, False, True, id="empty-text-and-null"),
        pytest.param("[]", None, False, True, id="an-empty-list-and-null"),
        pytest.param('"6"', "tcp", False, True, id="a-protocol-by-number"),
        pytest.param('"TCP"', "6", False, True, id="a-protocol-in-capitals"),
        pytest.param('"all"', "-1", False, True, id="all-protocols"),
        pytest.param('["b", "a"]', ["a", "b"], False, True, id="a-set-in-another-order"),
        pytest.param('["a", "a"]', ["a"], False, True, id="a-set-of-doubles"),
        pytest.param('["a"]', ["a", "b"], False, False, id="a-list-that-is-longer"),
        pytest.param('["a", "c"]', ["a", "b"], False, False, id="another-element"),
        pytest.param('["a", "b"]', ["a"], [False, True], None, id="an-element-not-known"),
        pytest.param("[aws_subnet.one.id]", [], [True], None, id="an-element-not-made-yet"),
        pytest.param("{ a = 1 }", {"a": "1", "b": "2"}, False, True, id="an-object-with-defaults"),
        pytest.param("tomap({ a = 1 })", {"a": 1, "b": 2}, False, False, id="a-map-with-more"),
        pytest.param("tomap({ a = 1, b = null })", {"a": 1}, False, True, id="a-map-with-a-null"),
        pytest.param("{ a = 1 }", [{"a": 1}], False, True, id="a-single-block-as-a-list"),
        pytest.param('"{ \\"a\\" : 1 }"', '{"a":1}', False, True, id="json-with-other-spaces"),
        pytest.param(
            '"echo"', "d07c9cb9f7ebba4da0d1a1b1c9ac3e2e8c9b5b7f", False, False, id="a-hash"
        ),
        pytest.param("aws_subnet.one.id", "subnet-1", False, None, id="not-known-to-the-source"),
        pytest.param('"a"', None, True, None, id="not-known-to-the-plan"),
        pytest.param('"a"', ["a"], False, False, id="text-and-a-list"),
        pytest.param('["a"]', "a", False, False, id="a-list-and-text"),
    ],
)
def test_agreement(text: str, planned: Any, unknown: Any, expected: bool | None) -> None:
    assert agrees(evaluated(text), planned, unknown) is expected


def test_the_hash_of_user_data_is_the_text() -> None:
    assert agrees("hello", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d") is True
    assert agrees("hello!", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d") is False
