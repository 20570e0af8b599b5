"""Peering connections of an inventory in; those of the model, and what routes to them mean, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.records import dataclass
from tfreach.resources.peering import PeeringAccepter, PeeringConnection, PeeringOptions
from tfreach.resources.vpc import Subnet
from tfreach.topology.between import Peering
from tfreach.topology.ground import Ground
from tfreach.topology.network import (
    NO_ORIGIN,
    Blackhole,
    Elsewhere,
    OneOf,
    Origin,
    Target,
    ToPeering,
    Tri,
    Vpc,
)

OVER = frozenset({"failed", "expired", "rejected", "deleting", "deleted"})
ACCEPTED = frozenset({"active", "provisioning"})
ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]")
ARN = re.compile(r"arn:[^:]*:ec2:([^:]+):")


@dataclass(frozen=True, slots=True)
class _State:
    active: Tri
    why: str = ""
    accepted: Origin = NO_ORIGIN


def build_peerings(ground: Ground, vpcs: Mapping[str, Vpc]) -> dict[str, Peering]:
    """Every peering connection by key; of one that is requested elsewhere, the accepter's side."""
    found: dict[str, Peering] = {}
    for item in ground.now.of(PeeringConnection):
        ends = (_end(ground, item.vpc, item.key), _end(ground, item.peer, item.key))
        same_region = _same_region(ground, item, ends)
        state = _state(ground, item, ends, vpcs, same_region)
        found[item.key] = Peering(
            item.key,
            ends,
            state.active,
            state.why,
            same_region,
            state.accepted,
            Origin(item.key, f"joins {_named(ends[0])} and {_named(ends[1])}"),
        )
    for side in ground.now.of(PeeringAccepter):
        if side.peering.sure and (key := side.peering.targets[0]) not in found:
            found[key] = _foreign(ground, side, key)
    return found


def peering_targets(
    ground: Ground, key: str, passed: frozenset[str] = frozenset()
) -> Iterator[Target]:
    """Where a route to a peering connection leads; its key may be that of what accepts it.

    passed   what was looked through before: names that are not known may lead back to one
    """
    sides: list[PeeringAccepter | PeeringOptions] = [*ground.now.of(PeeringAccepter)]
    sides += ground.now.of(PeeringOptions)
    tied = next((side.peering for side in sides if side.key == key), None)
    if tied is not None:
        for one in tied.targets:
            if one not in passed:
                yield from peering_targets(ground, one, passed | {key})
        if tied.open or not tied.targets:
            yield Elsewhere(tied.reason or f"which peering connection {key} is for is not known")
        return
    if _deleted(ground, key):
        yield Blackhole(f"{key} is gone")
    elif key in _known(ground):
        yield ToPeering(key)
    else:
        yield Elsewhere(f"a peering connection, {key}")


def _known(ground: Ground) -> set[str]:
    found = {item.key for item in ground.now.of(PeeringConnection)}
    sides = ground.now.of(PeeringAccepter)
    return found | {side.peering.targets[0] for side in sides if side.peering.sure}


def _deleted(ground: Ground, key: str) -> bool:
    """Only the requester's resource deletes a connection, that of the accepter just lets it go."""
    there = ground.before.of(PeeringConnection) if ground.before else ()
    here = {item.cloud_id for item in ground.now.of(PeeringConnection)}
    return key not in here and key in {item.cloud_id for item in there if item.managed}


def _end(ground: Ground, link: Link, key: str) -> OneOf:
    if link.unset:
        return OneOf((), True, f"which VPCs {key} joins is not known")
    return ground.one_of(link)


def _named(end: OneOf) -> str:
    return " or ".join(end.ids) or "an unknown VPC"


def _sides(ground: Ground, key: str) -> list[PeeringAccepter]:
    """What accepts, or may accept, a connection."""
    sides = ground.now.of(PeeringAccepter)
    return [side for side in sides if ground.may_lead(side.peering, key)]


def _state(
    ground: Ground,
    item: PeeringConnection,
    ends: tuple[OneOf, OneOf],
    vpcs: Mapping[str, Vpc],
    same_region: Tri,
) -> _State:
    """Whether it is accepted: by itself, by a resource, or as AWS says (F62)."""
    sides = _sides(ground, item.key)
    if item.status in ACCEPTED:
        return _State(Tri.YES, accepted=_origin(sides))
    if item.status in OVER:
        return _State(Tri.NO, f"{item.key} is {item.status}")
    if overlap := _overlap(ends, vpcs):
        return _State(Tri.NO, f"{item.key} cannot be made: {overlap}")
    if item.accepts is True and same_region is Tri.YES:
        return _State(Tri.YES)
    for side in sides:
        if side.peering.sure and side.accepts is True:
            return _State(Tri.YES, accepted=_origin([side]))
    return _unaccepted(ground, item, sides, ends)


def _unaccepted(
    ground: Ground, item: PeeringConnection, sides: list[PeeringAccepter], ends: tuple[OneOf, OneOf]
) -> _State:
    """Nothing here surely accepts it: whether somebody else does."""
    if isinstance(item.accepts, Unknown):
        return _State(Tri.MAYBE, f"auto_accept of {item.key} is not known before apply")
    if item.accepts:
        return _State(Tri.MAYBE, f"{item.key} cannot accept a connection to another Region")
    for side in sides:
        if side.accepts is True or isinstance(side.accepts, Unknown):
            why = f"whether {side.key} accepts {item.key} is not known before apply"
            return _State(Tri.MAYBE, why, _origin([side]))
    elsewhere = not all(_managed(ground, end) for end in ends)
    if isinstance(item.status, str) and not (ground.is_state and elsewhere):
        return _State(Tri.NO, f"{item.key} is {item.status}: nobody has accepted it")
    if elsewhere:
        return _State(Tri.MAYBE, f"whether the other side accepts {item.key} is not in this plan")
    return _State(Tri.NO, f"nothing here accepts {item.key}")


def _managed(ground: Ground, end: OneOf) -> bool:
    """Whether the VPC at that end is made here, so that what accepts would be here too."""
    return end.sure and end.ids[0] in ground.vpcs and ground.now.raws[end.ids[0]].mode == "managed"


def _origin(sides: list[PeeringAccepter]) -> Origin:
    sure = [side for side in sides if side.peering.sure]
    return Origin(sure[0].key, f"accepts {sure[0].peering.targets[0]}") if sure else NO_ORIGIN


def _overlap(ends: tuple[OneOf, OneOf], vpcs: Mapping[str, Vpc]) -> str:
    """AWS makes no connection of VPCs whose blocks overlap anywhere (F62)."""
    if not (ends[0].sure and ends[1].sure):
        return ""
    one, other = (vpcs.get(end.ids[0]) for end in ends)
    if one is None or other is None or one.unknown or other.unknown:
        return ""
    if one.cidrs.isdisjoint(other.cidrs):
        return ""
    return f"the address blocks of {one.id} and {other.id} overlap"


def _foreign(ground: Ground, side: PeeringAccepter, key: str) -> Peering:
    """A connection that was requested elsewhere and is accepted here."""
    ends = (_end(ground, side.peer, key), _end(ground, side.vpc, key))
    state = _State(Tri.MAYBE, f"whether {key} is accepted is not known")
    if side.status in OVER:
        state = _State(Tri.NO, f"{key} is {side.status}")
    elif side.status in ACCEPTED or side.accepts is True:
        state = _State(Tri.YES)
    regions = [region_of(ground, end) for end in ends]
    same = Tri.MAYBE
    if all(regions):
        same = Tri.YES if regions[0] == regions[1] else Tri.NO
    return Peering(key, ends, state.active, state.why, same, _origin([side]), Origin(key))


def _same_region(ground: Ground, item: PeeringConnection, ends: tuple[OneOf, OneOf]) -> Tri:
    """Whether both VPCs are in one Region (F8). Without a peer_region it is the requester's own."""
    mine = item.region or region_of(ground, ends[0])
    theirs = region_of(ground, ends[1])
    if not theirs and isinstance(item.peer_region, str):
        theirs = item.peer_region
    if mine and theirs:
        return Tri.YES if mine == theirs else Tri.NO
    return Tri.YES if item.peer_region is None else Tri.MAYBE


def region_of(ground: Ground, end: OneOf) -> str:
    """The Region of the VPC at an end, by what names it there; "" when nothing does."""
    if not end.sure or end.ids[0] not in ground.vpcs:
        return ""
    raw = ground.now.raws[end.ids[0]]
    region, arn = raw.text("region"), raw.text("arn")
    if isinstance(region, str) and region:
        return region
    if isinstance(arn, str) and (match := ARN.match(arn)):
        return match[1]
    subnets = [item for item in ground.now.of(Subnet) if item.vpc.sure]
    zones = [item.zone for item in subnets if ground.canonical(item.vpc.targets[0]) == end.ids[0]]
    found = {match[1] for zone in zones if (match := ZONE.fullmatch(zone))}
    return found.pop() if len(found) == 1 else ""
