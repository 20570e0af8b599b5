"""Options in, exit code out. Nothing is decided here, and `--help` loads nothing but click."""

from __future__ import annotations

from tfreach.cli.commands import main

__all__ = ["main"]
