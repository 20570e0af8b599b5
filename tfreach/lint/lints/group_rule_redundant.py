"""A rule of a security group of which other rules of the group permit everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

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
    segments = Segments([EMPTY if rule.group else rule.peers for rule in rules])
    for origin, own in reversed(written.items()):
        if not origin.address or not alive.issuperset(own):
            continue
        others = alive.difference(own)
        by = [_by(rules, at, others, segments) for at in own]
        if others and all(by):
            alive -= set(own)
            found = sorted({at for some in by for at in some or ()})
            yield origin, list(dict.fromkeys(rules[at].origin for at in found))


def _by(rules: Sequence[Rule], at: int, others: set[int], segments: Segments) -> set[int]:
    """The other rules that permit all that one does; empty where some of it is left."""
    rule = rules[at]
    if rule.group:
        same = {other for other in others if rules[other].group == rule.group}
        return _taking(rules, same, rule.services)
    found: set[int] = set()
    for piece in cut(rule.peers, [segments]):
        holding = others.intersection(bits(segments.at(piece.first)))
        taking = _taking(rules, holding, rule.services)
        if not taking:
            return set()
        found |= taking
    return found


def _taking(rules: Sequence[Rule], some: set[int], wanted: IntervalSet) -> set[int]:
    """Those of some rules that permit the wanted services; empty where these do not permit all."""
    whole = sorted(at for at in some if wanted <= rules[at].services)
    if whole:
        return {whole[0]}
    union = reduce(IntervalSet.__or__, (rules[at].services for at in sorted(some)), EMPTY)
    return (
        {at for at in some if not wanted.isdisjoint(rules[at].services)}
        if wanted <= union
        else set()
    )


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
