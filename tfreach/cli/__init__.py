"""Options in, exit code out. Nothing is decided here, and `--help` loads nothing but click."""

from __future__ import annotations

from tfreach.cli.commands import main
from tfreach.cli.guard import run

__all__ = ["main", "program"]


def program() -> None:
    """What the script `tfreach` runs."""
    run(main)
