"""Endpoint services (PrivateLink) and who accepts their clients, in; typed and linked, out."""

from __future__ import annotations

from tfreach.plan.raw import UNKNOWN, RawResource, Unknown
from tfreach.plan.references import UNSET, Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.placements import Apart
from tfreach.resources.transit import Flag
from tfreach.resources.vpc import known

SERVICE = "endpoint_service"
BALANCERS = ("aws_lb", "aws_alb")
BY_PRIVATELINK = "com.amazonaws.vpce."
BEHIND = (
    "what is reached through it is not evaluated where its load balancers are not network load"
    " balancers of this plan: no verdict speaks of that way"
)


@dataclass(frozen=True, slots=True)
class EndpointService:
    """accepts     whether each endpoint has to be accepted before anything passes
    inspectors  the Gateway Load Balancers behind it (F86)
    balancers   the network load balancers behind it (F82)
    families    the address types that it takes, as written; None: nobody says
    """

    key: str
    accepts: Flag
    inspectors: Links
    balancers: Links
    families: frozenset[str] | Unknown | None


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
    """aws_vpc_endpoint_service: whom it accepts, and its load balancers.

    Who may ask for an endpoint (`allowed_principals`) decides nothing here: one that is there was
    allowed, and keeps its connection when the permission goes ("Manage permissions" of the
    PrivateLink guide).
    """
    value = raw.flag("acceptance_required")
    wanted = value if isinstance(value, Unknown) else value is True
    inspectors = resolver.links(raw, "gateway_load_balancer_arns", "load_balancer")
    links = resolver.links(raw, "network_load_balancer_arns", "load_balancer")
    found = EndpointService(raw.address, wanted, inspectors, links, _families(raw, resolver))
    if inspectors.items or inspectors.maybe:
        return (found,)
    here = [is_balancer(target) for link in links.items for target in link.targets]
    whole = bool(here) and all(here) and not (links.open or links.maybe)
    return (found,) if whole else (found, Apart(raw.address, raw.type, BEHIND))


def is_balancer(key: str) -> bool:
    """Whether what a service leads to is a load balancer that is managed in this plan."""
    found = f".{key}"
    return any(f".{one}." in found and f".data.{one}." not in found for one in BALANCERS)


def _families(raw: RawResource, resolver: Resolver) -> frozenset[str] | Unknown | None:
    values = raw.texts("supported_ip_address_types")
    if isinstance(values, Unknown):
        written = resolver.expression(raw, ("supported_ip_address_types",)) is not None
        return values if written or not resolver.configured else None
    known_ = [one for one in values or () if isinstance(one, str)]
    if len(known_) < len(values or ()):
        return UNKNOWN
    return frozenset(known_) or None


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
