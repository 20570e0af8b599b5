"""A packet at a peering connection in; whether it passes, and which groups it keeps, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tfreach.engine.explain import Step, dead_end, group_step
from tfreach.engine.steps import Packet, every, interface_decides, leads, some
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Standing, Way
from tfreach.records import dataclass
from tfreach.space.headers import address_text, family_of
from tfreach.topology.network import Network, OneOf, Origin, Peering, Tri

PCX = "vpc_peering"


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether a path keeps the groups of the other side, so that rules may name them (F5, F8).

    code      explanation code where it does not, or where that is not known
    origins   what decides that
    """

    answer: Tri = Tri.YES
    code: str = ""
    why: str = ""
    origins: tuple[Origin, ...] = ()

    def of(self, groups: Sequence[OneOf]) -> tuple[OneOf, ...]:
        """The groups that a filter sees: none, all, or of each it is not known whether."""
        if self.answer is Tri.NO:
            return ()
        if self.answer is Tri.YES:
            return tuple(groups)
        return tuple(OneOf((*slot.ids, ""), slot.open, self.why) for slot in groups)


KEPT = Kept()


def through_groups_of(
    question: Question,
    way: Way,
    at: Standing,
    direction: str,
    groups: tuple[OneOf, ...],
    kept: Kept,
) -> Way:
    """The security groups of an interface judge what comes from, or goes to, another VPC.

    groups   of the interface at the other side, before the path has taken any of them away
    """
    seen = kept.of(groups)
    peer = way.header.dst if direction == "egress" else way.header.src
    packets = [Packet(peer, way.header.service, carriers) for carriers in (groups, seen)]
    whole, told = (interface_decides(question.network, at.interface, direction, p) for p in packets)
    step = group_step(told, at.interface, direction, packets[1])
    hop = step.hop
    if whole.permits is not told.permits:
        hop = replace(hop, codes=(kept.code, *hop.codes))
    if whole.rule and whole.rule.group:
        hop = replace(hop, origins=tuple(dict.fromkeys((*hop.origins, *kept.origins))))
    return way.take(replace(step, hop=hop))


def joins(peering: Peering, one: str, other: str) -> Tri:
    """Whether it joins these two VPCs, either way round."""
    first, second = peering.ends
    return some(
        (
            every(leads(first, one), leads(second, other)),
            every(leads(first, other), leads(second, one)),
        )
    )


def kept_by(peering: Peering) -> Kept:
    """Group references hold over a peering within one Region (F8)."""
    if peering.same_region is Tri.YES:
        return Kept(origins=_tied(peering))
    if peering.same_region is Tri.NO:
        return Kept(Tri.NO, "SG_REFERENCES_NOT_PRESERVED", origins=_tied(peering))
    why = f"whether {peering.id} joins two Regions is not known"
    return Kept(Tri.MAYBE, "UNKNOWN_PEERED_SGS", why, _tied(peering))


def joined_in_region(network: Network, one: str, other: str) -> Tri:
    """Whether an active peering within one Region joins two VPCs."""
    return some(
        every(joins(peering, one, other), peering.active, peering.same_region)
        for peering in network.peerings.values()
    )


def _tied(peering: Peering) -> tuple[Origin, ...]:
    ties = (peering.origin, peering.accepted)
    return tuple(dict.fromkeys(origin for origin in ties if origin.address))


def state(peering: Peering) -> Step | None:
    """Nothing passes a connection that was not accepted (F62); None when it surely was."""
    if peering.active is Tri.YES:
        return None
    if peering.active is Tri.MAYBE:
        text = f"may be active: {peering.why}"
        hop = Hop(peering.id, PCX, "route", text, origins=_tied(peering), unknown=peering.why)
        return Step(hop, Tri.MAYBE)
    end = Disposition.BLACKHOLE
    fix = f"have {peering.id} accepted"
    ties = _tied(peering)
    return dead_end(peering.id, PCX, "BAD_STATE", peering.why, fix, end=end, origins=ties)


def into_peer(network: Network, peering: Peering, address: int, from_: str, to: str) -> Step:
    """It carries what goes from one of its two VPCs to an address of the other, and no further: no
    transit, no gateway of the other side (F62)."""
    ties = _tied(peering)
    answer = joins(peering, from_, to)
    if answer is not Tri.NO:
        whys = [end.reason for end in peering.ends if not end.sure and end.reason]
        why = whys[0] if whys else f"which VPCs {peering.id} joins is not known"
        unknown = why if answer is Tri.MAYBE else ""
        hop = Hop(peering.id, PCX, "route", f"to {to}", origins=ties, unknown=unknown)
        return Step(hop, answer)
    if some(leads(end, from_) for end in peering.ends) is Tri.NO:
        text = f"{peering.id} is not a connection of {from_}"
        fix = f"route to a peering connection of {from_}"
        end = Disposition.BLACKHOLE
        return dead_end(peering.id, PCX, "BAD_STATE_ROUTE", text, fix, end=end, origins=ties)
    return no_transit(network, peering, address, from_)


def no_transit(network: Network, peering: Peering, address: int, from_: str) -> Step:
    """The other VPC does not have that address, and nothing lies behind it (F62)."""
    others = sorted({id for end in peering.ends for id in end.ids} - {from_})
    text = f"{address_text(address)} is not in {' or '.join(others) or 'the peer VPC'}"
    fix = f"connect {from_} with the VPC that has {address_text(address)}"
    code, ties = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", _tied(peering)
    return dead_end(peering.id, PCX, code, text, fix, origins=ties)


def may_lie_behind(network: Network, peering: Peering, address: int) -> str:
    """Why a VPC at an end of it may have an address that no VPC of the model has; "" if none."""
    for end in peering.ends:
        if end.open or not end.ids:
            return end.reason or f"a VPC that {peering.id} joins is not in this plan"
        for id in end.ids:
            if id not in network.vpcs:
                return f"the address blocks of {id} are not in this plan"
            doubt = network.vpcs[id].doubt(family_of(address))
            if doubt and address not in network.vpcs[id].cidrs:
                return doubt
    return ""
