"""A security group that nothing carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tfreach.lint.model import INFO, Found, Lint, Unsure
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.topology.network import Network


def look(view: View) -> Iterator[Found | Unsure]:
    if view.carried_unseen:
        for face in view.faces:
            for slot in face.interface.groups:
                if slot.open and slot.reason:
                    yield Unsure(face.endpoint.address or face.endpoint.id, slot.reason)
        return
    named = _named(view.network)
    for id_ in sorted(view.network.groups):
        if view.idle(id_) and "aws_default_security_group." not in id_:
            others = [one for one in named.get(id_, ()) if one != id_]
            more = f"; rules of {names(others)} name it" if others else ""
            yield Found(id_, f"nothing here carries {id_}{more}", also=tuple(others))


def _named(network: Network) -> Mapping[str, tuple[str, ...]]:
    """Group -> the groups with a rule that names it."""
    found: dict[str, dict[str, None]] = {}
    for id_, group in sorted(network.groups.items()):
        for rule in (*group.ingress, *group.egress):
            if rule.group:
                found.setdefault(rule.group, {})[id_] = None
    return {id_: tuple(others) for id_, others in found.items()}


LINT = Lint(
    id="group-unused",
    severity=INFO,
    summary="Nothing carries a security group",
    why="""\
Its rules judge nothing. Whoever reads them believes that something is guarded by them, and rules
of other groups that name it match nobody. What another stack, or Kubernetes, gives it to is not
seen.""",
    fix="give it to what it is for, or remove it",
    facts=("F1", "F5"),
    wrong="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_instance" "app" {
  subnet_id = aws_subnet.private.id # carries the default group
}
""",
    right="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
""",
    look=look,
)
