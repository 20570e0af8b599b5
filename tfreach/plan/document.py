"""Bytes of a plan or state in; Document, the JSON in them and what kind of plan it is, out."""

from __future__ import annotations

import codecs
import gc
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Final

from tfreach.errors import InputError
from tfreach.plan.raw import DAMAGED, ModuleStep, format_address, kind_of, parse_module
from tfreach.plan.thrift import raw_decode
from tfreach.records import dataclass

Object = dict[str, Any]
OBJECT: Final = (dict,)
TEXT: Final = (str,)
SHOW: Final = "run `terraform show -json tfplan > plan.json` and pass plan.json"
SAVE: Final = "run `terraform plan -out=tfplan`, then `terraform show -json tfplan > plan.json`"


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A plan or a state, as it stands in the file.

    where        begins every JSON pointer in a message: `plan.json: `
    kind         `plan` or `state`
    complete, applyable   None where Terraform is too old to say
    drifted      sorted addresses in resource_drift: changed behind Terraform's back
    variables    values of the root variables; may be secrets, never printed
    notes        repairs, for standard error
    warnings     what the kind of plan means for the answer, for every output
    """

    name: str
    where: str
    kind: str
    content: Object = field(repr=False)
    notes: tuple[str, ...] = ()
    format_version: str = ""
    terraform_version: str = ""
    errored: bool = False
    complete: bool | None = None
    applyable: bool | None = None
    refresh_only: bool = False
    targeted: bool = False
    drifted: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()


def read(data: bytes, name: str) -> Document:
    """Read a plan or state, repairing what pipelines do to it. Raises InputError, nothing else.

    data   is not kept: where nobody else holds it, it is gone when its text is read
    """
    collecting = gc.isenabled()
    gc.disable()  # one big tree without cycles: collecting while it grows is lost time
    try:
        text, repaired = _decode(data, name)
        del data
        content, ignored = _content(text, name)
        return _document(content, name, repaired + ignored)
    except RecursionError as error:
        raise InputError("nested too deeply for a plan", where=name, hint=SHOW) from error
    finally:
        if collecting:
            gc.enable()


def is_binary(data: bytes) -> bool:
    """Whether this is what `terraform plan -out` writes: a zip."""
    return data.startswith(b"PK\x03\x04")


def member(
    obj: Object, key: str, types: tuple[type, ...], where: str, *, required: bool = False
) -> Any:
    """`obj[key]`, which must be of one of `types`; null and absent are None, unless required."""
    value = obj.get(key)
    if type(value) in types or (value is None and not required):
        return value
    wanted = " or ".join(kind_of(kind()) for kind in types)
    place = f"{where}/{key.replace('~', '~0').replace('/', '~1')}"
    raise InputError(f"expected {wanted}, found {kind_of(value)}", where=place, hint=DAMAGED)


def members(obj: Object, key: str, where: str) -> Iterator[tuple[Object, str]]:
    """The objects of the list `obj[key]`, each with its JSON pointer."""
    for at, item in enumerate(member(obj, key, (list,), where) or ()):
        if not isinstance(item, dict):
            message = f"expected an object, found {kind_of(item)}"
            raise InputError(message, where=f"{where}/{key}/{at}", hint=DAMAGED)
        yield item, f"{where}/{key}/{at}"


def resources(
    obj: Object, path: tuple[str, ...], where: str
) -> Iterator[tuple[Object, str, tuple[ModuleStep, ...]]]:
    """Every resource of the `values` at `path`, with its JSON pointer and its module."""
    for key in (*path, "root_module"):
        obj, where = member(obj, key, OBJECT, where) or {}, f"{where}/{key}"
    modules: list[tuple[Object, str, tuple[ModuleStep, ...]]] = [(obj, where, ())]
    while modules:
        module, here, steps = modules.pop()
        for item, at in members(module, "resources", here):
            yield item, at, steps
        for child, at in members(module, "child_modules", here):
            address = member(child, "address", TEXT, at, required=True)
            modules.append((child, at, parse_module(address, f"{at}/address")))


_MARKS: Final = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)


def _decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text, and a note when it is not plain UTF-8."""
    if is_binary(data):
        raise InputError("this is a binary plan file, not its JSON", where=name, hint=SHOW)
    encoding, mark = _encoding(data)
    try:
        text = data[mark:].decode(encoding)
    except UnicodeDecodeError as error:
        message = f"this is not text: {error.reason} as {encoding}"
        raise InputError(message, where=f"{name}: byte {mark + error.start}", hint=SHOW) from error
    if not text or text.isspace():
        raise InputError("the file is empty", where=name, hint=SHOW)
    if "\0" in text:
        raise InputError("this is a binary file, not JSON", where=name, hint=SHOW)
    if encoding == "UTF-8":
        return text, (f"{name}: dropped a byte-order mark",) * bool(mark)
    return text, (f"{name}: read as {encoding}, Terraform writes UTF-8",)


def _encoding(data: bytes) -> tuple[str, int]:
    """The encoding and the length of its mark; UTF-16 without one shows in every other byte."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    head = data[:200]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if 4 * max(even, odd) > len(head) and min(even, odd) == 0:
        return ("UTF-16-LE" if odd else "UTF-16-BE"), 0
    return "UTF-8", 0


_OPENING: Final = re.compile(r'\{\s*(?:\}|"(?:[^"\\]|\\.)*"\s*:)')
_PROSE: Final = re.compile(r'\{\s*(?:"(?:[^"\\]|\\.)*"\s*)?|\[(?!\s*[\[{"])[^{]*')
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_FOR_PEOPLE: Final = re.compile(
    r"will perform|No changes\. |Plan: \d+ to |# \S+ will be |~ resource "
)
_HALF_WORDS: Final = {word[:at] for word in ("true", "false", "null") for at in range(len(word))}


def _content(text: str, name: str) -> tuple[Object, tuple[str, ...]]:
    """The one plan or state in `text`, and a note when there is anything around it."""
    found, broken = _values(text, name)
    fit = [(value, start, end) for value, start, end in found if _kind(value)]
    # A runner's workflow commands (`::set-output name=stdout::{...`) repeat the output.
    once = [spot for spot in fit if not text.startswith("::", text.rfind("\n", 0, spot[1]) + 1)]
    if len(once) > 1:
        where = f"{name}:{text.count(chr(10), 0, once[1][1]) + 1}"
        raise InputError("a second plan or state begins here", where=where, hint="pass one a file")
    if not fit:
        raise _unfit([value for value, _, _ in found], broken, text, name)
    content, start, end = (once or fit)[0]
    if _SURROGATE.search(text):  # half a surrogate pair is not text and could not be printed
        content = json.loads(json.dumps(content, ensure_ascii=False).encode(errors="replace"))
    before, after = (len(part.strip().splitlines()) for part in (text[:start], text[end:]))
    note = f"{name}: lines ignored around the JSON: {before} before, {after} after"
    return content, (note,) * bool(before or after)


def _values(text: str, name: str) -> tuple[list[tuple[Any, int, int]], json.JSONDecodeError | None]:
    """The JSON values that stand side by side in `text`, and why reading stopped before its end.

    Half an object ends the search: inside of half a plan stands a whole state.
    """
    found: list[tuple[Any, int, int]] = []
    broken: json.JSONDecodeError | None = None
    start = len(text) - len(text.lstrip())
    while True:
        try:
            value, end = raw_decode(text, start)
            found.append((value, start, end))
        except json.JSONDecodeError as error:
            broken, end = broken or error, start + 1
            if text[start] in "{[" and not _PROSE.fullmatch(text, start, error.pos):
                return found, error
        except ValueError as error:
            raise InputError("a number in it is too long", where=name, hint=SHOW) from error
        if (opening := _OPENING.search(text, end)) is None:
            return found, broken
        start = opening.start()


def _kind(content: object) -> str:
    """`plan`, `state`, or "" for anything else."""
    if not isinstance(content, dict):
        return ""
    if content.keys() & {"planned_values", "resource_changes", "prior_state"}:
        return "plan"
    if "values" in content and content.keys() & {"format_version", "terraform_version"}:
        return "state"
    return "state" if "version" in content and content.keys() & {"lineage", "serial"} else ""


_OTHERS: Final = (
    ("@level", "this is the log of `terraform plan -json`, not a plan", SAVE),
    ("provider_schemas", "these are provider schemas, not a plan", SHOW),
    ("diagnostics", "these are the messages of `terraform validate -json`, not a plan", SAVE),
    ("encrypted_data", "this state is encrypted", "run `tofu show -json > state.json`"),
    ("configuration", "a plan without planned_values, resource_changes and prior_state", SHOW),
    ("format_version", "there is no plan and no state in it: Terraform was given none", SHOW),
)


def _unfit(
    values: list[Any], broken: json.JSONDecodeError | None, text: str, name: str
) -> InputError:
    """What a file is that is neither a plan nor a state."""
    for key, message, hint in _OTHERS:
        if any(key in value for value in values if isinstance(value, dict)):
            return InputError(message, where=name, hint=hint)
    if _FOR_PEOPLE.search(text):
        return InputError("this is a plan as printed for people", where=name, hint=SAVE)
    if broken is None:
        message = f"this is JSON, {kind_of(values[0])}, but no plan and no state"
        return InputError(message, where=name, hint=SHOW)
    cut = broken.msg.startswith("Unterminated") or text[broken.pos :].strip() in _HALF_WORDS
    message = "the file is cut off: its JSON has no end" if cut else f"not JSON: {broken.msg}"
    return InputError(message, where=f"{name}:{broken.lineno}:{broken.colno}", hint=SHOW)


def _document(content: Object, name: str, notes: tuple[str, ...]) -> Document:
    where, kind = f"{name}: ", _kind(content)
    version = member(content, "format_version", TEXT, where) or ""
    if (major := re.match(r"[0-9]{1,9}", version)) and int(major[0]) > 1:
        message = f"format {version[:20]} is not known, only 0.x and 1.x are"
        raise InputError(message, where=f"{where}/format_version", hint="update tfreach")
    if kind == "state" and "values" not in content and content["version"] != 4:
        raise InputError(
            "only version 4 of a raw state is known", where=f"{where}/version", hint=SHOW
        )
    terraform = member(content, "terraform_version", TEXT, where) or ""
    facts = _facts(content, where) if kind == "plan" else {}
    return Document(name, where, kind, content, notes, version, terraform, **facts)


def _facts(content: Object, where: str) -> Object:
    """What kind of plan it is, and what that means for the answer: fields of Document."""
    changes = list(members(content, "resource_changes", where))
    listed = {_text(item, "address", at) for item, at in changes}
    listed |= {member(item, "previous_address", TEXT, at) for item, at in changes}
    planned = resources(content, ("planned_values",), where)
    listed |= {_text(item, "address", at) for item, at, _ in planned}
    current = {
        _text(item, "address", at)
        for item, at, _ in resources(content, ("prior_state", "values"), where)
        if item.get("mode") != "data" and item.get("deposed_key") is None
    }
    drift = {_drifted(item, at) for item, at in members(content, "resource_drift", where)}
    flags = {key: member(content, key, (bool,), where) for key in ("complete", "applyable")}
    errored = member(content, "errored", (bool,), where) is True
    left_out = current - listed
    partial = flags["complete"] is False
    refresh_only = bool(left_out) and not listed - {None} and not partial and not errored
    targeted = not errored and not refresh_only and (partial or bool(left_out))
    warnings = {
        "the plan is errored: Terraform stopped early, and changes may be missing here": errored,
        "the plan only refreshes the state: planned and current are the same": refresh_only,
        "the plan is not complete (-target, or changes put off): what it leaves out is taken to "
        f"stay as it is (known resources left out: {len(left_out)})": targeted,
    }
    variables = member(content, "variables", OBJECT, where) or {}
    return {
        **flags,
        "errored": errored,
        "refresh_only": refresh_only,
        "targeted": targeted,
        "drifted": tuple(sorted(drift)),
        "variables": {
            key: member(variables, key, OBJECT, f"{where}/variables", required=True).get("value")
            for key in variables
        },
        "warnings": tuple(text for text, holds in warnings.items() if holds),
    }


def _text(item: Object, key: str, at: str) -> str:
    return str(member(item, key, TEXT, at, required=True))


def _drifted(item: Object, at: str) -> str:
    """The address of an entry of resource_drift, which Terraform 1.0.0 wrote without one."""
    if "address" in item:
        return _text(item, "address", at)
    module = parse_module(member(item, "module_address", TEXT, at) or "", f"{at}/module_address")
    mode, kind, name = (_text(item, key, at) for key in ("mode", "type", "name"))
    return format_address(module, mode, kind, name, member(item, "index", (int, str), at))
