"""Sections of Markdown in; a document that keeps to a size by leaving out whole sections, out."""

from __future__ import annotations

from collections.abc import Iterable

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
    texts = {at: (one.weight, one.text) for at, one in enumerate(sections) if one.lines}
    size = sum(len(text.encode()) + 2 for _, text in texts.values()) - 1
    gone: set[int] = set()
    for at in sorted(texts, key=lambda at: (texts[at][0], -at)) if most else ():
        weight, text = texts[at]
        note = len(_cut(len(texts)).encode()) + 2 if gone else 0
        if size + note <= most or weight == HEAD:
            break
        gone.add(at)
        size -= len(text.encode()) + 2
    kept = [text for at, (_, text) in texts.items() if at not in gone]
    return "\n\n".join([*kept, *([_cut(len(gone))] if gone else [])]) + "\n"


def _cut(number: int) -> str:
    return f"_{number} section{'' if number == 1 else 's'} left out: the whole would be too long._"
