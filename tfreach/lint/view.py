"""One network in; what lints ask of it again and again, each found once, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from tfreach.engine.filters import Acl, Slots
from tfreach.engine.junctions import Junction
from tfreach.engine.paths import Paths
from tfreach.engine.pieces import cut
from tfreach.engine.routes import NoRoute, Way
from tfreach.engine.verdicts import Options
from tfreach.records import dataclass
from tfreach.space.bounds import Bounds
from tfreach.space.headers import ALL_OF, ALL_SERVICES, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import (
    Blackhole,
    Endpoint,
    Interface,
    Network,
    OneOf,
    Rule,
    Subnet,
    ToInternet,
)

T = TypeVar("T")

Roads = tuple[tuple[IntervalSet, tuple[Way, ...]], ...]
"""Pieces of the Internet, and where a packet to each of them goes: one way where that is sure."""


@dataclass(frozen=True, slots=True)
class Face:
    """An interface, and the endpoint that it belongs to."""

    endpoint: Endpoint
    interface: Interface

    @property
    def subnets(self) -> tuple[str, ...]:
        """Where it is, or may be."""
        return tuple(dict.fromkeys(site.subnet for site in self.interface.sites))


class View:
    """A network as lints see it.

    options   the client ports that replies must reach
    paths     all ways of it, compiled as they are asked for
    """

    def __init__(self, network: Network, options: Options) -> None:
        self.network = network
        self.options = options
        self.paths = Paths(network)
        self._roads: dict[tuple[OneOf, Family], Roads] = {}
        self._open: dict[tuple[Slots, bool, Family], Bounds] = {}
        self._kept: dict[Callable[[View], Any], Any] = {}

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """Every interface of every endpoint, by id of the endpoint."""
        return tuple(
            Face(end, interface)
            for _, end in sorted(self.network.endpoints.items())
            for interface in end.interfaces
        )

    @cached_property
    def in_subnet(self) -> Mapping[str, tuple[Face, ...]]:
        """Subnet -> the interfaces that are there, or may be."""
        found: dict[str, list[Face]] = {}
        for face in self.faces:
            for id_ in face.subnets:
                found.setdefault(id_, []).append(face)
        return {id_: tuple(held) for id_, held in found.items()}

    @cached_property
    def _by_vpc(self) -> Mapping[str, tuple[Face, ...]]:
        found: dict[str, dict[int, Face]] = {}
        for id_, faces in self.in_subnet.items():
            if id_ in self.network.subnets:
                held = found.setdefault(self.network.subnets[id_].vpc, {})
                held |= {id(face): face for face in faces}
        return {id_: tuple(held.values()) for id_, held in found.items()}

    def in_vpc(self, vpc: str) -> tuple[Face, ...]:
        """The interfaces that are in a VPC, or may be."""
        return self._by_vpc.get(vpc, ())

    @cached_property
    def carriers(self) -> Mapping[str, tuple[Face, ...]]:
        """Security group -> the interfaces that carry it, or may carry it."""
        found: dict[str, list[Face]] = {}
        for face in self.faces:
            for id_ in dict.fromkeys(id_ for slot in face.interface.groups for id_ in slot.ids):
                found.setdefault(id_, []).append(face)
        return {id_: tuple(held) for id_, held in found.items()}

    @cached_property
    def carried_unseen(self) -> bool:
        """Whether any group may be carried by an interface of which it is not known what it
        carries, or by what is no part of the model."""
        unsure = any(slot.open for face in self.faces for slot in face.interface.groups)
        return unsure or bool(self.network.unmodelled)

    def idle(self, group: str) -> bool:
        """Whether surely nothing carries a group that is managed here."""
        known = self.network.groups.get(group)
        managed = known is not None and known.origin.text == "security group"
        return managed and group not in self.carriers and group not in self.network.homes.used

    @cached_property
    def subnets(self) -> tuple[Subnet, ...]:
        """All of them, by id."""
        return tuple(one for _, one in sorted(self.network.subnets.items()))

    def junction(self, subnet: Subnet) -> Junction:
        """A subnet with its table and ACL, compiled."""
        return self.paths.junctions.at(subnet.id)

    def world(self, family: Family) -> IntervalSet:
        """The public addresses of one family outside this network."""
        return self.network.internet & ALL_OF[family]

    def roads(self, subnet: Subnet, family: Family) -> Roads:
        """Where what a subnet sends to the Internet goes."""
        key = subnet.table, family
        if key not in self._roads:
            table = self.junction(subnet).table
            pieces = cut(self.world(family), [table.segments])
            self._roads[key] = tuple((piece, table.at(piece.first).ways) for piece in pieces)
        return self._roads[key]

    def mainly(self, subnet: Subnet, family: Family) -> Way | None:
        """Where a subnet surely sends most of the Internet; None where that is not sure."""
        roads = self.roads(subnet, family)
        if not roads:
            return None
        _, ways = max(roads, key=lambda road: road[0].count)
        return ways[0] if len(ways) == 1 else None

    def never(self, subnet: Subnet, family: Family, *kinds: type) -> bool:
        """Whether whatever a subnet sends to the Internet surely goes by one of these ways."""
        ways = [way for _, found in self.roads(subnet, family) for way in found]
        return bool(ways) and all(isinstance(way, kinds) for way in ways)

    def leads_out(self, subnet: Subnet, family: Family) -> ToInternet | None:
        """The internet gateway of its VPC to which a subnet surely sends most of the Internet."""
        way = self.mainly(subnet, family)
        if not isinstance(way, ToInternet):
            return None
        gateway = self.network.internet_gateways.get(way.gateway)
        attached = gateway is not None and gateway.vpc.sure and gateway.vpc.ids[0] == subnet.vpc
        return way if attached else None

    def open_to_anyone(self, slots: Slots, *, ingress: bool, family: Family) -> Bounds:
        """The services that groups permit from, or to, every public address: surely those of a rule
        for all of them; possibly what some addresses have in common, near and far."""
        key = slots, ingress, family
        if key not in self._open:
            world = self.world(family)
            groups = self.paths.groups(slots, ingress=ingress)
            ends = [end for span in world.spans[:1] + world.spans[-1:] for end in span]
            may = Bounds.exactly(ALL_SERVICES if world else EMPTY)
            for end in ends:
                may = may & groups.permits(end)
            found = [one.services for one in self._wide(slots, ingress, world)]
            must = IntervalSet.of(span for one in found for span in one.spans)
            self._open[key] = Bounds(must, must | may.may)
        return self._open[key]

    def _wide(self, slots: Slots, ingress: bool, world: IntervalSet) -> list[Rule]:
        """The rules of the groups that are surely carried which surely hold all these addresses."""
        known = [self.network.groups.get(slot.ids[0]) for slot in slots if slot.sure]
        rules = [r for one in known if one for r in (one.ingress if ingress else one.egress)]
        plain = (r for r in rules if not (r.group or r.unknown or r.aws_service))
        return [rule for rule in plain if world and world <= rule.peers]

    def kept(self, make: Callable[[View], T]) -> T:
        """What several lints ask for, made once."""
        if make not in self._kept:
            self._kept[make] = make(self)
        found: T = self._kept[make]
        return found

    def rules(self, slots: Slots, *, ingress: bool) -> tuple[Rule, ...] | None:
        """Every rule of an interface's groups; None where these are not all known."""
        found: list[Rule] = []
        for slot in slots:
            group = self.network.groups.get(slot.ids[0]) if slot.sure else None
            if group is None:
                return None
            found += group.ingress if ingress else group.egress
        return tuple(found) if slots else None

    def may_send_out(self, slots: Slots, family: Family) -> bool:
        """Whether groups may let anything out to any public address."""
        groups = self.paths.groups(slots, ingress=False)
        pieces = cut(self.world(family), [groups.segments])
        return any(groups.permits(piece.first).may for piece in pieces)

    def known_subnets(self, face: Face) -> tuple[Subnet, ...] | None:
        """Where an interface is; None where that is not known."""
        if face.interface.unknown or not face.interface.sites:
            return None
        found = [self.network.subnets.get(id_) for id_ in face.subnets]
        return None if None in found else tuple(one for one in found if one is not None)

    def vpcs_of(self, faces: Iterator[Face] | tuple[Face, ...]) -> set[str] | None:
        """The VPCs in which these interfaces are; None where that is not known of one of them."""
        found: set[str] = set()
        for face in faces:
            subnets = self.known_subnets(face)
            if subnets is None:
                return None
            found |= {one.vpc for one in subnets}
        return found


def everywhere(judge: Acl, world: IntervalSet) -> Bounds:
    """The services that an ACL permits of every one of these addresses."""
    found = Bounds.exactly(ALL_SERVICES if world else EMPTY)
    for piece in cut(world, [judge.segments]):
        found = found & judge.permits(piece.first)
    return found


RUNS = frozenset(
    (
        "autoscaling_group",
        "batch_compute_environment",
        "cloudwatch_event_target",
        "codebuild_project",
        "ecs_service",
        "ecs_task_set",
        "eks_node_group",
        "glue_connection",
        "instance",
        "lambda_function",
        "mwaa_environment",
        "sagemaker_notebook_instance",
        "scheduler_schedule",
    )
)
"""Kinds of endpoints that run the code of their users, which may call anybody."""

NOWHERE = (NoRoute, Blackhole)
"""Ways on which everything is lost."""
