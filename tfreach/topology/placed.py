"""Placements of an inventory in; Endpoints of the model, with all their interfaces, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tfreach.plan.raw import Unknown
from tfreach.plan.references import How, Link, Links
from tfreach.resources.associations import EndpointGroup, EndpointSubnet
from tfreach.resources.exposure import Exposure
from tfreach.resources.ipv6 import BY_SUBNET, Ipv6
from tfreach.resources.manners import Bare
from tfreach.resources.placements import Place, Placement
from tfreach.resources.vpc import Subnet as TypedSubnet
from tfreach.resources.where import joined
from tfreach.topology.accepted import accepted, accepting
from tfreach.topology.addresses import by_subnet
from tfreach.topology.carried import carried
from tfreach.topology.faces import OWN, as_public
from tfreach.topology.filters import UNFILTERED
from tfreach.topology.ground import Ground
from tfreach.topology.launched import Launch, launches
from tfreach.topology.network import (
    NO_PUBLIC,
    Endpoint,
    Interface,
    OneOf,
    Origin,
    Public,
    Subnet,
    Tri,
)
from tfreach.topology.sites import Places, Sites, names
from tfreach.topology.ties import Ties

DATABASES = ("aws_rds_cluster", "aws_rds_cluster_instance", "aws_dms_replication_instance")
CLUSTERS = ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
LAUNCHERS = "instances that are launched already are taken to be as their launch template says now"


class Placed:
    """Builds the endpoints that the tables of placements describe."""

    def __init__(self, ground: Ground, subnets: Mapping[str, Subnet], sites: Sites) -> None:
        self._ground = ground
        self._subnets = subnets
        self._sites = sites
        self._maps = {item.key: item.public_addresses for item in ground.now.of(TypedSubnet)}
        self._all = {item.key: item for item in ground.now.of(Placement)}
        self._members = Ties(self._all.values(), lambda item: (item.member,))
        self._more_subnets = Ties(ground.now.of(EndpointSubnet), lambda tie: (tie.endpoint,))
        self._more_groups = Ties(ground.now.of(EndpointGroup), lambda tie: (tie.endpoint,))
        self._left = (*self._gone(EndpointSubnet), *self._gone(EndpointGroup))

    def build(self) -> dict[str, Endpoint]:
        """By id."""
        return {item.key: self._endpoint(item) for item in self._all.values()}

    def _endpoint(self, item: Placement) -> Endpoint:
        launch = launches(self._ground, item)
        if launch.known:
            self._ground.assume(LAUNCHERS)
        interfaces = [self._interface(item, place, launch) for place in item.places]
        if item.beside:
            name = f"{item.key} (besides)"
            interfaces.append(Interface(name, (), (), unknown=item.beside, origin=Origin(item.key)))
        return Endpoint(
            item.key,
            item.type.removeprefix("aws_"),
            tuple(interfaces),
            item.key,
            item.cloud_id,
            inbound=item.inbound,
            outbound=item.outbound,
            tags=item.tags,
            previous_id=item.previous,
            origin=Origin(item.key),
        )

    def _interface(self, item: Placement, place: Place, launch: Launch) -> Interface:
        owner = self._owner(item)
        place = self._joined(item, place, owner, launch)
        places = self._places(item, place, self._ipv6(item, owner, launch))
        groups = self._groups(item, place, places, launch)
        name = place.name or "interface"
        public = self._public(item, places, launch)
        face = Interface(
            f"{item.key} ({name})",
            places.sites,
            groups,
            public,
            places.unknown,
            groups_origin=Origin(item.key, f"carries {names(groups)}"),
            origin=Origin(item.key),
            own=self._own(item, public),
            no_ipv6=places.no_ipv6,
        )
        return self._accepted(item, face) if item.type == "aws_vpc_endpoint" else face

    def _accepted(self, item: Placement, face: Interface) -> Interface:
        """Nothing passes an endpoint that its service has not accepted."""
        answer, why = accepted(self._ground, item.key)
        face = replace(face, attached=accepting(self._ground, item.key))
        if answer is Tri.NO:
            return replace(face, down=why)
        return face if answer is Tri.YES else replace(face, sites=(), unknown=why)

    def _ipv6(self, item: Placement, owner: Placement | None, launch: Launch) -> Ipv6:
        """An instance of a cluster is reached as the cluster is; what is launched gets what its
        template asks for."""
        if item.type == "aws_rds_cluster_instance":
            why = f"by which families {item.key} is reached is what its cluster says"
            return owner.ipv6 if owner else Ipv6(wanted=Unknown.UNKNOWN, why=why)
        if item.ipv6 != BY_SUBNET:
            return item.ipv6
        if launch.doubt:
            return Ipv6(wanted=Unknown.UNKNOWN, why=launch.doubt)
        return launch.ipv6

    def _own(self, item: Placement, public: Public) -> Public:
        """F75: endpoints and internal load balancers are closed to internet gateways; a database is
        as public by IPv6 as it is by IPv4."""
        if item.ipv6.closed:
            return Public(Tri.NO, reason=item.ipv6.closed, origin=Origin(item.key), own=True)
        return as_public(public) if item.type in DATABASES else OWN

    def _owner(self, item: Placement) -> Placement | None:
        """The cluster that it is a member of, if that is known."""
        return self._all.get(item.member.targets[0]) if item.member.sure else None

    def _joined(
        self, item: Placement, place: Place, owner: Placement | None, launch: Launch
    ) -> Place:
        """The place, with what its cluster, launch template and associations give to it."""
        if owner and owner.places:
            theirs = owner.places[0]
            if not place.is_set:
                place = replace(place, subnets=theirs.subnets, listed_by=theirs.listed_by)
            if place.groups.empty:
                place = replace(place, groups=theirs.groups)
        if not launch.groups.empty and (place.groups.empty or item.type == "aws_eks_node_group"):
            place = replace(place, groups=launch.groups)
        if not place.is_set:
            place = replace(place, subnets=launch.subnets)
        return self._associated(item, place) if item.type == "aws_vpc_endpoint" else place

    def _associated(self, item: Placement, place: Place) -> Place:
        """Subnets and groups by resources of their own. What a copy lists may be their echo."""
        subnets, groups = [place.subnets], [place.groups]
        for tie in self._more_subnets.near(item.key):
            subnets += _tied(self._ground, tie.endpoint, tie.subnet, item.key)
        for group in self._more_groups.near(item.key):
            groups += _tied(self._ground, group.endpoint, group.group, item.key)
        for one in self._left:
            why = f"what {one} gave to {item.key} may still be listed in it"
            unsure = Links(How.UNKNOWN, open=True, reason=why)
            subnets, groups = [*subnets, unsure], [*groups, unsure]
        return replace(place, subnets=joined(subnets), groups=joined(groups))

    def _gone(self, kind: type[EndpointSubnet] | type[EndpointGroup]) -> set[str]:
        """The associations that stood before and do not stand now."""
        before, now = self._ground.before, self._ground.now
        there = {one.key for one in before.of(kind)} if before else set()
        return there - {one.key for one in now.of(kind)}

    def _places(self, item: Placement, place: Place, ipv6: Ipv6) -> Places:
        if item.doubt:
            return Places((), item.doubt)
        if not place.listed_by.unset:
            return self._sites.of_group(item.key, place.listed_by, place.fixed, ipv6)
        if place.subnets.unset or not (place.subnets.items or place.subnets.maybe):
            return Places((), place.subnets.reason or self._unplaced(item))
        return self._sites.of_list(place.subnets, place.fixed, ipv6)

    def _unplaced(self, item: Placement) -> str:
        """Why the subnets of what names none are not known."""
        if item.member.unset:
            return item.unplaced
        owner = self._owner(item)
        if owner is not None:
            return owner.unplaced
        shown = " or ".join(item.member.targets) or "an unknown cluster"
        return f"the subnets of {item.key} are not known: it is a member of {shown}"

    def _groups(
        self, item: Placement, place: Place, places: Places, launch: Launch
    ) -> tuple[OneOf, ...]:
        if launch.doubt:
            return (OneOf((), True, launch.doubt),)
        owner = self._owner(item)
        bare = owner.bare if owner and not item.member.unset else item.bare
        slots = carried(self._ground, place.groups)
        if not slots and bare is Bare.UNFILTERED:
            slots = (OneOf((f"{item.key} ({UNFILTERED})",)),)
        elif not slots and bare is Bare.DEFAULT and (owner or item.member.unset):
            slots = self._sites.groups(place.groups, places, ())
        elif not slots:
            slots = (OneOf((), True, f"the security groups of {item.key} are not known"),)
        doubts = filter(None, (item.also, owner.also if owner else ""))
        return (*slots, *(OneOf((), True, why) for why in doubts))

    def _public(self, item: Placement, places: Places, launch: Launch) -> Public:
        origin = Origin(item.key, "is public")
        exposure = self._of_members(item) if item.type in CLUSTERS else item.public
        if exposure.by_subnet and launch.public is not None:
            doubt = f"the public addresses of {item.key} are not known before apply"
            exposure = Exposure(launch.public, why=doubt)
        if exposure.by_subnet and launch.doubt:
            exposure = Exposure(Unknown.UNKNOWN, why=launch.doubt)
        if exposure.by_subnet:
            subnets = [self._subnets.get(site.subnet) for site in places.sites] or [None]
            return by_subnet(item.key, subnets, self._maps)
        if isinstance(exposure.has, Unknown):
            return Public(Tri.MAYBE, "", exposure.why, origin)
        return Public(Tri.YES, "its public address", origin=origin) if exposure.has else NO_PUBLIC

    def _of_members(self, item: Placement) -> Exposure:
        """A cluster is where its instances are (F95)."""
        raw = self._ground.now.raws[item.key]
        if raw.text("engine_mode") == "serverless":
            return Exposure(False)
        near = self._members.near(item.key)
        members = [one for one in near if self._ground.may_lead(one.member, item.key)]
        found = {one.public.has for one in members}
        if len(found) == 1 and all(one.member.sure for one in members):
            return members[0].public
        why = "whether {} is public is what its instances are, and {}"
        rest = "they differ or are not all known" if members else "none of them is in this plan"
        return Exposure(Unknown.UNKNOWN, why=why.format(item.key, rest))


def _tied(ground: Ground, endpoint: Link, to: Link, key: str) -> list[Links]:
    """What an association gives to an endpoint."""
    if not ground.may_lead(endpoint, key):
        return []
    if endpoint.sure and to.sure:
        return [Links(to.how, (to,))]
    why = endpoint.reason or to.reason
    return [Links(How.ONE_OF, (), to.targets, not to.targets, why)]
