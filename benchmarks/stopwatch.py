"""Functions with labels in; the CPU time spent under each label, that of labels within left out."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any


class Stopwatch:
    """seconds   by label; a label that is entered within another stops the outer one"""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._stack: list[str] = []
        self._since = 0.0

    @contextlib.contextmanager
    def running(self, label: str) -> Iterator[None]:
        self._lap()
        self._stack.append(label)
        try:
            yield
        finally:
            self._lap()
            self._stack.pop()

    def _lap(self) -> None:
        now = time.process_time()
        if self._stack:
            self.seconds[self._stack[-1]] += now - self._since
        self._since = now

    def watching(self, label: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.running(label):
                found = function(*arguments, **named)
                return list(found) if isinstance(found, Iterator) else found

        return timed


@contextlib.contextmanager
def watched(labels: Mapping[tuple[ModuleType | type, str], str]) -> Iterator[Stopwatch]:
    """Time the functions that a module or class knows by a name, while the block runs."""
    stopwatch = Stopwatch()
    originals = {place: getattr(*place) for place in labels}
    for (owner, name), label in labels.items():
        setattr(owner, name, stopwatch.watching(label, originals[owner, name]))
    try:
        yield stopwatch
    finally:
        for (owner, name), original in originals.items():
            setattr(owner, name, original)
