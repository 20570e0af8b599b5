"""Links to subnets and to groups in; where an interface may be, and what it carries, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link, Links
from tfreach.records import dataclass
from tfreach.resources.compute import SubnetGroup
from tfreach.resources.ipv6 import NONE, Ipv6
from tfreach.resources.vpc import Subnet as TypedSubnet
from tfreach.space.headers import ALL_IPV4, ALL_IPV6, prefix
from tfreach.space.intervals import IntervalSet
from tfreach.topology.addresses import usable
from tfreach.topology.carried import carried
from tfreach.topology.ground import Ground
from tfreach.topology.network import OneOf, Site, Subnet


@dataclass(frozen=True, slots=True)
class Places:
    """Where an interface may be, as Interface has it."""

    sites: tuple[Site, ...]
    unknown: str = ""
    no_ipv6: str = ""


class Sites:
    """Finds the places and groups of the interfaces of one side."""

    def __init__(self, ground: Ground, subnets: Mapping[str, Subnet]) -> None:
        self._ground = ground
        self._subnets = subnets
        self._assigns = {item.key: item.assigns for item in ground.now.of(TypedSubnet)}
        self._listing = {group.key: group for group in ground.now.of(SubnetGroup)}
        self._room: dict[str, tuple[IntervalSet, IntervalSet]] = {}

    def of_group(
        self, key: str, link: Link, fixed: tuple[str, ...] = (), ipv6: Ipv6 = NONE
    ) -> Places:
        """F96: it may be in any subnet of its group, and move."""
        if link.unset:
            why = f"{key} uses the default subnet group, which is not in this plan"
            return Places((), why)
        named = [self._listing.get(target) for target in link.targets]
        if not link.sure or named[0] is None:
            shown = " or ".join(link.targets) or "an unknown subnet group"
            return Places((), f"the subnets of {key} are not known: it uses {shown}")
        return self.of_list(named[0].subnets, fixed, ipv6)

    def of_list(self, links: Links, fixed: tuple[str, ...] = (), ipv6: Ipv6 = NONE) -> Places:
        """Every subnet of a list counts. fixed: addresses that it is given, in any of them."""
        found = self.places(
            links.items, links.maybe, (), links.reason, is_open=links.open, ipv6=ipv6
        )
        known = _fixed(fixed)
        narrowed = [
            Site(site.subnet, site.addresses & (known | ALL_IPV6), site.unknown)
            if site.addresses & known and not site.unknown
            else site
            for site in found.sites
        ]
        return replace(found, sites=tuple(narrowed))

    def places(
        self,
        links: Iterable[Link],
        maybe: Iterable[str],
        private_ips: tuple[str, ...],
        otherwise: str,
        *,
        is_open: bool = False,
        ipv6: Ipv6 = NONE,
    ) -> Places:
        """Sites from links to subnets: all of them count, unless it is unknown which are meant."""
        links = list(links)
        keys = dict.fromkeys(key for link in links for key in link.targets)
        keys |= dict.fromkeys(maybe)
        reasons = [link.reason for link in links if not link.sure] + [otherwise] * bool(maybe)
        if is_open or any(link.open for link in links) or not keys:
            return Places((), (reasons or [otherwise])[0] or otherwise or "its subnet is not known")
        sites: list[Site] = []
        doubts: list[str] = []
        addresses = _fixed(private_ips)
        for key in keys:
            subnet = self._subnets.get(key)
            if subnet is None:
                return Places((), f"{key} is not in this plan")
            unknown = "" if addresses else subnet.unknown
            six, doubt = self._ipv6(key, subnet, ipv6)
            doubts += [doubt] if doubt else []
            four = addresses or self._free(subnet)[0]
            sites.append(Site(key, four | six if six else four, unknown))
        why = reasons[0] if reasons else ""
        return Places(tuple(sites), why, doubts[0] if doubts else "")

    def _ipv6(self, key: str, subnet: Subnet, said: Ipv6) -> tuple[IntervalSet, str]:
        """The IPv6 addresses that an interface may have in a subnet, and why it may have none."""
        known = _fixed(said.addresses)
        held = known or self._free(subnet)[1]
        if not held or said.wanted is False:
            return IntervalSet(), ""
        if said.wanted is True or known:
            return held, ""
        if said.wanted is not None:
            return held, said.why
        assigns = self._assigns.get(key)
        if isinstance(assigns, Unknown):
            return held, f"whether {key} assigns IPv6 addresses is not known before apply"
        if not assigns:
            return IntervalSet(), ""
        why = f"whether what AWS makes in {key} gets an IPv6 address is not documented"
        return held, why if said.service else ""

    def _free(self, subnet: Subnet) -> tuple[IntervalSet, IntervalSet]:
        """What an interface may get of a subnet, by family: IPv4, IPv6."""
        if subnet.id not in self._room:
            four, six = usable(subnet.cidr & ALL_IPV4), usable(subnet.cidr & ALL_IPV6)
            self._room[subnet.id] = four, six
        return self._room[subnet.id]

    def groups(self, links: Links, places: Places, names: tuple[str, ...]) -> tuple[OneOf, ...]:
        """The groups an interface carries; the default one where none is named (F4)."""
        named = carried(self._ground, links)
        return named or (self._default_group(places, names),)

    def _default_group(self, places: Places, names: tuple[str, ...]) -> OneOf:
        vpcs = {self._subnets[site.subnet].vpc for site in places.sites}
        if len(vpcs) != 1 or (names and names != ("default",)):
            return OneOf((), True, "the security groups it carries are not in this plan")
        vpc = vpcs.pop()
        return self._ground.either_group(vpc)


def _fixed(ips: tuple[str, ...]) -> IntervalSet:
    """Addresses that are written."""
    if len(ips) == 1:
        return prefix(ips[0])
    return IntervalSet.of(span for ip in ips for span in prefix(ip).spans)


def names(groups: Iterable[OneOf]) -> str:
    """The groups of an interface, for a sentence."""
    return ", ".join(" or ".join(filter(None, slot.ids)) or "unknown groups" for slot in groups)
