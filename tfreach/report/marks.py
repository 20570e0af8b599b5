"""Names of what is found in; the identifiers that tell it from run to run, out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

LONGEST = 100
"""Characters of an identifier that come from the name of a rule."""
LENGTH = 32
"""Hexadecimal digits of a fingerprint."""


def rule_ids(names: Iterable[str]) -> dict[str, str]:
    """`no-internet-to-the-data-tier` of each name, as waivers in the source may call it; names that
    come to the same, or are very long, get something of their own behind it."""
    joined = {name: re.sub(r"[\W_]+", "-", name.lower()).strip("-") for name in names}
    number = Counter(joined.values())
    return {
        name: text if text[:LONGEST] == text and number[text] == 1 and text else _apart(text, name)
        for name, text in joined.items()
    }


def _apart(text: str, name: str) -> str:
    return f"{text[:LONGEST]}-{fingerprint(name)[:8]}".strip("-")


def fingerprint(*parts: object) -> str:
    """The same for the same parts, in every run. parts: strings, numbers, tuples of these."""
    return sha256(json.dumps(parts).encode()).hexdigest()[:LENGTH]


def told_apart(marks: Iterable[str]) -> list[str]:
    """The marks in the same order, of which none is there twice: readers drop what is."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for mark in marks:
        seen[mark] += 1
        found.append(mark if seen[mark] == 1 else fingerprint(mark, seen[mark]))
    return found
