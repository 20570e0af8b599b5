"""Two VPCs that something joins and that have addresses in common."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import ERROR, Found, Lint
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.space.headers import addresses_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Network, Tri


def look(view: View) -> Iterator[Found]:
    network = view.network
    for _, peering in sorted(network.peerings.items()):
        ends = [end.ids[0] for end in peering.ends if end.sure]
        if len(ends) == 2:
            yield from _overlap(network, peering.id, (ends[0], ends[1]), "AWS refuses it")
    for table, members in sorted(_routed(network).items()):
        for at, (attachment, vpc) in enumerate(members):
            for _, other in members[:at]:
                why = f"{table} sends what is for both to one of them"
                yield from _overlap(network, attachment, (other, vpc), why)


def _routed(network: Network) -> dict[str, list[tuple[str, str]]]:
    """Transit gateway table -> the VPCs that are routed by it, each with its attachment."""
    found: dict[str, list[tuple[str, str]]] = {}
    for id_, one in sorted(network.attachments.items()):
        if one.table.sure and one.vpc.sure and one.active is not Tri.NO:
            found.setdefault(one.table.ids[0], []).append((id_, one.vpc.ids[0]))
    return found


def _overlap(network: Network, by: str, vpcs: tuple[str, str], why: str) -> Iterator[Found]:
    held = [_known(network, vpc) for vpc in vpcs]
    common = held[0] & held[1]
    if common and vpcs[0] != vpcs[1]:
        blocks = names(addresses_text(common))
        what = f"{vpcs[0]} and {vpcs[1]}, which {by} joins, both have {blocks}: {why}"
        yield Found(by, what, f"{vpcs[0]} {vpcs[1]}", vpcs)


def _known(network: Network, vpc: str) -> IntervalSet:
    """The addresses of a VPC; none where they are not all known."""
    found = network.vpcs.get(vpc)
    return IntervalSet() if found is None or found.unknown else found.cidrs


LINT = Lint(
    id="overlapping-vpcs",
    severity=ERROR,
    summary="Two VPCs that are joined have addresses in common",
    why="""\
AWS makes no peering between VPCs whose blocks overlap, and a transit gateway does not propagate
a block that it has already: for addresses of both VPCs it knows one way only. Inside each VPC
its own local route wins, so the two never talk.""",
    fix="give the VPCs blocks of their own (aws_vpc_ipam can), or join them by PrivateLink",
    facts=("F62", "F66"),
    wrong="""\
resource "aws_vpc" "copy" {
  cidr_block = "10.0.0.0/16" # that of aws_vpc.main
}

resource "aws_vpc_peering_connection" "copy" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.copy.id
  auto_accept = true
}
""",
    right="""\
resource "aws_vpc" "copy" {
  cidr_block = "10.7.0.0/16"
}

resource "aws_vpc_peering_connection" "copy" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.copy.id
  auto_accept = true
}
""",
    look=look,
)
