"""An interface endpoint in; whether the service behind it takes its connections, out."""

from __future__ import annotations

from tfreach.plan.raw import UNKNOWN
from tfreach.resources.private_link import EndpointAccepter, EndpointService, subscription
from tfreach.topology.ground import Ground
from tfreach.topology.network import Origin, Tri

STANDS = "available"


def accepted(ground: Ground, key: str) -> tuple[Tri, str]:
    """Whether an interface endpoint is accepted, and why it is not, or is not known.

    AWS's own services accept all; an endpoint service may want each to be accepted ("Accept or
    reject connection requests" of the PrivateLink guide).
    """
    raw = ground.now.raws[key]
    asked = subscription(raw, ground.now.resolver)
    sides = [one for one in ground.now.of(EndpointAccepter) if ground.may_lead(one.endpoint, key)]
    if any(side.endpoint.sure for side in sides) or asked.state == STANDS:
        return Tri.YES, ""
    if asked.service.unset and not asked.elsewhere:
        return Tri.YES, ""
    if asked.state:
        return Tri.NO, f"{key} is {asked.state}"
    offers = {one.key: one.accepts for one in ground.now.of(EndpointService)}
    wanted = [offers.get(target, UNKNOWN) for target in asked.service.targets] or [UNKNOWN]
    if not asked.service.open and (set(wanted) == {False} or asked.accepts is True):
        return Tri.YES, ""
    by = " or ".join(asked.service.targets) or "the service"
    if sides or asked.service.open or set(wanted) != {True} or asked.accepts is not False:
        return Tri.MAYBE, f"whether {by} accepts {key} is not known"
    return Tri.NO, f"nothing here accepts {key}, which {by} asks for"


def accepting(ground: Ground, key: str) -> Origin | None:
    """What says whether an interface endpoint is accepted, if that is a resource of this plan."""
    for side in ground.now.of(EndpointAccepter):
        if side.endpoint.sure and key in side.endpoint.targets:
            return Origin(side.key, f"accepts {key}")
    asked = subscription(ground.now.raws[key], ground.now.resolver)
    offers = {one.key: one.accepts for one in ground.now.of(EndpointService)}
    if not asked.service.sure or asked.service.targets[0] not in offers:
        return None
    service = asked.service.targets[0]
    wants = "accepts every endpoint" if offers[service] is False else "asks for acceptance"
    return Origin(service, wants)
