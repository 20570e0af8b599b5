"""Endpoint services (PrivateLink) and who accepts their clients, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.raw import RawResource, Unknown
from tfreach.plan.references import UNSET, Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.placements import Apart
from tfreach.resources.transit import Flag
from tfreach.resources.vpc import known

SERVICE = "endpoint_service"
BY_PRIVATELINK = "com.amazonaws.vpce."
BEHIND = (
    "what is reached through it, its load balancer and that one's targets, is not evaluated: no"
    " verdict speaks of that way"
)


@dataclass(frozen=True, slots=True)
class EndpointService:
    """accepts     whether each endpoint has to be accepted before anything passes
    inspectors  the Gateway Load Balancers behind it (F86)
    """

    key: str
    accepts: Flag
    inspectors: Links


@dataclass(frozen=True, slots=True)
class EndpointAccepter:
    """aws_vpc_endpoint_connection_accepter."""

    key: str
    endpoint: Link


@dataclass(frozen=True, slots=True)
class Subscription:
    """What an interface endpoint asks for.

    service     the endpoint service, where it is one of this plan; UNSET for a service of AWS
    elsewhere   it is an endpoint service of another plan or account
    accepts     it accepts itself, which works within one account
    state       as AWS says; "" when not known
    """

    service: Link
    elsewhere: bool
    accepts: Flag
    state: str


def read_service(raw: RawResource, resolver: Resolver) -> tuple[EndpointService | Apart, ...]:
    """aws_vpc_endpoint_service: whom it accepts. What is reached through one that is not for
    inspection is said to be left out: nobody is to take the silence for safety."""
    value = raw.flag("acceptance_required")
    wanted = value if isinstance(value, Unknown) else value is True
    inspectors = resolver.links(raw, "gateway_load_balancer_arns", "load_balancer")
    service = EndpointService(raw.address, wanted, inspectors)
    if inspectors.items or inspectors.maybe:
        return (service,)
    return service, Apart(raw.address, raw.type, BEHIND)


def read_accepter(raw: RawResource, resolver: Resolver) -> EndpointAccepter:
    """aws_vpc_endpoint_connection_accepter."""
    return EndpointAccepter(raw.address, resolver.link(raw, "vpc_endpoint_id", "vpc_endpoint"))


def subscription(raw: RawResource, resolver: Resolver) -> Subscription:
    """Of an aws_vpc_endpoint."""
    name = known(raw, "service_name")
    by_aws = bool(name) and not (name.startswith(BY_PRIVATELINK) or resolver.holds(SERVICE, name))
    link = UNSET if by_aws else resolver.link(raw, "service_name", SERVICE)
    here = [target for target in link.targets if "aws_vpc_endpoint_service." in target]
    unknown = isinstance(raw.text("service_name"), Unknown)
    elsewhere = not here and (unknown or name.startswith(BY_PRIVATELINK))
    accepts = raw.flag("auto_accept")
    return Subscription(
        link, elsewhere, accepts if isinstance(accepts, Unknown) else accepts is True,
        known(raw, "state"),
    )  # fmt: skip


def offered_by(raw: RawResource, resolver: Resolver) -> str:
    """What the service of an endpoint is called: by its name, or by what offers it here."""
    asked = subscription(raw, resolver).service
    here = asked.sure and "aws_vpc_endpoint_service." in asked.targets[0]
    return asked.targets[0] if here else known(raw, "service_name")
