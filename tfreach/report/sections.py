"""Sections of Markdown in; a document that keeps to a size by leaving out whole sections, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tfreach.records import dataclass

HEAD = 100
"""The weight of what is never left out."""


@dataclass(frozen=True, slots=True)
class Section:
    """One piece that is whole by itself: a table, a list, the headline.

    title    of what is folded, as HTML; "" for what always shows
    lines    of Markdown
    weight   0..100: the lightest is left out first, and of equal ones the last
    """

    lines: tuple[str, ...]
    weight: int
    title: str = ""

    @property
    def text(self) -> str:
        said = "\n".join(self.lines)
        if not self.title:
            return said
        return f"<details><summary>{self.title}</summary>\n\n{said}\n\n</details>"


def document(sections: Iterable[Section], most: int = 0) -> str:
    """All of them, or those that `most` bytes hold (0: no limit), and what was left out."""
    there = [one for one in sections if one.lines]
    kept, size = list(there), sum(map(_size, there)) - 1
    lightest = sorted(enumerate(there), key=lambda item: (item[1].weight, -item[0]))
    room = most - len(_cut(there).encode()) - 2
    for _, one in lightest:
        if not most or size <= (most if len(kept) == len(there) else room):
            break
        if one.weight < HEAD:
            kept.remove(one)
            size -= _size(one)
    gone = [one for one in there if one not in kept]
    texts = [one.text for one in kept] + ([_cut(gone)] if gone else [])
    return "\n\n".join(texts) + "\n"


def _size(section: Section) -> int:
    """In bytes, with the empty line behind it."""
    return len(section.text.encode()) + 2


def _cut(gone: Sequence[Section]) -> str:
    number = len(gone)
    return f"_{number} section{'' if number == 1 else 's'} left out: the whole would be too long._"
