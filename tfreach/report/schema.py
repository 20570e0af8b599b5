"""The name of a document in; its JSON Schema, as the package ships it, out."""

from __future__ import annotations

from importlib.resources import files

from tfreach.errors import UsageError

DOCUMENTS = ("check", "coverage", "diff", "lint", "reach", "trace")
"""What commands write."""
NAMES = tuple(sorted((*DOCUMENTS, "policy")))
"""These, and what is given to a command."""


def schema(name: str) -> str:
    """The schema of `tfreach/<name>/1`. Raises UsageError that lists the names."""
    if name not in NAMES:
        raise UsageError(f"no schema is called {name!r}", hint=f"there are {', '.join(NAMES)}")
    return (files("tfreach") / "schemas" / f"{name}.json").read_text(encoding="utf-8")
