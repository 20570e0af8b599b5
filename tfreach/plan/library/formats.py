"""`format` and `formatlist`: a format in the manner of Go's fmt and values in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from tfreach.plan.conversion import convert
from tfreach.plan.library.common import MOST_ITEMS, MOST_TEXT, bounded, characters
from tfreach.plan.library.documents import json_text, quoted
from tfreach.plan.numbers import number_text
from tfreach.plan.sameness import uncertain_length
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    SEQUENCES,
    STRING,
    Invalid,
    List,
    ListType,
    Null,
    Value,
    derived,
    is_number,
    is_unknown,
    wholly_known,
)

_VERB: Final = re.compile(
    r"%(?P<flags>[-+ 0#]*)(?P<width>[1-9]\d*)?(?:\.(?P<precision>\d+))?(?:\[(?P<index>\d+)\])?"
    r"(?P<verb>[^\d.\[])",
    re.ASCII | re.DOTALL,
)
_BASES: Final = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}
MOST_VERBS: Final = 200_000
_SHORTEST: Final = -1


def format(template: Value, *arguments: Value) -> Value:
    if not isinstance(template, str):
        return derived(STRING, template, *arguments)
    if _untyped(arguments):
        return derived(DYNAMIC, *arguments)
    return _row(template, arguments)


def _row(template: str, arguments: Sequence[Value]) -> Value:
    if not all(map(wholly_known, arguments)):
        if template in ("%s", "%v") and len(arguments) == 1 and is_unknown(arguments[0]):
            return convert(arguments[0], STRING)
        return derived(STRING, *arguments)
    return _formatted(template, arguments)


def formatlist(template: Value, *arguments: Value) -> Value:
    lengths = {len(one.items) for one in arguments if isinstance(one, SEQUENCES)}
    gives = ListType(STRING)
    if not isinstance(template, str):
        return derived(gives, template, *arguments)
    if _untyped(arguments):
        return derived(DYNAMIC, *arguments)
    if any(is_unknown(one) or uncertain_length(one) for one in arguments):
        return derived(gives, *arguments)
    if len(lengths) > 1:
        raise Invalid("the lists given do not have the same length")
    count = lengths.pop() if lengths else 1
    bounded(count * (len(template) + 1), MOST_TEXT)
    bounded(count * template.count("%"), MOST_VERBS)
    rows = ([_at(one, place) for one in arguments] for place in range(count))
    return List(tuple(_row(template, row) for row in rows), STRING)


def _untyped(arguments: Sequence[Value]) -> bool:
    """Whether a plain null is among them: Terraform then does not say what comes out."""
    return any(isinstance(one, Null) and one.type == DYNAMIC for one in arguments)


def _at(argument: Value, place: int) -> Value:
    return argument.items[place] if isinstance(argument, SEQUENCES) else argument


def _formatted(template: str, arguments: Sequence[Value]) -> str:
    pieces: list[str] = []
    size = 0
    for piece in _pieces(template, arguments):
        pieces.append(piece)
        size = bounded(size + len(piece), MOST_TEXT)
    return "".join(pieces)


def _pieces(template: str, arguments: Sequence[Value]) -> Iterator[str]:
    at = following = most = 0
    while at < len(template):
        start = template.find("%", at)
        if start < 0:
            break
        yield template[at:start]
        found = _VERB.match(template, start)
        if not found:
            raise Invalid("unrecognized format sequence")
        at = found.end()
        if found["verb"] == "%":
            yield _percent(found)
            continue
        place = int(found["index"][:9]) - 1 if found["index"] else following
        if not 0 <= place < len(arguments):
            raise Invalid("not enough arguments for the format")
        following = place + 1
        most = max(most, following)
        yield _verb(found, arguments[place])
    yield template[at:]
    if most < len(arguments):
        raise Invalid("too many arguments for the format")


def _percent(found: re.Match[str]) -> str:
    if found[0] != "%%":
        raise Invalid("unrecognized format sequence")
    return "%"


def _verb(found: re.Match[str], value: Value) -> str:
    verb = found["verb"]
    if isinstance(value, Null) and verb != "v":
        raise Invalid("a null value cannot be formatted")
    if verb == "v":
        return _padded(found, _plain(found, value))
    if verb == "t":
        return "true" if convert(value, BOOL) else "false"
    if verb in ("s", "q"):
        return _padded(found, _text(found, value))
    if verb in "bdoxXeEfgG":
        number = convert(value, NUMBER)
        assert isinstance(number, int | Fraction)
        return _number(found, number)
    raise Invalid("unsupported format verb")


def _plain(found: re.Match[str], value: Value) -> str:
    if "#" not in found["flags"]:
        if isinstance(value, str):
            return value
        if is_number(value):
            assert isinstance(value, int | Fraction)
            return general(value, _SHORTEST, "e")
    return json_text(value)


def _text(found: re.Match[str], value: Value) -> str:
    text = convert(value, STRING)
    assert isinstance(text, str)
    precision = int(found["precision"] or 0)
    if precision > 0:
        text = "".join(characters(text)[:precision])
    return quoted(text) if found["verb"] == "q" else text


def _width(found: re.Match[str]) -> int:
    return bounded(int(found["width"][:9]), MOST_ITEMS) if found["width"] else 0


def _padded(found: re.Match[str], text: str) -> str:
    missing = _width(found) - len(characters(text))
    if missing <= 0:
        return text
    pad = ("0" if "0" in found["flags"] else " ") * missing
    return text + pad if "-" in found["flags"] else pad + text


def _number(found: re.Match[str], number: int | Fraction) -> str:
    """As Go's fmt does with a big number."""
    flags, verb = found["flags"], found["verb"]
    digits = _digits(found, number if number >= 0 else -number)
    sign = "-" if number < 0 else "+" if "+" in flags else " " if " " in flags else ""
    if "#" in flags and verb in "boxX":
        sign += {"b": "0b", "o": "0", "x": "0x", "X": "0X"}[verb]
    missing = _width(found) - len(sign) - len(digits)
    if missing <= 0:
        return sign + digits
    if "-" in flags:
        return sign + digits + " " * missing
    if "0" in flags and not (verb in _BASES and found["precision"]):
        return sign + "0" * missing + digits
    return " " * missing + sign + digits


def _digits(found: re.Match[str], size: int | Fraction) -> str:
    verb = found["verb"]
    precision = int(found["precision"][:9]) if found["precision"] else None
    bounded(precision or 0, MOST_ITEMS)
    if verb in _BASES:
        if not isinstance(size, int):
            raise Invalid("an integer is required")
        return f"{size:{_BASES[verb]}}".rjust(precision or 0, "0")
    if verb == "f":
        return _fixed(size, 6 if precision is None else precision)
    mark = "E" if verb.isupper() else "e"
    if verb in "eE":
        return _scientific(size, 6 if precision is None else precision, mark)
    return general(size, _SHORTEST if precision is None else precision, mark)


def _fixed(size: int | Fraction, places: int) -> str:
    whole = round(Fraction(size) * 10**places)
    text = str(whole).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}" if places else text


def _significant(size: int | Fraction, count: int) -> tuple[str, int]:
    """That many digits of a number, and the exponent of the first of them."""
    if not size:
        return ("0" * count, 0)
    text = number_text(size)
    point = text.find(".") if "." in text else len(text)
    digits = text.replace(".", "")
    exponent = point - (len(digits) - len(digits.lstrip("0"))) - 1
    rounded = str(round(Fraction(size) / Fraction(10) ** (exponent - count + 1)))
    return (rounded[:count], exponent + len(rounded) - count)


def _scientific(size: int | Fraction, places: int, mark: str) -> str:
    digits, exponent = _significant(size, places + 1)
    point = "." + digits[1:] if places else ""
    return f"{digits[0]}{point}{mark}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def general(number: int | Fraction, precision: int, mark: str) -> str:
    """Go's `%g`: without an exponent where that is shorter than six digits."""
    sign, size = ("-", -number) if number < 0 else ("", number)
    count = len(number_text(size).replace(".", "").strip("0")) or 1
    shortest = precision == _SHORTEST
    if not shortest:
        count = max(precision, 1)
    digits, exponent = _significant(size, count)
    digits = digits.rstrip("0") or "0"
    limit = 6 if shortest else max(precision, 1)
    if not shortest and limit > len(digits) >= exponent + 1:
        limit = len(digits)
    if exponent < -4 or exponent >= limit:
        return sign + _scientific(size, len(digits) - 1, mark)
    return sign + _fixed(size, max(len(digits) - exponent - 1, 0))
