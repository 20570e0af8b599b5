"""Paths in, what the module's own files hold out; unknown where a file is not to be read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from tfreach.plan.conversion import set_of
from tfreach.plan.library.common import bounded
from tfreach.plan.library.documents import normal
from tfreach.plan.library.encoding import digest64, encoded, hexadecimal
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    MAPPINGS,
    STRING,
    Invalid,
    SetType,
    Value,
    derived,
)


class Surroundings(Protocol):
    """What a call may ask of the module that it stands in."""

    def read(self, path: str) -> bytes | None:
        """A file within the module's own folder; None when it is not to be read."""
        ...

    def files(self, folder: str) -> Sequence[str] | None:
        """Paths of all files below a folder, relative to it, with `/`; None as above."""
        ...

    def render(self, text: str, variables: Mapping[str, Value]) -> Value:
        """A template filled in."""
        ...


def dirname(path: str) -> Value:
    head = path[: path.rfind("/") + 1]
    return _clean(head)


def _clean(path: str) -> str:
    found = posixpath.normpath(path) if path else "."
    return "/" if found == "//" else found


def basename(path: str) -> Value:
    if not path:
        return "."
    return path.rstrip("/").rsplit("/", 1)[-1] or "/"


def _text(data: bytes) -> str:
    try:
        return normal(data.decode())
    except UnicodeDecodeError:
        raise Invalid("contents of the file are not valid UTF-8") from None


def file(surroundings: Surroundings, path: str) -> Value:
    data = surroundings.read(path)
    return derived(STRING) if data is None else _text(data)


def filebase64(surroundings: Surroundings, path: str) -> Value:
    data = surroundings.read(path)
    return derived(STRING) if data is None else encoded(data)


def fileexists(surroundings: Surroundings, path: str) -> Value:
    return derived(BOOL) if surroundings.read(path) is None else True


def file_hash(algorithm: str) -> Callable[[Surroundings, str], Value]:
    """The function that gives a file's hash in hexadecimal."""

    def digest(surroundings: Surroundings, path: str) -> Value:
        data = surroundings.read(path)
        return derived(STRING) if data is None else hexadecimal(algorithm, data)

    return digest


def file_hash_base64(algorithm: str) -> Callable[[Surroundings, str], Value]:
    """The function that gives a file's hash in base64."""

    def digest(surroundings: Surroundings, path: str) -> Value:
        data = surroundings.read(path)
        return derived(STRING) if data is None else digest64(algorithm, data)

    return digest


def templatefile(surroundings: Surroundings, path: str, variables: Value) -> Value:
    data = surroundings.read(path)
    names = _variables(variables)
    return derived(DYNAMIC, variables) if data is None else surroundings.render(_text(data), names)


def templatestring(surroundings: Surroundings, template: str, variables: Value) -> Value:
    return surroundings.render(template, _variables(variables))


def _variables(variables: Value) -> Mapping[str, Value]:
    if not isinstance(variables, MAPPINGS):
        raise Invalid("invalid vars value: must be a map")
    if not all(re.fullmatch(r"[^\W\d][\w-]*", name) for name in variables.fields):
        raise Invalid("invalid template variable name")
    return variables.fields


def fileset(surroundings: Surroundings, folder: str, pattern: str) -> Value:
    paths = surroundings.files(folder)
    wanted = re.compile(_glob(pattern))
    if paths is None:
        return derived(SetType(STRING))
    bounded(len(paths))
    return set_of([normal(path) for path in paths if wanted.fullmatch(path)], STRING)


def _glob(pattern: str) -> str:
    """A regular expression for a pattern with `*`, `**`, `?`, `[...]` and `{a,b}`."""
    tokens = re.findall(r"\*\*/|\*+|\?|\[!?\^?[^\]]+\]|\\.|[{},]|[^*?\[\\{},]+|.", pattern, re.S)
    depth, pieces = 0, []
    for token in tokens:
        depth += (token == "{") - (token == "}" and depth > 0)
        pieces.append(_glob_piece(token, depth + (token == "}")))
    if depth:
        raise Invalid("failed to glob the pattern")
    return "".join(pieces)


def _glob_piece(token: str, depth: int) -> str:
    fixed = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if token in fixed:
        return fixed[token]
    if token in "{},":
        inside = {"{": "(?:", "}": ")", ",": "|"}[token]
        return inside if depth else re.escape(token)
    if token.startswith("[") and token.endswith("]") and len(token) > 2:
        negated = token[1] in "!^"
        return f"[{'^' * negated}{re.sub(r'[^-]', _escape, token[1 + negated : -1])}]"
    return re.escape(token[1:] if token.startswith("\\") else token)


def _escape(found: re.Match[str]) -> str:
    return re.escape(found[0])
