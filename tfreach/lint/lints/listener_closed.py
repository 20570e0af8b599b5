"""A listener on a port that no group of its load balancer lets in."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names, services_words
from tfreach.topology.network import PRIVATE_LINK


def look(view: View) -> Iterator[Found]:
    for id_, balancer in sorted(view.network.balancers.items()):
        end = view.network.endpoints.get(id_)
        if end is None or balancer.kind in ("gateway", PRIVATE_LINK) or not end.interfaces:
            continue
        slots = end.interfaces[0].groups
        rules = view.rules(slots, ingress=True)
        for listener in balancer.listeners if rules is not None else ():
            shut = all(listener.services.isdisjoint(rule.services) for rule in rules or ())
            if shut and not listener.unknown and listener.services:
                groups = [slot.ids[0] for slot in slots]
                what = (
                    f"{listener.id} listens to {services_words(listener.services)}, and no rule of "
                    f"{names(groups)} lets that in"
                )
                yield Found(listener.id, what, also=(id_, *groups))


LINT = Lint(
    id="listener-closed",
    severity=ERROR,
    summary="A load balancer listens to a port that its security groups let nobody in by",
    why="""\
The groups of a load balancer judge its clients. A listener on a port for which they have no rule
is never reached: often a port was added to the one and forgotten in the other.""",
    fix="permit the port of the listener, from the clients, in a group of the load balancer",
    facts=("F76",),
    wrong="""\
resource "aws_lb" "web" {
  internal        = true
  subnets         = [aws_subnet.private.id]
  security_groups = [aws_security_group.lb.id]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
}

resource "aws_security_group" "lb" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
""",
    right="""\
resource "aws_lb" "web" {
  internal        = true
  subnets         = [aws_subnet.private.id]
  security_groups = [aws_security_group.lb.id]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
}

resource "aws_security_group" "lb" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
""",
    look=look,
)
