"""What a run is doing in; a line on the terminal that says so when it takes long, out."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Final

from tfreach.cli.guard import hush

PATIENCE: Final = 1.0
"""Seconds after which a person wants to know."""
_STARTED: Final = time.monotonic()


class Progress:
    """A line on standard error while the block runs, and gone after it.

    Nothing is written before the run has taken a second, and never where standard error is not a
    terminal. Called with what is done now, such as `comparing`.
    """

    def __init__(self, doing: str, *, quiet: bool) -> None:
        self._doing = doing
        self._width = 0
        self._late = False
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        if not quiet and sys.stderr.isatty():
            wait = max(0.0, _STARTED + PATIENCE - time.monotonic())
            self._timer = threading.Timer(wait, self._appear)
            self._timer.daemon = True

    def __enter__(self) -> Progress:
        if self._timer:
            self._timer.start()
        return self

    def __call__(self, doing: str) -> None:
        with self._lock:
            self._doing = doing
            if self._late:
                self._draw(f"{doing} …")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            if self._timer:
                self._timer.cancel()
            if self._late:
                self._draw("")
            self._timer, self._late = None, False

    def _appear(self) -> None:
        with self._lock:
            if self._timer:
                self._late = True
                self._draw(f"{self._doing} …")

    def _draw(self, text: str) -> None:
        """Over what stands there. Spaces, not codes: every terminal knows them."""
        try:
            sys.stderr.write(f"\r{' ' * self._width}\r{text}")
            sys.stderr.flush()
        except BrokenPipeError:
            hush(sys.stderr.fileno())
        self._width = len(text)
