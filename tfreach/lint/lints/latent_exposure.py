"""An interface that groups open to everybody, and that only a route or an ACL hides."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.engine.balancing import heard
from tfreach.engine.junctions import Place
from tfreach.engine.pieces import cut
from tfreach.engine.routes import NoRoute
from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import Face, View
from tfreach.lint.words import names, services_words
from tfreach.space.headers import TCP, UDP, Family, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    Blackhole,
    Subnet,
    ToEgressOnly,
    ToNat,
    ToPeering,
    ToTransit,
    ToVpn,
    Tri,
)

WITH_PORTS = services(TCP) | services(UDP)
ELSEWHERE = (NoRoute, Blackhole, ToEgressOnly, ToNat, ToPeering, ToTransit, ToVpn)


def look(view: View) -> Iterator[Found]:
    seen: dict[object, tuple[str, IntervalSet]] = {}
    for face in view.faces:
        subnets = view.known_subnets(face) or ()
        for family in Family if not face.endpoint.inbound else ():
            one = face.interface.of(family)
            if one.public.has is not Tri.YES or one.unknown or one.down:
                continue
            for subnet in subnets:
                held = [s for s in one.sites if s.subnet == subnet.id and s.addresses]
                key = subnet.id, family, one.groups, one.listens
                if held and key not in seen:
                    place = view.paths.place(one, held[0])
                    seen[key] = _hidden(view, face, place, subnet, family)
                if held and seen[key][1]:
                    yield _found(face, subnet, family, *seen[key])


def _found(face: Face, subnet: Subnet, family: Family, by: str, hidden: IntervalSet) -> Found:
    groups = [slot.ids[0] for slot in face.interface.groups if slot.sure]
    words = services_words(hidden)
    kind = "" if family is Family.IPV4 else " by IPv6"
    what = (
        f"{names(groups)} opens {words} of {face.endpoint.id} to everybody{kind}, and only {by} of "
        f"{subnet.id} keeps the Internet out"
    )
    key = f"{face.interface.id} {subnet.id} {family.value}"
    address = face.endpoint.address or face.endpoint.id
    return Found(address, what, key, (*groups, subnet.id))


def _hidden(
    view: View, face: Face, place: Place, subnet: Subnet, family: Family
) -> tuple[str, IntervalSet]:
    """What hides it, and the services that everybody may use by its groups and nobody can."""
    open_ = view.open_to_anyone(place.groups, ingress=True, family=family).must & WITH_PORTS
    open_ = open_ & heard(face.interface.listens).must
    barrier = view.network.barriers.get(subnet.id)
    if not open_ or not subnet.table.sure or (barrier and barrier.inward is not Tri.NO):
        return "", EMPTY
    if view.never(subnet, family, *ELSEWHERE):
        return f"the route table {subnet.table.ids[0]}", open_
    passed, delivered = EMPTY, EMPTY
    for piece in cut(view.world(family), view.paths.cuts_in(place)[0]):
        passed = passed | place.junction.entering.permits(piece.first).may
        fork = view.paths.from_internet(piece.first, place, place.addresses.first)
        delivered = IntervalSet.of(
            span for path in fork.paths for span in (*path.forward.may.spans, *delivered.spans)
        )
    shut = open_ - passed - delivered
    return (f"the network ACL {subnet.acl.ids[0]}", shut) if subnet.acl.sure else ("", EMPTY)


LINT = Lint(
    id="latent-exposure",
    severity=WARNING,
    summary="Open to everybody by its security groups, and hidden only by a route or a network ACL",
    why="""\
It has a public address, and its groups let everybody in. That nobody gets in is due to a route
that is not there, or to a network ACL: one change of the subnet, made for another host, opens
it.""",
    fix="narrow the rules of the group to those who need it, or take the public address away",
    facts=("F51", "F58"),
    wrong="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "app" {
  subnet_id                   = aws_subnet.private.id # no route to the internet gateway, yet
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.app.id]
}
""",
    right="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_instance" "app" {
  subnet_id                   = aws_subnet.private.id
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.app.id]
}
""",
    look=look,
)
