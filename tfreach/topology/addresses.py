"""Gateways and Elastic IPs of an inventory in; gateways of the model, and who is public, out."""

from __future__ import annotations

from collections.abc import Mapping, Set

from tfreach.plan.raw import Unknown
from tfreach.plan.references import Link
from tfreach.records import dataclass
from tfreach.resources import gateway as typed
from tfreach.resources.compute import Instance, NetworkInterface
from tfreach.resources.inventory import Inventory
from tfreach.resources.route_table import Association
from tfreach.resources.vpn import VpnAttachment, VpnGateway
from tfreach.space.headers import ALL_IPV4, ALL_OF, prefix
from tfreach.space.intervals import IntervalSet
from tfreach.topology.ground import Ground, merge
from tfreach.topology.network import (
    InternetGateway,
    NatGateway,
    OneOf,
    Origin,
    Public,
    Subnet,
    Tri,
    Vpc,
)
from tfreach.topology.routes import is_vpn


def usable(cidr: IntervalSet) -> IntervalSet:
    """What an interface may get of a subnet: of either family AWS keeps the first four addresses
    and the last."""
    found = IntervalSet()
    for whole in ALL_OF.values():
        part = cidr & whole
        if len(part.spans) == 1 and part.count > 8:
            lo, hi = part.spans[0]
            part = IntervalSet.span(lo + 4, hi - 1)
        found |= part
    return found


def build_internet_gateways(
    ground: Ground, vpcs: Mapping[str, Vpc], foreign: Mapping[str, str]
) -> dict[str, InternetGateway]:
    """Every internet gateway by key, and what it is attached to (F51)."""
    found: dict[str, InternetGateway] = {}
    for item in ground.now.of(typed.InternetGateway):
        vpc, origin = attached_to(ground, item, typed.GatewayAttachment)
        edge, tied = _edge(ground, item.key)
        found[item.key] = InternetGateway(item.key, vpc, origin, edge, tied, Origin(item.key))
    for key, vpc_key in foreign.items():
        if not (is_vpn(ground, key) or is_egress_only(key)):
            found[key] = InternetGateway(key, elsewhere_attached(key, vpc_key), origin=Origin(key))
    attached = {key for item in found.values() if item.vpc.sure for key in item.vpc.ids}
    for key in vpcs:
        managed = key in ground.vpcs and ground.vpcs[key].managed
        if not managed and key not in attached:
            name = f"{key} (internet gateway)"
            why = f"whether {key} has an internet gateway is not in this plan"
            found[name] = InternetGateway(name, OneOf((key,), True, why), origin=Origin(name))
    return found


def is_egress_only(key: str) -> bool:
    """By its identifier, of a gateway that is not in the plan."""
    return key.startswith("eigw-")


def build_egress_only(ground: Ground, foreign: Mapping[str, str]) -> dict[str, InternetGateway]:
    """Every egress-only internet gateway by key, and those that only a route names (F58)."""
    found = {
        key: elsewhere_attached(key, vpc) for key, vpc in foreign.items() if is_egress_only(key)
    }
    for item in ground.now.of(typed.EgressOnlyGateway):
        found[item.key] = ground.one_of(item.vpc)
    return {
        key: InternetGateway(key, vpc, Origin(key, "attached"), origin=Origin(key))
        for key, vpc in found.items()
    }


def elsewhere_attached(key: str, vpc: str) -> OneOf:
    """Where a gateway is that only a route of `vpc` names; "": of which VPC is not known."""
    return OneOf((vpc,)) if vpc else OneOf((), True, f"where {key} is attached is not known")


Attaching = typed.GatewayAttachment | VpnAttachment


def attached_to(
    ground: Ground, item: typed.InternetGateway | VpnGateway, kind: type[Attaching]
) -> tuple[OneOf, Origin]:
    """The VPC of a gateway, by itself or by an attachment of that kind, and what says so."""
    named = [one for one in _attachments(ground.now, item.key, kind) if one.gateway.sure]
    if named:
        return ground.one_of(named[-1].vpc), Origin(named[-1].key, f"attaches {item.key}")
    detached = ground.before is not None and bool(_attachments(ground.before, item.key, kind))
    if item.vpc.unset or (detached and not item.vpc_configured):
        for one in ground.now.of(kind):
            if not one.gateway.sure and ground.may_lead(one.gateway, item.key):
                why = f"whether {one.key} attaches {item.key} is not known before apply"
                return OneOf(ground.one_of(one.vpc).ids, True, why), Origin(one.key, "may attach")
        return OneOf(), Origin(item.key, "attached to no VPC")
    vpc = ground.one_of(item.vpc)
    return vpc, Origin(item.key, f"attached to {' or '.join(vpc.ids) or 'an unknown VPC'}")


def _attachments(inventory: Inventory, key: str, kind: type[Attaching]) -> list[Attaching]:
    return [item for item in inventory.of(kind) if key in item.gateway.targets]


def edge_table(ground: Ground, key: str) -> str:
    """ "" or why what arrives at a virtual private gateway is not known: it has an edge table."""
    edge, tied = _edge(ground, key)
    steers = edge.ids or edge.open
    return (
        f"{tied.address} steers what arrives at {key}, which is not modelled yet" if steers else ""
    )


def _edge(ground: Ground, key: str) -> tuple[OneOf, Origin]:
    """The table that steers what arrives at a gateway (F44), and what ties it there. Of several
    associations AWS takes one: it is any of them."""
    named: list[Association] = []
    perhaps: list[Association] = []
    for item in ground.now.of(Association):
        if item.gateway.sure and item.gateway.targets[0] == key:
            named.append(item)
        elif not item.gateway.unset and ground.may_lead(item.gateway, key):
            perhaps.append(item)
    if not named and not perhaps:
        return OneOf(), Origin("")
    links = [ground.one_of(item.table) for item in (*named, *perhaps)]
    first = (*named, *perhaps)[0]
    origin = Origin(first.key, f"steers what arrives at {key}")
    if not named:
        return OneOf(
            (), True, f"whether {first.key} steers what arrives at {key} is not known"
        ), origin
    return merge(links, f"which table steers what arrives at {key} is not known"), origin


def build_nat_gateways(ground: Ground, subnets: Mapping[str, Subnet]) -> dict[str, NatGateway]:
    """Every NAT gateway by key (F54)."""
    shown = {eip.key: eip.public_ip or eip.key for eip in ground.now.of(typed.Eip)}
    found: dict[str, NatGateway] = {}
    for item in ground.now.of(typed.NatGateway):
        places = ground.one_of(item.subnet)
        addresses = prefix(item.private_ip) if item.private_ip else IntervalSet()
        if not addresses:
            for key in places.ids:
                held = subnets[key].cidr & ALL_IPV4 if key in subnets else IntervalSet()
                addresses |= usable(held)
        public = Tri.MAYBE if isinstance(item.public, Unknown) else _tri(item.public)
        eip = " or ".join(shown.get(key, key) for key in item.allocation.targets)
        found[item.key] = NatGateway(
            item.key,
            places,
            public,
            addresses,
            (item.public_ip or eip) if public is not Tri.NO else "",
            Origin(item.key, f"in {' or '.join(places.ids) or 'an unknown subnet'}"),
            Origin(next(iter(item.allocation.targets), item.key), f"public address of {item.key}"),
            _allocated(item),
        )
    return found


def _allocated(item: typed.NatGateway) -> Tri:
    if item.public_ip or item.allocation.targets:
        return Tri.YES
    return Tri.NO if item.allocation.unset and not item.allots else Tri.MAYBE


def _tri(value: bool) -> Tri:
    return Tri.YES if value else Tri.NO


@dataclass(frozen=True, slots=True)
class _Claim:
    """An Elastic IP and what it is tied to: keys of instances or interfaces."""

    to: Link
    shown_as: str
    origin: Origin


def elastic(ground: Ground) -> dict[str, Public]:
    """Key of an instance or interface -> its Elastic IP.

    Where n Elastic IPs each go to one of the same n hosts it is assumed, and said, that each host
    gets one: AWS keeps one a primary address.
    """
    claims = _claims(ground)
    found: dict[str, Public] = {}
    unsure: dict[tuple[str, ...], list[_Claim]] = {}
    for claim in claims:
        if claim.to.sure:
            key = _host(claim.to.targets[0])
            found[key] = Public(Tri.YES, claim.shown_as, origin=claim.origin)
        elif claim.to.targets:
            unsure.setdefault(claim.to.targets, []).append(claim)
    for targets, rivals in unsure.items():
        filled = len(rivals) == len(targets) and not any(claim.to.open for claim in rivals)
        if filled:
            ground.assume(f"each of {', '.join(targets)} gets one of {len(targets)} Elastic IPs")
        shown = " or ".join(claim.shown_as for claim in rivals[:3])
        for target in targets:
            why = "" if filled else f"whether {target} gets {shown} is not known before apply"
            has = Tri.YES if filled else Tri.MAYBE
            found.setdefault(_host(target), Public(has, shown, why, rivals[0].origin))
    return _anywhere(ground, claims) | found


def _anywhere(ground: Ground, claims: list[_Claim]) -> dict[str, Public]:
    """The hosts that an Elastic IP tied to something unknown may go to."""
    hosts = [item.key for item in ground.now.of(Instance)]
    hosts += [item.key for item in ground.now.of(NetworkInterface)]
    found: dict[str, Public] = {}
    for claim in (claim for claim in claims if claim.to.open):
        for host in (host for host in hosts if ground.may_lead(claim.to, host)):
            why = f"whether {host} gets {claim.shown_as} is not known before apply"
            found[host] = Public(Tri.MAYBE, claim.shown_as, why, claim.origin)
    return found


def _host(key: str) -> str:
    return key.removesuffix(" (primary interface)")


def _claims(ground: Ground) -> list[_Claim]:
    eips = {eip.key: eip for eip in ground.now.of(typed.Eip)}
    claims: list[_Claim] = []
    sides = [ground.now] + ([ground.before] if ground.before else [])
    primary = {item.primary: item.key for item in ground.now.of(Instance) if item.primary}
    tied = {target for side in sides for item in _associations(side) for target in item.eip.targets}
    for eip in eips.values():
        if eip.key in tied and not eip.configured:
            continue  # what it names is the echo of an association, which may be gone
        to = eip.instance if not eip.instance.unset else eip.interface
        if not to.unset:
            origin = Origin(eip.key, f"public address of {' or '.join(to.targets)}")
            claims.append(_Claim(_live(primary, to), eip.public_ip or eip.key, origin))
    for item in _associations(ground.now):
        to = item.instance if not item.instance.unset else item.interface
        named = [eips[key].public_ip or key for key in item.eip.targets if key in eips]
        shown = " or ".join(named) or item.public_ip or "an Elastic IP"
        origin = Origin(item.key, f"gives {' or '.join(to.targets)} the public address {shown}")
        claims.append(_Claim(_live(primary, to), shown, origin))
    return claims


def _associations(inventory: Inventory) -> tuple[typed.EipAssociation, ...]:
    return inventory.of(typed.EipAssociation)


def _live(primary: Mapping[str, str], link: Link) -> Link:
    """The link in keys of this side: a primary interface's identifier becomes its instance."""
    targets = tuple(primary.get(target, target) for target in link.targets)
    return Link(link.how, targets, link.open, link.reason)


def public_address(
    ground: Ground,
    instance: Instance,
    subnets: list[Subnet | None],
    maps: Mapping[str, object],
    freed: Set[str],
) -> Public:
    """Whether an instance without an Elastic IP has a public address of its own (F53).

    freed   what `freed_addresses` says: one of these is no longer its own, so the launch settings
            decide again, for what the provider reads back only echoes the Elastic IP
    """
    said = instance.associate
    origin = Origin(instance.key, "associates a public address")
    loses = bool(instance.public_ip) and instance.public_ip in freed
    if not instance.created and not loses:
        return _existing(instance, origin)
    if said is True and instance.created:
        return Public(Tri.YES, "an address assigned at launch", origin=origin)
    if said is False and instance.created:
        return Public(Tri.NO)
    raw = ground.now.raws[instance.key]
    written = ground.now.resolver.expression(raw, ("associate_public_ip_address",)) is not None
    if written and isinstance(said, bool):
        return Public(_tri(said), "an address assigned anew", origin=origin)
    if written:
        why = f"associate_public_ip_address of {instance.key} is not known before apply"
        return Public(Tri.MAYBE, "", why, origin)
    return by_subnet(instance.key, subnets, maps)


def _existing(instance: Instance, origin: Origin) -> Public:
    now = instance.public_ip
    if isinstance(now, str):
        return Public(Tri.YES, now, origin=origin) if now else Public(Tri.NO)
    if isinstance(instance.associate, bool):
        return Public(_tri(instance.associate), "an address assigned at launch", origin=origin)
    if now is None:
        return Public(Tri.NO)
    why = f"whether {instance.key} keeps a public address is not known before apply"
    return Public(Tri.MAYBE, "", why, origin)


def freed_addresses(ground: Ground) -> set[str]:
    """The Elastic IPs of both sides: a host that has one and holds none has lost it."""
    sides = [ground.now] + ([ground.before] if ground.before else [])
    return {eip.public_ip for side in sides for eip in side.of(typed.Eip)}


def by_subnet(key: str, subnets: list[Subnet | None], maps: Mapping[str, object]) -> Public:
    """The subnet's setting decides where the launch does not (F53)."""
    said = {maps.get(subnet.id, "foreign") if subnet else "foreign" for subnet in subnets}
    names = " or ".join(sorted(subnet.id for subnet in subnets if subnet))
    origin = Origin(next((subnet.id for subnet in subnets if subnet), key), "maps public addresses")
    if said == {True}:
        return Public(Tri.YES, "an address assigned at launch", origin=origin)
    if said and said <= {False, None}:
        return Public(Tri.NO)
    why = f"whether {names or 'its subnet'} gives {key} a public address is not known"
    return Public(Tri.MAYBE, "", why, origin)
