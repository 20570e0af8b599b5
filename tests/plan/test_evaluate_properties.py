"""Random expressions: none raises anything but Invalid, and Terraform says the same of a sample."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.console import UNKNOWN
from tests.plan.record_console import record
from tests.plan.test_console import answer
from tfreach.plan.functions import LAZY, TABLE

EXAMPLES = int(os.environ.get("TFREACH_EXAMPLES", "300"))
ATOMS = st.one_of(
    st.integers(-20, 70000).map(str),
    st.sampled_from(["0.5", "-1.25", "1e3", "true", "false", "null", '""', "[]", "{}"]),
    st.sampled_from(["terraform_data.x.id", "terraform_data.y.id", "terraform_data.x.output"]),
    st.sampled_from(["10.0.0.0/16", "a", "b", "c", "1", "true", "é", "a,b", "%s-%d", "[a-c]+"]).map(
        json.dumps
    ),
)
PURE = sorted({*TABLE, *LAZY} - {"file", "templatefile", "templatestring", "abspath"})
OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3)
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.builds("{}({})".format, st.sampled_from(["!", "-"]), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        several.map(lambda items: f"[{', '.join(items)}]"),
        several.map(lambda items: f"{{ {', '.join(map('{} = {}'.format, 'xyz', items))} }}"),
        st.builds("{}({})".format, st.sampled_from(PURE), several.map(", ".join)),
        st.builds("[for k, v in {} : {}]".format, inner, st.sampled_from(["k", "v", "[k, v]"])),
        st.builds("{{ for k, v in {} : k => {} }}".format, inner, inner),
        st.builds("[for v in {} : v if {}]".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({}).x".format, inner),
        st.builds("({})[*]".format, inner),
        st.builds('"<${{{}}}>"'.format, inner),
        st.builds("try({}, {})".format, inner, inner),
        st.builds("{}([{}])".format, st.sampled_from(["toset", "tolist"]), inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _larger, max_leaves=8)


@settings(max_examples=EXAMPLES, deadline=None)
@given(EXPRESSIONS)
def test_an_expression_has_a_value_or_is_refused(text: str) -> None:
    answer(text, names=False)


@pytest.mark.terraform
@settings(max_examples=min(EXAMPLES, 60), deadline=None, derandomize=True)
@given(EXPRESSIONS)
def test_terraform_says_the_same(text: str) -> None:
    """Of what it does not know yet, or refuses for a type alone, nothing is claimed."""
    row = record(text)
    if row["kind"] == "value" and UNKNOWN not in row["printed"]:
        assert answer(text, names=False) in (row["printed"], UNKNOWN)
