"""Rules, and what was found of them, in; the document of SARIF 2.1.0 that holds them, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from tfreach import __version__
from tfreach.diff.changes import Cause
from tfreach.engine.verdicts import Trace
from tfreach.policy.rules import Waiver
from tfreach.records import dataclass
from tfreach.report import json_parts as parts
from tfreach.report.found import Basis, Files
from tfreach.report.json_parts import Json
from tfreach.report.places import Spot, in_code, in_source, of_waiver
from tfreach.report.words import cause_words, clean, unmodelled_words

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "REPOSITORY"
"""What relative paths begin at."""
MARK = "tfreach/v1"
LONGEST = 1000
"""Characters of a description: GitHub takes 1,024."""
_OBEYED = re.compile(r"(?<=\])\(|\{(?=\d+\})")
"""What begins the target of a link, or a placeholder, in a message."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a reader of a finding is told of its rule.

    id     in words joined by `-`
    name   what a list of rules shows
    what   one sentence more
    help   what to do, in Markdown that is text as well
    level  error | warning | note
    severity  of a rule of security, 0.0 to 10.0; "" of others
    """

    id: str
    name: str
    what: str
    help: str
    level: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a finding from others, the next time too. rule: its id."""

    rule: str
    fingerprint: str
    level: str


def plain(text: str) -> str:
    """A message in which nothing is a link or a placeholder."""
    return _OBEYED.sub(lambda found: f"\\x{ord(found[0]):02x}", clean(text))


def log(
    command: str,
    basis: Basis,
    rules: Sequence[Rule],
    results: Sequence[Json],
    notes: Sequence[str] = (),
    *,
    compact: bool = False,
) -> str:
    """notes   what else there is to say of the whole"""
    told = [*_notes(basis), *(_note("note", text) for text in notes)]
    run: Json = {
        "tool": {
            "driver": {
                "name": "tfreach",
                "version": __version__,
                "rules": [_rule(one) for one in rules],
            }
        },
        "automationDetails": {"id": f"tfreach/{command}/{clean(basis.name)}/"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": told}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": list(results),
    }
    return parts.text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, compact=compact)


def _rule(one: Rule) -> Json:
    properties: Json = {"tags": ["network"]}
    if one.severity:
        properties = {"tags": ["network", "security"], "security-severity": one.severity}
    return {
        "id": one.id,
        "name": _joined(one.id),
        "shortDescription": {"text": plain(one.name)[:LONGEST]},
        "fullDescription": {"text": plain(one.what)[:LONGEST]},
        "help": {"text": one.help, "markdown": one.help},
        "defaultConfiguration": {"level": one.level},
        "properties": properties,
    }


def _joined(id_: str) -> str:
    """`NoSshFromTheInternet`. As SARIF asks of a name: it is another one than the id."""
    words = "".join(word.capitalize() for word in id_.split("-"))
    return words if words.lower() != id_.lower() else f"{words}Rule"


def _notes(basis: Basis) -> Iterable[Json]:
    """What the answer rests on, and what it leaves out."""
    yield from (_note("warning", text) for text in basis.warnings)
    yield from (_note("note", f"assumed: {text}") for text in basis.assumptions)
    if basis.unmodelled:
        yield _note("note", f"not modelled: {unmodelled_words(basis.unmodelled)}")


def _note(level: str, text: str) -> Json:
    return {"level": level, "message": {"text": plain(text)}}


def result(mark: Mark, rules: Sequence[Rule], text: str, at: Spot, name: str) -> Json:
    """name   the address that it is about; "" for none"""
    ids = [rule.id for rule in rules]
    return {
        "ruleId": mark.rule,
        "ruleIndex": ids.index(mark.rule),
        "level": mark.level,
        "message": {"text": plain(text)},
        "locations": [location(at, name=name)],
        "partialFingerprints": {MARK: mark.fingerprint},
        # That it is known not to be suppressed: what is says so in place of this.
        "suppressions": [],
    }


def location(at: Spot, text: str = "", name: str = "") -> Json:
    place: Json = {"artifactLocation": _artifact(at.file), "region": {"startLine": at.line}}
    said: Json = {"physicalLocation": place}
    if name:
        said["logicalLocations"] = [{"fullyQualifiedName": clean(name), "kind": "resource"}]
    return said | ({"message": {"text": plain(text)}} if text else {})


def _artifact(file: str) -> Json:
    """Relative to the root where it lies in the repository."""
    path = quote(file.encode("utf-8", "backslashreplace"))
    if file.startswith("/"):
        return {"uri": f"file://{path}"}
    return {"uri": path, "uriBaseId": ROOT}


def at_causes(causes: Iterable[Cause], files: Files) -> Iterator[tuple[Spot, str, str]]:
    """Where each is written, and the calls that lead there."""
    for one in causes:
        if one.location:
            yield in_source(one.location, files), cause_words(one), one.address
            for call in one.calls:
                yield in_source(call.location, files), f"calls {call.module}", call.module


def related(spots: Iterable[tuple[Spot, str, str]]) -> list[Json]:
    """Other places, each with what is there and the address; numbered from 1."""
    return [
        {"id": number} | location(at, text, name)
        for number, (at, text, name) in enumerate(dict.fromkeys(spots), 1)
    ]


def flow(trace: Trace | None, names: Sequence[str], at: Spot, files: Files) -> list[Json]:
    """The path hop by hop, as a code flow: of a trace, else only by the names on it. What stands
    nowhere in the source is shown where the finding is: every step needs a place."""
    if trace is None:
        steps = [(at, name, name) for name in names]
    else:
        steps = [(at, f"from {trace.source}", trace.source)]
        for hop in trace.forward.hops:
            where = in_source(hop.rule.location, files) if hop.rule.location else at
            steps.append((where, f"{hop.component}: {hop.action}, {hop.text}", hop.component))
    if len(steps) < 2:
        return []
    locations = [{"location": location(*step)} for step in steps]
    return [{"threadFlows": [{"locations": locations}]}]


def suppression(waiver: Waiver, files: Files) -> Json:
    """What waives a finding."""
    at = of_waiver(waiver, files)
    said: Json = {
        "kind": "inSource" if in_code(waiver) else "external",
        "status": "accepted",
        "justification": f"until {waiver.expires}: {plain(waiver.reason)}",
    }
    return said | ({"location": location(at)} if at else {})
