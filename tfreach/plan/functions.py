"""A function's name and its arguments in, what Terraform answers out, or an unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final

from tfreach.plan.conversion import convert
from tfreach.plan.library import (
    collections,
    dates,
    documents,
    encoding,
    files,
    formats,
    networks,
    numeric,
    patterns,
    sets,
    shapes,
    text,
    yaml,
)
from tfreach.plan.library.common import TooLarge
from tfreach.plan.library.files import Surroundings as Surroundings
from tfreach.plan.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Invalid,
    ListType,
    MapType,
    Null,
    SetType,
    Type,
    Value,
    derived,
    is_unknown,
    type_of,
    wholly_known,
)
from tfreach.records import dataclass

LAZY: Final = frozenset({"can", "try"})
"""Functions that the evaluator does itself: they catch what their arguments raise."""


class Sees(Enum):
    """Which unknowns reach a function; with any other among the arguments the call is unknown."""

    NONE = "none"
    INSIDE = "within lists, maps and so on"
    ALL = "as arguments too"


@dataclass(frozen=True, slots=True)
class Function:
    """How a function is called.

    takes, rest  types of the parameters, and of any number of further ones
    gives        type of the result; of one that depends on the arguments, what computes it
    nulls        whether the last parameter takes a null
    surrounded   whether it is given the Surroundings before its arguments
    """

    body: Callable[..., Value]
    takes: tuple[Type, ...]
    gives: Type | Callable[[Type], Type] = DYNAMIC
    rest: Type | None = None
    sees: Sees = Sees.NONE
    nulls: bool = False
    surrounded: bool = False


ANY: Final = DYNAMIC
LIST, SET, MAP = ListType(DYNAMIC), SetType(DYNAMIC), MapType(DYNAMIC)
TEXTS: Final = ListType(STRING)


def _same(kind: Type) -> Type:
    return kind


def _listed(kind: Type) -> Type:
    return ListType(kind.element) if isinstance(kind, ListType | SetType | MapType) else DYNAMIC


def _element(kind: Type) -> Type:
    return kind.element if isinstance(kind, ListType | SetType | MapType) else DYNAMIC


def _names(kind: Type) -> Type:
    return TEXTS if isinstance(kind, MapType) else DYNAMIC


def _chunks(kind: Type) -> Type:
    return ListType(kind)


def _text(body: Callable[..., Value], count: int = 1, gives: Type = STRING) -> Function:
    """A function of so many texts."""
    return Function(body, (STRING,) * count, gives)


def _file(body: Callable[..., Value], *more: Type, gives: Type = STRING) -> Function:
    """A function of a path that asks the surroundings."""
    return Function(body, (STRING, *more), gives, surrounded=True, sees=Sees.INSIDE)


def _to(kind: Type) -> Function:
    """A conversion."""
    return Function(lambda value: convert(value, kind), (ANY,), kind, sees=Sees.ALL, nulls=True)


def _identity(value: Value) -> Value:
    return value


_IDENTITY: Final = Function(_identity, (ANY,), _same, sees=Sees.ALL, nulls=True)

TABLE: Final[Mapping[str, Function]] = {
    "abs": Function(numeric.absolute, (NUMBER,), NUMBER),
    "alltrue": Function(sets.alltrue, (ListType(BOOL),), BOOL, sees=Sees.INSIDE),
    "anytrue": Function(sets.anytrue, (ListType(BOOL),), BOOL, sees=Sees.INSIDE),
    "base64decode": _text(encoding.base64decode),
    "base64encode": _text(encoding.base64encode),
    "base64sha256": _text(encoding.hashed_base64("sha256")),
    "base64sha512": _text(encoding.hashed_base64("sha512")),
    "basename": _text(files.basename),
    "ceil": Function(numeric.ceil, (NUMBER,), NUMBER),
    "chomp": _text(text.chomp),
    "chunklist": Function(shapes.chunklist, (LIST, NUMBER), _chunks, sees=Sees.INSIDE),
    "cidrhost": Function(networks.cidrhost, (STRING, NUMBER), STRING),
    "cidrnetmask": _text(networks.cidrnetmask),
    "cidrsubnet": Function(networks.cidrsubnet, (STRING, NUMBER, NUMBER), STRING),
    "cidrsubnets": Function(networks.cidrsubnets, (STRING,), TEXTS, rest=NUMBER),
    "coalesce": Function(collections.coalesce, (), rest=ANY, sees=Sees.ALL, nulls=True),
    "coalescelist": Function(collections.coalescelist, (), rest=ANY, sees=Sees.ALL, nulls=True),
    "compact": Function(collections.compact, (TEXTS,), TEXTS, sees=Sees.ALL),
    "concat": Function(collections.concat, (), rest=ANY, sees=Sees.ALL),
    "contains": Function(collections.contains, (ANY, ANY), BOOL, sees=Sees.ALL),
    "csvdecode": _text(encoding.csvdecode, gives=DYNAMIC),
    "dirname": _text(files.dirname),
    "distinct": Function(collections.distinct, (LIST,), _same, sees=Sees.ALL),
    "element": Function(collections.element, (ANY, NUMBER), _element, sees=Sees.ALL),
    "endswith": _text(text.endswith, 2, BOOL),
    "ephemeralasnull": _IDENTITY,
    "file": _file(files.file),
    "filebase64": _file(files.filebase64),
    "filebase64sha256": _file(files.file_hash_base64("sha256")),
    "filebase64sha512": _file(files.file_hash_base64("sha512")),
    "fileexists": _file(files.fileexists, gives=BOOL),
    "filemd5": _file(files.file_hash("md5")),
    "fileset": _file(files.fileset, STRING, gives=SetType(STRING)),
    "filesha1": _file(files.file_hash("sha1")),
    "filesha256": _file(files.file_hash("sha256")),
    "filesha512": _file(files.file_hash("sha512")),
    "flatten": Function(collections.flatten, (ANY,), sees=Sees.ALL),
    "floor": Function(numeric.floor, (NUMBER,), NUMBER),
    "format": Function(formats.format, (STRING,), STRING, ANY, Sees.ALL, nulls=True),
    "formatdate": _text(dates.formatdate, 2),
    "formatlist": Function(formats.formatlist, (STRING,), TEXTS, ANY, Sees.ALL, nulls=True),
    "indent": Function(text.indent, (NUMBER, STRING), STRING),
    "index": Function(collections.index, (ANY, ANY), NUMBER, sees=Sees.ALL),
    "join": Function(text.join, (STRING,), STRING, TEXTS, Sees.INSIDE),
    "jsondecode": _text(documents.jsondecode, gives=DYNAMIC),
    "jsonencode": Function(documents.jsonencode, (ANY,), STRING, sees=Sees.INSIDE, nulls=True),
    "keys": Function(collections.keys, (ANY,), _names, sees=Sees.INSIDE),
    "length": Function(collections.length, (ANY,), NUMBER, sees=Sees.INSIDE),
    "log": Function(numeric.logarithm, (NUMBER, NUMBER), NUMBER),
    "lookup": Function(collections.lookup, (ANY, STRING), DYNAMIC, ANY, Sees.ALL, nulls=True),
    "lower": _text(text.lower),
    "matchkeys": Function(shapes.matchkeys, (LIST, LIST, LIST), _same, sees=Sees.INSIDE),
    "max": Function(numeric.largest, (), NUMBER, NUMBER),
    "md5": _text(encoding.hashed("md5")),
    "merge": Function(collections.merge, (), rest=ANY, sees=Sees.INSIDE, nulls=True),
    "min": Function(numeric.smallest, (), NUMBER, NUMBER),
    "nonsensitive": _IDENTITY,
    "one": Function(collections.one, (ANY,), _element, sees=Sees.INSIDE),
    "parseint": Function(numeric.parseint, (ANY, NUMBER), NUMBER),
    "pow": Function(numeric.power, (NUMBER, NUMBER), NUMBER),
    "range": Function(numeric.counting, (), ListType(NUMBER), NUMBER),
    "regex": _text(patterns.search, 2, DYNAMIC),
    "regexall": _text(patterns.search_all, 2, LIST),
    "replace": _text(text.replace, 3),
    "reverse": Function(collections.reverse, (ANY,), _listed, sees=Sees.ALL),
    "sensitive": _IDENTITY,
    "setintersection": Function(sets.setintersection, (SET,), _same, SET, Sees.INSIDE),
    "setproduct": Function(shapes.setproduct, (), rest=ANY, sees=Sees.INSIDE),
    "setsubtract": Function(sets.setsubtract, (SET, SET), _same, sees=Sees.INSIDE),
    "setunion": Function(sets.setunion, (SET,), _same, SET, Sees.INSIDE),
    "sha1": _text(encoding.hashed("sha1")),
    "sha256": _text(encoding.hashed("sha256")),
    "sha512": _text(encoding.hashed("sha512")),
    "signum": Function(numeric.signum, (NUMBER,), NUMBER),
    "slice": Function(collections.slice, (ANY, NUMBER, NUMBER), _listed, sees=Sees.INSIDE),
    "sort": Function(text.sort, (TEXTS,), TEXTS, sees=Sees.ALL),
    "split": Function(text.split, (STRING, STRING), TEXTS, sees=Sees.ALL),
    "startswith": _text(text.startswith, 2, BOOL),
    "strcontains": _text(text.strcontains, 2, BOOL),
    "strrev": _text(text.strrev),
    "substr": Function(text.substr, (STRING, NUMBER, NUMBER), STRING),
    "sum": Function(numeric.total, (ANY,), NUMBER, sees=Sees.INSIDE),
    "templatefile": _file(files.templatefile, ANY, gives=DYNAMIC),
    "templatestring": _file(files.templatestring, ANY),
    "textdecodebase64": _text(encoding.textdecodebase64, 2),
    "textencodebase64": _text(encoding.textencodebase64, 2),
    "timeadd": _text(dates.timeadd, 2),
    "timecmp": _text(dates.timecmp, 2, NUMBER),
    "title": _text(text.title),
    "tobool": _to(BOOL),
    "tolist": _to(LIST),
    "tomap": _to(MAP),
    "tonumber": _to(NUMBER),
    "toset": _to(SET),
    "tostring": _to(STRING),
    "transpose": Function(shapes.transpose, (MapType(TEXTS),), MapType(TEXTS), sees=Sees.INSIDE),
    "trim": _text(text.trim, 2),
    "trimprefix": _text(text.trimprefix, 2),
    "trimspace": _text(text.trimspace),
    "trimsuffix": _text(text.trimsuffix, 2),
    "upper": _text(text.upper),
    "urlencode": _text(encoding.urlencode),
    "uuidv5": _text(encoding.uuidv5, 2),
    "values": Function(collections.values, (ANY,), _listed, sees=Sees.INSIDE),
    "yamldecode": _text(yaml.yamldecode, gives=DYNAMIC),
    "yamlencode": Function(yaml.yamlencode, (ANY,), STRING, sees=Sees.INSIDE, nulls=True),
    "zipmap": Function(shapes.zipmap, (TEXTS, ANY), sees=Sees.INSIDE),
}

LEFT: Final[Mapping[str, tuple[Type, str]]] = {
    "abspath": (STRING, "depends on the folder that Terraform runs in"),
    "base64gzip": (STRING, "the bytes depend on how Go's library compresses"),
    "bcrypt": (STRING, "salted: another text each time"),
    "issensitive": (BOOL, "which values are sensitive is not kept"),
    "pathexpand": (STRING, "depends on the user's home folder"),
    "plantimestamp": (STRING, "the time of the plan"),
    "rsadecrypt": (STRING, "needs a private key, which is nothing to be handled here"),
    "timestamp": (STRING, "the time of the apply"),
    "uuid": (STRING, "another text each time"),
}
"""Functions whose result is an unknown: its type, and why."""


def call(name: str, arguments: Sequence[Value], surroundings: Surroundings) -> Value:
    """Raises Invalid where Terraform would refuse the call.

    A name that is not in the tables is a function of a later Terraform, of OpenTofu or of a
    provider: a plan was made with it, so it is there.
    """
    if name in LEFT:
        return derived(LEFT[name][0], *arguments)
    function = TABLE.get(name)
    if function is None:
        return derived(DYNAMIC, *arguments)
    given = _given(function, arguments)
    if not _ready(function, given):
        return derived(_gives(function, given), *given)
    outside = (surroundings,) if function.surrounded else ()
    try:
        answer = function.body(*outside, *given)
    except TooLarge:
        return derived(_gives(function, given), *given)
    return documents.normal(answer) if isinstance(answer, str) else answer


def _given(function: Function, arguments: Sequence[Value]) -> list[Value]:
    """The arguments as the function's types want them. Raises Invalid."""
    few, most = len(function.takes), len(arguments)
    if most < few:
        raise Invalid("not enough function arguments")
    if most > few and function.rest is None:
        raise Invalid("too many function arguments")
    kinds = [*function.takes, *(function.rest or ANY for _ in range(most - few))]
    given: list[Value] = []
    for place, (value, kind) in enumerate(zip(arguments, kinds, strict=True)):
        last = place >= few - (function.rest is None)
        if isinstance(value, Null) and not (function.nulls and last):
            raise Invalid("argument must not be null")
        given.append(convert(value, kind))
    return given


def _ready(function: Function, given: Sequence[Value]) -> bool:
    match function.sees:
        case Sees.ALL:
            return True
        case Sees.INSIDE:
            return not any(map(is_unknown, given))
        case Sees.NONE:
            return all(map(wholly_known, given))


def _gives(function: Function, given: Sequence[Value]) -> Type:
    return function.gives(type_of(given[0])) if callable(function.gives) else function.gives
