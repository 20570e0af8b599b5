"""Trees packed as JSON and unpacked are the same trees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FIXTURES
from tests.plan.shown import lines, shown
from tfreach.plan.packed import pack, unpack
from tfreach.plan.source import expression, parse
from tfreach.plan.syntax import Body

FILES = sorted(FIXTURES.glob("*/*/main.tf"))


def again(body: Body) -> Body:
    """Packed, kept as JSON, and unpacked."""
    return unpack(json.loads(json.dumps(pack(body))), "main.tf")


@pytest.mark.parametrize("file", FILES, ids=lambda file: "-".join(file.parts[-3:-1]))
def test_a_real_file_is_the_same_after_packing(file: Path) -> None:
    body = parse(file.read_text(), "main.tf")
    assert body.blocks
    assert lines(again(body)) == lines(body)


TEXTS = st.sampled_from(["1", "1.5", "null", "true", '"a"', "a", "a.b[0]", "a[*].b", "[]", "{}"])
EXPRESSIONS = st.recursive(
    TEXTS,
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("(!{})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("f({}, {}...)".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a = {}, ({}) = 1}}".format, inner, inner),
        st.builds("[for a in {} : {}]".format, inner, inner),
        st.builds("[for a in {} : {} if {}]".format, inner, inner, inner),
        st.builds("{{for a, b in {} : {} => {}...}}".format, inner, inner, inner),
        st.builds('"a${{{}}}%{{ if {} }}b%{{ endif }}"'.format, inner, inner),
        st.builds('"%{{ for a, b in {} }}${{{}}}%{{ endfor }}"'.format, inner, inner),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_packing_loses_nothing(text: str) -> None:
    body = parse(f"a = {text}\nb c {{\n d = {text}\n}}", "main.tf")
    assert lines(again(body)) == lines(body)


@given(EXPRESSIONS)
def test_what_is_shown_of_an_expression_is_that_expression(text: str) -> None:
    """The grouping that `shown` writes out is the one that is read."""
    found = shown(expression(text))
    if "<" not in found and "[*]" not in found and "for ," not in found:
        assert shown(expression(found)) == found
