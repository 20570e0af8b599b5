"""Options in, exit code out. Nothing is decided here, and `--help` loads nothing but click."""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point `tfreach`."""
    from tfreach.cli.commands import cli
    from tfreach.cli.guard import run

    sys.exit(run(cli, sys.argv[1:]))
