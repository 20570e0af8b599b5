"""The text of a configuration file or an expression in; its tree out. The only home of hcl2.

What Terraform takes and this refuses: brackets, blocks and templates nested deeper than 60, more
than 200 operators or steps in a row, 100 conditions within each other; a block's label with an
escape in it; a comment between `%{ for` and `in`; a few letters in names (such as U+00B7).
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from tfreach.plan import jsonfile
from tfreach.plan.syntax import Body, Node
from tfreach.plan.templates import Plain
from tfreach.plan.templates import SourceError as SourceError
from tfreach.plan.translate import Translation

_PRINTED: Final = re.compile(r"[a-zA-Z_][\w-]{,40}|[^\w\s]{1,3}", re.ASCII)


def parse(text: str, file: str) -> Body:
    """What a .tf or .tofu file holds. Raises SourceError, nothing else."""
    with _bounded(file):
        plain = Plain(text.removeprefix("\N{BYTE ORDER MARK}"), file)
        plain.add_code()
        return Translation(plain).body(_tree(plain))


def parse_json(text: str, file: str) -> Body:
    """What a .tf.json or .tofu.json file holds. Raises SourceError, nothing else."""

    def templates(texts: Sequence[tuple[str, int]]) -> Sequence[Node]:
        return _templates(texts, file)

    with _bounded(file):
        return jsonfile.read(text, file, templates, lambda one: expression(one, file))


def expression(text: str, file: str = "expression") -> Node:
    """One expression. Raises SourceError, nothing else."""
    with _bounded(file):
        plain = Plain(text, file)
        plain.add_code("x = (", ")")
        body = _tree(plain)
        if [child.data for child in body.children] != ["attribute", "new_line_or_comment"]:
            raise SourceError("this is not one expression", file=file, line=1)
        return Translation(plain).node(body.children[0].children[2])


def template(text: str, file: str = "template") -> Node:
    """One template without quotes or escapes, as in JSON and for templatefile."""
    with _bounded(file):
        return _templates([(text, 1)], file)[0]


@cache
def parser_version() -> str:
    """What tells this python-hcl2 from others, without loading it."""
    found = find_spec("hcl2")
    if found is None or found.origin is None:
        return ""
    return (Path(found.origin).parent / "version.py").read_text(encoding="utf-8")


def _templates(texts: Sequence[tuple[str, int]], file: str) -> Sequence[Node]:
    """Texts, each with its line, as templates; all in one parse."""
    plain = Plain("".join(text for text, _ in texts), file)
    for text, line in texts:
        plain.add_template(text, line)
    if not texts:
        return []
    translation, attributes = Translation(plain), _tree(plain).children[::2]
    if len(attributes) != len(texts):
        raise SourceError("this is not one template", file=file, line=texts[0][1])
    return [translation.node(attribute.children[2]) for attribute in attributes]


@contextmanager
def _bounded(file: str) -> Iterator[None]:
    """Too much nesting is an error like any other."""
    try:
        yield
    except RecursionError:
        raise SourceError("nested too deeply", file=file, line=1) from None


def _tree(plain: Plain) -> Any:
    """The parse tree of a body."""
    import hcl2  # heavy
    from lark.exceptions import UnexpectedInput

    collecting = gc.isenabled()
    gc.disable()  # trees without cycles: collecting while they grow is lost time
    try:
        return hcl2.parses_to_tree(plain.text).children[0]
    except UnexpectedInput as error:
        at: int = getattr(error, "pos_in_stream", None) or 0
        found = _PRINTED.match(plain.text, at)
        what = found[0] if found and plain.prefix not in found[0] else "text or end"
        message = f"unexpected {what}"
        raise SourceError(message, file=plain.file, line=plain.line(at)) from None
    finally:
        if collecting:
            gc.enable()
