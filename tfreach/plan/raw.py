"""A resource entry in; its address taken apart and its values, with UNKNOWN as a type, out."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum, auto
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final

from tfreach.errors import InputError
from tfreach.records import dataclass

Key = int | str


class Unknown(Enum):
    """The type of the one value UNKNOWN, so that mypy makes every reader face it."""

    UNKNOWN = auto()


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class ModuleStep:
    """One step of a module path; `index` is the key of count or for_each."""

    name: str
    index: Key | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A resource address taken apart: `module.a["x"].data.aws_vpc.main[0]`."""

    module: tuple[ModuleStep, ...]
    mode: str
    type: str
    name: str
    index: Key | None = None


class _Values(ABC):
    """Typed reading of `values`, beside the tree `unknown` that says what is not known yet.

    Each reader gives None for null or absent, UNKNOWN for what is known only after apply, and
    raises InputError for a wrong type. A message never holds the value: it may be a secret.
    """

    __slots__ = ()
    values: Mapping[str, Any]
    unknown: Any

    @property
    @abstractmethod
    def where(self) -> str:
        """What a message names."""

    def value(self, name: str) -> Any:
        """As it stands: lists and objects may hold nulls where an element is not known."""
        if self.unknown and _under(self.unknown, name) is True:
            return UNKNOWN
        return self.values.get(name)

    def text(self, name: str) -> str | Unknown | None:
        value = self.value(name)
        if value is None or value is UNKNOWN or type(value) is str:
            return value
        return self._text(name, value)

    def texts(self, name: str) -> tuple[str | Unknown, ...] | Unknown | None:
        """A list or set of text. The order is that of the file; null elements are left out."""
        plain = None if self.unknown else self.values.get(name)
        if type(plain) is list and all(type(value) is str for value in plain):
            return tuple(plain)
        found = self._list(name)
        if found is None or isinstance(found, Unknown):
            return found
        return tuple(
            UNKNOWN if unknown is True else self._text(name, value)
            for value, unknown in found
            if value is not None or unknown is True
        )

    def number(self, name: str) -> int | Unknown | None:
        """A whole number; `"443"` is one too, and "" is null."""
        value = self.value(name)
        if value is None or value is UNKNOWN or value == "":
            return value or None
        written = str(value) if isinstance(value, int | float | str) else ""
        if (match := _NUMBER.fullmatch(written)) is None:
            raise self._wrong(name, "a whole number", value)
        return int(match[1])

    def flag(self, name: str) -> bool | Unknown | None:
        """A boolean; `"true"` and `"1"` are too, as in a launch template, and "" is null."""
        value = self.value(name)
        if value is None or isinstance(value, bool | Unknown):
            return value
        if isinstance(value, str) and value.lower() in _FLAGS:
            return _FLAGS[value.lower()]
        raise self._wrong(name, "true or false", value)

    def blocks(self, name: str) -> tuple[RawBlock, ...] | Unknown | None:
        """Nested blocks. A partly known one lacks the attributes that its unknown tree names."""
        single = self.value(name)
        if single == [] and not self.unknown:
            return ()
        if isinstance(single, Mapping):
            return (RawBlock(single, _under(self.unknown, name), f"{self.where}.{name}"),)
        found = self._list(name)
        if found is None or isinstance(found, Unknown):
            return found
        return tuple(self._blocks(name, found))

    def _blocks(self, name: str, found: list[tuple[Any, Any]]) -> Iterator[RawBlock]:
        for at, (value, unknown) in enumerate(found):
            if value is not None and not isinstance(value, Mapping):
                raise self._wrong(name, "a list of blocks", value)
            if value is not None or unknown:
                yield RawBlock(value or {}, unknown, f"{self.where}.{name}[{at}]")

    def _list(self, name: str) -> list[tuple[Any, Any]] | Unknown | None:
        """Elements, each with its unknown tree: Terraform writes both in the same order."""
        value, unknown = self.value(name), _under(self.unknown, name)
        partly = unknown if isinstance(unknown, list) else []
        if isinstance(value, Unknown) or (value is None and not partly):
            return value
        if value is not None and not isinstance(value, list):
            raise self._wrong(name, "a list", value)
        return list(zip_longest(value or [], partly))

    def _text(self, name: str, value: object) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise self._wrong(name, "text", value)

    def _wrong(self, name: str, wanted: str, value: object) -> InputError:
        return InputError(
            f"expected {wanted} in {name!r}, found {kind_of(value)}", where=self.where, hint=DAMAGED
        )


@dataclass(frozen=True, slots=True, eq=False)
class RawBlock(_Values):
    """A nested block.

    place   for messages: `aws_security_group.web.ingress[0]`
    """

    values: Mapping[str, Any] = field(repr=False)
    unknown: Any = field(repr=False)
    place: str

    @property
    def where(self) -> str:
        return self.place

    def part_of(self, raw: RawResource) -> str:
        """Where it stands in its resource: `ingress[2]`."""
        return self.place.removeprefix(f"{raw.address}.")


@dataclass(frozen=True, slots=True, eq=False)
class RawResource(_Values):
    """One resource instance of one snapshot, untyped. Values may be secrets and are not printed.

    address            its key in the snapshot: the Terraform address; `ADDRESS (deposed KEY)` for
                       an object that a failed replacement left behind
    mode               `managed` or `data`
    unknown            the tree `after_unknown`: True, or an object or list that holds True
    actions            what the plan does to it; () where it says nothing, and before
    previous_address   where a `moved` block took it from; "" when it was not moved
    deposed            the key of a deposed object, else ""
    provider           `registry.terraform.io/hashicorp/aws`; `aws` in plans of Terraform 0.12
    """

    address: str
    mode: str
    type: str
    name: str
    index: Key | None = None
    module: tuple[ModuleStep, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    unknown: Any = field(default_factory=dict, repr=False)
    actions: tuple[str, ...] = ()
    previous_address: str = ""
    deposed: str = ""
    provider: str = ""

    @property
    def where(self) -> str:
        return self.address


DAMAGED: Final = "the file is not as Terraform wrote it: make it again with `terraform show -json`"
_KINDS: Final[Mapping[type, str]] = {
    **{bool: "true or false", int: "a number", float: "a number", str: "text"},
    **{list: "a list", dict: "an object"},
}
_NUMBER: Final = re.compile(r"\s*(-?[0-9]{1,18})(\.0)?\s*")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False, "": None}


def kind_of(value: object) -> str:
    """The JSON type of a value, in words."""
    return _KINDS.get(type(value), "nothing")


def _under(unknown: object, name: str) -> Any:
    return unknown.get(name) if isinstance(unknown, dict) else unknown is True


_TOKEN: Final = re.compile(
    r"""(?:\A|(?<=.)\.)(?P<name>[^.\[\]"\s]+)|\[(?P<number>\d{1,18})\]|\["(?P<key>(?:[^"\\]|\\.)*)"\]""",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4(?=\{)", re.DOTALL
)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_WRITTEN: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


def parse_address(text: str, where: str = "") -> Address:
    """Take a resource address apart; keys may hold dots, brackets and quotes."""
    tokens = _tokens(text, where)
    module = tuple(_module_steps(tokens))
    mode = "managed"
    if len(tokens) > 2 and tokens[0] in (("data", False), ("ephemeral", False)):
        mode = str(tokens.pop(0)[0])
    names = [step for step, is_key in tokens[:2] if not is_key]
    keys = [step for step, is_key in tokens[2:] if is_key]
    if len(names) != 2 or len(tokens) > 3 or len(keys) != len(tokens) - 2:
        raise _not_an_address(text, where)
    return Address(module, mode, str(names[0]), str(names[1]), keys[0] if keys else None)


def parse_module(text: str, where: str = "") -> tuple[ModuleStep, ...]:
    """Take a module address apart: `module.a["x"].module.b`; "" is the root module."""
    try:
        return _module(text)
    except InputError as error:
        raise InputError(error.message, where=where, hint=error.hint) from error


@lru_cache(maxsize=4096)
def _module(text: str) -> tuple[ModuleStep, ...]:
    """The same, where nobody asks for a place: resources of one module name it again and again."""
    tokens = _tokens(text, "")
    steps = tuple(_module_steps(tokens))
    if tokens:
        raise _not_an_address(text, "")
    return steps


def format_address(
    module: Sequence[ModuleStep], mode: str, type: str, name: str, index: Key | None = None
) -> str:
    """The address as Terraform prints it."""
    kind = [] if mode == "managed" else [mode]
    inside = [module_address(module)] if module else []
    return ".".join([*inside, *kind, type, f"{name}{_bracket(index)}"])


def module_address(module: Sequence[ModuleStep]) -> str:
    """The address of a module as Terraform prints it."""
    return ".".join(f"module.{step.name}{_bracket(step.index)}" for step in module)


def _tokens(text: str, where: str) -> list[tuple[Key, bool]]:
    """Names, and keys (True), in order."""
    tokens: list[tuple[Key, bool]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _not_an_address(text, where)
        if match["name"] is not None:
            tokens.append((match["name"], False))
        elif match["number"] is not None:
            tokens.append((int(match["number"]), True))
        else:
            tokens.append((_ESCAPED.sub(_unescape, match["key"]), True))
        at = match.end()
    return tokens


def _module_steps(tokens: list[tuple[Key, bool]]) -> Iterator[ModuleStep]:
    """Takes the leading module steps off `tokens`."""
    while len(tokens) > 1 and tokens[0] == ("module", False) and not tokens[1][1]:
        name = str(tokens[1][0])
        del tokens[:2]
        yield ModuleStep(name, tokens.pop(0)[0] if tokens and tokens[0][1] else None)


def _not_an_address(text: str, where: str) -> InputError:
    return InputError(f"not a Terraform address: {text[:80]!r}", where=where, hint=DAMAGED)


def _unescape(match: re.Match[str]) -> str:
    short, long, letter, dollar = match.groups()
    if dollar:
        return str(dollar)
    if letter:
        return _LETTERS.get(letter, str(letter))
    code = int(short or long, 16)
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


def _bracket(index: Key | None) -> str:
    if index is None:
        return ""
    if isinstance(index, int):
        return f"[{index}]"
    text = re.sub(r"([$%])(?=\{)", r"\1\1", "".join(map(_escape, index)))
    return f'["{text}"]'


def _escape(letter: str) -> str:
    if letter in _WRITTEN:
        return _WRITTEN[letter]
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"
