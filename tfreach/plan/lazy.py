"""An expression in, its value out: when it is asked for, once, and whatever it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from tfreach.plan.evaluate import Budget, Exhausted, Scope, evaluate
from tfreach.plan.syntax import Node
from tfreach.plan.values import Derived, Invalid, Value

NOT_KNOWN: Final = Derived()


class Lazy(Mapping[str, Value]):
    """A mapping whose values are found when they are asked for, once.

    `find` raises KeyError for what is not there. What depends on itself is unknown.
    """

    def __init__(self, names: Callable[[], Iterable[str]], find: Callable[[str], Value]) -> None:
        self._names = names
        self._find = find
        self._found: dict[str, Value | Invalid] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._found:
            self._found[name] = NOT_KNOWN
            try:
                self._found[name] = self._find(name)
            except KeyError:
                del self._found[name]
                raise
            except Invalid as error:
                self._found[name] = error
        found = self._found[name]
        if isinstance(found, Invalid):
            raise found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def value_of(node: Node, scope: Scope) -> Value:
    """As `evaluate`; what takes too long or is nested too deeply is unknown. Raises Invalid."""
    try:
        return evaluate(node, Scope(scope.names, scope.surroundings, scope.own, Budget()))
    except (Exhausted, RecursionError):
        return NOT_KNOWN
