"""Text that nobody vouches for in; Markdown and HTML that show it and obey nothing of it, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from tfreach.report.words import clean

_NO_CODE = str.maketrans({"`": r"\x60", "|": r"\x7c"})
_INLINE = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
_REFERENCE = re.compile(
    r"(?<=[@#!$%~^])(?=[\w\"])|(?<=&amp;)(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE
)
"""Where a forge would begin a mention, a reference or a link."""
APART = "&#8203;"
"""A space without width."""


def code(text: str) -> str:
    """A name, an address, a place. What could end a code span or a cell is written as `\\x60`."""
    return f"`{clean(text).translate(_NO_CODE)}`" if text else ""


def prose(text: str) -> str:
    """A sentence with such names in it; it may not begin a line."""
    said = escape(clean(text), quote=False)
    return _INLINE.sub(r"\\\g<0>", _REFERENCE.sub(APART, said))


def html_code(text: str) -> str:
    """The same as `code` where no Markdown is read: in a summary."""
    return f"<code>{escape(clean(text)).replace('`', '&#96;')}</code>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """head, rows   cells of Markdown, which `code` and `prose` made"""
    lines = [_row(head), _row(["---"] * len(head))]
    return (*lines, *map(_row, rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
