"""A rule that lets everybody in by IPv6, on hosts that nobody but a few gets into by IPv4."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import WARNING, Found, Lint
from tfreach.lint.view import Face, View
from tfreach.lint.words import names, services_words
from tfreach.space.headers import ALL_IPV4, ALL_IPV6, TCP, UDP, Family, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Rule, Tri

WITH_PORTS = services(TCP) | services(UDP)


def look(view: View) -> Iterator[Found]:
    for id_ in sorted(view.carriers):
        group = view.network.groups.get(id_)
        hosts = [face for face in view.carriers[id_] if _dual(face, id_)]
        wide = [rule for rule in group.ingress if _everybody(view, rule)] if group else []
        for rule in wide if hosts else ():
            found = [(face.endpoint, _only_by_ipv6(view, face, rule)) for face in hosts]
            open_ = [(end, services_) for end, services_ in found if services_]
            if open_:
                what = (
                    f"{rule.origin.text} in {id_} opens {services_words(open_[0][1])} of "
                    f"{names(end.id for end, _ in open_)} to everybody by IPv6, which nothing "
                    f"opens to everybody by IPv4"
                )
                also = (id_, *(end.address for end, _ in open_ if end.address))
                own = rule.origin
                yield Found(own.address, what, f"ingress {own.text}", also, own.part)


def _dual(face: Face, group: str) -> bool:
    """Whether it surely carries the group, and has addresses of both families, of IPv6 public
    ones."""
    one = face.interface
    held = [site.addresses for site in one.sites]
    both = held and all(
        not addresses.isdisjoint(ALL_IPV6) and not addresses.isdisjoint(ALL_IPV4)
        for addresses in held
    )
    sure = any(slot.sure and slot.ids[0] == group for slot in one.groups)
    return bool(both) and sure and not one.no_ipv6 and one.of(Family.IPV6).public.has is Tri.YES


def _everybody(view: View, rule: Rule) -> bool:
    world = view.world(Family.IPV6)
    plain = rule.group is None and not rule.unknown and not rule.aws_service
    return plain and bool(world) and world <= rule.peers and bool(rule.origin.address)


def _only_by_ipv6(view: View, face: Face, rule: Rule) -> IntervalSet:
    """The services of a rule that the groups of an interface do not open to everybody by IPv4."""
    four = view.open_to_anyone(face.interface.groups, ingress=True, family=Family.IPV4).may
    return (rule.services & WITH_PORTS) - four


LINT = Lint(
    id="ipv6-open-ipv4-closed",
    severity=WARNING,
    summary="A security group opens to everybody by IPv6 what it does not open by IPv4",
    why="""\
IPv4 and IPv6 are permitted apart, and a public IPv6 address needs no NAT. A port that was
narrowed to an office by IPv4 and left open to ::/0 is open.""",
    fix="narrow the IPv6 blocks of the rule as those of IPv4",
    facts=("F16", "F58"),
    wrong="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.dual.id

  ingress {
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["203.0.113.0/24"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.dual.id
  vpc_security_group_ids = [aws_security_group.app.id]
  ipv6_addresses         = ["2600:1f18:1234:5600::10"]
}
""",
    right="""\
resource "aws_security_group" "app" {
  vpc_id = aws_vpc.dual.id

  ingress {
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["203.0.113.0/24"]
    ipv6_cidr_blocks = ["2600:1f18:abc::/48"]
  }
}

resource "aws_instance" "app" {
  subnet_id              = aws_subnet.dual.id
  vpc_security_group_ids = [aws_security_group.app.id]
  ipv6_addresses         = ["2600:1f18:1234:5600::10"]
}
""",
    look=look,
)
