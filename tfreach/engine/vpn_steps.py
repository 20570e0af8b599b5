"""A packet at a virtual private gateway in; the Steps that let it pass or not, out (F104)."""

from __future__ import annotations

from tfreach.engine.explain import Step, dead_end
from tfreach.engine.steps import leads
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Way
from tfreach.space.headers import ALL_IPV6, Family, address_text
from tfreach.topology.between import VpnGateway
from tfreach.topology.network import Network, Origin, Tri

VGW = "virtual_private_gateway"


def into_vpn(network: Network, way: Way, id: str, vpc: str) -> Way:
    """Out of `vpc` by a virtual private gateway: it has to be attached there, and to know where the
    address is."""
    gateway = network.vpn_gateways.get(id)
    if gateway is None:
        return way.take(_doubt(id, f"{id} is not in this plan", ()))
    way = way.take(attached_step(gateway, vpc, "egress"))
    dst = way.header.dst
    if dst in gateway.serves:
        return way.take(connected_step(gateway, "egress"))
    text = f"{id} knows no way to {address_text(dst)}"
    fix = f"add a static route for {address_text(dst)} to a VPN connection of {id}"
    code, ties = "NO_POSSIBLE_DESTINATION", [*gateway.tied, gateway.origin]
    return way.take(dead_end(id, VGW, code, text, fix, origins=ties))


def attached_step(gateway: VpnGateway, vpc: str, direction: str) -> Step:
    """A virtual private gateway serves only the VPC it is attached to."""
    id, ties = gateway.id, (gateway.vpc_origin, gateway.origin)
    answer = leads(gateway.vpc, vpc)
    if answer is Tri.NO:
        text, fix = f"{id} is not attached to {vpc}", f"attach {id} to {vpc}"
        code, end = "BAD_STATE_ATTACHMENT", Disposition.BLACKHOLE
        return dead_end(id, VGW, code, text, fix, end=end, direction=direction, origins=ties)
    if answer is Tri.MAYBE:
        why = gateway.vpc.reason or f"the VPC of {id} is not known"
        return _doubt(id, why, ties, direction)
    return Step(_hop(id, f"attached to {vpc}", ties), direction=direction)


def carries(gateway: VpnGateway, family: Family) -> bool:
    """A VPN to such a gateway carries no IPv6; Direct Connect may (F104)."""
    return family is Family.IPV4 or not gateway.serves.isdisjoint(ALL_IPV6)


def connected_step(gateway: VpnGateway, direction: str) -> Step:
    """A VPN or Direct Connect behind it, as far as that is known."""
    if gateway.unknown:
        return _doubt(gateway.id, gateway.unknown, gateway.tied, direction)
    text = "leads to on-premises" if direction == "egress" else "comes from on-premises"
    return Step(_hop(gateway.id, text, gateway.tied), direction=direction)


def edge_step(gateway: VpnGateway) -> Step | None:
    """A table of its own may send on what comes in (F44); None when it has none."""
    if not gateway.inbound:
        return None
    return _doubt(gateway.id, gateway.inbound, (gateway.origin,), "ingress")


def not_of_vpc(id: str, vpc: str, source: int) -> Step:
    """It takes only what an interface of its own VPC sends: nobody else's traffic (F62, F104)."""
    text = f"{address_text(source)} is no interface of {vpc}, and {id} takes nothing else"
    fix = f"connect the VPC of {address_text(source)} to on-premises itself"
    code, end = "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS", Disposition.DENIED_OUT
    return dead_end(id, VGW, code, text, fix, end=end)


def no_interface(network: Network, address: int) -> Step | None:
    """It brings only what is for an interface of its VPC, by its private address; None where no
    such gateway leads to a VPC that has the address."""
    for id, gateway in sorted(network.vpn_gateways.items()):
        vpcs = [network.vpcs[vpc] for vpc in gateway.vpc.ids if vpc in network.vpcs]
        if any(address in vpc.cidrs for vpc in vpcs):
            text = f"{address_text(address)} is the private address of no interface"
            code, fix = "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", "send to an address in use"
            end, way = Disposition.NO_SUCH_HOST, "ingress"
            return dead_end(id, VGW, code, text, fix, end=end, direction=way)
    return None


def leads_on(id: str) -> str:
    return f"whether what lies behind {id} leads on is not known"


def strangers(id: str, vpc: str) -> str:
    return f"whether {id} takes what is not from {vpc} is not known"


def _hop(id: str, text: str, ties: tuple[Origin, ...], unknown: str = "") -> Hop:
    named = tuple(dict.fromkeys(origin for origin in ties if origin.address))
    return Hop(id, VGW, "route", text, origins=named, unknown=unknown)


def _doubt(id: str, why: str, ties: tuple[Origin, ...], direction: str = "egress") -> Step:
    return Step(_hop(id, f"not known: {why}", ties, why), Tri.MAYBE, direction)
