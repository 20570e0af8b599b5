"""A target of a load balancer whose groups do not let its port in."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names, services_words
from tfreach.topology.balance import Target
from tfreach.topology.network import Interface, Network, TargetGroup


def look(view: View) -> Iterator[Found]:
    for _, group in sorted(view.network.target_groups.items()):
        for target in group.targets:
            for face in _faces(view.network, target):
                rules = view.rules(face.groups, ingress=True)
                wanted = target.services
                if rules is not None and all(wanted.isdisjoint(rule.services) for rule in rules):
                    yield _found(group, target, face)
                    break


def _faces(network: Network, target: Target) -> tuple[Interface, ...]:
    """The interfaces that are meant, where it is known all that is sent there."""
    end = network.endpoints.get(target.endpoint)
    if end is None or target.unknown or not target.services or end.inbound:
        return ()
    return tuple(one for one in end.interfaces if target.interface in ("", one.id))


def _found(group: TargetGroup, target: Target, face: Interface) -> Found:
    groups = [slot.ids[0] for slot in face.groups]
    what = (
        f"{group.id} sends {services_words(target.services)} to {target.endpoint}, and no rule of "
        f"{names(groups)} lets that in"
    )
    return Found(group.id, what, target.endpoint, (target.endpoint, *groups))


LINT = Lint(
    id="target-closed",
    severity=ERROR,
    summary="A load balancer sends to a port that the groups of the target do not let in",
    why="""\
A target judges what a load balancer sends it by its own groups. Without a rule for the port it
is never healthy, and clients get an error from the load balancer.""",
    fix="permit that port from the group of the load balancer, in a group of the target",
    facts=("F76",),
    wrong="""\
resource "aws_lb_target_group" "app" {
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_target_group_attachment" "app" {
  target_group_arn = aws_lb_target_group.app.arn
  target_id        = aws_instance.app.id
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 80 # the targets are sent 8080
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
""",
    right="""\
resource "aws_lb_target_group" "app" {
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_target_group_attachment" "app" {
  target_group_arn = aws_lb_target_group.app.arn
  target_id        = aws_instance.app.id
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
""",
    look=look,
)
