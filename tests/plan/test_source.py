"""Configuration text to trees: what Terraform 1.11.4 takes, and as it reads it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest

from tests.conftest import FIXTURES
from tests.plan.shown import lines, shown
from tfreach.plan.source import SourceError, expression, parse, template

FILES = sorted(FIXTURES.glob("*/*/main.tf"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("1", "1", id="a-whole-number"),
        pytest.param("1e3 ", "1e3", id="an-exponent-stays-as-written"),
        pytest.param("-1.50", "-1.50", id="a-fraction-stays-as-written"),
        pytest.param("9" * 1100, "9" * 1100, id="a-number-without-end"),
        pytest.param("null", "null", id="null"),
        pytest.param('"a"', '"a"', id="a-text"),
        pytest.param('""', '""', id="an-empty-text"),
        pytest.param('"$ % $$ 100%"', '"$ % $$ 100%"', id="dollars-and-percents"),
        pytest.param(r'"\n\t\r\"\\\u00e9\U0001F600"', '"\\n\\t\\r\\"\\\\é😀"', id="escapes"),
        pytest.param('"$${a} %%{b}"', '"${a} %{b}"', id="doubled-signs-are-no-sequences"),
        pytest.param('"$$${a}"', '"$${a}"', id="three-dollars-are-a-dollar-and-an-escape"),
        pytest.param('"$${"', '"${"', id="an-escape-that-nothing-closes"),
        pytest.param('"e\u0301"', '"\u00e9"', id="an-accent-becomes-one-letter"),
        pytest.param("a.b.c", "a.b.c", id="attributes"),
        pytest.param("a.0.b", "a[0].b", id="a-number-after-a-dot-is-an-index"),
        pytest.param('a["b"][c.d]', 'a["b"][c.d]', id="indexes"),
        pytest.param("a . b [ 0 ]", "a.b[0]", id="blanks-between-steps"),
        pytest.param("a.for.in.if.null", "a.for.in.if.null", id="keywords-are-attributes"),
        pytest.param("größe.länge", "größe.länge", id="names-of-any-letters"),
        pytest.param("a-1", "a-1", id="a-dash-belongs-to-a-name"),
        pytest.param("a -1", "(a - 1)", id="a-dash-after-a-blank-does-not"),
        pytest.param("2-33", "(2 - 33)", id="a-dash-after-a-number-does-not"),
        pytest.param("{a = x -33}", '{"a" = (x - 33)}', id="a-dash-in-an-object"),
        pytest.param("1e-5-2", "(1e-5 - 2)", id="a-dash-in-an-exponent"),
        pytest.param("-5", "-5", id="a-negative-number"),
        pytest.param("[-1, - 22,-33]", "[-1, -22, -33]", id="negative-numbers-in-a-list"),
        pytest.param("-a.b * 2", "((-a.b) * 2)", id="minus-before-a-traversal"),
        pytest.param("!!a", "(!(!a))", id="not-not"),
        pytest.param("- -a == --b", "((-(-a)) == (-(-b)))", id="minus-minus"),
        pytest.param("a - - -b", "(a - (-(-b)))", id="minus-and-minus-minus"),
        pytest.param("a != !b", "(a != (!b))", id="not-after-not-equal"),
        pytest.param("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)", id="products-before-sums"),
        pytest.param("a || b && c == d + 1", "(a || (b && (c == (d + 1))))", id="or-comes-last"),
        pytest.param("(a + b) * c", "((a + b) * c)", id="parentheses"),
        pytest.param("a ? b : c ? d : e", "(a ? b : (c ? d : e))", id="conditions-from-the-right"),
        pytest.param("f()", "f()", id="a-call-of-nothing"),
        pytest.param("f(a, b...)", "f(a, b...)", id="a-call-that-expands"),
        pytest.param("core::max(1)", "max(1)", id="core-is-cut-off"),
        pytest.param("provider::a::b(1)", "provider::a::b(1)", id="a-providers-function"),
        pytest.param("[1, [2,],]", "[1, [2]]", id="a-comma-at-the-end"),
        pytest.param(
            '{a = 1, b : 2, "c" = 3, (d) = 4, 5 = 6, "${e}" = 7, in = 8, true = 9}',
            '{"a" = 1, "b" = 2, "c" = 3, (d) = 4, 5 = 6, <e> = 7, "in" = 8, "true" = 9}',
            id="keys-of-every-kind",
        ),
        pytest.param("[for a in b : c]", "[for , a in b : c]", id="for-to-a-list"),
        pytest.param(
            "{for k, v in b : k => v... if v != 1}",
            "{for k, v in b : k => v... if (v != 1)}",
            id="for-to-an-object",
        ),
        pytest.param("a[*]", "a[*](@)", id="splat"),
        pytest.param("a[\n*\n].b", "a[*](@.b)", id="splat-with-blanks"),
        pytest.param("a[*].b[0].c", "a[*](@.b[0].c)", id="an-index-is-within-a-splat"),
        pytest.param("a.*.b[0].c", "a[*](@.b)[0].c", id="an-index-is-outside-of-a-dot-splat"),
        pytest.param("a.*.b.0", "a[*](@.b[0])", id="a-dotted-index-is-within-a-dot-splat"),
        pytest.param("a[*].b[*].c", "a[*](@.b[*](@.c))", id="a-splat-within-a-splat"),
        pytest.param("a.*.b[*].c", "a[*](@.b)[*](@.c)", id="a-splat-after-a-dot-splat"),
        pytest.param("(a[*]).b", "a[*](@).b", id="parentheses-end-a-splat"),
    ],
)
def test_expression(text: str, wanted: str) -> None:
    assert shown(expression(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param('"a${b}c"', '<"a" b "c">', id="a-text-with-a-part"),
        pytest.param('"${a}"', "<a>", id="a-part-alone"),
        pytest.param('"${f(m, "k")}"', '<f(m, "k")>', id="quotes-within-quotes"),
        pytest.param('"${"${"a"}"}"', '<<"a">>', id="templates-within-templates"),
        pytest.param('"${{a = "}"}}"', '<{"a" = "}"}>', id="braces-within-a-sequence"),
        pytest.param('"${\n a # }\n /* } */\n}"', "<a>", id="line-breaks-and-comments-within"),
        pytest.param('"a ${~ b ~} c"', '<"a" b "c">', id="blanks-eaten"),
        pytest.param('" ${~ a}"', '<"" a>', id="eaten-whole-it-is-a-text-still"),
        pytest.param('"%{ if a }b%{ else }c%{ endif }"', '<if(a, <"b">, <"c">)>', id="if-and-else"),
        pytest.param('"%{if a ~} b %{~ endif}"', '<if(a, <"b">, <>)>', id="if-without-else"),
        pytest.param(
            '"%{ for k, v in m }${k}%{ if v }!%{ endif }%{ endfor }"',
            '<for(k, v, m, <k if(v, <"!">, <>)>)>',
            id="if-within-for",
        ),
        pytest.param('"$%{if a}b%{endif}"', '<"$" if(a, <"b">, <>)>', id="a-dollar-before-if"),
        pytest.param("<<E\nE\n", '""', id="an-empty-heredoc"),
        pytest.param('<<E\n a\\n"$${b}\n E\n', '" a\\\\n\\"${b}\\n"', id="no-escapes-in-heredocs"),
        pytest.param("<<E\nE ${a}\nEE\nE\n", '<"E " a "\\nEE\\n">', id="not-yet-the-end"),
        pytest.param("<<E\n${a}E\nE\n", '<a "E\\n">', id="no-end-after-a-part"),
        pytest.param("<<-E\n  a\n    b\n  E\n", '"a\\n  b\\n"', id="an-indent-taken-off"),
        pytest.param(
            "<<-E\n  a\n\n \n  b\nE\n", '"a\\n\\n \\nb\\n"', id="empty-lines-do-not-count"
        ),
        pytest.param(
            "<<-E\n  ${a}\n    b\nE\n", '<"" a "\\n  b\\n">', id="an-indent-before-a-part"
        ),
        pytest.param("<<-E\n  a\n${b}\nE\n", '<"  a\\n" b "\\n">', id="a-part-has-no-indent"),
        pytest.param(
            "<<-E\n  %{ for a in b ~}\n  c\n  %{ endfor ~}\n  E\n",
            '<"" for(, a, b, <"  c\\n">) "">',
            id="only-the-line-break-is-eaten",
        ),
        pytest.param("<<E\r\na\r\nE\r\n", '"a\\r\\n"', id="a-heredoc-of-windows"),
        pytest.param("[<<A\na\nA\n, <<-B\n  b\n  B\n]", '["a\\n", "b\\n"]', id="two-in-a-list"),
        pytest.param("f(<<A\n${<<B\nb\nB\n}a\nA\n)", 'f(<"b\\n" "a\\n">)', id="one-in-another"),
        pytest.param("<<é-1_\na\né-1_\n", '"a\\n"', id="any-name-is-a-marker"),
    ],
)
def test_template(text: str, wanted: str) -> None:
    assert shown(expression(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("(\n a\n - b\n)", "(a - b)", id="parentheses"),
        pytest.param("[\n a,\n\n b\n]", "[a, b]", id="a-list"),
        pytest.param("[\n a\n , b\n]", "[a, b]", id="a-comma-that-begins-a-line"),
        pytest.param("f(\n a, # b\n c // d\n)", "f(a, c)", id="a-call"),
        pytest.param("a[\n 0\n]", "a[0]", id="an-index"),
        pytest.param("(a\n ? b\n : c)", "(a ? b : c)", id="a-condition"),
        pytest.param("{\n a = 1\n\n b = 2 }", '{"a" = 1, "b" = 2}', id="an-object"),
        pytest.param("{\n a = 1, # {\n b = 2\n}", '{"a" = 1, "b" = 2}', id="a-comma-and-a-line"),
        pytest.param("{for\n a\n in b\n :\n c =>\n d\n if e}", None, id="for-to-an-object"),
        pytest.param("{ # c\n for a in b : c => d if e\n}", None, id="for-after-a-comment"),
        pytest.param("[for\n a in\n b\n :\n c\n]", "[for , a in b : c]", id="for-to-a-list"),
        pytest.param("a /* b\n c */ + d", "(a + d)", id="a-comment-within-a-line"),
    ],
)
def test_lines_break_within_brackets(text: str, wanted: str | None) -> None:
    assert shown(expression(text)) == (wanted or "{for , a in b : c => d if e}")


BODY = """\ufeff# head
a = 1 /* one
  line */
b "c" d { e = 2 }
f {
  g {
    h = <<-E
      i ${
        j
      }
    E
  }

  k = [ # l
    3 ]
}
// tail"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_attribute_and_block_has_its_line(ending: str) -> None:
    found = parse(BODY.replace("\n", ending), "main.tf")
    text = json.dumps(ending)[1:-1]
    assert lines(found) == [
        "2: a = 1",
        '4: b "c" "d"',
        "  4: e = 2",
        "5: f",
        "  14: k = [3]",
        "  6: g",
        f'    7: h = <"i " j "{text}">',
    ]
    assert found.blocks[1].body.blocks[0].file == "main.tf"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a = ", "a:1: unexpected text or end", id="no-value"),
        pytest.param(
            "a = 1\nb = (2\n", "a:3: the end is missing of a bracket or a template", id="("
        ),
        pytest.param("a = 1\n]\n", "a:2: unexpected ]", id="a-bracket-too-many"),
        pytest.param("a = [1\n}\n", "a:2: unexpected }", id="another-bracket"),
        pytest.param('a = 1\nb = "secret\n"', "a:2: the end is missing of a text", id="no-quote"),
        pytest.param('a = "${b"', "a:1: the end is missing of a text", id="no-brace"),
        pytest.param('a = "${}"', "a:1: a template that does not close", id="an-empty-sequence"),
        pytest.param('a = "${b c}"', "a:1: unexpected c", id="two-names-in-a-sequence"),
        pytest.param('a = "%{if b}c"', "a:1: a template that does not close", id="no-endif"),
        pytest.param('a = "%{endif}"', "a:1: a template that does not close", id="no-if"),
        pytest.param('a = "%{loop}"', "a:1: unexpected word in %{", id="no-such-directive"),
        pytest.param('a = "\\q"', "a:1: unexpected escape \\q", id="no-such-escape"),
        pytest.param("\na = <<E\nsecret\n", "a:2: the end is missing of a heredoc", id="no-marker"),
        pytest.param("a = <<E \nE\n", "a:1: unexpected <<", id="a-blank-after-the-marker"),
        pytest.param("/* secret", "a:1: the end is missing of a comment", id="no-end-of-comment"),
        pytest.param('\na = b "secret"', "a:2: unexpected text or end", id="a-text-out-of-place"),
        pytest.param('"a" = 1', "a:1: unexpected text", id="a-text-as-name"),
        pytest.param("a = 1\na = 2", "a:2: a is set twice", id="twice"),
        pytest.param("a = " + "[" * 70, "a:1: nested too deeply", id="too-many-brackets"),
        pytest.param("a = " + '"${' * 70, "a:1: nested too deeply", id="too-many-templates"),
        pytest.param("a = " + "b ? c : " * 150 + "d", "a:1: nested too deeply", id="conditions"),
        pytest.param("a = " + "1 + " * 999 + "1", "a:1: too many operators in a row", id="a-sum"),
        pytest.param("a = " + "- " * 999 + "1", "a:1: too many operators in a row", id="signs"),
        pytest.param("a = b" + ".c" * 999, "a:1: too many steps in a row", id="steps"),
        pytest.param("a {\n" * 70, "a:61: nested too deeply", id="blocks"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text, "a")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(r'a "b\"" {}', id="an-escape-in-a-label"),
        pytest.param('a = "%{ for /* b */ c in d }%{ endfor }"', id="a-comment-before-in"),
        pytest.param("a\u00b7b = 1", id="a-dot-in-the-middle-of-a-name"),
    ],
)
def test_terraform_takes_what_is_refused_here(text: str) -> None:
    with pytest.raises(SourceError):
        parse(text, "a")


def test_one_expression_is_not_two() -> None:
    for text in ("1\n)\ny = (2", "1 2", "", "1)"):
        with pytest.raises(SourceError):
            expression(text)


def test_a_template_without_quotes() -> None:
    assert shown(template('a"\\n${b.c}\n$${')) == '<"a\\"\\\\n" b.c "\\n${">'
    assert shown(template("${a}")) == "<a>"
    assert shown(template("")) == '""'


PIECES = [
    '"',
    "${",
    "%{",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "<<E\n",
    "\n",
    "/*",
    "~",
    "-",
    "!",
    "::",
    "é",
]


@pytest.mark.parametrize("seed", range(150))
def test_a_broken_file_is_a_source_error_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(FILES).read_text()
    start = chance.randrange(len(text))
    text = text[start : start + 800]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        cut = chance.randrange(10) * chance.randrange(2)
        text = text[:at] + chance.choice(PIECES) + text[at + cut :]
    assert all(line <= text.count("\n") + 2 for line in refusals(text))


def refusals(text: str) -> Iterator[int]:
    """The lines at which it is refused, as a file and otherwise."""
    for read in (expression, template, lambda text: parse(text, "main.tf")):
        try:
            read(text)
        except SourceError as error:
            yield error.line


def test_a_big_file_takes_no_time_that_grows_with_its_square() -> None:
    text = "".join(f'a{at} = "${{b}}-{at}" # c\n' for at in range(5000))
    assert len(parse(text, "main.tf").attributes) == 5000
