"""The files of a policy in; one Policy, or all that is wrong with them by file:line, out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

from tfreach.diff.changes import Kind
from tfreach.engine.verdicts import Verdict
from tfreach.errors import UsageError
from tfreach.policy.mistakes import Mistake, mismatches, nearest, refused, where
from tfreach.policy.rules import (
    CHANGE,
    Allow,
    Assert,
    Change,
    Deny,
    End,
    Flows,
    Policy,
    Undetermined,
    Waiver,
)
from tfreach.policy.scopes import is_scope, read_scope, root_of
from tfreach.policy.selectors import parse
from tfreach.policy.services import EVERYTHING, Services, services_of
from tfreach.policy.sets import SETS, Sets
from tfreach.policy.written import Path, Written, read
from tfreach.topology.network import Location

VIA = ("assert", CHANGE)
"""Where `via` is a selector of load balancers; a deny rule counts or ignores them all."""
SECTIONS = ("assert", "deny", "change", "waivers", "sets")


def read_policy(given: Sequence[tuple[str, bytes]], lenient: Iterable[str] = ()) -> Policy:
    """The policy that files, each with its name, say together; a scope of Network Access Analyzer
    is a policy too. Raises UsageError.

    lenient   the names of those in which a selector that selects nothing is no mistake; a set of
              theirs gives way to one of the same name in another file
    """
    written = [read(data, name) for name, data in given]
    if mistakes := [one for file in written for one in _misfits(file)]:
        raise refused(mistakes)
    easy = set(lenient)
    sets = Sets()
    for file in written:
        for name, text in file.value.get(SETS, {}).items():
            sets.add(name, text, file.at(SETS, name), gives_way=file.file in easy)
    ends = sets.ends()
    parts = [_part(file, sets, file.file in easy) for file in written]
    mistakes = [one for _, wrong in parts for one in wrong]
    policy = replace(_joined([part for part, _ in parts]), sets=ends)
    mistakes += [*sets.mistakes, *_contradictions(policy)]
    if mistakes:
        raise refused(mistakes)
    return policy


def _part(file: Written, sets: Sets, lenient: bool) -> tuple[Policy, list[Mistake]]:
    if is_scope(file.value):
        return read_scope(file, lenient=lenient)
    found = _File(file, sets, lenient)
    return found.policy, found.mistakes


@cache
def _validator(name: str) -> Draft202012Validator:
    text = (files("tfreach") / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _misfits(file: Written) -> list[Mistake]:
    """What the schema does not take."""
    if file.value is None:
        return [Mistake(file.at(), "the policy is empty", "a first rule: see `tfreach schema`")]
    is_policy = not is_scope(file.value)
    root, value = ((), file.value) if is_policy else root_of(file.value)
    errors = [
        Mistake(file.at(*root, *path), message, hint)
        for error in _validator("policy" if is_policy else "access-scope").iter_errors(value)
        for path, message, hint in mismatches(error)
    ]
    if is_policy and not errors and not any(file.value.get(name) for name in SECTIONS):
        errors.append(Mistake(file.at(), "the policy has no rule", "write assert, deny or change"))
    return errors


def _joined(parts: Sequence[Policy]) -> Policy:
    changes = [part.change for part in parts if part.change]
    change = None
    if changes:
        strictest = min((one.undetermined for one in changes), key=list(Undetermined).index)
        allow = tuple(row for one in changes for row in one.allow)
        lenient = all(one.lenient for one in changes)
        change = Change(changes[0].location, allow, strictest, lenient)
    return Policy(
        tuple(one for part in parts for one in part.asserts),
        tuple(one for part in parts for one in part.denies),
        change,
        tuple(one for part in parts for one in part.waivers),
    )


def _contradictions(policy: Policy) -> list[Mistake]:
    """Names that are taken twice, waivers of no rule, and waivers that say different things."""
    found: list[Mistake] = []
    names: dict[str, Location] = {}
    for name, at in policy.rules():
        if first := names.get(name):
            message = f"a rule is called {name!r} already, at {where(first)}"
            found.append(Mistake(at, message, "each needs a name of its own"))
        names.setdefault(name, at)
    if not names and policy.waivers:
        first_waiver = policy.waivers[0].location
        found.append(Mistake(first_waiver, "the policy has no rule", "write assert, deny, change"))
        return found
    seen: dict[object, Waiver] = {}
    for waiver in policy.waivers:
        if waiver.rule not in names:
            message = f"no rule is called {waiver.rule!r}"
            found.append(Mistake(waiver.location, message, nearest(waiver.rule, [*names])))
        other = seen.setdefault(_of_waiver(waiver), waiver)
        if other is not waiver:
            found.append(_twice(waiver, other))
    return found


def _of_waiver(waiver: Waiver) -> object:
    """What it waives, however it is written."""
    ends = (end and end.selector for end in waiver.flows.ends)
    services = waiver.flows.services
    return waiver.rule, *ends, services.ipv4, services.ipv6


def _twice(waiver: Waiver, other: Waiver) -> Mistake:
    if waiver.expires == other.expires:
        message = f"the same is waived at {where(other.location)}"
    else:
        message = (
            f"this contradicts {where(other.location)}, which waives the same until"
            f" {other.expires}: here it is {waiver.expires}"
        )
    return Mistake(waiver.location, message, "keep one of them")


class _File:
    """Makes rules of one file that fits the schema, and collects what is wrong with them."""

    def __init__(self, file: Written, sets: Sets, lenient: bool) -> None:
        self._file = file
        self._sets = sets
        self._lenient = lenient
        self.mistakes: list[Mistake] = []
        value = file.value
        self._undetermined = Undetermined(value.get("undetermined", "fail"))
        self.policy = Policy(
            tuple(self._each("assert", self._assert)),
            tuple(self._each("deny", self._deny)),
            self._change() if "change" in value else None,
            tuple(one for one in self._each("waivers", self._waiver) if one),
        )

    def _each(self, section: str, make: Callable[[Mapping[str, Any], Path], Any]) -> list[Any]:
        return [
            make(item, (section, at)) for at, item in enumerate(self._file.value.get(section, ()))
        ]

    def _assert(self, item: Mapping[str, Any], path: Path) -> Assert:
        return Assert(
            item["name"],
            self._file.at(*path),
            self._flows(item, path),
            Verdict(item["expect"]),
            item.get("state", "planned"),
            self._undetermined,
            self._lenient,
        )

    def _deny(self, item: Mapping[str, Any], path: Path) -> Deny:
        excepts = enumerate(item.get("except", ()))
        return Deny(
            item["name"],
            self._file.at(*path),
            self._flows(item, path),
            tuple(self._flows(one, (*path, "except", at)) for at, one in excepts),
            item.get("severity", "error"),
            item.get("via", "count") == "count",
            item.get("new", False),
            self._undetermined,
            self._lenient,
        )

    def _change(self) -> Change:
        rows = []
        for at, item in enumerate(self._file.value["change"]["allow"]):
            path = (CHANGE, "allow", at)
            kind = Kind(item["kind"]) if "kind" in item else None
            rows.append(Allow(self._flows(item, path), self._file.at(*path), kind))
        where = self._file.at(CHANGE)
        return Change(where, tuple(rows), self._undetermined, self._lenient)

    def _waiver(self, item: Mapping[str, Any], path: Path) -> Waiver | None:
        flows = self._flows(item, path)
        try:
            expires = date.fromisoformat(item["expires"])
        except ValueError as error:
            self._wrong((*path, "expires"), f"there is no {item['expires']}: {error}")
            return None
        rule, reason = item["rule"], item["reason"]
        return Waiver(rule, flows, reason, expires, self._file.at(*path), self._lenient)

    def _flows(self, item: Mapping[str, Any], path: Path) -> Flows:
        source, destination = (self._end(item, name, path) for name in ("from", "to"))
        via = self._end(item, "via", path) if path[0] in VIA else None
        return Flows(source, destination, self._services(item, path), via)

    def _end(self, item: Mapping[str, Any], name: str, path: Path) -> End | None:
        if (text := item.get(name)) is None:
            return None
        at = self._file.at(*path, name)
        try:
            return End(text, self._sets.expanded(parse(text), at), at)
        except UsageError as error:
            self.mistakes.append(Mistake(at, error.message, error.hint))
            return None

    def _services(self, item: Mapping[str, Any], path: Path) -> Services:
        protocol, ports = item.get("protocol"), item.get("ports")
        try:
            return services_of(protocol, ports, item.get("family"))
        except ValueError as error:
            key = "ports" if ports is not None and "protocol" not in str(error) else "protocol"
            self._wrong((*path, key), str(error))
            return EVERYTHING

    def _wrong(self, path: Path, message: str) -> None:
        self.mistakes.append(Mistake(self._file.at(*path), message))
