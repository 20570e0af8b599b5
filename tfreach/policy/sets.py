"""The named sets of a policy and a selector in; the selector without names of sets, out."""

from __future__ import annotations

from dataclasses import field

from tfreach.errors import UsageError
from tfreach.policy.grammar import Both, Either, Not, Selector, Term
from tfreach.policy.mistakes import Mistake, nearest, where
from tfreach.policy.rules import End
from tfreach.policy.selectors import parse
from tfreach.records import dataclass
from tfreach.topology.network import Location

SETS, SET = "sets", "set:"
MOST = 10_000
"""Names of sets that are looked up; more only where sets double each other."""


@dataclass(slots=True)
class Sets:
    """What `set:NAME` stands for, in every file of a policy. A set may be made of others."""

    mistakes: list[Mistake] = field(default_factory=list)
    _giving_way: set[str] = field(default_factory=set)
    _meanings: int = 0
    _written: dict[str, tuple[Selector, Location]] = field(default_factory=dict)

    def add(self, name: str, text: str, at: Location, *, gives_way: bool = False) -> None:
        if name in self._written and (gives_way or name in self._giving_way):
            if gives_way:
                return
            self._giving_way.discard(name)
        elif gives_way:
            self._giving_way.add(name)
        elif name in self._written:
            first = where(self._written[name][1])
            self.mistakes.append(Mistake(at, f"a set is called {name!r} already, at {first}"))
            return
        try:
            self._written[name] = parse(text), at
        except UsageError as error:
            self.mistakes.append(Mistake(at, error.message, error.hint))

    def ends(self) -> tuple[End, ...]:
        """What sets mean that have to select something. Notes what is wrong in any, used or not."""
        found: list[End] = []
        for name, (selector, at) in self._written.items():
            try:
                meant = End(f"{SET}{name}", self.expanded(selector, at), at)
            except UsageError as error:
                self.mistakes.append(Mistake(at, error.message, error.hint))
            else:
                found += [meant] if name not in self._giving_way else []
        return tuple(found)

    def expanded(self, selector: Selector, at: Location, inside: tuple[str, ...] = ()) -> Selector:
        """Raises UsageError where a set is not there, or is made of itself."""
        match selector:
            case Term(text):
                return self._meant(text, at, inside) if text.startswith(SET) else selector
            case Not(of):
                return Not(self.expanded(of, at, inside))
            case Both(parts):
                return Both(tuple(self.expanded(part, at, inside) for part in parts))
            case Either(parts):
                return Either(tuple(self.expanded(part, at, inside) for part in parts))

    def _meant(self, text: str, at: Location, inside: tuple[str, ...]) -> Selector:
        name = text.removeprefix(SET).strip()
        if name not in self._written:
            raise UsageError(f"no set is called {name!r}", hint=nearest(name, [*self._written]))
        if name in inside:
            raise UsageError(f"the set {name!r} is made of itself")
        self._meanings += 1
        if self._meanings > MOST:
            raise UsageError("the sets of this policy are made of each other too often")
        return self.expanded(self._written[name][0], at, (*inside, name))
