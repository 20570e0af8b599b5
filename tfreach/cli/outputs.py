"""What a command found and where it shall go in; files and standard output, or nothing, out."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from tfreach.cli.guard import hush, say
from tfreach.errors import UsageError
from tfreach.records import dataclass

STDOUT = "-"
SUMMARY = 1_000_000
"""Bytes of a job summary: GitHub takes 1 MiB a step, and drops what is larger as a whole."""


@dataclass(frozen=True, slots=True)
class Place:
    """One format and where it goes: a file, or `-` for standard output."""

    format: str
    file: str


def places(command: str, formats: Sequence[str], out: str | None) -> list[Place]:
    """Read --format and -o. Raises UsageError."""
    from tfreach.report.formats import FORMATS

    found = [_place(text, out or STDOUT) for text in formats or ("text",)]
    for place in found:
        if place.format not in FORMATS[command]:
            names = ", ".join(FORMATS[command])
            raise UsageError(f"{command} has no format {place.format!r}", hint=f"there are {names}")
    if out is not None and all("=" in text for text in formats or ("text",)):
        raise UsageError("-o is for the format without a file, and each has one")
    files = [place.file for place in found]
    if twice := next((file for file in files if files.count(file) > 1), None):
        where = "standard output" if twice == STDOUT else twice
        raise UsageError(f"two formats go to {where}", hint="--format F=FILE gives each its place")
    return found


def _place(text: str, default: str) -> Place:
    name, equals, file = text.partition("=")
    if equals and not file:
        raise UsageError(f"--format {text}: the file is missing")
    return Place(name, file or default)


def deliver(command: str, found: Any, where: Sequence[Place], color: str, verbose: bool) -> None:
    """Render everything, then write everything: a failed run leaves nothing behind."""
    from tfreach.report.formats import FORMATS
    from tfreach.report.found import Style

    texts = {
        place.file: FORMATS[command][place.format](
            found, Style(place.file == STDOUT and _colored(color), verbose)
        )
        for place in where
    }
    printed = texts.pop(STDOUT, "")
    _write(texts)
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page and any(place.format == "github" for place in where):
        _append(page, FORMATS[command]["markdown"](found, Style(verbose=verbose, most=SUMMARY)))
    if printed:
        to_stdout(printed)


def _colored(color: str) -> bool:
    if color != "auto":
        return color == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty()


def to_stdout(text: str) -> None:
    """The same bytes on every platform; a reader who leaves early is no error."""
    try:
        click.echo(_bytes(text), nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        hush(sys.stdout.fileno())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _write(texts: Mapping[str, str]) -> None:
    """Write under other names first and rename when all are there."""
    files = [(Path(os.path.realpath(file)), _bytes(text)) for file, text in texts.items()]
    # A device or a pipe keeps its name: it is written to, after everything else.
    special = [(path, data) for path, data in files if path.exists() and not path.is_file()]
    regular = [(_beside(path), path, data) for path, data in files if (path, data) not in special]
    try:
        for temporary, path, data in regular:
            _create(temporary, path, data)
        for temporary, path, _ in regular:
            temporary.replace(path)
        for path, data in special:
            path.write_bytes(data)
    except OSError as error:
        where = error.filename2 or error.filename or ""
        raise UsageError(f"cannot write {where}: {error.strerror or error}") from error
    finally:
        for temporary, _, _ in regular:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _append(page: str, text: str) -> None:
    """To the page of the run, which steps before this one may have begun."""
    try:
        with Path(page).open("ab") as file:
            file.write(_bytes(text))
    except OSError as error:
        say(f"warning: cannot write the job summary {page}: {error.strerror or error}")


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _create(temporary: Path, path: Path, data: bytes) -> None:
    """A new file with the permissions of the one it will replace."""
    with temporary.open("xb") as file:
        file.write(data)
    if path.exists():
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))
