"""Names and sets in; the short texts of findings, out."""

from __future__ import annotations

from collections.abc import Iterable

from tfreach.space.headers import services_text
from tfreach.space.intervals import IntervalSet

MOST = 3
"""More names than this are counted."""


def names(found: Iterable[str], most: int = MOST) -> str:
    """`a, b, c and 4 more`."""
    listed = list(dict.fromkeys(found))
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {more:,} more" if more > 0 else "")


def services_words(found: IntervalSet) -> str:
    """`tcp/22,443 udp/53`; `tcp` for all of one protocol."""
    rows = services_text(found)
    return " ".join(name if ports == "all" else f"{name}/{ports}" for name, ports in rows)
