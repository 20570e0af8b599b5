"""The name of a plan in; its bytes out, or an error before the memory of the machine is full."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO, Final

from tfreach.cli.memory import free
from tfreach.errors import InputError

LARGEST: Final = 2_000_000_000
"""Bytes: a plan that is larger is not read, whatever the memory."""
MEMORY_A_BYTE: Final = 4
"""Bytes of memory that one byte of a plan takes: reading 3.3 of them (docs/performance.md)."""
_CHUNK: Final = 1 << 24
_SMALL: Final = 1 << 24
"""A plan up to this fits wherever tfreach itself does."""


def read(plan: str) -> bytes:
    """What is in a file, or in standard input for `-`. Raises InputError."""
    name = "standard input" if plan == "-" else plan
    try:
        if plan == "-":
            return _bounded(sys.stdin.buffer, name)
        path = Path(plan)
        if path.is_file():
            refuse_large(path.stat().st_size, name)
            return path.read_bytes()
        with path.open("rb") as pipe:
            return _bounded(pipe, name)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=plan) from error


def refuse_large(size: int, name: str) -> None:
    """Raises InputError where so many bytes are too many, or do not fit in memory."""
    if size > LARGEST:
        raise InputError(
            f"{_amount(size)} are too many: plans of up to {_amount(LARGEST)} are read",
            where=name,
            hint="split the stack, and look at the plan of each part",
        )
    there = free() if size > _SMALL else None
    if there is not None and size * MEMORY_A_BYTE > there:
        raise InputError(
            f"it does not fit in memory: reading {_amount(size)} takes up to "
            f"{_amount(size * MEMORY_A_BYTE)}, and {_amount(there)} are free",
            where=name,
            hint="run tfreach where there is more memory, or split the stack",
        )


def _bounded(stream: BinaryIO, name: str) -> bytes:
    """All that comes, unless that is too much."""
    chunks: list[bytes] = []
    size = 0
    while chunk := stream.read(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        refuse_large(size, name)
    return b"".join(chunks)


def _amount(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
