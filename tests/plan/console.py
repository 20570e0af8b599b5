"""A value in, the text that `terraform console` prints for it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from tfreach.plan.numbers import number_text
from tfreach.plan.values import (
    DYNAMIC,
    Derived,
    List,
    ListType,
    Map,
    MapType,
    Null,
    Object,
    ObjectType,
    Primitive,
    Set,
    SetType,
    Symbol,
    Tuple,
    Type,
    Value,
)

UNKNOWN = "(known after apply)"
_AROUND: dict[type, str] = {List: "tolist", Set: "toset", Map: "tomap"}
_ESCAPES = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
_ESCAPES |= {'"': '"', "\\": "\\"}


def printed(value: Value, indent: int = 0, *, names: bool = False) -> str:
    """`names`: symbols as ⟨address.path⟩, not as what is known after apply."""

    if isinstance(value, Symbol | Derived):
        return name_of(value) if names and isinstance(value, Symbol) else UNKNOWN
    if isinstance(value, Tuple | List | Set | Object | Map):
        return _collection(value, indent, names)
    return _primitive(value, indent)


def name_of(symbol: Symbol) -> str:
    return f"⟨{symbol.address}.{'.'.join(map(str, symbol.path))}⟩"


def _primitive(value: str | int | Fraction | Null, indent: int) -> str:
    match value:
        case Null():
            return _null(value.type)
        case bool():
            return "true" if value else "false"
        case str():
            return _multiline(value, indent) if "\n" in value else quoted(value)
        case _:
            return number_text(value)


def _collection(value: Tuple | List | Set | Object | Map, indent: int, names: bool) -> str:
    def inner(item: Value) -> str:
        return printed(item, indent + 2, names=names)

    match value:
        case Object() | Map():
            text = _mapping(value, inner, indent)
        case _:
            text = _sequence(map(inner, value.items), indent)
    around = _AROUND.get(type(value))
    return f"{around}({text})" if around else text


def _sequence(items: Iterable[str], indent: int) -> str:
    pad = " " * indent
    lines = "".join(f"\n{pad}  {item}," for item in items)
    return f"[{lines}\n{pad}]" if lines else "[]"


def _mapping(value: Object | Map, inner: Callable[[Value], str], indent: int) -> str:
    pad = " " * indent
    lines = "".join(
        f"\n{pad}  {printed(name, indent)} = {inner(value.fields[name])}"
        for name in sorted(value.fields)
    )
    return f"{{{lines}\n{pad}}}" if lines else "{}"


def _multiline(text: str, indent: int) -> str:
    lines, pad, end = text.split("\n"), " " * indent, "EOT"
    while any(line.strip() == end for line in lines):
        end += "_"
    body = "".join(f"\n{pad}{line}" for line in lines)
    return f"<<{'-' if indent else ''}{end}{body}\n{pad}{end}"


def quoted(text: str) -> str:
    """As Go's strconv.Quote does."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(one: str) -> str:
    if one in _ESCAPES:
        return "\\" + _ESCAPES[one]
    if one.isprintable():
        return one
    code = ord(one)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _null(kind: Type) -> str:
    match kind:
        case Primitive():
            return "null" if kind == DYNAMIC else f"to{kind.name}(null)"
        case ListType() | SetType() | MapType():
            name = friendly(kind).split(" ")[0]
            return f"to{name}(null) /* of {friendly(kind.element)} */"
        case _:
            return f"null /* {friendly(kind)} */"


def friendly(kind: Type) -> str:
    """The name of a type as Terraform's messages have it."""
    match kind:
        case Primitive():
            return kind.name
        case ListType():
            return f"list of {friendly(kind.element)}"
        case SetType():
            return f"set of {friendly(kind.element)}"
        case MapType():
            return f"map of {friendly(kind.element)}"
        case ObjectType():
            return "object"
        case _:
            return "tuple"
