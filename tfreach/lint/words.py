"""Names and sets in; the short texts of findings, out."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 3
"""More names than this are counted."""


def names(found: Iterable[str], most: int = MOST) -> str:
    """`a, b, c and 4 more`."""
    listed = list(dict.fromkeys(found))
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {more:,} more" if more > 0 else "")
