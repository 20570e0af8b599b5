"""One decision on the way in; the Step that says it in words, with its code and its remedy, out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tfreach.engine.steps import Branch, Decision, Packet
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.records import dataclass
from tfreach.space.headers import (
    ALL_IPV6,
    RFC1918,
    RFC6598,
    Family,
    Flow,
    address_text,
    addresses_text,
    family_of,
    services_text,
)
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Endpoint,
    Interface,
    Local,
    NatGateway,
    Origin,
    Route,
    Rule,
    Subnet,
    Target,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
    Tri,
)

FUNCTION = "lambda_function"

CODES = {
    "LAMBDA_NO_PUBLIC_IP": "A function's interface never has a public address (F91), so an internet"
    " gateway does not serve it: it needs a NAT gateway or VPC endpoints",
    "LAMBDA_NO_INBOUND": "Nothing can be sent to a function's interface: functions are invoked"
    " through the Lambda API (F92)",
    "STARTS_NOTHING": "It answers and opens no connection by itself: a file system's mount target"
    " (F98), an interface that leads to a service (F73)",
    "CLIENT_VPN_UNAUTHORIZED": "No authorization rule of a Client VPN lets its clients there",
    "NAT_LOOP": "The subnet of a NAT gateway routes to that same NAT gateway",
    "INTERFACE_LOOP": "Routes to interfaces lead back to a host that the packet has passed",
    "TGW_LOOP": "Routes of peered transit gateways lead back to where the packet came from",
    "IPV6_CLOSED_TO_INTERNET_GATEWAYS": "IPv6 addresses that are kept from internet gateways (F75),"
    " or that are not public",
    "NO_COMMON_FAMILY": "One end has only IPv4 addresses, the other only IPv6 ones",
    "NO_SUCH_HOST": "The address lies in a VPC of the model and no interface holds it",
}
"""Our own explanation codes; all others are AWS Reachability Analyzer's."""

LOST = "UNKNOWN_DESTINATION"
"""The code of where a packet goes and nothing is known."""


@dataclass(frozen=True, slots=True)
class Step:
    """A hop, and what it means for the walk.

    hop         its first code is the blocker's when it does not pass; header is set by the walk
    direction   ingress | egress, seen from the component
    end         how the leg ends if the packet does not pass here
    fix         what would let it pass
    header      the packet after it, where this hop rewrites it
    """

    hop: Hop
    passes: Tri = Tri.YES
    direction: str = "egress"
    end: Disposition = Disposition.NO_ROUTE
    fix: str = ""
    header: Flow | None = None


def services_words(found: IntervalSet, family: Family = Family.IPV4) -> str:
    """`tcp/443`, `tcp/22 and udp/53`, `any`."""
    rows = [
        protocol if ports == "all" else f"{protocol}/{ports}"
        for protocol, ports in services_text(found, family)
    ]
    return " and ".join(rows)


def rule_words(rule: Rule, direction: str) -> str:
    """What stands there, as the source has it; else in our own words."""
    blocks = addresses_text(rule.peers)
    if rule.origin.text:
        listed = bool(rule.also and blocks) and not rule.unknown
        return f"{rule.origin.text} ({', '.join(blocks)})" if listed else rule.origin.text
    peers = rule.group or ", ".join(blocks[:3] + ["..."] * (len(blocks) > 3)) or "nobody"
    number = f" {rule.number}" if rule.number else ""
    way = "to" if direction == "egress" else "from"
    family = Family.IPV6 if rule.peers and rule.peers <= ALL_IPV6 else Family.IPV4
    what = services_words(rule.services, family) or "nothing"
    return f"{direction}{number}: {rule.action.value} {what} {way} {peers}"


def group_step(decision: Decision, interface: Interface, direction: str, packet: Packet) -> Step:
    """What the security groups of an interface say (F1)."""
    ids = [asked.id for asked in decision.filters]
    component = ids[0] if len(ids) == 1 or decision.rule else interface.id
    ties = [interface.groups_origin, *([interface.attached] if interface.attached else [])]
    end = Disposition.DENIED_OUT if direction == "egress" else Disposition.DENIED_IN
    wish = f"{_wish(packet, direction)} in an {direction} rule of "
    if decision.permits is not Tri.NO:
        return Step(
            _permit(decision, component, "security_group", direction, ties), decision.permits
        )
    empty = not any(_rules_of(decision, direction))
    code = "SG_HAS_NO_RULES" if empty and ids else "ENI_SG_RULES_MISMATCH"
    text = f"no {direction} rule of {_any_of(ids)} permits {_packet(packet, direction)}"
    if not ids:
        text = f"{interface.id} carries no security group"
        wish = f"give {interface.id} a security group that permits {_packet(packet, direction)}"
    ties += [asked.origin for asked in decision.filters]
    hop = Hop(component, "security_group", "deny", text, origins=_named(ties), codes=(code,))
    return Step(hop, Tri.NO, direction, end, wish + _any_of(ids))


def acl_step(
    decision: Decision, subnet: Subnet, direction: str, packet: Packet, wanted: IntervalSet
) -> Step:
    """What the network ACL of a subnet says (F22, F23, F27); `wanted`: services to permit."""
    ids = [asked.id for asked in decision.filters]
    component = ids[0] if ids else f"network ACL of {subnet.id}"
    ties = [subnet.acl_origin]
    if decision.permits is not Tri.NO:
        return Step(_permit(decision, component, "network_acl", direction, ties), decision.permits)
    peer = f"{'to' if direction == 'egress' else 'from'} {_peer(packet)}"
    rule = decision.rule
    text = f"no {direction} rule matches {_packet(packet, direction)}: rule * denies it"
    where = ""
    if rule is not None:
        text = rule_words(rule, direction)
        where = f", before rule {rule.number}"
        ties.append(rule.origin)
    else:
        ties += [asked.origin for asked in decision.filters]
    hop = Hop(
        component,
        "network_acl",
        "deny",
        text,
        rule.origin if rule else Origin(""),
        _named(ties),
        ("SUBNET_ACL_RESTRICTION",),
    )
    words = services_words(wanted, family_of(packet.peer))
    fix = f"permit {words} {peer} in an {direction} rule of {component}{where}"
    end = Disposition.DENIED_OUT if direction == "egress" else Disposition.DENIED_IN
    return Step(hop, Tri.NO, direction, end, fix)


def _permit(
    decision: Decision, component: str, kind: str, direction: str, ties: list[Origin]
) -> Hop:
    rule = decision.rule
    text = rule_words(rule, direction) if rule else decision.unknown
    origins = [rule.origin, *rule.also, *ties] if rule else ties
    return Hop(
        component,
        kind,
        "permit",
        text,
        rule.origin if rule else Origin(""),
        _named(origins),
        unknown=decision.unknown,
    )


def route_step(branch: Branch, subnet: Subnet, to: str, fix: str) -> Step:
    """Where a route table sends the packet (F34, F36); no route, or a dead one (F43), drops it.

    to    the address, or the service of AWS, that it is sent to
    fix   where that had better be routed
    """
    component = branch.table or f"route table of {subnet.id}"
    ties = _named(branch.origins)
    kind = "route_table"
    if branch.target is None:
        text = f"no route to {to}"
        codes = ("NO_ROUTE_TO_DESTINATION", *branch.codes)
        hop = Hop(component, kind, "drop", text, Origin(""), ties, codes, branch.unknown)
        return Step(hop, Tri.NO, fix=f"route {to} {fix} in {component}")
    origin = branch.route.origin if branch.route else Origin("")
    prefix = _destination(branch.route) if branch.route else to
    text = f"{prefix} → {target_words(branch.target)}"
    if isinstance(branch.target, Blackhole):
        hop = Hop(component, kind, "drop", text, origin, ties, ("BAD_STATE_ROUTE",), branch.unknown)
        remedy = f"give route {prefix} of {component} a target that exists, or delete it"
        return Step(hop, Tri.NO, end=Disposition.BLACKHOLE, fix=remedy)
    return Step(Hop(component, kind, "route", text, origin, ties, unknown=branch.unknown))


def _destination(route: Route) -> str:
    return route.aws_service or str(route.prefix)


def target_words(target: Target) -> str:
    match target:
        case Local():
            return "local"
        case (
            ToInternet(id)
            | ToEgressOnly(id)
            | ToNat(id)
            | ToPeering(id)
            | ToService(id)
            | ToTransit(id)
            | ToVpn(id)
            | ToInterface(id)
        ):
            return id
        case Blackhole(why):
            return f"blackhole: {why}"
        case Elsewhere(what):
            return what


def unknown_step(what: str, code: str = LOST) -> Step:
    """What happens there is not modelled, or not known at all."""
    hop = Hop(what, "elsewhere", "route", f"not known: {what}", codes=(code,), unknown=what)
    return Step(hop, Tri.MAYBE, end=Disposition.INSUFFICIENT_INFO)


def dead_end(
    component: str,
    kind: str,
    code: str,
    text: str,
    fix: str,
    *,
    end: Disposition = Disposition.NO_ROUTE,
    direction: str = "egress",
    origins: Iterable[Origin] = (),
) -> Step:
    """The packet does not get past `component`."""
    hop = Hop(component, kind, "drop", text, origins=_named(origins), codes=(code,))
    return Step(hop, Tri.NO, direction, end, fix)


def with_code(step: Step, code: str) -> Step:
    """The same, with one more explanation code."""
    return replace(step, hop=replace(step.hop, codes=(*step.hop.codes, code)))


def private_at_gateway(gateway: str, address: int, fix: str) -> Step:
    """An internet gateway drops what is sent to a private address (F52, F102)."""
    code = "NO_POSSIBLE_DESTINATION"
    if address in RFC1918:
        code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"
    elif address in RFC6598:
        code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS"
    text = f"{address_text(address)} is a private address: it is not on the Internet"
    if family_of(address) is Family.IPV6:
        text = f"{address_text(address)} is inside the VPC: {gateway} does not lead back into it"
    return dead_end(gateway, "internet_gateway", code, text, fix)


def down_step(endpoint: Endpoint, interface: Interface, direction: str) -> Step:
    """Nothing sends or answers there: not attached, or stopped."""
    loose = endpoint.kind == "network_interface"
    code = "BAD_STATE_ATTACHMENT" if loose else "BAD_STATE"
    fix = f"attach {interface.id} to a running host" if loose else f"start {endpoint.id}"
    fix = f"have {endpoint.id} accepted" if endpoint.kind == "vpc_endpoint" else fix
    ties = [interface.attached] if interface.attached else []
    end = Disposition.NO_SUCH_HOST
    return dead_end(
        interface.id, "interface", code, interface.down, fix, end=end, direction=direction,
        origins=ties,
    )  # fmt: skip


def delivered(component: str, text: str, origins: Iterable[Origin] = ()) -> Step:
    """The last hop."""
    return Step(Hop(component, "endpoint", "deliver", text, origins=_named(origins)))


def address_of(nat: NatGateway, subnet: Subnet) -> int:
    """The private address of a NAT gateway, or a possible one while that is not known."""
    known = nat.addresses & subnet.cidr or nat.addresses or subnet.cidr
    return known.first if known else 0


def _rules_of(decision: Decision, direction: str) -> list[tuple[Rule, ...]]:
    return [one.ingress if direction == "ingress" else one.egress for one in decision.filters]


def _packet(packet: Packet, direction: str) -> str:
    one = IntervalSet.span(packet.service, packet.service)
    what = services_words(one, family_of(packet.peer))
    return f"{what} {'to' if direction == 'egress' else 'from'} {_peer(packet)}"


def _peer(packet: Packet) -> str:
    return packet.to_aws or address_text(packet.peer)


def _wish(packet: Packet, direction: str) -> str:
    groups = [slot.ids[0] for slot in packet.carriers if slot.sure]
    to = "to" if direction == "egress" else "from"
    return f"permit {_packet(packet, direction)}" + (f" (or {to} {groups[0]})" if groups else "")


def _any_of(ids: list[str]) -> str:
    return " or ".join(ids)


def _named(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origin for origin in origins if origin.address))
