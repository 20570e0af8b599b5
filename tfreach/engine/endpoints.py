"""A packet at a gateway endpoint in; the Step that lets it pass or not, out (F72)."""

from __future__ import annotations

from tfreach.engine.explain import Step, dead_end
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Question, Standing, Way
from tfreach.space.headers import ICMP, TCP, address_text, protocol_of, service
from tfreach.topology.network import INTERNET, ON_PREMISES, Endpoint, Network, ToService, beyond

KIND = "vpc_endpoint"
ECHO = service(ICMP, 8 << 8)
OUTSIDE = "this network is not on the way from {} to {}"
BEHIND_NAT = "a gateway endpoint behind a NAT gateway is not modelled"


def neither_inside(network: Network, source: str, destination: str) -> str | None:
    """Why nothing is known of two ends of which none is in the network; None when one is. Of a
    service it is known that it starts nothing."""
    starts = source in (INTERNET, ON_PREMISES)
    if not starts or beyond(network, destination) is None:
        return None
    return OUTSIDE.format(source, destination)


def starts_nothing(service_id: str) -> Step:
    """A service answers; it starts no connection into a VPC (F72)."""
    text = f"{service_id} starts no connections"
    fix = f"ask the other way round, with {service_id} as the destination"
    code, end = "VPCE_INTRA_VPC_TRAFFIC", Disposition.DENIED_OUT
    return dead_end(service_id, KIND, code, text, fix, end=end)


def answers_only(endpoint: Endpoint) -> Step:
    """It opens no connection by itself (F73, F98)."""
    fix = f"ask the other way round, with {endpoint.id} as the destination"
    code = "VPCE_INTRA_VPC_TRAFFIC" if endpoint.kind == KIND else "STARTS_NOTHING"
    end = Disposition.DENIED_OUT
    return dead_end(endpoint.id, "endpoint", code, endpoint.outbound, fix, end=end)


def into_endpoint(question: Question, way: Way, target: ToService, here: Standing) -> Way:
    """A gateway endpoint serves its own service's addresses only, by TCP and ICMP echo (F72). Its
    policy is IAM's, which is not looked at."""
    if target.service != question.to_aws:
        return way.take(wrong_address(way, target))
    flow = question.flow
    if protocol_of(flow.service) != TCP and flow.service != ECHO:
        text = "a gateway endpoint takes tcp and icmp echo only"
        fix = f"route {here.subnet.id} to an internet gateway or NAT gateway for this"
        code, end = "VPCE_GATEWAY_PROTOCOL_RESTRICTION", Disposition.DENIED_OUT
        return way.take(dead_end(target.endpoint, KIND, code, text, fix, end=end))
    return way.take(Step(Hop(target.endpoint, KIND, "route", f"leads to {target.service}")))


def behind_nat(question: Question, way: Way, target: ToService) -> Way:
    """A NAT gateway in whose subnet a gateway endpoint has its route."""
    if target.service != question.to_aws:
        return way.take(wrong_address(way, target))
    return way.unknown(BEHIND_NAT)


def wrong_address(way: Way, target: ToService) -> Step:
    """What is no address of its service is never answered."""
    peer = address_text(way.header.dst)
    text = f"{peer} is not an address of {target.service}, and {target.endpoint} leads to no other"
    fix = f"route {peer} to another target"
    code, end = "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION", Disposition.DENIED_OUT
    return dead_end(target.endpoint, KIND, code, text, fix, end=end)


def no_guests(target: ToService, vpc: str) -> Step:
    """A gateway endpoint serves its own VPC; nobody beyond a peering or transit gateway (F62)."""
    text = f"{target.endpoint} serves {vpc} only"
    fix = "make a gateway endpoint in the VPC that the traffic starts in"
    code, end = "NO_POSSIBLE_DESTINATION", Disposition.DENIED_OUT
    return dead_end(target.endpoint, KIND, code, text, fix, end=end)
