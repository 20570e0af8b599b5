"""A packet at an internet gateway or a NAT gateway in; the Step that lets it pass or not, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tfreach.engine.explain import FUNCTION, Step, address_of, dead_end, with_code
from tfreach.engine.steps import attached, front_door
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Standing, Way, address_at
from tfreach.space.headers import (
    ICMP,
    TCP,
    UDP,
    address_text,
    has_client_port,
    protocol_of,
    replies_to,
)
from tfreach.topology.network import InternetGateway, NatGateway, Network, Origin, Subnet, Tri

IGW, NAT, NAT_INSTANCE = "internet_gateway", "nat_gateway", "nat_instance"
EIGW = "egress_only_internet_gateway"
CLOSED = "IPV6_CLOSED_TO_INTERNET_GATEWAYS"
NAT_PROTOCOLS = (TCP, UDP, ICMP)


def _origins(*origins: Origin) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origin for origin in origins if origin.address))


def attachment(
    network: Network, gateway: str, vpc: str, direction: str, kind: str = IGW
) -> Step | None:
    """A gateway serves only the VPC it is attached to (F51); None when it surely does."""
    found = _gateways(network, kind).get(gateway)
    answer, why = attached(found, gateway, vpc)
    if answer is Tri.YES:
        return None
    ties = _origins(found.vpc_origin, found.origin) if found else ()
    if answer is Tri.MAYBE:
        hop = Hop(gateway, kind, "route", f"may be attached to {vpc}", origins=ties, unknown=why)
        return Step(hop, Tri.MAYBE, direction)
    return dead_end(
        gateway,
        kind,
        "BAD_STATE_ROUTE",
        f"{gateway} is not attached to {vpc}",
        f"attach {gateway} to {vpc}, or route to a gateway of {vpc}",
        end=Disposition.BLACKHOLE,
        direction=direction,
        origins=ties,
    )


def _gateways(network: Network, kind: str) -> Mapping[str, InternetGateway]:
    return network.egress_only_gateways if kind == EIGW else network.internet_gateways


def _pass_gateway(
    network: Network, gateway: str, has: Tri, why: str, text: str, kind: str = IGW
) -> Step:
    """The 1:1 translation of an internet gateway (F52), or of IPv6 no translation (F58): `text` is
    then ""."""
    found = _gateways(network, kind).get(gateway)
    ties = _origins(found.vpc_origin) if found else ()
    unknown = why if has is Tri.MAYBE else ""
    action, said = ("translate", text) if text else ("route", UNTRANSLATED)
    hop = Hop(gateway, kind, action, said, origins=ties, unknown=unknown)
    return Step(hop, Tri.MAYBE if unknown else Tri.YES)


UNTRANSLATED = "its own IPv6 address is public: nothing is translated"


def out_of_interface(network: Network, gateway: str, here: Standing, kind: str = IGW) -> Step:
    """Out of an internet gateway as the interface's own public address, if it has one (F51)."""
    public = here.interface.public
    if public.has is not Tri.NO:
        shown = public.shown_as or "its public address"
        why = public.reason or f"whether {here.interface.id} has a public address is not known"
        text = "" if public.own else f"source becomes {shown}"
        step = _pass_gateway(network, gateway, public.has, why, text, kind)
        return _tied(step, public.origin)
    step = no_public_address(gateway, here, kind)
    return _tied(step, public.origin)


def no_public_address(gateway: str, here: Standing, kind: str = IGW) -> Step:
    """An internet gateway has nothing to translate the source to (F51, F91)."""
    if here.interface.public.own:
        return closed(gateway, here, "egress", kind)
    id = here.endpoint.id
    step = dead_end(
        gateway,
        IGW,
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
        f"{here.interface.id} has no public address",
        f"give {id} a public address, or route it to a NAT gateway in a public subnet",
        end=Disposition.DENIED_OUT,
    )
    if here.endpoint.kind != FUNCTION:
        return step
    fix = f"route {here.subnet.id} to a NAT gateway in a public subnet, or use a VPC endpoint"
    return replace(with_code(step, "LAMBDA_NO_PUBLIC_IP"), fix=fix)


def closed(gateway: str, at: Standing, direction: str, kind: str = IGW) -> Step:
    """IPv6 needs no translation, but these addresses are not open to the Internet (F58, F75)."""
    public = at.interface.public
    end = Disposition.DENIED_OUT if direction == "egress" else Disposition.DENIED_IN
    fix = f"use IPv4, or an interface with public IPv6 addresses, for {at.endpoint.id}"
    tied = [public.origin]
    return dead_end(
        gateway, kind, CLOSED, public.reason, fix, end=end, direction=direction, origins=tied
    )


def lets_nothing_in(gateway: str, peer: str, subnet: str) -> Step:
    """An egress-only gateway keeps the Internet from starting a connection with what is routed to
    it (F58)."""
    text = f"{subnet} routes {peer} to {gateway}, which lets no connection in"
    fix = f"route {peer} to an internet gateway in the route table of {subnet}"
    code, end = "NO_POSSIBLE_DESTINATION", Disposition.DENIED_IN
    return dead_end(gateway, EIGW, code, text, fix, end=end, direction="ingress")


def no_ipv6(gateway: str, peer: str, subnet: str) -> Step:
    """A NAT gateway carries no IPv6, but what is for IPv4 hosts by way of 64:ff9b::/96 (F58)."""
    text = f"a NAT gateway carries no IPv6 to {peer}"
    fix = f"route {peer} to an internet gateway or egress-only internet gateway from {subnet}"
    end = Disposition.DENIED_OUT
    return dead_end(gateway, NAT, "PROTOCOL_RESTRICTION", text, fix, end=end)


def ipv6_only(gateway: str, peer: str, subnet: str) -> Step:
    """An egress-only gateway carries IPv6 only (F58)."""
    text = f"{gateway} carries IPv6 only"
    fix = f"route {peer} to another target in the route table of {subnet}"
    end = Disposition.DENIED_OUT
    return dead_end(gateway, EIGW, "NO_POSSIBLE_DESTINATION", text, fix, end=end)


def _tied(step: Step, *origins: Origin) -> Step:
    ties = _origins(*step.hop.origins, *origins)
    return replace(step, hop=replace(step.hop, origins=ties))


def out_of_nat(network: Network, gateway: str, nat: NatGateway) -> Step:
    """Out as the Elastic IP of a NAT gateway; a private one has none (F54)."""
    if nat.public is Tri.NO:
        step = dead_end(
            gateway,
            IGW,
            "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
            f"{nat.id} is a private NAT gateway: it has no public address",
            f"give {nat.id} an Elastic IP (connectivity type public)",
            end=Disposition.DENIED_OUT,
        )
    else:
        why = f"whether {nat.id} has an Elastic IP is not known"
        text = f"source becomes {nat.shown_as or 'its public address'}"
        step = _pass_gateway(network, gateway, nat.public, why, text)
    return _tied(step, nat.public_origin)


def back_in(gateway: str, to: str, *origins: Origin) -> Step:
    """A reply comes back in: the gateway knows whose address that is (F52)."""
    hop = Hop(gateway, IGW, "translate", f"destination becomes {to}", origins=_origins(*origins))
    return Step(hop, direction="ingress")


def let_back(gateway: str, kind: str) -> Step:
    """An IPv6 reply keeps its addresses; an egress-only gateway knows the connection (F58)."""
    return Step(Hop(gateway, kind, "route", "lets the reply in"), direction="ingress")


def no_front_door(vpc: str, direction: str) -> Step:
    """No internet gateway is attached to the VPC (F51)."""
    text = f"no internet gateway is attached to {vpc}"
    fix = f"attach an internet gateway to {vpc}"
    return dead_end(vpc, IGW, "NO_POSSIBLE_DESTINATION", text, fix, direction=direction)


def into_vpc(network: Network, there: Standing) -> list[Step]:
    """From the Internet to an interface: a gateway on its VPC, and a public address (F51)."""
    vpc, interface = there.subnet.vpc, there.interface
    answer, gateway = front_door(network, vpc)
    if gateway is None:
        steps = [no_front_door(vpc, "ingress")]
        door = f"internet gateway of {vpc}"
    else:
        door, steps = gateway.id, []
    public = interface.public
    if public.has is Tri.NO and public.own:
        return [*steps, closed(door, there, "ingress")]
    if public.has is Tri.NO:
        lost = dead_end(
            door,
            IGW,
            "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
            f"{interface.id} has no public address",
            f"give {there.endpoint.id} a public address",
            end=Disposition.DENIED_IN,
            direction="ingress",
            origins=[public.origin],
        )
        return [*steps, lost]
    if gateway is None:
        return steps
    text = f"destination {public.shown_as or 'public address'} becomes its private address"
    text = "" if public.own else text
    why = public.reason or f"whether {interface.id} has a public address is not known"
    step = _tied(_pass_gateway(network, door, public.has, why, text), public.origin)
    doubts = [step.hop.unknown]
    if answer is Tri.MAYBE:
        doubts.append(gateway.vpc.reason or f"the VPC of {door} is not known")
    unknown = "; ".join(doubt for doubt in doubts if doubt)
    hop = replace(step.hop, unknown=unknown)
    return [Step(hop, Tri.MAYBE if unknown else Tri.YES, "ingress")]


def nat_subnets(network: Network, nat: NatGateway) -> list[tuple[Subnet | None, str]]:
    """Where a NAT gateway may stand; None: outside the model. With why it is not sure, or ""."""
    link = nat.subnet
    found: list[Subnet | None] = [network.subnets[id] for id in link.ids if id in network.subnets]
    if link.open or not link.ids or len(found) < len(link.ids):
        found.append(None)
    why = link.reason or f"the subnet of {nat.id} is not known"
    return [(stands, why if len(found) > 1 or stands is None else "") for stands in found]


def nat_protocol(question: Question, nat: NatGateway, here: Standing) -> Step | None:
    """A NAT gateway takes tcp, udp and icmp only (F55); None when it is one of them."""
    if protocol_of(question.flow.service) in NAT_PROTOCOLS:
        return None
    text = "a NAT gateway takes tcp, udp and icmp only"
    fix = f"give {here.endpoint.id} a public address and a route to an internet gateway"
    code, end = "PROTOCOL_RESTRICTION", Disposition.DENIED_OUT
    return dead_end(nat.id, NAT, code, text, fix, end=end, origins=[nat.origin])


def into_nat(
    question: Question, way: Way, nat: NatGateway, stands: Subnet, here: Standing, unknown: str
) -> Way:
    """A NAT gateway serves its own VPC; its private address and a port of its own replace the
    source (F54).

    unknown   "" or why it may stand in another subnet than `stands`
    """
    service = question.flow.service
    if stands.vpc != here.subnet.vpc:
        text = f"{nat.id} is in {stands.vpc}, {here.interface.id} in {here.subnet.vpc}"
        fix = f"route {here.subnet.id} to a NAT gateway of {here.subnet.vpc}"
        code = "NGW_REQUIRES_SOURCE_IN_VPC"
        end, tied = Disposition.DENIED_OUT, [nat.origin]
        way = way.take(dead_end(nat.id, NAT, code, text, fix, end=end, origins=tied))
    port = question.nat_port if has_client_port(service) else 0
    header = replace(way.header, src=address_of(nat, stands), src_port=port)
    own = address_text(header.src) if nat.addresses.count == 1 else "its private address"
    text = f"source becomes {own}" + (f", on the Internet {nat.shown_as}" if nat.shown_as else "")
    kept = ("NGW_SOURCE_ADDRESS_REASSIGN", "NGW_DEST_ADDRESS_PRESERVATION")
    codes = (*kept, *(["REMAP_EPHEMERAL_PORT"] if port else []))
    ties = _origins(nat.origin, nat.public_origin)
    hop = Hop(nat.id, NAT, "translate", text, origins=ties, codes=codes, unknown=unknown)
    return way.take(Step(hop, header=header))


def into_instance(question: Question, way: Way, host: Standing) -> Way:
    """A NAT instance: it puts its own address and a port of its own in place of the source. That
    it does so is taken for granted of a host with a public address that forwards."""
    port = question.nat_port if has_client_port(question.flow.service) else 0
    header = replace(way.header, src=address_at(host), src_port=port)
    codes = ("REMAP_EPHEMERAL_PORT",) if port else ()
    text = f"source becomes {address_text(header.src)}"
    hop = Hop(host.interface.id, NAT_INSTANCE, "translate", text, codes=codes)
    return way.take(Step(hop, header=header))


def out_of_nat_again(question: Question, way: Way, nat: NatGateway) -> Way:
    """The reply gets the client's address and port back; the peer's address stays."""
    flow = question.flow
    service = replies_to(flow.service, flow.src_port, flow.family)
    header = replace(way.header, dst=flow.src, service=service or 0)
    text = f"destination becomes {address_text(flow.src)}"
    ties = _origins(nat.origin, nat.public_origin)
    return way.take(Step(Hop(nat.id, NAT, "translate", text, origins=ties), header=header))
