"""Parts that differ from the usual in; a network of two tiers, and what is traced in it, out."""

from __future__ import annotations

from tests.engine.networks import (
    OPEN,
    flow,
    gateway,
    group,
    host,
    nat,
    network,
    subnet,
)
from tfreach.engine.trace import overall, trace
from tfreach.engine.verdicts import Hop, Trace
from tfreach.topology.network import Network, Tri

YES, NO, MAYBE = Tri.YES, Tri.NO, Tri.MAYBE
WEB, DB, JOB = group("web", *OPEN), group("db", *OPEN), group("job", *OPEN)


def tiers(*parts: object, web_acl: str = "open", db_acl: str = "open") -> Network:
    """A public subnet `a` with web, job and a NAT gateway, a private one `b` with db, one `c` alone
    with far, and another VPC with other. `parts` replace what has the same id."""
    base = (
        subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", acl=web_acl),
        subnet("b", "10.0.1.0/24", "0.0.0.0/0 nat", acl=db_acl),
        subnet("c", "10.0.2.0/24"),
        subnet("d", "10.1.0.0/24", vpc="vpc-2"),
        gateway(),
        nat("nat", "10.0.0.9", "a"),
        *(WEB, DB, JOB, group("far", *OPEN), group("other", *OPEN)),
        host("web", "10.0.0.5", "a", public="198.51.100.7"),
        host("job", "10.0.0.6", "a"),
        host("db", "10.0.1.5", "b"),
        host("far", "10.0.2.5", "c"),
        host("other", "10.1.0.5", "d"),
    )
    return network(*base, *parts)  # type: ignore[arg-type]


def traces(net: Network, text: str, nat_port: int = 1024) -> tuple[Trace, ...]:
    asked, source, destination = flow(net, text)
    return trace(net, asked, source, destination, nat_port=nat_port)


def only(net: Network, text: str, nat_port: int = 1024) -> Trace:
    (found,) = traces(net, text, nat_port)
    return found


def nodes(hops: tuple[Hop, ...]) -> str:
    return " ".join(hop.component for hop in hops)


def blockers(found: Trace) -> list[str]:
    return [f"{one.leg} {one.direction} {one.component} {one.code}" for one in found.blockers]


def answer(net: Network, text: str) -> tuple[Tri, Tri]:
    return overall(traces(net, text))
