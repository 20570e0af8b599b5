"""Items and the links that they hold in; those that may lead to a key, without asking all, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from tfreach.plan.references import Link

T = TypeVar("T")


class Ties(Generic[T]):
    """Items by what their links name. There may be as many items as keys that are asked for."""

    def __init__(self, items: Iterable[T], links: Callable[[T], Iterable[Link]]) -> None:
        self._named: dict[str, dict[int, T]] = {}
        self._anywhere: dict[int, T] = {}
        for at, item in enumerate(items):
            for link in links(item):
                if link.open:
                    self._anywhere[at] = item
                for key in link.targets:
                    self._named.setdefault(key, {})[at] = item

    def near(self, key: str) -> list[T]:
        """Those of which a link names `key`, or may lead to anything, in the order given."""
        named = self._named.get(key, {})
        if not self._anywhere:
            return list(named.values())
        return [item for _, item in sorted((self._anywhere | named).items(), key=_place)]


def _place(entry: tuple[int, object]) -> int:
    return entry[0]
