"""A rule of a security group of which other rules of the group permit everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tfreach.engine.pieces import Segments, bits, cut
from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Origin, Rule


def look(view: View) -> Iterator[Found]:
    for _, group in sorted(view.network.groups.items()):
        for direction, rules in (("ingress", group.ingress), ("egress", group.egress)):
            for origin, by in _redundant([rule for rule in rules if not rule.aws_service]):
                texts = [_text(one, {origin.address, group.id}) for one in by]
                what = f"{origin.text} adds nothing to {group.id}: {names(texts)} permits it all"
                also = (*(one.address for one in by if one.address), group.id)
                yield Found(origin.address, what, f"{direction} {origin.text}", also, origin.part)


def _text(origin: Origin, near: set[str]) -> str:
    """A rule, and which resource it is where that is another one."""
    return origin.text if origin.address in near else f"{origin.text} ({origin.address})"


def _redundant(rules: Sequence[Rule]) -> Iterator[tuple[Origin, list[Origin]]]:
    """What is written and adds nothing, with what permits the same. Of two that permit the same
    the later one is it; what is found is not counted on again."""
    written: dict[Origin, list[int]] = {}
    for at, rule in enumerate(rules):
        written.setdefault(rule.origin, []).append(at)
    alive = {at for at, rule in enumerate(rules) if not rule.unknown}
    crowd = _Crowd(rules)
    for origin, own in reversed(written.items()):
        sure = origin.address and alive.issuperset(own)
        if not sure or not all(crowd.may_cover(at) for at in own):
            continue
        others = alive.difference(own)
        by = [crowd.by(at, others) for at in own]
        if others and all(by):
            alive -= set(own)
            found = sorted({at for some in by for at in some})
            yield origin, list(dict.fromkeys(rules[at].origin for at in found))


class _Crowd:
    """Rules of one direction of a group, and which of them hold an address, or name a group."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._segments = Segments([EMPTY if rule.group else rule.peers for rule in rules])
        self._services = Segments([rule.services for rule in rules])
        self._named: dict[str, set[int]] = {}
        for at, rule in enumerate(rules):
            if rule.group:
                self._named.setdefault(rule.group, set()).add(at)
        self._twice: dict[int | str, IntervalSet] = {}

    def may_cover(self, at: int) -> bool:
        """Whether others may permit all that a rule does: at its first address, which is cheap to
        tell, each of its services is permitted twice."""
        rule = self._rules[at]
        if not rule.services or not (rule.group or rule.peers):
            return False
        near = self._services.at(rule.services.first)
        near &= -1 if rule.group else self._segments.at(rule.peers.first)
        if near == 1 << at:
            return False
        key: int | str = rule.group or self._segments.at(rule.peers.first)
        if key not in self._twice:
            holding = bits(key) if isinstance(key, int) else self._named[key]
            self._twice[key] = _twice([self._rules[other].services for other in holding])
        return rule.services <= self._twice[key]

    def by(self, at: int, others: set[int]) -> set[int]:
        """The other rules that permit all that one does; empty where some of it is left."""
        rule = self._rules[at]
        if rule.group:
            return self._taking(others & self._named[rule.group], rule.services)
        found: set[int] = set()
        for piece in cut(rule.peers, [self._segments]):
            holding = others.intersection(bits(self._segments.at(piece.first)))
            taking = self._taking(holding, rule.services)
            if not taking:
                return set()
            found |= taking
        return found

    def _taking(self, some: set[int], wanted: IntervalSet) -> set[int]:
        """Those of some rules that permit what is wanted; empty where they do not permit all."""
        held = {at: self._rules[at].services for at in sorted(some)}
        whole = next((at for at, services in held.items() if wanted <= services), None)
        if whole is not None:
            return {whole}
        if not wanted <= IntervalSet.of(span for one in held.values() for span in one.spans):
            return set()
        return {at for at, services in held.items() if not wanted.isdisjoint(services)}


def _twice(sets: Iterable[IntervalSet]) -> IntervalSet:
    """What is in two of the sets at least."""
    borders = sorted(
        border for one in sets for lo, hi in one.spans for border in ((lo, 1), (hi + 1, -1))
    )
    found: list[tuple[int, int]] = []
    depth, start = 0, 0
    for place, step in borders:
        if depth >= 2 and place > start:
            found.append((start, place - 1))
        depth, start = depth + step, place
    return IntervalSet.of(found)


LINT = Lint(
    id="group-rule-redundant",
    severity=INFO,
    summary="A rule of a security group adds nothing: others of the group permit the same",
    why="""\
The rules of a group are one union. Whoever removes this rule to close what it permits closes
nothing, and each rule counts against the quota of the group.""",
    fix="remove the rule, or the wider one if that was not meant",
    facts=("F1",),
    wrong="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "vpc" {
  security_group_id = aws_security_group.app.id
  cidr_ipv4         = "10.0.0.0/8"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.app.id
  cidr_ipv4         = "10.0.5.0/24" # permitted by the other one
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
""",
    right="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.app.id
  cidr_ipv4         = "10.0.0.0/8"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.app.id
  cidr_ipv4         = "10.0.5.0/24"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
""",
    look=look,
)
