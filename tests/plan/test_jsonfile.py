"""JSON configuration to trees: strings are templates, and an object is two things."""

from __future__ import annotations

import pytest

from tests.plan.shown import lines
from tfreach.plan.source import SourceError, parse_json

JSON = """{
  "//": "a comment",
  "locals": [{"a": "${b.c}", "d": {"${e}": ["f", 1, 1.5, true, null]}}],
  "variable": {"v": {"type": "list(string)", "default": "${x"}},
  "resource": {"aws_x": {"y": {
    "count": 2,
    "ingress": [{"port": 1}, {"//": "no", "port": 2}],
    "tags": {"Name": "a-${b}"},
    "dynamic": {"egress": {"for_each": "${g}", "content": {"port": 3}}},
    "texts": ["%{ if h }i%{ endif }"]
  }}}
}"""


def test_json_keeps_an_object_as_attribute_and_as_block() -> None:
    assert lines(parse_json(JSON, "main.tf.json")) == [
        "3: locals",
        "  3: a = <b.c>",
        '  3: d = {<e> = ["f", 1, 1.5, true, null]}',
        '4: variable "v"',
        "  4: type = list(string)",
        '  4: default = "${x"',
        '5: resource "aws_x" "y"',
        "  6: count = 2",
        '  7: ingress = [{"port" = 1}, {"//" = "no", "port" = 2}]',
        '  8: tags = {"Name" = <"a-" b>}',
        '  10: texts = [<if(h, <"i">, <>)>]',
        "  7: ingress",
        "    7: port = 1",
        "  7: ingress",
        "    7: port = 2",
        "  8: tags",
        '    8: Name = <"a-" b>',
        '  9: dynamic "egress"',
        "    9: for_each = <g>",
        '    9: content = {"port" = 3}',
        "    9: content",
        "      9: port = 3",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "a:1: not JSON: a value is missing", id="nothing"),
        pytest.param('{"a": 1\n"b"', "a:2: not JSON: a comma or } is missing", id="no-comma"),
        pytest.param('{"a', "a:1: not JSON: a text does not end, or has a wrong escape", id="half"),
        pytest.param("{1: 2}", "a:1: not JSON: a key is missing", id="a-number-as-key"),
        pytest.param("{} secret", "a:1: unexpected text after the end of the JSON", id="more"),
        pytest.param('{"output":\n{"a": {"value": "${1 +}"}}}', "a:2: unexpected )", id="a-sum"),
        pytest.param("[" * 99, "a:1: nested too deeply", id="too-many-brackets"),
    ],
)
def test_json_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_json(text, "a")
    assert str(caught.value) == message
