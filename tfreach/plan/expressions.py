"""The `references` list of an expression in; what each reference names, in order, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tfreach.records import dataclass

Step = str | int

_TOKEN = re.compile(
    r"""
    \.?(?P<name>[^.\[\]"]+)            # a name, with the dot before it
  | \[(?P<number>\d+)\]                # a literal index
  | \[(?P<key>"(?:[^"\\]|\\.)*")\]     # a literal key
  | \[(?P<other>[^\]]*)\]              # any other index: [*], [each.key]
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Reference:
    """One name an expression mentions.

    root    `var`, `local`, `module`, `each`, `count`, `path`, `self`, `data`, `resource` ...
    type    resource type; "" for everything else
    name    of the resource, variable, local or module; `each.key`: `key`, `count.index`: `index`
    index   the literal instance key that follows a resource or module name, or None
    rest    the steps after that: attribute names (str) and literal indexes (int)
    """

    root: str
    name: str
    type: str = ""
    index: Step | None = None
    rest: tuple[Step, ...] = ()


def references(texts: Iterable[str]) -> list[Reference]:
    """What an expression mentions: each chain of prefixes (`a.b[0].id`, `a.b[0]`, `a.b`) once."""
    found: list[Reference] = []
    for text in _heads(texts):
        reference = _parse(text)
        if reference is not None and reference not in found:
            found.append(reference)
    return found


def _heads(texts: Iterable[str]) -> Iterator[str]:
    """Terraform 1.0 and later list a reference and then its prefixes; keep the reference only."""
    head, last = "", ""
    for text in texts:
        if len(text) < len(last) and head.startswith((f"{text}.", f"{text}[")):
            last = text
            continue
        head = last = text
        yield text


@dataclass(frozen=True, slots=True)
class _Token:
    step: Step
    is_key: bool


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text) and (match := _TOKEN.match(text, at)) is not None:
        if match["number"] is not None:
            tokens.append(_Token(int(match["number"]), is_key=True))
        elif match["key"] is not None:
            tokens.append(_Token(_ESCAPE.sub(r"\1", match["key"][1:-1]), is_key=True))
        elif match["name"] is not None:
            tokens.append(_Token(match["name"], is_key=False))
        at = match.end()
    return tokens


@lru_cache(maxsize=1 << 16)
def _parse(text: str) -> Reference | None:
    tokens = _tokens(text)
    if len(tokens) < 2:
        return None
    root = str(tokens[0].step)
    if root == "data":
        return _resource("data", tokens[1:])
    if root == "module":
        return _named("module", "", tokens[1:])
    if root in ("var", "local", "each", "count", "path", "terraform", "self"):
        return Reference(root, str(tokens[1].step), rest=tuple(t.step for t in tokens[2:]))
    return _resource("resource", tokens)


def _resource(root: str, tokens: list[_Token]) -> Reference | None:
    return _named(root, str(tokens[0].step), tokens[1:]) if len(tokens) > 1 else None


def _named(root: str, kind: str, tokens: list[_Token]) -> Reference:
    """A name, the literal instance key that may follow it, and the steps after that."""
    name, rest = str(tokens[0].step), tokens[1:]
    index = rest.pop(0).step if rest and rest[0].is_key else None
    return Reference(root, name, kind, index, tuple(token.step for token in rest))
