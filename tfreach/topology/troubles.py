"""A network as planned in; what AWS would refuse of it, in sentences, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, groupby

from tfreach.topology.network import InternetGateway, Subnet, Vpc


def troubles(
    vpcs: Mapping[str, Vpc],
    subnets: Mapping[str, Subnet],
    gateways: Mapping[str, InternetGateway],
) -> tuple[str, ...]:
    """What cannot be applied as it is planned. Only what is surely so."""
    return tuple(sorted({*_outside(vpcs, subnets), *_overlaps(subnets), *_two_doors(gateways)}))


def _outside(vpcs: Mapping[str, Vpc], subnets: Mapping[str, Subnet]) -> Iterator[str]:
    """A subnet's block is one of its VPC's (VPC:subnet-sizing)."""
    for subnet in subnets.values():
        vpc = vpcs[subnet.vpc]
        if not subnet.unknown and not vpc.unknown and not subnet.cidr <= vpc.cidrs:
            yield f"AWS refuses {subnet.id}: its address block is not within {vpc.id}"


def _overlaps(subnets: Mapping[str, Subnet]) -> Iterator[str]:
    """The blocks of a VPC's subnets do not overlap (VPC:subnet-sizing)."""
    known = sorted(
        ((one.vpc, lo, hi, one.id) for one in subnets.values() if not one.unknown
         for lo, hi in one.cidr.spans)
    )  # fmt: skip
    for _, spans in groupby(known, key=lambda span: span[0]):
        reached, holder = -1, ""
        for _, lo, hi, id_ in spans:
            if lo <= reached and id_ != holder:
                yield f"AWS refuses {id_} or {holder}: their address blocks overlap"
            if hi > reached:
                reached, holder = hi, id_


def _two_doors(gateways: Mapping[str, InternetGateway]) -> Iterator[str]:
    """A VPC has one internet gateway at most (VPC:VPC_Internet_Gateway)."""
    sure = [one for _, one in sorted(gateways.items()) if one.vpc.sure]
    for one, other in combinations(sure, 2):
        if one.vpc == other.vpc:
            yield f"AWS refuses {other.id} or {one.id}: both are attached to {one.vpc.ids[0]}"
