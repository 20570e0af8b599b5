"""Where an endpoint touches the network, in the words of the model: interfaces, addresses."""

from __future__ import annotations

from dataclasses import replace

from tfreach.plan.origin import NO_ORIGIN, Origin
from tfreach.records import dataclass
from tfreach.space.headers import ALL_IPV4, ALL_OF, UNIQUE_LOCAL, Family
from tfreach.space.intervals import IntervalSet
from tfreach.topology.balance import Listens
from tfreach.topology.terms import OneOf, Tri


@dataclass(frozen=True, slots=True)
class Site:
    """A place an interface may be: a subnet and the addresses of it that it may hold.

    unknown   "" or why of IPv4 `addresses` is only an upper bound: then no verdict may rest on how
              they differ, and what would be `partial` or `one-way` is undetermined
    """

    subnet: str
    addresses: IntervalSet
    unknown: str = ""

    def of(self, family: Family) -> Site:
        """With its addresses of one family; it may have none."""
        unknown = self.unknown if family is Family.IPV4 else ""
        return replace(self, addresses=self.addresses & ALL_OF[family], unknown=unknown)


@dataclass(frozen=True, slots=True)
class Public:
    """Whether an interface has a public IPv4 address, which, and why; or, of IPv6, whether its own
    addresses are public.

    shown_as   the address itself, or the Terraform address that will give it; "" when none
    own        it is IPv6: what is public is its own address, which no gateway translates (F58)
    """

    has: Tri = Tri.NO
    shown_as: str = ""
    reason: str = ""
    origin: Origin = NO_ORIGIN
    own: bool = False


NO_PUBLIC = Public()
OWN = Public(Tri.YES, own=True)
NOT_ADVERTISED = "unique local addresses are not on the Internet"


@dataclass(frozen=True, slots=True)
class Interface:
    """Where an endpoint touches a subnet.

    sites      where it is. `unknown` == "": it counts in every one of them (a function, a database
               that may move): a verdict is quantified over all. Else it is in one of them and the
               plan does not say in which; () with `unknown`: nothing is known of where it is
    groups     the security groups it carries, each a link
    attached   origin of what ties it to its host, where that is a resource of its own
    down       "" or why nothing answers there (not attached to a host, the instance is stopped)
    own        whether an internet gateway exchanges IPv6 packets with its own addresses (F58, F75)
    no_ipv6    "" or why it may have no IPv6 address at all
    listens    None where nothing is known that limits what it takes
    forwards   whether it takes what is not addressed to it, its source/destination check being off
               (F103); that its host then hands it on is taken for granted, and said
    """

    id: str
    sites: tuple[Site, ...]
    groups: tuple[OneOf, ...]
    public: Public = NO_PUBLIC
    unknown: str = ""
    down: str = ""
    groups_origin: Origin = NO_ORIGIN
    attached: Origin | None = None
    origin: Origin = NO_ORIGIN
    own: Public = OWN
    no_ipv6: str = ""
    listens: Listens | None = None
    forwards: Tri = Tri.NO
    forwards_origin: Origin = NO_ORIGIN

    def of(self, family: Family) -> Interface:
        """As packets of one family see it; without an address of that family in its sites it takes
        no part in them. With `no_ipv6` it is in one of the sites, or in one without an address."""
        if family is Family.IPV4:
            if all(site.addresses <= ALL_IPV4 for site in self.sites):
                return self
            return replace(self, sites=tuple(site.of(family) for site in self.sites))
        sites = tuple(site.of(family) for site in self.sites)
        unknown = self.unknown
        if self.no_ipv6 and sites:
            unknown = unknown or self.no_ipv6
            sites = (*sites, replace(sites[0], addresses=IntervalSet()))
        return replace(self, sites=sites, unknown=unknown, public=self._own_public(sites))

    def _own_public(self, sites: tuple[Site, ...]) -> Public:
        if self.own.has is not Tri.YES:
            return self.own
        held = [site.addresses for site in sites if site.addresses]
        local = [one for one in held if not one.isdisjoint(UNIQUE_LOCAL)]
        if not local:
            return self.own
        has = Tri.NO if all(one <= UNIQUE_LOCAL for one in held) else Tri.MAYBE
        return Public(has, reason=NOT_ADVERTISED, own=True)


def as_public(public: Public) -> Public:
    """Whether own IPv6 addresses are public, of what is public by both families or by none."""
    if public.has is Tri.YES:
        return OWN
    reason = public.reason or "it is not publicly accessible, so its IPv6 addresses are private"
    return Public(public.has, reason=reason, origin=public.origin, own=True)
