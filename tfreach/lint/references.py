"""A view in; the rules of security groups that name another group, out."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.view import View
from tfreach.records import dataclass
from tfreach.topology.network import Rule


@dataclass(frozen=True, slots=True)
class References:
    """A rule of `group`, which something carries, that names another one."""

    group: str
    named: str
    rule: Rule
    ingress: bool

    @property
    def key(self) -> str:
        """What tells it from others of its resource, which may be an inline rule of the group."""
        return f"{'ingress' if self.ingress else 'egress'} {self.rule.origin.text}"


def references(view: View) -> Iterator[References]:
    """Of groups that something carries, or may; a group that names itself is left out, and a rule
    of which it is not known whether it means that group."""
    for id_ in sorted(view.carriers):
        group = view.network.groups.get(id_)
        sides = ((True, group.ingress), (False, group.egress)) if group else ()
        for ingress, rules in sides:
            for rule in rules:
                if rule.unknown or not rule.origin.address:
                    continue
                if rule.group and rule.group != id_:
                    yield References(id_, rule.group, rule, ingress)
