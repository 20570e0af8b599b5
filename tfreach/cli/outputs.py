"""What a command found and where it shall go, in; files and standard output, all or nothing, out."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tfreach.cli.guard import hush
from tfreach.errors import UsageError

STDOUT = "-"


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


def _write(texts: dict[str, str]) -> None:
    """Write under other names first and rename when all are there."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for file, text in texts.items():
            waiting += _prepare(Path(os.path.realpath(file)), _bytes(text))
        for temporary, path in waiting:
            temporary.replace(path)
    except OSError as error:
        what = error.strerror or str(error)
        raise UsageError(f"cannot write {error.filename or ''}: {what}") from error
    finally:
        for temporary, _ in waiting:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _prepare(path: Path, data: bytes) -> Iterator[tuple[Path, Path]]:
    """Yields the file under its temporary name, and its own; a device or pipe is written at once."""
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        path.write_bytes(data)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    yield temporary, path
    with temporary.open("xb") as file:
        file.write(data)
    if mode is not None:
        temporary.chmod(stat.S_IMODE(mode))
