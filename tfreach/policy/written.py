"""The bytes of a YAML or JSON file in; plain values, and the line of each, out.

Scalars are read as YAML 1.2 has them: only `true` and `false` are truth values, only decimal
digits are a number, a date is text. What a policy does not need is refused: tags, and aliases
that blow a small file up.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import yaml

from tfreach.policy.mistakes import Mistake, refused
from tfreach.records import dataclass
from tfreach.topology.network import Location

Path = tuple[str | int, ...]
MOST_NODES, DEEPEST = 200_000, 40
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_YAML = "tag:yaml.org,2002:"


@dataclass(slots=True, eq=False)
class Written:
    """What a file holds. lines: of every key of a mapping and every item of a list, from 1."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def at(self, *path: str | int) -> Location:
        """Where it stands; what is missing stands where it should."""
        while path and path not in self.lines:
            path = path[:-1]
        return Location(self.file, self.lines.get(path, 1))


def read(data: bytes, file: str) -> Written:
    """Raises UsageError."""
    try:
        node = yaml.compose(_plain(data), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise refused([_unreadable(error, data, file)]) from error
    except RecursionError:
        raise refused([Mistake(Location(file, 1), "nested too deeply")]) from None
    written = Written(file)
    if node is not None:
        written.lines[()] = node.start_mark.line + 1
        written.value = _Reader(written).value(node, ())
    return written


def _plain(data: bytes) -> bytes:
    """Without tabs: JSON may be indented by them, YAML not; in a string JSON has none."""
    data = data.removeprefix(codecs.BOM_UTF8)
    return data.replace(b"\t", b" ") if data.lstrip()[:1] in (b"{", b"[") else data


def _unreadable(error: yaml.YAMLError, data: bytes, file: str) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    at: int = getattr(error, "position", None) or 0
    where = Location(file, (mark.line if mark else data[:at].count(b"\n")) + 1)
    return Mistake(where, f"this is neither YAML nor JSON: {problem}")


class _Reader:
    """Makes plain values of nodes, and notes their lines."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._nodes = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES or len(path) > DEEPEST:
            raise self._wrong(node, "this file is too large or nested too deeply")
        if not node.tag.startswith(_YAML):
            raise self._wrong(node, f"the tag {node.tag} means nothing here")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            found = []
            for at, item in enumerate(node.value):
                self._written.lines[*path, at] = item.start_mark.line + 1
                found.append(self.value(item, (*path, at)))
            return found
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._wrong(key, "a key is one word")
            if (name := str(key.value)) in found:
                first = self._written.lines[*path, name]
                raise self._wrong(key, f"{name!r} stands here twice, first in line {first}")
            self._written.lines[*path, name] = key.start_mark.line + 1
            found[name] = self.value(value, (*path, name))
        return found

    def _wrong(self, node: yaml.Node, message: str) -> Exception:
        where = Location(self._written.file, node.start_mark.line + 1)
        return refused([Mistake(where, message)])


def _scalar(node: yaml.Node) -> str | int | bool | None:
    text: str = node.value
    if getattr(node, "style", None) is not None or node.tag == f"{_YAML}str":
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _NUMBER.fullmatch(text) else text
