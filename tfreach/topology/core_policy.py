"""The JSON of a core network's policy in; its segments, what they share, and the segment of an
attachment, out.

Sources: "Core network policy version parameters in AWS Cloud WAN", "Add segment actions in an AWS
Cloud WAN core network policy version" (F90).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Final

from tfreach.records import dataclass
from tfreach.topology.network import Tri

_TOP = {"version", "core-network-configuration", "segments", "segment-actions"}
_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "the policy": frozenset({*_TOP, "attachment-policies"}),
    "a segment": frozenset(
        {"name", "description", "edge-locations", "isolate-attachments", "allow-filter"}
        | {"require-attachment-acceptance", "deny-filter"}
    ),
    "share": frozenset({"action", "description", "mode", "segment", "share-with"}),
    "create-route": frozenset(
        {"action", "description", "segment", "destination-cidr-blocks", "destinations"}
    ),
    "an attachment policy": frozenset(
        {"rule-number", "description", "condition-logic", "conditions", "action"}
    ),
    "an association": frozenset(
        {"association-method", "segment", "tag-value-of-key", "require-acceptance"}
    ),
}
"""Part of a policy -> what is evaluated of it."""


class NotEvaluatedError(Exception):
    """What of a policy is not evaluated, in words that follow on `the policy of X`."""


@dataclass(frozen=True, slots=True)
class Segment:
    """accepted   whether its attachments need to be accepted
    edges         the edge locations it is limited to; () for all
    """

    name: str
    isolated: bool
    accepted: bool
    edges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Association:
    """An attachment policy: the first whose conditions hold is the one.

    segment, tag   the segment; or the tag whose value is its name
    """

    number: int
    logic: str
    conditions: tuple[Mapping[str, Any], ...]
    segment: str
    tag: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class SegmentRoute:
    segment: str
    blocks: tuple[str, ...]
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """shares   (segment, other): the routes of the other's attachments are in that segment -> "" or
               why that is not sure
    groups     whether group references may pass
    """

    segments: Mapping[str, Segment]
    shares: Mapping[tuple[str, str], str]
    routes: tuple[SegmentRoute, ...]
    associations: tuple[Association, ...]
    groups: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """segment   "" when not known: why says so
    accepted     whether the attachment needs to be accepted there
    """

    segment: str = ""
    accepted: bool = True
    why: str = field(default="")


def read_policy(text: str) -> Policy:
    """Raise NotEvaluatedError where any part of it is not understood."""
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise NotEvaluatedError("is no JSON") from error
    try:
        return _policy(whole)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotEvaluatedError("is not of the form that AWS documents") from error


def _policy(whole: Mapping[str, Any]) -> Policy:
    _only({key: value for key, value in whole.items() if value not in ([], None)}, "the policy")
    segments = {str(one["name"]): _segment(one) for one in whole["segments"]}
    actions = whole.get("segment-actions") or []
    shares: dict[tuple[str, str], str] = {}
    routes: list[SegmentRoute] = []
    for action in actions:
        if action["action"] not in ("share", "create-route"):
            raise NotEvaluatedError(f"has the segment action {action['action']}")
        _only(action, action["action"])
        if action["action"] == "share":
            shares |= dict.fromkeys(_pairs(action, segments), "")
        else:
            blocks, ends = action["destination-cidr-blocks"], action["destinations"]
            routes.append(SegmentRoute(action["segment"], _texts(blocks), _texts(ends)))
    rules = sorted(map(_association, whole.get("attachment-policies") or []), key=_number)
    configuration = whole.get("core-network-configuration") or {}
    return Policy(
        segments,
        _filtered(shares, whole["segments"]),
        tuple(routes),
        tuple(rules),
        configuration.get("security-group-support", False) is not False,
    )


def _only(part: Mapping[str, Any], name: str) -> None:
    others = sorted(set(part) - _PARTS[name])
    if others:
        raise NotEvaluatedError(f"has {others[0]}")


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError(values)
    return tuple(str(value) for value in values)


def _truth(part: Mapping[str, Any], name: str, *, otherwise: bool) -> bool:
    value = part.get(name, otherwise)
    if not isinstance(value, bool):
        raise TypeError(name)
    return value


def _number(rule: Association) -> int:
    return rule.number


def _segment(part: Mapping[str, Any]) -> Segment:
    _only(part, "a segment")
    return Segment(
        str(part["name"]),
        _truth(part, "isolate-attachments", otherwise=False),
        _truth(part, "require-attachment-acceptance", otherwise=True),
        _texts(part.get("edge-locations") or ()),
    )


def _pairs(action: Mapping[str, Any], segments: Iterable[str]) -> set[tuple[str, str]]:
    """A share is of both directions."""
    if action.get("mode", "attachment-route") != "attachment-route":
        raise NotEvaluatedError(f"shares by the mode {action['mode']}")
    own, named = action["segment"], action["share-with"]
    if named in ("*", ["*"]):
        others = set(segments)
    elif isinstance(named, Mapping):
        others = set(segments) - set(_texts(named["except"]))
    else:
        others = set(_texts(named))
    return {pair for one in others - {own} for pair in ((own, one), (one, own))}


def _filtered(
    shares: Mapping[tuple[str, str], str], parts: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, str], str]:
    """Filters take routes out of their own segment, after all sharing. What they do to the routes
    of the other direction is said in two ways."""
    found = dict(shares)
    for part in parts:
        name = part["name"]
        allow, deny = part.get("allow-filter"), _texts(part.get("deny-filter") or ())
        kept = _texts(allow) if allow else None
        for own, other in shares:
            if own == name and (other in deny or (kept is not None and other not in kept)):
                found.pop((own, other), None)
                if (other, own) in found:
                    found[other, own] = f"whether the filter of {own} works both ways is not known"
    return found


def _association(part: Mapping[str, Any]) -> Association:
    _only(part, "an attachment policy")
    action = part["action"]
    _only(action, "an association")
    if action["association-method"] not in ("constant", "tag"):
        raise NotEvaluatedError(f"associates by {action['association-method']}")
    constant = action["association-method"] == "constant"
    return Association(
        int(part["rule-number"]),
        str(part.get("condition-logic") or ""),
        tuple(part["conditions"]),
        str(action["segment"]) if constant else "",
        "" if constant else str(action["tag-value-of-key"]),
        _truth(action, "require-acceptance", otherwise=False),
    )


def place(policy: Policy, tags: Mapping[str, str] | None) -> Place:
    """The segment of a VPC attachment with these tags; None: these are not known."""
    for rule in policy.associations:
        holds = _holds(rule, tags)
        if holds is Tri.MAYBE:
            return Place(why=f"whether its attachment policy {rule.number} applies is not known")
        if holds is Tri.YES:
            name = rule.segment or (tags or {}).get(rule.tag, "")
            if name not in policy.segments:
                return Place(why=f"its attachment policy {rule.number} names no segment of it")
            return Place(name, rule.accepted or policy.segments[name].accepted)
    return Place(why="none of its attachment policies applies")


def _holds(rule: Association, tags: Mapping[str, str] | None) -> Tri:
    answers = {_true(condition, tags) for condition in rule.conditions}
    if len(answers) == 1:
        return answers.pop()
    if rule.logic == "or":
        return Tri.YES if Tri.YES in answers else Tri.MAYBE
    if rule.logic == "and":
        return Tri.NO if Tri.NO in answers else Tri.MAYBE
    return Tri.MAYBE


def _true(condition: Mapping[str, Any], tags: Mapping[str, str] | None) -> Tri:
    """Accounts, Regions and resources are not evaluated, nor tags that are not there and may not
    be equal."""
    kind, wanted = condition.get("type"), str(condition.get("value", ""))
    operator, key = condition.get("operator", ""), str(condition.get("key", ""))
    if kind == "any":
        return Tri.YES
    if kind == "attachment-type":
        return _compared("vpc", operator, wanted)
    if tags is None or kind not in ("tag-exists", "tag-value"):
        return Tri.MAYBE
    if kind == "tag-value" and key in tags:
        return _compared(tags[key], operator, wanted)
    if kind == "tag-value":
        return Tri.NO if operator in ("equals", "contains", "begins-with") else Tri.MAYBE
    return Tri.YES if key in tags else Tri.NO


def _compared(value: str, operator: str, wanted: str) -> Tri:
    answers = {
        "equals": value == wanted,
        "not-equals": value != wanted,
        "contains": wanted in value,
        "begins-with": value.startswith(wanted),
    }
    if operator not in answers:
        return Tri.MAYBE
    return Tri.YES if answers[operator] else Tri.NO
