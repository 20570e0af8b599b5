"""Something that carries the default security group of its VPC."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import INFO, Found, Lint
from tfreach.lint.view import View

DEFAULT = " (default security group)"


def look(view: View) -> Iterator[Found]:
    for face in view.faces:
        for slot in face.interface.groups:
            if slot.sure and slot.ids[0].endswith(DEFAULT):
                vpc = slot.ids[0].removesuffix(DEFAULT)
                what = (
                    f"{face.endpoint.id} carries the default security group of {vpc}, which is not "
                    f"managed here: all that carries it may talk to each other"
                )
                yield Found(
                    face.endpoint.address or face.endpoint.id, what, face.interface.id, (vpc,)
                )


LINT = Lint(
    id="default-group-in-use",
    severity=INFO,
    summary="Something carries the default security group, which nobody manages here",
    why="""\
What names no group gets the default one of its VPC. All that carries it may talk to all else
that carries it, and a rule that somebody adds there by hand opens all of it at once.""",
    fix="name a security group of its own, or manage the default one (aws_default_security_group)",
    facts=("F4",),
    wrong="""\
resource "aws_instance" "app" {
  subnet_id = aws_subnet.private.id
}
""",
    right="""\
resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.app.id]
}

resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id
}
""",
    look=look,
)
