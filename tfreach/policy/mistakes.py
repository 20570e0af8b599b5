"""What is wrong in a policy file in; one error that says it all, with file:line, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from tfreach.errors import UsageError
from tfreach.records import dataclass
from tfreach.topology.network import Location

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a number",
    "boolean": "true or false",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, where, and what to try."""

    location: Location
    message: str
    hint: str = ""


def refused(mistakes: Iterable[Mistake]) -> UsageError:
    """All of them as one error, in the order of the file."""
    found = sorted(set(mistakes), key=lambda one: (one.location.file, one.location.line))
    if len(found) == 1:
        (one,) = found
        return UsageError(one.message, where=where(one.location), hint=one.hint)
    lines = [
        f"{where(one.location)}: {one.message}{f' ({one.hint})' if one.hint else ''}"
        for one in found
    ]
    return UsageError("\n".join([f"the policy has {len(found)} mistakes", *lines]))


def where(location: Location) -> str:
    return f"{location.file}:{location.line}"


def nearest(word: str, words: Sequence[str]) -> str:
    """The hint that names the word that was meant, or all there are."""
    near = get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are {', '.join(words)}" if words else ""


def mismatches(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Path, message and hint of what a schema does not take."""
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    value: Any = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        for name in value:
            if name not in known:
                yield (*path, name), f"unknown key {name!r}", nearest(name, known)
        return
    if error.validator == "required":
        missing = [name for name in schema["required"] if name not in value]
        missing = [name for name in missing if error.message.startswith(f"{name!r} ")]
        yield path, f"{', '.join(map(repr, missing))} is missing", ""
        return
    yield path, *_wrong(str(error.validator), value, schema, error.message)


def _wrong(keyword: str, value: Any, schema: Any, message: str) -> tuple[str, str]:
    shown = _shown(value)
    match keyword:
        case "enum" | "const":
            words = [str(one) for one in schema.get("enum", [schema.get("const")])]
            if len(words) == 1:
                return f"expected {words[0]}, got {shown}", ""
            return f"{shown} is not one of {', '.join(words)}", nearest(str(value), words)
        case "type":
            kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            return f"expected {' or '.join(_TYPES[kind] for kind in kinds)}, got {shown}", ""
        case "minLength" | "pattern":
            return f"expected {schema.get('description', 'text')}, got {shown}", ""
        case "minProperties" | "minItems":
            return "nothing is said here", ""
        case "maxProperties" | "maxItems":
            return "only one may stand here", ""
        case _:
            return message, ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value)
