"""The switch of Block Public Access and its exclusions in; what it stops of each subnet, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from tfreach.plan.references import Link
from tfreach.resources.public_access import PublicAccessExclusion, PublicAccessOptions
from tfreach.topology.doors import Barrier
from tfreach.topology.ground import Ground
from tfreach.topology.network import OneOf, Origin, Subnet, Tri
from tfreach.topology.peerings import region_of

OFF, BOTH, INGRESS = "off", "block-bidirectional", "block-ingress"
MODES: Final = (OFF, BOTH, INGRESS)
FREE, EGRESS, NONE = "allow-bidirectional", "allow-egress", ""
EXCLUSIONS: Final = (FREE, EGRESS)


def build_barriers(ground: Ground, subnets: Mapping[str, Subnet]) -> dict[str, Barrier]:
    """Subnet -> what Block Public Access stops there; one that is missing meets nothing of it."""
    options = ground.now.of(PublicAccessOptions)
    exclusions = ground.now.of(PublicAccessExclusion)
    if not options and not exclusions:
        return {}
    hints = () if options else (Origin(exclusions[0].key, "says that it may be on"),)
    found: dict[str, Barrier] = {}
    for key, subnet in subnets.items():
        modes, why, switches = _modes(ground, options, subnet)
        excluded, doubt, ties = _exclusions(ground, exclusions, subnet)
        stops = [_stops(mode, one) for mode, one in product(modes, excluded)]
        inward, outward, by_nat = (_either(answers) for answers in zip(*stops, strict=True))
        origins = (*switches, *ties) or hints
        if origins:
            unsure = Tri.MAYBE in (inward, outward, by_nat)
            reason = "; ".join(filter(None, (why, doubt))) if unsure else ""
            found[key] = Barrier(origins[0].address, inward, outward, by_nat, reason, origins)
    return found


def _stops(mode: str, exclusion: str) -> tuple[bool, bool, bool]:
    """Whether connections inwards, outwards and of a NAT gateway are stopped (F59). An exclusion
    for egress counts in the bidirectional mode only; in the ingress mode nothing but NAT gateways
    and egress-only gateways gets out."""
    if mode == OFF or exclusion == FREE:
        return False, False, False
    if mode == INGRESS:
        return True, True, False
    return True, exclusion != EGRESS, exclusion != EGRESS


def _either(answers: tuple[bool, ...]) -> Tri:
    if len(set(answers)) > 1:
        return Tri.MAYBE
    return Tri.YES if answers[0] else Tri.NO


def _modes(
    ground: Ground, options: tuple[PublicAccessOptions, ...], subnet: Subnet
) -> tuple[tuple[str, ...], str, tuple[Origin, ...]]:
    """The modes it may be in for a subnet, why it is not known which, and what says so."""
    region = region_of(ground, OneOf((subnet.vpc,)))
    here = [one for one in options if not (region and one.region) or one.region == region]
    if not options:
        if _was_switched(ground):
            return (OFF,), "", ()
        return MODES, "whether Block Public Access is on is not in this plan", ()
    ties = tuple(Origin(one.key, _said(one)) for one in here)
    if not here:
        return (OFF,), "", ()
    if len(here) == 1 and here[0].mode in MODES:
        return (str(here[0].mode),), "", ties
    known = {str(one.mode) for one in here if one.mode in MODES}
    sure = all(one.mode in MODES for one in here)
    why = f"the mode of {' or '.join(one.key for one in here)} is not known"
    return tuple(sorted(known)) if sure else MODES, why, ties


def _was_switched(ground: Ground) -> bool:
    """Whether the switch stood here before: deleting it switches Block Public Access off."""
    return ground.before is not None and bool(ground.before.of(PublicAccessOptions))


def _said(one: PublicAccessOptions) -> str:
    return f"Block Public Access: {one.mode if one.mode in MODES else 'not known'}"


def _exclusions(
    ground: Ground, exclusions: tuple[PublicAccessExclusion, ...], subnet: Subnet
) -> tuple[tuple[str, ...], str, tuple[Origin, ...]]:
    """The exclusions that may hold for a subnet, why it is not known which, and what makes them.
    Which of two counts, that of the VPC or that of the subnet, is not documented."""
    sure: dict[str, None] = {}
    maybe: dict[str, None] = {}
    ties: list[Origin] = []
    for one in exclusions:
        answer = _excludes(ground, one, subnet)
        if answer is Tri.NO:
            continue
        modes = (str(one.mode),) if one.mode in EXCLUSIONS else EXCLUSIONS
        (sure if answer is Tri.YES else maybe).update(dict.fromkeys(modes))
        ties.append(Origin(one.key, f"excludes {subnet.id} ({' or '.join(modes)})"))
    found = {**sure, **maybe} if sure else {NONE: None, **maybe}
    names = " or ".join(tie.address for tie in ties)
    why = f"whether {names} excludes {subnet.id}, and how, is not known" if len(found) > 1 else ""
    return tuple(found), why, tuple(ties)


def _excludes(ground: Ground, one: PublicAccessExclusion, subnet: Subnet) -> Tri:
    found = list(_led(ground, ((one.vpc, subnet.vpc), (one.subnet, subnet.id))))
    if Tri.YES in found:
        return Tri.YES
    return Tri.MAYBE if Tri.MAYBE in found else Tri.NO


def _led(ground: Ground, links: tuple[tuple[Link, str], ...]) -> Iterator[Tri]:
    for link, key in links:
        if link.unset:
            continue
        if link.sure:
            yield Tri.YES if ground.canonical(link.targets[0]) == key else Tri.NO
        else:
            yield Tri.MAYBE if ground.may_lead(link, key) else Tri.NO
